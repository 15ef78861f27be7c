"""Newspaper sentences: the verb by the test, a run over its break, lists, parts of a paragraph; grouped bars."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.charts import grouped_bars
from analysis.inference.series import SERIES_COLUMNS, Streak
from analysis.model import AnalysisError
from analysis.pieces import Head
from analysis.sentences import Milestone, by_segment, high_to_low, news, ordinal, paragraph
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")


class Measure:
    def __init__(self, indicator, unit="%", digits=0, change="percentage points", change_digits=0):
        self.indicator, self.unit, self.digits = indicator, unit, digits
        self.change, self.change_digits = change, change_digits


RATE = Measure("rate", digits=2, change_digits=2)
LEXICON = Lexicon(
    {
        "rate": RATE, "rate.members": RATE, "app": Measure("app"), "weibo": Measure("weibo"),
        "staff": Measure("staff", "万人", 2, "percent", 1),
    },
    {
        "rate": Text("平均接通率", "the average answer rate"),
        "app": Text("提供APP服务的单位占比", "the share of members with the mobile app"),
        "weibo": Text("提供微博服务的单位占比", "the share of members on Weibo"),
        "staff": Text("从业人员", "the number of staff"),
    },
    {"app": Text("APP", "Mobile app"), "weibo": Text("微博", "Weibo")},
    {"large": Text("大型商业银行", "Large commercial banks"), "city": Text("城市商业银行", "City commercial banks")},
    {"stratum": Text("银行类型", "type of bank")},
)  # fmt: skip


def cell(indicator, estimate, at="total/all", n=78, wave="2023", status="released"):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment, "estimate": estimate,
        "lower": NAN, "upper": NAN, "level": 0.95, "n": n, "N": 100, "status": status,
    }  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        cell("rate", 92.8834), cell("staff", 4.1712), cell("app", 93.6), cell("weibo", 19.2, n=70),
        cell("app", 100.0, "stratum/large"), cell("app", NAN, "stratum/city", status="suppressed"),
    ]
)  # fmt: skip


def changes(own, lower, upper, *, tested=True, comparable=True, base="2022"):
    shared = {
        "wave": "2023", "base_wave": base, "dimension": "total", "segment": "all", "comparable": comparable,
        "unit": "percentage points", "note": "",
    }  # fmt: skip
    rows = [{"indicator": "rate", "change": own, "lower": NAN, "upper": NAN, **shared}]
    if tested:
        rows.append({"indicator": "rate.members", "change": own, "lower": lower, "upper": upper, **shared})
    return pd.DataFrame(rows)


def of(indicator, at="total/all", changes=None, **frames):
    held = Cells(ESTIMATES, LEXICON, pd.DataFrame() if changes is None else changes, **frames)
    return held.cell(indicator, "2023", *at.split("/"))


def told(table, base="2022", **others):
    clause = news(of("rate", changes=table), base, **others)
    claim = paragraph([clause])
    return claim.plain("zh"), claim.plain("en")


@pytest.mark.parametrize(
    ("table", "zh", "en"),
    [
        (changes(4.6, 4.2, 4.9), "，较上年提高4.60个百分点。", " rose to 92.88%, up 4.60 percentage points on the year before."),
        (changes(-4.6, -4.9, -4.2), "，较上年下降4.60个百分点。", " fell to 92.88%, down 4.60 percentage points on the year before."),
        (changes(0.4, 0.1, 0.7), "，较上年略有提高0.40个百分点。", " edged up to 92.88%, 0.40 percentage points more than the year before."),
        (changes(0.4, -0.1, 0.9), "，较上年未见明显变化（+0.40个百分点）。", " was 92.88%, with no change shown since the year before (+0.40 percentage points)."),
        (changes(9.0, -40, 60), "，样本不足，较上年是否变动（+9.00个百分点）尚难判断。", " was 92.88%, with too few answers to say whether the change from the year before (+9.00 percentage points) is more than chance."),
        (changes(-0.4, 0.1, 0.9), "，较上年的升降（−0.40个百分点）尚难判断。", " was 92.88%, and whether it rose or fell since the year before (−0.40 percentage points) cannot be told."),
        (changes(0.4, 0, 0, tested=False), "，作答单位较上年变动+0.40个百分点（未作检验）。", " was 92.88%, among respondents a change from the year before of +0.40 percentage points (not tested)."),
    ],
)  # fmt: skip
def test_the_verb_follows_the_test(table, zh, en):
    assert told(table) == (f"平均接通率为92.88%{zh}", f"The average answer rate{en}")


def test_a_break_is_named_and_a_year_that_is_not_the_one_before():
    broken = changes(4.6, 4.2, 4.9, comparable=False, base="2017")
    assert told(broken, base="2017", broke="2019") == (
        "平均接通率为92.88%（自2019年起口径有调整，与2017年不可比）。",
        "The average answer rate was 92.88% (on a new definition since 2019, not to be compared with 2017).",
    )
    rose = changes(4.6, 4.2, 4.9, base="2017")
    assert told(rose, base="2017")[1].endswith(" up 4.60 percentage points on 2017.")


def test_a_run_names_the_break_it_was_counted_over_and_one_year_is_none():
    run = Milestone(Streak(4, "2020", "2023", ("2022",)), 90.0)
    assert told(changes(4.6, 4.2, 4.9), milestone=run) == (
        "平均接通率为92.88%，较上年提高4.60个百分点，连续4年高于90%（自2022年起口径有调整，此前年份按原口径计）。",
        "The average answer rate rose to 92.88%, up 4.60 percentage points on the year before, the 4th year in a "
        "row above 90% (on a new definition since 2022; earlier years are counted by the former one).",
    )
    once = Milestone(Streak(1, "2023", "2023"), 90.0)
    assert "连续" not in told(changes(4.6, 4.2, 4.9), milestone=once)[0]


def test_levels_without_the_unit_their_name_holds_and_parts_that_are_withheld():
    staff = news(of("staff"))
    app = news(of("app"), of_which=of("app", "stratum/large"), base=True)
    held = news(of("app"), of_which=of("app", "stratum/city"))
    gone = news(of("app", "stratum/city"))
    claim = paragraph([staff, app, held, gone])
    assert claim.plain("en") == (
        "The number of staff was 41,700. The share of members with the mobile app was 94%, and 100% among large "
        "commercial banks (base: 78 members). The share of members with the mobile app was 94%. The share of "
        "members with the mobile app among city commercial banks is withheld to protect the answers of single "
        "members."
    )
    assert "4.17万人。提供APP服务的单位占比为94%，其中大型商业银行为100%（78家单位作答）。" in claim.plain(
        "zh"
    )


def test_points_are_counted_in_chinese_and_resumed_in_english():
    clauses = [news(of(code)) for code in ("app", "weibo")]
    claim = paragraph(clauses, points=True, opening=Text("2023年，", "In 2023, "))
    assert claim.plain("zh") == "2023年，一是提供APP服务的单位占比为94%；二是提供微博服务的单位占比为19%。"
    assert claim.plain("en") == (
        "In 2023, the share of members with the mobile app was 94%; that of members on Weibo was 19%."
    )


def test_lists_keep_proper_names_and_tell_their_bases():
    subject = Text("占比", "the share")
    ranked = paragraph([high_to_low([of("weibo"), of("app")], subject, base=True)])
    kept = high_to_low([of("weibo"), of("app")], subject, in_order=True)
    assert ranked.plain("zh") == "占比由高到低依次为APP（94%）和微博（19%）（各项70至78家单位作答）。"
    assert (
        ranked.plain("en")
        == "The share was, from high to low: mobile app (94%) and Weibo (19%) (bases: 70 to 78 members)."
    )
    assert paragraph([kept]).plain("en") == "The share was: Weibo (19%) and mobile app (94%)."


@pytest.mark.parametrize(
    ("p", "zh", "en"),
    [
        (0.01, "，各类之间有差异，且不能归于偶然。", "; the groups differ, by more than chance would bring."),
        (0.4, "，未见各类之间有差异。", "; no difference between the groups is shown."),
        (NAN, "。", "."),
    ],
)
def test_segments_say_what_the_test_says_and_who_is_withheld(p, zh, en):
    tests = pd.DataFrame(
        [{"indicator": "app", "wave": "2023", "dimension": "stratum", "p_adjusted": p, "pairs": "[]"}]
    )
    claim = paragraph([by_segment(of("app", comparisons=tests), "stratum")])
    start = (
        "分银行类型看，提供APP服务的单位占比由高到低依次为大型商业银行（100%）（城市商业银行为保密不予公布）"
    )
    assert claim.plain("zh") == start + zh
    assert claim.plain("en").endswith(
        f"large commercial banks (100%) (city commercial banks withheld to protect single members){en}"
    )


def test_ordinals():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]
    )


def series(*rows):
    made = [
        {"indicator": code, "wave": wave, "estimate": value, "source": source, "break_before": False,
         "break_note_zh": "", "break_note_en": ""}
        for code, wave, value, source in rows
    ]  # fmt: skip
    return pd.DataFrame(made).reindex(columns=list(SERIES_COLUMNS))


SERIES = series(
    ("app", "2021", 86.0, "published"), ("app", "2023", 93.6, "archive"), ("weibo", "2023", 19.2, "archive"),
)  # fmt: skip


def test_grouped_bars_are_as_long_as_the_figures_hollow_where_printed_before():
    cells = Cells(pd.DataFrame(), LEXICON, series=SERIES)
    made = grouped_bars(cells, ["weibo", "app"], ["2021", "2023"], Head("years", Text("题", "Title")))
    assert made.alt.en == (
        "Grouped bars. Mobile app: 2021 86%, 2023 94%; Weibo: 2023 19%. Figures of 2021 were printed in earlier reports. Share of members, %; respondents."
    )
    assert "Hollow bars were printed in earlier reports." in made.svg("en")
    assert 'data-estimate="2021/app/total/all"' in made.data_table("zh")
    assert made.data_table("zh").count("[x]") == 1


@pytest.mark.parametrize(
    ("codes", "waves", "message"),
    [
        (
            ["app"],
            ["2019", "2020", "2021", "2022", "2023"],
            "waves: expected one to 4 waves, got 5; leave out the earliest",
        ),
        (["app", "weibo"], ["2021"], "series: expected a figure of 2021 for every item, got none for weibo; leave the item out"),
    ],
)  # fmt: skip
def test_grouped_bars_refuse(codes, waves, message):
    with pytest.raises(AnalysisError) as refused:
        grouped_bars(
            Cells(pd.DataFrame(), LEXICON, series=SERIES), codes, waves, Head("years", Text("题", "T"))
        )
    assert message in str(refused.value).replace("argument ", "")
