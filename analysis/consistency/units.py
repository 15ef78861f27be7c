"""Units as printed: 万人 is ten thousand people, 个百分点(较2014年) are percentage points against 2014."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["COUNTERS", "Unit", "read_unit"]

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
        "banks",
        "centres",
        "centers",
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
class Unit:
    """Hold a unit as printed, what one of it is worth, and of what.

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
def read_unit(text: str, more: frozenset[str] = frozenset()) -> Unit | None:
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
        return Unit(text, "percent")
    if bare.lower() in POINTS:
        return Unit(text, "points")
    known = COUNTERS | more | {""}
    if bare in known:
        return Unit(text, "number", 1, bare, bare in THINGS | more)
    prefix = PREFIX.match(bare)
    counter = bare[prefix.end() :].strip() if prefix else bare
    if prefix is None or counter not in known:
        return None
    return Unit(text, "number", MAGNITUDES[prefix[0]], counter, counter in THINGS | more)
