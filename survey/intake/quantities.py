"""Read a typed number with its unit: what cannot be told for certain is asked, with what it may be.

A number is kept in the question's own unit. Units convert within their family alone: minutes into seconds,
万 into ones; persons are not contacts, and a percentage point is no per cent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from survey.intake.answer import Answer
from survey.questionnaire import Question, Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["canonical", "read_quantity"]

MULTIPLES = {
    "": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "万亿": 10**12,
}  # fmt: skip
# unit as typed: family, how many of the family's smallest
UNITS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(
        ("人次", "通", "次", "笔", "件", "条", "calls", "contacts", "times"), ("count", Decimal(1))
    ),
    **dict.fromkeys(("人", "名", "位", "persons", "people"), ("persons", Decimal(1))),
    **dict.fromkeys(("户", "accounts"), ("accounts", Decimal(1))),
    **dict.fromkeys(("家", "institutions"), ("institutions", Decimal(1))),
    **dict.fromkeys(("岁", "周岁", "years"), ("years", Decimal(1))),
    **dict.fromkeys(("秒", "s", "sec", "seconds"), ("time", Decimal(1))),
    **dict.fromkeys(("分钟", "分", "min", "minutes"), ("time", Decimal(60))),
    **dict.fromkeys(("小时", "时", "h", "hours"), ("time", Decimal(3600))),
    **dict.fromkeys(("元", "yuan", "rmb"), ("money", Decimal(1))),
    **dict.fromkeys(("%", "percent"), ("rate", Decimal(1))),
    "‰": ("rate", Decimal("0.1")),
    **dict.fromkeys(("个百分点", "百分点", "pp"), ("points", Decimal(1))),
}
ANY_COUNT = "个"  # the general measure word counts whatever is counted
COUNTED = frozenset({"count", "persons", "accounts", "institutions"})
_MULTIPLE = "|".join(sorted(filter(None, MULTIPLES), key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted((*UNITS, ANY_COUNT), key=len, reverse=True))
# \d would take any script's digits
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:e[+-]?[0-9])?"
NUMBER = re.compile(rf"(?P<number>[+-]?{_DIGITS}) ?(?P<multiple>{_MULTIPLE})? ?(?P<unit>{_UNIT})?")
DURATION = re.compile(r"(?:([0-9]+)(?:小时|时))?(?:([0-9]+)(?:分钟|分))?(?:([0-9]+(?:\.[0-9]+)?)秒)?")
ABOUT = re.compile(
    r"(?:(?:大?约|近|接近|将近|超过|超|大于|小于|不足|不到|至少|至多|≈|~|>=?|<=?|≥|≤|about|over|nearly|under)"
    r" ?)"
    r"(?P<left>.+)"
    r"|(?P<right>.+?)(?: ?(?:左右|上下|以上|以下|余|多|\+))"
)
BETWEEN = re.compile(rf"(?P<low>{_DIGITS}.*?) ?(?:-|–|—|~|至|到|to) ?(?P<high>{_DIGITS}.*)")
DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}(?P<unit>%?)")
PER_CENT = Wording(zh="%", en="%")
LONGEST = 40
LARGEST_SLIP = 1000  # a per cent up to here stands as typed and fails its range; above, the unit is asked


@dataclass(frozen=True)
class _Unit:
    """The unit a question asks for: its family and how many of the family's smallest one of it is."""

    family: str
    size: Decimal


def read_quantity(question: Question, plain: str, text: str) -> Answer:
    """Read the number in an answer cell.

    Parameters
    ----------
    question : Question
        A question whose answer is a number.
    plain : str
        The cell in compatible form (NFKC), blanks joined, case folded.
    text : str
        The cell as stored, quoted in the finding.

    Returns
    -------
    Answer
        ``ok`` with the number in the question's unit, else ``unreadable``: ``number_unreadable``,
        ``number_not_whole``, ``number_not_exact`` (a range or an approximation), ``number_unclear`` and
        ``unit_unclear`` (with what it may be), ``unit_wrong``.
    """
    # a raised or circled digit (10², ①) is one by its compatible form alone: it would be guessing
    if not text.isascii() and any(unicodedata.category(sign) == "No" for sign in text):
        return _refuse("number_unreadable", text)
    if (read := _exact(question, plain, text)) is not None:
        return read
    if candidates := _inexact(question, plain, text):
        return _refuse("number_not_exact", text, candidates=_either(candidates))
    if match := DECIMAL_COMMA.fullmatch(plain):
        shown = [plain.removesuffix("%").replace(",", sign) + match["unit"] for sign in (".", "")]
        return _refuse("number_unclear", text, candidates=_either(shown))
    return _refuse("number_unreadable", text)


def _exact(question: Question, plain: str, text: str) -> Answer | None:
    """Read one number with or without unit; None where it is none."""
    asked = _asked(question)
    if match := NUMBER.fullmatch(plain):
        number = Decimal(re.sub("[, ]", "", match["number"])) * MULTIPLES[match["multiple"] or ""]
        unit = match["unit"]
    elif (match := DURATION.fullmatch(plain.replace(" ", ""))) and match[0]:
        hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
        number, unit = hours * 3600 + minutes * 60 + seconds, "秒"
    else:
        return None
    if unit is None:
        if question.per_cent:
            return _bare_per_cent(question, number, text)
        # 12万 in a cell that asks for 万人次 is 12 of them; 12 alone is as well
        number = number / asked.size if match.re is NUMBER and match["multiple"] else number
    else:
        factor = _factor(unit, asked)
        if factor is None:
            return _refuse("unit_wrong", text, unit=question.unit or PER_CENT)
        number *= factor
    if question.type == "count" and number != number.to_integral_value():
        return _refuse("number_not_whole", text)
    value = canonical(number)
    # nobody has as many: and every value that is kept can be read again
    return Answer("ok", value) if len(value) <= LONGEST else _refuse("number_unreadable", text)


def _factor(unit: str, asked: _Unit) -> Decimal | None:
    """Say what a number in `unit` is multiplied with to stand in the unit asked for; None: it cannot."""
    if unit == ANY_COUNT:
        return 1 / asked.size if asked.family in COUNTED else None
    family, size = UNITS[unit]
    return size / asked.size if family == asked.family else None


@cache
def _unit_of(text: str) -> _Unit:
    match = re.fullmatch(rf"(?P<multiple>{_MULTIPLE})?(?P<unit>.*)", text)
    multiple, unit = (match["multiple"], match["unit"]) if match else (None, text)
    family, size = UNITS.get(unit, ("count", Decimal(1)))
    return _Unit(family, size * MULTIPLES[multiple or ""])


def _asked(question: Question) -> _Unit:
    if question.per_cent:
        return _unit_of("%")
    return _unit_of(question.unit.zh if question.unit else "")


def _bare_per_cent(question: Question, number: Decimal, text: str) -> Answer:
    """Tell 0.9455 from 94.55 by what the question's range allows; where both or neither are possible, ask."""
    candidates = [number] if number > 1 else [number, number * 100]
    low, high = question.range or (0.0, 100.0)
    possible = [c for c in candidates if low <= c <= high]
    if number == 0 and low == 0:
        possible = [number]
    if len(possible) == 1 or (not possible and 1 < number <= LARGEST_SLIP):
        return Answer("ok", canonical((possible or candidates)[0]))
    shown = candidates if number <= 1 else [number / 100, number / 10000]
    return _refuse("unit_unclear", text, candidates=_either([f"{canonical(c)}%" for c in shown]))


def _inexact(question: Question, plain: str, text: str) -> list[str]:
    """List the numbers named in a range or behind an approximating word."""
    if match := BETWEEN.fullmatch(plain):
        high = NUMBER.fullmatch(match["high"])
        if not high:
            return []
        tail = match["high"][high.end("number") :]
        low = match["low"] if NUMBER.fullmatch(match["low"] + tail) is None else match["low"] + tail
        typed = [low, match["high"]]
    elif match := ABOUT.fullmatch(plain):
        typed = [(match["left"] or match["right"]).strip()]
    else:
        return []
    read = [_exact(question, one, text) for one in typed]
    return [one.value for one in read if one is not None and one.value] if all(read) else []


def _either(candidates: Sequence[str]) -> Wording:
    return Wording(zh="或".join(candidates), en=" or ".join(candidates))


def _refuse(code: str, text: str, **words: object) -> Answer:
    return Answer("unreadable", code=code, words={"text": text, **words})


def canonical(number: Decimal) -> str:
    """Return plain decimal notation without trailing zeros."""
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain
