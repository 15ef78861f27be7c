"""The language of routing, rules and indicators: unknown is neither true nor false; nothing else is known."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.programme import Expression
from survey.programme.expressions import ExpressionError

ANSWERS = pd.DataFrame(
    {
        "staff": pd.array([10, 20, None], dtype="Float64"),
        "calls": pd.array([100, None, 300], dtype="Float64"),
        "kind": pd.array(["debit", "credit", None], dtype="string"),
        "ch.app": pd.array([True, False, None], dtype="boolean"),
        "ch.sms": pd.array([False, None, None], dtype="boolean"),
    },
    index=["A1", "B2", "C3"],
)
KLEENE = pd.DataFrame(
    [(a, b) for a in (True, False, None) for b in (True, False, None)], columns=["a", "b"]
).astype("boolean")
NA = None


def told(text, answers=ANSWERS):
    return [None if pd.isna(value) else value for value in Expression(text).evaluate(answers)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("staff + 1", [11, 21, NA]),
        ("-staff * 2 / 4", [-5, -10, NA]),
        ("calls / staff", [10, NA, NA]),
        ("abs(staff - 15)", [5, 5, NA]),
        ("staff < 20", [True, False, NA]),
        ("staff <= 10", [True, False, NA]),
        ("staff > 10", [False, True, NA]),
        ("staff >= 20", [False, True, NA]),
        ("staff >= 10 and calls >= 300", [False, NA, NA]),
        ("staff < 15 < calls", [True, False, NA]),
        ("kind == debit", [True, False, NA]),
        ("kind != debit", [False, True, NA]),
        ("kind in (debit, combined)", [True, False, NA]),
        ("kind not in (debit, combined)", [False, True, NA]),
        ("not ch.app", [False, True, NA]),
        ("any_of(ch.app, ch.sms)", [True, NA, NA]),
        ("count(ch.app, ch.sms)", [1, NA, NA]),
        ("answered(staff)", [True, True, False]),
        ("answered(staff, calls)", [True, False, False]),
        ("3", [3, 3, 3]),
    ],
)
def test_values_by_member(text, expected):
    assert told(text) == expected


def test_rows_keep_their_members():
    assert list(Expression("staff + 1").evaluate(ANSWERS).index) == ["A1", "B2", "C3"]


# rows: a and b each true, false, unknown
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a and b", [True, False, NA, False, False, False, NA, False, NA]),
        ("a or b", [True, True, True, True, False, NA, True, NA, NA]),
        ("not a", [False, False, False, True, True, True, NA, NA, NA]),
    ],
)
def test_logic_has_three_values(text, expected):
    assert told(text, KLEENE) == expected


TRUTH = st.sampled_from([True, False, None])


@given(a=TRUTH, b=TRUTH)
def test_de_morgan_holds_with_unknowns(a, b):
    row = pd.DataFrame({"a": [a], "b": [b]}).astype("boolean")
    assert told("not (a and b)", row) == told("not a or not b", row)
    assert told("not (a or b)", row) == told("not a and not b", row)


LANGUAGE = "it has + - * /, comparisons, in, and, or, not, abs, answered, count, any_of"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("staff +", "`staff +` is no expression: invalid syntax at character 0"),
        ("__import__('os')", f"`__import__('os')`: Call is not of the expression language; {LANGUAGE}"),
        ("staff.calls.x", f"`staff.calls.x`: Attribute is not of the expression language; {LANGUAGE}"),
        ("[staff]", f"`[staff]`: List is not of the expression language; {LANGUAGE}"),
        ("staff ** 2", f"`staff ** 2`: BinOp is not of the expression language; {LANGUAGE}"),
        ("lambda: 1", f"`lambda: 1`: Lambda is not of the expression language; {LANGUAGE}"),
        ("a if b else c", f"`a if b else c`: IfExp is not of the expression language; {LANGUAGE}"),
        ("a is b", f"`a is b`: Compare is not of the expression language; {LANGUAGE}"),
        ("a == None", f"`a == None`: Constant is not of the expression language; {LANGUAGE}"),
        ("staff + max(1, 2)", f"`staff + max(1, 2)`: Call is not of the expression language; {LANGUAGE}"),
        ("answered()", "`answered()`: answered takes names of questions or options, as in answered(...)"),
        ("abs(x=1)", "`abs(x=1)`: abs takes names of questions or options, as in abs(...)"),
    ],
)
def test_what_is_not_of_the_language_is_refused(text, message):
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    assert str(caught.value) == message


def test_names_are_questions_options_and_values():
    text = "abs(front - 1) <= 2 and kind in (debit, credit) or any_of(ch.app)"
    assert Expression(text).names == {"front", "kind", "debit", "credit", "ch.app"}
