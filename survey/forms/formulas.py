"""Translate the questionnaire's expressions into spreadsheet formulas, or say that it cannot be done.

A missing answer makes a comparison unknown, not false (see `survey.programme.expressions`). A spreadsheet
knows no
unknown: every condition therefore becomes two formulas, one that holds where it is certainly true and one
where it is certainly false. What the form claims is then never more than what the secretariat will find.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from survey.programme import Question

__all__ = ["Cells", "Truth", "UntranslatableError", "literal", "translate"]

LONGEST_LITERAL = 250  # a spreadsheet takes no more than 255 characters between quotation marks
LONGEST_FORMULA = 8000  # and no more than 8192 in a formula
ORDERED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "<>"}
MOST_PARTS = 255  # arguments of a function
CALL_LIKE = re.compile(r"(?<=[A-Z])\(")
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class UntranslatableError(Exception):
    """An expression that no formula says; the message names the part."""


@dataclass(frozen=True)
class Cells:
    """Where an item stands: its answer, whether it applies (1, 0, 2 for unknown), its value."""

    answer: str
    applies: str
    value: str


@dataclass(frozen=True)
class Truth:
    """A condition: the formula that holds where it is true, and the one that holds where it is false."""

    true: str
    false: str


@dataclass(frozen=True)
class _Number:
    """A number: its formula, what must hold for it to be known, and what then for it to exist."""

    value: str
    known: tuple[str, ...] = ()
    exists: tuple[str, ...] = ()

    def __add__(self, other: _Number) -> _Number:
        return _Number("", self.known + other.known, self.exists + other.exists)

    def when_known(self, condition: str) -> str:
        """Return the formula of a condition that is false where the number is not known."""
        for guard in reversed(self.exists):
            condition = f"IF({guard},{condition},FALSE)"
        return f"IF({_all(self.known)},{condition},FALSE)" if self.known else condition


@dataclass(frozen=True)
class _Choice:
    """The answer of a single question: the place of the chosen option, counted from one."""

    question: Question
    value: str


@dataclass(frozen=True)
class _Word:
    """An option's code."""

    code: str


_Part = Truth | _Number | _Choice | _Word


def literal(text: str) -> str:
    """Return a text as a formula's constant, in pieces where it is long.

    A word in capitals is parted from its bracket: the writer of workbooks would take it for a function.
    """
    pieces = [text[n : n + LONGEST_LITERAL] for n in range(0, len(text), LONGEST_LITERAL)] or [""]
    quoted = "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return CALL_LIKE.sub('"&"(', quoted)


def translate(expression: str, cells: Mapping[str, Cells], questions: Mapping[str, Question]) -> Truth:
    """Translate a condition.

    Parameters
    ----------
    expression : str
        A condition in the questionnaire's language.
    cells : mapping
        Item code to its cells; the value cell holds a number, an option's place, 1 or 0 for a tick, or an
        empty text where it is not known.
    questions : mapping
        The questions by code.

    Raises
    ------
    UntranslatableError
        If a part of it has no exact counterpart.
    """
    truth = _Translator(cells, questions).truth(ast.parse(expression.strip(), mode="eval").body)
    if max(len(truth.true), len(truth.false)) > LONGEST_FORMULA:
        raise UntranslatableError("it is longer than a spreadsheet's formula may be")
    return truth


def _all(conditions: Iterable[str]) -> str:
    return _joined("AND", conditions)


def _any(conditions: Iterable[str]) -> str:
    return _joined("OR", conditions)


def _joined(function: str, conditions: Iterable[str]) -> str:
    several = list(dict.fromkeys(conditions))
    if len(several) > MOST_PARTS:
        raise UntranslatableError("it has more parts than a spreadsheet's formula may have")
    return several[0] if len(several) == 1 else f"{function}({','.join(several)})"


class _Translator:
    """Translates the parts of one expression."""

    def __init__(self, cells: Mapping[str, Cells], questions: Mapping[str, Question]) -> None:
        self.cells, self.questions = cells, questions

    def truth(self, node: ast.expr) -> Truth:
        part = self.part(node)
        if not isinstance(part, Truth):
            raise UntranslatableError(f"`{ast.unparse(node)}` is no condition")
        return part

    def number(self, node: ast.expr) -> _Number:
        part = self.part(node)
        if not isinstance(part, _Number):
            raise UntranslatableError(f"`{ast.unparse(node)}` is no number")
        return part

    def part(self, node: ast.expr) -> _Part:  # noqa: C901, PLR0911 - one return for each form of the language
        match node:
            case ast.Constant(value=bool()):
                raise UntranslatableError(f"`{ast.unparse(node)}` stands for no answer")
            case ast.Constant(value=int() | float() as value):
                return _Number(repr(value))
            case ast.Constant(value=str(word)):
                return _Word(word)
            case ast.Name() | ast.Attribute():
                return self.name(ast.unparse(node))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                held = self.truth(operand)
                return Truth(held.false, held.true)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                one = self.number(operand)
                return _Number(f"(-{one.value})", one.known, one.exists)
            case ast.BinOp():
                return self.arithmetic(node)
            case ast.BoolOp(op=op, values=several):
                return self.joined([self.truth(one) for one in several], every=isinstance(op, ast.And))
            case ast.Compare():
                return self.chain(node)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise UntranslatableError(f"`{ast.unparse(node)}` has no counterpart in a spreadsheet")

    def name(self, name: str) -> _Part:
        code = name.partition(".")[0]
        question = self.questions.get(code)
        if question is None:
            return _Word(name)
        cells = self.cells[name]
        if question.type == "multi":
            return Truth(f"({cells.value}=1)", f"AND(ISNUMBER({cells.value}),{cells.value}=0)")
        if question.type == "single":
            return _Choice(question, cells.value)
        if question.numeric:
            return _Number(cells.value, (f"ISNUMBER({cells.value})",))
        raise UntranslatableError(f"the answer to {name} cannot be compared in a spreadsheet")

    def arithmetic(self, node: ast.BinOp) -> _Number:
        left, right = self.number(node.left), self.number(node.right)
        sign, both = OPERATORS.get(type(node.op)), left + right
        if sign is None:
            raise UntranslatableError(f"`{ast.unparse(node)}` has no counterpart in a spreadsheet")
        divides = (f"{right.value}<>0",) if sign == "/" else ()
        return _Number(f"({left.value}{sign}{right.value})", both.known, both.exists + divides)

    @staticmethod
    def joined(parts: Sequence[Truth], *, every: bool) -> Truth:
        true, false = [part.true for part in parts], [part.false for part in parts]
        return Truth(_all(true), _any(false)) if every else Truth(_any(true), _all(false))

    def chain(self, node: ast.Compare) -> Truth:
        links, left = [], node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            links.append(self.compare(left, op, right))
            left = right
        return self.joined(links, every=True)

    def compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Truth:
        if isinstance(op, ast.In | ast.NotIn):
            words = right.elts if isinstance(right, ast.Tuple) else [right]
            held = self.joined([self.compare(left, ast.Eq(), word) for word in words], every=False)
            return Truth(held.false, held.true) if isinstance(op, ast.NotIn) else held
        one, other, sign = self.part(left), self.part(right), ORDERED[type(op)]
        if isinstance(one, _Word):
            one, other = other, one
        if isinstance(one, _Choice) and isinstance(other, _Word) and sign in {"=", "<>"}:
            held = _chosen(one, other)
            return held if sign == "=" else Truth(held.false, held.true)
        if isinstance(one, _Number) and isinstance(other, _Number):
            both, holds = one + other, f"{one.value}{sign}{other.value}"
            return Truth(both.when_known(f"({holds})"), both.when_known(f"NOT({holds})"))
        raise UntranslatableError(f"`{ast.unparse(left)}` and `{ast.unparse(right)}` cannot be compared")

    def call(self, name: str, arguments: Sequence[ast.expr]) -> _Part:
        if name == "abs" and len(arguments) == 1:
            one = self.number(arguments[0])
            return _Number(f"ABS({one.value})", one.known, one.exists)
        if name == "answered":
            return self.joined([self.answered(ast.unparse(one)) for one in arguments], every=True)
        if name == "any_of":
            return self.joined([self.truth(one) for one in arguments], every=False)
        if name == "count":
            ticks = [self.truth(one) for one in arguments]
            known = tuple(f"OR({tick.true},{tick.false})" for tick in ticks)
            return _Number("(" + "+".join(f"IF({tick.true},1,0)" for tick in ticks) + ")", known)
        raise UntranslatableError(f"{name}() has no counterpart in a spreadsheet")

    def answered(self, name: str) -> Truth:
        """Say that an item has a value; an answer that only the secretariat can read is neither."""
        if name not in self.cells:
            raise UntranslatableError(f"{name} is no cell of the form")
        c = self.cells[name]
        empty = f"IF({c.applies}=0,TRUE,IF(ISERROR({c.answer}),FALSE,LEN(TRIM({c.answer}))=0))"
        return Truth(f'({c.value}<>"")', f'IF({c.value}="",{empty},FALSE)')


def _chosen(choice: _Choice, word: _Word) -> Truth:
    codes = [option.code for option in choice.question.options]
    if word.code not in codes:
        return Truth("FALSE", f"ISNUMBER({choice.value})")
    place = codes.index(word.code) + 1
    return Truth(f"({choice.value}={place})", f"AND(ISNUMBER({choice.value}),{choice.value}<>{place})")
