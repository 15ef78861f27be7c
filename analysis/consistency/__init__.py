"""Check printed figures against arithmetic: whole numbers, roundings, sums, changes, ratios, streaks."""

from analysis.consistency.bonds import infer_meanings
from analysis.consistency.checks import CHECKS, audit
from analysis.consistency.findings import FINDING_COLUMNS, VERDICTS, Explanation, LedgerFinding, Verdict
from analysis.consistency.ledger import FIGURE_COLUMNS, WHOLES, Ledger, LedgerFigure, read_ledger
from analysis.consistency.meanings import Kind, Meaning, read_unit
from analysis.consistency.reconstruction import reconstruct, reconstruct_shares
from analysis.consistency.respondent_shares import Repair, smallest_repairs
from analysis.consistency.whole_numbers import (
    Rounding,
    attainable,
    attainable_bases,
    closing_bases,
    debit,
    grim,
    nearest,
    parts_attainable,
    rounding_rules,
)

__all__ = [
    "CHECKS",
    "FIGURE_COLUMNS",
    "FINDING_COLUMNS",
    "VERDICTS",
    "WHOLES",
    "Explanation",
    "Kind",
    "Ledger",
    "LedgerFigure",
    "LedgerFinding",
    "Meaning",
    "Repair",
    "Rounding",
    "Verdict",
    "attainable",
    "attainable_bases",
    "audit",
    "closing_bases",
    "debit",
    "grim",
    "infer_meanings",
    "nearest",
    "parts_attainable",
    "read_ledger",
    "read_unit",
    "reconstruct",
    "reconstruct_shares",
    "rounding_rules",
    "smallest_repairs",
]
