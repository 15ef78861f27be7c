"""Turn the text of an answer cell into a typed value, or say what is wrong with it. Guesses nothing.

Values are kept as canonical text: a number in plain decimal notation in the question's own unit (a rate in
per cent), an option's code, ``1``/``0`` for a tick, an ISO date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.intake.answer import Answer
from survey.intake.dates import read_date
from survey.intake.quantities import read_quantity
from survey.questionnaire import Question, Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.questionnaire import Option

__all__ = ["FORM", "Answer", "Convention", "label_key", "parse"]

NOT_APPLICABLE = frozenset(
    {"不适用", "不涉及", "无", "-", "—", "--", "——", "/", "n/a", "na", "notapplicable"}
)
REFUSED = frozenset({"拒答", "保密", "不便提供", "不便透露", "refused"})
YES = frozenset({"是", "有", "√", "✓", "✔", "■", "☑", "y", "yes", "true", "1"})
NO = frozenset({"否", "没有", "无", "×", "✗", "✘", "□", "☐", "n", "no", "false", "0"})
WHOLE = frozenset({"count", "amount"})
LONGEST_WHOLE = 15
SHORTEST_PREFIX = 2
REMARK = re.compile("〖.*?〗", re.DOTALL)  # free text a survey platform sets behind its option
LONGEST_QUOTED = 60  # no number or date is as long; a finding quotes no more


@dataclass(frozen=True)
class Convention:
    """How a source writes answers that a form's cell would not hold.

    Attributes
    ----------
    separator : str
        Between the options of a multi question that stand in one cell.
    numbered : bool
        Single answers are the option's place in the question, counted from one.
    skipped, unanswered : frozenset of str
        What stands where routing left a question out, and where it was shown and left blank.
    """

    separator: str = "┋"
    numbered: bool = False
    skipped: frozenset[str] = frozenset()
    unanswered: frozenset[str] = frozenset()


FORM = Convention()


def parse(  # noqa: PLR0911 - one return for each kind of answer
    question: Question, option: str, text: str, convention: Convention = FORM, *, joined: bool = False
) -> Answer:
    """Parse one answer.

    Parameters
    ----------
    question : Question
        The question that was asked.
    option : str
        The option whose tick this is, for a multi question, else empty.
    text : str
        The cell as stored.
    convention : Convention, optional
        How the source writes its answers; a form's by default.
    joined : bool, optional
        Whether the cell lists the options chosen, instead of being the tick of this one.

    Returns
    -------
    Answer
        Never an exception: what cannot be told is ``unreadable`` with a finding's code.
    """
    if question.type in WHOLE and text.isascii() and text.isdecimal() and len(text) <= LONGEST_WHOLE:
        return Answer("ok", text.lstrip("0") or "0")  # most answers are: a bare number in the unit asked for
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain or plain in convention.unanswered | convention.skipped:
        return Answer("not_applicable" if plain in convention.skipped else "blank")
    if question.type == "text":
        return Answer("ok", text.strip())
    word = plain.casefold().replace(" ", "")
    if word in REFUSED:
        return Answer("refused")
    quoted = text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + "…"
    if option:
        return _among(question, option, text, convention) if joined else _tick(word, quoted)
    if question.type == "single":
        return _single(question, word, quoted, convention)
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    if len(plain) > LONGEST_QUOTED:
        unread = "date_unreadable" if question.type == "date" else "number_unreadable"
        return Answer("unreadable", code=unread, words={"text": quoted})
    if question.type == "date":
        return read_date(plain.casefold(), quoted)
    return read_quantity(question, plain.casefold(), quoted)


def label_key(label: str) -> str:
    """Return a label as it is compared: full-width made half-width, case, blanks and remarks dropped."""
    return "".join(unicodedata.normalize("NFKC", REMARK.sub("", label)).casefold().split())


def _tick(word: str, text: str) -> Answer:
    if word in YES:
        return Answer("ok", "1")
    if word in NO:
        return Answer("ok", "0")
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    return _no_option(text, Wording(zh="是、否", en="yes, no"))


def _among(question: Question, option: str, text: str, convention: Convention) -> Answer:
    """Say whether an option is among those listed in one cell; not, where one listed is no option."""
    listed = {label_key(part) for part in text.split(convention.separator) if label_key(part)}
    codes = {key: o.code for o in question.options for key in _keys(o)}
    if listed <= codes.keys():
        return Answer("ok", "1" if option in {codes[key] for key in listed} else "0")
    return _no_option(text[:LONGEST_QUOTED], _list(question.options))


def _single(question: Question, word: str, text: str, convention: Convention) -> Answer:  # noqa: PLR0911 - as above
    if convention.numbered and word.isdecimal() and 1 <= int(word) <= len(question.options):
        return Answer("ok", question.options[int(word) - 1].code)
    key = label_key(text)
    for option in question.options:
        if key in _keys(option):
            return Answer("ok", option.code)
    codes = {option.code for option in question.options}
    if codes == {"yes", "no"} and (word in YES) != (word in NO):
        return Answer("ok", "yes" if word in YES else "no")
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    begun = [o for o in question.options if len(key) >= SHORTEST_PREFIX and _begins(o, key)]
    if len(begun) == 1:
        return Answer("ok", begun[0].code)
    if begun:
        return Answer("unreadable", code="option_unclear", words={"text": text, "options": _list(begun)})
    return _no_option(text, _list(question.options))


def _keys(option: Option) -> frozenset[str]:
    return frozenset(label_key(label) for label in (option.code, option.zh, option.en))


def _begins(option: Option, key: str) -> bool:
    return any(label.startswith(key) for label in (label_key(option.zh), label_key(option.en)))


def _list(options: Sequence[Option]) -> Wording:
    return Wording(
        zh="、".join(option.zh for option in options), en=", ".join(option.en for option in options)
    )


def _no_option(text: str, options: Wording) -> Answer:
    return Answer("unreadable", code="option_unknown", words={"text": text, "options": options})
