"""The record a draft is checked against: the ledger's figures, and those of the archive where it is fresh."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from analysis.model import MAGNITUDES, read_printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from survey.programme import Programme, Reading

__all__ = ["CHANGE_UNITS", "WHOLE", "Fact", "Record", "read_record", "unit_of"]

WHOLE = "total/all"
CHANGE_UNITS = {"percentage points": "pp", "percent": "%", "own": ""}
_SINCE = re.compile(r"[较比](\d{4})年")
ALL_MEMBERS = ".members"  # ends the key of an estimate for the whole frame
_POINTS = re.compile(r"个?百分点|percentage points?")


@dataclass(frozen=True)
class Fact:
    """One figure on record; `low`, `high`, `number` in single units, `step` one in its last printed digit.

    `base` is the year a change is measured from; `rule` and `limit` say what a streak kept to.
    """

    code: str
    year: str
    place: str
    kind: Literal["level", "change", "streak"]
    number: Decimal
    step: Decimal
    low: Decimal
    high: Decimal
    exact: bool
    unit: str
    text: str
    where: str
    base: str = ""
    rule: str = ""
    limit: Decimal | None = None


@dataclass(frozen=True)
class Record:
    """All facts, by (indicator, year)."""

    facts: Mapping[tuple[str, str], tuple[Fact, ...]]

    def levels(self, code: str, year: str, place: str = WHOLE) -> list[Fact]:
        """Return the levels on record of an indicator in a year and segment."""
        return [f for f in self.facts.get((code, year), ()) if f.kind == "level" and f.place == place]

    def changes(self, code: str, year: str, place: str = WHOLE) -> list[Fact]:
        """Return the printed changes."""
        return [f for f in self.facts.get((code, year), ()) if f.kind == "change" and f.place == place]

    def streaks(self, code: str, year: str) -> list[Fact]:
        """Return the printed streaks."""
        return [f for f in self.facts.get((code, year), ()) if f.kind == "streak"]

    def units(self, code: str) -> frozenset[str]:
        """Return the units an indicator's levels were printed in."""
        return self._units.get(code, frozenset())

    @cached_property
    def _units(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for fact in self.all():
            if fact.kind == "level":
                found.setdefault(fact.code, set()).add(fact.unit)
        return {code: frozenset(units) for code, units in found.items()}

    def all(self) -> Iterable[Fact]:
        """Return every fact."""
        return (fact for facts in self.facts.values() for fact in facts)


def unit_of(printed: str) -> tuple[str, int]:
    """Return the counted thing of a printed unit and the power of ten before it: 万人 is (人, 4)."""
    plain = re.sub(r"[（(].*", "", printed).strip()
    if _POINTS.fullmatch(plain):
        return "pp", 0
    power = max((word for word in MAGNITUDES if plain.startswith(word)), key=len, default="")
    return plain.removeprefix(power), MAGNITUDES.get(power, 0)


def read_record(
    programme: Programme, estimates: pd.DataFrame | None = None, *, beside: bool = False
) -> Record:
    """Read the ledger of a programme, and the archive's released figures for what the ledger lacks.

    Parameters
    ----------
    programme : Programme
    estimates : DataFrame, optional
        Frame `estimates` of a fresh archive, only released rows of which count.
    beside : bool
        Take the archive's figures also where the ledger prints one, as for a report that rests on both.
    """
    found: dict[tuple[str, str], list[Fact]] = {}
    settings = programme.settings
    for line, cells in enumerate(programme.published.to_dict("records"), start=2):
        row = {str(name): str(value) for name, value in cells.items()}
        code, segment = str(row["indicator"]), str(row["segment"])
        readings = settings.ledger_readings
        reading = readings.get(f"{code}@{segment}") or readings.get(code)
        place = (reading and reading.segment) or settings.ledger_segments.get(segment, f"printed/{segment}")
        where = f"published.csv, line {line}"
        for fact in _facts(row, reading, place, where):
            found.setdefault((fact.code, fact.year), []).append(fact)
    if estimates is not None:
        _add_archive(found, estimates, programme, beside=beside)
    return Record({key: tuple(facts) for key, facts in found.items()})


def _facts(row: Mapping[str, str], reading: Reading | None, place: str, where: str) -> Iterable[Fact]:
    code, year = row["indicator"], row["year"]
    if reading and (reading.outside or reading.yearly_change or reading.from_to):
        return
    if reading and reading.streak:
        rule = "above" if reading.above is not None else reading.direction or "rising"
        limit = None if reading.above is None else Decimal(str(reading.above))
        made = _fact(reading.streak, year, place, "streak", row["value"], unit=row["unit"], where=where)
        if made:
            yield _with(made, rule=rule, limit=limit)
        return
    if reading and reading.change:
        made = _fact(reading.change, year, place, "change", row["value"], unit=row["unit"], where=where)
        if made:
            yield _with(made, base=_base(row["label_zh"], year))
        return
    made = _fact(
        (reading and reading.level) or code, year, place, "level", row["value"], unit=row["unit"], where=where
    )
    if made:
        yield made
    if row["change"]:
        moved = _fact(
            (reading and reading.level) or code,
            year,
            place,
            "change",
            row["change"],
            unit=row["change_unit"],
            where=where,
        )
        if moved:
            yield _with(moved, base=_base(row["change_unit"], year))


def _base(words: str, year: str) -> str:
    named = _SINCE.search(words)
    return named[1] if named else str(int(year) - 1)


def _with(fact: Fact, **values: object) -> Fact:
    return Fact(**{**fact.__dict__, **values})


def _fact(
    code: str,
    year: str,
    place: str,
    kind: Literal["level", "change", "streak"],
    value: str,
    *,
    unit: str,
    where: str,
) -> Fact | None:
    printed = read_printed(value)
    if printed is None:
        return None
    thing, power = unit_of(unit)
    step = Decimal(1).scaleb(power - printed.digits)
    scaled = [number.scaleb(power) for number in (printed.number, printed.low, printed.high)]
    text = f"{value} {unit}".strip() if thing != "%" else f"{value}%"
    return Fact(
        code, year, place, kind, scaled[0], step, scaled[1], scaled[2], printed.exact, thing, text, where
    )


def _add_archive(
    found: dict[tuple[str, str], list[Fact]], estimates: pd.DataFrame, programme: Programme, *, beside: bool
) -> None:
    """Add released figures, of respondents and of all members: where the ledger is silent, or for all."""
    rows = estimates[estimates["status"] == "released"]
    known = {(f.code, f.year, f.place) for facts in found.values() for f in facts if f.kind == "level"}
    for row in rows.dropna(subset=["estimate"]).to_dict("records"):
        key, wave, value = str(row["indicator"]), str(row["wave"]), float(row["estimate"])
        code = key.removesuffix(ALL_MEMBERS)
        place = f"{row['dimension']}/{row['segment']}"
        if not beside and (code, wave, place) in known:
            continue
        # the archive holds figures as printed; what a single member returned is printed as it was returned
        known_as = programme.indicators.get(code)
        printed = f"{value:.{known_as.digits}f}" if known_as else f"{value:.12g}"
        where = f"archive, {wave}/{key}/{place}"
        if fact := _fact(code, wave, place, "level", printed, unit=str(row["unit"]), where=where):
            found.setdefault((code, wave), []).append(fact)
