"""What survey packages give on the same draws: both waves stacked, members as clusters.

The change between two waves is no call of the usual packages. What their manuals lead to is the stacked
file: one row for each member and wave, members as clusters, strata as they are, and the finite population
correction of the stratum or none. The formulas are written out here for many draws at once; that R `survey`
and Python `svy` give these very numbers is checked on a part of the draws (`kept.PACKAGES`).

Notes
-----
With u_i = w_i2 z_i2 - w_i1 z_i1 the member's weighted linearised values, 0 in a wave in which it was not
heard, n_h the stratum's clusters seen in either wave and f_h = n_h / N_h::

    V = sum_h (1 - f_h) n_h / (n_h - 1) sum_i (u_i - ubar_h)^2

A member that changes stratum is a cluster in each (R: ``nest=TRUE``). Where more clusters are seen
than the frame has members (turnover) f_h is cut to 1; R refuses such a design.

References
----------
Lumley (2010), Complex Surveys: a guide to analysis using R. doi:10.1002/9780470580066
R: ``svydesign(ids=~member, strata=~stratum, weights=~w, fpc=~N, nest=TRUE)``, ``svyby(~y, ~wave, design,
svymean, covmat=TRUE)``, ``svycontrast``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats

if TYPE_CHECKING:
    from analysis.design import Kind
    from analysis.simulation.populations import Draws

__all__ = ["stacked"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def _figures(draws: Draws, wave: int, kind: Kind, inside: Flags) -> tuple[Floats, Floats]:
    """Give the weighted figure of a wave, [R], and each member's weighted linearised value, [R, M]."""
    stratum, seen = draws.stratum[wave], draws.seen[wave]
    w = np.zeros(seen.shape)
    for h in np.unique(stratum[stratum >= 0]):
        at = stratum == h
        w[:, at] = at.sum() / seen[:, at].sum(axis=1, keepdims=True)
    w = np.where(seen & inside[wave], w, 0.0)
    up = (w * draws.y[wave]).sum(axis=1)
    if kind == "total":
        return up, w * draws.y[wave]
    down = (w * draws.x[wave]).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = up / down
        return figure, w * (draws.y[wave] - figure[:, None] * draws.x[wave]) / down[:, None]


def stacked(
    draws: Draws, kind: Kind, inside: Flags, *, change: bool, corrected: bool, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Estimate the second wave's level or the change as the stacked design has it.

    Parameters
    ----------
    draws
        The panel with its respondents.
    kind
        {"share", "mean", "total", "ratio"}.
    inside
        [2, M] who is in the segment, in either wave.
    change
        The change, of a total relative to the first wave; else the second wave's level.
    corrected
        With the finite population correction, or without.

    Returns
    -------
    Estimate, standard error, half the width of the t interval (clusters - strata degrees of freedom): [R].
    """
    now, u2 = _figures(draws, 1, kind, inside)
    estimate = now
    values = np.stack([np.zeros_like(u2), u2])
    if change:
        then, u1 = _figures(draws, 0, kind, inside)
        with np.errstate(invalid="ignore", divide="ignore"):
            estimate = now / then - 1 if kind == "total" else now - then
            scale = then if kind == "total" else np.ones_like(then)
            growth = now / then if kind == "total" else scale
            values = np.stack([-u1 * growth[:, None], u2]) / scale[:, None]
    waves = (0, 1) if change else (1,)
    variance, df = _clustered(draws, values, waves, corrected=corrected)
    se = np.sqrt(variance)
    return estimate, se, stats.t.ppf(0.5 + level / 2, np.maximum(df, 1)) * se


def _clustered(
    draws: Draws, values: Floats, waves: tuple[int, ...], *, corrected: bool
) -> tuple[Floats, Floats]:
    variance, df = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for h in range(len(draws.panel.strata)):
        at = {w: draws.stratum[w] == h for w in waves}
        heard = np.logical_or.reduce([draws.seen[w] & at[w] for w in waves])
        u = sum(values[w] * at[w] for w in waves)
        n = heard.sum(axis=1)
        mean = np.where(heard, u, 0.0).sum(axis=1) / n
        squares = (np.where(heard, u - mean[:, None], 0.0) ** 2).sum(axis=1)
        size = at[1].sum() if 1 in at else at[0].sum()
        left = np.maximum(1 - n / size, 0.0) if corrected else 1.0
        variance += left * n / (n - 1) * squares
        df += n - 1
    return variance, df
