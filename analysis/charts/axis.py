"""The reach and the marks of a number axis."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from analysis.charts.style import TICK, text_width
from analysis.formatting import Lang, Unit, decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["scale", "tick_labels", "year_ticks"]

_STEPS = [1, 2, 5, 10]
_NOISE = 1e-6
_MOST_DIGITS = 3
_FEWEST = 4


def scale(
    rows: Sequence[Mapping[str, Any]], marks: int, *, below: float, above: float, ceiling: float = math.inf
) -> tuple[float, float, list[float]]:
    """Find the ends of an axis that holds estimates and bounds, and up to `marks` round values on it.

    Parameters
    ----------
    rows : sequence of rows with estimate, lower, upper
    marks : int
    below, above : float
        Room beyond the lowest and highest value, as parts of their distance; never below zero for figures
        that are not negative.
    ceiling : float
        Where the axis ends at the latest, if no value lies beyond: 100 for per cent.
    """
    values = [
        float(row[column])
        for row in rows
        for column in ("estimate", "lower", "upper")
        if not math.isnan(float(row[column]))
    ]
    spread = max(values) - min(values) or abs(max(values)) * 0.1 or 1.0
    low, high = min(values) - below * spread, max(values) + above * spread
    if min(values) >= 0:
        low = max(0.0, low)
    high = min(high, max(ceiling, *values))
    ticks = [
        float(tick)
        for tick in MaxNLocator(marks, steps=_STEPS, min_n_ticks=min(marks, _FEWEST)).tick_values(low, high)
    ]
    return low, high, [tick for tick in ticks if low <= tick <= high]


def tick_labels(ticks: Sequence[float], unit: Unit, lang: Lang) -> list[str]:
    """Print the values of an axis with as many decimals as their distance needs."""
    step = min((after - before for before, after in pairwise(ticks)), default=1.0)
    enough = (
        digits for digits in range(_MOST_DIGITS) if abs(step * 10**digits - round(step * 10**digits)) < _NOISE
    )
    digits = next(enough, _MOST_DIGITS)
    return [decimal_text(tick, digits, power={"en": unit.en_power}).in_(lang) for tick in ticks]


def year_ticks(waves: Sequence[int], room: float, *, first: bool = False) -> tuple[list[int], list[str]]:
    """Label as many years as fit, the last one always; `room` is the width of one year in points.

    With `first` the first one comes next, then those between; else they follow from the last back.
    """
    need = text_width("2020", TICK) + 5
    order = list(reversed(waves))
    if first:
        order.insert(1, order.pop())
    kept: list[int] = []
    for year in order:
        if all(abs(other - year) * room >= need for other in kept):
            kept.append(year)
    return list(waves), [str(year) if year in kept else "" for year in waves]
