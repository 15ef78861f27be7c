"""What each indicator of a publication is: definition, unit, base, source questions, breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.formatting import Text
from survey.publication.lexicon import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.formatting import Lexicon, Unit
    from survey.indicators import Indicator
    from survey.production.figures import Figures
    from survey.questionnaire import Questionnaire

__all__ = ["definitions", "unit_name"]

_NONE = Text("无", "none")
_ALL = Text("全部答卷单位", "All respondents")


def definitions(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Describe the indicators that have an estimate, in the programme's order.

    Returns
    -------
    DataFrame
        code, sources (codes of questions, blanks between) as str; label, definition, unit, base, questions,
        breaks as Text.
    """
    shown = set(figures.estimates["indicator"].str.removesuffix(".members"))
    asked = _wordings(figures)
    rows = []
    for code, indicator in figures.programme.indicators.items():
        if code in shown:
            sources = list(
                dict.fromkeys(name.split(".")[0] for name in sorted(indicator.names & asked.keys()))
            )
            rows.append(
                {
                    "code": code,
                    "label": text(indicator.label),
                    "definition": text(indicator.definition),
                    "unit": unit_name(lexicon.unit(code)),
                    "base": text(indicator.base_note) if indicator.base_note else _ALL,
                    "sources": " ".join(sources),
                    "questions": _listed(asked[name] for name in sorted(indicator.names & asked.keys())),
                    "breaks": _breaks(indicator),
                }
            )
    return pd.DataFrame(rows)


def unit_name(unit: Unit) -> Text:
    """Name a unit as the numbers of a table stand in it: 万人 and 10,000 people."""
    return Text(unit.zh.strip(), (f"{10**unit.en_power:,} " if unit.en_power else "") + unit.en.strip())


def _wordings(figures: Figures) -> dict[str, Text]:
    """Word every item any wave asked, as the latest wave worded it."""
    programme = figures.programme
    found: dict[str, Text] = {}
    for wave in figures.waves[:-1]:
        found |= _items(programme.questionnaire(wave))
    return found | _items(figures.questionnaire)


def _items(questionnaire: Questionnaire) -> dict[str, Text]:
    found = {}
    for question in questionnaire.questions:
        found[question.code] = text(question.text)
        if question.type == "multi":
            for option in question.options:
                name = Text(f"{question.text.zh}：{option.zh}", f"{question.text.en}: {option.en}")
                found[f"{question.code}.{option.code}"] = name
    return found


def _listed(texts: Iterable[Text]) -> Text:
    kept = list(dict.fromkeys(texts))
    return Text("；".join(t.zh for t in kept), "; ".join(t.en for t in kept)) if kept else _NONE


def _breaks(indicator: Indicator) -> Text:
    return _listed(Text(f"{b.wave}：{b.note.zh}", f"{b.wave}: {b.note.en}") for b in indicator.breaks)
