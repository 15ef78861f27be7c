"""The charts of a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import charts
from analysis.words import Text
from survey.errors import UsageError
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

__all__ = ["Drawing", "Picturing"]


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
                    self.figures.estimates, self.lexicon, self.extended(indicator), self.segments_of(dimension),
                    wave=self.wave, dimension=dimension, slug=slug, notice=self.notice,
                )
            )  # fmt: skip

    def stacked(self, *parts: str, slug: str, zh: str, en: str) -> None:
        """Draw shares that make up a whole, by stratum."""
        asked, stratum = self.asked(*parts), self.figures.programme.stratum
        if len(asked) == len(parts):
            self.show(
                charts.stacked(
                    self.figures.estimates, self.lexicon, asked, self.segments_of(stratum), by="segment",
                    wave=self.wave, dimension=stratum, slug=slug, caption=Text(zh, en),
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


# The charts of a chapter that take more than a wave's figures in a row: courses, ranks, splits, standings.
#
# A chart without data is left out: a wave that did not ask, a first wave without another before it, a split
# that is withheld. What contradicts itself is an error all the same.


_TWO = 2


class Picturing(Showing):
    """Verbs that draw courses by segment, ranks, distributions, splits of a change and benchmarks."""

    def multiples(self, indicator: str, dimension: str, slug: str, *, zh: str = "", en: str = "") -> None:
        """Draw an indicator of all members over the waves, a panel for each segment; one wave is none."""
        code = self.extended(indicator)
        mine = self.figures.estimates
        mine = mine[(mine["indicator"] == code) & (mine["dimension"] == dimension)]
        if self.asked(indicator) and mine.loc[mine["status"] == "released", "wave"].nunique() >= _TWO:
            self.show(
                charts.multiples(
                    self.figures.estimates, self.lexicon, code, self.segments_of(dimension),
                    dimension=dimension, slug=slug, series=self.figures.series, caption=_caption(zh, en),
                    notice=self.notice,
                )
            )  # fmt: skip

    def bump(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw the ranks of shares over the waves that ask two of them at least; one wave has no course."""
        asked = self.asked(*indicators)
        cells = self._released(asked)
        waves = [wave for wave, rows in cells.groupby("wave") if len(rows) >= _TWO]
        if len(asked) >= _TWO and len(waves) >= _TWO:
            self.show(
                charts.bump(
                    self.figures.estimates, self.lexicon, asked, slug=slug, series=self.figures.series,
                    caption=_caption(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def diverging(self, *parts: str, slug: str, dimension: str = "", zh: str = "", en: str = "") -> None:
        """Draw shares of ordered classes, lowest first, by segment in this wave, the strata if none is named."""
        asked, dimension = self.asked(*parts), dimension or self.figures.programme.stratum
        if len(asked) != len(parts):
            return
        mine = self.figures.estimates
        mine = mine[
            mine["indicator"].isin(asked) & (mine["wave"] == self.wave) & (mine["dimension"] == dimension)
        ]
        counted = mine[mine["status"] != "empty"].groupby("segment").size()
        order = [code for code in self.segments_of(dimension) if counted.get(code, 0) == len(asked)]
        if order and (mine["status"] == "released").any():
            self.show(
                charts.diverging(
                    self.figures.estimates, self.lexicon, asked, order, by="segment", wave=self.wave,
                    dimension=dimension, slug=slug, caption=_caption(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def diverging_over_time(self, *parts: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw shares of ordered classes, lowest first, wave by wave, as far as a wave asks them all."""
        asked = self.asked(*parts)
        counted = self._released(asked).groupby("wave").size()
        waves = [str(wave) for wave in counted.index if counted[wave] == len(parts)]
        if waves and len(asked) == len(parts):
            self.show(
                charts.diverging(
                    self.figures.estimates, self.lexicon, asked, waves, by="wave", slug=slug,
                    caption=_caption(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def waterfall(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw what the change since the wave before is made of, for the first indicator whose split is told.

        Indicators that broke since, or of which a part is withheld, are passed over.
        """
        table = self.figures.changes
        whole = table[(table["dimension"] == "total") & (table["base_wave"] == (self.before or ""))]
        split = whole[whole["comparable"] & whole[["change", *charts.PARTS]].notna().all(axis=1)]
        told = [name for name in self.asked(*indicators) if name in set(split["indicator"])]
        if told and self.before:
            self.show(
                charts.waterfall(
                    self.figures.estimates, table, self.lexicon, told[0], wave=self.wave,
                    base_wave=self.before, slug=slug, caption=_caption(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def strip(
        self,
        median: str,
        dimension: str,
        slug: str,
        *,
        quartiles: tuple[str, str] | None = None,
        own: pd.DataFrame | None = None,
        zh: str = "",
        en: str = "",
    ) -> None:
        """Draw medians by segment, with quartiles where there are indicators of them.

        `own` is a member's benchmark, whose value is marked.

        Raises
        ------
        UsageError
            An own value in the public edition.
        """
        if own is not None and self.edition != "internal":
            raise UsageError(
                f"chart {slug!r} marks a member's own value, which the public edition must not show; "
                "leave `own` out or draw it in the internal edition"
            )
        names = self.asked(median, *(quartiles or ()))
        whole = len(names) == 1 + len(quartiles or ())
        mine = self.figures.estimates
        mine = mine[
            (mine["indicator"] == median) & (mine["wave"] == self.wave) & (mine["dimension"] == dimension)
        ]
        if whole and (own is not None or (mine["status"] == "released").any()):
            self.show(
                charts.strip(
                    self.figures.estimates, self.lexicon, median, self.segments_of(dimension),
                    wave=self.wave, dimension=dimension, slug=slug, quartiles=quartiles, own=own,
                    caption=_caption(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def _released(self, indicators: Sequence[str]) -> pd.DataFrame:
        cells = self.figures.estimates
        return cells[
            cells["indicator"].isin(list(indicators))
            & (cells["dimension"] == "total")
            & (cells["status"] == "released")
        ]


def _caption(zh: str, en: str) -> Text | None:
    """Take a caption given in both languages; without one a chart states its own finding."""
    return Text(zh, en) if zh else None
