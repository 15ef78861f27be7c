"""New indicators from answers: bands of amounts, multiple choice, ratios member by member, weights by volume.

Each function takes ``measurements`` and returns further rows of them, to be appended with `pandas.concat`
and measured like any other; blanks and routing are carried through.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.model import ArgumentError, FrameError, require_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["all_of", "any_of", "band_names", "bands", "mean_of_ratios", "number_chosen", "volume_weighted"]

_COLUMNS = ("indicator", "wave", "member_id", "asked", "y", "x")
_KEYS = ["wave", "member_id"]


def band_names(source: str, edges: Sequence[float]) -> tuple[str, ...]:
    """Name the bands between sorted edges: ``staff[0,50)``, ``staff[50,inf)``.

    Raises
    ------
    ArgumentError
        Fewer than two edges, edges not in rising order, or a missing one.
    """
    cuts = np.asarray(edges, dtype=float)
    if cuts.size < 2 or np.isnan(cuts).any() or not (np.diff(cuts) > 0).all():  # noqa: PLR2004 -- a band has two
        raise ArgumentError(
            "edges", "at least two numbers in rising order", f"{[float(c) for c in cuts]}",
            "sort the edges and remove repeated ones",
        )  # fmt: skip
    return tuple(f"{source}[{a:.15g},{b:.15g})" for a, b in pairwise(cuts.tolist()))


def bands(measurements: pd.DataFrame, source: str, edges: Sequence[float]) -> pd.DataFrame:
    """Turn amounts into the distribution over bands: one share for each band a <= y < b.

    Shares of the bands add up to one over those who answered.

    Parameters
    ----------
    measurements
        indicator, wave, member_id, asked, y, x.
    source
        Indicator of the amounts.
    edges
        In rising order; ``-numpy.inf`` and ``numpy.inf`` leave the ends open.

    Raises
    ------
    ArgumentError
        As of `band_names`.
    FrameError
        No rows of the source, or answers that fall in no band.

    References
    ----------
    R: ``svymean(~cut(y, edges, right = FALSE), design)``.
    """
    names, rows = band_names(source, edges), _rows(measurements, source)
    outside = int(((rows["y"] < edges[0]) | (rows["y"] >= edges[-1])).sum())
    if outside:
        raise FrameError(
            f"measurements, indicator {source}", "every answer in one of the bands", f"{outside} outside",
            "leave the ends open with -inf and inf or add an edge",
        )  # fmt: skip
    parts = []
    for name, low, high in zip(names, edges[:-1], edges[1:], strict=True):
        inside = ((rows["y"] >= low) & (rows["y"] < high)).astype(float).where(rows["y"].notna())
        parts.append(rows.assign(indicator=name, y=inside, x=1.0))
    return pd.concat(parts, ignore_index=True)


def any_of(measurements: pd.DataFrame, options: Sequence[str], indicator: str) -> pd.DataFrame:
    """Say who chose at least one of the options: 1 where any is 1, a blank where none is and one is blank.

    Raises
    ------
    ArgumentError
        No options.
    FrameError
        Rows missing, options not of 0 and 1, or routed differently from one another.

    References
    ----------
    R: ``svymean(~as.numeric(a | b), design)``.
    """
    chosen, rows = _options(measurements, options)
    found = chosen.max(axis=1).where((chosen == 1).any(axis=1) | chosen.notna().all(axis=1))
    return _made(rows, indicator, found)


def all_of(measurements: pd.DataFrame, options: Sequence[str], indicator: str) -> pd.DataFrame:
    """Say who chose every option: 0 where any is 0, a blank where none is 0 and one is blank.

    Raises
    ------
    ArgumentError, FrameError
        As of `any_of`.

    References
    ----------
    R: ``svymean(~as.numeric(a & b), design)``.
    """
    chosen, rows = _options(measurements, options)
    found = chosen.min(axis=1).where((chosen == 0).any(axis=1) | chosen.notna().all(axis=1))
    return _made(rows, indicator, found)


def number_chosen(measurements: pd.DataFrame, options: Sequence[str], indicator: str) -> pd.DataFrame:
    """Count the options each chose, for a mean; a blank where any of them is blank.

    Raises
    ------
    ArgumentError, FrameError
        As of `any_of`.

    References
    ----------
    R: ``svymean(~I(a + b), design)``.
    """
    chosen, rows = _options(measurements, options)
    return _made(rows, indicator, chosen.sum(axis=1, skipna=False))


def mean_of_ratios(measurements: pd.DataFrame, source: str, indicator: str) -> pd.DataFrame:
    """Divide member by member, for a mean in which every member counts the same: sum w (y/x) / sum w.

    The pooled ratio, sum w y / sum w x, is a measure of kind ``ratio`` on the source itself. Where x is 0 a
    member has no ratio: it stands outside the question, as if routed out.

    Raises
    ------
    FrameError
        No rows of the source, or negative denominators.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., 6.15. R: ``svymean(~I(y / x), subset(design, x > 0))``.
    """
    rows = _rows(measurements, source)
    _refuse_negative(rows["x"], source, "denominators")
    none = rows["x"] == 0
    divided = rows["y"] / rows["x"].where(~none)
    return rows.assign(indicator=indicator, asked=rows["asked"] & ~none, y=divided, x=1.0)


def volume_weighted(measurements: pd.DataFrame, choice: str, volume: str, indicator: str) -> pd.DataFrame:
    """Weigh a choice by volume, for a ratio: the part of all volume that is of members who said yes.

    y = volume where yes and 0 where no, x = volume; both blank where choice or volume is.

    Raises
    ------
    FrameError
        Rows missing, a choice not of 0 and 1, negative volumes.

    References
    ----------
    R: ``svyratio(~I(yes * volume), ~volume, design)``.
    """
    yes, sizes = (_rows(measurements, name) for name in (choice, volume))
    _refuse_others(yes["y"], choice)
    _refuse_negative(sizes["y"], volume, "volumes")
    _refuse_gaps(yes, sizes, choice, volume)
    both = yes.merge(sizes[[*_KEYS, "asked", "y"]], on=_KEYS, validate="one_to_one", suffixes=("", "_volume"))
    asked = both["asked"] & both["asked_volume"]
    known = both["y"].notna() & both["y_volume"].notna() & asked
    return both[[*_KEYS]].assign(
        indicator=indicator,
        asked=asked,
        y=(both["y"] * both["y_volume"]).where(known),
        x=both["y_volume"].where(known),
    )[list(_COLUMNS)]


def _rows(measurements: pd.DataFrame, source: str) -> pd.DataFrame:
    require_columns(measurements, _COLUMNS, "measurements")
    rows = measurements.loc[measurements["indicator"] == source, list(_COLUMNS)].reset_index(drop=True)
    if rows.empty:
        raise FrameError(
            "measurements", f"rows of indicator {source}", "none", "derive it first or correct the name"
        )
    return rows.assign(asked=rows["asked"].astype(bool))


def _options(measurements: pd.DataFrame, options: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the options side by side, refusing what is not one question's; with the first one's rows."""
    if not options or len(set(options)) < len(options):
        raise ArgumentError(
            "options", "at least one, each once", f"{len(options)}", "list the options' indicators"
        )
    tables = [_rows(measurements, name).set_index(_KEYS) for name in options]
    for name, table in zip(options, tables, strict=True):
        _refuse_others(table["y"], name)
        _refuse_gaps(tables[0].reset_index(), table.reset_index(), options[0], name)
        if (table["asked"] != tables[0]["asked"].reindex(table.index)).any():
            raise FrameError(
                f"measurements, indicators {options[0]} and {name}",
                "options put to the same respondents", "different ones", "correct the routing of the options",
            )  # fmt: skip
    chosen = pd.concat([t["y"].reindex(tables[0].index) for t in tables], axis=1, keys=list(options))
    return chosen, tables[0].reset_index()


def _made(rows: pd.DataFrame, indicator: str, values: pd.Series[float]) -> pd.DataFrame:
    return rows.assign(indicator=indicator, y=values.to_numpy(dtype=float), x=1.0)[list(_COLUMNS)]


def _refuse_gaps(first: pd.DataFrame, second: pd.DataFrame, one: str, other: str) -> None:
    keys = [set(zip(t["wave"], t["member_id"], strict=True)) for t in (first, second)]
    if keys[0] != keys[1] or any(t.duplicated(_KEYS).any() for t in (first, second)):
        raise FrameError(
            f"measurements, indicators {one} and {other}", "one row of each for the same respondents",
            f"{len(keys[0] ^ keys[1])} without the other, or repeated", "mark those routed out asked=False",
        )  # fmt: skip


def _refuse_others(values: pd.Series[float], name: str) -> None:
    others = int((~values.isin([0.0, 1.0]) & values.notna()).sum())
    if others:
        raise FrameError(
            f"measurements, indicator {name}", "0 or 1 for an option", f"{others} other answers",
            "edit the answers before recoding",
        )  # fmt: skip


def _refuse_negative(values: pd.Series[float], name: str, what: str) -> None:
    negative = int((values < 0).sum())
    if negative:
        raise FrameError(
            f"measurements, indicator {name}", f"{what} of at least 0", f"{negative} negative",
            "edit the answers before recoding",
        )  # fmt: skip
