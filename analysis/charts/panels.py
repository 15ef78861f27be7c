"""Small multiples: a panel for each segment with its line over the waves, the whole pale behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.charts.alt_texts import (
    base_of,
    capital,
    course,
    extremes,
    fill,
    joined,
    nothing_to_draw,
    number_of,
)
from analysis.charts.chart import LINE, DataTable, DrawnChart, Plan, chart, frame_of, label_mark, mark
from analysis.charts.form import WITHHELD, Scale
from analysis.charts.style import AXIS, INK, MUTED, PAPER, colour_of, fit, marker_of, widest
from analysis.charts.time_axis import (
    Break,
    breaks_alt,
    breaks_noted,
    find_breaks,
    is_broken,
    join_points,
    mark_breaks,
    paint_years,
    point,
    whisker,
)
from analysis.charts.trend import bare
from analysis.sentences import group_title, measure_line
from analysis.words import BASE_HEAD, Cell, Cells, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.charts.style import Medium
    from analysis.pieces import Head
    from analysis.words import Lang

__all__ = ["panels"]

_TOP, _HEAD, _BODY, _YEARS, _GAP = 18.0, 34.0, 92.0, 24.0, 16.0
_WIDE, _FEW, _SCALE = 3, 8, 34.0
_NEAR_ZERO = 0.2


@dataclass(frozen=True)
class _Panels:
    """Hold what is drawn: the cells of each segment and of the whole by time, the breaks between waves."""

    lines: tuple[tuple[Text, tuple[Cell, ...]], ...]
    whole: tuple[Cell, ...]
    waves: tuple[str, ...]
    breaks: tuple[Break, ...]

    @property
    def shown(self) -> list[Cell]:
        """Every released cell of the segments."""
        return [cell for _, line in self.lines for cell in line if cell.is_released]

    @property
    def latest(self) -> list[tuple[Text, Cell]]:
        """The released cells of the last wave that has any, with the names of their segments."""
        last = max(cell.wave for cell in self.shown)
        return [(cell.segment_name, cell) for cell in self.shown if cell.wave == last]

    def columns(self, medium: Medium) -> int:
        """Return how many panels stand side by side."""
        count = len(self.lines)
        wide = _WIDE if (count % _WIDE == 0 or count > _FEW) and not medium.narrow else 2
        return min(count, wide)

    def parted(self, before: Cell, cell: Cell) -> bool:
        """Say whether no line joins two cells."""
        return is_broken(self.breaks, before.wave, cell.wave)


def panels(cells: Cells, indicator: str, order: Sequence[str], head: Head, *, dimension: str) -> DrawnChart:
    """Draw one indicator over the waves in a panel for each segment.

    Years stand at their true distance, and a line over years without a figure is dotted. It stops at a break,
    which a dashed line marks, and at a withheld wave, which ``[c]`` marks. Intervals are whiskers.

    Parameters
    ----------
    cells : Cells
        Its `series` holds the breaks, if any.
    indicator : str
    order : sequence of str
        Segments, in the order of reading.
    head : Head
        Without a caption the chart says whether the segments differ by more than chance.
    dimension : str

    Raises
    ------
    AnalysisError
        If no segment has a released figure.
    """
    table = cells.estimates
    mine = table[(table["indicator"] == indicator) & (table["status"] != "empty")]
    waves = sorted(set(mine.loc[mine["dimension"] == dimension, "wave"]))

    def line(*place: str) -> tuple[Cell, ...]:
        found = (cells.find(indicator, wave, *place) for wave in waves)
        return tuple(cell for cell in found if cell and cell.row["status"] != "empty")

    lines = tuple((cells.lexicon.segment(segment), line(dimension, segment)) for segment in order)
    every = [cell for _, own in lines for cell in own]
    total = line("total", "all")
    frame = frame_of([*every, *total])
    whole = tuple(cell for cell in total if cell.is_released)
    breaks = tuple(find_breaks(cells.series, [indicator], waves)) if waves else ()
    drawn = _Panels(lines, whole, tuple(waves), breaks)
    if not drawn.shown:
        raise nothing_to_draw(
            "small multiples", head.slug, f"a released figure of {indicator} by {dimension}",
            "leave the chart out, or draw a wider dimension",
        )  # fmt: skip
    header = [
        Text("类别", "Segment"), Text("年份", "Year"), Text("数值", "Value"), BASE_HEAD,
    ]  # fmt: skip
    rows = [
        [cell.segment_name, wave_text(cell.wave), number_of(cell), base_of(cell)]
        for cell in (*every, *drawn.whole)
    ]
    plan = Plan(
        lambda lang, medium: _height(drawn, lang, medium),
        lambda sheet: _paint(sheet, drawn),
        breaks_noted(drawn.breaks),
    )
    last = drawn.latest[0][1]
    groups = [cell for _, cell in drawn.latest]
    return chart(
        head, lambda: group_title(groups),
        _alt(drawn, indicator, cells), DataTable(header, rows, frame), plan,
        measure=measure_line([last], head.subject),
    )  # fmt: skip


def _heads(drawn: _Panels, lang: Lang, medium: Medium) -> list[list[str]]:
    """Break the names over the panels into lines."""
    columns = drawn.columns(medium)
    wide = (medium.width - _SCALE - (columns - 1) * _GAP) / columns
    return [fit(name.in_(lang), wide - medium.points(16), medium.label, lang) for name, _ in drawn.lines]


def _tall(drawn: _Panels, lang: Lang, medium: Medium) -> tuple[float, float]:
    """Return the height of a panel's head, and of the whole panel."""
    lines = max(map(len, _heads(drawn, lang, medium)))
    head = medium.points(_HEAD) + (lines - 1) * medium.label * LINE
    return head, head + medium.points(_BODY + _YEARS)


def _height(drawn: _Panels, lang: Lang, medium: Medium) -> float:
    lines = math.ceil(len(drawn.lines) / drawn.columns(medium))
    return medium.points(_TOP) + lines * _tall(drawn, lang, medium)[1]


def _scale(drawn: _Panels) -> Scale:
    every = [*drawn.shown, *drawn.whole]
    numbers = [value for cell in every for value in (cell.value, *(cell.interval or ()))]
    scale = Scale.of(numbers, drawn.shown[0].unit, 4, beyond=(0.1, 0.12))
    if 0 < scale.low < _NEAR_ZERO * scale.high:
        # the line below a panel is read as zero where zero is near
        return Scale(0.0, scale.high, [0.0, *scale.ticks], scale.unit)
    return scale


def _paint(sheet: Sheet, drawn: _Panels) -> None:
    lang, medium, scale = sheet.lang, sheet.medium, _scale(drawn)
    labels, columns = scale.labels(lang), drawn.columns(medium)
    left = max(widest([labels], medium.tick) + 8, _SCALE)
    (head, tall), heads = _tall(drawn, lang, medium), _heads(drawn, lang, medium)
    wide = (sheet.width - left - (columns - 1) * _GAP) / columns
    sheet.write(0, medium.points(11), _grey_line(drawn.shown[0]).in_(lang))
    for place, (_, line) in enumerate(drawn.lines):
        down, across = divmod(place, columns)
        x, top = left + across * (wide + _GAP), medium.points(_TOP) + down * tall
        values = widest([[_last(drawn, line).in_(lang)]], medium.label) + 10
        axes = sheet.axes(x, top + head, x + wide - values, top + head + medium.points(_BODY))
        axes.set(ylim=(scale.low, scale.high), xlabel="", ylabel="")
        axes.set_yticks(scale.ticks, labels if across == 0 else [""] * len(labels))
        paint_years(sheet, axes, drawn.waves, wide - values, edges=(0.05, 0.05), first=True)
        axes.grid(axis="y")
        _panel(axes, sheet, drawn, place)
        if not line:
            continue
        gid, middle = label_mark(line[0]), top + medium.points(10)
        shift = (len(heads[place]) - 1) * medium.label * LINE / 2
        sheet.dot(x + 5, middle, marker_of(line[0], place), colour_of(line[0], place), gid=gid)
        sheet.lines(x + medium.points(14), middle + shift, heads[place], gid=gid)


def _grey_line(cell: Cell) -> Text:
    whole = cell.cells.lexicon.whole(cell.indicator)
    return Text(f"灰线为{whole.zh}", f"Grey line: {whole.en.lower()}")


def _last(drawn: _Panels, line: Sequence[Cell]) -> Text:
    """Print a segment's figure of the last wave: ``[c]`` where withheld, nothing where there is none."""
    if not line or line[-1].wave != drawn.waves[-1]:
        return Text.same("")
    return bare(line[-1]) if line[-1].is_released else Text.same(WITHHELD)


def _panel(axes: Axes, sheet: Sheet, drawn: _Panels, place: int) -> None:
    join_points(axes, drawn.whole, drawn.parted, AXIS, 1.3)
    axes.plot(
        [int(cell.wave) for cell in drawn.whole], [cell.value for cell in drawn.whole], linestyle="none",
        marker="o", markersize=2.4, color=AXIS, zorder=2,
    )  # fmt: skip
    line, floor = drawn.lines[place][1], axes.get_ylim()[0]
    shown = [cell for cell in line if cell.is_released]
    if shown:
        color, shape = colour_of(shown[0], place), marker_of(shown[0], place)
        join_points(axes, shown, drawn.parted, color, 2.0)
        for cell in shown:
            whisker(axes, cell, color, width=1.6)
            point(axes, cell, color, size=5.5, shape=shape, edge=PAPER)
    mark_breaks(axes, drawn.breaks, drawn.waves, sheet.medium)
    for cell in line:
        last = cell.wave == drawn.waves[-1]
        if cell.is_released and last:
            axes.annotate(
                bare(cell).in_(sheet.lang), (int(cell.wave), cell.value), (8, 0), va="center_baseline",
                textcoords="offset points", size=sheet.medium.label, color=INK, annotation_clip=False,
                gid=mark(cell),
            )  # fmt: skip
        elif not cell.is_released:
            axes.annotate(
                WITHHELD, (int(cell.wave), floor), (8, 0) if last else (0, 3), va="bottom",
                textcoords="offset points", ha="left" if last else "center", annotation_clip=False,
                size=sheet.medium.label if last else sheet.medium.tick, color=INK if last else MUTED,
            )  # fmt: skip


def _alt(drawn: _Panels, indicator: str, cells: Cells) -> Text:
    lines = [*drawn.lines, (cells.lexicon.whole(indicator), drawn.whole)]
    rows = [
        fill(
            "{name}：{course}", "{name}: {course}", name=name,
            course=course(line) if line else Text("无数据", "no figures"),
        )
        for name, line in lines
    ]  # fmt: skip
    label, now = cells.lexicon.subject(indicator), drawn.latest
    return fill(
        "分面折线图，{label}，每类单位一幅，同一刻度。{wave}{ends}。{rows}。{cut}",
        "Small multiples, one panel a group on one scale. {label}; in {wave} {ends}. {rows}.{cut}",
        label=capital(Text(label.zh, label.en.rstrip(","))), wave=wave_text(now[0][1].wave),
        ends=extremes(now).clause, rows=joined(rows), cut=breaks_alt(drawn.breaks),
    )  # fmt: skip
