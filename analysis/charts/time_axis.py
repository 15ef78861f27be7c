"""What lines over the waves share: years at their true distance, breaks, dotted gaps, whiskers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.charts.alt_texts import fill
from analysis.charts.chart import mark
from analysis.charts.style import GRID, INK, MUTED, text_width
from analysis.model import Status
from analysis.words import Cell, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.charts.style import Medium
    from analysis.words import Cells

__all__ = [
    "Break",
    "breaks_alt",
    "breaks_noted",
    "find_breaks",
    "first_comparable",
    "is_broken",
    "is_printed",
    "join_points",
    "mark_breaks",
    "paint_years",
    "point",
    "points_of",
    "whisker",
]

_MARKS: Final = tuple(chr(ord("①") + place) for place in range(20))
_DOTTED = (0, (1.5, 2.5))


@dataclass(frozen=True)
class Break:
    """A series stops before `wave`, for what `note` says."""

    wave: str
    note: Text


def points_of(cells: Cells, indicator: str) -> list[Cell]:
    """Return the totals of all years known, by year: those estimated and those earlier reports printed."""
    if cells.series.empty:
        return []
    own = cells.series[(cells.series["indicator"] == indicator) & cells.series["estimate"].notna()]
    place = {"dimension": "total", "segment": "all", "status": Status.RELEASED.value}
    rows = own.sort_values("wave").to_dict("records")
    return [Cell({str(name): value for name, value in row.items()} | place, cells) for row in rows]


def is_printed(cell: Cell) -> bool:
    """Return whether a figure was printed in an earlier report."""
    return bool(cell.row["source"] == "published")


def find_breaks(series: pd.DataFrame, indicators: Sequence[str], waves: Sequence[str]) -> list[Break]:
    """Return the breaks between `waves` of any of the indicators, in order of time, each once.

    A break lies before the first of `waves` at or after the one the series names.
    """
    if series.empty:
        return []
    own = series[series["indicator"].isin(list(indicators)) & series["break_before"].astype(bool)]
    found: dict[tuple[str, str], Break] = {}
    for row in own.sort_values("wave").to_dict("records"):
        later = [wave for wave in waves if wave >= str(row["wave"])]
        if later and min(waves) < str(row["wave"]):
            note = Text(str(row["break_note_zh"]), str(row["break_note_en"]))
            found.setdefault((min(later), note.zh), Break(min(later), note))
    return sorted(found.values(), key=lambda one: one.wave)


def is_broken(breaks: Iterable[Break], before: str, after: str) -> bool:
    """Say whether the series breaks between two waves."""
    return any(before < one.wave <= after for one in breaks)


def first_comparable(breaks: Sequence[Break], waves: Sequence[str]) -> str:
    """Return the first wave that the last one can be compared with: itself, where the series breaks there."""
    last = max(waves)
    return min(wave for wave in waves if not is_broken(breaks, wave, last))


def breaks_noted(breaks: Sequence[Break]) -> list[Text]:
    """Return the notes below a chart: a number and what broke."""
    return [
        Text(f"{number} {one.note.zh}", f"{number} {one.note.en}")
        for number, one in zip(_MARKS, breaks, strict=False)
    ]


def breaks_alt(breaks: Sequence[Break]) -> Text:
    """Return the breaks in words, for an alternative text."""
    every = [
        fill(
            "{wave}前序列中断：{note}。", " Break in the series before {wave}: {note}.",
            wave=wave_text(one.wave), note=one.note,
        )
        for one in breaks
    ]  # fmt: skip
    return Text("".join(text.zh for text in every), "".join(text.en for text in every))


def mark_breaks(axes: Axes, breaks: Sequence[Break], waves: Iterable[str], medium: Medium) -> None:
    """Draw a dashed line in the gap before each break, with the numbers of the notes above the axes."""
    for before, wave in pairwise(sorted(waves)):
        numbers = [number for number, one in zip(_MARKS, breaks, strict=False) if one.wave == wave]
        if not numbers:
            continue
        x = (int(before) + int(wave)) / 2
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        axes.annotate(
            "".join(numbers), (x, axes.get_ylim()[1]), (0, 1), textcoords="offset points", ha="center",
            va="bottom", size=medium.tick, color=INK, annotation_clip=False,
        )  # fmt: skip


def paint_years(
    sheet: Sheet, axes: Axes, waves: Iterable[str], room: float, *, edges: tuple[float, float],
    first: bool = False,
) -> None:  # fmt: skip
    """Label as many years as fit under axes `room` points wide, the last one always.

    `edges` are room before the first and after the last year, as parts of their distance. With `first` the
    first year comes next, then those between; else they follow from the last back.
    """
    years = sorted({int(wave) for wave in waves})
    span = max(1, years[-1] - years[0])
    low, high = years[0] - edges[0] * span, years[-1] + edges[1] * span
    axes.set_xlim(low, high)
    need, per_year = text_width("2020", sheet.medium.tick) + 5, room / (high - low)
    order = years[::-1]
    if first:
        order.insert(1, order.pop())
    kept: list[int] = []
    for year in order:
        if all(abs(other - year) * per_year >= need for other in kept):
            kept.append(year)
    axes.set_xticks(years, [str(year) if year in kept else "" for year in years])
    axes.tick_params(axis="x", length=3, pad=4, color=GRID)


def join_points(
    axes: Axes, cells: Sequence[Cell], broken: Callable[[Cell, Cell], bool], color: str, width: float
) -> None:
    """Join the points of a line: not over a break, dotted over years without a figure."""
    for before, cell in pairwise(cells):
        if broken(before, cell):
            continue
        dotted = int(cell.wave) - int(before.wave) > 1
        axes.plot(
            [int(before.wave), int(cell.wave)], [before.value, cell.value], color=color,
            linewidth=width * (0.65 if dotted else 1), linestyle=_DOTTED if dotted else "-", zorder=2,
        )  # fmt: skip


def whisker(axes: Axes, cell: Cell, color: str, *, width: float) -> None:
    """Draw the interval of a point, where it has one."""
    if cell.interval is not None:
        x = int(cell.wave)
        axes.plot(
            [x, x], cell.interval, color=color, linewidth=width, zorder=2.5,
            solid_capstyle="butt", gid=mark(cell, "interval"),
        )  # fmt: skip


def point(
    axes: Axes, cell: Cell, color: str, *, size: float, shape: str = "o", face: str = "", edge: str = ""
) -> None:
    """Draw the point of a figure, by default filled and edged in its colour."""
    axes.plot(
        [int(cell.wave)], [cell.value], marker=shape, markersize=size, color=color,
        markerfacecolor=face or color, markeredgecolor=edge or color, markeredgewidth=0.6 if edge else 1.4,
        zorder=4, clip_on=False, gid=mark(cell),
    )  # fmt: skip
