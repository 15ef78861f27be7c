"""A fault that stops a release, or warns of it: what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Fault", "Level", "report_faults"]

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Fault:
    """Hold one fault: the rule, how grave, what is wrong and what to do, and where (notebook, cell)."""

    rule: str
    level: Level
    message: str
    where: str = ""

    def __str__(self) -> str:
        """Say the fault in one line."""
        return f"{self.where}: {self.message}" if self.where else self.message


def report_faults(faults: Sequence[Fault]) -> str:
    """Say all faults, one a line, errors before warnings."""
    return "\n".join(f"{fault.level}: {fault}" for fault in faults)
