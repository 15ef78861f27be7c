"""The signs beside the numbers of a table: a break before the wave, a revision, one that rounds to zero."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.formatting import round_half_up

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    import pandas as pd

    from analysis.design import Measure

__all__ = ["broken_at", "rounds_away", "signs"]


def broken_at(estimates: pd.DataFrame, measures: Mapping[str, Measure]) -> frozenset[tuple[str, str]]:
    """Find each (indicator, wave) before which its series breaks.

    A break lies at the first wave with a figure at or after the one its definition names, where an earlier
    wave has a figure too: a first figure is compared with nothing.
    """
    known = estimates.loc[
        (estimates["dimension"] == "total") & (estimates["status"] != "empty"), ["indicator", "wave"]
    ].drop_duplicates()
    found: set[tuple[str, str]] = set()
    for name, own in known.groupby("indicator"):
        waves = sorted(str(wave) for wave in own["wave"])
        for before, wave in pairwise(waves):
            if any(before < broken <= wave for broken in measures[str(name)].breaks):
                found.add((str(name), wave))
    return frozenset(found)


def rounds_away(value: object, digits: int) -> bool:
    """Whether a number is not zero but is shown as zero."""
    if not isinstance(value, float) or not math.isfinite(value) or not value:
        return False
    return round_half_up(value, digits).is_zero()


def signs(
    keys: Iterable[str], broken: Iterable[bool], shown: Iterable[object], digits: int, revised: Container[str]
) -> list[str]:
    """Give the signs of each row, in brackets with blanks between, empty where there is none.

    Parameters
    ----------
    keys : iterable of str
        Keys of the rows' estimates.
    broken : iterable of bool
        Whether the series breaks before the row's wave.
    shown : iterable
        What stands in the row's main column: a number, or a sign for one.
    digits : int
        Its shown decimals.
    revised : container of str
        Keys of the estimates that were published before with another value.
    """
    rows = []
    for key, is_broken, value in zip(keys, broken, shown, strict=True):
        told = {"[b]": is_broken, "[r]": key in revised, "[low]": rounds_away(value, digits)}
        rows.append(" ".join(sign for sign, holds in told.items() if holds))
    return rows
