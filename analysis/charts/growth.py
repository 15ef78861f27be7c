"""Changes told in per cent as bars to both sides of nought, the strongest rise first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, draw
from analysis.charts.marks import change_mark
from analysis.charts.style import ACCENT, AXIS, INK, LABEL, SERIES, WIDTH, text_width, wrap
from analysis.errors import AnalysisError
from analysis.formatting import Lexicon, Number, Text, change_key, change_text, wave_text
from analysis.phrases import Phrase, compose, join

if TYPE_CHECKING:
    from analysis.formatting import Lang
    from analysis.grid import Cell

__all__ = ["growth"]

_ROW, _LINE, _NAMES, _GAP = 25.0, 13.5, 0.36, 6.0
_RISE, _FALL = ACCENT, SERIES[1]
_Row = Mapping[str, Any]


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
        height=lambda lang: _tall(_names(lexicon, rows, lang)) * len(rows) + 6,
        paint=lambda sheet: _paint(sheet, lexicon, rows),
    )
    cells: list[list[Cell]] = [[lexicon.name(row["indicator"]), _number(row, lexicon)] for row in rows]
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, rows),
        alt=_alt(lexicon, rows),
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


def _names(lexicon: Lexicon, rows: Sequence[_Row], lang: Lang) -> list[list[str]]:
    return [wrap(lexicon.name(row["indicator"]).in_(lang), WIDTH * _NAMES, LABEL, lang) for row in rows]


def _tall(names: Sequence[Sequence[str]]) -> float:
    return max(_ROW, max(len(lines) for lines in names) * _LINE + 7)


def _paint(sheet: Sheet, lexicon: Lexicon, rows: Sequence[_Row]) -> None:
    names = _names(lexicon, rows, sheet.lang)
    tall = _tall(names)
    values = [float(row["change"]) for row in rows]
    texts = [_told(row, lexicon).in_(sheet.lang) for row in rows]
    room = max(text_width(text, LABEL) for text in texts) + _GAP + 4
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
            text, (value, place), (_GAP if value >= 0 else -_GAP, 0), textcoords="offset points",
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


def _alt(lexicon: Lexicon, rows: Sequence[_Row]) -> Text:
    wave = wave_text(rows[0]["wave"])
    zh = "、".join(f"{lexicon.name(r['indicator']).zh}{_told(r, lexicon).zh}" for r in rows)
    en = "; ".join(f"{lexicon.name(r['indicator']).en} {_told(r, lexicon).en}" for r in rows)
    up = sum(float(row["change"]) > 0 for row in rows)
    down = sum(float(row["change"]) < 0 for row in rows)
    return Text(
        f"条形图，{wave.zh}同比变化，{up}项上升、{down}项下降，由高到低：{zh}。",
        f"Bar chart, changes on the year before in {wave.en}: {up} up, {down} down; from high to low: {en}.",
    )
