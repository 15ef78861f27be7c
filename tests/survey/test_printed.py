"""Printed figures as intervals: what each way of printing allows, at its very edges."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.model import read_printed


@pytest.mark.parametrize(
    ("text", "number", "low", "high", "described"),
    [
        ("94", "94", "93.5", "94.5", (0, True)),
        ("92.88", "92.88", "92.875", "92.885", (2, True)),
        ("+0.99", "0.99", "0.985", "0.995", (2, True)),
        ("-1.42", "-1.42", "-1.425", "-1.415", (2, True)),
        ("-1", "-1", "-1.5", "-0.5", (0, True)),
        ("0(基本持平)", "0", "-0.5", "0.5", (0, True)),
        ("100(均已)", "100", "99.5", "100.5", (0, True)),
        (">30(超过三成)", "30", "30.000000001", "40", (0, False)),
        (">10", "10", "10.000000001", "20", (0, False)),
        (">=95", "95", "95", "1055", (0, False)),
        ("<5", "5", "0", "5", (0, False)),
        ("≈90(接近90%)", "90", "85", "90", (0, False)),
        ("≈50", "50", "45", "55", (0, False)),
        ("≈-10", "-10", "-15", "-5", (0, False)),
        ("5.44→4.17", "4.17", "4.165", "4.175", (2, True)),
    ],
)
def test_a_printed_figure_is_an_interval(text, number, low, high, described):
    read = read_printed(text)
    assert (read.number, read.low, read.high) == (Decimal(number), Decimal(low), Decimal(high))
    assert (read.text, (read.digits, read.exact)) == (text, described)


@pytest.mark.parametrize("text", ["2024-07-22", "7月22日", "基本持平", "", "9.4亿", "2021-03", "12%"])
def test_dates_and_words_are_no_figures(text):
    assert read_printed(text) is None


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        ("94", [93.5, 94.0, 94.4999999], [93.4999999, 94.5]),
        ("92.88", [92.875, 92.8849999], [92.8749999, 92.885]),
        ("-1.42", [-1.425 + 1e-6, -1.415], [-1.425, -1.4149]),
        ("0.0", [0.0, -0.05, 0.0499], [0.05, -0.0501]),
        (">30(超过三成)", [30.1, 39.99], [30, 40]),
        ("≈90(接近90%)", [85, 89.99], [90, 84.99]),
        ("≈-10", [-15, -5.01], [-15.01, -5]),
    ],
)
def test_half_goes_up_and_away_from_zero(text, allowed, refused):
    read = read_printed(text)
    assert [read.allows(x) for x in allowed] == [True] * len(allowed)
    assert [read.allows(x) for x in refused] == [False] * len(refused)


def test_binary_noise_is_forgiven():
    assert 0.1 + 0.2 != 0.3
    assert read_printed("92.88").allows(100 * 0.92875)
    assert read_printed("4").allows(100 * 0.035)


@given(st.integers(-10_000, 10_000), st.integers(0, 3))
def test_a_number_prints_as_itself_and_as_no_neighbour(units, digits):
    number = Decimal(units).scaleb(-digits)
    read = read_printed(f"{number:f}")
    assert read.allows(float(number))
    step = Decimal(1).scaleb(-digits)
    assert not read.allows(float(number + step))
    assert not read.allows(float(number - step))
