"""The life of a query: open, sent, answered, closed; and the register of what was sent when.

A query is *open* until its workbook is marked as sent, *answered* once the member has replied, *closed* when
the rule no longer fails or the member has confirmed what may be true. The register ``queries.csv`` in the
wave's folder keeps what was sent and when; everything else follows from the returns, the corrections and the
replies, so that running twice asks nothing twice.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.editor import key_of
from survey.errors import DefinitionError
from survey.intake import QUERIES, STATES
from survey.programme import read_rows
from survey.spreadsheets import guarded, unguarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from survey.editing.corrections import Reply
    from survey.editing.editor import Editor

__all__ = ["REGISTER", "counted", "queries_table", "read_register", "register_text"]

REGISTER = ("sent", *QUERIES)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def queries_table(
    editor: Editor,
    asked: Mapping[str, dict[str, str]],
    replies: Sequence[Reply],
    register: Mapping[str, Mapping[str, str]],
    hard: set[str],
) -> pd.DataFrame:
    """Return frame `queries`, each with its state; log what a member has confirmed.

    Parameters
    ----------
    editor : Editor
        After the last round of editing: what it still asks is not settled.
    asked : mapping
        Every query of any round, by number.
    replies : sequence of Reply
        Those without a problem.
    register : mapping
        Queries sent earlier; those that nothing raises any more are closed.
    hard : set of str
        Rules that cannot be broken: a confirmation does not close them.
    """
    told: dict[str, list[Reply]] = {}
    for reply in replies:
        told.setdefault(reply.line.query_id, []).append(reply)
    rows = []
    for number, query in asked.items():
        own = told.get(number, [])
        raised = number in editor.queries and number not in editor.settled
        unread = any(editor.statuses[editor.place[key]] == "unreadable" for key in _keys(query))
        accepted = (
            any(r.confirmed for r in own) and query["rule"] not in hard and not unread and bool(_keys(query))
        )
        if raised and accepted:
            _log_confirmed(editor, query, own)
        if own and (not raised or accepted):
            state = "closed"
        elif own:
            state = "answered"
        elif not raised:
            state = "closed"
        else:
            state = "sent" if number in register else "open"
        reply_text = "; ".join(_said(reply) for reply in own)
        now = editor.queries.get(number, query)
        rows.append(now | {"state": state, "reply": reply_text})
    gone = [dict(row) | {"state": "closed"} for number, row in register.items() if number not in asked]
    table = pd.DataFrame([*rows, *gone], columns=list(QUERIES), dtype="str")
    return table.reset_index(drop=True)


def _keys(query: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [key_of(query["member_id"], item) for item in query["items"].split("; ") if item]


def _said(reply: Reply) -> str:
    where = f"{reply.line.item}: " if reply.line.answer else ""
    words = reply.line.answer or ("确认 confirmed" if reply.confirmed else "")
    remark = f"（{reply.line.remark}）" if reply.line.remark else ""
    return f"{where}{words}{remark}"


def _log_confirmed(editor: Editor, query: Mapping[str, str], replies: Sequence[Reply]) -> None:
    remark = next((reply.line.remark for reply in replies if reply.line.remark), "")
    for key in _keys(query):
        value = editor.value(key)
        editor.log(
            key, step="reply", rule=query["rule"], severity="soft", before=value, after=value,
            action="accept", reason=remark or "成员确认 confirmed by the member", author=query["member_id"],
        )  # fmt: skip


def counted(queries: pd.DataFrame) -> dict[str, int]:
    """Return how many queries are in each state."""
    return {state: int((queries["state"] == state).sum()) for state in STATES}


def read_register(path: Path) -> dict[str, dict[str, str]]:
    """Read the register of queries sent; empty where there is none.

    Raises
    ------
    DefinitionError
        With the line: a column is missing, a number stands twice, a day is none.
    """
    if not path.exists():
        return {}
    heading, rows = read_rows(path, "its register of queries")
    missing = [column for column in REGISTER if column not in heading]
    if missing:
        raise DefinitionError(
            path, 1, f"columns missing: {', '.join(missing)}; let `survey check --sent` write it"
        )
    register: dict[str, dict[str, str]] = {}
    for line, row in rows:
        if row["query_id"] in register:
            raise DefinitionError(path, line, "the query stands twice; remove one of the lines")
        if not DAY.fullmatch(row["sent"]):
            raise DefinitionError(path, line, "`sent` is no day; expected one as 2024-03-15")
        register[row["query_id"]] = {name: unguarded(row[name]) for name in REGISTER}
    return register


def register_text(register: Mapping[str, Mapping[str, str]], queries: pd.DataFrame, sent: date) -> str:
    """Return the register with every open query of `queries` marked as sent on a day; earlier days stay."""
    rows = {number: {name: row[name] for name in REGISTER} for number, row in register.items()}
    for row in queries[queries["state"] == "open"].to_dict("records"):
        entry = {name: str(row[name]) for name in QUERIES} | {"sent": sent.isoformat(), "state": "sent"}
        rows.setdefault(str(row["query_id"]), entry)
    written = io.StringIO()
    writer = csv.DictWriter(written, REGISTER, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows.values())
    return written.getvalue()
