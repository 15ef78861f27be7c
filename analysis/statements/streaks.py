"""Sentences on runs of years."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.errors import AnalysisError
from analysis.formatting import Lexicon, Number, Text, estimate_key, unit_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import pick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

__all__ = ["streak"]

_STREAK: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "run": Text(
            "{wave}，{label}为{level}，连续{years}{beyond}{threshold}。",
            "In {wave}, {label} was {level}, {beyond} {threshold} for {years} in a row.",
        ),
        "once": Text(
            "{wave}，{label}为{level}，{beyond}{threshold}。",
            "In {wave}, {label} was {level}, {beyond} {threshold}.",
        ),
        "not": Text(
            "{wave}，{label}为{level}，未{beyond}{threshold}。",
            "In {wave}, {label} was {level}, not {beyond} {threshold}.",
        ),
    }
)
_BEYOND: Final[Mapping[str, tuple[Text, Callable[[float, float], bool]]]] = MappingProxyType(
    {
        "above": (Text("高于", "above"), lambda value, threshold: value > threshold),
        "below": (Text("低于", "below"), lambda value, threshold: value < threshold),
    }
)


def streak(
    series: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    threshold: float,
    side: str = "above",
) -> Claim:
    """State for how many years in a row an indicator lies beyond a threshold.

    The run is counted back from `wave` over consecutive years; a year without a figure and a break in the
    series end it. "Rising for n years" is not offered: earlier published figures have no interval to test it.

    Parameters
    ----------
    series : DataFrame
        indicator, wave (years), estimate, break_before.
    lexicon : Lexicon
    indicator, wave : str
    threshold : float
        In the printed unit.
    side : {"above", "below"}
    """
    if side not in _BEYOND:
        raise AnalysisError(
            argument="side", expected=" or ".join(_BEYOND), got=repr(side), remedy="name one of the sides"
        )
    row = pick(series, "series", indicator=indicator, wave=wave)
    words, holds = _BEYOND[side]
    years = _run(series[series["indicator"] == indicator], wave, lambda value: holds(value, threshold))
    key = estimate_key(wave, indicator)
    unit, digits = lexicon.unit(indicator), lexicon.measure(indicator).digits
    plain = 0 if float(threshold).is_integer() else digits
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(wave),
        "label": lexicon.label(indicator),
        "level": Number(unit_text(float(row["estimate"]), unit, digits), float(row["estimate"]), key),
        "threshold": unit_text(threshold, unit, plain),
        "beyond": words,
    }
    if years < 2:  # noqa: PLR2004 one year is no run
        return Claim("streak", compose(_STREAK["once" if years else "not"], **slots))
    run = Number(unit_text(years, lexicon.units["年"], 0), float(years), key, "streak")
    return Claim("streak", compose(_STREAK["run"], years=run, **slots))


def _run(series: pd.DataFrame, wave: str, holds: Callable[[float], bool]) -> int:
    by_wave = series.drop_duplicates("wave", keep="last").set_index("wave")
    years, current = 0, wave
    while current in by_wave.index and holds(float(by_wave["estimate"].loc[current])):
        years += 1
        if bool(by_wave["break_before"].loc[current]):
            break
        current = str(int(current) - 1)
    return years
