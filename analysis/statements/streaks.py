"""Sentences on runs of years."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

from analysis.errors import AnalysisError
from analysis.formatting import Lexicon, Number, Text, estimate_key, unit_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import parameter_number, pick

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["CountedStreak", "streak"]


class CountedStreak(Protocol):
    """A run of waves as `series.streak` counts it."""

    @property
    def length(self) -> int:
        """Waves of the run."""

    @property
    def last(self) -> str:
        """Last wave of the run, "" for length 0."""

    @property
    def spliced_over(self) -> tuple[str, ...]:
        """Waves before which the series breaks, gone over on request."""


_STREAK: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "run": Text(
            "{wave}，{label}为{level}，连续{years}{rule}{spliced}。",
            "In {wave}, {label} was {level}, {rule} for {years} in a row{spliced}.",
        ),
        "once": Text("{wave}，{label}为{level}，{rule}。", "In {wave}, {label} was {level}, {rule}."),
        "not": Text("{wave}，{label}为{level}，未{rule}。", "In {wave}, {label} was {level}, not {rule}."),
    }
)
_OPPOSITE: Final[Mapping[str, str]] = MappingProxyType(
    {"above": "at most", "at least": "below", "below": "at least", "at most": "above"}
)
_LEVELS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "above": Text("高于", "above"),
        "at least": Text("不低于", "at or above"),
        "below": Text("低于", "below"),
        "at most": Text("不高于", "at or below"),
    }
)
_STEPS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "rising": Text("高于上年", "above the year before"),
        "falling": Text("低于上年", "below the year before"),
    }
)


def streak(
    series: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    counted: CountedStreak,
    rule: str,
    threshold: float | None = None,
) -> Claim:
    """State for how many years in a row an indicator has kept to a rule.

    Steps from year to year are told of the figures ("above the year before"), never as "rose": earlier
    published figures have no interval to test them by.

    Parameters
    ----------
    series : DataFrame
        indicator, wave, estimate.
    lexicon : Lexicon
    indicator, wave : str
    counted : CountedStreak
        The run up to `wave`.
    rule : {"above", "at least", "below", "at most", "rising", "falling"}
        What was counted.
    threshold : float, optional
        In the printed unit; of the first four rules.

    Raises
    ------
    AnalysisError
        If the rule is unknown, its threshold lacks or is out of place, or the run ends in another wave.
    """
    row = pick(series, "series", indicator=indicator, wave=wave)
    _check(counted, wave, rule, threshold)
    key = estimate_key(wave, indicator)
    unit, digits = lexicon.unit(indicator, wave), lexicon.measure(indicator).digits
    misses = counted.length == 0
    words = compose(_STEPS.get(rule) or _LEVELS[_OPPOSITE[rule] if misses else rule])
    if threshold is not None:
        bound = unit_text(threshold, unit, 0 if float(threshold).is_integer() else digits)
        words = compose(
            Text("{words}{bound}", "{words} {bound}"), words=words, bound=parameter_number(bound, threshold)
        )
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(wave),
        "label": lexicon.label(indicator),
        "level": Number(unit_text(float(row["estimate"]), unit, digits), float(row["estimate"]), key),
        "rule": words,
        "spliced": _spliced(counted.spliced_over),
    }
    if counted.length < 2:  # noqa: PLR2004 one year is no run
        kind = "not" if misses and rule in _STEPS else "once"
        return Claim("streak", compose(_STREAK[kind], **slots))
    years = unit_text(counted.length, lexicon.units["年"], 0)
    return Claim(
        "streak", compose(_STREAK["run"], years=Number(years, float(counted.length), key, "streak"), **slots)
    )


def _check(counted: CountedStreak, wave: str, rule: str, threshold: float | None) -> None:
    if rule not in (*_LEVELS, *_STEPS):
        raise AnalysisError(
            argument="rule",
            expected="one of " + ", ".join((*_LEVELS, *_STEPS)),
            got=repr(rule),
            remedy="choose one of these",
        )
    if (rule in _LEVELS) == (threshold is None):
        raise AnalysisError(
            argument="threshold",
            expected=f"{'a number' if rule in _LEVELS else 'none'} for {rule!r}",
            got=repr(threshold),
            remedy="give or drop the threshold",
        )
    if counted.last not in ("", wave):
        raise AnalysisError(
            argument="counted",
            expected=f"a run up to {wave}",
            got=f"one up to {counted.last}",
            remedy="count the run on the series up to that wave",
        )


def _spliced(waves: tuple[str, ...]) -> Text:
    if not waves:
        return Text.same("")
    names = [wave_text(wave) for wave in waves]
    return Text(
        f"（含{'、'.join(name.zh for name in names)}口径调整前的数据）",
        f" (counted across the break before {' and '.join(name.en for name in names)})",
    )
