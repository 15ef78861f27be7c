"""Localisation of a wave's hard failures: which cells are suspected, and what would do in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.answers import row_of
from survey.editing.editor import code_of, key_of
from survey.editing.linear import Answered, Value
from survey.editing.localisation import Localisation, localise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.editing.checks import Check
    from survey.editing.editor import Editor, Key
    from survey.editing.localisation import Suspect
    from survey.questionnaire import Question, Questionnaire

__all__ = ["answered_of", "locate", "suspected_cells", "what_would_do"]


def answered_of(questionnaire: Questionnaire, row: pd.Series) -> list[Answered]:
    """Return one member's answers as the solver takes them; texts and dates are left out.

    A count lies at or above 0, a share between 0 and 100, unless the question's `range` says otherwise.
    """
    answers = []
    for item in questionnaire.items:
        question, value = questionnaire.by_code[item.question], row[item.code]
        if question.type in {"text", "date"}:
            continue
        known: Value = None if pd.isna(value) else value
        if item.option:
            answers.append(Answered(item.code, "tick", known, weight=question.reliability))
        elif question.type == "single":
            options = tuple(option.code for option in question.options)
            answers.append(Answered(item.code, "single", known, options=options, weight=question.reliability))
        else:
            low, high = question.range or _natural(question)
            number = None if known is None else float(known)
            answers.append(
                Answered(
                    item.code, "number", number, low, high, question.type == "count", (), question.reliability
                )
            )
    return answers


def _natural(question: Question) -> tuple[float, float]:
    low = 0.0 if question.type in {"count", "share"} else float("-inf")
    return low, 100.0 if question.type == "share" else float("inf")


def locate(editor: Editor, checks: Sequence[Check]) -> dict[str, Localisation]:
    """Localise the errors of every member that fails a hard edit, on the answers as they stand."""
    answers = editor.answers()
    hard = [check for check in checks if check.severity == "hard"]
    held = {check.id: check.hold(answers) for check in hard}
    failing = sorted(
        {str(m) for one in held.values() for m in one.index[one.eq(other=False).fillna(value=False)]}
    )
    found = {}
    for member in failing:
        edits = {
            check.id: check.expression
            for check in hard
            if check.expression is not None and pd.notna(held[check.id][member])
        }
        record = answered_of(editor.questionnaire, row_of(answers, member))
        found[member] = localise(record, edits, editor.given(member))
    return found


def suspected_cells(editor: Editor, member_id: str, found: Localisation | None, keys: Sequence[Key]) -> str:
    """Return the suspected cells among those of one query: ``a; b`` together, ``a | b`` one or the other."""
    names = {code_of(key) for key in keys}
    solutions = found.solutions if found else ()
    told = [
        "; ".join(editor.cell(key_of(member_id, s.name)) for s in one if s.name in names) for one in solutions
    ]
    return " | ".join(dict.fromkeys(filter(None, told)))


def what_would_do(editor: Editor, member_id: str, found: Localisation | None, keys: Sequence[Key]) -> str:
    """Return what would do in each suspected cell, readable in both languages: ``Sheet!E5: 0–1,000``."""
    names = {code_of(key) for key in keys}
    told = [
        f"{editor.cell(key_of(member_id, suspect.name))}: {_room(editor.questionnaire, suspect)}"
        for solution in (found.solutions if found else ())
        for suspect in solution
        if suspect.name in names
    ]
    return " | ".join(dict.fromkeys(told))


def _room(questionnaire: Questionnaire, suspect: Suspect) -> str:
    question = questionnaire.by_code[suspect.name.partition(".")[0]]
    if question.type == "multi":
        return ", ".join({"1": "是 yes", "0": "否 no"}[option] for option in suspect.options)
    if question.options:
        labels = {option.code: f"{option.zh} {option.en}" for option in question.options}
        return ", ".join(labels[option] for option in suspect.options)
    low, high = (_number(end) for end in (suspect.low, suspect.high))
    if low == high:
        return low
    if not low or not high:
        return f"≥ {low}" if low else f"≤ {high}" if high else "—"
    return f"{low}–{high}"


def _number(value: float) -> str:
    if value in {float("inf"), float("-inf")}:
        return ""
    return f"{value:,.6f}".rstrip("0").rstrip(".")
