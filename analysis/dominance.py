"""How often does a member of one segment stand above one of another? Cliff's delta with its interval.

References
----------
Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions, Psychological Bulletin 114,
494-509. doi:10.1037/0033-2909.114.3.494
Feng & Cliff (2004), Monte Carlo evaluation of ordinal d with improved confidence interval, Journal of Modern
Applied Statistical Methods 3, 322-332. doi:10.22237/jmasm/1099267560
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["Dominance", "cliffs_delta"]

Floats = npt.NDArray[np.float64]


class Dominance(NamedTuple):
    """Hold Cliff's delta and its bounds, -1 to 1; bounds NaN where they cannot be told."""

    delta: float
    lower: float
    upper: float


def cliffs_delta(first: npt.ArrayLike, second: npt.ArrayLike, level: float = 0.95) -> Dominance:
    """Measure how far one segment stands above another: P(a > b) - P(a < b) over all pairs of members.

    With d_ij = sign(a_i - b_j), row means d_i., column means d_.j and the unbiased variance ::

        s2 = [ m^2 sum(d_i. - d)^2 + n^2 sum(d_.j - d)^2 - sum(d_ij - d)^2 ] / [ n m (n-1) (m-1) ]

    (at least (1 - d^2) / (n m - 1)) the bounds are Cliff's, skewed so that they stay within -1 and 1::

        [ d - d^3 -/+ t s sqrt((1 - d^2)^2 + t^2 s2) ] / (1 - d^2 + t^2 s2),   t(1 - alpha/2; n + m - 2)

    No finite population correction is made: read as the segments' make-up, not this year's list, and as
    careful where most members answered. Where one segment stands wholly above the other s2 is zero, which is
    not certainty: the bounds are then those of the nearest case, one pair turned.

    Parameters
    ----------
    first, second
        [n] and [m] amounts.
    level
        Between 0 and 1.

    References
    ----------
    Cliff (1993), doi:10.1037/0033-2909.114.3.494; Feng & Cliff (2004). R: ``effsize::cliff.delta(a, b)``.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    n, m = a.size, b.size
    above: Floats = np.sign(a[:, None] - b[None, :])
    d = float(above.mean())
    if min(n, m) <= 1:
        return Dominance(d, np.nan, np.nan)
    rows, columns = above.mean(axis=1) - d, above.mean(axis=0) - d
    free = n * m * (n - 1) * (m - 1)
    s2 = (m**2 * (rows**2).sum() + n**2 * (columns**2).sum() - ((above - d) ** 2).sum()) / free
    # for complete separation, the delta of one pair turned stands in
    near = d if abs(d) < 1 else np.sign(d) * (1 - 2 / (n * m))
    s2 = max(float(s2), (1 - near**2) / (n * m - 1))
    t = float(stats.t.ppf(0.5 + level / 2, n + m - 2))
    half = t * np.sqrt(s2) * np.sqrt((1 - near**2) ** 2 + t**2 * s2)
    below = 1 - near**2 + t**2 * s2
    low, high = ((near - near**3 + side * half) / below for side in (-1, 1))
    return Dominance(d, float(np.clip(low, -1.0, d)), float(np.clip(high, d, 1.0)))
