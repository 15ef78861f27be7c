"""The wordings of findings on the survey and its publication."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.words import Number, Phrase, Registers, Text, read_registers

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["registers", "worded"]

_CASES: Final[Mapping[str, tuple[str, ...]]] = {
    "published": ("again", "first"),
    "written": ("by members", "surveyed"),
    "bases": ("one", "several"),
}


@cache
def registers() -> Registers:
    """Return the wordings, read once."""
    return read_registers(Path(__file__).with_name("registers.yaml"), _CASES)


def worded(finding: str, case: str, form: str = "report", /, **slots: Text | Number | Phrase) -> Phrase:
    """Word a case of a finding in a register."""
    return registers().phrase(finding, case, form, **slots)
