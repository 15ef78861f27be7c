"""Hand corrections: a dated file a wave, with reason and author, applied in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survey.errors import CorrectionError
from survey.intake import REPLIES, Answer, Finding, UnreadableWorkbookError, parse, read_workbook
from survey.programme import Wording, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from survey.intake import Cell
    from survey.programme import MemberFrame, Questionnaire

__all__ = [
    "CONFIRM",
    "Correction",
    "Line",
    "Reply",
    "judge",
    "read_corrections",
    "read_replies",
    "replies_table",
]

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


def read_corrections(path: Path, questionnaire: Questionnaire, frame: MemberFrame) -> list[Correction]:
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
        if not frame.is_open and row["member_id"] not in members:
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


# Members' replies to queries, read back from workbooks: each a value, a confirmation or a problem.
#
# A query workbook is a form of its own (`queryforms`): the hidden first column holds the query's number and
# the item, so that moved rows do no harm. Nothing in it is trusted: a number of another member's query, an
# item the query is not about, or a value that cannot be read is a problem that is told, and changes nothing.


CODE, ANSWER, CONFIRMED, REMARK = 0, 8, 9, 10
MARK = "_query"  # a row's code: _query|number|item
CONFIRM = frozenset({"是", "确认", "√", "✓", "✔", "yes", "y", "confirmed", "1", "true"})
LONGEST_REMARK = 500


@dataclass(frozen=True)
class Line:
    """One row of a reply workbook as it stands there: what was typed for one cell of one query."""

    file: str
    sheet: str
    row: int
    query_id: str
    item: str
    answer: str
    confirmed: str
    remark: str
    problem: Wording | None = None

    @property
    def cell(self) -> str:
        """Where the answer stands."""
        return f"I{self.row + 1}" if self.row >= 0 else ""

    @property
    def text(self) -> str:
        """What was typed."""
        return self.answer or self.confirmed or self.remark


@dataclass(frozen=True)
class Reply:
    """One row understood: a new answer, a confirmation, a remark, or a problem."""

    line: Line
    member_id: str = ""
    answer: Answer | None = None
    confirmed: bool = False
    problem: Wording | None = None

    @property
    def status(self) -> str:
        """What it is, in one word."""
        if self.problem:
            return "problem"
        return "value" if self.answer else "confirmed" if self.confirmed else "remark"


def read_replies(folder: Path) -> list[Line]:
    """Read the rows of a wave's reply workbooks that say something, in the order of the files' names."""
    lines = []
    found = (p for p in folder.glob("*") if p.is_file() or p.is_symlink())
    for path in sorted(p for p in found if not p.name.startswith(("~", "."))):
        if path.is_symlink():
            words = Wording(
                zh="文件是指向别处的链接，未读取；请将文件本身放入 replies",
                en="this is a link to another place, which is not followed; put the file itself into replies",
            )
            lines.append(_unread(path, words))
            continue
        try:
            cells = read_workbook(path).cells
        except UnreadableWorkbookError as error:
            words = Wording(
                zh=f"文件无法打开({error.why.zh})", en=f"the workbook cannot be opened ({error.why.en})"
            )
            lines.append(_unread(path, words))
            continue
        if not any(cell.column == CODE and cell.text.startswith(f"{MARK}|") for cell in cells):
            words = Wording(zh="不是疑问核对表", en="this is no query workbook")
            lines.append(_unread(path, words))
        lines += _rows(path.name, cells)
    return lines


def _unread(path: Path, why: Wording) -> Line:
    return Line(path.name, "", -1, "", "", "", "", "", why)


def _rows(file: str, cells: Sequence[Cell]) -> Iterable[Line]:
    rows: dict[tuple[str, int], dict[int, str]] = {}
    for cell in cells:
        rows.setdefault((cell.sheet, cell.row), {})[cell.column] = cell.text.strip()
    for (sheet, row), texts in rows.items():
        mark, _, rest = texts.get(CODE, "").partition("|")
        query_id, _, item = rest.partition("|")
        answer, confirmed, remark = (texts.get(c, "") for c in (ANSWER, CONFIRMED, REMARK))
        if mark == MARK and (answer or confirmed or remark):
            yield Line(file, sheet, row, query_id, item, answer, confirmed, remark[:LONGEST_REMARK])


def judge(  # noqa: PLR0911 - one return for each thing a row can say
    line: Line, questionnaire: Questionnaire, queries: Mapping[str, Mapping[str, str]]
) -> Reply:
    """Understand one row.

    Parameters
    ----------
    line : Line
        The row.
    questionnaire : Questionnaire
        What the wave asked.
    queries : mapping
        The queries known, by number.
    """
    if line.problem:
        return Reply(line, problem=line.problem)
    query = queries.get(line.query_id)
    if query is None:
        words = Wording(
            zh="没有此编号的疑问，或答卷已更新，答复未采用",
            en="no query has this number, or the return has changed since; the reply is not used",
        )
        return Reply(line, problem=words)
    member = query["member_id"]
    if line.answer and line.item not in query["items"].split("; "):
        words = Wording(
            zh="此疑问不涉及该题，答复未采用", en="the query is not about this item; the reply is not used"
        )
        return Reply(line, member, problem=words)
    if line.answer:
        question, _, option = line.item.partition(".")
        answer = parse(questionnaire.by_code[question], option, line.answer)
        if answer.status == "unreadable":
            found = Finding.of(answer.code, wave=questionnaire.wave, file=line.file, **answer.words)
            return Reply(line, member, problem=Wording(zh=found.message_zh, en=found.message_en))
        return Reply(line, member, answer)
    if line.confirmed and line.confirmed.casefold() not in CONFIRM:
        words = Wording(zh="“确认原值”一栏请填“是”或留空", en="the column “confirmed” takes yes, or nothing")
        return Reply(line, member, problem=words)
    return Reply(line, member, confirmed=bool(line.confirmed))


def replies_table(wave: str, replies: Iterable[Reply]) -> pd.DataFrame:
    """Return replies as frame `replies`, one row each."""
    rows = []
    for reply in replies:
        line, words = reply.line, reply.problem or Wording(zh="", en="")
        question, _, option = line.item.partition(".")
        rows.append(
            (wave, line.query_id, reply.member_id, question, option, line.file, line.sheet, line.cell,
             line.text, reply.status, words.zh, words.en)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(REPLIES), dtype="str")
