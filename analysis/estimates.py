"""Levels: one row for each indicator, wave, dimension and segment, with the interval that fits it.

Two estimands are kept apart. `respondents` is the plain unweighted figure of those who answered, as past
reports printed it; it describes and carries no interval. `members` speaks of the whole frame: weights
N_h / n_h by stratum, item bases of its own, intervals with the finite population correction.

References
----------
Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling. doi:10.1007/978-1-4612-4378-6
Lumley (2004), Analysis of complex survey samples, J. Stat. Software 9(8). doi:10.18637/jss.v009.i08
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import Answers, Linearised, item_weights, linearise, read_answers
from analysis.errors import ArgumentError
from analysis.frames import ESTIMATE_COLUMNS
from analysis.intervals import effective_share, hypergeometric, stratified_share, t_interval
from analysis.reliability import doubts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.design import Design, Measure

__all__ = ["ESTIMATE_COLUMNS", "bounds", "describe", "estimate", "ingredients"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


def estimate(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    dimensions: Sequence[str] = ("total",),
) -> pd.DataFrame:
    """Estimate every measure in every wave and segment.

    Figures are sums over the answers of the segment: ``sum w y / sum w`` for shares and means,
    ``sum w y / sum w x`` for ratios, ``sum w y`` for totals; w = (N_h / n_h)(a_h / r_h) for `members` (a_h of
    the stratum's respondents asked the item, r_h answered it), w = 1 for `respondents`.

    Intervals of `members`:

    * share in a segment within one stratum, nobody routed out: exact hypergeometric of its answers out of
      its members in the frame (given how many answered, they are a simple random sample of it);
    * share in a segment of several whole strata: `intervals.stratified_share`;
    * any other share (segments cutting through strata, routed items): `intervals.effective_share` at
      min{p(1 - p)/V, (sum w)^2 / sum w(w - 1)}; the second is the size that the finite population correction
      gives without looking at the answers, so that 0 of n is not taken for certainty;
    * means, totals, ratios: linearised standard error and t with (answers - strata behind them) degrees of
      freedom, bounds of a ratio of parts to wholes cut to [0, 1] and of a total to what was reported.

    A single answer, or answers without variation, from a segment not fully answered give no interval of
    zero width but none (NaN), and ``method`` says so. Where all of the segment answered it is a point.

    Parameters
    ----------
    measurements
        indicator, wave, member_id, asked, y, x (see `answers.read_answers` for what is refused).
    measures
        Each indicator at most once.
    design
        Frame, respondents, stratum and level.
    dimensions
        ``"total"``, columns of the frame, or columns crossed with ``*``.

    Returns
    -------
    DataFrame sorted by indicator, wave, dimension, segment, with the columns of `ESTIMATE_COLUMNS`: ``n`` the
    members behind the figure, ``N`` the segment's members in the frame, ``n_effective`` Kish's, ``status``
    ``released`` or ``empty`` (nobody answered, or a ratio's
    denominators add up to 0: NaN). Waves in which an indicator was not asked, and segments
    without members in a wave, have no row.

    References
    ----------
    R: ``svyby(~y, ~segment, svydesign(ids=~1, strata=~h, fpc=~N, data), svymean)`` and ``svytotal``,
    ``svyratio``; ``samplingbook::Sprop`` for the exact intervals.
    """
    if len({m.indicator for m in measures}) < len(measures) or not measures or not dimensions:
        raise ArgumentError(
            "measures, dimensions",
            "at least one, each indicator once",
            "none or repeated ones",
            "list each once",
        )
    answers = read_answers(measurements, measures, design, tuple(dict.fromkeys(dimensions)))
    tables = [
        _table(answers, wave, dimension, design.level)
        for dimension in answers.segments
        for wave in range(len(answers.waves))
    ]
    rows = pd.concat(tables, ignore_index=True)
    rows = rows.sort_values(["indicator", "wave", "dimension", "segment"], ignore_index=True)
    return rows.astype(ESTIMATE_COLUMNS)


def describe(answers: Answers, wave: int, base: Flags) -> Floats:
    """Give the plain figures of the members in ``base`` [P, K, M]: [P, K], NaN where there is nobody."""
    y = np.einsum("pkm,pm->pk", base.astype(float), answers.y[:, wave])
    x = np.einsum("pkm,pm->pk", base.astype(float), answers.x[:, wave])
    total = np.array([m.kind == "total" for m in answers.measures])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = np.where(total, y, y / x)
    return np.where(base.any(axis=2) & np.isfinite(figure), figure, np.nan)


def _table(answers: Answers, wave: int, dimension: str, level: float) -> pd.DataFrame:
    lin = linearise(answers, wave, dimension)
    segments = answers.segments[dimension]
    size = segments.inside[wave].sum(axis=1)
    n = lin.base.sum(axis=2)
    members = np.array([m.estimand == "members" for m in answers.measures])[:, None]
    lower, upper, method = bounds(answers, wave, dimension, lin, level)
    se = np.sqrt(lin.variance)
    figure = np.where(members, lin.figure, describe(answers, wave, lin.base))
    scale = np.array([m.scale for m in answers.measures])[:, None]
    weights = np.where(members, lin.weight, 1.0)[:, None, :] * lin.base
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where(n > 0, weights.sum(axis=2) ** 2 / (weights**2).sum(axis=2), 0.0)
    keep = answers.held[:, wave][:, None] & (size > 0)[None, :]
    p, k = np.nonzero(keep)
    empty = np.isnan(figure)
    silent = np.where(n > 0, "undefined: divided by zero", "no answers")
    hidden = empty | ~members
    columns = {
        "indicator": [answers.measures[i].indicator for i in p],
        "wave": answers.waves[wave],
        "dimension": dimension,
        "segment": [segments.names[j] for j in k],
        "estimate": (figure * scale)[keep],
        "se": np.where(hidden, np.nan, se * scale)[keep],
        "lower": np.where(hidden, np.nan, lower * scale)[keep],
        "upper": np.where(hidden, np.nan, upper * scale)[keep],
        "level": level,
        "method": np.where(empty, silent, np.where(members, method, "describes respondents"))[keep],
        "unit": [answers.measures[i].unit for i in p],
        "n": n[keep],
        "N": np.broadcast_to(size, keep.shape)[keep],
        "n_effective": effective[keep],
        "status": np.where(empty, "empty", "released")[keep],
    }
    return pd.DataFrame(columns)


def bounds(
    answers: Answers, wave: int, dimension: str, lin: Linearised, level: float
) -> tuple[Floats, Floats, Texts]:
    """Choose and compute the interval of each `members` figure, unscaled: lower, upper, method, [P, K] each.

    See `estimate` for which interval is chosen.
    """
    inside = answers.segments[dimension].inside[wave]
    n = lin.base.sum(axis=2)
    lower, upper, method = _t_bounds(answers, wave, lin, level)
    asks = np.array([m.kind == "share" and m.estimand == "members" for m in answers.measures])[:, None] & (
        n > 0
    )
    routed = (inside[None] & answers.responded[wave] & ~answers.asked[:, wave][:, None, :]).any(axis=2)
    exact, several = asks & ~routed & (lin.spanned == 1), asks & ~routed & (lin.spanned > 1) & lin.whole
    yes = (lin.base & (answers.y[:, wave][:, None, :] == 1.0)).sum(axis=2)
    size = np.broadcast_to(inside.sum(axis=1), n.shape)
    found = hypergeometric(yes[exact], n[exact], size[exact], level)
    lower[exact], upper[exact], method[exact] = found.lower, found.upper, found.method
    for p, k in np.argwhere(several):
        counts = _by_stratum(answers.stratum[p, wave], answers.y[p, wave], lin.base[p, k], inside[k])
        found = stratified_share(*counts, level)
        lower[p, k], upper[p, k], method[p, k] = found.lower, found.upper, found.method
    rest = asks & ~exact & ~several
    found = effective_share(lin.figure[rest], _effective_size(lin)[rest], level)
    lower[rest], upper[rest], method[rest] = found.lower, found.upper, found.method
    doubt = np.where(np.isfinite(upper - lower), doubts(answers, (wave,), (lin,)), "")
    method = method + np.where(doubt != "", "; " + doubt, "")
    joined = answers.joined[:, wave][:, None]
    note = np.where(joined != "", "; strata joined: " + joined, "")
    return lower, upper, method + note


def _t_bounds(answers: Answers, wave: int, lin: Linearised, level: float) -> tuple[Floats, Floats, Texts]:
    n, complete, se = lin.base.sum(axis=2), lin.complete, np.sqrt(lin.variance)
    df = (n - lin.strata).astype(float)
    bound = t_interval(lin.figure, se, df, level)
    # identical values leave rounding dust in place of a zero
    flat = np.isnan(se) | (se <= 1e-12 * np.abs(lin.figure))
    sure, unsure = flat & complete & ~np.isnan(se), flat & ~complete
    lower = np.where(sure, lin.figure, np.where(unsure, np.nan, bound.lower))
    upper = np.where(sure, lin.figure, np.where(unsure, np.nan, bound.upper))
    y, x = answers.y[:, wave][:, None, :], answers.x[:, wave][:, None, :]
    kind = np.array([m.kind for m in answers.measures])[:, None]
    parts = (~lin.base | ((y >= 0) & (y <= x))).all(axis=2) & (kind == "ratio")
    amounts = (~lin.base | (y >= 0)).all(axis=2) & (kind == "total")
    lower = np.where(parts, np.clip(lower, 0.0, 1.0), lower)
    upper = np.where(parts, np.clip(upper, 0.0, 1.0), upper)
    lower = np.where(amounts, np.maximum(lower, (lin.base * y).sum(axis=2)), lower)
    method = np.array(["linearisation, t(" + str(int(d)) + ")" for d in df.ravel()], dtype=object).reshape(
        df.shape
    )
    method[sure] = "all answered"
    method[unsure] = "no variation among the answers: no interval"
    method[(df < 1) & ~sure] = "too few answers: no interval"
    method[(n == 1) & ~complete] = "one answer: no interval"
    return lower, upper, method


def _by_stratum(
    stratum: npt.NDArray[np.int64], y: Floats, base: Flags, inside: Flags
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count, by stratum, the yeses and the answers of a segment and its members in the frame."""
    count = int(stratum.max()) + 1
    yes, answers, members = (stratum[which] for which in (base & (y == 1.0), base, inside))
    return (
        np.bincount(yes, minlength=count),
        np.bincount(answers, minlength=count),
        np.bincount(members, minlength=count),
    )


def _effective_size(lin: Linearised) -> Floats:
    """Say how many answers out of an endless frame would tell as much: [P, K]."""
    weight = lin.weight[:, None, :] * lin.base
    with np.errstate(invalid="ignore", divide="ignore"):
        by_design = weight.sum(axis=2) ** 2 / (weight * np.maximum(weight - 1.0, 0.0)).sum(axis=2)
        by_answers = lin.figure * (1 - lin.figure) / lin.variance
    varied = (lin.figure > 0) & (lin.figure < 1) & (lin.variance > 0)
    return np.where(
        lin.complete & (lin.spanned == 1), np.inf, np.where(varied, np.fmin(by_design, by_answers), by_design)
    )


def ingredients(
    measurements: pd.DataFrame,
    measure: Measure,
    design: Design,
    wave: str,
    *,
    dimension: str = "total",
    segment: str = "all",
) -> pd.DataFrame:
    """Show what one estimate is made of, stratum by stratum, so that it can be redone by hand.

    The estimate is ``scale * sum(weighted_sum_y) / sum(weighted_sum_x)``, of a total ``scale *
    sum(weighted_sum_y)``; its standard error ``scale * sqrt(sum(adds_to_variance))``.

    Returns
    -------
    One row for each stratum (joined strata as one): strata, members_in_frame, respondents, asked, answered,
    answered_in_segment, weight_of_an_answer, sum_y, sum_x, weighted_sum_y, weighted_sum_x, adds_to_variance
    (NaN for the respondents' estimand, whose weights are 1).

    Raises
    ------
    ArgumentError
        A wave, dimension or segment that the frame does not have.
    """
    answers = read_answers(measurements, [measure], design, (dimension,))
    names = answers.segments[dimension].names
    for argument, got, choices in (("wave", wave, answers.waves), ("segment", segment, names)):
        if got not in choices:
            raise ArgumentError(argument, "one of " + ", ".join(choices), repr(got), "choose one of these")
    w, k = answers.waves.index(wave), names.index(segment)
    lin = linearise(answers, w, dimension)
    plain = measure.estimand == "respondents"
    weight = answers.answered[0, w].astype(float) if plain else item_weights(answers, w)[0]
    rows = []
    for g in range(len(answers.strata)):
        here = answers.stratum[0, w] == g
        if not here.any():
            continue
        base = here & lin.base[0, k]
        y, x = answers.y[0, w][base], answers.x[0, w][base]
        rows.append(
            {
                "strata": _names_in(answers, w, g, design),
                "members_in_frame": int(here.sum()),
                "respondents": int((here & answers.responded[w]).sum()),
                "asked": int((here & answers.asked[0, w]).sum()),
                "answered": int((here & answers.answered[0, w]).sum()),
                "answered_in_segment": int(base.sum()),
                "weight_of_an_answer": float(weight[here].max()),
                "sum_y": y.sum(),
                "sum_x": x.sum(),
                "weighted_sum_y": (weight[base] * y).sum(),
                "weighted_sum_x": (weight[base] * x).sum(),
                "adds_to_variance": np.nan if plain else lin.parts[0, k, g],
            }
        )
    return pd.DataFrame(rows).astype({"strata": "str"})


def _names_in(answers: Answers, wave: int, g: int, design: Design) -> str:
    frame = design.frame[design.frame["wave"] == answers.waves[wave]]
    here = [m for m, s in zip(answers.members, answers.stratum[0, wave], strict=True) if s == g]
    return "+".join(sorted(frame.loc[frame["member_id"].isin(here), design.stratum].unique()))
