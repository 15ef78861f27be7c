"""Clean a wave: corrections, replies, routing, deductions and edits, each change a row of the ledger.

The order is fixed: findings of intake, hand corrections in the order of their file, members' replies,
routing, deductive corrections, ranges, edit rules, edits with a named method; after the cut-off the policy
for what is still unanswered. What intake read stays as it is and nothing disappears: clean values = parsed
values - nulled + corrected (imputed ones among these).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from survey.editing.corrections import Reply, judge, read_corrections, read_replies, replies_table
from survey.editing.editor import Editor, Key, code_of, key_of
from survey.editing.edits import checks_of
from survey.editing.figure_checks import hold_figures, line_names, told
from survey.editing.imputation import cut_off, deduce
from survey.editing.localisation import locate, suspected_cells, what_would_do
from survey.editing.queries import queries_table, read_register
from survey.editing.wide_answers import last_answers, row_of, segments_as_answered
from survey.errors import DefinitionError
from survey.intake import LEDGER, QUERIES, REPLIES, Finding, read_returns
from survey.programme import Expression, Wording, items_of

if TYPE_CHECKING:
    from survey.editing.corrections import Correction, Line
    from survey.editing.edits import Check
    from survey.editing.localisation import Localisation
    from survey.intake import Intake
    from survey.programme import Programme, Questionnaire

__all__ = ["LEDGER", "QUERIES", "CleanWave", "clean", "clean_wave"]

STATUS_OF = {"ok": "corrected", "blank": "nulled"}
Earlier = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class CleanWave:
    """A cleaned wave: what intake read, the clean responses, and what was done to them.

    `responses`, `ledger`, `queries` and `replies` are the frames of that name; `edits` has one row for each
    evaluated rule: rule, severity, evaluated, failed, as the answers stand after all replies.
    """

    wave: str
    intake: Intake
    responses: pd.DataFrame
    ledger: pd.DataFrame
    queries: pd.DataFrame
    edits: pd.DataFrame
    replies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REPLIES), dtype="str"))


@dataclass(frozen=True)
class _Steps:
    """The steps of editing, on one editor."""

    editor: Editor
    checks: Sequence[Check]

    @property
    def questionnaire(self) -> Questionnaire:
        return self.editor.questionnaire

    def run(self, intake: Intake, corrections: Sequence[Correction], replies: Sequence[Reply]) -> None:
        self.take_findings(intake.findings)
        self.correct(corrections)
        self.take_replies(replies)
        self.settle_findings()
        self.route()
        for deduction in self.questionnaire.policy.deductions:
            for proposal in list(deduce(self.editor, deduction)):
                apply = proposal.kind in self.questionnaire.policy.apply
                self._deduced(proposal.rule, proposal.changes, proposal.evidence, apply=apply)
        self.check()
        self.check_bonds()

    def take_findings(self, findings: pd.DataFrame) -> None:
        """Log what intake found, and ask the member where the finding is a question."""
        editor = self.editor
        for row in findings.to_dict("records"):
            finding = Finding(**{str(name): value for name, value in row.items()})
            key = (finding.member_id, finding.question, finding.option)
            if finding.question:
                action = "null" if editor.statuses[editor.place[key]] == "unreadable" else "query"
                editor.log(
                    key, step="intake", rule=finding.code, severity="hard", action=action,
                    reason=finding.message_zh,
                )  # fmt: skip
            if finding.query:
                cell = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.file
                words = Wording(zh=finding.message_zh, en=finding.message_en)
                keys = [key] if finding.question else []
                editor.ask(finding.member_id, keys, cell, rule=finding.code, words=words)

    def correct(self, corrections: Sequence[Correction]) -> None:
        """Apply hand corrections in order."""
        for c in corrections:
            key = (c.member_id, c.question, c.option)
            if key not in self.editor.place:
                continue  # the member's return was set aside after the correction was written
            status = STATUS_OF.get(c.answer.status, c.answer.status)
            before = self.editor.set(key, c.answer.value, status)
            action = "correct" if status == "corrected" else "null"
            self.editor.log(
                key, step="correction", rule=f"corrections.csv:{c.line}", before=before, after=c.answer.value,
                action=action, reason=c.reason, author=c.author, at=c.date,
            )  # fmt: skip

    def take_replies(self, replies: Sequence[Reply]) -> None:
        """Apply what members replied; of two replies to one query and item the later file counts."""
        latest = {(r.line.query_id, r.line.item): r for r in replies if r.answer}
        for (query_id, item), reply in latest.items():
            assert reply.answer is not None  # noqa: S101 - chosen so
            key = key_of(reply.member_id, item)
            status = STATUS_OF.get(reply.answer.status, reply.answer.status)
            before = self.editor.set(key, reply.answer.value, status)
            action = "correct" if status == "corrected" else "null"
            self.editor.log(
                key, step="reply", rule=query_id, before=before, after=reply.answer.value, action=action,
                reason=reply.line.remark or "成员答复 member's reply", author=reply.member_id,
            )  # fmt: skip

    def settle_findings(self) -> None:
        """Mark the queries of intake whose answer has since been given."""
        for query_id, query in self.editor.queries.items():
            keys = [key_of(query["member_id"], item) for item in query["items"].split("; ") if item]
            if keys and all(self.editor.statuses[self.editor.place[k]] == "corrected" for k in keys):
                self.editor.settled.add(query_id)

    def route(self) -> None:
        """Mark what does not apply; null what was answered all the same."""
        for question in self.questionnaire.questions:
            if question.ask_if is None:
                continue
            asked = Expression(question.ask_if).evaluate(self.editor.answers())
            for member_id in asked.index[asked.eq(other=False).fillna(value=False)]:
                for item in items_of(question):
                    self._route_out((member_id, item.question, item.option), question.code, question.ask_if)

    def _route_out(self, key: Key, question: str, routing: str) -> None:
        if self.editor.has_value(key):
            self.editor.null(key, step="routing", rule=f"ask_if {question}", reason=routing)
        else:
            self.editor.set(key, "", "not_applicable")

    def _deduced(
        self, rule: str, values: Sequence[tuple[Key, str]], evidence: Wording, *, apply: bool
    ) -> None:
        """Correct a slip, or propose its correction to the member."""
        editor, keys = self.editor, [key for key, _ in values]
        for key, value in values:
            before = editor.value(key)
            if apply:
                editor.set(key, value, "corrected")
            editor.log(
                key, step="deduction", rule=rule, severity="soft", before=before,
                after=value if apply else before, action="correct" if apply else "query",
                reason=evidence.zh if apply else f"{evidence.zh}（建议 {value}）",
                author="policy" if apply else "",
            )  # fmt: skip
        if not apply:
            cells = "; ".join(editor.cell(key) for key in keys)
            fits = "; ".join(f"{editor.cell(key)}: {value}" for key, value in values)
            editor.ask(keys[0][0], keys, cells, rule=rule, words=evidence, fits=fits)

    def check(self) -> None:
        """Evaluate the edits: hard failures null what cannot be true, soft ones ask."""
        found = locate(self.editor, self.checks)
        for check in self.checks:
            held = check.hold(self.editor.answers())
            for member_id in self.editor.count(check.id, check.severity, held):
                self._failed(member_id, check, found.get(member_id))

    def check_bonds(self) -> None:
        """Hold the figures of each return against each other; they stand, and the member is asked.

        Arithmetic says that figures cannot be true together, not which of them is wrong: none is nulled.
        """
        editor, names = self.editor, line_names(self.questionnaire)
        for check, rows in hold_figures(self.questionnaire, editor.responses()).groupby("check", sort=False):
            rule = f"arithmetic {check}"
            doubted = rows[rows["severity"] != ""]
            severity = "hard" if not len(doubted) or (doubted["severity"] == "hard").any() else "soft"
            editor.edits.append(
                {"rule": rule, "severity": severity, "evaluated": len(rows), "failed": len(doubted)}
            )
            for row in doubted.to_dict("records"):
                self._doubted(rule, {str(name): str(value) for name, value in row.items()}, names)

    def _doubted(self, rule: str, row: dict[str, str], names: dict[str, Wording]) -> None:
        editor, key = self.editor, (row["member_id"], row["question"], "")
        words, value = told(row, names[row["question"]]), editor.value(key)
        editor.log(
            key, step="edit", rule=rule, severity=row["severity"], before=value, after=value, action="query",
            reason=words.zh,
        )  # fmt: skip
        related = [(row["member_id"], code, "") for code in row["related"].split()]
        cells = "; ".join(editor.cell(one) for one in related)
        keys = list(dict.fromkeys([key, *related]))  # the query's number rests on the first
        editor.ask(row["member_id"], keys, cells, rule=rule, words=words)

    def _failed(self, member_id: str, check: Check, found: Localisation | None) -> None:
        editor = self.editor
        names = check.names(row_of(editor.answers(), member_id))
        keys = [key for key in (key_of(member_id, name) for name in names) if editor.has_value(key)]
        cells = "; ".join(editor.cell(key) for key in keys)
        told = found if check.severity == "hard" else None
        suspected = suspected_cells(editor, member_id, told, keys) or cells
        fits = what_would_do(editor, member_id, told, keys)
        wrong = self._nulled(check, keys, found)
        for key in keys:
            if key in wrong:
                editor.null(key, step="edit", rule=check.id, reason=check.message.zh)
            else:
                value = editor.value(key)
                editor.log(
                    key, step="edit", rule=check.id, severity=check.severity, before=value, after=value,
                    action="query", reason=check.message.zh,
                )  # fmt: skip
        editor.ask(member_id, keys, cells, rule=check.id, words=check.message, suspected=suspected, fits=fits)

    def _nulled(self, check: Check, keys: Sequence[Key], found: Localisation | None) -> set[Key]:
        """Return the answers that a failure takes away: numbers alone, and by policy only suspected ones."""
        if check.severity == "soft":
            return set()
        numbers = {key for key in keys if self.questionnaire.by_code[key[1]].numeric}
        told_apart = found is not None and len(found.solutions) == 1 and not check.whole
        if self.questionnaire.policy.hard == "suspected" and told_apart and found is not None:
            return {key for key in numbers if code_of(key) in found.suspected}
        return numbers


def clean(
    questionnaire: Questionnaire,
    intake: Intake,
    corrections: Sequence[Correction],
    *,
    frame: pd.DataFrame | None = None,
    stratum: str = "stratum",
    last: pd.DataFrame | None = None,
    lines: Sequence[Line] = (),
    register: Mapping[str, Mapping[str, str]] | None = None,
) -> CleanWave:
    """Clean one wave's intake.

    Parameters
    ----------
    questionnaire : Questionnaire
        Routing, ranges, rules, edits and policy.
    intake : Intake
        What the returns say; not changed.
    corrections : sequence of Correction
        Hand corrections, applied in this order.
    frame : DataFrame, optional
        The members' dimensions, indexed by member_id.
    stratum : str
        The column of `frame` whose groups are a member's peers.
    last : DataFrame, optional
        The answers of the wave before (`answers.last_answers`).
    lines : sequence of Line, optional
        The rows of the members' reply workbooks.
    register : mapping, optional
        The queries already sent, by number (`queries.read_register`).
    """
    checks = list(checks_of(questionnaire))
    asked: dict[str, dict[str, str]] = {}
    replies: list[Reply] = []
    while True:  # a reply may raise a new query, which a further reply answers
        none = pd.DataFrame()
        editor = Editor(
            questionnaire, intake, none if frame is None else frame, stratum, none if last is None else last
        )
        _Steps(editor, checks).run(intake, corrections, replies)
        asked = asked | {number: row for number, row in editor.queries.items() if number not in asked}
        judged = [judge(line, questionnaire, asked) for line in lines]
        usable = [reply for reply in judged if reply.problem is None]
        if usable == replies:
            break
        replies = usable
    hard = {check.id for check in checks if check.severity == "hard"}
    queries = queries_table(editor, asked, replies, register or {}, hard)
    cut_off(editor, queries, checks)
    return CleanWave(
        wave=questionnaire.wave,
        intake=intake,
        responses=_in_form_order(editor.responses(), questionnaire),
        ledger=pd.DataFrame(editor.ledger, columns=list(LEDGER), dtype="str"),
        queries=queries,
        edits=pd.DataFrame(editor.edits, columns=["rule", "severity", "evaluated", "failed"]),
        replies=replies_table(questionnaire.wave, judged),
    )


def clean_wave(programme: Programme, wave: str, earlier: Earlier | None = None) -> CleanWave:
    """Read, correct and edit the returns of a wave.

    Parameters
    ----------
    programme : Programme
        The survey.
    wave : str
        The wave.
    earlier : callable, optional
        Gives the clean responses of an earlier wave; by default it is cleaned too where an edit looks back.
    """
    questionnaire = programme.questionnaire(wave)
    folder = programme.folder / wave
    intake = read_returns(programme, wave)
    frame = (
        segments_as_answered(intake.responses, questionnaire, programme)
        if programme.open_survey
        else programme.members_table((wave,))
    )
    _check_dimensions(questionnaire, programme)
    return clean(
        questionnaire,
        intake,
        read_corrections(folder / "corrections.csv", questionnaire, programme.frame),
        frame=frame.set_index("member_id").drop(columns="wave"),
        stratum=programme.stratum,
        last=_last(programme, questionnaire, earlier),
        lines=read_replies(folder / "replies"),
        register=read_register(folder / "queries.csv"),
    )


def _last(programme: Programme, questionnaire: Questionnaire, earlier: Earlier | None) -> pd.DataFrame:
    """Return the answers of the wave before; columns without a value where there is none."""
    names = [item.code for item in questionnaire.items]
    before = [wave for wave in programme.waves if wave < questionnaire.wave]
    if not questionnaire.looks_back:
        return pd.DataFrame()
    if not before:
        empty = pd.DataFrame(columns=[f"last.{name}" for name in names], dtype="Float64")
        return empty.rename_axis(index="member_id")
    responses = earlier(before[-1]) if earlier else clean_wave(programme, before[-1]).responses
    return last_answers(responses, programme.questionnaire(before[-1]), names)


def _check_dimensions(questionnaire: Questionnaire, programme: Programme) -> None:
    """Refuse an edit by a dimension or segment that the programme does not have."""
    known = {d.code: {s.code for s in d.segments} for d in programme.settings.dimensions}
    known.setdefault(programme.stratum, set())
    path = programme.folder / questionnaire.wave / "questionnaire.yaml"
    divided = [(edit.id, edit.by, set(edit.ranges)) for edit in questionnaire.edits.ranges]
    divided += [(edit.id, edit.within, set()) for edit in questionnaire.edits.outliers]
    for identity, dimension, segments in divided:
        if dimension not in known:
            words = (
                f"edit {identity} divides by {dimension}, which is no dimension; there are {', '.join(known)}"
            )
            raise DefinitionError(path, None, words)
        strange = sorted(segments - known[dimension])
        if strange:
            words = (
                f"edit {identity} names {', '.join(strange)}, which is no segment of {dimension}; "
                f"there are {', '.join(sorted(known[dimension]))}"
            )
            raise DefinitionError(path, None, words)


def _in_form_order(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    order = {(item.question, item.option): n for n, item in enumerate(questionnaire.items)}
    place = [order[key] for key in zip(responses["question"], responses["option"], strict=True)]
    ranked = responses.reset_index(drop=True).assign(_place=place)
    return (
        ranked.sort_values(["member_id", "_place"], kind="stable")
        .drop(columns="_place")
        .reset_index(drop=True)
    )
