"""The frames that cross from room to room: their columns, keys and allowed words in one place.

`responses`, `ledger` and `queries` are checked where a wave enters the archive; what fails is told by column,
check and count, never by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.model import faults, schema
from survey.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = [
    "LEDGER",
    "QUERIES",
    "REPLIES",
    "RESPONSES",
    "STATES",
    "check_ledger",
    "check_queries",
    "check_responses",
]

RESPONSES = ("wave", "member_id", "question", "option", "raw", "value", "status", "file", "sheet", "cell")
LEDGER = (
    "wave", "member_id", "question", "option", "step", "rule", "severity", "before", "after", "action",
    "reason", "author", "at", "rules_hash",
)  # fmt: skip
QUERIES = (
    "query_id", "wave", "member_id", "question", "cell", "rule", "text_zh", "text_en", "suspected", "state",
    "reply", "items", "fits",
)  # fmt: skip

STATUSES = ("ok", "blank", "not_applicable", "refused", "unreadable", "nulled", "corrected")
STEPS = ("intake", "correction", "reply", "routing", "deduction", "edit", "imputation")
REPLIES = (
    "wave", "query_id", "member_id", "question", "option", "file", "sheet", "cell", "text", "status",
    "message_zh", "message_en",
)  # fmt: skip
SEVERITIES = ("", "hard", "soft")
ACTIONS = ("accept", "query", "correct", "impute", "null")
STATES = ("open", "sent", "answered", "closed")
ITEM = ("wave", "member_id", "question", "option")


def check_responses(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `responses` as it is, if it keeps what is agreed of it.

    Raises
    ------
    FrameError
        A column is missing or of another type, an item stands twice, a status is unknown.
    """
    return _checked(frame, "responses", RESPONSES, ITEM, {"status": STATUSES})


def check_ledger(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `ledger` as it is, if it keeps what is agreed of it; FrameError if not.

    An item has one row a step and rule: two soft rules may name it, two corrections follow each other.
    """
    words = {"step": STEPS, "severity": SEVERITIES, "action": ACTIONS}
    return _checked(frame, "ledger", LEDGER, (*ITEM, "step", "rule"), words)


def check_queries(frame: pd.DataFrame) -> pd.DataFrame:
    """Return frame `queries` as it is, if it keeps what is agreed of it; FrameError if not."""
    return _checked(frame, "queries", QUERIES, ("query_id",), {"state": STATES})


def _checked(
    frame: pd.DataFrame,
    name: str,
    columns: Sequence[str],
    keys: Sequence[str],
    words: Mapping[str, Sequence[str]],
) -> pd.DataFrame:
    found = faults(frame, schema(dict.fromkeys(columns, "str"), keys, words))
    if found:
        raise FrameError(f"frame {name} is not as agreed: {found}; it was not kept")
    return frame
