"""The linear part of the expression language: edits as sums, comparisons and choices that a solver takes.

An edit becomes a `Formula`: `Linear` rows (a weighted sum of numbers at most, or equal to, a bound),
`Literal` ones (an option chosen or a box ticked, or not), joined by `Both` and `Either`. What is not linear -
a product or quotient of two answers, texts, dates - raises `NotLinearError` and is named by the caller.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from typing import Literal as Kind

import numpy as np

from survey.programme import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "Answered",
    "Both",
    "Either",
    "Formula",
    "Linear",
    "Literal",
    "NotLinearError",
    "Room",
    "Value",
    "column",
    "columns_of",
    "room",
    "translate",
    "variables",
]

Value: TypeAlias = float | bool | str | None


class NotLinearError(ValueError):
    """An edit that no linear programme can hold."""


@dataclass(frozen=True)
class Answered:
    """One answer of a record, as the solver sees it.

    `kind` is number, single or tick; `value` what was answered, None where nothing was; `low` and `high`
    bound a number; `whole` says that it counts things; `options` are those of a single question; `weight` is
    what changing it costs.
    """

    name: str
    kind: Kind["number", "single", "tick"]
    value: Value
    low: float = float("-inf")
    high: float = float("inf")
    whole: bool = False
    options: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Linear:
    """``sum of terms <= bound``; `equal`: ``==``; `strict`: ``<``. Without terms it is true or false."""

    terms: tuple[tuple[str, float], ...]
    bound: float
    equal: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Literal:
    """One of `names` is 1 (`holds`), or none is: the options of one question, at most one of which is."""

    names: tuple[str, ...]
    holds: bool


@dataclass(frozen=True)
class Both:
    """All parts hold; without parts it is true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Either:
    """At least one part holds; without parts it is false."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = Linear | Literal | Both | Either

TRUE, FALSE = Both(()), Either(())
OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def column(name: str, option: str) -> str:
    """Return the name of the 0-or-1 column that says whether a single question's option was chosen."""
    return f"{name}={option}"


def variables(formula: Formula) -> frozenset[str]:
    """Return every column that a formula names."""
    match formula:
        case Linear(terms=terms):
            return frozenset(name for name, _ in terms)
        case Literal(names=names):
            return frozenset(names)
    return frozenset(name for part in formula.parts for name in variables(part))


def translate(tree: ast.expr, answers: Mapping[str, Answered], given: Mapping[str, float]) -> Formula:
    """Translate a parsed expression.

    Parameters
    ----------
    tree : ast.expr
        Of an `Expression`.
    answers : mapping
        The record's answers by name.
    given : mapping
        Numbers that cannot be changed, such as ``last.staff_total``.

    Raises
    ------
    NotLinearError
        If it is not linear in the answers.
    """
    return _Translator(answers, given).formula(tree, holds=True)


@dataclass
class _Sum:
    """A weighted sum of columns and a constant."""

    terms: dict[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def plus(self, other: _Sum, factor: float = 1.0) -> _Sum:
        terms = dict(self.terms)
        for name, weight in other.terms.items():
            terms[name] = terms.get(name, 0.0) + factor * weight
        kept = {name: weight for name, weight in terms.items() if weight}
        return _Sum(kept, self.constant + factor * other.constant)

    def times(self, factor: float) -> _Sum:
        return _Sum().plus(self, factor)


@dataclass(frozen=True)
class _Translator:
    answers: Mapping[str, Answered]
    given: Mapping[str, float]

    def formula(self, node: ast.expr, *, holds: bool) -> Formula:
        """Translate what is true or false; `holds` False: its opposite."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.formula(operand, holds=not holds)
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.formula(value, holds=holds) for value in values)
                return Both(parts) if isinstance(op, ast.And) == holds else Either(parts)
            case ast.Compare():
                return self._chain(node, holds=holds)
            case ast.Call(func=ast.Name(id="any_of"), args=args):
                parts = tuple(self.formula(arg, holds=holds) for arg in args)
                return Either(parts) if holds else Both(parts)
            case ast.Call(func=ast.Name(id="answered"), args=args):
                # a change of a value leaves it answered
                known = all(self._answer(arg).value is not None for arg in args)
                return TRUE if known == holds else FALSE
        return Literal((self._tick(node),), holds)

    def _chain(self, node: ast.Compare, *, holds: bool) -> Formula:
        sides = [node.left, *node.comparators]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        parts = tuple(
            self._pair(left, type(op) if holds else OPPOSITE[type(op)], right) for left, op, right in pairs
        )
        if len(parts) == 1:
            return parts[0]
        return Both(parts) if holds else Either(parts)

    def _pair(self, left: ast.expr, op: type[ast.cmpop], right: ast.expr) -> Formula:
        chosen = self._chosen(left, op, right) or self._chosen(right, op, left)
        if chosen:
            return chosen
        if op in {ast.In, ast.NotIn}:
            return self._among(left, op, right)
        if absolute := _absolute(left):
            return self._around(self.sum(absolute), op, self.sum(right))
        if (absolute := _absolute(right)) and op in _TURNED:
            return self._around(self.sum(absolute), _TURNED[op], self.sum(left))
        return _compared(self.sum(left).plus(self.sum(right), -1.0), op)

    def _chosen(self, one: ast.expr, op: type[ast.cmpop], other: ast.expr) -> Formula | None:
        """Translate a single question against one of its options; None where `one` is no such question."""
        answer = self.answers.get(_name(one))
        if answer is None or answer.kind != "single" or op in {ast.In, ast.NotIn}:
            return None
        if op not in {ast.Eq, ast.NotEq}:
            raise NotLinearError
        return self._options(answer, (_word(other),), holds=op is ast.Eq)

    def _among(self, left: ast.expr, op: type[ast.cmpop], right: ast.expr) -> Formula:
        several = right.elts if isinstance(right, ast.Tuple) else [right]
        answer = self._answer(left)
        if answer.kind == "single":
            return self._options(answer, tuple(_word(one) for one in several), holds=op is ast.In)
        parts = tuple(self._pair(left, ast.Eq if op is ast.In else ast.NotEq, one) for one in several)
        return Either(parts) if op is ast.In else Both(parts)

    @staticmethod
    def _options(answer: Answered, codes: tuple[str, ...], *, holds: bool) -> Formula:
        known = tuple(column(answer.name, code) for code in answer.options if code in codes)
        return Literal(known, holds) if known else (FALSE if holds else TRUE)

    def _around(self, inner: _Sum, op: type[ast.cmpop], bound: _Sum) -> Formula:
        """Translate ``abs(inner) op bound``."""
        above = (inner, inner.times(-1.0))
        match op():
            case ast.LtE() | ast.Lt():
                return Both(tuple(_compared(side.plus(bound, -1.0), op) for side in above))
            case ast.GtE() | ast.Gt():
                return Either(tuple(_compared(side.plus(bound, -1.0), op) for side in above))
        at_most = self._around(inner, ast.LtE if op is ast.Eq else ast.Lt, bound)
        at_least = self._around(inner, ast.GtE if op is ast.Eq else ast.Gt, bound)
        return Both((at_most, at_least)) if op is ast.Eq else Either((at_most, at_least))

    def sum(self, node: ast.expr) -> _Sum:  # noqa: PLR0911 - one return for each form of a sum
        """Translate a number."""
        match node:
            case ast.Constant(value=int() | float() as value):
                return _Sum(constant=float(value))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.sum(operand).times(-1.0)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.sum(left).plus(self.sum(right))
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return self.sum(left).plus(self.sum(right), -1.0)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self._product(self.sum(left), self.sum(right))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                below = self.sum(right)
                if below.terms or not below.constant:
                    raise NotLinearError
                return self.sum(left).times(1 / below.constant)
            case ast.Call(func=ast.Name(id="count"), args=args):
                return _Sum({self._tick(arg): 1.0 for arg in args})
        return self._number(node)

    @staticmethod
    def _product(one: _Sum, other: _Sum) -> _Sum:
        if one.terms and other.terms:
            raise NotLinearError
        return one.times(other.constant) if one.terms else other.times(one.constant)

    def _number(self, node: ast.expr) -> _Sum:
        if (name := _name(node)) in self.given:
            return _Sum(constant=self.given[name])
        answer = self._answer(node)
        if answer.kind == "single":
            raise NotLinearError
        return _Sum({answer.name: 1.0})

    def _tick(self, node: ast.expr) -> str:
        answer = self._answer(node)
        if answer.kind != "tick":
            raise NotLinearError
        return answer.name

    def _answer(self, node: ast.expr) -> Answered:
        answer = self.answers.get(_name(node))
        if answer is None:
            raise NotLinearError
        return answer


_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq,
}  # fmt: skip


def _absolute(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Name(id="abs"), args=[inner]):
            return inner
    return None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else dotted(node)


def _word(node: ast.expr) -> str:
    match node:
        case ast.Name(id=word):
            return word
        case ast.Constant(value=str() as word):
            return word
    raise NotLinearError


def _compared(difference: _Sum, op: type[ast.cmpop]) -> Formula:
    """Translate ``difference op 0``."""

    def row(total: _Sum, **how: bool) -> Linear:
        return Linear(tuple(sorted(total.terms.items())), -total.constant, **how)

    turned = difference.times(-1.0)
    forms: dict[type[ast.cmpop], Callable[[], Formula]] = {
        ast.LtE: lambda: row(difference),
        ast.Lt: lambda: row(difference, strict=True),
        ast.GtE: lambda: row(turned),
        ast.Gt: lambda: row(turned, strict=True),
        ast.Eq: lambda: row(difference, equal=True),
        ast.NotEq: lambda: Either((row(difference, strict=True), row(turned, strict=True))),
    }
    return forms[op]()


# Whether some answers can be chosen so that all edits hold, and between which values each may then lie.
#
# The fixed answers are put in, so that only those free to change are left as columns of a mixed-integer
# programme. A choice between two conditions on numbers is tried part by part instead of being forced into
# one programme by a large constant, whose rounding would let a wrong amount of millions pass.


DUST = 1e-9  # what floating point leaves of a decimal number
DUST_OF_LARGE = (
    1e-12  # the same in parts of a large one: below a unit up to hundreds of thousands of millions
)
GAP = 1e-6  # how far a strict comparison of numbers with decimals keeps off its bound
INFEASIBLE = 2  # of scipy.optimize.milp


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
            return TRUE if _true(row, scale) else FALSE
        case Literal():
            if any(values.get(name) for name in formula.names):
                return TRUE if formula.holds else FALSE
            names = tuple(name for name in formula.names if name not in values)
            if names:
                return Literal(names, formula.holds)
            return FALSE if formula.holds else TRUE
        case Both():
            parts = tuple(part for part in (_put(p, values) for p in formula.parts) if part != Both(()))
            return FALSE if FALSE in parts else Both(parts)
        case Either():
            parts = tuple(part for part in (_put(p, values) for p in formula.parts) if part != FALSE)
            return TRUE if TRUE in parts else Either(parts)


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
