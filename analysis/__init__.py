"""Estimates, comparisons, disclosure control, sentences, charts and tables for surveys of a known membership.

Usable alone: it knows no questionnaire and no member. What is listed here is public and documented in
`docs/api.md`; names are fetched from their rooms when first used, so that who wants numbers loads no
matplotlib. Charts, tables and sentences are called by their room: ``from analysis import charts, sentences,
tables``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.consistency import audit, read_ledger
    from analysis.disclosure import Policy, benchmark, release
    from analysis.inference import (
        Sheet,
        any_of,
        bands,
        changes,
        compare,
        decompose,
        estimate,
        estimate_sheet,
        matched_tests,
        mean_of_ratios,
        rao_scott,
        series,
        slopes,
        turnover,
    )
    from analysis.model import AnalysisError, ChangeUnit, Design, Estimand, Measure, Status
    from analysis.words import Cell, Cells, Lexicon, Text

__all__ = [
    "AnalysisError",
    "Cell",
    "Cells",
    "ChangeUnit",
    "Design",
    "Estimand",
    "Lexicon",
    "Measure",
    "Policy",
    "Sheet",
    "Status",
    "Text",
    "any_of",
    "audit",
    "bands",
    "benchmark",
    "changes",
    "compare",
    "decompose",
    "estimate",
    "estimate_sheet",
    "matched_tests",
    "mean_of_ratios",
    "rao_scott",
    "read_ledger",
    "release",
    "series",
    "slopes",
    "turnover",
]

_ROOMS = ("model", "inference", "disclosure", "words", "consistency")


def __getattr__(name: str) -> object:
    """Fetch a public name from the room that offers it."""
    if name in __all__:
        for room in _ROOMS:
            module = import_module(f"analysis.{room}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}; it offers {', '.join(__all__)}")
