"""How large a difference would have been seen? What "no difference found" rules out, and what it does not.

The minimal detectable difference of two segments is the true one that a two-sided test finds with the wanted
power (four times in five) at the segments' sizes. There are two of them, as there are two questions:

- Do this year's *frames* of both segments differ? Answers out of few members carry the finite population
  correction, as the intervals of differences do; where all have answered every difference is seen: zero. It
  is the one told beside "no difference is shown".
- Do the segments differ by *more than chance* would deal them, as the tests of `analysis.inference.segments`
  ask? That knows no finite frame; pass infinite members.

Both look forward from sizes and spread, not back from the difference seen: they are no "observed power".

References
----------
Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3rd ed., 4.2.
doi:10.1002/0471445428
Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2.
Hoenig & Heisey (2001), The abuse of power, The American Statistician 55, 19-24.
doi:10.1198/000313001300339897
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import brentq

from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["detectable_change", "detectable_mean", "detectable_share", "unseen"]

Floats = npt.NDArray[np.float64]


def detectable_share(
    share: float,
    answers: Sequence[float],
    members: Sequence[float],
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Find the difference of two shares that would be seen with the wanted power.

    The shares p1 > p2 lie about the pooled one so that it stays what it is (moved inside 0 to 1 where
    needed). With f = n / N, c_i = (1 - f_i) N_i / (N_i - 1), q = 1 - p, the least d = p1 - p2 such that::

        d = z(1 - alpha/2) sqrt( p q (c1/n1 + c2/n2) ) + z(power) sqrt( c1 p1 q1/n1 + c2 p2 q2/n2 )

    It holds about for fewer than some ten answers, where the exact tests, which step from count to count,
    see a little less.

    Parameters
    ----------
    share
        Pooled share, 0 to 1.
    answers, members
        n and N of both segments; N may be infinite.
    alpha, power
        Level of the two-sided test (a pair's part of it under Holm's rule) and the chance to find d.

    Returns
    -------
    d, 0 to 1; 0 where all have answered, NaN where not even a difference of 1 would be seen.

    References
    ----------
    Fleiss, Levin & Paik (2003), 4.2, without the continuity correction. R, for equal n of an endless
    population: ``power.prop.test(n, p1, power = 0.8)$p2``.
    """
    _check(answers, members, alpha, power)
    if not 0 <= share <= 1:
        raise ArgumentError("share", "a number from 0 to 1", repr(share), "give the pooled share")
    n, size = np.asarray(answers, dtype=float), np.asarray(members, dtype=float)
    parts = _corrections(n, size) / n
    if not parts.any():
        return 0.0
    z, z_power = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(power)

    def lacks(d: Floats) -> Floats:
        high = np.minimum(np.maximum(share + d * n[1] / n.sum(), d), 1.0)
        low = high - d
        pooled = (n[0] * high + n[1] * low) / n.sum()
        null = np.sqrt(pooled * (1 - pooled) * parts.sum())
        other = np.sqrt(high * (1 - high) * parts[0] + low * (1 - low) * parts[1])
        return np.asarray(d - z * null - z_power * other)

    return _least(lacks)


def detectable_mean(
    spread: Sequence[float],
    answers: Sequence[float],
    members: Sequence[float],
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Find the difference of two means that would be seen with the wanted power.

    With v_i = (1 - n_i/N_i) s_i^2 / n_i and Welch's degrees of freedom, the d at which the noncentral t
    with noncentrality d / sqrt(v1 + v2) passes t(1 - alpha/2) with the wanted probability.

    Parameters
    ----------
    spread
        Standard deviations of both segments, any unit; d is in the same.
    answers, members, alpha, power
        As in `detectable_share`; at least two answers each unless all have answered.

    Returns
    -------
    d; 0 where all have answered, NaN where a segment has one answer of several or neither varies.

    References
    ----------
    Cohen (1988), 2. R, for equal n and sd of an endless population: ``power.t.test(n, sd = s, power =
    0.8)$delta``.
    """
    _check(answers, members, alpha, power)
    n, size, s = (np.asarray(a, dtype=float) for a in (answers, members, spread))
    missing = 1 - n / size
    if not missing.any():
        return 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        v = np.where(missing == 0, 0.0, missing * s**2 / n)
        df = v.sum() ** 2 / np.where(v > 0, v**2 / (n - 1), 0.0).sum()
    if not (np.isfinite(df) and v.sum() > 0 and df >= 1):
        return float("nan")
    t = stats.t.ppf(1 - alpha / 2, df)

    def lacks(shift: float) -> float:
        return float(stats.nct.sf(t, df, shift) - power)

    return float(brentq(lacks, 0.0, 10 * t + 10) * np.sqrt(v.sum()))


def detectable_change(lower: float, upper: float, level: float, *, power: float = 0.8) -> float:
    """Find how large a change would be seen with the wanted power, from its interval.

    Half the interval is z(1 - alpha/2) errors; a change is seen four times in five from z(1 - alpha/2) +
    z(power) errors on.

    Parameters
    ----------
    lower, upper
        Both ends of the interval.
    level
        Its confidence level.
    power
        The chance to find the change.

    Returns
    -------
    The change in the unit of the interval; NaN where there is no interval.
    """
    z, z_power = stats.norm.ppf((1 + level) / 2), stats.norm.ppf(power)
    return float((z + z_power) / z * (upper - lower) / 2)


def unseen(pairs: str, segments: Collection[str]) -> list[float | None]:
    """List what the intervals of the pairs of some segments could not have shown, least first.

    Parameters
    ----------
    pairs
        Column of a row of `comparisons`; ``detectable`` is read.
    segments
        Those whose figures are told; pairs of others are left out.

    Returns
    -------
    Differences in the printed unit; None, at the end, for each pair in which none would be seen.
    """
    told = [pair for pair in json.loads(pairs) if {pair["a"], pair["b"]} <= set(segments)]
    values = [pair["detectable"] for pair in told if "detectable" in pair]
    return [*sorted(value for value in values if value is not None), *(v for v in values if v is None)]


def _corrections(n: Floats, size: Floats) -> Floats:
    """Give (1 - n/N) N / (N - 1) of each segment; 1 for an endless one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        finite = (1 - n / size) * size / (size - 1)
    return np.asarray(np.where(n == size, 0.0, np.where(np.isinf(size), 1.0, finite)))


def _least(lacks: Callable[[Floats], Floats]) -> float:
    """Find the least difference from 0 to 1 that is no longer lacking."""
    steps = np.linspace(1e-6, 1.0, 401)
    enough = np.flatnonzero(lacks(steps) >= 0)
    if not enough.size:
        return float("nan")
    first = int(enough[0])
    if first == 0:
        return float(steps[0])
    return float(brentq(lambda d: float(lacks(np.asarray(d))), steps[first - 1], steps[first]))


def _check(answers: Sequence[float], members: Sequence[float], alpha: float, power: float) -> None:
    n, size = np.asarray(answers, dtype=float), np.asarray(members, dtype=float)
    if n.shape != (2,) or size.shape != (2,) or not ((n >= 1) & (n <= size)).all():
        raise ArgumentError(
            "answers, members",
            "n and N of two segments, 1 <= n <= N",
            "others",
            "count the segments' answers",
        )
    for name, value in (("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            raise ArgumentError(name, "a number between 0 and 1", repr(value), "use 0.05 and 0.8")
