"""Weighted sample quantiles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.errors import ArgumentError

__all__ = ["weighted_quantile"]

Floats = npt.NDArray[np.float64]


def weighted_quantile(y: Floats, weights: Floats, p: Floats, *, inner: bool = True) -> Floats:
    """Find the least answers at which the weighted share of answers up to them reaches each p.

    Parameters
    ----------
    y, weights
        [n] answers and weights.
    p
        [q] orders; with ``inner`` none may be 0 or 1.

    Raises
    ------
    ArgumentError
        No answers, or a p outside (0, 1).

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50, 361-365,
    definition 1. doi:10.1080/00031305.1996.10473566. R: ``svyquantile(qrule = "math")``.
    """
    if inner and not ((p > 0) & (p < 1)).all():
        raise ArgumentError(
            "p", "a number between 0 and 1, neither included", ", ".join(f"{one:g}" for one in p.tolist()),
            "use 0.5 for the median",
        )  # fmt: skip
    if not y.size or not (weights > 0).any():
        raise ArgumentError("y", "at least one answer with a weight", "none", "choose another domain")
    order = np.argsort(y, kind="stable")
    reached = np.cumsum(weights[order])
    # a sum of floats must not carry p over a step that it stands on
    place = np.searchsorted(reached, p * reached[-1] * (1.0 - 1e-12), side="left")
    return np.asarray(y[order][np.minimum(place, len(y) - 1)])
