"""Lines over the waves: unequal years, breaks in the series, earlier published figures."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.charts.alt_texts import fill, joined
from analysis.charts.chart import LINE, DataTable, DrawnChart, Plan, chart, mark
from analysis.charts.form import KEY_LINE, Entry, Scale, key_lines, paint_key
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
from analysis.sentences import course_title, items_title, measure_line, worded
from analysis.words import Cell, Cells, Phrase, Text, decimal_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.charts.style import Medium
    from analysis.pieces import Head
    from analysis.words import Lang

__all__ = ["bare", "trend"]

_TOP, _BODY, _YEARS = 12.0, 146.0, 24.0
_NAMES = 0.42
_ROUND = (90.0, 50.0)  # shares that readers know a year by
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
        Without a caption the chart says what changed since the wave before.
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
        "lines",
        [one.wave for one in breaks],
    )
    measure = measure_line([cell for points in lines.values() for cell in points], head.subject)
    return chart(head, lambda: _finding(cells, lines), _alt(lines, breaks), table, plan, measure=measure)


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


def _top(lines: _Lines, lang: Lang, medium: Medium) -> float:
    """Return how far below the subtitle the axes begin: below the key and the numbers of breaks."""
    return medium.points(_TOP + KEY_LINE * len(key_lines(_key(lines), medium.width, lang, medium.tick)))


def _paint(sheet: Sheet, lines: _Lines, breaks: Sequence[Break]) -> None:
    lang, medium, top = sheet.lang, sheet.medium, _top(lines, sheet.lang, sheet.medium)
    ends = {indicator: _end(points[-1], len(lines) > 1, sheet) for indicator, points in lines.items()}
    right = sheet.width - widest(list(ends.values()), medium.label) - 14
    every = [cell for points in lines.values() for cell in points]
    present = [points[-1] for points in lines.values()]
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
            whisker(axes, cell, SERIES[place], width=1.2)
            point(
                axes, cell, SERIES[place], size=7 if cell in present else 5,
                face=PAPER if is_printed(cell) else "",
            )  # fmt: skip
    if len(lines) == 1:
        _label_events(axes, sheet, every)
    mark_breaks(axes, breaks, {cell.wave for cell in every}, medium)
    _label_ends(axes, sheet, lines, ends)
    paint_key(sheet, _key(lines))


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
                line, (int(lines[indicator][-1].wave), level - above), (9, -below),
                textcoords="offset points", va="center_baseline",
                color=SERIES_TEXT[list(lines).index(indicator)], size=sheet.medium.label,
                annotation_clip=False, gid=mark(lines[indicator][-1]),
            )  # fmt: skip


def _events(points: Sequence[Cell]) -> dict[int, Phrase | Text]:
    """Return what is said beside points of a lone line: the first, highest, lowest, a round value passed.

    The last point has its label at the end of the line, whatever it is.
    """
    inner = sorted(range(len(points) - 1), key=lambda place: points[place].value)
    if not inner:
        return {}
    said: dict[int, Phrase | Text] = {0: bare(points[0])}
    low, high = points[inner[0]], points[inner[-1]]
    for place, cell, case in ((inner[0], low, "low"), (inner[-1], high, "peak")):
        extreme = cell.value < points[-1].value if case == "low" else cell.value > points[-1].value
        said[place] = worded("event", case, "key message", value=bare(cell)) if extreme else bare(cell)
    place, limit = _passed(points)
    if place and place not in said:
        said[place] = worded("event", "passed", "key message", round=Text.same(f"{limit:g}%"))
    return said


def _passed(points: Sequence[Cell]) -> tuple[int, float]:
    """Return the point from which a share stayed above a round value, and that value; 0 for none."""
    span = _comparable(points)
    for limit in _ROUND if points[-1].unit.key == "%" else ():
        above = [cell.value >= limit for cell in span]
        if above[-1] and not all(above):
            first = len(above) - above[::-1].index(False)
            return len(points) - len(span) + first, limit
    return 0, 0.0


def _label_events(axes: Axes, sheet: Sheet, points: Sequence[Cell]) -> None:
    """Write beside the points of a lone line what happened there."""
    for place, told in _events(points).items():
        if place == len(points) - 1:
            continue
        cell = points[place]
        words = told.in_(sheet.lang) if isinstance(told, Text) else told.plain(sheet.lang)
        beside = [other.value for other in _neighbours(points, place)]
        above = cell.value >= max(beside, default=-math.inf)
        low, high = cell.interval or (cell.value, cell.value)
        side, shift = _side(points, place)
        axes.annotate(
            words, (int(cell.wave), high if above else low), (shift, 7 if above else -7),
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


def _finding(cells: Cells, lines: _Lines) -> Phrase:
    """State what changed since the wave before: of one line its course, of several which moved most."""
    last = max(points[-1].wave for points in lines.values())
    before = [cell.wave for points in lines.values() for cell in points if cell.wave < last]
    base = max(before, default=None)
    if len(lines) > 1:
        return items_title(
            [cell for code in lines if (cell := cells.find(code, last))] or _ends_of(lines), base
        )
    (points,) = lines.values()
    return course_title(cells, _comparable(points), base)


def _ends_of(lines: _Lines) -> list[Cell]:
    return [points[-1] for points in lines.values()]


def _comparable(points: Sequence[Cell]) -> Sequence[Cell]:
    """Return the points since the last break."""
    cut = max((place for place, cell in enumerate(points) if place and _breaks_before(cell)), default=0)
    return points[cut:]


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
    span = _comparable(points)
    if len(span) in {1, len(points)}:
        return Text.same("")
    first, last = span[0], span[-1]
    return fill(
        "；断点之后由{first}{was}到{last}{now}",
        "; since the last break from {was} in {first} to {now} in {last}",
        first=wave_text(first.wave), was=first.text, last=wave_text(last.wave), now=last.text,
    )  # fmt: skip
