"""A change split into its parts: from the level then, step by step, to the level now.

Levels are points on the scale and not bars, so that the scale need not begin at zero; a step is as long as
its part. What adds is a full bar with a tip to the right, what takes away a hollow one with its tip to the
left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.charts.alt_texts import capital, fill, joined, nothing_to_draw
from analysis.charts.chart import DataTable, DrawnChart, chart, frame_of, mark
from analysis.charts.form import Field, Form, Row, Scale
from analysis.charts.style import ACCENT, AXIS, INK, MUTED, PAPER, SERIES_TEXT
from analysis.model import AnalysisError
from analysis.sentences import measure_line, split_title
from analysis.words import Cell, Cells, Change, Number, Phrase, Text, change_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.pieces import Cell as TableCell
    from analysis.pieces import Head

__all__ = ["PARTS", "waterfall"]

#: The columns of `changes` that add up to a change, with what they stand for.
PARTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "matched_change": Text("两次都作答的单位", "Members answering twice"),
        "joiners": Text("只答本次的单位", "Members answering only now"),
        "leavers": Text("只答上次的单位", "Members answering only then"),
        "reclassified": Text("改换类别的单位", "Members that changed group"),
    }
)
_UP, _DOWN = ACCENT, SERIES_TEXT[1]
_THICK, _TIP = 13.5, 7.0
_NEAR = 1e-9


@dataclass(frozen=True)
class _Step:
    """Hold a part of the change, and where it begins and ends on the scale of the level."""

    column: str
    name: Text
    number: Number
    start: float
    end: float


@dataclass(frozen=True)
class _Fall:
    """Hold both levels, the change and its steps."""

    then: Cell
    now: Cell
    change: Change
    steps: tuple[_Step, ...]


def waterfall(cells: Cells, indicator: str, head: Head, *, wave: str, base_wave: str) -> DrawnChart:
    """Draw how the parts of the respondents' change lead from the level of one wave to that of another.

    Parameters
    ----------
    cells : Cells
        Its `changes` hold the parts (`PARTS`); ``reclassified`` is left out where it is zero.
    indicator : str
    head : Head
        Without a caption the change and what the first part adds are named.
    wave, base_wave : str

    Raises
    ------
    AnalysisError
        If a level or a part is withheld, if the parts do not add up to the change to the last bit, or if the
        change does not lead from one level to the other.
    """
    then, now = cells.cell(indicator, base_wave), cells.cell(indicator, wave)
    change = now.changed_since(base_wave)
    parts = [float(change.row[column]) for column in PARTS] if change else [math.nan]
    shown = change is not None and change.is_released and then.is_released and now.is_released
    if change is None or not shown or any(map(math.isnan, parts)):
        raise nothing_to_draw(
            "waterfall", head.slug, "both levels, the change and all its parts released",
            "choose an indicator whose split is released, or leave the chart out",
        )  # fmt: skip
    fall = _Fall(then, now, change, _steps(then, now, change, head.slug))
    ends = [value for step in fall.steps for value in (step.start, step.end)]
    form = Form(
        _rows(fall), lambda field: _paint(field, fall), gap=14.0, edge=16.0, top=10.0,
        scale=lambda marks: Scale.of(ends, now.unit, marks, beyond=(0.1, 0.1), capped=False),
    )  # fmt: skip
    table = DataTable([Text("部分", "Part"), Text("数值", "Value")], _data_rows(fall), frame_of([change]))
    return chart(
        head,
        lambda: _finding(fall),
        _alt(fall),
        table,
        form.plan(),
        measure=measure_line([now], head.subject),
    )


def _steps(then: Cell, now: Cell, change: Change, slug: str) -> tuple[_Step, ...]:
    values = {column: float(change.row[column]) for column in PARTS}
    if math.fsum(values.values()) != change.value:
        raise AnalysisError(
            argument=f"waterfall {slug}",
            expected="parts that add up to the change to the last bit",
            got=f"{len(values)} parts that do not ({', '.join(values)})",
            remedy="name all parts of the split, each once",
        )
    factor = then.value / 100 if change.row["unit"] == "percent" else 1.0
    if not math.isclose(then.value + factor * change.value, now.value, rel_tol=_NEAR, abs_tol=_NEAR):
        raise AnalysisError(
            argument=f"waterfall {slug}",
            expected="a change that leads from one level to the other",
            got="one of other levels",
            remedy="pass the change of these two waves and this segment",
        )
    steps: list[_Step] = []
    done: list[float] = []
    for column, name in PARTS.items():
        if column == "reclassified" and not values[column]:
            continue
        start = then.value + factor * math.fsum(done)
        done.append(values[column])
        end = then.value + factor * math.fsum(done)
        steps.append(_Step(column, name, _number(change, column), start, end))
    return tuple(steps)


def _number(change: Change, column: str) -> Number:
    """Take a part as a number, printed as the change is, with its sign."""
    value = float(change.row[column])
    text = change_text(value, change.cells.lexicon, change.indicator, unit=str(change.row["unit"]))
    return Number(text, value, change.key, column)


def _rows(fall: _Fall) -> list[Row]:
    then, now = (Row(capital(wave_text(cell.wave)), cell.text, mark(cell)) for cell in (fall.then, fall.now))
    steps = [
        Row(step.name, step.number.text, mark(fall.change, step.column), color=MUTED) for step in fall.steps
    ]
    return [then, *steps, now]


def _paint(field: Field, fall: _Fall) -> None:
    for place, step in enumerate(fall.steps, 1):
        _step(field, fall, step, place)
    for place, cell in ((0, fall.then), (len(fall.steps) + 1, fall.now)):
        field.axes.plot(
            [cell.value], [place], marker="o", markersize=9, color=INK, linestyle="none", clip_on=False,
            zorder=5, gid=mark(cell),
        )  # fmt: skip


def _step(field: Field, fall: _Fall, step: _Step, place: int) -> None:
    """Draw a step with its tip, joined to where the one before ended and the next begins."""
    value, gid = step.number.value, mark(fall.change, step.column)
    for x, end in ((step.start, place - 1), (step.end, place + 1)):
        field.axes.plot([x, x], [end, place], color=AXIS, linewidth=0.9, zorder=1, clip_on=False)
    if not value:
        field.axes.plot([step.start], [place], marker="|", markersize=12, color=MUTED, clip_on=False, gid=gid)
        return
    rises = value >= 0
    tip = min(abs(step.end - step.start), _TIP * field.per_point) * (1 if rises else -1)
    half, shaft, color = field.thick(_THICK) / 2, step.end - tip, _UP if rises else _DOWN
    field.axes.fill(
        [step.start, shaft, step.end, shaft, step.start],
        [place - half, place - half, place, place + half, place + half],
        facecolor=color if rises else PAPER, edgecolor=color, linewidth=1.5, zorder=3, gid=gid,
        clip_on=False,
    )  # fmt: skip


def _finding(fall: _Fall) -> Phrase:
    first = fall.steps[0]
    return split_title(fall.now.label, fall.change.number, first.name, first.number)


def _alt(fall: _Fall) -> Text:
    lower = {step: Text(step.name.zh, step.name.en.lower()) for step in fall.steps}
    parts = [
        fill("{name}{value}", "{name} {value}", name=lower[step], value=step.number.text)
        for step in fall.steps
    ]
    largest = max(fall.steps, key=lambda step: abs(step.number.value))
    return fill(
        "瀑布图，{label}：{base}{then}，{wave}{now}，变化{whole}。拆为：{parts}。影响最大的是{largest}。",
        "Waterfall chart of {label}: {then} in {base}, {now} in {wave}, a change of {whole}. "
        "Its parts: {parts}. The largest is {largest}.",
        label=fall.now.cells.lexicon.subject(fall.now.indicator), base=wave_text(fall.then.wave),
        then=fall.then.text, wave=wave_text(fall.now.wave), now=fall.now.text, whole=fall.change.text,
        parts=joined(parts, "、", ", "), largest=lower[largest],
    )  # fmt: skip


def _data_rows(fall: _Fall) -> list[list[TableCell]]:
    then: list[TableCell] = [capital(wave_text(fall.then.wave)), fall.then.number]
    now: list[TableCell] = [capital(wave_text(fall.now.wave)), fall.now.number]
    steps: list[list[TableCell]] = [[step.name, step.number] for step in fall.steps]
    return [then, *steps, [Text("变化", "Change"), fall.change.number], now]
