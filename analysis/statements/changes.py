"""Sentences on change; the verb follows the test."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.disclosure.suppression import require_released
from analysis.formatting import Lexicon, Number, Text, change_key, change_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import (
    among,
    base_number,
    confidence_name,
    estimate_number,
    interval_phrase,
    is_known,
    label_among,
    pick,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["change", "verdict"]

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
_VERBS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"percentage points": ("提高", "下降"), "percent": ("增长", "减少"), "own": ("上升", "下降")}
)


def verdict(respondents: Mapping[str, Any], members: Mapping[str, Any] | None) -> str:
    """Judge a change: {"rise", "fall", "same", "mixed", "untested", "not comparable"}.

    Parameters
    ----------
    respondents, members : mapping
        Rows of `changes` for the two estimands; None where the members' change was not estimated.

    Notes
    -----
    "rise" and "fall" need the members' interval to exclude zero. Where it does but the respondents' own
    figure went the other way, the printed number would contradict the verb: "mixed".
    """
    rows = [respondents] if members is None else [respondents, members]
    if not all(bool(row["comparable"]) for row in rows):
        return "not comparable"
    if members is None or not (is_known(members["lower"]) and is_known(members["upper"])):
        return "untested"
    if float(members["lower"]) <= 0 <= float(members["upper"]):
        return "same"
    found = "rise" if float(members["lower"]) > 0 else "fall"
    own = float(respondents["change"])
    agrees = own > 0 if found == "rise" else own < 0
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
    """
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension=dimension, segment=segment)
    require_released(pd.DataFrame([row]))
    cell = {"wave": wave, "base_wave": base_wave, "dimension": dimension, "segment": segment}
    own = pick(changes, "changes", indicator=indicator, **cell)
    tested = f"{indicator}.members"
    members = (
        pick(changes, "changes", indicator=tested, **cell) if (changes["indicator"] == tested).any() else None
    )
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(wave),
        "base": _base_wave_name(wave, base_wave),
        "label": label_among(lexicon.label(indicator), among(lexicon, dimension, segment)),
        "note": note or Text("统计口径有调整", "its definition changed"),
    }
    found = verdict(own, members)
    if row["status"] != "released":
        return Claim("change", compose(_CHANGE["withheld"], **slots))
    slots |= {"level": estimate_number(row, lexicon), "answered": base_number(row, lexicon)}
    if found == "not comparable":
        return Claim("change", compose(_CHANGE[found], **slots))
    if not is_known(own["change"]):
        return Claim("change", compose(_CHANGE["withheld"], **slots))
    slots["change"] = _change_number(own, lexicon, signed=found not in ("rise", "fall"))
    kind = str(own["unit"])
    slots["verb"] = Text.same(_VERBS.get(kind, _VERBS["own"])[0 if found == "rise" else 1])
    if members is not None and found != "untested":
        slots["tested"] = compose(
            _TESTED, confidence=confidence_name(confidence), interval=interval_phrase(members, lexicon)
        )
    return Claim("change", compose(_CHANGE[found], **slots))


def _base_wave_name(wave: str, base_wave: str) -> Text:
    follows = wave.isdigit() and base_wave.isdigit() and int(wave) - int(base_wave) == 1
    name = wave_text(base_wave)
    return Text("上年" if follows else name.zh, name.en)


def _change_number(row: Mapping[str, Any], lexicon: Lexicon, *, signed: bool) -> Number:
    key = change_key(row["wave"], row["base_wave"], row["indicator"], row["dimension"], row["segment"])
    text = change_text(
        float(row["change"]),
        lexicon,
        row["indicator"],
        unit=row["unit"],
        sign="always" if signed else "never",
    )
    return Number(text, float(row["change"]), key, "change")
