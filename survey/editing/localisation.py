"""Error localisation after Fellegi and Holt: the fewest answers that must be wrong for all edits to hold.

Of a record that fails hard edits the smallest weighted set of answers is sought whose change can satisfy all
of them, numbers and choices together. A set either leaves room for all edits or not (`feasibility`); of one
that does not, at least one answer outside it must change too. These demands make a set-covering programme,
solved anew with each demand until its cheapest set leaves room.

References
----------
Fellegi & Holt (1976), A systematic approach to automatic edit and imputation, JASA 71(353), 17-35.
doi:10.1080/01621459.1976.10481472
Garfinkel, Kunnathur & Liepins (1986), Optimal imputation of erroneous data: categorical data, general edits,
Operations Research 34(5), 744-751 (the cutting planes). doi:10.1287/opre.34.5.744
de Waal, Pannekoek & Scholtus (2011), Handbook of Statistical Data Editing and Imputation, ch. 3-5.
doi:10.1002/9780470904848
R: ``editrules::localizeErrors``, ``errorlocate::locate_errors``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survey.editing.editor import code_of, key_of
from survey.editing.linear_edits import (
    Answered,
    Formula,
    Literal,
    NotLinearError,
    Value,
    column,
    columns_of,
    room,
    translate,
    variables,
)
from survey.editing.wide_answers import row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey.editing.editor import Editor, Key
    from survey.editing.edits import Check
    from survey.programme import Expression, Question, Questionnaire

__all__ = ["Localisation", "Suspect", "answered_of", "localise", "locate", "suspected_cells", "what_would_do"]

MOST_TIES = 8
MOST_ROUNDS = 500
CHEAP = 1e-9  # weights that differ by less are the same


@dataclass(frozen=True)
class Suspect:
    """An answer that is likely wrong, and what would do in its place, the other suspects being free.

    `low` and `high` bound a number; `options` are the codes of a single question that would do, ``1`` and
    ``0`` of a tick.
    """

    name: str
    low: float = float("-inf")
    high: float = float("inf")
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Localisation:
    """Which answers of a record are suspected.

    Attributes
    ----------
    weight : float
        What the cheapest change costs.
    solutions : tuple of tuple of Suspect
        Every set of that cost, in the order of the form; more than one: the edits cannot tell them apart.
    complete : bool
        Whether these are all of them (at most eight are listed).
    left_out : tuple of str
        Edits that are not linear and were not looked at.
    contradictory : bool
        Whether no answers at all could satisfy the edits.
    """

    weight: float
    solutions: tuple[tuple[Suspect, ...], ...]
    complete: bool = True
    left_out: tuple[str, ...] = ()
    contradictory: bool = False

    @property
    def suspected(self) -> tuple[str, ...]:
        """The answers suspected in every solution, in the order of the form."""
        if not self.solutions:
            return ()
        shared = set.intersection(*({suspect.name for suspect in one} for one in self.solutions))
        return tuple(suspect.name for suspect in self.solutions[0] if suspect.name in shared)


def localise(
    answers: Sequence[Answered], edits: Mapping[str, Expression], given: Mapping[str, float] | None = None
) -> Localisation:
    """Find the answers of one record that are likely wrong.

    Parameters
    ----------
    answers : sequence of Answered
        The record, in the order of the form. A missing answer costs nothing and is never suspected.
    edits : mapping
        The hard edits that can be evaluated on it, by id.
    given : mapping, optional
        Numbers that cannot change (``last.…``).
    """
    by_name = {answer.name: answer for answer in answers}
    formulas: list[Formula] = []
    left_out: list[str] = []
    for identity, edit in edits.items():
        try:
            formulas.append(translate(edit.tree, by_name, given or {}))
        except NotLinearError:
            left_out.append(identity)
    involved, near = _concerned(answers, formulas)
    if not involved:
        return Localisation(0.0, (), left_out=tuple(left_out))
    return _Search(involved, near, tuple(left_out)).run()


def _concerned(
    answers: Sequence[Answered], formulas: Sequence[Formula]
) -> tuple[list[Answered], list[Formula]]:
    """Return the answers and edits tied to a failing one by common answers; the others cannot matter."""
    home = {name: answer.name for answer in answers for name in columns_of(answer)}
    names = [frozenset(home[name] for name in variables(formula)) for formula in formulas]
    reached = {answer.name for answer in answers if not room([answer], frozenset(), ()).possible()}
    for own, formula in zip(names, formulas, strict=True):
        if not room([a for a in answers if a.name in own], frozenset(), [formula]).possible():
            reached |= own
    grown = True
    while grown:
        more = {name for own in names if own & reached for name in own}
        grown = not more <= reached
        reached |= more
    near = [formula for own, formula in zip(names, formulas, strict=True) if own & reached or not own]
    return [answer for answer in answers if answer.name in reached], near


class _Search:
    """The set-covering programme of one record, growing by a demand for each set that leaves no room."""

    def __init__(
        self, answers: Sequence[Answered], formulas: Sequence[Formula], left_out: tuple[str, ...]
    ) -> None:
        self.answers = answers
        self.formulas = formulas
        self.left_out = left_out
        self.names = [answer.name for answer in answers if answer.value is not None]
        self.weights = np.array([a.weight for a in answers if a.value is not None])
        self.demands: list[frozenset[str]] = []  # at least one of each must change
        self.found: list[frozenset[str]] = []

    def run(self) -> Localisation:
        if not self._leaves_room(frozenset(self.names)):
            return Localisation(0.0, (), left_out=self.left_out, contradictory=True)
        best, complete = float("inf"), True
        for _ in range(MOST_ROUNDS):
            chosen = self._cheapest()
            if chosen is None or self._cost(chosen) > best + CHEAP:
                break
            if not self._leaves_room(chosen):
                self.demands.append(self._demand(chosen))
                continue
            if len(self.found) == MOST_TIES:
                complete = False
                break
            best = self._cost(chosen)
            self.found.append(chosen)
        solutions = tuple(self._told(one) for one in sorted(self.found, key=self._order))
        return Localisation(best, solutions, complete, self.left_out)

    def _cost(self, chosen: frozenset[str]) -> float:
        return float(sum(w for name, w in zip(self.names, self.weights, strict=True) if name in chosen))

    def _order(self, chosen: frozenset[str]) -> tuple[int, ...]:
        return tuple(n for n, name in enumerate(self.names) if name in chosen)

    def _leaves_room(self, chosen: frozenset[str]) -> bool:
        return room(self.answers, chosen, self.formulas).possible()

    def _demand(self, chosen: frozenset[str]) -> frozenset[str]:
        """Return as few answers as can be told of which one must change: the rest may all, in vain."""
        vain = set(chosen)
        for name in self.names:
            if name not in vain and not self._leaves_room(frozenset(vain | {name})):
                vain.add(name)
        return frozenset(self.names) - vain

    def _cheapest(self) -> frozenset[str] | None:
        """Solve the set-covering programme; None where nothing is left."""
        # scipy takes a quarter of a second to import, and most records never need it
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above

        rows = [[float(name in demand) for name in self.names] for demand in self.demands]
        rows += [[-float(name in one) for name in self.names] for one in self.found]
        least = [1.0] * len(self.demands) + [1.0 - len(one) for one in self.found]
        rules = LinearConstraint(np.array(rows), np.array(least), np.inf) if rows else ()
        whole = np.ones(len(self.names))
        solved = milp(self.weights, constraints=rules, integrality=whole, bounds=Bounds(0, 1))
        if solved.status != 0:
            return None
        return frozenset(name for name, taken in zip(self.names, solved.x, strict=True) if round(taken))

    def _told(self, chosen: frozenset[str]) -> tuple[Suspect, ...]:
        """Say for each answer of a solution what would do."""
        left = room(self.answers, chosen, self.formulas)
        suspects = []
        for answer in self.answers:
            if answer.name not in chosen:
                continue
            if answer.kind == "number":
                suspects.append(Suspect(answer.name, *left.extent(answer.name)))
                continue
            if answer.kind == "single":
                options = tuple(
                    code
                    for code in answer.options
                    if left.admits(Literal((column(answer.name, code),), holds=True))
                )
            else:
                options = tuple(
                    c
                    for c, yes in (("1", True), ("0", False))
                    if left.admits(Literal((answer.name,), holds=yes))
                )
            suspects.append(Suspect(answer.name, options=options))
        return tuple(suspects)


# Localisation of a wave's hard failures: which cells are suspected, and what would do in their place.


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
