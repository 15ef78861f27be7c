"""Hold printed figures against arithmetic: whole numbers, roundings, sums, changes, ratios, streaks."""

from analysis.consistency.bonds import infer_meanings
from analysis.consistency.checks import CHECKS, audit
from analysis.consistency.findings import FINDING_COLUMNS, VERDICTS, Finding, Verdict, Words
from analysis.consistency.ledger import FIGURE_COLUMNS, WHOLES, Figure, Ledger, read_ledger
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
    "Figure",
    "Finding",
    "Kind",
    "Ledger",
    "Meaning",
    "Repair",
    "Rounding",
    "Verdict",
    "Words",
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
