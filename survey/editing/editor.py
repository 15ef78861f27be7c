"""The state of a wave under edit: each item's value and status, the growing ledger, the queries asked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from survey.editing.wide_answers import FRAME, WITH_VALUE, row_of, wide_answers
from survey.intake import LEDGER, QUERIES

if TYPE_CHECKING:
    from survey.intake import Intake
    from survey.programme import Questionnaire, Wording

__all__ = ["Editor", "Key", "code_of", "key_of"]

Key: TypeAlias = tuple[str, str, str]
"""member_id, question, option."""


def key_of(member_id: str, code: str) -> Key:
    """Return the key of a member's item from the item's code."""
    question, _, option = code.partition(".")
    return member_id, question, option


def code_of(key: Key) -> str:
    """Return the item's code of a key."""
    return f"{key[1]}.{key[2]}" if key[2] else key[1]


class Editor:
    """Holds one wave while the steps change it; every change of a value is a row of the ledger.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked.
    intake : Intake
        What was read; stays as it is.
    frame : DataFrame
        The members' dimensions, indexed by member_id.
    stratum : str
        The column of `frame` whose groups are a member's peers.
    last : DataFrame
        The members' answers of the wave before as columns ``last.…``, indexed by member_id.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        intake: Intake,
        frame: pd.DataFrame,
        stratum: str,
        last: pd.DataFrame,
    ) -> None:
        self.questionnaire = questionnaire
        self.intake = intake.responses
        self.frame, self.last = frame, last
        self.peers = FRAME + stratum  # column of the wide table
        columns = (self.intake[name] for name in ("member_id", "question", "option"))
        self.place: dict[Key, int] = {key: n for n, key in enumerate(zip(*columns, strict=True))}
        self.values: list[str] = self.intake["value"].tolist()
        self.statuses: list[str] = self.intake["status"].tolist()
        self.wide: pd.DataFrame | None = None
        self.ledger: list[dict[str, str]] = []
        self.queries: dict[str, dict[str, str]] = {}
        self.settled: set[str] = set()  # queries of findings that a correction or reply has answered
        self.edits: list[dict[str, object]] = []
        self.rules_hash = _rules_hash(questionnaire)

    def responses(self) -> pd.DataFrame:
        """Return frame `responses` as edited so far."""
        edited = {"value": self.values, "status": self.statuses}
        return self.intake.assign(
            **{name: pd.Series(column, self.intake.index, "str") for name, column in edited.items()}
        )

    def answers(self) -> pd.DataFrame:
        """Return the wide table as edited so far, made anew only after an answer has changed.

        Beside the items stand the frame's dimensions as ``frame.…`` (the frame decides on a member's segment,
        whatever the return says) and the answers of the wave before as ``last.…``.
        """
        if self.wide is None:
            wide = wide_answers(self.responses(), self.questionnaire)
            wide = wide.join(self.last.reindex(wide.index)) if len(self.last.columns) else wide
            self.wide = wide.join(self.frame.add_prefix(FRAME).reindex(wide.index))
        return self.wide

    def has_value(self, key: Key) -> bool:
        """Whether an item has a value now."""
        return key in self.place and self.statuses[self.place[key]] in WITH_VALUE

    def value(self, key: Key) -> str:
        """Return the value of an item, empty where it has none."""
        return self.values[self.place[key]]

    def set(self, key: Key, value: str, status: str) -> str:
        """Give one item a new value and status; return the value it had."""
        place = self.place[key]
        if self.statuses[place] in WITH_VALUE or status in WITH_VALUE:
            self.wide = None
        before, self.values[place], self.statuses[place] = self.values[place], value, status
        return before

    def log(self, key: Key, **words: str) -> None:
        """Add a row to the ledger."""
        member_id, question, option = key
        row = dict.fromkeys(LEDGER, "") | {
            "wave": self.questionnaire.wave, "member_id": member_id, "question": question, "option": option,
            "rules_hash": self.rules_hash,
        }  # fmt: skip
        self.ledger.append(row | words)

    def ask(
        self, member_id: str, keys: list[Key], cell: str, *, rule: str, words: Wording, **more: str
    ) -> str:
        """Ask the member about some answers; return the query's number.

        The number is made of what was asked of whom and what the return said, so that it stays from run to
        run and through the reply, and is another where another return says something else.
        """
        wave, question = self.questionnaire.wave, keys[0][1] if keys else ""
        said = "|".join(self.intake["raw"].iloc[self.place[key]] for key in keys)
        place = f"{wave}|{member_id}|{question}|{'' if keys else cell}|{rule}|{said}"
        query_id = hashlib.sha256(place.encode()).hexdigest()[:10]
        row = dict.fromkeys(QUERIES, "") | {
            "query_id": query_id, "wave": wave, "member_id": member_id, "question": question, "cell": cell,
            "rule": rule, "text_zh": words.zh, "text_en": words.en, "suspected": cell, "state": "open",
            "items": "; ".join(code_of(key) for key in keys),
        }  # fmt: skip
        self.queries[query_id] = row | more
        return query_id

    def null(self, key: Key, *, step: str, rule: str, reason: str) -> None:
        """Take an answer away."""
        before = self.set(key, "", "nulled" if step != "routing" else "not_applicable")
        self.log(key, step=step, rule=rule, severity="hard", before=before, action="null", reason=reason)

    def count(self, rule: str, severity: str, held: pd.Series) -> list[str]:
        """Keep how often a rule could be evaluated and failed; return the members where it failed."""
        failed = [str(member) for member in held.index[held.eq(other=False).fillna(value=False)]]
        self.edits.append(
            {"rule": rule, "severity": severity, "evaluated": int(held.notna().sum()), "failed": len(failed)}
        )
        return failed

    def cell(self, key: Key) -> str:
        """Return sheet and cell where an item was answered."""
        row = self.intake.iloc[self.place[key]]
        return f"{row['sheet']}!{row['cell']}"

    def given(self, member_id: str) -> dict[str, float]:
        """Return a member's numbers of the wave before, by ``last.…`` name."""
        if member_id not in self.last.index:
            return {}
        row = row_of(self.last, member_id)
        return {str(n): float(v) for n, v in row.items() if pd.notna(v) and not isinstance(v, str)}


def _rules_hash(questionnaire: Questionnaire) -> str:
    rules = "\n".join(f"{r.id}|{r.severity}|{r.check}|{','.join(r.nulls)}" for r in questionnaire.rules)
    more = questionnaire.edits.model_dump_json() + questionnaire.policy.model_dump_json()
    more += "".join(f"{code}|{bond.model_dump_json()}" for code, bond in questionnaire.bonds.items())
    return hashlib.sha256(f"{rules}\n{more}".encode()).hexdigest()[:12]
