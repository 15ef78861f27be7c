"""The tables of a chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.tables import cell_tables, contrasts
from analysis.words import Text
from survey.figures import change_splits
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Tabling"]


class Tabling(Showing):
    """Verbs that set tables."""

    def table_over_time(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the waves of the archive."""
        asked = self.asked(*indicators)
        if asked:
            self.show(
                cell_tables.indicator_table(
                    self.figures.estimates, self.lexicon, asked, self.figures.waves, slug=slug,
                    caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_by(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the segments of a dimension, each with its base."""
        asked = self.asked(*indicators)
        if asked:
            self.show(
                cell_tables.segment_table(
                    self.figures.estimates, self.lexicon, asked, self.segments_of(dimension), wave=self.wave,
                    dimension=dimension, slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_of_changes(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the wave before beside its interval and verdict."""
        asked = self.asked(*indicators)
        told = [i for i in asked if self.before and self.figures.estimate(i, wave=self.before) is not None]
        if told and self.before:
            self.show(
                cell_tables.change_table(
                    self.figures.changes, self.lexicon, told, wave=self.wave, base_wave=self.before,
                    slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip
        else:
            # a table all the same: the text refers to it
            nothing = Text("没有可比的前一次调查", "There is no wave before to compare with")
            remark = pd.DataFrame({"remark": [nothing]})
            self.table_of(remark, slug=slug, zh=zh, en=en, remark=("说明", "Note"))

    def spans(self, *indicators: str) -> dict[str, str]:
        """Return for each indicator the first wave this one can be compared with, unless it is the last."""
        return change_splits.spans(self.figures, self.asked(*indicators))

    def table_of_span(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the first comparable wave beside its interval and verdict; none, no table."""
        if bases := self.spans(*indicators):
            self.show(
                cell_tables.change_table(
                    self.figures.changes, self.lexicon, list(bases), wave=self.wave, base_wave=bases,
                    slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_behind(self, split: str, *indicators: str, slug: str, zh: str, en: str) -> bool:
        """Split changes one of the ways of `movement.SPLITS`, and tell whether anything could be shown."""
        way = change_splits.SPLITS[split]
        told = way.frame(self.figures, self.lexicon, self.asked(*indicators))
        if len(told):
            self.table_of(told, slug=slug, zh=zh, en=en, digits=way.digits, **way.heads)
        return bool(len(told))

    def contrasts(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set segments side by side with letters, effect sizes and what could not be seen."""
        compared = set(self.figures.comparisons["indicator"])
        if asked := [indicator for indicator in self.asked(*indicators) if indicator in compared]:
            self.show(
                contrasts.contrast_table(
                    self.figures.estimates, self.figures.comparisons, self.lexicon, asked,
                    self.segments_of(dimension), wave=self.wave, dimension=dimension, slug=slug,
                    caption=Text(zh, en), notice=self.notice, alpha=1 - self.figures.cells.level,
                )
            )  # fmt: skip

    def table_of(
        self,
        frame: pd.DataFrame,
        slug: str,
        zh: str,
        en: str,
        *,
        digits: Mapping[str, int] | None = None,
        **columns: tuple[str, str],
    ) -> None:
        """Set a frame of counts and words as a table; each column with its heading in both languages."""
        heads = {name: Text(*head) for name, head in columns.items()}
        caption = Text(zh, en)
        self.show(
            cell_tables.plain_table(
                frame, heads, slug=slug, caption=caption, digits=digits, notice=self.notice
            )
        )
