"""Each check on the smallest ledger that shows what it does; what it refuses."""

import pandas as pd
import pytest

from analysis.consistency import CHECKS, Meaning, audit, read_ledger, read_unit
from analysis.model import AnalysisError, ArgumentError, FrameError

COLUMNS = ["year", "indicator", "label_zh", "segment", "value", "unit", "change", "change_unit", "source"]


def ledger(*rows):
    """Write rows of year, indicator, value, unit and perhaps change, its unit and segment."""
    table = []
    for year, code, value, unit, *rest in rows:
        change, change_unit, segment = (*rest, "", "", "")[:3] if len(rest) < 3 else rest
        table.append((str(year), code, code, segment or "all", value, unit, change, change_unit, "x"))
    return pd.DataFrame(table, columns=COLUMNS, dtype="str")


def meanings(*those):
    return {meaning.indicator: meaning for meaning in those}


RATE = Meaning("rate", "ratio")
CALLS = Meaning("calls", "total", "percent")
N = Meaning("n", "count", "percent")


def only(findings, check):
    rows = findings[findings["check"] == check]
    assert len(rows) == 1, findings.to_dict("records")
    return rows.iloc[0]


def verdict(check, figures, described, **settings):
    row = only(audit(figures, described, checks=[check], **settings), check)
    return row["verdict"], row["reconciles_en"]


def test_change_of_another_indicator_is_recognised():
    """4.60 is the connection rate's rise, 92.88 - 88.28; the calls rose by 7.23 / 6.41 - 1 = 12.8 %."""
    figures = ledger(
        (2022, "rate", "88.28", "%"), (2023, "rate", "92.88", "%"),
        (2022, "calls", "6.41", "亿通"), (2023, "calls", "7.23", "亿通", "+4.6", "%"),
    )  # fmt: skip
    found = verdict("change", figures, meanings(RATE, CALLS))
    assert found == ("contradiction", "it fits rate: 2023 − 2022: 92.88 − 88.28 = +4.60")


def test_change_against_another_year_is_recognised():
    figures = ledger((2020, "rate", "90.0", "%"), (2021, "rate", "91.0", "%"),
                     (2022, "rate", "94.0", "%", "+4.0", "percentage points"))  # fmt: skip
    assert verdict("change", figures, meanings(RATE)) == (
        "contradiction", "it holds against 2020: 2022 − 2020: 94.0 − 90.0 = +4.0",
    )  # fmt: skip


def test_relative_change_of_an_amount_given_in_own_unit_is_a_matter_of_unit():
    mean = Meaning("age", "mean", "own")
    figures = ledger((2021, "age", "40.0", "岁"), (2022, "age", "44.0", "岁", "+4.0", "%"))
    assert verdict("change", figures, meanings(mean))[0] == "unit"


def test_sign_is_recognised():
    figures = ledger((2021, "calls", "100.0", "万次"), (2022, "calls", "90.0", "万次", "+10.0", "%"))
    assert verdict("change", figures, meanings(CALLS)) == ("contradiction", "it holds with the opposite sign")


def test_change_over_a_break_is_a_matter_of_definition():
    broken = Meaning("rate", "ratio", breaks=(2022,))
    figures = ledger((2021, "rate", "90", "%"), (2022, "rate", "92", "%", "+2", "percentage points"))
    assert verdict("change", figures, meanings(broken))[0] == "definition"


def test_rounded_shares_may_differ_by_one_more_than_their_change():
    # 22.4 - 19.6 = 2.8 prints as 3, the printed 22 - 20 is 2
    figures = ledger((2021, "rate", "20", "%"), (2022, "rate", "22", "%", "+3", "percentage points"))
    assert verdict("change", figures, meanings(RATE))[0] == "rounding"
    figures = ledger((2021, "rate", "20", "%"), (2022, "rate", "22", "%", "+4", "percentage points"))
    assert verdict("change", figures, meanings(RATE))[0] == "contradiction"


def test_former_share_must_be_a_share_of_the_former_base():
    share = Meaning("app", "share", base="n")
    # of 4 in 2021: 0, 25, 50, 75, 100; 5/10 - 10 points is 40
    figures = ledger((2021, "n", "4", "家"), (2022, "n", "10", "家"),
                     (2022, "app", "50", "%", "+10", "percentage points"))  # fmt: skip
    assert verdict("former_share", figures, meanings(share, N))[0] == "impossible"
    figures["change"] = figures["change"].replace("+10", "+25")
    assert verdict("former_share", figures, meanings(share, N))[0] == "holds"


def test_segment_is_bound_by_the_total():
    # 1 of 10 in all, so no more than 1 of the 4 large ones: 25 %
    share = Meaning("app", "share", base="n")
    figures = ledger(
        (2022, "n", "10", "家"), (2022, "app", "10", "%"), (2022, "app", "50", "%", "", "", "large")
    )
    settings = {"bases": {(2022, "large"): 4}}
    assert verdict("segment", figures, meanings(share, N), **settings)[0] == "contradiction"
    figures["value"] = figures["value"].replace("50", "25")
    assert verdict("segment", figures, meanings(share, N), **settings)[0] == "holds"


def test_pooled_ratio_outside_its_segments_is_suspicious():
    figures = ledger((2022, "rate", "80", "%"), (2022, "rate", "60", "%", "", "", "large"),
                     (2022, "rate", "70", "%", "", "", "small"))  # fmt: skip
    assert verdict("pooled", figures, meanings(RATE))[0] == "suspicious"


def test_means_of_whole_numbers_go_by_grim():
    mean = Meaning("score", "mean", "own", base="n", items=1)
    figures = ledger((2022, "n", "28", "家"), (2022, "score", "5.19", "分"))
    assert verdict("grim", figures, meanings(mean, N))[0] == "impossible"


def test_no_whole_number_of_heads():
    # 100.0 / 0.35 lies between 281.6 and 290.0; 3 hours each of 2 hours is nobody
    each = Meaning("each", "mean", "own", numerator="hours")
    hours = Meaning("hours", "total", "percent")
    figures = ledger((2022, "hours", "10.0", "小时"), (2022, "each", "4.00", "小时"))
    assert verdict("per_head", figures, meanings(each, hours))[0] == "impossible"
    figures["value"] = figures["value"].replace("4.00", "3.33")
    assert verdict("per_head", figures, meanings(each, hours))[0] == "holds"


def test_shares_of_parts_must_make_a_hundred():
    parts = [Meaning(f"p{i}", "ratio", parts_of="whole") for i in range(3)]
    figures = ledger((2022, "p0", "50", "%"), (2022, "p1", "30", "%"), (2022, "p2", "25", "%"))
    assert set(audit(figures, meanings(*parts), checks=["parts"])["verdict"]) == {"contradiction"}
    figures = figures.iloc[:2]
    assert set(audit(figures, meanings(*parts), checks=["parts"])["verdict"]) == {"holds"}


def test_two_values_of_one_figure():
    figures = ledger((2022, "rate", "90.1", "%"), (2022, "rate", "90.4", "%"))
    assert verdict("repeat", figures, meanings(RATE))[0] == "contradiction"
    figures = ledger((2022, "rate", "90.12", "%"), (2022, "rate", "90.1", "%"))
    assert verdict("repeat", figures, meanings(RATE))[0] == "rounding"


def test_outlier_stands_out_of_its_neighbours():
    values = ("90.0", "90.4", "90.1", "90.6", "60.2", "90.7", "90.3", "90.9")
    figures = ledger(*((2010 + i, "rate", value, "%") for i, value in enumerate(values)))
    found = audit(figures, meanings(RATE), checks=["outlier"])
    assert found.loc[found["verdict"] == "suspicious", "year"].tolist() == ["2014"]


def test_streak_that_the_levels_break():
    streak = Meaning("run", "streak", streak_of="rate", threshold=90)
    figures = ledger((2020, "rate", "91", "%"), (2021, "rate", "89", "%"), (2022, "rate", "92", "%"),
                     (2022, "run", "3", "年"))  # fmt: skip
    assert verdict("streak", figures, meanings(RATE, streak)) == ("streak", "by the printed figures it is 1")


def test_streak_cannot_grow_faster_than_the_years():
    streak = Meaning("run", "streak", streak_of="rate", threshold=90)
    figures = ledger((2020, "run", "3", "年"), (2022, "run", "6", "年"))
    assert verdict("numbering", figures, meanings(streak))[0] == "streak"


def test_ratio_names_the_printed_total_that_reconciles():
    # 30 / 60 = 50 %, not 75 %; 30 of the 40 answered are 75 %
    ratio = Meaning("rate", "ratio", numerator="yes", denominator="asked")
    counts = [Meaning(code, "count", "percent") for code in ("yes", "asked", "answered")]
    figures = ledger((2022, "rate", "75", "%"), (2022, "yes", "30", "家"), (2022, "asked", "60", "家"),
                     (2022, "answered", "40", "家"))  # fmt: skip
    assert verdict("ratio", figures, meanings(ratio, *counts)) == (
        "base", "of answered (40) it holds; 75 % would need 45 / 60 or 30 / 40",
    )  # fmt: skip


def test_magnitudes_are_brought_together():
    ratio = Meaning("rate", "ratio", numerator="handled", denominator="asked")
    figures = ledger(
        (2022, "rate", "50.0", "%"), (2022, "handled", "5000", "万次"), (2022, "asked", "1.00", "亿次")
    )
    assert (
        verdict("ratio", figures, meanings(ratio, Meaning("handled", "total"), Meaning("asked", "total")))[0]
        == "holds"
    )


@pytest.mark.parametrize(
    ("text", "family", "factor"),
    [
        ("万人", "number", 10**4),
        ("亿人次", "number", 10**8),
        ("个百分点(较2014年)", "points", 1),
        ("%/年", "percent", 1),
        ("million calls", "number", 10**6),
        ("条/周", "number", 1),
        ("", "number", 1),
    ],
)
def test_units_are_read(text, family, factor):
    unit = read_unit(text)
    assert (unit.family, unit.factor) == (family, factor)


GOOD = (2022, "n", "10", "家")


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([GOOD, (2022, "n", "10", "斤")], "row 2, column unit"),
        ([GOOD, (2022, "rate", "many", "%")], "row 2, column value"),
        ([("22", "n", "10", "家")], "row 1, column year"),
        ([GOOD, (2022, "rate", "10", "%", "up", "%")], "row 2, column change"),
        ([GOOD, (2022, "rate", "10", "%", "+1", "stones")], "row 2, column change_unit"),
        ([GOOD, (2022, "rate", "10", "%", "+1 / +2", "%")], "row 2, column change_unit"),
        ([GOOD, (2022, "n", "11", "家")], "row 2, column value"),
        ([(2022, "n", "1.5", "家")], "row 1, column value"),
    ],
)
def test_bad_input_gets_one_line_with_row_and_column(rows, place):
    share = Meaning("app", "share", base="n")
    with pytest.raises(FrameError) as caught:
        audit(ledger(*rows), meanings(RATE, N, share))
    assert caught.value.argument == place
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "argument"),
    [
        ({"bases": {(2022, "all"): 12}}, "bases[2022, 'all']"),
        ({"bases": {(2022, "large"): 0}}, "bases[2022, 'large']"),
        ({"checks": ["astrology"]}, "checks"),
        ({"bound": 0}, "bound"),
    ],
)
def test_contradictory_settings_are_refused(settings, argument):
    with pytest.raises(ArgumentError) as caught:
        audit(ledger(GOOD), meanings(N, Meaning("app", "share", base="n")), **settings)
    assert caught.value.argument == argument
    assert "\n" not in str(caught.value)


def test_unknown_check_lists_the_choices():
    with pytest.raises(ArgumentError, match="attainable, rounding, bases"):
        audit(ledger(GOOD), meanings(N), checks=["x"])


@pytest.mark.parametrize(
    "wrong", [{"kind": "guess"}, {"unit_change": "points"}, {"kind": "streak", "streak_of": "rate"}]
)
def test_meanings_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(AnalysisError):
        Meaning("x", **wrong)


def test_missing_column_is_named():
    with pytest.raises(FrameError, match="no unit"):
        audit(ledger(GOOD).drop(columns="unit"), {})


def test_counters_of_other_fields_can_be_given():
    assert audit(ledger((2022, "beds", "40", "床")), {}, units=frozenset({"床"})).empty


def test_every_check_takes_an_empty_ledger():
    empty = read_ledger(ledger(), {})
    assert [check(empty) for check in CHECKS.values()] == [[]] * len(CHECKS)
    assert len(audit(ledger(), {})) == 0


def test_every_check_gives_findings_under_its_own_name(ledger_findings, bulletin_findings):
    assert set(ledger_findings["check"]) | set(bulletin_findings["check"]) <= set(CHECKS)


@pytest.mark.parametrize("claimed", [n for n in range(1, 10) if n != 7])
def test_any_other_digit_of_a_streak_is_found_where_the_series_is_printed(claimed):
    """Twelve years, the fifth not above 50: seven years in a row, and no other number of them."""
    years = [(2010 + place, "rate", "49" if place == 4 else f"{60 + place}", "%") for place in range(12)]
    run = Meaning("run", "streak", streak_of="rate", threshold=50)
    told, near = verdict("streak", ledger(*years, (2021, "run", str(claimed), "年")), meanings(RATE, run))
    assert told == ("streak" if claimed > 7 else "suspicious")
    assert ("7" in near) == (claimed > 7)


def test_the_right_number_of_a_streak_holds():
    years = [(2010 + place, "rate", "49" if place == 4 else f"{60 + place}", "%") for place in range(12)]
    run = Meaning("run", "streak", streak_of="rate", threshold=50)
    assert verdict("streak", ledger(*years, (2021, "run", "7", "年")), meanings(RATE, run))[0] == "holds"
