"""Whole sentences in both languages, and the verb the test allows."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from lxml import html

from analysis.inference import Streak
from analysis.model import AnalysisError, Verdict
from analysis.pieces import html_of
from analysis.sentences import (
    CLAIMS,
    Thresholds,
    change,
    channels,
    comparison,
    level,
    matched,
    numbers,
    response,
    size_of_effect,
    slope,
    streak,
    verdict,
    within,
)
from analysis.words import Cells, Claim, Lexicon, Phrase, Text

NAN = float("nan")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


RATE = Measure("rate", digits=2, change_digits=2)
STAFF = Measure("staff", unit="万人", digits=2, change="percent", change_digits=1)
SPEED = Measure("speed", unit="秒", change="own")
LEXICON = Lexicon(
    {
        "rate": RATE,
        "rate.members": RATE,
        "staff": STAFF,
        "staff.members": STAFF,
        "speed": SPEED,
        "speed.members": SPEED,
        "app": Measure("app"),
        "sms": Measure("sms"),
    },
    {
        "rate": Text("人工电话平均接通率", "the average answer rate"),
        "staff": Text("客服从业人员", "the number of staff"),
        "speed": Text("平均应答速度", "the average speed of answer"),
        "app": Text("提供APP服务的单位占比", "the share of members with app service"),
        "sms": Text("提供短信服务的单位占比", "the share of members with text messages"),
    },
    {"app": Text("APP服务", "app service"), "sms": Text("短信服务", "text messages")},
    {"large": Text("大型商业银行", "large banks"), "city": Text("城市商业银行", "city banks")},
    {"stratum": Text("银行类型", "bank type")},
)


def cell(indicator, wave, estimate, n=78, at="total/all", **others):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": NAN, "upper": NAN, "level": 0.95, "n": n, "N": 100,
        "status": "released", **others,
    }  # fmt: skip


def moved(indicator, amount, lower=NAN, upper=NAN, **others):
    return {
        "indicator": indicator, "wave": "2023", "base_wave": "2022", "dimension": "total", "segment": "all",
        "change": amount, "unit": "percentage points", "lower": lower, "upper": upper, "comparable": True,
        "note": "", **others,
    }  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        cell("rate", "2023", 92.8834),
        cell("rate.members", "2023", 92.6151, lower=91.204, upper=94.125),
        cell("rate", "2023", np.nan, 2, "stratum/city", status="suppressed"),
        cell("staff", "2023", 4.1712),
        cell("speed", "2023", 15.0),
        cell("app", "2023", 93.5897, 78),
        cell("sms", "2023", 65.3846, 78),
        cell("app", "2022", 92.2, 77),
        cell("app", "2023", 100.0, 7, "stratum/large"),
        cell("app", "2023", 88.4615, 26, "stratum/city"),
    ]
)


def cells(changes=(), estimates=ESTIMATES, lexicon=LEXICON, **frames):
    return Cells(estimates, lexicon, pd.DataFrame(changes), **frames)


def of(indicator, at="total/all", wave="2023", **given):
    return cells(**given).cell(indicator, wave, *at.split("/"))


def both(claim):
    return claim.plain("zh"), claim.plain("en")


def test_level_of_the_respondents():
    assert both(level(of("rate"))) == (
        "2023年，人工电话平均接通率为92.88%（78家单位作答）。",
        "In 2023, the average answer rate was 92.88% (base: 78 members).",
    )


def test_level_of_all_members_has_its_interval():
    assert both(level(of("rate.members"))) == (
        (
            "2023年，推及全体成员，人工电话平均接通率估计为92.62%（95%置信区间为91.20%至94.13%；78家单"
            "位作答）。"
        ),
        (
            "In 2023, the average answer rate is estimated at 92.62% for all members (95% interval 91.20% "
            "to 94.13%; "
            "base: 78 members)."
        ),
    )


def test_level_of_a_segment_and_of_a_withheld_one():
    assert both(level(of("app", "stratum/large"))) == (
        "2023年大型商业银行中，提供APP服务的单位占比为100%（7家单位作答）。",
        "In 2023, the share of members with app service among large banks was 100% (base: 7 members).",
    )
    assert both(level(of("rate", "stratum/city"))) == (
        "2023年城市商业银行中，人工电话平均接通率因可推知个别单位答复，不予公布。",
        (
            "In 2023, the average answer rate among city banks is withheld to protect the answers of "
            "single members."
        ),
    )


def test_units_of_ten_thousand_become_plain_people():
    assert both(level(of("staff"))) == (
        "2023年，客服从业人员为4.17万人（78家单位作答）。",
        "In 2023, the number of staff was 41,700 people (base: 78 members).",
    )


def stated(rows, indicator="rate", **words):
    return change(of(indicator, changes=rows), "2022", **words)


def judged(own, members=None, thresholds=None):
    held = cells([own, members] if members else [own])
    found = held.change(own["indicator"], "2023", "2022")
    return verdict(found, found.members, thresholds)


def test_rose_where_the_interval_lies_above_zero():
    assert both(stated([moved("rate", 4.6034), moved("rate.members", 4.4, 2.1, 6.304)])) == (
        (
            "2023年，人工电话平均接通率为92.88%，较上年提高4.60个百分点（推及全体成员，变动的95%置信区间为"
            "+2.10至+6.30个百分点；78家单位作答）。"
        ),
        (
            "In 2023, the average answer rate rose to 92.88%, 4.60 percentage points above 2022 (all "
            "members: 95% "
            "interval +2.10 to +6.30 percentage points; base: 78 members)."
        ),
    )


def test_fell_where_the_interval_lies_below_zero():
    rows = [moved("staff", -4.81, unit="percent"), moved("staff.members", -4.7, -8.0, -1.25, unit="percent")]
    claim = stated(rows, "staff")
    assert both(claim) == (
        (
            f"2023年，客服从业人员为4.17万人，较上年减少4.8%（推及全体成员，变动的95%置信区间为{MINUS}8.0%至"
            f"{MINUS}1.3%；"
            "78家单位作答）。"
        ),
        (
            "In 2023, the number of staff fell to 41,700 people, 4.8% below 2022 (all members: 95% interval "
            f"{MINUS}8.0% "
            f"to {MINUS}1.3%; base: 78 members)."
        ),
    )


def test_no_change_is_shown_where_the_interval_holds_zero():
    assert both(stated([moved("rate", 0.5), moved("rate.members", 0.4, -1.2, 2.1)])) == (
        (
            "2023年，人工电话平均接通率为92.88%，较上年未见明显变化（答卷单位变动+0.50个百分点；推及全体成"
            "员，变动的95%置信区间为"
            f"{MINUS}1.20至+2.10个百分点；78家单位作答）。"
        ),
        (
            "In 2023, the average answer rate was 92.88%, with no change shown since 2022 (respondents: "
            "+0.50 percentage "
            f"points; all members: 95% interval {MINUS}1.20 to +2.10 percentage points; base: 78 members)."
        ),
    )


@pytest.mark.parametrize(
    ("margin", "largest", "found"),
    [(3.0, 3.0, "same"), (3.0, 3.01, "not shown"), (None, 0.1, "not shown"), (5.0, NAN, "not shown"),
     (5.1, NAN, "same")],
)  # fmt: skip
def test_about_the_same_only_where_all_that_is_left_open_lies_within_the_margin(margin, largest, found):
    """Not known otherwise, what is left open is the whole interval: here 5.1 points."""
    rows = [moved("rate", 0.5), moved("rate.members", 0.4, -5.1, 4.0) | {"largest": largest}]
    words = replace(LEXICON, margins={} if margin is None else {"rate": margin})
    known = Cells(ESTIMATES, words, pd.DataFrame(rows))
    claim = change(known.cell("rate", "2023"), "2022")
    assert ("about the same as in 2022" in claim.plain("en")) == (found == "same")
    assert ("较上年未见明显变化" in claim.plain("zh")) == (found == "not shown")


def test_a_change_within_the_margin_that_is_found_keeps_its_verb():
    rows = [moved("rate", 0.5), moved("rate.members", 0.4, 0.1, 0.7) | {"largest": 0.7}]
    known = Cells(ESTIMATES, replace(LEXICON, margins={"rate": 3.0}), pd.DataFrame(rows))
    assert "edged up" in change(known.cell("rate", "2023"), "2022").plain("en")


def test_a_line_is_about_the_same_where_all_it_adds_up_to_lies_within_the_margin():
    """0.7 a year over four years is 2.8."""
    for margin, found in ((2.7, "shows no rise or fall"), (2.9, "stayed about the same")):
        words = replace(LEXICON, margins={"rate": margin})
        line = Cells(ESTIMATES, words, slopes=sloped(0.1, -0.5, 0.7)).slope("rate")
        assert found in slope(line).plain("en")


def test_not_comparable_tells_no_number_of_change():
    note = Text("2022年起改用平均值", "from 2022 it is a mean")
    claim = stated([moved("rate", 4.6, comparable=False), moved("rate.members", 4.4, 2.1, 6.3)], note=note)
    assert both(claim) == (
        "2023年，人工电话平均接通率为92.88%（78家单位作答）；2022年起改用平均值，与上年不可比。",
        (
            "In 2023, the average answer rate was 92.88% (base: 78 members); from 2022 it is a mean, "
            "so it is not "
            "comparable with 2022."
        ),
    )
    assert {column for _, column in numbers(claim)} == {"estimate", "n"}


def test_an_untested_change_claims_nothing_about_members():
    assert both(stated([moved("rate", 4.6)]))[1] == (
        "In 2023, the average answer rate was 92.88%; among respondents it differs by +4.60 percentage "
        "points from "
        "2022 (not tested, so no statement about all members; base: 78 members)."
    )


def test_a_change_of_seconds_has_its_own_verb():
    rows = [moved("speed", -1.0, unit="own"), moved("speed.members", -1.1, -2.0, -0.6, unit="own")]
    claim = stated(rows, "speed")
    assert "较上年下降1秒" in claim.plain("zh")
    assert "fell to 15 seconds, 1 second below 2022" in claim.plain("en")


@pytest.mark.parametrize(
    ("own", "lower", "upper", "found"),
    [
        (4.6, 2.1, 6.3, "rise"),
        (-4.6, -6.3, -2.1, "fall"),
        (4.6, 0.0, 6.3, "not shown"),
        (4.6, -6.3, 0.0, "not shown"),
        (0.0, 0.0, 0.0, "not shown"),
        (-0.2, 0.1, 1.0, "mixed"),
        (0.0, -1.0, -0.1, "mixed"),
        (4.6, NAN, NAN, "too few"),
        (0.99, 0.1, 2.0, "edged up"),
        (1.0, 0.1, 2.0, "rise"),
        (-0.99, -2.0, -0.1, "edged down"),
        (0.5, -13.9, 14.0, "not shown"),
        (0.5, -14.1, 14.0, "too few"),
    ],
)
def test_the_verb_follows_the_members_interval(own, lower, upper, found):
    assert judged(moved("rate", own), moved("rate.members", 1.0, lower, upper)) == Verdict(found)


def test_thresholds_are_of_the_unit_and_can_be_set():
    tiny = moved("speed", 0.9, unit="秒"), moved("speed.members", 1.0, 0.1, 2.0, unit="秒")
    assert judged(*tiny) == Verdict.EDGED_UP
    short = moved("rate", 0.004, unit="秒"), moved("rate.members", 1.0, 0.1, 2.0, unit="秒")
    assert judged(*short) == Verdict.EDGED_UP
    assert judged({**short[0], "change": 0.9}, short[1]) == Verdict.RISE
    wide = moved("speed", 0.9, unit="秒"), moved("speed.members", 1.0, -90.0, 95.0, unit="秒")
    assert judged(*wide) == Verdict.NOT_SHOWN
    points = moved("rate", 3.0), moved("rate.members", 3.0, 1.0, 5.0)
    assert judged(*points, thresholds=Thresholds(small_points=5.0)) == Verdict.EDGED_UP
    none_found = moved("rate", 3.0), moved("rate.members", 3.0, -1.0, 7.0)
    assert judged(*none_found, thresholds=Thresholds(blind_points=5.0)) == Verdict.TOO_FEW
    assert judged(moved("rate", 1.0)) == Verdict.UNTESTED
    with pytest.raises(AnalysisError) as caught:
        Thresholds(small_points=-1.0)
    assert str(caught.value) == "small_points: expected a number from 0, got -1.0; correct the thresholds."


def test_edged_where_the_change_is_found_and_small():
    assert both(stated([moved("rate", 0.604), moved("rate.members", 0.5, 0.1, 0.904)])) == (
        (
            "2023年，人工电话平均接通率为92.88%，较上年略有提高0.60个百分点（推及全体成员，变动的95%置信区间为"
            "+0.10至+0.90个百分点；78家单位作答）。"
        ),
        (
            "In 2023, the average answer rate edged up to 92.88%, 0.60 percentage points above 2022 (all "
            "members: 95% interval +0.10 to +0.90 percentage points; base: 78 members)."
        ),
    )


def test_a_change_found_that_rounds_to_nothing_is_less_than_a_step():
    claim = stated([moved("rate", -0.004), moved("rate.members", -0.02, -0.03, -0.01)])
    assert "较上年略有下降不到0.01个百分点" in claim.plain("zh")
    assert "edged down to 92.88%, less than 0.01 percentage points below 2022" in claim.plain("en")
    assert numbers(claim)["2023-2022/rate/total/all", "change"] == -0.004


def test_too_few_answers_to_say():
    assert both(stated([moved("rate", 4.6), moved("rate.members", 4.4, -10.6, 19.4)])) == (
        (
            "2023年，人工电话平均接通率为92.88%，样本不足，无法判断较上年是否变动（答卷单位变动+4.60个百分点；"
            f"推及全体成员，变动的95%置信区间为{MINUS}10.60至+19.40个百分点，小于约21.44个百分点的变动难以察觉；"
            "78家单位作答）。"
        ),
        (
            "In 2023, the average answer rate was 92.88%; too few answers to say whether it changed since 2022 "
            f"(respondents: +4.60 percentage points; all members: 95% interval {MINUS}10.60 to +19.40 "
            "percentage points; changes smaller than about 21.44 percentage points could not be seen; "
            "base: 78 members)."
        ),
    )
    assert "；无法推及全体成员；" in stated([moved("rate", 4.6), moved("rate.members", 4.4)]).plain("zh")
    few = ESTIMATES.assign(n=2)
    rows = [moved("rate", 4.6), moved("rate.members", 4.4, 1.0, 8.0)]
    claim = change(of("rate", changes=rows, estimates=few), "2022")
    assert "too few answers to say" in claim.plain("en")


def compared(*tests, **given):
    return comparison(of("app", comparisons=pd.DataFrame(tests), **given), "stratum")


PAIRS = '[{"a": "large", "b": "city", "detectable": %s}, {"a": "city", "b": "rural", "detectable": 70.0}]'


@pytest.mark.parametrize(
    ("pairs", "zh", "en"),
    [
        (
            PAIRS % "43.6",
            "（校正后p=0.416）；两类之间小于约44个百分点的差距难以察觉。",
            "(adjusted p = 0.416); a difference between two groups smaller than about 44 percentage points could not be seen.",
        ),
        (
            '[{"a": "large", "b": "city", "detectable": 25.2}, {"a": "city", "b": "large", "detectable": 43.6}]',
            "；视两类而定，小于约25至44个百分点的差距难以察觉。",
            "; a difference between two groups smaller than about 25 to 44 percentage points, depending on the groups, could not be seen.",
        ),
        (
            PAIRS % "null",
            "；样本不足，任何两类之间的差距都难以察觉。",
            "; there are too few answers to see a difference between any two groups.",
        ),
        (
            '[{"a": "city", "b": "rural", "detectable": 70.0}]',
            "（校正后p=0.416）。",
            "(adjusted p = 0.416).",
        ),
    ],
)
def test_what_a_comparison_could_not_have_seen(pairs, zh, en):
    """Rural banks are not in the list, so that nothing is said of them."""
    test = {
        "indicator": "app",
        "wave": "2023",
        "dimension": "stratum",
        "p_adjusted": 0.4155,
        "pairs": pairs,
    }
    claim = compared(test)
    assert claim.plain("zh").endswith(zh)
    assert claim.plain("en").endswith(en)
    found = compared(test | {"p_adjusted": 0.01})
    assert found.plain("en").endswith("(adjusted p = 0.010), so it should hold more widely.")


def sloped(value, lower, upper, **others):
    return pd.DataFrame(
        [
            {
                "indicator": "rate", "dimension": "total", "segment": "all", "first_wave": "2019",
                "last_wave": "2023", "waves": 5, "n_members": 96, "slope": value, "unit": "percentage points",
                "lower": lower, "upper": upper, "comparable": True, **others,
            }
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (
            sloped(1.256, 0.5, 2.0),
            "2019年至2023年，同类单位相比，人工电话平均接通率年均提高1.26个百分点（95%置信区间为+0.50至+2.00个百分点；5次调查，96家单位）。",
            "From 2019 to 2023, like members compared, the average answer rate rose by 1.26 percentage points a year (95% interval +0.50 to +2.00 percentage points; 5 waves, 96 members).",
        ),
        (
            sloped(-0.3, -0.5, -0.1),
            f"2019年至2023年，同类单位相比，人工电话平均接通率年均略有下降0.30个百分点（95%置信区间为{MINUS}0.50至{MINUS}0.10个百分点；5次调查，96家单位）。",
            f"From 2019 to 2023, like members compared, the average answer rate edged down by 0.30 percentage points a year (95% interval {MINUS}0.50 to {MINUS}0.10 percentage points; 5 waves, 96 members).",
        ),
        (
            sloped(0.3, -0.5, 1.1),
            f"2019年至2023年，同类单位相比，人工电话平均接通率未见明显升降（年均变动+0.30个百分点；95%置信区间为{MINUS}0.50至+1.10个百分点；5次调查，96家单位）。",
            f"From 2019 to 2023, like members compared, the average answer rate shows no rise or fall (+0.30 percentage points a year; 95% interval {MINUS}0.50 to +1.10 percentage points; 5 waves, 96 members).",
        ),
        (
            sloped(NAN, NAN, NAN),
            "2019年至2023年，人工电话平均接通率样本不足，无法判断其走势（5次调查，96家单位）。",
            "From 2019 to 2023, there are too few answers to say how the average answer rate moved (5 waves, 96 members).",
        ),
        (
            sloped(NAN, NAN, NAN, comparable=False),
            "人工电话平均接通率口径调整后的可比调查不足三次，无法判断走势。",
            "There are fewer than three comparable waves of the average answer rate, so no slope is given.",
        ),
    ],
)
def test_slopes_in_words(rows, zh, en):
    assert both(slope(cells(slopes=rows).slope("rate"))) == (zh, en)


def test_ranking_of_segments_with_its_test():
    test = {"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": 0.4155}
    assert both(compared(test)) == (
        (
            "分银行类型看，2023年提供APP服务的单位占比由高到低依次为大型商业银行100%（7家单位）、城市"
            "商业银行88%（26家单位）。"
            "未见各类之间有差异（校正后p=0.416）。"
        ),
        (
            "By bank type, the share of members with app service in 2023 was, from high to low: large "
            "banks 100% "
            "(7 members) and city banks 88% (26 members). No difference between the groups is shown "
            "(adjusted p = 0.416)."
        ),
    )
    differ = compared(test | {"p_adjusted": 0.00001})
    assert differ.plain("en").endswith(
        "Among the members listed, the groups do differ. Chance would hardly bring as much (adjusted p < "
        "0.001), so it should hold more widely."
    )
    assert compared().plain("zh").endswith("以上差异未作检验。")


@pytest.mark.parametrize(("lower", "found"), [(1.0, True), (0.0, False), (None, False)])
def test_members_that_differ_as_they_stand_are_never_called_alike(lower, found):
    """Whatever the test of chance says: an interval of this frame that excludes zero is told first."""
    pairs = json.dumps([{"a": "large", "b": "city", "lower": lower, "upper": 30.0}])
    claim = compared(
        {"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": 0.4155, "pairs": pairs}
    )
    told = "Among the members listed, the groups do differ. With so few of them chance could bring as much"
    assert (told in claim.plain("en")) == ("就本名录的成员而言，各类之间确有差异。但" in claim.plain("zh"))
    assert (told in claim.plain("en")) == found
    assert ("No difference between the groups is shown" in claim.plain("en")) != found


def test_channels_are_listed_from_high_to_low():
    subject = Text("提供各类服务渠道的单位占比", "the share of members offering each channel")
    assert both(channels([of("sms"), of("app")], subject)) == (
        "提供各类服务渠道的单位占比由高到低依次为：APP服务94%、短信服务65%（78家单位作答）。",
        (
            "The share of members offering each channel was, from high to low: app service 94% "
            "and text "
            "messages 65% (base: 78 members)."
        ),
    )


def counted(length, last="2023", spliced_over=()):
    return Streak(length, "2020", last, spliced_over)


SERIES = pd.DataFrame([cell("rate", "2023", 99.46)])


def run(years, rule="above", threshold=99):
    return streak(of("rate", estimates=SERIES), years, rule, threshold)


def test_a_run_of_years():
    assert both(run(counted(4))) == (
        "人工电话平均接通率为99.46%，连续4年高于99%。",
        "The average answer rate was 99.46%, above 99% for 4 years in a row.",
    )


@pytest.mark.parametrize(
    ("years", "rule", "threshold", "zh", "en"),
    [
        (counted(1), "above", 99, "，高于99%。", ", above 99%."),
        (counted(0, ""), "at least", 99.5, "，低于99.50%。", ", below 99.50%."),
        (counted(0, ""), "rising", None, "，未高于上年。", ", not above the year before."),
        (counted(3), "rising", None, "，连续3年高于上年。", ", above the year before for 3 years in a row."),
        (
            counted(3, spliced_over=("2022",)),
            "above",
            99,
            "，连续3年高于99%（含2022年口径调整前的数据）。",
            ", above 99% for 3 years in a row (counted across the break before 2022).",
        ),
    ],
)
def test_short_runs_steps_and_breaks_gone_over(years, rule, threshold, zh, en):
    claim = run(years, rule, threshold)
    assert claim.plain("zh").endswith(zh)
    assert claim.plain("en").endswith(en)


@pytest.mark.parametrize(
    ("years", "rule", "threshold", "message"),
    [
        (counted(3), "beyond", 99, "rule: expected one of above, at least"),
        (counted(3), "above", None, "threshold: expected a number for 'above', got None"),
        (counted(3), "rising", 99, "threshold: expected none for 'rising', got 99"),
        (counted(3, "2022"), "above", 99, "run: expected a run up to 2023, got one up to 2022"),
    ],
)
def test_a_run_that_does_not_fit_is_refused(years, rule, threshold, message):
    with pytest.raises(AnalysisError, match=message):
        run(years, rule, threshold)


def test_response():
    assert both(response(LEXICON, "2023", 78, 102)) == (
        "2023年共有78家单位参与调研，占全部102家单位的76.5%。",
        "In 2023, 78 members took part in the survey, 76.5% of all 102 members.",
    )
    with pytest.raises(AnalysisError, match="between 0 and the members"):
        response(LEXICON, "2023", 103, 102)


CASES = {
    "level": lambda: level(of("rate.members")),
    "change": lambda: stated([moved("rate", 0.5), moved("rate.members", 0.4, -1.2, 2.1)]),
    "comparison": lambda: compared(
        {"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": 0.4}
    ),
    "channels": lambda: channels([of("app"), of("sms")], Text("占比", "share")),
    "streak": lambda: run(counted(4)),
    "response": lambda: response(LEXICON, "2023", 78, 102),
    "slope": lambda: slope(cells(slopes=sloped(1.256, 0.5, 2.0)).slope("rate")),
    "matched": lambda: twice(GAINS),
}


def twice(table, indicator="app"):
    return matched(cells(matched=table).matched_change(indicator, "2023", "2022"))


def gains(gained, lost, p_value, test="McNemar exact", indicator="app", unit="percentage points"):
    return pd.DataFrame(
        [
            {
                "indicator": indicator, "wave": "2023", "base_wave": "2022", "dimension": "total",
                "segment": "all", "n_matched": 64, "gained": gained, "lost": lost, "p_value": p_value,
                "test": test, "unit": unit,
            }
        ]
    )  # fmt: skip


GAINS = gains(9, 1, 0.0215)


@pytest.mark.parametrize(
    ("table", "zh", "en"),
    [
        (
            GAINS,
            "9家由“否”转“是”，1家由“是”转“否”，仅凭偶然很难如此一边倒（p=0.022）。",
            "9 turned from no to yes and 1 from yes to no, hardly by chance (p = 0.022).",
        ),
        (
            gains(5, 0, 0.0625),
            "5家由“否”转“是”，没有单位由“是”转“否”，单看这些单位，偶然也可能如此（p=0.063）。",
            "5 turned from no to yes and none from yes to no, which among these members chance alone may bring "
            "(p = 0.063).",
        ),
        (
            gains(3, 1, float("nan"), "counted"),
            "3家由“否”转“是”，1家由“是”转“否”；两次都在的单位全部作答，这是事实而非推断。",
            "3 turned from no to yes and 1 from yes to no; all members of both waves answered, so this is a fact.",
        ),
    ],
)
def test_members_that_answered_twice_are_counted(table, zh, en):
    claim = twice(table)
    assert claim.plain("zh").endswith("：2022年和2023年都作答的64家单位中，" + zh)
    assert claim.plain("en").endswith(": of the 64 members seen in both 2022 and 2023, " + en)


def test_amounts_are_counted_by_their_direction():
    table = gains(51, 13, 0.0001, "sign flips, 9999 random patterns", "rate", "%")
    claim = twice(table, "rate")
    assert claim.plain("en").endswith("of the 64 members seen in both 2022 and 2023, 51 went up and 13 down.")


@pytest.mark.parametrize(
    ("before", "given", "words"),
    [
        (0.01, 0.4, "is no more than chance would bring (adjusted p = 0.400)"),
        (0.4, 0.01, "the groups do differ by more than chance (adjusted p = 0.010)"),
    ],
)
def test_a_verdict_that_changes_within_kinds_is_told(before, given, words):
    key = {"indicator": "app", "wave": "2023", "dimension": "stratum"}
    whole, inside = (pd.DataFrame([key | {"p_adjusted": p}]) for p in (before, given))
    said = within(of("app", comparisons=whole, within=inside), "stratum", "stratum")
    assert words in said.plain("en")
    assert within(of("app", comparisons=whole, within=whole), "stratum", "stratum") is None


@pytest.mark.parametrize(
    ("level", "word", "gained", "known"),
    [
        (
            0.95,
            "No difference between the groups is shown",
            "chance alone may bring",
            "smaller than about 21.44",
        ),
        (0.9, "Chance would hardly bring as much", "hardly by chance", "smaller than about 22.68"),
    ],
)
def test_the_level_of_the_intervals_is_that_of_every_test(level, word, gained, known):
    """P values of 0.07 are found at 90 % and not at 95 %, and half an interval of 15 reaches further."""
    test = {"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": 0.07}
    assert word in compared(test, level=level).plain("en")
    twice_counted = cells(matched=gains(9, 1, 0.07), level=level).matched_change("app", "2023", "2022")
    assert gained in matched(twice_counted).plain("en")
    rows = [moved("rate", 4.6), moved("rate.members", 4.4, -10.6, 19.4)]
    unsure = change(of("rate", changes=rows, level=level), "2022", thresholds=Thresholds(blind_points=20))
    assert f"{level:.0%} interval" in unsure.plain("en")
    assert known in unsure.plain("en")
    whole, inside = (pd.DataFrame([test | {"p_adjusted": p}]) for p in (0.5, 0.07))
    said = within(of("app", comparisons=whole, within=inside, level=level), "stratum", "stratum")
    assert (said is None) == (level == 0.95)


@pytest.mark.parametrize(
    ("effect", "share", "word"),
    [(0.09, True, "negligible"), (0.1, True, "small"), (0.3, True, "medium"), (0.5, True, "large"),
     (0.009, False, "negligible"), (0.01, False, "small"), (0.06, False, "medium"), (0.14, False, "large")],
)  # fmt: skip
def test_sizes_of_effects_after_cohen(effect, share, word):
    assert size_of_effect(effect, share=share).en == word


@pytest.mark.parametrize("kind", sorted(CLAIMS))
def test_both_languages_hold_the_same_numbers(kind):
    claim = CASES[kind]()
    found = {}
    for lang in ("zh", "en"):
        paragraph = html.fragment_fromstring(html_of(claim, lang))
        assert paragraph.get("class") == "statement"
        assert paragraph.get("data-claim") == kind
        found[lang] = sorted(
            (d.get("data-estimate", ""), d.get("class"), d.get("value")) for d in paragraph.findall(".//data")
        )
        assert paragraph.text_content() == claim.plain(lang)
    assert found["zh"] == found["en"]
    assert sorted((key, column) for key, column, _ in found["zh"]) == sorted(numbers(claim))


def test_words_are_escaped():
    evil = Lexicon(LEXICON.measures, {**LEXICON.labels, "rate": Text("<script>甲", "<script>a&b")})
    claim = level(of("rate", lexicon=evil))
    assert "<script>" not in html_of(claim, "zh") + html_of(claim, "en")
    assert "&lt;script&gt;a&amp;b" in html_of(claim, "en")


def test_a_number_in_one_language_alone_is_refused():
    one = level(of("rate")).phrase
    with pytest.raises(AnalysisError, match="the same numbers in both languages"):
        Claim("level", Phrase(one.zh, ("nothing",)))


def test_a_cell_nobody_decided_on_is_refused():
    undecided = ESTIMATES.assign(status="unknown")
    with pytest.raises(AnalysisError) as caught:
        of("rate", estimates=undecided)
    assert str(caught.value) == (
        "estimates.status: expected released, suppressed, empty, got 'unknown'; "
        "pass what disclosure.suppression.release returns."
    )
    with pytest.raises(AnalysisError, match="one row with key 1999/rate/total/all"):
        of("rate", wave="1999")
