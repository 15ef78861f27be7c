"""Differences of segments: intervals that cover in small frames, ratios tested as printed, p values to rest on."""

from __future__ import annotations

import json
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.disclosure.precision import probabilities_as_printed
from analysis.inference import compare
from analysis.inference.group_tests import epsilon_squared, kruskal_statistic, pooled_ratio_test
from analysis.inference.intervals import share_difference
from analysis.model import Design, Measure

#: Members and answers of a segment: 8 to 30 members, none to 30 % of them silent.
SEGMENTS = ((8, 8), (8, 7), (8, 6), (12, 9), (20, 17), (24, 20), (30, 21), (30, 30))


def least_coverage(first, second, level=0.95):
    """Work out the coverage for every pair of counts in the frame, exactly, and return the least and mean."""
    (size_a, n_a), (size_b, n_b) = first, second
    bounds = [
        [share_difference((a, b), (n_a, n_b), (size_a, size_b), level) for b in range(n_b + 1)]
        for a in range(n_a + 1)
    ]
    low, high = (
        np.array([[getattr(i, end).item() for i in row] for row in bounds]) for end in ("lower", "upper")
    )
    covered = []
    for yes_a in range(size_a + 1):
        p_a = stats.hypergeom.pmf(np.arange(n_a + 1), size_a, yes_a, n_a)
        for yes_b in range(size_b + 1):
            p_b = stats.hypergeom.pmf(np.arange(n_b + 1), size_b, yes_b, n_b)
            true = yes_a / size_a - yes_b / size_b
            hit = (low <= true + 1e-9) & (true - 1e-9 <= high)
            covered.append(float(p_a @ hit @ p_b))
    return min(covered), float(np.mean(covered))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(*pair, marks=[] if min(pair[0][0], pair[1][0]) <= 8 else pytest.mark.slow)
        for pair in combinations_with_replacement(SEGMENTS, 2)
    ],
)
def test_the_interval_of_a_difference_covers_whatever_the_shares(first, second):
    least, mean = least_coverage(first, second)
    assert least >= 0.95 - 1e-9
    assert mean <= 1.0 + 1e-9


def test_the_interval_is_no_wider_than_what_the_answers_allow():
    found = share_difference((8, 8), (8, 14), (8, 14))
    assert found.lower == found.upper == pytest.approx(1 - 8 / 14)
    found = share_difference((8, 7), (8, 12), (8, 14))
    assert (found.lower.item(), found.upper.item()) == pytest.approx((1 - 9 / 14, 1 - 7 / 14))
    turned = share_difference((7, 8), (12, 8), (14, 8))
    assert (turned.lower.item(), turned.upper.item()) == pytest.approx((-0.5, -5 / 14))
    endless = share_difference((300, 250), (500, 500), (10_000, 10_000))
    assert endless.lower.item() == pytest.approx(0.04, abs=0.005)


def answered(sizes, rates, volume, rng=None):
    """Lay out members of segments with their ratios; one of ten in each is silent."""
    frame, rows = [], []
    for name, size, rate, x in zip("abcd", sizes, rates, volume, strict=False):
        for i in range(size):
            frame.append(("2023", f"{name}{i}", name))
            if i % 10 != 9:
                rows.append(("q", "2023", f"{name}{i}", True, rate[i] * x[i], x[i]))
    data = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    design = Design(
        pd.DataFrame(frame, columns=["wave", "member_id", "stratum"]), data[["wave", "member_id"]]
    )
    return data, design


def test_a_ratio_is_compared_as_it_is_printed():
    """One large member pulls its segment's pooled ratio down; the members' own ratios hardly differ."""
    rates = [np.array([0.7] + [0.96] * 8), np.array([0.95] * 9)]
    volume = [np.array([50.0] + [1.0] * 8), np.ones(9)]
    data, design = answered((9, 9), rates, volume)
    row = compare(data, [Measure("q", "ratio", "respondents", "%", 100)], design, "2023", "stratum").iloc[0]
    (pair,) = json.loads(row["pairs"])
    printed = 100 * (0.7 * 50 + 0.96 * 8) / 58 - 95
    assert pair["difference"] == pytest.approx(printed)
    # all answered: a fact
    assert pair["lower"] == pair["upper"] == pair["difference"]
    assert row["test"].startswith("pooled ratios, ")
    # a single member makes it: no rule
    assert row["p_value"] > 0.2


def test_the_test_of_ratios_holds_its_level_and_finds_what_is_there():
    rng, sizes, scale = np.random.default_rng(5), (8, 12, 20), (20.0, 5.0, 1.0)

    def rejected(shift, draws=250):
        hits = 0
        for _ in range(draws):
            x = [s * np.exp(rng.normal(0, 0.8, n)) for n, s in zip(sizes, scale, strict=True)]
            y = [v * (0.9 + d + rng.normal(0, 0.03, len(v))) for v, d in zip(x, shift, strict=True)]
            strata = [np.zeros(n, dtype=np.int64) for n in sizes]
            hits += pooled_ratio_test(y, x, strata, resamples=399)[1] <= 0.05
        return hits / draws

    # three standard errors of the simulation above the level
    assert rejected((0, 0, 0)) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 250)
    assert rejected((0.06, 0, 0), 60) > 0.6


def test_a_ratio_is_dealt_within_what_is_held_fixed():
    high, low = np.full(8, 9.0), np.full(2, 5.0)
    y, x = [np.append(high, low), np.append(high[:2], np.full(8, 5.0))], [np.full(10, 10.0)] * 2
    strata = [(part < 6).astype(np.int64) for part in y]
    assert pooled_ratio_test(y, x, strata)[1] == 1.0
    assert pooled_ratio_test(y, x, [np.zeros(10)] * 2)[1] < 0.05


def test_small_p_values_are_told_apart_and_none_is_zero():
    values = [np.arange(20.0), np.arange(30.0, 50.0), np.arange(60.0, 80.0)]
    data, design = answered((20, 20, 20), values, [np.ones(20)] * 3)
    row = compare(data, [Measure("q", "mean", "respondents", "")], design, "2023", "stratum").iloc[0]
    # 39,999 orders, none as far off
    assert row["p_value"] == 1 / 40_000
    assert probabilities_as_printed(np.array([row["p_value"], 0.0, 0.0006]), 0.95).tolist() == [
        0.0005, 0.0, 0.001,
    ]  # fmt: skip


def test_effect_sizes_are_about_zero_where_nothing_differs():
    rng, sizes = np.random.default_rng(2), np.array([8, 20, 21, 24])
    ranks = np.argsort(rng.random((4000, sizes.sum())), axis=1) + 1.0
    found = epsilon_squared(kruskal_statistic(ranks, sizes), int(sizes.sum()), len(sizes))
    assert found.min() == 0.0
    # uncorrected it is 3/72 on average; cut off at 0 a quarter of that is left
    assert np.median(found) == 0.0
    assert found.mean() < 0.02
