"""Means and standard deviations of whole numbers: GRIM and DEBIT.

The sum of n whole numbers is a whole number, so a mean of them takes only multiples of 1/n (GRIM). Of answers
0 and 1 the mean settles the standard deviation (DEBIT).

References
----------
Brown & Heathers (2017), The GRIM Test, Social Psychological and Personality Science 8, 363-369.
doi:10.1177/1948550616673876
Heathers & Brown (2019), DEBIT: A Simple Consistency Test for Binary Data. osf.io/5vb3u
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, floor

from analysis.errors import ArgumentError

__all__ = ["debit", "grim", "grim_neighbours", "printed_interval"]


def grim(mean: str | Decimal, n: int, items: int = 1) -> tuple[int, ...]:
    """List the sums of n whole-number answers (of ``items`` questions each) whose mean prints as ``mean``.

    Half-way sums count whether they were rounded up or down, as the test's authors do. None: the mean is
    impossible. From n * items = 10^digits on every mean has a sum and nothing is tested.

    Parameters
    ----------
    mean
        As printed, digits included: ``"5.19"``, ``"5.00"``.
    n, items
        Answers, at least 1; whole-number items averaged into each, at least 1.

    Raises
    ------
    ArgumentError
        A mean that is no number; n or items below 1.

    Notes
    -----
    Held against what the manual of R's scrutiny prints for ``grim_map(pigs1)``.

    Examples
    --------
    >>> grim("5.19", 28), grim("5.18", 28)
    ((), (145,))
    """
    low, high = printed_interval(mean, "mean")
    _sizes(n, items)
    return tuple(range(ceil(low * n * items), floor(high * n * items) + 1))


def grim_neighbours(mean: str | Decimal, n: int, items: int = 1) -> tuple[Fraction, Fraction]:
    """Give the means next below and above a printed one that whole numbers can have."""
    low, high = printed_interval(mean, "mean")
    _sizes(n, items)
    middle = (low + high) / 2 * n * items
    return Fraction(floor(middle), n * items), Fraction(ceil(middle), n * items)


def debit(mean: str | Decimal, sd: str | Decimal, n: int) -> bool:
    """Tell whether n answers 0 or 1 can have the printed mean and standard deviation.

    ``sd = sqrt(n / (n - 1) * mean * (1 - mean))``, over all means and deviations that print so.

    Parameters
    ----------
    mean, sd
        As printed, digits included; the mean of 1, not of 100.
    n
        At least 2.

    Raises
    ------
    ArgumentError
        Text that is no number; n below 2.

    Notes
    -----
    Held against what the vignette of R's scrutiny prints for ``debit_map(pigs3)``.

    Examples
    --------
    >>> debit("0.44", "0.50", 1683), debit("0.35", "0.18", 20)
    (True, False)
    """
    if n < 2:  # noqa: PLR2004 - one answer has no standard deviation
        raise ArgumentError("n", "at least 2", str(n), "give the number of answers")
    low, high = (min(max(bound, Fraction(0)), Fraction(1)) for bound in printed_interval(mean, "mean"))
    least, most = printed_interval(sd, "sd")
    spread = [bound * (1 - bound) for bound in (low, high)]
    top = Fraction(1, 4) if low <= Fraction(1, 2) <= high else max(spread)
    squared = [Fraction(n, n - 1) * bound for bound in (min(spread), top)]
    return squared[0] <= most**2 and max(least, Fraction(0)) ** 2 <= squared[1]


def printed_interval(printed: str | Decimal, argument: str) -> tuple[Fraction, Fraction]:
    """Give the numbers a printed one stands for, half a unit of its last digit either way, both ends in."""
    try:
        number = Decimal(str(printed).strip())
        half = Fraction(Decimal(5).scaleb(min(0, int(number.as_tuple().exponent)) - 1))
    except (InvalidOperation, ValueError) as error:
        raise ArgumentError(
            argument, "a number as printed, such as '5.19'", "other text", "drop signs and words around it"
        ) from error
    return Fraction(number) - half, Fraction(number) + half


def _sizes(n: int, items: int) -> None:
    for name, size in (("n", n), ("items", items)):
        if size < 1:
            raise ArgumentError(name, "at least 1", str(size), "give the number counted")
