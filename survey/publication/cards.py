"""Cards of key figures: one line of business at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.formatting import Lang, Number, Text
    from analysis.phrases import Phrase

__all__ = ["Card", "Cards"]

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
