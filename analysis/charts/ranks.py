"""Ranks of several shares over the waves: one row a rank, a line for each share, names at both ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.chart import Chart, Plan, Sheet, draw, mark
from analysis.charts.form import (
    Break,
    breaks_alt,
    breaks_told,
    find_breaks,
    first_comparable,
    fit,
    is_broken,
    mark_gaps,
    nothing_to_draw,
    widest,
    write_lines,
    year_ticks,
)
from analysis.charts.style import ACCENT, INK, LABEL, NOTE, PALE, SERIES_TEXT, TICK, WIDTH
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, number_cell, printed, rows_by_key
from analysis.sentences import estimate_number
from analysis.words import Lexicon, Phrase, Text, compose, estimate_text, wave_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.words import Lang

__all__ = ["Place", "bump", "ranked"]

_TOP, _ROW, _NAMES = 26.0, 30.0, 0.28
_DOT = 15.5
_MOST = 12
_STRONG: Final = (ACCENT, SERIES_TEXT[1], SERIES_TEXT[2])

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a share stands in a wave: its rank, whether it shares it, and the row it is drawn in from one."""

    row: _Row
    rank: int
    tied: bool
    level: int

    @property
    def text(self) -> str:
        """The rank as printed: ``2``, ``2=`` where it is shared."""
        return f"{self.rank}=" if self.tied else str(self.rank)


@dataclass(frozen=True)
class _Ranks:
    """Hold the places of every share by wave, and the breaks between waves."""

    lexicon: Lexicon
    lines: Mapping[str, tuple[Place, ...]]
    waves: tuple[str, ...]
    breaks: tuple[Break, ...]
    strong: tuple[str, ...]

    @property
    def levels(self) -> int:
        """How many rows there are."""
        return max(place.level for places in self.lines.values() for place in places)

    def at(self, wave: str) -> list[Place]:
        """Return the places of a wave from the first to the last."""
        found = [place for places in self.lines.values() for place in places if place.row["wave"] == wave]
        return sorted(found, key=lambda place: place.level)


def ranked(rows: Sequence[_Row], lexicon: Lexicon) -> list[Place]:
    """Rank the released shares of one wave, the highest first; those that print the same share their rank.

    Shares that print the same stand in the order given, below one another.
    """
    order = sorted(rows, key=lambda row: -float(row["estimate"]))
    texts = [printed(row, lexicon).zh for row in order]
    return [
        Place(row, texts.index(text) + 1, texts.count(text) > 1, level)
        for level, (row, text) in enumerate(zip(order, texts, strict=True), 1)
    ]


def bump(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    slug: str,
    waves: Sequence[str] = (),
    series: pd.DataFrame | None = None,
    highlight: Sequence[str] = (),
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw the ranks of the totals of several indicators over the waves.

    Ranks are among the released shares of a wave: one withheld is left out of it, and a note says so. Years
    stand at their true distance; a line over years without a figure is dotted, and stops at a break.

    Parameters
    ----------
    estimates : DataFrame
        Released cells of the waves (years).
    lexicon : Lexicon
    indicators : sequence of str
        Two to twelve, of one unit.
    slug : str
    waves : sequence of str, optional
        By default all that hold a released cell.
    series : DataFrame, optional
        Frame `series`, which knows where the indicators break; by default nothing breaks.
    highlight : sequence of str
        Lines in full colour, three at most; by default those that were first at either end of the waves that
        can be compared.
    caption : Text or Phrase, optional
        The finding; by default who is first, and who was in the first comparable wave.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If there are too few or too many indicators, or no two of them are released in a wave.
    """
    if not 2 <= len(indicators) <= _MOST:  # noqa: PLR2004 - one has no rank
        raise AnalysisError(
            argument="indicators",
            expected=f"two to {_MOST} indicators to rank",
            got=str(len(indicators)),
            remedy="name more, or draw the largest alone",
        )
    chosen = estimates[
        estimates["indicator"].isin(list(indicators))
        & (estimates["dimension"] == "total")
        & (estimates["status"] != "empty")
    ]
    chosen = chosen[chosen["wave"].isin(list(waves))] if waves else chosen
    require_released(chosen)
    ranks, hidden = _ranks(chosen, lexicon, indicators, series=series, highlight=highlight, slug=slug)
    plan = Plan(
        height=lambda _: _TOP + _ROW * ranks.levels + 22,
        paint=lambda sheet: _paint(sheet, ranks),
        notes=[*breaks_told(ranks.breaks), *_between(ranks), *hidden],
    )
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(ranks),
        alt=_alt(ranks, hidden),
        header=[Text("指标", "Indicator"), *map(wave_text, ranks.waves)],
        rows=_data_rows(chosen, lexicon, indicators, ranks.waves),
        data=chosen,
        notice=notice,
    )


def _ranks(
    chosen: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    series: pd.DataFrame | None,
    highlight: Sequence[str],
    slug: str,
) -> tuple[_Ranks, list[Text]]:
    cells = rows_by_key(chosen, "wave", "indicator")
    by_wave: dict[str, list[_Row]] = {}
    hidden = []
    for wave in sorted({wave for wave, _ in cells}):
        rows: list[_Row] = [cells[(wave, name)] for name in indicators if (wave, name) in cells]
        shown = [row for row in rows if row["status"] == "released"]
        hidden += [_left_out(lexicon, row) for row in rows if row not in shown]
        if len(shown) > 1:
            by_wave[wave] = shown
    if not by_wave:
        raise nothing_to_draw(
            "bump chart", slug, "a wave with two released shares of " + ", ".join(indicators),
            "name indicators that the same wave asks, or leave the chart out",
        )  # fmt: skip
    places = [place for rows in by_wave.values() for place in ranked(rows, lexicon)]
    lines = {name: tuple(p for p in places if p.row["indicator"] == name) for name in indicators}
    breaks = find_breaks(series, indicators, list(by_wave))
    drawn = {name: line for name, line in lines.items() if line}
    told = tuple(highlight) or _leaders(places, first_comparable(breaks, list(by_wave)), max(by_wave))
    return _Ranks(lexicon, drawn, tuple(by_wave), tuple(breaks), told[: len(_STRONG)]), hidden


def _leaders(places: Sequence[Place], base: str, last: str) -> tuple[str, ...]:
    """Name those that are first in the last wave and were in the first that can be compared with it."""
    first = [place.row for wave in (last, base) for place in places
             if place.level == 1 and place.row["wave"] == wave]  # fmt: skip
    return tuple(dict.fromkeys(str(row["indicator"]) for row in first))


def _left_out(lexicon: Lexicon, row: _Row) -> Text:
    name, wave = lexicon.name(row["indicator"]), wave_text(row["wave"])
    return Text(
        f"[c] {wave.zh}{name.zh}不予公布，不参与排位。",
        f"[c] {name.en} is withheld in {wave.en} and left out of the ranks.",
    )


def _between(ranks: _Ranks) -> list[Text]:
    """Say where a line stands whose share is at neither end, so that no name stands beside it."""
    out = []
    for name, line in ranks.lines.items():
        if {ranks.waves[0], ranks.waves[-1]} & {place.row["wave"] for place in line}:
            continue
        label = ranks.lexicon.name(name)
        told = [(wave_text(place.row["wave"]), place.text) for place in line]
        out.append(
            Text(
                f"{label.zh}：" + "，".join(f"{wave.zh}第{rank}位" for wave, rank in told),
                f"{label.en}: " + ", ".join(f"rank {rank} in {wave.en}" for wave, rank in told),
            )
        )
    return out


def _paint(sheet: Sheet, ranks: _Ranks) -> None:
    lang = sheet.lang
    sides = [_names(ranks, wave, lang) for wave in (ranks.waves[0], ranks.waves[-1])]
    several = len(ranks.waves) > 1
    left = widest(list(sides[0].values()), LABEL) + _DOT + 6 if several else _DOT
    right = WIDTH - widest(list(sides[1].values()), LABEL) - _DOT - 6
    bottom = _TOP + _ROW * ranks.levels
    axes = sheet.axes(left, _TOP, right, bottom)
    years = [int(wave) for wave in ranks.waves]
    span = max(1, years[-1] - years[0])
    axes.set(xlim=(years[0], years[0] + span), ylim=(ranks.levels + 0.5, 0.5), yticks=[])
    if not several:
        axes.set_xlim(years[0] - span, years[0])
    axes.set_xticks(*year_ticks(years, (right - left) / span))
    axes.tick_params(length=0, pad=6)
    axes.spines["bottom"].set_visible(False)
    ordered = sorted(ranks.lines, key=lambda name: name in ranks.strong)
    for name in ordered:
        _line(axes, ranks, name)
    mark_gaps(axes, ranks.breaks, ranks.waves, 0.5)
    ends = [(0, "right", -_DOT / 2 - 5), (-1, "left", _DOT / 2 + 5)][0 if several else 1 :]
    for at, side, shift in ends:
        for place in ranks.at(ranks.waves[at]):
            middle = _TOP + _ROW * (place.level - 0.5)
            name = str(place.row["indicator"])
            write_lines(
                sheet, (left if at == 0 else right) + shift, middle, sides[at][name], ha=side,
                color=_colour(ranks, name, INK), gid=mark(place.row),
            )  # fmt: skip
    sheet.write(
        0,
        12,
        Text("圈内为位次，名称旁为占比", "Rank in the circle, share beside the name").in_(lang),
        size=TICK,
    )


def _names(ranks: _Ranks, wave: str, lang: Lang) -> dict[str, list[str]]:
    """Break names and figures of a wave into lines: the figure stands behind the name or below it."""
    out = {}
    for place in ranks.at(wave):
        name = str(place.row["indicator"])
        value = printed(place.row, ranks.lexicon).in_(lang)
        words = ranks.lexicon.name(name).in_(lang)
        whole = fit(f"{words} {value}", WIDTH * _NAMES, LABEL, lang, lines=1)
        joined = f"{words} {value}"
        out[name] = whole if whole == [joined] else [*fit(words, WIDTH * _NAMES, LABEL, lang, lines=1), value]
    return out


def _colour(ranks: _Ranks, name: str, otherwise: str) -> str:
    return _STRONG[ranks.strong.index(name)] if name in ranks.strong else otherwise


def _line(axes: Axes, ranks: _Ranks, name: str) -> None:
    line, strong = ranks.lines[name], name in ranks.strong
    color = _colour(ranks, name, PALE)
    for before, place in pairwise(line):
        then, now = str(before.row["wave"]), str(place.row["wave"])
        if is_broken(ranks.breaks, then, now):
            continue
        dotted = int(now) - int(then) > 1
        axes.plot(
            [int(then), int(now)], [before.level, place.level], color=color, zorder=3 if strong else 2,
            linewidth=(3.0 if strong else 1.8) * (0.6 if dotted else 1),
            linestyle=(0, (1.5, 2.5)) if dotted else "-", clip_on=False,
        )  # fmt: skip
    for place in line:
        axes.plot(
            [int(place.row["wave"])], [place.level], marker="o", markersize=_DOT, linestyle="none",
            color=color, markerfacecolor=color if strong else "white", markeredgewidth=1.5,
            zorder=5 if strong else 4, clip_on=False, gid=mark(place.row),
        )  # fmt: skip
        axes.annotate(
            place.text, (int(place.row["wave"]), place.level), ha="center", va="center_baseline", size=NOTE,
            color="white" if strong else INK, zorder=6, annotation_clip=False,
        )  # fmt: skip


_CHANGED = Text(
    "{wave}{top}居首（{now}）；{base}居首的是{old}（{then}）",
    "In {wave}, {top} ranked first ({now}); in {base} it was {old} ({then})",
)
_KEPT = Text(
    "{top}在{base}和{wave}均居首位（{then}、{now}）",
    "{top} ranked first in {base} ({then}) and {wave} ({now})",
)
_FIRST = Text(
    "{wave}{top}居首（{now}），{end}居末（{least}）",
    "In {wave}, {top} ranked first ({now}), {end} last ({least})",
)


def _finding(ranks: _Ranks) -> Phrase:
    lexicon, last = ranks.lexicon, ranks.waves[-1]
    base = first_comparable(ranks.breaks, ranks.waves)
    top, end = ranks.at(last)[0].row, ranks.at(last)[-1].row
    name = lexicon.name(top["indicator"])
    wave, now = wave_text(last), estimate_number(top, lexicon)
    if base == last:
        least = estimate_number(end, lexicon)
        return compose(_FIRST, wave=wave, top=name, now=now, end=lexicon.name(end["indicator"]), least=least)
    old = ranks.at(base)[0].row
    former, then = lexicon.name(old["indicator"]), estimate_number(old, lexicon)
    return compose(
        _KEPT if old["indicator"] == top["indicator"] else _CHANGED,
        wave=wave, top=name, now=now, base=wave_text(base), old=former, then=then,
    )  # fmt: skip


def _alt(ranks: _Ranks, hidden: Sequence[Text]) -> Text:
    lexicon = ranks.lexicon
    zh, en = [], []
    for wave in ranks.waves:
        told = [(lexicon.name(p.row["indicator"]), p.text, _value(p.row, lexicon)) for p in ranks.at(wave)]
        name = wave_text(wave)
        zh.append(f"{name.zh}：" + "、".join(f"{rank} {label.zh}{value.zh}" for label, rank, value in told))
        en.append(f"{name.en}: " + ", ".join(f"{rank} {label.en} {value.en}" for label, rank, value in told))
    cut, moved = breaks_alt(ranks.breaks), _moved(ranks)
    out = Text("".join(text.zh for text in hidden), "".join(f" {text.en}" for text in hidden))
    return Text(
        f"位次图，由高到低，并列以等号标出。{moved.zh}逐年：{'；'.join(zh)}。{cut.zh}{out.zh}",
        f"Bump chart of ranks, highest first; an equals sign marks a tie.{moved.en} "
        f"Year by year: {'; '.join(en)}.{cut.en}{out.en}",
    )


def _moved(ranks: _Ranks) -> Text:
    """Say whose rank differs between the first comparable wave and the last."""
    base, last = first_comparable(ranks.breaks, ranks.waves), ranks.waves[-1]
    if base == last:
        return Text.same("")
    then = {place.row["indicator"]: place.text for place in ranks.at(base)}
    pairs = [
        (ranks.lexicon.name(place.row["indicator"]), then[place.row["indicator"]], place.text)
        for place in ranks.at(last)
        if then.get(place.row["indicator"], place.text) != place.text
    ]
    was, now = wave_text(base), wave_text(last)
    if not pairs:
        return Text(f"{was.zh}与{now.zh}位次相同。", f" Every rank in {now.en} was the same in {was.en}.")
    zh = "、".join(f"{name.zh}由第{before}位到第{after}位" for name, before, after in pairs)
    en = ", ".join(f"{name.en} from {before} to {after}" for name, before, after in pairs)
    return Text(f"{was.zh}到{now.zh}：{zh}。", f" From {was.en} to {now.en}: {en}.")


def _value(row: _Row, lexicon: Lexicon) -> Text:
    return estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])


def _data_rows(
    chosen: pd.DataFrame, lexicon: Lexicon, indicators: Sequence[str], waves: Sequence[str]
) -> list[list[Cell]]:
    cells = rows_by_key(chosen, "indicator", "wave")
    return [
        [
            lexicon.name(name),
            *(number_cell(cells[(name, w)], lexicon) if (name, w) in cells else "[z]" for w in waves),
        ]
        for name in indicators
    ]
