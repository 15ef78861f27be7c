"""Charts that PowerPoint draws itself, to be edited there: bars, lines over the years, dots with intervals.

They hold what is printed and nothing more: each number with its printed digits, nothing for one withheld,
in the chart as in the workbook behind it. Kinds that PowerPoint has no chart for stay pictures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from analysis.words import Number, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pieces import Cell, Chart
    from analysis.words import Lang

__all__ = ["NativeChart", "NativeSeries", "draw_native", "native_chart"]

_COLOURS: Final = ("1F4E79", "B5523B", "2A9D8F", "C77F1A")
_EARLIER: Final = ("A9BDD1", "C9D6E3", "DDE5ED")
_SIZE = 12
_MOST_LINES = 4


@dataclass(frozen=True)
class NativeSeries:
    """One row of bars or one line; None where there is no number to show."""

    name: str
    values: tuple[float | None, ...]
    spans: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class NativeChart:
    """What PowerPoint draws.

    Attributes
    ----------
    kind : {"bars", "lines", "dots"}
    categories : tuple of str
    series : tuple of NativeSeries
    measure : str
        Stands over the chart: measure, unit, whom it describes, base.
    notes : tuple of str
        Stand below it: breaks, signs, the notice of the data.
    decimals : int
        Printed ones.
    """

    kind: str
    categories: tuple[str, ...]
    series: tuple[NativeSeries, ...]
    measure: str
    notes: tuple[str, ...]
    decimals: int


def native_chart(chart: Chart, lang: Lang) -> NativeChart | None:
    """Take from a chart what PowerPoint can draw; None of a kind it cannot."""
    read = {"bars": _bars, "lines": _lines, "dots": _dots}.get(chart.kind)
    if read is None:
        return None
    categories, series = read(chart, lang)
    texts = [
        cell.text.in_(lang)
        for row in chart.rows
        for cell in row
        if isinstance(cell, Number) and _is_level(cell)
    ]
    decimals = max((len(text.partition(".")[2]) for text in texts), default=0)
    notes = tuple(note.in_(lang) for note in chart.notes)
    return NativeChart(
        chart.kind, categories, series, chart.measure.in_(lang) if chart.measure else "", notes, decimals
    )


_Read = tuple[tuple[str, ...], tuple[NativeSeries, ...]]


def _is_level(cell: Cell) -> bool:
    return isinstance(cell, Number) and cell.column == "estimate"


def _value(cell: Cell, lang: Lang) -> float | None:
    """Return a number with its printed digits; None for a sign in its place."""
    if not isinstance(cell, Number):
        return None
    found = re.match(r"-?[\d.]+", cell.text.in_(lang).replace(",", "").replace("−", "-"))
    return float(found[0]) if found else None


def _plain(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Number):
        return cell.text.in_(lang)
    return cell.plain(lang) if isinstance(cell, Phrase) else cell.in_(lang)


def _bars(chart: Chart, lang: Lang) -> _Read:
    columns = [n for n in range(1, len(chart.header)) if any(_is_level(row[n]) for row in chart.rows)]
    latest = columns[0]
    names = tuple(
        _plain(row[0], lang) + ("" if isinstance(row[latest], Number) else f" {row[latest]}")
        for row in chart.rows
    )
    heads = [re.sub(r"\s*[（(].*[)）]$", "", chart.header[n].in_(lang)) for n in columns]
    return names, tuple(
        NativeSeries(head, tuple(_value(row[n], lang) for row in chart.rows))
        for head, n in zip(heads, columns, strict=True)
    )


def _dots(chart: Chart, lang: Lang) -> _Read:
    names = tuple(
        _plain(row[0], lang) + ("" if isinstance(row[1], Number) else f" {row[1]}") for row in chart.rows
    )
    values = tuple(_value(row[1], lang) for row in chart.rows)
    spans = tuple(
        (0.0, 0.0) if value is None or low is None or high is None else (value - low, high - value)
        for value, low, high in (
            (value, _value(row[2], lang), _value(row[3], lang))
            for value, row in zip(values, chart.rows, strict=True)
        )
    )
    return names, (NativeSeries(chart.header[1].in_(lang), values, spans),)


def _lines(chart: Chart, lang: Lang) -> _Read:
    """Return a line for each indicator from break to break, the years at their true distance."""
    years = sorted({int(str(_plain(row[1], "en"))) for row in chart.rows})
    span = range(years[0], years[-1] + 1)
    parts: dict[tuple[str, int], dict[int, float | None]] = {}
    for row in chart.rows:
        name, year = _plain(row[0], lang), int(_plain(row[1], "en"))
        part = sum(year >= int(cut) for cut in chart.breaks)
        parts.setdefault((name, part), {})[year] = _value(row[2], lang)
    series = tuple(
        NativeSeries(name, tuple(points.get(year) for year in span)) for (name, _), points in parts.items()
    )
    return tuple(map(str, span)), series


def draw_native(slide: Any, chart: NativeChart, box: tuple[float, float, float, float]) -> Any:
    """Draw a chart on a slide within a box (left, top, width, height in points), its notes below."""
    x, y, width, height = box
    below = min(len(chart.notes), _MOST_LINES) * _SIZE * 1.25
    data: Any = CategoryChartData(number_format=_format(chart.decimals))  # type: ignore[no-untyped-call]
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.kind == "bars" else XL_CHART_TYPE.LINE_MARKERS
    frame = slide.shapes.add_chart(kind, Pt(x), Pt(y), Pt(width), Pt(height - below), data)
    drawn = frame.chart
    drawn.font.size = Pt(_SIZE)
    drawn.has_title = True
    drawn.chart_title.text_frame.text = chart.measure
    drawn.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(_SIZE)
    names = list(dict.fromkeys(series.name for series in chart.series))
    drawn.has_legend = len(names) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    {"bars": _dress_bars, "lines": _dress_lines, "dots": _dress_dots}[chart.kind](drawn, chart, names)
    if chart.notes:
        _write_notes(slide, chart.notes, (x, y + height - below, width, below))
    return frame


def _rgb(colour: str) -> Any:
    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _write_notes(slide: Any, notes: Sequence[str], box: tuple[float, float, float, float]) -> None:
    frame = slide.shapes.add_textbox(*(Pt(value) for value in box)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for place, note in enumerate(notes):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size = note, Pt(_SIZE)


def _dress_bars(drawn: Any, chart: NativeChart, _: Sequence[str]) -> None:
    """Order bars from the top, the latest wave dark, values at their ends, no axis of numbers."""
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 45, 0
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = _format(chart.decimals), False
    labels.font.size = Pt(_SIZE)
    drawn.category_axis.reverse_order = True
    drawn.category_axis.format.line.color.rgb = _rgb("8A949E")
    drawn.value_axis.visible = drawn.value_axis.has_major_gridlines = False
    drawn.value_axis.minimum_scale = 0
    for place, series in enumerate(plot.series):
        series.format.fill.solid()
        colour = _COLOURS[0] if place == 0 else _EARLIER[min(place - 1, len(_EARLIER) - 1)]
        series.format.fill.fore_color.rgb = _rgb(colour)


def _dress_lines(drawn: Any, chart: NativeChart, names: Sequence[str]) -> None:
    """Give the parts of a line between breaks one colour, and the last point its number."""
    _dress_axes(drawn, chart)
    for series, own in zip(drawn.plots[0].series, chart.series, strict=True):
        colour = _rgb(_COLOURS[names.index(own.name) % len(_COLOURS)])
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = colour, Pt(2.25)
        series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 7
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
        if own.values[-1] is not None:
            label = series.points[len(own.values) - 1].data_label
            label.has_text_frame = True
            label.text_frame.text = f"{own.values[-1]:,.{chart.decimals}f}"
            label.text_frame.paragraphs[0].runs[0].font.size = Pt(_SIZE)


def _dress_dots(drawn: Any, chart: NativeChart, _: Sequence[str]) -> None:
    """Leave the dots unjoined, each with its interval and its number."""
    _dress_axes(drawn, chart)
    (series,), (own,) = list(drawn.plots[0].series), chart.series
    colour = _rgb(_COLOURS[0])
    series.format.line.fill.background()
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 9
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour
    plot = drawn.plots[0]
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = _format(chart.decimals), False
    plot.data_labels.font.size = Pt(_SIZE)
    series._element.insert_element_before(  # noqa: SLF001 - error bars are not in python-pptx's reach
        _error_bars(own.spans, chart.decimals), "c:cat", "c:val", "c:smooth", "c:extLst"
    )


def _dress_axes(drawn: Any, chart: NativeChart) -> None:
    axis = drawn.value_axis
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = _rgb("E4E7EB")
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _format(chart.decimals), False
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    values = [value for series in chart.series for value in series.values if value is not None]
    reach = [below for series in chart.series for below, _ in series.spans]
    low, high = min(values) - max(reach, default=0.0), max(values)
    room = (high - low or 1.0) * 0.15
    if low > room:  # a line may begin above zero; bars never do
        axis.minimum_scale = round(low - room, chart.decimals)


def _error_bars(spans: Sequence[tuple[float, float]], decimals: int) -> Any:
    def points(side: int) -> str:
        inner = "".join(
            f'<c:pt idx="{n}"><c:v>{span[side]:.{decimals}f}</c:v></c:pt>' for n, span in enumerate(spans)
        )
        return (
            f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(spans)}"/>{inner}</c:numLit>'
        )

    return parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="both"/>'
        f'<c:errValType val="cust"/><c:noEndCap val="1"/><c:plus>{points(1)}</c:plus>'
        f'<c:minus>{points(0)}</c:minus><c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{_COLOURS[0]}"/>'
        "</a:solidFill></a:ln></c:spPr></c:errBars>"
    )
