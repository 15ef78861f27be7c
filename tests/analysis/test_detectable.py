"""Differences that would be seen: against R, against the tests themselves, and in comparisons."""

import json

import numpy as np
import pytest
from scipy import stats

from analysis.inference import compare, unseen
from analysis.inference.detectable import detectable_mean, detectable_share
from analysis.inference.segments import cliffs_delta
from analysis.model import ArgumentError, Design, Measure

ENDLESS = (np.inf, np.inf)


def test_shares_of_endless_populations_are_rs():
    # R 4.2.2: power.prop.test(p1 = .5, p2 = .75, power = .9)$n; power.prop.test(n = 30, p1 = .3, power = .8)$p2
    assert detectable_share(0.625, (76.7069301141077,) * 2, ENDLESS, power=0.9) == pytest.approx(
        0.25, abs=1e-6
    )
    second = 0.65426342339912
    assert detectable_share((0.3 + second) / 2, (30, 30), ENDLESS) == pytest.approx(second - 0.3, abs=2e-5)


def test_means_of_endless_populations_are_rs():
    # R 4.2.2: power.t.test(power = .9, delta = 1)$n; power.t.test(n = 20, sd = 3, power = .8)$delta
    assert detectable_mean((1, 1), (22.0210977038512,) * 2, ENDLESS, power=0.9) == pytest.approx(
        1.0, abs=1e-6
    )
    assert detectable_mean((3, 3), (20, 20), ENDLESS) == pytest.approx(2.72739169830118, abs=2e-5)


def test_a_difference_of_that_size_is_found_four_times_in_five():
    n, size = np.array([16, 24]), np.array([20, 43])
    d = detectable_mean((2.0, 3.0), n, size)
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(2000):
        parts = [rng.normal(m, s, k) for m, s, k in zip((0.0, d), (2.0, 3.0), size, strict=True)]
        # the frame's own difference is d
        parts = [p - p.mean() + m for p, m in zip(parts, (0.0, d), strict=True)]
        seen = [rng.choice(p, k, replace=False) for p, k in zip(parts, n, strict=True)]
        v = np.array([(1 - k / s) * p.var(ddof=1) / k for p, k, s in zip(seen, n, size, strict=True)])
        df = v.sum() ** 2 / (v**2 / (n - 1)).sum()
        found += abs(seen[1].mean() - seen[0].mean()) > stats.t.ppf(0.975, df) * np.sqrt(v.sum())
    assert found / 2000 == pytest.approx(0.8, abs=0.03)


def test_where_all_answered_nothing_escapes_and_one_answer_tells_nothing():
    assert detectable_share(0.4, (7, 20), (7, 20)) == 0.0
    assert detectable_mean((1.0, 2.0), (7, 20), (7, 20)) == 0.0
    assert np.isnan(detectable_mean((np.nan, 2.0), (1, 20), (7, 30)))
    assert np.isnan(detectable_mean((0.0, 0.0), (5, 20), (7, 30)))
    assert np.isnan(detectable_share(0.5, (1, 2), (7, 30)))
    assert detectable_share(0.0, (10, 20), (20, 40)) > 0.1


def test_fishers_test_sees_about_as_much_as_is_told():
    n = (24, 30)
    d = detectable_share(0.5, n, ENDLESS)
    high = 0.5 + d * n[1] / sum(n)
    chance = [stats.binom.pmf(np.arange(k + 1), k, p) for k, p in zip(n, (high, high - d), strict=True)]
    found = sum(
        chance[0][a] * chance[1][b]
        for a in range(n[0] + 1)
        for b in range(n[1] + 1)
        if stats.fisher_exact([[a, n[0] - a], [b, n[1] - b]])[1] < 0.05
    )
    # the exact test is careful: it finds a little less than the four in five of the formula
    assert 0.68 < found < 0.82


def test_more_answers_and_smaller_frames_see_more():
    wide = detectable_share(0.5, (10, 10), (40, 40))
    assert detectable_share(0.5, (20, 20), (40, 40)) < wide
    assert detectable_share(0.5, (10, 10), (12, 12)) < wide
    assert detectable_share(0.5, (10, 10), (40, 40), alpha=0.05 / 6) > wide


def test_counts_that_contradict_are_refused():
    with pytest.raises(ArgumentError) as caught:
        detectable_share(0.5, (10, 10), (8, 40))
    assert str(caught.value) == (
        "answers, members: expected n and N of two segments, 1 <= n <= N, got others; count the segments' answers."
    )


def test_cliffs_delta_against_r():
    # R effsize 0.8.1, example of cliff.delta: -0.25, bounds -0.7265846 and 0.3890062
    found = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    assert found == pytest.approx((-0.25, -0.7265846, 0.3890062), abs=1e-7)


def test_cliffs_delta_mirrors_and_stays_inside():
    a, b = [1.0, 2, 3, 4], [10.0, 11, 12]
    below = cliffs_delta(a, b)
    assert (below.delta, below.lower) == (-1.0, -1.0)
    assert -1 < below.upper < 0
    above = cliffs_delta(b, a)
    assert (above.delta, above.upper) == (1.0, 1.0)
    assert above.lower == pytest.approx(-below.upper)
    assert np.isnan(cliffs_delta([1.0], b).lower)
    assert cliffs_delta([1.0, 1], [1.0, 1, 1]).delta == 0.0


def test_comparisons_carry_it(small):
    types = ["large"] * 8 + ["city"] * 12
    frame, respondents, rows = small(
        [1.0] * 6 + [0.0] * 8 + [1.0] * 6, types=types, members={"large": 10, "city": 30}
    )
    design = Design(frame, respondents)
    share = compare(rows, [Measure("q", "share", "respondents", "%", 100.0)], design, "2023", "stratum")
    (pair,) = json.loads(share.loc[0, "pairs"])
    assert pair["detectable"] == pytest.approx(100 * detectable_share(0.6, (12, 8), (30, 10)))
    assert unseen(share.loc[0, "pairs"], ["large", "city"]) == [pair["detectable"]]
    assert unseen(share.loc[0, "pairs"], ["large"]) == []
    assert pair["delta"] is None
    mean = compare(rows, [Measure("q", "mean", "respondents", "")], design, "2023", "stratum")
    (pair,) = json.loads(mean.loc[0, "pairs"])
    assert pair["delta"] == pytest.approx(pair["difference"])
    assert pair["delta_lower"] < pair["delta"] < pair["delta_upper"]
    assert pair["detectable"] > 0
