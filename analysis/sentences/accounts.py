"""Running text on several figures: what moved a sentence each, what did not in one, intervals in the card.

A paragraph names the year once, opens its sentences differently by their place, and merges what was found
alike: three figures that stayed the same are one sentence, not three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from analysis.model import Verdict
from analysis.sentences.change_sentences import base_wave_name, judge_change
from analysis.sentences.news import paragraph
from analysis.sentences.wordings import labelled, listed, registers, worded
from analysis.words import Claim, Number, Phrase, Text, compose, join, wave_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.sentences.change_sentences import JudgedChange
    from analysis.words import Cell

__all__ = ["Account", "account", "fact_of"]

#: How the sentences on what moved open, one after the other.
_OPENINGS: Final = ("first", "next", "turned")
#: As many figures one sentence lists; more make a second one.
_MOST_LISTED: Final = 3
_Item = TypeVar("_Item")
_Slots = dict[str, Text | Number | Phrase]


@dataclass(frozen=True)
class Account:
    """A figure that running text is to state.

    Attributes
    ----------
    cell : Cell
    base_wave : str or None
        The wave its change is stated since; None states the level alone.
    """

    cell: Cell
    base_wave: str | None = None


def account(figures: Sequence[Account]) -> Claim | None:
    """State figures in one paragraph; None where there are none to state.

    Parameters
    ----------
    figures : sequence of Account
        In the order of the text. What moved comes first, then what did not, then levels without a change,
        last what is withheld.
    """
    said = _clauses_on(figures)
    return Claim("account", paragraph(said).phrase) if said else None


def _clauses_on(figures: Sequence[Account]) -> list[Phrase]:
    """Return what is said of figures, a sentence each, without full stops."""
    moved, alike, plain, broken, withheld = _sorted(figures)
    said = [_moved(judged, place) for place, judged in enumerate(moved)]
    for verdict, group in alike.items():
        said += [_alike(part, verdict) for part in _in_lists(group)]
    said += [_levels(part) for part in _in_lists(plain)]
    said += [_alike(part, Verdict.NOT_COMPARABLE) for part in _in_lists(broken)]
    said += [_withheld(part) for part in _in_lists(withheld)]
    return said


_Sorted = tuple[
    list["JudgedChange"],
    dict[Verdict, list["JudgedChange"]],
    list["Cell"],
    list["JudgedChange"],
    list["Cell"],
]


def _sorted(figures: Sequence[Account]) -> _Sorted:
    """Part figures by what is found: moved, alike by verdict, level alone, on a new definition, withheld."""
    moved, broken = [], []
    alike: dict[Verdict, list[JudgedChange]] = {}
    plain, withheld = [], []
    for one in figures:
        if not one.cell.is_released:
            withheld.append(one.cell)
            continue
        judged = judge_change(one.cell, one.base_wave) if one.base_wave else None
        if judged is None or judged.verdict == Verdict.WITHHELD:
            plain.append(one.cell)
        elif judged.verdict.is_moved:
            moved.append(judged)
        elif judged.verdict == Verdict.NOT_COMPARABLE:
            broken.append(judged)
        else:
            alike.setdefault(judged.verdict, []).append(judged)
    return moved, alike, plain, broken, withheld


def _in_lists(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Part a list into lists of at most three, the longer ones first."""
    lists = -(-len(items) // _MOST_LISTED)
    for place in range(lists):
        yield items[place * len(items) // lists : (place + 1) * len(items) // lists]


def fact_of(cell: Cell) -> Phrase | None:
    """State a level in its indicator's own clause, "57% of members offered video"; None where it has none."""
    said = cell.fact if cell.dimension == "total" else None
    return compose(said, level=cell.number) if said is not None else None


def _moved(judged: JudgedChange, place: int) -> Phrase:
    fact = fact_of(judged.cell)
    slots = judged.slots() | {"label": labelled(judged.cell)}
    if fact is not None:
        return worded("moved", judged.verdict, "fact", **(slots | {"fact": fact}))
    opening = _OPENINGS[place % len(_OPENINGS)]
    return worded("moved", judged.verdict, opening, **slots)


def _alike(group: Sequence[JudgedChange], verdict: Verdict) -> Phrase:
    """Say of figures with one verdict that they did not clearly move."""
    slots: _Slots = {"base": base_wave_name(group[0].cell.wave, group[0].own.base_wave)}
    facts = [fact for fact in (fact_of(one.cell) for one in group) if fact is not None]
    if len(facts) == len(group):
        return worded("unmoved", verdict, "fact", **slots, fact=_clauses(facts))
    if len(group) > 1:
        items = [
            worded("ranked", "item", "press", name=labelled(one.cell), level=one.cell.number) for one in group
        ]
        return worded("unmoved", verdict, "several", **slots, list=listed(items))
    cell = group[0].cell
    return worded("unmoved", verdict, "one", **slots, label=labelled(cell), level=cell.number)


def _levels(cells: Sequence[Cell]) -> Phrase:
    """State levels alone in one sentence."""
    return _clauses([fact_of(cell) or _labelled_level(cell) for cell in cells])


def _labelled_level(cell: Cell) -> Phrase:
    return worded("short level", "released", "press", label=labelled(cell), level=cell.number)


def _clauses(clauses: Sequence[Phrase]) -> Phrase:
    """Join clauses to one sentence; those that begin as the first does leave out what they share."""
    between, last = (registers().text("clauses", case) for case in ("between", "last"))
    return join([clauses[0], *(_without_shared(one, clauses[0]) for one in clauses[1:])], between, last)


def _without_shared(clause: Phrase, first: Phrase) -> Phrase:
    """Drop from an English clause the words behind its number that it shares with the first: "57% video"."""
    number, words = clause.en[0], str(clause.en[1])
    if not (isinstance(number, Number) and isinstance(first.en[0], Number)):
        return clause
    shared = 0
    for mine, other in zip(words.split(" "), str(first.en[1]).split(" "), strict=False):
        if mine != other:
            break
        shared += 1
    rest = " ".join(words.split(" ")[shared:])
    if shared < 2 or not rest:  # noqa: PLR2004 - the blank before, and a word
        return clause
    return Phrase(clause.zh, (number, " " + rest, *clause.en[2:]))


def _withheld(cells: Sequence[Cell]) -> Phrase:
    names = listed([labelled(cell) for cell in cells])
    return worded(
        "withheld figures", "one" if len(cells) == 1 else "several", list=names, wave=wave_text(cells[0].wave)
    )
