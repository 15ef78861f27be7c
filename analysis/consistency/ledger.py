"""The ledger as the checks see it: figures read, with the numbers each allows, meanings and bases."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.consistency.meanings import OTHER, LedgerUnit, Meaning, read_unit
from analysis.model import ArgumentError, FrameError, Printed, read_printed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "FIGURE_COLUMNS",
    "WHOLES",
    "Ledger",
    "LedgerChange",
    "LedgerFigure",
    "change_of",
    "own_change",
    "read_ledger",
]

FIGURE_COLUMNS = (
    "year", "indicator", "label_zh", "segment", "value", "unit", "change", "change_unit", "source",
)  # fmt: skip
#: Names of segments that mean everybody; a programme adds its own.
WHOLES = frozenset({"", "全行业", "合计", "全体", "总计", "总体", "all", "total"})
AGAINST = re.compile(r"(?:较|since |from |on )(\d{4})")
DOWN = re.compile("减少|下降|降低|降幅|减员|decrease|fall|drop")
#: From here on a count that ends in two zeros may itself have been rounded.
ROUND_FROM = 1000


@dataclass(frozen=True)
class LedgerChange:
    """A change as printed beside a level, or on a row of its own.

    ``low`` to ``high`` are what it allows, both ends in; ``against`` is the year it starts from.
    """

    text: str
    printed: Printed
    unit: LedgerUnit
    low: Fraction
    high: Fraction
    against: int


@dataclass(frozen=True)
class LedgerFigure:
    """A row of the ledger, read.

    Attributes
    ----------
    row
        Its place, from 1, the heading not counted.
    low, high
        The numbers its value allows, both ends in, in the printed unit; both None where it is no number.
    whole
        Whether its segment means everybody.
    changes
        The changes printed beside it.
    """

    row: int
    year: int
    indicator: str
    label: str
    segment: str
    value: str
    unit: LedgerUnit
    printed: Printed | None
    low: Fraction
    high: Fraction
    whole: bool
    meaning: Meaning
    changes: tuple[LedgerChange, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether it is a plain number, neither a bound nor an approximation."""
        return self.printed is not None and self.printed.exact

    @property
    def number(self) -> Fraction:
        """The number as printed."""
        return Fraction(self.printed.number) if self.printed else Fraction(0)

    @property
    def digits(self) -> int:
        """Decimals printed."""
        return self.printed.digits if self.printed else 0

    @property
    def text(self) -> str:
        """The number alone, as printed."""
        return str(self.printed.number) if self.printed else self.value

    @property
    def counted(self) -> bool:
        """Whether it is an exact whole number of things."""
        return self.exact and self.low == self.high

    @property
    def shown(self) -> str:
        """The figure as printed, with its unit and its changes."""
        level = f"{self.value} {self.unit.text}".strip()
        moved = "; ".join(f"{change.text} {change.unit.text}".strip() for change in self.changes)
        return f"{level} [{moved}]" if moved else level

    def same_place(self, other: LedgerFigure) -> bool:
        """Whether both are of the same segment, or both of everybody."""
        return self.segment == other.segment or (self.whole and other.whole)


@dataclass(frozen=True)
class Ledger:
    """All figures to be checked against each other.

    Attributes
    ----------
    figures
        In the order of the ledger.
    bases
        (year, segment) -> number of respondents.
    bound
        Largest base tried where none is known.
    """

    figures: tuple[LedgerFigure, ...]
    meanings: Mapping[str, Meaning]
    bases: Mapping[tuple[int, str], int] = field(default_factory=dict)
    wholes: frozenset[str] = WHOLES
    bound: int = 200

    @cached_property
    def places(self) -> dict[tuple[str, int], list[LedgerFigure]]:
        """Figures by indicator and year, numbers only."""
        found: dict[tuple[str, int], list[LedgerFigure]] = defaultdict(list)
        for figure in self.figures:
            if figure.printed is not None:
                found[figure.indicator, figure.year].append(figure)
        return dict(found)

    @cached_property
    def years(self) -> dict[str, list[int]]:
        """Years in which each indicator was printed, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for indicator, year in sorted(self.places):
            found[indicator].append(year)
        return dict(found)

    def at(self, indicator: str, year: int, beside: LedgerFigure) -> LedgerFigure | None:
        """Find the figure of an indicator and year for the place of another; plain numbers first."""
        here = [other for other in self.places.get((indicator, year), ()) if other.same_place(beside)]
        here.sort(key=lambda other: (not other.exact, other.segment != beside.segment))
        return here[0] if here else None

    def bound_to(self, indicator: str, beside: LedgerFigure) -> LedgerFigure | None:
        """Find the figure another one is made of: in its place, else everybody's or the year's only one."""
        near = self.at(indicator, beside.year, beside)
        rest = self.places.get((indicator, beside.year), [])
        everybody = [other for other in rest if other.whole]
        return near or (everybody[0] if everybody else rest[0] if len(rest) == 1 else None)

    def base_of(self, figure: LedgerFigure) -> int | None:
        """Find the number of respondents behind a figure; None where it is not known."""
        if (figure.year, figure.segment) in self.bases:
            return self.bases[figure.year, figure.segment]
        if not figure.meaning.base:
            return None
        for code in figure.meaning.base.split():
            row = self.at(code, figure.year, figure)
            if row is not None and row.exact and row.meaning.kind != "share":
                return int(row.number)
        given = {n for (year, name), n in self.bases.items() if year == figure.year and name in self.wholes}
        return given.pop() if figure.whole and len(given) == 1 else None

    def series(self, indicator: str, beside: LedgerFigure) -> dict[int, LedgerFigure]:
        """Give an indicator's figures over the years for the place of a figure, in order."""
        found = {year: self.at(indicator, year, beside) for year in self.years.get(indicator, ())}
        return {year: figure for year, figure in found.items() if figure is not None}


def read_ledger(
    figures: pd.DataFrame,
    meanings: Mapping[str, Meaning],
    *,
    bases: Mapping[tuple[int, str], int] | None = None,
    wholes: frozenset[str] = WHOLES,
    units: frozenset[str] = frozenset(),
    bound: int = 200,
) -> Ledger:
    """Read a frame of printed figures.

    Parameters
    ----------
    figures
        Columns `FIGURE_COLUMNS`, all text; missing text counts as empty.
    meanings
        By indicator; an indicator without one is of kind "other".
    bases
        (year, segment) -> number of respondents, beside what the ledger itself holds.
    wholes
        Segments that mean everybody.
    units
        Counters beyond `units.COUNTERS`.
    bound
        Largest base to be tried where none is known.

    Raises
    ------
    FrameError
        A missing column; a year, value or change that is no number where one is needed; an unknown unit;
        contradictory bases. The row is counted from 1 without the heading.
    """
    missing = [column for column in FIGURE_COLUMNS if column not in figures.columns]
    if missing:
        raise FrameError(
            "figures", "columns " + ", ".join(FIGURE_COLUMNS), f"no {missing[0]}", "add the column"
        )
    if bound < 1:
        raise ArgumentError("bound", "at least 1", str(bound), "give the largest base to be tried")
    table = figures.loc[:, list(FIGURE_COLUMNS)].fillna("").astype("str").to_dict("records")
    read = tuple(
        _figure(row, {str(key): value.strip() for key, value in line.items()}, meanings, wholes, units)
        for row, line in enumerate(table, start=1)
    )
    ledger = Ledger(read, meanings, dict(bases or {}), wholes, bound)
    _agree(ledger)
    return ledger


def _figure(
    row: int,
    line: Mapping[str, str],
    meanings: Mapping[str, Meaning],
    wholes: frozenset[str],
    units: frozenset[str],
) -> LedgerFigure:
    if not re.fullmatch(r"\d{4}", line["year"]):
        raise FrameError(f"row {row}, column year", "a year such as 2022", "other text", "write four digits")
    year, meaning = int(line["year"]), meanings.get(line["indicator"], OTHER)
    unit = _unit(row, "unit", line["unit"], units)
    printed = read_printed(line["value"])
    if printed is None and meaning.numeric:
        wanted = f"a number for {line['indicator']}, a {meaning.kind}"
        raise FrameError(f"row {row}, column value", wanted, "other text", "write the figure as printed")
    low, high = _allowed(printed, unit, meaning)
    changes = _changes(row, line, year, units)
    names = (line["indicator"], line["label_zh"], line["segment"], line["value"])
    return LedgerFigure(
        row, year, *names, unit, printed, low, high, line["segment"] in wholes, meaning, changes
    )


def _unit(row: int, column: str, text: str, units: frozenset[str]) -> LedgerUnit:
    unit = read_unit(text, units)
    if unit is None:
        raise FrameError(
            f"row {row}, column {column}",
            "a known unit",
            f"{text!r}",
            "correct it or name its counter in units",
        )
    return unit


def _allowed(printed: Printed | None, unit: LedgerUnit, meaning: Meaning) -> tuple[Fraction, Fraction]:
    """Give the least and the most a figure stands for; a whole number of things stands for itself."""
    if printed is None:
        return Fraction(0), Fraction(0)
    number = Fraction(printed.number)
    counted = meaning.kind in {"count", "streak"} or (meaning.kind == "total" and unit.whole)
    if printed.exact and counted and unit.factor == 1 and printed.digits == 0:
        coarse = Fraction(50) if number >= ROUND_FROM and number % 100 == 0 else Fraction(0)
        return number - coarse, number + coarse
    return Fraction(printed.low), Fraction(printed.high)


def _changes(row: int, line: Mapping[str, str], year: int, units: frozenset[str]) -> tuple[LedgerChange, ...]:
    """Read the changes of a row; several are set apart by a slash: ``-137 / -47.57`` in ``笔 / %``."""
    if not line["change"]:
        return ()
    texts, names = re.split(r"\s+/\s+", line["change"]), re.split(r"\s+/\s+", line["change_unit"])
    if len(texts) != len(names):
        raise FrameError(
            f"row {row}, column change_unit",
            f"{len(texts)} units",
            str(len(names)),
            "give one for each change",
        )
    return tuple(
        _change(row, text, _unit(row, "change_unit", name, units), year)
        for text, name in zip(texts, names, strict=True)
    )


def _change(row: int, text: str, unit: LedgerUnit, year: int) -> LedgerChange:
    printed = read_printed(text)
    if printed is None:
        raise FrameError(f"row {row}, column change", "a number", "other text", "write the change as printed")
    return change_of(text, printed, unit, year)


def change_of(text: str, printed: Printed, unit: LedgerUnit, year: int) -> LedgerChange:
    """Read a change with the year it starts from: that named in its unit, else the year before."""
    named = AGAINST.search(unit.text)
    low, high = Fraction(printed.low), Fraction(printed.high)
    if printed.exact and unit.whole and unit.factor == 1 and printed.digits == 0:
        low = high = Fraction(printed.number)
    return LedgerChange(text, printed, unit, low, high, int(named[1]) if named else year - 1)


def own_change(figure: LedgerFigure) -> LedgerChange | None:
    """Read a figure that is itself a change; words of decrease in its label give it the sign."""
    if figure.printed is None:
        return None
    text = figure.value
    if DOWN.search(figure.label) and not text.startswith(("-", "+")):
        text = f"-{text}"
    printed = read_printed(text) or figure.printed
    return change_of(text, printed, figure.unit, figure.year)


def _agree(ledger: Ledger) -> None:
    """Refuse bases that contradict each other: there would be nothing to hold shares against."""
    codes = {code for meaning in ledger.meanings.values() for code in meaning.base.split()}
    seen: dict[tuple[int, str, str], LedgerFigure] = {}
    printed: dict[tuple[int, str], set[int]] = defaultdict(set)
    for figure in ledger.figures:
        if figure.indicator not in codes or not figure.exact or figure.meaning.kind == "share":
            continue
        place = f"row {figure.row}, column value"
        if figure.number < 1 or figure.number.denominator != 1 or figure.unit.factor != 1:
            wanted = "a whole number of respondents"
            raise FrameError(place, wanted, f"{figure.value} {figure.unit.text}", "correct the base")
        before = seen.setdefault((figure.year, figure.indicator, figure.segment), figure)
        if before.number != figure.number:
            rival = f"the base {before.value} of row {before.row}"
            raise FrameError(place, rival, figure.value, "keep one of the two")
        printed[figure.year, figure.segment].add(int(figure.number))
    for (year, segment), base in ledger.bases.items():
        name, rivals = f"bases[{year}, {segment!r}]", printed.get((year, segment), {base})
        if base < 1:
            raise ArgumentError(name, "at least 1", str(base), "give the number of respondents")
        if base not in rivals:
            wanted = "the base printed, " + " or ".join(map(str, sorted(rivals)))
            raise ArgumentError(name, wanted, str(base), "keep one of the two")
