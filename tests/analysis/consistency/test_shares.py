from decimal import ROUND_HALF_UP, Decimal

import pytest

from analysis.consistency import attainable, attainable_bases, nearest, parts_attainable
from analysis.model import ArgumentError


def test_printed_shares_of_the_2017_report():
    assert attainable("50", 21) == ()
    assert attainable("44", 24) == ()
    assert attainable("50", 20) == (10,)
    assert attainable("44", 25) == (11,)
    assert attainable("41.79", 73) == ()
    assert attainable_bases(["41.79"], 130) == (67,)
    assert attainable("41.79", 67) == (28,)


def test_classes_close_on_28():
    assert parts_attainable(["50", "21.4", "0", "10.7", "17.9"], 28) == ((14, 6, 0, 3, 5),)
    assert 28 in attainable_bases(["50", "21.4", "0", "10.7", "17.9"], 40)


def test_four_types_close_with_one_centre_moved():
    """Hold marketing calls of 2017 against 8/20/25/20 centres: 100, 50, 44, 45 % and 52 % of all 73."""
    counts = [attainable(p, n) for p, n in (("100", 8), ("50", 20), ("44", 25), ("45", 20))]
    assert counts == [(8,), (10,), (11,), (9,)]
    assert attainable("52", 73) == (sum(k for (k,) in counts),)


def test_attainable_is_half_up_rounding_of_every_count():
    for base in (7, 8, 16, 67, 200):
        for digits in (0, 1, 2):
            step = Decimal(1).scaleb(-digits)
            printed = {}
            for k in range(base + 1):
                share = (Decimal(100 * k) / base).quantize(step, ROUND_HALF_UP)
                printed.setdefault(str(share), []).append(k)
            for text, counts in printed.items():
                assert attainable(text, base) == tuple(counts)


def test_roundings_differ_at_the_half():
    # 1 of 8 is 12.5
    assert attainable("13", 8) == (1,)
    assert attainable("12", 8, "half-even") == (1,)
    assert attainable("12", 8, "down") == (1,)
    assert attainable("12", 8) == ()


def test_several_counts_may_print_alike():
    # of 250, 124 is 49.6, 125 is 50, 126 is 50.4
    assert attainable("50", 250) == (124, 125, 126)


def test_nearest_shows_both_neighbours_as_arithmetic():
    assert nearest("50", 21) == ("10/21 = 48 %", "11/21 = 52 %")
    assert nearest("41.79", 73) == ("30/73 = 41.10 %", "31/73 = 42.47 %")
    assert nearest("50", 20) == ("10/20 = 50 %", "10/20 = 50 %")
    assert nearest("120", 20) == ("20/20 = 100 %", "20/20 = 100 %")


@pytest.mark.parametrize(
    ("printed", "base", "rounding", "argument"),
    [("50%", 21, "half-up", "printed"), ("50", 0, "half-up", "base"), ("50", 21, "up", "rounding"),
     ("nan", 21, "half-up", "printed")],
)  # fmt: skip
def test_what_is_no_printed_share_is_refused(printed, base, rounding, argument):
    with pytest.raises(ArgumentError) as caught:
        attainable(printed, base, rounding)
    assert caught.value.argument == argument
