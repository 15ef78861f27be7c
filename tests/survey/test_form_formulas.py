"""Rules as formulas: what a formula claims, the rule says; what has no formula is said."""

from __future__ import annotations

import ast
import operator
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.forms.formulas import Cells, UntranslatableError, literal, translate
from survey.programme import Expression, Option, Question, Wording

WORDS = Wording(zh="问", en="question")
OPTIONS = tuple(Option(code=code, zh=code, en=code) for code in ("debit", "credit", "both"))
QUESTIONS = {
    question.code: question
    for question in (
        Question(code="a", text=WORDS, type="count"),
        Question(code="b", text=WORDS, type="amount"),
        Question(code="kind", text=WORDS, type="single", options=OPTIONS),
        Question(code="ticks", text=WORDS, type="multi", options=OPTIONS[:2]),
        Question(code="words", text=WORDS, type="text"),
    )
}
ITEMS = ("a", "b", "kind", "ticks.debit", "ticks.credit", "words")
CELLS = {item: Cells(f"E{n}", f"J{n}", f"K{n}") for n, item in enumerate(ITEMS)}
RULES = (
    "a <= b",
    "a < 2 * b",
    "abs(a - b) <= 0.5",
    "a / b > 1.5",
    "-a >= -3 and b != 2",
    "1 <= a < b",
    "kind == credit",
    "kind != credit or a > 1",
    "kind in (credit, both)",
    "kind not in (credit, none)",
    "'debit' == kind",
    "kind == none",
    "not kind == credit or any_of(ticks.debit, ticks.credit)",
    "ticks.debit and not ticks.credit",
    "count(ticks.debit, ticks.credit) >= 1",
    "answered(a, kind)",
    "not answered(b) or a > 0",
    "(a - 1) / (b - a) <= 2",
)
SIGNS = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
PYTHON = {
    ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Add: "+",
    ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip


def computed(formula, sheet):
    """Compute a formula of the few functions that ours use, as a spreadsheet would: IF alone is lazy."""
    python = re.sub(r"(?<![<>])=", "==", formula).replace("<>", "!=")
    return _value(ast.parse(python, mode="eval").body, sheet)


def _value(node, sheet):  # noqa: PLR0911 - one return for each form
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return {"TRUE": True, "FALSE": False}.get(name, sheet.get(name))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, sheet)
        case ast.BinOp(left=left, op=op, right=right):
            return SIGNS[PYTHON[type(op)]](_value(left, sheet), _value(right, sheet))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(PYTHON[type(op)], _value(left, sheet), _value(right, sheet))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            return _value(yes if _value(condition, sheet) else no, sheet)
        case ast.Call(func=ast.Name(id=name), args=parts):
            return _called(name, [_value(part, sheet) for part in parts])
    raise AssertionError(ast.dump(node))


def _compared(sign, left, right):
    """Compare as a spreadsheet does: a text is no number and is above all of them."""
    texts = isinstance(left, str), isinstance(right, str)
    return SIGNS[sign](*texts) if texts[0] != texts[1] else SIGNS[sign](left, right)


def _called(name, values):  # noqa: PLR0911 - one return for each function
    match name:
        case "AND":
            return all(values)
        case "OR":
            return any(values)
        case "NOT":
            return not values[0]
        case "ABS":
            return abs(values[0])
        case "ISNUMBER":
            return isinstance(values[0], int | float) and not isinstance(values[0], bool)
        case "ISERROR":
            return False
        case "TRIM":
            return str(values[0]).strip()
        case "LEN":
            return len(values[0])
    raise AssertionError(name)


NUMBERS = st.one_of(st.none(), st.integers(-3, 4), st.sampled_from([0.5, 2.25]))


@given(
    st.sampled_from(RULES), NUMBERS, NUMBERS, st.sampled_from([None, "debit", "credit", "both"]),
    st.sampled_from([None, True, False]), st.sampled_from([None, True, False]),
)  # fmt: skip
def test_a_formula_says_what_the_rule_says(rule, a, b, kind, debit, credit):
    answers = pd.DataFrame(
        {
            "a": pd.array([a], "Float64"),
            "b": pd.array([b], "Float64"),
            "kind": pd.array([kind], "string"),
            "ticks.debit": pd.array([debit], "boolean"),
            "ticks.credit": pd.array([credit], "boolean"),
        }
    )
    said = Expression(rule).evaluate(answers).iloc[0]
    place = {None: "", "debit": 1, "credit": 2, "both": 3}
    tick = {None: "", True: 1, False: 0}
    values = ["" if a is None else a, "" if b is None else b, place[kind], tick[debit], tick[credit], ""]
    sheet = {f"K{n}": value for n, value in enumerate(values)}
    sheet |= {f"E{n}": value for n, value in enumerate(values)} | {f"J{n}": 1 for n in range(len(values))}
    truth = translate(rule, CELLS, QUESTIONS)
    claimed = computed(truth.true, sheet), computed(truth.false, sheet)
    if "/" in rule and claimed == (False, False):
        return  # a quotient by nothing: the form keeps silent
    assert claimed == ((False, False) if pd.isna(said) else (bool(said), not said)), (rule, sheet, truth)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("a", "`a` is no condition"),
        ("kind > debit", "`kind` and `debit` cannot be compared"),
        ("kind == a", "`kind` and `a` cannot be compared"),
        ("ticks.debit == yes", "`ticks.debit` and `yes` cannot be compared"),
        ("words == yes", "the answer to words cannot be compared in a spreadsheet"),
        ("a + kind > 2", "`kind` is no number"),
        (
            " or ".join(f"a > {n}" for n in range(300)),
            "it has more parts than a spreadsheet's formula may have",
        ),
        ("answered(debit)", "debit is no cell of the form"),
        (
            " and ".join(f"a + b * {n} > 100" for n in range(200)),
            "it is longer than a spreadsheet's formula may be",
        ),
    ],
)
def test_what_has_no_formula_is_said(rule, why):
    with pytest.raises(UntranslatableError) as caught:
        translate(rule, CELLS, QUESTIONS)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ('they said "no"', '"they said ""no"""'),
        ("x" * 251, f'"{"x" * 250}"&"x"'),
        ("=SORT(A1)", '"=SORT"&"(A1)"'),
    ],
)
def test_a_text_stands_in_a_formula_as_it_is(text, constant):
    assert literal(text) == constant
