"""Ordered classes as bars to both sides of a middle: what is below it goes left, what is above it right.

With an odd number of classes the one in the middle lies across the line; with an even number the line runs
between the two in the middle.

References
----------
Heiberger & Robbins (2014), Design of diverging stacked bar charts for Likert scales and other applications,
Journal of Statistical Software 57(5). doi:10.18637/jss.v057.i05
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.charts.chart import Chart, Plan, Sheet, draw, label_mark, mark
from analysis.charts.form import extremes, fit, key_places, nothing_to_draw, widest, write_lines
from analysis.charts.style import INK, LABEL, MUTED, TICK, WIDTH, text_width
from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.pieces import Cell, base_cell, number_cell, rows_by_key
from analysis.sentences import estimate_number
from analysis.words import BASE_HEAD, Lexicon, Phrase, Text, compose, estimate_text, wave_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.words import Lang

__all__ = ["diverging", "shades"]

# from the middle outwards; no two of all these are equally light, so that grey tells them apart
_LOW: Final = {1: ("#B5523B",), 2: ("#EDBFAE", "#B5523B"), 3: ("#EDBFAE", "#CF7D64", "#9E3F2A")}
_HIGH: Final = {1: ("#1F4E79",), 2: ("#7FB2D6", "#1F4E79"), 3: ("#8DB8D9", "#4A7FAE", "#1B4571")}
_MIDDLE: Final = "#DDE2E7"
_LIGHT_INK: Final = frozenset({"#B5523B", "#9E3F2A", "#1F4E79", "#4A7FAE", "#1B4571"})
_MOST = 7
_ROW, _KEY, _NAMES, _HEIGHT = 32.0, 17.0, 0.3, 0.68
_WITHHELD = "[c]"

_Row = Mapping[str, Any]
_Bar = Sequence[_Row]


@dataclass(frozen=True)
class _Piece:
    """Hold one class's part of a bar: where it begins, how long it is, in which colour."""

    row: _Row
    start: float
    length: float
    color: str


def shades(count: int) -> tuple[str, ...]:
    """Return the colours of ordered classes from the lowest to the highest; one in the middle is pale."""
    half = count // 2
    low, high = (_LOW[half][::-1], _HIGH[half]) if half else ((), ())
    return (*low, *([_MIDDLE] if count % 2 else []), *high)


def diverging(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    parts: Sequence[str],
    rows: Sequence[str],
    *,
    by: Literal["segment", "wave"],
    slug: str,
    wave: str = "",
    dimension: str = "total",
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw shares of ordered classes, one bar a segment (of one wave) or a wave (of the total).

    Parameters
    ----------
    estimates : DataFrame
        Released cells. A bar is drawn from the middle outwards as far as its cells are released; ``[c]``
        stands where it ends.
    lexicon : Lexicon
    parts : sequence of str
        Indicators from the lowest class to the highest, two to seven.
    rows : sequence of str
        Segments or waves from top to bottom.
    by : {"segment", "wave"}
    slug : str
    wave, dimension : str
        The wave of the segments and their dimension; not read when `by` is "wave".
    caption : Text or Phrase, optional
        The finding; by default the class in which the bars differ most, with its two ends.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If there are too few or too many classes, a row is missing, or every cell is withheld.
    """
    if not 2 <= len(parts) <= _MOST:  # noqa: PLR2004 - one class has no middle
        raise AnalysisError(
            argument="parts",
            expected=f"two to {_MOST} ordered classes",
            got=str(len(parts)),
            remedy="join neighbouring classes",
        )
    chosen = estimates[estimates["indicator"].isin(list(parts)) & estimates[by].isin(list(rows))]
    if by == "segment":
        chosen = chosen[(chosen["wave"] == wave) & (chosen["dimension"] == dimension)]
    else:
        chosen = chosen[chosen["dimension"] == "total"]
    bars = _bars(chosen, parts, rows, by, slug)
    names = [lexicon.segment(row) if by == "segment" else wave_text(row) for row in rows]
    plan = Plan(
        height=lambda lang: _key_height(lexicon, parts, lang) + _ROW * len(rows) + 6,
        paint=lambda sheet: _paint(sheet, lexicon, parts, names, bars),
    )
    return draw(
        plan,
        slug=slug,
        caption=caption or _finding(lexicon, bars, names, by),
        alt=_alt(lexicon, bars, names),
        header=[
            Text("类别", "Segment") if by == "segment" else Text("年份", "Year"),
            *map(lexicon.name, parts),
            BASE_HEAD,
        ],
        rows=[_data_row(name, bar, lexicon) for name, bar in zip(names, bars, strict=True)],
        data=chosen,
        notice=notice,
    )


def _bars(cells: pd.DataFrame, parts: Sequence[str], rows: Sequence[str], by: str, slug: str) -> list[_Bar]:
    require_released(cells)
    found = rows_by_key(cells, by, "indicator")
    absent = [f"{row}/{part}" for row in rows for part in parts if (row, part) not in found]
    if absent and len(absent) < len(rows) * len(parts):
        raise AnalysisError(
            argument="estimates",
            expected="a row for every class of every bar",
            got="none for " + ", ".join(absent),
            remedy="add the rows or drop the bar",
        )
    bars: list[_Bar] = [[found[(row, part)] for part in parts] for row in rows] if not absent else []
    if not any(map(_pieces, bars)):
        raise nothing_to_draw(
            "diverging bars", slug, "a released share of " + ", ".join(parts),
            "leave the chart out where the wave or the segments give none",
        )  # fmt: skip
    return bars


def _is_shown(row: _Row) -> bool:
    return bool(row["status"] == "released")


def _pieces(bar: _Bar) -> list[_Piece]:
    """Lay the parts of a bar out from the middle to both sides, each side up to its first withheld cell."""
    colors, half = shades(len(bar)), len(bar) // 2
    out, reach = [], 0.0
    if len(bar) % 2:
        middle = bar[half]
        if not _is_shown(middle):
            return []
        length = float(middle["estimate"])
        reach = length / 2
        out.append(_Piece(middle, -reach, length, colors[half]))
    for places, side in ((range(half - 1, -1, -1), -1), (range(len(bar) - half, len(bar)), 1)):
        end = reach
        for place in places:
            if not _is_shown(bar[place]):
                break
            length = float(bar[place]["estimate"])
            out.append(_Piece(bar[place], min(side * end, side * (end + length)), length, colors[place]))
            end += length
    return out


def _ends(bar: _Bar) -> tuple[float, float]:
    """Return how far a bar reaches below and above the line."""
    pieces = _pieces(bar)
    low = min((piece.start for piece in pieces), default=0.0)
    return low, max((piece.start + piece.length for piece in pieces), default=0.0)


def _withheld(bar: _Bar) -> tuple[bool, bool]:
    """Tell whether cells of the lower and of the upper half are withheld; the one in the middle is both."""
    half = (len(bar) + 1) // 2
    return (
        not all(map(_is_shown, bar[:half])),
        not all(map(_is_shown, bar[len(bar) - half :])),
    )


def _keys(lexicon: Lexicon, parts: Sequence[str], lang: Lang) -> list[tuple[float, int, str]]:
    """Place the names of the classes, lowest first: (x, line, name), broken into lines."""
    names = [fit(lexicon.name(part).in_(lang), WIDTH - 20, TICK, lang, lines=1)[0] for part in parts]
    return key_places(names, start=0.0, mark=13, gap=16)


def _key_height(lexicon: Lexicon, parts: Sequence[str], lang: Lang) -> float:
    return (_keys(lexicon, parts, lang)[-1][1] + 1) * _KEY + 8


def _paint(
    sheet: Sheet, lexicon: Lexicon, parts: Sequence[str], names: Sequence[Text], bars: Sequence[_Bar]
) -> None:
    lang, top = sheet.lang, _key_height(lexicon, parts, sheet.lang)
    for color, (x, line, name) in zip(shades(len(parts)), _keys(lexicon, parts, lang), strict=True):
        y = line * _KEY + 10
        sheet.dot(x + 4, y, "s", color, size=8)
        sheet.write(x + 12, y + 3.6, name, size=TICK, color=INK)
    labels = [fit(name.in_(lang), WIDTH * _NAMES, LABEL, lang) for name in names]
    sides = [_withheld(bar) for bar in bars]
    mark_room = text_width(_WITHHELD, TICK) + 8
    left = widest(labels, LABEL) + 12 + (mark_room if any(low for low, _ in sides) else 0)
    right = WIDTH - 4 - (mark_room if any(high for _, high in sides) else 0)
    axes = sheet.axes(left, top, right, top + _ROW * len(bars))
    low, high = min(_ends(bar)[0] for bar in bars), max(_ends(bar)[1] for bar in bars)
    span = high - low or 1.0
    axes.set(xlim=(low, low + span), xticks=[], yticks=[], ylim=(len(bars) - 0.5, -0.5))
    axes.spines["bottom"].set_visible(False)
    for place, (lines, bar) in enumerate(zip(labels, bars, strict=True)):
        _bar(axes, lexicon, bar, place=place, room=(right - left) / span, lang=lang)
        label = label_mark(bar[0]["dimension"], bar[0]["segment"])
        write_lines(sheet, 0, top + _ROW * (place + 0.5), lines, gid=label)
    # a middle class lies across the line, which then shows between the bars alone
    axes.axvline(0, color=INK, linewidth=1.0, zorder=0 if len(parts) % 2 else 4, clip_on=False)


def _bar(axes: Axes, lexicon: Lexicon, bar: _Bar, *, place: int, room: float, lang: Lang) -> None:
    for piece in _pieces(bar):
        row, label = piece.row, mark(piece.row)
        axes.barh(
            place, piece.length, left=piece.start, height=_HEIGHT, color=piece.color, edgecolor="white",
            linewidth=1.2, gid=label,
        )  # fmt: skip
        text = estimate_text(piece.length, lexicon, row["indicator"], row["wave"]).in_(lang)
        if text_width(text, TICK) + 5 > piece.length * room:
            continue
        ink = "white" if piece.color in _LIGHT_INK else INK
        axes.text(
            piece.start + piece.length / 2, place, text, ha="center", va="center_baseline", size=TICK,
            color=ink, gid=label, zorder=5,
        )  # fmt: skip
    for hidden, end, side in zip(_withheld(bar), _ends(bar), ("right", "left"), strict=True):
        if hidden:
            axes.annotate(
                _WITHHELD, (end, place), (-4 if side == "right" else 4, 0), textcoords="offset points",
                ha=side, va="center_baseline", size=TICK, color=MUTED, annotation_clip=False,
            )  # fmt: skip


_MOST_AND_LEAST = Text(
    "{wave}，“{part}”所占比例，{first}最高（{most}），{last}最低（{least}）",
    'In {wave}, the share in "{part}" was highest among {first} ({most}) and lowest among {last} ({least})',
)
_OVER_TIME = Text(
    "“{part}”的占比，{before}为{was}，{wave}为{now}",
    'The share in "{part}" was {was} in {before} and {now} in {wave}',
)
_ALONE = Text("{name}以“{part}”居多，占{most}", '{name}: "{part}" was the largest class, at {most}')
_ALIKE = Text("各行“{part}”的占比均为{most}", 'The share in "{part}" was {most} throughout')


def _finding(lexicon: Lexicon, bars: Sequence[_Bar], names: Sequence[Text], by: str) -> Phrase:
    """Tell the class in which the bars differ most, by its two ends; of one bar its largest class."""
    open_bars = [
        (name, bar) for name, bar in zip(names, bars, strict=True) if any(_is_shown(row) for row in bar)
    ]
    if len(open_bars) == 1:
        (name, bar), *_ = open_bars
        row = max((row for row in bar if _is_shown(row)), key=lambda row: float(row["estimate"]))
        part, most = lexicon.name(row["indicator"]), estimate_number(row, lexicon)
        return compose(_ALONE, name=name, part=part, most=most)
    if by == "wave":
        return _over_time(lexicon, open_bars)
    ends = max(
        (extremes(known, lexicon) for place in range(len(bars[0])) if (known := _known(open_bars, place))),
        key=lambda ends: ends.most.value - ends.least.value,
    )
    part, wave = lexicon.name(ends.most.key.split("/")[1]), wave_text(ends.most.key.split("/")[0])
    if ends.alike:
        return compose(_ALIKE, part=part, most=ends.most)
    return compose(
        _MOST_AND_LEAST, wave=wave, part=part, first=ends.first, most=ends.most, last=ends.last,
        least=ends.least,
    )  # fmt: skip


def _over_time(lexicon: Lexicon, bars: Sequence[tuple[Text, _Bar]]) -> Phrase:
    """Tell the largest class of the last wave, then and now."""
    (_, latest), (_, earliest) = max(bars, key=_year), min(bars, key=_year)
    shown = [(now, then) for now, then in zip(latest, earliest, strict=True) if _is_shown(now)]
    now, then = max(shown, key=lambda pair: float(pair[0]["estimate"]))
    name, part = wave_text(now["wave"]), lexicon.name(now["indicator"])
    if not _is_shown(then):
        return compose(_ALONE, name=name, part=part, most=estimate_number(now, lexicon))
    return compose(
        _OVER_TIME, part=part, before=wave_text(then["wave"]), was=estimate_number(then, lexicon), wave=name,
        now=estimate_number(now, lexicon),
    )  # fmt: skip


def _known(bars: Sequence[tuple[Text, _Bar]], place: int) -> list[tuple[Text, _Row]]:
    """Return the released cells of one class with the names of their bars."""
    return [(name, bar[place]) for name, bar in bars if _is_shown(bar[place])]


def _year(cell: tuple[Text, _Bar]) -> str:
    return str(cell[1][0]["wave"])


def _outermost(lexicon: Lexicon, bars: Sequence[_Bar], names: Sequence[Text]) -> Text:
    """Say who is highest and lowest in the last class and in the first."""
    zh, en = [], []
    pairs = list(zip(names, bars, strict=True))
    for place in (-1, 0):
        if known := _known(pairs, place):
            ends = extremes(known, lexicon).told
            part = lexicon.name(bars[0][place]["indicator"])
            zh.append(f"“{part.zh}”{ends.zh}")
            en.append(f"{part.en}: {ends.en}")
    return Text("；".join(zh), "; ".join(en))


def _alt(lexicon: Lexicon, bars: Sequence[_Bar], names: Sequence[Text]) -> Text:
    ends = [lexicon.name(bars[0][place]["indicator"]) for place in (0, -1)]
    zh, en = [], []
    for name, bar in zip(names, bars, strict=True):
        told = [(lexicon.name(row["indicator"]), _printed(row, lexicon)) for row in bar]
        zh.append(f"{name.zh}：" + "、".join(f"{part.zh}{value.zh}" for part, value in told))
        en.append(f"{name.en}: " + ", ".join(f"{part.en} {value.en}" for part, value in told))
    outer = _outermost(lexicon, bars, names)
    return Text(
        f"两侧堆积条形图，各档从“{ends[0].zh}”到“{ends[1].zh}”，以中间为界左右展开。{outer.zh}。"
        f"各行：{'；'.join(zh)}。",
        f"Diverging stacked bars of ordered classes, from {ends[0].en} on the left to {ends[1].en} on the "
        f"right. {outer.en}. Row by row: {'; '.join(en)}.",
    )


def _printed(row: _Row, lexicon: Lexicon) -> Text:
    if not _is_shown(row):
        return Text("不予公布", "withheld")
    return estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])


def _data_row(name: Text, bar: _Bar, lexicon: Lexicon) -> list[Cell]:
    return [name, *(number_cell(row, lexicon) for row in bar), base_cell(bar[0])]
