"""How a form is laid out: what its columns hold, and the marks by which it knows its own cells again.

Column A (hidden) holds the mark of a row: a word such as ``_text`` or the code of question and option, and
behind it a seal for each text that the form itself put into the row. A cell whose text has its seal in the
row's mark is the form's own, wherever it came to stand; any other cell is what somebody wrote.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from survey.forms.formulas import Cells
from survey.programme import Wording, items_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey.programme import Option, Question, Questionnaire, Section

__all__ = [
    "ANSWER",
    "APPLIES",
    "CHECK",
    "CHECK_ROW",
    "CODE",
    "COVER_KEYS",
    "COVER_LABELS",
    "FINE",
    "FIRST_ROW",
    "HARD",
    "HEADS",
    "HEAD_ROW",
    "INSTRUCTIONS",
    "LAST",
    "LETTERS",
    "LIST_ROW",
    "LIST_SHEET",
    "MARKS",
    "MISSING",
    "NO",
    "NONE",
    "NUMBER",
    "OPTION",
    "OWN_ROWS",
    "PROBLEMS",
    "REMARK",
    "SOFT",
    "TEXT",
    "TEXT_ROW",
    "UNIT",
    "VALUE",
    "VALUE_COLUMN",
    "WORDS",
    "YES",
    "Lang",
    "Line",
    "Mark",
    "Plan",
    "Sheet",
    "make_plan",
    "mark",
    "read_mark",
    "say",
    "seal",
    "sheet_name",
]

Lang = Literal["zh", "en"]

CODE, NUMBER, TEXT, OPTION, ANSWER, UNIT, LAST, CHECK, REMARK, APPLIES, VALUE, PROBLEMS = range(12)
VALUE_COLUMN = TEXT  # where a cover's answers stand

HEADS: dict[Lang, tuple[str, ...]] = {
    "zh": (
        "", "题号", "题目", "选项", "填报", "单位", "上期填报", "核对", "备注（选填）",
        "适用", "取值", "问题",
    ),
    "en": (
        "", "No.", "Question", "Option", "Answer", "Unit", "Last time", "Check", "Remarks (optional)",
        "applies", "value", "problems",
    ),
}  # fmt: skip
COVER_KEYS = ("form", "member_id", "name", "submitted")

# what stands first in a cell of the check column; all are in the oldest Chinese character set
HARD, SOFT, MISSING, FINE, NONE = "×▲○√－"
MARKS = frozenset((HARD, SOFT, MISSING, FINE, NONE))

TEXT_ROW, HEAD_ROW, CHECK_ROW, LIST_ROW = "_text", "_head", "_check", "_list"
OWN_ROWS = frozenset({TEXT_ROW, HEAD_ROW, CHECK_ROW, LIST_ROW})


@dataclass(frozen=True)
class Mark:
    """The mark of one row: its word, and the seals of the form's own texts in it."""

    word: str
    seals: frozenset[str] = frozenset()


def seal(text: str) -> str:
    """Return the seal of a text: eight hexadecimal digits that blanks and line breaks do not change."""
    return f"{zlib.crc32(''.join(text.split()).encode('utf-8', 'replace')):08x}"


def mark(word: str, own: Iterable[str] = ()) -> str:
    """Return what column A holds for a row with these texts of its own."""
    return " ".join([word, *dict.fromkeys(seal(text) for text in own if text.strip())])


def read_mark(text: str) -> Mark:
    """Read what column A holds: a word alone in forms of the first layout."""
    word, *seals = text.split(" ") if text else [""]
    return Mark(word, frozenset(seals))


# What the form itself says, in both languages.


YES = Wording(zh="是", en="Yes")
NO = Wording(zh="否", en="No")

COVER_LABELS = {
    "form": Wording(zh="问卷版本", en="Version of the form"),
    "member_id": Wording(zh="机构编号", en="Member number"),
    "name": Wording(zh="机构名称", en="Name of the institution"),
    "submitted": Wording(zh="填报日期", en="Date of filling in"),
}

WORDS = {
    "cover": Wording(zh="封面", en="Cover"),
    "how": Wording(zh="填写说明", en="How to fill in"),
    "deadline": Wording(zh="截止日期", en="Deadline"),
    "sender": Wording(zh="发放单位", en="Sent by"),
    "contact": Wording(zh="联系方式", en="Contact"),
    "fieldwork": Wording(zh="请于 {day} 前将本文件发回。", en="Please send this file back by {day}."),
    "ask": Wording(
        zh="如有疑问，请联系{organisation}秘书处。",
        en="With questions please turn to the secretariat: {organisation}.",
    ),
    "state": Wording(zh="核对结果", en="State of the check"),
    "open": Wording(zh="尚有 {n} 处待处理：", en="Open points: {n} – "),
    "of_which": Wording(
        zh="× 必须改正 {hard}，▲ 请确认 {soft}，○ 未填 {missing}",
        en="× to correct {hard}, ▲ to confirm {soft}, ○ missing {missing}",
    ),
    "ready": Wording(zh="√ 已填妥，可以发回", en="√ Complete: ready to be sent"),
    "done": Wording(zh="√ 已填妥", en="√ Complete"),
    "by_hand": Wording(
        zh="以下要求表内无法自动核对，请自行留意：",
        en="Not checked in this form; please mind:",
    ),
    "last": Wording(zh="上期填报（{wave}）", en="Last time ({wave})"),
    "answers": Wording(zh="请只填写黄色单元格。", en="Please fill in the yellow cells only."),
    "routed": Wording(
        zh="是否适用与其他题目的回答有关，表内无法自动判断；不适用时请留空。",
        en="Whether this applies depends on other answers and cannot be told here; leave it empty if not.",
    ),
    "leave_empty": Wording(zh="▲ 本题不适用，请清空", en="▲ Does not apply: please clear"),
    "missing": Wording(zh="○ 未填", en="○ Missing"),
    "broken": Wording(zh="× 单元格出错，请重新填写", en="× Cell in error: please enter again"),
    "whole": Wording(zh="× 应为整数", en="× Should be a whole number"),
    "between": Wording(zh="× 应在 {low} 至 {high} 之间", en="× Should lie between {low} and {high}"),
    "per_cent": Wording(
        zh="▲ 请填百分数的数值：94.55 表示 94.55%", en="▲ Please enter per cent: 94.55 for 94.55%"
    ),
    "digits": Wording(zh="▲ 请只填数字，单位见右", en="▲ Please enter digits alone; the unit stands right"),
    "choose": Wording(zh="× 请从下拉列表中选择", en="× Please choose from the list"),
    "tick": Wording(zh="× 请填“是”或“否”", en="× Please enter Yes or No"),
    "date": Wording(zh="▲ 请填日期，如 2024-01-31", en="▲ Please enter a date, as 2024-01-31"),
    "rows": Wording(zh="（第 {rows} 题）", en=" (questions {rows})"),
    "row": Wording(zh="（第 {rows} 题）", en=" (question {rows})"),
    "comma": Wording(zh="、", en=", "),
    # what a drop-down and its refusal say
    "number_title": Wording(zh="请核对数值", en="Please check the number"),
    "number_whole": Wording(zh="整数", en="A whole number"),
    "number_any": Wording(zh="数值", en="A number"),
    "number_span": Wording(zh="，{low} 至 {high}", en=" between {low} and {high}"),
    "number_unit": Wording(zh="，单位：{unit}", en=", in {unit}"),
    "per_cent_hint": Wording(zh="；94.55 表示 94.55%", en="; 94.55 for 94.55%"),
    "number_keep": Wording(zh="。确需填写其他内容，请选“是”。", en=". Choose Yes to keep what you typed."),
    "stop": Wording(zh="。", en="."),
    "list_title": Wording(zh="请从列表中选择", en="Please choose from the list"),
    "list_text": Wording(
        zh="请点单元格右侧箭头，从列表中选择；其他情况请写在备注栏。",
        en="Please choose with the arrow beside the cell; anything else belongs in the remarks.",
    ),
    "date_title": Wording(zh="请填日期", en="Please enter a date"),
    "date_text": Wording(zh="请填日期，如 2024-01-31。", en="Please enter a date, as 2024-01-31."),
    "page": Wording(zh="第 &P 页，共 &N 页", en="Page &P of &N"),
}

INSTRUCTIONS = (
    Wording(
        zh="只需填写黄色单元格（备注栏可写可不写），其余已锁定；按 Tab 键跳到下一格。",
        en="Fill in the yellow cells (remarks are optional), the others are locked; Tab goes to the next.",
    ),
    Wording(
        zh="选择题从下拉列表中选；多选题每一选项都请填“是”或“否”。",
        en="Choose from the list where there is one; where several may apply, say Yes or No to each.",
    ),
    Wording(
        zh="数字按右侧所列单位填写，不必写单位；百分比填 94.55 表示 94.55%。",
        en="Enter numbers in the unit beside the cell, without the unit; 94.55 stands for 94.55%.",
    ),
    Wording(
        zh="变灰的题目不适用，请留空。没有数据请留空，并在备注栏说明原因。",
        en="What turns grey does not apply: leave it empty. Leave empty what you do not know, and say why "
        "in the remarks.",
    ),
    Wording(
        zh="“核对”栏随填随查：× 必须改正，▲ 请确认（无误可保留，并在备注栏说明），"
        "○ 未填，√ 无误，－ 不适用。",
        en="The check column answers at once: × must be corrected, ▲ please confirm (keep it if right, and "
        "say why in the remarks), ○ missing, √ fine, － does not apply.",
    ),
    Wording(
        zh="请勿增删题目、改动表内文字；可以拉宽列、加高行。",
        en="Please leave questions and texts as they are; columns and rows may be made wider and higher.",
    ),
)


def say(name: str, lang: Lang, **values: object) -> str:
    """Return one of the form's own sentences."""
    return str(getattr(WORDS[name], lang)).format(**values)


# Where everything of a form stands: sheets, rows, lists of options; decided before a cell is written.


FIRST_ROW = 3  # above it title, notice and heading
LIST_SHEET = "_options"
LONGEST_NAME = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
RESERVED = frozenset({"history"})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Line:
    """One row of a section: an item of a question; `first` has the question's number and text."""

    code: str
    question: Question
    option: Option | None
    sheet: str
    row: int
    number: int
    first: bool

    def at(self, column: int, *, elsewhere: bool = False) -> str:
        """Return the reference of a cell of this row, with its sheet where it is used in another."""
        place = f"${LETTERS[column]}${self.row + 1}"
        return f"{_quoted(self.sheet)}!{place}" if elsewhere else place


@dataclass(frozen=True)
class Sheet:
    """One section's sheet."""

    name: str
    section: Section
    lines: tuple[Line, ...]

    def column(self, letter_of: int) -> str:
        """Return the reference of a column's rows from anywhere in the workbook."""
        letter, last = LETTERS[letter_of], self.lines[-1].row if self.lines else FIRST_ROW
        return f"{_quoted(self.name)}!${letter}${FIRST_ROW + 1}:${letter}${last + 1}"


@dataclass(frozen=True)
class Plan:
    """The plan of a form: its sheets, and the rows of the lists of options."""

    questionnaire: Questionnaire
    lang: Lang
    cover: str
    sheets: tuple[Sheet, ...]
    lists: Mapping[tuple[str, ...], int]

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The rows by item code."""
        return {line.code: line for sheet in self.sheets for line in sheet.lines}

    @cached_property
    def cells(self) -> dict[str, Cells]:
        """The cells that formulas name, by item code."""
        return {
            code: Cells(*(line.at(column, elsewhere=True) for column in (ANSWER, APPLIES, VALUE)))
            for code, line in self.lines.items()
        }

    def labels(self, question: Question) -> tuple[str, ...]:
        """Return what may be chosen in a cell of a question; empty for one that is typed."""
        if question.type == "multi":
            return getattr(YES, self.lang), getattr(NO, self.lang)
        return tuple(getattr(option, self.lang) for option in question.options)

    def list_of(self, question: Question) -> str:
        """Return the reference of the list of what may be chosen."""
        labels = self.labels(question)
        row = self.lists[labels] + 1
        return f"{LIST_SHEET}!$B${row}:${_letters(len(labels))}${row}"


def make_plan(questionnaire: Questionnaire, lang: Lang) -> Plan:
    """Lay a questionnaire out."""
    taken = {LIST_SHEET}
    cover = sheet_name(say("cover", lang), taken)
    sheets: list[Sheet] = []
    number = 0
    for section in questionnaire.sections:
        name = sheet_name(getattr(section.title, lang), taken)
        lines: list[Line] = []
        for question in section.questions:
            number += 1
            options = {option.code: option for option in question.options}
            for place, item in enumerate(items_of(question)):
                row = FIRST_ROW + len(lines)
                option = options.get(item.option)
                lines.append(Line(item.code, question, option, name, row, number, first=place == 0))
        sheets.append(Sheet(name, section, tuple(lines)))
    plan = Plan(questionnaire, lang, cover, tuple(sheets), {})
    lists = dict.fromkeys(plan.labels(question) for question in questionnaire.questions if question.options)
    return Plan(questionnaire, lang, cover, tuple(sheets), {labels: n for n, labels in enumerate(lists)})


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a sheet's name that a spreadsheet accepts and no other has, and keep it in `taken`."""
    plain = " ".join(title.translate(FORBIDDEN).split()).strip("'")[:LONGEST_NAME].strip("' ")
    if not plain or plain.casefold() in RESERVED:
        plain = f"{plain}_"
    name, number = plain, 2
    while name.casefold() in {other.casefold() for other in taken}:
        name = f"{plain[: LONGEST_NAME - 5]} ({number})"
        number += 1
    taken.add(name)
    return name


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _letters(column: int) -> str:
    """Return the letters of a column counted from zero."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = LETTERS[rest] + letters
    return letters
