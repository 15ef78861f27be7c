"""Headlines: the finding alone, with the verb the test allows, the same numbers in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd
import pytest

from analysis.model import AnalysisError, Verdict
from analysis.sentences import (
    contrast,
    course_title,
    evidence,
    headline,
    items_title,
    leaders,
    measure_line,
    movement,
    source,
)
from analysis.words import Cells, Lexicon, Text, numbers

NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 2
    change: str = "percentage points"
    change_digits: int = 2


LEXICON = Lexicon(
    {name: Measure(name) for name in ("rate", "rate.members", "app", "sms")},
    {
        "rate": Text("接通率", "the connection rate"),
        "app": Text("APP开通率", "the share with an app"),
        "sms": Text("短信开通率", "the share with text messages"),
    },
    {"app": Text("APP", "App"), "sms": Text("短信", "Text messages")},
    {"large": Text("大型银行", "large banks"), "city": Text("城商行", "city banks")},
    {"stratum": Text("银行类型", "type of bank")},
)


def cell(indicator, estimate, at="total/all", wave="2023", n=78, status="released"):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": NAN, "upper": NAN, "n": n, "N": 100, "status": status,
    }  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        cell("rate", 92.8834),
        cell("app", 93.5897),
        cell("sms", 65.3846, n=77),
        cell("app", 100.0, "stratum/large", n=8),
        cell("app", 88.4615, "stratum/city", n=26),
    ]
)


def moved(change, lower, upper, comparable=True):
    base = {
        "wave": "2023", "base_wave": "2022", "dimension": "total", "segment": "all",
        "unit": "percentage points", "comparable": comparable, "note": "",
    }  # fmt: skip
    return pd.DataFrame(
        [
            {**base, "indicator": "rate", "change": change, "lower": NAN, "upper": NAN},
            {**base, "indicator": "rate.members", "change": change, "lower": lower, "upper": upper},
        ]
    )


def of(indicator, estimates=ESTIMATES, changes=None, **frames):
    held = Cells(estimates, LEXICON, moved(NAN, NAN, NAN) if changes is None else changes, **frames)
    return held.cell(indicator, "2023")


def said(function, changes, base_wave=None, **frames):
    claim = function(of("rate", changes=changes, **frames), base_wave)
    return claim.plain("zh"), claim.plain("en")


CASES = [
    ("rise", moved(4.6034, 2.1, 6.3), "接通率为92.88%，较上年提高4.60个百分点", "The connection rate rose to 92.88%, 4.60 percentage points above 2022", "较上年提高4.60个百分点", "Up 4.60 percentage points on 2022"),
    ("fall", moved(-4.6, -6.3, -2.1), "接通率为92.88%，较上年下降4.60个百分点", "The connection rate fell to 92.88%, 4.60 percentage points below 2022", "较上年下降4.60个百分点", "Down 4.60 percentage points on 2022"),
    ("edged up", moved(0.31, 0.2, 0.5), "接通率为92.88%，较上年略有提高0.31个百分点", "The connection rate edged up to 92.88%, 0.31 percentage points above 2022", "较上年略有提高0.31个百分点", "Edged up 0.31 percentage points on 2022"),
    ("not shown", moved(4.6, -1.0, 9.0), "接通率为92.88%，较上年未见明显变化", "The connection rate was 92.88%, with no change shown since 2022", "较上年未见明显变化", "No change shown since 2022"),
    ("too few", moved(4.6, -40.0, 49.0), "接通率为92.88%，样本不足，无法判断较上年是否变动", "The connection rate was 92.88%; too few answers to say whether it changed since 2022", "样本不足，无法判断较上年是否变动", "Too few answers to say whether it changed since 2022"),
    ("mixed", moved(-0.4, 0.2, 9.0), "接通率为92.88%，较上年的升降方向尚难判断", "The connection rate was 92.88%; whether it rose or fell since 2022 cannot be told", "较上年的升降方向尚难判断", "Whether it rose or fell since 2022 cannot be told"),
    ("not comparable", moved(4.6, 2.1, 6.3, comparable=False), "接通率为92.88%，口径有变，与上年不可比", "The connection rate was 92.88%, not comparable with 2022", "口径有变，与上年不可比", "Its definition changed: not comparable with 2022"),
    ("withheld", moved(NAN, NAN, NAN), "接通率不予公布", "The connection rate is withheld", "不予公布", "Withheld"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "changes", "zh", "en", "box_zh", "box_en"), CASES, ids=[c[0] for c in CASES]
)
def test_the_verb_follows_the_test(found, changes, zh, en, box_zh, box_en):
    assert said(headline, changes, base_wave="2022") == (zh, en)
    assert said(movement, changes, base_wave="2022") == (box_zh, box_en)
    assert found in set(Verdict)


def test_the_first_wave_has_its_level_alone_and_its_base():
    nothing = moved(NAN, NAN, NAN)
    assert said(headline, nothing) == ("接通率为92.88%", "The connection rate was 92.88%")
    assert said(movement, nothing) == ("78家单位作答", "Base: 78 members")
    assert said(evidence, nothing) == ("78家单位作答。", "Base: 78 members.")


def test_what_a_headline_rests_on_is_the_members_interval():
    assert said(evidence, moved(4.6, 2.1, 6.3), base_wave="2022", level=0.9) == (
        "推及全体成员，较上年变动的90%置信区间为+2.10至+6.30个百分点；78家单位作答。",
        "All members: 90% interval of the change since 2022, +2.10 to +6.30 percentage points. Base: 78 members.",
    )


def test_no_interval_is_told_across_a_break():
    broken = moved(4.6, 2.1, 6.3, comparable=False)
    assert said(evidence, broken, base_wave="2022") == ("78家单位作答。", "Base: 78 members.")


def test_a_withheld_level_is_told_as_such():
    hidden = pd.DataFrame([cell("rate", NAN, status="suppressed")])
    claim = headline(of("rate", hidden))
    assert (claim.plain("zh"), numbers(claim)) == ("接通率不予公布", {})
    claim = evidence(of("rate", hidden))
    assert claim.plain("en") == "Withheld to protect the answers of single members."


def test_the_ends_of_a_list_are_named():
    claim = leaders([of("sms"), of("app")], Text("各类渠道", "Channels"))
    assert claim.plain("zh") == "各类渠道：APP最高，为93.59%；短信最低，为65.38%"
    assert claim.plain("en") == "Channels: App highest at 93.59%, Text messages lowest at 65.38%"
    alone = leaders([of("app")], Text("各类渠道", "Channels"))
    assert alone.plain("en") == "Channels: App at 93.59%"


def test_segments_differ_only_where_the_test_says_so():
    def told(p, level=0.95):
        tests = pd.DataFrame(
            [{"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": p, "pairs": "[]"}]
        )
        return contrast(of("app", comparisons=tests, level=level), "stratum")

    assert told(0.04).plain("zh") == "APP因银行类型而异：大型银行最高（100.00%），城商行最低（88.46%）"
    assert (
        told(0.04).plain("en")
        == "App differs by type of bank: 100.00% among large banks, 88.46% among city banks"
    )
    assert told(0.06).plain("zh") == "APP：未见各银行类型之间有差异"
    assert "no difference by type of bank is shown" in told(0.06).plain("en")
    assert told(0.06, level=0.9).plain("en").startswith("App differs by type of bank")
    assert told(NAN).plain("en") == "App: 100.00% among large banks, 88.46% among city banks"


def test_the_source_names_survey_base_indicator_and_key():
    claim = source([of("app"), of("sms"), of("rate")])
    assert claim.plain("zh") == "来源：2023年会员调查，78家单位作答。指标：APP等3项。编号：2023/app/total/all"
    assert claim.plain("en") == (
        "Source: member survey, 2023; base: 78 members. Indicator: App (one of 3). Key: 2023/app/total/all"
    )
    assert numbers(claim) == {("2023/app/total/all", "n"): 78.0, ("", "count"): 3.0}
    by_type = source([of("app")], "stratum")
    assert by_type.plain("en").endswith("Indicator: App. Key: 2023/app/stratum/*")


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_both_languages_print_the_same_digits(case):
    for function in (headline, movement, evidence):
        zh, en = said(function, case[1], base_wave="2022")
        english = re.sub(r"\b2022\b", "", en)
        assert sorted(re.findall(r"\d[\d.]*\d|\d", zh)) == sorted(re.findall(r"\d[\d.]*\d|\d", english))


def test_an_indicator_nobody_estimated_is_refused():
    with pytest.raises(AnalysisError, match="one row with key 2023/nothing/total/all, got none"):
        of("nothing")
    with pytest.raises(AnalysisError, match="the change of 2023/app/total/all since 2022, got none"):
        headline(of("app"), "2022")


def points(*values):
    rows = [cell("rate", value, wave=str(2024 - len(values) + n)) for n, value in enumerate(values)]
    held = Cells(pd.DataFrame(rows), LEXICON)
    return [held.cell("rate", row["wave"]) for row in rows]


TITLES = [
    (moved(4.6034, 2.1, 6.3), "接通率较上年提高4.60个百分点，达92.88%，为2021年以来最高", "The connection rate rose by 4.60 percentage points to 92.88%, the highest since 2021"),
    (moved(0.31, 0.2, 0.5), "接通率较上年略有提高0.31个百分点，至92.88%，为2021年以来最高", "The connection rate edged up by 0.31 percentage points to 92.88%, the highest since 2021"),
    (moved(-4.6, -6.3, -2.1), "接通率较上年下降4.60个百分点，降至92.88%", "The connection rate fell by 4.60 percentage points to 92.88%"),
    (moved(4.6, -1.0, 9.0), "接通率较上年未见明显变化", "The connection rate shows no clear change since 2022"),
    (moved(4.6, -40.0, 49.0), "接通率：样本不足，无法判断较上年是否变动", "The connection rate: too few answers to tell a change since 2022"),
    (moved(4.6, 2.1, 6.3, comparable=False), "接通率口径有变，与上年不可比", "The connection rate is counted anew, not comparable with 2022"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "zh", "en"), TITLES, ids=[en[20:40] for _, _, en in TITLES])
def test_the_title_of_a_line_says_what_changed_as_far_as_the_test_allows(changes, zh, en):
    title = course_title(Cells(ESTIMATES, LEXICON, changes), points(90.0, 88.28, 92.88), "2022")
    assert (title.plain("zh"), title.plain("en")) == (zh, en)


def test_nothing_is_the_highest_since_where_a_figure_was_as_high_or_there_are_two():
    changes = moved(4.6034, 2.1, 6.3)
    for known in (points(92.88, 88.28, 92.88), points(88.28, 92.88)):
        title = course_title(Cells(ESTIMATES, LEXICON, changes), known, "2022")
        assert "since" not in title.plain("en")


def test_of_several_items_the_one_that_moved_by_its_test_is_named():
    rise = moved(4.6, 2.1, 6.3).replace({"rate": "sms", "rate.members": "sms.members"})
    lexicon = Lexicon(
        {**LEXICON.measures, "sms.members": Measure("sms.members")}, LEXICON.labels, LEXICON.names
    )
    held = Cells(ESTIMATES, lexicon, rise)
    told = items_title([held.cell("app", "2023"), held.cell("sms", "2023")], "2022").plain("en")
    assert told == "App leads at 93.59%; Text messages rose most since 2022, by 4.60 percentage points"


def test_the_line_below_a_title_says_measure_unit_whom_and_base():
    line = measure_line([of("app"), of("sms")], Text("各渠道开通率", "shares of channels"))
    assert line.plain("zh") == "各渠道开通率（%），答卷单位；2023年各项77至78家单位作答"
    assert line.plain("en") == "Shares of channels, %; respondents, 2023, bases: 77 to 78 members"
