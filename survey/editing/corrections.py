"""Hand corrections: a dated file a wave, with reason and author, applied in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.definitions import read_rows
from survey.errors import CorrectionError
from survey.intake.parsing import Answer, parse

if TYPE_CHECKING:
    from pathlib import Path

    from survey.members import Frame
    from survey.questionnaire import Questionnaire

__all__ = ["Correction", "read_corrections"]

COLUMNS = ("date", "member_id", "question", "option", "value", "reason", "author")


@dataclass(frozen=True)
class Correction:
    """One line of corrections.csv, already parsed: an empty value nulls the answer."""

    line: int
    date: str
    member_id: str
    question: str
    option: str
    answer: Answer
    reason: str
    author: str


def read_corrections(path: Path, questionnaire: Questionnaire, frame: Frame) -> list[Correction]:
    """Read the corrections of a wave; none where the file is not there.

    Raises
    ------
    CorrectionError
        With the line: an unknown member, question or option, a value that cannot be read, no reason or
        author.
    """
    if not path.exists():
        return []
    heading, rows = read_rows(path, "its corrections")
    missing = set(COLUMNS) - set(heading)
    if missing:
        raise CorrectionError(
            f"{path.parent.name}/{path.name}, line 1: columns missing: {', '.join(sorted(missing))}"
        )
    members = frame.of(questionnaire.wave)
    items = {(item.question, item.option) for item in questionnaire.items}
    corrections = []
    for line, row in rows:
        where = f"{path.parent.name}/{path.name}, line {line}"
        if row["member_id"] not in members:
            raise CorrectionError(
                f"{where}: member {row['member_id']!r} is not in the frame of {questionnaire.wave}"
            )
        if (row["question"], row["option"]) not in items:
            raise CorrectionError(
                f"{where}: question {row['question']!r} option {row['option']!r} was not asked"
            )
        if not row["reason"] or not row["author"] or not row["date"]:
            raise CorrectionError(f"{where}: date, reason and author must be given")
        answer = parse(questionnaire.by_code[row["question"]], row["option"], row["value"])
        if answer.status == "unreadable":
            raise CorrectionError(
                f"{where}: the value cannot be read as {questionnaire.by_code[row['question']].type}"
            )
        corrections.append(
            Correction(
                line,
                row["date"],
                row["member_id"],
                row["question"],
                row["option"],
                answer,
                row["reason"],
                row["author"],
            )
        )
    return corrections
