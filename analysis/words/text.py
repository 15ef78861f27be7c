"""Printed numbers, bilingual texts and the `data` element around every published number.

A value is rounded once, half up, at the digit printed in Chinese; English shifts the decimal point of that
rounded number and never rounds again, so that both languages state the same figure with the same digits
(4.17万人 is 41,700 people, 7.23亿通 is 723 million calls).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

from babel.numbers import format_decimal

from analysis.model import AnalysisError, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

__all__ = [
    "LANGS",
    "UNITS",
    "Lang",
    "Lexicon",
    "Number",
    "PrintedMeasure",
    "Text",
    "Unit",
    "bound_texts",
    "change_key",
    "change_text",
    "change_unit",
    "decimal_text",
    "estimate_key",
    "estimate_text",
    "interval_text",
    "look_up",
    "printed_digits",
    "round_half_up",
    "unit_text",
    "wave_text",
    "writable",
]

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, Lang]] = ("zh", "en")
_Sign = Literal["auto", "always", "never"]
_LOCALE: Final[Mapping[Lang, str]] = MappingProxyType({"zh": "zh_Hans_CN", "en": "en"})
_T = TypeVar("_T")
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Text:
    """One text in Chinese and English."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> Text:
        """Make a text that reads the same in both languages (a year, a symbol)."""
        return cls(text, text)

    def in_(self, lang: Lang) -> str:
        """Return the text in `lang`, {"zh", "en"}."""
        if lang not in LANGS:
            raise AnalysisError(
                argument="lang",
                expected="'zh' or 'en'",
                got=repr(lang),
                remedy="name one of the two languages",
            )
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Unit:
    """How a printed unit reads in each language.

    Parameters
    ----------
    key : str
        The unit as measures name it, ``万人``.
    zh, en : str
        What stands after the number.
    en_power : int
        Places by which English shifts the decimal point: 4 for 万 into ones, 2 for 亿 into millions.
    en_one : str
        English singular where it differs from `en`.
    """

    key: str
    zh: str
    en: str
    en_power: int = 0
    en_one: str = ""

    def after(self, number: str, lang: Lang) -> str:
        """Put the unit behind a formatted number."""
        if lang == "zh":
            return number + self.zh
        word = self.en_one if self.en_one and number.lstrip("+" + _MINUS) == "1" else self.en
        return number + word if not word or word.startswith("%") else f"{number} {word}"


_STANDARD_UNITS = (
    Unit("", "", ""),
    Unit("%", "%", "%"),
    Unit("秒", "秒", "seconds", en_one="second"),
    Unit("分钟", "分钟", "minutes", en_one="minute"),
    Unit("小时", "小时", "hours", en_one="hour"),
    Unit("岁", "岁", "years of age", en_one="year of age"),
    Unit("年", "年", "years", en_one="year"),
    Unit("家", "家", "members", en_one="member"),
    Unit("人", "人", "people", en_one="person"),
    Unit("万人", "万人", "people", en_power=4),
    Unit("人次", "人次", "contacts", en_one="contact"),
    Unit("万人次", "万人次", "contacts", en_power=4),
    Unit("亿人次", "亿人次", "million contacts", en_power=2),
    Unit("通", "通", "calls", en_one="call"),
    Unit("万通", "万通", "calls", en_power=4),
    Unit("亿通", "亿通", "million calls", en_power=2),
    Unit("次", "次", "times", en_one="time"),
    Unit("笔", "笔", "transactions", en_one="transaction"),
    Unit("万笔", "万笔", "transactions", en_power=4),
    Unit("万户", "万户", "accounts", en_power=4),
    Unit("亿元", "亿元", "million yuan", en_power=2),
    Unit("个百分点", "个百分点", "percentage points", en_one="percentage point"),
)
UNITS: Final[Mapping[str, Unit]] = MappingProxyType({unit.key: unit for unit in _STANDARD_UNITS})


class PrintedMeasure(Protocol):
    """The part of a measure that printing needs."""

    @property
    def indicator(self) -> str:
        """Name of the indicator."""

    @property
    def unit(self) -> str:
        """Printed unit."""

    @property
    def digits(self) -> int:
        """Printed decimals."""

    @property
    def change(self) -> str:
        """Unit of its change."""

    @property
    def change_digits(self) -> int:
        """Printed decimals of its change."""


@dataclass(frozen=True)
class Lexicon:
    """Names of indicators, segments, dimensions and units, with the measures that say how to print them.

    Parameters
    ----------
    measures : mapping of str to measure
        By indicator.
    labels : mapping of str to Text
        Noun phrase of each indicator that can stand before 为 / "was". An indicator of the members' estimand
        (``key.members``) takes the label of ``key`` unless it has its own.
    names : mapping of str to Text, optional
        Shorter names for axes, table rows and lists.
    segments, dimensions : mapping of str to Text, optional
    colours, shapes : mapping of str to str, optional
        Of a segment drawn in a colour (``#1F4E79``) or with a marker (``o``) of its own.
    units : mapping of str to Unit
    margins : mapping of str to float, optional
        Of an indicator, below which a change is as good as none, in the unit of its change.
    former_units : mapping of str to (str, str), optional
        Of an indicator once printed in another unit: the last wave so printed, and the key of that unit.
    respondent : Text
        What one answering unit is called, as counted in a base.
    facts : mapping of str to Text, optional
        Clause of an indicator's own for running text, with a slot ``{level}``.
    """

    measures: Mapping[str, PrintedMeasure]
    labels: Mapping[str, Text]
    names: Mapping[str, Text] = field(default_factory=dict)
    segments: Mapping[str, Text] = field(default_factory=dict)
    dimensions: Mapping[str, Text] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=lambda: UNITS)
    margins: Mapping[str, float] = field(default_factory=dict)
    former_units: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    respondent: Unit = Unit("家单位", "家单位", "members", en_one="member")
    facts: Mapping[str, Text] = field(default_factory=dict)

    def measure(self, indicator: str) -> PrintedMeasure:
        """Return the measure of an indicator."""
        return look_up(self.measures, indicator, "measures")

    def unit(self, indicator: str, wave: str = "") -> Unit:
        """Return the unit an indicator is printed in, in `wave` where it is given."""
        last, former = self.former_units.get(_named(self.former_units, indicator), ("", ""))
        key = former if wave and wave <= last else self.measure(indicator).unit
        return look_up(self.units, key, "units")

    def unit_over(self, indicator: str, waves: Iterable[str]) -> Text:
        """Name an indicator's unit over `waves`; of one that changed, both: 亿通（至2018年）、亿人次."""
        found = {self.unit(indicator, wave).key: self.unit(indicator, wave) for wave in sorted(waves)}
        if len(found) < 2:  # noqa: PLR2004 - one unit throughout
            only = next(iter(found.values()), self.unit(indicator))
            return Text(only.zh, only.en)
        last = wave_text(self.former_units[_named(self.former_units, indicator)][0])
        former, present = found.values()
        return Text(
            f"{former.zh}（至{last.zh}）、{present.zh}", f"{former.en} (up to {last.en}), {present.en}"
        )

    def margin(self, indicator: str) -> float | None:
        """Return below which a change of an indicator is as good as none; None where nothing says so."""
        return self.margins.get(_named(self.margins, indicator))

    def label(self, indicator: str) -> Text:
        """Return the noun phrase of an indicator."""
        return look_up(self.labels, _named(self.labels, indicator), "labels")

    def name(self, indicator: str) -> Text:
        """Return the short name of an indicator, its label where there is none."""
        known = _named(self.names, indicator)
        return self.names[known] if known in self.names else self.label(indicator)

    def subject(self, indicator: str) -> Text:
        """Return the noun phrase of an indicator, marked as an estimate for the whole where it is one."""
        label = self.label(indicator)
        if not indicator.endswith(".members"):
            return label
        return Text(f"{label.zh}（推及全体成员）", f"{label.en}, estimated for all members,")

    def whole(self, indicator: str) -> Text:
        """Name those whom the total of an indicator describes: the respondents, or all members."""
        if indicator.endswith(".members"):
            return Text("全体成员", "All members")
        return Text("全部答卷单位", "All respondents")

    def segment(self, segment: str) -> Text:
        """Return the name of a segment; parts of a crossed segment are joined."""
        if segment in self.segments:
            return self.segments[segment]
        if segment == "all":
            return self.whole("")
        parts = [look_up(self.segments, part, "segments") for part in segment.split("*")]
        return Text("·".join(part.zh for part in parts), ", ".join(part.en for part in parts))

    def dimension(self, dimension: str) -> Text:
        """Return the name of a dimension."""
        return look_up(self.dimensions, dimension, "dimensions")


def _named(names: Mapping[str, Any], indicator: str) -> str:
    return indicator if indicator in names else indicator.removesuffix(".members")


def look_up(mapping: Mapping[str, _T], key: str, argument: str) -> _T:
    """Return an entry of a mapping, or say which there are."""
    if key not in mapping:
        known = ", ".join(sorted(mapping)) or "nothing"
        raise AnalysisError(
            argument=argument,
            expected=f"an entry for {key!r}",
            got=f"entries for {known}",
            remedy="add the entry",
        )
    return mapping[key]


@lru_cache(maxsize=8192)
def _grouped(number: Decimal, digits: int, lang: Lang) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits > 0 else "")
    return str(format_decimal(number, format=pattern, locale=_LOCALE[lang], decimal_quantization=False))


def decimal_text(
    value: float, digits: int, *, power: Mapping[Lang, int] | None = None, sign: _Sign = "auto"
) -> Text:
    """Print a number in both languages.

    Parameters
    ----------
    value : float
    digits : int
        Decimals of the Chinese number.
    power : mapping of {"zh", "en"} to int, optional
        Places to shift the decimal point after rounding.
    sign : {"auto", "always", "never"}
        "always" puts a plus before positive numbers; zero never has a sign. The minus is U+2212.
    """
    rounded = round_half_up(value, digits)
    lead = ""
    if sign != "never" and rounded < 0:
        lead = _MINUS
    elif sign == "always" and rounded > 0:
        lead = "+"

    def one(lang: Lang) -> str:
        shift = power.get(lang, 0) if power else 0
        return lead + _grouped(abs(rounded).scaleb(shift), max(0, digits - shift), lang)

    return Text(one("zh"), one("en"))


def unit_text(value: float, unit: Unit, digits: int, *, sign: _Sign = "auto") -> Text:
    """Print a number with its unit in both languages: 4.17 as ``4.17万人`` and ``41,700 people``."""
    number = decimal_text(value, digits, power={"en": unit.en_power}, sign=sign)
    return Text(unit.after(number.zh, "zh"), unit.after(number.en, "en"))


def printed_digits(text: str) -> str:
    """Return the significant digits of a printed number, for holding two languages against each other."""
    return re.sub(r"\D", "", text).strip("0")


def estimate_text(value: float, lexicon: Lexicon, indicator: str, wave: str = "") -> Text:
    """Print an estimate at its measure's digits with its unit, that of `wave` where it is given."""
    return unit_text(value, lexicon.unit(indicator, wave), lexicon.measure(indicator).digits)


def change_unit(lexicon: Lexicon, indicator: str, unit: str = "") -> Unit:
    """Return the unit in which an indicator's change is printed; `unit` as a row of `changes` names it."""
    kind = unit or lexicon.measure(indicator).change
    if kind == "percentage points":
        return lexicon.units.get("个百分点", UNITS["个百分点"])
    return UNITS["%"] if kind == "percent" else lexicon.unit(indicator)


def change_text(
    value: float, lexicon: Lexicon, indicator: str, *, unit: str = "", sign: _Sign = "always"
) -> Text:
    """Print a change at its measure's digits: +4.60 percentage points, -4.8%, -2 seconds."""
    digits = lexicon.measure(indicator).change_digits
    return unit_text(value, change_unit(lexicon, indicator, unit), digits, sign=sign)


def bound_texts(
    lower: float, upper: float, unit: Unit, digits: int, *, sign: _Sign = "auto"
) -> tuple[Text, Text]:
    """Print both bounds of an interval; a unit that is a word stands behind the upper one alone."""
    high = unit_text(upper, unit, digits, sign=sign)
    if unit.zh == "%":
        return unit_text(lower, unit, digits, sign=sign), high
    return decimal_text(lower, digits, power={"en": unit.en_power}, sign=sign), high


def interval_text(lower: float, upper: float, unit: Unit, digits: int, *, sign: _Sign = "auto") -> Text:
    """Print an interval: ``91.2%至94.1%`` and ``91.2% to 94.1%``."""
    low, high = bound_texts(lower, upper, unit, digits, sign=sign)
    return Text(f"{low.zh}至{high.zh}", f"{low.en} to {high.en}")


_QUARTER = {
    "1": Text("一季度", "the first quarter of"),
    "2": Text("二季度", "the second quarter of"),
    "3": Text("三季度", "the third quarter of"),
    "4": Text("四季度", "the fourth quarter of"),
}


def wave_text(wave: str) -> Text:
    """Name a wave: ``2023`` as 2023年 / 2023, ``2022Q1`` as 2022年一季度 / the first quarter of 2022."""
    if re.fullmatch(r"\d{4}", wave):
        return Text(f"{wave}年", wave)
    quarter = re.fullmatch(r"(\d{4})Q([1-4])", wave)
    if quarter is None:
        return Text.same(wave)
    name = _QUARTER[quarter[2]]
    return Text(f"{quarter[1]}年{name.zh}", f"{name.en} {quarter[1]}")


def estimate_key(wave: str, indicator: str, dimension: str = "total", segment: str = "all") -> str:
    """Return the key of an estimate: ``2023/human_connect_rate/total/all``."""
    return f"{wave}/{indicator}/{dimension}/{segment}"


def change_key(
    wave: str, base_wave: str, indicator: str, dimension: str = "total", segment: str = "all"
) -> str:
    """Return the key of a change: ``2023-2022/human_connect_rate/total/all``."""
    return f"{wave}-{base_wave}/{indicator}/{dimension}/{segment}"


@dataclass(frozen=True)
class Number:
    """A printed number with the cell it comes from; `mark` is a marker behind it, such as ``[r]``."""

    text: Text
    value: float
    key: str
    column: str = "estimate"
    mark: str = ""

    def printed(self, lang: Lang) -> str:
        """Return it as a reader sees it, its marker behind it."""
        return f"{self.text.in_(lang)} {self.mark}".rstrip()


# Text as every format can hold it.


#: What no XML may hold: control characters, halves of surrogate pairs, two code points of no character.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Give a text as every format can hold it; what cannot be written becomes U+FFFD, never nothing."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
