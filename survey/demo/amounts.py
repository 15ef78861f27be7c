"""Numbers that add up: invented amounts, counts and rates calibrated to a printed total, mean or ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Numbers", "calibrated_counts", "calibrated_denominators", "calibrated_rates"]

Numbers = NDArray[np.float64]


def calibrated_counts(start: Numbers, total: float, step: int, least: int) -> Numbers:
    """Scale positive numbers so that, in multiples of `step` and not below `least`, they sum to `total`."""
    target = round(total / step) * step

    def at(shift: float) -> Numbers:
        counts: Numbers = np.maximum(np.round(start * np.exp(shift) / step) * step, least)
        return counts

    values = at(_bisect(lambda t: float(at(t).sum()) - target))
    largest = int(np.argmax(values))
    values[largest] += target - values.sum()
    return values


def calibrated_rates(  # noqa: PLR0917 - the terms of the equation, in its order
    wish: Numbers, weight: Numbers, target: float, low: Numbers, high: Numbers, step: float
) -> Numbers:
    """Choose rates between `low` and `high`, in multiples of `step`, whose weighted mean is `target`.

    `wish` orders them: where it is higher the rate lies nearer its upper bound.
    """
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)

    def at(shift: float) -> Numbers:
        steps: Numbers = np.round(first + (last - first) / (1 + np.exp(-(wish + shift))))
        return steps

    aim = target * weight.sum() / step
    values = at(_bisect(lambda t: float((at(t) * weight).sum()) - aim))
    for i in np.argsort(-weight, kind="stable"):
        missing = (aim - (values * weight).sum()) / weight[i]
        values[i] = np.clip(values[i] + np.round(missing), first[i], last[i])
    return values * step


def calibrated_denominators(  # noqa: PLR0917 - the terms of the equation, in its order
    wish: Numbers, numerator: Numbers, target: float, low: Numbers, high: Numbers, step: int
) -> Numbers:
    """Choose denominators so that the pooled ratio is `target`, each ratio between `low` and `high`."""
    least, most = np.ceil(numerator / high / step), np.floor(numerator / low / step)

    def at(shift: float) -> Numbers:
        rate = low + (high - low) / (1 + np.exp(-(wish + shift)))
        steps: Numbers = np.clip(np.round(numerator / rate / step), least, most)
        return steps

    aim = numerator.sum() / target / step
    values = at(_bisect(lambda t: aim - float(at(t).sum())))
    for i in np.argsort(-numerator, kind="stable"):
        values[i] = np.clip(values[i] + np.round(aim - values.sum()), least[i], most[i])
    return values * step


def _bisect(excess: Callable[[float], float]) -> float:
    """Find where a rising function crosses zero, between -30 and 30."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return high
