"""Can a printed share be a share of its base? Whole-number arithmetic on figures as they were printed.

A share printed with d digits as p per cent of a base of B members is attainable if some whole number k of
them rounds to it. All is done in whole numbers, as floats would decide ties by accident: k of B prints as the
half-up rounding of 100 * 10^d * k / B, which is floor((200 * 10^d * k + B) / (2 B)). With t the printed share
in units of its last digit that is (2 t - 1) B <= 200 * 10^d * k < (2 t + 1) B; other rules move both limits.

References
----------
Brown & Heathers (2017), The GRIM test, Social Psychological and Personality Science 8, 363-369.
doi:10.1177/1948550616673876
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

__all__ = [
    "Rounding",
    "attainable",
    "attainable_bases",
    "closing_bases",
    "debit",
    "grim",
    "grim_neighbours",
    "limits",
    "nearest",
    "parts_attainable",
    "printed_interval",
    "printed_units",
    "rounding_rules",
    "share_text",
]

#: Half away from zero, half to the even digit, digits cut off, any rest counted up.
Rounding = Literal["half-up", "half-even", "down", "ceiling"]
RULES: tuple[Rounding, ...] = get_args(Rounding)


def attainable(printed: str | Decimal, base: int, rounding: Rounding = "half-up") -> tuple[int, ...]:
    """List the whole numbers k of ``base`` members whose share prints as ``printed`` per cent.

    Parameters
    ----------
    printed
        The per cent as printed, digits included: ``"41.79"``, ``"50"``, ``"50.0"``; no per cent sign.
    base
        At least 1.
    rounding
        {"half-up", "half-even", "down", "ceiling"}; "down" cuts digits off.

    Raises
    ------
    ArgumentError
        A text that is no number, a base below 1, an unknown rounding.

    Examples
    --------
    >>> attainable("41.79", 67)
    (28,)
    >>> attainable("50", 21)
    ()
    """
    target, unit = printed_units(printed)
    _check(base, rounding)
    return _counts(target, unit, base, rounding)


@lru_cache(maxsize=65_536)
def _counts(target: int, unit: int, base: int, rounding: Rounding) -> tuple[int, ...]:
    """List the counts in whole numbers alone; an audit asks for the same ones time and again."""
    low, high = limits(target, rounding)
    least = max(0, -(-low * base // (200 * unit)))
    most = min(base, high * base // (200 * unit))
    return tuple(k for k in range(least, most + 1) if _printed(k, base, unit, rounding) == target)


def rounding_rules(printed: Sequence[str | Decimal], base: int) -> tuple[Rounding, ...]:
    """List the rules of rounding under which every one of a list of shares is attainable of one base.

    Examples
    --------
    >>> rounding_rules(["12", "37", "62"], 8)
    ('down',)
    """
    return tuple(rule for rule in RULES if all(attainable(share, base, rule) for share in printed))


def limits(target: int, rounding: Rounding) -> tuple[int, int]:
    """Give twice the least and the most a share may be to print as ``target``, in units of the last digit.

    Whether a limit itself belongs to it depends on the rule; see `attainable`.
    """
    least, most = {"half-up": (-1, 1), "half-even": (-1, 1), "down": (0, 2), "ceiling": (-2, 0)}[rounding]
    return 2 * target + least, 2 * target + most


def parts_attainable(
    printed: Sequence[str | Decimal], base: int, rounding: Rounding = "half-up"
) -> tuple[tuple[int, ...], ...]:
    """List the counts that add up to the base and print as all of these shares at once.

    Parameters
    ----------
    printed
        Shares of all the parts of a whole, in order.
    base, rounding
        As in `attainable`.

    Returns
    -------
    Each possible tuple of counts, in ascending order; none if the parts do not close on the base.

    Examples
    --------
    >>> parts_attainable(["50", "21.4", "0", "10.7", "17.9"], 28)
    ((14, 6, 0, 3, 5),)
    """
    choices = [attainable(share, base, rounding) for share in printed]
    found: list[tuple[int, ...]] = [()]
    for place, counts in enumerate(choices):
        least = sum(min(rest, default=0) for rest in choices[place + 1 :])
        most = sum(max(rest, default=0) for rest in choices[place + 1 :])
        found = [(*before, k) for before in found for k in counts if least <= base - sum(before) - k <= most]
    return tuple(found) if choices else ()


def nearest(printed: str | Decimal, base: int, rounding: Rounding = "half-up") -> tuple[str, str]:
    """Give the attainable shares next below and above a printed one, as arithmetic to print.

    Where the printed share is attainable both are the share itself. Below 0 of the base and above all of it
    there is nothing: then both are the same end.

    Returns
    -------
    Texts such as ``"10/21 = 48 %"`` at the digits of ``printed``.

    Examples
    --------
    >>> nearest("50", 21)
    ('10/21 = 48 %', '11/21 = 52 %')
    """
    target, unit = printed_units(printed)
    own = attainable(printed, base, rounding)
    if own:
        text = share_text(own[0], base, unit, rounding)
        return text, text
    below = min(max(target * base // (100 * unit), 0), base)
    above = min(below + 1, base) if target >= 0 else 0
    return share_text(below, base, unit, rounding), share_text(above, base, unit, rounding)


def printed_units(printed: str | Decimal) -> tuple[int, int]:
    """Turn printed text into a whole number of units of its last digit, and units in 1 per cent."""
    return _units(str(printed).strip())


@lru_cache(maxsize=4096)
def _units(printed: str) -> tuple[int, int]:
    try:
        number = Decimal(printed)
        digits = max(0, -int(number.as_tuple().exponent))
    except (InvalidOperation, ValueError) as error:
        raise ArgumentError(
            "printed", "a number as printed, such as '41.79'", "other text", "drop signs and words around it"
        ) from error
    return int(number.scaleb(digits)), 10**digits


def _check(base: int, rounding: str) -> None:
    if base < 1:
        raise ArgumentError("base", "at least 1", str(base), "give the number of members behind the share")
    if rounding not in RULES:
        raise ArgumentError("rounding", "one of " + ", ".join(RULES), repr(rounding), "choose one")


def _printed(k: int, base: int, unit: int, rounding: Rounding) -> int:
    """Round 100 k / base per cent to whole units."""
    whole, rest = divmod(100 * unit * k, base)
    if rounding in {"down", "ceiling"}:
        return whole + (rounding == "ceiling" and rest > 0)
    up = 2 * rest > base or (2 * rest == base and (rounding == "half-up" or whole % 2 == 1))
    return whole + up


def share_text(k: int, base: int, unit: int, rounding: Rounding = "half-up") -> str:
    """Write a count of a base as arithmetic, ``10/21 = 48 %``; ``unit`` as `printed_units` gives it."""
    digits = len(str(unit)) - 1
    share = Decimal(_printed(k, base, unit, rounding)).scaleb(-digits)
    return f"{k}/{base} = {share:.{digits}f} %"


# Which bases can several printed shares have in common? All candidates at once, in whole numbers.
#
# A share t (in units of its last printed digit, of which u make 1 per cent) is attainable of B members if a
# whole number k has (2 t - 1) B <= 200 u k < (2 t + 1) B: the least k that keeps the first half decides the
# second.


#: Whole numbers beyond this would overflow the 64 bits in which bases are searched.
LARGEST = 2**62


def attainable_bases(
    printed: Sequence[str | Decimal], up_to: int, rounding: Rounding = "half-up"
) -> tuple[int, ...]:
    """List the bases from 1 to ``up_to`` of which every one of several printed shares is attainable.

    The shares need not add up to anything; see `closing_bases` for those that do.

    Raises
    ------
    ArgumentError
        A text that is no number, a bound below 1 or too far for the digits printed, an unknown rounding.

    Examples
    --------
    >>> attainable_bases(["41.79"], 130)
    (67,)
    """
    if rounding not in get_args(Rounding):
        raise ArgumentError(
            "rounding", "one of " + ", ".join(get_args(Rounding)), repr(rounding), "choose one"
        )
    bases = _candidates(up_to)
    fits = np.ones(up_to, dtype=np.bool_)
    for share in printed:
        least, most = _span(share, bases, rounding)
        fits &= least <= most
    return tuple(int(base) for base in bases[fits])


def closing_bases(printed: Sequence[str | Decimal], up_to: int) -> tuple[int, ...]:
    """List the bases on which the shares of all the parts of a whole close: whole counts that add up to it.

    Examples
    --------
    >>> closing_bases(["50", "21.4", "0", "10.7", "17.9"], 40)
    (28,)
    """
    bases = _candidates(up_to)
    spans = [_span(share, bases, "half-up") for share in printed]
    # a share's counts have no gaps: they add up to the base if it lies between their least and greatest sums
    fits = np.logical_and.reduce([least <= most for least, most in spans]) & (len(spans) > 0)
    if spans:
        fits &= (sum(least for least, _ in spans) <= bases) & (bases <= sum(most for _, most in spans))
    return tuple(int(base) for base in bases[fits])


def _candidates(up_to: int) -> Numbers:
    if up_to < 1:
        raise ArgumentError("base", "at least 1", str(up_to), "give the largest base to be tried")
    return np.arange(1, up_to + 1, dtype=np.int64)


def _span(share: str | Decimal, bases: Numbers, rounding: Rounding) -> tuple[Numbers, Numbers]:
    """Give for each base the least and the most members that print as the share; least > most: none do."""
    target, unit = printed_units(share)
    if (abs(target) + 200 * unit) * 4 * int(bases[-1]) > LARGEST:
        raise ArgumentError(
            "printed", "fewer digits for so large a bound", str(share), "lower the bound or drop digits"
        )
    low, high = limits(target, rounding)
    open_low = rounding == "ceiling" or (rounding == "half-even" and target % 2 == 1)
    open_high = rounding in {"half-up", "down"} or (rounding == "half-even" and target % 2 == 1)
    step = 200 * unit
    least = low * bases // step + 1 if open_low else -(-low * bases // step)
    most = -(-high * bases // step) - 1 if open_high else high * bases // step
    return np.maximum(least, 0), np.minimum(most, bases)


# Means and standard deviations of whole numbers: GRIM and DEBIT.
#
# The sum of n whole numbers is a whole number, so a mean of them takes only multiples of 1/n (GRIM). Of
# answers 0 and 1 the mean settles the standard deviation (DEBIT).
#
# References
# ----------
# Brown & Heathers (2017), The GRIM Test, Social Psychological and Personality Science 8, 363-369.
# DOI 10.1177/1948550616673876
# Heathers & Brown (2019), DEBIT: A Simple Consistency Test for Binary Data. osf.io/5vb3u


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
