"""The charts of a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import charts
from analysis.formatting import Text
from survey.publication.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Drawing"]


class Drawing(Showing):
    """Verbs that draw."""

    def trend(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw up to four indicators of one unit over all years that are known."""
        asked = self.asked(*indicators)
        known = self.figures.series
        if drawn := [i for i in asked if (known["indicator"] == i).sum() > 1]:
            caption = Text(zh, en) if zh else None
            self.show(
                charts.trend(known, self.lexicon, drawn, slug=slug, caption=caption, notice=self.notice)
            )

    def bars(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw several shares as bars, highest first, with the wave before as a tick."""
        asked = self.asked(*indicators)
        if asked:
            caption = Text(zh, en) if zh else None
            self.show(
                charts.bars(
                    self.figures.estimates, self.lexicon, asked, wave=self.wave, slug=slug, caption=caption,
                    previous=self._comparable_before(asked), notice=self.notice,
                )
            )  # fmt: skip

    def _comparable_before(self, indicators: Iterable[str]) -> str | None:
        return None if any(self.break_note(i) for i in indicators) else self.before

    def segments(self, indicator: str, dimension: str, slug: str) -> None:
        """Draw one indicator by segment, with the members' interval."""
        if self.asked(indicator):
            self.show(
                charts.segments(
                    self.figures.estimates, self.lexicon, f"{indicator}.members", self.segments_of(dimension),
                    wave=self.wave, dimension=dimension, slug=slug, notice=self.notice,
                )
            )  # fmt: skip

    def stacked(self, *parts: str, slug: str, zh: str, en: str) -> None:
        """Draw shares that make up a whole, by bank type."""
        asked = self.asked(*parts)
        if len(asked) == len(parts):
            self.show(
                charts.stacked(
                    self.figures.estimates, self.lexicon, asked, self.segments_of("bank_type"), by="segment",
                    wave=self.wave, dimension="bank_type", slug=slug, caption=Text(zh, en),
                    notice=self.notice,
                )
            )  # fmt: skip
