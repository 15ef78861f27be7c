"""One released figure with all that is known of it, and the collection it is taken from.

A `Cell` is what sentences, charts and tables are made of: they take cells, never a frame with five loose
arguments. `Cells` holds the released frames of a survey with its words and hands out cells; it computes
nothing, and a cell that is withheld has a status and a base of who it is about, but no number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.disclosure import require_released
from analysis.model import AnalysisError, Estimand, Status
from analysis.words.text import (
    Lexicon,
    Number,
    PrintedMeasure,
    Text,
    Unit,
    change_key,
    change_text,
    change_unit,
    estimate_key,
    estimate_text,
    interval_text,
    unit_text,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

__all__ = ["Cell", "Cells", "Change"]

_ESTIMATE = ("indicator", "wave", "dimension", "segment")
_CHANGE = ("indicator", "wave", "base_wave", "dimension", "segment")
_COMPARISON = ("indicator", "wave", "dimension")
_MEMBERS = ".members"


@dataclass(frozen=True)
class Cells:
    """The released figures of a survey with the words to print them.

    Attributes
    ----------
    estimates, changes, comparisons : DataFrame
        Frames of those names (see `analysis.model.frames`) after disclosure control.
    lexicon : Lexicon
        Labels, units and measures.
    level : float
        Confidence level of the intervals.
    series : DataFrame
        Frame `series`: the totals of all years known, earlier reports' among them, with the breaks.
    """

    estimates: pd.DataFrame
    lexicon: Lexicon
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparisons: pd.DataFrame = field(default_factory=pd.DataFrame)
    level: float = 0.95
    series: pd.DataFrame = field(default_factory=pd.DataFrame)

    def cell(self, indicator: str, wave: str, dimension: str = "total", segment: str = "all") -> Cell:
        """Return one cell.

        Raises
        ------
        AnalysisError
            The frame holds no such cell.
        """
        found = self.find(indicator, wave, dimension, segment)
        if found is None:
            raise AnalysisError(
                argument="estimates",
                expected=f"one row with key {estimate_key(wave, indicator, dimension, segment)}",
                got="none",
                remedy="check the key and that the frame holds the cell",
            )
        return found

    def find(self, indicator: str, wave: str, dimension: str = "total", segment: str = "all") -> Cell | None:
        """Return one cell, None where the frame holds no such cell."""
        row = self._estimates.get((indicator, wave, dimension, segment))
        return None if row is None else Cell(row, self)

    def of(
        self,
        indicators: Iterable[str],
        waves: Sequence[str],
        dimension: str = "total",
        segments: Sequence[str] = ("all",),
    ) -> list[Cell]:
        """Return the cells there are of some indicators, waves and segments, in this order."""
        found = (
            self.find(indicator, wave, dimension, segment)
            for indicator in indicators
            for wave in waves
            for segment in segments
        )
        return [cell for cell in found if cell is not None]

    def change(
        self, indicator: str, wave: str, base_wave: str, dimension: str = "total", segment: str = "all"
    ) -> Change | None:
        """Return one change, None where it was not estimated."""
        row = self._changes.get((indicator, wave, base_wave, dimension, segment))
        return None if row is None else Change(row, self)

    def comparison(self, indicator: str, wave: str, dimension: str) -> Mapping[str, Any] | None:
        """Return the row of `comparisons` of an indicator, None where its segments were not compared."""
        return self._comparisons.get((indicator, wave, dimension))

    def with_words(self, lexicon: Lexicon) -> Cells:
        """Return the same figures with other words."""
        return replace(self, lexicon=lexicon)

    @cached_property
    def _estimates(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        if not self.estimates.empty:
            require_released(self.estimates)
        return _rows(self.estimates, _ESTIMATE)

    @cached_property
    def _changes(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.changes, _CHANGE)

    @cached_property
    def _comparisons(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.comparisons, _COMPARISON)


def _rows(frame: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
    """Return the rows of a frame by key.

    Raises
    ------
    AnalysisError
        Two rows have one key.
    """
    if frame.empty:
        return {}
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    found: dict[tuple[Hashable, ...], Mapping[str, Any]] = {
        tuple(row[key] for key in keys): row for row in rows
    }
    if len(found) < len(rows):
        raise AnalysisError(
            argument="frame",
            expected=f"one row for each {', '.join(keys)}",
            got=f"{len(rows)} rows for {len(found)} of them",
            remedy="drop the rows that repeat another",
        )
    return found


@dataclass(frozen=True)
class _Row:
    """A row of a frame of figures, and the collection it is of."""

    row: Mapping[str, Any]
    cells: Cells = field(repr=False, compare=False)

    @property
    def indicator(self) -> str:
        """Key of the indicator, ``staff_total`` or ``staff_total.members``."""
        return str(self.row["indicator"])

    @property
    def wave(self) -> str:
        """The wave described."""
        return str(self.row["wave"])

    @property
    def dimension(self) -> str:
        """The dimension, ``total`` where all are described together."""
        return str(self.row["dimension"])

    @property
    def segment(self) -> str:
        """The segment of the dimension, ``all`` of the total."""
        return str(self.row["segment"])

    @property
    def estimand(self) -> Estimand:
        """Whom the figure describes: the respondents, or the whole frame."""
        return Estimand.MEMBERS if self.indicator.endswith(_MEMBERS) else Estimand.RESPONDENTS

    @property
    def measure(self) -> PrintedMeasure:
        """How the indicator is measured and printed."""
        return self.cells.lexicon.measure(self.indicator)

    @property
    def label(self) -> Text:
        """Noun phrase of the indicator."""
        return self.cells.lexicon.label(self.indicator)

    @property
    def name(self) -> Text:
        """Short name of the indicator, for axes and rows of tables."""
        return self.cells.lexicon.name(self.indicator)

    @property
    def segment_name(self) -> Text:
        """Name of the segment, of the total that of all it describes."""
        lexicon = self.cells.lexicon
        return lexicon.whole(self.indicator) if self.dimension == "total" else lexicon.segment(self.segment)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both bounds in the printed unit, None where there is no interval."""
        lower, upper = float(self.row["lower"]), float(self.row["upper"])
        return None if math.isnan(lower) or math.isnan(upper) else (lower, upper)


@dataclass(frozen=True)
class Cell(_Row):
    """One released figure: key, measure, unit, label, number, text, base, interval, status.

    Attributes
    ----------
    row : mapping
        The row of frame `estimates`.
    cells : Cells
        The collection it is of; changes and other segments are found there.
    """

    @property
    def key(self) -> str:
        """Key of the cell, ``2023/staff_total/total/all``."""
        return estimate_key(self.wave, self.indicator, self.dimension, self.segment)

    @property
    def status(self) -> Status:
        """Whether the figure is released, suppressed, or of nobody."""
        return Status(self.row["status"])

    @property
    def is_released(self) -> bool:
        """Whether the figure may be printed."""
        return self.status is Status.RELEASED

    @property
    def unit(self) -> Unit:
        """The unit it is printed in, that of its wave."""
        return self.cells.lexicon.unit(self.indicator, self.wave)

    @property
    def value(self) -> float:
        """The unrounded figure in the printed unit; NaN where it is not released."""
        return float(self.row["estimate"])

    @property
    def text(self) -> Text:
        """The figure as printed, rounded half up, with its unit.

        Raises
        ------
        AnalysisError
            The figure is not released.
        """
        return estimate_text(self.value, self.cells.lexicon, self.indicator, self.wave)

    @property
    def number(self) -> Number:
        """The figure as a number of a sentence, which carries the cell's key."""
        return Number(self.text, self.value, self.key)

    @property
    def base(self) -> int:
        """How many answered the item."""
        return int(self.row["n"])

    @property
    def base_number(self) -> Number:
        """The base as a number of a sentence, counted in members."""
        text = unit_text(float(self.base), self.cells.lexicon.respondent, 0)
        return Number(text, float(self.base), self.key, "n")

    @property
    def population(self) -> int:
        """How many members the frame has in this segment."""
        return int(self.row["N"])

    @property
    def interval_text(self) -> Text:
        """The interval as printed, empty where there is none."""
        if self.interval is None:
            return Text.same("")
        return interval_text(*self.interval, self.unit, self.measure.digits)

    @property
    def members(self) -> Cell | None:
        """The same figure estimated for the whole frame, None where there is none."""
        code = self.indicator.removesuffix(_MEMBERS) + _MEMBERS
        return self.cells.find(code, self.wave, self.dimension, self.segment)

    def changed_since(self, wave: str) -> Change | None:
        """Return the change of this figure since an earlier wave, None where it was not estimated."""
        return self.cells.change(self.indicator, self.wave, wave, self.dimension, self.segment)

    def in_wave(self, wave: str) -> Cell | None:
        """Return the same figure of another wave, None where there is none."""
        return self.cells.find(self.indicator, wave, self.dimension, self.segment)

    def by(self, dimension: str, segments: Sequence[str]) -> list[Cell]:
        """Return the figures of the segments of a dimension, as far as there are any."""
        return self.cells.of([self.indicator], [self.wave], dimension, segments)


@dataclass(frozen=True)
class Change(_Row):
    """One released change between two waves."""

    @property
    def base_wave(self) -> str:
        """The wave it is a change since."""
        return str(self.row["base_wave"])

    @property
    def key(self) -> str:
        """Key of the change, ``2023-2022/staff_total/total/all``."""
        return change_key(self.wave, self.base_wave, self.indicator, self.dimension, self.segment)

    @property
    def unit(self) -> Unit:
        """The unit it is printed in: percentage points, per cent, or the measure's own."""
        return change_unit(self.cells.lexicon, self.indicator, str(self.row["unit"]))

    @property
    def value(self) -> float:
        """The unrounded change in the printed unit; NaN where it is withheld."""
        return float(self.row["change"])

    @property
    def is_comparable(self) -> bool:
        """Whether both waves measure the same."""
        return bool(self.row["comparable"])

    @property
    def is_released(self) -> bool:
        """Whether the change may be printed."""
        return not math.isnan(self.value)

    @property
    def text(self) -> Text:
        """The change as printed, with its sign and unit."""
        return change_text(self.value, self.cells.lexicon, self.indicator, unit=str(self.row["unit"]))

    @property
    def number(self) -> Number:
        """The change as a number of a sentence, which carries its key."""
        return Number(self.text, self.value, self.key, "change")

    @property
    def members(self) -> Change | None:
        """The change of all members, None where it was not estimated."""
        code = self.indicator.removesuffix(_MEMBERS) + _MEMBERS
        return self.cells.change(code, self.wave, self.base_wave, self.dimension, self.segment)
