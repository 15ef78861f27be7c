"""Breaks of a series as charts of several lines mark them: a dashed line with a number, explained below."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.charts.annotations import BREAK_MARKS
from analysis.charts.style import INK, MUTED, TICK
from analysis.formatting import Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Break", "breaks_alt", "breaks_told", "find_breaks", "first_comparable", "is_broken", "mark_gaps"]


@dataclass(frozen=True)
class Break:
    """A series stops before `wave`, for what `note` says."""

    wave: str
    note: Text


def find_breaks(series: pd.DataFrame | None, indicators: Sequence[str], waves: Sequence[str]) -> list[Break]:
    """Return the breaks between `waves` of any of the indicators, in order of time, each once.

    A break lies before the first of `waves` at or after the one the series names.
    """
    if series is None:
        return []
    own = series[series["indicator"].isin(list(indicators)) & series["break_before"].astype(bool)]
    found: dict[tuple[str, str], Break] = {}
    for row in own.sort_values("wave").to_dict("records"):
        later = [wave for wave in waves if wave >= str(row["wave"])]
        if later and min(waves) < str(row["wave"]):
            note = Text(str(row["break_note_zh"]), str(row["break_note_en"]))
            found.setdefault((min(later), note.zh), Break(min(later), note))
    return sorted(found.values(), key=lambda one: one.wave)


def is_broken(breaks: Sequence[Break], before: str, after: str) -> bool:
    """Tell whether the series breaks between two waves."""
    return any(before < one.wave <= after for one in breaks)


def first_comparable(breaks: Sequence[Break], waves: Sequence[str]) -> str:
    """Return the first wave that the last one can be compared with: itself, where the series breaks there."""
    last = max(waves)
    return min(wave for wave in waves if not is_broken(breaks, wave, last))


def breaks_told(breaks: Sequence[Break]) -> list[Text]:
    """Return the notes below a chart: a number and what broke."""
    return [
        Text(f"{mark} {one.note.zh}", f"{mark} {one.note.en}")
        for mark, one in zip(BREAK_MARKS, breaks, strict=False)
    ]


def breaks_alt(breaks: Sequence[Break]) -> Text:
    """Return the breaks in words, for an alternative text."""
    zh = "".join(f"{wave_text(one.wave).zh}前序列中断：{one.note.zh}。" for one in breaks)
    en = "".join(f" Break in the series before {wave_text(one.wave).en}: {one.note.en}." for one in breaks)
    return Text(zh, en)


def mark_gaps(axes: Axes, breaks: Sequence[Break], waves: Sequence[str], top: float) -> None:
    """Draw a dashed line in the gap before each break, with the numbers of the notes above it."""
    for before, wave in pairwise(sorted(waves)):
        marks = [mark for mark, one in zip(BREAK_MARKS, breaks, strict=False) if one.wave == wave]
        if not marks:
            continue
        x = (int(before) + int(wave)) / 2
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        axes.annotate(
            "".join(marks), (x, top), (0, 1), textcoords="offset points", ha="center", va="bottom",
            size=TICK, color=INK, annotation_clip=False,
        )  # fmt: skip
