"""Which bases can several printed shares have in common? All candidates at once, in whole numbers.

A share t (in units of its last printed digit, of which u make 1 per cent) is attainable of B members if a
whole number k has (2 t - 1) B <= 200 u k < (2 t + 1) B: the least k that keeps the first half decides the
second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np

from analysis.consistency.shares import Rounding, limits, printed_units
from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

__all__ = ["attainable_bases", "closing_bases"]

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
