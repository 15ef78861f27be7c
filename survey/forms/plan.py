"""Where everything of a form stands: sheets, rows, lists of options; decided before a cell is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from survey.forms.formulas import Cells
from survey.forms.layout import ANSWER, APPLIES, VALUE
from survey.forms.wording import NO, YES, say
from survey.questionnaire import items_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.forms.layout import Lang
    from survey.questionnaire import Option, Question, Questionnaire, Section

__all__ = ["FIRST_ROW", "LETTERS", "LIST_SHEET", "Line", "Plan", "Sheet", "make_plan", "sheet_name"]

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
