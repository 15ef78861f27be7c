"""Bases, repairs and granularity against brute force and published vectors."""

import time
from itertools import product

import pytest

from analysis.consistency import (  # fmt: skip
    Repair,
    attainable,
    attainable_bases,
    closing_bases,
    debit,
    grim,
    rounding_rules,
    smallest_repairs,
)
from analysis.model import ArgumentError


@pytest.mark.parametrize("rule", ["half-up", "half-even", "down", "ceiling"])
def test_bases_are_those_of_which_the_share_is_attainable(rule):
    for printed in [*map(str, range(101)), "0.5", "12.5", "37.5", "99.95", "41.79"]:
        slow = tuple(base for base in range(1, 50) if attainable(printed, base, rule))
        assert attainable_bases([printed], 49, rule) == slow


def test_twenty_shares_to_ten_thousand_respondents_are_searched_at_once():
    shares = [str(5 * k) for k in range(20)]
    start = time.perf_counter()
    assert attainable_bases(shares, 10_000)[0] == 20
    assert time.perf_counter() - start < 0.1


def test_classes_of_satisfaction_close_on_28_alone():
    assert closing_bases(["50", "21.4", "0", "10.7", "17.9"], 55) == (28,)


def test_which_rule_a_list_follows():
    # of 8: 12.5, 37.5, 62.5, 87.5
    assert rounding_rules(["13", "38", "63", "88"], 8) == ("half-up", "ceiling")
    assert rounding_rules(["12", "38", "62", "88"], 8) == ("half-even",)
    assert rounding_rules(["12", "37", "62", "87"], 8) == ("down",)
    assert rounding_rules(["12", "38", "63", "87"], 8) == ()
    # a third is 33.3: only counting up makes 34 of it
    assert rounding_rules(["34", "67"], 3) == ("ceiling",)


def test_smallest_repair_of_the_marketing_shares():
    repairs = smallest_repairs(["100", "50", "44", "45"], [8, 21, 24, 20], "52")
    assert repairs == (Repair((8, 20, 25, 20), (8, 10, 11, 9), 1),)


def test_smallest_repair_is_the_least_of_all():
    printed, sizes, total = ["100", "50", "44"], (8, 21, 24), "55"
    found = smallest_repairs(printed, sizes, total)
    best = []
    for new in product(range(5, 28), repeat=3):
        if sum(new) == sum(sizes):
            counts = [attainable(p, n) for p, n in zip(printed, new, strict=True)]
            if any(sum(k) in attainable(total, sum(sizes)) for k in product(*counts)):
                best.append((sum(abs(a - b) for a, b in zip(new, sizes, strict=True)) // 2, new))
    assert found
    assert {(r.moved, r.sizes) for r in found} == {b for b in best if b[0] == min(best)[0]}


def test_sizes_that_close_need_no_repair():
    assert smallest_repairs(["50", "25"], [10, 8], "39")[0] == Repair((10, 8), (5, 2), 0)
    assert smallest_repairs(["50", "51"], [2, 2], "50", moves=1) == ()


PIGS1 = [
    ("7.22", 32, True), ("4.74", 25, False), ("5.23", 29, False), ("2.57", 24, False), ("6.77", 27, False),
    ("2.68", 28, True), ("7.01", 29, False), ("7.38", 26, True), ("3.14", 27, False), ("6.89", 31, False),
    ("5.00", 25, True), ("0.24", 28, False),
]  # fmt: skip


@pytest.mark.parametrize(("mean", "n", "consistent"), PIGS1)
def test_grim_as_published(mean, n, consistent):
    """Hold against the results that the manual of R's scrutiny prints for grim_map(pigs1)."""
    assert bool(grim(mean, n)) is consistent


def test_grim_by_hand():
    # 145/28 = 5.18, 146/28 = 5.21
    assert grim("5.18", 28) == (145,)
    assert grim("5.19", 28) == ()


def test_grim_counts_items():
    # 30 answers of 2 items: sums of 60
    assert grim("1.59", 30, 2) == ()
    assert grim("1.58", 30, 2) == (95,)


PIGS3 = [
    ("0.53", "0.50", 1683, True), ("0.44", "0.50", 1683, True), ("0.77", "0.42", 1683, True),
    ("0.19", "0.35", 1683, False), ("0.34", "0.47", 1683, True), ("0.93", "0.25", 1683, True),
    ("0.12", "0.33", 1683, True),
]  # fmt: skip
VIGNETTE = [
    ("0.35", "0.18", 20, False), ("0.26", "0.14", 1000, False), ("0.87", "0.15", 1000, False),
    ("0.68", "0.09", 1000, False), ("0.33", "0.22", 1000, False), ("0.21", "0.23", 1000, False),
    ("0.14", "0.35", 1683, True), ("0.15", "0.35", 1683, True), ("0.16", "0.35", 1683, False),
]  # fmt: skip


@pytest.mark.parametrize(("mean", "sd", "n", "consistent"), [*PIGS3, *VIGNETTE])
def test_debit_as_published(mean, sd, n, consistent):
    """Hold against the results that the vignette of R's scrutiny prints: debit_map(pigs3) and others."""
    assert debit(mean, sd, n) is consistent


def test_debit_finds_what_0_and_1_cannot_give():
    # sqrt(20/19 * 0.35 * 0.65) = 0.489
    assert not debit("0.35", "0.18", 20)
    assert debit("0.35", "0.49", 20)
    assert not debit("0.50", "0.40", 100)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: attainable_bases(["50"], 0), "base"),
        (lambda: attainable_bases(["50"], 9, "up"), "rounding"),
        (lambda: attainable_bases(["50.0000000000000"], 10_000), "printed"),
        (lambda: smallest_repairs(["50"], [1, 2], "50"), "sizes"),
        (lambda: grim("five", 3), "mean"),
        (lambda: grim("5.0", 0), "n"),
        (lambda: debit("0.5", "0.5", 1), "n"),
    ],
)
def test_what_cannot_be_searched_is_refused(call, argument):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert caught.value.argument == argument
    assert "\n" not in str(caught.value)
