"""Tables of answers, one row a member: from spreadsheets, text files, SPSS files and survey platforms.

A table is a heading and rows of cells. What its columns hold is told by their headings alone (see
`headings`), so that columns may stand in any order; a column nobody knows is kept and told, never taken.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from survey.intake.form_reader import FilledForm
from survey.intake.parsing import FORM, Convention, label_key
from survey.intake.workbooks import Cell, UnreadableWorkbookError, refuse_size
from survey.programme import items_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from survey.programme import Question, Questionnaire

__all__ = [
    "MEMBER",
    "META",
    "NAME",
    "PLATFORM",
    "SUBMITTED",
    "Columns",
    "Heading",
    "Table",
    "fit",
    "heading_key",
    "read_delimited",
    "read_headings",
    "read_spss",
    "rows_of",
    "table_in",
]

# The heading of a table of answers: which column holds what, as lists and survey platforms write it.
#
# Known notations: an item's code (``channels.app``); a question's text in either language, with or without
# its number (``3、…``) and the platform's remark of its kind (``(多选题 *必答)``); ``第3题(选项)`` for one
# option of a multi question; ``text—row`` with bare rows in the columns after it for a matrix.


Kind = Literal["meta", "question", "option", "matrix", "ranking"]

#: Columns that a survey platform puts first.
META = frozenset({"序号", "提交答卷时间", "所用时间", "来自IP", "来源", "来源详情", "总分"})
MEMBER = frozenset({"member_id", "memberid", "member", "机构编号", "成员编号", "机构编号member"})
NAME = frozenset({"name", "institution", "机构名称", "单位名称", "机构名称name", "贵单位名称"})
SUBMITTED = frozenset({"submitted", "date", "填报日期", "提交答卷时间", "填报日期date"})
NUMBERED = re.compile(r"(?P<number>[0-9]{1,3}) ?[、.．] ?(?P<text>.+)", re.DOTALL)
OPTION = re.compile(r"第(?P<number>[0-9]{1,3})题\((?P<option>.+)\)", re.DOTALL)
REMARK = re.compile(
    r" ?\((?P<kind>[^()]*(?:单选|多选|填空|矩阵|排序|量表|下拉)[^()]*)\)(?:—(?P<row>.+))?$", re.DOTALL
)


@dataclass(frozen=True)
class Heading:
    """One column's heading.

    Attributes
    ----------
    text : str
        As it stands.
    kind : {"meta", "question", "option", "matrix", "ranking"}
        What the column is, as far as the heading alone tells.
    number : int
        The question's number where one is written, else 0.
    question : str
        The question's text without number and remark; empty where only its number is given.
    option : str
        The option, or the matrix' row, the column is of.
    """

    text: str
    kind: Kind
    number: int = 0
    question: str = ""
    option: str = ""


def read_headings(texts: Sequence[str]) -> tuple[Heading, ...]:
    """Read a table's heading from left to right; columns after a matrix' first row are its further rows."""
    platform = len(META & set(texts)) > 1
    headings: list[Heading] = []
    for text in texts:
        heading = _read(text)
        before = headings[-1] if headings else None
        follows = platform and before and before.kind == "matrix" and heading.kind == "question"
        if before and follows and not heading.number and not text.endswith(":"):
            heading = Heading(text, "matrix", before.number, before.question, text.strip())
        headings.append(heading)
    return tuple(headings)


def heading_key(text: str) -> str:
    """Return a heading as it is compared: full-width made half-width, case, blanks and end marks dropped."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("?:：？。*")


def _read(text: str) -> Heading:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in META:
        return Heading(text, "meta")
    if match := OPTION.fullmatch(plain):
        return Heading(text, "option", int(match["number"]), "", match["option"].strip())
    number = 0
    if match := NUMBERED.fullmatch(plain):
        number, plain = int(match["number"]), match["text"].strip()
    if match := REMARK.search(plain):
        plain = plain[: match.start()].strip()
        if "矩阵" in match["kind"]:
            return Heading(text, "matrix", number, plain, (match["row"] or "").strip())
        if "排序" in match["kind"]:
            return Heading(text, "ranking", number, plain)
    return Heading(text, "question", number, plain)


ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_FIELD = 2**20
PLATFORM = Convention(
    skipped=frozenset({"-3", "(跳过)", "〖跳过〗"}),
    unanswered=frozenset({"-2", "(空)", "NULL"}),
)
FEWEST_KNOWN = 2  # columns of the questionnaire a sheet must hold to be taken for a table of its answers


@dataclass(frozen=True)
class Table:
    """One table: where it stands, its heading, its rows by column, and the columns' labels (SPSS alone)."""

    sheet: str
    heading: tuple[Cell, ...]
    rows: tuple[Mapping[int, Cell], ...]
    labels: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The heading, read."""
        return read_headings([cell.text for cell in self.heading])

    @property
    def from_platform(self) -> bool:
        """Whether the table is a survey platform's export: its own columns come first."""
        return sum(cell.text in META for cell in self.heading) > 1


@dataclass(frozen=True)
class Columns:
    """What the columns of a table hold, by column counted from zero.

    Attributes
    ----------
    cover : dict
        Column to ``member_id``, ``name`` or ``submitted``.
    items : dict
        Column to the codes of the items answered in it.
    joined : frozenset of str
        Codes of options that are listed in one cell for the whole question.
    unknown : tuple of int
        Columns with answers to nothing that was asked.
    convention : Convention
        How the answers are written.
    """

    cover: dict[int, str] = field(default_factory=dict)
    items: dict[int, tuple[str, ...]] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    unknown: tuple[int, ...] = ()
    convention: Convention = FORM


def table_in(cells: Iterable[Cell]) -> list[Table]:
    """Return the sheets of a workbook as tables, each under the first of its rows that holds anything."""
    sheets: dict[str, dict[int, dict[int, Cell]]] = {}
    for cell in cells:
        sheets.setdefault(cell.sheet, {}).setdefault(cell.row, {})[cell.column] = cell
    tables = []
    for name, rows in sheets.items():
        first, *others = sorted(rows)
        tables.append(Table(name, tuple(rows[first].values()), tuple(rows[row] for row in others)))
    return tables


def read_delimited(path: Path) -> list[Cell]:
    """Read a text table (comma, semicolon or tab; UTF-8 with or without mark, or GB18030) as cells.

    Raises
    ------
    UnreadableWorkbookError
        If it is no text in one of these encodings, or no table.
    """
    refuse_size(path)
    text = _decoded(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnreadableWorkbookError("不是完整的表格文本", "no whole table of text") from None
    return [
        Cell("", r, c, value.strip())
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value.strip()
    ]


def _decoded(raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableWorkbookError(
        "不是 UTF-8 或 GB18030 编码的文本", "no text in UTF-8 or GB18030; save it as one of these"
    )


def read_spss(path: Path) -> Table:
    """Read an SPSS file as a table: a code that has a label as its label.

    Raises
    ------
    UnreadableWorkbookError
        If it is no SPSS file or damaged.
    """
    refuse_size(path)
    import pyreadstat  # noqa: PLC0415 - slow to import, and hardly ever needed

    try:
        values, meta = pyreadstat.read_sav(str(path), apply_value_formats=False, output_format="dict")
    except Exception as error:
        # pyreadstat raises a class of its own for each kind of damage
        raise UnreadableWorkbookError("不是 SPSS 文件或已损坏", "not an SPSS file, or damaged") from error
    rows: dict[int, dict[int, Cell]] = {}
    for column, name in enumerate(meta.column_names):
        labels = meta.variable_value_labels.get(name, {})
        for row, value in enumerate(values[name], start=1):
            if text := _spss_text(value, labels):
                rows.setdefault(row, {})[column] = Cell("", row, column, text)
    heading = tuple(Cell("", 0, column, name) for column, name in enumerate(meta.column_names))
    labels_of = tuple(label or "" for label in meta.column_labels)
    return Table("", heading, tuple(rows[row] for row in sorted(rows)), labels_of)


def _spss_text(value: object, labels: Mapping[Any, str]) -> str:
    if value is None or value != value:  # noqa: PLR0124 - a missing number is not itself
        return ""
    if value in labels:
        return labels[value].strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def fit(table: Table, questionnaire: Questionnaire, names: frozenset[str]) -> Columns | None:
    """Say what the columns of a table hold of a questionnaire; None where it is no table of its answers.

    `names` are further headings of the column with a member's name.
    """
    roles = {"member_id": MEMBER, "name": NAME | names, "submitted": SUBMITTED}
    known = _Known(questionnaire)
    cover: dict[int, str] = {}
    items: dict[int, tuple[str, ...]] = {}
    unknown: list[int] = []
    labels = read_headings(table.labels or [""] * len(table.heading))
    for cell, heading, label in zip(table.heading, table.headings, labels, strict=True):
        key = heading_key(heading.question or heading.text)
        if role := next(
            (role for role, keys in roles.items() if key in keys and role not in cover.values()), ""
        ):
            cover[cell.column] = role
        elif heading.kind == "meta":
            continue
        elif codes := known.items(heading) or known.items(label):
            items[cell.column] = codes
        else:
            unknown.append(cell.column)
    named = bool({"member_id", "name"} & set(cover.values()))
    if not named or len(items) < FEWEST_KNOWN:
        return None
    joined = frozenset(code for codes in items.values() for code in codes if known.joins(codes))
    return Columns(cover, items, joined, tuple(unknown), _convention(table, items, known))


class _Known:
    """Finds the items of a questionnaire by what a heading says."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.codes = {heading_key(item.code): (item.code,) for item in questionnaire.items}
        self.texts: dict[str, Question] = {}
        for question in questionnaire.questions:
            for text in (question.code, question.text.zh, question.text.en):
                self.texts[heading_key(text)] = question
        self.numbered = dict(enumerate(questionnaire.questions, start=1))

    def items(self, heading: Heading) -> tuple[str, ...]:
        """Return the items a column answers; none where its heading names nothing that was asked."""
        if codes := self.codes.get(heading_key(heading.text)):
            return codes
        question = self.texts.get(heading_key(heading.question)) if heading.question else None
        if heading.kind in {"option", "matrix"}:
            return self._option(question or self.numbered.get(heading.number), heading.option)
        return tuple(item.code for item in items_of(question)) if question else ()

    def joins(self, codes: Sequence[str]) -> bool:
        """Whether a column with these items lists the options of a whole question."""
        question = self.questionnaire.by_code[codes[0].partition(".")[0]]
        return question.type == "multi" and len(codes) == len(question.options) > 1

    def _option(self, question: Question | None, label: str) -> tuple[str, ...]:
        if question is None or question.type != "multi":
            return ()
        key = label_key(label)
        return tuple(
            f"{question.code}.{o.code}"
            for o in question.options
            if key in {label_key(o.code), label_key(o.zh), label_key(o.en)}
        )


def _convention(table: Table, items: Mapping[int, Sequence[str]], known: _Known) -> Convention:
    """Tell how a table writes its answers: a platform's signs; options by number where all of them are."""
    base = PLATFORM if table.from_platform else FORM
    single = [
        column
        for column, codes in items.items()
        if len(codes) == 1 and (q := known.questionnaire.by_code.get(codes[0])) and q.type == "single"
    ]
    typed = [
        row[column].text for row in table.rows for column in single
        if column in row and row[column].text not in base.skipped | base.unanswered
    ]  # fmt: skip
    numbered = table.from_platform and bool(typed) and all(text.isdecimal() for text in typed)
    return replace(base, numbered=numbered)


def rows_of(table: Table, columns: Columns, form: str) -> list[FilledForm]:
    """Return each row of a table as a filled form, its version taken to be `form`."""
    known = {*columns.cover, *columns.items}
    filled = []
    for row in table.rows:
        cover = {"form": form} | {role: row[c].text for c, role in columns.cover.items() if c in row}
        answers: dict[str, Cell | None] = {}
        places: dict[str, tuple[str, str]] = {}
        number = min(cell.row for cell in row.values())
        for column, codes in columns.items.items():
            cell = row.get(column)
            place = cell or Cell(table.sheet, number, column, "")
            for code in codes:
                answers[code], places[code] = cell, (table.sheet, place.address)
        used = tuple(row[c] for c in columns.cover if c in row)
        rest = tuple(cell for column, cell in row.items() if column not in known)
        filled.append(
            FilledForm(cover, used, answers, places, (), {}, rest, columns.convention, columns.joined)
        )
    return filled
