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
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Rounding",
    "attainable",
    "limits",
    "nearest",
    "parts_attainable",
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
