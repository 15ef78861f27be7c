"""The wordings of findings, and the parts that sentences share: intervals, counts, settings, p values."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from analysis.model import AnalysisError, Verdict
from analysis.words import (
    Lexicon,
    Number,
    Phrase,
    Registers,
    Text,
    compose,
    estimate_key,
    estimate_text,
    join,
    read_registers,
    round_half_up,
    unit_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from analysis.words import Cell, Change, Slope

__all__ = [
    "CASES",
    "base_span",
    "begun",
    "capitalised",
    "confidence_number",
    "count_number",
    "estimate_number",
    "interval_phrase",
    "is_known",
    "labelled",
    "listed",
    "parameter_number",
    "pick",
    "probability",
    "registers",
    "running_name",
    "running_segment",
    "worded",
]

_MOVED: Final = (Verdict.RISE, Verdict.EDGED_UP, Verdict.FALL, Verdict.EDGED_DOWN)
#: The cases a finding must be worded for: those the code can come to.
CASES: Final[Mapping[str, Iterable[str]]] = MappingProxyType(
    {
        "verb": _MOVED,
        "change": tuple(Verdict),
        "slope": (*_MOVED, Verdict.SAME, Verdict.NOT_SHOWN, Verdict.TOO_FEW, Verdict.NOT_COMPARABLE),
        "tested": ("interval", "blind", "no interval", "withheld"),
        "base wave": ("year before", "earlier"),
        "base time": ("year before", "earlier"),
        "level": ("respondents", "members", "withheld", "empty"),
        "short level": ("released", "withheld"),
        "base": ("one", "several"),
        "ranking": ("segments", "items", "items in order"),
        "ends": ("several", "one"),
        "course": (*Verdict, "line", "point"),
        "record": ("highest", "lowest"),
        "items": ("ends", "rose most", "fell most", "alike", "one"),
        "groups": ("withheld",),
        "parts": ("groups", "waves", "alike", "alone"),
        "split": ("part",),
        "measure": (
            "respondents",
            "members",
            "respondents without base",
            "members without base",
            "bare",
            "growth",
            "items",
        ),
        "event": ("peak", "low", "passed"),
        "segments": ("differ", "as they stand", "alike", "untested", "one", "level"),
        "unseen": ("one", "several", "any"),
        "within": ("gone", "found"),
        "effect": ("large", "medium", "small", "negligible"),
        "streak": ("run", "once", "not"),
        "rule": ("above", "at least", "below", "at most", "rising", "falling", "bounded"),
        "matched": ("share", "amount"),
        "moved": _MOVED,
        "unmoved": ("same", "not shown", "too few", "mixed", "untested", "not comparable"),
        "withheld figures": ("one", "several"),
        "message": ("stated",),
        "context": (
            "rise after",
            "fall after",
            "above half",
            "below half",
            "above",
            "new",
        ),
        "headline": ("up", "down", "level"),
        "headlines": ("two",),
        "clauses": ("between", "last"),
        "matched test": ("beyond", "chance", "fact"),
    }
)
_TINY = 0.001


@cache
def registers() -> Registers:
    """Return the wordings of findings on figures, read once."""
    return read_registers(Path(__file__).with_name("registers.yaml"), CASES)


def worded(finding: str, case: str, form: str = "report", /, **slots: Text | Number | Phrase) -> Phrase:
    """Word a case of a finding in a register."""
    return registers().phrase(finding, case, form, **slots)


def count_number(count: int) -> Number:
    """Take a count that a sentence makes itself (of indicators, say) as a number of it."""
    return Number(Text.same(f"{count:,}"), float(count), "", "count")


def parameter_number(text: Text, value: float) -> Number:
    """Take a setting (a level, a threshold) as a number of a sentence, which no cell holds."""
    return Number(text, float(value), "", "parameter")


def confidence_number(level: float) -> Number:
    """Print a confidence level, 0.95 as 95%: a parameter, which no cell holds."""
    return parameter_number(Text.same(f"{round_half_up(100 * level, 0)}%"), 100 * level)


def interval_phrase(figure: Cell | Change | Slope) -> Phrase:
    """Write both bounds of a level, change or slope that has an interval, each as a number of its own."""
    if figure.bounds is None:
        raise ValueError("there is no interval to write")
    lower, upper = figure.bounds
    return worded("interval", "both", lower=lower, upper=upper)


def probability(p: float, key: str, column: str) -> dict[str, Text | Number]:
    """Return the slots of a p value: its sign, and itself or the least that is printed."""
    tiny = p < _TINY
    printed = Text.same("0.001" if tiny else str(round_half_up(p, 3)))
    return {"sign": Text.same("<" if tiny else "="), "p": Number(printed, p, key, column)}


def labelled(cell: Cell | Change | Slope, form: str = "report") -> Text | Phrase:
    """Return the label of a figure, with its segment where it is of one."""
    if cell.dimension == "total":
        return cell.label
    name = cell.segment_name if form == "report" else running_segment(cell.segment_name)
    return worded("labelled", "among", form, label=cell.label, name=name)


def running_segment(name: Text) -> Text:
    """Write a segment's name as it stands within a sentence; names of one word or with capitals stay."""
    rest = name.en.split(" ")[1:]
    if not rest or any(word[:1].isupper() for word in rest):
        return name
    return Text(name.zh, name.en[:1].lower() + name.en[1:])


def running_name(name: Text, phrase: str) -> Text:
    """Write a heading's name as it stands within a sentence: with a capital where the phrase has it so."""
    first = name.en.split(" ")[0]
    if first in phrase.replace(",", " ").split(" ") or first[1:] != first[1:].lower():
        return name
    return Text(name.zh, name.en[:1].lower() + name.en[1:])


def begun(words: Text | Phrase) -> Text | Phrase:
    """Begin the English of words or a phrase with a capital letter, as a sentence does."""
    if isinstance(words, Text):
        return capitalised(words)
    first, *rest = words.en
    return Phrase(words.zh, (first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest))


def capitalised(text: Text) -> Text:
    """Begin the English of a text with a capital letter."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def listed(phrases: Sequence[Phrase | Text], form: str = "report") -> Phrase:
    """List phrases, the last one with "and"."""
    found = registers()
    between, last = (found.text("list", case, form) for case in ("between", "last"))
    return join([compose(Text.same("{it}"), it=phrase) for phrase in phrases], between, last)


def base_span(cells: Sequence[Cell], form: str = "report") -> Phrase:
    """Say how many answered the items of a question: one number, or the least and the most."""
    by_base = sorted(cells, key=lambda cell: cell.base)
    least, most = by_base[0], next(cell for cell in by_base if cell.base == by_base[-1].base)
    n = most.base_number
    if least.base == most.base:
        found = worded("base", "one", n=least.base_number)
    else:
        respondent, number = least.cells.lexicon.respondent, least.base_number
        text = unit_text(number.value, respondent, 0)
        bare = Text(text.zh.removesuffix(respondent.zh), text.en.split(" ")[0])
        found = worded("base", "several", low=Number(bare, number.value, number.key, "n"), n=n)
    return found if form == "report" else worded("base", "one", form, base=found)


# Numbers of rows that are no cells yet.


def estimate_number(row: Mapping[str, Any], lexicon: Lexicon) -> Number:
    """Take the estimate of a row as a number of a sentence."""
    key = estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
    return Number(
        estimate_text(row["estimate"], lexicon, row["indicator"], row["wave"]), float(row["estimate"]), key
    )


def pick(frame: pd.DataFrame, argument: str, **keys: str) -> Mapping[str, Any]:
    """Pick the one row with these keys."""
    chosen = frame
    for column, value in keys.items():
        chosen = chosen[chosen[column] == value]
    if len(chosen) != 1:
        wanted = ", ".join(f"{column} {value}" for column, value in keys.items())
        raise AnalysisError(
            argument=argument,
            expected=f"one row with {wanted}",
            got=f"{len(chosen)} rows",
            remedy="check the keys and that the frame holds the cell",
        )
    return {str(name): value for name, value in chosen.iloc[0].items()}


def is_known(value: Any) -> bool:
    """Return whether a bound or p value is there."""
    return value is not None and not math.isnan(float(value))
