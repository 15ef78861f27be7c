"""Findings: what a check says of a printed figure, with the arithmetic shown, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.consistency.ledger import LedgerFigure

__all__ = [
    "FINDING_COLUMNS",
    "VERDICTS",
    "Explanation",
    "LedgerFinding",
    "Verdict",
    "finding",
    "findings_frame",
    "show",
]

Verdict = Literal[
    "impossible", "contradiction", "unit", "base", "rounding", "streak", "definition", "suspicious", "holds"
]
#: Verdicts, the gravest first.
VERDICTS: tuple[Verdict, ...] = (
    "impossible", "contradiction", "unit", "base", "streak", "definition", "suspicious", "rounding", "holds",
)  # fmt: skip
FINDING_COLUMNS = (
    "year", "indicator", "segment", "printed", "check", "verdict",
    "arithmetic_zh", "arithmetic_en", "reconciles_zh", "reconciles_en",
)  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """One sentence in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class LedgerFinding:
    """What one check says of one figure.

    Attributes
    ----------
    year, indicator, segment, printed
        The figure, as in the ledger.
    check
        Name of the check, a key of `checks.CHECKS`.
    verdict
        One of `VERDICTS`.
    arithmetic
        What was calculated, with the numbers.
    reconciles
        What would make the figure true; empty where nothing was found or nothing is amiss.
    row
        Place of the figure in the ledger, for the order.
    """

    year: int
    indicator: str
    segment: str
    printed: str
    check: str
    verdict: Verdict
    arithmetic: Explanation
    reconciles: Explanation = Explanation()
    row: int = 0


def finding(
    figure: LedgerFigure,
    check: str,
    verdict: Verdict,
    arithmetic: Explanation,
    reconciles: Explanation | None = None,
) -> LedgerFinding:
    """Say something of a figure."""
    where = (figure.year, figure.indicator, figure.segment, figure.shown)
    return LedgerFinding(*where, check, verdict, arithmetic, reconciles or Explanation(), figure.row)


def findings_frame(findings: Iterable[LedgerFinding]) -> pd.DataFrame:
    """Set findings out as text, in the order of year, place in the ledger and check as given."""
    rows = sorted(findings, key=lambda found: (found.year, found.row))
    table = [
        (
            str(found.year), found.indicator, found.segment, found.printed, found.check, found.verdict,
            found.arithmetic.zh, found.arithmetic.en, found.reconciles.zh, found.reconciles.en,
        )
        for found in rows
    ]  # fmt: skip
    return pd.DataFrame(table, columns=list(FINDING_COLUMNS), dtype="str")


def show(number: Fraction | float, digits: int = 2, *, sign: bool = False) -> str:
    """Write a number half away from zero at so many digits, exactly; ``sign`` prints a plus too.

    Examples
    --------
    >>> show(Fraction(1, 8), 2), show(Fraction(-5, 2), 0), show(Fraction(3), 1, sign=True)
    ('0.13', '-3', '+3.0')
    """
    exact = Fraction(number)
    units = (2 * abs(exact.numerator) * 10**digits + exact.denominator) // (2 * exact.denominator)
    whole, rest = divmod(units, 10**digits)
    text = f"{whole}.{rest:0{digits}d}" if digits else str(whole)
    if exact < 0 and units:
        return "-" + text
    return "+" + text if sign else text
