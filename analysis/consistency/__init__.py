"""Hold printed figures against arithmetic: whole numbers, roundings, sums, changes, ratios, streaks."""

from analysis.consistency.bases import attainable_bases, closing_bases
from analysis.consistency.bonds import infer_meanings
from analysis.consistency.checks import CHECKS, audit
from analysis.consistency.findings import FINDING_COLUMNS, VERDICTS, Finding, Verdict, Words
from analysis.consistency.granularity import debit, grim
from analysis.consistency.ledger import WHOLES, Figure, Ledger, read_ledger
from analysis.consistency.meanings import Meaning
from analysis.consistency.repairs import Repair, smallest_repairs
from analysis.consistency.shares import Rounding, attainable, nearest, parts_attainable, rounding_rules
from analysis.consistency.units import read_unit

__all__ = [
    "CHECKS",
    "FINDING_COLUMNS",
    "VERDICTS",
    "WHOLES",
    "Figure",
    "Finding",
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
    "rounding_rules",
    "smallest_repairs",
]
