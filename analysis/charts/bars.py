"""Horizontal bars: of a wave with the one before, of several years side by side, of changes to both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.charts.alt_texts import base_of, capital, fill, joined, moved_most, number_of, printed
from analysis.charts.chart import DataTable, DrawnChart, chart, frame_of, mark
from analysis.charts.form import Entry, Field, Form, Row
from analysis.charts.style import ACCENT, AXIS, INK, MUTED, PAPER, SERIES
from analysis.charts.time_axis import is_printed, points_of
from analysis.model import AnalysisError
from analysis.sentences import items_title, measure_line, worded
from analysis.words import BASE_HEAD, Cell, Cells, Change, Phrase, Text, compose, join, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pieces import Cell as TableCell
    from analysis.pieces import Head

__all__ = ["bars", "grouped_bars", "growth"]

_INDICATOR = Text("指标", "Indicator")
_BAR = 15.0
_SLIVER = 0.02


def bars(
    cells: Cells, indicators: Sequence[str], head: Head, *, wave: str, previous: str | None = None,
    base: bool = True,
) -> DrawnChart:  # fmt: skip
    """Draw the totals of several indicators as bars from zero, highest first; withheld ones last, as ``[c]``.

    Parameters
    ----------
    cells : Cells
    indicators : sequence of str
        Of one unit.
    head : Head
        Without a caption the first and last item are named, or the one that moved most.
    wave, previous : str
        The wave drawn, and the one that a tick marks.
    base : bool
        Whether the data table gives how many answered; it says nothing where one member speaks for itself.
    """
    found = cells.of(indicators, [wave])
    frame = frame_of([*found, *cells.of(indicators, [previous] if previous else [])])
    ranked = sorted((cell for cell in found if cell.is_released), key=lambda cell: -cell.value)
    if not ranked:
        raise AnalysisError(
            argument="estimates",
            expected=f"released totals of wave {wave}",
            got="none",
            remedy="check the indicators and the wave",
        )
    shown = tuple(ranked)
    ranked += [cell for cell in found if not cell.is_released]
    before = [cell.in_wave(previous) if previous else None for cell in ranked]
    header = [_INDICATOR, wave_text(wave), *([BASE_HEAD] if base else [])]
    rows: list[list[TableCell]] = [
        [cell.name, number_of(cell), *([base_of(cell)] if base else [])] for cell in ranked
    ]
    if previous is not None:
        header.append(wave_text(previous))
        for row, old in zip(rows, before, strict=True):
            row.append(number_of(old))
    older = [old.value for old in before if old and old.is_released]
    form = Form(
        [Row(cell.name) for cell in ranked],
        lambda field: _paint_bars(field, ranked, before),
        tall=25.0, names=0.42, gap=10.0, ends=(0.0, max([*(cell.value for cell in shown), *older]) or 1.0),
        after=[printed(cell) for cell in ranked], key=_waves_key(wave, before), baseline=True,
    )  # fmt: skip
    table = DataTable(header, rows, frame)
    told = measure_line(shown, head.subject, with_base=base) if base or head.subject else None
    return chart(
        head,
        lambda: items_title(shown, previous),
        _bars_alt(ranked, before),
        table,
        form.plan(kind="bars"),
        measure=told,
    )


def _waves_key(wave: str, before: Sequence[Cell | None]) -> list[Entry]:
    now = Entry("s", ACCENT, capital(wave_text(wave)), ink=MUTED)
    old = next((cell for cell in before if cell), None)
    return [now, *([Entry("|", INK, wave_text(old.wave), 11.0, ink=MUTED)] if old else [])]


def _paint_bars(field: Field, ranked: Sequence[Cell], before: Sequence[Cell | None]) -> None:
    axes = field.axes
    lengths = [cell.value if cell.is_released else 0.0 for cell in ranked]
    low, high = axes.get_xlim()
    _draw_bars(field, lengths, [ACCENT] * len(lengths), [mark(c) if c.is_released else "" for c in ranked])
    for place, (cell, length, old) in enumerate(zip(ranked, lengths, before, strict=True)):
        reach, was = field.thick(10.5), old.value if old and old.is_released else None
        if old is not None and was is not None:
            ends = [place - reach, place + reach]
            if length - was > (high - low) * _SLIVER:  # a gap around the tick where enough of the bar is left
                axes.plot([was, was], ends, color=PAPER, linewidth=4.2)
            axes.plot([was, was], ends, color=INK, linewidth=1.8, clip_on=False, gid=mark(old))
        field.note(
            printed(cell).in_(field.sheet.lang), max(length, was or 0.0), place, 6.0,
            gid=mark(cell) if cell.is_released else None,
        )  # fmt: skip


def _draw_bars(field: Field, lengths: Sequence[float], colours: Sequence[str], marks: Sequence[str]) -> None:
    for place, (length, colour, gid) in enumerate(zip(lengths, colours, marks, strict=True)):
        field.axes.barh(place, length, height=field.thick(_BAR), color=colour, linewidth=0, gid=gid or None)


def _bars_alt(ranked: Sequence[Cell], before: Sequence[Cell | None]) -> Text:
    told, pairs = [], []
    for cell, old in zip(ranked, before, strict=True):
        if not cell.is_released:
            told.append(fill("{name}不予公布", "{name} withheld", name=cell.name))
            continue
        now = fill("{name}{value}", "{name} {value}", name=cell.name, value=printed(cell))
        if old and old.is_released:
            pairs.append((old, cell))
            now = fill(
                "{now}（{wave}{was}）", "{now} ({was} in {wave})",
                now=now, wave=wave_text(old.wave), was=old.text,
            )  # fmt: skip
        told.append(now)
    moved = moved_most(pairs)
    return fill(
        "条形图，{wave}，由高到低：{list}。" + ("{moved}。" if moved.zh else ""),
        "Bar chart, {wave}, from high to low: {list}." + (" {moved}." if moved.en else ""),
        wave=wave_text(ranked[0].wave), list=joined(told, "、"), moved=moved,
    )  # fmt: skip


# Several years side by side; years printed earlier are drawn hollow.

_MOST: Final = 4
_YEAR_BAR, _GAP = 11.5, 9.0
# the latest year darkest; the steps keep apart in grey
_SHADES: Final[Mapping[int, tuple[str, ...]]] = {
    1: (ACCENT,),
    2: ("#A9BDD1", ACCENT),
    3: ("#C9D6E3", "#7F9DBB", ACCENT),
    4: ("#DDE5ED", "#A9BDD1", "#6C8CAD", ACCENT),
}
_PRINTED = Text("空心条为此前报告印发的数字。", "Hollow bars were printed in earlier reports.")


def grouped_bars(cells: Cells, indicators: Sequence[str], waves: Sequence[str], head: Head) -> DrawnChart:
    """Draw several shares over two to four years, the items by the last year from high to low.

    Parameters
    ----------
    cells : Cells
        Its `series` is read: released figures, and those printed in reports.
    indicators : sequence of str
        Of one unit, each with a figure in the last year.
    waves : sequence of str
        From the earliest; a figure that lacks in one leaves a gap.
    head : Head

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
    known = {code: {cell.wave: cell for cell in points_of(cells, code)} for code in indicators}
    if absent := [code for code in indicators if waves[-1] not in known[code]]:
        raise AnalysisError(
            argument="series",
            expected=f"a figure of {waves[-1]} for every item",
            got=f"none for {', '.join(absent)}",
            remedy="leave the item out",
        )
    order = sorted(indicators, key=lambda code: -known[code][waves[-1]].value)
    grid = [[known[code].get(wave) for wave in waves] for code in order]
    names = [cells.lexicon.name(code) for code in order]
    shown = [cell for years in grid for cell in years if cell]
    form = Form(
        [Row(name) for name in names],
        lambda field: _paint_years(field, grid),
        tall=_YEAR_BAR * len(waves) + _GAP, names=0.34, gap=10.0, baseline=True, small=True,
        ends=(0.0, max(cell.value for cell in shown) or 1.0), after=[cell.text for cell in shown],
        key=_years_key(waves, grid),
    )  # fmt: skip
    table = DataTable(
        [_INDICATOR, *map(wave_text, waves)],
        [
            [name, *(cell.number if cell else "[x]" for cell in years)]
            for name, years in zip(names, grid, strict=True)
        ],
        frame_of(shown),
    )
    notes = [_PRINTED] if any(map(is_printed, shown)) else []
    now = [cell for years in grid if (cell := years[-1])]
    return chart(
        head, lambda: items_title(_of_archive(cells, now), waves[-2] if len(waves) > 1 else None),
        _years_alt(names, grid), table, form.plan(notes, "bars"), measure=measure_line(now, head.subject),
    )  # fmt: skip


def _of_archive(cells: Cells, now: Sequence[Cell]) -> list[Cell]:
    """Return the estimated cells of some points, with which changes are known; printed ones as they are."""
    return [cells.find(cell.indicator, cell.wave) or cell for cell in now]


def _years_key(waves: Sequence[str], grid: Sequence[Sequence[Cell | None]]) -> list[Entry]:
    out = []
    for number, wave in enumerate(waves):
        column = [cell for years in grid if (cell := years[number])]
        hollow = bool(column) and all(map(is_printed, column))
        out.append(
            Entry(
                "s", MUTED if hollow else _SHADES[len(waves)][number], wave_text(wave), filled=not hollow,
                ink=INK if number == len(waves) - 1 else MUTED,
            )
        )  # fmt: skip
    return out


def _paint_years(field: Field, grid: Sequence[Sequence[Cell | None]]) -> None:
    thick, tick = field.thick(_YEAR_BAR), field.sheet.medium.tick
    for place, years in enumerate(grid):
        for number, (cell, shade) in enumerate(zip(years, _SHADES[len(years)], strict=True)):
            if cell is None:
                continue
            y, hollow = place + (number - (len(years) - 1) / 2) * thick, is_printed(cell)
            field.axes.barh(
                y, cell.value, height=thick * 0.86, color=PAPER if hollow else shade,
                edgecolor=MUTED if hollow else shade, linewidth=0.9, gid=mark(cell),
            )  # fmt: skip
            last = number == len(years) - 1
            field.note(
                cell.text.in_(field.sheet.lang), cell.value, y, 4.0, size=tick, color=INK if last else MUTED,
                gid=mark(cell),
            )  # fmt: skip


def _years_alt(names: Sequence[Text], grid: Sequence[Sequence[Cell | None]]) -> Text:
    rows = []
    for name, years in zip(names, grid, strict=True):
        told = (
            fill("{wave}{value}", "{wave} {value}", wave=wave_text(cell.wave), value=cell.text)
            for cell in years
            if cell
        )
        rows.append(fill("{name}：{told}", "{name}: {told}", name=name, told=joined(told, "、", ", ")))
    waves = sorted({cell.wave for years in grid for cell in years if cell and is_printed(cell)})
    told_before = fill(
        "{waves}为此前报告印发的数字。", " Figures of {waves} were printed in earlier reports.",
        waves=joined(map(wave_text, waves), "、", ", "),
    )  # fmt: skip
    printed_before = told_before if waves else Text.same("")
    return fill(
        "分组条形图。{rows}。{printed}", "Grouped bars. {rows}.{printed}",
        rows=joined(rows), printed=printed_before,
    )  # fmt: skip


# Changes in per cent to both sides of zero, the strongest rise first.

_RISE, _FALL = ACCENT, SERIES[1]


def growth(cells: Cells, indicators: Sequence[str], head: Head) -> DrawnChart:
    """Draw changes in per cent as bars from zero: rises to the right, falls to the left.

    Parameters
    ----------
    cells : Cells
        Its `changes` are read, one an indicator; those in other units are left out.
    indicators : sequence of str
    head : Head
        Without a caption the strongest rise and the strongest fall are named.

    Raises
    ------
    AnalysisError
        If no change of the indicators is in per cent.
    """
    table = cells.changes
    chosen = table[table["indicator"].isin(list(indicators)) & (table["unit"] == "percent")]
    chosen = chosen.dropna(subset=["change"]).sort_values("change", ascending=False, kind="stable")
    if chosen.empty:
        raise AnalysisError(
            argument="changes",
            expected="changes in per cent of " + ", ".join(indicators),
            got="none",
            remedy="name indicators whose growth is given",
        )
    moved = [Change({str(k): v for k, v in row.items()}, cells) for row in chosen.to_dict("records")]
    values, texts = [one.value for one in moved], [one.text for one in moved]
    form = Form(
        [Row(one.name) for one in moved], lambda field: _paint_changes(field, moved),
        tall=25.0, gap=10.0, ends=(min(0.0, *values), max(0.0, *values)),
        before=texts if min(values) < 0 else [], after=texts,
    )  # fmt: skip
    data = DataTable(
        [_INDICATOR, Text("同比", "Change on the year before")],
        [[one.name, one.number] for one in moved],
        chosen.reset_index(drop=True),
    )
    over = worded("measure", "growth", "key message", wave=wave_text(moved[0].wave))
    return chart(head, lambda: _strongest(moved), _growth_alt(moved), data, form.plan(), measure=over)


def _paint_changes(field: Field, moved: Sequence[Change]) -> None:
    values = [one.value for one in moved]
    colours = [_RISE if value >= 0 else _FALL for value in values]
    _draw_bars(field, values, colours, [mark(one) for one in moved])
    field.axes.axvline(0, color=AXIS, linewidth=1.0)
    for place, one in enumerate(moved):
        field.note(one.text.in_(field.sheet.lang), one.value, place, 6.0 if one.value >= 0 else -6.0)


_MOST_UP = Text("{name}同比增幅最大（{change}）", "{name} rose most on the year before ({change})")
_MOST_DOWN = Text("{name}同比降幅最大（{change}）", "{name} fell most on the year before ({change})")
_NOTHING_MOVED = Text("各项与上年同期持平", "Nothing changed on the year before")


def _strongest(moved: Sequence[Change]) -> Phrase:
    """Name the strongest rise and the strongest fall, as far as there are both."""
    told = [
        compose(words, name=one.name, change=one.number)
        for one, rose, words in ((moved[0], True, _MOST_UP), (moved[-1], False, _MOST_DOWN))
        if (one.value > 0) == rose and one.value
    ]
    if not told:
        return compose(_NOTHING_MOVED)
    return join(told, Text("，", ", "), Text("，", ", "))


def _growth_alt(moved: Sequence[Change]) -> Text:
    every = [fill("{name}{change}", "{name} {change}", name=one.name, change=one.text) for one in moved]
    return fill(
        "条形图，{wave}同比变化，{up}项上升、{down}项下降，由高到低：{list}。",
        "Bar chart, changes on the year before in {wave}: {up} up, {down} down; from high to low: {list}.",
        wave=wave_text(moved[0].wave), up=Text.same(str(sum(one.value > 0 for one in moved))),
        down=Text.same(str(sum(one.value < 0 for one in moved))), list=joined(every, "、"),
    )  # fmt: skip
