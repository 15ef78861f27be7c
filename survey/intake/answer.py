"""What an answer cell says: a value, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Answer", "Status"]

Status = Literal["ok", "blank", "not_applicable", "refused", "unreadable"]


@dataclass(frozen=True)
class Answer:
    """A value, or a status without one; `code` and `words` are those of its finding."""

    status: Status
    value: str = ""
    code: str = ""
    words: dict[str, object] = field(default_factory=dict)
