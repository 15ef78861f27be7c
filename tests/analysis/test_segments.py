import json
from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.inference import compare
from analysis.inference.group_tests import cramers_v, epsilon_squared, fisher_freeman_halton, kruskal_wallis
from analysis.inference.intervals import hypergeometric
from analysis.inference.segments import COMPARISON_COLUMNS
from analysis.model import ArgumentError, Design, Measure


def _by_enumeration(yes, sizes):
    """Sum the chances of all tables with these margins in whole numbers."""
    whole = comb(sum(sizes), sum(yes))

    def ways(table):
        return np.prod([comb(n, k) for n, k in zip(sizes, table, strict=True)], dtype=object)

    tables = [t for t in product(*(range(n + 1) for n in sizes)) if sum(t) == sum(yes)]
    return sum(ways(t) for t in tables if ways(t) <= ways(yes)) / whole


@pytest.mark.parametrize(
    ("yes", "sizes"),
    [((3, 1, 5), (4, 6, 6)), ((0, 5), (7, 9)), ((2, 2, 2, 1), (3, 4, 5, 6)), ((0, 0, 0), (3, 4, 5))],
)
def test_fisher_freeman_halton_against_enumeration(yes, sizes):
    assert fisher_freeman_halton(yes, sizes)[1] == pytest.approx(_by_enumeration(yes, sizes))


def test_fisher_freeman_halton_of_two_segments_is_fishers():
    for yes, sizes in (((7, 1), (34, 34)), ((20, 3), (21, 24))):
        table = [[yes[0], sizes[0] - yes[0]], [yes[1], sizes[1] - yes[1]]]
        assert fisher_freeman_halton(yes, sizes)[1] == pytest.approx(stats.fisher_exact(table).pvalue)


def test_fisher_freeman_halton_of_many_segments_draws_tables():
    yes, sizes = [5, 9, 12, 20, 25, 11], [20, 30, 30, 30, 30, 30]
    _, p_value, name = fisher_freeman_halton(yes, sizes, resamples=4000)
    assert name == "Fisher-Freeman-Halton, 4000 random tables"
    assert p_value == fisher_freeman_halton(yes, sizes, resamples=4000)[1]
    assert p_value < 0.01


def test_kruskal_wallis_statistic_and_exact_p():
    values = [[1.0, 2.0, 2.0], [5.0, 7.0], [3.0, 9.0, 2.0]]
    statistic, p_value, name = kruskal_wallis(values)
    assert statistic == pytest.approx(stats.kruskal(*values).statistic)
    # 8! / (3! 2! 3!) = 560 deals, counted one by one
    assert name == "Kruskal-Wallis exact"
    pooled = np.concatenate(values)
    hits = deals = 0
    for order in product(range(3), repeat=8):
        if [order.count(g) for g in range(3)] == [3, 2, 3]:
            dealt = [pooled[[i for i in range(8) if order[i] == g]] for g in range(3)]
            hits += stats.kruskal(*dealt).statistic >= statistic - 1e-9
            deals += 1
    assert deals == 560
    assert p_value == pytest.approx(hits / deals)


def test_kruskal_wallis_at_random_is_near_chi_square_for_large_segments():
    rng = np.random.default_rng(8)
    values = [rng.normal(shift, 1, 24) for shift in (0, 0.3, 0.6, 0.2)]
    _, p_value, name = kruskal_wallis(values, resamples=9999)
    assert name.startswith("Kruskal-Wallis, ")
    assert p_value == pytest.approx(stats.kruskal(*values).pvalue, rel=0.2)
    assert kruskal_wallis([[2.0] * 30, [2.0] * 30])[:2] == (0.0, 1.0)


def test_effect_sizes_by_hand():
    # 2 x 2: 8 of 10 and 2 of 10: chi2 = 20 * (64 - 4)^2 / 10^4 = 7.2; phi2 = 0.36
    # phi2~ = 0.36 - 1/19; r~ = c~ = 2 - 1/19
    assert cramers_v([8, 2], [10, 10]) == pytest.approx(np.sqrt((0.36 - 1 / 19) / (1 - 1 / 19)))
    assert cramers_v([5, 5], [10, 10]) == 0.0
    assert cramers_v([10, 0], [10, 10]) == pytest.approx(1.0)
    assert epsilon_squared(7.0, 8, 2) == 1.0
    # as H is expected to be under no difference, and below
    assert epsilon_squared([2.0, 1.0], 8, 3).tolist() == [0.0, 0.0]
    # H = 5 of 3 segments, 8 answers: (5 - 2) / (8 - 3)
    assert epsilon_squared(5.0, 8, 3) == pytest.approx(0.6)


def _survey(by_type, size, x=None):
    frame, respondents, rows = [], [], []
    for stratum, values in by_type.items():
        frame += [("2023", f"{stratum}{i}", stratum) for i in range(size[stratum])]
        for i, value in enumerate(values):
            respondents.append(("2023", f"{stratum}{i}"))
            rows.append(("q", "2023", f"{stratum}{i}", True, value, 1.0 if x is None else x))
    design = Design(
        pd.DataFrame(frame, columns=["wave", "member_id", "stratum"]),
        pd.DataFrame(respondents, columns=["wave", "member_id"]),
    )
    return pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"]), design


def test_pairs_of_shares_carry_the_finite_correction():
    data, design = _survey({"city": [1, 1, 1, 0, 0], "large": [1, 1, 1], "rural": [0, 0, 0, 1]},
                           {"city": 9, "large": 3, "rural": 6})  # fmt: skip
    row = compare(data, [Measure("q", "share", "members", "%", 100)], design, "2023", "stratum").iloc[0]
    pairs = json.loads(row["pairs"])
    assert [(p["a"], p["b"]) for p in pairs] == [("city", "large"), ("city", "rural"), ("large", "rural")]
    city = hypergeometric(3, 5, 9)
    # large is complete: its interval is the point 1
    assert pairs[0]["difference"] == pytest.approx(-40.0)
    assert pairs[0]["lower"] == pytest.approx(-40.0 - 100 * (0.6 - city.lower.item()))
    assert pairs[0]["upper"] == pytest.approx(-40.0 + 100 * (city.upper.item() - 0.6))
    raw = [stats.fisher_exact(t).pvalue for t in ([[3, 2], [3, 0]], [[3, 2], [1, 3]], [[3, 0], [1, 3]])]
    assert [p["p_adjusted"] for p in pairs] == pytest.approx(multipletests(raw, method="holm")[1])


def test_pairs_of_means_close_when_all_answered():
    data, design = _survey({"city": [1.0, 2.0, 6.0], "large": [4.0, 8.0]}, {"city": 3, "large": 2})
    row = compare(data, [Measure("q", "mean", "members", "秒")], design, "2023", "stratum").iloc[0]
    pair = json.loads(row["pairs"])[0]
    assert pair["difference"] == pair["lower"] == pair["upper"] == -3.0
    data, design = _survey({"city": [1.0, 2.0, 6.0], "large": [4.0, 8.0]}, {"city": 6, "large": 4})
    pair = json.loads(
        compare(data, [Measure("q", "mean", "members", "秒")], design, "2023", "stratum")["pairs"][0]
    )[0]
    # s2 = 7 and 8: V = (1/2) 7/3 and (1/2) 8/2; Welch's degrees of freedom
    v = np.array([7 / 6, 2.0])
    df = v.sum() ** 2 / (v[0] ** 2 / 2 + v[1] ** 2)
    assert pair["upper"] == pytest.approx(-3.0 + stats.t.ppf(0.975, df) * np.sqrt(v.sum()))


def test_a_single_answer_gives_a_pair_without_bounds():
    data, design = _survey({"city": [1.0, 2.0, 6.0], "large": [4.0]}, {"city": 6, "large": 4})
    row = compare(data, [Measure("q", "mean", "members", "秒")], design, "2023", "stratum").iloc[0]
    pair = json.loads(row["pairs"])[0]
    assert pair["lower"] is None
    assert pair["difference"] == -1.0


def test_one_segment_with_answers_is_no_test():
    data, design = _survey({"city": [1, 0, 1, 1], "large": [np.nan, np.nan]}, {"city": 5, "large": 2})
    row = compare(data, [Measure("q", "share", "members", "%")], design, "2023", "stratum").iloc[0]
    assert (row["test"], row["pairs"]) == ("none", "[]")
    assert np.isnan(row["p_value"])


def test_questions_of_one_call_share_a_false_discovery_rate(survey):
    design, measurements, measures = survey
    rows = compare(measurements, measures, design, "2023", "stratum")
    assert {c: str(t) for c, t in rows.dtypes.items()} == COMPARISON_COLUMNS
    expected = multipletests(rows["p_value"].to_numpy(), method="fdr_bh")[1]
    assert rows["p_adjusted"].to_numpy() == pytest.approx(expected)
    assert (rows["effect_lower"] <= rows["effect"]).all()
    assert (rows["effect"] <= rows["effect_upper"]).all()
    assert rows["effect_upper"].max() <= 1
    assert rows.equals(compare(measurements, measures, design, "2023", "stratum"))


def test_differences_that_are_there_are_found():
    data, design = _survey({"city": [1] * 18 + [0] * 2, "large": [0] * 7 + [1]}, {"city": 24, "large": 8})
    row = compare(data, [Measure("q", "share", "members", "%")], design, "2023", "stratum").iloc[0]
    assert row["p_value"] < 0.001
    assert row["effect"] > 0.6


@pytest.mark.parametrize(
    ("wave", "dimension", "argument"), [("2020", "stratum", "wave"), ("2023", "total", "dimension")]
)
def test_unknown_waves_and_single_segments_are_refused(survey, wave, dimension, argument):
    design, measurements, measures = survey
    with pytest.raises(ArgumentError) as caught:
        compare(measurements, measures, design, wave, dimension)
    assert caught.value.argument == argument
