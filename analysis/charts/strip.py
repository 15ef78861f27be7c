"""Benchmark strips: the quartiles and the median of each group on one scale, with one's own mark if wanted.

A band runs from the lower to the upper quartile, as far as both are released; a line across it is the median.
One's own mark is a member's answer: it belongs into that member's own report and no other place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.charts.alt_texts import base_of, fill, joined, nothing_to_draw, number_of
from analysis.charts.chart import DataTable, DrawnChart, chart, frame_of, mark
from analysis.charts.form import WITHHELD, Entry, Field, Form, Scale, row_of, with_base
from analysis.charts.style import INK, MUTED, PALE, PAPER, colour_of, marker_of
from analysis.sentences import group_title, measure_line
from analysis.words import BASE_HEAD, Cell, Number, Text, estimate_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pieces import Cell as TableCell
    from analysis.pieces import Head

__all__ = ["strip"]

_MINE = Text("本单位", "Own")
_BAND, _MIDDLE = Text("上下四分位之间", "quartile to quartile"), Text("中位数", "median")
_QUARTILES: Final = (Text("下四分位", "lower quartile"), Text("上四分位", "upper quartile"))
_THICK = 15.0


@dataclass(frozen=True)
class _Strip:
    """Hold one group: its median, its quartiles as far as released, one's own value (NaN for none)."""

    median: Cell
    quartiles: tuple[Cell | None, ...]
    own: float

    @property
    def band(self) -> tuple[float, float] | None:
        """Both ends of the band, the median where a quartile is withheld; None where both are."""
        ends = [cell.value if cell and cell.is_released else math.nan for cell in self.quartiles]
        if not ends or all(map(math.isnan, ends)):
            return None
        low, high = (self.median.value if math.isnan(end) else end for end in ends)
        return low, high

    @property
    def numbers(self) -> list[float]:
        """What there is to draw."""
        middle = self.median.value if self.median.is_released else math.nan
        return [value for value in (middle, *(self.band or ()), self.own) if not math.isnan(value)]


def strip(
    medians: Sequence[Cell], head: Head, *, quartiles: Sequence[str] = (),
    own: Mapping[str, float] | None = None,
) -> DrawnChart:  # fmt: skip
    """Draw the median of each segment, and its quartiles where there are indicators of them.

    Parameters
    ----------
    medians : sequence of Cell
        Of the segments of one dimension, from top to bottom. One withheld keeps its row with ``[c]``.
    head : Head
        Without a caption the chart says whether the medians differ by more than chance.
    quartiles : sequence of str
        Indicators of the lower and the upper quartile.
    own : mapping of segment to float, optional
        A member's own value, marked in the segments it stands in. For that member's eyes alone.

    Raises
    ------
    AnalysisError
        If no median is released and no own value known.
    """
    mine = own or {}
    strips = [
        _Strip(
            cell, tuple(cell.cells.find(code, cell.wave, cell.dimension, cell.segment) for code in quartiles),
            mine.get(cell.segment, math.nan),
        )
        for cell in medians
    ]  # fmt: skip
    frame = frame_of([cell for one in strips for cell in (one.median, *one.quartiles) if cell])
    if not any(one.numbers for one in strips):
        raise nothing_to_draw(
            "benchmark strip", head.slug, "a released median, or an own value",
            "leave the chart out, or compare with a wider group",
        )  # fmt: skip
    first = medians[0]
    names = [first.name, *(first.cells.lexicon.name(code) for code in quartiles)]
    header = [Text("类别", "Segment"), *names, BASE_HEAD, *([_MINE] if mine else [])]
    rows: list[list[TableCell]] = [
        [
            one.median.segment_name, *map(number_of, (one.median, *one.quartiles)), base_of(one.median),
            *([_own_number(one)] if mine else []),
        ]
        for one in strips
    ]  # fmt: skip
    return chart(
        head, lambda: group_title(medians), _alt(strips),
        DataTable(header, rows, frame), _form(strips).plan(), measure=measure_line([first], head.subject),
    )  # fmt: skip


def _own_number(one: _Strip) -> TableCell:
    return "" if math.isnan(one.own) else Number(_print(one, one.own), one.own, "", "benchmark")


def _print(one: _Strip, value: float) -> Text:
    return estimate_text(value, one.median.cells.lexicon, one.median.indicator, one.median.wave)


def _form(strips: Sequence[_Strip]) -> Form:
    unit = strips[0].median.unit
    numbers = [number for one in strips for number in one.numbers]
    if unit.key != "%" and min(numbers) >= 0:
        numbers.append(0.0)
    banded, marked = (
        any(one.band for one in strips),
        any(not math.isnan(one.own) for one in strips),
    )
    key = [Entry("|", MUTED, _MIDDLE, 11.0), Entry("s", PALE, _BAND, 9.0)] if banded else []
    rows = [
        row_of(
            one.median,
            with_base(one.median),
            one.median.text if one.median.is_released else Text.same(WITHHELD),
        )
        for one in strips
    ]
    return Form(
        rows, lambda field: _paint(field, strips), tall=32.0, gap=16.0, edge=20.0,
        scale=lambda marks: Scale.of(numbers, unit, marks),
        key=[*key, *([Entry("D", INK, _MINE, 7.0, filled=False)] if marked else [])],
        heads=(
            Text("类别（答复单位数）", "Group (base)"), Text(f"中位数，{unit.zh}", f"Median, {unit.en}")
        ),
    )  # fmt: skip


def _paint(field: Field, strips: Sequence[_Strip]) -> None:
    half = field.thick(_THICK) / 2
    for place, one in enumerate(strips):
        color, median = colour_of(one.median, place), one.median
        if one.band:
            low, high = one.band
            field.axes.fill(
                [low, high, high, low], [place - half, place - half, place + half, place + half],
                facecolor=PALE, edgecolor=color, linewidth=1.2, zorder=2,
            )  # fmt: skip
        if median.is_released:
            ends = [place - half, place + half] if one.band else [float(place)]
            field.axes.plot(
                [median.value] * len(ends), ends, color=color, linewidth=4 if one.band else 0, zorder=3,
                marker="" if one.band else marker_of(median, place), markersize=8, solid_capstyle="butt",
                clip_on=False, gid=mark(median),
            )  # fmt: skip
        if not math.isnan(one.own):
            field.axes.plot(
                [one.own], [place], marker="D", markersize=8.5, color=INK, markerfacecolor=PAPER,
                markeredgewidth=2, linestyle="none", clip_on=False, zorder=5,
            )  # fmt: skip


def _alt(strips: Sequence[_Strip]) -> Text:
    rows = []
    for one in strips:
        told = [
            fill("中位数{value}", "median {value}", value=one.median.text)
            if one.median.is_released
            else Text("中位数不予公布", "median withheld")
        ]
        told += [
            fill("{name}{value}", "{name} {value}", name=name, value=cell.text)
            for name, cell in zip(_QUARTILES, one.quartiles, strict=False)
            if cell and cell.is_released
        ]
        if not math.isnan(one.own):
            own = Text(_MINE.zh, _MINE.en.lower())
            told.append(fill("{own}{value}", "{own} {value}", own=own, value=_print(one, one.own)))
        rows.append(
            fill(
                "{name}：{told}", "{name}: {told}", name=one.median.segment_name,
                told=joined(told, "、", ", "),
            )
        )  # fmt: skip
    known = sorted((one.median for one in strips if one.median.is_released), key=lambda cell: cell.value)
    if len(known) > 1:
        rows.append(
            fill(
                "中位数最高为{first}，最低为{last}", "median highest among {first}, lowest among {last}",
                first=known[-1].segment_name, last=known[0].segment_name,
            )
        )  # fmt: skip
    first = strips[0].median
    return fill(
        "分位图，{wave}{label}：{rows}。", "Benchmark strips of {label}, {wave}: {rows}.",
        wave=wave_text(first.wave), label=first.cells.lexicon.subject(first.indicator), rows=joined(rows),
    )  # fmt: skip
