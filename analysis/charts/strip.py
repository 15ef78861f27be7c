"""Benchmark strips: the quartiles and the median of each group on one scale, with one's own mark if wanted.

A band runs from the lower to the upper quartile, as far as both may be told; a line across it is the median.
One's own mark is a member's answer: it belongs into that member's own report and no other place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.chart import Chart, Plan, Sheet, draw, label_mark, mark
from analysis.charts.form import extremes, fit, nothing_to_draw, scale, tick_labels, widest, write_lines
from analysis.charts.style import GRID, INK, LABEL, MUTED, TICK, WIDTH, colour_of, marker_of, text_width
from analysis.disclosure import require_released
from analysis.pieces import Cell, base_cell, number_cell, rows_by_key
from analysis.sentences import count_number
from analysis.words import (
    BASE_HEAD,
    Lexicon,
    Number,
    Phrase,
    Text,
    compose,
    decimal_text,
    estimate_text,
    wave_text,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Strip", "draw_strips", "plain_cell", "require_strips", "standing", "strip"]

_ROW, _TOP, _NAMES, _THICK = 32.0, 42.0, 0.36, 15.0
_FULL: Final = 100.0
_MINE = Text("本单位", "Own")
_BAND, _MIDDLE = Text("上下四分位之间", "quartile to quartile"), Text("中位数", "median")

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Strip:
    """One group: its name and base, what may be told of it (NaN where not), and one's own value.

    Attributes
    ----------
    name : Text
    segment, dimension : str
    base : int
        Members behind it.
    lower, median, upper, own : float
        In the printed unit; NaN where there is none or it is withheld.
    mark : str
        The `gid` of the median's cell, empty where no released cell holds it.
    """

    name: Text
    segment: str
    dimension: str
    base: int
    lower: float
    median: float
    upper: float
    own: float
    mark: str

    @property
    def banded(self) -> bool:
        """Whether a quartile may be told, so that there is a band."""
        return not (math.isnan(self.lower) and math.isnan(self.upper))

    @property
    def numbers(self) -> list[float]:
        """What there is to draw."""
        return [v for v in (self.lower, self.median, self.upper, self.own) if not math.isnan(v)]


def strip(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    median: str,
    order: Sequence[str],
    *,
    wave: str,
    dimension: str,
    slug: str,
    quartiles: tuple[str, str] | None = None,
    own: pd.DataFrame | None = None,
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw the median of each segment, and its quartiles where there are indicators of them.

    Parameters
    ----------
    estimates : DataFrame
        Released cells. A segment whose median is withheld keeps its row with ``[c]``.
    lexicon : Lexicon
    median : str
        Indicator of the median.
    order : sequence of str
        Segments from top to bottom.
    wave, dimension : str
    slug : str
    quartiles : tuple of two str, optional
        Indicators of the lower and the upper quartile.
    own : DataFrame, optional
        Rows of `benchmarks.benchmark` of one member and one indicator, of which ``value`` is marked in the
        segment it stands in. For that member's eyes alone.
    caption : Text or Phrase, optional
        The finding; by default the highest and lowest median.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If no median is released and no own value known.
    """
    names = (median, *(quartiles or ()))
    chosen = estimates[
        estimates["indicator"].isin(names)
        & (estimates["wave"] == wave)
        & (estimates["dimension"] == dimension)
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "segment")
    mine: dict[str, float] = {}
    if own is not None:
        at = own[(own["wave"] == wave) & (own["dimension"] == dimension)]
        mine = {str(row["segment"]): float(row["value"]) for row in at.to_dict("records")}
    known = [segment for segment in order if (median, segment) in cells]
    strips = [_released(cells, names, at, mine.get(at, math.nan), lexicon=lexicon) for at in known]
    require_strips(strips, slug)
    rows = [cells[(median, segment)] for segment in known]
    header = [Text("类别", "Segment"), *map(lexicon.name, names), BASE_HEAD]
    table: list[list[Cell]] = [
        [one.name, *(_cell(cells.get((name, one.segment)), lexicon) for name in names), base_cell(row)]
        for one, row in zip(strips, rows, strict=True)
    ]
    if mine:
        header.append(_MINE)
        for one, line in zip(strips, table, strict=True):
            line.append("" if math.isnan(one.own) else plain_cell(one.own, lexicon, median, wave))
    return draw_strips(
        strips, lexicon, median, wave=wave, slug=slug, caption=caption or _finding(lexicon, rows),
        header=header, rows=table, data=chosen, notice=notice,
    )  # fmt: skip


def _released(
    cells: Mapping[tuple[str, ...], _Row],
    names: Sequence[str],
    segment: str,
    own: float,
    *,
    lexicon: Lexicon,
) -> Strip:
    middle = cells[(names[0], segment)]
    rows = [cells.get((name, segment)) for name in names]
    values = [float(r["estimate"]) if r and r["status"] == "released" else math.nan for r in rows]
    lower, upper = values[1:] if len(values) > 1 else (math.nan, math.nan)
    return Strip(
        lexicon.segment(segment), segment, str(middle["dimension"]), int(middle["n"]), lower, values[0],
        upper, own, "" if math.isnan(values[0]) else mark(middle),
    )  # fmt: skip


def draw_strips(
    strips: Sequence[Strip],
    lexicon: Lexicon,
    indicator: str,
    *,
    wave: str,
    slug: str,
    caption: Text | Phrase,
    header: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    data: pd.DataFrame,
    notice: Text | None,
) -> Chart:
    """Draw strips on one scale, from top to bottom in the order given."""
    plan = Plan(
        height=lambda _: _top(strips) + _ROW * len(strips) + 24,
        paint=lambda sheet: _paint(sheet, strips, lexicon, indicator, wave),
    )
    return draw(
        plan, slug=slug, caption=caption, alt=_alt(strips, lexicon, indicator, wave), header=header,
        rows=rows, data=data, notice=notice,
    )  # fmt: skip


def require_strips(strips: Sequence[Strip], slug: str) -> None:
    """Refuse strips of which none has a number."""
    if not any(one.numbers for one in strips):
        raise nothing_to_draw(
            "benchmark strip", slug, "a median that may be told, or an own value",
            "leave the chart out, or compare with a wider group",
        )  # fmt: skip


def _cell(row: _Row | None, lexicon: Lexicon) -> Cell:
    return number_cell(row, lexicon) if row is not None else "[x]"


def plain_cell(value: float, lexicon: Lexicon, indicator: str, wave: str) -> Cell:
    """Make the cell of a number that no released cell holds: one's own, or of the others of one's group."""
    if math.isnan(value):
        return "[c]"
    return Number(estimate_text(value, lexicon, indicator, wave), value, "", "benchmark")


def _paint(sheet: Sheet, strips: Sequence[Strip], lexicon: Lexicon, indicator: str, wave: str) -> None:
    lang = sheet.lang
    blocks = [fit(_with_base(one).in_(lang), WIDTH * _NAMES, LABEL, lang) for one in strips]
    texts = [_told(one, lexicon, indicator, wave).in_(lang) for one in strips]
    left = widest(blocks, LABEL) + 16
    right = WIDTH - widest([texts], LABEL) - 20
    top = _top(strips)
    axes = sheet.axes(left, top, right, top + _ROW * len(strips))
    rows = [{"estimate": v, "lower": v, "upper": v} for one in strips for v in one.numbers]
    unit = lexicon.unit(indicator, wave)
    if unit.key != "%" and all(row["estimate"] >= 0 for row in rows):
        rows.append({"estimate": 0.0, "lower": 0.0, "upper": 0.0})
    full = _FULL if unit.key == "%" else math.inf
    marks = max(2, min(6, int((right - left) / 50)))
    low, high, ticks = scale(rows, marks, below=0.08, above=0.08, ceiling=full)
    axes.set(xlim=(low, high), ylim=(len(strips) - 0.5, -0.5), yticks=[], xlabel="", ylabel="")
    labels = tick_labels(ticks, unit, lang)
    axes.set_xticks(ticks, [label + "%" if unit.key == "%" else label for label in labels])
    axes.tick_params(length=0, pad=6)
    axes.grid(axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.axhline(len(strips) - 0.5, color=GRID, linewidth=0.8)
    for place, (one, lines, text) in enumerate(zip(strips, blocks, texts, strict=True)):
        label = label_mark(one.dimension, one.segment)
        middle = top + _ROW * (place + 0.5)
        write_lines(sheet, 0, middle, lines, gid=label)
        sheet.write(WIDTH - 2, middle + 4, text, size=LABEL, color=INK, ha="right", gid=one.mark or label)
        _strip(axes, one, place, lexicon)
    _key(sheet, strips, Text(unit.zh, unit.en))


def _with_base(one: Strip) -> Text:
    base = decimal_text(float(one.base), 0)
    return Text(f"{one.name.zh}（{base.zh}）", f"{one.name.en} ({base.en})")


def _told(one: Strip, lexicon: Lexicon, indicator: str, wave: str) -> Text:
    """Print the median, ``[c]`` where it is withheld."""
    if math.isnan(one.median):
        return Text.same("[c]")
    return estimate_text(one.median, lexicon, indicator, wave)


def _strip(axes: Axes, one: Strip, place: int, lexicon: Lexicon) -> None:
    color, half = colour_of(one.segment, place, lexicon), _THICK / _ROW / 2
    if one.banded:
        ends = [one.median if math.isnan(v) else v for v in (one.lower, one.upper)]
        axes.fill(
            [ends[0], ends[1], ends[1], ends[0]], [place - half, place - half, place + half, place + half],
            facecolor=color, alpha=0.3, linewidth=0, zorder=2,
        )  # fmt: skip
        axes.plot(
            [one.median, one.median], [place - half, place + half], color=color, linewidth=4, zorder=3,
            solid_capstyle="butt", clip_on=False, gid=one.mark or None,
        )  # fmt: skip
    elif not math.isnan(one.median):
        axes.plot(
            [one.median], [place], color=color, marker=marker_of(one.segment, place, lexicon),
            markersize=8, linestyle="none", zorder=3, clip_on=False, gid=one.mark or None,
        )  # fmt: skip
    if not math.isnan(one.own):
        axes.plot(
            [one.own], [place], marker="D", markersize=8.5, color=INK, markerfacecolor="white",
            markeredgewidth=2, linestyle="none", clip_on=False, zorder=5,
        )  # fmt: skip


def _top(strips: Sequence[Strip]) -> float:
    """Leave room for the key where there is more than medians."""
    more = any(one.banded or not math.isnan(one.own) for one in strips)
    return _TOP if more else _TOP - 20


def _key(sheet: Sheet, strips: Sequence[Strip], unit: Text) -> None:
    """Say over the chart what its marks are, those alone that are there."""
    lang = sheet.lang
    entries: list[tuple[str, str, float, bool, Text]] = []
    if any(one.banded for one in strips):
        entries += [("|", MUTED, 11.0, True, _MIDDLE), ("s", "#C9D3DE", 9.0, True, _BAND)]
    if any(not math.isnan(one.own) for one in strips):
        entries.append(("D", INK, 7.0, False, _MINE))
    x = 5.0
    for shape, color, size, filled, text in entries:
        words = text.in_(lang)
        sheet.dot(x, 11, shape, color, size=size, filled=filled)
        sheet.write(x + 10, 14.6, words, size=TICK, color=INK)
        x += 10 + text_width(words, TICK) + 20
    heads = Text("类别（答复单位数）", "Group (base)"), Text(f"中位数，{unit.zh}", f"Median, {unit.en}")
    sheet.write(0, _top(strips) - 6, heads[0].in_(lang), size=TICK)
    sheet.write(WIDTH - 2, _top(strips) - 6, heads[1].in_(lang), size=TICK, ha="right")


_ENDS = Text(
    "{wave}{label}：{first}最高（{most}），{last}最低（{least}）",
    "In {wave}, {label} was highest among {first} ({most}) and lowest among {last} ({least})",
)
_ALIKE = Text("{wave}各类单位{label}均为{most}", "In {wave}, {label} was {most} in every group")
_ONE = Text("{wave}{first}{label}为{most}", "In {wave}, {label} was {most} among {first}")


def _finding(lexicon: Lexicon, rows: Sequence[_Row]) -> Phrase:
    known = [(lexicon.segment(row["segment"]), row) for row in rows if row["status"] == "released"]
    row = rows[0]
    label, wave = lexicon.subject(row["indicator"]), wave_text(row["wave"])
    if not known:
        return compose(Text("{wave}{label}", "{label}, {wave}"), wave=wave, label=label)
    ends = extremes(known, lexicon)
    if ends.count == 1:
        return compose(_ONE, wave=wave, label=label, first=ends.first, most=ends.most)
    if ends.alike:
        return compose(_ALIKE, wave=wave, label=label, most=ends.most)
    return compose(
        _ENDS, wave=wave, label=label, first=ends.first, most=ends.most, last=ends.last, least=ends.least
    )


def _alt(strips: Sequence[Strip], lexicon: Lexicon, indicator: str, wave: str) -> Text:
    def told(value: float) -> Text:
        return estimate_text(value, lexicon, indicator, wave)

    zh, en = [], []
    for one in strips:
        pieces = []
        if math.isnan(one.median):
            pieces.append(Text("中位数不予公布", "median withheld"))
        else:
            pieces.append(Text(f"中位数{told(one.median).zh}", f"median {told(one.median).en}"))
        for value, words in (
            (one.lower, Text("下四分位", "lower quartile")), (one.upper, Text("上四分位", "upper quartile")),
            (one.own, _MINE),
        ):  # fmt: skip
            if not math.isnan(value):
                pieces.append(Text(f"{words.zh}{told(value).zh}", f"{words.en.lower()} {told(value).en}"))
        zh.append(f"{one.name.zh}：" + "、".join(piece.zh for piece in pieces))
        en.append(f"{one.name.en}: " + ", ".join(piece.en for piece in pieces))
    label, year = lexicon.subject(indicator), wave_text(wave)
    known = sorted((one for one in strips if not math.isnan(one.median)), key=lambda one: one.median)
    if len(known) > 1:
        zh.append(f"中位数最高为{known[-1].name.zh}，最低为{known[0].name.zh}")
        en.append(f"median highest among {known[-1].name.en}, lowest among {known[0].name.en}")
    return Text(
        f"分位图，{year.zh}{label.zh}：{'；'.join(zh)}。",
        f"Benchmark strips of {label.en}, {year.en}: {'; '.join(en)}.",
    )


# Where one member stands: its own value beside median and upper quartile of the others of its groups.
#
# It tells that member its own answer back: it belongs into the member's own report and no other place.


_STANDING = Text(
    "{wave}本单位：{own}；{group}其他单位的中位数：{median}",
    "This member in {wave}: {own}; median of the others among {group}: {median}",
)
_WITHHELD = Text("{wave}本单位：{own}", "This member in {wave}: {own}")


def standing(
    benchmark: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    *,
    wave: str,
    slug: str,
    groups: Mapping[str, Text],
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw where one member stands among the others of its groups. For that member's eyes alone.

    Parameters
    ----------
    benchmark : DataFrame
        What `benchmarks.benchmark` returns for the member: medians and upper quartiles of the others.
    lexicon : Lexicon
    indicator : str
    wave : str
    slug : str
    groups : mapping of dimension to Text
        The dimensions to draw, from top to bottom, each with what the member's group in it is called.
    caption : Text or Phrase, optional
        The finding; by default the member's value beside the median of its first group.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If the member gave no answer, or no median may be told.
    """
    chosen = benchmark[(benchmark["indicator"] == indicator) & (benchmark["wave"] == wave)]
    cells = rows_by_key(chosen, "dimension")
    strips = [
        Strip(
            name, str(row["segment"]), dimension, int(row["others"]), math.nan, float(row["median"]),
            float(row["upper_quartile"]), float(row["value"]), "",
        )
        for dimension, name in groups.items()
        if (row := cells.get((dimension,))) is not None
    ]  # fmt: skip
    require_strips(strips, slug)
    header = [
        Text("组别", "Group"), Text("本单位", "Own value"), Text("其他单位中位数", "Median of the others"),
        Text("其他单位上四分位", "Upper quartile of the others"), Text("其他单位数", "Others"),
    ]  # fmt: skip
    table: list[list[Cell]] = [
        [
            one.name,
            *(plain_cell(v, lexicon, indicator, wave) for v in (one.own, one.median, one.upper)),
            count_number(one.base),
        ]
        for one in strips
    ]
    return draw_strips(
        strips, lexicon, indicator, wave=wave, slug=slug,
        caption=caption or _standing_finding(strips, lexicon, indicator, wave),
        header=header, rows=table, data=chosen, notice=notice,
    )  # fmt: skip


def _standing_finding(strips: Sequence[Strip], lexicon: Lexicon, indicator: str, wave: str) -> Phrase:
    one = next((one for one in strips if not math.isnan(one.median)), strips[0])
    own, median = (plain_cell(value, lexicon, indicator, wave) for value in (one.own, one.median))
    told = own if isinstance(own, Number) else Text("未作答", "no answer")
    if not isinstance(median, Number):
        return compose(_WITHHELD, wave=wave_text(wave), own=told)
    return compose(_STANDING, wave=wave_text(wave), own=told, group=one.name, median=median)
