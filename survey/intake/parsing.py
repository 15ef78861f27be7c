"""Turn the text of an answer cell into a typed value, or say what is wrong with it. Guesses nothing.

Values are kept as canonical text: a number in plain decimal notation in the question's own unit (a rate in
per cent), an option's code, ``1``/``0`` for a tick, an ISO date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from survey.questionnaire import Question, Wording

__all__ = ["Answer", "parse"]

Status = Literal["ok", "blank", "not_applicable", "refused", "unreadable"]

NOT_APPLICABLE = frozenset(
    {"不适用", "不涉及", "无", "-", "—", "--", "——", "/", "n/a", "na", "notapplicable"}
)
REFUSED = frozenset({"拒答", "保密", "不便提供", "不便透露", "refused"})
YES = frozenset({"是", "有", "√", "✓", "✔", "■", "☑", "y", "yes", "true", "1"})
NO = frozenset({"否", "没有", "无", "×", "✗", "✘", "□", "☐", "n", "no", "false", "0"})
MULTIPLES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
UNITS = (
    "人次",
    "通",
    "人",
    "名",
    "次",
    "个",
    "秒",
    "岁",
    "家",
    "笔",
    "户",
    "calls",
    "contacts",
    "persons",
    "seconds",
    "years",
)
NUMBER = re.compile(
    rf"(?P<number>[+-]?(?:\d+|\d{{1,3}}(?:,\d{{3}})+)(?:\.\d+)?(?:e[+-]?\d{{1,2}})?)"
    rf"(?P<multiple>百万|千万|百|千|万|亿)?(?P<unit>{'|'.join(UNITS)})?(?P<percent>%)?"
)
LARGEST_SLIP = 1000  # a per cent up to here stands as typed and fails its range; above, the unit is asked
DATE = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?: 00:00:00)?")


@dataclass(frozen=True)
class Answer:
    """What a cell says: a value, or a status without one; `code` and `words` are those of its finding."""

    status: Status
    value: str = ""
    code: str = ""
    words: dict[str, object] = field(default_factory=dict)


def parse(question: Question, option: str, text: str) -> Answer:  # noqa: PLR0911 - one return for each kind of answer
    """Parse one answer.

    Parameters
    ----------
    question : Question
        The question that was asked.
    option : str
        The option whose tick this is, for a multi question, else empty.
    text : str
        The cell as stored.

    Returns
    -------
    Answer
        Never an exception: what cannot be told is ``unreadable`` with a finding's code.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return Answer("blank")
    if question.type == "text":
        return Answer("ok", text.strip())
    word = plain.casefold().replace(" ", "")
    if word in REFUSED:
        return Answer("refused")
    if option:
        return _tick(word, text)
    if question.type == "single":
        return _single(question, word, text)
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    return _date(plain, text) if question.type == "date" else _number(question, word, text)


def _tick(word: str, text: str) -> Answer:
    if word in YES:
        return Answer("ok", "1")
    if word in NO:
        return Answer("ok", "0")
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    return Answer(
        "unreadable",
        code="option_unknown",
        words={"text": text, "options": Wording(zh="是、否", en="yes, no")},
    )


def _single(question: Question, word: str, text: str) -> Answer:
    for option in question.options:
        labels = (option.code, option.zh, option.en)
        if word in {unicodedata.normalize("NFKC", label).casefold().replace(" ", "") for label in labels}:
            return Answer("ok", option.code)
    codes = {option.code for option in question.options}
    if codes == {"yes", "no"} and (word in YES) != (word in NO):
        return Answer("ok", "yes" if word in YES else "no")
    if word in NOT_APPLICABLE:
        return Answer("not_applicable")
    options = Wording(
        zh="、".join(option.zh for option in question.options),
        en=", ".join(option.en for option in question.options),
    )
    return Answer("unreadable", code="option_unknown", words={"text": text, "options": options})


def _number(question: Question, word: str, text: str) -> Answer:
    match = NUMBER.fullmatch(word)
    # a raised or circled digit (10², ①) is one by its compatible form alone: it would be guessing
    if match is None or any(unicodedata.category(sign) == "No" for sign in text):
        return Answer("unreadable", code="number_unreadable", words={"text": text})
    number = Decimal(match["number"].replace(",", "")) * MULTIPLES[match["multiple"] or ""]
    if question.per_cent:
        return _per_cent(question, number, bool(match["percent"]), text)
    if match["percent"]:
        return Answer("unreadable", code="number_unreadable", words={"text": text})
    if question.type == "count" and number != number.to_integral_value():
        return Answer("unreadable", code="number_not_whole", words={"text": text})
    return Answer("ok", _canonical(number))


def _per_cent(question: Question, number: Decimal, marked: bool, text: str) -> Answer:
    """Tell 0.9455 from 94.55 by what the question's range allows; where both or neither are possible, ask."""
    if marked:
        return Answer("ok", _canonical(number))
    candidates = [number] if number > 1 else [number, number * 100]
    low, high = question.range or (0.0, 100.0)
    possible = [c for c in candidates if low <= c <= high]
    if number == 0 and low == 0:
        possible = [number]
    if len(possible) == 1 or (not possible and 1 < number <= LARGEST_SLIP):
        return Answer("ok", _canonical((possible or candidates)[0]))
    shown = candidates if number <= 1 else [number / 100, number / 10000]
    either = Wording(
        zh="或".join(f"{_canonical(c)}%" for c in shown), en=" or ".join(f"{_canonical(c)}%" for c in shown)
    )
    return Answer("unreadable", code="unit_unclear", words={"text": text, "candidates": either})


def _date(plain: str, text: str) -> Answer:
    match = DATE.fullmatch(plain)
    if match:
        try:
            return Answer("ok", date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat())
        except ValueError:
            pass
    return Answer("unreadable", code="date_unreadable", words={"text": text})


def _canonical(number: Decimal) -> str:
    """Return plain decimal notation without trailing zeros."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
