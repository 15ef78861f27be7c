"""Whether some answers can be chosen so that all edits hold, and between which values each may then lie.

The fixed answers are put in, so that only those free to change are left as columns of a mixed-integer
programme. A choice between two conditions on numbers is tried part by part instead of being forced into
one programme by a large constant, whose rounding would let a wrong amount of millions pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survey.editing.linear import Both, Either, Formula, Linear, Literal, column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survey.editing.linear import Answered

__all__ = ["Room", "columns_of", "room"]

DUST = 1e-9  # what floating point leaves of a decimal number
DUST_OF_LARGE = (
    1e-12  # the same in parts of a large one: below a unit up to hundreds of thousands of millions
)
GAP = 1e-6  # how far a strict comparison of numbers with decimals keeps off its bound
INFEASIBLE = 2  # of scipy.optimize.milp
FALSE = Either(())


def columns_of(answer: Answered) -> tuple[str, ...]:
    """Return the columns of an answer: one for each option of a single question, else one."""
    if answer.kind == "single":
        return tuple(column(answer.name, option) for option in answer.options)
    return (answer.name,)


def _settled(answer: Answered) -> dict[str, float]:
    """Return what an answer puts into its columns."""
    if answer.kind == "single":
        return {column(answer.name, option): float(option == answer.value) for option in answer.options}
    return {answer.name: float(answer.value or 0.0)}


@dataclass(frozen=True)
class Room:
    """What is left to choose: formulas of the free answers alone.

    Attributes
    ----------
    free : tuple of Answered
        The answers that may change.
    formulas : tuple of Formula
        What must hold of them.
    """

    free: tuple[Answered, ...]
    formulas: tuple[Formula, ...]

    def possible(self) -> bool:
        """Whether any choice makes all formulas hold."""
        return any(status == 0 for status, _ in self._solutions({}))

    def extent(self, name: str) -> tuple[float, float]:
        """Return the least and the greatest value of a free number; infinite where nothing bounds it."""
        ends = []
        for sign in (1.0, -1.0):
            solved = self._solutions({name: sign})
            ends.append(sign * min(value if status == 0 else -math.inf for status, value in solved))
        return ends[0], ends[1]

    def admits(self, literal: Literal) -> bool:
        """Whether an option can be chosen, or a box ticked, with all formulas holding."""
        return Room(self.free, (*self.formulas, literal)).possible()

    def _solutions(self, objective: Mapping[str, float]) -> Iterator[tuple[int, float]]:
        """Yield status and objective of every way to settle the choices between conditions."""
        for rows in _ways(self.formulas, ()):
            if objective and self._solve(rows, {})[0] != 0:
                continue
            yield self._solve(rows, objective)

    def _solve(self, rows: Sequence[Linear], objective: Mapping[str, float]) -> tuple[int, float]:
        # scipy takes a quarter of a second to import, and most records never need it
        from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above

        names = [name for answer in self.free for name in columns_of(answer)]
        place = {name: n for n, name in enumerate(names)}
        known = [row for row in rows if not row.terms]
        if not all(_true(row) for row in known):
            return INFEASIBLE, math.nan
        if not names:
            return 0, 0.0
        own = [
            Linear(tuple((c, 1.0) for c in columns_of(a)), 1.0, equal=True)
            for a in self.free
            if a.kind == "single"
        ]
        kept = [*(row for row in rows if row.terms), *own]
        matrix = np.zeros((len(kept), len(names)))
        upper = np.zeros(len(kept))
        whole = {name for a in self.free if a.whole or a.kind != "number" for name in columns_of(a)}
        for r, row in enumerate(kept):
            for name, weight in row.terms:
                matrix[r, place[name]] = weight
            upper[r] = row.bound - (_gap(row, whole) if row.strict else 0.0)
        lower = np.where([row.equal for row in kept], upper, -np.inf)
        ends = [_ends(a) for a in self.free for _ in columns_of(a)]
        goal = np.array([objective.get(name, 0.0) for name in names])
        rules = LinearConstraint(matrix, lower, upper) if kept else ()
        found = milp(
            goal,
            constraints=rules,
            integrality=[int(name in whole) for name in names],
            bounds=Bounds([low for low, _ in ends], [high for _, high in ends]),
        )
        return int(found.status), float(found.fun) if found.status == 0 else math.nan


def room(answers: Sequence[Answered], free: frozenset[str], formulas: Sequence[Formula]) -> Room:
    """Put the values of all answers but the free ones into the formulas.

    A missing answer is always free: whatever it is, it can still be given.
    """
    values: dict[str, float] = {}
    for answer in answers:
        if answer.name not in free and answer.value is not None:
            values |= _settled(answer)
    left = tuple(answer for answer in answers if answer.name in free or answer.value is None)
    outside = [
        FALSE
        for answer in answers
        if answer.kind == "number"
        and answer.name in values
        and not answer.low - DUST <= values[answer.name] <= answer.high + DUST
    ]
    put_in = (_put(formula, values) for formula in formulas)
    return Room(left, tuple(dict.fromkeys((*outside, *put_in))))


def _put(formula: Formula, values: Mapping[str, float]) -> Formula:  # noqa: PLR0911 - one return for each form of a formula
    """Put known values into a formula and drop what is settled by them."""
    match formula:
        case Linear():
            known = sum(weight * values[name] for name, weight in formula.terms if name in values)
            terms = tuple(term for term in formula.terms if term[0] not in values)
            row = Linear(terms, formula.bound - known, formula.equal, formula.strict)
            if terms:
                return row
            scale = max([1.0, *(abs(weight * values[name]) for name, weight in formula.terms)])
            return Both(()) if _true(row, scale) else FALSE
        case Literal():
            if any(values.get(name) for name in formula.names):
                return Both(()) if formula.holds else FALSE
            names = tuple(name for name in formula.names if name not in values)
            if names:
                return Literal(names, formula.holds)
            return FALSE if formula.holds else Both(())
        case Both():
            parts = tuple(part for part in (_put(p, values) for p in formula.parts) if part != Both(()))
            return FALSE if FALSE in parts else Both(parts)
        case Either():
            parts = tuple(part for part in (_put(p, values) for p in formula.parts) if part != FALSE)
            return Both(()) if Both(()) in parts else Either(parts)


def _ways(formulas: Sequence[Formula], rows: tuple[Linear, ...]) -> Iterator[tuple[Linear, ...]]:
    """Yield, for each way to settle the choices between conditions, the rows that then hold."""
    if not formulas:
        yield rows
        return
    first, *rest = formulas
    match first:
        case Linear():
            yield from _ways(rest, (*rows, first))
        case Literal():
            yield from _ways(rest, (*rows, _one_of((first,))))
        case Both(parts=parts):
            yield from _ways([*parts, *rest], rows)
        case Either(parts=parts):
            literals = [part for part in parts if isinstance(part, Literal)]
            others: list[Formula] = [part for part in parts if not isinstance(part, Literal)]
            if literals:  # options and ticks are one row together, whichever of them it is
                yield from _ways(rest, (*rows, _one_of(literals)))
            for part in others:
                yield from _ways([part, *rest], rows)


def _one_of(literals: Sequence[Literal]) -> Linear:
    """Return the row that says: at least one of the literals is true."""
    terms: dict[str, float] = {}
    bound = -1.0
    for literal in literals:
        for name in literal.names:
            terms[name] = terms.get(name, 0.0) + (-1.0 if literal.holds else 1.0)
        bound += 0.0 if literal.holds else 1.0
    return Linear(tuple((name, weight) for name, weight in terms.items() if weight), bound)


def _true(row: Linear, scale: float = 1.0) -> bool:
    dust = max(DUST, DUST_OF_LARGE * max(scale, abs(row.bound)))
    if row.equal:
        return abs(row.bound) <= dust
    return row.bound > dust if row.strict else row.bound >= -dust


def _gap(row: Linear, whole: set[str]) -> float:
    counts = all(name in whole and float(weight).is_integer() for name, weight in row.terms)
    return 1.0 if counts and float(row.bound).is_integer() else GAP * max(1.0, abs(row.bound))


def _ends(answer: Answered) -> tuple[float, float]:
    return (answer.low, answer.high) if answer.kind == "number" else (0.0, 1.0)
