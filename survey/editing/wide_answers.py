"""The wide table of a wave: one row a member, one column an item, typed for expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from survey.errors import DefinitionError
from survey.programme import LAST, NOT_STATED

if TYPE_CHECKING:
    from survey.programme import Programme, Questionnaire

__all__ = [
    "FRAME",
    "NONRESPONSE",
    "WITH_VALUE",
    "last_answers",
    "number_of",
    "row_of",
    "segments_as_answered",
    "wide_answers",
    "wide_statuses",
]

FRAME = "frame."  # what a dimension of the frame begins with in the wide table

WITH_VALUE = ("ok", "corrected")
NONRESPONSE = ("blank", "refused", "unreadable", "nulled")


def wide_answers(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Return the values of one wave as columns.

    Parameters
    ----------
    responses : DataFrame
        Frame `responses` of one wave.
    questionnaire : Questionnaire
        Its questionnaire: decides the types.

    Returns
    -------
    DataFrame
        Indexed by member_id; `Float64` for numbers, `boolean` for ticks, `string` else; missing where no
        value is.
    """
    values = responses["value"].where(responses["status"].isin(WITH_VALUE))
    table = _pivot(responses, values)
    columns: dict[str, pd.Series[Any]] = {}
    for item in questionnaire.items:
        column = (
            table[item.code] if item.code in table else pd.Series(pd.NA, index=table.index, dtype="object")
        )
        question = questionnaire.by_code[item.question]
        if item.option:
            columns[item.code] = column.map({"1": True, "0": False}).astype("boolean")
        elif question.numeric:
            columns[item.code] = pd.to_numeric(column).astype("Float64")
        else:
            columns[item.code] = column.astype("string")
    return pd.DataFrame(columns, index=table.index)


def segments_as_answered(
    responses: pd.DataFrame, questionnaire: Questionnaire, programme: Programme
) -> pd.DataFrame:
    """Return the frame of an open survey's wave: each respondent with the segments that it gave itself.

    Raises
    ------
    DefinitionError
        A question with the code of a dimension has options that are no segments of it.
    """
    wide = wide_answers(responses, questionnaire)
    table = pd.DataFrame({"wave": questionnaire.wave, "member_id": wide.index.astype("str")})
    for dimension in programme.settings.columns:
        code, segments = dimension.code, {segment.code for segment in dimension.segments}
        question = questionnaire.by_code.get(code)
        strange = {option.code for option in question.options} - segments if question else set[str]()
        if strange:
            path = programme.folder / questionnaire.wave / "questionnaire.yaml"
            words = f"question {code} has the options {', '.join(sorted(strange))}, which are no segments"
            raise DefinitionError(path, None, f"{words} of dimension {code}; add them to programme.yaml")
        given = wide[code].to_numpy() if question else NOT_STATED
        table[code] = pd.Series(given, index=table.index, dtype="string").fillna(NOT_STATED).astype("str")
    return programme.with_derived_columns(table.astype("str"))


def wide_statuses(responses: pd.DataFrame) -> pd.DataFrame:
    """Return the statuses of one wave, indexed by member_id, one column an item."""
    return _pivot(responses, responses["status"])


def last_answers(responses: pd.DataFrame, questionnaire: Questionnaire, names: list[str]) -> pd.DataFrame:
    """Return the clean answers of the wave before as columns ``last.…``, missing ones included.

    Parameters
    ----------
    responses, questionnaire
        Of the wave before.
    names : list of str
        The item codes of the wave under edit.
    """
    wide = wide_answers(responses, questionnaire)
    return wide.reindex(columns=names).add_prefix(LAST)


def row_of(table: pd.DataFrame, member_id: str) -> pd.Series[Any]:
    """Return one member's row of a wide table."""
    return table.loc[[member_id]].iloc[0]


def number_of(table: pd.DataFrame, member_id: str, code: str) -> float | None:
    """Return one member's number, None where there is none."""
    value = row_of(table, member_id)[code]
    return None if pd.isna(value) else float(value)


def _pivot(responses: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    code = responses["question"].where(
        responses["option"] == "", responses["question"] + "." + responses["option"]
    )
    keyed = pd.DataFrame({"member_id": responses["member_id"], "item": code, "value": values})
    # pivot_table would merge an answer that stands twice; this refuses it
    return keyed.pivot(index="member_id", columns="item", values="value")  # noqa: PD010
