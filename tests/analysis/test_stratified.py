"""Segments compared within strata, against R, statsmodels, enumeration and the unstratified tests."""

import re
from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis.inference import compare
from analysis.inference.group_tests import (
    cochran_mantel_haenszel,
    fisher_freeman_halton,
    kruskal_wallis,
    stratified_shares,
    van_elteren,
    van_elteren_test,
)
from analysis.model import Design, Measure

# three strata of two segments: yes, answers
YES = np.array([[2, 5], [4, 3], [6, 2]])
N = np.array([[5, 11], [5, 10], [10, 7]])


def test_two_segments_are_rs_exact_mantel_haenszel():
    statistic, p_value, test = stratified_shares(YES, N)
    # R 4.2.2: mantelhaen.test(x, exact = TRUE)$p.value; (x, correct = FALSE)$statistic
    assert p_value == pytest.approx(0.139317765357026)
    assert statistic == pytest.approx(2.6694124411052)
    assert test == "stratified Fisher-Freeman-Halton exact"
    tables = [np.array([[y, n - y] for y, n in zip(*row, strict=True)]) for row in zip(YES, N, strict=True)]
    assert statistic == pytest.approx(StratifiedTable(tables).test_null_odds(correction=False).statistic)


def test_three_segments_have_rs_statistic_and_the_enumerated_p():
    yes, n = np.array([[5, 2, 1], [2, 6, 3]]), np.array([[8, 6, 7], [8, 7, 7]])
    statistic, p_value, _ = stratified_shares(yes, n)
    # R 4.2.2: mantelhaen.test(array(c(5,2,1,3,4,6, 2,6,3,6,1,4), dim = c(3,2,2)))
    assert statistic == pytest.approx(2.79664644839182)
    assert stats.chi2.sf(statistic, 2) == pytest.approx(0.247010798621134)
    chance = {}
    rows = [
        [k for k in product(*(range(s + 1) for s in row)) if sum(k) == whole]
        for row, whole in zip(n, yes.sum(axis=1), strict=True)
    ]
    for first, second in product(*rows):
        p = 1.0
        for row, k in zip(n, (first, second), strict=True):
            p *= stats.multivariate_hypergeom.pmf(k, row, sum(k))
        key = tuple(np.add(first, second))
        chance[key] = chance.get(key, 0.0) + p
    seen = chance[tuple(yes.sum(axis=0))]
    assert p_value == pytest.approx(sum(p for p in chance.values() if p <= seen * (1 + 1e-7)))


def test_one_stratum_is_the_plain_test():
    yes, n = np.array([5, 2, 1, 0]), np.array([8, 6, 7, 3])
    assert stratified_shares(yes[None], n[None])[1] == pytest.approx(fisher_freeman_halton(yes, n)[1])
    amounts = [[1.0, 5, 7, 7], [2.0, 3], [9.0, 10, 11]]
    segment = np.repeat([0, 1, 2], [4, 2, 3])
    statistic, p_value, test = van_elteren_test(np.concatenate(amounts), segment, np.zeros(9), resamples=9999)
    assert statistic == pytest.approx(kruskal_wallis(amounts)[0])
    assert p_value == pytest.approx(kruskal_wallis(amounts)[1], rel=0.2)
    assert test.startswith("van Elteren, ")


def test_large_tables_are_drawn_near_chi_square():
    rng = np.random.default_rng(3)
    n = np.full((4, 5), 40)
    yes = rng.binomial(n, 0.4)
    statistic, p_value, test = stratified_shares(yes, n)
    assert re.fullmatch(r"Cochran-Mantel-Haenszel, \d+ random tables", test)
    assert p_value == pytest.approx(stats.chi2.sf(statistic, 4), abs=0.04)
    assert cochran_mantel_haenszel(yes[None], n)[0] == pytest.approx(statistic)


def test_van_elteren_against_coin():
    y = [3, 5, 9, 1, 4, 7, 12, 2, 8, 6, 11, 10, 15, 13, 14, 20, 4, 6]
    g = np.array([1, 1, 1, 1, 2, 2, 2, 3, 3, 1, 1, 2, 2, 2, 3, 3, 3, 1]) - 1
    b = np.repeat([0, 1], 9)
    statistic, p_value, _ = van_elteren_test(y, g, b, resamples=9999)
    # R 4.2.2, coin 1.4-2: independence_test(y ~ g | b, ytrafo = rank / (n + 1) within b, teststat = "quadratic")
    assert statistic == pytest.approx(2.3573257386738)
    assert p_value == pytest.approx(0.307689885241765, abs=0.04)


def test_equal_answers_within_strata_say_nothing():
    assert van_elteren_test([1, 1, 1, 5, 5, 5], [0, 1, 1, 0, 0, 1], [0, 0, 0, 1, 1, 1])[1] == 1.0
    assert float(van_elteren([np.array([1.5, 1.5])], [np.array([0, 1])], 2)) == 0.0
    assert stratified_shares([[2, 3], [0, 0]], [[2, 3], [4, 1]])[1] == pytest.approx(1.0)


@pytest.fixture
def confounded(small):
    """Bank types that differ in kind of centre alone: combined centres say yes, debit ones no."""
    types = ["large"] * 10 + ["city"] * 10
    kinds = ["combined"] * 9 + ["debit"] + ["combined"] + ["debit"] * 9
    values = [1.0 if kind == "combined" else 0.0 for kind in kinds]
    frame, respondents, rows = small(values, types=types, members={"large": 12, "city": 14})
    kind_of = dict(zip(rows["member_id"], kinds, strict=True))
    frame["centre_kind"] = frame["member_id"].map(lambda m: kind_of.get(m, "debit"))
    return Design(frame, respondents), rows


def test_a_difference_of_kinds_is_not_one_of_types(confounded):
    design, rows = confounded
    measure = Measure("q", "share", "respondents", "%", 100.0)
    plain = compare(rows, [measure], design, "2023", "stratum").iloc[0]
    held = compare(rows, [measure], design, "2023", "stratum", within="centre_kind").iloc[0]
    assert plain["p_value"] < 0.002
    assert held["p_value"] == pytest.approx(1.0)
    assert held["test"] == "stratified Fisher-Freeman-Halton exact within centre_kind"
    assert held["effect"] == plain["effect"]
    amount = Measure("q", "mean", "respondents", "")
    ranked = compare(rows, [amount], design, "2023", "stratum", within="centre_kind").iloc[0]
    assert re.fullmatch(r"van Elteren, \d+ random orders within centre_kind", ranked["test"])
    assert ranked["p_value"] == 1.0
