"""Dots of several kinds in rows, against a line that they should come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.charts.chart import Chart, Plan, Sheet, draw
from analysis.charts.form import scale
from analysis.charts.style import INK, LABEL, MUTED, SERIES, SHAPES, TICK, WIDTH, text_width, wrap
from analysis.model import AnalysisError
from analysis.words import Text, decimal_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pieces import Cell

__all__ = ["dots"]

_ROW = 30.0
_KEY = 18.0
_TOP = 10.0
_NAMES = 0.46


def dots(
    frame: pd.DataFrame,
    kinds: Mapping[str, Text],
    *,
    head: Text,
    goal: float,
    slug: str,
    caption: Text,
    alt: Text,
    digits: int = 1,
    notice: Text | None = None,
) -> Chart:
    """Draw each row's numbers as dots of their own shapes, and the goal as a line.

    Parameters
    ----------
    frame : DataFrame
        Column ``label`` (Text), and those of `kinds`; NaN draws no dot.
    kinds : mapping of column name to Text
        What the numbers are, in the order of the key; the first stands in front and filled.
    head : Text
        What the rows are, for the table of data.
    goal : float
        Where the dots should come to.
    slug, caption, alt, notice
        As for the other charts.
    digits : int
        Decimals in the table of data.
    """
    if frame.empty or frame[list(kinds)].isna().all(axis=None):
        raise AnalysisError(
            argument="frame",
            expected="at least one number to draw",
            got="none",
            remedy="leave the chart out",
        )
    rows = frame.to_dict("records")
    cells: list[list[Cell]] = [
        [row["label"], *(_cell(float(row[name]), digits) for name in kinds)] for row in rows
    ]
    plan = Plan(
        height=lambda _: _TOP + _KEY * len(kinds) + _ROW * len(rows) + 30,
        paint=lambda sheet: _paint(sheet, frame, list(kinds), list(kinds.values()), goal),
    )
    return draw(
        plan,
        slug=slug,
        caption=caption,
        alt=alt,
        header=[head, *kinds.values()],
        rows=cells,
        data=frame,
        notice=notice,
    )


def _cell(value: float, digits: int) -> Cell:
    return "[x]" if pd.isna(value) else decimal_text(value, digits)


def _paint(
    sheet: Sheet, frame: pd.DataFrame, columns: Sequence[str], names: Sequence[Text], goal: float
) -> None:
    lang = sheet.lang
    labels = [wrap(label.in_(lang), WIDTH * _NAMES, LABEL, lang) for label in frame["label"]]
    left = max(text_width(line, LABEL) for lines in labels for line in lines) + 12
    top = _TOP + _KEY * len(columns)
    for place, name in enumerate(names):
        y = _TOP + _KEY * (place + 0.5)
        sheet.dot(left + 4, y, SHAPES[place], SERIES[place], filled=place == 0)
        sheet.write(left + 14, y + 4, name.in_(lang), size=TICK, color=INK)
    axes = sheet.axes(left, top, WIDTH - 14, top + _ROW * len(labels))
    seen = [
        {"estimate": value, "lower": goal, "upper": goal}
        for value in frame[list(columns)].to_numpy(dtype=float).ravel()
        if not pd.isna(value)
    ]
    low, high, ticks = scale(seen, 6, below=0.04, above=0.04)
    axes.set(xlim=(low, high), ylim=(len(labels) - 0.5, -0.5), xlabel="", ylabel="")
    axes.set_yticks([])
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.tick_params(length=0, pad=6)
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.axvline(goal, color=MUTED, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    for place, lines in enumerate(labels):
        y = top + _ROW * (place + 0.5)
        for step, line in enumerate(lines):
            sheet.write(0, y + 4 + (step - (len(lines) - 1) / 2) * 12, line, size=LABEL, color=INK)
    # the first kind is drawn last, on top of the others
    for place, column in reversed(list(enumerate(columns))):
        axes.plot(
            frame[column].to_numpy(dtype=float),
            range(len(labels)),
            linestyle="none",
            marker=SHAPES[place],
            markersize=7,
            markeredgewidth=1.4,
            color=SERIES[place],
            markerfacecolor=SERIES[place] if place == 0 else "white",
            zorder=10 - place,
            clip_on=False,
        )
