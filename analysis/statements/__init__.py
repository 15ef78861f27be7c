"""Sentences of a report in Chinese and English, built from released cells.

A claim holds its numbers once and both languages draw on them, so they cannot differ. Verbs follow the test:
a statement says "rose" only where the interval of the members' change excludes zero.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.phrases import Claim, numbers
from analysis.statements.changes import change, verdict
from analysis.statements.levels import level, response
from analysis.statements.rankings import channels, comparison
from analysis.statements.streaks import streak

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "CLAIMS",
    "Claim",
    "change",
    "channels",
    "comparison",
    "level",
    "numbers",
    "response",
    "streak",
    "verdict",
]

CLAIMS: Final[Mapping[str, Callable[..., Claim]]] = MappingProxyType(
    {
        "level": level,
        "change": change,
        "comparison": comparison,
        "channels": channels,
        "streak": streak,
        "response": response,
    }
)
