"""Slips whose correction the answers themselves give: a wrong unit, parts exchanged, a sign turned.

A slip is told with its evidence. It is corrected only where the policy of the questionnaire says so; else it
is proposed, and the member is asked. What the member or the secretariat has already corrected is left alone.

References
----------
Scholtus (2008), Algorithms for correcting some obvious inconsistencies and rounding errors in business survey
data, Statistics Netherlands discussion paper 08015.
Scholtus (2009), Automatic correction of simple typing errors in numerical data with balance edits, 09046.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survey.editing.answers import FRAME, number_of, row_of
from survey.editing.editor import key_of
from survey.expressions import LAST, Expression
from survey.rules import Deduction, Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from survey.editing.editor import Editor, Key

__all__ = ["Proposal", "deduce", "plain_number"]

FEWEST_PEERS = 5


@dataclass(frozen=True)
class Proposal:
    """A slip found: the items with the value each should have, and why."""

    kind: str
    rule: str
    changes: tuple[tuple[Key, str], ...]
    evidence: Wording


def deduce(editor: Editor, deduction: Deduction) -> Iterator[Proposal]:
    """Yield the slips of one kind in the order of the members."""
    answers = editor.answers()
    finders = {"unit_slip": _unit_slips, "swapped": _swapped, "sign": _signs}
    rules = {rule.id: Expression(rule.check) for rule in editor.questionnaire.rules}
    for proposal in finders[deduction.kind](answers, deduction, rules.get(deduction.rule)):
        if all(editor.statuses[editor.place[key]] == "ok" for key, _ in proposal.changes):
            yield proposal


def plain_number(value: float, *, whole: bool = False) -> str:
    """Return a number in the plain notation of frame `responses`."""
    rounded = round(value) if whole else round(value, 9)
    return np.format_float_positional(float(rounded), trim="-")


def _unit_slips(answers: pd.DataFrame, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find numbers a factor of ten away from the member's own last one, or else from its peers' median."""
    del rule
    code = deduction.question
    values = answers[code].astype("Float64")
    positive = values.where(values > 0)
    peers = positive.groupby(answers[FRAME + "bank_type"]).agg(["median", "count"])
    for name, value in positive.dropna().items():
        member = str(name)
        last = number_of(answers, member, LAST + code) if LAST + code in answers else None
        own = last is not None and last > 0
        group = row_of(peers, str(row_of(answers, member)[FRAME + "bank_type"]))
        if not own and group["count"] < FEWEST_PEERS:
            continue
        against = last if own and last else float(group["median"])
        factor = _factor(float(value) / against, deduction)
        if factor:
            key = key_of(member, code)
            corrected = plain_number(float(value) / factor)
            yield Proposal(
                "unit_slip", f"unit_slip {code}", ((key, corrected),), _told_factor(factor, own=own)
            )


def _factor(ratio: float, deduction: Deduction) -> float | None:
    """Return the factor that explains a ratio: within `near` of 1 once it is taken out, and not before."""
    if 1 / deduction.near <= ratio <= deduction.near:
        return None
    both = [step for factor in deduction.factors for step in (factor, 1 / factor)]
    fitting = [step for step in both if 1 / deduction.near <= ratio / step <= deduction.near]
    return fitting[0] if len(fitting) == 1 else None


def _told_factor(factor: float, *, own: bool) -> Wording:
    times = f"{max(factor, 1 / factor):,.0f}"
    more = factor > 1
    zh = "本单位上期数" if own else "同类银行的中位数"
    en = "the member's own answer of the wave before" if own else "the median of its type of bank"
    return Wording(
        zh=f"约为{zh}的{times}{'倍' if more else '分之一'}，疑为单位错误",
        en=f"about {times} times {'' if more else 'smaller than '}{en}: the unit looks wrong",
    )


def _swapped(answers: pd.DataFrame, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find two numbers that break a rule and keep it once exchanged."""
    one, other = deduction.parts
    turned = answers.assign(**{one: answers[other], other: answers[one]})
    words = Wording(zh="两数对调后即符合规则", en="the two numbers fit the rule once exchanged")
    for member in _mended(rule, answers, turned):
        keys = key_of(member, one), key_of(member, other)
        values = tuple(
            (key, plain_number(number_of(turned, member, name) or 0.0))
            for key, name in zip(keys, (one, other), strict=True)
        )
        yield Proposal("swapped", f"swapped {deduction.rule}", values, words)


def _signs(answers: pd.DataFrame, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find negative numbers that keep a rule, or stay within reason, once their sign is turned."""
    code = deduction.question
    words = Wording(
        zh="数值为负，去掉负号后即合理", en="the number is negative and fits once its sign is turned"
    )
    turned = answers.assign(**{code: answers[code].abs()})
    negative = [str(m) for m in answers.index[(answers[code] < 0).fillna(value=False)]]
    mended = _mended(rule, answers, turned) if rule else negative
    for member in (m for m in negative if m in mended):
        value = plain_number(number_of(turned, member, code) or 0.0)
        yield Proposal("sign", f"sign {code}", ((key_of(member, code), value),), words)


def _mended(rule: Expression | None, before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Return the members whose answers break a rule before and keep it after."""
    if rule is None:
        return []
    held = [rule.evaluate(table).astype("boolean") for table in (before, after)]
    broken, kept = held[0].eq(other=False).fillna(value=False), held[1].fillna(value=False)
    return [str(member) for member in before.index[broken & kept]]
