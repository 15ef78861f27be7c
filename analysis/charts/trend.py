"""Lines over the waves: unequal years, breaks in the series, earlier published figures."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.charts.alt_texts import capital, fill, joined
from analysis.charts.chart import LINE, DataTable, DrawnChart, Plan, chart, mark
from analysis.charts.form import KEY_LINE, Entry, Scale, paint_key
from analysis.charts.style import MUTED, PAPER, SERIES, SERIES_TEXT, fit, text_width, widest
from analysis.charts.time_axis import (
    Break,
    breaks_alt,
    breaks_noted,
    is_printed,
    join_points,
    mark_breaks,
    paint_years,
    point,
    points_of,
    whisker,
)
from analysis.model import AnalysisError
from analysis.words import Cell, Cells, Phrase, Text, compose, decimal_text, join, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.charts.style import Medium
    from analysis.pieces import Head
    from analysis.words import Lang

__all__ = ["bare", "trend"]

_TOP, _BODY, _YEARS = 30.0, 168.0, 24.0
_NAMES = 0.42
_REQUIRED = (
    "indicator", "wave", "estimate", "lower", "upper", "source", "break_before", "break_note_zh",
    "break_note_en",
)  # fmt: skip

_Lines = dict[str, list[Cell]]


def trend(cells: Cells, indicators: Sequence[str], head: Head) -> DrawnChart:
    """Draw up to four indicators of one unit over the years.

    Years stand at their true distance; a line over years without a figure is dotted. Before a break the line
    stops and a numbered mark stands in the gap, explained below. Earlier published figures are open markers;
    intervals are whiskers where they are known.

    Parameters
    ----------
    cells : Cells
        Its `series` is read.
    indicators : sequence of str
    head : Head
        Without a caption the last figures are named.
    """
    lines = _points(cells, indicators)
    units = {cells.lexicon.measure(indicator).unit for indicator in indicators}
    if len(units) != 1:
        raise AnalysisError(
            argument="indicators",
            expected="indicators of one unit",
            got=", ".join(sorted(units)),
            remedy="draw one chart for each unit",
        )
    breaks = _breaks(lines)
    header = [Text("指标", "Indicator"), Text("年份", "Year"), Text("数值", "Value"), Text("来源", "Source")]
    table = DataTable(
        header,
        [
            [cell.name, wave_text(cell.wave), cell.number, _source(cell)]
            for points in lines.values()
            for cell in points
        ],
        cells.series[cells.series["indicator"].isin(list(indicators))],
    )
    plan = Plan(
        lambda lang, medium: _top(lines, lang, medium) + medium.points(_BODY + _YEARS),
        lambda sheet: _paint(sheet, lines, breaks),
        breaks_noted(breaks),
    )
    return chart(head, lambda: _finding(lines), _alt(lines, breaks), table, plan)


def _points(cells: Cells, indicators: Sequence[str]) -> _Lines:
    series = cells.series
    missing = [column for column in _REQUIRED if column not in series.columns]
    if missing or not 1 <= len(indicators) <= len(SERIES):
        raise AnalysisError(
            argument="series" if missing else "indicators",
            expected="columns " + ", ".join(_REQUIRED) if missing else f"one to {len(SERIES)} indicators",
            got="none called " + ", ".join(missing) if missing else str(len(indicators)),
            remedy="pass the series frame whole" if missing else "draw several charts",
        )
    out: _Lines = {}
    for indicator in indicators:
        points = points_of(cells, indicator)
        if not points or len({cell.wave for cell in points}) != len(points):
            raise AnalysisError(
                argument="series",
                expected=f"one figure of {indicator} a year",
                got="several in a year" if points else "none",
                remedy="choose the figure to draw",
            )
        out[indicator] = points
    return out


def _breaks(lines: _Lines) -> list[Break]:
    """Find every break, in order of time; the same break of two series stands once.

    A series without a figure for the year of a change breaks later: its gap takes in the mark of the others.
    """
    gaps = sorted(
        (
            (cell.wave, before.wave, Text(str(cell.row["break_note_zh"]), str(cell.row["break_note_en"])))
            for points in lines.values()
            for before, cell in pairwise(points)
            if _breaks_before(cell)
        ),
        key=lambda gap: gap[0],
    )
    found: dict[str, Text] = {}
    for wave, before, note in gaps:
        if not any(before < other <= wave and known == note for other, known in found.items()):
            found.setdefault(wave, note)
    return [Break(wave, note) for wave, note in sorted(found.items())]


def _breaks_before(cell: Cell) -> bool:
    return bool(cell.row["break_before"])


def _source(cell: Cell) -> Text:
    return Text("以往公布", "as published") if is_printed(cell) else Text("本次测算", "from the returns")


def _key(lines: _Lines) -> list[Entry]:
    """Say what open markers and whiskers mean, where there are any."""
    every = [cell for points in lines.values() for cell in points]
    printed = {is_printed(cell): cell for cell in every}
    out = []
    if True in printed:
        out = [Entry("o", MUTED, _source(printed[False]), 5.5, ink=MUTED)] if False in printed else []
        out.append(Entry("o", MUTED, _source(printed[True]), 5.5, filled=False, ink=MUTED))
    if any(cell.interval for cell in every):
        out.append(Entry("|", MUTED, Text("置信区间", "interval"), 10.0, ink=MUTED))
    return out


def _unit(lines: _Lines) -> Text:
    first, waves = next(iter(lines)), [cell.wave for points in lines.values() for cell in points]
    unit = next(iter(lines.values()))[0].cells.lexicon.unit_over(first, waves)
    return Text(f"单位：{unit.zh}", unit.en if unit.en == "%" else unit.en[:1].upper() + unit.en[1:])


def _beside(lines: _Lines, lang: Lang, medium: Medium) -> bool:
    """Whether the key stands beside the unit, and not below it."""
    size = medium.tick
    key = sum(text_width(entry.text.in_(lang), size) + 31 for entry in _key(lines))
    return text_width(_unit(lines).in_(lang), size) + key < medium.width


def _top(lines: _Lines, lang: Lang, medium: Medium) -> float:
    return medium.points(_TOP + (0 if _beside(lines, lang, medium) else KEY_LINE))


def _paint(sheet: Sheet, lines: _Lines, breaks: Sequence[Break]) -> None:
    lang, medium, top = sheet.lang, sheet.medium, _top(lines, sheet.lang, sheet.medium)
    ends = {indicator: _end(points[-1], len(lines) > 1, sheet) for indicator, points in lines.items()}
    right = sheet.width - widest(list(ends.values()), medium.label) - 14
    every = [cell for points in lines.values() for cell in points]
    numbers = [value for cell in every for value in (cell.value, *(cell.interval or ()))]
    unit = every[0].cells.lexicon.unit(every[0].indicator)
    scale = Scale.of(numbers, unit, 7, beyond=(0.2, 0.16), capped=False)
    labels = scale.labels(lang)
    left = widest([labels], medium.tick) + 10
    axes = sheet.axes(left, top, right, top + medium.points(_BODY))
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(scale.ticks, labels)
    paint_years(sheet, axes, {cell.wave for cell in every}, right - left, edges=(0.04, 0.02))
    axes.grid(axis="y")
    for place, points in enumerate(lines.values()):
        join_points(axes, points, lambda _, cell: _breaks_before(cell), SERIES[place], 2.0)
        for cell in points:
            whisker(axes, cell, SERIES[place], width=1.2, alpha=0.75)
            point(
                axes, cell, SERIES[place], size=7 if cell is points[-1] else 5,
                face=PAPER if is_printed(cell) else "",
            )  # fmt: skip
    if len(lines) == 1:
        _label_extremes(axes, sheet, every)
    mark_breaks(axes, breaks, {cell.wave for cell in every}, medium)
    _label_ends(axes, sheet, lines, ends)
    sheet.write(2, medium.points(13), _unit(lines).in_(lang))
    key = _key(lines)
    wide = sum(text_width(entry.text.in_(lang), medium.tick) + 31 for entry in key) - 18
    beside = _beside(lines, lang, medium)
    paint_key(
        sheet, key, left=sheet.width - 4 - wide if beside else 0.0,
        top=medium.points(-1.0 if beside else KEY_LINE - 1),
    )  # fmt: skip


def _end(cell: Cell, several: bool, sheet: Sheet) -> list[str]:
    """Write the last value of a line, with its name where there are several."""
    lang, medium = sheet.lang, sheet.medium
    value = cell.text.in_(lang)
    if not several:
        return fit(value, medium.width * _NAMES, medium.label, lang)
    share = 0.3 if medium.narrow else _NAMES
    whole = f"{cell.name.in_(lang)} {value}"
    if text_width(whole, medium.label) <= medium.width * share:
        return [whole]
    return [*fit(cell.name.in_(lang), medium.width * share, medium.label, lang), value]


def _label_ends(axes: Axes, sheet: Sheet, lines: _Lines, ends: Mapping[str, Sequence[str]]) -> None:
    """Write each line's name and last value beside its end, moved apart where they would touch."""
    low, high = axes.get_ylim()
    per_point = (high - low) / sheet.medium.points(_BODY)
    last = max(int(points[-1].wave) for points in lines.values())
    half = {
        indicator: ((len(words) - 1) * LINE + 1.3) * sheet.medium.label * per_point / 2
        for indicator, words in ends.items()
    }
    levels: dict[str, float] = {}
    free = -math.inf
    for indicator in sorted(lines, key=lambda indicator: lines[indicator][-1].value):
        levels[indicator] = max(lines[indicator][-1].value, free + half[indicator])
        free = levels[indicator] + half[indicator]
    above = max(0.0, free - high)  # names do not run into the key
    for indicator, level in levels.items():
        words = ends[indicator]
        for place, line in enumerate(words):
            below = (place - (len(words) - 1) / 2) * sheet.medium.label * LINE
            axes.annotate(
                line, (last, level - above), (9, -below), textcoords="offset points", va="center_baseline",
                color=SERIES_TEXT[list(lines).index(indicator)], size=sheet.medium.label,
                annotation_clip=False, gid=mark(lines[indicator][-1]),
            )  # fmt: skip


def _label_extremes(axes: Axes, sheet: Sheet, points: Sequence[Cell]) -> None:
    """Label the first, highest and lowest point of a lone line; the last one has its label at the end."""
    inner = sorted(range(len(points) - 1), key=lambda place: points[place].value)
    for place in dict.fromkeys([0, inner[0], inner[-1]] if inner else []):
        cell = points[place]
        beside = [other.value for other in _neighbours(points, place)]
        above = cell.value >= max(beside, default=-math.inf)
        low, high = cell.interval or (cell.value, cell.value)
        side, shift = _side(points, place)
        axes.annotate(
            bare(cell).in_(sheet.lang), (int(cell.wave), high if above else low), (shift, 7 if above else -7),
            textcoords="offset points", ha=side, va="bottom" if above else "top", size=sheet.medium.tick,
            color=MUTED, annotation_clip=False, gid=mark(cell),
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _neighbours(points: Sequence[Cell], place: int) -> list[Cell]:
    """Return the points a point is joined to; a break joins nothing."""
    before = points[place - 1 : place] if place and not _breaks_before(points[place]) else []
    after = [cell for cell in points[place + 1 : place + 2] if not _breaks_before(cell)]
    return [*before, *after]


def bare(cell: Cell) -> Text:
    """Print a figure without the word of its unit, which stands over the axis."""
    if cell.unit.key == "%":
        return cell.text
    return decimal_text(cell.value, cell.measure.digits, power={"en": cell.unit.en_power})


def _side(points: Sequence[Cell], place: int) -> tuple[str, float]:
    """Keep a label clear of the axis and of the marks of breaks: (alignment, shift in points)."""
    if place == 0 or _breaks_before(points[place]):
        return "left", -4.0
    if _breaks_before(points[place + 1]):
        return "right", 5.0
    return "center", 0.0


def _finding(lines: _Lines) -> Phrase:
    told = [
        compose(
            Text("{wave}{label}为{value}", "{label} was {value} in {wave}"),
            wave=wave_text(points[-1].wave),
            label=points[-1].label if place else capital(points[-1].label),
            value=points[-1].number,
        )
        for place, points in enumerate(lines.values())
    ]
    return join(told, Text("；", "; "), Text("；", "; "))


def _alt(lines: _Lines, breaks: Sequence[Break]) -> Text:
    rows = []
    for points in lines.values():
        ordered = sorted(points, key=lambda cell: cell.value)
        first, last, high, low = points[0], points[-1], ordered[-1], ordered[0]
        rows.append(
            fill(
                "{label}：{w0}{v0}，{w1}{v1}；最高{vh}（{wh}），最低{vl}（{wl}）{since}",
                "{label}: {v0} in {w0}, {v1} in {w1}; highest {vh} ({wh}), lowest {vl} ({wl}){since}",
                label=first.label, w0=wave_text(first.wave), v0=first.text, w1=wave_text(last.wave),
                v1=last.text, wh=wave_text(high.wave), vh=high.text, wl=wave_text(low.wave), vl=low.text,
                since=_since(points),
            )
        )  # fmt: skip
    return fill(
        "折线图。{rows}。{cut}", "Line chart. {rows}.{cut}",
        rows=joined(rows, "。", ". "), cut=breaks_alt(breaks),
    )  # fmt: skip


def _since(points: Sequence[Cell]) -> Text:
    """Give the course since the last break, where there is one and more than a point after it."""
    cut = max((place for place, cell in enumerate(points) if place and _breaks_before(cell)), default=0)
    if not cut or cut == len(points) - 1:
        return Text.same("")
    first, last = points[cut], points[-1]
    return fill(
        "；断点之后由{first}{was}到{last}{now}",
        "; since the last break from {was} in {first} to {now} in {last}",
        first=wave_text(first.wave), was=first.text, last=wave_text(last.wave), now=last.text,
    )  # fmt: skip
