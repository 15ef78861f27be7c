"""What is estimated from the answers: definitions, labels, units, printed digits, breaks in series."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analysis.design import Measure
from survey.definitions import Definition, read_definition
from survey.expressions import Expression
from survey.questionnaire import Formula, Wording

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Break", "Indicator", "Indicators", "UnitUntil", "read_indicators"]

MEMBERS = ".members"


class Break(Definition):
    """A wave from which on a label means something else than before."""

    wave: str
    note: Wording


class UnitUntil(Definition):
    """The unit an indicator was printed in up to a wave."""

    wave: str
    unit: str


class Indicator(Definition):
    """One indicator.

    `kind` says how it is made from the answers:

    - ``share``: per cent of those asked for whom `of` is true;
    - ``mean``: mean of `of` over those who answered;
    - ``total``: sum of `of`;
    - ``ratio``: sum of `of` over sum of `per` (pooled).

    `label` heads a table's row, `phrase` is the noun phrase of a sentence, `short` stands on a chart's axis.
    `where` restricts the base. `estimands` names whom the figure describes: ``respondents`` (as past reports
    printed) is the indicator under its own code, ``members`` (the whole frame) under ``code.members``.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Wording
    phrase: Wording
    short: Wording
    definition: Wording
    section: str
    kind: Literal["share", "mean", "total", "ratio"]
    of: Formula
    per: Formula | None = None
    where: Formula | None = None
    unit: str
    unit_until: UnitUntil | None = None
    scale: float | None = None
    digits: int
    change: Literal["percentage points", "percent", "own"] | None = None
    change_digits: int | None = None
    estimands: tuple[Literal["respondents", "members"], ...] = ("respondents", "members")
    breaks: tuple[Break, ...] = ()
    base_note: Wording | None = None

    @model_validator(mode="after")
    def _ratio_has_two_sides(self) -> Indicator:
        if (self.kind == "ratio") != (self.per is not None):
            raise ValueError(f"indicator {self.code}: a ratio has `per`, the other kinds have none")
        return self

    @property
    def names(self) -> frozenset[str]:
        """Every name its expressions use."""
        return frozenset().union(*(Expression(t).names for t in (self.of, self.per, self.where) if t))

    @property
    def change_unit(self) -> Literal["percentage points", "percent", "own"]:
        """The unit of its change: percentage points for per cents, per cent for totals, its own for means."""
        if self.change:
            return self.change
        if self.unit == "%":
            return "percentage points"
        return "percent" if self.kind == "total" else "own"

    def unit_in(self, wave: str) -> str:
        """Return the printed unit in `wave`."""
        return self.unit_until.unit if self.unit_until and wave <= self.unit_until.wave else self.unit

    def measures(self) -> tuple[Measure, ...]:
        """Return what `analysis` needs to know of it, one measure for each estimand."""
        scale = (
            self.scale
            if self.scale is not None
            else 100.0
            if self.unit == "%" and self.kind != "mean"
            else 1.0
        )
        digits = self.change_digits if self.change_digits is not None else self.digits
        return tuple(
            Measure(
                indicator=self.code + (MEMBERS if estimand == "members" else ""),
                source=self.code,
                kind=self.kind,
                estimand=estimand,
                unit=self.unit,
                scale=scale,
                change=self.change_unit,
                digits=self.digits,
                change_digits=digits,
                breaks=tuple(b.wave for b in self.breaks),
            )
            for estimand in self.estimands
        )


class Indicators(Definition):
    """All indicators of a programme."""

    indicators: tuple[Indicator, ...]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Indicators:
        codes = [indicator.code for indicator in self.indicators]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"indicator {', '.join(twice)} is defined twice; codes are unique")
        return self

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """The indicators by code."""
        return {indicator.code: indicator for indicator in self.indicators}


def read_indicators(path: Path) -> Indicators:
    """Read a programme's indicators.yaml; DefinitionError with file and line where it is wrong."""
    return read_definition(path, Indicators)
