"""What the cells of a draft's tables state: headings name indicator, year, segment and unit.

A cell is given an indicator only where every heading over and beside it is understood whole; a heading with
anything else in it (a change, an interval, an estimate for all members) leaves the cell unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.model import find_numbers, plain_signs
from survey.audit.claims import UNITS, DraftClaim
from survey.audit.record import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survey.audit.drafts import TableCell
    from survey.audit.judging import Judge
    from survey.audit.vocabulary import Vocabulary
    from survey.programme import Programme

__all__ = ["recognise_cells"]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*(?:年度?)?")
_UNIT = re.compile(
    r"[（(]\s*(?:单位\s*[:：]\s*)?([^（）()]{1,20})\s*[)）]|[,，]\s*(%|[万亿]\S{1,2})\s*$"
    r"|单位\s*[:：]\s*(\S+)"
)
_TWO_UNITS = re.compile(
    r"[,，(（]?\s*([^,，()（）]+?)\s*[（(](?:至|up to)\s*((?:19|20)\d\d)\s*年?[)）]"
    r"\s*[、,]\s*([^,，()（）]+?)[)）]?\s*$"
)
_NOTHING = re.compile(r"[\s,，;；:：、/|.。*†·%-]+")
_LEVEL = re.compile(
    r"全部答卷单位|全体|全行业|合计|总计|整体|指标|数值|占比|比例|比重|单位|水平|年份|年度|全部|答卷"
    r"|以往公布|本次测算|印发|来源|的|主要|\b(?:all respondents|all|overall|total|indicators?|figures?"
    r"|shares?|levels?|values?|years?|of|in|the|by|as published|published|printed before"
    r"|from the returns|this survey|computed|source|mobile|service)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"单位数|家数|样本|答复|基数|\b(?:base|bases|n|respondents|answers)\b", re.IGNORECASE)
_WHOLE_WORDS = re.compile(r"\s+")


@dataclass(frozen=True)
class _Heading:
    """What one heading says, each part empty where it says nothing; `clear` where no word is left over.

    `former` is of two units the one first used, behind the last year that it was.
    """

    codes: tuple[str, ...] = ()
    place: str = ""
    year: str = ""
    unit: str = ""
    clear: bool = True
    name: str = ""
    former: tuple[str, str] = ("", "")

    def unit_in(self, year: str) -> str:
        """Return the unit in a year: of two units, the former up to its last year."""
        last, former = self.former
        return former if year and year <= last else self.unit


def recognise_cells(
    cells: Iterable[TableCell], programme: Programme, vocabulary: Vocabulary, judge: Judge, year: str = ""
) -> list[DraftClaim]:
    """List what the cells of tables state.

    Parameters
    ----------
    cells : iterable of TableCell
    programme : Programme
        Whose labels headings may be, whole.
    vocabulary : Vocabulary
        What else indicators and segments are called.
    judge : Judge
        Tells in which units an indicator is printed.
    year : str
        The year of a table that names none.
    """
    reader = _Reader(_labels(programme), vocabulary, judge, year)
    return [claim for cell in cells for claim in reader.read(cell)]


def _labels(programme: Programme) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for code, indicator in programme.indicators.items():
        for wording in (indicator.label, indicator.phrase, indicator.short):
            for name in (wording.zh, wording.en):
                # a bare class such as "Above 95%" is of whatever stands over it
                bare = wording is indicator.short and re.search(r"\d", name.replace("5G", ""))
                if name and not bare:
                    found.setdefault(_plain(name), set()).add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _plain(text: str) -> str:
    return _WHOLE_WORDS.sub("", plain_signs(text)).lower()


class _Reader:
    """Reads cells; headings come again and again, so what each says is kept."""

    def __init__(
        self, labels: dict[str, tuple[str, ...]], vocabulary: Vocabulary, judge: Judge, year: str
    ) -> None:
        self.labels = labels
        self.vocabulary = vocabulary
        self.judge = judge
        self.year = year
        self.known: dict[str, _Heading] = {}

    def read(self, cell: TableCell) -> list[DraftClaim]:
        if any(_COUNTED.search(head) and not self._heading(head).codes for head in cell.column):
            return []  # how many answered is no figure of the indicator
        heads = [self._heading(head) for head in (*cell.column, *cell.row)]
        caption = self._heading(cell.caption)
        codes = next((head.codes for head in heads if head.codes), caption.codes if caption.clear else ())
        years = [head.year for head in heads if head.year]
        year = years[-1] if years else caption.year or self.year
        unit = next((head.unit_in(year) for head in heads if head.unit), caption.unit_in(year))
        text = plain_signs(cell.text).strip()
        found = find_numbers(text, UNITS)
        if not found or not found[0].unit:  # the heading tells the unit
            found = find_numbers(f"{text}{' ' if unit[:1].isascii() else ''}{unit or '%'}", UNITS)
        if len(found) != 1 or not re.fullmatch(r"[+-]?[\d,.]+\s*\S*(?: \S+)?", text):
            return []
        several = len({head.codes for head in heads if head.codes}) > 1
        clear = all(head.clear for head in heads) and not several and not text.startswith(("+", "-"))
        clear &= not _moves(cell.caption)
        quantity, fits = found[0], self.judge.fits
        fitting = tuple(code for code in codes if fits(code, quantity)) or codes
        places = [head.place for head in heads if head.place]
        return [
            DraftClaim(
                cell.place, _as_sentence(cell), cell.text, "level", quantity=quantity,
                codes=fitting if clear and len(set(places)) <= 1 else (),
                name=next((head.name for head in heads if head.name), ""),
                year=year,
                place=places[0] if places else caption.place or WHOLE,
            )
        ]  # fmt: skip

    def _heading(self, text: str) -> _Heading:
        if text not in self.known:
            self.known[text] = self._understood(plain_signs(text))
        return self.known[text]

    def _understood(self, text: str) -> _Heading:
        two = _TWO_UNITS.search(text)
        if two:
            later = self._understood(f"{text[: two.start()]}({two[3]})")
            return replace(later, former=(two[2], two[1]))
        units = _UNIT.search(text)
        unit = next(filter(None, units.groups()), "") if units else ""
        bare = text.replace(units[0], " ") if units and not _YEAR.search(unit) else text
        unit = "" if _YEAR.search(unit) else unit
        years = _YEAR.findall(bare)
        bare = _YEAR.sub(" ", bare)
        codes = self.labels.get(_plain(bare)) or self.labels.get(_plain(text), ())
        if codes:
            return _Heading(codes, year=years[-1] if years else "", unit=unit, name=text)
        if not _NOTHING.sub("", _LEVEL.sub(" ", bare)):
            return _Heading(year=years[-1] if years else "", unit=unit, clear=len(set(years)) <= 1)
        mentions = self.vocabulary.mentions(bare)
        rest = bare
        for mention in mentions:
            rest = rest.replace(mention.text, " ", 1)
        rest = _NOTHING.sub("", _LEVEL.sub(" ", rest))
        named = [m for m in mentions if m.codes]
        places = [m.place for m in mentions if m.place]
        clear = (
            not rest and len({m.codes for m in named}) <= 1 and len(set(places)) <= 1 and len(set(years)) <= 1
        )
        return _Heading(
            named[0].codes if named else (), places[0] if places else "", years[-1] if years else "", unit,
            clear, named[0].text if named else "",
        )  # fmt: skip


def _moves(caption: str) -> bool:
    """Whether a caption announces changes, intervals or estimates and not levels as printed."""
    return bool(
        re.search(r"变化|增减|推及|置信|差异|change|interval|estimated|difference", caption, re.IGNORECASE)
    )


def _as_sentence(cell: TableCell) -> str:
    heads: Sequence[str] = [*cell.row, *cell.column]
    return (
        f"{cell.caption}: {' / '.join(heads)}: {cell.text}"
        if cell.caption
        else f"{' / '.join(heads)}: {cell.text}"
    )
