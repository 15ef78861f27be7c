"""Turn the text of an answer cell into a typed value, or say what is wrong with it. Guesses nothing.

Values are kept as canonical text: a number in plain decimal notation in the question's own unit (a rate in
per cent), an option's code, ``1``/``0`` for a tick, an ISO date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from analysis.model import MAGNITUDES, read_number, read_range
from survey.programme import Question, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analysis.model import Printed
    from survey.programme import Option

__all__ = [
    "FORM",
    "Answer",
    "Convention",
    "Status",
    "canonical",
    "label_key",
    "parse",
    "read_date",
    "read_quantity",
]

# What an answer cell says: a value, or why there is none.


Status = Literal["ok", "blank", "not_applicable", "refused", "unreadable"]
NO_WORDS: Mapping[str, object] = MappingProxyType({})


class Answer(NamedTuple):
    """A value, or a status without one; `code` and `words` are those of its finding."""

    status: Status
    value: str = ""
    code: str = ""
    words: Mapping[str, object] = NO_WORDS


# A typed number with its unit: what is not certain is asked, with what it may be.
#
# A number is kept in the question's own unit. Units convert within their family alone: minutes into seconds,
# 万 into ones; persons are not contacts, and a percentage point is no per cent.


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
_UNIT_WORDS = frozenset({*UNITS, ANY_COUNT})
DURATION = re.compile(r"(?:([0-9]+)(?:小时|时))?(?:([0-9]+)(?:分钟|分))?(?:([0-9]+(?:\.[0-9]+)?)秒)?")
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
    typed = read_number(plain, _UNIT_WORDS)
    if (read := _exact(question, typed or _duration(plain), text)) is not None:
        return read
    inexact = [typed] if typed else read_range(plain, _UNIT_WORDS) or ()
    named = [_in_unit_asked(question, one, text) for one in inexact]
    if named and all(one.value for one in named):
        return _refuse("number_not_exact", text, candidates=_either([one.value for one in named]))
    if match := DECIMAL_COMMA.fullmatch(plain):
        shown = [plain.removesuffix("%").replace(",", sign) + match["unit"] for sign in (".", "")]
        return _refuse("number_unclear", text, candidates=_either(shown))
    return _refuse("number_unreadable", text)


def _duration(plain: str) -> Printed | None:
    """Read 1小时3分20秒 as its seconds; None where it is no duration."""
    match = DURATION.fullmatch(plain.replace(" ", ""))
    if match is None or not match[0]:
        return None
    hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
    return read_number(f"{hours * 3600 + minutes * 60 + seconds:f}秒", _UNIT_WORDS)


def _exact(question: Question, typed: Printed | None, text: str) -> Answer | None:
    """Take a plain number as the answer; None where there is none, or a word makes it an approximation."""
    return _in_unit_asked(question, typed, text) if typed and typed.exact else None


def _in_unit_asked(question: Question, typed: Printed, text: str) -> Answer:
    """Give a number, with or without unit, in the unit that the question asks for."""
    asked, number = _asked(question), typed.number
    if not typed.unit:
        if question.per_cent:
            return _bare_per_cent(question, number, text)
        # 12万 in a cell that asks for 万人次 is 12 of them; 12 alone is as well
        number = number / asked.size if typed.power else number
    else:
        factor = _factor(typed.unit, asked)
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
    power = max((word for word in MAGNITUDES if text.startswith(word)), key=len, default="")
    family, size = UNITS.get(text.removeprefix(power), ("count", Decimal(1)))
    return _Unit(family, size.scaleb(MAGNITUDES.get(power, 0)))


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


def _either(candidates: Sequence[str]) -> Wording:
    return Wording(zh="或".join(candidates), en=" or ".join(candidates))


def _refuse(code: str, text: str, **words: object) -> Answer:
    return Answer("unreadable", code=code, words={"text": text, **words})


def canonical(number: Decimal) -> str:
    """Return plain decimal notation without trailing zeros."""
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


# Read a typed date; where day, month or century are not certain it is asked, with what it may be.


MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), start=1
    )
    for name in names.split()
}  # fmt: skip
CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CLOCK = r"(?:[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
YEAR_FIRST = re.compile(rf"([0-9]{{4}}) ?[-/.年] ?([0-9]{{1,2}}) ?[-/.月] ?([0-9]{{1,2}}) ?日?{_CLOCK}")
COMPACT = re.compile(r"([12][0-9]{3})([0-9]{2})([0-9]{2})")
YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
NAMED = re.compile(
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?[ -])?([a-z]{3,9})[ .-]*(?:([0-9]{1,2})(?:st|nd|rd|th)?,? )?([0-9]{4})"
)
SHORT_YEAR = re.compile(r"([0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
SERIAL = re.compile(r"[0-9]{5}")
IN_CHINESE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
FIRST_SERIAL = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar from March 1900 on


def read_date(plain: str, text: str) -> Answer:
    """Read a date as ISO text.

    Parameters
    ----------
    plain : str
        The cell in compatible form (NFKC), blanks joined, case folded.
    text : str
        The cell as stored, quoted in the finding.

    Returns
    -------
    Answer
        ``ok``, or ``unreadable``: ``date_unreadable``, or ``date_unclear`` with the dates it may be.
    """
    sure, possible = _sure(plain), _possible(plain)
    if sure:
        return Answer("ok", sure.isoformat())
    if len(possible) == 1 and YEAR_LAST.fullmatch(plain):
        return Answer("ok", possible[0].isoformat())
    if possible:
        shown = [day.isoformat() for day in possible]
        candidates = Wording(zh="或".join(shown), en=" or ".join(shown))
        return Answer("unreadable", code="date_unclear", words={"text": text, "candidates": candidates})
    return Answer("unreadable", code="date_unreadable", words={"text": text})


def _sure(plain: str) -> date | None:
    """Read the notations that can mean one day only."""
    if match := YEAR_FIRST.fullmatch(plain) or COMPACT.fullmatch(plain):
        return _day(*match.groups())
    if match := IN_CHINESE.fullmatch(plain):
        year, month, day = match.groups()
        return _day(year.translate(CHINESE), _up_to_99(month), _up_to_99(day))
    match = NAMED.fullmatch(plain)
    if match and match[2] in MONTHS and bool(match[1]) != bool(match[3]):
        return _day(match[4], MONTHS[match[2]], match[1] or match[3])
    return None


def _possible(plain: str) -> list[date]:
    """List the days a notation may mean that leaves a choice."""
    if match := YEAR_LAST.fullmatch(plain):
        one, other, year = match.groups()
        return _days([(year, one, other), (year, other, one)])
    if match := SHORT_YEAR.fullmatch(plain):
        year, month, day = match.groups()
        return _days([(f"20{year}", month, day), (f"20{day.zfill(2)}", month, year)])
    if SERIAL.fullmatch(plain):
        return [FIRST_SERIAL + timedelta(days=int(plain))]
    return []


def _days(parts: Iterable[tuple[str, str, str]]) -> list[date]:
    return sorted({day for one in parts if (day := _day(*one))})


def _day(year: str, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _up_to_99(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int(numeral.translate(CHINESE)) if len(numeral) == 1 else 0
    return int(tens.translate(CHINESE) or 1) * 10 + int(ones.translate(CHINESE) or 0)


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
        Never an exception: what is not certain is ``unreadable`` with a finding's code.
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
