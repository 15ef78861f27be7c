"""What no public file may hold: who the members are, what they answered, and where this machine keeps it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

import pandas as pd

from survey.editing import WITH_VALUE
from survey.folders import HOUSE, output_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from survey.editing import CleanWave
    from survey.figures import Figures
    from survey.gate.numbers_match_cells import Cells
    from survey.programme import Programme, Questionnaire

__all__ = ["Confidential", "Respondent", "confidential_of", "member_names", "numbers_in"]

#: A wave and who answered in it.
Respondent = tuple[str, str]

_SHORTEST_NAME: Final = 3  # Latin signs from which a name is looked for: shorter ones stand in other words
_SHORTEST_TEXT: Final = 8  # signs from which a text is somebody's own
_DIGITS: Final = 4  # significant digits that make a number somebody's own
_DIGITS_PER_CENT: Final = 5  # per cents are close together: with two decimals they meet released ones
_DIGITS_IN_ROW: Final = 2  # what of a row counts
_FEW: Final = 2  # members that may share an answer which is still theirs alone
_MANY: Final = 10  # what so many answered tells nobody from the others
_YEARS: Final = range(1900, 2101)
_EXACT: Final = 16  # signs from which a number is a machine's
_PLACES: Final = 5  # decimals that a released figure may be printed with
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.#])(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?![A-Za-z0-9_])")
_GROUPING = str.maketrans("", "", ",\u00a0\u202f")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ABOUT: Final = ("programme.yaml", "indicators.yaml", "published.csv")


@dataclass(frozen=True)
class Confidential:
    """What is looked for in a public edition.

    Attributes
    ----------
    texts : mapping of str to str
        Names, answers in words, names of files, folders of this machine -> what it is.
    numbers : frozenset of str
        Answers that are one or two members' own, as `numbers_in` gives them.
    rows : mapping of str to tuple
        Number -> the members and questions it answers.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[tuple[Respondent, str], ...]] = field(default_factory=dict)


def member_names(programme: Programme) -> frozenset[str]:
    """Return every name and code by which members of the frame are known."""
    names: set[str] = set()
    for line in programme.frame.lines:
        names.update((line.member_id, line.name, *line.aliases))
    return frozenset(name for name in names if len(name) >= _SHORTEST_NAME or not name.isascii())


def numbers_in(text: str) -> Iterator[str]:
    """Yield the numbers of a text: without grouping, without zeros that say nothing."""
    for found in _NUMBER.finditer(text):
        yield _plain(found[0].translate(_GROUPING))


def _plain(number: str) -> str:
    if len(number) > _EXACT:  # as a machine writes it, 98.6 being 98.59999999999999
        number = f"{Decimal(number):.12g}"
    whole, _, decimals = number.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' * bool(decimals)}{decimals}"


def confidential_of(figures: Figures, cells: Cells) -> Confidential:
    """Return what no public file on these figures may hold.

    Parameters
    ----------
    figures : Figures
    cells : Cells
        What is released (see `released_cells`): an answer that equals a released figure is nobody's own.
    """
    programme = figures.programme
    texts = dict.fromkeys(map(str, _folders(programme)), "the path of a folder of this machine")
    own: dict[str, dict[tuple[Respondent, str], None]] = defaultdict(dict)
    per_cents: set[str] = set()
    for wave, clean in figures.clean.items():
        asked = programme.questionnaire(wave)
        texts |= dict.fromkeys(_remarks(clean, asked), "an answer or a remark of a member in words")
        texts |= dict.fromkeys(_files(clean), "the name of a member's file")
        per_cents |= {question.code for question in asked.by_code.values() if question.per_cent}
        for respondent, question, number in _answers(clean, asked):
            own[number][respondent, question] = None
    texts |= dict.fromkeys(_names(programme), "the name of a member")
    known = _released(cells) | _constants(programme, figures.waves)
    rows = {
        number: tuple(whose)
        for number, whose in own.items()
        if len(_significant(number)) >= _DIGITS_IN_ROW and len(whose) <= _MANY
    }
    single = {n for n, whose in rows.items() if n not in known and _is_distinctive(n, whose, per_cents)}
    return Confidential(texts, frozenset(single), rows)


def _is_distinctive(number: str, whose: Sequence[tuple[Respondent, str]], per_cents: set[str]) -> bool:
    """Whether a number can be told from others, and is the answer of few."""
    least = _DIGITS_PER_CENT if all(question in per_cents for _, question in whose) else _DIGITS
    is_year = number.isdigit() and int(number) in _YEARS
    members = {member for (_, member), _ in whose}
    return len(_significant(number)) >= least and not is_year and len(members) <= _FEW


def _names(programme: Programme) -> set[str]:
    """Return codes and names of members, a name aside that was printed before: everybody knows it."""
    ledger = programme.folder / "published.csv"
    printed = ledger.read_text(encoding="utf-8") if ledger.exists() else ""
    codes = {line.member_id for line in programme.frame.lines}
    return {name for name in member_names(programme) if name in codes or name not in printed}


def _significant(number: str) -> str:
    return number.replace(".", "").strip("0")


def _folders(programme: Programme) -> Iterator[Path]:
    """Yield where this machine keeps the survey, a short path aside, which may stand in an address."""
    for place in (HOUSE, output_folder(), programme.folder, Path.home()):
        if len(place.parts) > _FEW:
            yield place.absolute()


def _answers(clean: CleanWave, asked: Questionnaire) -> Iterator[tuple[Respondent, str, str]]:
    """Yield the numbers that members gave, as sent, as cleaned and before any correction."""
    numeric = {question.code for question in asked.by_code.values() if question.numeric}
    answers, steps = clean.responses, clean.ledger
    sent = answers[answers["question"].isin(numeric) & answers["status"].isin(WITH_VALUE)]
    changed = steps[steps["question"].isin(numeric)]
    for frame, columns in ((sent, ("raw", "value")), (changed, ("before", "after"))):
        who = list(zip(frame["wave"], frame["member_id"], strict=True))
        for column in columns:
            for one, question, text in zip(who, frame["question"], frame[column], strict=True):
                for number in numbers_in(str(text)):
                    yield one, str(question), number


def _remarks(clean: CleanWave, asked: Questionnaire) -> set[str]:
    """Return the texts that stand in the files of one or two members: what many wrote is the form's own."""
    cells = clean.intake.cells
    typed = pd.concat([
        cells[["file", "text"]],
        clean.replies[["file", "text"]],
        clean.ledger.loc[clean.ledger["step"] == "correction", ["member_id", "reason"]].set_axis(
            ["file", "text"], axis=1
        ),
    ])  # fmt: skip
    files = typed.groupby("text")["file"].nunique()
    words = "\n".join(_words(asked))
    return {text for text in map(str, files[files <= _FEW].index) if _is_own(text) and text not in words}


def _is_own(text: str) -> bool:
    return len(text) >= _SHORTEST_TEXT and _LETTERS.search(text) is not None


def _words(asked: Questionnaire) -> Iterator[str]:
    """Yield the words of the form, its version among them."""
    yield asked.form
    yield asked.model_dump_json()


def _files(clean: CleanWave) -> set[str]:
    return {stem for name in clean.intake.returns["file"] if _is_own(stem := PurePath(str(name)).stem)}


def _released(cells: Cells) -> frozenset[str]:
    """Return the released figures as they may be printed."""
    numbers = (column[at] for found in cells.values() for columns, at in found for column in columns.values())
    values = {abs(number) for number in numbers if math.isfinite(number)}
    return frozenset(_plain(f"{value:.{places}f}") for value in values for places in range(_PLACES + 1))


def _constants(programme: Programme, waves: Iterable[str]) -> frozenset[str]:
    """Return the numbers of the definitions and of what was printed before."""
    files = [programme.folder / name for name in _ABOUT]
    files += [programme.folder / wave / "questionnaire.yaml" for wave in waves]
    return frozenset(
        n for path in files if path.exists() for n in numbers_in(path.read_text(encoding="utf-8"))
    )
