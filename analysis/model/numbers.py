"""Numbers as people print and type them: one grammar, and one interval for each approximating word.

A printed number is a statement about an interval: ``94`` is every number that half up makes 94, ``近九成``
what lies up to five below 90, ``>30(超过三成)`` what lies above 30 by no more than ten. Whoever reads a
number, in a return, the ledger, a draft or a table, reads it here, and chooses only which forms to accept.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from analysis.model.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = [
    "APPROXIMATIONS",
    "COUNT_WORDS",
    "MAGNITUDES",
    "Approximation",
    "Printed",
    "find_numbers",
    "plain_signs",
    "read_count",
    "read_number",
    "read_printed",
    "read_range",
    "round_half_up",
]

Approximation = Literal["", "about", "nearly", "over", "under", "at least", "at most"]

#: What an approximating word or sign means, wherever it stands. N is the number as written (4.1 of 4.1万).
#:
#: ========  =====================  ===============================================================
#: about     [N - room, N + room)   room is a twentieth of N, five at least where N is a whole number
#:                                  of tens (about 50: 45 to 55), and one in the last digit at least
#: nearly    [N - room, N)          the same room, on the side that the word names
#: over      (N, N + reach]         reach is ten, or one in the leading digit of a number of a hundred
#:                                  and more: over 30 is the thirties, over 1,300 ends at 2,300
#: under     [N - reach, N)         as over: fewer than one in ten is everything below ten
#: at least  [N, no end)            a threshold says nothing of how far beyond; another order of
#:                                  magnitude (ten times N and ten) is taken as the end
#: at most   [0, N]                 likewise
#: ========  =====================  ===============================================================
#:
#: A share ends at 0 and 100. A share said in tenths or as a fraction (九成, a third) is "about" of itself
#: with a room of five; in tenths and hundredths (九成四) it is a number. "More than half" is any majority.
#: The room has to cover what writers of reports call near, or a true sentence would be contradicted: five
#: points below ninety are still 近九成, and twice that would confirm anything.
APPROXIMATIONS: Mapping[str, Approximation] = MappingProxyType({
    **dict.fromkeys(("约", "大约", "约为", "大概", "≈", "~", "about", "around", "roughly", "approximately",
                     "some"), "about"),
    **dict.fromkeys(("近", "接近", "将近", "nearly", "almost", "close to", "just under"), "nearly"),
    **dict.fromkeys(("超过", "超", "逾", "突破", "过", "高于", "大于", ">", "more than", "over", "above",
                     "exceeding", "upwards of", "higher than"), "over"),
    **dict.fromkeys(("不足", "不到", "低于", "小于", "<", "less than", "fewer than", "under", "below",
                     "lower than"), "under"),
    **dict.fromkeys(("至少", "不低于", "不少于", "≥", ">=", "at least", "no less than", "no fewer than"),
                    "at least"),
    **dict.fromkeys(("至多", "不超过", "不高于", "≤", "<=", "at most", "no more than"), "at most"),
})  # fmt: skip
_BEHIND: Mapping[str, Approximation] = {
    "左右": "about", "上下": "about", "多": "over", "余": "over", "+": "at least",
    "以上": "at least", "以下": "at most",
    "or so": "about", "or more": "at least", "or less": "at most",
}  # fmt: skip
_MAJORITY = Decimal(50)
_PER_CENT = frozenset({"%", "per cent", "percent"})
_ROUND_FROM = 1000
_IDIOM = 1
_ROUGH_SHARE = Decimal(5)  # a share in tenths or fractions is what rounds to it, give or take five

#: Words for powers of ten, with the power.
MAGNITUDES: Mapping[str, int] = MappingProxyType({
    "十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8,
    "万亿": 12,
    "thousand": 3, "million": 6, "billion": 9,
})  # fmt: skip
_TYPED_POWERS = [word for word in MAGNITUDES if word != "十"]

_HAN_DIGITS = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ENGLISH_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_ENGLISH = (
    {word: value for value, word in enumerate(_ENGLISH_UNITS)}
    | {word: 10 * value for value, word in enumerate(_ENGLISH_TENS, start=2)}
    | {word: value for value, word in enumerate(_ORDINALS, start=1)}
)
#: English words for a small whole number or place, as `read_count` reads them.
COUNT_WORDS = tuple(_ENGLISH)
_FRACTIONS = {
    "半数": "50", "一半": "50", "half": "50", "三分之一": "33.3", "三分之二": "66.7", "四分之一": "25",
    "四分之三": "75", "one third": "33.3", "a third": "33.3", "two thirds": "66.7", "two-thirds": "66.7",
    "three quarters": "75", "three-quarters": "75", "a quarter": "25", "one quarter": "25",
}  # fmt: skip
_ENGLISH_PARTS = {"three": 3, "four": 4, "five": 5, "ten": 10, "twenty": 20}

_WIDE = str.maketrans(
    "０１２３４５６７８９．％－＋（）：；＞＜～　\u00a0\u2009\u202f−", "0123456789.%-+():;><~    -"
)


def _any_of(words: Collection[str]) -> str:
    """Give the words as one pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HAN_DIGIT = "[一二两三四五六七八九]"
_HAN_GROUP = rf"(?:{_HAN_DIGIT}千)?零?(?:{_HAN_DIGIT}百)?零?(?:{_HAN_DIGIT}?十)?零?{_HAN_DIGIT}?"
# well formed, or digit by digit: 百百 and 千万不要 are no numbers
_HAN_NUMERAL = (
    rf"(?:[〇零一二三四五六七八九]{{2,}}|零|(?={_HAN_DIGIT}|十)"
    rf"(?:{_HAN_GROUP}[亿億])?零?(?:{_HAN_GROUP}(?<![亿億零])[万萬])?{_HAN_GROUP})"
    rf"(?:点[〇零一二三四五六七八九]+)?"
)
# smaller ones are as often idioms as numbers
_ENGLISH_NUMERAL = (
    rf"(?:{'|'.join(_ENGLISH_TENS)})(?:-(?:{'|'.join(_ENGLISH_UNITS[1:10])}))?|{_any_of(_ENGLISH_UNITS[10:])}"
)
# \d would take any script's digits
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?"
_SPACED = rf"[0-9]{{1,3}}(?: [0-9]{{3}})+(?:\.[0-9]+)?|{_DIGITS}"
# 5~6万 is a range, 92%+8% a sum, 5百分点 no 500
_BEFORE = _any_of(APPROXIMATIONS).replace(r"\~", r"(?<![\d%万亿])\~").replace("|过", "|(?<![通经])过")
_AFTER = _any_of(_BEHIND).replace(r"\+", r"\+(?!\s?\d)")
_AFTER_UNIT = _any_of([word for word in _BEHIND if word not in {"多", "余"}]).replace(r"\+", r"\+(?!\s?\d)")
_NO_WORD_BEFORE = r"(?<![\d.A-Za-z])"
_TENTHS = r"(?P<tenths>[一二三四五六七八九])成(?:(?P<half>半)|(?P<hundredths>[一二三四五六七八九]))?"
_PART = (
    rf"(?P<part>{_any_of(_FRACTIONS)}|(?P<out_of>one|two|three|four|five|six|seven|eight|nine|\d)"
    rf" (?:in|out of) (?P<parts>{'|'.join(_ENGLISH_PARTS)}))"
)
_POWER = rf"(?:{_any_of(_TYPED_POWERS)})(?!分点)"


@dataclass(frozen=True)
class Printed:
    """A number as written, and the numbers it allows.

    Attributes
    ----------
    text
        As it stands.
    number, step
        In single units (4.38万 is 43800), and one in its last printed digit.
    low, high
        low <= x < high; for an exact negative number low < x <= high.
    digits
        Decimals printed.
    approximation
        What the words around it say; empty for a plain number.
    unit
        The unit behind it, in small letters; empty where none stands there.
    power
        Of ten, by which a word such as 万 multiplies it.
    start, end
        Where it stands in the text that it was found in.
    """

    text: str
    number: Decimal
    step: Decimal
    low: Decimal
    high: Decimal
    digits: int = 0
    approximation: Approximation = ""
    unit: str = ""
    power: int = 0
    start: int = 0
    end: int = 0

    @property
    def exact(self) -> bool:
        """Whether it is a plain rounded number, neither a bound nor an approximation."""
        return not self.approximation

    def allows(self, value: float) -> bool:
        """Whether `value` prints as this number; binary noise of 1e-9 of a number is forgiven."""
        x = Decimal(repr(round(float(value), 9)))
        return self.low < x <= self.high if self.number < 0 and self.exact else self.low <= x < self.high


def plain_signs(text: str) -> str:
    """Turn full-width digits and signs into plain ones, letter for letter, so that places stay the same."""
    return text.translate(_WIDE)


def read_count(words: str) -> int:
    """Read a whole number: ``十``, ``第十二``, ``二百一十六``, ``tenth``, ``10th``, ``thirty-three``.

    Raises
    ------
    KeyError
        Words that are no number.
    """
    plain = words.lower().removeprefix("第")
    digits = re.match(r"\d+", plain)
    if digits:
        return int(digits[0])
    if plain[:1] in _HAN_DIGITS or plain[:1] in _HAN_POWERS:
        return int(_han(plain))
    return sum(_ENGLISH[part] for part in plain.split("-"))


def _han(numeral: str) -> Decimal:
    """Read a Chinese numeral: 七亿三千二百万, 九十八点二八, 二〇二三."""
    whole, _, decimals = numeral.partition("点")
    behind = "".join(str(_HAN_DIGITS[letter]) for letter in decimals)
    if not any(letter in _HAN_POWERS or letter in _HAN_GROUPS for letter in whole):
        digits = "".join(str(_HAN_DIGITS[letter]) for letter in whole)
        return Decimal(f"{digits}.{behind}" if behind else digits)
    total = group = digit = 0
    last = 1
    for letter in whole:
        if letter in _HAN_GROUPS:
            last = _HAN_GROUPS[letter]
            total, group, digit = total + (group + digit) * last, 0, 0
        elif letter in _HAN_POWERS:
            last = _HAN_POWERS[letter]
            group, digit = group + (digit or 1) * last, 0
        else:
            digit, last = _HAN_DIGITS[letter], 1 if letter in "零〇" else last
    # 一万二 is 12,000 and 三百五 is 350: a last digit right behind a power is of the next lower one
    value = total + group + digit * max(last // 10, 1)
    return Decimal(f"{value}.{behind}" if behind else value)


# One pattern of a number with all that may stand around it; a unit is a word of the caller's.


@cache
def _number_pattern(units: frozenset[str], *, spaced: bool) -> re.Pattern[str]:
    unit = _any_of(units) or "(?!)"
    return re.compile(
        rf"(?:(?P<before>{_BEFORE})\s*)?{_NO_WORD_BEFORE}(?P<sign>[+-])?"
        rf"(?:(?P<digits>{_SPACED if spaced else _DIGITS})|百分之(?P<per_cent>{_HAN_NUMERAL})"
        rf"|(?<!第)(?P<han>{_HAN_NUMERAL})|(?P<english>{_ENGLISH_NUMERAL})(?=\s(?:{unit})\b))"
        rf"\s?(?P<many>多|余)?\s?(?P<power>{_POWER})?(?P<more>多|余)?\s?(?P<unit>{unit})?"
        rf"(?:\s?(?P<after>{_AFTER_UNIT}))?",
        re.IGNORECASE,
    )


_TENTHS_PATTERN = re.compile(rf"(?P<before>{_BEFORE})?\s*{_TENTHS}(?P<after>{_AFTER})?")
_PART_PATTERN = re.compile(
    rf"(?P<before>{_BEFORE})?\s*的?(?<![A-Za-z]){_PART}(?![A-Za-z])(?P<after>{_AFTER})?", re.IGNORECASE
)


def read_number(text: str, units: Collection[str] = ()) -> Printed | None:
    """Read a text that is one number and nothing else; None where it is not.

    Parameters
    ----------
    text
        As typed; full-width signs count as plain ones, groups of three may stand apart.
    units
        Words that may stand behind the number, such as ``%`` or ``人次``.

    Examples
    --------
    >>> read_number("近1.2万人", ["人"]).number
    Decimal('12000')
    >>> read_number("九成四").low, read_number("about 50").low, read_number("twelve") is None
    (Decimal('93.5'), Decimal('45'), True)
    """
    # a spreadsheet keeps a number as text behind an apostrophe
    plain = plain_signs(text).strip().removeprefix("'")
    pattern = _number_pattern(frozenset(units), spaced=True)
    for shape, read in ((_TENTHS_PATTERN, _tenths), (_PART_PATTERN, _part), (pattern, _number)):
        if match := shape.fullmatch(plain):
            return read(match)
    return None


def read_range(text: str, units: Collection[str] = ()) -> tuple[Printed, Printed] | None:
    """Read a range of two numbers, ``90-95%`` or ``5到6万``; unit and magnitude of the second count for both.

    Examples
    --------
    >>> [end.number for end in read_range("5至6万人", ["人"])]
    [Decimal('50000'), Decimal('60000')]
    """
    plain = plain_signs(text).strip()
    parts = re.fullmatch(r"(?P<low>[^+\-–—~].*?)\s?(?:-|–|—|~|至|到|to)\s?(?P<high>[^+\-–—~].*)", plain)
    if parts is None:
        return None
    high = read_number(parts["high"], units)
    tail = re.sub(rf"^(?:{_SPACED}|[{''.join(_HAN_DIGITS)}]+)\s?", "", parts["high"])
    low = read_number(parts["low"], units)
    if low is None or not (low.power or low.unit or re.search("[十百千万亿]", parts["low"])):
        low = read_number(parts["low"] + tail, units) or low
    return (low, high) if low and high else None


def find_numbers(text: str, units: Mapping[str, str], taken: Sequence[tuple[int, int]] = ()) -> list[Printed]:
    """Find the numbers of a running text that `plain_signs` has seen, in order.

    A bare number without unit, magnitude or grouped digits is none: years and headings hold such.

    Parameters
    ----------
    text
        A sentence.
    units
        Words for units, and the unit that each stands for.
    taken
        Places that hold something else, such as dates and names.
    """
    found: list[Printed] = []
    spans = list(taken)
    pattern = _number_pattern(frozenset(units), spaced=False)
    for shape, read in ((_TENTHS_PATTERN, _tenths), (_PART_PATTERN, _part_in_text), (pattern, _number)):
        for match in shape.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in spans):
                continue
            number = read(match)
            if number is None or not _says_something(match, number):
                continue
            found.append(_in_text(number, units))
            spans.append(match.span())
    return sorted(found, key=lambda number: number.start)


def _in_text(number: Printed, units: Mapping[str, str]) -> Printed:
    """Name the unit; a large whole number in a text that ends in zeros is rounded there: 43,800 people."""
    named = replace(number, unit=units.get(number.unit, number.unit))
    whole = number.exact and number.unit not in _PER_CENT and not number.power and not number.digits
    if not whole or abs(number.number) < _ROUND_FROM:
        return named
    zeros = len(str(int(number.number))) - len(str(int(number.number)).rstrip("0"))
    step = Decimal(1).scaleb(zeros)
    return replace(named, step=step, low=number.number - step / 2, high=number.number + step / 2)


def _says_something(match: re.Match[str], number: Printed) -> bool:
    if match.re in {_TENTHS_PATTERN, _PART_PATTERN}:
        return True
    # 30/73 = 41.1 %: a calculation states nothing of an indicator
    if re.search(r"[=/+×]\s*$", match.string[: match.start()]):
        return False
    if match["han"]:  # 一人, 十次 are idioms as often as numbers; 三家 is counted
        counted = number.unit in {"家", "个百分点"} or (number.unit and len(match["han"]) > _IDIOM)
        return bool(counted or re.search("[万萬亿億]", match["han"]))
    return bool(number.unit or number.power or "," in (match["digits"] or ""))


def _word(match: re.Match[str]) -> Approximation:
    named = match.groupdict()
    behind = named.get("many") or named.get("more") or named.get("after") or ""
    before = APPROXIMATIONS.get((named["before"] or "").lower(), "")
    # 超过80%以上 is a slip that says what the first word says
    return before or _BEHIND.get(behind.lower(), "")


def _tenths(match: re.Match[str]) -> Printed:
    behind = 5 if match["half"] else _HAN_DIGITS.get(match["hundredths"] or "", 0)
    value = Decimal(10 * _HAN_DIGITS[match["tenths"]] + behind)
    return _share(match, value, _word(match) or ("" if behind else "about"))


def _part(match: re.Match[str]) -> Printed:
    words = match["part"].lower()
    if words in _FRACTIONS:
        return _share(match, Decimal(_FRACTIONS[words]), _word(match) or "about")
    count = int(match["out_of"]) if match["out_of"].isdigit() else _ENGLISH[match["out_of"].lower()]
    value = Decimal(100 * count) / _ENGLISH_PARTS[match["parts"].lower()]
    return _share(match, value, _word(match) or "about")


def _part_in_text(match: re.Match[str]) -> Printed | None:
    if match["part"].lower() == "half" and not match["before"]:
        return None  # "the first half", "half a year": no share
    return _part(match)


def _share(match: re.Match[str], value: Decimal, word: Approximation) -> Printed:
    if word == "over" and value == _MAJORITY and match.groupdict().get("part"):
        low, high = value, Decimal(100)
    else:
        low, high = _interval(value, word, Decimal(1), room=_ROUGH_SHARE)
    step = Decimal(1) if not word else Decimal(10)
    return Printed(
        match[0].strip(), value, step, max(low, Decimal(0)), min(high, Decimal(100)),
        approximation=word, unit="%", start=match.start(), end=match.end(),
    )  # fmt: skip


def _number(match: re.Match[str]) -> Printed:
    power = MAGNITUDES[(match["power"] or "").lower()] if match["power"] else 0
    unit = (match["unit"] or "").lower()
    if match["per_cent"]:
        value, unit = _han(match["per_cent"]), "%"
    elif match["han"]:
        value = _han(match["han"])
    elif match["english"]:
        value = Decimal(read_count(match["english"]))
    else:
        value = Decimal(match["digits"].replace(",", "").replace(" ", ""))
    if match["sign"] == "-":
        value = -value
    digits = max(0, -int(value.as_tuple().exponent))
    word = _word(match)
    low, high = _interval(value, word, Decimal(1).scaleb(-digits))
    if unit in _PER_CENT and word and value >= 0:
        low, high = max(low, Decimal(0)), min(high, max(value, Decimal(100)))
    step = Decimal(1).scaleb(-digits)
    value, step, low, high = (number.scaleb(power) for number in (value, step, low, high))
    return Printed(
        match[0].strip(), value, step, low, high, digits, word, unit, power, match.start(), match.end()
    )


def _interval(
    number: Decimal, word: Approximation, step: Decimal, room: Decimal | None = None
) -> tuple[Decimal, Decimal]:
    """Give what a number allows with the word beside it: the definitions are those of `APPROXIMATIONS`."""
    size = abs(number)
    if room is None:
        tens = size == size.to_integral_value() and int(size) % 10 == 0
        room = max(step, size / 20, Decimal(5) if size and tens else Decimal(0))
    reach = max(Decimal(10), Decimal(1).scaleb(size.adjusted()) if size else Decimal(10))
    toward = room if number >= 0 else -room
    least = Decimal("1e-9") * max(step, Decimal(1))
    end = number - toward
    return {
        "": (number - step / 2, number + step / 2),
        "about": (number - room, number + room),
        "nearly": (min(end, number), max(end, number)),
        "over": (number + least, number + reach),
        "under": (max(number - reach, Decimal(0)) if number > 0 else number - reach, number),
        "at least": (number, number + size * 10 + 10),
        "at most": (min(Decimal(0), number), number + least),
    }[word]


# Figures of a ledger: the number alone, its unit in a column of its own, a note in brackets.

_COURSE = re.compile(r"(?P<from>[0-9.]+)→(?P<to>[0-9.]+)")
_NOTED = re.compile(r"(?P<figure>[^（(]+?)\s*(?P<note>[（(].*)?")
_WORD_IN_NOTE = re.compile(_any_of([word for word in APPROXIMATIONS if not word.isascii()]))


@lru_cache(maxsize=4096)
def read_printed(text: str) -> Printed | None:
    """Read a figure of a ledger: ``92.88``, ``>30(超过三成)``, ``5.44→4.17`` (the later one counts).

    None where the text is no figure alone: a date, a word, a number with its unit.
    """
    course = _COURSE.fullmatch(text.strip())
    noted = _NOTED.fullmatch(course["to"] if course else text.strip())
    read = read_number(noted["figure"]) if noted else None
    if noted is None or read is None or read.power or read.unit:
        return None
    if re.search(r"\d[, ]\d", noted["figure"]):
        return None  # a ledger's digits are not grouped: 2,972 may be two cells of a table
    # ≈ stands for several words: the note says which was printed, if it says one
    named = {APPROXIMATIONS[word] for word in _WORD_IN_NOTE.findall(noted["note"] or "")}
    word = named.pop() if read.approximation == "about" and len(named) == 1 else read.approximation
    low, high = _interval(read.number, word, read.step)
    return Printed(text, read.number, read.step, low, high, read.digits, word)


_SIGNIFICANT = 12  # digits of a number that are its own, not noise of arithmetic


def round_half_up(value: float, digits: int) -> Decimal:
    """Round half away from zero at a decimal digit, as published reports do.

    The number is taken as it is written (``repr``), not as binary stores it, so 2.675 becomes 2.68. Results
    of arithmetic carry noise behind their meaning (100 * 0.285 is 28.499999999999996): digits behind the
    twelfth significant one are dropped first, which restores 28.5 and prints 29.

    Parameters
    ----------
    value : float
        Finite number.
    digits : int
        Decimals kept; negative ones round to tens, hundreds.

    Raises
    ------
    AnalysisError
        If `value` is not finite.
    """
    if not math.isfinite(value):
        raise AnalysisError(
            argument="value",
            expected="a finite number",
            got=repr(float(value)),
            remedy="print a marker ([c], [x], [z]) where there is no number",
        )
    written = Decimal(repr(float(value)))
    if written:
        noise = written.adjusted() - _SIGNIFICANT + 1
        written = written.quantize(Decimal(1).scaleb(noise), ROUND_HALF_UP)
    rounded = written.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded
