"""Parts of a whole as one bar for each segment or wave, labelled inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from analysis.charts.chart import Chart, Plan, Sheet, draw, label_mark, mark
from analysis.charts.form import extremes, key_places
from analysis.charts.style import INK, LABEL, MUTED, TICK, WIDTH, text_width
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, base_cell, number_cell, rows_by_key
from analysis.words import BASE_HEAD, Lang, Lexicon, Text, estimate_text, wave_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["stacked"]

_ROW = 32.0
_PARTS = ("#1F4E79", "#4FAFA4", "#E9C27A", "#B5523B", "#C9CED4", "#7A5C86")
_DARK = frozenset({"#1F4E79", "#B5523B", "#7A5C86"})
_KEY_ROW = 17.0


def stacked(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    parts: Sequence[str],
    rows: Sequence[str],
    *,
    by: Literal["segment", "wave"],
    slug: str,
    wave: str = "",
    dimension: str = "total",
    caption: Text,
    notice: Text | None = None,
) -> Chart:
    """Draw shares that make up a whole, one bar a segment (of one wave) or a wave (of the total).

    Parameters
    ----------
    estimates : DataFrame
        Released cells.
    lexicon : Lexicon
    parts : sequence of str
        Indicators in the order they are stacked, six at most.
    rows : sequence of str
        Segments or waves from top to bottom.
    by : {"segment", "wave"}
    slug : str
    wave, dimension : str
        The wave of the segments and their dimension; not read when `by` is "wave".
    caption : Text
        The finding.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If there are more parts than colours, or a cell is missing.
    """
    if not 1 <= len(parts) <= len(_PARTS):
        raise AnalysisError(
            argument="parts",
            expected=f"one to {len(_PARTS)} parts",
            got=str(len(parts)),
            remedy="join small parts",
        )
    chosen = estimates[estimates["indicator"].isin(list(parts)) & estimates[by].isin(list(rows))]
    if by == "segment":
        chosen = chosen[(chosen["wave"] == wave) & (chosen["dimension"] == dimension)]
    else:
        chosen = chosen[chosen["dimension"] == "total"]
    grid = _grid(chosen, parts, rows, by)
    names = {row: lexicon.segment(row) if by == "segment" else wave_text(row) for row in rows}
    plan = Plan(
        height=lambda lang: _key_height(lexicon, parts, lang) + _ROW * len(rows) + 4,
        paint=lambda sheet: _paint(sheet, lexicon, parts, list(names.values()), grid),
    )
    return draw(
        plan,
        slug=slug,
        caption=caption,
        alt=_alt(lexicon, list(names.values()), grid),
        header=[
            Text("类别", "Segment") if by == "segment" else Text("年份", "Year"),
            *map(lexicon.name, parts),
            BASE_HEAD,
        ],
        rows=[_data_row(name, bar, lexicon) for name, bar in zip(names.values(), grid, strict=True)],
        data=chosen,
        notice=notice,
    )


_Row = Mapping[str, Any]


def _grid(
    cells: pd.DataFrame, parts: Sequence[str], rows: Sequence[str], by: str
) -> list[list[dict[str, Any]]]:
    require_released(cells)
    found = rows_by_key(cells, by, "indicator")
    absent = [f"{row}/{part}" for row in rows for part in parts if (row, part) not in found]
    if absent:
        raise AnalysisError(
            argument="estimates",
            expected="a row for every part of every bar",
            got="none for " + ", ".join(absent),
            remedy="add the rows or drop the bar",
        )
    return [[found[(row, part)] for part in parts] for row in rows]


def _keys(lexicon: Lexicon, parts: Sequence[str], lang: Lang) -> list[tuple[float, int, str]]:
    """Place the names of the parts: (x, line, name), broken into lines as wide as the chart."""
    names = [lexicon.name(part).in_(lang) for part in parts]
    return key_places(names, start=4.0, mark=14, gap=18)


def _key_height(lexicon: Lexicon, parts: Sequence[str], lang: Lang) -> float:
    return (_keys(lexicon, parts, lang)[-1][1] + 1) * _KEY_ROW + 8


def _paint(
    sheet: Sheet,
    lexicon: Lexicon,
    parts: Sequence[str],
    names: Sequence[Text],
    grid: Sequence[Sequence[_Row]],
) -> None:
    lang = sheet.lang
    top = _key_height(lexicon, parts, lang)
    for place, (x, line, name) in enumerate(_keys(lexicon, parts, lang)):
        y = line * _KEY_ROW + 10
        sheet.dot(x + 4, y, "s", _PARTS[place], size=8)
        sheet.write(x + 13, y + 3.6, name, size=TICK, color=INK)
    labels = [name.in_(lang) for name in names]
    left = max(text_width(label, LABEL) for label in labels) + 10
    right = WIDTH - 4
    axes = sheet.axes(left, top, right, top + _ROW * len(names))
    longest = max(sum(float(row["estimate"]) for row in bar if row["status"] == "released") for bar in grid)
    axes.set(xlim=(0, max(longest, 1e-9)), xticks=[], ylim=(len(names) - 0.5, -0.5))
    axes.set_yticks(range(len(names)), labels, size=LABEL, color=INK)
    for words, bar in zip(axes.get_yticklabels(), grid, strict=True):
        words.set_gid(label_mark(bar[0]["dimension"], bar[0]["segment"]))
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["bottom"].set_visible(False)
    room = (right - left) / max(longest, 1e-9)
    for place, bar in enumerate(grid):
        _bar(axes, lexicon, bar, place=place, room=room, lang=lang)


def _bar(axes: Axes, lexicon: Lexicon, bar: Sequence[_Row], *, place: int, room: float, lang: Lang) -> None:
    start = 0.0
    for color, row in zip(_PARTS, bar, strict=False):
        if row["status"] != "released":
            continue
        length = float(row["estimate"])
        axes.barh(
            place, length, left=start, height=0.68, color=color, edgecolor="white", linewidth=1.2,
            gid=mark(row),
        )  # fmt: skip
        text = estimate_text(length, lexicon, row["indicator"]).in_(lang)
        if text_width(text, TICK) + 5 <= length * room:
            ink = "white" if color in _DARK else INK
            axes.text(
                start + length / 2, place, text, ha="center", va="center_baseline", size=TICK, color=ink,
                gid=mark(row),
            )  # fmt: skip
        start += length
    if any(row["status"] != "released" for row in bar):
        axes.text(start, place, "  [c]", ha="left", va="center_baseline", size=TICK, color=MUTED)


def _alt(lexicon: Lexicon, names: Sequence[Text], grid: Sequence[Sequence[_Row]]) -> Text:
    zh, en = [], []
    for name, bar in zip(names, grid, strict=True):
        shown = [
            (
                lexicon.name(row["indicator"]),
                estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"]),
            )
            for row in bar
            if row["status"] == "released"
        ]
        zh.append(f"{name.zh}：" + "、".join(f"{part.zh}{value.zh}" for part, value in shown))
        en.append(f"{name.en}: " + ", ".join(f"{part.en} {value.en}" for part, value in shown))
    ends = _widest(lexicon, names, grid)
    return Text(f"堆积条形图。{ends.zh}{'；'.join(zh)}。", f"Stacked bars. {ends.en}{'; '.join(en)}.")


def _widest(lexicon: Lexicon, names: Sequence[Text], grid: Sequence[Sequence[_Row]]) -> Text:
    """Say in which part the bars differ most, and who is highest and lowest in it; nothing of one bar."""
    columns = [
        [(name, row) for name, row in zip(names, column, strict=True) if row["status"] == "released"]
        for column in zip(*grid, strict=True)
    ]
    found = [
        (lexicon.name(column[0][1]["indicator"]), extremes(column, lexicon))
        for column in columns
        if len(column) > 1
    ]
    if not found:
        return Text.same("")
    part, ends = max(found, key=lambda pair: pair[1].most.value - pair[1].least.value)
    return Text(
        f"差别最大的是“{part.zh}”，{ends.told.zh}。", f"They differ most in {part.en}: {ends.told.en}. "
    )


def _data_row(name: Text, bar: Sequence[_Row], lexicon: Lexicon) -> list[Cell]:
    return [name, *(number_cell(row, lexicon) for row in bar), base_cell(bar[0])]
