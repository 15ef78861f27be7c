"""Read a typed date; where day, month or century cannot be told apart it is asked, with what it may be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from survey.intake.answer import Answer
from survey.questionnaire import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_date"]

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
