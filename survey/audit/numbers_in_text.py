"""Numbers in running text: what a reader understands by ``近九成``, ``4.38万人``, ``641 million``.

A number in a sentence is a statement about an interval, as is a printed figure: ``92%`` is what rounds to 92,
``超过三成`` what lies between thirty and forty, ``近九成`` what lies less than five below ninety.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

__all__ = ["DATES", "Quantity", "Streak", "even_out", "quantities", "read_count", "streaks"]

Approximation = Literal["", "below", "above", "about"]

_WIDE = str.maketrans("０１２３４５６７８９．％－＋（）：；　\u00a0\u2009\u202f−", "0123456789.%-+():;    -")
_DIGITS = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ENGLISH = {
    word: value
    for value, words in enumerate(
        [
            "zero", "one first", "two second", "three third", "four fourth", "five fifth", "six sixth",
            "seven seventh", "eight eighth", "nine ninth", "ten tenth", "eleven eleventh", "twelve twelfth",
        ]
    )
    for word in words.split()
}  # fmt: skip
_NEAR = ("近", "接近", "将近", "不到", "不足", "nearly", "almost", "close to", "just under", "under", "below",
         "less than")  # fmt: skip
_OVER = ("超过", "超", "逾", "高于", "大于", "突破", "至少", "过", "more than", "over", "above", "at least",
         "exceeding", "upwards of")  # fmt: skip
_ABOUT = ("约", "大约", "约为", "左右", "about", "around", "roughly", "approximately", "some", "≈")
_AFTER = {"以上": "above", "多": "above", "余": "above", "左右": "about", "上下": "about"}
_APPROXIMATION: dict[str, Approximation] = {
    **dict.fromkeys(_NEAR, "below"), **dict.fromkeys(_OVER, "above"), **dict.fromkeys(_ABOUT, "about"),
}  # fmt: skip
_BEFORE = "|".join(sorted(_APPROXIMATION, key=len, reverse=True))
_POWERS = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "thousand": 3, "million": 6, "billion": 9}
#: Unit words and the unit they stand for; a longer one is tried first.
_UNITS = {
    "个百分点": "pp", "百分点": "pp", "percentage points": "pp", "percentage point": "pp", "pp": "pp",
    "%": "%", "per cent": "%", "percent": "%", "人次": "人次", "人": "人", "通": "通", "次": "次", "家": "家",
    "秒": "秒", "岁": "岁", "笔": "笔", "户": "户", "people": "人", "employees": "人", "staff": "人",
    "calls": "calls", "contacts": "人次", "seconds": "秒", "second": "秒", "members": "家", "member": "家",
    "years of age": "岁",
}  # fmt: skip
_POWER = "|".join(sorted(filter(None, _POWERS), key=len, reverse=True))


@cache
def _number_pattern(member_words: tuple[str, ...]) -> re.Pattern[str]:
    """Give the pattern of a number; its unit may be a word that members are counted as."""
    unit = "|".join(re.escape(word) for word in sorted({*_UNITS, *member_words}, key=len, reverse=True))
    return re.compile(
        rf"(?:(?P<before>{_BEFORE})\s*)?(?<![\d.A-Za-z])(?P<sign>[+-])?(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|"
        rf"[一二三四五六七八九十百]+(?=家|个百分点))(?P<after_number>多|余)?\s*(?P<power>{_POWER})?(?:多|余)?\s*"
        rf"(?P<unit>{unit})?(?P<after>以上|左右|上下)?",
        re.IGNORECASE,
    )


_TENTHS = re.compile(
    rf"(?P<before>{_BEFORE})?\s*(?P<tenths>[一二三四五六七八九])成(?P<half>半)?(?P<after>以上|左右|多)?"
)
_PARTS = re.compile(
    rf"(?P<before>{_BEFORE})?\s*(?:的)?(?P<part>半数|一半|三分之一|三分之二|四分之一|四分之三|half|"
    rf"(?:one|a) third|two thirds|two-thirds|three quarters|three-quarters|a quarter|"
    rf"(?P<in_ten>one|two|three|four|five|six|seven|eight|nine) (?:in|out of) ten)(?P<after>以上)?",
    re.IGNORECASE,
)
_PART_VALUES = {
    "半数": "50", "一半": "50", "half": "50", "三分之一": "33.3", "三分之二": "66.7",
    "四分之一": "25", "四分之三": "75",
    "one third": "33.3", "a third": "33.3", "two thirds": "66.7", "two-thirds": "66.7",
    "three quarters": "75",
    "three-quarters": "75", "a quarter": "25",
}  # fmt: skip
DATES = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}-\d\d-\d\d|"
    r"\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s+\d{4})?|(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+\d{1,2}(?:,\s*\d{4})?"
)
_COUNT = r"第?[一二三四五六七八九十\d]+"
_COUNT_EN = rf"{'|'.join(_ENGLISH)}|\d+(?:st|nd|rd|th)?"
_STREAK = re.compile(
    rf"连续(?P<zh>{_COUNT})\s*个?(?:年度|年|次|届)|"
    rf"(?:for|in)?\s*(?:the\s+)?(?P<en>{_COUNT_EN})\s+(?:consecutive|successive|straight)\s+(?:years?|times?)|"
    rf"(?:for\s+)?(?:the\s+)?(?P<row>{_COUNT_EN})\s+(?:years?|times?)\s+(?:in\s+a\s+row|running)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:高于|超过|大于|不低于|保持在?|稳定在|维持在|达到?|在|above|over|exceed\w*|higher than|more than)\s*"
    r"(?P<limit>\d+(?:\.\d+)?)\s*(?:%|per ?cent)(?:以上)?|(?P<limit_after>\d+(?:\.\d+)?)\s*%以上",
    re.IGNORECASE,
)
_RISING = re.compile(
    r"提升|提高|增长|上升|增加|攀升|改善|rising|risen|rose|increas|improv|grow|grew", re.IGNORECASE
)
_FALLING = re.compile(r"下降|减少|降低|缩短|回落|下滑|falling|fallen|fell|declin|decreas", re.IGNORECASE)
_ARITHMETIC = re.compile(r"[=/+×]\s*$")
_ENDS = re.compile(r"[,，;；。、]")


@dataclass(frozen=True)
class Quantity:
    """A number in a text: where it stands, its unit, and the numbers it allows (low <= x <= high).

    `number` is in single units (4.38万人 is 43800 of 人); `step` is one in its last printed digit; `unit` is
    ``%``, ``pp`` for percentage points, a counted thing, or "" where none stands beside it.
    """

    start: int
    end: int
    text: str
    number: Decimal
    step: Decimal
    unit: str
    approximation: Approximation
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Streak:
    """A run of years told in a text: how many, what was kept to, the span it takes up."""

    start: int
    end: int
    text: str
    length: int
    rule: Literal["above", "rising", "falling", ""]
    limit: Decimal | None


def even_out(text: str) -> str:
    """Turn full-width digits and signs into plain ones, letter for letter, so that places stay the same."""
    return text.translate(_WIDE)


def read_count(words: str) -> int:
    """Read a small whole number: ``十``, ``第十二``, ``tenth``, ``10th``."""
    plain = words.lower().removeprefix("第")
    if plain in _ENGLISH:
        return _ENGLISH[plain]
    digits = re.match(r"\d+", plain)
    if digits:
        return int(digits[0])
    hundreds, _, rest = plain.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _DIGITS.get(hundreds or "一", 1) if "百" in plain else 0
    if ten:
        value += 10 * (_DIGITS[tens] if tens else 1)
    return value + (_DIGITS.get(ones, 0) if ones else 0)


def streaks(text: str) -> list[Streak]:
    """Find the runs of years in a text that `even_out` has seen.

    What was kept to is read up to the next comma behind the count, else from the comma before it.
    """
    found = []
    for match in _STREAK.finditer(text):
        count = match["zh"] or match["en"] or match["row"]
        stop = _ENDS.search(text, match.end())
        end = stop.start() if stop else len(text)
        start = max((m.end() for m in _ENDS.finditer(text, 0, match.start())), default=0)
        behind, before = _LIMIT.search(text, match.end(), end), None
        if behind is None:
            before = _LIMIT.search(text, start, match.start())
        limit = behind or before
        rule: Literal["above", "rising", "falling", ""] = "above" if limit else ""
        if limit is None:
            around = text[match.end() : end] or text[start : match.start()]
            rule = "rising" if _RISING.search(around) else "falling" if _FALLING.search(around) else ""
        span = (min(match.start(), before.start()) if before else match.start(),
                max(match.end(), behind.end()) if behind else match.end())  # fmt: skip
        number = Decimal(limit["limit"] or limit["limit_after"]) if limit else None
        found.append(Streak(*span, text[slice(*span)].strip(), read_count(count), rule, number))
    return found


def quantities(text: str, taken: list[tuple[int, int]], member_words: tuple[str, ...] = ()) -> list[Quantity]:
    """Find the numbers with a unit in a text that `even_out` has seen, but for the spans `taken`.

    `member_words` are what the programme counts its members as, beside ``members``.
    """
    number = _number_pattern(member_words)
    found: list[Quantity] = []
    spans = list(taken)
    for pattern, read in ((_TENTHS, _tenths), (_PARTS, _part), (number, _number)):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            quantity = read(match)
            if quantity is not None:
                found.append(quantity)
                spans.append(match.span())
    return sorted(found, key=lambda quantity: quantity.start)


def _approximation(match: re.Match[str]) -> Approximation:
    before = (match["before"] or "").lower()
    if before in _APPROXIMATION:
        return _APPROXIMATION[before]
    after = match["after"] or match.groupdict().get("after_number") or ""
    return {"above": "above", "about": "about"}.get(_AFTER.get(after, ""), "")  # type: ignore[return-value]


def _tenths(match: re.Match[str]) -> Quantity:
    number = Decimal(10 * _DIGITS[match["tenths"]] + (5 if match["half"] else 0))
    return _rough(match, number, top=number + 10)


def _part(match: re.Match[str]) -> Quantity | None:
    words = match["part"].lower()
    if words == "half" and not match["before"]:
        return None  # "the first half", "half a year": no share
    number = (
        Decimal(_PART_VALUES[words])
        if words in _PART_VALUES
        else Decimal(10 * _ENGLISH[match["in_ten"].lower()])
    )
    return _rough(match, number, top=Decimal(100))


def _rough(match: re.Match[str], number: Decimal, top: Decimal) -> Quantity:
    """Make a share told in words: five either way, and no further than the word goes."""
    kind = _approximation(match)
    low, high = number - 5, number + 5
    if kind == "below":
        high = number
    elif kind == "above":
        low, high = number, top
    return _quantity(match, number, Decimal(10), "%", kind=kind, span=(low, high))


def _number(match: re.Match[str]) -> Quantity | None:
    word = (match["unit"] or "").lower()
    unit = _UNITS.get(word, "家") if word else ""
    power = _POWERS[(match["power"] or "").lower()]
    if not unit and not power and "," not in match["number"]:
        return None
    if _ARITHMETIC.search(match.string[: match.start()]):
        return None  # 30/73 = 41.1 %: a calculation states nothing of an indicator
    written = match["number"].replace(",", "")
    plain = Decimal(written) if written[0].isdigit() else Decimal(read_count(written))
    number = (-plain if match["sign"] == "-" else plain).scaleb(power)
    step = Decimal(1).scaleb(int(plain.as_tuple().exponent) + power)
    if "," in match["number"] or (step == 1 and unit in {"人", "人次", "calls", ""}):
        step = _whole_step(written).scaleb(power)  # 43,800 people is 4.38万人 in English: rounded to hundreds
    kind = _approximation(match)
    low, high = number - step / 2, number + step / 2
    room = max(step, abs(number) / 20)
    if kind == "below":
        low, high = number - room, number
    elif kind == "above":
        low, high = number, number * 10 + 10 if unit != "%" else Decimal(100)
    elif kind == "about":
        low, high = number - room, number + room
    return _quantity(match, number, step, unit, kind=kind, span=(low, high))


def _whole_step(written: str) -> Decimal:
    zeros = len(written) - len(written.rstrip("0"))
    return Decimal(1).scaleb(zeros) if "." not in written else Decimal(1)


def _quantity(
    match: re.Match[str],
    number: Decimal,
    step: Decimal,
    unit: str,
    *,
    kind: Approximation,
    span: tuple[Decimal, Decimal],
) -> Quantity:
    return Quantity(match.start(), match.end(), match[0].strip(), number, step, unit, kind, *span)
