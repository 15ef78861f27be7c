"""Dots of several kinds in rows, against a line that they should come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts.chart import DataTable, DrawnChart, chart
from analysis.charts.form import Entry, Field, Form, Row, Scale
from analysis.charts.style import MUTED, PAPER, SERIES, SHAPES
from analysis.model import AnalysisError
from analysis.words import UNITS, Text, decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pieces import Cell as TableCell
    from analysis.pieces import Head

__all__ = ["dots"]


def dots(
    frame: pd.DataFrame, kinds: Mapping[str, Text], head: Head, *, rows: Text, goal: float, digits: int = 1
) -> DrawnChart:
    """Draw each row's numbers as dots of their own shapes, and the goal as a line.

    Parameters
    ----------
    frame : DataFrame
        Column ``label`` (Text), and those of `kinds`; NaN draws no dot.
    kinds : mapping of column name to Text
        What the numbers are, in the order of the key; the first stands in front and filled.
    head : Head
        With a caption, which is the alternative text too.
    rows : Text
        What the rows are, for the table of data.
    goal : float
        Where the dots should come to.
    digits : int
        Decimals in the table of data.
    """
    if frame.empty or frame[list(kinds)].isna().all(axis=None) or head.caption is None:
        raise AnalysisError(
            argument="frame",
            expected="at least one number to draw, under a caption",
            got="none",
            remedy="leave the chart out",
        )
    numbers = [*frame[list(kinds)].to_numpy(dtype=float).ravel(), goal]
    entries = [
        Entry(shape, color, name, 6.0, filled=place == 0)
        for place, (name, shape, color) in enumerate(zip(kinds.values(), SHAPES, SERIES, strict=False))
    ]
    form = Form(
        [Row(label) for label in frame["label"]], lambda field: _paint(field, frame, list(kinds), goal),
        names=0.46, key=entries,
        scale=lambda marks: Scale.of(numbers, UNITS[""], marks, beyond=(0.04, 0.04)),
    )  # fmt: skip
    table: list[list[TableCell]] = [
        [row["label"], *(_number(float(row[name]), digits) for name in kinds)]
        for row in frame.to_dict("records")
    ]
    return chart(
        head, lambda: Text.same(""), head.caption, DataTable([rows, *kinds.values()], table, frame),
        form.plan(),
    )  # fmt: skip


def _number(value: float, digits: int) -> TableCell:
    return "[x]" if pd.isna(value) else decimal_text(value, digits)


def _paint(field: Field, frame: pd.DataFrame, columns: Sequence[str], goal: float) -> None:
    field.axes.axvline(goal, color=MUTED, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    # the first kind is drawn last, on top of the others
    for place, column in reversed(list(enumerate(columns))):
        field.axes.plot(
            frame[column].to_numpy(dtype=float), range(len(frame)), linestyle="none", marker=SHAPES[place],
            markersize=7, markeredgewidth=1.4, color=SERIES[place],
            markerfacecolor=SERIES[place] if place == 0 else PAPER, zorder=10 - place, clip_on=False,
        )  # fmt: skip
