"""Do the segments differ? Exact and permutation tests, effect sizes and pairwise differences.

Segments are small (8, 20, 21, 24 members), so that no test here leans on a large sample where it can be
counted out. There are two questions. Do the segments of this frame differ, as their members stand? That the
intervals of the pairs answer, which carry the finite population correction, close to a point where all
answered, and hold together at the level (Bonferroni over the pairs of a question). Do they differ by more
than chance would deal to members like these? That the tests answer, which know of no frame.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import fdrcorrection

from analysis.inference.answers import Answers, read_answers
from analysis.inference.detectable import detectable_mean, detectable_share
from analysis.inference.group_tests import (
    cramers_v,
    epsilon_squared,
    fisher_freeman_halton,
    holm,
    kruskal_statistic,
    kruskal_wallis,
    pooled_effect,
    pooled_ratio_test,
    stratified_shares,
    van_elteren_test,
)
from analysis.inference.intervals import share_difference
from analysis.model import COMPARISON_COLUMNS, ArgumentError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analysis.model import Design, Measure

__all__ = ["COMPARISON_COLUMNS", "Dominance", "cliffs_delta", "compare"]

# How often does a member of one segment stand above one of another? Cliff's delta with its interval.
#
# References
# ----------
# Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions, Psychological Bulletin
# 114, 494-509. DOI 10.1037/0033-2909.114.3.494
# Feng & Cliff (2004), Monte Carlo evaluation of ordinal d with improved confidence interval, Journal of
# Modern Applied Statistical Methods 3, 322-332. DOI 10.22237/jmasm/1099267560


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


Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_REDRAWN = 1999  # bootstrap samples behind an effect size's interval


@dataclass(frozen=True, eq=False)
class _Groups:
    """Hold the answers of one indicator by segment.

    Attributes
    ----------
    names
        Of the segments with answers.
    answers, per, strata
        Values of each (of a ratio the numerators), the denominators (1 of other kinds), and the stratum each
        stands in (0 for all where none is held fixed).
    size
        Members of each in the frame.
    """

    names: tuple[str, ...]
    answers: tuple[Floats, ...]
    per: tuple[Floats, ...]
    strata: tuple[Whole, ...]
    size: tuple[int, ...]


@dataclass(frozen=True)
class _Settings:
    """Hold what a question is tested with."""

    level: float
    within: str | None
    resamples: int
    seed: int


def compare(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    wave: str,
    dimension: str,
    *,
    within: str | None = None,
    withheld: Mapping[str, Collection[str]] | None = None,
    resamples: int = 39_999,
    seed: int = 20230701,
) -> pd.DataFrame:
    """Test every measure for differences between the segments of a dimension in one wave.

    Shares: the Fisher-Freeman-Halton exact test on the table of segments by yes and no, bias-corrected
    Cramér's V, and pairwise differences with exact intervals of the frame (`intervals.share_difference`) and
    Fisher's exact test. Means and totals: the Kruskal-Wallis statistic against all orders of the answers, or
    random ones where too many, Kelley's epsilon squared, and pairwise differences of means with the
    Mann-Whitney test (exact for small segments without ties). Ratios as they are printed, pooled: the spread
    of the segments' ratios against random orders of the members (`group_tests.pooled_ratio_test`), the
    correlation ratio with denominators as weights, corrected like epsilon squared, and pairwise differences
    of the pooled ratios with the same test. Differences of means and ratios have Welch's interval, each
    linearised variance with its segment's finite population correction. Effect sizes have percentile
    bootstrap intervals, members drawn anew within their segments.

    Parameters
    ----------
    measurements, measures, design
        As in `estimates.estimate`. Answers stand unweighted: within a stratum they weigh the same.
    wave, dimension
        One wave; a dimension of at least two segments.
    within
        A column of the frame to hold fixed (``region``): answers are dealt to segments within each of
        its values alone. Shares: exact conditional test of the tables summed over the strata, or random
        tables (`group_tests.stratified_shares`); amounts: van Elteren's ranks within strata against random
        orders (`group_tests.van_elteren_test`); ratios: orders within strata; pairs likewise. Differences,
        intervals and effect sizes stay those of the segments as they are. The test's name ends in
        ``within region``.
    withheld
        Source of a measure -> segments left out as if nobody had answered there: those whose figures are not
        released. A test or an adjustment that rests on them would tell of them.
    resamples, seed
        The most random orders (they end sooner where the p-value is large) and the seed of these and of
        bootstrap draws; same seed, same result.

    Returns
    -------
    DataFrame sorted by indicator with the columns of `COMPARISON_COLUMNS`. ``p_adjusted`` of a row is
    Benjamini and Hochberg's over all rows of the call; ``pairs`` a JSON list of {a, b, difference (a - b in
    the printed unit; members' mean for a total), lower, upper, p_adjusted, detectable, delta, delta_lower,
    delta_upper}. The intervals of a question's pairs hold together at the design's level (each at what
    Bonferroni leaves it), p_adjusted is Holm's within the question. ``detectable``: the true difference of
    the frames, in the printed unit, that would have been found four times in five at these sizes with the
    finite population correction and a pair's part of the level (`analysis.inference.detectable`); null where
    none would. ``delta``: Cliff's, of means and totals alone; of a share it is the difference.
    Segments without answers are left out; with fewer than two the test is ``none``.

    Raises
    ------
    ArgumentError
        An unknown wave, or a dimension with one segment.

    References
    ----------
    Freeman & Halton (1951), doi:10.1093/biomet/38.1-2.141; Benjamini & Hochberg (1995), J. R. Stat. Soc. B.
    R: ``fisher.test(table)``, ``coin::kruskal_test(distribution = "approximate")``,
    ``p.adjust(p, "BH")``, ``rcompanion::cramerV(bias.correct = TRUE)``, ``rstatix::kruskal_effsize``.
    """
    if wave not in design.waves:
        raise ArgumentError("wave", "one of " + ", ".join(design.waves), repr(wave), "choose one of these")
    answers = read_answers(measurements, measures, design, (dimension, *([within] if within else [])))
    at = answers.waves.index(wave)
    if len(answers.segments[dimension].names) <= 1:
        raise ArgumentError("dimension", "at least two segments", repr(dimension), "choose another dimension")
    rows, done = [], {}
    for p, measure in enumerate(measures):
        if not answers.held[p, at]:
            continue
        key = (measure.source, measure.kind, measure.scale)
        if key not in done:
            hidden = (withheld or {}).get(measure.source, ())
            groups = _groups(answers, (p, at), dimension, within, hidden)
            done[key] = _question(groups, measure, _Settings(design.level, within, resamples, seed))
        rows.append({"indicator": measure.indicator, "wave": wave, "dimension": dimension, **done[key]})
    table = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
    tested = table["p_value"].notna()
    if tested.any():
        table.loc[tested, "p_adjusted"] = fdrcorrection(table.loc[tested, "p_value"].to_numpy())[1]
    return table.sort_values("indicator", ignore_index=True).astype(COMPARISON_COLUMNS)


def _groups(
    answers: Answers, place: tuple[int, int], dimension: str, within: str | None, hidden: Collection[str]
) -> _Groups:
    """Put the answers to one measure in one wave by segment, without the hidden ones."""
    p, wave = place
    segments = answers.segments[dimension]
    value, per = answers.y[p, wave], np.ones(answers.y.shape[-1])
    there = answers.answered[p, wave] & np.isfinite(value)
    if answers.measures[p].kind == "ratio":
        per = answers.x[p, wave]
        there &= per > 0
    stratum = answers.segments[within].inside[wave].argmax(axis=0) if within else np.zeros(len(value), int)
    inside = segments.inside[wave]
    used = [k for k, name in enumerate(segments.names) if name not in hidden and (there & inside[k]).any()]
    return _Groups(
        tuple(segments.names[k] for k in used),
        tuple(value[there & inside[k]] for k in used),
        tuple(per[there & inside[k]] for k in used),
        tuple(stratum[there & inside[k]] for k in used),
        tuple(int(inside[k].sum()) for k in used),
    )


def _question(groups: _Groups, measure: Measure, settings: _Settings) -> dict[str, object]:
    """Test one question: all columns but its key and the adjustment over the call."""
    if len(groups.names) <= 1:
        nothing = dict.fromkeys(
            ("statistic", "p_value", "p_adjusted", "effect", "effect_lower", "effect_upper"), np.nan
        )
        return {"test": "none", **nothing, "pairs": "[]"}
    rng, sizes = np.random.default_rng(settings.seed), np.array([len(v) for v in groups.answers])
    everyone = tuple(range(len(sizes)))
    if measure.kind == "share":
        yes = np.array([int(v.sum()) for v in groups.answers])
        statistic, p_value, test = _share_test(groups, everyone, settings)
        effect = float(cramers_v(yes, sizes))
        drawn = cramers_v(rng.binomial(sizes, yes / sizes, size=(_REDRAWN, len(sizes))), sizes)
        pairs = _share_pairs(groups, yes, sizes, measure.scale, settings)
    else:
        ratio = measure.kind == "ratio"
        statistic, p_value, test = (_ratio_test if ratio else _amount_test)(groups, everyone, settings)
        effect, drawn = _effect(groups, sizes, rng, ratio=ratio)
        pairs = _amount_pairs(groups, measure.scale, settings, ratio=ratio)
    tail = (1 - settings.level) / 2
    low, high = (float(np.quantile(drawn, q)) for q in (tail, 1 - tail))
    return {
        "test": test, "statistic": statistic, "p_value": p_value, "p_adjusted": np.nan, "effect": effect,
        "effect_lower": min(low, effect), "effect_upper": max(high, effect), "pairs": json.dumps(pairs),
    }  # fmt: skip


def _share_test(groups: _Groups, which: tuple[int, ...], settings: _Settings) -> tuple[float, float, str]:
    """Test whether some of the segments share one proportion, within strata where one is held fixed."""
    chance = {"resamples": settings.resamples, "seed": settings.seed}
    if settings.within is None:
        yes = [int(groups.answers[i].sum()) for i in which]
        return fisher_freeman_halton(yes, [len(groups.answers[i]) for i in which], **chance)
    count = 1 + max(int(s.max()) for s in groups.strata)
    yes_h = [np.bincount(groups.strata[i], weights=groups.answers[i], minlength=count) for i in which]
    n_h = [np.bincount(groups.strata[i], minlength=count) for i in which]
    statistic, p_value, test = stratified_shares(np.transpose(yes_h), np.transpose(n_h), **chance)
    return statistic, p_value, f"{test} within {settings.within}"


def _amount_test(groups: _Groups, which: tuple[int, ...], settings: _Settings) -> tuple[float, float, str]:
    """Test whether amounts of some of the segments differ, within strata where one is held fixed."""
    chance = {"resamples": settings.resamples, "seed": settings.seed}
    answers = [groups.answers[i] for i in which]
    if settings.within is None:
        return kruskal_wallis(answers, **chance)
    codes = np.repeat(np.arange(len(answers)), [len(v) for v in answers])
    strata = np.concatenate([groups.strata[i] for i in which])
    statistic, p_value, test = van_elteren_test(np.concatenate(answers), codes, strata, **chance)
    return statistic, p_value, f"{test} within {settings.within}"


def _ratio_test(groups: _Groups, which: tuple[int, ...], settings: _Settings) -> tuple[float, float, str]:
    """Test whether pooled ratios of some of the segments differ, within strata where one is held fixed."""
    y, x = ([part[i] for i in which] for part in (groups.answers, groups.per))
    strata = [groups.strata[i] for i in which]
    statistic, p_value, test = pooled_ratio_test(
        y, x, strata, resamples=settings.resamples, seed=settings.seed
    )
    return statistic, p_value, test if settings.within is None else f"{test} within {settings.within}"


def _effect(groups: _Groups, sizes: Whole, rng: np.random.Generator, *, ratio: bool) -> tuple[float, Floats]:
    """Measure how far amounts or pooled ratios differ, of the answers and of bootstrap samples of them."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    drawn = np.hstack(
        [start + rng.integers(size, size=(_REDRAWN, size)) for start, size in zip(starts, sizes, strict=True)]
    )
    answers = np.concatenate(groups.answers)
    if ratio:
        found = pooled_effect(answers, np.concatenate(groups.per), sizes, drawn)
        return float(found[0]), found[1:]
    ranks = np.vstack([stats.rankdata(answers)[None], stats.rankdata(answers[drawn], axis=1)])
    found = epsilon_squared(kruskal_statistic(ranks, sizes), len(answers), len(sizes))
    return float(found[0]), found[1:]


def _share_pairs(
    groups: _Groups, yes: Whole, sizes: Whole, scale: float, settings: _Settings
) -> list[dict[str, object]]:
    """Compare each two shares by exact intervals that hold together at the level."""
    each = list(combinations(range(len(sizes)), 2))
    alpha = (1 - settings.level) / len(each)
    rows = []
    for a, b in each:
        counts = [(int(of[a]), int(of[b])) for of in (yes, sizes, groups.size)]
        found = share_difference(counts[0], counts[1], counts[2], 1 - alpha)
        pooled = sum(counts[0]) / sum(counts[1])
        rows.append(
            {
                "difference": yes[a] / sizes[a] - yes[b] / sizes[b],
                "lower": float(found.lower),
                "upper": float(found.upper),
                "detectable": detectable_share(pooled, counts[1], counts[2], alpha=alpha),
            }
        )
    tests = [_share_test(groups, pair, settings)[1] for pair in each]
    return _pairs(groups, rows, tests, scale)


def _amount_pairs(
    groups: _Groups, scale: float, settings: _Settings, *, ratio: bool
) -> list[dict[str, object]]:
    """Compare each two means or pooled ratios by Welch's interval; see `_welch`."""
    figure = [y.sum() / x.sum() for y, x in zip(groups.answers, groups.per, strict=True)]
    # linearised: of a mean the answers themselves
    z = [(y - r * x) / x.mean() for y, x, r in zip(groups.answers, groups.per, figure, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.array([v.var(ddof=1) if len(v) > 1 else np.nan for v in z])
    n = np.array([len(v) for v in z], dtype=float)
    each = list(combinations(range(len(n)), 2))
    alpha = (1 - settings.level) / len(each)
    rows = []
    for a, b in each:
        counts = n[[a, b]], np.array([groups.size[a], groups.size[b]], dtype=float)
        half = _welch(spread[[a, b]], *counts, alpha)
        d = figure[a] - figure[b]
        least = detectable_mean(np.sqrt(spread[[a, b]]).tolist(), *(c.tolist() for c in counts), alpha=alpha)
        rows.append({"difference": d, "lower": d - half, "upper": d + half, "detectable": least})
    if ratio:
        return _pairs(groups, rows, [_ratio_test(groups, pair, settings)[1] for pair in each], scale)
    if settings.within is not None:
        tests = [_amount_test(groups, pair, settings)[1] for pair in each]
    else:
        tests = [_mann_whitney(groups.answers[a], groups.answers[b]) for a, b in each]
    order = [cliffs_delta(groups.answers[a], groups.answers[b], settings.level) for a, b in each]
    return _pairs(groups, rows, tests, scale, order)


def _welch(spread: Floats, n: Floats, size: Floats, alpha: float) -> float:
    """Give half of Welch's interval with corrected variances (1 - n/N) s^2 / n.

    Zero where all of both segments answered; NaN, rather than zero, where members are missing and answers do
    not vary.
    """
    missing = 1 - n / size
    if not missing.any():
        return 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(missing == 0, 0.0, missing * spread / n)
        df = error.sum() ** 2 / np.where(error > 0, error**2 / (n - 1), 0.0).sum()
        half = float(stats.t.ppf(1 - alpha / 2, df) * np.sqrt(error.sum()))
    return half if half > 0 else np.nan


def _mann_whitney(first: Floats, second: Floats) -> float:
    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0
    return min(1.0, float(stats.mannwhitneyu(first, second, alternative="two-sided", method="auto").pvalue))


def _pairs(
    groups: _Groups,
    rows: list[dict[str, float]],
    tests: list[float],
    scale: float,
    order: list[Dominance] | None = None,
) -> list[dict[str, object]]:
    """Write the pairs of a question, in the printed unit, p-values adjusted."""
    deltas = order or [Dominance(np.nan, np.nan, np.nan)] * len(rows)
    each = combinations(range(len(groups.names)), 2)
    return [
        {
            "a": groups.names[a],
            "b": groups.names[b],
            **{name: _number(row[name] * scale) for name in ("difference", "lower", "upper")},
            "p_adjusted": _number(p),
            "detectable": _number(row["detectable"] * scale),
            "delta": _number(delta.delta),
            "delta_lower": _number(delta.lower),
            "delta_upper": _number(delta.upper),
        }
        for (a, b), row, p, delta in zip(each, rows, holm(tests), deltas, strict=True)
    ]


def _number(value: float) -> float | None:
    """Give a number JSON can hold: NaN becomes null."""
    return float(value) if np.isfinite(value) else None
