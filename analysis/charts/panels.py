"""Small multiples: a panel for each segment with its line over the waves, the whole pale behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import seaborn as sns

from analysis.charts.chart import Chart, Plan, Sheet, draw, label_mark, mark
from analysis.charts.form import (
    LINE,
    Break,
    breaks_alt,
    breaks_told,
    capital,
    course,
    extremes,
    find_breaks,
    first_comparable,
    fit,
    is_broken,
    mark_gaps,
    nothing_to_draw,
    scale,
    tick_labels,
    widest,
    write_lines,
    year_ticks,
)
from analysis.charts.style import AXIS, GRID, LABEL, MUTED, TICK, WIDTH, colour_of, marker_of
from analysis.disclosure import require_released
from analysis.pieces import Cell, base_cell, number_cell, rows_by_key
from analysis.sentences import estimate_number
from analysis.words import BASE_HEAD, Lexicon, Phrase, Text, compose, decimal_text, unit_text, wave_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.words import Lang

__all__ = ["multiples"]

_TOP, _HEAD, _BODY, _YEARS, _GAP = 18.0, 34.0, 92.0, 24.0, 16.0
_WIDE, _FEW, _SCALE = 3, 8, 34.0
_NEAR_NOUGHT = 0.2
_FULL = 100.0
_WITHHELD = "[c]"

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Panels:
    """Hold what is drawn: the rows of each segment and of the whole by time, and the breaks between waves."""

    lexicon: Lexicon
    order: tuple[str, ...]
    rows: Mapping[str, tuple[_Row, ...]]
    whole: tuple[_Row, ...]
    waves: tuple[str, ...]
    breaks: tuple[Break, ...]

    @property
    def shown(self) -> list[_Row]:
        """Every released row of the segments."""
        return [row for rows in self.rows.values() for row in rows if _is_shown(row)]

    @property
    def columns(self) -> int:
        """How many panels stand side by side."""
        count = len(self.order)
        across = _WIDE if count % _WIDE == 0 or count > _FEW else 2
        return min(count, across)


def multiples(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    order: Sequence[str],
    *,
    dimension: str,
    slug: str,
    series: pd.DataFrame | None = None,
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw one indicator over the waves in a panel for each segment.

    Years stand at their true distance, and a line over years without a figure is dotted. It stops at a break,
    which a dashed line marks, and at a withheld wave, which ``[c]`` marks. Intervals are whiskers.

    Parameters
    ----------
    estimates : DataFrame
        Released cells of all waves (years).
    lexicon : Lexicon
    indicator : str
    order : sequence of str
        Segments, in the order of reading.
    dimension : str
    slug : str
    series : DataFrame, optional
        Frame `series`, which knows where the indicator breaks; by default nothing breaks.
    caption : Text or Phrase, optional
        The finding; by default the highest and lowest segment now, and both in the first comparable wave.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If no segment has a released figure.
    """
    mine = estimates[(estimates["indicator"] == indicator) & (estimates["status"] != "empty")]
    inside = mine[(mine["dimension"] == dimension) & mine["segment"].isin(list(order))]
    chosen = mine[mine.index.isin(inside.index) | (mine["dimension"] == "total")]
    require_released(chosen)
    panels = _panels(chosen, lexicon, indicator, order, dimension=dimension, series=series)
    if not panels.shown:
        raise nothing_to_draw(
            "small multiples", slug, f"a released figure of {indicator} by {dimension}",
            "leave the chart out, or draw a wider dimension",
        )  # fmt: skip
    plan = Plan(
        height=lambda lang: _height(panels, lang),
        paint=lambda sheet: _paint(sheet, panels),
        notes=breaks_told(panels.breaks),
    )
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(panels),
        alt=_alt(panels, indicator),
        header=[
            Text("类别", "Segment"), Text("年份", "Year"), Text("数值", "Value"), BASE_HEAD,
        ],
        rows=_data_rows(panels, indicator),
        data=chosen,
        notice=notice,
    )  # fmt: skip


def _panels(
    chosen: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    order: Sequence[str],
    *,
    dimension: str,
    series: pd.DataFrame | None,
) -> _Panels:
    cells = rows_by_key(chosen, "dimension", "segment", "wave")
    waves = sorted({wave for kind, _, wave in cells if kind == dimension})

    def of(*place: str) -> tuple[_Row, ...]:
        return tuple(cells[(*place, wave)] for wave in waves if (*place, wave) in cells)

    return _Panels(
        lexicon,
        tuple(order),
        {segment: of(dimension, segment) for segment in order},
        tuple(row for row in of("total", "all") if _is_shown(row)),
        tuple(waves),
        tuple(find_breaks(series, [indicator], waves)),
    )


def _is_shown(row: _Row) -> bool:
    return bool(row["status"] == "released")


def _heads(panels: _Panels, lang: Lang) -> list[list[str]]:
    """Break the names over the panels into lines."""
    wide = (WIDTH - _SCALE - (panels.columns - 1) * _GAP) / panels.columns
    return [fit(panels.lexicon.segment(at).in_(lang), wide - 16, LABEL, lang) for at in panels.order]


def _tall(panels: _Panels, lang: Lang) -> tuple[float, float]:
    """Return the height of a panel's head, and of the whole panel."""
    head = _HEAD + (max(map(len, _heads(panels, lang))) - 1) * LABEL * LINE
    return head, head + _BODY + _YEARS


def _height(panels: _Panels, lang: Lang) -> float:
    return _TOP + math.ceil(len(panels.order) / panels.columns) * _tall(panels, lang)[1]


def _paint(sheet: Sheet, panels: _Panels) -> None:
    lang, lexicon = sheet.lang, panels.lexicon
    first = panels.shown[0]
    unit = lexicon.unit(first["indicator"], first["wave"])
    seen = [*panels.shown, *panels.whole]
    full = _FULL if unit.key == "%" else math.inf
    low, high, ticks = scale(seen, 4, below=0.1, above=0.12, ceiling=full)
    if 0 < low < _NEAR_NOUGHT * high:
        # the line below a panel is read as nought where nought is near
        low, ticks = 0.0, [0.0, *ticks]
    labels = tick_labels(ticks, unit, lang)
    left, (head, tall) = max(widest([labels], TICK) + 8, _SCALE), _tall(panels, lang)
    wide = (WIDTH - left - (panels.columns - 1) * _GAP) / panels.columns
    sheet.write(0, 11, _unit_name(lexicon, first).in_(lang), size=TICK)
    for place, segment in enumerate(panels.order):
        line, column = divmod(place, panels.columns)
        x, top = left + column * (wide + _GAP), _TOP + line * tall
        values = widest([[_last(panels, segment).in_(lang)]], LABEL) + 10
        axes = sheet.axes(x, top + head, x + wide - values, top + head + _BODY)
        axes.set(ylim=(low, high), xlabel="", ylabel="")
        axes.set_yticks(ticks, labels if column == 0 else [""] * len(ticks))
        _years(axes, panels.waves, wide - values)
        _panel(axes, panels, place, lang=lang, floor=low, ceiling=high)
        name = _heads(panels, lang)[place]
        label = label_mark(_dimension(panels), segment)
        color = colour_of(segment, place, panels.lexicon)
        sheet.dot(x + 5, top + 10, marker_of(segment, place, panels.lexicon), color, gid=label)
        write_lines(sheet, x + 14, top + 10 + (len(name) - 1) * LABEL * LINE / 2, name, gid=label)


def _dimension(panels: _Panels) -> str:
    return str(next(row["dimension"] for rows in panels.rows.values() for row in rows))


def _unit_name(lexicon: Lexicon, row: _Row) -> Text:
    unit = lexicon.unit(row["indicator"], row["wave"])
    whole = lexicon.whole(row["indicator"])
    lead = Text(f"单位：{unit.zh}", "Per cent" if unit.en == "%" else f"In {unit.en}")
    return Text(f"{lead.zh}；灰线为{whole.zh}", f"{lead.en}; grey line: {whole.en.lower()}")


def _years(axes: Axes, waves: Sequence[str], wide: float) -> None:
    years = [int(wave) for wave in waves]
    span = max(1, years[-1] - years[0])
    edge = 0.05 * span
    axes.set_xlim(years[0] - edge, years[-1] + edge)
    axes.set_xticks(*year_ticks(years, wide / (span + 2 * edge), first=True))
    axes.grid(axis="y")
    axes.tick_params(length=0, pad=6)
    axes.tick_params(axis="x", length=3, pad=4, color=GRID)


def _last(panels: _Panels, segment: str) -> Text:
    """Print a segment's figure of the last wave: ``[c]`` where withheld, nothing where there is none."""
    rows = panels.rows[segment]
    if not rows or rows[-1]["wave"] != panels.waves[-1]:
        return Text.same("")
    row = rows[-1]
    if not _is_shown(row):
        return Text.same(_WITHHELD)
    unit = panels.lexicon.unit(row["indicator"], row["wave"])
    digits, value = panels.lexicon.measure(row["indicator"]).digits, float(row["estimate"])
    if unit.key == "%":
        return unit_text(value, unit, digits)
    return decimal_text(value, digits, power={"en": unit.en_power})


def _panel(axes: Axes, panels: _Panels, place: int, *, lang: Lang, floor: float, ceiling: float) -> None:
    segment = panels.order[place]
    color = colour_of(segment, place, panels.lexicon)
    shape = marker_of(segment, place, panels.lexicon)
    _line(axes, panels.whole, panels, AXIS, 1.3)
    rows = panels.rows[segment]
    shown = [row for row in rows if _is_shown(row)]
    _line(axes, shown, panels, color, 2.0)
    for row in shown:
        _point(axes, row, color, shape)
    for row in rows:
        if not _is_shown(row) and row["wave"] != panels.waves[-1]:
            axes.annotate(
                _WITHHELD, (int(row["wave"]), floor), (0, 3), textcoords="offset points", ha="center",
                va="bottom", size=TICK, color=MUTED, annotation_clip=False,
            )  # fmt: skip
    mark_gaps(axes, panels.breaks, panels.waves, ceiling)
    text = _last(panels, segment).in_(lang)
    if text:
        row = rows[-1]
        height = float(row["estimate"]) if _is_shown(row) else floor
        axes.annotate(
            text, (int(row["wave"]), height), (8, 0), textcoords="offset points",
            va="center_baseline" if _is_shown(row) else "bottom", size=LABEL, annotation_clip=False,
            gid=mark(row) if _is_shown(row) else None,
        )  # fmt: skip


def _line(axes: Axes, rows: Sequence[_Row], panels: _Panels, color: str, width: float) -> None:
    """Join the points of a line: not over a break, dotted over a wave or years without a figure."""
    for before, row in pairwise(rows):
        then, now = str(before["wave"]), str(row["wave"])
        if is_broken(panels.breaks, then, now):
            continue
        dotted = int(now) - int(then) > 1
        sns.lineplot(
            x=[int(then), int(now)], y=[float(before["estimate"]), float(row["estimate"])], estimator=None,
            errorbar=None, color=color, linewidth=width * (0.65 if dotted else 1), legend=False, ax=axes,
            linestyle=(0, (1.5, 2.5)) if dotted else "-", zorder=2,
        )  # fmt: skip
    if rows and rows is panels.whole:
        axes.plot(
            [int(row["wave"]) for row in rows], [float(row["estimate"]) for row in rows], linestyle="none",
            marker="o", markersize=2.4, color=color, zorder=2,
        )  # fmt: skip
    axes.set(xlabel="", ylabel="")


def _point(axes: Axes, row: _Row, color: str, shape: str) -> None:
    x, lower, upper = int(row["wave"]), float(row["lower"]), float(row["upper"])
    if not (math.isnan(lower) or math.isnan(upper)):
        axes.plot(
            [x, x], [lower, upper], color=color, linewidth=3.2, alpha=0.38, zorder=2.5,
            solid_capstyle="butt", gid=mark(row, "interval"),
        )  # fmt: skip
    axes.plot(
        [x], [float(row["estimate"])], marker=shape, markersize=5.5, color=color, markeredgecolor="white",
        markeredgewidth=0.6, zorder=4, clip_on=False, gid=mark(row),
    )  # fmt: skip


_ENDS = Text(
    "{wave}{label}，{first}最高（{most}），{last}最低（{least}）",
    "In {wave}, {label} was highest among {first} ({most}) and lowest among {last} ({least})",
)
_SINCE = Text(
    "{ends}；{base}两者分别为{then_most}和{then_least}",
    "{ends}; in {base} the two stood at {then_most} and {then_least}",
)
_ALIKE = Text("{wave}各类单位{label}均为{most}", "In {wave}, {label} was {most} in every group")
_ONE = Text("{wave}{first}{label}为{most}", "In {wave}, {label} was {most} among {first}")


def _finding(panels: _Panels) -> Phrase:
    lexicon = panels.lexicon
    last = max(str(row["wave"]) for row in panels.shown)
    now = [(lexicon.segment(row["segment"]), row) for row in panels.shown if row["wave"] == last]
    ends = extremes(now, lexicon)
    high, low = (pick_row(row for _, row in now) for pick_row in (_highest, _lowest))
    label, wave = lexicon.subject(high["indicator"]), wave_text(last)
    if ends.count == 1:
        return compose(_ONE, wave=wave, label=label, first=ends.first, most=ends.most)
    if ends.alike:
        return compose(_ALIKE, wave=wave, label=label, most=ends.most)
    told = compose(
        _ENDS, wave=wave, label=label, first=ends.first, most=ends.most, last=ends.last, least=ends.least
    )
    base = first_comparable(panels.breaks, [wave for wave in panels.waves if wave <= last])
    then = {row["segment"]: row for row in panels.shown if row["wave"] == base}
    alone = {name.zh for name, _ in now}
    lone = {ends.first.zh, ends.last.zh} <= alone
    if base == last or not lone or not {high["segment"], low["segment"]} <= then.keys():
        return told
    return compose(
        _SINCE, ends=told, base=wave_text(base),
        then_most=estimate_number(then[high["segment"]], lexicon),
        then_least=estimate_number(then[low["segment"]], lexicon),
    )  # fmt: skip


def _highest(rows: Iterable[_Row]) -> _Row:
    return max(rows, key=lambda row: float(row["estimate"]))


def _lowest(rows: Iterable[_Row]) -> _Row:
    return min(rows, key=lambda row: float(row["estimate"]))


def _alt(panels: _Panels, indicator: str) -> Text:
    lexicon = panels.lexicon
    zh, en = [], []
    every = {segment: [*panels.rows[segment]] for segment in panels.order} | {"": [*panels.whole]}
    for segment, rows in every.items():
        name = lexicon.segment(segment) if segment else lexicon.whole(indicator)
        told = [course(rows, lexicon)] if rows else [Text("无数据", "no figures")]
        zh.append(f"{name.zh}：{told[0].zh}")
        en.append(f"{name.en}: {told[0].en}")
    label, cut = lexicon.subject(indicator), breaks_alt(panels.breaks)
    last = max(str(row["wave"]) for row in panels.shown)
    now = [(lexicon.segment(row["segment"]), row) for row in panels.shown if row["wave"] == last]
    ends, wave = extremes(now, lexicon).told, wave_text(last)
    lead = capital(Text("", label.en.rstrip(",")))
    return Text(
        f"分面折线图，{label.zh}，每类单位一幅，同一刻度。{wave.zh}{ends.zh}。{'；'.join(zh)}。{cut.zh}",
        f"Small multiples, one panel a group on one scale. {lead.en}; in {wave.en} {ends.en}. "
        f"{'; '.join(en)}.{cut.en}",
    )


def _data_rows(panels: _Panels, indicator: str) -> list[list[Cell]]:
    lexicon = panels.lexicon
    every = [(lexicon.segment(s), row) for s in panels.order for row in panels.rows[s]]
    every += [(lexicon.whole(indicator), row) for row in panels.whole]
    return [[name, wave_text(row["wave"]), number_cell(row, lexicon), base_cell(row)] for name, row in every]
