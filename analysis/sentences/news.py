"""Sentences as a newspaper prints them: short, without intervals, the verb still chosen by the test.

Each function makes a clause; `paragraph` puts clauses together as sentences or as counted points. Numbers
stand in the same order in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.model import Status, Verdict
from analysis.sentences.change_sentences import base_wave_name, judge_change
from analysis.sentences.level_sentences import spliced
from analysis.sentences.rankings import case_of_test, ranked
from analysis.sentences.wordings import (
    base_span,
    begun,
    labelled,
    listed,
    registers,
    running_name,
    running_segment,
    worded,
)
from analysis.words import Claim, Number, Part, Phrase, Text, unit_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.inference import Streak
    from analysis.words import Cell

__all__ = ["Milestone", "by_segment", "high_to_low", "news", "ordinal", "paragraph", "years_in_a_row"]

_SHARE, _THAT = "the share of ", "that of "
_POINTS: Final = "一二三四五六七八九十"
_Slots = dict[str, Text | Number | Phrase]


@dataclass(frozen=True)
class Milestone:
    """A round value that a figure has been above for some years: the run, and the value."""

    run: Streak
    above: float


def news(
    cell: Cell,
    base_wave: str | None = None,
    *,
    broke: str | None = None,
    milestone: Milestone | None = None,
    of_which: Cell | None = None,
    base: bool = False,
) -> Phrase:
    """State a level, then its change where there is one, then its run of years.

    Parameters
    ----------
    cell : Cell
        Of the respondents.
    base_wave : str, optional
        The wave the change is from; without it the level alone is stated.
    broke : str, optional
        The wave from which on the definition is another than in `base_wave`.
    milestone : Milestone, optional
        Stated where it holds for two years or more; it names the breaks it was counted over.
    of_which : Cell, optional
        Of a segment, whose level is stated last; nothing where it is not released.
    base : bool
        Say how many answered: where few were asked.
    """
    label = labelled(cell, "press")
    if not cell.is_released:
        return worded("short level", "withheld", "press", label=label)
    slots: _Slots = {"label": label, "level": _level(cell)}
    over_break = milestone is not None and milestone.run.length > 1 and broke in milestone.run.spliced_over
    if base_wave is None or over_break:  # the run says of a break what is to be said
        parts = [worded("short level", "released", "press", **slots)]
    else:
        parts = [_changed(cell, base_wave, slots, broke)]
    parts += _run(cell, milestone)
    if of_which is not None and of_which.is_released:
        name = running_segment(of_which.segment_name)
        parts.append(worded("of which", "released", "press", name=name, level=of_which.number))
    if base:
        parts.append(base_span([cell], "press"))
    return Phrase(tuple(p for part in parts for p in part.zh), tuple(p for part in parts for p in part.en))


def _changed(cell: Cell, base_wave: str, slots: _Slots, broke: str | None) -> Phrase:
    """State level and change, with the verb of the verdict."""
    judged = judge_change(cell, base_wave)
    if judged.verdict == Verdict.WITHHELD:
        return worded("short level", "released", "press", **slots)
    since: Text | Phrase = Text.same("")
    if broke:
        since = worded("broke", "since", "press", wave=wave_text(broke))
    slots = judged.slots("press") | slots
    slots |= {"then": base_wave_name(cell.wave, base_wave, "press", "base time"), "broke": since}
    return worded("change", judged.verdict, "press", **slots)


def _level(cell: Cell) -> Number:
    """Take a level as a number; English leaves out what is counted where the label names it."""
    number, label, unit = cell.number, cell.label.en, cell.unit
    *before, counted = unit.en.split(" ") if unit.en else [""]
    if not counted or not (label.startswith("the number of ") or counted in label.split(" ")):
        return number
    bare = " ".join([number.text.en.split(" ")[0], *(word for word in before if word == "million")])
    return Number(Text(number.text.zh, bare), number.value, number.key, number.column)


def _run(cell: Cell, milestone: Milestone | None) -> list[Phrase]:
    if milestone is None or milestone.run.length < 2:  # noqa: PLR2004 - one year is no run
        return []
    shown = unit_text(milestone.above, cell.unit, 0 if milestone.above.is_integer() else cell.measure.digits)
    slots: _Slots = {
        "years": years_in_a_row(cell, milestone.run.length),
        "limit": Number(shown, milestone.above, "", "limit"),  # the sentence's own, of no cell
        "spliced": spliced(milestone.run.spliced_over, "press"),
    }
    return [worded("streak", "run", "press", **slots)]


def years_in_a_row(cell: Cell, length: int) -> Number:
    """Print how many years a figure has kept to something: 4年, the 4th year."""
    words = Text(unit_text(length, cell.cells.lexicon.units["年"], 0).zh, f"{ordinal(length)} year")
    return Number(words, float(length), cell.key, "streak")


def ordinal(number: int) -> str:
    """Print the English ordinal of a number: 1st, 2nd, 3rd, 4th, 11th."""
    teens = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def high_to_low(
    cells: Sequence[Cell], subject: Text, *, in_order: bool = False, base: bool = False
) -> Phrase:
    """List the items of a question from high to low; items that are withheld are left out.

    Parameters
    ----------
    cells : sequence of Cell
    subject : Text
        What the shares are of, as a noun phrase.
    in_order : bool
        Keep the order given, as classes have it.
    base : bool
        Say how many answered: where few were asked.
    """
    rows = ranked(cells)
    if in_order:
        rows = [cell for cell in cells if cell.is_released]
    items = [
        worded("ranked", "item", "press", name=running_name(row.name, row.label.en), level=row.number)
        for row in rows
    ]
    answered = base_span(rows, "press") if base else Text.same("")
    slots: _Slots = {"subject": subject, "list": listed(items, "press"), "base": answered}
    return worded("ranking", "items in order" if in_order else "items", "press", **slots)


def by_segment(cell: Cell, dimension: str) -> Phrase:
    """Rank a dimension's segments; say whether they differ, and which are withheld."""
    cells = cell.segments(dimension)
    items = [
        worded("ranked", "segment", "press", name=running_segment(row.segment_name), level=row.number)
        for row in ranked(cells)
    ]
    case = case_of_test(cell.compared_by(dimension))
    tested = (
        worded("segments", case, "press") if registers().says("segments", case, "press") else Text.same("")
    )
    slots: _Slots = {
        "dimension": cell.cells.lexicon.dimension(dimension),
        "label": cell.label,
        "list": listed(items, "press"),
        "withheld": _withheld(cells),
        "test": tested,
    }
    return worded("ranking", "segments", "press", **slots)


def _withheld(cells: Sequence[Cell]) -> Text | Phrase:
    names = [running_segment(cell.segment_name) for cell in cells if cell.status == Status.SUPPRESSED]
    if not names:
        return Text.same("")
    joined = Text("、".join(name.zh for name in names), " and ".join(name.en for name in names))
    return worded("of which", "withheld", "press", names=joined)


def paragraph(clauses: Sequence[Phrase], *, points: bool = False, opening: Text | None = None) -> Claim:
    """Put clauses together as one paragraph: a sentence each, or counted points (一是…；二是…).

    Parameters
    ----------
    clauses : sequence of Phrase
    points : bool
        Count the clauses in Chinese, where there are several; English puts semicolons between them.
    opening : Text, optional
        Words before the first clause, which it belongs to: "In 2022, ".
    """
    counted = points and 1 < len(clauses) <= len(_POINTS)
    between = Text("；", "; ") if counted else Text("。", ". ")
    zh: list[Part] = [opening.zh] if opening else []
    en: list[Part] = [opening.en] if opening else []
    for place, clause in enumerate(clauses):
        last = place == len(clauses) - 1
        zh += [f"{_POINTS[place]}是"] if counted else []
        zh += [*clause.zh, "。" if last else between.zh]
        if counted and place:
            en += _resumed(clause.en)
        else:
            en += clause.en if opening and not place else begun(clause).en
        en.append("." if last else between.en)
    return Claim("news", Phrase(_tidy(zh), _tidy(en)))


def _resumed(parts: Sequence[Part]) -> list[Part]:
    """Take up a noun of the clause before: "the share of members with …" as "that of members with …"."""
    first, *rest = parts
    if isinstance(first, str) and first.startswith(_SHARE):
        return [_THAT + first[len(_SHARE) :], *rest]
    return [*parts]


def _tidy(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part != "")
