"""What a printed figure means: of what kind it is, how it changes, and to which other figures it is bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analysis.errors import ArgumentError

__all__ = ["OTHER", "Kind", "Meaning", "StreakRule", "UnitOfChange"]

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
        texts, not held against anything but themselves.
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
        For figures of a course (``≈-10 %/年``, ``5.44→4.17``): the indicator, and the year it is told from.
    deviation, scale
        For means of whole-number answers: the indicator of their standard deviation; least and greatest answer.
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
