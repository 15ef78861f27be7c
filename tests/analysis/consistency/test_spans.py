"""Growth chained over years, courses, bounds, classes within classes, labels that drift, answers rebuilt."""

import numpy as np
import pandas as pd
import pytest

from analysis.consistency import Meaning, audit

COLUMNS = ["year", "indicator", "label_zh", "segment", "value", "unit", "change", "change_unit", "source"]
CALLS = Meaning("calls", "total", "percent")
RATE = Meaning("rate", "ratio")


def held(check, rows, *meanings):
    """Audit rows of year, indicator, value, unit and perhaps change, its unit and a label."""
    table = []
    for year, code, value, unit, *rest in rows:
        change, change_unit, label = (*rest, "", "", "")[:3]
        table.append((str(year), code, label or code, "all", value, unit, change, change_unit, "x"))
    figures = pd.DataFrame(table, columns=COLUMNS, dtype="str")
    found = audit(figures, {m.indicator: m for m in meanings}, checks=[check])
    return [
        tuple(row)
        for row in found[["year", "verdict", "arithmetic_en", "reconciles_en"]].itertuples(index=False)
    ]


GROWTH = Meaning("calls_change", change_of="calls")


def test_growth_is_chained_to_the_next_level_printed():
    # 100.0 x 1.10 x 1.20 = 132.0
    rows = [(2020, "calls", "100.0", "万次"), (2021, "calls_change", "10.0", "%"),
            (2022, "calls", "132.0", "万次", "+20.0", "%")]  # fmt: skip
    assert held("chain", rows, CALLS, GROWTH) == [
        ("2022", "holds", "2020–2022: 100.0 × 1.100 × 1.200 = 132.0", "")
    ]


def test_growth_that_does_not_chain_says_which_year_would_reconcile():
    # 150 / 120 = 1.25 and 150 / 110 = 1.364
    rows = [(2020, "calls", "100.0", "万次"), (2021, "calls_change", "10.0", "%"),
            (2022, "calls", "150.0", "万次", "+20.0", "%")]  # fmt: skip
    assert held("chain", rows, CALLS, GROWTH) == [(
        "2022", "contradiction",
        "2020–2022: 100.0 × 1.100 × 1.200 = 132.0, printed 150.0 (rounding allows 131.82 to 132.18)",
        "with +25.0 in 2021 it holds; with +36.4 in 2022 it holds",
    )]  # fmt: skip


def test_points_are_chained_by_adding():
    # 90.0 + 1.0 - 0.5 = 90.5
    moved = Meaning("rate_change", change_of="rate")
    rows = [(2020, "rate", "90.0", "%"), (2021, "rate_change", "1.0", "个百分点"),
            (2022, "rate", "90.5", "%", "-0.5", "个百分点")]  # fmt: skip
    assert held("chain", rows, RATE, moved)[0][1:3] == ("holds", "2020–2022: 90.0 + 1.0 − 0.5 = 90.5")
    rows[2] = (2022, "rate", "91.5", "%", "-0.5", "个百分点")
    assert held("chain", rows, RATE, moved)[0][3] == "with +2.0 in 2021 it holds; with +0.5 in 2022 it holds"


def test_a_missing_year_breaks_the_chain():
    rows = [(2020, "calls", "100.0", "万次"), (2022, "calls", "150.0", "万次", "+20.0", "%")]
    assert held("chain", rows, CALLS, GROWTH) == []


TREND = Meaning("trend", course_of="calls", since=2017)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [("-9.7", "holds"), ("≈-10", "holds"), ("-8.0", "contradiction"), ("≈-30", "suspicious")],
)
def test_yearly_growth_is_compounded(told, verdict):
    # (7.14 / 10.73)^(1/4) - 1 = -9.68 %
    rows = [(2017, "calls", "10.73", "亿通"), (2021, "calls", "7.14", "亿通"), (2021, "trend", told, "%/年")]
    found = held("course", rows, CALLS, TREND)
    assert found[0][1] == verdict
    assert found[0][2].startswith("2017–2021: (7.14 / 10.73)^(1/4) − 1 = -9.7 % a year")


def test_yearly_growth_over_a_break_is_a_matter_of_definition():
    rows = [
        (2017, "calls", "10.73", "亿通"),
        (2021, "calls", "7.14", "亿人次"),
        (2021, "trend", "≈-10", "%/年"),
    ]
    found = held("course", rows, Meaning("calls", "total", "percent", breaks=(2021,)), TREND)
    assert found[0][1] == "definition"
    assert found[0][2].endswith("it runs over the change of definition in 2021")


def test_from_one_level_to_another():
    course = Meaning("course", course_of="staff", since=2020)
    staff = Meaning("staff", "total", "percent")
    rows = [
        (2020, "staff", "5.44", "万人"),
        (2023, "staff", "4.17", "万人"),
        (2023, "course", "5.44→4.17", "万人"),
    ]
    assert held("course", rows, staff, course) == [("2023", "holds", "2020: 5.44, 2023: 4.17", "")]
    rows[2] = (2023, "course", "5.40→4.17", "万人")
    assert held("course", rows, staff, course) == [
        ("2023", "contradiction", "2020: 5.44, 2023: 4.17, printed 5.40→4.17", "5.44 (2020)")
    ]


@pytest.mark.parametrize(
    ("before", "now", "change", "verdict"),
    [
        (">10", "10.6", "+5", "holds"),  # from 10.1
        (">10", "10.6", "+9", "contradiction"),  # 10.65 / 10 - 1 is 6.5 % at most
        ("10.0", ">12", "+10", "contradiction"),  # 20 % at least
        ("≈10", "13.0", "+200", "suspicious"),  # 13 / 5 is 160 % at most
    ],
)
def test_bounds_are_held_as_bounds(before, now, change, verdict):
    rows = [(2014, "calls", before, "亿通"), (2015, "calls", now, "亿通", change, "%")]
    assert [row[1] for row in held("bound", rows, CALLS)] == [verdict]


def test_a_share_told_as_a_bound_has_a_whole_number():
    members = Meaning("n", "count", "percent")
    share = Meaning("app", "share", base="n")
    rows = [(2022, "n", "73", "家"), (2022, "app", ">30(超过三成)", "%")]
    # 22/73 = 30.1, 29/73 = 39.7
    assert held("bound", rows, members, share) == [("2022", "holds", "22 to 29 of 73", "")]
    rows = [(2022, "n", "3", "家"), (2022, "app", "≈90(接近90%)", "%")]
    assert held("bound", rows, members, share)[0][1] == "impossible"  # 2/3 = 67, 3/3 = 100


def test_a_class_cannot_be_more_than_the_class_it_lies_in():
    wide, narrow = Meaning("gt90", "ratio"), Meaning("gt95", "ratio", within="gt90")
    rows = [(2022, "gt90", "78", "%"), (2022, "gt95", "80", "%")]
    assert held("nested", rows, wide, narrow) == [
        ("2022", "contradiction", "80 is more than 78 of gt90, which contains it", "")
    ]
    rows[1] = (2022, "gt95", ">30(超过三成)", "%")
    assert held("nested", rows, wide, narrow)[0][1] == "holds"


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ("人工接听电话量", "人工接通电话量", "definition"),
        ("人工电话接通率", "人工电话平均接通率", "definition"),
        ("电话人工接通率", "人工电话接通率", "holds"),
        ("推出手机客户端(APP)服务", "提供手机客户端服务", "holds"),
        ("connection rate", "mean connection rate", "definition"),
        ("connection rate", "rate of satisfied customers", "definition"),
    ],
)
def test_a_label_that_drifts_without_a_declared_break(before, now, verdict):
    rows = [(2021, "rate", "90", "%", "", "", before), (2022, "rate", "91", "%", "", "", now)]
    found = held("label", rows, RATE)
    assert [row[1] for row in found] == [verdict]
    declared = Meaning("rate", "ratio", breaks=(2022,))
    assert held("label", rows, declared) == []


def test_answers_behind_mean_and_deviation():
    score = Meaning("score", "mean", "own", base="n", items=1, deviation="score_sd", scale=(1, 5))
    others = (Meaning("n", "count", "percent"), Meaning("score_sd", "mean", "own"))
    rows = [(2022, "n", "20", "家"), (2022, "score", "2.20", "分"), (2022, "score_sd", "1.30", "分")]
    assert held("answers", rows, score, *others)[0][1] == "impossible"  # sums of 44 leave 1.28, 1.32
    rows[2] = (2022, "score_sd", "1.32", "分")
    verdict, told = held("answers", rows, score, *others)[0][1:3]
    assert verdict == "holds"
    assert told.startswith("2.20 ± 1.32, n = 20, 1–5, for example ")


def test_honest_series_are_seldom_called_outliers():
    """Flag fewer than one honest year in twenty-five: level, drift and noise of a share or an amount."""
    flagged, years = 0, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        rates = 90 + rng.normal(0, 0.4) * np.arange(10) + rng.normal(0, 0.8, 10)
        calls = 10 * np.exp(np.cumsum(rng.normal(0.03, 0.05, 10)))
        rows = [(2014 + i, "rate", f"{x:.2f}", "%") for i, x in enumerate(rates)]
        rows += [(2014 + i, "calls", f"{x:.2f}", "亿通") for i, x in enumerate(calls)]
        found = held("outlier", rows, RATE, CALLS)
        years += len(found)
        flagged += sum(verdict == "suspicious" for _, verdict, *_ in found)
    print(f"\nhonest years called outliers: {flagged} of {years}")  # noqa: T201
    assert flagged / years < 0.04
