"""The reach and the marks of a number axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from matplotlib.ticker import MaxNLocator

from analysis.charts.chart import mark
from analysis.charts.style import INK, LABEL, MUTED, SERIES_TEXT, TICK, WIDTH, text_width, wrap
from analysis.model import AnalysisError
from analysis.sentences import estimate_number
from analysis.words import (
    Lang,
    Lexicon,
    Number,
    Text,
    Unit,
    decimal_text,
    estimate_text,
    interval_text,
    unit_text,
    wave_text,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet

__all__ = [
    "BREAK_MARKS",
    "LINE",
    "Break",
    "Extremes",
    "breaks_alt",
    "breaks_told",
    "capital",
    "course",
    "end_label",
    "extremes",
    "find_breaks",
    "first_comparable",
    "fit",
    "is_broken",
    "key_places",
    "label_ends",
    "label_extremes",
    "mark_breaks",
    "mark_gaps",
    "moved_most",
    "named",
    "nothing_to_draw",
    "scale",
    "tick_labels",
    "widest",
    "write_lines",
    "year_ticks",
]

_STEPS = [1, 2, 5, 10]
_NOISE = 1e-6
_MOST_DIGITS = 3
_FEWEST = 4


def scale(
    rows: Sequence[Mapping[str, Any]], marks: int, *, below: float, above: float, ceiling: float = math.inf
) -> tuple[float, float, list[float]]:
    """Find the ends of an axis that holds estimates and bounds, and up to `marks` round values on it.

    Parameters
    ----------
    rows : sequence of rows with estimate, lower, upper
    marks : int
    below, above : float
        Room beyond the lowest and highest value, as parts of their distance; never below zero for figures
        that are not negative.
    ceiling : float
        Where the axis ends at the latest, if no value lies beyond: 100 for per cent.
    """
    values = [
        float(row[column])
        for row in rows
        for column in ("estimate", "lower", "upper")
        if not math.isnan(float(row[column]))
    ]
    spread = max(values) - min(values) or abs(max(values)) * 0.1 or 1.0
    low, high = min(values) - below * spread, max(values) + above * spread
    if min(values) >= 0:
        low = max(0.0, low)
    high = min(high, max(ceiling, *values))
    ticks = [
        float(tick)
        for tick in MaxNLocator(marks, steps=_STEPS, min_n_ticks=min(marks, _FEWEST)).tick_values(low, high)
    ]
    return low, high, [tick for tick in ticks if low <= tick <= high]


def tick_labels(ticks: Sequence[float], unit: Unit, lang: Lang) -> list[str]:
    """Print the values of an axis with as many decimals as their distance needs."""
    step = min((after - before for before, after in pairwise(ticks)), default=1.0)
    enough = (
        digits for digits in range(_MOST_DIGITS) if abs(step * 10**digits - round(step * 10**digits)) < _NOISE
    )
    digits = next(enough, _MOST_DIGITS)
    return [decimal_text(tick, digits, power={"en": unit.en_power}).in_(lang) for tick in ticks]


def year_ticks(waves: Sequence[int], room: float, *, first: bool = False) -> tuple[list[int], list[str]]:
    """Label as many years as fit, the last one always; `room` is the width of one year in points.

    With `first` the first one comes next, then those between; else they follow from the last back.
    """
    need = text_width("2020", TICK) + 5
    order = list(reversed(waves))
    if first:
        order.insert(1, order.pop())
    kept: list[int] = []
    for year in order:
        if all(abs(other - year) * room >= need for other in kept):
            kept.append(year)
    return list(waves), [str(year) if year in kept else "" for year in waves]


# The key above a chart: names of parts one after the other, broken into lines as wide as the chart.


def key_places(
    names: Sequence[str], *, start: float, mark: float, gap: float
) -> list[tuple[float, int, str]]:
    """Place names: (x in points, line, name).

    Parameters
    ----------
    names : sequence of str
    start : float
        Where each line begins.
    mark, gap : float
        Room before a name for its mark, and after it.
    """
    x, line = start, 0
    out: list[tuple[float, int, str]] = []
    for name in names:
        need = mark + text_width(name, TICK) + gap
        if out and x + need - gap > WIDTH:
            x, line = start, line + 1
        out.append((x, line, name))
        x += need
    return out


# Names on a chart: broken into lines, cut where even those do not hold them, and written about a height.
#
# What is cut ends in an ellipsis; the alternative text and the table of data hold the name whole.


LINE = 1.22
_CUT = "…"


def fit(text: str, width: float, size: float, lang: Lang, *, lines: int = 2) -> list[str]:
    """Break a text into at most so many lines no wider than `width` points, the last cut where it must be."""
    broken = wrap(text, width, size, lang)
    fitting = next((at for at, line in enumerate(broken) if text_width(line, size) > width), len(broken))
    if fitting == len(broken) <= lines:
        return broken
    last = min(fitting, lines - 1)
    return [*broken[:last], _cut(broken[last], width, size)]


def _cut(line: str, width: float, size: float) -> str:
    while line and text_width(line + _CUT, size) > width:
        line = line[:-1]
    return line.rstrip(" ，、,") + _CUT


def widest(blocks: Sequence[Sequence[str]], size: float) -> float:
    """Return the width of the widest line of several names, in points."""
    return max((text_width(line, size) for lines in blocks for line in lines), default=0.0)


def write_lines(
    sheet: Sheet,
    x: float,
    middle: float,
    lines: Sequence[str],
    *,
    size: float = LABEL,
    color: str = INK,
    ha: str = "left",
    gid: str | None = None,
) -> None:
    """Write the lines of a name so that they stand about a height, `middle` points below the top."""
    for place, line in enumerate(lines):
        below = (place - (len(lines) - 1) / 2) * size * LINE
        sheet.write(x, middle + size * 0.36 + below, line, size=size, color=color, ha=ha, gid=gid)


def capital(text: Text) -> Text:
    """Begin a sentence with it."""
    return type(text)(text.zh, text.en[:1].upper() + text.en[1:])


def nothing_to_draw(kind: str, slug: str, expected: str, remedy: str) -> AnalysisError:
    """Return the error of a chart without data, which names the chart and the way out."""
    return AnalysisError(argument=f"{kind} {slug}", expected=expected, got="nothing to draw", remedy=remedy)


# Words and marks on the lines of a trend.


BREAK_MARKS: Final = tuple(chr(ord("①") + place) for place in range(20))

_Row = Mapping[str, Any]


def end_label(lexicon: Lexicon, row: _Row, several: bool) -> Text:
    """Say the last value of a line, with its name where there are several."""
    value = estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])
    if not several:
        return value
    name = lexicon.name(row["indicator"])
    return Text(f"{name.zh} {value.zh}", f"{name.en} {value.en}")


def label_ends(
    axes: Axes, rows: Mapping[str, Sequence[_Row]], ends: Mapping[str, str], per_point: float
) -> None:
    """Write each line's name and last value beside its end, moved apart where they would touch."""
    order = sorted(rows, key=lambda indicator: float(rows[indicator][-1]["estimate"]))
    gap, level = LABEL * 1.3 * per_point, -math.inf
    last = max(int(points[-1]["wave"]) for points in rows.values())
    for indicator in order:
        color = SERIES_TEXT[list(rows).index(indicator)]
        level = max(float(rows[indicator][-1]["estimate"]), level + gap)
        axes.annotate(
            ends[indicator],
            (last, level),
            (9, 0),
            textcoords="offset points",
            va="center_baseline",
            color=color,
            size=LABEL,
            annotation_clip=False,
            gid=mark(rows[indicator][-1]),
        )


def label_extremes(axes: Axes, lexicon: Lexicon, points: Sequence[_Row], lang: Lang) -> None:
    """Label the first, highest and lowest point of a lone line; the last one has its label at the end."""
    inner = sorted(range(len(points) - 1), key=lambda place: float(points[place]["estimate"]))
    for place in dict.fromkeys([0, inner[0], inner[-1]] if inner else []):
        row = points[place]
        beside = [float(point["estimate"]) for point in _neighbours(points, place)]
        above = float(row["estimate"]) >= max(beside, default=-math.inf)
        known = not math.isnan(float(row["upper"]))
        anchor = float(row["upper" if above else "lower"]) if known else float(row["estimate"])
        side, shift = _side(points, place)
        axes.annotate(
            _bare(lexicon, row).in_(lang),
            (int(row["wave"]), anchor),
            (shift, 7 if above else -7),
            textcoords="offset points",
            ha=side,
            va="bottom" if above else "top",
            size=TICK,
            color=MUTED,
            annotation_clip=False,
            gid=mark(row),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )


def _neighbours(points: Sequence[_Row], place: int) -> list[_Row]:
    """Return the points a point is joined to; a break joins nothing."""
    out = []
    if place > 0 and not bool(points[place]["break_before"]):
        out.append(points[place - 1])
    if place + 1 < len(points) and not bool(points[place + 1]["break_before"]):
        out.append(points[place + 1])
    return out


def _bare(lexicon: Lexicon, row: _Row) -> Text:
    """Print a figure without the word of its unit, which stands over the axis."""
    unit, digits = lexicon.unit(row["indicator"], row["wave"]), lexicon.measure(row["indicator"]).digits
    value = float(row["estimate"])
    if unit.key == "%":
        return unit_text(value, unit, digits)
    return decimal_text(value, digits, power={"en": unit.en_power})


def _side(points: Sequence[_Row], place: int) -> tuple[str, float]:
    """Keep a label clear of the axis and of the marks of breaks: (alignment, shift in points)."""
    if place == 0 or bool(points[place]["break_before"]):
        return "left", -4.0
    if bool(points[place + 1]["break_before"]):
        return "right", 5.0
    return "center", 0.0


def mark_breaks(
    axes: Axes, rows: Mapping[str, Sequence[_Row]], breaks: Sequence[tuple[str, Text]], top: float
) -> None:
    """Draw a dashed line with a number in the gap of every break."""
    waves = sorted({int(row["wave"]) for points in rows.values() for row in points})
    for place, (wave, _) in enumerate(breaks):
        before = max(year for year in waves if year < int(wave))
        x = (before + int(wave)) / 2
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        axes.annotate(
            BREAK_MARKS[place],
            (x, top),
            (0, 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=TICK,
            color=INK,
            annotation_clip=False,
        )


# Breaks of a series as charts of several lines mark them: a dashed line with a number, explained below.


@dataclass(frozen=True)
class Break:
    """A series stops before `wave`, for what `note` says."""

    wave: str
    note: Text


def find_breaks(series: pd.DataFrame | None, indicators: Sequence[str], waves: Sequence[str]) -> list[Break]:
    """Return the breaks between `waves` of any of the indicators, in order of time, each once.

    A break lies before the first of `waves` at or after the one the series names.
    """
    if series is None:
        return []
    own = series[series["indicator"].isin(list(indicators)) & series["break_before"].astype(bool)]
    found: dict[tuple[str, str], Break] = {}
    for row in own.sort_values("wave").to_dict("records"):
        later = [wave for wave in waves if wave >= str(row["wave"])]
        if later and min(waves) < str(row["wave"]):
            note = Text(str(row["break_note_zh"]), str(row["break_note_en"]))
            found.setdefault((min(later), note.zh), Break(min(later), note))
    return sorted(found.values(), key=lambda one: one.wave)


def is_broken(breaks: Sequence[Break], before: str, after: str) -> bool:
    """Tell whether the series breaks between two waves."""
    return any(before < one.wave <= after for one in breaks)


def first_comparable(breaks: Sequence[Break], waves: Sequence[str]) -> str:
    """Return the first wave that the last one can be compared with: itself, where the series breaks there."""
    last = max(waves)
    return min(wave for wave in waves if not is_broken(breaks, wave, last))


def breaks_told(breaks: Sequence[Break]) -> list[Text]:
    """Return the notes below a chart: a number and what broke."""
    return [
        Text(f"{mark} {one.note.zh}", f"{mark} {one.note.en}")
        for mark, one in zip(BREAK_MARKS, breaks, strict=False)
    ]


def breaks_alt(breaks: Sequence[Break]) -> Text:
    """Return the breaks in words, for an alternative text."""
    zh = "".join(f"{wave_text(one.wave).zh}前序列中断：{one.note.zh}。" for one in breaks)
    en = "".join(f" Break in the series before {wave_text(one.wave).en}: {one.note.en}." for one in breaks)
    return Text(zh, en)


def mark_gaps(axes: Axes, breaks: Sequence[Break], waves: Sequence[str], top: float) -> None:
    """Draw a dashed line in the gap before each break, with the numbers of the notes above it."""
    for before, wave in pairwise(sorted(waves)):
        marks = [mark for mark, one in zip(BREAK_MARKS, breaks, strict=False) if one.wave == wave]
        if not marks:
            continue
        x = (int(before) + int(wave)) / 2
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        axes.annotate(
            "".join(marks), (x, top), (0, 1), textcoords="offset points", ha="center", va="bottom",
            size=TICK, color=INK, annotation_clip=False,
        )  # fmt: skip


# Who is highest and lowest among several figures, all that print the same named together.


@dataclass(frozen=True)
class Extremes:
    """Who is highest and lowest, at what.

    Attributes
    ----------
    first, last : Text
        Names of the highest and of the lowest; several where they print the same figure.
    most, least : Number
    count : int
        How many figures there are.
    """

    first: Text
    most: Number
    last: Text
    least: Number
    count: int

    @property
    def alike(self) -> bool:
        """Whether all print the same figure."""
        return self.most.text == self.least.text

    @property
    def told(self) -> Text:
        """Say both ends in a clause for an alternative text."""
        if self.count == 1:
            return Text(f"{self.first.zh}{self.most.text.zh}", f"{self.first.en} {self.most.text.en}")
        if self.alike:
            return Text(f"均为{self.most.text.zh}", f"all at {self.most.text.en}")
        return Text(
            f"最高为{self.first.zh}{self.most.text.zh}，最低为{self.last.zh}{self.least.text.zh}",
            f"highest {self.first.en} {self.most.text.en}, lowest {self.last.en} {self.least.text.en}",
        )


def extremes(cells: Sequence[tuple[Text, Mapping[str, Any]]], lexicon: Lexicon) -> Extremes:
    """Find the highest and lowest of released figures, each given with its name; at least one of them."""
    numbers = [(name, estimate_number(row, lexicon)) for name, row in cells]
    most = max((number for _, number in numbers), key=lambda number: number.value)
    least = min((number for _, number in numbers), key=lambda number: number.value)
    return Extremes(
        named([name for name, number in numbers if number.text == most.text]),
        most,
        named([name for name, number in numbers if number.text == least.text]),
        least,
        len(numbers),
    )


def moved_most(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], lexicon: Lexicon) -> Text:
    """Say which of several released figures, each then and now, moved most, from what to what.

    Nothing is said where none prints otherwise than before.
    """
    moved = [(then, now) for then, now in pairs if _printed(then, lexicon) != _printed(now, lexicon)]
    if not moved:
        return Text.same("")
    then, now = max(moved, key=lambda pair: abs(float(pair[1]["estimate"]) - float(pair[0]["estimate"])))
    name, base, wave = lexicon.name(now["indicator"]), wave_text(then["wave"]), wave_text(now["wave"])
    was, is_now = _printed(then, lexicon), _printed(now, lexicon)
    return Text(
        f"变动最大的是{name.zh}，由{base.zh}{was.zh}到{wave.zh}{is_now.zh}",
        f"{name.en} moved most, from {was.en} in {base.en} to {is_now.en} in {wave.en}",
    )


def _printed(row: Mapping[str, Any], lexicon: Lexicon) -> Text:
    return estimate_number(row, lexicon).text


def named(names: Sequence[Text]) -> Text:
    """List names: 甲、乙 / A and B."""
    *some, last = names
    lead = ", ".join(name.en for name in some)
    return Text("、".join(name.zh for name in names), f"{lead} and {last.en}" if some else last.en)


# The course of a figure over the waves, told in words for those who do not see its line.


def course(rows: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Text:
    """Tell the waves of a line one after the other, with the interval of the last."""
    zh, en = [], []
    for row in rows:
        wave = wave_text(row["wave"])
        if row["status"] != "released":
            zh.append(f"{wave.zh}不予公布")
            en.append(f"withheld in {wave.en}")
            continue
        value = estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])
        zh.append(f"{wave.zh}{value.zh}")
        en.append(f"{value.en} in {wave.en}")
    span, last = Text.same(""), rows[-1]
    if last["status"] == "released" and not math.isnan(float(last["lower"])):
        unit, digits = (
            lexicon.unit(last["indicator"], last["wave"]),
            lexicon.measure(last["indicator"]).digits,
        )
        ends = interval_text(float(last["lower"]), float(last["upper"]), unit, digits)
        span = Text(f"（区间{ends.zh}）", f" (interval {ends.en})")
    return Text("，".join(zh) + span.zh, ", ".join(en) + span.en)
