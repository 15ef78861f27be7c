"""Lines over the waves: unequal years, breaks in the series, earlier published figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, draw, mark
from analysis.charts.form import (
    BREAK_MARKS,
    end_label,
    label_ends,
    label_extremes,
    mark_breaks,
    scale,
    tick_labels,
    year_ticks,
)
from analysis.charts.style import GRID, LABEL, MUTED, SERIES, TICK, WIDTH, text_width
from analysis.model import AnalysisError
from analysis.words import (
    Lexicon,
    Number,
    Phrase,
    Text,
    compose,
    estimate_key,
    estimate_text,
    join,
    wave_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.pieces import Cell

__all__ = ["trend"]

_TOP = 30.0
_BODY = 168.0
_REQUIRED = (
    "indicator",
    "wave",
    "estimate",
    "lower",
    "upper",
    "source",
    "break_before",
    "break_note_zh",
    "break_note_en",
)


def trend(
    series: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    slug: str,
    caption: Text | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw up to four indicators of one unit over the years.

    Years stand at their true distance; a line over years without a figure is dotted. Before a break the line
    stops and a numbered mark stands in the gap, explained below. Earlier published figures are open markers;
    intervals are whiskers where they are known.

    Parameters
    ----------
    series : DataFrame
        indicator, wave (years), estimate, lower, upper, n, source {"archive", "published"}, break_before,
        break_note_zh, break_note_en.
    lexicon : Lexicon
    indicators : sequence of str
    slug : str
    caption : Text, optional
        The finding; by default the last figures.
    notice : Text, optional
    """
    rows = _rows(series, indicators)
    units = {lexicon.measure(indicator).unit for indicator in indicators}
    if len(units) != 1:
        raise AnalysisError(
            argument="indicators",
            expected="indicators of one unit",
            got=", ".join(sorted(units)),
            remedy="draw one chart for each unit",
        )
    breaks = _breaks(rows)
    notes = [
        Text(f"{BREAK_MARKS[place]} {text.zh}", f"{BREAK_MARKS[place]} {text.en}")
        for place, (_, text) in enumerate(breaks)
    ]
    plan = Plan(
        height=lambda _: _TOP + _BODY + 24,
        paint=lambda sheet: _paint(sheet, lexicon, rows, breaks),
        notes=notes,
    )
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, rows),
        alt=_alt(lexicon, rows, breaks),
        header=[
            Text("指标", "Indicator"),
            Text("年份", "Year"),
            Text("数值", "Value"),
            Text("来源", "Source"),
        ],
        rows=[_data_row(row, lexicon) for points in rows.values() for row in points],
        data=series[series["indicator"].isin(list(indicators))],
        notice=notice,
    )


_Row = Mapping[str, Any]
_Rows = Mapping[str, Sequence[_Row]]


def _rows(series: pd.DataFrame, indicators: Sequence[str]) -> dict[str, list[_Row]]:
    missing = [column for column in _REQUIRED if column not in series.columns]
    if missing or not 1 <= len(indicators) <= len(SERIES):
        raise AnalysisError(
            argument="series" if missing else "indicators",
            expected="columns " + ", ".join(_REQUIRED) if missing else f"one to {len(SERIES)} indicators",
            got="none called " + ", ".join(missing) if missing else str(len(indicators)),
            remedy="pass the series frame whole" if missing else "draw several charts",
        )
    out: dict[str, list[_Row]] = {}
    for indicator in indicators:
        chosen = series[(series["indicator"] == indicator) & series["estimate"].notna()].sort_values("wave")
        records = [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]
        if not records or len({row["wave"] for row in records}) != len(records):
            raise AnalysisError(
                argument="series",
                expected=f"one figure of {indicator} a year",
                got="none" if not records else "several in a year",
                remedy="choose the figure to draw",
            )
        out[indicator] = list(records)
    return out


def _breaks(rows: _Rows) -> list[tuple[str, Text]]:
    """Find (wave, note) of every break, in order of time; the same break of two series stands once.

    A series without a figure for the year of a change breaks later: its gap takes in the mark of the others.
    """
    gaps = sorted(
        (
            (
                str(row["wave"]),
                str(before["wave"]),
                Text(str(row["break_note_zh"]), str(row["break_note_en"])),
            )
            for points in rows.values()
            for before, row in pairwise(points)
            if bool(row["break_before"])
        ),
        key=lambda gap: gap[0],
    )
    found: dict[str, Text] = {}
    for wave, before, note in gaps:
        if not any(before < other <= wave and told == note for other, told in found.items()):
            found.setdefault(wave, note)
    return sorted(found.items(), key=lambda item: item[0])


def _paint(sheet: Sheet, lexicon: Lexicon, rows: _Rows, breaks: Sequence[tuple[str, Text]]) -> None:
    lang, several = sheet.lang, len(rows) > 1
    ends = {
        indicator: end_label(lexicon, points[-1], several).in_(lang) for indicator, points in rows.items()
    }
    right = WIDTH - max(text_width(line, LABEL) for text in ends.values() for line in text.split("\n")) - 14
    first = next(iter(rows))
    everything = [row for points in rows.values() for row in points]
    low, high, ticks = scale(everything, 7, below=0.2, above=0.16)
    labels = tick_labels(ticks, lexicon.unit(first), lang)
    left = max(text_width(label, TICK) for label in labels) + 10
    axes = sheet.axes(left, _TOP, right, _TOP + _BODY)
    waves = sorted({int(row["wave"]) for points in rows.values() for row in points})
    span = max(1, waves[-1] - waves[0])
    axes.set(xlim=(waves[0] - 0.04 * span, waves[-1] + 0.02 * span), ylim=(low, high))
    axes.set_yticks(ticks, labels)
    axes.set_xticks(*year_ticks(waves, (right - left) / (1.06 * span)))
    axes.grid(axis="y")
    axes.tick_params(length=0, pad=6)
    axes.tick_params(axis="x", length=3, pad=4, color=GRID)
    for place, points in enumerate(rows.values()):
        _line(axes, points, SERIES[place])
    if not several:
        label_extremes(axes, lexicon, rows[first], lang)
    mark_breaks(axes, rows, breaks, high)
    label_ends(axes, rows, ends, (high - low) / _BODY)
    unit = lexicon.unit_over(first, map(str, waves))
    sheet.write(
        2,
        13,
        Text(f"单位：{unit.zh}", unit.en if unit.en == "%" else unit.en[:1].upper() + unit.en[1:]).in_(lang),
        size=TICK,
    )
    _key(sheet, rows)


def _line(axes: Axes, points: Sequence[_Row], color: str) -> None:
    runs: list[list[_Row]] = [[points[0]]]
    for before, row in pairwise(points):
        if bool(row["break_before"]):
            runs.append([row])
            continue
        if int(row["wave"]) - int(before["wave"]) > 1:
            ends = [int(before["wave"]), int(row["wave"])]
            heights = [float(before["estimate"]), float(row["estimate"])]
            axes.plot(ends, heights, color=color, linewidth=1.3, linestyle=(0, (1.5, 2.5)), zorder=2)
            runs.append([row])
        else:
            runs[-1].append(row)
    for run in runs:
        table = pd.DataFrame({"x": [int(r["wave"]) for r in run], "y": [float(r["estimate"]) for r in run]})
        sns.lineplot(
            data=table,
            x="x",
            y="y",
            estimator=None,
            errorbar=None,
            color=color,
            linewidth=2,
            legend=False,
            ax=axes,
        )
    axes.set(xlabel="", ylabel="")
    for row in points:
        _point(axes, row, color, last=row is points[-1])


def _point(axes: Axes, row: _Row, color: str, *, last: bool) -> None:
    x, y = int(row["wave"]), float(row["estimate"])
    lower, upper = float(row["lower"]), float(row["upper"])
    if not (math.isnan(lower) or math.isnan(upper)):
        axes.plot(
            [x, x], [lower, upper], color=color, linewidth=1.2, alpha=0.75, zorder=2.5,
            solid_capstyle="butt", gid=mark(row, "interval"),
        )  # fmt: skip
    face = "white" if row["source"] == "published" else color
    axes.plot(
        [x],
        [y],
        marker="o",
        markersize=7 if last else 5,
        color=color,
        markerfacecolor=face,
        markeredgewidth=1.4,
        zorder=4,
        clip_on=False,
        gid=mark(row),
    )


def _key(sheet: Sheet, rows: _Rows) -> None:
    """Say what open markers, whiskers and dots between years mean, where there are any."""
    sources = {row["source"] for points in rows.values() for row in points}
    entries = []
    if "published" in sources:
        if "archive" in sources:
            entries.append(("o", True, Text("本次测算", "from the returns")))
        entries.append(("o", False, Text("以往公布", "as published")))
    if any(not math.isnan(float(row["lower"])) for points in rows.values() for row in points):
        entries.append(("|", True, Text("置信区间", "interval")))
    x = WIDTH - 4.0
    for marker, filled, text in reversed(entries):
        words = text.in_(sheet.lang)
        x -= text_width(words, TICK)
        sheet.write(x, 13, words, size=TICK)
        x -= 9
        sheet.dot(x, 9.5, marker, MUTED, size=5.5 if marker == "o" else 10, filled=filled)
        x -= 16


def _finding(lexicon: Lexicon, rows: _Rows) -> Phrase:
    told = [
        compose(
            Text("{wave}{label}为{value}", "{label} was {value} in {wave}"),
            wave=wave_text(points[-1]["wave"]),
            label=lexicon.label(indicator) if place else _capital(lexicon.label(indicator)),
            value=_number(points[-1], lexicon),
        )
        for place, (indicator, points) in enumerate(rows.items())
    ]
    return join(told, Text("；", "; "), Text("；", "; "))


def _capital(text: Text) -> Text:
    """Begin a sentence with it."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def _number(row: _Row, lexicon: Lexicon) -> Number:
    """Take a point of a line as a number; those printed earlier have their key as well."""
    value, indicator = float(row["estimate"]), str(row["indicator"])
    text = estimate_text(value, lexicon, indicator, row["wave"])
    return Number(text, value, estimate_key(row["wave"], indicator))


def _alt(lexicon: Lexicon, rows: _Rows, breaks: Sequence[tuple[str, Text]]) -> Text:
    zh, en = [], []
    for indicator, points in rows.items():
        label = lexicon.label(indicator)
        ordered = sorted(points, key=lambda row: float(row["estimate"]))
        named = [
            (wave_text(row["wave"]), estimate_text(float(row["estimate"]), lexicon, indicator, row["wave"]))
            for row in (points[0], points[-1], ordered[-1], ordered[0])
        ]
        (w0, v0), (w1, v1), (wh, vh), (wl, vl) = named
        since = _since(lexicon, points)
        zh.append(
            f"{label.zh}：{w0.zh}{v0.zh}，{w1.zh}{v1.zh}；最高{vh.zh}（{wh.zh}），最低{vl.zh}（{wl.zh}）{since.zh}"
        )
        en.append(
            f"{label.en}: {v0.en} in {w0.en}, {v1.en} in {w1.en}; "
            f"highest {vh.en} ({wh.en}), lowest {vl.en} ({wl.en}){since.en}"
        )
    cut_zh = "".join(f"{wave_text(wave).zh}前序列中断：{note.zh}。" for wave, note in breaks)
    cut_en = "".join(f" Break in the series before {wave_text(wave).en}: {note.en}." for wave, note in breaks)
    return Text(f"折线图。{'。'.join(zh)}。{cut_zh}", f"Line chart. {'. '.join(en)}.{cut_en}")


def _since(lexicon: Lexicon, points: Sequence[_Row]) -> Text:
    """Tell the course since the last break, where there is one and more than a point after it."""
    cut = max((place for place, row in enumerate(points) if place and bool(row["break_before"])), default=0)
    if not cut or cut == len(points) - 1:
        return Text.same("")
    (first, was), (last, now) = (
        (
            wave_text(row["wave"]),
            estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"]),
        )
        for row in (points[cut], points[-1])
    )
    return Text(
        f"；断点之后由{first.zh}{was.zh}到{last.zh}{now.zh}",
        f"; since the last break from {was.en} in {first.en} to {now.en} in {last.en}",
    )


def _data_row(row: _Row, lexicon: Lexicon) -> list[Cell]:
    source = (
        Text("以往公布", "as published")
        if row["source"] == "published"
        else Text("本次测算", "from the returns")
    )
    return [lexicon.name(row["indicator"]), wave_text(row["wave"]), _number(row, lexicon), source]
