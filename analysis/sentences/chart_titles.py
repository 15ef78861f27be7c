"""The message of a chart as its title, and the line below it: measure, unit, whom it describes, base.

A title says what changed, by the verb the test allows, or who is first and last; the last figure alone is no
message, and the year stands in the line below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.model import Verdict
from analysis.sentences.change_sentences import judge_change
from analysis.sentences.headlines import differences
from analysis.sentences.rankings import ranked
from analysis.sentences.wordings import base_span, capitalised, worded
from analysis.words import Number, Phrase, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.sentences.change_sentences import JudgedChange
    from analysis.words import Cell, Cells

__all__ = ["course_title", "group_title", "items_title", "measure_line", "parts_title", "split_title"]

_Slots = dict[str, Text | Number | Phrase]
_RECORD = 3  # points of which the last can be the highest "since"


def course_title(cells: Cells, points: Sequence[Cell], base_wave: str | None) -> Phrase:
    """State how a line moved since the wave before, and since when it was not so high or low.

    Parameters
    ----------
    cells : Cells
    points : sequence of Cell
        The points that can be compared with the last one, which is among them, by year.
    base_wave : str, optional
        The wave the last one is held against; without it the title says where the line stands.
    """
    last = points[-1]
    judged = _judged(cells.find(last.indicator, last.wave), base_wave)
    slots: _Slots = {"label": capitalised(last.label), "level": last.number}
    if judged is None or judged.verdict == Verdict.WITHHELD:
        return worded("course", _found_case(points), "key message", **(slots | _ends_of(points)))
    slots |= {"base": judged.slots()["base"], "since": Text.same("")}
    if judged.verdict.is_moved:
        slots |= judged.slots()
        slots["since"] = _record(points, rises=judged.verdict.is_up)
    return worded("course", judged.verdict, "key message", **(slots | {"label": capitalised(last.label)}))


def _judged(cell: Cell | None, base_wave: str | None) -> JudgedChange | None:
    known = cell is not None and base_wave is not None and cell.changed_since(base_wave) is not None
    return judge_change(cell, base_wave) if cell and base_wave and known else None


def _found_case(points: Sequence[Cell]) -> str:
    return "line" if len(points) > 1 else "point"


def _ends_of(points: Sequence[Cell]) -> _Slots:
    return {"first": wave_text(points[0].wave), "was": points[0].number, "wave": wave_text(points[-1].wave)}


def _record(points: Sequence[Cell], *, rises: bool) -> Phrase | Text:
    """Say since when no figure was so high, or so low; nothing of few points or where one was."""
    *before, last = points
    others = [cell.value for cell in before]
    beyond = (rises and last.value > max(others, default=0)) or (
        not rises and last.value < min(others, default=0)
    )
    if len(points) < _RECORD or not beyond:
        return Text.same("")
    case = "highest" if rises else "lowest"
    return worded("record", case, "key message", first=wave_text(points[0].wave))


def items_title(shown: Sequence[Cell], base_wave: str | None = None) -> Phrase:
    """Name the highest and lowest of several items, and the one that moved most, if any did by its test."""
    rows = ranked(shown)
    top, end = rows[0], rows[-1]
    slots: _Slots = {"top": top.name, "high": top.number, "end": end.name, "low": end.number}
    if top.text == end.text:
        return worded("items", "one" if len(rows) == 1 else "alike", "key message", **slots)
    judged = [found for cell in rows if (found := _judged(cell, base_wave)) and found.verdict.is_moved]
    if not judged:
        return worded("items", "ends", "key message", **slots)
    most = max(judged, key=lambda one: abs(one.own.value))
    moved = most.slots()
    slots |= {"name": most.cell.name, "change": moved["change"], "base": moved["base"]}
    case = "rose most" if most.verdict.is_up else "fell most"
    return worded("items", case, "key message", **slots)


def group_title(groups: Sequence[Cell]) -> Phrase:
    """Say whether groups of one dimension differ by more than chance, with the highest and lowest."""
    first = groups[0]
    if not any(cell.is_released for cell in groups):
        return worded("groups", "withheld", "key message", name=first.name)
    return differences(groups, first.compared_by(first.dimension))


def parts_title(part: Text, ends: tuple[tuple[Text, Cell], tuple[Text, Cell]], *, over_time: bool) -> Phrase:
    """State the part of a whole in which bars differ most, by its two ends.

    Parameters
    ----------
    part : Text
    ends : pair of (name, cell)
        The bars where it is highest and lowest, or the first and the last wave.
    over_time : bool
        Whether the bars are waves.
    """
    (first, one), (last, other) = ends
    slots: _Slots = {"part": part, "first": first, "last": last}
    slots |= {"most": one.number, "least": other.number}
    case = (
        "alone" if one is other else "alike" if one.text == other.text else "waves" if over_time else "groups"
    )
    return worded("parts", case, "key message", **slots)


def split_title(label: Text, change: Number, part: Text, told: Number) -> Phrase:
    """State a change, and what its first part adds to it."""
    running = Text(part.zh, part.en[:1].lower() + part.en[1:])
    return worded(
        "split", "part", "key message", label=capitalised(label), change=change, part=running, told=told
    )


def measure_line(cells: Sequence[Cell], subject: Text | None = None, *, with_base: bool = True) -> Phrase:
    """Say below a title what is measured, in which unit, of whom and from how many answers.

    Parameters
    ----------
    cells : sequence of Cell
        Those drawn, of one unit and estimand; their latest wave and its totals give the base.
    subject : Text, optional
        What several figures are; of one figure its own name is said.
    with_base : bool
        False where one member speaks for itself.
    """
    first, last = cells[0], max(cell.wave for cell in cells)
    lexicon = first.cells.lexicon
    waves = [cell.wave for cell in cells]
    several = len({cell.indicator for cell in cells}) > 1
    what = subject or (worded("measure", "items", "key message") if several else first.label)
    slots: _Slots = {"what": capitalised(what) if isinstance(what, Text) else what}
    slots["unit"] = lexicon.unit_over(first.indicator, waves)
    if not with_base:
        return worded("measure", "bare", "key message", **slots)
    codes = dict.fromkeys(cell.indicator for cell in cells)
    totals = [total for code in codes if (total := first.cells.find(code, last)) and total.is_released]
    whom = "members" if first.indicator.endswith(".members") else "respondents"
    if not totals:
        return worded("measure", f"{whom} without base", "key message", **slots)
    slots |= {"base": base_span(totals), "wave": wave_text(last)}
    return worded("measure", whom, "key message", **slots)
