"""Printed numbers: rounding, units, two languages, escaping."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.model import AnalysisError
from analysis.words import (
    MARKERS,
    UNITS,
    Lexicon,
    Text,
    change_key,
    change_text,
    decimal_text,
    estimate_key,
    estimate_text,
    interval_text,
    marker_element,
    round_half_up,
    unit_text,
    wave_text,
)
from analysis.words.text import printed_digits


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (0.125, 2, "0.13"),
        (43.75, 0, "44"),
        (2.5, 0, "3"),
        (3.5, 0, "4"),
        (-2.5, 0, "-3"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (100 * 0.285, 0, "29"),
        (100 * 0.575, 0, "58"),
        (1.1 + 2.2 - 3.25, 1, "0.1"),
        (99.4949999, 2, "99.49"),
        (0.0, 2, "0.00"),
        (-0.001, 2, "0.00"),
        (93.5897435897436, 0, "94"),
        (1234567.0, 0, "1234567"),
        (1e-15, 3, "0.000"),
    ],
)
def test_rounding_is_half_up_at_the_printed_digit(value, digits, printed):
    assert f"{round_half_up(value, digits):f}" == printed


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_printed(value):
    with pytest.raises(AnalysisError) as caught:
        round_half_up(value, 0)
    assert str(caught.value) == (
        f"value: expected a finite number, got {value!r}; "
        "print a marker ([c], [x], [z]) where there is no number."
    )


@given(st.integers(-(10**7), 10**7), st.integers(0, 3))
def test_a_number_written_with_few_digits_rounds_as_on_paper(thousandths, digits):
    value = thousandths / 1000
    paper = Decimal(thousandths).scaleb(-3).quantize(Decimal(1).scaleb(-digits), "ROUND_HALF_UP")
    assert round_half_up(value, digits) == paper


@pytest.mark.parametrize(
    ("value", "unit", "digits", "zh", "en"),
    [
        (92.8834, "%", 2, "92.88%", "92.88%"),
        (4.1712, "万人", 2, "4.17万人", "41,700 people"),
        (5.0, "万人", 0, "5万人", "50,000 people"),
        (7.2349, "亿人次", 2, "7.23亿人次", "723 million contacts"),
        (10.45, "亿通", 2, "10.45亿通", "1,045 million calls"),
        (22.4, "亿通", 1, "22.4亿通", "2,240 million calls"),
        (1.0, "秒", 0, "1秒", "1 second"),
        (15.0, "秒", 0, "15秒", "15 seconds"),
        (12345.6, "人", 0, "12,346人", "12,346 people"),
    ],
)
def test_units_read_naturally_and_state_the_same_digits(value, unit, digits, zh, en):
    text = unit_text(value, UNITS[unit], digits)
    assert (text.zh, text.en) == (zh, en)


@given(st.floats(0.01, 9999, allow_nan=False), st.sampled_from(sorted(UNITS)), st.integers(0, 3))
def test_both_languages_always_state_the_same_digits(value, unit, digits):
    text = unit_text(value, UNITS[unit], digits)
    assert printed_digits(text.zh) == printed_digits(text.en)


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("percentage points", "+4.6个百分点", "+4.6 percentage points"),
        ("percent", "+4.6%", "+4.6%"),
        ("own", "+4.6秒", "+4.6 seconds"),
    ],
)
def test_per_cent_and_percentage_points_are_kept_apart(unit, zh, en):
    lexicon = Lexicon({"speed": Measure("speed", "秒", change="own", change_digits=1)}, {})
    text = change_text(4.6, lexicon, "speed", unit=unit)
    assert (text.zh, text.en) == (zh, en)


def test_signs():
    assert decimal_text(-4.8, 1).zh == "\N{MINUS SIGN}4.8"
    assert decimal_text(0.04, 1, sign="always").en == "0.0"
    assert decimal_text(-4.8, 1, sign="never").zh == "4.8"
    assert change_text(1.0, Lexicon({"a": Measure("a")}, {}), "a").en == "+1 percentage point"


def test_intervals_carry_a_word_once_and_a_sign_of_per_cent_twice():
    points = interval_text(-1.2, 2.1, UNITS["个百分点"], 1, sign="always")
    assert points == Text("\N{MINUS SIGN}1.2至+2.1个百分点", "\N{MINUS SIGN}1.2 to +2.1 percentage points")
    assert interval_text(91.2, 94.1, UNITS["%"], 1) == Text("91.2%至94.1%", "91.2% to 94.1%")


@pytest.mark.parametrize(
    ("wave", "zh", "en"),
    [
        ("2023", "2023年", "2023"),
        ("2022Q1", "2022年一季度", "the first quarter of 2022"),
        ("pilot", "pilot", "pilot"),
    ],
)
def test_waves_have_names(wave, zh, en):
    assert wave_text(wave) == Text(zh, en)


def test_keys():
    assert estimate_key("2023", "ch_app") == "2023/ch_app/total/all"
    assert change_key("2023", "2022", "ch_app", "stratum", "city") == "2023-2022/ch_app/stratum/city"


def test_markers_explain_themselves():
    assert set(MARKERS) == {"[c]", "[z]", "[x]", "[low]", "[b]", "[r]"}
    assert marker_element("[x]", "en") == '<abbr class="marker" title="not available">[x]</abbr>'


def test_a_lexicon_names_the_members_estimand_like_the_respondents():
    lexicon = Lexicon(
        {"a.members": Measure("a.members", digits=1)},
        {"a": Text("甲", "the a")},
        segments={"large": Text("大型", "Large"), "credit": Text("信用卡", "credit card")},
    )
    assert lexicon.label("a.members").zh == "甲"
    assert lexicon.name("a.members").en == "the a"
    assert lexicon.segment("large*credit") == Text("大型·信用卡", "Large, credit card")
    assert estimate_text(50.25, lexicon, "a.members").en == "50.3%"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(AnalysisError) as caught:
        Lexicon({}, {"a": Text("甲", "a")}).label("b")
    assert str(caught.value) == "labels: expected an entry for 'b', got entries for a; add the entry."
    with pytest.raises(AnalysisError, match="'zh' or 'en'"):
        Text("甲", "a").in_("fr")
