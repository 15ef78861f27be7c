"""Printed figures: what numbers a figure as printed stands for.

A printed figure is a statement about an interval: ``94`` is every number that half up makes 94,
``>30(超过三成)`` what lies above 30 and below the next ten, ``≈90(接近90%)`` what lies up to three below
90, ``≈-10`` what makes -10 at its leading digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Printed", "read_printed"]

FIGURE = re.compile(r"(?P<sign>>=|<=|>|<|≈)?\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<words>[（(].*)?")
RANGE = re.compile(r"(\d+(?:\.\d+)?)→(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Printed:
    """The numbers a printed figure allows: low <= x < high (for a negative figure low < x <= high).

    `digits` are the printed decimals; `exact` tells a plain rounded figure from an approximate one.
    """

    text: str
    number: Decimal
    low: Decimal
    high: Decimal
    digits: int
    exact: bool

    def allows(self, value: float) -> bool:
        """Whether `value` prints as this figure; binary noise of 1e-9 of a number is forgiven."""
        x = Decimal(repr(round(float(value), 9)))
        return self.low < x <= self.high if self.number < 0 and self.exact else self.low <= x < self.high


def read_printed(text: str) -> Printed | None:
    """Read a figure as printed; None where the text is no figure (a date, a word)."""
    ranged = RANGE.fullmatch(text.strip())
    match = FIGURE.fullmatch(ranged[2] if ranged else text.strip())
    if match is None:
        return None
    number = Decimal(match["number"])
    digits = max(0, -int(number.as_tuple().exponent))
    sign, words = match["sign"], match["words"] or ""
    half = Decimal(5).scaleb(-digits - 1)
    if sign in {">", ">="}:
        low, high = number, number + (10 if "成" in words else abs(number) * 10 + 10)
        low = low if sign == ">=" else low + Decimal("1e-9")
    elif sign == "≈" and ("近" in words and "超过" not in words):
        low, high = number - 3, number
    elif sign == "≈":
        unit = Decimal(5).scaleb(number.adjusted() - 1)
        low, high = number - unit, number + unit
    elif sign in {"<", "<="}:
        low, high = Decimal(0), number
    else:
        low, high = number - half, number + half
    return Printed(text, number, low, high, digits, exact=sign is None)
