"""The charts of a chapter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis import charts
from analysis.model import Status
from analysis.pieces import Head
from analysis.words import Text
from survey.errors import UsageError
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.words import Cells

__all__ = ["Draw"]

_TWO = 2


class Draw(Showing):
    """Draw charts: ``chapter.draw.trend("staff_total", slug="staff")``.

    A chart without data is left out: a wave that did not ask, a first wave without another before it, a split
    that is withheld. What contradicts itself is an error all the same.
    """

    @cached_property
    def _cells(self) -> Cells:
        """The figures of the wave as charts take them, with the years before."""
        return replace(self.figures.cells, series=self.figures.series)

    def _head(self, slug: str, zh: str = "", en: str = "") -> Head:
        """Return the head of a chart, which states its own finding; the words say what its figures are."""
        return Head(slug, None, self.notice, Text(zh, en) if zh else None)

    def trend(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw up to four indicators of one unit over all years that are known."""
        known = self.figures.series
        if found := [i for i in self.asked(*indicators) if (known["indicator"] == i).sum() > 1]:
            self.show(charts.trend(self._cells, found, self._head(slug, zh, en)))

    def bars(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw several shares as bars, highest first, with the wave before as a tick."""
        if asked := self.asked(*indicators):
            previous = self._comparable_before(asked)
            head = self._head(slug, zh, en)
            self.show(charts.bars(self._cells, asked, head, wave=self.wave, previous=previous))

    def _comparable_before(self, indicators: Iterable[str]) -> str | None:
        return None if any(self.break_note(i) for i in indicators) else self.before

    def segments(self, indicator: str, dimension: str, slug: str) -> None:
        """Draw one indicator by segment, with the members' interval."""
        if self.asked(indicator):
            self.show(
                charts.segments(
                    self._cells, self.extended(indicator), self.segments_of(dimension), self._head(slug),
                    wave=self.wave, dimension=dimension,
                )
            )  # fmt: skip

    def parts(self, *parts: str, slug: str, zh: str, en: str) -> None:
        """Draw shares that make up a whole, by stratum."""
        asked, stratum = self.asked(*parts), self.figures.programme.stratum
        if len(asked) == len(parts):
            self.show(
                charts.parts(
                    self._cells, asked, self.segments_of(stratum), self._head(slug, zh, en),
                    wave=self.wave, dimension=stratum,
                )
            )  # fmt: skip

    def bars_over_years(self, *indicators: str, slug: str, zh: str, en: str, years: int = 3) -> None:
        """Draw shares as bars side by side over the last years that can be compared, high to low.

        Years no wave of the archive holds are taken as earlier reports printed them, and marked so; a year
        with figures for fewer than half of the items is left out. ``{years}`` in the words is filled in.
        """
        asked = [i for i in self.asked(*indicators) if self._known_in(i, self.wave)]
        known = self.figures.series
        rows = known[known["indicator"].isin(asked) & (known["wave"] >= self._since(asked))]
        counts = rows["wave"].value_counts()
        waves = sorted(str(wave) for wave, items in counts.items() if 2 * items >= len(asked))[-years:]
        if asked:
            self.show(charts.grouped_bars(self._cells, asked, waves, self._over(slug, waves, zh, en)))

    def _since(self, indicators: Iterable[str]) -> str:
        """Return the wave from which on all of these mean what they mean now."""
        breaks = [b.wave for i in indicators for b in self.figures.programme.indicators[i].breaks]
        return max((wave for wave in breaks if wave <= self.wave), default="")

    def _known_in(self, indicator: str, wave: str) -> bool:
        rows = self.figures.series
        return bool(((rows["indicator"] == indicator) & (rows["wave"] == wave)).any())

    def parts_over_years(self, *parts: str, slug: str, zh: str, en: str, years: int = 3) -> None:
        """Draw shares that make up a whole, a bar for each of the last waves that asked all of them.

        ``{years}`` in the words is filled in.
        """
        asked = self.asked(*parts)
        since = self._since(asked)
        waves = [wave for wave in self.figures.waves if wave >= since and self._all_released(asked, wave)]
        if len(asked) == len(parts) and waves:
            waves = waves[-years:]
            self.show(charts.parts(self._cells, asked, waves, self._over(slug, waves, zh, en)))

    def _over(self, slug: str, waves: Sequence[str], zh: str, en: str) -> Head:
        """Fill the years a chart shows into its words."""
        span = dict.fromkeys([waves[0], waves[-1]])
        return self._head(slug, zh.format(years="—".join(span) + "年"), en.format(years="–".join(span)))

    def _released(self, indicators: Iterable[str], wave: str) -> list[str]:
        return [cell.indicator for cell in self._cells.of(indicators, [wave]) if cell.is_released]

    def _all_released(self, indicators: Sequence[str], wave: str) -> bool:
        return len(self._released(indicators, wave)) == len(indicators)

    @property
    def _waves(self) -> list[str]:
        """Every wave the estimates hold."""
        return sorted(map(str, self.figures.estimates["wave"].unique()))

    def panels(self, indicator: str, dimension: str, slug: str, *, zh: str = "", en: str = "") -> None:
        """Draw an indicator of all members over the waves, a panel for each segment; one wave is none."""
        code, order = self.extended(indicator), self.segments_of(dimension)
        known = self._cells.of([code], self._waves, dimension, order)
        if self.asked(indicator) and len({cell.wave for cell in known if cell.is_released}) >= _TWO:
            self.show(charts.panels(self._cells, code, order, self._head(slug, zh, en), dimension=dimension))

    def ranks(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw the ranks of shares over the waves that ask two of them at least; one wave has no course."""
        asked = self.asked(*indicators)
        waves = [wave for wave in self._waves if len(self._released(asked, wave)) >= _TWO]
        if len(asked) >= _TWO and len(waves) >= _TWO:
            self.show(charts.ranks(self._cells, asked, self._head(slug, zh, en)))

    def diverging(self, *parts: str, slug: str, dimension: str = "", zh: str = "", en: str = "") -> None:
        """Draw shares of ordered classes, lowest first, by segment in this wave; by stratum unless said."""
        asked, dimension = self.asked(*parts), dimension or self.figures.programme.stratum
        known = self._cells.of(asked, [self.wave], dimension, self.segments_of(dimension))
        counted = Counter(cell.segment for cell in known if cell.status is not Status.EMPTY)
        order = [code for code in self.segments_of(dimension) if counted[code] == len(asked)]
        if len(asked) == len(parts) and order and any(cell.is_released for cell in known):
            head = self._head(slug, zh, en)
            self.show(charts.diverging(self._cells, asked, order, head, wave=self.wave, dimension=dimension))

    def diverging_over_time(self, *parts: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw shares of ordered classes, lowest first, wave by wave, as far as a wave asks them all."""
        asked = self.asked(*parts)
        waves = [wave for wave in self._waves if self._all_released(asked, wave)]
        if waves and len(asked) == len(parts):
            self.show(charts.diverging(self._cells, asked, waves, self._head(slug, zh, en)))

    def waterfall(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw what the change since the wave before is made of, for the first indicator with a split.

        Indicators that broke since, or of which a part is withheld, are passed over.
        """
        before = self.before or ""
        for name in self.asked(*indicators):
            change = self._cells.change(name, self.wave, before)
            if change and change.is_comparable and not any(
                pd.isna(change.row[column]) for column in ("change", *charts.PARTS)
            ):  # fmt: skip
                head = self._head(slug, zh, en)
                self.show(charts.waterfall(self._cells, name, head, wave=self.wave, base_wave=before))
                return

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
        mine: dict[str, float] = {}
        if own is not None:
            at = own[(own["wave"] == self.wave) & (own["dimension"] == dimension)]
            mine = dict(zip(at["segment"].map(str), at["value"].map(float), strict=True))
        names = self.asked(median, *(quartiles or ()))
        medians = self._cells.of([median], [self.wave], dimension, self.segments_of(dimension))
        if len(names) == 1 + len(quartiles or ()) and (mine or any(c.is_released for c in medians)):
            head = self._head(slug, zh, en)
            self.show(charts.strip(medians, head, quartiles=quartiles or (), own=mine))
