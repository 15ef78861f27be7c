"""Ranks of several shares over the waves: one row a rank, a line for each share, names at both ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from analysis.charts.alt_texts import fill, joined, nothing_to_draw, number_of, printed
from analysis.charts.chart import DataTable, DrawnChart, Plan, chart, frame_of, mark
from analysis.charts.style import ACCENT, INK, PALE, PAPER, SERIES_TEXT, fit, widest
from analysis.charts.time_axis import (
    Break,
    breaks_alt,
    breaks_noted,
    find_breaks,
    first_comparable,
    is_broken,
    mark_breaks,
    paint_years,
)
from analysis.model import AnalysisError
from analysis.sentences import measure_line
from analysis.words import Cell, Cells, Phrase, Text, compose, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from analysis.charts.chart import Sheet
    from analysis.pieces import Head

__all__ = ["Place", "ranked", "ranks"]

_TOP, _ROW, _NAMES = 26.0, 30.0, 0.28
_DOT = 15.5
_MOST = 12
_STRONG: Final = (ACCENT, SERIES_TEXT[1], SERIES_TEXT[2])


@dataclass(frozen=True)
class Place:
    """Where a share stands in a wave: its rank, whether it shares it, and the row it is drawn in from one."""

    cell: Cell
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

    lines: Mapping[str, tuple[Place, ...]]
    waves: tuple[str, ...]
    breaks: tuple[Break, ...]

    @property
    def levels(self) -> int:
        """How many rows there are."""
        return max(place.level for places in self.lines.values() for place in places)

    @property
    def base(self) -> str:
        """The first wave the last one can be compared with."""
        return first_comparable(self.breaks, self.waves)

    @property
    def strong(self) -> tuple[str, ...]:
        """Those that are first in the last wave and were in the first comparable one."""
        leaders = [self.at(wave)[0].cell.indicator for wave in (self.waves[-1], self.base)]
        return tuple(dict.fromkeys(leaders))

    def at(self, wave: str) -> list[Place]:
        """Return the places of a wave from the first to the last."""
        found = [place for places in self.lines.values() for place in places if place.cell.wave == wave]
        return sorted(found, key=lambda place: place.level)


def ranked(cells: Sequence[Cell]) -> list[Place]:
    """Rank the released shares of one wave, the highest first; those that print the same share their rank.

    Shares that print the same stand in the order given, below one another.
    """
    order = sorted(cells, key=lambda cell: -cell.value)
    texts = [printed(cell).zh for cell in order]
    return [
        Place(cell, texts.index(text) + 1, texts.count(text) > 1, level)
        for level, (cell, text) in enumerate(zip(order, texts, strict=True), 1)
    ]


def ranks(cells: Cells, indicators: Sequence[str], head: Head) -> DrawnChart:
    """Draw the ranks of the totals of several indicators over the waves.

    Ranks are among the released shares of a wave: one withheld is left out of it, and a note says so. Years
    stand at their true distance; a line over years without a figure is dotted, and stops at a break.

    Parameters
    ----------
    cells : Cells
        All waves (years) with two released cells are drawn; `series` holds the breaks, if any.
    indicators : sequence of str
        Two to twelve, of one unit.
    head : Head
        Without a caption it is named who is first, and who was in the first comparable wave.

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
    waves = sorted(set(cells.estimates["wave"]))
    found = [cell for cell in cells.of(indicators, waves) if cell.row["status"] != "empty"]
    frame = frame_of(found)
    by_wave = {w: [cell for cell in found if cell.wave == w and cell.is_released] for w in waves}
    by_wave = {wave: shown for wave, shown in by_wave.items() if len(shown) > 1}
    if not by_wave:
        raise nothing_to_draw(
            "ranks", head.slug, "a wave with two released shares of " + ", ".join(indicators),
            "name indicators that the same wave asks, or leave the chart out",
        )  # fmt: skip
    places = [place for shown in by_wave.values() for place in ranked(shown)]
    lines = {
        name: own for name in indicators if (own := tuple(p for p in places if p.cell.indicator == name))
    }
    drawn = _Ranks(lines, tuple(by_wave), tuple(find_breaks(cells.series, indicators, list(by_wave))))
    hidden = [
        _left_out(cell) for wave in waves for cell in found if cell.wave == wave and not cell.is_released
    ]
    plan = Plan(
        lambda _, medium: medium.points(_TOP + _ROW * drawn.levels + 22),
        lambda sheet: _paint(sheet, drawn),
        [*breaks_noted(drawn.breaks), *_between(drawn), *hidden],
    )
    known = {(cell.indicator, cell.wave): cell for cell in found}
    rows = [
        [
            cells.lexicon.name(name),
            *(number_of(known[name, wave]) if (name, wave) in known else "[z]" for wave in by_wave),
        ]
        for name in indicators
    ]
    table = DataTable([Text("指标", "Indicator"), *map(wave_text, by_wave)], rows, frame)
    shown = [place.cell for place in drawn.at(drawn.waves[-1])]
    measure = measure_line(shown, head.subject)
    return chart(head, lambda: _finding(drawn), _alt(drawn, hidden), table, plan, measure=measure)


def _left_out(cell: Cell) -> Text:
    return fill(
        "[c] {wave}{name}不予公布，不参与排位。",
        "[c] {name} is withheld in {wave} and left out of the ranks.",
        wave=wave_text(cell.wave), name=cell.name,
    )  # fmt: skip


def _between(drawn: _Ranks) -> list[Text]:
    """Say where a line stands whose share is at neither end, so that no name stands beside it."""
    out = []
    for line in drawn.lines.values():
        if {drawn.waves[0], drawn.waves[-1]} & {place.cell.wave for place in line}:
            continue
        told = [
            fill(
                "{wave}第{rank}位", "rank {rank} in {wave}", wave=wave_text(place.cell.wave),
                rank=Text.same(place.text),
            )
            for place in line
        ]  # fmt: skip
        out.append(
            fill("{name}：{told}", "{name}: {told}", name=line[0].cell.name, told=joined(told, "，", ", "))
        )
    return out


def _paint(sheet: Sheet, drawn: _Ranks) -> None:
    medium, several = sheet.medium, len(drawn.waves) > 1
    dot = _dot(sheet)
    sides = [_names(drawn, wave, sheet) for wave in (drawn.waves[0], drawn.waves[-1])]
    left = widest(list(sides[0].values()), medium.label) + dot + 6 if several else dot
    right = sheet.width - widest(list(sides[1].values()), medium.label) - dot - 6
    top, row = medium.points(_TOP), medium.points(_ROW)
    axes = sheet.axes(left, top, right, top + row * drawn.levels)
    axes.set(ylim=(drawn.levels + 0.5, 0.5), yticks=[])
    paint_years(sheet, axes, drawn.waves, right - left, edges=(0.0 if several else 1.0, 0.0))
    axes.tick_params(length=0, pad=6)
    axes.spines["bottom"].set_visible(False)
    for name in sorted(drawn.lines, key=lambda name: name in drawn.strong):
        _line(axes, sheet, drawn, name)
    mark_breaks(axes, drawn.breaks, drawn.waves, medium)
    ends = [(0, "right", left - dot / 2 - 5), (-1, "left", right + dot / 2 + 5)][0 if several else 1 :]
    for at, side, x in ends:
        for place in drawn.at(drawn.waves[at]):
            name = place.cell.indicator
            sheet.lines(
                x, top + row * (place.level - 0.5), sides[at][name], ha=side,
                color=_colour(drawn, name, INK), gid=mark(place.cell),
            )  # fmt: skip
    head = Text("圈内为位次，名称旁为占比", "Rank in the circle, share beside the name")
    sheet.write(0, medium.points(12), head.in_(sheet.lang))


def _names(drawn: _Ranks, wave: str, sheet: Sheet) -> dict[str, list[str]]:
    """Break names and figures of a wave into lines: the figure stands behind the name or below it.

    Where there is little room, a share named at its end is not named at its beginning.
    """
    lang, size, room = sheet.lang, sheet.medium.label, sheet.width * _NAMES
    named = {place.cell.indicator for place in drawn.at(drawn.waves[-1])} if sheet.medium.narrow else set()
    out = {}
    for place in drawn.at(wave):
        value, words = printed(place.cell).in_(lang), place.cell.name.in_(lang)
        joint = f"{words} {value}"
        if place.cell.indicator in named and wave != drawn.waves[-1]:
            out[place.cell.indicator] = [value]
            continue
        whole = fit(joint, room, size, lang, lines=1)
        out[place.cell.indicator] = (
            whole if whole == [joint] else [*fit(words, room, size, lang, lines=1), value]
        )
    return out


def _dot(sheet: Sheet) -> float:
    return _DOT if sheet.medium.narrow else sheet.medium.points(_DOT)


def _colour(drawn: _Ranks, name: str, otherwise: str) -> str:
    return _STRONG[drawn.strong.index(name)] if name in drawn.strong else otherwise


def _line(axes: Axes, sheet: Sheet, drawn: _Ranks, name: str) -> None:
    line, strong, color = drawn.lines[name], name in drawn.strong, _colour(drawn, name, PALE)
    for before, place in pairwise(line):
        then, now = before.cell.wave, place.cell.wave
        if is_broken(drawn.breaks, then, now):
            continue
        dotted = int(now) - int(then) > 1
        axes.plot(
            [int(then), int(now)], [before.level, place.level], color=color, zorder=3 if strong else 2,
            linewidth=(3.0 if strong else 1.8) * (0.6 if dotted else 1),
            linestyle=(0, (1.5, 2.5)) if dotted else "-", clip_on=False,
        )  # fmt: skip
    for place in line:
        x = int(place.cell.wave)
        axes.plot(
            [x], [place.level], marker="o", markersize=_dot(sheet), linestyle="none",
            color=color, markerfacecolor=color if strong else PAPER, markeredgewidth=1.5,
            zorder=5 if strong else 4, clip_on=False, gid=mark(place.cell),
        )  # fmt: skip
        axes.annotate(
            place.text, (x, place.level), ha="center", va="center_baseline", size=sheet.medium.note,
            color=PAPER if strong else INK, zorder=6, annotation_clip=False,
        )  # fmt: skip


_CHANGED = Text(
    "{top}（{now}）取代{base}居首的{old}（{then}）",
    "{top} leads at {now}; in {base} it was {old}, at {then}",
)
_KEPT = Text(
    "{top}仍居首位（{now}，{base}为{then}）",
    "{top} still leads, at {now} after {then} in {base}",
)
_FIRST = Text(
    "{top}居首（{now}），{end}居末（{least}）",
    "{top} leads at {now}; {end} is last at {least}",
)


def _finding(drawn: _Ranks) -> Phrase:
    base, last = drawn.base, drawn.waves[-1]
    top, end = drawn.at(last)[0].cell, drawn.at(last)[-1].cell
    if base == last:
        return compose(_FIRST, top=top.name, now=top.number, end=end.name, least=end.number)
    old = drawn.at(base)[0].cell
    return compose(
        _KEPT if old.indicator == top.indicator else _CHANGED,
        top=top.name, now=top.number, base=wave_text(base), old=old.name, then=old.number,
    )  # fmt: skip


def _alt(drawn: _Ranks, hidden: Sequence[Text]) -> Text:
    years = []
    for wave in drawn.waves:
        told = [
            fill(
                "{rank} {name}{value}", "{rank} {name} {value}", rank=Text.same(place.text),
                name=place.cell.name, value=place.cell.text,
            )
            for place in drawn.at(wave)
        ]  # fmt: skip
        years.append(
            fill("{wave}：{told}", "{wave}: {told}", wave=wave_text(wave), told=joined(told, "、", ", "))
        )
    out = Text("".join(text.zh for text in hidden), "".join(f" {text.en}" for text in hidden))
    return fill(
        "位次图，由高到低，并列以等号标出。{moved}逐年：{years}。{cut}{out}",
        "Bump chart of ranks, highest first; an equals sign marks a tie.{moved} Year by year: {years}."
        "{cut}{out}",
        moved=_moved(drawn), years=joined(years), cut=breaks_alt(drawn.breaks), out=out,
    )  # fmt: skip


def _moved(drawn: _Ranks) -> Text:
    """Say whose rank differs between the first comparable wave and the last."""
    base, last = drawn.base, drawn.waves[-1]
    if base == last:
        return Text.same("")
    then = {place.cell.indicator: place.text for place in drawn.at(base)}
    pairs = [
        fill(
            "{name}由第{before}位到第{after}位", "{name} from {before} to {after}", name=place.cell.name,
            before=Text.same(then[place.cell.indicator]), after=Text.same(place.text),
        )
        for place in drawn.at(last)
        if then.get(place.cell.indicator, place.text) != place.text
    ]  # fmt: skip
    was, now = wave_text(base), wave_text(last)
    if not pairs:
        return fill("{was}与{now}位次相同。", " Every rank in {now} was the same in {was}.", was=was, now=now)
    return fill(
        "{was}到{now}：{pairs}。", " From {was} to {now}: {pairs}.",
        was=was, now=now, pairs=joined(pairs, "、", ", "),
    )  # fmt: skip
