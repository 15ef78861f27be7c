"""What is estimated from the answers: definitions, labels, units, printed digits, breaks in series."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator, model_validator

from analysis.model import ChangeUnit, Estimand, Measure
from analysis.words import LANGS
from survey.programme.definitions import Definition, Wording, read_definition
from survey.programme.expressions import Expression
from survey.programme.questionnaire import Formula

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.words import Lang

__all__ = ["Distribution", "Indicator", "Indicators", "SeriesBreak", "UnitUntil", "read_indicators"]

MEMBERS = ".members"


class SeriesBreak(Definition):
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
    - ``ratio``: sum of `of` over sum of `per` (pooled);
    - ``quantile``: the answer of order `p` of those who answered, the median if `p` is not given.

    `label` heads a table's row, `phrase` is the noun phrase of a sentence, `short` stands on a chart's axis.
    `says` is a clause with the figure in it ("{level} of members offered video"), for running text.
    `between` is the half-open band low <= `of` < high that counts as yes: bands are made by `Distribution`.
    `where` restricts the base. `estimands` names whom the figure describes: ``respondents`` (as past reports
    printed) is the indicator under its own code, ``members`` (the whole frame) under ``code.members``.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Wording
    phrase: Wording
    says: Wording | None = None
    short: Wording
    definition: Wording
    section: str
    kind: Literal["share", "mean", "total", "ratio", "quantile"]
    of: Formula
    p: float = Field(default=0.5, gt=0, lt=1)
    between: tuple[float | None, float | None] | None = None
    per: Formula | None = None
    where: Formula | None = None
    unit: str
    unit_until: UnitUntil | None = None
    scale: float | None = None
    digits: int
    change: Literal["percentage points", "percent", "own"] | None = None
    change_digits: int | None = None
    estimands: tuple[Literal["respondents", "members"], ...] = ("respondents", "members")
    breaks: tuple[SeriesBreak, ...] = ()
    base_note: Wording | None = None

    @field_validator("says")
    @classmethod
    def _says_its_level(cls, said: Wording | None) -> Wording | None:
        if said and not all(words.count("{level}") == 1 == words.count("{") for words in (said.zh, said.en)):
            raise ValueError(
                "`says` names its figure once, as {level}, in each language, and has no other slot"
            )
        return said

    @model_validator(mode="after")
    def _ratio_has_two_sides(self) -> Indicator:
        if (self.kind == "ratio") != (self.per is not None):
            raise ValueError(f"indicator {self.code}: a ratio has `per`, the other kinds have none")
        return self

    @property
    def is_compared(self) -> bool:
        """Whether changes and segments of it are tested: not of quantiles, nor of each band by itself."""
        return self.kind != "quantile" and self.between is None

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
                p=self.p,
                estimand=Estimand(estimand),
                unit=self.unit,
                scale=scale,
                change=ChangeUnit(self.change_unit),
                digits=self.digits,
                change_digits=digits,
                breaks=tuple(b.wave for b in self.breaks),
            )
            for estimand in self.estimands
        )


class Distribution(Definition):
    """An amount told by bands: one share for each band low <= `of` < high, open at both ends.

    Edges 100 and 300 make the bands ``code_1`` (under 100), ``code_2`` (100 to under 300) and ``code_3``
    (300 and over). `amount` prints an edge: ``{zh: "{}人", en: "{} staff"}``.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Wording
    phrase: Wording
    definition: Wording
    section: str
    of: Formula
    where: Formula | None = None
    edges: tuple[float, ...] = Field(min_length=1)
    amount: Wording
    digits: int = 0
    breaks: tuple[SeriesBreak, ...] = ()

    @model_validator(mode="after")
    def _edges_rise(self) -> Distribution:
        if any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError(f"distribution {self.code}: edges must rise; sort them, each once")
        return self

    def bands(self) -> tuple[Indicator, ...]:
        """Return an indicator for each band, from the lowest."""
        ends = [None, *self.edges, None]
        return tuple(self._band(number, *band) for number, band in enumerate(pairwise(ends), start=1))

    def _band(self, number: int, low: float | None, high: float | None) -> Indicator:
        name = self._name(low, high)
        return Indicator(
            code=f"{self.code}_{number}",
            label=Wording(zh=f"{self.label.zh}{name.zh}", en=f"{self.label.en}: {name.en}"),
            phrase=Wording(
                zh=f"{self.phrase.zh}{name.zh}的单位占比", en=f"the share of members with {name.en}"
            ),
            short=name,
            definition=self.definition,
            section=self.section,
            kind="share",
            of=self.of,
            between=(low, high),
            where=self.where,
            unit="%",
            digits=self.digits,
            breaks=self.breaks,
        )

    def _name(self, low: float | None, high: float | None) -> Wording:
        """Name a band, saying to which side its edges belong."""
        zh, en = (
            tuple("" if end is None else words.format(f"{end:,g}") for end in (low, high))
            for words in (self.amount.zh, self.amount.en)
        )
        if low is None:
            return Wording(zh=f"不足{zh[1]}", en=f"under {en[1]}")
        if high is None:
            return Wording(zh=f"{zh[0]}及以上", en=f"{en[0]} or more")
        return Wording(zh=f"{zh[0]}至不足{zh[1]}", en=f"{low:,g} to under {en[1]}")


class Indicators(Definition):
    """All indicators of a programme, those of its distributions' bands among them."""

    indicators: tuple[Indicator, ...]
    distributions: tuple[Distribution, ...] = ()

    @cached_property
    def whole(self) -> tuple[Indicator, ...]:
        """The indicators as listed, then the bands of each distribution."""
        bands = tuple(band for distribution in self.distributions for band in distribution.bands())
        return (*self.indicators, *bands)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Indicators:
        codes = [indicator.code for indicator in self.whole]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"indicator {', '.join(twice)} is defined twice; codes are unique")
        return self

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """The indicators by code."""
        return {indicator.code: indicator for indicator in self.whole}


def read_indicators(path: Path, languages: Sequence[Lang] = LANGS) -> Indicators:
    """Read a programme's indicators.yaml; DefinitionError with file and line where it is wrong."""
    return read_definition(path, Indicators, languages)
