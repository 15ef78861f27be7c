"""Parts of a whole as one bar for each segment or wave, labelled inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.alt_texts import base_of, extremes, fill, joined, number_of
from analysis.charts.chart import DataTable, DrawnChart, chart, frame_of, label_mark, mark
from analysis.charts.form import WITHHELD, Entry, Field, Form, Row
from analysis.charts.style import MUTED, ORDERED, PAPER, ink_on
from analysis.model import AnalysisError
from analysis.sentences import measure_line, parts_title, running_segment
from analysis.words import BASE_HEAD, Cell, Cells, Phrase, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pieces import Head

__all__ = ["Bar", "bar_name", "bars_measure", "bars_title", "draw_part", "parts", "parts_table", "share_bars"]

Bar = list[Cell]
_HEIGHT = 0.68


def parts(
    cells: Cells, indicators: Sequence[str], rows: Sequence[str], head: Head, *, wave: str = "",
    dimension: str = "total",
) -> DrawnChart:  # fmt: skip
    """Draw shares that make up a whole, one bar a segment of one wave, or one a wave.

    Parameters
    ----------
    cells : Cells
    indicators : sequence of str
        The parts in the order they are stacked, seven at most; drawn from pale to dark in one hue.
    rows : sequence of str
        Segments from top to bottom; waves, where no dimension is given.
    head : Head
        Without a caption the part in which the bars differ most is named, with its two ends.
    wave, dimension : str
        Of the segments.

    Raises
    ------
    AnalysisError
        If there are more parts than colours, or a cell is missing.
    """
    if not 1 <= len(indicators) <= len(ORDERED):
        raise AnalysisError(
            argument="indicators",
            expected=f"one to {len(ORDERED)} parts",
            got=str(len(indicators)),
            remedy="join small parts",
        )
    bars = share_bars(cells, indicators, rows, wave=wave, dimension=dimension)
    longest = max(sum(cell.value for cell in bar if cell.is_released) for bar in bars)
    form = Form(
        [Row(bar_name(bar), label=label_mark(bar[0])) for bar in bars], lambda field: _paint(field, bars),
        tall=32.0, gap=10.0, ends=(0.0, max(longest, 1e-9)),
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


def bars_title(bars: Sequence[Bar]) -> Phrase | Text:
    """State the part in which the bars differ most, by its two ends; of one bar its largest part."""
    known = [bar for bar in bars if any(cell.is_released for cell in bar)]
    if not known:
        return bars[0][0].name
    if len(known) == 1:
        top = max((cell for cell in known[0] if cell.is_released), key=lambda cell: cell.value)
        return parts_title(top.name, ((bar_name(known[0]), top),) * 2, over_time=False)
    columns = [
        [(running_segment(bar_name(bar)), bar[place]) for bar in known if bar[place].is_released]
        for place in range(len(bars[0]))
    ]  # fmt: skip
    over_time = bars[0][0].dimension == "total"
    ends = [_ends(column, over_time=over_time) for column in columns if column]
    first, last = max(ends, key=lambda pair: abs(pair[0][1].value - pair[1][1].value))
    return parts_title(first[1].name, (first, last), over_time=over_time)


def _ends(
    column: Sequence[tuple[Text, Cell]], *, over_time: bool
) -> tuple[tuple[Text, Cell], tuple[Text, Cell]]:
    """Return the first and the last of waves, the highest and the lowest of segments."""
    if over_time:
        in_time = sorted(column, key=lambda one: one[1].wave)
        return in_time[0], in_time[-1]
    found = extremes(column)
    return (found.first, found.high), (found.last, found.low)


def bars_measure(bars: Sequence[Bar], head: Head) -> Phrase:
    """Say what bars of parts show, of whom, from how many answers."""
    return measure_line([cell for bar in bars for cell in bar], head.subject)


def share_bars(
    cells: Cells, indicators: Sequence[str], rows: Sequence[str], *, wave: str, dimension: str
) -> list[Bar]:
    """Return the cells of every bar, none left out.

    Raises
    ------
    AnalysisError
        A bar lacks a part.
    """
    of_waves = dimension == "total"
    grid = [
        [cells.find(part, row) if of_waves else cells.find(part, wave, dimension, row) for part in indicators]
        for row in rows
    ]
    absent = [
        f"{row}/{part}"
        for row, bar in zip(rows, grid, strict=True)
        for part, cell in zip(indicators, bar, strict=True)
        if cell is None
    ]
    if absent:
        raise AnalysisError(
            argument="estimates",
            expected="a row for every part of every bar",
            got="none for " + ", ".join(absent),
            remedy="add the rows or drop the bar",
        )
    return [[cell for cell in bar if cell] for bar in grid]


def bar_name(bar: Bar) -> Text:
    """Name a bar: by its segment, or by its wave."""
    return wave_text(bar[0].wave) if bar[0].dimension == "total" else bar[0].segment_name


def parts_table(bars: Sequence[Bar]) -> DataTable:
    """Return the data of bars: a row a bar, a column a part."""
    first = Text("年份", "Year") if bars[0][0].dimension == "total" else Text("类别", "Segment")
    published = [next((cell for cell in bar if cell.is_released), bar[0]) for bar in bars]
    return DataTable(
        [first, *(cell.name for cell in bars[0]), BASE_HEAD],
        [
            [bar_name(bar), *map(number_of, bar), base_of(one)]
            for bar, one in zip(bars, published, strict=True)
        ],
        frame_of([cell for bar in bars for cell in bar]),
    )


def draw_part(field: Field, cell: Cell, place: int, start: float, color: str) -> None:
    """Draw one part of a bar, with its figure inside where there is room."""
    field.axes.barh(
        place, cell.value, left=start, height=field.thick(_HEIGHT * 32.0), color=color, edgecolor=PAPER,
        linewidth=1.2, gid=mark(cell),
    )  # fmt: skip
    field.inside(
        cell.text.in_(field.sheet.lang), place, start=start, length=cell.value, color=ink_on(color),
        gid=mark(cell),
    )  # fmt: skip


def _paint(field: Field, bars: Sequence[Bar]) -> None:
    for place, bar in enumerate(bars):
        start = 0.0
        for color, cell in zip(ORDERED[len(bar) - 1], bar, strict=True):
            if cell.is_released:
                draw_part(field, cell, place, start, color)
                start += cell.value
        if not all(cell.is_released for cell in bar):
            field.note(WITHHELD, start, place, 4.0, size=field.sheet.medium.tick, color=MUTED)


def _alt(bars: Sequence[Bar]) -> Text:
    rows = [
        fill(
            "{name}：{parts}", "{name}: {parts}", name=bar_name(bar),
            parts=joined(
                (
                    fill("{part}{value}", "{part} {value}", part=cell.name, value=cell.text)
                    for cell in bar
                    if cell.is_released
                ),
                "、",
                ", ",
            ),
        )
        for bar in bars
    ]  # fmt: skip
    return fill(
        "堆积条形图。{ends}{rows}。", "Stacked bars. {ends}{rows}.", ends=_widest(bars), rows=joined(rows)
    )


def _widest(bars: Sequence[Bar]) -> Text:
    """Say in which part the bars differ most, and who is highest and lowest in it; nothing of one bar."""
    found = []
    for place in range(len(bars[0])):
        column = [(bar_name(bar), bar[place]) for bar in bars if bar[place].is_released]
        if len(column) > 1:
            found.append((bars[0][place].name, extremes(column)))
    if not found:
        return Text.same("")
    part, ends = max(found, key=lambda pair: pair[1].spread)
    return fill(
        "差别最大的是“{part}”，{ends}。", "They differ most in {part}: {ends}. ", part=part, ends=ends.clause
    )
