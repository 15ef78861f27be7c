"""Ranked horizontal bars of the items of a question, with the wave before as a tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, draw, mark
from analysis.charts.form import moved_most
from analysis.charts.style import ACCENT, INK, LABEL, MUTED, PALE, TICK, WIDTH, text_width, wrap
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, base_cell, number_cell, printed, rows_by_key
from analysis.sentences import estimate_number
from analysis.words import BASE_HEAD, Lang, Lexicon, Phrase, Text, compose, estimate_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["bars"]

_ROW = 25.0
_LINE = 13.5
_NAMES = 0.42
_TOP = 26.0
_SLIVER = 0.02


def bars(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    wave: str,
    slug: str,
    caption: Text | None = None,
    previous: str | None = None,
    highlight: Sequence[str] = (),
    base: bool = True,
    notice: Text | None = None,
) -> Chart:
    """Draw the totals of several indicators as bars from zero, highest first; withheld ones last, as ``[c]``.

    Parameters
    ----------
    estimates : DataFrame
        Released cells of `wave` and, for the ticks, of `previous`.
    lexicon : Lexicon
    indicators : sequence of str
        Of one unit.
    wave, previous : str
    slug : str
    caption : Text, optional
        The finding; by default the first and last item are named.
    highlight : sequence of str
        Indicators in full colour, the others pale; all in full colour when empty.
    base : bool
        Whether the data table tells how many answered; it says nothing where one member speaks for itself.
    notice : Text, optional
        Printed below: announces demonstration data.
    """
    waves = [wave] if previous is None else [wave, previous]
    chosen = estimates[
        estimates["indicator"].isin(list(indicators))
        & estimates["wave"].isin(waves)
        & (estimates["dimension"] == "total")
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "wave")
    ranked = _rank([cells[(name, wave)] for name in indicators if (name, wave) in cells], wave)
    before = [cells.get((row["indicator"], previous or "")) for row in ranked]
    plan = Plan(
        height=lambda lang: _TOP + _row_height(_names(lexicon, ranked, lang)) * len(ranked) + 6,
        paint=lambda sheet: _paint(sheet, lexicon, ranked, before, highlight),
    )
    header = [Text("指标", "Indicator"), wave_text(wave), *([BASE_HEAD] if base else [])]
    rows: list[list[Cell]] = [
        [lexicon.name(row["indicator"]), number_cell(row, lexicon), *([base_cell(row)] if base else [])]
        for row in ranked
    ]
    if previous is not None:
        header.append(wave_text(previous))
        for row, old in zip(rows, before, strict=True):
            row.append(number_cell(old, lexicon) if old else "[x]")
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, [row for row in ranked if _is_shown(row)]),
        alt=_alt(lexicon, ranked, before),
        header=header,
        rows=rows,
        data=chosen,
        notice=notice,
    )


_Row = Mapping[str, Any]


def _rank(rows: Sequence[_Row], wave: str) -> list[_Row]:
    """Put the highest first and withheld ones last; equal ones keep their order."""
    shown = sorted((row for row in rows if _is_shown(row)), key=lambda row: -float(row["estimate"]))
    if not shown:
        raise AnalysisError(
            argument="estimates",
            expected=f"released totals of wave {wave}",
            got="none",
            remedy="check the indicators and the wave",
        )
    return shown + [row for row in rows if not _is_shown(row)]


def _names(lexicon: Lexicon, ranked: Sequence[_Row], lang: Lang) -> list[list[str]]:
    return [wrap(lexicon.name(row["indicator"]).in_(lang), WIDTH * _NAMES, LABEL, lang) for row in ranked]


def _row_height(names: Sequence[Sequence[str]]) -> float:
    return max(_ROW, max(len(lines) for lines in names) * _LINE + 7)


def _paint(
    sheet: Sheet,
    lexicon: Lexicon,
    ranked: Sequence[_Row],
    before: Sequence[_Row | None],
    highlight: Sequence[str],
) -> None:
    lang = sheet.lang
    names = _names(lexicon, ranked, lang)
    tall = _row_height(names)
    values = [printed(row, lexicon).in_(lang) for row in ranked]
    left = max(text_width(line, LABEL) for lines in names for line in lines) + 10
    right = WIDTH - max(text_width(value, LABEL) for value in values) - 10
    axes = sheet.axes(left, _TOP, right, _TOP + tall * len(ranked))
    lengths = [float(row["estimate"]) if _is_shown(row) else 0.0 for row in ranked]
    _draw_bars(axes, ranked, lengths, 15 / tall, highlight)
    older = [float(row["estimate"]) if _is_shown(row) else None for row in before]  # type: ignore[index]
    most = max(lengths + [value for value in older if value is not None]) or 1.0
    axes.set(xlim=(0, most), xticks=[], xlabel="", ylabel="")
    axes.set_ylim(len(ranked) - 0.5, -0.5)
    axes.set_yticks(range(len(ranked)), ["\n".join(lines) for lines in names], size=LABEL, color=INK)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    for place, (length, value, old) in enumerate(zip(lengths, values, older, strict=True)):
        if old is not None:
            _tick(axes, place, before[place], 10.5 / tall, gap=length - old > most * _SLIVER)
        axes.annotate(
            value,
            (max(length, old or 0.0), place),
            (6, 0),
            textcoords="offset points",
            va="center_baseline",
            color=INK,
            annotation_clip=False,
            gid=mark(ranked[place]) if _is_shown(ranked[place]) else None,
        )
    _key(sheet, ranked[0]["wave"], next((row["wave"] for row in before if row), None), left)


def _draw_bars(
    axes: Axes, ranked: Sequence[_Row], lengths: Sequence[float], width: float, highlight: Sequence[str]
) -> None:
    table = pd.DataFrame({"length": lengths, "place": [str(place) for place in range(len(lengths))]})
    sns.barplot(
        data=table,
        x="length",
        y="place",
        orient="h",
        width=width,
        errorbar=None,
        color=ACCENT,
        saturation=1,
        ax=axes,
    )
    for row, patch in zip(ranked, axes.patches, strict=True):
        patch.set_facecolor(ACCENT if not highlight or row["indicator"] in highlight else PALE)
        patch.set_linewidth(0)
        if _is_shown(row):
            patch.set_gid(mark(row))


def _tick(axes: Axes, place: int, row: _Row | None, reach: float, *, gap: bool) -> None:
    """Mark the wave before across a bar, with a gap around it where enough of the bar is left."""
    if row is None:
        return
    value = float(row["estimate"])
    ends = [place - reach, place + reach]
    if gap:
        axes.plot([value, value], ends, color="white", linewidth=4.2)
    axes.plot([value, value], ends, color=INK, linewidth=1.8, clip_on=False, gid=mark(row))


def _is_shown(row: _Row | None) -> bool:
    return row is not None and row["status"] == "released"


def _key(sheet: Sheet, wave: str, previous: str | None, left: float) -> None:
    now = wave_text(wave).in_(sheet.lang)
    now = now[:1].upper() + now[1:]
    if previous is None:
        sheet.write(left, 14.5, now, size=TICK, color=MUTED)
        return
    sheet.dot(left + 4, 11, "s", ACCENT, size=8)
    sheet.write(left + 13, 14.5, now, size=TICK, color=MUTED)
    x = left + 13 + text_width(now, TICK) + 22
    sheet.dot(x, 11, "|", INK, size=11)
    sheet.write(x + 7, 14.5, wave_text(previous).in_(sheet.lang), size=TICK, color=MUTED)


def _finding(lexicon: Lexicon, ranked: Sequence[_Row]) -> Phrase:
    first, last = ranked[0], ranked[-1]
    return compose(
        Text(
            "{wave}，{top}最高，为{high}；{end}最低，为{low}",
            "In {wave}, {top} was highest at {high}, {end} lowest at {low}",
        ),
        wave=wave_text(first["wave"]),
        top=lexicon.name(first["indicator"]),
        high=estimate_number(first, lexicon),
        end=lexicon.name(last["indicator"]),
        low=estimate_number(last, lexicon),
    )


def _alt(lexicon: Lexicon, ranked: Sequence[_Row], before: Sequence[_Row | None]) -> Text:
    wave = wave_text(ranked[0]["wave"])
    zh, en = [], []
    for row, old in zip(ranked, before, strict=True):
        name, value = lexicon.name(row["indicator"]), printed(row, lexicon)
        if not _is_shown(row):
            zh.append(f"{name.zh}不予公布")
            en.append(f"{name.en} withheld")
            continue
        was = (
            estimate_text(float(old["estimate"]), lexicon, old["indicator"], old["wave"])
            if old and _is_shown(old)
            else None
        )
        past = wave_text(old["wave"]) if old else None
        zh.append(f"{name.zh}{value.zh}" + (f"（{past.zh}{was.zh}）" if was and past else ""))
        en.append(f"{name.en} {value.en}" + (f" ({was.en} in {past.en})" if was and past else ""))
    pairs = [(old, row) for row, old in zip(ranked, before, strict=True) if old and _is_shown(old)]
    moved = moved_most([(old, row) for old, row in pairs if _is_shown(row)], lexicon)
    return Text(
        f"条形图，{wave.zh}，由高到低：{'、'.join(zh)}。" + (f"{moved.zh}。" if moved.zh else ""),
        f"Bar chart, {wave.en}, from high to low: {'; '.join(en)}." + (f" {moved.en}." if moved.en else ""),
    )
