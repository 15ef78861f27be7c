"""Dots and intervals of the segments of one dimension, with the total as a line of reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns

from analysis.charts.alt_texts import base_of, extremes, fill, joined, number_of, printed, said
from analysis.charts.chart import DataTable, DrawnChart, chart, frame_of, mark
from analysis.charts.form import Field, Form, Scale, base_head, row_of, unit_head, with_base
from analysis.charts.style import MUTED, PAPER, colour_of, marker_of
from analysis.model import AnalysisError
from analysis.sentences import group_title, measure_line
from analysis.words import (
    BASE_HEAD,
    Cell,
    Cells,
    Number,
    Text,
    bound_texts,
    estimate_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pieces import Cell as TableCell
    from analysis.pieces import Head

__all__ = ["segments"]

_EDGE = 0.2


def segments(
    cells: Cells, indicator: str, order: Sequence[str], head: Head, *, wave: str, dimension: str
) -> DrawnChart:
    """Draw one indicator by segment: a dot of the segment's own shape, its interval, its base and its value.

    Parameters
    ----------
    cells : Cells
        A suppressed segment keeps its row with ``[c]`` and no dot.
    indicator : str
    order : sequence of str
        Segments from top to bottom.
    head : Head
        Without a caption the chart says whether the segments differ by more than chance.
    wave, dimension : str
    """
    known = cells.of([indicator], [wave], dimension, order)
    total = cells.find(indicator, wave)
    shown = [*known, *([total] if total else [])]
    frame = frame_of(shown)
    released = [cell for cell in shown if cell.is_released]
    if len(known) != len(order) or not any(cell.is_released for cell in known):
        raise AnalysisError(
            argument="order",
            expected=f"segments with rows in wave {wave}, one of them released",
            got=f"{len(known)} of {len(order)} with rows",
            remedy="check the segments",
        )
    unit = known[0].unit
    numbers = [value for cell in released for value in (cell.value, *(cell.interval or ()))]
    form = Form(
        [
            row_of(
                cell, with_base(cell), printed(cell),
                (marker_of(cell, place), colour_of(cell, place)),
            )
            for place, cell in enumerate(known)
        ],
        lambda field: _paint(field, known, total),
        names=0.4, gap=11.0, top=22.0, scale=lambda marks: Scale.of(numbers, unit, marks),
        heads=(base_head(), unit_head(unit)),
    )  # fmt: skip
    header = [
        Text("类别", "Segment"), Text("数值", "Value"), Text("置信下限", "Lower limit"),
        Text("置信上限", "Upper limit"), BASE_HEAD,
    ]  # fmt: skip
    table = DataTable(header, [_data_row(cell) for cell in shown], frame)
    return chart(
        head, lambda: group_title(known), _alt(known, total), table, form.plan(kind="dots"),
        measure=measure_line([total or known[0]], head.subject),
    )  # fmt: skip


def _paint(field: Field, known: Sequence[Cell], total: Cell | None) -> None:
    if total is not None and total.is_released:
        _reference(field, total)
    for place, cell in enumerate(known):
        if not cell.is_released:
            continue
        color = colour_of(cell, place)
        if cell.interval is not None:
            field.axes.plot(
                cell.interval, [place, place], color=color, linewidth=2.0,
                solid_capstyle="butt", zorder=2, clip_on=False, gid=mark(cell, "interval"),
            )  # fmt: skip
        sns.scatterplot(
            data=pd.DataFrame({"x": [cell.value], "y": [float(place)]}), x="x", y="y", color=color,
            marker=marker_of(cell, place), s=58, linewidth=0.8, edgecolor=PAPER, zorder=3, clip_on=False,
            gid=mark(cell), ax=field.axes,
        )  # fmt: skip
    field.axes.set(xlabel="", ylabel="")


def _reference(field: Field, total: Cell) -> None:
    lang, medium = field.sheet.lang, field.sheet.medium
    field.axes.axvline(total.value, color=MUTED, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1)
    low, high = field.axes.get_xlim()
    place = (total.value - low) / (high - low)
    side = "right" if place > 1 - _EDGE else "left" if place < _EDGE else "center"
    field.axes.annotate(
        f"{total.segment_name.in_(lang)} {total.text.in_(lang)}",
        (total.value, field.axes.get_ylim()[1]), (0, 4), textcoords="offset points", ha=side, va="bottom",
        size=medium.tick, color=MUTED, annotation_clip=False, gid=mark(total),
    )  # fmt: skip


def _alt(known: Sequence[Cell], total: Cell | None) -> Text:
    rows = []
    for cell in known:
        row = fill("{name}{value}", "{name} {value}", name=cell.segment_name, value=said(cell))
        if cell.is_released and cell.interval is not None:
            low, high = bound_texts(*cell.interval, cell.unit, cell.measure.digits)
            row = fill(
                "{row}（区间{low}至{high}）", "{row} (interval {low} to {high})", row=row, low=low, high=high
            )
        rows.append(row)
    whole = Text.same("")
    if total is not None and total.is_released:
        whole = fill("{name}{value}。", " {name}: {value}.", name=total.segment_name, value=total.text)
    label = known[0].cells.lexicon.subject(known[0].indicator)
    return fill(
        "点图，{wave}{label}，{ends}。各类：{rows}。{whole}",
        "Dot plot of {label}, {wave}: {ends}. Group by group: {rows}.{whole}",
        label=Text(label.zh, label.en.rstrip(",")), wave=wave_text(known[0].wave), rows=joined(rows),
        ends=extremes([(cell.segment_name, cell) for cell in known if cell.is_released]).clause, whole=whole,
    )  # fmt: skip


def _data_row(cell: Cell) -> list[TableCell]:
    bounds: list[TableCell] = ["[x]" if cell.is_released else "[c]"] * 2
    if cell.is_released and cell.interval is not None:
        bounds = [
            Number(estimate_text(value, cell.cells.lexicon, cell.indicator, cell.wave), value, cell.key, name)
            for name, value in zip(("lower", "upper"), cell.interval, strict=True)
        ]
    return [cell.segment_name, number_of(cell), *bounds, base_of(cell)]
