"""The tables of a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import tables
from analysis.pieces import Head
from analysis.words import Text
from survey.figures import change_splits
from survey.notebooks.declared_base import declare, mark_cleared, withhold_rows
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Tables"]


class Tables(Showing):
    """Set tables: ``chapter.table.by("region", "staff_total", …)``."""

    def _titled(self, slug: str, zh: str, en: str) -> Head:
        return Head(slug, Text(zh, en), self.notice)

    def levels(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the waves of the archive."""
        if asked := self.asked(*indicators):
            cells, waves = self.figures.cells, self.figures.waves
            self.show(tables.indicator_table(cells, asked, waves, self._titled(slug, zh, en)))

    def by(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the segments of a dimension, each with its base."""
        if asked := self.asked(*indicators):
            self.show(
                tables.segment_table(
                    self.figures.cells, asked, self.segments_of(dimension), self._titled(slug, zh, en),
                    wave=self.wave, dimension=dimension,
                )
            )  # fmt: skip

    def changes(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the wave before beside its interval and verdict."""
        cells, before, head = self.figures.cells, self.before or "", self._titled(slug, zh, en)
        if moved := [i for i in self.asked(*indicators) if cells.find(i, before)]:
            self.show(tables.change_table(cells, moved, head, wave=self.wave, base_wave=before))
        else:
            # a table all the same: the text refers to it
            nothing = Text("没有可比的前一次调查", "There is no wave before to compare with")
            remark = pd.DataFrame({"remark": [nothing]})
            self.frame(remark, slug, zh, en, cleared="a remark", remark=("说明", "Note"))

    def spans(self, *indicators: str) -> dict[str, str]:
        """Return for each indicator the first wave this one can be compared with, unless it is the last."""
        return change_splits.spans(self.figures, self.asked(*indicators))

    def span(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the first comparable wave beside its interval and verdict; none, no table."""
        if bases := self.spans(*indicators):
            cells, head = self.figures.cells, self._titled(slug, zh, en)
            self.show(tables.change_table(cells, list(bases), head, wave=self.wave, base_wave=bases))

    def behind(self, split: str, *indicators: str, slug: str, zh: str, en: str) -> bool:
        """Split changes one of the ways of `change_splits.SPLITS`, and return whether there were any."""
        way = change_splits.SPLITS[split]
        found = way.frame(self.figures, self.lexicon, self.asked(*indicators))
        if len(found):
            heads: dict[str, Any] = dict(way.heads)
            mark_cleared(found, "made of released changes")
            self.frame(found, slug, zh, en, digits=way.digits, **heads)
        return bool(len(found))

    def contrasts(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set segments side by side with letters, effect sizes and what could not be seen."""
        compared = set(self.figures.comparisons["indicator"])
        if asked := [indicator for indicator in self.asked(*indicators) if indicator in compared]:
            self.show(
                tables.contrast_table(
                    self.figures.cells, asked, self.segments_of(dimension), self._titled(slug, zh, en),
                    wave=self.wave, dimension=dimension,
                )
            )  # fmt: skip

    def frame(
        self,
        frame: pd.DataFrame,
        slug: str,
        zh: str,
        en: str,
        *,
        digits: Mapping[str, int] | None = None,
        base: int | str | None = None,
        cleared: str = "",
        **columns: tuple[str, str],
    ) -> None:
        """Set a frame of counts and words as a table; each column with its heading in both languages.

        `base` and `cleared` say how many members stand behind it, or why that is no matter (see
        ``chapter.publish``); frames of ``chapter.quality`` and ``chapter.cells`` need neither.
        """
        heads = {name: Text(*head) for name, head in columns.items()}
        shown = withhold_rows(frame, base, self.minimum_base)
        declared = declare(shown, base, cleared)
        table = tables.plain_table(shown, heads, self._titled(slug, zh, en), digits=digits)
        self.show(table, metadata=declared.metadata())
