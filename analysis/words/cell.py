"""One released figure with all that is known of it, and the collection it is taken from.

A `Cell` is what sentences, charts and tables are made of: they take cells, never a frame with five loose
arguments. `Cells` holds the released frames of a survey with its words and hands out cells; it computes
nothing, and a cell that is withheld has a status, but neither number nor base.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.model import AnalysisError, Estimand, Status, require_released
from analysis.words.text import (
    Lexicon,
    Number,
    PrintedMeasure,
    Text,
    Unit,
    bound_texts,
    change_key,
    change_text,
    change_unit,
    estimate_key,
    estimate_text,
    interval_text,
    round_half_up,
    unit_text,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

__all__ = ["Cell", "Cells", "Change", "Comparison", "MatchedChange", "Slope", "excludes_zero"]

_ESTIMATE = ("indicator", "wave", "dimension", "segment")
_CHANGE = ("indicator", "wave", "base_wave", "dimension", "segment")
_COMPARISON = ("indicator", "wave", "dimension")
_SLOPE = ("indicator", "dimension", "segment")
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
        Confidence level of the intervals; tests are read at what is left of 1.
    within : DataFrame
        Comparisons of segments with another grouping held fixed.
    slopes, matched : DataFrame
        As `inference.slopes` and `inference.matched_tests` return them, after disclosure control.
    series : DataFrame
        Frame `series`: the totals of all years known, earlier reports' among them, with the breaks.
    """

    estimates: pd.DataFrame
    lexicon: Lexicon
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparisons: pd.DataFrame = field(default_factory=pd.DataFrame)
    level: float = 0.95
    within: pd.DataFrame = field(default_factory=pd.DataFrame)
    slopes: pd.DataFrame = field(default_factory=pd.DataFrame)
    matched: pd.DataFrame = field(default_factory=pd.DataFrame)
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

    def compared(
        self, indicator: str, wave: str, dimension: str, *, within: bool = False
    ) -> Comparison | None:
        """Return the test of an indicator's segments, None where there is none.

        `within` takes the test with another grouping held fixed.
        """
        rows = self._within if within else self._comparisons
        row = rows.get((indicator, wave, dimension)) or rows.get((indicator + _MEMBERS, wave, dimension))
        return None if row is None else Comparison(row, self)

    def slope(self, indicator: str, dimension: str = "total", segment: str = "all") -> Slope | None:
        """Return the slope over the waves since the last break, None where none was estimated.

        An indicator with too few comparable waves has one row for all segments of a dimension.
        """
        row = self._slopes.get((indicator, dimension, segment)) or self._slopes.get(
            (indicator, dimension, "*")
        )
        return None if row is None else Slope(row, self)

    def matched_change(
        self, indicator: str, wave: str, base_wave: str, dimension: str = "total", segment: str = "all"
    ) -> MatchedChange | None:
        """Return gains and losses among the members that answered twice, None where they were not counted."""
        row = self._matched.get((indicator, wave, base_wave, dimension, segment))
        return None if row is None else MatchedChange(row, self)

    def all_cells(self) -> Iterator[Cell]:
        """Go over the cells in the frame's order."""
        return (Cell(row, self) for row in self._estimates.values())

    def all_changes(self) -> Iterator[Change]:
        """Go over the changes in the frame's order."""
        return (Change(row, self) for row in self._changes.values())

    def all_slopes(self) -> Iterator[Slope]:
        """Go over the slopes in the frame's order."""
        return (Slope(row, self) for row in self._slopes.values())

    def all_comparisons(self) -> Iterator[Comparison]:
        """Go over the comparisons in the frame's order."""
        return (Comparison(row, self) for row in self._comparisons.values())

    @cached_property
    def _estimates(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        if not self.estimates.empty:
            require_released(self.estimates)
        return _rows(self.estimates, _ESTIMATE)

    @cached_property
    def _segments(self) -> dict[tuple[Hashable, ...], list[Mapping[str, Any]]]:
        found: dict[tuple[Hashable, ...], list[Mapping[str, Any]]] = {}
        for (indicator, wave, dimension, _), row in self._estimates.items():
            found.setdefault((indicator, wave, dimension), []).append(row)
        return found

    @cached_property
    def _changes(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.changes, _CHANGE)

    @cached_property
    def _comparisons(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.comparisons, _COMPARISON)

    @cached_property
    def _within(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.within, _COMPARISON)

    @cached_property
    def _slopes(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.slopes, _SLOPE)

    @cached_property
    def _matched(self) -> dict[tuple[Hashable, ...], Mapping[str, Any]]:
        return _rows(self.matched, _CHANGE)

    def segments_of(self, indicator: str, wave: str, dimension: str) -> list[Cell]:
        """Return the cells of every segment of a dimension, in the frame's order."""
        return [Cell(row, self) for row in self._segments.get((indicator, wave, dimension), [])]


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
    def fact(self) -> Text | None:
        """Clause of the indicator's own with a slot for its level, "{level} of members offered video"."""
        return self.cells.lexicon.facts.get(self.indicator)

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

    def _counted(self, column: str, key: str, name: str = "") -> Number:
        """Take a count of members in a column as a number, under the name it is printed by."""
        count = float(self.row[column])
        return Number(unit_text(count, self.cells.lexicon.respondent, 0), count, key, name or column)


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
        """The figure in the printed unit; NaN where it is not released."""
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
        """How many answered the item; 0 where that is withheld."""
        return int(self.row["n"])

    @property
    def base_number(self) -> Number:
        """The base as a number of a sentence, counted in members."""
        return self._counted("n", self.key)

    @property
    def population(self) -> int:
        """How many members the frame has in this segment; 0 where that is withheld."""
        return int(self.row["N"])

    @property
    def interval_text(self) -> Text:
        """The interval as printed, empty where there is none."""
        if self.interval is None:
            return Text.same("")
        return interval_text(*self.interval, self.unit, self.measure.digits)

    @property
    def bounds(self) -> tuple[Number, Number] | None:
        """Both bounds of the interval as numbers of a sentence, None where there is none."""
        if self.interval is None:
            return None
        return _bounds(self.interval, bound_texts(*self.interval, self.unit, self.measure.digits), self.key)

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

    def segments(self, dimension: str) -> list[Cell]:
        """Return the figures of all segments of a dimension, in the frame's order."""
        return self.cells.segments_of(self.indicator, self.wave, dimension)

    def compared_by(self, dimension: str, *, within: bool = False) -> Comparison | None:
        """Return the test of the segments of a dimension; see `Cells.compared`."""
        return self.cells.compared(self.indicator, self.wave, dimension, within=within)


def _bounds(interval: tuple[float, float], texts: tuple[Text, Text], key: str) -> tuple[Number, Number]:
    """Take both bounds as numbers."""
    return Number(texts[0], interval[0], key, "lower"), Number(texts[1], interval[1], key, "upper")


@dataclass(frozen=True)
class _Moved(_Row):
    """What a change and a slope share: a size in the unit of changes, with a sign."""

    @property
    def key(self) -> str:
        """Key of the change, ``2023-2022/staff_total/total/all``."""
        return change_key(self.wave, self.base_wave, self.indicator, self.dimension, self.segment)

    @property
    def base_wave(self) -> str:
        """The wave it is a change since."""
        return str(self.row["base_wave"])

    @property
    def unit_name(self) -> str:
        """The unit as the frame names it: ``percentage points``, ``percent``, or the measure's own."""
        return str(self.row["unit"])

    @property
    def unit(self) -> Unit:
        """The unit it is printed in: percentage points, per cent, or the measure's own."""
        return change_unit(self.cells.lexicon, self.indicator, self.unit_name)

    @property
    def digits(self) -> int:
        """Printed decimals."""
        return self.measure.change_digits

    @property
    def is_comparable(self) -> bool:
        """Whether the waves measure the same."""
        return bool(self.row["comparable"])

    @property
    def interval_text(self) -> Text:
        """The interval as printed, with signs; empty where there is none."""
        if self.interval is None:
            return Text.same("")
        return interval_text(*self.interval, self.unit, self.digits, sign="always")

    @property
    def bounds(self) -> tuple[Number, Number] | None:
        """Both bounds of the interval as numbers of a sentence, None where there is none."""
        if self.interval is None:
            return None
        texts = bound_texts(*self.interval, self.unit, self.digits, sign="always")
        return _bounds(self.interval, texts, self.key)

    @property
    def largest(self) -> float:
        """The largest change in either direction that is left open; NaN where there is no interval.

        By two one-sided tests where they were made, else the further end of the interval.
        """
        given = float(self.row.get("largest", math.nan))
        ends = self.interval
        return given if ends is None or not math.isnan(given) else max(map(abs, ends))

    @property
    def is_equivalent(self) -> bool:
        """Whether all that is left open lies within the indicator's margin; false where it has none."""
        margin = self.cells.lexicon.margin(self.indicator)
        return margin is not None and self.largest <= margin

    def size(self, value: float, column: str, *, signed: bool) -> Number:
        """Take an amount as a number; unsigned, one that rounds to zero is "less than" a step."""
        if signed or round_half_up(value, self.digits):
            text = unit_text(value, self.unit, self.digits, sign="always" if signed else "never")
            return Number(text, value, self.key, column)
        step = unit_text(10.0**-self.digits, self.unit, self.digits)
        return Number(Text(f"不到{step.zh}", f"less than {step.en}"), value, self.key, column)


@dataclass(frozen=True)
class Change(_Moved):
    """One released change between two waves."""

    @property
    def value(self) -> float:
        """The change in the printed unit; NaN where it is withheld."""
        return float(self.row["change"])

    @property
    def p_value(self) -> float:
        """P value of no change; NaN where nothing was tested."""
        return float(self.row.get("p_value", math.nan))

    @property
    def is_released(self) -> bool:
        """Whether the change may be printed."""
        return not math.isnan(self.value)

    @property
    def text(self) -> Text:
        """The change as printed, with its sign and unit."""
        return change_text(self.value, self.cells.lexicon, self.indicator, unit=self.unit_name)

    @property
    def number(self) -> Number:
        """The change as a number of a sentence, which carries its key."""
        return Number(self.text, self.value, self.key, "change")

    @property
    def members(self) -> Change | None:
        """The change of all members, None where it was not estimated."""
        code = self.indicator.removesuffix(_MEMBERS) + _MEMBERS
        return self.cells.change(code, self.wave, self.base_wave, self.dimension, self.segment)


@dataclass(frozen=True)
class Slope(_Moved):
    """One released slope a year, over the waves since the last break of the series."""

    @property
    def wave(self) -> str:
        """The last wave of the line."""
        return str(self.row["last_wave"])

    @property
    def base_wave(self) -> str:
        """The first wave of the line."""
        return str(self.row["first_wave"])

    @property
    def value(self) -> float:
        """The unrounded change a year in the printed unit; NaN where it is withheld."""
        return float(self.row["slope"])

    @property
    def largest(self) -> float:
        """The largest change over the whole line that its interval a year leaves open."""
        return super().largest * max(1, int(self.wave[:4]) - int(self.base_wave[:4]))

    @property
    def waves(self) -> Number:
        """How many waves the line goes through."""
        count = int(self.row["waves"])
        return Number(Text(f"{count}次", f"{count} waves"), float(count), self.key, "waves")

    @property
    def base_number(self) -> Number:
        """How many members are behind the line."""
        return self._counted("n_members", self.key, "n")


@dataclass(frozen=True)
class MatchedChange(_Moved):
    """What changed among the members that answered in both of two waves."""

    @property
    def is_share(self) -> bool:
        """Whether members turned from no to yes or back; else they went up or down."""
        return str(self.row["test"]) in {"McNemar exact", "counted"} and self.unit_name == "percentage points"

    @property
    def p_value(self) -> float:
        """P value of the test; NaN where all were counted and there is nothing to test."""
        return float(self.row["p_value"])

    @property
    def is_one_sided(self) -> bool:
        """Whether chance alone would hardly bring it, or all were counted."""
        return self.p_value < 1 - self.cells.level or str(self.row["test"]) == "counted"

    @property
    def base_number(self) -> Number:
        """How many answered both times."""
        return self._counted("n_matched", self.key)

    def count(self, column: str) -> Number:
        """Count the members that ``gained`` or ``lost``, none of them in words."""
        count = int(self.row[column])
        words = Text(f"{count}家", f"{count:,}") if count else Text("没有单位", "none")
        return Number(words, float(count), self.key, column)


@dataclass(frozen=True)
class Comparison:
    """One test of whether the segments of a dimension differ by more than chance.

    Attributes
    ----------
    row : mapping
        The row of frame `comparisons`.
    cells : Cells
        The collection it is of.
    """

    row: Mapping[str, Any]
    cells: Cells = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """Key of the comparison, ``2023/staff_total/kind/*``."""
        return estimate_key(
            str(self.row["wave"]), str(self.row["indicator"]), str(self.row["dimension"]), "*"
        )

    @property
    def p_value(self) -> float:
        """P value adjusted for the number of tests; NaN where nothing was tested."""
        return float(self.row["p_adjusted"])

    @property
    def is_tested(self) -> bool:
        """Whether there is a p value."""
        return not math.isnan(self.p_value)

    @property
    def is_significant(self) -> bool:
        """Whether the segments differ by more than chance, at the level of the intervals."""
        return self.p_value < 1 - self.cells.level

    @property
    def differs_as_it_stands(self) -> bool:
        """Whether some two segments of this frame differ, by the interval printed, or more than by chance."""
        return self.is_significant or any(map(excludes_zero, json.loads(self.pairs)))

    @property
    def pairs(self) -> str:
        """The comparisons of two segments each, as JSON."""
        return str(self.row.get("pairs", "[]"))


def excludes_zero(pair: Mapping[str, Any]) -> bool:
    """Return whether the interval of a pair of segments lies wholly above or below zero: they differ."""
    lower, upper = pair.get("lower"), pair.get("upper")
    return lower is not None and upper is not None and (lower > 0 or upper < 0)
