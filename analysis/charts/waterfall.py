"""A change split into its parts: from the level then, step by step, to the level now.

Levels are points on the scale and not bars, so that the scale need not begin at zero; a step is as long as
its part. What adds is a full bar with a tip to the right, what takes away a hollow one with its tip to the
left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.chart import Chart, Plan, Sheet, change_mark, draw, mark
from analysis.charts.form import capital, fit, nothing_to_draw, scale, tick_labels, widest, write_lines
from analysis.charts.style import ACCENT, AXIS, INK, LABEL, MUTED, SERIES_TEXT, WIDTH
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.sentences import estimate_number, pick
from analysis.words import (
    Lexicon,
    Number,
    Phrase,
    Text,
    change_key,
    change_text,
    compose,
    estimate_text,
    wave_text,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.pieces import Cell

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
_ROW, _TOP, _NAMES, _THICK = 30.0, 10.0, 0.36, 9.0
_UP, _DOWN = ACCENT, SERIES_TEXT[1]
_NEAR = 1e-9

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Step:
    """Hold a part of the change, and where it begins and ends on the scale of the level."""

    column: str
    name: Text
    value: float
    start: float
    end: float


@dataclass(frozen=True)
class _Fall:
    """Hold both levels, the change and its steps."""

    lexicon: Lexicon
    then: _Row
    now: _Row
    change: _Row
    steps: tuple[_Step, ...]

    def told(self, value: float) -> Text:
        """Print a part as the change is printed, with its sign."""
        return change_text(value, self.lexicon, self.change["indicator"], unit=self.change["unit"])

    def number(self, column: str) -> Number:
        """Take a part as a number of a sentence."""
        row, value = self.change, float(self.change[column])
        key = change_key(row["wave"], row["base_wave"], row["indicator"], row["dimension"], row["segment"])
        return Number(self.told(value), value, key, column)


def waterfall(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    *,
    wave: str,
    base_wave: str,
    slug: str,
    parts: Mapping[str, Text] = PARTS,
    dimension: str = "total",
    segment: str = "all",
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw how the parts of a change lead from the level of one wave to that of another.

    Parameters
    ----------
    estimates : DataFrame
        Released cells of both waves.
    changes : DataFrame
        indicator, wave, base_wave, dimension, segment, change, unit and the columns of `parts`: frame
        `changes`, `turnover`, or any that splits a change.
    lexicon : Lexicon
    indicator : str
    wave, base_wave : str
    slug : str
    parts : mapping of column to Text
        The columns that add up to the change, in the order drawn, with their names. ``reclassified`` is left
        out where it is nought.
    dimension, segment : str
    caption : Text or Phrase, optional
        The finding; by default both levels and what the first part adds.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If a level or a part is withheld, if the parts do not add up to the change to the last bit, or if the
        change does not lead from one level to the other.
    """
    keys = {"indicator": indicator, "dimension": dimension, "segment": segment}
    row = pick(changes, "changes", wave=wave, base_wave=base_wave, **keys)
    then, now = (pick(estimates, "estimates", wave=at, **keys) for at in (base_wave, wave))
    chosen = estimates[estimates["wave"].isin([base_wave, wave])]
    for column, value in keys.items():
        chosen = chosen[chosen[column] == value]
    require_released(chosen)
    fall = _fall(row, then, now, parts, lexicon=lexicon, slug=slug)
    data = changes
    for column, value in {"wave": wave, "base_wave": base_wave, **keys}.items():
        data = data[data[column] == value]
    plan = Plan(
        height=lambda _: _TOP + _ROW * (len(fall.steps) + 2) + 26,
        paint=lambda sheet: _paint(sheet, fall),
    )
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(fall),
        alt=_alt(fall),
        header=[Text("部分", "Part"), Text("数值", "Value")],
        rows=_data_rows(fall),
        data=data,
        notice=notice,
    )


def _fall(
    change: _Row, then: _Row, now: _Row, parts: Mapping[str, Text], *, lexicon: Lexicon, slug: str
) -> _Fall:
    values = {column: float(change[column]) for column in parts}
    open_levels = then["status"] == now["status"] == "released"
    whole = float(change["change"])
    if not open_levels or math.isnan(whole) or any(map(math.isnan, values.values())):
        raise nothing_to_draw(
            "waterfall", slug, "both levels, the change and all its parts released",
            "choose an indicator whose split is released, or leave the chart out",
        )  # fmt: skip
    if math.fsum(values.values()) != whole:
        raise AnalysisError(
            argument=f"waterfall {slug}",
            expected="parts that add up to the change to the last bit",
            got=f"{len(parts)} parts that do not ({', '.join(parts)})",
            remedy="name all parts of the split, each once",
        )
    level = float(then["estimate"])
    factor = level / 100 if change["unit"] == "percent" else 1.0
    end = float(now["estimate"])
    if not math.isclose(level + factor * whole, end, rel_tol=_NEAR, abs_tol=_NEAR):
        raise AnalysisError(
            argument=f"waterfall {slug}",
            expected="a change that leads from one level to the other",
            got="one of other levels",
            remedy="pass the change of these two waves and this segment",
        )
    steps: list[_Step] = []
    done: list[float] = []
    for column, name in parts.items():
        if column == "reclassified" and not values[column]:
            continue
        start = level + factor * math.fsum(done)
        done.append(values[column])
        steps.append(_Step(column, name, values[column], start, level + factor * math.fsum(done)))
    return _Fall(lexicon, then, now, change, tuple(steps))


def _level(fall: _Fall, row: _Row) -> Text:
    return estimate_text(float(row["estimate"]), fall.lexicon, row["indicator"], row["wave"])


def _head(row: _Row) -> Text:
    wave = wave_text(row["wave"])
    return capital(wave)


def _paint(sheet: Sheet, fall: _Fall) -> None:
    lang = sheet.lang
    names = [_head(fall.then), *(step.name for step in fall.steps), _head(fall.now)]
    blocks = [fit(name.in_(lang), WIDTH * _NAMES, LABEL, lang) for name in names]
    texts = [
        _level(fall, fall.then).in_(lang), *(fall.told(step.value).in_(lang) for step in fall.steps),
        _level(fall, fall.now).in_(lang),
    ]  # fmt: skip
    left = widest(blocks, LABEL) + 14
    right = WIDTH - widest([texts], LABEL) - 16
    bottom = _TOP + _ROW * len(blocks)
    axes = sheet.axes(left, _TOP, right, bottom)
    _scale(axes, fall, lang, right - left)
    axes.set(ylim=(len(blocks) - 0.5, -0.5), yticks=[], xlabel="", ylabel="")
    for place, (lines, text) in enumerate(zip(blocks, texts, strict=True)):
        middle = _TOP + _ROW * (place + 0.5)
        end = place in {0, len(blocks) - 1}
        gid = (
            mark(fall.now if place else fall.then)
            if end
            else change_mark(fall.change, fall.steps[place - 1].column)
        )
        write_lines(sheet, 0, middle, lines, color=INK if end else MUTED)
        sheet.write(WIDTH - 2, middle + 4, text, size=LABEL, color=INK, ha="right", gid=gid)
    per_point = (axes.get_xlim()[1] - axes.get_xlim()[0]) / (right - left)
    for place, step in enumerate(fall.steps, 1):
        _step(axes, fall, step, place, per_point)
    for place, row in ((0, fall.then), (len(blocks) - 1, fall.now)):
        axes.plot(
            [float(row["estimate"])], [place], marker="o", markersize=9, color=INK, linestyle="none",
            clip_on=False, zorder=5, gid=mark(row),
        )  # fmt: skip


def _scale(axes: Axes, fall: _Fall, lang: Any, room: float) -> None:
    ends = [value for step in fall.steps for value in (step.start, step.end)]
    rows = [{"estimate": value, "lower": value, "upper": value} for value in ends]
    unit = fall.lexicon.unit(fall.now["indicator"], fall.now["wave"])
    low, high, ticks = scale(rows, max(2, min(6, int(room / 50))), below=0.1, above=0.1)
    labels = tick_labels(ticks, unit, lang)
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [label + "%" if unit.key == "%" else label for label in labels])
    axes.tick_params(length=0, pad=6)
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)


def _step(axes: Axes, fall: _Fall, step: _Step, place: int, per_point: float) -> None:
    """Draw a step with its tip, joined to where the one before ended and the next begins."""
    rises, length = step.value >= 0, abs(step.end - step.start)
    color, gid = _UP if rises else _DOWN, change_mark(fall.change, step.column)
    for x, end in ((step.start, place - 1), (step.end, place + 1)):
        axes.plot([x, x], [end, place], color=AXIS, linewidth=0.9, zorder=1, clip_on=False)
    if not step.value:
        axes.plot([step.start], [place], marker="|", markersize=12, color=MUTED, clip_on=False, gid=gid)
        return
    tip = min(length, 7 * per_point) * (1 if rises else -1)
    half = _THICK / _ROW / 2 * 1.5
    shaft = step.end - tip
    heights = [place - half, place - half, place, place + half, place + half]
    axes.fill(
        [step.start, shaft, step.end, shaft, step.start], heights,
        facecolor=color if rises else "white", edgecolor=color, linewidth=1.5, zorder=3, gid=gid,
        clip_on=False,
    )  # fmt: skip


_FOUND = Text(
    "{label}{base}为{then}，{wave}为{now}（{change}）；其中{part}：{told}",
    "{label} was {then} in {base} and {now} in {wave} ({change}); {part}: {told}",
)


def _finding(fall: _Fall) -> Phrase:
    first, indicator = fall.steps[0], str(fall.now["indicator"])
    return compose(
        _FOUND,
        label=capital(fall.lexicon.subject(indicator)),
        base=wave_text(fall.then["wave"]),
        wave=wave_text(fall.now["wave"]),
        then=estimate_number(fall.then, fall.lexicon),
        now=estimate_number(fall.now, fall.lexicon),
        change=fall.number("change"),
        part=Text(first.name.zh, first.name.en.lower()),
        told=fall.number(first.column),
    )


def _alt(fall: _Fall) -> Text:
    label = fall.lexicon.subject(str(fall.now["indicator"]))
    then, now = _level(fall, fall.then), _level(fall, fall.now)
    base, wave = wave_text(fall.then["wave"]), wave_text(fall.now["wave"])
    whole = fall.told(float(fall.change["change"]))
    told = [(step.name, fall.told(step.value)) for step in fall.steps]
    largest = max(fall.steps, key=lambda step: abs(step.value))
    zh = "、".join(f"{name.zh}{value.zh}" for name, value in told)
    en = ", ".join(f"{name.en.lower()} {value.en}" for name, value in told)
    return Text(
        f"瀑布图，{label.zh}：{base.zh}{then.zh}，{wave.zh}{now.zh}，变化{whole.zh}。拆为：{zh}。"
        f"影响最大的是{largest.name.zh}。",
        f"Waterfall chart of {label.en}: {then.en} in {base.en}, {now.en} in {wave.en}, "
        f"a change of {whole.en}. Its parts: {en}. The largest is {largest.name.en.lower()}.",
    )


def _data_rows(fall: _Fall) -> list[list[Cell]]:
    then: list[Cell] = [_head(fall.then), estimate_number(fall.then, fall.lexicon)]
    now: list[Cell] = [_head(fall.now), estimate_number(fall.now, fall.lexicon)]
    steps: list[list[Cell]] = [[step.name, fall.number(step.column)] for step in fall.steps]
    change: list[Cell] = [Text("变化", "Change"), fall.number("change")]
    return [then, *steps, change, now]
