"""Which verb a change gets: by its test, its size, and what the test could have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.model import AnalysisError
from analysis.sentences.cells import is_known
from analysis.words import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIZES", "Wording", "judge", "reach", "size_of_effect"]

# (z of 97.5 % + z of 80 %) / z of 97.5 %: from half an interval to what is found four times in five
_REACH: Final = 1.4299


@dataclass(frozen=True)
class Wording:
    """Thresholds between the verbs, each with the reason it has its value.

    Parameters
    ----------
    small_points, small_percent : float
        A rise or fall below this many percentage points, or per cent, has "edged" up or down though the test
        finds it: under one point no reader would act on it, and most figures are printed to the point.
    small_units : float
        The same for changes in a unit of their own (seconds), in steps of the last printed digit.
    blind_points, blind_percent : float
        Where no change is found but even one this large could not have been seen, "about the same" would
        claim too much: there are "too few answers to say". A fifth of all members is a change anyone notices.
        Units of their own have no common scale and are not judged by this.
    minimum_base : int
        Below this many answers nothing is said; disclosure control has withheld such cells before.
    """

    small_points: float = 1.0
    small_percent: float = 1.0
    small_units: float = 1.0
    blind_points: float = 20.0
    blind_percent: float = 20.0
    minimum_base: int = 3

    def __post_init__(self) -> None:
        for name in ("small_points", "small_percent", "small_units", "blind_points", "blind_percent"):
            if not getattr(self, name) >= 0:
                raise AnalysisError(
                    argument=name,
                    expected="a number from 0",
                    got=repr(getattr(self, name)),
                    remedy="correct the wording's thresholds",
                )

    def is_small(self, size: float, unit: str, digits: int) -> bool:
        """Tell whether a change of this unit is below the threshold of a full verb."""
        limits = {"percentage points": self.small_points, "percent": self.small_percent}
        return abs(size) < limits.get(unit, self.small_units * 10.0**-digits)

    def is_blind(self, reached: float, unit: str) -> bool:
        """Tell whether a change that must be this large to be seen leaves "about the same" unsaid."""
        limits = {"percentage points": self.blind_points, "percent": self.blind_percent}
        return unit in limits and reached > limits[unit]


#: Least Cramér's V and epsilon squared of each size, after Cohen (1988), 7.2.3 and 8.2.2.
SIZES: Final = (
    (Text("大", "large"), 0.5, 0.14),
    (Text("中", "medium"), 0.3, 0.06),
    (Text("小", "small"), 0.1, 0.01),
)


def size_of_effect(effect: float, *, share: bool) -> Text:
    """Name the size of an effect: Cramér's V of a share, epsilon squared of an amount.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed.: w of 0.1, 0.3, 0.5 (for
    yes and no V is w) and eta squared of 0.01, 0.06, 0.14.
    """
    for word, least_v, least_e in SIZES:
        if effect >= (least_v if share else least_e):
            return word
    return Text("极小", "negligible")


def reach(row: Mapping[str, Any]) -> float:
    """Say how large a change must be to be found four times in five, from half its 95 % interval."""
    return _REACH * (float(row["upper"]) - float(row["lower"])) / 2


def judge(row: Mapping[str, Any], size: float, digits: int, wording: Wording) -> str:
    """Judge an estimate with an interval: {"rise", "edged up", "fall", "edged down", "same", "too few"}.

    Parameters
    ----------
    row : mapping
        lower, upper and unit of the change.
    size : float
        The change as it will be printed, whose size decides between the full verb and "edged".
    digits : int
        Printed decimals of the change.
    wording : Wording
    """
    if not (is_known(row["lower"]) and is_known(row["upper"])):
        return "too few"
    lower, upper, unit = float(row["lower"]), float(row["upper"]), str(row["unit"])
    if lower <= 0 <= upper:
        return "too few" if wording.is_blind(reach(row), unit) else "same"
    small = wording.is_small(size, unit, digits)
    if lower > 0:
        return "edged up" if small else "rise"
    return "edged down" if small else "fall"
