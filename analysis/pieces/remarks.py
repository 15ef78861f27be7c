"""A remark of plain words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from analysis.inference import FEW, MARK, SKEWED
from analysis.words import Lang, Lexicon, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.words import Number, Phrase

__all__ = ["Card", "Cards", "NarrowIntervals", "Remark", "narrow_intervals"]


@dataclass(frozen=True)
class Remark:
    """A remark of plain words; `kind` is the class of its paragraph."""

    words: Text
    kind: str

    def fragment(self, lang: Lang) -> str:
        """Give the remark as a paragraph."""
        return f'<p class="{escape(self.kind)}">{escape(self.words.in_(lang))}</p>'


# Cards of key figures: one line of business at a glance.


FIVE = 5  # cards stand better as three and two than as four and one


@dataclass(frozen=True)
class Card:
    """Hold one figure: what it is, the number, how it changed, and a remark; the last two may be missing."""

    label: Text
    number: Number
    change: Phrase | None = None
    remark: Text | None = None

    def fragment(self, lang: Lang) -> str:
        """Return it as HTML."""
        lines = [
            f'<p class="card-label">{escape(self.label.in_(lang))}</p>',
            f'<p class="card-number">{self.number.element(lang)}</p>',
        ]
        if self.change:
            told = "".join(
                escape(part) if isinstance(part, str) else part.element(lang)
                for part in self.change.in_(lang)
            )
            lines.append(f'<p class="card-change">{told}</p>')
        if self.remark:
            lines.append(f'<p class="card-remark">{escape(self.remark.in_(lang))}</p>')
        return f'<div class="card">{"".join(lines)}</div>'


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    cards: tuple[Card, ...]
    name: Text

    def fragment(self, lang: Lang) -> str:
        """Return them as HTML."""
        columns = 3 if len(self.cards) % 3 == 0 or len(self.cards) == FIVE else 4
        inner = "".join(card.fragment(lang) for card in self.cards)
        name = escape(self.name.in_(lang))
        return f'<div class="cards cards-{columns}" role="group" aria-label="{name}">{inner}</div>'


# Which intervals may be too narrow, said to the reader beside the figures.
#
# `analysis.inference.reliability` marks them in the method of an estimate and in the note of a change; here the marks of
# a wave's figures for all members are gathered into one notice.


_REASONS = {
    FEW: Text("误差只靠不足十家单位的答案得出", "the error rests on fewer than ten answers"),
    SKEWED: Text("各单位的数值偏斜，少数单位影响较大", "skewed values, on which a few members weigh heavily"),
}
_LEAD = Text(
    "以下指标推及全体成员时，区间可能偏窄，判断时宜留有余地。",
    "Told of all members, the intervals of these indicators may be too narrow; "
    "leave a margin when judging by them.",
)
_LEVEL, _CHANGE = Text("水平", "level"), Text("变化", "change")


@dataclass(frozen=True)
class NarrowIntervals:
    """The indicators whose intervals may be too narrow, each with what is meant and why.

    Attributes
    ----------
    lines : tuple of (Text, Text, Text)
        Name, level or change or both, reason.
    """

    lines: tuple[tuple[Text, Text, Text], ...]

    def fragment(self, lang: Lang) -> str:
        """Return it as HTML."""
        shapes = {"zh": "{0}（{1}）：{2}", "en": "{0} ({1}): {2}"}
        items = (shapes[lang].format(*(part.in_(lang) for part in line)) for line in self.lines)
        told = "".join(f"<li>{escape(item)}</li>" for item in items)
        return f'<aside class="warning"><p>{escape(_LEAD.in_(lang))}</p><ul>{told}</ul></aside>'


def narrow_intervals(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    wave: str,
    base_wave: str | None,
    dimension: str = "total",
    segment: str = "all",
) -> NarrowIntervals | None:
    """Gather the marks of some indicators in a segment; nothing where none is marked.

    Parameters
    ----------
    estimates, changes
        Released cells.
    indicators
        Codes; the figures for all members (``.members``) are looked at.
    wave, base_wave
        The wave told, and the one its changes are told against, if there is any.
    """
    lines = []
    for code in indicators:
        keys = {"indicator": f"{code}.members", "wave": wave, "dimension": dimension, "segment": segment}
        level = _marks(estimates, keys, "method")
        change = _marks(changes, {**keys, "base_wave": base_wave}, "note") if base_wave else ""
        if level or change:
            names = [name for name, mark in ((_LEVEL, level), (_CHANGE, change)) if mark]
            of = Text("、".join(n.zh for n in names), " and ".join(n.en for n in names))
            reason = FEW if FEW in level + change else SKEWED
            lines.append((lexicon.name(code), of, _REASONS[reason]))
    return NarrowIntervals(tuple(lines)) if lines else None


def _marks(table: pd.DataFrame, keys: Mapping[str, str | None], column: str) -> str:
    chosen = table
    for name, value in keys.items():
        chosen = chosen[chosen[name] == value]
    return "".join(text for text in chosen[column].astype("str") if MARK in text)
