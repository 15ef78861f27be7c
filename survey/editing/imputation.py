"""What becomes of unanswered queries at the cut-off: kept, dropped, or imputed by a named method.

- ``last_ratio``: the member's own last answer times the median ratio of this wave to the last in its type;
- ``median``: the median of its stratum.

Each imputed value is a row of the ledger with action ``impute``; it counts as corrected. One that would break
a hard edit, or that too few peers stand behind, is not imputed: the answer stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survey.editing.editor import code_of, key_of
from survey.editing.wide_answers import number_of, row_of
from survey.programme import LAST, Deduction, Expression, Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey.editing.editor import Editor, Key
    from survey.editing.edits import Check

__all__ = ["FEWEST_PEERS", "Proposal", "cut_off", "deduce", "impute", "plain_number"]

# Slips whose correction the answers themselves give: a wrong unit, parts exchanged, a sign turned.
#
# A slip is told with its evidence. It is corrected only where the policy of the questionnaire says so; else
# it is proposed, and the member is asked. What the member or the secretariat has already corrected is left
# alone.
#
# References
# ----------
# Scholtus (2008), Algorithms for correcting some obvious inconsistencies and rounding errors in business
# survey data, Statistics Netherlands discussion paper 08015. Scholtus (2009), Automatic correction of simple
# typing errors in numerical data with balance edits, 09046.


FEWEST_PEERS_OF_UNITS = 5


@dataclass(frozen=True)
class Proposal:
    """A slip found: the items with the value each should have, and why."""

    kind: str
    rule: str
    changes: tuple[tuple[Key, str], ...]
    evidence: Wording


def deduce(editor: Editor, deduction: Deduction) -> Iterator[Proposal]:
    """Yield the slips of one kind in the order of the members."""
    finders = {"unit_slip": _unit_slips, "swapped": _swapped, "sign": _signs}
    rules = {rule.id: Expression(rule.check) for rule in editor.questionnaire.rules}
    for proposal in finders[deduction.kind](editor, deduction, rules.get(deduction.rule)):
        if all(editor.statuses[editor.place[key]] == "ok" for key, _ in proposal.changes):
            yield proposal


def plain_number(value: float, *, whole: bool = False) -> str:
    """Return a number in the plain notation of frame `responses`."""
    rounded = round(value) if whole else round(value, 9)
    return np.format_float_positional(float(rounded), trim="-")


def _unit_slips(editor: Editor, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find numbers a factor of ten away from the member's own last one, or else from its peers' median."""
    del rule
    answers, code = editor.answers(), deduction.question
    values = answers[code].astype("Float64")
    positive = values.where(values > 0)
    peers = positive.groupby(answers[editor.peers]).agg(["median", "count"])
    for name, value in positive.dropna().items():
        member = str(name)
        last = number_of(answers, member, LAST + code) if LAST + code in answers else None
        own = last is not None and last > 0
        group = row_of(peers, str(row_of(answers, member)[editor.peers]))
        if not own and group["count"] < FEWEST_PEERS_OF_UNITS:
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
    zh = "本单位上期数" if own else "同类单位的中位数"
    en = "the member's own answer of the wave before" if own else "the median of members of its kind"
    return Wording(
        zh=f"约为{zh}的{times}{'倍' if more else '分之一'}，疑为单位错误",
        en=f"about {times} times {'' if more else 'smaller than '}{en}: the unit looks wrong",
    )


def _swapped(editor: Editor, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find two numbers that break a rule and keep it once exchanged."""
    answers, (one, other) = editor.answers(), deduction.parts
    turned = answers.assign(**{one: answers[other], other: answers[one]})
    words = Wording(zh="两数对调后即符合规则", en="the two numbers fit the rule once exchanged")
    for member in _mended(rule, answers, turned):
        keys = key_of(member, one), key_of(member, other)
        values = tuple(
            (key, plain_number(number_of(turned, member, name) or 0.0))
            for key, name in zip(keys, (one, other), strict=True)
        )
        yield Proposal("swapped", f"swapped {deduction.rule}", values, words)


def _signs(editor: Editor, deduction: Deduction, rule: Expression | None) -> Iterator[Proposal]:
    """Find negative numbers that keep a rule, or stay within reason, once their sign is turned."""
    answers, code = editor.answers(), deduction.question
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


FEWEST_PEERS = 3


def cut_off(editor: Editor, queries: pd.DataFrame, checks: Sequence[Check]) -> None:
    """Handle the answers of every unsettled query as the policy says, if the cut-off is given."""
    policy = editor.questionnaire.policy
    if policy.cutoff is None:
        return
    hard = {check.id for check in checks if check.severity == "hard"}
    answers = editor.answers()  # what peers answered, before anything is imputed
    for query in queries[queries["state"] != "closed"].to_dict("records"):
        keys = [key_of(query["member_id"], item) for item in query["items"].split("; ") if item]
        lost = [key for key in keys if not editor.has_value(key)]
        cannot_stand = query["rule"] in hard or bool(lost)
        how: str = policy.unanswered.hard if cannot_stand else policy.unanswered.soft
        for key in lost if cannot_stand else keys:
            if not _handled(editor, key) and editor.questionnaire.by_code[key[1]].numeric:
                row = {
                    "step": "imputation",
                    "rule": query["rule"],
                    "author": "policy",
                    "at": str(policy.cutoff),
                }
                if how == "drop":
                    _drop(editor, key, row)
                elif how != "keep":
                    value = impute(answers, key[0], code_of(key), how, editor.peers)
                    if value is not None:
                        _impute(editor, key, value, row | {"reason": how}, checks)


def _handled(editor: Editor, key: Key) -> bool:
    return any(
        row["step"] == "imputation" and (row["member_id"], row["question"], row["option"]) == key
        for row in editor.ledger
    )


def _drop(editor: Editor, key: Key, row: dict[str, str]) -> None:
    if editor.has_value(key):
        before = editor.set(key, "", "nulled")
        reason = "截止日前未答复 no reply by the cut-off"
        editor.log(key, before=before, action="null", reason=reason, **row)


def _impute(editor: Editor, key: Key, value: float, row: dict[str, str], checks: Sequence[Check]) -> None:
    """Put a value in the place of an answer, unless it breaks a hard edit."""
    text = plain_number(value, whole=editor.questionnaire.by_code[key[1]].type == "count")
    status, before = editor.statuses[editor.place[key]], editor.value(key)
    editor.set(key, text, "corrected")
    if _breaks(editor, key[0], checks):
        editor.set(key, before, status)
    else:
        editor.log(key, before=before, after=text, action="impute", **row)


def _breaks(editor: Editor, member_id: str, checks: Sequence[Check]) -> bool:
    answers = editor.answers()
    hard = (check for check in checks if check.severity == "hard")
    held = (check.hold(answers)[member_id] for check in hard)
    return any(pd.notna(one) and not one for one in held)


def impute(answers: pd.DataFrame, member_id: str, code: str, how: str, by: str) -> float | None:
    """Return the value a named method gives, None where fewer than three peers stand behind it.

    Parameters
    ----------
    answers : DataFrame
        The wide table, ``frame.…`` and ``last.…`` columns with it.
    member_id, code : str
        Whose answer to what.
    how : {"last_ratio", "median"}
        The method.
    by : str
        The column whose groups are peers: ``frame.`` and the stratum.
    """
    kind = row_of(answers, member_id)[by]
    own = (answers[by] == kind).fillna(value=False)
    peers = answers[own & (answers.index != member_id)]
    now = peers[code].astype("Float64")
    if how == "median":
        known = now.dropna()
        return float(known.median()) if len(known) >= FEWEST_PEERS else None
    before = peers[LAST + code].astype("Float64")
    ratios = (now / before)[(before > 0) & now.notna()].dropna()
    last = number_of(answers, member_id, LAST + code)
    if last is None or len(ratios) < FEWEST_PEERS:
        return None
    return last * float(ratios.median())
