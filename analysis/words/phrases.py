"""Sentences that hold their numbers once for both languages."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.model import AnalysisError
from analysis.words.text import LANGS, Lang, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Claim", "Part", "Phrase", "compose", "join", "numbers", "wording"]

Part = str | Number


@dataclass(frozen=True)
class Phrase:
    """Words and numbers of part of a sentence in both languages."""

    zh: tuple[Part, ...]
    en: tuple[Part, ...]

    def in_(self, lang: Lang) -> tuple[Part, ...]:
        """Return the parts in one language."""
        return self.zh if lang == "zh" else self.en

    def plain(self, lang: Lang) -> str:
        """Return it as plain text."""
        return "".join(part.printed(lang) if isinstance(part, Number) else part for part in self.in_(lang))


@dataclass(frozen=True)
class Claim:
    """One sentence with its numbers, in Chinese and English.

    Raises
    ------
    AnalysisError
        If the languages do not state the same numbers.
    """

    kind: str
    phrase: Phrase

    def __post_init__(self) -> None:
        zh, en = (_held(self.phrase.in_(lang)) for lang in LANGS)
        if zh != en:
            raise AnalysisError(
                argument="phrase",
                expected="the same numbers in both languages",
                got="numbers in one language alone",
                remedy="give both templates the same slots",
            )

    def plain(self, lang: Lang) -> str:
        """Return the sentence as plain text."""
        return self.phrase.plain(lang)


def _held(parts: Sequence[Part]) -> list[Number]:
    return sorted(
        (part for part in parts if isinstance(part, Number)),
        key=lambda part: (part.key, part.column, part.value),
    )


def numbers(claim: Claim) -> dict[tuple[str, str], float]:
    """List the numbers a claim states: (key, column) to unrounded value, the same in both languages."""
    return {(part.key, part.column): part.value for part in _held(claim.phrase.zh)}


def wording(text: Text | Phrase) -> Phrase:
    """Take plain words as a phrase without numbers; a phrase stays what it is."""
    return text if isinstance(text, Phrase) else Phrase((text.zh,), (text.en,))


def compose(template: Text, **slots: Text | Number | Phrase) -> Phrase:
    """Fill the slots of a template, ``"{wave}为{level}"``, in both languages."""
    return Phrase(*(_fill(template.in_(lang), slots, lang) for lang in LANGS))


def _fill(template: str, slots: Mapping[str, Text | Number | Phrase], lang: Lang) -> tuple[Part, ...]:
    parts: list[Part] = []
    for words, slot, _, _ in string.Formatter().parse(template):
        parts.append(words)
        if slot is None:
            continue
        value = slots[slot]
        if isinstance(value, Number):
            parts.append(value)
        else:
            parts.extend(value.in_(lang) if isinstance(value, Phrase) else (value.in_(lang),))
    return tuple(part for part in parts if part != "")


def join(phrases: Sequence[Phrase], between: Text, last: Text) -> Phrase:
    """List phrases with `between` between them and `last` before the last one."""

    def one(lang: Lang) -> tuple[Part, ...]:
        parts: list[Part] = []
        for place, phrase in enumerate(phrases):
            if place:
                parts.append((last if place == len(phrases) - 1 else between).in_(lang))
            parts.extend(phrase.in_(lang))
        return tuple(parts)

    return Phrase(one("zh"), one("en"))
