"""Levels from a wide table, a row a respondent and a column an indicator: for surveys of many respondents.

The long `measurements` name wave, member and indicator in every row, which suits a hundred members and is
absurd for a million: a hundred indicators of theirs are 10^8 rows. A sheet is read a column at a time; beside
it stand only each respondent's places and one column's deviations, so that memory stays near that of the
data and time grows with respondents times indicators.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import item_group, joined_names
from analysis.design import Dimension, require_columns
from analysis.errors import ArgumentError, FrameError
from analysis.frames import ESTIMATE_COLUMNS
from analysis.layouts import Item, Layout
from analysis.levels import level_rows
from analysis.measurements import check_measure
from analysis.summaries import summarise
from analysis.weighting import Weighting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.design import Design, Measure

__all__ = ["Sheet", "estimate_sheet"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Hold the answers of respondents side by side.

    Parameters
    ----------
    answers
        wave, member_id and a numeric column for each indicator (`Measure.source`); NaN is a blank. One row
        for each respondent of the design.
    denominators
        Source of a ratio -> column of its denominators.
    asked
        Source -> boolean column, False for those routed out; without it everybody was asked.

    Raises
    ------
    FrameError
        Columns named and not there.
    """

    answers: pd.DataFrame
    denominators: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = ("wave", "member_id", *self.denominators.values(), *self.asked.values())
        require_columns(self.answers, columns, "sheet")


def estimate_sheet(
    sheet: Sheet, measures: Sequence[Measure], design: Design, dimensions: Sequence[str] = ("total",)
) -> pd.DataFrame:
    """Estimate every measure of a sheet in every wave and segment.

    Figures, intervals and columns are those of `estimates.estimate`, which takes the same answers long; an
    indicator without any answer in a wave counts as not asked in it and has no row. Signs that an interval
    may be too narrow (`analysis.reliability`) are not looked for.

    Raises
    ------
    ArgumentError
        No measure or dimension, an indicator twice, a ratio without denominators.
    FrameError
        Columns missing, rows that are not the design's respondents, one each, infinite answers, answers of
        those routed out, a share not of 0 and 1.

    References
    ----------
    As of `estimates.estimate`.
    """
    if len({m.indicator for m in measures}) < len(measures) or not measures or not dimensions:
        raise ArgumentError(
            "measures, dimensions", "at least one, each indicator once", "none or repeated ones",
            "list each once",
        )  # fmt: skip
    _check_ratios(sheet, measures)
    require_columns(sheet.answers, list(dict.fromkeys(m.source for m in measures)), "sheet")
    labels = {name: Dimension(name).label(design.frame) for name in dict.fromkeys(dimensions)}
    weightings = design.weightings()
    tables: list[pd.DataFrame] = []
    for wave in design.waves:
        rows, layouts = _lay_out(sheet, design, wave, labels)
        weighting = _in_order(weightings[wave], sheet, rows) if weightings else None
        first = next(iter(layouts.values()))
        for item in _items(sheet, measures, design, rows, layout=first, weighting=weighting):
            for name, layout in layouts.items():
                summary = summarise([item], layout, design.level)
                tables.append(level_rows([item], summary, layout.names, (wave, name), design.level))
    if not tables:
        raise FrameError("sheet", "answers to the measures", "none", "pass the columns that were answered")
    found = pd.concat(tables, ignore_index=True)
    found = found.sort_values(["indicator", "wave", "dimension", "segment"], ignore_index=True)
    return found.astype(ESTIMATE_COLUMNS)


def _check_ratios(sheet: Sheet, measures: Sequence[Measure]) -> None:
    bare = [m.source for m in measures if m.kind == "ratio" and m.source not in sheet.denominators]
    if bare:
        raise ArgumentError(
            "sheet, denominators", "a column for every ratio", f"none for {bare[0]}",
            "name the column of its denominators",
        )  # fmt: skip


def _lay_out(
    sheet: Sheet, design: Design, wave: str, labels: Mapping[str, pd.Series[str]]
) -> tuple[Whole | slice, dict[str, Layout]]:
    """Find the wave's rows, all as a slice where they are all, and place their respondents."""
    inside = (design.frame["wave"] == wave).to_numpy()
    ids = pd.Index(design.frame["member_id"][inside])
    own = (sheet.answers["wave"].astype("str") == wave).to_numpy()
    rows: Whole | slice = slice(None) if own.all() else np.flatnonzero(own)
    place = ids.get_indexer(pd.Index(sheet.answers["member_id"].iloc[rows].astype("str")))
    respondents = design.respondents["member_id"][(design.respondents["wave"] == wave).to_numpy()]
    _check_respondents(place, ids.get_indexer(pd.Index(respondents)), wave)
    home = pd.Index(design.strata).get_indexer(pd.Index(design.home()[inside]))
    count, layouts = len(design.strata), {}
    for name, label in labels.items():
        names = tuple(sorted(label.unique()))
        segment = pd.Index(names).get_indexer(pd.Index(label[inside]))
        members = np.bincount(segment * count + home, minlength=len(names) * count)
        layouts[name] = Layout(names, members.reshape(len(names), count), segment[place], home[place])
    return rows, layouts


def _check_respondents(place: Whole, wanted: Whole, wave: str) -> None:
    found = np.bincount(
        place[place >= 0], minlength=int(max(wanted.max(initial=0), place.max(initial=0))) + 1
    )
    expected = np.bincount(wanted, minlength=len(found))
    strange = int((place < 0).sum() + found[expected == 0].sum())
    repeated, missing = int((found > 1).sum()), int(((found == 0) & (expected > 0)).sum())
    if strange or repeated or missing:
        raise FrameError(
            f"sheet, wave {wave}", "one row for each respondent of the design",
            f"{missing} missing, {repeated} repeated, {strange} of others",
            "give the design's respondents one row each",
        )  # fmt: skip


def _in_order(weighting: Weighting, sheet: Sheet, rows: Whole | slice) -> Weighting:
    """Put weights, which come in the order of member_id, in the order of the sheet's rows."""
    ids = sheet.answers["member_id"].iloc[rows].astype("str")
    back = np.empty(len(ids), dtype=np.int64)
    back[ids.argsort(kind="stable").to_numpy()] = np.arange(len(ids))
    margins = tuple(margin[back] for margin in weighting.margins)
    return Weighting(weighting.weights[back], weighting.base[back], margins, weighting.name)


def _items(
    sheet: Sheet,
    measures: Sequence[Measure],
    design: Design,
    rows: Whole | slice,
    *,
    layout: Layout,
    weighting: Weighting | None,
) -> Iterator[Item]:
    """Take the measures one after the other, so that no more than one column is copied at a time."""
    size = layout.members.sum(axis=0)
    n = np.bincount(layout.stratum, minlength=len(size))
    for measure in measures:
        y, x = _column(sheet, measure.source, rows), None
        if measure.kind == "ratio":
            x = _column(sheet, sheet.denominators[measure.source], rows)
        asked = None
        if measure.source in sheet.asked:
            asked = sheet.answers[sheet.asked[measure.source]].to_numpy()[rows].astype(bool)
        check_measure(measure, y, np.ones(1, dtype=bool) if asked is None else asked)
        blank = np.isnan(y) if x is None else np.isnan(y) | np.isnan(x)
        answered = None
        if blank.any():
            if blank.all() and (asked is None or not asked.any()):
                continue
            answered = ~blank
            y, x = np.where(blank, 0.0, y), None if x is None else np.where(blank, 0.0, x)
        a = n if asked is None else np.bincount(layout.stratum[asked], minlength=len(size))
        r = n if answered is None else np.bincount(layout.stratum[answered], minlength=len(size))
        group = item_group(design.strata, (size, n, a, r), design)
        joined = joined_names(group, size, design.strata)
        yield Item(measure, y, x, answered, asked, group, joined, weighting)


def _column(sheet: Sheet, name: str, rows: Whole | slice) -> Floats:
    column: Floats = sheet.answers[name].to_numpy(dtype=float)
    return column[rows]
