"""What stands in a cell and what is understood: a value, a status, or a question to the member."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey.intake import CATALOGUE, Finding, parse
from survey.intake.parsing import Convention
from survey.programme import Option, Question, Wording

WORDS = Wording(zh="题", en="question")
UNIT = Wording(zh="人次", en="contacts")
YES_NO = (Option(code="yes", zh="是", en="Yes"), Option(code="no", zh="否", en="No"))
BANKS = (
    Option(code="large", zh="大型商业银行（含邮储）", en="Large commercial banks"),
    Option(code="city", zh="城市商业银行", en="City commercial banks"),
)
RURAL = (
    Option(code="rcb", zh="农村商业银行", en="Rural commercial banks"),
    Option(code="rcc", zh="农村信用社", en="Rural credit co-operatives"),
)
QUESTIONS = {
    "count": Question(code="q", text=WORDS, type="count", unit=UNIT, range=(0, 2e9)),
    "amount": Question(code="q", text=WORDS, type="amount", unit=UNIT),
    "rate": Question(code="q", text=WORDS, type="rate", range=(50, 100)),
    "share": Question(code="q", text=WORDS, type="share", range=(0, 100)),
    "open": Question(code="q", text=WORDS, type="share"),
    "single": Question(code="q", text=WORDS, type="single", options=BANKS),
    "yes_no": Question(code="q", text=WORDS, type="single", options=YES_NO),
    "tick": Question(code="q", text=WORDS, type="multi", options=BANKS),
    "date": Question(code="q", text=WORDS, type="date"),
    "text": Question(code="q", text=WORDS, type="text"),
    "wait": Question(code="q", text=WORDS, type="amount", unit=Wording(zh="秒", en="seconds")),
    "tens": Question(code="q", text=WORDS, type="amount", unit=Wording(zh="万人次", en="10,000 contacts")),
    "money": Question(code="q", text=WORDS, type="amount", unit=Wording(zh="万元", en="10,000 yuan")),
    "points": Question(code="q", text=WORDS, type="amount", unit=Wording(zh="个百分点", en="points")),
    "three": Question(code="q", text=WORDS, type="single", options=RURAL),
}


def understood(kind, text):
    """Return the status and the value, or the finding's code where there is one."""
    answer = parse(QUESTIONS[kind], "large" if kind == "tick" else "", text)
    return answer.status, answer.code or answer.value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("count", "1234", "1234"),
        ("count", " 1 234 ", "1234"),
        ("count", "1,234,567", "1234567"),
        ("count", "１，２３４", "1234"),
        ("count", "１２３４", "1234"),
        ("count", "1234人次", "1234"),
        ("count", "1,234 calls", "1234"),
        ("count", "12万", "120000"),
        ("count", "12.34万人次", "123400"),
        ("count", "1.5亿", "150000000"),
        ("count", "3百万", "3000000"),
        ("count", "2千万", "20000000"),
        ("count", "1.2e3", "1200"),
        ("count", "2.8251E+06", "2825100"),
        ("count", "'1200", "1200"),
        ("count", "二百一十六", "216"),
        ("rate", "九成四", "94"),
        ("count", "100.0", "100"),
        ("count", "-5", "-5"),
        ("count", "0", "0"),
        ("amount", "12.50", "12.5"),
        ("amount", "0.1亿", "10000000"),
        ("rate", "94.55", "94.55"),
        ("rate", "94.55%", "94.55"),
        ("rate", "０．９４５５", "94.55"),
        ("rate", "0.9455", "94.55"),
        ("rate", "94.55％", "94.55"),
        ("rate", "100", "100"),
        ("rate", "1", "100"),
        ("rate", "0.3%", "0.3"),
        ("rate", "110", "110"),
        ("share", "35", "35"),
        ("share", "0", "0"),
        ("share", "0.5%", "0.5"),
        ("open", "35", "35"),
        ("rate", "945.5‰", "94.55"),
        ("rate", "94.55 percent", "94.55"),
        ("wait", "20", "20"),
        ("wait", "20秒", "20"),
        ("wait", "1.5分钟", "90"),
        ("wait", "3分20秒", "200"),
        ("wait", "1小时", "3600"),
        ("tens", "12", "12"),
        ("tens", "12万", "12"),
        ("tens", "12万人次", "12"),
        ("tens", "120,000人次", "12"),
        ("tens", "1.2亿", "12000"),
        ("money", "35万元", "35"),
        ("money", "350000元", "35"),
        ("points", "-1.2个百分点", "-1.2"),
        ("points", "-1.2", "-1.2"),
        ("count", "500个", "500"),
        ("count", "12 万 人次", "120000"),
        ("single", "large", "large"),
        ("single", "大型", "large"),
        ("single", "City", "city"),
        ("three", "农村信用社〖县联社〗", "rcc"),
        ("single", "大型商业银行（含邮储）", "large"),
        ("single", "大型商业银行(含邮储)", "large"),
        ("single", "CITY Commercial  Banks", "city"),
        ("yes_no", "是", "yes"),
        ("yes_no", "√", "yes"),
        ("yes_no", "有", "yes"),
        ("yes_no", "Yes", "yes"),
        ("yes_no", "1", "yes"),
        ("yes_no", "无", "no"),
        ("yes_no", "×", "no"),
        ("yes_no", "0", "no"),
        ("tick", "是", "1"),
        ("tick", "✓", "1"),
        ("tick", "☑", "1"),
        ("tick", "TRUE", "1"),
        ("tick", "否", "0"),
        ("tick", "无", "0"),
        ("tick", "□", "0"),
        ("date", "2023-12-31", "2023-12-31"),
        ("date", "2023/1/5", "2023-01-05"),
        ("date", "2023年1月5日", "2023-01-05"),
        ("date", "2023.1.5", "2023-01-05"),
        ("date", "20230105", "2023-01-05"),
        ("date", "2023-01-05 00:00:00", "2023-01-05"),
        ("date", "2023/1/5 14:22", "2023-01-05"),
        ("date", "31/12/2023", "2023-12-31"),
        ("date", "12/31/2023", "2023-12-31"),
        ("date", "05/05/2023", "2023-05-05"),
        ("date", "5 January 2023", "2023-01-05"),
        ("date", "Jan 5, 2023", "2023-01-05"),
        ("date", "5th Jan. 2023", "2023-01-05"),
        ("date", "二〇二三年十二月三十一日", "2023-12-31"),
        ("date", "2023 年 1 月 5 日", "2023-01-05"),
        ("text", " 优化流程 ", "优化流程"),
        ("text", "不适用", "不适用"),
    ],
)
def test_it_is_read(kind, text, value):
    assert understood(kind, text) == ("ok", value)


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\n"])
def test_blanks_are_blank(kind, text):
    assert understood(kind, text) == ("blank", "")


@pytest.mark.parametrize("kind", ["count", "amount", "rate", "share", "single", "yes_no", "tick", "date"])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("不适用", "not_applicable"),
        ("N/A", "not_applicable"),
        ("—", "not_applicable"),
        ("/", "not_applicable"),
        ("拒答", "refused"),
        ("保密", "refused"),
        ("Refused", "refused"),
    ],
)
def test_words_that_say_why_nothing_stands_there(kind, text, status):
    assert understood(kind, text) == (status, "")


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("count", "约一百", "number_not_exact"),
        ("rate", "九成", "number_not_exact"),
        ("count", "1200余人次", "number_not_exact"),
        ("count", "1200左右", "number_not_exact"),
        ("count", "超过1200", "number_not_exact"),
        ("count", ">1200", "number_not_exact"),
        ("count", "about 1200", "number_not_exact"),
        ("rate", "90-95%", "number_not_exact"),
        ("rate", "近95%", "number_not_exact"),
        ("rate", "94,55", "number_unclear"),
        ("rate", "3.44个百分点", "unit_wrong"),
        ("count", "1200人", "unit_wrong"),
        ("count", "1 23", "number_unreadable"),
        ("wait", "3通", "unit_wrong"),
        ("wait", "3:20", "number_unreadable"),
        ("count", "12 34万5", "number_unreadable"),
        ("count", "1,23,4", "number_unreadable"),
        ("count", "100-200", "number_not_exact"),
        ("count", "95%", "unit_wrong"),
        ("count", "12.5", "number_not_whole"),
        ("count", "0.12345万", "number_not_whole"),
        ("count", "nan", "number_unreadable"),
        ("count", "1e9999999", "number_unreadable"),
        ("count", "10²", "number_unreadable"),
        ("count", "①", "number_unreadable"),
        ("rate", "9455", "unit_unclear"),
        ("rate", "0.3", "unit_unclear"),
        ("share", "0.5", "unit_unclear"),
        ("share", "1", "unit_unclear"),
        ("open", "0.5", "unit_unclear"),
        ("date", "03/04/2023", "date_unclear"),
        ("date", "23-12-31", "date_unclear"),
        ("date", "45291", "date_unclear"),
        ("single", "commercial banks", "option_unknown"),
        ("three", "农村", "option_unclear"),
        ("single", "农村商业银行", "option_unknown"),
        ("single", "是", "option_unknown"),
        ("yes_no", "部分网点试点", "option_unknown"),
        ("tick", "部分", "option_unknown"),
        ("date", "2023-02-30", "date_unreadable"),
        ("date", "去年", "date_unreadable"),
    ],
)
def test_it_is_asked_and_not_guessed(kind, text, code):
    assert understood(kind, text) == ("unreadable", code)


def test_three_ways_of_writing_one_rate_agree():
    assert {understood("rate", text) for text in ("94.55", "94.55%", "0.9455")} == {("ok", "94.55")}


def words_of(kind, text):
    answer = parse(QUESTIONS[kind], "large" if kind == "tick" else "", text)
    found = Finding.of(answer.code, wave="2023", file="f.xlsx", **answer.words)
    return found.query, found.message_zh, found.message_en


@pytest.mark.parametrize(
    ("kind", "text", "zh", "en"),
    [
        ("count", "很多", "“很多”不是数字，请填写数字", "“很多” is no number; please enter a number"),
        ("count", "1.5", "“1.5”应为整数，请核对", "“1.5” should be a whole number; please check"),
        (
            "share",
            "0.5",
            "“0.5”的单位无法判断，可能是0.5%或50%；请注明单位",
            "the unit of “0.5” cannot be told: it may be 0.5% or 50%; please state the unit",
        ),
        (
            "rate",
            "9455",
            "“9455”的单位无法判断，可能是94.55%或0.9455%；请注明单位",
            "the unit of “9455” cannot be told: it may be 94.55% or 0.9455%; please state the unit",
        ),
        (
            "single",
            "外资",
            "“外资”不是选项；可选：大型商业银行（含邮储）、城市商业银行",
            "“外资” is not an option; there are: Large commercial banks, City commercial banks",
        ),
        (
            "rate",
            "90-95%",
            "“90-95%”不是确切数字（所写为 90或95），请填写一个确切数字",
            "“90-95%” is no exact number (it names 90 or 95); please enter one exact number",
        ),
        (
            "count",
            "95%",
            "“95%”的单位与本题要求（人次）不符，请换算后填写",
            "the unit of “95%” is not the one asked for (contacts); please convert it",
        ),
        (
            "date",
            "3/4/2023",
            "“3/4/2023”可能是 2023-03-04或2023-04-03，请按 2023-12-31 填写",
            "“3/4/2023” may be 2023-03-04 or 2023-04-03; please write it as 2023-12-31",
        ),
        (
            "three",
            "农村",
            "“农村”可能指：农村商业银行、农村信用社；请写全",
            "“农村” may mean: Rural commercial banks, Rural credit co-operatives; please write it in full",
        ),
        ("tick", "部分", "“部分”不是选项；可选：是、否", "“部分” is not an option; there are: yes, no"),
        (
            "date",
            "年底",
            "“年底”不是日期，请按 2023-12-31 填写",
            "“年底” is no date; please write it as 2023-12-31",
        ),
    ],
)
def test_the_question_is_put_in_both_languages(kind, text, zh, en):
    assert words_of(kind, text) == (True, zh, en)


TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789.,%-+eE万亿千百 人次年月日/是否有无√×", max_size=12),
    st.integers().map(str),
    st.floats().map(repr),
)


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(sorted(QUESTIONS)), text=TEXTS)
@example(kind="count", text="1e9999999")
@example(kind="rate", text="1e9999999")
@example(kind="amount", text="9" * 5000)
@example(kind="count", text="٣٤")
@example(kind="share", text="½")
@example(kind="date", text="0000-00-00")
def test_no_text_raises(kind, text):
    answer = parse(QUESTIONS[kind], "large" if kind == "tick" else "", text)
    assert (answer.status == "ok") == bool(answer.value)
    assert (answer.status == "unreadable") == (answer.code in CATALOGUE)
    if answer.status == "ok" and QUESTIONS[kind].numeric:
        assert f"{Decimal(answer.value):f}" == answer.value


@given(number=st.integers(0, 10**12), thousands=st.booleans(), wide=st.booleans())
def test_a_count_is_the_same_however_it_is_typed(number, thousands, wide):
    text = f"{number:,}" if thousands else str(number)
    typed = text.translate(str.maketrans("0123456789,", "０１２３４５６７８９，")) if wide else text
    assert understood("count", typed) == ("ok", str(number))


@given(hundredths=st.integers(5001, 10000))
def test_a_rate_is_the_same_as_fraction_and_per_cent(hundredths):
    rate = Decimal(hundredths) / 100
    expected = understood("rate", f"{rate}%")
    assert expected[0] == "ok"
    assert understood("rate", f"{rate}") == expected
    assert understood("rate", f"{rate / 100}") == expected


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(QUESTIONS)), text=TEXTS)
def test_what_was_understood_is_understood_again(kind, text):
    option = "large" if kind == "tick" else ""
    first = parse(QUESTIONS[kind], option, text)
    # 1 per cent alone reads as 100 % where the range allows: the unit makes it certain
    unit = "%" if QUESTIONS[kind].per_cent else ""
    if first.status == "ok":
        assert parse(QUESTIONS[kind], option, first.value + unit) == first


PLATFORM = Convention(skipped=frozenset({"-3", "(跳过)"}), unanswered=frozenset({"-2"}))


@pytest.mark.parametrize(
    ("kind", "option", "text", "said"),
    [
        ("tick", "large", "大型商业银行（含邮储）┋城市商业银行", ("ok", "1")),
        ("tick", "large", "城市商业银行〖本行〗", ("ok", "0")),
        ("tick", "large", "城市商业银行┋外资银行", ("unreadable", "option_unknown")),
        ("tick", "large", "(跳过)", ("not_applicable", "")),
        ("single", "", "（跳过）", ("not_applicable", "")),
        ("single", "", "2", ("ok", "city")),
        ("single", "", "3", ("unreadable", "option_unknown")),
        ("count", "", "-2", ("blank", "")),
    ],
)
def test_what_a_survey_platform_writes(kind, option, text, said):
    answer = parse(QUESTIONS[kind], option, text, replace(PLATFORM, numbered=True), joined=bool(option))
    assert (answer.status, answer.code or answer.value) == said
