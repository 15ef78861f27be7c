"""Sentences on one cell: its level, and how many answered."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

import pandas as pd

from analysis.disclosure import require_released
from analysis.model import AnalysisError
from analysis.sentences.cells import (
    among,
    base_number,
    confidence_number,
    estimate_number,
    interval_phrase,
    is_known,
    parameter_number,
    pick,
)
from analysis.words import (
    Claim,
    Lexicon,
    Number,
    Phrase,
    Text,
    change_key,
    compose,
    estimate_key,
    round_half_up,
    unit_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CountedStreak", "level", "matched", "response", "streak"]

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


# Sentences on runs of years.


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


# Sentences on the members that answered twice: how many took something up, how many gave it up.


_TINY = 0.001
_MATCHED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "share": Text(
            "{name}：{base}和{wave}都作答的{n}中，{gained}由“否”转“是”，{lost}由“是”转“否”{tested}。",
            "{name}: of the {n} seen in both {base} and {wave}, {gained} turned from no to yes and "
            "{lost} from yes to no{tested}.",
        ),
        "amount": Text(
            "{name}：{base}和{wave}都作答的{n}中，{gained}上升，{lost}下降。",
            "{name}: of the {n} seen in both {base} and {wave}, {gained} went up and {lost} down.",
        ),
    }
)
_TESTED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "beyond": Text("，仅凭偶然很难如此一边倒（p{sign}{p}）", ", hardly by chance (p {sign} {p})"),
        "chance": Text(
            "，单看这些单位，偶然也可能如此（p{sign}{p}）",
            ", which among these members chance alone may bring (p {sign} {p})",
        ),
        "fact": Text(
            "；两次都在的单位全部作答，这是事实而非推断",
            "; all members of both waves answered, so this is a fact",
        ),
    }
)


def matched(
    tests: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str,
    alpha: float = 0.05,
) -> Claim:
    """State how many of the members that answered twice gained and lost, and whether chance alone would do.

    Amounts are counted by whether they rose or fell, which no test is told of: theirs is one of the mean.

    Parameters
    ----------
    tests : DataFrame
        As `disclosure.release_matched` leaves it.
    lexicon : Lexicon
    indicator, wave, base_wave : str
    alpha : float
        Level of the test.

    Raises
    ------
    AnalysisError
        If there is no such row.
    """
    cell = {"wave": wave, "base_wave": base_wave, "dimension": "total", "segment": "all"}
    row = pick(tests, "tests", indicator=indicator, **cell)
    key = change_key(wave, base_wave, indicator)
    n = float(row["n_matched"])
    slots: dict[str, Text | Number | Phrase] = {
        "name": lexicon.name(indicator),
        "base": wave_text(base_wave),
        "wave": wave_text(wave),
        "n": Number(unit_text(n, lexicon.respondent, 0), n, key, "n_matched"),
        "gained": _count(row, "gained", key),
        "lost": _count(row, "lost", key),
    }
    share = str(row["test"]) in {"McNemar exact", "counted"} and str(row["unit"]) == "percentage points"
    if share:
        slots["tested"] = _tested(float(row["p_value"]), key, alpha)
    return Claim("matched", compose(_MATCHED["share" if share else "amount"], **slots))


def _count(row: Mapping[str, object], column: str, key: str) -> Number:
    """Count members, none of them in words."""
    count = int(str(row[column]))
    words = Text(f"{count}家", f"{count:,}") if count else Text("没有单位", "none")
    return Number(words, float(count), key, column)


def _tested(p: float, key: str, alpha: float) -> Phrase:
    if not is_known(p):
        return compose(_TESTED["fact"])
    tiny = p < _TINY
    printed = Text.same("0.001" if tiny else str(round_half_up(p, 3)))
    return compose(
        _TESTED["beyond" if p < alpha else "chance"],
        sign=Text.same("<" if tiny else "="),
        p=Number(printed, p, key, "p_matched"),
    )
