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

from analysis.answers import Answers, item_weights, linearise, read_answers
from analysis.errors import ArgumentError
from analysis.frames import ESTIMATE_COLUMNS
from analysis.layouts import lay_out, take_item
from analysis.levels import choose_bounds, level_rows
from analysis.reliability import doubts
from analysis.summaries import summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.design import Design, Measure

__all__ = ["ESTIMATE_COLUMNS", "bounds", "describe", "estimate", "ingredients"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Whole = npt.NDArray[np.int64]

_JUDGED = 5000  # members: among more the t interval holds, and the dense layout would not


def estimate(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    dimensions: Sequence[str] = ("total",),
) -> pd.DataFrame:
    """Estimate every measure in every wave and segment.

    Figures are sums over the answers of the segment: ``sum w y / sum w`` for shares and means,
    ``sum w y / sum w x`` for ratios, ``sum w y`` for totals; of a quantile the least answer at which the
    weighted share of answers up to it reaches p; w = (N_h / n_h)(a_h / r_h) for `members` (a_h of
    the stratum's respondents asked the item, r_h answered it), w = 1 for `respondents`.

    Intervals of `members`:

    * share in a segment within one stratum, nobody routed out: exact hypergeometric of its answers out of
      its members in the frame (given how many answered, they are a simple random sample of it);
    * share in a segment of several whole strata: `intervals.stratified_share`;
    * any other share (segments cutting through strata, routed items, given or raked weights, frames of more
      than 5,000 members): `intervals.effective_share` at
      min{p(1 - p)/V, (sum w)^2 / sum w(w - 1)}; the second is the size that the finite population correction
      gives without looking at the answers, so that 0 of n is not taken for certainty;
    * quantiles: Woodruff's, the t interval of the share of answers up to the quantile carried over to the
      answers, cut at the smallest and the largest of them;
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
    answers = read_answers(measurements, measures, design, tuple(dict.fromkeys(dimensions)), levels=True)
    tables = []
    for wave, name in enumerate(answers.waves):
        items = [take_item(answers, wave, p) for p in np.flatnonzero(answers.held[:, wave]).tolist()]
        for dimension in answers.segments if items else ():
            layout = lay_out(answers, wave, dimension)
            summary = summarise(items, layout, design.level)
            doubted = _doubted(answers, wave, dimension)[answers.held[:, wave]]
            tables.append(
                level_rows(items, summary, layout.names, (name, dimension), design.level, doubted=doubted)
            )
    rows = pd.concat(tables, ignore_index=True)
    rows = rows.sort_values(["indicator", "wave", "dimension", "segment"], ignore_index=True)
    return rows.astype(ESTIMATE_COLUMNS)


def _doubted(answers: Answers, wave: int, dimension: str) -> Texts:
    """Say where an interval may be too narrow: [P, K]. Quantiles, other weights and crowds are not judged."""
    plain = np.array([m.kind != "quantile" for m in answers.measures])
    if answers.weightings or len(answers.members) > _JUDGED or not plain.any():
        return np.full((len(plain), len(answers.segments[dimension].names)), "", dtype=object)
    found = doubts(answers, (wave,), (linearise(answers, wave, dimension),))
    return np.where(plain[:, None], found, "").astype(object)


def describe(answers: Answers, wave: int, base: Flags) -> Floats:
    """Give the plain figures of the members in ``base`` [P, K, M]: [P, K], NaN where there is nobody."""
    y = np.einsum("pkm,pm->pk", base.astype(float), answers.y[:, wave])
    x = np.einsum("pkm,pm->pk", base.astype(float), answers.x[:, wave])
    total = np.array([m.kind == "total" for m in answers.measures])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = np.where(total, y, y / x)
    return np.where(base.any(axis=2) & np.isfinite(figure), figure, np.nan)


def bounds(
    answers: Answers, wave: int, dimension: str, level: float, which: Sequence[int] | Whole
) -> tuple[Floats, Floats, Texts]:
    """Choose and compute the interval of the `members` figure of some measures, unscaled.

    See `estimate` for which interval is chosen. Returns lower, upper and method, [len(which), K] each.
    """
    items = [take_item(answers, wave, int(p)) for p in which]
    summary = summarise(items, lay_out(answers, wave, dimension), level)
    return choose_bounds(items, summary, level)


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
    here = [m for m, s in zip(answers.members, answers.stratum[0, wave], strict=True) if s == g]
    inside = (design.frame["wave"] == answers.waves[wave]) & design.frame["member_id"].isin(here)
    return "+".join(sorted(design.home()[inside].unique()))
