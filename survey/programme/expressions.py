"""A small safe language for routing, edit rules and indicators: comparisons, arithmetic, and/or/not.

``calls_handled_human <= calls_requested`` · ``marketing_outbound == yes and mk_channels.phone`` ·
``abs(front + middle + back - 100) <= 0.5`` · ``answered(staff_total)`` · ``region in (north, south)``

A name is a question (``staff_total``) or a question's option (``channels_offered.app``); a bare word that is
no question is an option code or a value; ``last.staff_total`` is the member's own answer of the wave before.
A missing answer makes a comparison unknown, not false (Kleene).
Nothing of Python is evaluated: the text is parsed and only the forms above are accepted.
"""

from __future__ import annotations

import ast
import operator
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LAST", "Expression", "ExpressionError", "dotted"]

LAST = "last."  # what an answer of the wave before begins with

ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISON: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS = ("abs", "answered", "count", "any_of")


class ExpressionError(ValueError):
    """An expression that this language does not know."""


class Expression:
    """One parsed expression.

    Parameters
    ----------
    text : str
        The expression.

    Raises
    ------
    ExpressionError
        If the text is not of the language; the message says which part.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise ExpressionError(
                f"`{text}` is no expression: {error.msg} at character {error.offset}"
            ) from None
        _check(self._tree, text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @property
    def tree(self) -> ast.expr:
        """The parsed form, for those that translate it."""
        return self._tree

    @cached_property
    def names(self) -> frozenset[str]:
        """Every bare word and every dotted name: questions, options and values alike."""
        return frozenset(_names(self._tree))

    def evaluate(self, answers: pd.DataFrame) -> pd.Series[Any]:
        """Evaluate on one row per member.

        Parameters
        ----------
        answers : DataFrame
            Columns named after questions (`Float64`, `string`) and options (`question.option`, `boolean`).

        Returns
        -------
        Series
            `boolean` or `Float64`, indexed like `answers`; missing where the answer is unknown.
        """
        value = _evaluate(self._tree, answers)
        if not isinstance(value, pd.Series):
            value = pd.Series([value] * len(answers), index=answers.index)
        return value


def _check(node: ast.AST, text: str) -> None:
    """Refuse every form that the language does not know."""
    parts = _parts(node)
    if parts is None:
        raise ExpressionError(
            f"`{text}`: {type(node).__name__} is not of the expression language; "
            f"it has + - * /, comparisons, in, and, or, not, {', '.join(FUNCTIONS)}"
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (node.keywords or not node.args):
        name = node.func.id
        raise ExpressionError(f"`{text}`: {name} takes names of questions or options, as in {name}(...)")
    for part in parts:
        _check(part, text)


def _parts(node: ast.AST) -> list[ast.expr] | None:
    """Return what a form of the language is made of; None where it is no form of it."""
    parts: list[ast.expr] | None = None
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            parts = [left, right]
        case ast.BoolOp(values=several) | ast.Tuple(elts=several):
            parts = several
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            parts = [operand]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(map(_compares, ops)):
            parts = [left, *others]
        case ast.Call(func=ast.Name(id=name), args=several) if name in FUNCTIONS:
            parts = several
        case ast.Attribute() if dotted(node):
            parts = []
        case ast.Name() | ast.Constant(value=int() | float() | str()):
            parts = []
    return parts


def dotted(node: ast.AST) -> str:
    """Return the name that an attribute spells, ``channels.app`` or ``last.channels.app``; empty if none."""
    match node:
        case ast.Attribute(value=ast.Name(id=first), attr=rest):
            return f"{first}.{rest}"
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="last"), attr=question), attr=option):
            return f"{LAST}{question}.{option}"
    return ""


def _compares(op: ast.cmpop) -> bool:
    return type(op) in COMPARISON or isinstance(op, ast.In | ast.NotIn)


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [dotted(node)]
    if isinstance(node, ast.Call):
        return [name for part in node.args for name in _names(part)]
    return [name for child in ast.iter_child_nodes(node) for name in _names(child)]


def _evaluate(node: ast.AST, answers: pd.DataFrame) -> Any:
    """Evaluate one node; a constant stays a scalar, a column becomes a series."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return answers.get(name, name)
        case ast.Attribute():
            return answers[dotted(node)]
        case ast.Tuple(elts=parts):
            return [_evaluate(part, answers) for part in parts]
        case ast.Compare():
            return _compare(node, answers)
    return _operate(node, answers)


def _operate(node: ast.AST, answers: pd.DataFrame) -> Any:
    """Evaluate an operation: arithmetic, and, or, not, a function."""
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            value = _evaluate(operand, answers)
            return ~_truth(value) if isinstance(op, ast.Not) else -value
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](_evaluate(left, answers), _evaluate(right, answers))
        case ast.BoolOp(op=op, values=parts):
            truths = [_truth(_evaluate(part, answers)) for part in parts]
            return reduce(operator.and_ if isinstance(op, ast.And) else operator.or_, truths)
        case ast.Call(func=ast.Name(id=name), args=parts):
            return _call(name, [_evaluate(part, answers) for part in parts], answers)
    raise ExpressionError(f"{type(node).__name__} is not of the expression language")


def _compare(node: ast.Compare, answers: pd.DataFrame) -> Any:
    left, result = _evaluate(node.left, answers), None
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _evaluate(comparator, answers)
        if isinstance(op, ast.In | ast.NotIn):
            held = left.isin(right).astype("boolean").mask(left.isna())
            held = ~held if isinstance(op, ast.NotIn) else held
        else:
            held = COMPARISON[type(op)](left, right)
        result = held if result is None else result & held
        left = right
    return result


def _call(name: str, values: list[Any], answers: pd.DataFrame) -> Any:
    if name == "abs":
        return abs(values[0])
    if name == "answered":
        return reduce(operator.and_, [value.notna().astype("boolean") for value in values])
    ticks = [_truth(value) for value in values]
    if name == "any_of":
        return reduce(operator.or_, ticks)
    total = pd.Series(0.0, index=answers.index, dtype="Float64")
    return reduce(operator.add, [tick.astype("Float64") for tick in ticks], total)


def _truth(value: Any) -> Any:
    """Read a column as true, false or unknown."""
    return value.astype("boolean") if isinstance(value, pd.Series) and value.dtype != "boolean" else value
