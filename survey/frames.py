"""The frames that cross from room to room, each with its columns in one place."""

from __future__ import annotations

__all__ = ["LEDGER", "QUERIES", "RESPONSES"]

RESPONSES = ("wave", "member_id", "question", "option", "raw", "value", "status", "file", "sheet", "cell")
LEDGER = (
    "wave", "member_id", "question", "option", "step", "rule", "severity", "before", "after", "action",
    "reason", "author", "at", "rules_hash",
)  # fmt: skip
QUERIES = (
    "query_id", "wave", "member_id", "question", "cell", "rule", "text_zh", "text_en", "suspected", "state",
    "reply",
)  # fmt: skip
