"""A remark of plain words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.formatting import Lang, Text

__all__ = ["Remark"]


@dataclass(frozen=True)
class Remark:
    """A remark of plain words; `kind` is the class of its paragraph."""

    words: Text
    kind: str

    def fragment(self, lang: Lang) -> str:
        """Give the remark as a paragraph."""
        return f'<p class="{escape(self.kind)}">{escape(self.words.in_(lang))}</p>'
