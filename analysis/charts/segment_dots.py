"""Dots and intervals of the segments of one dimension, with the total as a line of reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, draw, label_mark, mark
from analysis.charts.form import extremes, scale, tick_labels
from analysis.charts.style import GRID, INK, LABEL, MUTED, TICK, WIDTH, colour_of, marker_of, text_width, wrap
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, base_cell, number_cell, printed, rows_by_key
from analysis.sentences import estimate_number
from analysis.words import (
    BASE_HEAD,
    Lexicon,
    Number,
    Phrase,
    Text,
    bound_texts,
    compose,
    decimal_text,
    estimate_key,
    estimate_text,
    wave_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["segments"]

_ROW = 30.0
_TOP = 42.0
_FULL = 100.0
_EDGE = 0.2
_MARK = 46.0
_LINE = 13.0
_NAMES = 0.4


def segments(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    order: Sequence[str],
    *,
    wave: str,
    dimension: str,
    slug: str,
    caption: Text | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw one indicator by segment: a dot of the segment's own shape, its interval, its base and its value.

    Parameters
    ----------
    estimates : DataFrame
        Released cells. A suppressed segment keeps its row with ``[c]`` and no dot.
    lexicon : Lexicon
    indicator : str
    order : sequence of str
        Segments from top to bottom.
    wave, dimension : str
    slug : str
    caption : Text, optional
        The finding; by default the highest and lowest segment.
    notice : Text, optional
    """
    chosen = estimates[
        (estimates["indicator"] == indicator)
        & (estimates["wave"] == wave)
        & estimates["dimension"].isin(["total", dimension])
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "dimension", "segment")
    rows = [cells.get((dimension, segment)) for segment in order]
    known = [row for row in rows if row is not None]
    if len(known) != len(order) or not any(row["status"] == "released" for row in known):
        raise AnalysisError(
            argument="order",
            expected=f"segments with rows in wave {wave}, one of them released",
            got=f"{len(known)} of {len(order)} with rows",
            remedy="check the segments",
        )
    total = cells.get(("total", "all"))
    plan = Plan(
        height=lambda _: _TOP + _ROW * len(order) + 24,
        paint=lambda sheet: _paint(sheet, lexicon, known, total),
    )
    shown = known + ([total] if total else [])
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, known),
        alt=_alt(lexicon, known, total),
        header=[
            Text("类别", "Segment"),
            Text("数值", "Value"),
            Text("置信下限", "Lower limit"),
            Text("置信上限", "Upper limit"),
            BASE_HEAD,
        ],
        rows=[_data_row(row, lexicon) for row in shown],
        data=chosen,
        notice=notice,
    )


_Row = Mapping[str, Any]
_EVERYWHERE = Text("{wave}各类单位{label}均为{most}", "In {wave}, {label} was {most} in every group")
_ENDS = Text(
    "{wave}{label}：{first}最高（{most}），{last}最低（{least}）",
    "In {wave}, {label} was highest among {first} ({most}) and lowest among {last} ({least})",
)


def _paint(sheet: Sheet, lexicon: Lexicon, rows: Sequence[_Row], total: _Row | None) -> None:
    lang = sheet.lang
    names = [wrap(_with_base(lexicon, row).in_(lang), WIDTH * _NAMES, LABEL, lang) for row in rows]
    values = [printed(row, lexicon).in_(lang) for row in rows]
    left = max(text_width(line, LABEL) for lines in names for line in lines) + 26
    right = WIDTH - max(text_width(value, LABEL) for value in values) - 18
    axes = sheet.axes(left, _TOP, right, _TOP + _ROW * len(rows))
    seen = [row for row in [*rows, total] if row is not None and _is_shown(row)]
    unit = lexicon.unit(rows[0]["indicator"], rows[0]["wave"])
    marks = max(2, min(6, int((right - left) / _MARK)))
    full = _FULL if unit.key == "%" else math.inf
    low, high, ticks = scale(seen, marks, below=0.08, above=0.08, ceiling=full)
    axes.set(xlim=(low, high), ylim=(len(rows) - 0.5, -0.5), xlabel="", ylabel="")
    axes.set_yticks([])
    labels = tick_labels(ticks, unit, lang)
    axes.set_xticks(ticks, [label + "%" if unit.key == "%" else label for label in labels])
    axes.tick_params(length=0, pad=6)
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    if total is not None and _is_shown(total):
        _reference(axes, sheet, lexicon, total)
    for place, (row, lines, value) in enumerate(zip(rows, names, values, strict=True)):
        color = colour_of(row["segment"], place, lexicon)
        shape = marker_of(row["segment"], place, lexicon)
        y = _TOP + _ROW * (place + 0.5)
        label = label_mark(row["dimension"], row["segment"])
        for step, line in enumerate(lines):
            below = (step - (len(lines) - 1) / 2) * _LINE
            sheet.write(15, y + 4 + below, line, size=LABEL, color=INK, gid=label)
        sheet.dot(6, y, shape, color, gid=label)
        sheet.write(
            WIDTH - 2, y + 4, value, size=LABEL, color=INK, ha="right",
            gid=mark(row) if _is_shown(row) else label,
        )  # fmt: skip
        if _is_shown(row):
            _dot(axes, row, place, color, shape)
    heads = Text("类别（答复单位数）", "Segment (base)"), lexicon.name(rows[0]["indicator"])
    sheet.write(2, 14, heads[0].in_(lang), size=TICK)
    sheet.write(WIDTH - 2, 14, _unit_name(lexicon, rows[0]).in_(lang), size=TICK, ha="right")
    axes.axhline(len(rows) - 0.5, color=GRID, linewidth=0.8)


def _with_base(lexicon: Lexicon, row: _Row) -> Text:
    name, base = lexicon.segment(row["segment"]), decimal_text(float(row["n"]), 0)
    return Text(f"{name.zh}（{base.zh}）", f"{name.en} ({base.en})")


def _unit_name(lexicon: Lexicon, row: _Row) -> Text:
    unit = lexicon.unit(row["indicator"], row["wave"])
    return Text(f"单位：{unit.zh}", unit.en if unit.en == "%" else f"in {unit.en}")


def _is_shown(row: _Row) -> bool:
    return bool(row["status"] == "released")


def _reference(axes: Axes, sheet: Sheet, lexicon: Lexicon, total: _Row) -> None:
    x = float(total["estimate"])
    value = estimate_text(x, lexicon, total["indicator"], total["wave"]).in_(sheet.lang)
    name = lexicon.whole(total["indicator"]).in_(sheet.lang)
    axes.axvline(x, color=MUTED, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1)
    low, high = axes.get_xlim()
    place = (x - low) / (high - low)
    side = "right" if place > 1 - _EDGE else "left" if place < _EDGE else "center"
    axes.annotate(
        f"{name} {value}",
        (x, -0.5),
        (0, 4),
        textcoords="offset points",
        ha=side,
        va="bottom",
        size=TICK,
        color=MUTED,
        annotation_clip=False,
        gid=mark(total),
    )


def _dot(axes: Axes, row: _Row, place: int, color: str, shape: str) -> None:
    lower, upper = float(row["lower"]), float(row["upper"])
    if not (math.isnan(lower) or math.isnan(upper)):
        axes.plot(
            [lower, upper],
            [place, place],
            color=color,
            linewidth=3.2,
            alpha=0.38,
            solid_capstyle="butt",
            zorder=2,
            clip_on=False,
            gid=mark(row, "interval"),
        )
    point = pd.DataFrame({"x": [float(row["estimate"])], "y": [float(place)]})
    sns.scatterplot(
        data=point,
        x="x",
        y="y",
        color=color,
        marker=shape,
        s=58,
        linewidth=0.8,
        edgecolor="white",
        zorder=3,
        clip_on=False,
        gid=mark(row),
        ax=axes,
    )
    axes.set(xlabel="", ylabel="")


def _finding(lexicon: Lexicon, rows: Sequence[_Row]) -> Phrase:
    ordered = sorted((row for row in rows if _is_shown(row)), key=lambda row: float(row["estimate"]))
    low, high = ordered[0], ordered[-1]
    most, least = (estimate_number(row, lexicon) for row in (high, low))
    return compose(
        _EVERYWHERE if most.text == least.text else _ENDS,
        wave=wave_text(high["wave"]),
        label=lexicon.subject(high["indicator"]),
        first=lexicon.segment(high["segment"]),
        most=most,
        last=lexicon.segment(low["segment"]),
        least=least,
    )


def _alt(lexicon: Lexicon, rows: Sequence[_Row], total: _Row | None) -> Text:
    zh, en = [], []
    for row in rows:
        name = lexicon.segment(row["segment"])
        if not _is_shown(row):
            zh.append(f"{name.zh}不予公布")
            en.append(f"{name.en} withheld")
            continue
        value = estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])
        span_zh = span_en = ""
        if not math.isnan(float(row["lower"])):
            measure, unit = lexicon.measure(row["indicator"]), lexicon.unit(row["indicator"], row["wave"])
            low, high = bound_texts(float(row["lower"]), float(row["upper"]), unit, measure.digits)
            span_zh, span_en = f"（区间{low.zh}至{high.zh}）", f" (interval {low.en} to {high.en})"
        zh.append(f"{name.zh}{value.zh}{span_zh}")
        en.append(f"{name.en} {value.en}{span_en}")
    label, wave = lexicon.subject(rows[0]["indicator"]), wave_text(rows[0]["wave"])
    whole = Text.same("")
    if total is not None and _is_shown(total):
        value = estimate_text(float(total["estimate"]), lexicon, total["indicator"], total["wave"])
        name = lexicon.whole(total["indicator"])
        whole = Text(f"{name.zh}{value.zh}。", f" {name.en}: {value.en}.")
    shown = [(lexicon.segment(row["segment"]), row) for row in rows if _is_shown(row)]
    ends = extremes(shown, lexicon).told
    return Text(
        f"点图，{wave.zh}{label.zh}，{ends.zh}。各类：{'；'.join(zh)}。{whole.zh}",
        f"Dot plot of {label.en.rstrip(',')}, {wave.en}: {ends.en}. "
        f"Group by group: {'; '.join(en)}.{whole.en}",
    )


def _data_row(row: _Row, lexicon: Lexicon) -> list[Cell]:
    name = lexicon.segment(row["segment"])
    if not _is_shown(row) or math.isnan(float(row["lower"])):
        blank: Cell = "[x]" if _is_shown(row) else "[c]"
        return [name, number_cell(row, lexicon), blank, blank, base_cell(row)]
    key = estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
    low, high = (
        Number(
            estimate_text(float(row[bound]), lexicon, row["indicator"], row["wave"]),
            float(row[bound]),
            key,
            bound,
        )
        for bound in ("lower", "upper")
    )
    return [name, number_cell(row, lexicon), low, high, base_cell(row)]
