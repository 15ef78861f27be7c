"""Clean a wave: corrections, routing, ranges and edit rules, each change a row of the ledger.

The order is fixed: findings of intake, hand corrections in the order of their file, routing, ranges, edit rules.
Every step takes the responses and returns new ones; nothing is changed in place and nothing disappears:
clean values = parsed values - nulled + corrected.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.answers import WITH_VALUE, wide_answers
from survey.editing.corrections import Correction, read_corrections
from survey.expressions import Expression
from survey.intake.returns import Intake, read_returns
from survey.questionnaire import Question, Questionnaire, Rule, items_of

if TYPE_CHECKING:
    from survey.programme import Programme

__all__ = ["LEDGER", "QUERIES", "CleanWave", "clean", "clean_wave"]

LEDGER = (
    "wave", "member_id", "question", "option", "step", "rule", "severity", "before", "after", "action", "reason",
    "author", "at", "rules_hash",
)  # fmt: skip
QUERIES = (
    "query_id", "wave", "member_id", "question", "cell", "rule", "text_zh", "text_en", "suspected", "state", "reply",
)  # fmt: skip


@dataclass(frozen=True)
class CleanWave:
    """A cleaned wave: what intake read, the clean responses, and what was done to them.

    `responses`, `ledger` and `queries` are the frames of that name; `edits` has one row for each evaluated rule:
    rule, severity, evaluated, failed.
    """

    wave: str
    intake: Intake
    responses: pd.DataFrame
    ledger: pd.DataFrame
    queries: pd.DataFrame
    edits: pd.DataFrame


class _Editor:
    """Applies the steps to one wave; holds the growing ledger."""

    def __init__(self, questionnaire: Questionnaire, intake: Intake) -> None:
        self.questionnaire = questionnaire
        self.responses = intake.responses.set_index(
            ["member_id", "question", "option"], drop=False
        ).sort_index()
        self.ledger: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.edits: list[dict[str, object]] = []
        rules = "\n".join(f"{r.id}|{r.severity}|{r.check}|{','.join(r.null)}" for r in questionnaire.rules)
        self.rules_hash = hashlib.sha256(rules.encode()).hexdigest()[:12]

    def log(self, key: tuple[str, str, str], **words: str) -> None:
        member_id, question, option = key
        row = dict.fromkeys(LEDGER, "") | {
            "wave": self.questionnaire.wave, "member_id": member_id, "question": question, "option": option,
            "rules_hash": self.rules_hash,
        }  # fmt: skip
        self.ledger.append(row | words)

    def ask(
        self, member_id: str, question: str, cell: str, rule: str, zh: str, en: str, suspected: str
    ) -> None:
        place = "|".join((self.questionnaire.wave, member_id, question, cell, rule))
        row = dict.fromkeys(QUERIES, "") | {
            "query_id": hashlib.sha256(place.encode()).hexdigest()[:10], "wave": self.questionnaire.wave,
            "member_id": member_id, "question": question, "cell": cell, "rule": rule, "text_zh": zh, "text_en": en,
            "suspected": suspected, "state": "open",
        }  # fmt: skip
        self.queries.append(row)

    def set(self, key: tuple[str, str, str], value: str, status: str) -> str:
        """Give one item a new value and status; return the value it had."""
        before = str(self.responses.at[key, "value"])
        self.responses.at[key, "value"] = value
        self.responses.at[key, "status"] = status
        return before

    def null(self, key: tuple[str, str, str], *, step: str, rule: str, severity: str, reason: str) -> None:
        before = self.set(key, "", "nulled" if step != "routing" else "not_applicable")
        self.log(key, step=step, rule=rule, severity=severity, before=before, action="null", reason=reason)

    # -- the steps -------------------------------------------------------------------------------------------------

    def take_findings(self, findings: pd.DataFrame) -> None:
        """Log what intake found, and ask the member where the finding is a question."""
        for finding in findings.itertuples():
            if finding.question:
                key = (finding.member_id, finding.question, finding.option)
                action = "null" if self.responses.at[key, "status"] == "unreadable" else "query"
                self.log(
                    key,
                    step="intake",
                    rule=finding.code,
                    severity="hard",
                    action=action,
                    reason=finding.message_zh,
                )
            if finding.query:
                cell = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.file
                self.ask(
                    finding.member_id,
                    finding.question,
                    cell,
                    finding.code,
                    finding.message_zh,
                    finding.message_en,
                    cell,
                )

    def correct(self, corrections: list[Correction]) -> None:
        """Apply hand corrections in order."""
        for c in corrections:
            key = (c.member_id, c.question, c.option)
            if key not in self.responses.index:
                continue  # the member's return was set aside after the correction was written
            status = (
                "corrected"
                if c.answer.status == "ok"
                else "nulled"
                if c.answer.status == "blank"
                else c.answer.status
            )
            before = self.set(key, c.answer.value, status)
            action = "correct" if status == "corrected" else "null"
            self.log(
                key, step="correction", rule=f"corrections.csv:{c.line}", before=before, after=c.answer.value,
                action=action, reason=c.reason, author=c.author, at=c.date,
            )  # fmt: skip

    def route(self) -> None:
        """Mark what does not apply; null what was answered all the same."""
        for question in self.questionnaire.questions:
            if question.ask_if is None:
                continue
            asked = Expression(question.ask_if).evaluate(wide_answers(self.responses, self.questionnaire))
            for member_id in asked.index[(asked == False).fillna(False)]:  # noqa: E712 - Kleene: unknown is not false
                for item in items_of(question):
                    key = (member_id, item.question, item.option)
                    if (
                        self.responses.at[key, "status"] in WITH_VALUE
                        and self.responses.at[key, "value"] != "0"
                    ):
                        self.null(
                            key,
                            step="routing",
                            rule=f"ask_if {question.code}",
                            severity="hard",
                            reason=question.ask_if,
                        )
                    else:
                        self.set(key, "", "not_applicable")

    def check_ranges(self) -> None:
        """Null numbers outside the range that can be true."""
        answers = wide_answers(self.responses, self.questionnaire)
        for question in self.questionnaire.questions:
            if question.range is None:
                continue
            low, high = question.range
            column = answers[question.code]
            outside = ((column < low) | (column > high)).fillna(False)
            rule = f"range {question.code}"
            self.edits.append(
                {
                    "rule": rule,
                    "severity": "hard",
                    "evaluated": int(column.notna().sum()),
                    "failed": int(outside.sum()),
                }
            )
            for member_id in outside.index[outside]:
                self._outside(member_id, question, rule)

    def _outside(self, member_id: str, question: Question, rule: str) -> None:
        low, high = (f"{bound:,.0f}" for bound in question.range or (0.0, 0.0))
        key = (member_id, question.code, "")
        cell = self._cell(key)
        zh = f"{question.text.zh}应在 {low} 至 {high} 之间，请核对数值与单位"
        en = f"{question.text.en}: should lie between {low} and {high}; please check number and unit"
        self.null(key, step="edit", rule=rule, severity="hard", reason=zh)
        self.ask(member_id, question.code, cell, rule, zh, en, cell)

    def check_rules(self) -> None:
        """Evaluate the edit rules: hard failures null what the rule names, soft ones ask."""
        for rule in self.questionnaire.rules:
            answers = wide_answers(self.responses, self.questionnaire)
            held = Expression(rule.check).evaluate(answers).astype("boolean")
            failed = held.index[(~held).fillna(False)]
            self.edits.append(
                {
                    "rule": rule.id,
                    "severity": rule.severity,
                    "evaluated": int(held.notna().sum()),
                    "failed": len(failed),
                }
            )
            for member_id in failed:
                self._failed(member_id, rule)

    def _failed(self, member_id: str, rule: Rule) -> None:
        involved = rule.null or tuple(sorted(Expression(rule.check).names))
        keys = [(member_id, *(name.split(".") if "." in name else (name, ""))) for name in involved]
        keys = [
            key
            for key in keys
            if key in self.responses.index and self.responses.at[key, "status"] in WITH_VALUE
        ]
        cells = "; ".join(self._cell(key) for key in keys)
        for key in keys:
            if rule.severity == "hard" and self.questionnaire.by_code[key[1]].numeric:
                self.null(key, step="edit", rule=rule.id, severity="hard", reason=rule.message.zh)
            else:
                value = str(self.responses.at[key, "value"])
                self.log(
                    key,
                    step="edit",
                    rule=rule.id,
                    severity=rule.severity,
                    before=value,
                    after=value,
                    action="query",
                    reason=rule.message.zh,
                )
        self.ask(
            member_id, keys[0][1] if keys else "", cells, rule.id, rule.message.zh, rule.message.en, cells
        )

    def _cell(self, key: tuple[str, str, str]) -> str:
        row = self.responses.loc[key]
        return f"{row['sheet']}!{row['cell']}"


def clean(questionnaire: Questionnaire, intake: Intake, corrections: list[Correction]) -> CleanWave:
    """Clean one wave's intake.

    Parameters
    ----------
    questionnaire : Questionnaire
        Routing, ranges and rules.
    intake : Intake
        What the returns say; not changed.
    corrections : list of Correction
        Hand corrections, applied in this order.
    """
    intake = replace(intake, responses=intake.responses.copy())
    editor = _Editor(questionnaire, intake)
    editor.take_findings(intake.findings)
    editor.correct(corrections)
    editor.route()
    editor.check_ranges()
    editor.check_rules()
    return CleanWave(
        wave=questionnaire.wave,
        intake=intake,
        responses=_in_form_order(editor.responses, questionnaire),
        ledger=pd.DataFrame(editor.ledger, columns=list(LEDGER), dtype="str"),
        queries=pd.DataFrame(editor.queries, columns=list(QUERIES), dtype="str"),
        edits=pd.DataFrame(editor.edits, columns=["rule", "severity", "evaluated", "failed"]),
    )


def clean_wave(programme: Programme, wave: str) -> CleanWave:
    """Read, correct and edit the returns of a wave."""
    questionnaire = programme.questionnaire(wave)
    path = programme.folder / wave / "corrections.csv"
    return clean(
        questionnaire, read_returns(programme, wave), read_corrections(path, questionnaire, programme.frame)
    )


def _in_form_order(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    order = {(item.question, item.option): n for n, item in enumerate(questionnaire.items)}
    place = [order[key] for key in zip(responses["question"], responses["option"], strict=True)]
    ranked = responses.reset_index(drop=True).assign(_place=place)
    return (
        ranked.sort_values(["member_id", "_place"], kind="stable")
        .drop(columns="_place")
        .reset_index(drop=True)
    )
