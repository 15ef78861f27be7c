"""Clean a wave: corrections, routing, ranges and edit rules, each change a row of the ledger.

The order is fixed: findings of intake, hand corrections in the order of their file, routing, ranges, edit
rules. What intake read stays as it is and nothing disappears: clean values = parsed values - nulled +
corrected.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.answers import WITH_VALUE, wide_answers
from survey.editing.arithmetic import hold_figures, line_names, told
from survey.editing.corrections import read_corrections
from survey.expressions import Expression
from survey.frames import LEDGER, QUERIES
from survey.intake.findings import Finding
from survey.intake.returns import read_returns
from survey.questionnaire import Wording, items_of

if TYPE_CHECKING:
    from survey.editing.corrections import Correction
    from survey.intake.returns import Intake
    from survey.programme import Programme
    from survey.questionnaire import Question, Questionnaire, Rule

__all__ = ["LEDGER", "QUERIES", "CleanWave", "clean", "clean_wave"]

Key = tuple[str, str, str]  # member_id, question, option


@dataclass(frozen=True)
class CleanWave:
    """A cleaned wave: what intake read, the clean responses, and what was done to them.

    `responses`, `ledger` and `queries` are the frames of that name; `edits` has one row for each evaluated
    rule: rule, severity, evaluated, failed.
    """

    wave: str
    intake: Intake
    responses: pd.DataFrame
    ledger: pd.DataFrame
    queries: pd.DataFrame
    edits: pd.DataFrame


class _Editor:
    """Applies the steps to one wave; holds each item's value and status, and the growing ledger."""

    def __init__(self, questionnaire: Questionnaire, intake: Intake) -> None:
        self.questionnaire = questionnaire
        self.intake = intake.responses
        columns = (self.intake[name] for name in ("member_id", "question", "option"))
        self.place: dict[Key, int] = {key: n for n, key in enumerate(zip(*columns, strict=True))}
        self.values: list[str] = self.intake["value"].tolist()
        self.statuses: list[str] = self.intake["status"].tolist()
        self.wide: pd.DataFrame | None = None
        self.ledger: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.edits: list[dict[str, object]] = []
        rules = "\n".join(
            [
                *(f"{r.id}|{r.severity}|{r.check}|{','.join(r.nulls)}" for r in questionnaire.rules),
                *(f"{code}|{bond.model_dump_json()}" for code, bond in questionnaire.bonds.items()),
            ]
        )
        self.rules_hash = hashlib.sha256(rules.encode()).hexdigest()[:12]

    def responses(self) -> pd.DataFrame:
        """Return frame `responses` as edited so far."""
        edited = {"value": self.values, "status": self.statuses}
        return self.intake.assign(
            **{name: pd.Series(column, self.intake.index, "str") for name, column in edited.items()}
        )

    def answers(self) -> pd.DataFrame:
        """Return the wide table of answers as edited so far, made anew only after one has changed."""
        if self.wide is None:
            self.wide = wide_answers(self.responses(), self.questionnaire)
        return self.wide

    def has_value(self, key: Key) -> bool:
        return self.statuses[self.place[key]] in WITH_VALUE

    def set(self, key: Key, value: str, status: str) -> str:
        """Give one item a new value and status; return the value it had."""
        place = self.place[key]
        if self.statuses[place] in WITH_VALUE or status in WITH_VALUE:
            self.wide = None
        before, self.values[place], self.statuses[place] = self.values[place], value, status
        return before

    def log(self, key: Key, **words: str) -> None:
        member_id, question, option = key
        row = dict.fromkeys(LEDGER, "") | {
            "wave": self.questionnaire.wave, "member_id": member_id, "question": question, "option": option,
            "rules_hash": self.rules_hash,
        }  # fmt: skip
        self.ledger.append(row | words)

    def ask(self, member_id: str, question: str, cell: str, *, rule: str, words: Wording) -> None:
        """Ask the member about an answer; the cell asked about is the one suspected."""
        wave = self.questionnaire.wave
        place = f"{wave}|{member_id}|{question}|{cell}|{rule}"
        row = dict.fromkeys(QUERIES, "") | {
            "query_id": hashlib.sha256(place.encode()).hexdigest()[:10], "wave": wave, "member_id": member_id,
            "question": question, "cell": cell, "rule": rule, "text_zh": words.zh, "text_en": words.en,
            "suspected": cell, "state": "open",
        }  # fmt: skip
        self.queries.append(row)

    def null(self, key: Key, *, step: str, rule: str, reason: str) -> None:
        before = self.set(key, "", "nulled" if step != "routing" else "not_applicable")
        self.log(key, step=step, rule=rule, severity="hard", before=before, action="null", reason=reason)

    def count(self, rule: str, severity: str, held: pd.Series) -> list[str]:
        """Keep how often a rule could be evaluated and failed; return the members where it failed."""
        failed = [str(member) for member in held.index[held.eq(other=False).fillna(value=False)]]
        self.edits.append(
            {"rule": rule, "severity": severity, "evaluated": int(held.notna().sum()), "failed": len(failed)}
        )
        return failed

    # -- the steps -------------------------------------------------------------------------------------------

    def take_findings(self, findings: pd.DataFrame) -> None:
        """Log what intake found, and ask the member where the finding is a question."""
        for row in findings.to_dict("records"):
            finding = Finding(**{str(name): value for name, value in row.items()})
            if finding.question:
                key = (finding.member_id, finding.question, finding.option)
                action = "null" if self.statuses[self.place[key]] == "unreadable" else "query"
                self.log(
                    key, step="intake", rule=finding.code, severity="hard", action=action,
                    reason=finding.message_zh,
                )  # fmt: skip
            if finding.query:
                cell = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.file
                words = Wording(zh=finding.message_zh, en=finding.message_en)
                self.ask(finding.member_id, finding.question, cell, rule=finding.code, words=words)

    def correct(self, corrections: list[Correction]) -> None:
        """Apply hand corrections in order."""
        statuses = {"ok": "corrected", "blank": "nulled"}
        for c in corrections:
            key = (c.member_id, c.question, c.option)
            if key not in self.place:
                continue  # the member's return was set aside after the correction was written
            status = statuses.get(c.answer.status, c.answer.status)
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
            asked = Expression(question.ask_if).evaluate(self.answers())
            for member_id in asked.index[asked.eq(other=False).fillna(value=False)]:
                for item in items_of(question):
                    self._route_out((member_id, item.question, item.option), question.code, question.ask_if)

    def _route_out(self, key: Key, question: str, routing: str) -> None:
        if self.has_value(key):
            self.null(key, step="routing", rule=f"ask_if {question}", reason=routing)
        else:
            self.set(key, "", "not_applicable")

    def check_ranges(self) -> None:
        """Null numbers outside the range that can be true."""
        answers = self.answers()
        for question in self.questionnaire.questions:
            if question.range is not None:
                low, high = question.range
                held = answers[question.code].between(low, high)
                for member_id in self.count(f"range {question.code}", "hard", held):
                    self._outside(member_id, question, low, high)

    def _outside(self, member_id: str, question: Question, low: float, high: float) -> None:
        key, rule = (member_id, question.code, ""), f"range {question.code}"
        cell = self._cell(key)
        words = Wording(
            zh=f"{question.text.zh}应在 {low:,.0f} 至 {high:,.0f} 之间，请核对数值与单位",
            en=f"{question.text.en}: should lie between {low:,.0f} and {high:,.0f}; "
            f"please check number and unit",
        )
        self.null(key, step="edit", rule=rule, reason=words.zh)
        self.ask(member_id, question.code, cell, rule=rule, words=words)

    def check_rules(self) -> None:
        """Evaluate the edit rules: hard failures null what the rule names, soft ones ask."""
        for rule in self.questionnaire.rules:
            held = Expression(rule.check).evaluate(self.answers()).astype("boolean")
            for member_id in self.count(rule.id, rule.severity, held):
                self._failed(member_id, rule)

    def _failed(self, member_id: str, rule: Rule) -> None:
        keys = [key for key in self._involved(member_id, rule) if key in self.place and self.has_value(key)]
        cells = "; ".join(self._cell(key) for key in keys)
        for key in keys:
            if rule.severity == "hard" and self.questionnaire.by_code[key[1]].numeric:
                self.null(key, step="edit", rule=rule.id, reason=rule.message.zh)
            else:
                value = self.values[self.place[key]]
                self.log(
                    key, step="edit", rule=rule.id, severity=rule.severity, before=value, after=value,
                    action="query", reason=rule.message.zh,
                )  # fmt: skip
        question = keys[0][1] if keys else ""
        self.ask(member_id, question, cells, rule=rule.id, words=rule.message)

    def check_bonds(self) -> None:
        """Hold the figures of each return against each other; they stand, and the member is asked.

        Arithmetic says that figures cannot be true together, not which of them is wrong: none is nulled.
        """
        names = line_names(self.questionnaire)
        for check, rows in hold_figures(self.questionnaire, self.responses()).groupby("check", sort=False):
            rule = f"arithmetic {check}"
            doubted = rows[rows["severity"] != ""]
            severity = "hard" if not len(doubted) or (doubted["severity"] == "hard").any() else "soft"
            self.edits.append(
                {"rule": rule, "severity": severity, "evaluated": len(rows), "failed": len(doubted)}
            )
            for row in doubted.to_dict("records"):
                self._doubted(rule, {str(name): str(value) for name, value in row.items()}, names)

    def _doubted(self, rule: str, row: dict[str, str], names: dict[str, Wording]) -> None:
        member_id, question = row["member_id"], row["question"]
        key, words = (member_id, question, ""), told(row, names[question])
        value = self.values[self.place[key]]
        self.log(
            key, step="edit", rule=rule, severity=row["severity"], before=value, after=value, action="query",
            reason=words.zh,
        )  # fmt: skip
        cells = "; ".join(self._cell((member_id, code, "")) for code in row["related"].split())
        self.ask(member_id, question, cells, rule=rule, words=words)

    def _involved(self, member_id: str, rule: Rule) -> list[Key]:
        names = rule.nulls or tuple(sorted(Expression(rule.check).names))
        parts = (name.partition(".") for name in names)
        return [(member_id, question, option) for question, _, option in parts]

    def _cell(self, key: Key) -> str:
        row = self.intake.iloc[self.place[key]]
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
    editor = _Editor(questionnaire, intake)
    editor.take_findings(intake.findings)
    editor.correct(corrections)
    editor.route()
    editor.check_ranges()
    editor.check_rules()
    editor.check_bonds()
    return CleanWave(
        wave=questionnaire.wave,
        intake=intake,
        responses=_in_form_order(editor.responses(), questionnaire),
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
