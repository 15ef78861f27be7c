"""Robust limits for a group of numbers: which of them stand too far from the others.

Every method returns True where a value is inside, False where it is outside; None where the group has no
spread to measure by.

References
----------
Hidiroglou & Berthelot (1986), Statistical editing and imputation for periodic business surveys, Survey
Methodology 12(1), 73-83.
Leys et al. (2013), Detecting outliers: do not use standard deviation around the mean, use absolute deviation
around the median, J. Exp. Soc. Psychology 49(4). doi:10.1016/j.jesp.2013.03.013
Brys, Hubert & Struyf (2004), A robust measure of skewness, J. Comput. Graph. Stat. 13(4).
doi:10.1198/106186004X12632
Hubert & Vandervieren (2008), An adjusted boxplot for skewed distributions, CSDA 52(12).
doi:10.1016/j.csda.2007.11.008. R: ``robustbase::adjboxStats``, ``univOutl::HBmethod``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["hidiroglou_berthelot", "mad", "medcouple", "skewed_boxplot"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NORMAL = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


def hidiroglou_berthelot(
    now: Floats, before: Floats, *, u: float = 0.5, a: float = 0.05, c: float = 4.0
) -> Flags | None:
    """Hold the ratios now / before against each other; the larger a member, the smaller a change counts.

    The ratio r is centred at the median R as s = 1 - R/r below it and r/R - 1 above it, and weighed by size:
    E = s max(now, before)^u. Inside lies what is between E_med - c d1 and E_med + c d3 with
    d1 = max(E_med - E_Q1, |a E_med|), d3 = max(E_Q3 - E_med, |a E_med|).

    Parameters
    ----------
    now, before : array, [M]
        Positive numbers.
    u, a, c : float
        Weight of size, least distance of the quartiles in parts of the median, width.
    """
    ratio = now / before
    middle = np.median(ratio)
    centred = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect = centred * np.maximum(now, before) ** u
    low, median, high = np.quantile(effect, [0.25, 0.5, 0.75])
    below, above = max(median - low, abs(a * median)), max(high - median, abs(a * median))
    if below == 0 and above == 0:
        return None
    inside: Flags = (effect >= median - c * below) & (effect <= median + c * above)
    return inside


def mad(values: Floats, *, c: float = 3.5) -> Flags | None:
    """Say which values lie within `c` scaled median absolute deviations of the median."""
    distance = np.abs(values - np.median(values))
    spread = NORMAL * float(np.median(distance))
    if spread == 0:
        return None
    inside: Flags = distance <= c * spread
    return inside


def medcouple(values: Floats) -> float:
    """Measure skewness between -1 and 1: the median of ((z+ - m) - (m - z-)) / (z+ - z-) over the median m.

    Values tied with the median are compared by their order, as Brys, Hubert & Struyf define it.
    """
    z = np.sort(values) - np.median(values)
    upper, lower = z[z >= 0][:, None], z[z <= 0][None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        kernel = (upper + lower) / (upper - lower)
    ties = int((z == 0).sum())
    if ties:
        order = np.arange(ties)[:, None] + np.arange(ties)[None, :]
        # the tied values stand first among the upper, last among the lower
        kernel[:ties, -ties:] = np.sign(order - (ties - 1))
    return float(np.median(kernel))


def skewed_boxplot(values: Floats, *, c: float = 1.5) -> Flags | None:
    """Say which values lie within the boxplot adjusted for skewness.

    With the medcouple MC not below 0: Q1 - c exp(-4 MC) IQR to Q3 + c exp(3 MC) IQR; below 0 the exponents
    are -3 MC and 4 MC.
    """
    low, high = np.quantile(values, [0.25, 0.75])
    if low == high:
        return None
    skew = medcouple(values)
    down, up = (-4, 3) if skew >= 0 else (-3, 4)
    width = c * (high - low)
    inside: Flags = (values >= low - width * np.exp(down * skew)) & (
        values <= high + width * np.exp(up * skew)
    )
    return inside
