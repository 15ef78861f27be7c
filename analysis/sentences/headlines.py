"""Sentences short enough for a headline or a box: the finding alone, its verb chosen by the same test.

What the full statement adds (interval, base, respondents' own change) stands beside the chart (`evidence`) or
in the speaker's notes.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.disclosure import require_released
from analysis.sentences.cells import (
    base_number,
    confidence_number,
    count_number,
    estimate_number,
    interval_phrase,
    is_known,
    pick,
)
from analysis.sentences.change_sentences import Judged, judged
from analysis.sentences.rankings import ranked, tested_p
from analysis.words import Claim, Lexicon, Number, Phrase, Text, compose, estimate_key, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SHORT", "contrast", "evidence", "headline", "leaders", "movement", "source"]

_Slots = dict[str, Text | Number | Phrase]
_MOVED: Final = "{label}为{level}，较{base}{verb}{change}"
#: For each finding the headline, and what a box says that prints the level already.
SHORT: Final[Mapping[str, tuple[Text, Text]]] = MappingProxyType(
    {
        "rise": (
            Text(_MOVED, "{label} rose to {level}, {change} above {base}"),
            Text("较{base}{verb}{change}", "Up {change} on {base}"),
        ),
        "fall": (
            Text(_MOVED, "{label} fell to {level}, {change} below {base}"),
            Text("较{base}{verb}{change}", "Down {change} on {base}"),
        ),
        "edged up": (
            Text(_MOVED, "{label} edged up to {level}, {change} above {base}"),
            Text("较{base}{verb}{change}", "Edged up {change} on {base}"),
        ),
        "edged down": (
            Text(_MOVED, "{label} edged down to {level}, {change} below {base}"),
            Text("较{base}{verb}{change}", "Edged down {change} on {base}"),
        ),
        "same": (
            Text("{label}为{level}，与{base}基本持平", "{label} was {level}, about the same as in {base}"),
            Text("与{base}基本持平", "About the same as in {base}"),
        ),
        "too few": (
            Text(
                "{label}为{level}，样本不足，无法判断较{base}是否变动",
                "{label} was {level}; too few answers to say whether it changed since {base}",
            ),
            Text(
                "样本不足，无法判断较{base}是否变动", "Too few answers to say whether it changed since {base}"
            ),
        ),
        "mixed": (
            Text(
                "{label}为{level}，较{base}的升降方向尚难判断",
                "{label} was {level}; whether it rose or fell since {base} cannot be told",
            ),
            Text("较{base}的升降方向尚难判断", "Whether it rose or fell since {base} cannot be told"),
        ),
        "untested": (
            Text("{label}为{level}", "{label} was {level}"),
            Text("较{base}的变动未作检验", "Its change since {base} was not tested"),
        ),
        "not comparable": (
            Text(
                "{label}为{level}，口径有变，与{base}不可比",
                "{label} was {level}, not comparable with {base}",
            ),
            Text("口径有变，与{base}不可比", "Its definition changed: not comparable with {base}"),
        ),
        "level": (
            Text("{label}为{level}", "{label} was {level}"),
            Text("{answered}作答", "Base: {answered}"),
        ),
        "withheld": (Text("{label}不予公布", "{label} is withheld"), Text("不予公布", "Withheld")),
    }
)
_EVIDENCE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "change": Text(
            "推及全体成员，较{base}变动的{confidence}置信区间为{interval}；{answered}作答。",
            "All members: {confidence} interval of the change since {base}, {interval}. Base: {answered}.",
        ),
        "alone": Text("{answered}作答。", "Base: {answered}."),
        "withheld": Text(
            "可推知个别单位答复，不予公布。", "Withheld to protect the answers of single members."
        ),
    }
)
_LEADERS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "several": Text(
            "{subject}：{top}最高，为{high}；{end}最低，为{low}",
            "{subject}: {top} highest at {high}, {end} lowest at {low}",
        ),
        "one": Text("{subject}：{top}为{high}", "{subject}: {top} at {high}"),
    }
)
_CONTRAST: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "differ": Text(
            "{name}因{dimension}而异：{top}{high}，{end}{low}",
            "{name} differs by {dimension}: {top} {high}, {end} {low}",
        ),
        "alike": Text(
            "{name}：{dimension}之间的差异不显著（{top}{high}，{end}{low}）",
            "{name}: no more than chance between {top} ({high}) and {end} ({low})",
        ),
        "untested": Text("{name}：{top}{high}，{end}{low}", "{name}: {top} {high}, {end} {low}"),
        "one": Text("{name}：{top}{high}", "{name}: {top} {high}"),
    }
)


def headline(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str | None = None,
) -> Claim:
    """State an indicator's level and how it moved, as the headline of a chart.

    Parameters
    ----------
    estimates, changes : DataFrame
        Released cells.
    lexicon : Lexicon
    indicator, wave : str
    base_wave : str, optional
        The wave it is told against; without it the level alone.
    """
    found, slots = _told(estimates, changes, lexicon, indicator, wave, base_wave=base_wave)
    return Claim("headline", compose(SHORT[found][0], **slots))


def movement(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str | None = None,
) -> Claim:
    """State how an indicator moved, for a box that prints its level; without a base wave, its base."""
    found, slots = _told(estimates, changes, lexicon, indicator, wave, base_wave=base_wave)
    return Claim("movement", compose(SHORT[found][1], **slots))


def _told(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str | None,
) -> tuple[str, _Slots]:
    label = lexicon.label(indicator)
    slots: _Slots = {"label": Text(label.zh, label.en[:1].upper() + label.en[1:])}
    if base_wave is None:
        row = _released(estimates, indicator, wave)
        found = "level" if row["status"] == "released" else "withheld"
        if found == "level":
            slots |= {"level": estimate_number(row, lexicon), "answered": base_number(row, lexicon)}
    else:
        told = judged(estimates, changes, lexicon, indicator, wave, base_wave=base_wave)
        found, slots = told.found, slots | told.slots(lexicon)
    return found, slots


def evidence(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str | None = None,
    confidence: float = 0.95,
) -> Claim:
    """State what a headline rests on: the interval of the change for all members, and the base.

    Parameters
    ----------
    estimates, changes, lexicon, indicator, wave, base_wave
        As of `headline`.
    confidence : float
        Confidence level of the intervals in `changes`.
    """
    row = _released(estimates, indicator, wave)
    if row["status"] != "released":
        return Claim("evidence", compose(_EVIDENCE["withheld"]))
    slots: _Slots = {"answered": base_number(row, lexicon)}
    told = judged(estimates, changes, lexicon, indicator, wave, base_wave=base_wave) if base_wave else None
    tested = _interval_of(told)
    if told is None or tested is None:
        return Claim("evidence", compose(_EVIDENCE["alone"], **slots))
    slots |= {
        "base": told.slots(lexicon)["base"],
        "confidence": confidence_number(confidence),
        "interval": interval_phrase(tested, lexicon),
    }
    return Claim("evidence", compose(_EVIDENCE["change"], **slots))


def _interval_of(told: Judged | None) -> Mapping[str, Any] | None:
    """Return the members' change where it has an interval that may be told."""
    if told is None or told.members is None or told.found in {"withheld", "not comparable"}:
        return None
    known = is_known(told.members["lower"]) and is_known(told.members["upper"])
    return told.members if known else None


def leaders(
    estimates: pd.DataFrame, lexicon: Lexicon, indicators: Sequence[str], wave: str, *, subject: Text
) -> Claim:
    """Name the highest and the lowest of several shares; `subject` says what they are shares of."""
    rows = ranked(estimates, indicator=indicators, wave=wave, dimension="total")
    slots = {name: lexicon.name(str(row["indicator"])) for name, row in (("top", rows[0]), ("end", rows[-1]))}
    return _ends(_LEADERS["several" if len(rows) > 1 else "one"], rows, lexicon, subject=subject, **slots)


def contrast(
    estimates: pd.DataFrame,
    comparisons: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str,
    alpha: float = 0.05,
) -> Claim:
    """Say whether the segments of a dimension differ by more than chance, and name the highest and lowest.

    Parameters
    ----------
    estimates, comparisons : DataFrame
        Released cells, and the tests of the dimension, read at `p_adjusted`.
    lexicon : Lexicon
    indicator, wave, dimension : str
    alpha : float
        Level of the test.
    """
    rows = ranked(estimates, indicator=[indicator], wave=wave, dimension=dimension)
    p = tested_p(comparisons, indicator, wave, dimension)
    found = "untested" if p is None else "differ" if p < alpha else "alike"
    slots = {
        name: lexicon.segment(str(row["segment"])) for name, row in (("top", rows[0]), ("end", rows[-1]))
    }
    return _ends(
        _CONTRAST[found if len(rows) > 1 else "one"], rows, lexicon,
        name=lexicon.name(indicator),
        dimension=lexicon.dimension(dimension), **slots,
    )  # fmt: skip


_SOURCE = Text(
    "来源：{wave}会员调查，{base}作答。指标：{name}{more}。编号：{key}",
    "Source: member survey, {wave}; base: {base}. Indicator: {name}{more}. Key: {key}",
)


_ONE_OF = Text("等{count}项", " (one of {count})")


def source(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    wave: str,
    *,
    dimension: str = "total",
) -> Claim:
    """Say what a chart is drawn from: survey, wave, base, indicator, and the key by which it can be traced.

    Of several indicators the first is named and the others are counted.
    """
    row = _released(estimates, indicators[0], wave)
    key = estimate_key(wave, indicators[0], dimension, "all" if dimension == "total" else "*")
    slots: _Slots = {
        "wave": wave_text(wave),
        "base": base_number(row, lexicon),
        "name": lexicon.name(indicators[0]),
        "more": compose(_ONE_OF, count=count_number(len(indicators)))
        if len(indicators) > 1
        else Text.same(""),
        "key": Text.same(key),
    }
    return Claim("source", compose(_SOURCE, **slots))


def _ends(template: Text, rows: Sequence[Mapping[str, Any]], lexicon: Lexicon, **words: Text) -> Claim:
    """Fill a headline on the first and the last of some rows."""
    high, low = estimate_number(rows[0], lexicon), estimate_number(rows[-1], lexicon)
    return Claim("headline", compose(template, high=high, low=low, **words))


def _released(estimates: pd.DataFrame, indicator: str, wave: str) -> Mapping[str, Any]:
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension="total", segment="all")
    require_released(pd.DataFrame([row]))
    return row
