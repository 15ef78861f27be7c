"""What becomes of unanswered queries at the cut-off: kept, dropped, or imputed by a named method.

- ``last_ratio``: the member's own last answer times the median ratio of this wave to the last in its bank type;
- ``median``: the median of its bank type.

Each imputed value is a row of the ledger with action ``impute``; it counts as corrected. One that would break a
hard edit, or that too few peers stand behind, is not imputed: the answer stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.answers import FRAME
from survey.editing.deduction import plain_number
from survey.editing.editor import code_of, key_of
from survey.expressions import LAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.editing.checks import Check
    from survey.editing.editor import Editor, Key

__all__ = ["FEWEST_PEERS", "cut_off", "impute"]

FEWEST_PEERS = 3
UNSETTLED = ("open", "sent", "answered")


def cut_off(editor: Editor, queries: pd.DataFrame, checks: Sequence[Check]) -> None:
    """Handle the answers of every unsettled query as the policy says, if the cut-off is given."""
    policy = editor.questionnaire.policy
    if policy.cutoff is None:
        return
    hard = {check.id for check in checks if check.severity == "hard"}
    answers = editor.answers()  # what peers answered, before anything is imputed
    for query in queries[queries["state"].isin(UNSETTLED)].to_dict("records"):
        keys = [key_of(query["member_id"], item) for item in query["items"].split("; ") if item]
        lost = [key for key in keys if not editor.has_value(key)]
        if query["rule"] in hard or lost:
            how, concerned = policy.unanswered.hard, lost
        else:
            how, concerned = policy.unanswered.soft, keys
        for key in concerned:
            _handle(editor, key, how, query["rule"], answers, checks)


def _handle(
    editor: Editor, key: Key, how: str, rule: str, answers: pd.DataFrame, checks: Sequence[Check]
) -> None:
    at = str(editor.questionnaire.policy.cutoff)
    question = editor.questionnaire.by_code[key[1]]
    row = {"step": "imputation", "rule": rule, "author": "policy", "at": at}
    already = any(
        r["step"] == "imputation" and (r["member_id"], r["question"], r["option"]) == key
        for r in editor.ledger
    )
    if how == "keep" or already or not question.numeric:
        return
    if how == "drop":
        if editor.has_value(key):
            before = editor.set(key, "", "nulled")
            editor.log(
                key, before=before, action="null", reason="截止日前未答复 no reply by the cut-off", **row
            )
        return
    value = impute(answers, key[0], code_of(key), how)
    if value is None:
        return
    text = plain_number(value, whole=question.type == "count")
    before_status, before = editor.statuses[editor.place[key]], editor.value(key)
    editor.set(key, text, "corrected")
    if _breaks(editor, key[0], checks):
        editor.set(key, before, before_status)
        return
    editor.log(key, before=before, after=text, action="impute", reason=how, **row)


def _breaks(editor: Editor, member_id: str, checks: Sequence[Check]) -> bool:
    answers = editor.answers()
    hard = (check for check in checks if check.severity == "hard")
    held = (check.hold(answers)[member_id] for check in hard)
    return any(pd.notna(one) and not one for one in held)


def impute(answers: pd.DataFrame, member_id: str, code: str, how: str) -> float | None:
    """Return the value a named method gives, None where fewer than three peers stand behind it.

    Parameters
    ----------
    answers : DataFrame
        The wide table, ``frame.bank_type`` and ``last.…`` columns with it.
    member_id, code : str
        Whose answer to what.
    how : {"last_ratio", "median"}
        The method.
    """
    own = answers[FRAME + "bank_type"] == answers.loc[member_id, FRAME + "bank_type"]
    peers = answers[own.fillna(value=False) & (answers.index != member_id)]
    now = peers[code].astype("Float64")
    if how == "median":
        known = now.dropna()
        return float(known.median()) if len(known) >= FEWEST_PEERS else None
    before = peers[LAST + code].astype("Float64")
    ratios = (now / before)[(before > 0) & now.notna()].dropna()
    last = answers.loc[member_id, LAST + code]
    if pd.isna(last) or len(ratios) < FEWEST_PEERS:
        return None
    return float(last) * float(ratios.median())
