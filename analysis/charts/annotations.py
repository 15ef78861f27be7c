"""Words and marks on the lines of a trend."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.charts.marks import mark
from analysis.charts.style import INK, LABEL, MUTED, SERIES_TEXT, TICK
from analysis.formatting import Lang, Lexicon, Text, decimal_text, estimate_text, unit_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BREAK_MARKS", "end_label", "label_ends", "label_extremes", "mark_breaks"]

BREAK_MARKS: Final = tuple(chr(ord("①") + place) for place in range(20))

_Row = Mapping[str, Any]


def end_label(lexicon: Lexicon, row: _Row, several: bool) -> Text:
    """Say the last value of a line, with its name where there are several."""
    value = estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])
    if not several:
        return value
    name = lexicon.name(row["indicator"])
    return Text(f"{name.zh} {value.zh}", f"{name.en} {value.en}")


def label_ends(
    axes: Axes, rows: Mapping[str, Sequence[_Row]], ends: Mapping[str, str], per_point: float
) -> None:
    """Write each line's name and last value beside its end, moved apart where they would touch."""
    order = sorted(rows, key=lambda indicator: float(rows[indicator][-1]["estimate"]))
    gap, level = LABEL * 1.3 * per_point, -math.inf
    last = max(int(points[-1]["wave"]) for points in rows.values())
    for indicator in order:
        color = SERIES_TEXT[list(rows).index(indicator)]
        level = max(float(rows[indicator][-1]["estimate"]), level + gap)
        axes.annotate(
            ends[indicator],
            (last, level),
            (9, 0),
            textcoords="offset points",
            va="center_baseline",
            color=color,
            size=LABEL,
            annotation_clip=False,
            gid=mark(rows[indicator][-1]),
        )


def label_extremes(axes: Axes, lexicon: Lexicon, points: Sequence[_Row], lang: Lang) -> None:
    """Label the first, highest and lowest point of a lone line; the last one has its label at the end."""
    inner = sorted(range(len(points) - 1), key=lambda place: float(points[place]["estimate"]))
    for place in dict.fromkeys([0, inner[0], inner[-1]] if inner else []):
        row = points[place]
        beside = [float(point["estimate"]) for point in _neighbours(points, place)]
        above = float(row["estimate"]) >= max(beside, default=-math.inf)
        known = not math.isnan(float(row["upper"]))
        anchor = float(row["upper" if above else "lower"]) if known else float(row["estimate"])
        side, shift = _side(points, place)
        axes.annotate(
            _bare(lexicon, row).in_(lang),
            (int(row["wave"]), anchor),
            (shift, 7 if above else -7),
            textcoords="offset points",
            ha=side,
            va="bottom" if above else "top",
            size=TICK,
            color=MUTED,
            annotation_clip=False,
            gid=mark(row),
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )


def _neighbours(points: Sequence[_Row], place: int) -> list[_Row]:
    """Return the points a point is joined to; a break joins nothing."""
    out = []
    if place > 0 and not bool(points[place]["break_before"]):
        out.append(points[place - 1])
    if place + 1 < len(points) and not bool(points[place + 1]["break_before"]):
        out.append(points[place + 1])
    return out


def _bare(lexicon: Lexicon, row: _Row) -> Text:
    """Print a figure without the word of its unit, which stands over the axis."""
    unit, digits = lexicon.unit(row["indicator"], row["wave"]), lexicon.measure(row["indicator"]).digits
    value = float(row["estimate"])
    if unit.key == "%":
        return unit_text(value, unit, digits)
    return decimal_text(value, digits, power={"en": unit.en_power})


def _side(points: Sequence[_Row], place: int) -> tuple[str, float]:
    """Keep a label clear of the axis and of the marks of breaks: (alignment, shift in points)."""
    if place == 0 or bool(points[place]["break_before"]):
        return "left", -4.0
    if bool(points[place + 1]["break_before"]):
        return "right", 5.0
    return "center", 0.0


def mark_breaks(
    axes: Axes, rows: Mapping[str, Sequence[_Row]], breaks: Sequence[tuple[str, Text]], top: float
) -> None:
    """Draw a dashed line with a number in the gap of every break."""
    waves = sorted({int(row["wave"]) for points in rows.values() for row in points})
    for place, (wave, _) in enumerate(breaks):
        before = max(year for year in waves if year < int(wave))
        x = (before + int(wave)) / 2
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        axes.annotate(
            BREAK_MARKS[place],
            (x, top),
            (0, 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            size=TICK,
            color=INK,
            annotation_clip=False,
        )
