"""What the invented answers of a wave must give back: the ledger's figures, read as intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from analysis.model import Printed, read_printed
from survey.programme import Definition, read_definition

if TYPE_CHECKING:
    from survey.programme import Indicator, Programme

__all__ = ["Recipe", "Targets", "WaveRecipe", "attainable_count", "read_recipe", "wave_targets"]


class WaveRecipe(Definition):
    """What one wave's invented answers are made from besides the ledger."""

    respondents: dict[str, int]
    kinds: dict[str, int] = Field(default_factory=dict)
    staff_by_type: dict[str, float]
    marketing_by_kind: dict[str, int] = Field(default_factory=dict)
    answered_by_all: tuple[str, ...] = ()
    blanks: dict[str, int] = Field(default_factory=dict)
    shares: dict[str, int] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)
    ratios: dict[str, float] = Field(default_factory=dict)
    totals: dict[str, float] = Field(default_factory=dict)
    last_years_form: bool = False
    swapped_card_line: bool = False


class Recipe(Definition):
    """demo.yaml."""

    seed: str
    waves: dict[str, WaveRecipe] = Field(default_factory=dict)


@dataclass(frozen=True)
class Targets:
    """Printed figures of one wave by (indicator, dimension, segment)."""

    figures: dict[tuple[str, str, str], Printed]

    def total(self, indicator: str) -> Printed | None:
        """Return the figure for all respondents."""
        return self.figures.get((indicator, "total", "all"))

    def segments(self, indicator: str, dimension: str) -> dict[str, Printed]:
        """Return the figures of the segments of one dimension."""
        return {key[2]: figure for key, figure in self.figures.items() if key[:2] == (indicator, dimension)}


def read_recipe(programme: Programme) -> Recipe:
    """Read the programme's demo.yaml."""
    return read_definition(programme.folder / "demo.yaml", Recipe)


def wave_targets(programme: Programme, wave: str, recipe: WaveRecipe) -> Targets:
    """Collect what the ledger prints for `wave`, and what the recipe adds."""
    settings = programme.settings
    figures: dict[tuple[str, str, str], Printed] = {}
    for row in programme.published[programme.published["year"] == wave].itertuples():
        reading = settings.ledger_readings.get(f"{row.indicator}@{row.segment}")
        code = reading.level if reading and reading.level else str(row.indicator)
        place = (reading.segment if reading else None) or settings.ledger_segments[str(row.segment)]
        figure = read_printed(str(row.value))
        if code in programme.indicators and figure:
            dimension, segment = place.split("/")
            figures.setdefault((code, dimension, segment), figure)
    extra = recipe.shares | recipe.counts | recipe.ratios | recipe.totals
    for code, value in extra.items():
        if figure := read_printed(f"{value:.2f}" if code in recipe.ratios | recipe.totals else str(value)):
            figures.setdefault((code, "total", "all"), figure)
    return Targets(figures)


def attainable_count(indicator: Indicator, figure: Printed, base: int) -> int | None:
    """Return the count of `base` that prints as `figure`: the nearest of several, None where none does."""
    kind: Literal["share", "mean", "total", "ratio", "quantile"] = indicator.kind
    if kind == "total":
        return int(figure.number)
    near = figure.exact or figure.approximation == "nearly"
    middle = figure.number if near else (figure.low + min(figure.high, figure.low + 10)) / 2
    counts = [k for k in range(base + 1) if figure.allows(100 * k / base)]
    return min(counts, key=lambda k: abs(100 * k / base - float(middle)), default=None)
