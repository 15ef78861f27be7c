"""What becomes of unanswered queries at the cut-off: kept, dropped, or imputed by a named method.

- ``last_ratio``: the member's own last answer times the median ratio of this wave to the last in its type;
- ``median``: the median of its bank type.

Each imputed value is a row of the ledger with action ``impute``; it counts as corrected. One that would break
a hard edit, or that too few peers stand behind, is not imputed: the answer stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.answers import FRAME, number_of, row_of
from survey.editing.deduction import plain_number
from survey.editing.editor import code_of, key_of
from survey.expressions import LAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.editing.checks import Check
    from survey.editing.editor import Editor, Key

__all__ = ["FEWEST_PEERS", "cut_off", "impute"]

FEWEST_PEERS = 3


def cut_off(editor: Editor, queries: pd.DataFrame, checks: Sequence[Check]) -> None:
    """Handle the answers of every unsettled query as the policy says, if the cut-off is given."""
    policy = editor.questionnaire.policy
    if policy.cutoff is None:
        return
    hard = {check.id for check in checks if check.severity == "hard"}
    answers = editor.answers()  # what peers answered, before anything is imputed
    for query in queries[queries["state"] != "closed"].to_dict("records"):
        keys = [key_of(query["member_id"], item) for item in query["items"].split("; ") if item]
        lost = [key for key in keys if not editor.has_value(key)]
        cannot_stand = query["rule"] in hard or bool(lost)
        how: str = policy.unanswered.hard if cannot_stand else policy.unanswered.soft
        for key in lost if cannot_stand else keys:
            if not _handled(editor, key) and editor.questionnaire.by_code[key[1]].numeric:
                row = {
                    "step": "imputation",
                    "rule": query["rule"],
                    "author": "policy",
                    "at": str(policy.cutoff),
                }
                if how == "drop":
                    _drop(editor, key, row)
                elif how != "keep":
                    value = impute(answers, key[0], code_of(key), how)
                    if value is not None:
                        _impute(editor, key, value, row | {"reason": how}, checks)


def _handled(editor: Editor, key: Key) -> bool:
    return any(
        row["step"] == "imputation" and (row["member_id"], row["question"], row["option"]) == key
        for row in editor.ledger
    )


def _drop(editor: Editor, key: Key, row: dict[str, str]) -> None:
    if editor.has_value(key):
        before = editor.set(key, "", "nulled")
        reason = "截止日前未答复 no reply by the cut-off"
        editor.log(key, before=before, action="null", reason=reason, **row)


def _impute(editor: Editor, key: Key, value: float, row: dict[str, str], checks: Sequence[Check]) -> None:
    """Put a value in the place of an answer, unless it breaks a hard edit."""
    text = plain_number(value, whole=editor.questionnaire.by_code[key[1]].type == "count")
    status, before = editor.statuses[editor.place[key]], editor.value(key)
    editor.set(key, text, "corrected")
    if _breaks(editor, key[0], checks):
        editor.set(key, before, status)
    else:
        editor.log(key, before=before, after=text, action="impute", **row)


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
    kind = row_of(answers, member_id)[FRAME + "bank_type"]
    own = (answers[FRAME + "bank_type"] == kind).fillna(value=False)
    peers = answers[own & (answers.index != member_id)]
    now = peers[code].astype("Float64")
    if how == "median":
        known = now.dropna()
        return float(known.median()) if len(known) >= FEWEST_PEERS else None
    before = peers[LAST + code].astype("Float64")
    ratios = (now / before)[(before > 0) & now.notna()].dropna()
    last = number_of(answers, member_id, LAST + code)
    if last is None or len(ratios) < FEWEST_PEERS:
        return None
    return last * float(ratios.median())
