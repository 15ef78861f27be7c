"""Where a t interval may be too narrow, said beside the figure by a rule that the simulation has tried.

A t interval of a mean, total or ratio covers at its level if the answers behind the error are many enough
for how skewed they are. Two signs tell that they may not be, both taken from the answers of the strata that
are not fully known (what is fully known has no error):

* the error rests on fewer than ten answers: with V_h the strata's parts of the variance and r_h their
  answers, ``(sum V_h)^2 / sum[ V_h^2 / (r_h - 1) ] + 1 < 10`` (Cochran 1977, 5.4; one stratum: r < 10). So
  few do not show whether amounts are skewed;
* the estimate is skewed: with u_i the weighted deviations from the stratum's mean, times sqrt(1 - f_h),
  ``|sum u_i^3| / (sum u_i^2)^(3/2) > 1/5``. With one stratum this is Cochran's rule n < 25 G1^2 (1977, 2.15),
  G1 Fisher's measure of skewness.

A change carries the sign if either wave's figure does. Shares carry none: their intervals are exact,
or have half answers added (`analysis.inference.changes`); in the simulation they cover 95 % on average for
every estimator, 92 % at worst (a share of 2 % in a group across strata).

Notes
-----
In the simulation (`analysis.simulation`) nine in ten of the cells whose interval covered less than 92 % had
the sign in more than half of their draws; what a sample does not show it cannot tell: in draws without
the sign very skewed amounts still cover less than their level. The kept table has both figures.

References
----------
Cochran (1977), Sampling Techniques, 3rd ed., 2.15 and 5.4.
Sugden, Smith & Jones (2000), Cochran's rule for simple random sampling, J. R. Statist. Soc. B 62, 787-793.
doi:10.1111/1467-9868.00264
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inference.answers import Answers, Linearised

__all__ = ["FEW", "MARK", "SKEWED", "doubts", "without_marks"]

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

MARK = "interval may be too narrow"
FEW = f"{MARK}: fewer than ten answers behind the error"
SKEWED = f"{MARK}: skewed amounts"

_ENOUGH = 10
_SKEWNESS = 0.2


def doubts(answers: Answers, waves: tuple[int, ...], lines: tuple[Linearised, ...]) -> Texts:
    """Say of each `members` figure, or change between two waves, whether its interval may be too narrow.

    Parameters
    ----------
    answers
        P measures.
    waves, lines
        The wave of a level, or both of a change, with what `linearise` gave for them.

    Returns
    -------
    [P, K] of `FEW`, `SKEWED` or an empty string.
    """
    asked = np.array([m.kind != "share" and m.estimand == "members" for m in answers.measures])
    few = np.zeros(lines[0].figure.shape, dtype=bool)
    skewed = few.copy()
    for wave, line in zip(waves, lines, strict=True):
        count, skewness = _behind(answers, wave, line, asked)
        few[asked] |= count < _ENOUGH
        skewed[asked] |= skewness > _SKEWNESS
    return np.where(few, FEW, np.where(skewed, SKEWED, "")).astype(object)


def without_marks(texts: pd.Series[str]) -> pd.Series[str]:
    """Take the marks out of methods or notes that are published: they do not tell good from bad."""
    return texts.str.replace(rf"(?:^|; ){MARK}: [^;]*", "", regex=True)


def _behind(
    answers: Answers, wave: int, line: Linearised, asked: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Count the answers worth as much as those behind each error, and measure its skewness: [P', K]."""
    z, known, parts = line.z[asked], line.known[asked], line.parts[asked]
    square, cube, spread = (np.zeros(z.shape[:2]) for _ in range(3))
    for g in range(len(answers.strata)):
        here = answers.stratum[asked, wave] == g
        in_reach = known & here
        r, size = in_reach.sum(axis=1)[:, None], here.sum(axis=1)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            weighted = z * line.weight[asked][:, None, :] * in_reach[:, None, :]
            middle = weighted.sum(axis=2) / r
            u = np.where(in_reach[:, None, :], weighted - middle[:, :, None], 0.0)
            left = np.sqrt(np.maximum(1 - r / size, 0.0))
            square += np.where(r > 0, left**2 * (u**2).sum(axis=2), 0.0)
            cube += np.where(r > 0, left**3 * (u**3).sum(axis=2), 0.0)
            spread += np.where((r > 1) & (parts[:, :, g] > 0), parts[:, :, g] ** 2 / (r - 1), 0.0)
    variance = parts.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.where(spread > 0, variance**2 / spread + 1, np.inf)
        skewness = np.where(square > 0, np.abs(cube) / square**1.5, 0.0)
    return count, skewness
