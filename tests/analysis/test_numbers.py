"""One grammar of numbers: what each form means, alike in a return, the ledger, a draft and its tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.model import APPROXIMATIONS, find_numbers, plain_signs, read_number, read_printed, read_range
from survey.audit.claims import UNITS
from survey.intake import parse
from survey.programme import Question, Wording

RATE = Question(code="q", text=Wording(zh="题", en="question"), type="rate", range=(0, 100))
COUNT = Question(
    code="q", text=Wording(zh="题", en="question"), type="count", unit=Wording(zh="人", en="people")
)

# as written; the number; the interval; whether a word makes it an approximation
SHARES = [
    ("90%", "90", "89.5", "90.5", False),
    ("９０％", "90", "89.5", "90.5", False),
    ("92.88 per cent", "92.88", "92.875", "92.885", False),
    ("百分之九十八点二八", "98.28", "98.275", "98.285", False),
    ("九成四", "94", "93.5", "94.5", False),
    ("九成", "90", "85", "95", True),
    ("近九成", "90", "85", "90", True),
    ("接近90%", "90", "85", "90", True),
    ("将近90%", "90", "85", "90", True),
    ("nearly 90%", "90", "85", "90", True),
    ("almost nine in ten", "90", "85", "90", True),
    ("约90%", "90", "85", "95", True),
    ("about 90%", "90", "85", "95", True),
    ("90%左右", "90", "85", "95", True),
    ("≈12%", "12", "11", "13", True),
    ("超过三成", "30", "30.000000001", "40", True),
    ("超30%", "30", "30.000000001", "40", True),
    ("逾30%", "30", "30.000000001", "40", True),
    ("over 30%", "30", "30.000000001", "40", True),
    ("more than 30%", "30", "30.000000001", "40", True),
    (">30%", "30", "30.000000001", "40", True),
    ("不足10%", "10", "0", "10", True),
    ("fewer than one in ten", "10", "0", "10", True),
    ("less than 10%", "10", "0", "10", True),
    ("<10%", "10", "0", "10", True),
    ("至少70%", "70", "70", "100", True),
    ("≥70%", "70", "70", "100", True),
    ("七成以上", "70", "70", "100", True),
    ("at least 70%", "70", "70", "100", True),
    ("不超过70%", "70", "0", "70.000000001", True),
    ("a third", "33.3", "28.3", "38.3", True),
    ("超过一半", "50", "50", "100", True),
]
COUNTS = [
    ("1,234人", "1234", False),
    ("4.38万人", "43800", False),
    ("4.38萬人", "43800", False),
    ("7.23亿人", "723000000", False),
    ("1.5億人", "150000000", False),
    ("二百一十六人", "216", False),
    ("四万七千一百人", "47100", False),
    ("七亿三千二百万人", "732000000", False),
    ("641 million people", "641000000", False),
    ("近5万人", "50000", True),
    ("超过1300人", "1300", True),
    ("30多万人", "300000", True),
    ("1200余人", "1200", True),
]


@pytest.mark.parametrize(("text", "number", "low", "high", "rough"), SHARES)
class TestSharesAreReadAlike:
    """By the grammar itself, in running text, as a member's answer and as a figure of the ledger."""

    def test_in_a_draft_and_its_tables(self, text, number, low, high, rough):
        alone = read_number(text, UNITS)
        within = find_numbers(plain_signs(f"2023 年为{text}。"), UNITS)
        assert [read.text for read in within] == [plain_signs(text)]
        for read in (alone, *within):
            assert (read.number, read.low, read.high) == (Decimal(number), Decimal(low), Decimal(high))
            assert read.exact is not rough

    def test_in_a_return(self, text, number, low, high, rough):  # noqa: ARG002 - one set of parameters
        answer = parse(RATE, "", text)
        if rough:
            assert answer.code == "number_not_exact"
            assert answer.words["candidates"].en == number
        elif "per cent" not in text:
            assert (answer.status, answer.value) == ("ok", number)

    def test_in_the_ledger(self, text, number, low, high, rough):
        bare = text.removesuffix("%")
        read = read_printed(bare)
        if read is None:  # the unit of a figure stands in a column of its own
            assert read_number(bare, UNITS).unit in {"%", "per cent"}
            return
        assert (read.number, read.low) == (Decimal(number), Decimal(low))
        # with its unit in a column of its own, nothing says that "at least 70" ends at a hundred
        assert read.high > 100 if high == "100" else read.high == Decimal(high)
        assert read.exact is not rough


@pytest.mark.parametrize(("text", "number", "rough"), COUNTS)
def test_counts_are_read_alike_in_a_draft_and_a_return(text, number, rough):
    (within,) = find_numbers(f"共{text}。", UNITS)
    alone = read_number(text, UNITS)
    assert within.number == alone.number == Decimal(number)
    assert within.exact is alone.exact is not rough
    answer = parse(COUNT, "", text)
    if rough:
        assert answer.words["candidates"].en == number
    else:
        assert (answer.status, answer.value) == ("ok", number)


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("≈90(接近90%)", "接近90%"),
        ("≈50(近半数)", "近50%"),
        (">30(超过三成)", "超过30%"),
        ("≈20", "约20%"),
        ("<5", "不足5%"),
    ],
)
def test_the_ledger_means_by_a_sign_what_a_sentence_says_in_words(printed, words):
    ledger, (sentence,) = read_printed(printed), find_numbers(words, UNITS)
    assert (ledger.low, ledger.high) == (sentence.low, sentence.high)
    assert ledger.approximation == sentence.approximation


@pytest.mark.parametrize(
    ("text", "number"),
    [("一万二", "12000"), ("三百五", "350"), ("三百零五", "305"), ("十五", "15"), ("两千", "2000"),
     ("一亿零五十万", "100500000"), ("九十八点二八", "98.28"), ("二〇二三", "2023"), ("1.2e3", "1200"),
     ("2.8251E+06", "2825100"), ("'1200", "1200"), ("1 234 567", "1234567")],
)  # fmt: skip
def test_forms_of_a_number_alone(text, number):
    assert read_number(text).number == Decimal(number)


@pytest.mark.parametrize(
    "text", ["百百", "千万", "1 23", "12 34万5", "1,23,4", "1e9999999", "nan", "٣٤", "第十二", ""]
)
def test_what_is_no_number_is_not_guessed(text):
    assert read_number(text, UNITS) is None


@pytest.mark.parametrize(
    "text",
    [
        "十分满意。",
        "万一如此。",
        "千万不要。",
        "第一次。",
        "一人。",
        "30/73 = 41.1%。",
        "自2016年以来。",
        "half a year.",
    ],
)
def test_idioms_years_and_calculations_state_no_number(text):
    dates = [(text.find("2016"), text.find("2016") + 4)] if "2016" in text else []
    assert find_numbers(text, UNITS, dates) == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [("90-95%", ("90", "95")), ("5到6万人", ("50000", "60000")), ("五至六万人", ("50000", "60000")),
     ("5万至6万人", ("50000", "60000")), ("3 to 5", ("3", "5"))],
)  # fmt: skip
def test_a_range_has_two_ends(text, ends):
    assert tuple(end.number for end in read_range(text, UNITS)) == tuple(map(Decimal, ends))


@pytest.mark.parametrize("text", ["-5", "2023-12-31", "5-", "近90%"])
def test_a_sign_or_a_date_is_no_range(text):
    assert read_range(text, UNITS) is None


@given(word=st.sampled_from(sorted(APPROXIMATIONS)), number=st.integers(1, 100_000))
def test_the_words_of_one_meaning_allow_the_same_numbers(word, number):
    read = read_number(f"{word} {number}")
    same = {
        (other.low, other.high)
        for name, meaning in APPROXIMATIONS.items()
        if meaning == APPROXIMATIONS[word] and (other := read_number(f"{name} {number}"))
    }
    assert same == {(read.low, read.high)}
    assert read.low - 1 < number < read.high + 1
