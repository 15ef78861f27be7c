"""Sentences on change: the verdict by its test, its size and what the test could have seen, and its words.

The same verdict words a slope over many waves; gains and losses are counted among those that answered twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from statsmodels.stats.multitest import fdrcorrection

from analysis.inference import detectable_change
from analysis.model import AnalysisError, ChangeUnit, Verdict
from analysis.sentences.wordings import confidence_number, interval_phrase, labelled, probability, worded
from analysis.words import Claim, Number, Phrase, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.words import Cell, Change, MatchedChange, Slope

__all__ = [
    "JudgedChange",
    "Thresholds",
    "base_wave_name",
    "change",
    "judge_change",
    "matched",
    "reach",
    "slope",
    "verdict",
    "verdicts",
]


@dataclass(frozen=True)
class Thresholds:
    """Thresholds between the verbs, each with the reason it has its value.

    Parameters
    ----------
    small_points, small_percent : float
        A rise or fall below this many percentage points, or per cent, has "edged" up or down though the test
        finds it: under one point no reader would act on it, and most figures are printed to the point.
    small_units : float
        The same for changes in a unit of their own (seconds), in steps of the last printed digit.
    blind_points, blind_percent : float
        Where no change is found and even one this large could not have been seen, "no change shown" would
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
                    remedy="correct the thresholds",
                )

    def is_small(self, size: float, unit: str, digits: int) -> bool:
        """Return whether a change of this unit is below the threshold of a full verb."""
        limits = {ChangeUnit.POINTS.value: self.small_points, ChangeUnit.PERCENT.value: self.small_percent}
        return abs(size) < limits.get(unit, self.small_units * 10.0**-digits)

    def is_blind(self, reached: float, unit: str) -> bool:
        """Return whether a change that must be this large to be seen leaves "no change shown" unsaid."""
        limits = {ChangeUnit.POINTS.value: self.blind_points, ChangeUnit.PERCENT.value: self.blind_percent}
        return unit in limits and reached > limits[unit]


@dataclass(frozen=True)
class JudgedChange:
    """A change with its level, and what is found of it.

    Attributes
    ----------
    cell, own, members : Cell, Change, Change or None
        The level; the change of the respondents; that of all members, None where it was not estimated.
    verdict : Verdict
    """

    cell: Cell
    own: Change
    members: Change | None
    verdict: Verdict

    @property
    def tested(self) -> Change | None:
        """The members' change where it has an interval that may be printed."""
        silent = self.verdict in {Verdict.WITHHELD, Verdict.NOT_COMPARABLE}
        return None if silent or self.members is None or self.members.interval is None else self.members

    def slots(self, form: str = "report") -> dict[str, Text | Number | Phrase]:
        """Return the words and numbers of a sentence on the change, as far as the finding has them."""
        slots: dict[str, Text | Number | Phrase] = {
            "wave": wave_text(self.cell.wave),
            "base": base_wave_name(self.cell.wave, self.own.base_wave, form),
        }
        if self.verdict == Verdict.WITHHELD:
            return slots
        slots |= {"level": self.cell.number, "answered": self.cell.base_number}
        if self.verdict == Verdict.NOT_COMPARABLE:
            return slots
        slots["change"] = self.own.size(self.own.value, "change", signed=not self.verdict.is_moved)
        if self.verdict.is_moved:
            slots["verb"] = _verb(self.own.unit_name, self.verdict)
        if self.members is not None:
            slots["tested"] = _tested(self.members, blind=self.verdict == Verdict.TOO_FEW)
        return slots


def verdicts(changes: Sequence[Change], thresholds: Thresholds | None = None) -> list[Verdict]:
    """Judge the respondents' changes of one list or table, as `verdict` does each, by their tests together.

    A rise or fall needs its test to hold among those of the list as well, after Benjamini and Hochberg: among
    twenty changes that are none, one would be found by itself. One that does not hold is `NOT_SHOWN`.

    References
    ----------
    Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289-300. R: ``p.adjust(p, "BH")``.
    """
    found = [verdict(own, own.members, thresholds) for own in changes]
    tested = [own.members.p_value if own.members else math.nan for own in changes]
    known = [place for place, p in enumerate(tested) if not math.isnan(p)]
    if known:
        held = fdrcorrection([tested[place] for place in known], alpha=1 - changes[0].cells.level)[0]
        for place, holds in zip(known, held, strict=True):
            if found[place].is_moved and not holds:
                found[place] = Verdict.NOT_SHOWN
    return found


def verdict(own: Change, members: Change | None, thresholds: Thresholds | None = None) -> Verdict:
    """Judge a change by its test and its size.

    Parameters
    ----------
    own, members : Change
        Of the respondents, and of all members; None where that was not estimated.
    thresholds : Thresholds, optional
        Between the verbs; the usual ones if not given.

    Notes
    -----
    A rise or fall needs the members' interval to exclude zero, which is their test at the interval's level;
    it "edged" where the respondents' printed change is small besides. Where the test finds a change but the
    respondents' own figure went the other way, the printed number would contradict the verb: `MIXED`.
    `TOO_FEW` where the members' change has no interval, or where none was found but even a large one could
    not have been. `SAME` only where all that two one-sided tests leave open lies within the indicator's
    margin (`Change.is_equivalent`); `NOT_SHOWN` for all else, and wherever a programme sets no margin.
    """
    if not (own.is_comparable and (members is None or members.is_comparable)):
        return Verdict.NOT_COMPARABLE
    if members is None:
        return Verdict.UNTESTED
    found = _judge(members, own.value, thresholds or Thresholds())
    agrees = not found.is_moved or (own.value > 0 if found.is_up else own.value < 0)
    return found if agrees else Verdict.MIXED


def _judge(moved: Change | Slope, size: float, thresholds: Thresholds) -> Verdict:
    """Judge an estimate with an interval; `size` is printed and decides between the full verb and "edged"."""
    if moved.interval is None:
        return Verdict.TOO_FEW
    (lower, upper), unit = moved.interval, moved.unit_name
    if lower <= 0 <= upper:
        if thresholds.is_blind(reach(moved), unit):
            return Verdict.TOO_FEW
        return Verdict.SAME if moved.is_equivalent else Verdict.NOT_SHOWN
    small = thresholds.is_small(size, unit, moved.digits)
    if lower > 0:
        return Verdict.EDGED_UP if small else Verdict.RISE
    return Verdict.EDGED_DOWN if small else Verdict.FALL


def reach(moved: Change | Slope) -> float:
    """Return how large a change must be to be found four times in five; NaN where there is no interval."""
    return detectable_change(float(moved.row["lower"]), float(moved.row["upper"]), moved.cells.level)


def judge_change(cell: Cell, base_wave: str, thresholds: Thresholds | None = None) -> JudgedChange:
    """Find the change of a cell since an earlier wave, and judge it.

    Raises
    ------
    AnalysisError
        The change was not estimated.
    """
    own = cell.changed_since(base_wave)
    if own is None:
        raise AnalysisError(
            argument="changes",
            expected=f"the change of {cell.key} since {base_wave}",
            got="none",
            remedy="check the keys and that the frame holds the change",
        )
    limits = thresholds or Thresholds()
    found = verdict(own, own.members, limits)
    if not cell.is_released or (found != Verdict.NOT_COMPARABLE and not own.is_released):
        found = Verdict.WITHHELD
    elif found not in {Verdict.NOT_COMPARABLE, Verdict.UNTESTED} and cell.base < limits.minimum_base:
        found = Verdict.TOO_FEW
    return JudgedChange(cell, own, own.members, found)


def change(
    cell: Cell, base_wave: str, *, note: Text | None = None, thresholds: Thresholds | None = None
) -> Claim:
    """State a level and how it changed, the verb chosen by the members' test.

    Parameters
    ----------
    cell : Cell
        Of the respondents.
    base_wave : str
    note : Text, optional
        Why the waves are not comparable, as a clause.
    thresholds : Thresholds, optional
        Between the verbs; the usual ones if not given.
    """
    judged = judge_change(cell, base_wave, thresholds)
    slots = judged.slots() | {"label": labelled(cell), "note": note or worded("definition", "changed")}
    return Claim("change", worded("change", judged.verdict, **slots))


def _verb(unit: str, found: Verdict) -> Phrase:
    """Choose the Chinese verb of a change; English ones stand in the templates."""
    known = {ChangeUnit.POINTS.value, ChangeUnit.PERCENT.value}
    return worded("verb", found, unit if unit in known else ChangeUnit.OWN.value)


def _tested(members: Change, *, blind: bool) -> Phrase:
    """Say how the change was tested, and where nothing can be said what it would have taken."""
    if members.interval is None:
        return worded("tested", "no interval")
    confidence = confidence_number(members.cells.level)
    tested = worded("tested", "interval", confidence=confidence, interval=interval_phrase(members))
    if not blind:
        return tested
    needed = members.size(reach(members), "reach", signed=False)
    return worded("tested", "blind", tested=tested, reach=needed)


def base_wave_name(wave: str, base_wave: str, form: str = "report", finding: str = "base wave") -> Phrase:
    """Name the wave a change is compared with; in Chinese the year before is 上年.

    The finding ``base time`` names it as a time: "in 2017", "the year before".
    """
    follows = wave.isdigit() and base_wave.isdigit() and int(wave) - int(base_wave) == 1
    return worded(finding, "year before" if follows else "earlier", form, name=wave_text(base_wave))


def slope(line: Slope, thresholds: Thresholds | None = None) -> Claim:
    """State how a figure moved a year over several waves, like members compared.

    Parameters
    ----------
    line : Slope
    thresholds : Thresholds, optional
        Between the verbs, here of a change a year; the usual ones if not given.
    """
    if not line.is_comparable:
        return Claim("slope", worded("slope", Verdict.NOT_COMPARABLE, label=labelled(line)))
    slots: dict[str, Text | Number | Phrase] = {
        "first": wave_text(line.base_wave),
        "last": wave_text(line.wave),
        "label": labelled(line),
        "counted": worded("line", "counted", waves=line.waves, members=line.base_number),
    }
    size = line.value
    found = Verdict.TOO_FEW if math.isnan(size) else _judge(line, size, thresholds or Thresholds())
    if found == Verdict.TOO_FEW:
        return Claim("slope", worded("slope", found, **slots))
    if found.is_moved:
        slots["verb"] = _verb(line.unit_name, found)
    slots["slope"] = line.size(size, "slope", signed=not found.is_moved)
    confidence = confidence_number(line.cells.level)
    slots["tested"] = worded("line", "tested", confidence=confidence, interval=interval_phrase(line))
    return Claim("slope", worded("slope", found, **slots))


def matched(moved: MatchedChange) -> Claim:
    """State how many of the members that answered twice gained and lost, and whether chance alone would do.

    Amounts are counted by whether they rose or fell, of which nothing is tested here: their test is of the
    mean.
    """
    slots: dict[str, Text | Number | Phrase] = {
        "name": moved.name,
        "base": wave_text(moved.base_wave),
        "wave": wave_text(moved.wave),
        "n": moved.base_number,
        "gained": moved.count("gained"),
        "lost": moved.count("lost"),
    }
    if moved.is_share:
        slots["tested"] = _matched_test(moved)
    return Claim("matched", worded("matched", "share" if moved.is_share else "amount", **slots))


def _matched_test(moved: MatchedChange) -> Phrase:
    if math.isnan(moved.p_value):
        return worded("matched test", "fact")
    slots: Mapping[str, Text | Number] = probability(moved.p_value, moved.key, "p_matched")
    return worded("matched test", "beyond" if moved.is_one_sided else "chance", **slots)
