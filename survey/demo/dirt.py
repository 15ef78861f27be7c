"""How real returns look: the same answers, typed in the many ways people type them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from survey.questionnaire import Question, Questionnaire

__all__ = ["typed"]

FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
# how a member types: as it is, in full width, in 亿 or 万, in 万, with the unit, with commas
PLAIN, WIDE, MULTIPLES, TEN_THOUSANDS, WITH_UNIT, COMMAS = range(6)
AS_NUMBER = 0.55  # of the cells; the others hold text
TICKS = (("是", "否"), ("√", "×"), ("有", "否"), ("是", "否"))


def typed(
    rng: np.random.Generator,
    questionnaire: Questionnaire,
    answers: Mapping[str, str],
    blank: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a member types for its clean answers.

    Parameters
    ----------
    rng : Generator
        The member's own stream: its habits of typing.
    answers : mapping
        Item code to canonical value.
    blank : mapping
        Item code to the words that stand where an answer is missing, such as ``不适用``; empty for nothing.
    """
    habit = int(rng.integers(PLAIN, COMMAS + 1))
    yes, no = TICKS[int(rng.integers(0, len(TICKS)))]
    cells: dict[str, Any] = dict(blank)
    for item in questionnaire.items:
        if item.code not in answers:
            continue
        question, value = questionnaire.by_code[item.question], answers[item.code]
        if item.option:
            cells[item.code] = yes if value == "1" else no
        elif question.type == "single":
            labels = {o.code: o.zh for o in question.options}
            cells[item.code] = labels[value] if habit != PLAIN else value
        elif question.numeric:
            cells[item.code] = _number(rng, question, Decimal(value), habit)
        else:
            cells[item.code] = value
    return cells


def _number(rng: np.random.Generator, question: Question, value: Decimal, habit: int) -> Any:
    """Type one number: mostly as a number, now and then as text, in full width, with a unit or a multiple."""
    if rng.random() < AS_NUMBER:
        return float(value) if value != value.to_integral_value() else int(value)
    if question.per_cent:
        return _per_cent(question, value, habit)
    if question.type != "count" or habit == PLAIN:
        return f"{value}"
    return _count(question, value, habit)


def _count(question: Question, value: Decimal, habit: int) -> str:
    if habit == WIDE:
        return f"{value:,}".translate(FULL_WIDTH)
    if habit == MULTIPLES and value >= 10**7 and value % 100 == 0:
        return f"{_plain(value / 10**8)}亿"
    if habit in {MULTIPLES, TEN_THOUSANDS} and value >= 10**4 and value % 100 == 0:
        return f"{_plain(value / 10**4)}万"
    unit = question.unit.zh if question.unit else ""
    return f"{value:,}{unit}" if habit == WITH_UNIT else f"{value:,}"


def _per_cent(question: Question, value: Decimal, habit: int) -> Any:
    if habit == PLAIN:
        return f"{value}%"
    if habit == WIDE:
        return f"{value}%".translate(FULL_WIDTH)
    low = question.range[0] if question.range else 0
    return float(value / 100) if habit == MULTIPLES and low > 1 else f"{value}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
