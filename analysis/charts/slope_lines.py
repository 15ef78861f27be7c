"""Two waves side by side: one line for each indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.charts.chart import Chart, Plan, Sheet, draw, mark
from analysis.charts.form import moved_most
from analysis.charts.style import ACCENT, AXIS, GRID, INK, LABEL, MUTED, TICK, WIDTH, text_width, wrap
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, number_cell, printed, rows_by_key
from analysis.words import Lang, Lexicon, Text, estimate_text, wave_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["slope", "spread_apart"]

_TOP = 28.0
_LINE = 14.0
_NAMES = 0.42
_SMALLEST = 150.0


def slope(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    waves: tuple[str, str],
    slug: str,
    caption: Text,
    highlight: Sequence[str] = (),
    notice: Text | None = None,
) -> Chart:
    """Draw the totals of several indicators in two waves, joined by lines.

    Parameters
    ----------
    estimates : DataFrame
        Released cells. An indicator without a released cell in both waves is left out and named in the table.
    lexicon : Lexicon
    indicators : sequence of str
        Of one unit.
    waves : tuple of two str
        Left and right.
    slug : str
    caption : Text
        The finding.
    highlight : sequence of str
        Lines in full colour, for changes the test confirms; the others are grey.
    notice : Text, optional
    """
    chosen = estimates[
        estimates["indicator"].isin(list(indicators))
        & estimates["wave"].isin(list(waves))
        & (estimates["dimension"] == "total")
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "wave")
    pairs = [(cells.get((name, waves[0])), cells.get((name, waves[1]))) for name in indicators]
    shown = [(a, b) for a, b in pairs if a and b and a["status"] == b["status"] == "released"]
    if not shown:
        raise AnalysisError(
            argument="estimates",
            expected="an indicator released in both waves",
            got="none",
            remedy="check the waves",
        )
    plan = Plan(
        height=lambda lang: _TOP + _body(_right_texts(lexicon, shown, lang)) + 8,
        paint=lambda sheet: _paint(sheet, lexicon, shown, highlight),
    )
    rows: list[list[Cell]] = [
        [lexicon.name(name), *(number_cell(row, lexicon) if row else "[x]" for row in pair)]
        for name, pair in zip(indicators, pairs, strict=True)
    ]
    return draw(
        plan,
        slug=slug,
        caption=caption,
        alt=_alt(lexicon, shown),
        header=[Text("指标", "Indicator"), wave_text(waves[0]), wave_text(waves[1])],
        rows=rows,
        data=chosen,
        notice=notice,
    )


_Row = Mapping[str, Any]
_Pairs = Sequence[tuple[_Row, _Row]]


def _right_texts(lexicon: Lexicon, pairs: _Pairs, lang: Lang) -> list[list[str]]:
    texts = (f"{printed(b, lexicon).in_(lang)} {lexicon.name(b['indicator']).in_(lang)}" for _, b in pairs)
    return [wrap(text, WIDTH * _NAMES, LABEL, lang) for text in texts]


def _spacing(texts: Sequence[Sequence[str]]) -> float:
    return max(len(lines) for lines in texts) * _LINE + 2


def _body(texts: Sequence[Sequence[str]]) -> float:
    return max(_SMALLEST, _spacing(texts) * (len(texts) + 1))


def _paint(sheet: Sheet, lexicon: Lexicon, pairs: _Pairs, highlight: Sequence[str]) -> None:
    lang = sheet.lang
    left_texts = [[printed(a, lexicon).in_(lang)] for a, _ in pairs]
    right_texts = _right_texts(lexicon, pairs, lang)
    body = _body(right_texts)
    left = max(text_width(text, LABEL) for (text,) in left_texts) + 60
    right = WIDTH - max(text_width(line, LABEL) for lines in right_texts for line in lines) - 16
    axes = sheet.axes(left, _TOP, right, _TOP + body)
    values = [float(row["estimate"]) for pair in pairs for row in pair]
    spread = max(values) - min(values) or 1.0
    low, high = min(values) - 0.06 * spread, max(values) + 0.06 * spread
    axes.set(xlim=(0, 1), ylim=(low, high), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    for x in (0, 1):
        axes.axvline(x, color=GRID, linewidth=1)
    for a, b in pairs:
        bold = b["indicator"] in highlight
        axes.plot(
            [0, 1],
            [float(a["estimate"]), float(b["estimate"])],
            color=ACCENT if bold else AXIS,
            linewidth=2.2 if bold else 1.3,
            clip_on=False,
            zorder=3 if bold else 2,
        )
        for x, row in ((0, a), (1, b)):
            axes.plot(
                [x], [float(row["estimate"])], color=ACCENT if bold else AXIS, marker="o", markersize=5,
                linestyle="none", clip_on=False, zorder=3 if bold else 2, gid=mark(row),
            )  # fmt: skip
    least = _spacing(right_texts) * (high - low) / body
    for x, side, texts, column in ((0, "right", left_texts, 0), (1, "left", right_texts, 1)):
        heights = spread_apart([float(pair[column]["estimate"]) for pair in pairs], least)
        for pair, lines, y in zip(pairs, texts, heights, strict=True):
            color = ACCENT if pair[1]["indicator"] in highlight else INK
            axes.annotate(
                "\n".join(lines),
                (x, y),
                (-8 if x == 0 else 8, 0),
                textcoords="offset points",
                ha=side,
                va="center_baseline",
                size=LABEL,
                color=color,
                annotation_clip=False,
                gid=mark(pair[column]),
            )
    for edge, row in ((left, pairs[0][0]), (right, pairs[0][1])):
        sheet.write(edge, 14, wave_text(row["wave"]).in_(lang), size=TICK, color=MUTED, ha="center")


def spread_apart(values: Sequence[float], least: float) -> list[float]:
    """Move heights apart until neighbours are `least` apart, each as near its own place as that allows."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    groups: list[tuple[float, list[int]]] = []
    for place in order:
        groups.append((values[place], [place]))
        while len(groups) > 1 and groups[-1][0] - _half(groups[-1], least) < groups[-2][0] + _half(
            groups[-2], least
        ):
            (high, upper), (low, lower) = groups.pop(), groups.pop()
            both = lower + upper
            groups.append(((low * len(lower) + high * len(upper)) / len(both), both))
    out = [0.0] * len(values)
    for centre, places in groups:
        for step, place in enumerate(places):
            out[place] = centre + (step - (len(places) - 1) / 2) * least
    return out


def _half(group: tuple[float, list[int]], least: float) -> float:
    return len(group[1]) * least / 2


def _alt(lexicon: Lexicon, pairs: _Pairs) -> Text:
    first, last = wave_text(pairs[0][0]["wave"]), wave_text(pairs[0][1]["wave"])
    zh, en = [], []
    for a, b in pairs:
        name = lexicon.name(a["indicator"])
        was, now = (
            estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"]) for row in (a, b)
        )
        zh.append(f"{name.zh}由{was.zh}到{now.zh}")
        en.append(f"{name.en} from {was.en} to {now.en}")
    moved = moved_most(pairs, lexicon)
    return Text(
        f"斜率图，{first.zh}与{last.zh}：{'；'.join(zh)}。" + (f"{moved.zh}。" if moved.zh else ""),
        f"Slope chart, {first.en} and {last.en}: {'; '.join(en)}." + (f" {moved.en}." if moved.en else ""),
    )
