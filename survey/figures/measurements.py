"""From clean answers to measurements: what each indicator reads off each respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from survey.editing import NONRESPONSE, wide_answers, wide_statuses
from survey.programme import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey.programme import Indicator, Questionnaire

__all__ = ["available", "measure_wave"]

COLUMNS = ["indicator", "wave", "member_id", "asked", "y", "x"]


def available(indicators: Iterable[Indicator], questionnaire: Questionnaire) -> list[Indicator]:
    """Return the indicators whose questions the wave asked, in their order."""
    return [indicator for indicator in indicators if indicator.names <= questionnaire.vocabulary]


def measure_wave(
    responses: pd.DataFrame, questionnaire: Questionnaire, indicators: Iterable[Indicator]
) -> pd.DataFrame:
    """Measure every indicator on every respondent of a wave.

    Returns
    -------
    DataFrame
        indicator, wave, member_id, asked (False: routed out), y, x: for a ratio numerator and denominator,
        else the value (1 or 0 for a share) and 1; y and x missing where the answer is.
    """
    answers = wide_answers(responses, questionnaire)
    missing = wide_statuses(responses).isin(NONRESPONSE).reindex(answers.index)
    parts = [_measure(answers, missing, indicator) for indicator in available(indicators, questionnaire)]
    table = pd.concat(parts, ignore_index=True)
    table.insert(1, "wave", questionnaire.wave)
    return table[COLUMNS].astype({"indicator": "str", "wave": "str", "member_id": "str", "asked": "bool"})


def _inside(amounts: pd.Series, low: float | None, high: float | None) -> pd.Series:
    """Say of each amount whether low <= amount < high, a blank where it is one."""
    inside = pd.Series(data=True, index=amounts.index, dtype="boolean").mask(amounts.isna())
    if low is not None:
        inside &= amounts >= low
    if high is not None:
        inside &= amounts < high
    return inside.astype("Float64")


def _measure(answers: pd.DataFrame, missing: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    y = Expression(indicator.of).evaluate(answers).astype("Float64")
    if indicator.between:
        y = _inside(y, *indicator.between)
    x = (
        Expression(indicator.per).evaluate(answers).astype("Float64")
        if indicator.per
        else y.notna().astype("Float64")
    )
    known = y.notna() & x.notna()
    items = [name for name in sorted(indicator.names) if name in missing]
    asked = known | missing[items].any(axis=1)
    if indicator.where:
        asked &= Expression(indicator.where).evaluate(answers).astype("boolean").fillna(value=False)
    known &= asked
    return pd.DataFrame(
        {
            "indicator": indicator.code,
            "member_id": answers.index,
            "asked": asked.to_numpy(dtype=bool),
            "y": y.where(known).to_numpy(dtype=float, na_value=float("nan")),
            "x": x.where(known).to_numpy(dtype=float, na_value=float("nan")),
        }
    )
