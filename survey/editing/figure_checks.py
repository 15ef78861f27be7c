"""The figures of a return held against each other: what a form's bonds tie must agree as arithmetic.

The arithmetic is that of `analysis.consistency`, the same by which the audit holds published figures. A form
says in `bonds` what is a part of what, whose quotient a rate is, and of what a growth is told; everything is
held at the digits that were typed, so that what rounding allows passes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from analysis.consistency import FIGURE_COLUMNS, Meaning, audit, read_unit
from survey.editing.wide_answers import WITH_VALUE
from survey.programme import AnswerBond, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.consistency import Kind
    from survey.programme import Question, Questionnaire

__all__ = ["DOUBTS", "HELD", "as_typed", "form_meanings", "hold_figures", "line_names", "told"]

#: Columns of the findings: which answer, which check of `analysis.consistency`, what it says and shows.
HELD = (
    "member_id", "question", "related", "check", "verdict", "severity", "printed",
    "arithmetic_zh", "arithmetic_en", "reconciles_zh", "reconciles_en",
)  # fmt: skip
#: Verdicts that doubt a figure, and how gravely: a hard one cannot be true as it stands.
DOUBTS = {
    "impossible": "hard", "contradiction": "hard", "base": "hard", "unit": "hard",
    "streak": "soft", "definition": "soft", "suspicious": "soft",
}  # fmt: skip
#: A check that holds unbound figures of one return against each other; it is told once for both.
MUTUAL = "duplicate"
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_SIGNS = ("+", "-")
_UNBOUND = AnswerBond()
_JOINED = {"arithmetic_zh": "；", "arithmetic_en": "; ", "reconciles_zh": "；", "reconciles_en": "; "}


@dataclass(frozen=True)
class _Answer:
    """One numeric answer as typed, with its question and what binds it."""

    question: Question
    bond: AnswerBond
    text: str


def as_typed(raw: str, value: str) -> str:
    """Return the number of an answer with the digits that were typed: ``84.60`` where the value is 84.6.

    Parameters
    ----------
    raw : str
        The cell as stored.
    value : str
        What it was read as, or corrected to; where the cell says another number this one stands.
    """
    plain = unicodedata.normalize("NFKC", raw).replace(" ", "")
    found = _NUMBER.search(plain)
    typed = found[0].replace(",", "") if found else ""
    return typed if typed and Decimal(typed) == Decimal(value) else value


def hold_figures(questionnaire: Questionnaire, responses: pd.DataFrame) -> pd.DataFrame:
    """Hold every member's figures against each other.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its `bonds` say what ties the answers. Without any nothing is held.
    responses : DataFrame
        Frame `responses`.

    Returns
    -------
    DataFrame
        Columns `HELD`, one row for each check of each figure, those that hold included. `related` are the
        codes of all answers that take part in the arithmetic, the doubted one first, blanks between.
        `severity` is empty where nothing is doubted.
    """
    numeric = {q.code for q in questionnaire.questions if q.numeric} if questionnaire.bonds else set()
    given = responses[responses["question"].isin(numeric) & responses["status"].isin(sorted(WITH_VALUE))]
    parts = [_of_member(questionnaire, str(member), rows) for member, rows in given.groupby("member_id")]
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=list(HELD), dtype="str")


def _of_member(questionnaire: Questionnaire, member: str, rows: pd.DataFrame) -> pd.DataFrame:
    answers = _answers(questionnaire, rows)
    lines = line_names(questionnaire)
    figures = pd.DataFrame(
        [_figure(questionnaire, answer, answers, lines) for answer in answers.values()],
        columns=list(FIGURE_COLUMNS),
        dtype="str",
    )
    meanings = {code: _meaning(answer.question, answer.bond, lines[code]) for code, answer in answers.items()}
    unknown = {unit for unit in figures["unit"] if read_unit(unit) is None}
    found = audit(figures, meanings, units=frozenset(unknown))
    related = [
        " ".join(_related(code, check, answers, questionnaire))
        for code, check in zip(found["indicator"], found["check"], strict=True)
    ]
    found = found.assign(
        member_id=member,
        question=found["indicator"],
        related=related,
        severity=[DOUBTS.get(verdict, "") for verdict in found["verdict"]],
    )
    return _told_once(found)[list(HELD)].astype("str")


def _answers(questionnaire: Questionnaire, rows: pd.DataFrame) -> dict[str, _Answer]:
    """Return the answers of one member in the order of the form."""
    typed = {
        str(question): as_typed(str(raw), str(value))
        for question, raw, value in zip(rows["question"], rows["raw"], rows["value"], strict=True)
    }
    bonds = questionnaire.bonds
    return {
        q.code: _Answer(q, bonds.get(q.code) or _UNBOUND, typed[q.code])
        for q in questionnaire.questions
        if q.code in typed
    }


def line_names(questionnaire: Questionnaire) -> dict[str, Wording]:
    """Name every question with its section before it: the same rate is asked of several lines."""
    return {
        question.code: Wording(
            zh=f"{section.title.zh}·{question.text.zh}",
            en=f"{section.title.en}: {question.text.en[:1].lower()}{question.text.en[1:]}",
        )
        for section in questionnaire.sections
        for question in section.questions
    }


def _figure(
    questionnaire: Questionnaire,
    answer: _Answer,
    answers: Mapping[str, _Answer],
    lines: Mapping[str, Wording],
) -> tuple[str, ...]:
    """Set an answer out as a row of a ledger, with the changes told of it beside it."""
    code = answer.question.code
    changes = [other for other in answers.values() if other.bond.change_of == code]
    texts = " / ".join(_signed(change) for change in changes)
    units = " / ".join(_unit(change.question) for change in changes)
    year = questionnaire.wave[:4]
    return year, code, lines[code].zh, "", answer.text, _unit(answer.question), texts, units, ""


def _unit(question: Question) -> str:
    return question.unit.zh if question.unit else "%" if question.per_cent else ""


def _signed(change: _Answer) -> str:
    """Return a change with its sign; the size of a decrease is asked for without one."""
    if change.text.startswith(_SIGNS):
        return change.text
    return ("-" if change.bond.falls else "+") + change.text


def form_meanings(questionnaire: Questionnaire) -> dict[str, Meaning]:
    """Say of every answer that a form binds, or binds others to, what it is, for an audit of printed figures.

    There a change has a row of its own, so that it is told of what it is the change.
    """
    bonds, lines = questionnaire.bonds, line_names(questionnaire)
    others = {name for b in bonds.values() for name in (b.parts_of, b.numerator, b.denominator, b.change_of)}
    bound = [q for q in questionnaire.questions if q.code in bonds or q.code in others]
    found = {q.code: _meaning(q, bonds.get(q.code) or _UNBOUND, lines[q.code]) for q in bound}
    return {
        code: replace(meaning, change_of=bonds[code].change_of) if meaning.kind == "other" else meaning
        for code, meaning in found.items()
    }


def _meaning(question: Question, bond: AnswerBond, line: Wording) -> Meaning:
    kind: Kind = "total"
    if bond.change_of and question.type != "count":
        kind = "other"
    elif question.per_cent:
        kind = "ratio"
    elif bond.numerator:
        kind = "mean"
    elif question.type == "count":
        kind = "count"
    return Meaning(
        question.code,
        kind=kind,
        unit_change="percentage points" if kind == "ratio" else "percent",
        parts_of=bond.parts_of,
        numerator=bond.numerator,
        denominator=bond.denominator,
        label_en=line.en,
    )


def _related(
    code: str, check: str, answers: Mapping[str, _Answer], questionnaire: Questionnaire
) -> Iterable[str]:
    """List the answers that take part in a check, the doubted one first."""
    bond = answers[code].bond
    found = [code]
    if check == "ratio":
        found += [bond.numerator, bond.denominator]
    elif check == "per_head":
        found += [bond.numerator]
    elif check == "total":
        found += [part for part, other in questionnaire.bonds.items() if other.parts_of == code]
    elif check == "parts":
        found += [part for part, other in questionnaire.bonds.items() if other.parts_of == bond.parts_of]
    elif check in {"change", "change_unit", "former_count", "paired_change"}:
        found += [other for other in answers if answers[other].bond.change_of == code]
    elif check == MUTUAL:
        text, unit = answers[code].text, answers[code].question.per_cent
        found += [c for c, a in answers.items() if a.text == text and a.question.per_cent == unit]
    return dict.fromkeys(name for name in found if name in answers)


def _told_once(found: pd.DataFrame) -> pd.DataFrame:
    """Drop the second telling of what two figures share: each doubts the other.

    Where one of them is borne out as a quotient, the other one is doubted.
    """
    borne_out = found.loc[(found["check"] == "ratio") & (found["severity"] == ""), "question"]
    mutual = found[(found["check"] == MUTUAL) & (found["severity"] != "")]
    last = mutual.assign(
        together=mutual["related"].map(lambda codes: " ".join(sorted(codes.split()))),
        borne_out=mutual["question"].isin(borne_out),
    ).sort_values("borne_out", kind="stable")
    found = found.drop(last.index[last["together"].duplicated()])
    # two changes beside one figure are doubted in one breath
    doubted = found[found["severity"] != ""]
    for _, rows in doubted.groupby(["question", "check"], sort=False):
        if len(rows) > 1:
            for name, between in _JOINED.items():
                found.loc[rows.index[0], name] = between.join(filter(None, dict.fromkeys(rows[name])))
            found = found.drop(rows.index[1:])
    return found.reset_index(drop=True)


def told(row: Mapping[str, str], line: Wording) -> Wording:
    """Say a doubt to the member whose answer it is: the figure, the arithmetic, what would fit."""
    fits_zh = f"；{row['reconciles_zh']}" if row["reconciles_zh"] else ""
    fits_en = f"; {row['reconciles_en']}" if row["reconciles_en"] else ""
    return Wording(
        zh=f"{line.zh}填作{row['printed']}：{row['arithmetic_zh']}{fits_zh}。请核对",
        en=f"{line.en}, given as {row['printed']}: {row['arithmetic_en']}{fits_en}. Please check",
    )
