"""From what was counted out to rows of levels: which interval fits, and the agreed columns.

References
----------
Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling. doi:10.1007/978-1-4612-4378-6
Korn & Graubard (1998), Survey Methodology 24, 193-201.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.intervals import effective_share, hypergeometric, stratified_share, t_interval
from analysis.strata import JOINING_RULE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.layouts import Item
    from analysis.summaries import Summary

__all__ = ["choose_bounds", "level_rows"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

# Exact tails are counted in frames of up to so many members, with so many outcomes of all strata but the
# largest; beyond, the interval at the effective size is as good and takes no time.
_COUNTED = 5000
_OUTCOMES = 2_000_000


def level_rows(
    items: Sequence[Item],
    summary: Summary,
    names: Sequence[str],
    place: tuple[str, str],
    level: float,
    *,
    doubted: Texts | None = None,
) -> pd.DataFrame:
    """Write the rows of a wave and dimension, unsorted, in printed units.

    Parameters
    ----------
    items, summary
        P measures and what was counted of them.
    names
        K segments; those without members in the wave get no row.
    place
        Wave and dimension.
    level
        Of the intervals.
    doubted
        [P, K] why an interval may be too narrow (`reliability.doubts`), empty where nothing says so.
    """
    measures = [item.measure for item in items]
    members = np.array([m.estimand == "members" for m in measures])[:, None]
    lower, upper, method = choose_bounds(items, summary, level, doubted)
    figure = np.where(members, summary.figure, summary.plain)
    scale = np.array([m.scale for m in measures])[:, None]
    n = summary.n
    with np.errstate(invalid="ignore", divide="ignore"):
        kish = np.where(members, summary.weight**2 / summary.weight_squared, n)
    keep = summary.size > 0
    p, k = (places.tolist() for places in np.nonzero(keep))
    empty = np.isnan(figure)
    silent = np.where(n > 0, "undefined: divided by zero", "no answers")
    hidden = empty | ~members
    columns = {
        "indicator": [measures[i].indicator for i in p],
        "wave": place[0],
        "dimension": place[1],
        "segment": [names[j] for j in k],
        "estimate": (figure * scale)[keep],
        "se": np.where(hidden, np.nan, np.sqrt(summary.variance) * scale)[keep],
        "lower": np.where(hidden, np.nan, lower * scale)[keep],
        "upper": np.where(hidden, np.nan, upper * scale)[keep],
        "level": level,
        "method": np.where(empty, silent, np.where(members, method, "describes respondents"))[keep],
        "unit": [measures[i].unit for i in p],
        "n": n[keep],
        "N": summary.size[keep],
        "n_effective": np.where(n > 0, kish, 0.0)[keep],
        "status": np.where(empty, "empty", "released")[keep],
    }
    return pd.DataFrame(columns)


def choose_bounds(
    items: Sequence[Item], summary: Summary, level: float, doubted: Texts | None = None
) -> tuple[Floats, Floats, Texts]:
    """Choose and compute the interval of each `members` figure, unscaled: lower, upper, method, [P, K] each.

    See `estimates.estimate` for which interval is chosen. ``doubted`` as in `level_rows`.
    """
    measures = [item.measure for item in items]
    lower, upper, method = _t_bounds(items, summary, level)
    asks = np.array([m.kind == "share" and m.estimand == "members" for m in measures])[:, None]
    asks = asks & (summary.n > 0)
    plain = np.array([item.weighting is None for item in items])[:, None]
    countable = asks & plain & ~summary.routed & (summary.size <= _COUNTED)
    exact = countable & (summary.spanned == 1)
    several = countable & (summary.spanned > 1) & summary.whole & _few_outcomes(summary)
    yes = summary.yes.sum(axis=2)
    found = hypergeometric(yes[exact], summary.n[exact], summary.size[exact], level)
    lower[exact], upper[exact], method[exact] = found.lower, found.upper, found.method
    for p, k in np.argwhere(several):
        found = stratified_share(summary.yes[p, k], summary.answers[p, k], summary.members[p, k], level)
        lower[p, k], upper[p, k], method[p, k] = found.lower, found.upper, found.method
    rest = asks & ~exact & ~several
    found = effective_share(summary.figure[rest], _effective_size(summary, plain)[rest], level)
    lower[rest], upper[rest], method[rest] = found.lower, found.upper, found.method
    notes = [
        (f"; {JOINING_RULE}, strata joined: {item.joined}" if item.joined else "")
        + (f"; {item.weighting.name}" if item.weighting else "")
        for item in items
    ]
    if doubted is not None:
        told = np.isfinite(upper - lower) & (doubted != "")
        method = method + np.where(told, "; " + doubted, "")
    return lower, upper, method + np.array(notes, dtype=object)[:, None]


def _few_outcomes(summary: Summary) -> Flags:
    answers = np.where(summary.answers < summary.members, summary.answers, 0).astype(float)
    outcomes = (answers + 1.0).prod(axis=2) / (answers.max(axis=2) + 1.0)
    return np.asarray(outcomes <= _OUTCOMES)


def _t_bounds(items: Sequence[Item], summary: Summary, level: float) -> tuple[Floats, Floats, Texts]:
    n, complete, figure, se = summary.n, summary.complete, summary.figure, np.sqrt(summary.variance)
    df = (n - summary.strata).astype(float)
    bound = t_interval(figure, se, df, level)
    quantile = np.array([item.measure.kind == "quantile" for item in items])[:, None] & np.ones(n.shape, bool)
    low = np.where(quantile, summary.low, bound.lower)
    high = np.where(quantile, summary.high, bound.upper)
    # identical values leave rounding dust in place of a zero
    flat = np.isnan(se) | (se <= 1e-12 * np.abs(figure))
    sure, unsure = flat & complete & ~np.isnan(se), flat & ~complete
    lower = np.where(sure, figure, np.where(unsure, np.nan, low))
    upper = np.where(sure, figure, np.where(unsure, np.nan, high))
    lower = np.where(summary.parts, np.clip(lower, 0.0, 1.0), lower)
    upper = np.where(summary.parts, np.clip(upper, 0.0, 1.0), upper)
    lower = np.where(summary.amounts, np.maximum(lower, summary.reported), lower)
    ways = np.where(quantile, "Woodruff", "linearisation").ravel()
    words = [f"{way}, t({int(d)})" for way, d in zip(ways, df.ravel(), strict=True)]
    method = np.array(words, dtype=object).reshape(df.shape)
    method[sure] = "all answered"
    method[unsure] = "no variation among the answers: no interval"
    method[(df < 1) & ~sure] = "too few answers: no interval"
    method[(n == 1) & ~complete] = "one answer: no interval"
    return lower, upper, method


def _effective_size(summary: Summary, plain: Flags) -> Floats:
    """Say how many answers out of an endless frame would tell as much: [P, K]."""
    with np.errstate(invalid="ignore", divide="ignore"):
        by_design = summary.weight**2 / summary.weight_excess
        by_answers = summary.figure * (1 - summary.figure) / summary.variance
    varied = (summary.figure > 0) & (summary.figure < 1) & (summary.variance > 0)
    known = summary.complete & ((summary.spanned == 1) | ~plain)
    return np.where(known, np.inf, np.where(varied, np.fmin(by_design, by_answers), by_design))
