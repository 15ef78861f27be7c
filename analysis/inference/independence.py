"""Are two classifications independent in the frame? Tests of two-way tables from a weighted sample.

References
----------
Rao & Scott (1984), On chi-squared tests for multiway contingency tables with cell proportions estimated from
survey data, Annals of Statistics 12, 46-60. doi:10.1214/aos/1176346391
Koch, Freeman & Freeman (1975), Strategies in the multivariate analysis of data from complex surveys,
International Statistical Review 43, 59-78. doi:10.2307/1402660
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.model import ArgumentError

if TYPE_CHECKING:
    from analysis.inference.sample import Sample

__all__ = ["Independence", "rao_scott", "wald"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Independence:
    """Hold a test of independence: statistic, degrees of freedom above and below, p-value, test's name."""

    statistic: float
    df: float
    denominator_df: float
    p_value: float
    test: str


def rao_scott(
    sample: Sample, rows: npt.ArrayLike, columns: npt.ArrayLike, *, corrected: bool = True
) -> Independence:
    """Test independence by Pearson's statistic of the weighted shares, corrected for the design.

    X^2 = n sum (p - p_r p_c)^2 / (p_r p_c). With d the eigenvalues of the design effects of the interaction,
    ``corrected`` gives F = X^2 / sum d on (sum d)^2 / sum d^2 and df times as many degrees of freedom (second
    order); without it the statistic stays X^2, and X^2 over the mean of d is held against chi-square on
    (r - 1)(c - 1) degrees of freedom (first order).

    Raises
    ------
    ArgumentError
        A classification with fewer than two categories.

    References
    ----------
    Rao & Scott (1984), doi:10.1214/aos/1176346391; Thomas & Rao (1987), doi:10.1080/01621459.1987.10478481.
    R: ``svychisq(~a + b, design, statistic = "F")``, ``"Chisq"``.
    """
    cells, (r, c) = _cells(sample, rows, columns)
    shares = sample.mean(cells)
    p = shares.value.reshape(c, r).T
    fitted = np.outer(p.sum(axis=1), p.sum(axis=0))
    n = len(cells)
    pearson = float(n * ((p - fitted) ** 2 / fitted).sum())
    contrast = _interaction(r, c)
    inverse = np.diag(np.divide(1.0, shares.value, out=np.zeros_like(shares.value), where=shares.value > 0))
    plain = contrast.T @ (inverse / n) @ contrast
    actual = contrast.T @ inverse @ shares.covariance @ inverse @ contrast
    delta = np.linalg.solve(plain, actual)
    first, second = float(np.trace(delta)), float(np.trace(delta @ delta))
    df = first**2 / second
    if corrected:
        f = pearson / first
        return Independence(f, df, df * sample.df, float(stats.f.sf(f, df, df * sample.df)), "Rao-Scott F")
    k = float((r - 1) * (c - 1))
    return Independence(
        pearson, k, np.inf, float(stats.chi2.sf(pearson * k / first, k)), "Rao-Scott chi-square"
    )


def wald(sample: Sample, rows: npt.ArrayLike, columns: npt.ArrayLike) -> Independence:
    """Test independence by the adjusted Wald statistic of the estimated counts' distance from independence.

    Y = T_rc - T_r T_c / T without first row and column, W = Y' V(Y)^-1 Y,
    F = W (df - k + 1) / (df k) on k = (r - 1)(c - 1) and df - k + 1 degrees of freedom.

    Raises
    ------
    ArgumentError
        A classification with fewer than two categories.

    References
    ----------
    Koch, Freeman & Freeman (1975), doi:10.2307/1402660. R: ``svychisq(~a + b, design, statistic =
    "adjWald")``.
    """
    cells, (r, c) = _cells(sample, rows, columns)
    count = sample.total(cells)
    t = count.value.reshape(c, r).T
    row, column, total = t.sum(axis=1), t.sum(axis=0), t.sum()
    distance = (t - np.outer(row, column) / total).T.ravel()
    i, j = np.tile(np.arange(r), c), np.repeat(np.arange(c), r)
    same_row, same_column = i[:, None] == i[None], j[:, None] == j[None]
    slope = (
        np.eye(r * c)
        - same_row * (column[j] / total)[:, None]
        - same_column * (row[i] / total)[:, None]
        + (row[i] * column[j] / total**2)[:, None]
    )
    used = (i > 0) & (j > 0)
    v = (slope @ count.covariance @ slope.T)[np.ix_(used, used)]
    k = (r - 1) * (c - 1)
    below = sample.df - k + 1
    f = float(distance[used] @ np.linalg.solve(v, distance[used])) * below / (sample.df * k)
    return Independence(f, float(k), float(below), float(stats.f.sf(f, k, below)), "adjusted Wald F")


def _cells(sample: Sample, rows: npt.ArrayLike, columns: npt.ArrayLike) -> tuple[Floats, tuple[int, int]]:
    cells, shape = sample.table(rows, columns)
    if min(shape) < 2:  # noqa: PLR2004 -- with one category there is nothing to depend on
        raise ArgumentError(
            "rows, columns", "at least two categories of each", f"{shape[0]} and {shape[1]}",
            "choose another classification",
        )  # fmt: skip
    return cells, shape


def _interaction(r: int, c: int) -> Floats:
    """Give what is left of the interaction's columns after rows and columns: [r c, (r - 1)(c - 1)]."""
    i, j = np.tile(np.arange(r), c), np.repeat(np.arange(c), r)
    row, column = i[:, None] == np.arange(1, r)[None], j[:, None] == np.arange(1, c)[None]
    additive = np.concatenate([np.ones((r * c, 1)), row, column], axis=1)
    crossed = (column[:, :, None] & row[:, None, :]).reshape(r * c, -1).astype(float)
    return np.asarray(crossed - additive @ np.linalg.lstsq(additive, crossed, rcond=None)[0])
