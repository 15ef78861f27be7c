"""Do the segments differ? Exact and permutation tests, effect sizes and pairwise differences.

Segments are small (8, 20, 21, 24 members), so that no test here leans on a large sample where it can be
counted out. The tests ask whether the answers look as if they had been dealt to the segments at random; the
intervals of pairwise shares and means, which speak of the frame, carry the finite population correction.

References
----------
Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in
Medicine 17, 873-890. doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import fdrcorrection

from analysis.answers import Answers, read_answers
from analysis.differences import (
    cramers_v,
    epsilon_squared,
    fisher_freeman_halton,
    holm,
    kruskal_statistic,
    kruskal_wallis,
)
from analysis.errors import ArgumentError
from analysis.frames import COMPARISON_COLUMNS
from analysis.intervals import hypergeometric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.design import Design, Measure

__all__ = ["COMPARISON_COLUMNS", "compare"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Groups:
    """Hold the answers of one indicator by segment: names, values of each, members of each in the frame."""

    names: tuple[str, ...]
    answers: tuple[Floats, ...]
    size: tuple[int, ...]


def compare(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    wave: str,
    dimension: str,
    *,
    resamples: int = 1999,
    seed: int = 20230701,
) -> pd.DataFrame:
    """Test every measure for differences between the segments of a dimension in one wave.

    Shares: the Fisher-Freeman-Halton exact test on the table of segments by yes and no, bias-corrected
    Cramér's V, and pairwise differences with Newcombe's hybrid of the exact hypergeometric intervals of both
    segments and Fisher's exact test. Means, totals and ratios: member by member (a ratio as y / x), the
    Kruskal-Wallis statistic against all orders of the answers, or ``resamples`` random ones where too many,
    epsilon squared, and pairwise differences of means with Welch's interval, each variance with its segment's
    finite population correction, and the Mann-Whitney test (exact for small segments without ties).
    Effect sizes have percentile bootstrap intervals, members drawn anew within their segments.

    Parameters
    ----------
    measurements, measures, design
        As in `estimates.estimate`. Answers stand unweighted: within a stratum they weigh the same.
    wave, dimension
        One wave; a dimension of at least two segments.
    resamples, seed
        Number and seed of random orders and bootstrap draws; same seed, same result.

    Returns
    -------
    DataFrame sorted by indicator with the columns of `COMPARISON_COLUMNS`. ``p_adjusted`` of a row is
    Benjamini and Hochberg's over all rows of the call; ``pairs`` a JSON list of {a, b, difference (a - b in
    the printed unit; members' mean for a total), lower, upper, p_adjusted}, there Holm's within the
    question. Segments without answers are left out; with fewer than two the test is ``none``.

    Raises
    ------
    ArgumentError
        An unknown wave, or a dimension with one segment.

    References
    ----------
    Freeman & Halton (1951), doi:10.1093/biomet/38.1-2.141; Benjamini & Hochberg (1995), J. R. Stat. Soc. B.
    R: ``fisher.test(table)``, ``coin::kruskal_test(distribution = "approximate")``,
    ``p.adjust(p, "BH")``, ``rcompanion::cramerV(bias.correct = TRUE)``, ``rcompanion::epsilonSquared``.
    """
    if wave not in design.waves:
        raise ArgumentError("wave", "one of " + ", ".join(design.waves), repr(wave), "choose one of these")
    answers = read_answers(measurements, measures, design, (dimension,))
    at = answers.waves.index(wave)
    if len(answers.segments[dimension].names) <= 1:
        raise ArgumentError("dimension", "at least two segments", repr(dimension), "choose another dimension")
    rows, done = [], {}
    for p, measure in enumerate(measures):
        if not answers.held[p, at]:
            continue
        key = (measure.source, measure.kind, measure.scale)
        if key not in done:
            done[key] = _question(_groups(answers, p, at, dimension), measure, design.level, resamples, seed)
        rows.append({"indicator": measure.indicator, "wave": wave, "dimension": dimension, **done[key]})
    table = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
    tested = table["p_value"].notna()
    if tested.any():
        table.loc[tested, "p_adjusted"] = fdrcorrection(table.loc[tested, "p_value"].to_numpy())[1]
    return table.sort_values("indicator", ignore_index=True).astype(COMPARISON_COLUMNS)


def _groups(answers: Answers, p: int, wave: int, dimension: str) -> _Groups:
    segments = answers.segments[dimension]
    value = answers.y[p, wave]
    if answers.measures[p].kind == "ratio":
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(answers.x[p, wave] != 0, value / answers.x[p, wave], np.nan)
    there = answers.answered[p, wave] & np.isfinite(value)
    inside = segments.inside[wave]
    used = [k for k in range(len(segments.names)) if (there & inside[k]).any()]
    return _Groups(
        tuple(segments.names[k] for k in used),
        tuple(value[there & inside[k]] for k in used),
        tuple(int(inside[k].sum()) for k in used),
    )


def _question(
    groups: _Groups, measure: Measure, level: float, resamples: int, seed: int
) -> dict[str, object]:
    """Test one question: all columns but its key and the adjustment over the call."""
    if len(groups.names) <= 1:
        nothing = dict.fromkeys(
            ("statistic", "p_value", "p_adjusted", "effect", "effect_lower", "effect_upper"), np.nan
        )
        return {"test": "none", **nothing, "pairs": "[]"}
    rng = np.random.default_rng(seed)
    sizes = np.array([len(v) for v in groups.answers])
    if measure.kind == "share":
        yes = np.array([int(v.sum()) for v in groups.answers])
        statistic, p_value, test = fisher_freeman_halton(yes, sizes, resamples=resamples, seed=seed)
        effect = float(cramers_v(yes, sizes))
        drawn = cramers_v(rng.binomial(sizes, yes / sizes, size=(resamples, len(sizes))), sizes)
        pairs = _share_pairs(groups, yes, sizes, level, measure.scale)
    else:
        statistic, p_value, test = kruskal_wallis(groups.answers, resamples=resamples, seed=seed)
        effect = float(epsilon_squared(statistic, int(sizes.sum())))
        redrawn = np.hstack([rng.choice(v, size=(resamples, len(v))) for v in groups.answers])
        drawn = np.asarray(
            epsilon_squared(kruskal_statistic(stats.rankdata(redrawn, axis=1), sizes), int(sizes.sum()))
        )
        pairs = _mean_pairs(groups, level, measure.scale)
    tail = (1 - level) / 2
    low, high = (float(np.quantile(drawn, q)) for q in (tail, 1 - tail))
    return {
        "test": test, "statistic": statistic, "p_value": p_value, "p_adjusted": np.nan, "effect": effect,
        "effect_lower": min(low, effect), "effect_upper": max(high, effect), "pairs": json.dumps(pairs),
    }  # fmt: skip


def _share_pairs(
    groups: _Groups, yes: Whole, sizes: Whole, level: float, scale: float
) -> list[dict[str, object]]:
    """Compare each two shares: Newcombe's hybrid l = d - hypot(p_a - l_a, u_b - p_b), u likewise."""
    bounds = hypergeometric(yes, sizes, np.array(groups.size), level)
    share = yes / sizes
    rows, tests = [], []
    for a, b in combinations(range(len(sizes)), 2):
        d = share[a] - share[b]
        low = d - np.hypot(share[a] - bounds.lower[a], bounds.upper[b] - share[b])
        high = d + np.hypot(bounds.upper[a] - share[a], share[b] - bounds.lower[b])
        rows.append((a, b, d, low, high))
        tests.append(fisher_freeman_halton(yes[[a, b]], sizes[[a, b]])[1])
    return _pairs(groups, rows, tests, scale)


def _mean_pairs(groups: _Groups, level: float, scale: float) -> list[dict[str, object]]:
    """Compare each two means by Welch's interval with corrected variances (1 - n/N) s^2 / n."""
    n = np.array([len(v) for v in groups.answers], dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.array([v.var(ddof=1) if len(v) > 1 else np.nan for v in groups.answers])
        missing = 1 - n / np.array(groups.size)
        error = np.where(missing == 0, 0.0, missing * spread / n)
    mean = [v.mean() for v in groups.answers]
    rows, tests = [], []
    for a, b in combinations(range(len(n)), 2):
        with np.errstate(invalid="ignore", divide="ignore"):
            parts = [error[i] ** 2 / (n[i] - 1) if error[i] else 0.0 for i in (a, b)]
            df = (error[a] + error[b]) ** 2 / sum(parts)
        whole = missing[a] == missing[b] == 0
        # no interval of zero width where members are missing and answers do not vary
        half = 0.0 if whole else stats.t.ppf(0.5 + level / 2, df) * np.sqrt(error[a] + error[b])
        d = mean[a] - mean[b]
        half = half if whole or half > 0 else np.nan
        rows.append((a, b, d, d - half, d + half))
        tests.append(_mann_whitney(groups.answers[a], groups.answers[b]))
    return _pairs(groups, rows, tests, scale)


def _mann_whitney(first: Floats, second: Floats) -> float:
    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0
    return min(1.0, float(stats.mannwhitneyu(first, second, alternative="two-sided", method="auto").pvalue))


def _pairs(
    groups: _Groups, rows: list[tuple[int, int, float, float, float]], tests: list[float], scale: float
) -> list[dict[str, object]]:
    adjusted = holm(tests)
    return [
        {
            "a": groups.names[a],
            "b": groups.names[b],
            **{
                name: _number(value * scale)
                for name, value in zip(("difference", "lower", "upper"), v, strict=True)
            },
            "p_adjusted": _number(p),
        }
        for (a, b, *v), p in zip(rows, adjusted, strict=True)
    ]


def _number(value: float) -> float | None:
    """Give a number JSON can hold: NaN becomes null."""
    return float(value) if np.isfinite(value) else None
