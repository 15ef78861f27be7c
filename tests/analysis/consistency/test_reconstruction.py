"""Sets of answers behind a mean and a deviation: published vectors, and every small set there is."""

from fractions import Fraction
from itertools import combinations_with_replacement
from statistics import mean, stdev

import pytest

from analysis.consistency import reconstruct, reconstruct_shares
from analysis.model import ArgumentError

# mean, deviation, n, scale, whether answers exist
PUBLISHED = [
    ("2.2", "1.3", 20, 1, 5, True),  # manual of R's rsprite2, set_parameters
    ("5.21", "1.6", 28, 1, 9, True),  # rsprite2's tests, GRIMMER
    ("3.44", "2.47", 18, 1, 9, False),  # the same
    ("2.20", "2.53", 10, 0, 10, True),  # Heathers' own example
    # pysprite's tests, held there against the authors' first SPRITE
    ("37.21", "20.01", 39, -2, 76, True),
    ("1.98", "2.02", 41, -1, 6, True),
    ("31.52", "15.66", 25, -2, 66, True),
    ("5.54", "10.73", 26, -10, 24, True),
    ("3.10", "4.86", 21, -3, 13, True),
    ("0.37", "4.00", 35, -5, 8, True),
    ("-1.85", "3.73", 34, -8, 4, True),
    ("4.26", "4.81", 46, -3, 13, True),
    # pysprite's tests of what fails: no sum of 20 gives these means, or they lie off the scale
    ("4.21", "2.1", 20, 0, 10, False),
    ("4.23", "2.12", 20, 0, 10, False),
    ("8.00", "2.12", 10, 0, 7, False),
    ("-6.00", "2.12", 10, -5, 5, False),
]


@pytest.mark.parametrize(("m", "sd", "n", "least", "most", "exists"), PUBLISHED)
def test_published_parameters(m, sd, n, least, most, exists):
    found = reconstruct(m, sd, n, least, most)
    assert (found is not None) is exists
    if found:
        answers = [value for value, count in found.items() for _ in range(count)]
        assert len(answers) == n
        assert least <= min(answers) <= max(answers) <= most
        assert abs(mean(answers) - float(m)) <= 0.5 * 10 ** -len(m.partition(".")[2]) + 1e-9
        assert abs(stdev(answers) - float(sd)) <= 0.5 * 10 ** -len(sd.partition(".")[2]) + 1e-9


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_none_is_said_only_where_no_set_of_answers_fits(n):
    """Compare with all sets of n answers from 1 to 5, for means and deviations on a grid."""
    sets = {(sum(a), sum(x * x for x in a)) for a in combinations_with_replacement(range(1, 6), n)}
    half = Fraction(1, 200)
    for m in range(100, 501, 13):
        for s in range(0, 290, 13):
            least, most = max(Fraction(s, 100) - half, Fraction(0)), Fraction(s, 100) + half
            exists = any(
                abs(Fraction(total, n) - Fraction(m, 100)) <= half
                and least**2 * (n - 1) <= square - Fraction(total * total, n) <= most**2 * (n - 1)
                for total, square in sets
            )
            assert (reconstruct(f"{m / 100:.2f}", f"{s / 100:.2f}", n, 1, 5) is not None) == exists, (m, s)


def test_a_printed_distribution_settles_the_answers():
    # 2, 6, 12 of 20: mean 50/20 = 2.5, deviation sqrt(9/19) = 0.688
    shares = {1: "10", 2: "30", 3: "60"}
    assert reconstruct_shares(shares, 20, "2.5", "0.69") == {1: 2, 2: 6, 3: 12}
    assert reconstruct_shares(shares, 20, "2.5", "0.75") is None
    assert reconstruct_shares(shares, 20, "2.6") is None
    assert reconstruct_shares(shares, 7, "2.5") is None


def test_what_cannot_be_rebuilt_is_refused():
    with pytest.raises(ArgumentError) as caught:
        reconstruct("3", "1", 1, 1, 5)
    assert str(caught.value) == "n: expected at least 2, got 1; give the number of answers."
    with pytest.raises(ArgumentError) as caught:
        reconstruct("3", "1", 9, 5, 1)
    assert (
        str(caught.value) == "least: expected a value below most, got 5 and 1; give both ends of the scale."
    )
