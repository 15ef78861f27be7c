"""What a printed figure means: of what kind it is, how it changes, and to which other figures it is bound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from analysis.model import ArgumentError

__all__ = ["COUNTERS", "OTHER", "Kind", "LedgerUnit", "Meaning", "StreakRule", "UnitOfChange", "read_unit"]

Kind = Literal["share", "ratio", "mean", "total", "count", "streak", "date", "other"]
UnitOfChange = Literal["percentage points", "percent", "own"]
StreakRule = Literal["above", "rising", "falling"]


@dataclass(frozen=True)
class Meaning:
    """Say what an indicator of a ledger is; every code it names is another indicator, empty where unknown.

    Attributes
    ----------
    indicator
        Its code in the ledger.
    kind
        "share": per cent of a number of respondents. "ratio": per cent, or an amount per head, of amounts.
        "mean", "total": amounts. "count": whole things counted. "streak": years in a row. "date", "other":
        texts, checked against nothing but themselves.
    unit_change
        In what its change is given; "own" is the printed unit.
    breaks
        Years from which on it means something else.
    base
        Indicator that holds the number of respondents behind it; several, with blanks between, are tried in
        turn. A share named here (those that market: 52 % of 73) gives the number it stands for.
    parts_of
        Name of the whole it is a part of: the shares of one whole make 100; counts and totals make the figure
        of the indicator so named, where there is one.
    numerator, denominator
        Indicators it is the quotient of.
    streak_of, streak_rule, threshold
        For streaks: the indicator and what it does each year.
    change_of
        Indicator of which this figure is the change on the year before, where it has a row of its own.
    items
        For means of whole-number answers: questions averaged; 0 where the answers are no whole numbers.
    within
        Indicator of which it counts some only: above 95 is within above 90.
    course_of, since
        For figures of a course (``≈-10 %/年``, ``5.44→4.17``): the indicator, and the year it starts from.
    deviation, scale
        For means of whole-number answers: the indicator of their deviation; least and greatest answer.
    presumed
        Whether what binds it to others was read off names alone: what fails then is worth checking only.
    label_en
        Its English name; without one the code is printed.
    """

    indicator: str
    kind: Kind = "other"
    unit_change: UnitOfChange = "percentage points"
    breaks: tuple[int, ...] = ()
    base: str = ""
    parts_of: str = ""
    numerator: str = ""
    denominator: str = ""
    streak_of: str = ""
    streak_rule: StreakRule | str = "above"
    threshold: float | None = None
    change_of: str = ""
    items: int = 0
    within: str = ""
    course_of: str = ""
    since: int = 0
    deviation: str = ""
    scale: tuple[int, int] | None = None
    presumed: bool = False
    label_en: str = ""

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises
        ------
        ArgumentError
            An unknown kind, unit of change or rule; a streak above nothing.
        """
        known = (("kind", self.kind, Kind), ("unit_change", self.unit_change, UnitOfChange))
        for name, value, choices in (*known, ("streak_rule", self.streak_rule or "above", StreakRule)):
            if value not in get_args(choices):
                wanted = "one of " + ", ".join(get_args(choices))
                raise ArgumentError(f"{name} of {self.indicator}", wanted, repr(value), "choose one of these")
        if (
            self.kind == "streak"
            and self.streak_of
            and self.streak_rule == "above"
            and self.threshold is None
        ):
            raise ArgumentError(
                f"threshold of {self.indicator}",
                "a number for a streak above it",
                "none",
                "give the threshold",
            )
        if self.scale is not None and self.scale[0] >= self.scale[1]:
            shown = f"{self.scale[0]} to {self.scale[1]}"
            raise ArgumentError(
                f"scale of {self.indicator}", "the least answer before the greatest", shown, "swap the two"
            )

    @property
    def numeric(self) -> bool:
        """Whether its value must be a number."""
        return self.kind not in {"date", "other"}

    def english(self) -> str:
        """Name it in English."""
        return self.label_en or self.indicator.replace("_", " ")


#: What is assumed of an indicator nobody described.
OTHER = Meaning("")


# Units as printed: 万人 is ten thousand people, 个百分点(较2014年) are percentage points against 2014.


#: Words for things counted, whole by nature.
THINGS = frozenset(
    [
        "人",
        "人次",
        "户",
        "名",
        "家",
        "个",
        "项",
        "次",
        "条",
        "笔",
        "通",
        "件",
        "场",
        "场次",
        "起",
        "篇",
        "部",
        "台",
        "张",
        "期",
        "年",
        "月",
        "天",
        "people",
        "persons",
        "members",
        "respondents",
        "calls",
        "contacts",
        "times",
        "items",
        "sessions",
        "cases",
        "years",
        "months",
        "days",
    ]
)
#: Words for amounts and texts, which need not be whole.
AMOUNTS = frozenset(
    [
        "秒",
        "分",
        "分钟",
        "小时",
        "岁",
        "元",
        "日期",
        "年月",
        "版本",
        "分值",
        "seconds",
        "minutes",
        "hours",
        "points-of-score",
        "yuan",
        "date",
    ]
)
#: Every word known; more are given to `read_unit` by those who use others.
COUNTERS = THINGS | AMOUNTS

MAGNITUDES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "万亿": 10**12, "thousand": 10**3, "million": 10**6, "billion": 10**9,
}  # fmt: skip
PERCENT = frozenset({"%", "％", "per cent", "percent"})
POINTS = frozenset({"个百分点", "百分点", "percentage points", "percentage point", "pp"})
NOTE = re.compile(r"[（(].*$")
PER = re.compile(r"[/／][年月周日天]$")
PREFIX = re.compile("|".join(sorted(MAGNITUDES, key=len, reverse=True)))


@dataclass(frozen=True)
class LedgerUnit:
    """A unit as printed, what one of it is worth, and of what.

    Attributes
    ----------
    family
        "percent", "points" or "number".
    factor
        万人: 10,000.
    counter
        The thing counted, without magnitude: 人; empty for shares.
    whole
        Whether the thing comes in whole numbers.
    """

    text: str
    family: Literal["percent", "points", "number"]
    factor: int = 1
    counter: str = ""
    whole: bool = False


@lru_cache(maxsize=1024)
def read_unit(text: str, more: frozenset[str] = frozenset()) -> LedgerUnit | None:
    """Read a unit as printed, notes in brackets left out; None where nobody knows it.

    Parameters
    ----------
    text
        ``"万人"``, ``"个百分点(较2014年)"``, ``"million calls"``, or nothing for a bare number.
    more
        Further counters of a field, such as ``"床"``; taken as whole things.
    """
    bare = PER.sub("", NOTE.sub("", text).strip()).strip()
    if bare.lower() in PERCENT:
        return LedgerUnit(text, "percent")
    if bare.lower() in POINTS:
        return LedgerUnit(text, "points")
    known = COUNTERS | more | {""}
    if bare in known:
        return LedgerUnit(text, "number", 1, bare, bare in THINGS | more)
    prefix = PREFIX.match(bare)
    counter = bare[prefix.end() :].strip() if prefix else bare
    if prefix is None or counter not in known:
        return None
    return LedgerUnit(text, "number", MAGNITUDES[prefix[0]], counter, counter in THINGS | more)
