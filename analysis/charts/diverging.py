"""Ordered classes as bars to both sides of a middle: what is below it goes left, what is above it right.

With an odd number of classes the one in the middle lies across the line; with an even number the line runs
between the two in the middle.

References
----------
Heiberger & Robbins (2014), Design of diverging stacked bar charts for Likert scales and other applications,
Journal of Statistical Software 57(5). doi:10.18637/jss.v057.i05
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.alt_texts import extremes, fill, joined, nothing_to_draw, said
from analysis.charts.chart import DrawnChart, chart, label_mark
from analysis.charts.form import WITHHELD, Entry, Field, Form, Row
from analysis.charts.parts import Bar, bar_name, bars_measure, bars_title, draw_part, parts_table, share_bars
from analysis.charts.style import INK, MUTED, ORDERED
from analysis.model import AnalysisError
from analysis.words import Cell, Cells, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pieces import Head

__all__ = ["diverging"]

_MOST = len(ORDERED)


def diverging(
    cells: Cells, indicators: Sequence[str], rows: Sequence[str], head: Head, *, wave: str = "",
    dimension: str = "total",
) -> DrawnChart:  # fmt: skip
    """Draw shares of ordered classes, one bar a segment of one wave, or one a wave.

    Parameters
    ----------
    cells : Cells
        A bar is drawn from the middle outwards as far as its cells are released; ``[c]`` stands where it
        ends.
    indicators : sequence of str
        The classes from the lowest to the highest, two to seven.
    rows : sequence of str
        Segments from top to bottom; waves, where no dimension is given.
    head : Head
        Without a caption the class in which the bars differ most is named, with its two ends.
    wave, dimension : str
        Of the segments.

    Raises
    ------
    AnalysisError
        If there are too few or too many classes, a row is missing, or every cell is withheld.
    """
    if not 2 <= len(indicators) <= _MOST:  # noqa: PLR2004 - one class has no middle
        raise AnalysisError(
            argument="indicators",
            expected=f"two to {_MOST} ordered classes",
            got=str(len(indicators)),
            remedy="join neighbouring classes",
        )
    places = [(row, "total", "all") if dimension == "total" else (wave, dimension, row) for row in rows]
    known = any(cells.find(part, *place) for part in indicators for place in places)
    bars = share_bars(cells, indicators, rows, wave=wave, dimension=dimension) if known else []
    if not any(map(_pieces, bars)):
        raise nothing_to_draw(
            "diverging bars", head.slug, "a released share of " + ", ".join(indicators),
            "leave the chart out where the wave or the segments give none",
        )  # fmt: skip
    hidden, mark = [_withheld(bar) for bar in bars], [Text.same(WITHHELD)]
    form = Form(
        [Row(bar_name(bar), label=label_mark(bar[0])) for bar in bars], lambda field: _paint(field, bars),
        tall=32.0, names=0.3, small=True,
        ends=(min(_ends(bar)[0] for bar in bars), max(_ends(bar)[1] for bar in bars)),
        before=mark if any(low for low, _ in hidden) else [],
        after=mark if any(high for _, high in hidden) else [],
        key=[
            Entry("s", color, cells.lexicon.name(part))
            for color, part in zip(ORDERED[len(indicators) - 1], indicators, strict=True)
        ],
    )  # fmt: skip
    return chart(
        head,
        lambda: bars_title(bars),
        _alt(bars),
        parts_table(bars),
        form.plan(),
        measure=bars_measure(bars, head),
    )


@dataclass(frozen=True)
class _Piece:
    """Hold one class's part of a bar: where it begins, in which colour."""

    cell: Cell
    start: float
    color: str

    @property
    def end(self) -> float:
        return self.start + self.cell.value


def _pieces(bar: Bar) -> list[_Piece]:
    """Lay the parts of a bar out from the middle to both sides, each side up to its first withheld cell."""
    colors, half = ORDERED[len(bar) - 1], len(bar) // 2
    out, reach = [], 0.0
    if len(bar) % 2:
        middle = bar[half]
        if not middle.is_released:
            return []
        reach = middle.value / 2
        out.append(_Piece(middle, -reach, colors[half]))
    for places, side in ((range(half - 1, -1, -1), -1), (range(len(bar) - half, len(bar)), 1)):
        end = reach
        for place in places:
            if not bar[place].is_released:
                break
            length = bar[place].value
            out.append(_Piece(bar[place], min(side * end, side * (end + length)), colors[place]))
            end += length
    return out


def _ends(bar: Bar) -> tuple[float, float]:
    """Return how far a bar reaches below and above the line."""
    pieces = _pieces(bar)
    return min((one.start for one in pieces), default=0.0), max((one.end for one in pieces), default=0.0)


def _withheld(bar: Bar) -> tuple[bool, bool]:
    """Say whether cells of the lower and of the upper half are withheld; the one in the middle is both."""
    half = (len(bar) + 1) // 2
    low, high = bar[:half], bar[len(bar) - half :]
    return not all(cell.is_released for cell in low), not all(cell.is_released for cell in high)


def _paint(field: Field, bars: Sequence[Bar]) -> None:
    for place, bar in enumerate(bars):
        for piece in _pieces(bar):
            draw_part(field, piece.cell, place, piece.start, piece.color)
        for hidden, end, shift in zip(_withheld(bar), _ends(bar), (-4.0, 4.0), strict=True):
            if hidden:
                field.note(WITHHELD, end, place, shift, size=field.sheet.medium.tick, color=MUTED)
    # a middle class lies across the line, which then shows between the bars alone
    field.axes.axvline(0, color=INK, linewidth=1.0, zorder=0 if len(bars[0]) % 2 else 4, clip_on=False)


def _column(bars: Sequence[Bar], place: int) -> list[tuple[Text, Cell]]:
    """Return the released cells of one class with the names of their bars."""
    return [(bar_name(bar), bar[place]) for bar in bars if bar[place].is_released]


def _alt(bars: Sequence[Bar]) -> Text:
    rows = [
        fill(
            "{name}：{parts}", "{name}: {parts}", name=bar_name(bar),
            parts=joined(
                (
                    fill("{part}{value}", "{part} {value}", part=cell.name, value=said(cell))
                    for cell in bar
                ),
                "、",
                ", ",
            ),
        )
        for bar in bars
    ]  # fmt: skip
    outer = [
        fill("“{part}”{ends}", "{part}: {ends}", part=bars[0][place].name, ends=extremes(column).clause)
        for place in (-1, 0)
        if (column := _column(bars, place))
    ]
    return fill(
        "两侧堆积条形图，各档从“{low}”到“{high}”，以中间为界左右展开。{outer}。各行：{rows}。",
        "Diverging stacked bars of ordered classes, from {low} on the left to {high} on the right. {outer}. "
        "Row by row: {rows}.",
        low=bars[0][0].name, high=bars[0][-1].name, outer=joined(outer), rows=joined(rows),
    )  # fmt: skip
