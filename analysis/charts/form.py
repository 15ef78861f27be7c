"""What charts of rows share: names at the left, a scale with marks, values at the right, a key and heads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from matplotlib.ticker import MaxNLocator

from analysis.charts.chart import LINE, Plan, label_mark, mark
from analysis.charts.style import GRID, INK, fit, text_width, widest
from analysis.model import Status
from analysis.words import Cell, Lang, Text, Unit, decimal_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.charts.style import Medium

__all__ = [
    "KEY_LINE",
    "WITHHELD",
    "Entry",
    "Field",
    "Form",
    "Row",
    "Scale",
    "base_head",
    "key_lines",
    "paint_key",
    "row_of",
    "unit_head",
    "with_base",
]

WITHHELD: Final = "[c]"
KEY_LINE: Final = 17.0
_STEPS = [1, 2, 5, 10]
_NOISE = 1e-6
_MOST_DIGITS = 3
_FEWEST = 4
_FULL = 100.0
_TICK_ROOM = 24.0


@dataclass(frozen=True)
class Scale:
    """A number axis: its ends and the round values marked on it."""

    low: float
    high: float
    ticks: Sequence[float]
    unit: Unit

    @classmethod
    def of(
        cls, numbers: Iterable[float], unit: Unit, marks: int, *, beyond: tuple[float, float] = (0.08, 0.08),
        capped: bool = True,
    ) -> Scale:  # fmt: skip
        """Find the ends of an axis that holds some numbers, and up to `marks` round values on it.

        `beyond` is room below the lowest and above the highest value, as parts of their distance. The axis
        does not go below zero for numbers that are not negative, nor, `capped`, beyond 100 per cent.
        """
        values = [number for number in numbers if not math.isnan(number)]
        least, most = min(values), max(values)
        spread = most - least or abs(most) * 0.1 or 1.0
        low, high = least - beyond[0] * spread, most + beyond[1] * spread
        low = max(0.0, low) if least >= 0 else low
        high = min(high, max(_FULL, most)) if capped and unit.key == "%" else high
        found = MaxNLocator(marks, steps=_STEPS, min_n_ticks=min(marks, _FEWEST)).tick_values(low, high)
        return cls(low, high, [float(tick) for tick in found if low <= tick <= high], unit)

    def labels(self, lang: Lang) -> list[str]:
        """Print the values marked with as many decimals as their distance needs."""
        step = min((after - before for before, after in pairwise(self.ticks)), default=1.0)
        enough = (
            digits
            for digits in range(_MOST_DIGITS)
            if abs(step * 10**digits - round(step * 10**digits)) < _NOISE
        )
        digits = next(enough, _MOST_DIGITS)
        power: Mapping[Lang, int] = {"en": self.unit.en_power}
        return [decimal_text(tick, digits, power=power).in_(lang) for tick in self.ticks]


@dataclass(frozen=True)
class Row:
    """A row of a chart.

    Attributes
    ----------
    name : Text
    value : Text, optional
        What is printed at the right edge: a figure, or the mark of one withheld.
    marks, label : str
        The `gid` of the value, and of the name and the marker before it.
    marker : tuple of str
        Shape and colour of a marker before the name; empty for none.
    color : str
        Of the name.
    """

    name: Text
    value: Text | None = None
    marks: str = ""
    label: str = ""
    marker: tuple[str, ...] = ()
    color: str = INK


def row_of(cell: Cell, name: Text, value: Text, marker: tuple[str, ...] = ()) -> Row:
    """Make the row of a segment's figure; the value of one withheld belongs to the segment alone."""
    label = label_mark(cell)
    return Row(name, value, mark(cell) if cell.is_released else label, label, marker)


@dataclass(frozen=True)
class Entry:
    """An entry of a key: a marker and what it stands for."""

    shape: str
    color: str
    text: Text
    size: float = 8.0
    filled: bool = True
    ink: str = INK


def key_lines(entries: Sequence[Entry], sheet_width: float, lang: Lang, size: float) -> list[list[str]]:
    """Break the texts of a key into lines as wide as the chart."""
    lines: list[list[str]] = []
    x = 0.0
    for entry in entries:
        (text,) = fit(entry.text.in_(lang), sheet_width - 24, size, lang, lines=1)
        need = 13 + text_width(text, size)
        if not lines or x + need > sheet_width - 4:
            lines.append([])
            x = 0.0
        lines[-1].append(text)
        x += need + 18
    return lines


def paint_key(sheet: Sheet, entries: Sequence[Entry], left: float = 0.0, top: float = 0.0) -> None:
    """Draw a key from `left` on, line by line."""
    size, rest = sheet.medium.tick, iter(entries)
    for line, texts in enumerate(key_lines(entries, sheet.width - left, sheet.lang, size)):
        x, y = left + 4, top + sheet.medium.points(line * KEY_LINE + 10.5)
        for text in texts:
            entry = next(rest)
            sheet.dot(x, y, entry.shape, entry.color, size=entry.size, filled=entry.filled)
            sheet.write(x + 9, y + size * 0.36, text, color=entry.ink)
            x += 13 + text_width(text, size) + 18


@dataclass(frozen=True)
class Field:
    """The axes of a chart of rows, on which a kind draws its marks; row by row from 0."""

    axes: Axes
    sheet: Sheet
    width: float
    tall: float

    def thick(self, points: float) -> float:
        """Return a height on the paper as a part of a row."""
        return self.sheet.medium.points(points) / self.tall

    @property
    def per_point(self) -> float:
        """How much of the scale lies on one point of the paper."""
        low, high = self.axes.get_xlim()
        return float(high - low) / self.width

    def note(
        self, text: str, x: float, place: float, shift: float, *, size: float = 0.0, color: str = INK,
        gid: str | None = None,
    ) -> None:  # fmt: skip
        """Write beside the end of a mark: to its right, with a negative shift in points to its left."""
        self.axes.annotate(
            text, (x, place), (shift, 0), textcoords="offset points", ha="left" if shift >= 0 else "right",
            va="center_baseline", size=size or self.sheet.medium.label, color=color, annotation_clip=False,
            gid=gid,
        )  # fmt: skip

    def inside(self, text: str, place: float, *, start: float, length: float, color: str, gid: str) -> None:
        """Write in the middle of a bar, where it is long enough."""
        size = self.sheet.medium.tick
        if text_width(text, size) + 5 <= length / self.per_point:
            self.axes.text(
                start + length / 2, place, text, ha="center", va="center_baseline", size=size, color=color,
                gid=gid, zorder=5,
            )  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A chart of rows; what it holds is the same in every medium, where it stands is worked out for each.

    Attributes
    ----------
    rows : sequence of Row
    paint : callable
        Draws the marks.
    tall : float
        Least height of a row, in points at labels of 11.
    names : float
        How much of the width names may take where they stand beside their marks.
    gap, edge : float
        Room behind the names, and before the values.
    scale : callable, optional
        Finds the axis for so many marks; without one `ends` are the ends of an axis that is not drawn.
    ends : tuple of float
    before, after : sequence of Text
        What stands to the left and right of marks, for which there must be room within the chart.
    small : bool
        Whether that is written in the size of a tick.
    key : sequence of Entry
    heads : tuple of Text, optional
        What is written over the names and over the values.
    top : float
        Room between the heads and the rows, for what a kind writes there itself.
    baseline : bool
        Whether a line stands where the scale begins, with the names beside it.
    """

    rows: Sequence[Row]
    paint: Callable[[Field], None]
    tall: float = 30.0
    names: float = 0.36
    gap: float = 12.0
    edge: float = 18.0
    scale: Callable[[int], Scale] | None = None
    ends: tuple[float, float] = (0.0, 1.0)
    before: Sequence[Text] = ()
    after: Sequence[Text] = ()
    small: bool = False
    key: Sequence[Entry] = ()
    heads: tuple[Text, Text] | None = None
    top: float = 0.0
    baseline: bool = False

    def plan(self, notes: Sequence[Text] = (), kind: str = "") -> Plan:
        """Return how it is drawn."""
        return Plan(lambda lang, medium: _Layout(self, lang, medium).height, self._paint, notes, kind)

    def _paint(self, sheet: Sheet) -> None:
        at = _Layout(self, sheet.lang, sheet.medium)
        paint_key(sheet, self.key, left=at.key_left)
        field = Field(_axes(sheet, self, at), sheet, at.right - at.left, at.tall)
        self.paint(field)
        if self.heads:
            name, value = (text.in_(sheet.lang) for text in self.heads)
            line = at.heads - sheet.medium.points(6)
            sheet.write(2, line, name)
            sheet.write(sheet.width - 2, line, value, ha="right")
        for place, (row, lines) in enumerate(zip(self.rows, at.lines, strict=True)):
            _name(sheet, self, at, place, lines)
            if row.value is not None:
                y = at.middle(place) + sheet.medium.label * 0.36
                sheet.write(
                    sheet.width - 2, y, row.value.in_(sheet.lang), size=sheet.medium.label, color=INK,
                    ha="right", gid=row.marks or None,
                )  # fmt: skip


class _Layout:
    """Where the parts of a form stand in one language and medium, in points."""

    def __init__(self, form: Form, lang: Lang, medium: Medium) -> None:
        self.narrow, self.rows = medium.narrow, len(form.rows)
        marker = medium.points(15.0) if any(row.marker for row in form.rows) else 0.0
        small = medium.tick if form.small else medium.label
        room = medium.width - marker - 4 if medium.narrow else medium.width * form.names
        self.lines = [fit(row.name.in_(lang), room, medium.label, lang, lines=3) for row in form.rows]
        lines = max((len(one) for one in self.lines), default=1)
        self.block = lines * medium.label * LINE + medium.points(9 if medium.narrow else 7)
        least = medium.points(form.tall)
        self.tall = self.block + least * 0.8 if medium.narrow else max(least, self.block)
        before, after = (
            widest([[text.in_(lang) for text in texts]], small) + 10 if texts else 0.0
            for texts in (form.before, form.after)
        )
        tick = medium.points(16.0) if form.scale else 4.0  # half of its label hangs over the end of the scale
        names = tick if medium.narrow else marker + widest(self.lines, medium.label) + form.gap
        values = [row.value.in_(lang) for row in form.rows if row.value is not None]
        self.left = names + before
        self.right = medium.width - (widest([values], medium.label) + form.edge if values else after or tick)
        # a key stands over the marks where a line divides them from their names
        self.key_left = self.left - before if form.baseline and not medium.narrow else 0.0
        keys = key_lines(form.key, medium.width - self.key_left, lang, medium.tick)
        key = KEY_LINE * len(keys) + 8 if keys else 0.0
        self.heads = medium.points(key + (20 if form.heads else 0))
        self.top = self.heads + medium.points(form.top)
        self.bottom = self.top + self.tall * self.rows
        self.height = self.bottom + medium.points(_TICK_ROOM if form.scale else 5.0)
        self.marks = max(2, min(6, int((self.right - self.left) / medium.points(50.0))))
        # where names stand above their marks, a mark stands in the lower part of its row
        self.shift = self.block / self.tall / 2 if medium.narrow else 0.0

    def middle(self, place: int) -> float:
        """Return the height of a row's mark."""
        return self.top + self.tall * (place + 0.5 + self.shift)


def _axes(sheet: Sheet, form: Form, at: _Layout) -> Axes:
    axes = sheet.axes(at.left, at.top, at.right, at.bottom)
    axes.set(yticks=[], xlabel="", ylabel="")
    axes.set_ylim(at.rows - 0.5 - at.shift, -0.5 - at.shift)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(form.baseline)
    if form.scale is None:
        low, high = form.ends
        axes.set(xlim=(low, high if high > low else low + 1), xticks=[])
        return axes
    scale = form.scale(at.marks)
    sign = "%" if scale.unit.key == "%" else ""
    axes.set_xlim(scale.low, scale.high)
    axes.set_xticks(scale.ticks, [label + sign for label in scale.labels(sheet.lang)])
    axes.grid(axis="x")
    axes.axhline(at.rows - 0.5 - at.shift, color=GRID, linewidth=0.8)
    return axes


def _name(sheet: Sheet, form: Form, at: _Layout, place: int, lines: Sequence[str]) -> None:
    row, medium = form.rows[place], sheet.medium
    beside = form.baseline and not medium.narrow
    middle = at.middle(place)
    if medium.narrow:
        # the space lies above a name, so that it is read with the mark below it
        middle = at.top + at.tall * place + at.block - len(lines) * medium.label * LINE / 2
    x = at.left - 8 if beside else 0.0
    if row.marker:
        shape, color = row.marker
        sheet.dot(medium.points(6), middle, shape, color, gid=row.label)
        x = medium.points(15)
    sheet.lines(
        x, middle, lines, color=row.color, ha="right" if beside else "left", gid=row.label or None,
        cover=medium.narrow,
    )  # fmt: skip


# The heads that several kinds write alike.


def base_head() -> Text:
    """Return the head over segments with their bases."""
    return Text("类别（答复单位数）", "Segment (base)")


def with_base(cell: Cell) -> Text:
    """Name a cell's segment, and its base behind the name unless the figure is withheld."""
    name = cell.segment_name
    if cell.status is Status.SUPPRESSED:
        return name
    count = decimal_text(cell.base, 0)
    return Text(f"{name.zh}（{count.zh}）", f"{name.en} ({count.en})")


def unit_head(unit: Unit) -> Text:
    """Name a unit over an axis or a column."""
    return Text(f"单位：{unit.zh}", unit.en if unit.en == "%" else f"in {unit.en}")
