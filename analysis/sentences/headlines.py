"""Sentences short enough for a headline or a box: the finding alone, its verb chosen by the same test.

What the full statement adds (interval, base, respondents' own change) stands beside the chart (`evidence`) or
in the speaker's notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.sentences.change_sentences import judge_change
from analysis.sentences.rankings import case_of_test, ranked
from analysis.sentences.wordings import (
    capitalised,
    confidence_number,
    count_number,
    interval_phrase,
    listed,
    running_segment,
    worded,
)
from analysis.words import Claim, Number, Phrase, Text, estimate_key, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Cell, Comparison

__all__ = ["contrast", "differences", "evidence", "headline", "leaders", "movement", "source"]

_Slots = dict[str, Text | Number | Phrase]


def headline(cell: Cell, base_wave: str | None = None) -> Claim:
    """State a level and how it changed, as the headline of a chart; without a base wave the level alone."""
    return Claim("headline", _short(cell, base_wave, "key message"))


def movement(cell: Cell, base_wave: str | None = None) -> Claim:
    """State how a figure changed, for a box that prints its level; without a base wave, its base."""
    return Claim("movement", _short(cell, base_wave, "slide"))


def _short(cell: Cell, base_wave: str | None, form: str) -> Phrase:
    slots: _Slots = {"label": capitalised(cell.label)}
    if base_wave is not None:
        judged = judge_change(cell, base_wave)
        return worded("change", judged.verdict, form, **(slots | judged.slots()))
    if not cell.is_released:
        return worded("short level", "withheld", form, **slots)
    slots |= {"level": cell.number, "answered": cell.base_number}
    return worded("short level", "released", form, **slots)


def evidence(cell: Cell, base_wave: str | None = None) -> Claim:
    """State what a headline rests on: the interval of the change for all members, and the base."""
    if not cell.is_released:
        return Claim("evidence", worded("tested", "withheld", "slide"))
    slots: _Slots = {"answered": cell.base_number}
    judged = judge_change(cell, base_wave) if base_wave else None
    if judged is None or judged.tested is None:
        return Claim("evidence", worded("tested", "no interval", "slide", **slots))
    slots |= {
        "base": judged.slots()["base"],
        "confidence": confidence_number(cell.cells.level),
        "interval": interval_phrase(judged.tested),
    }
    return Claim("evidence", worded("tested", "interval", "slide", **slots))


def leaders(cells: Sequence[Cell], subject: Text) -> Claim:
    """Name the highest and the lowest of several shares; `subject` says what they are shares of."""
    rows = ranked(cells)
    slots: _Slots = {"subject": subject, "top": rows[0].name, "end": rows[-1].name}
    case = "several" if len(rows) > 1 else "one"
    return Claim("headline", worded("ends", case, "key message", **slots, **_ends(rows)))


def contrast(cell: Cell, dimension: str) -> Claim:
    """Say whether the segments of a dimension differ, and name the highest and lowest."""
    return Claim("headline", differences(cell.segments(dimension), cell.compared_by(dimension)))


def differences(segments: Sequence[Cell], test: Comparison | None) -> Phrase:
    """Say by a test whether segments differ, and name the highest and the lowest."""
    rows = ranked(segments)
    slots: _Slots = {
        "name": rows[0].name,
        "dimension": rows[0].cells.lexicon.dimension(rows[0].dimension),
        "top": _together(rows, rows[0]),
        "end": _together(rows, rows[-1]),
    }
    case = case_of_test(test) if len(rows) > 1 else "one"
    if len(rows) > 1 and rows[0].text == rows[-1].text:
        case = "level"
    return worded("segments", case, "key message", **slots, **_ends(rows))


def _together(rows: Sequence[Cell], end: Cell) -> Phrase:
    """Name the segments that print the same figure as the one at an end."""
    return listed([running_segment(cell.segment_name) for cell in rows if cell.text == end.text])


def source(cells: Sequence[Cell], dimension: str = "total") -> Claim:
    """Say what a chart is drawn from: survey, wave, base, indicator, and the key by which it can be traced.

    Of several indicators the first is named and the others are counted.
    """
    first = cells[0]
    segment = "all" if dimension == "total" else "*"
    several = len(cells) > 1
    slots: _Slots = {
        "wave": wave_text(first.wave),
        "base": first.base_number,
        "name": first.name,
        "more": worded("source", "several", "slide", count=count_number(len(cells)))
        if several
        else Text.same(""),
        "key": Text.same(estimate_key(first.wave, first.indicator, dimension, segment)),
    }
    return Claim("source", worded("source", "chart", "slide", **slots))


def _ends(rows: Sequence[Cell]) -> _Slots:
    """Return the numbers of the first and the last of some cells."""
    return {"high": rows[0].number, "low": rows[-1].number}
