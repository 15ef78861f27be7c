"""What a slide says beside its chart: the headline, the box with the figure, the line of its source.

The pieces are ordinary output of a notebook: a slide is made of the cells it is marked to be made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import sentences
from analysis.pieces import Box
from analysis.sentences import capitalised
from analysis.words import Text
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Cell, Claim

__all__ = ["Slide"]


class Slide(Showing):
    """Fill a slide, but for its chart: ``chapter.slide.indicator("staff_total")``."""

    def boxes(self, *indicators: str, most: int = 3) -> None:
        """Show the first `most` indicators that the wave gives, each in a box that says how it changed."""
        for cell in self._given(indicators)[:most]:
            self.show(_box(cell, capitalised(cell.label), sentences.movement(cell, self.base_of(cell))))

    def indicator(self, indicator: str) -> None:
        """Show what goes beside the chart of one indicator: headline, box with its interval, source."""
        for cell in self._given([indicator]):
            base = self.base_of(cell)
            self.show(
                sentences.headline(cell, base),
                _box(cell, cell.name, sentences.evidence(cell, base)),
                sentences.source([cell]),
            )

    def items(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """Show what goes beside bars of several shares; `zh` and `en` say what they are shares of."""
        given = self._given(indicators)
        if not given:
            return
        first = max(given, key=lambda cell: cell.value)
        base = self.base_of(first)
        said = [sentences.evidence(first, base)]
        if base:
            said.insert(0, sentences.movement(first, base))
        self.show(
            sentences.leaders(given, Text(zh, en)),
            _box(first, first.name, *said),
            sentences.source([first, *(cell for cell in given if cell is not first)]),
        )

    def segments(self, indicator: str, dimension: str) -> None:
        """Show what goes beside one indicator by segment: the ends, the test, the source."""
        for cell in self._given([indicator]):
            self.show(
                sentences.contrast(cell, dimension),
                _box(cell, cell.segment_name, sentences.significance(cell, dimension)),
                sentences.source([cell], dimension),
            )

    def _given(self, indicators: Sequence[str]) -> list[Cell]:
        """Return those that the wave gives and may print."""
        cells = self.figures.cells.of(self.asked(*indicators), [self.wave])
        return [cell for cell in cells if cell.is_released]


def _box(cell: Cell, label: Text, *said: Claim) -> Box:
    return Box(cell.number, label, said)
