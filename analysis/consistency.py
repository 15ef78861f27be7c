"""Can a printed share be a share of its base? Whole-number arithmetic on figures as they were printed.

A share printed with d digits as p per cent of a base of B members is attainable if some whole number k of
them rounds to it. All is done in whole numbers, as floats would decide ties by accident: k of B prints as the
half-up rounding of 100 * 10^d * k / B, which is floor((200 * 10^d * k + B) / (2 B)).

References
----------
Brown & Heathers (2017), The GRIM test, Social Psychological and Personality Science 8, 363-369.
doi:10.1177/1948550616673876
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, get_args

from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Rounding", "attainable", "attainable_bases", "nearest", "parts_attainable"]

Rounding = Literal["half-up", "half-even", "down"]


def attainable(printed: str | Decimal, base: int, rounding: Rounding = "half-up") -> tuple[int, ...]:
    """List the whole numbers k of ``base`` members whose share prints as ``printed`` per cent.

    Parameters
    ----------
    printed
        The per cent as printed, digits included: ``"41.79"``, ``"50"``, ``"50.0"``; no per cent sign.
    base
        At least 1.
    rounding
        {"half-up", "half-even", "down"}; the last cuts digits off.

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
    target, unit = _in_units(printed)
    _check(base, rounding)
    # k lies within one unit of printed / 100 * base, so that few candidates need be rounded
    low = max(0, (target - 1) * base // (100 * unit))
    high = min(base, (target + 1) * base // (100 * unit) + 1)
    return tuple(k for k in range(low, high + 1) if _printed(k, base, unit, rounding) == target)


def attainable_bases(
    printed: Sequence[str | Decimal], up_to: int, rounding: Rounding = "half-up"
) -> tuple[int, ...]:
    """List the bases from 1 to ``up_to`` of which every one of several printed shares is attainable.

    The shares need not add up to anything; see `parts_attainable` for those that do.

    Examples
    --------
    >>> attainable_bases(["41.79"], 130)
    (67,)
    """
    _check(up_to, rounding)
    return tuple(
        base for base in range(1, up_to + 1) if all(attainable(share, base, rounding) for share in printed)
    )


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
    target, unit = _in_units(printed)
    own = attainable(printed, base, rounding)
    if own:
        text = _arithmetic(own[0], base, unit, rounding)
        return text, text
    below = min(max(target * base // (100 * unit), 0), base)
    above = min(below + 1, base) if target >= 0 else 0
    return _arithmetic(below, base, unit, rounding), _arithmetic(above, base, unit, rounding)


def _in_units(printed: str | Decimal) -> tuple[int, int]:
    """Turn printed text into a whole number of units of its last digit, and units in 1 per cent."""
    try:
        number = Decimal(str(printed).strip())
        digits = max(0, -int(number.as_tuple().exponent))
    except (InvalidOperation, ValueError) as error:
        raise ArgumentError(
            "printed", "a number as printed, such as '41.79'", "other text", "drop signs and words around it"
        ) from error
    return int(number.scaleb(digits)), 10**digits


def _check(base: int, rounding: str) -> None:
    if base < 1:
        raise ArgumentError("base", "at least 1", str(base), "give the number of members behind the share")
    if rounding not in get_args(Rounding):
        raise ArgumentError(
            "rounding", "one of " + ", ".join(get_args(Rounding)), repr(rounding), "choose one"
        )


def _printed(k: int, base: int, unit: int, rounding: Rounding) -> int:
    """Round 100 k / base per cent to whole units."""
    whole, rest = divmod(100 * unit * k, base)
    if rounding == "down":
        return whole
    up = 2 * rest > base or (2 * rest == base and (rounding == "half-up" or whole % 2 == 1))
    return whole + up


def _arithmetic(k: int, base: int, unit: int, rounding: Rounding) -> str:
    digits = len(str(unit)) - 1
    share = Decimal(_printed(k, base, unit, rounding)).scaleb(-digits)
    return f"{k}/{base} = {share:.{digits}f} %"
