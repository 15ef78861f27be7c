"""Items of a question as bars side by side, one for each year; years printed earlier drawn hollow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, change_mark, draw
from analysis.charts.style import ACCENT, AXIS, INK, LABEL, MUTED, SERIES, TICK, WIDTH, text_width, wrap
from analysis.model import AnalysisError
from analysis.words import (
    Lang,
    Lexicon,
    Number,
    Phrase,
    Text,
    change_key,
    change_text,
    compose,
    estimate_key,
    estimate_text,
    join,
    wave_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.pieces import Cell

__all__ = ["grouped", "growth"]

_BAR = 11.5
_GAP = 9.0
_NAMES = 0.34
_TOP = 26.0
_MOST: Final = 4
# the latest year darkest; the steps keep apart in grey
_SHADES: Final[Mapping[int, tuple[str, ...]]] = {
    1: (ACCENT,),
    2: ("#A9BDD1", ACCENT),
    3: ("#C9D6E3", "#7F9DBB", ACCENT),
    4: ("#DDE5ED", "#A9BDD1", "#6C8CAD", ACCENT),
}
_PRINTED = Text("空心条为此前报告印发的数字", "Hollow bars were printed in earlier reports")

_Row = Mapping[str, Any]


def grouped(
    series: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    waves: Sequence[str],
    *,
    slug: str,
    caption: Text,
    notice: Text | None = None,
) -> Chart:
    """Draw several shares over two to four years, the items by the last year from high to low.

    Parameters
    ----------
    series : DataFrame
        As `series.series` returns it: released figures, and those printed in reports.
    lexicon : Lexicon
    indicators : sequence of str
        Of one unit, each with a figure in the last year.
    waves : sequence of str
        From the earliest; a figure that lacks in one leaves a gap.
    slug : str
    caption : Text
        The finding.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If there are more years than can be told apart, or an item has no figure in the last one.
    """
    if not 1 <= len(waves) <= _MOST:
        raise AnalysisError(
            argument="waves",
            expected=f"one to {_MOST} waves",
            got=str(len(waves)),
            remedy="leave out the earliest",
        )
    chosen = series[series["indicator"].isin(list(indicators)) & series["wave"].isin(list(waves))]
    rows = {
        (str(row["indicator"]), str(row["wave"])): {str(name): value for name, value in row.items()}
        for row in chosen.to_dict("records")
    }
    if absent := [code for code in indicators if (code, waves[-1]) not in rows]:
        raise AnalysisError(
            argument="series",
            expected=f"a figure of {waves[-1]} for every item",
            got=f"none for {', '.join(absent)}",
            remedy="leave the item out",
        )
    order = sorted(indicators, key=lambda code: -float(rows[code, waves[-1]]["estimate"]))
    grid = [[rows.get((code, wave)) for wave in waves] for code in order]
    earlier = any(row and row["source"] == "published" for bars in grid for row in bars)
    plan = Plan(
        height=lambda lang: _TOP + _tall(_names(lexicon, order, lang), len(waves)) * len(order) + 6,
        paint=lambda sheet: _paint(sheet, lexicon, order, waves, grid),
        notes=[Text(f"{_PRINTED.zh}。", f"{_PRINTED.en}.")] if earlier else [],
    )
    return draw(
        plan,
        slug=slug,
        caption=caption,
        alt=_alt(lexicon, order, waves, grid),
        header=[Text("指标", "Indicator"), *map(wave_text, waves)],
        rows=[
            [lexicon.name(code), *(_cell(row, lexicon) for row in bars)]
            for code, bars in zip(order, grid, strict=True)
        ],
        data=chosen,
        notice=notice,
    )


def _names(lexicon: Lexicon, order: Sequence[str], lang: Lang) -> list[list[str]]:
    return [wrap(lexicon.name(code).in_(lang), WIDTH * _NAMES, LABEL, lang) for code in order]


def _tall(names: Sequence[Sequence[str]], waves: int) -> float:
    lines = max(len(lines) for lines in names)
    return max(_BAR * waves + _GAP, lines * LABEL * 1.3 + _GAP)


def _paint(
    sheet: Sheet,
    lexicon: Lexicon,
    order: Sequence[str],
    waves: Sequence[str],
    grid: Sequence[Sequence[_Row | None]],
) -> None:
    lang = sheet.lang
    names = _names(lexicon, order, lang)
    tall = _tall(names, len(waves))
    left = max(text_width(line, LABEL) for lines in names for line in lines) + 10
    values = [_printed(row, lexicon).in_(lang) for bars in grid for row in bars if row]
    right = WIDTH - max(text_width(value, TICK) for value in values) - 10
    axes = sheet.axes(left, _TOP, right, _TOP + tall * len(order))
    lengths = [float(row["estimate"]) for bars in grid for row in bars if row]
    axes.set(xlim=(0, max(lengths) or 1.0), xticks=[], ylim=(len(order) - 0.5, -0.5))
    axes.set_yticks(range(len(order)), ["\n".join(lines) for lines in names], size=LABEL, color=INK)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    for place, bars in enumerate(grid):
        _bars(axes, lexicon, bars, place=place, thick=_BAR / tall, lang=lang)
    _key(sheet, waves, grid, left)


def _bars(
    axes: Axes, lexicon: Lexicon, bars: Sequence[_Row | None], *, place: int, thick: float, lang: Lang
) -> None:
    shades = _SHADES[len(bars)]
    for number, row in enumerate(bars):
        if row is None:
            continue
        y = place + (number - (len(bars) - 1) / 2) * thick
        length, last = float(row["estimate"]), number == len(bars) - 1
        hollow = row["source"] == "published"
        axes.barh(
            y, length, height=thick * 0.86, color="white" if hollow else shades[number],
            edgecolor=MUTED if hollow else shades[number], linewidth=0.9,
        )  # fmt: skip
        axes.annotate(
            _printed(row, lexicon).in_(lang), (length, y), (4, 0), textcoords="offset points",
            va="center_baseline", size=TICK, color=INK if last else MUTED, annotation_clip=False,
        )  # fmt: skip


def _key(sheet: Sheet, waves: Sequence[str], grid: Sequence[Sequence[_Row | None]], left: float) -> None:
    x = left + 4
    for number, wave in enumerate(waves):
        column = [bars[number] for bars in grid if bars[number]]
        hollow = bool(column) and all(row["source"] == "published" for row in column if row)
        name = wave_text(wave).in_(sheet.lang)
        sheet.dot(x, 11, "s", MUTED if hollow else _SHADES[len(waves)][number], size=8, filled=not hollow)
        sheet.write(x + 9, 14.5, name, size=TICK, color=INK if number == len(waves) - 1 else MUTED)
        x += 9 + text_width(name, TICK) + 22


def _printed(row: _Row, lexicon: Lexicon) -> Text:
    return estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])


def _cell(row: _Row | None, lexicon: Lexicon) -> Cell:
    if row is None:
        return "[x]"
    key = estimate_key(row["wave"], row["indicator"])
    return Number(_printed(row, lexicon), float(row["estimate"]), key)


def _alt(
    lexicon: Lexicon, order: Sequence[str], waves: Sequence[str], grid: Sequence[Sequence[_Row | None]]
) -> Text:
    parts: dict[Lang, list[str]] = {"zh": [], "en": []}
    for code, bars in zip(order, grid, strict=True):
        for lang, out in parts.items():
            told = [
                f"{wave_text(wave).in_(lang)}{' ' * (lang == 'en')}{_printed(row, lexicon).in_(lang)}"
                for wave, row in zip(waves, bars, strict=True)
                if row
            ]
            name = lexicon.name(code).in_(lang)
            out.append(f"{name}：{'、'.join(told)}" if lang == "zh" else f"{name}: {', '.join(told)}")
    printed = sorted(
        {str(row["wave"]) for bars in grid for row in bars if row and row["source"] == "published"}
    )
    zh = f"{'、'.join(wave_text(w).zh for w in printed)}为此前报告印发的数字。" if printed else ""
    en = f" Figures of {', '.join(printed)} were printed in earlier reports." if printed else ""
    return Text(f"分组条形图。{'；'.join(parts['zh'])}。{zh}", f"Grouped bars. {'; '.join(parts['en'])}.{en}")


# Changes told in per cent as bars to both sides of nought, the strongest rise first.


_ROW, _LINE, _CHANGE_NAMES, _CHANGE_GAP = 25.0, 13.5, 0.36, 6.0
_RISE, _FALL = ACCENT, SERIES[1]


def growth(
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    slug: str,
    caption: Text | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw changes in per cent as bars from nought: rises to the right, falls to the left.

    Parameters
    ----------
    changes : DataFrame
        Rows of frame `changes` told in per cent, one an indicator; others are left out.
    lexicon : Lexicon
    indicators : sequence of str
        Which of them.
    slug : str
    caption : Text, optional
        The finding; by default the strongest rise and the strongest fall are named.
    notice : Text, optional
        Printed below: announces demonstration data.

    Raises
    ------
    AnalysisError
        If no change of the indicators is told in per cent.
    """
    chosen = changes[changes["indicator"].isin(list(indicators)) & (changes["unit"] == "percent")]
    chosen = chosen.dropna(subset=["change"]).sort_values("change", ascending=False, kind="stable")
    if chosen.empty:
        raise AnalysisError(
            argument="changes",
            expected="changes in per cent of " + ", ".join(indicators),
            got="none",
            remedy="name indicators whose growth is told",
        )
    rows: list[_Row] = [{str(k): v for k, v in row.items()} for row in chosen.to_dict("records")]
    plan = Plan(
        height=lambda lang: _change_height(_change_names(lexicon, rows, lang)) * len(rows) + 6,
        paint=lambda sheet: _paint_changes(sheet, lexicon, rows),
    )
    cells: list[list[Cell]] = [[lexicon.name(row["indicator"]), _number(row, lexicon)] for row in rows]
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, rows),
        alt=_change_alt(lexicon, rows),
        header=[Text("指标", "Indicator"), Text("同比", "Change on the year before")],
        rows=cells,
        data=chosen,
        notice=notice,
    )


def _number(row: _Row, lexicon: Lexicon) -> Number:
    value, key = float(row["change"]), change_key(row["wave"], row["base_wave"], row["indicator"])
    return Number(_told(row, lexicon), value, key, "change")


def _told(row: _Row, lexicon: Lexicon) -> Text:
    return change_text(float(row["change"]), lexicon, row["indicator"], unit="percent")


def _change_names(lexicon: Lexicon, rows: Sequence[_Row], lang: Lang) -> list[list[str]]:
    return [
        wrap(lexicon.name(row["indicator"]).in_(lang), WIDTH * _CHANGE_NAMES, LABEL, lang) for row in rows
    ]


def _change_height(names: Sequence[Sequence[str]]) -> float:
    return max(_ROW, max(len(lines) for lines in names) * _LINE + 7)


def _paint_changes(sheet: Sheet, lexicon: Lexicon, rows: Sequence[_Row]) -> None:
    names = _change_names(lexicon, rows, sheet.lang)
    tall = _change_height(names)
    values = [float(row["change"]) for row in rows]
    texts = [_told(row, lexicon).in_(sheet.lang) for row in rows]
    room = max(text_width(text, LABEL) for text in texts) + _CHANGE_GAP + 4
    left = max(text_width(line, LABEL) for lines in names for line in lines) + 10
    start = left + (room if min(values) < 0 else 0)
    axes = sheet.axes(start, 0, WIDTH - room, tall * len(rows))
    table = pd.DataFrame({"change": values, "place": [str(place) for place in range(len(values))]})
    sns.barplot(
        data=table, x="change", y="place", orient="h", width=15 / tall, errorbar=None, color=_RISE,
        saturation=1, ax=axes,
    )  # fmt: skip
    for row, value, patch in zip(rows, values, axes.patches, strict=True):
        patch.set_facecolor(_RISE if value >= 0 else _FALL)
        patch.set_linewidth(0)
        patch.set_gid(change_mark(row))
    low, high = min(0.0, *values), max(0.0, *values)
    axes.set(xlim=(low, high if high > low else low + 1), xticks=[], xlabel="", ylabel="")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.axvline(0, color=AXIS, linewidth=1.0)
    for place, (value, text) in enumerate(zip(values, texts, strict=True)):
        axes.annotate(
            text, (value, place), (_CHANGE_GAP if value >= 0 else -_CHANGE_GAP, 0), textcoords="offset points",
            ha="left" if value >= 0 else "right", va="center_baseline", color=INK, annotation_clip=False,
        )  # fmt: skip
    for place, lines in enumerate(names):
        first = tall * (place + 0.5) + LABEL * 0.36 - _LINE * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            sheet.write(0, first + _LINE * number, line, size=LABEL, color=INK)


_MOST_UP = Text("{name}同比增幅最大（{told}）", "{name} rose most on the year before ({told})")
_MOST_DOWN = Text("{name}同比降幅最大（{told}）", "{name} fell most on the year before ({told})")
_NOTHING_MOVED = Text("{wave}，各项与上年同期持平", "In {wave}, nothing changed on the year before")


def _finding(lexicon: Lexicon, rows: Sequence[_Row]) -> Phrase:
    """Name the strongest rise and the strongest fall, as far as there are both."""
    wave = wave_text(rows[0]["wave"])
    told = [
        compose(words, name=lexicon.name(row["indicator"]), told=_number(row, lexicon))
        for row, rose, words in ((rows[0], True, _MOST_UP), (rows[-1], False, _MOST_DOWN))
        if (float(row["change"]) > 0) == rose and float(row["change"])
    ]
    if not told:
        return compose(_NOTHING_MOVED, wave=wave)
    return compose(
        Text("{wave}，{told}", "In {wave}, {told}"),
        wave=wave,
        told=join(told, Text("，", ", "), Text("，", ", ")),
    )


def _change_alt(lexicon: Lexicon, rows: Sequence[_Row]) -> Text:
    wave = wave_text(rows[0]["wave"])
    zh = "、".join(f"{lexicon.name(r['indicator']).zh}{_told(r, lexicon).zh}" for r in rows)
    en = "; ".join(f"{lexicon.name(r['indicator']).en} {_told(r, lexicon).en}" for r in rows)
    up = sum(float(row["change"]) > 0 for row in rows)
    down = sum(float(row["change"]) < 0 for row in rows)
    return Text(
        f"条形图，{wave.zh}同比变化，{up}项上升、{down}项下降，由高到低：{zh}。",
        f"Bar chart, changes on the year before in {wave.en}: {up} up, {down} down; from high to low: {en}.",
    )
