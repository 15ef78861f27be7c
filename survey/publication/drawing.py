"""The charts of a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import charts
from analysis.formatting import Text
from survey.publication.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

    def over_years(self, *indicators: str, slug: str, zh: str, en: str, years: int = 3) -> None:
        """Draw shares as bars side by side over the last years that can be compared, high to low.

        Years no wave of the archive holds are taken as earlier reports printed them, and marked so; a year
        with figures for fewer than half of the items is left out. ``{years}`` in the caption is filled in.
        """
        asked = [i for i in self.asked(*indicators) if self._known_in(i, self.wave)]
        known = self.figures.series
        rows = known[known["indicator"].isin(asked) & (known["wave"] >= self._since(asked))]
        told = rows["wave"].value_counts()
        waves = sorted(str(wave) for wave, items in told.items() if 2 * items >= len(asked))[-years:]
        if asked:
            self.show(
                charts.grouped(
                    known, self.lexicon, asked, waves, slug=slug, caption=_over(waves, zh, en),
                    notice=self.notice,
                )
            )  # fmt: skip

    def _since(self, indicators: Iterable[str]) -> str:
        """Return the wave from which on all of these mean what they mean now."""
        breaks = [b.wave for i in indicators for b in self.figures.programme.indicators[i].breaks]
        return max((wave for wave in breaks if wave <= self.wave), default="")

    def _known_in(self, indicator: str, wave: str) -> bool:
        rows = self.figures.series
        return bool(((rows["indicator"] == indicator) & (rows["wave"] == wave)).any())

    def parts_over_years(self, *parts: str, slug: str, zh: str, en: str, years: int = 3) -> None:
        """Draw shares that make up a whole, a bar for each of the last waves that asked all of them.

        ``{years}`` in the caption is filled in.
        """
        asked, figures = self.asked(*parts), self.figures
        if len(asked) < len(parts):
            return
        since = self._since(asked)
        told = [wave for wave in figures.waves if wave >= since and self._gave(asked, wave)]
        if waves := told[-years:]:
            self.show(
                charts.stacked(
                    figures.estimates, self.lexicon, asked, waves, by="wave", slug=slug,
                    caption=_over(waves, zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def _gave(self, indicators: Iterable[str], wave: str) -> bool:
        rows = [self.figures.estimate(indicator, wave=wave) for indicator in indicators]
        return all(row is not None and row.status == "released" for row in rows)


def _over(waves: Sequence[str], zh: str, en: str) -> Text:
    """Fill the years a chart shows into its caption."""
    span = dict.fromkeys([waves[0], waves[-1]])
    return Text(zh.format(years="—".join(span) + "年"), en.format(years="–".join(span)))
