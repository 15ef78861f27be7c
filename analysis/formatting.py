"""Texts in the two languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Text"]


@dataclass(frozen=True)
class Text:
    """Hold one text in Chinese and English."""

    zh: str
    en: str

    def in_(self, lang: Literal["zh", "en"]) -> str:
        """Give the text in one language."""
        return self.zh if lang == "zh" else self.en
