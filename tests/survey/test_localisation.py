"""Which answers must be wrong: held against published examples, solutions by hand, and every subset."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.editing.linear_edits import Answered, NotLinearError, translate
from survey.editing.localisation import Suspect, localise
from survey.programme import Expression


def numbers(weights=None, **values):
    return [
        Answered(name, "number", float(value), weight=(weights or {}).get(name, 1.0))
        for name, value in values.items()
    ]


def edits(*texts):
    return {f"e{n}": Expression(text) for n, text in enumerate(texts)}


def names(found):
    return [tuple(suspect.name for suspect in solution) for solution in found.solutions]


def test_the_balance_of_profit_cost_and_turnover():
    """Held against R editrules 2.9: errorLocalizer(editmatrix("p + c == t"), c(p=755, c=125, t=200))."""
    found = localise(numbers(p=755, c=125, t=200), edits("p + c == t"))
    assert found.weight == 1
    assert found.solutions == (
        (Suspect("p", 75, 75),),
        (Suspect("c", -555, -555),),
        (Suspect("t", 880, 880),),
    )
    assert found.suspected == ()
    heavier = localise(numbers({"t": 2}, p=755, c=125, t=200), edits("p + c == t"))
    assert names(heavier) == [("p",), ("c",)]


@pytest.mark.parametrize(
    ("record", "expected"),
    [((1, -1, 2), [("y",)]), ((-1, 1, 0), [("x", "z")]), ((1, 1, 2), [])],
)
def test_sums_of_positive_numbers(record, expected):
    """Held against R editrules 2.9, localizeErrors: x + y == z, all above 0."""
    found = localise(
        numbers(**dict(zip("xyz", record, strict=True))), edits("x + y == z", "x > 0", "y > 0", "z > 0")
    )
    assert names(found) == expected


AGES, STATES, PLACES = (
    ("under_aged", "adult"),
    ("unmarried", "married", "widowed", "divorced"),
    ("marriage_partner", "child", "other"),
)
HOUSEHOLD = edits(
    "not age == under_aged or marital == unmarried",
    "not marital in (married, widowed, divorced) or not position in (marriage_partner, child)",
)


def household(age, marital, position, weight=1.0):
    return [
        Answered("age", "single", age, options=AGES),
        Answered("marital", "single", marital, options=STATES),
        Answered("position", "single", position, options=PLACES, weight=weight),
    ]


def test_choices_of_a_household():
    """Held against R editrules 2.9, localizeErrors on an editarray: the third record has two solutions."""
    assert names(localise(household("under_aged", "married", "child"), HOUSEHOLD)) == [("marital",)]
    assert names(localise(household("adult", "unmarried", "other"), HOUSEHOLD)) == []
    tied = localise(household("adult", "widowed", "marriage_partner"), HOUSEHOLD)
    assert names(tied) == [("marital",), ("position",)]
    assert tied.solutions[0][0].options == ("unmarried",)
    assert tied.solutions[1][0].options == ("other",)
    assert names(localise(household("adult", "widowed", "marriage_partner", 2.0), HOUSEHOLD)) == [
        ("marital",)
    ]


def test_the_enterprise_of_the_handbook():
    """De Waal, Pannekoek & Scholtus (2011), the edits of turnover, profit, cost and employees; by hand.

    Turnover alone would have to be 100,000, more than 550 a head for five: it takes the employees with it.
    """
    rules = edits("t == p + c", "p <= 0.5 * t", "-0.1 * t <= p", "t >= 0", "t <= 550 * n")
    found = localise(numbers({"t": 2, "n": 3}, t=100, p=40000, c=60000, n=5), rules)
    assert (found.weight, names(found)) == (2, [("p", "c")])
    (profit, cost) = found.solutions[0]
    assert (profit.low, profit.high) == pytest.approx((-10, 50))
    assert (cost.low, cost.high) == pytest.approx((50, 110))
    tied = localise(numbers(t=100, p=40000, c=60000, n=5), rules)
    assert names(tied) == [("t", "n"), ("p", "c")]


def test_numbers_and_choices_together():
    record = [
        Answered("licence", "tick", value=True),
        Answered("age", "number", 10.0, 0, 120, whole=True),
        Answered("kind", "single", "debit", options=("debit", "credit")),
        Answered("cards", "number", 5.0, 0, 100, whole=True),
    ]
    rules = edits("not licence or age >= 18", "kind == credit or cards == 0", "count(licence) + age <= 120")
    found = localise(record, rules)
    assert names(found) == [
        ("licence", "kind"), ("licence", "cards"), ("age", "kind"), ("age", "cards"),
    ]  # fmt: skip
    told = {suspect.name: suspect for solution in found.solutions for suspect in solution}
    assert told["licence"].options == ("0",)
    assert (told["age"].low, told["age"].high) == (18, 119)
    assert told["kind"].options == ("credit",)
    assert (told["cards"].low, told["cards"].high) == (0, 0)


def test_amounts_of_hundreds_of_millions_are_told_exactly():
    """A large constant in the place of a choice would let an error of hundreds pass as rounding."""
    record = [
        Answered("a", "number", 1_900_000_001.0, 0, 2e9, whole=True),
        Answered("b", "number", 1_900_000_000.0, 0, 2e9, whole=True),
        Answered("yes", "tick", value=True),
    ]
    found = localise(record, edits("not yes or a <= b"))
    assert names(found) == [("a",), ("b",), ("yes",)]
    assert found.solutions[0][0] == Suspect("a", 0, 1_900_000_000)
    assert found.solutions[1][0] == Suspect("b", 1_900_000_001, 2e9)


def test_what_is_not_linear_is_left_out_and_named():
    found = localise(
        numbers(a=4, b=2, c=9), {"product": Expression("a * b == c"), "order": Expression("a <= b")}
    )
    assert found.left_out == ("product",)
    assert names(found) == [("a",), ("b",)]


@pytest.mark.parametrize(
    "text", ["a / b <= 1", "a * b > 0", "highlights == 3", "a", "kind < 3", "abs(a) * b == 1"]
)
def test_forms_without_a_linear_programme_are_refused(text):
    answers = {"a": Answered("a", "number", 1.0), "b": Answered("b", "number", 1.0),
               "kind": Answered("kind", "single", "x", options=("x", "y"))}  # fmt: skip
    with pytest.raises(NotLinearError):
        translate(Expression(text).tree, answers, {})


def test_edits_that_nothing_can_satisfy_are_told():
    found = localise(numbers(a=1), edits("a > 2", "a < 1"))
    assert found.contradictory
    assert found.solutions == ()


def test_last_years_answer_cannot_be_changed():
    found = localise(numbers(staff=500), edits("staff <= 2 * last.staff"), {"last.staff": 100.0})
    assert found.solutions == ((Suspect("staff", float("-inf"), 200.0),),)


def test_a_missing_answer_is_free_and_never_suspected():
    record = [Answered("a", "number", 5.0), Answered("b", "number", None), Answered("c", "tick", value=False)]
    found = localise(record, edits("c or a + b == 1", "a <= 3"))
    assert names(found) == [("a",)]


DOMAIN = (0, 1, 2, 3)
RULES = (
    "a + b == c", "a <= b", "a + b + c <= 5", "abs(a - c) <= 1", "abs(a - b) >= 2", "not p or a > 1",
    "p or q", "k == x or b == 0", "not k in (x, y) or q", "count(p, q) >= 1 and c < 3", "a != b", "b >= 1 or k == z",
    "p == q or 2 * a > c", "any_of(p, q) or a == 3",
)  # fmt: skip


def all_records():
    for values in itertools.product(DOMAIN, DOMAIN, DOMAIN, (True, False), (True, False), ("x", "y", "z")):
        yield dict(zip("abcpqk", values, strict=True))


def table(records):
    frame = pd.DataFrame(records)
    types = dict.fromkeys("abc", "Float64") | {"p": "boolean", "q": "boolean", "k": "string"}
    return frame.astype(types)


SPACE = list(all_records())
WIDE = table(SPACE)
HOLDS = {
    rule: Expression(rule).evaluate(WIDE).astype(bool).to_numpy() for rule in RULES if "p == q" not in rule
}


def by_every_record(record, chosen, weights):
    """Return the cheapest sets of answers whose change makes all rules hold, by trying every record."""
    ok = [n for n in range(len(SPACE)) if all(HOLDS[rule][n] for rule in chosen)]
    changed = {frozenset(name for name in record if SPACE[n][name] != record[name]) for n in ok}
    if not changed:
        return None, set()
    cost = {one: sum(weights[name] for name in one) for one in changed}
    least = min(cost.values())
    return least, {one for one in changed if cost[one] <= least + 1e-9}


@given(
    record=st.sampled_from(SPACE),
    chosen=st.lists(st.sampled_from(sorted(HOLDS)), min_size=1, max_size=4, unique=True),
    weights=st.fixed_dictionaries({name: st.sampled_from([1.0, 1.5, 2.0]) for name in "abcpqk"}),
)
def test_the_cheapest_sets_are_those_found_by_trying_every_record(record, chosen, weights):
    answers = [
        *(Answered(n, "number", float(record[n]), 0, 3, whole=True, weight=weights[n]) for n in "abc"),
        *(Answered(n, "tick", record[n], weight=weights[n]) for n in "pq"),
        Answered("k", "single", record["k"], options=("x", "y", "z"), weight=weights["k"]),
    ]
    found = localise(answers, edits(*chosen))
    least, sets = by_every_record(record, chosen, weights)
    if least is None:
        assert found.contradictory
        return
    assert found.weight == pytest.approx(least)
    assert found.left_out == ()
    if found.complete:
        assert {frozenset(one) for one in names(found)} == (sets if least else set())
    else:
        assert {frozenset(one) for one in names(found)} < sets
