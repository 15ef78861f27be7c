from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.inference import intervals
from analysis.inference.intervals import effective_share, hypergeometric, stratified_share, t_interval
from analysis.model import ArgumentError

REFERENCE = Path(__file__).parents[1] / "reference"


def _tails(k, n, size, yes):
    """Both tails by counting subsets in whole numbers: P(X >= k), P(X <= k), P(X = k)."""
    ways = [comb(yes, x) * comb(size - yes, n - x) for x in range(n + 1)]
    whole = comb(size, n)
    return sum(ways[k:]) / whole, sum(ways[: k + 1]) / whole, ways[k] / whole


@pytest.mark.parametrize(("n", "size"), [(8, 10), (5, 20), (10, 10), (1, 7), (17, 21), (1, 40)])
@pytest.mark.parametrize("method", ["clopper-pearson", "mid-p"])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_hypergeometric_against_enumeration(n, size, method, level):
    bounds = hypergeometric(np.arange(n + 1), n, size, level, method)
    limit = (1 - level) / 2 + 1e-12
    for k in range(n + 1):
        kept = []
        for yes in range(size + 1):
            high, low, here = _tails(k, n, size, yes)
            cut = here / 2 if method == "mid-p" else 0
            if high - cut > limit and low - cut > limit:
                kept.append(yes)
        assert bounds.lower[k] == kept[0] / size
        assert bounds.upper[k] == kept[-1] / size


@pytest.mark.parametrize(("n", "size"), [(8, 10), (17, 21), (30, 43)])
def test_hypergeometric_covers_whatever_the_frame_holds(n, size):
    bounds = hypergeometric(np.arange(n + 1), n, size)
    for yes in range(size + 1):
        hit = (bounds.lower <= yes / size + 1e-12) & (bounds.upper >= yes / size - 1e-12)
        covered = sum(comb(yes, k) * comb(size - yes, n - k) for k in range(n + 1) if hit[k]) / comb(size, n)
        assert covered >= 0.95


def test_hypergeometric_by_hand():
    # 8 of 10 members asked, 3 yes: K is 3, 4 or 5. P(X <= 3 | 5) = C(5,3)C(5,5)/C(10,8) = 10/45 > 0.025
    bounds = hypergeometric(3, 8, 10)
    assert (bounds.lower.item(), bounds.upper.item()) == (0.3, 0.5)
    # none of 8: P(X = 0 | 2) = 1/45 < 0.025, P(X = 0 | 1) = 2/10
    assert hypergeometric(0, 8, 10).upper.item() == 0.1
    everybody = hypergeometric([0, 4, 9], 9, 9)
    assert (everybody.upper - everybody.lower).tolist() == [0, 0, 0]
    nobody = hypergeometric(0, 0, 5)
    assert (nobody.lower.item(), nobody.upper.item()) == (0.0, 1.0)


def test_a_large_frame_is_searched_to_the_same_bounds():
    for method in ("clopper-pearson", "mid-p"):
        table, search = (
            intervals._exact_table(37, 480, 0.95, method),
            intervals._exact_search(37, 480, 0.95, method),
        )
        assert np.array_equal(table, search)


def test_hypergeometric_in_a_vast_frame_is_clopper_pearson():
    vectors = pd.read_csv(REFERENCE / "binom_ci.csv", keep_default_na=False)
    exact = vectors[(vectors["method"] == "exact") & (vectors["alternative"] == "two-sided")]
    assert len(exact) >= 5
    for row in exact.itertuples():
        bounds = effective_share(row[1] / row[2], row[2], 1 - float(row[4]))
        assert bounds.lower.item() == pytest.approx(float(row.lower), abs=1e-7)
        assert bounds.upper.item() == pytest.approx(float(row.upper), abs=1e-7)
    wide = hypergeometric(4, 20, 20_000)
    plain = effective_share(0.2, 20)
    assert wide.lower.item() == pytest.approx(plain.lower.item(), abs=3e-4)
    assert wide.upper.item() == pytest.approx(plain.upper.item(), abs=3e-4)


def _stratified_by_enumeration(k, n, size, level=0.95):
    """Work out the same tails by trying every split of K and every outcome, in plain loops."""
    weight = [a / b for a, b in zip(size, n, strict=True)]
    seen = sum(w * x for w, x in zip(weight, k, strict=True))

    def chance(x, m, frame, yes):
        return comb(yes, x) * comb(frame - yes, m - x) / comb(frame, m)

    kept = []
    for total in range(sum(size) + 1):
        splits = [s for s in product(*(range(a + 1) for a in size)) if sum(s) == total]
        likelihood = [np.prod([chance(*c) for c in zip(k, n, size, s, strict=True)]) for s in splits]
        if max(likelihood) == 0:
            continue
        split = splits[int(np.argmax(likelihood))]
        up = low = 0.0
        for x in product(*(range(m + 1) for m in n)):
            p = np.prod([chance(*c) for c in zip(x, n, size, split, strict=True)])
            t = sum(w * y for w, y in zip(weight, x, strict=True))
            up += p * (t >= seen - 1e-9)
            low += p * (t <= seen + 1e-9)
        limit = (1 - level) / 2 + 1e-12
        if up > limit and low > limit:
            kept.append(total)
    return kept[0] / sum(size), kept[-1] / sum(size)


@pytest.mark.parametrize(
    ("k", "n", "size"),
    [
        ((2, 3), (3, 5), (4, 9)),
        ((0, 0), (3, 5), (4, 9)),
        ((1, 4, 2), (2, 5, 3), (3, 6, 7)),
        ((3, 1), (3, 4), (3, 8)),
    ],
)
def test_stratified_share_against_enumeration(k, n, size):
    bounds = stratified_share(k, n, size)
    expected = _stratified_by_enumeration(k, n, size)
    assert (bounds.lower.item(), bounds.upper.item()) == pytest.approx(expected)


@pytest.mark.parametrize("strata", [[(9, 5, 3), (4, 3, 2)], [(12, 4, 0), (6, 5, 5), (9, 3, 1)]])
def test_likeliest_splits_are_the_likeliest(strata):
    def likelihood(split):
        cells = zip(strata, split, strict=True)
        return np.prod([comb(y, k) * comb(size - y, n - k) / comb(size, n) for (size, n, k), y in cells])

    for split in intervals._likeliest_splits(strata):
        rivals = [s for s in product(*(range(size + 1) for size, _, _ in strata)) if sum(s) == split.sum()]
        assert likelihood(split.tolist()) == pytest.approx(max(likelihood(s) for s in rivals))


def test_stratified_share_is_exact_for_one_stratum_and_closes_when_all_answered():
    for k in range(9):
        one, exact = stratified_share([k], [8], [11]), hypergeometric(k, 8, 11)
        assert (one.lower, one.upper) == (exact.lower, exact.upper)
    closed = stratified_share([3, 10], [7, 20], [7, 20])
    assert closed.lower == closed.upper == 13 / 27


def test_stratified_share_holds_its_level():
    rng = np.random.default_rng(77)
    hits, worst = [], 1.0
    size = np.array([7, 20, 25, 35])
    for rate in (0.02, 0.1, 0.3, 0.5, 0.9):
        for answering in (0.6, 0.85):
            n = np.maximum(2, np.round(size * answering).astype(int))
            yes = rng.binomial(size, rate)
            true = yes.sum() / size.sum()
            drawn = rng.hypergeometric(yes, size - yes, n, size=(400, 4))
            found = [stratified_share(k, n, size) for k in drawn]
            hit = np.mean([i.lower - 1e-12 <= true <= i.upper + 1e-12 for i in found])
            assert all(0 <= i.lower <= i.upper <= 1 for i in found)
            hits.append(hit)
            worst = min(worst, hit)
    assert np.mean(hits) >= 0.955
    assert worst >= 0.935  # 0.95 less 1.4 standard errors of 400 draws


def test_effective_share_limits():
    assert effective_share(0.3, np.inf).lower.item() == 0.3
    assert np.isnan(effective_share(0.3, 0.0).lower)
    assert np.isnan(effective_share(np.nan, 10).upper)
    assert effective_share(0.0, 10).lower.item() == 0.0
    assert effective_share(1.0, 10).upper.item() == 1.0


def test_t_interval_gives_none_without_degrees_of_freedom():
    assert np.isnan(t_interval(1.0, 0.5, 0).lower)
    assert t_interval(1.0, 0.5, np.inf).upper.item() == pytest.approx(1 + 0.5 * 1.959963984540054)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: hypergeometric(5, 4, 10), "successes, n, N"),
        (lambda: hypergeometric(1, 4, 3), "successes, n, N"),
        (lambda: hypergeometric(1.5, 4, 10), "successes"),
        (lambda: hypergeometric(1, 4, 10, method="wald"), "method"),
        (lambda: hypergeometric(1, 4, 10, level=1.0), "level"),
        (lambda: stratified_share([1], [1, 2], [3, 4]), "successes_h, n_h, N_h"),
        (lambda: stratified_share([1, 0], [1, 0], [3, 4]), "n_h"),
    ],
)
def test_contradictions_are_refused(call, argument):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert caught.value.argument == argument
