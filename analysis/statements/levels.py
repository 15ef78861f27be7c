"""Sentences on one cell: its level, and how many answered."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from analysis.disclosure.suppression import require_released
from analysis.errors import AnalysisError
from analysis.formatting import Lexicon, Number, Text, estimate_key, unit_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import (
    among,
    base_number,
    confidence_number,
    estimate_number,
    interval_phrase,
    is_known,
    pick,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["level", "response"]

_LEVEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "respondents": Text(
            "{wave}{where}，{label}为{level}（{base}作答）。",
            "In {wave}, {label}{where} was {level} (base: {base}).",
        ),
        "members": Text(
            "{wave}{where}，推及全体成员，{label}估计为{level}（{confidence}置信区间为{interval}；{base}作答）。",
            "In {wave}, {label}{where} is estimated at {level} for all members ({confidence} interval "
            "{interval}; base: {base}).",
        ),
        "withheld": Text(
            "{wave}{where}，{label}因可推知个别单位答复，不予公布。",
            "In {wave}, {label}{where} is withheld to protect the answers of single members.",
        ),
        "empty": Text(
            "{wave}{where}，{label}无单位作答。", "In {wave}, no member answered for {label}{where}."
        ),
    }
)


def level(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str = "total",
    segment: str = "all",
) -> Claim:
    """State the level of an indicator in one wave with its base, and its interval where it has one.

    Parameters
    ----------
    estimates : DataFrame
        Released cells.
    lexicon : Lexicon
    indicator, wave, dimension, segment : str
        Key of the cell.

    Raises
    ------
    AnalysisError
        If the cell is missing or has not been through disclosure control.
    """
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension=dimension, segment=segment)
    require_released(pd.DataFrame([row]))
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(wave),
        "where": among(lexicon, dimension, segment),
        "label": lexicon.label(indicator),
    }
    if row["status"] != "released":
        return Claim(
            "level", compose(_LEVEL["withheld" if row["status"] == "suppressed" else "empty"], **slots)
        )
    slots |= {"level": estimate_number(row, lexicon), "base": base_number(row, lexicon)}
    if not (is_known(row["lower"]) and is_known(row["upper"])):
        return Claim("level", compose(_LEVEL["respondents"], **slots))
    slots |= {
        "confidence": confidence_number(float(row.get("level") or 0.95)),
        "interval": interval_phrase(row, lexicon),
    }
    return Claim("level", compose(_LEVEL["members"], **slots))


_RESPONSE = Text(
    "{wave}共有{responded}参与调研，占全部{members}的{rate}。",
    "In {wave}, {responded} took part in the survey, {rate} of all {members}.",
)


def response(lexicon: Lexicon, wave: str, responded: int, members: int) -> Claim:
    """State how many members answered out of how many in the frame.

    Parameters
    ----------
    lexicon : Lexicon
    wave : str
    responded, members : int
        Returns counted, and members in the frame.
    """
    if not 0 <= responded <= members or members == 0:
        raise AnalysisError(
            argument="responded",
            expected="between 0 and the members of the frame",
            got=f"{responded} of {members}",
            remedy="count each member once",
        )
    key = estimate_key(wave, "response")
    rate = 100 * responded / members
    slots = {
        "responded": Number(unit_text(responded, lexicon.respondent, 0), responded, key, "n"),
        "members": Number(unit_text(members, lexicon.respondent, 0), members, key, "N"),
        "rate": Number(unit_text(rate, lexicon.units["%"], 1), rate, key),
    }
    return Claim("response", compose(_RESPONSE, wave=wave_text(wave), **slots))
