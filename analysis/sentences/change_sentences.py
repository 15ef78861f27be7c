"""Sentences on change; the verb follows the test."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.disclosure import require_released
from analysis.sentences.cells import (
    among,
    base_number,
    confidence_number,
    estimate_number,
    interval_phrase,
    is_known,
    label_among,
    moved_number,
    pick,
)
from analysis.sentences.verdicts import Wording, judge, reach
from analysis.words import Claim, Lexicon, Number, Phrase, Text, change_key, compose, unit_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Judged", "base_wave_name", "change", "change_verb", "judged", "slope", "verdict"]

_MOVED: Final = frozenset({"rise", "fall", "edged up", "edged down"})


@dataclass(frozen=True)
class Judged:
    """The cells a change is told from, and what is found of it.

    Attributes
    ----------
    row, own, members : mapping
        The level; the change of the respondents; that of all members, None where it was not estimated.
    found : str
        What `verdict` returns, "too few" below the minimum base, or "withheld".
    """

    row: Mapping[str, Any]
    own: Mapping[str, Any]
    members: Mapping[str, Any] | None
    found: str

    def slots(self, lexicon: Lexicon, confidence: float = 0.95) -> dict[str, Text | Number | Phrase]:
        """Return the words and numbers of a sentence on the change, as far as the finding has them."""
        wave, base_wave = self.own["wave"], self.own["base_wave"]
        slots: dict[str, Text | Number | Phrase] = {
            "wave": wave_text(wave), "base": base_wave_name(wave, base_wave),
        }  # fmt: skip
        if self.found == "withheld":
            return slots
        slots |= {"level": estimate_number(self.row, lexicon), "answered": base_number(self.row, lexicon)}
        if self.found == "not comparable":
            return slots
        slots["change"] = _change_number(self.own, lexicon, signed=self.found not in _MOVED)
        slots["verb"] = change_verb(str(self.own["unit"]), self.found)
        if self.members is not None:
            slots["tested"] = _tested(self.members, lexicon, confidence, blind=self.found == "too few")
        return slots


_CHANGE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "rise": Text(
            "{wave}，{label}为{level}，较{base}{verb}{change}（{tested}；{answered}作答）。",
            "In {wave}, {label} rose to {level}, {change} above {base} ({tested}; base: {answered}).",
        ),
        "fall": Text(
            "{wave}，{label}为{level}，较{base}{verb}{change}（{tested}；{answered}作答）。",
            "In {wave}, {label} fell to {level}, {change} below {base} ({tested}; base: {answered}).",
        ),
        "edged up": Text(
            "{wave}，{label}为{level}，较{base}{verb}{change}（{tested}；{answered}作答）。",
            "In {wave}, {label} edged up to {level}, {change} above {base} ({tested}; base: {answered}).",
        ),
        "edged down": Text(
            "{wave}，{label}为{level}，较{base}{verb}{change}（{tested}；{answered}作答）。",
            "In {wave}, {label} edged down to {level}, {change} below {base} ({tested}; base: {answered}).",
        ),
        "too few": Text(
            "{wave}，{label}为{level}，样本不足，无法判断较{base}是否变动"
            "（答卷单位变动{change}；{tested}；{answered}作答）。",
            "In {wave}, {label} was {level}; too few answers to say whether it changed since {base} "
            "(respondents: {change}; {tested}; base: {answered}).",
        ),
        "same": Text(
            "{wave}，{label}为{level}，与{base}基本持平（答卷单位变动{change}；{tested}；{answered}作答）。",
            "In {wave}, {label} was {level}, about the same as in {base} (respondents: {change}; {tested}; "
            "base: {answered}).",
        ),
        "mixed": Text(
            "{wave}，{label}为{level}，较{base}的升降方向尚难判断（答卷单位变动{change}；{tested}；{answered}作答）。",
            "In {wave}, {label} was {level}; whether it rose or fell since {base} cannot be told "
            "(respondents: {change}; {tested}; base: {answered}).",
        ),
        "untested": Text(
            "{wave}，{label}为{level}，答卷单位较{base}变动{change}（未作检验，不代表全体成员；{answered}作答）。",
            "In {wave}, {label} was {level}; among respondents it differs by {change} from {base} (not "
            "tested, so no statement about all members; base: {answered}).",
        ),
        "not comparable": Text(
            "{wave}，{label}为{level}（{answered}作答）；{note}，与{base}不可比。",
            "In {wave}, {label} was {level} (base: {answered}); {note}, so it is not comparable with {base}.",
        ),
        "withheld": Text(
            "{wave}，{label}与{base}的变动因可推知个别单位答复，不予公布。",
            "The change of {label} between {base} and {wave} is withheld to protect the answers of single "
            "members.",
        ),
    }
)
_TESTED = Text(
    "推及全体成员，变动的{confidence}置信区间为{interval}", "all members: {confidence} interval {interval}"
)
_BLIND = Text(
    "{tested}，小于约{reach}的变动难以察觉", "{tested}; changes smaller than about {reach} could not be seen"
)
_NO_INTERVAL = Text("无法推及全体成员", "all members: no interval")
_VERBS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"percentage points": ("提高", "下降"), "percent": ("增长", "减少"), "own": ("上升", "下降")}
)


def verdict(
    respondents: Mapping[str, Any],
    members: Mapping[str, Any] | None,
    *,
    digits: int = 0,
    wording: Wording | None = None,
) -> str:
    """Judge a change by its test and its size.

    One of "rise", "edged up", "fall", "edged down", "same", "too few", "mixed", "untested", "not comparable".

    Parameters
    ----------
    respondents, members : mapping
        Rows of `changes` for the two estimands; None where the members' change was not estimated.
    digits : int
        Printed decimals of the change.
    wording : Wording, optional
        Thresholds between the verbs; the house's if not given.

    Notes
    -----
    "rise" and "fall" need the members' interval to exclude zero, which is their test at the interval's level;
    "edged" that the respondents' printed change is small besides. Where the test finds a change but the
    respondents' own figure went the other way, the printed number would contradict the verb: "mixed".
    "too few" where the members' change has no interval, or where none was found but even a large one could
    not have been.
    """
    rows = [respondents] if members is None else [respondents, members]
    if not all(bool(row["comparable"]) for row in rows):
        return "not comparable"
    if members is None:
        return "untested"
    own = float(respondents["change"])
    found = judge(members, own, digits, wording or Wording())
    if found in {"same", "too few"}:
        return found
    agrees = own > 0 if found in {"rise", "edged up"} else own < 0
    return found if agrees else "mixed"


def change(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str,
    dimension: str = "total",
    segment: str = "all",
    note: Text | None = None,
    confidence: float = 0.95,
    wording: Wording | None = None,
) -> Claim:
    """State an indicator's level and how it changed, the verb chosen by the members' test.

    Parameters
    ----------
    estimates, changes : DataFrame
        Released cells; `changes` holds the respondents' row (`indicator`) and, for the test, the members' row
        (`indicator` + ".members").
    lexicon : Lexicon
    indicator, wave, base_wave, dimension, segment : str
    note : Text, optional
        Why the waves are not comparable, as a clause.
    confidence : float
        Confidence level of the interval in `changes`.
    wording : Wording, optional
        Thresholds between the verbs; the house's if not given.
    """
    cell = {"wave": wave, "base_wave": base_wave, "dimension": dimension, "segment": segment}
    told = judged(estimates, changes, lexicon, indicator, wording=wording, **cell)
    slots = told.slots(lexicon, confidence) | {
        "label": label_among(lexicon.label(indicator), among(lexicon, dimension, segment)),
        "note": note or Text("统计口径有调整", "its definition changed"),
    }
    return Claim("change", compose(_CHANGE[told.found], **slots))


def judged(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str,
    dimension: str = "total",
    segment: str = "all",
    wording: Wording | None = None,
) -> Judged:
    """Pick the cells of a change and judge it; parameters as of `change`."""
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension=dimension, segment=segment)
    require_released(pd.DataFrame([row]))
    cell = {"wave": wave, "base_wave": base_wave, "dimension": dimension, "segment": segment}
    own = pick(changes, "changes", indicator=indicator, **cell)
    tested = f"{indicator}.members"
    members = (
        pick(changes, "changes", indicator=tested, **cell) if (changes["indicator"] == tested).any() else None
    )
    limits, digits = wording or Wording(), lexicon.measure(indicator).change_digits
    found = verdict(own, members, digits=digits, wording=limits)
    if row["status"] != "released" or (found != "not comparable" and not is_known(own["change"])):
        found = "withheld"
    elif found not in {"not comparable", "untested"} and float(row["n"]) < limits.minimum_base:
        found = "too few"
    return Judged(row, own, members, found)


def change_verb(unit: str, found: str) -> Text:
    """Choose the Chinese verb of a change; English ones stand in the templates."""
    up, down = _VERBS.get(unit, _VERBS["own"])
    verb = up if found in {"rise", "edged up"} else down
    return Text.same("略有" + verb if found.startswith("edged") else verb)


def _tested(members: Mapping[str, Any], lexicon: Lexicon, confidence: float, *, blind: bool) -> Phrase:
    """Say how the change was tested, and where nothing can be said what it would have taken."""
    if not (is_known(members["lower"]) and is_known(members["upper"])):
        return compose(_NO_INTERVAL)
    tested = compose(
        _TESTED, confidence=confidence_number(confidence), interval=interval_phrase(members, lexicon)
    )
    if not blind:
        return tested
    needed = {**members, "reach": reach(members)}
    return compose(_BLIND, tested=tested, reach=_change_number(needed, lexicon, signed=False, column="reach"))


def base_wave_name(wave: str, base_wave: str) -> Text:
    """Name the wave a change is told against; in Chinese the year before is 上年."""
    follows = wave.isdigit() and base_wave.isdigit() and int(wave) - int(base_wave) == 1
    name = wave_text(base_wave)
    return Text("上年" if follows else name.zh, name.en)


def _change_number(
    row: Mapping[str, Any], lexicon: Lexicon, *, signed: bool, column: str = "change"
) -> Number:
    key = change_key(row["wave"], row["base_wave"], row["indicator"], row["dimension"], row["segment"])
    return moved_number(row, lexicon, key, column, signed=signed)


# Sentences on the slope over many waves; the verb follows its test and its size.


_SLOPE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "rise": Text(
            "{first}至{last}，同类单位相比，{label}年均{verb}{slope}（{tested}；{counted}）。",
            "From {first} to {last}, like members compared, {label} rose by {slope} a year ({tested}; "
            "{counted}).",
        ),
        "edged up": Text(
            "{first}至{last}，同类单位相比，{label}年均{verb}{slope}（{tested}；{counted}）。",
            "From {first} to {last}, like members compared, {label} edged up by {slope} a year ({tested}; "
            "{counted}).",
        ),
        "fall": Text(
            "{first}至{last}，同类单位相比，{label}年均{verb}{slope}（{tested}；{counted}）。",
            "From {first} to {last}, like members compared, {label} fell by {slope} a year ({tested}; "
            "{counted}).",
        ),
        "edged down": Text(
            "{first}至{last}，同类单位相比，{label}年均{verb}{slope}（{tested}；{counted}）。",
            "From {first} to {last}, like members compared, {label} edged down by {slope} a year ({tested}; "
            "{counted}).",
        ),
        "same": Text(
            "{first}至{last}，同类单位相比，{label}基本持平（年均变动{slope}；{tested}；{counted}）。",
            "From {first} to {last}, like members compared, {label} stayed about the same ({slope} a year; "
            "{tested}; {counted}).",
        ),
        "too few": Text(
            "{first}至{last}，{label}样本不足，无法判断其走势（{counted}）。",
            "From {first} to {last}, there are too few answers to say how {label} moved ({counted}).",
        ),
        "not comparable": Text(
            "{label}口径调整后的可比调查不足三次，无法判断走势。",
            "There are fewer than three comparable waves of {label}, so no slope is given.",
        ),
    }
)
_TESTED_SLOPE = Text("{confidence}置信区间为{interval}", "{confidence} interval {interval}")
_COUNTED = Text("{waves}调查，{members}", "{waves}, {members}")
_SLOPE_VERBS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"percentage points": ("提高", "下降"), "percent": ("增长", "减少")}
)


def slope(
    slopes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    *,
    dimension: str = "total",
    segment: str = "all",
    confidence: float = 0.95,
    wording: Wording | None = None,
) -> Claim:
    """State how an indicator moved a year over many waves, the make-up of the membership held fixed.

    Parameters
    ----------
    slopes : DataFrame
        As `slopes.slopes` returns it; segments below the minimum base hold no numbers there.
    lexicon : Lexicon
    indicator, dimension, segment : str
    confidence : float
        Confidence level of the intervals in `slopes`.
    wording : Wording, optional
        Thresholds between the verbs, here of a change a year; the house's if not given.

    Raises
    ------
    AnalysisError
        If there is no such row.
    """
    rows = slopes[(slopes["indicator"] == indicator) & (slopes["dimension"] == dimension)]
    refused = len(rows) == 1 and not bool(rows.iloc[0]["comparable"])
    row = pick(rows, "slopes", segment=str(rows.iloc[0]["segment"]) if refused else segment)
    label = label_among(lexicon.label(indicator), among(lexicon, dimension, segment))
    if refused:
        return Claim("slope", compose(_SLOPE["not comparable"], label=label))
    key = change_key(row["last_wave"], row["first_wave"], indicator, dimension, segment)
    slots: dict[str, Text | Number | Phrase] = {
        "first": wave_text(row["first_wave"]),
        "last": wave_text(row["last_wave"]),
        "label": label,
        "counted": _counted(row, lexicon, key),
    }
    digits = lexicon.measure(indicator).change_digits
    size = float(row["slope"])
    found = judge(row, size, digits, wording or Wording()) if is_known(size) else "too few"
    if found == "too few":
        return Claim("slope", compose(_SLOPE[found], **slots))
    up, down = _SLOPE_VERBS.get(str(row["unit"]), ("上升", "下降"))
    verb = up if found in {"rise", "edged up"} else down
    slots["verb"] = Text.same("略有" + verb if found.startswith("edged") else verb)
    slots["slope"] = moved_number(row, lexicon, key, "slope", signed=found == "same")
    slots["tested"] = compose(
        _TESTED_SLOPE, confidence=confidence_number(confidence), interval=interval_phrase(row, lexicon)
    )
    return Claim("slope", compose(_SLOPE[found], **slots))


def _counted(row: Mapping[str, Any], lexicon: Lexicon, key: str) -> Phrase:
    """Count the waves and the members behind a line."""
    waves, members = int(row["waves"]), int(row["n_members"])
    return compose(
        _COUNTED,
        waves=Number(Text(f"{waves}次", f"{waves} waves"), waves, key, "waves"),
        members=Number(unit_text(members, lexicon.respondent, 0), members, key, "n"),
    )
