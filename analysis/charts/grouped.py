"""Items of a question as bars side by side, one for each year; years printed earlier drawn hollow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.chart import Chart, Plan, Sheet, draw
from analysis.charts.style import ACCENT, INK, LABEL, MUTED, TICK, WIDTH, text_width, wrap
from analysis.errors import AnalysisError
from analysis.formatting import Lang, Lexicon, Number, Text, estimate_key, estimate_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.grid import Cell

__all__ = ["grouped"]

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
