"""What an answer cell says: a value, or why there is none."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Status"]

Status = Literal["ok", "blank", "not_applicable", "refused", "unreadable"]
NO_WORDS: Mapping[str, object] = MappingProxyType({})


class Answer(NamedTuple):
    """A value, or a status without one; `code` and `words` are those of its finding."""

    status: Status
    value: str = ""
    code: str = ""
    words: Mapping[str, object] = NO_WORDS
