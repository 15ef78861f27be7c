"""Sentences on the slope over many waves; the verb follows its test and its size."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from analysis.formatting import Lexicon, Number, Text, change_key, unit_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import (
    among,
    confidence_number,
    interval_phrase,
    is_known,
    label_among,
    moved_number,
    pick,
)
from analysis.statements.wording import Wording, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["slope"]

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
_TESTED = Text("{confidence}置信区间为{interval}", "{confidence} interval {interval}")
_COUNTED = Text("{waves}调查，{members}", "{waves}, {members}")
_VERBS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
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
    up, down = _VERBS.get(str(row["unit"]), ("上升", "下降"))
    verb = up if found in {"rise", "edged up"} else down
    slots["verb"] = Text.same("略有" + verb if found.startswith("edged") else verb)
    slots["slope"] = moved_number(row, lexicon, key, "slope", signed=found == "same")
    slots["tested"] = compose(
        _TESTED, confidence=confidence_number(confidence), interval=interval_phrase(row, lexicon)
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
