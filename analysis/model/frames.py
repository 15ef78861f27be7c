"""The frames of figures that cross from room to room: their columns, keys and allowed words in one place.

`estimates`, `changes` and `comparisons` are checked where they leave their maker, by pandera. Its own errors
print the values that fail; `faults` says columns, checks and counts alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.pandas as pa
from pandera.errors import SchemaErrors

from analysis.model.errors import AnalysisError, FrameError
from analysis.model.measure import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = [
    "CHANGE_COLUMNS",
    "COMPARISON_COLUMNS",
    "ESTIMATE_COLUMNS",
    "check_changes",
    "check_comparisons",
    "check_estimates",
    "faults",
    "require_released",
    "schema",
]

#: Columns of ``estimates`` in order, with their types.
ESTIMATE_COLUMNS = {
    "indicator": "str", "wave": "str", "dimension": "str", "segment": "str",
    "estimate": "float64", "se": "float64", "lower": "float64", "upper": "float64", "level": "float64",
    "method": "str", "unit": "str", "n": "int64", "N": "int64", "n_effective": "float64", "status": "str",
}  # fmt: skip

#: Columns of ``changes`` in order, with their types.
CHANGE_COLUMNS = {
    "indicator": "str", "wave": "str", "base_wave": "str", "dimension": "str", "segment": "str",
    "change": "float64", "unit": "str", "se": "float64", "lower": "float64", "upper": "float64",
    "largest": "float64", "p_value": "float64", "p_adjusted": "float64", "n_matched": "int64",
    "matched_change": "float64",
    "joiners": "float64", "leavers": "float64", "reclassified": "float64", "comparable": "bool",
    "note": "str",
}  # fmt: skip

#: Columns of ``comparisons`` in order, with their types.
COMPARISON_COLUMNS = {
    "indicator": "str", "wave": "str", "dimension": "str", "test": "str", "statistic": "float64",
    "p_value": "float64", "p_adjusted": "float64", "effect": "float64", "effect_lower": "float64",
    "effect_upper": "float64", "pairs": "str",
}  # fmt: skip

STATUSES = tuple(status.value for status in Status)


def check_estimates(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `estimates` as it is, if it keeps what is agreed of it.

    Raises
    ------
    FrameError
        A column is missing or of another type, a key repeats, a status is unknown.
    """
    keys = ["indicator", "wave", "dimension", "segment"]
    return _checked(frame, "estimates", schema(ESTIMATE_COLUMNS, keys, {"status": STATUSES}))


def check_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `changes` as it is, if it keeps what is agreed of it; FrameError if not."""
    keys = ["indicator", "wave", "base_wave", "dimension", "segment"]
    return _checked(frame, "changes", schema(CHANGE_COLUMNS, keys))


def check_comparisons(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `comparisons` as it is, if it keeps what is agreed of it; FrameError if not."""
    return _checked(frame, "comparisons", schema(COMPARISON_COLUMNS, ["indicator", "wave", "dimension"]))


def schema(
    columns: Mapping[str, str], keys: Sequence[str], words: Mapping[str, Sequence[str]] | None = None
) -> pa.DataFrameSchema:
    """Describe a frame; columns beyond those named are let through.

    Parameters
    ----------
    columns : mapping
        Column to dtype. Only ``float64`` columns may have missing values.
    keys : sequence of str
        Columns that together are unique.
    words : mapping, optional
        Column to the words it may hold.
    """
    allowed = {column: pa.Check.isin(list(values)) for column, values in (words or {}).items()}
    described = {
        column: pa.Column(dtype, allowed.get(column), nullable=dtype == "float64")
        for column, dtype in columns.items()
    }
    return pa.DataFrameSchema(described, unique=list(keys))


def faults(frame: pd.DataFrame, described: pa.DataFrameSchema) -> str:
    """Say what of a frame is not as described, empty where all is: columns, checks and counts, no value."""
    try:
        # a key that repeats cannot be told where row labels repeat too
        described.validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return ""
    missing = cases["check"] == "column_in_dataframe"
    repeated = cases["check"] == "multiple_fields_uniqueness"
    told = [f"column {name} is missing" for name in cases.loc[missing, "failure_case"]]
    if repeated.any():
        keys = list(described.unique or ())
        told.append(f"{int(frame.duplicated(keys).sum())} rows repeat a key ({', '.join(keys)})")
    counts = cases[~missing & ~repeated].groupby(["column", "check"], sort=False).size()
    told += [f"column {column} fails {check} ({count})" for (column, check), count in counts.items()]
    return "; ".join(told)


def _checked(frame: pd.DataFrame, name: str, described: pa.DataFrameSchema) -> pd.DataFrame:
    found = faults(frame, described)
    if found:
        raise FrameError(
            argument=name,
            expected="a frame with the agreed columns, keys and words",
            got=found,
            remedy="hand on what its maker returned, whole",
        )
    return frame


def require_released(frame: pd.DataFrame, argument: str = "estimates", *, with_base: bool = True) -> None:
    """Refuse a frame with a cell nobody has decided on.

    Parameters
    ----------
    frame : DataFrame
    argument : str
        What a message calls it.
    with_base : bool
        Whether every released row must have its base; figures printed in earlier reports have none.

    Raises
    ------
    AnalysisError
        If the columns status or n are missing, a status is unknown, a base is missing, or a cell that is not
        released still holds a number.
    """
    remedy = "pass what disclosure.suppression.release returns"
    missing = [column for column in ("status", "n")[: 1 + with_base] if column not in frame.columns]
    if missing:
        raise AnalysisError(
            argument=argument,
            expected="columns status and n" if with_base else "a column status",
            got="no " + " and no ".join(missing),
            remedy=remedy,
        )
    unknown = frame.loc[~frame["status"].isin(tuple(Status)), "status"]
    if len(unknown):
        got = ", ".join(sorted({repr(value) for value in unknown}))
        raise AnalysisError(argument=f"{argument}.status", expected=", ".join(Status), got=got, remedy=remedy)
    released = frame["status"] == "released"
    if with_base and (released & frame["n"].isna()).any():
        raise AnalysisError(
            argument=f"{argument}.n",
            expected="a base in every released row",
            got="rows without one",
            remedy=remedy,
        )
    if (~released & frame["estimate"].notna()).any():
        raise AnalysisError(
            argument=f"{argument}.estimate",
            expected="no number in a cell not released",
            got="numbers",
            remedy=remedy,
        )
