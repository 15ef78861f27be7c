"""The form comes back: the answers found in it again by their codes.

A cover has the form's version, the member and the date; then comes a sheet a section. Column A (hidden) holds
the code of question and option, so that moved rows and renamed sheets do no harm. There are two layouts. In
the one that is sent out (`survey.forms`) the code is followed by seals of the form's own texts: what is under
no seal and in no cell to fill, somebody wrote. In the first, bare one, which `write_form` still writes, B is
the number, C the question, D the option, E the answer, F the unit, G remarks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from survey.forms import (
    ANSWER,
    APPLIES,
    CHECK,
    CHECK_ROW,
    CODE,
    COVER_KEYS,
    HEAD_ROW,
    MARKS,
    NUMBER,
    OWN_ROWS,
    PROBLEMS,
    TEXT,
    UNIT,
    VALUE,
    VALUE_COLUMN,
    begin_book,
    read_mark,
    seal,
)
from survey.forms import HEADS as FORM_HEADS
from survey.intake.parsing import FORM, Convention
from survey.intake.workbooks import address
from survey.programme import Questionnaire, Section, items_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from survey.forms import Mark
    from survey.intake.workbooks import Cell

__all__ = ["COVER", "FilledForm", "read_form", "write_form"]

COVER = {
    "form": "问卷版本 Form",
    "member_id": "机构编号 Member",
    "name": "机构名称 Name",
    "submitted": "填报日期 Date",
}
COVER_MARKS = frozenset(f"_{key}" for key in COVER_KEYS)
FIRST_REMARK = UNIT + 1  # where the first layout has its remarks
COUNTED = 4  # cells of a cover's state: the sentence and three counts
COMPUTED = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
HEADS = ("code", "题号 No.", "题目 Question", "选项 Option", "填报 Answer", "单位 Unit", "备注 Remarks")
WIDTHS = (0, 6, 46, 30, 18, 12, 28)


@dataclass(frozen=True)
class FilledForm:
    """What stands in a filled form, before anything is understood.

    `answers` maps an item's code to its cell (None where the form has the item and the cell is empty, with
    the address in `places`); `stray` are cells that are no part of the form, `extra` sheets likewise, `rest`
    the cells of a table's columns that answer nothing asked. `convention` says how the answers are
    written, `joined` which options are listed in one cell.
    """

    cover: Mapping[str, str]
    cover_cells: tuple[Cell, ...]
    answers: Mapping[str, Cell | None]
    places: Mapping[str, tuple[str, str]]
    stray: tuple[Cell, ...]
    extra: Mapping[str, tuple[Cell, ...]]
    rest: tuple[Cell, ...] = ()
    convention: Convention = FORM
    joined: frozenset[str] = frozenset()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, each once: several items may be answered in one."""
        answered = dict.fromkeys(cell for cell in self.answers.values() if cell)
        extra = (cell for cells in self.extra.values() for cell in cells)
        return (*self.cover_cells, *answered, *self.stray, *extra, *self.rest)


def read_form(cells: Sequence[Cell], codes: frozenset[str]) -> FilledForm:
    """Find the answers in the cells of a workbook, of whichever layout.

    Parameters
    ----------
    cells : sequence of Cell
        The workbook's cells that are not empty.
    codes : frozenset of str
        Item codes of any wave of the programme: what tells a form's sheet from another sheet.
    """
    sheets: dict[str, list[Cell]] = {}
    for cell in cells:
        sheets.setdefault(cell.sheet, []).append(cell)
    found = _Found()
    for name, content in sheets.items():
        marks = {c.row: read_mark(c.text) for c in content if c.column == CODE}
        if any(_is_sealed(mark, codes) for mark in marks.values()):
            _read_sealed(found, name, content, marks, codes)
        elif any(mark.word in COVER_MARKS for mark in marks.values()):
            _read_cover(found, content, marks)
        elif coded := {row: mark.word for row, mark in marks.items() if _is_bare(mark, codes)}:
            _read_section(found, name, content, coded)
        else:
            found.extra[name] = tuple(content)
    return found.form()


@dataclass
class _Found:
    """What has been found in a form's sheets so far."""

    cover: dict[str, str] = field(default_factory=dict)
    cover_cells: list[Cell] = field(default_factory=list)
    answers: dict[str, Cell | None] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    stray: list[Cell] = field(default_factory=list)
    extra: dict[str, tuple[Cell, ...]] = field(default_factory=dict)

    def take_cover(self, key: str, cell: Cell) -> None:
        """Take what a cover says; a second cell for the same is somebody's note."""
        if key in self.cover:
            self.stray.append(cell)
        else:
            self.cover[key] = cell.text
            self.cover_cells.append(cell)

    def take_answers(
        self, name: str, coded: Mapping[int, str], filled: Mapping[int, Cell], column: int
    ) -> None:
        """Take the answers of a sheet; where a row stands twice the first filled one answers."""
        for row, code in coded.items():
            cell = filled.get(row)
            if self.answers.get(code) is None:
                self.answers[code] = cell
                self.places[code] = (name, address(row, column))
            elif cell:
                self.stray.append(cell)

    def form(self) -> FilledForm:
        return FilledForm(
            self.cover, tuple(self.cover_cells), self.answers, self.places, tuple(self.stray), self.extra
        )


def _is_sealed(mark: Mark, codes: frozenset[str]) -> bool:
    """Say whether a row is of a form that knows its own cells."""
    return bool(mark.seals) and (mark.word in OWN_ROWS | COVER_MARKS or mark.word in codes)


def _is_bare(mark: Mark, codes: frozenset[str]) -> bool:
    return mark.word in codes and not mark.seals


def _read_sealed(
    found: _Found, name: str, content: list[Cell], marks: Mapping[int, Mark], codes: frozenset[str]
) -> None:
    """Read a sheet of a form with seals: what is under no seal and in no cell to fill, somebody wrote."""
    marks = {row: mark for row, mark in marks.items() if mark.word in OWN_ROWS | COVER_MARKS | codes}
    columns = _columns(content, marks)
    coded = {row: mark.word for row, mark in marks.items() if mark.word in codes}
    filled: dict[int, Cell] = {}
    for cell in content:
        mark = marks.get(cell.row)
        key = mark.word.removeprefix("_") if mark and mark.word in COVER_MARKS else ""
        if mark is None:
            found.stray.append(cell)
        elif cell.row in coded and cell.column == columns[ANSWER]:
            filled[cell.row] = cell
        elif key and cell.column == VALUE_COLUMN:
            found.take_cover(key, cell)
        elif (
            cell.column != CODE
            and seal(cell.text) not in mark.seals
            and not _is_computed(cell, mark, columns)
        ):
            found.stray.append(cell)
    found.take_answers(name, coded, filled, columns[ANSWER])


def _columns(content: list[Cell], marks: Mapping[int, Mark]) -> dict[int, int]:
    """Return where the columns stand that a sheet's heading names: one may have been set between them."""
    heads = {
        cell.text: cell.column
        for cell in content
        if cell.row in marks and marks[cell.row].word == HEAD_ROW and cell.column != CODE
    }
    places = {place: place for place in (ANSWER, CHECK, APPLIES, VALUE, PROBLEMS)}
    for names in FORM_HEADS.values():
        places = {place: heads.get(names[place], column) for place, column in places.items()}
    return places


def _is_computed(cell: Cell, mark: Mark, columns: Mapping[int, int]) -> bool:
    """Say whether a cell holds what the form's own formulas can have made of the answers."""
    if mark.word == CHECK_ROW:
        return VALUE_COLUMN <= cell.column < VALUE_COLUMN + COUNTED
    if mark.word in OWN_ROWS | COVER_MARKS:
        return False
    if cell.column in {columns[CHECK], columns[PROBLEMS]}:
        return cell.text[0] in MARKS or cell.text.startswith("#")
    return cell.column in {columns[APPLIES], columns[VALUE]} and COMPUTED.fullmatch(cell.text) is not None


def _read_cover(found: _Found, content: list[Cell], marks: Mapping[int, Mark]) -> None:
    """Read a cover of the first layout."""
    first = min(row for row, mark in marks.items() if mark.word.removeprefix("_") in COVER)
    for cell in content:
        key = marks[cell.row].word.removeprefix("_") if cell.row in marks else ""
        if key in COVER and cell.column == TEXT:
            found.take_cover(key, cell)
        elif cell.column > TEXT or (key not in COVER and cell.row > first):
            found.stray.append(cell)


def _read_section(found: _Found, name: str, content: list[Cell], coded: Mapping[int, str]) -> None:
    """Read a sheet of the first layout that holds item codes."""
    first = min(coded)
    head = {cell.row for cell in content if cell.column == CODE and cell.text == HEADS[CODE]}
    filled: dict[int, Cell] = {}
    for cell in content:
        code = coded.get(cell.row)
        if code and cell.column == ANSWER:
            filled[cell.row] = cell
        elif (code and cell.column > UNIT) or (code is None and _is_note(cell, first, head)):
            found.stray.append(cell)
    found.take_answers(name, coded, filled, ANSWER)


def _is_note(cell: Cell, first: int, head: set[int]) -> bool:
    """Tell what somebody wrote among or beside the questions from the form's own title and heading."""
    if cell.row in head:
        return cell.column >= len(HEADS) or cell.text != HEADS[cell.column]
    return cell.row > first or cell.column not in {CODE, NUMBER}


def write_form(
    path: Path,
    questionnaire: Questionnaire,
    cover: Mapping[str, str],
    answers: Mapping[str, Any] | None = None,
    extra: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write a form of the first layout, filled with `answers` by item code where given.

    Parameters
    ----------
    path : Path
        The workbook to write (xlsx). Same arguments, same bytes.
    questionnaire : Questionnaire
        What is asked.
    cover : mapping
        Values of the cover: form, member_id, name, submitted.
    answers : mapping, optional
        Item code to what stands in its answer cell; ``code#remark`` to what stands beside it.
    extra : mapping, optional
        Further sheets, each a name and its lines.
    """
    with begin_book(path, questionnaire.title.zh) as book:
        styles = _styles(book)
        _write_cover(book, styles, questionnaire, cover)
        number = 0
        for section in questionnaire.sections:
            number = _write_section(
                book, styles, questionnaire, section, answers=answers or {}, number=number
            )
        for name, lines in (extra or {}).items():
            book.add_worksheet(name).write_column(0, 0, lines)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format(
            {**base, "bold": True, "font_size": 14, "text_wrap": False, "font_color": "#1F4E79"}
        ),
        "notice": book.add_format({**base, "bold": True, "text_wrap": False, "font_color": "#B5523B"}),
        "head": book.add_format({**base, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
        "text": book.add_format(base),
        "answer": book.add_format(
            {**base, "bg_color": "#FFF8E1", "border": 1, "border_color": "#C9C9C9", "locked": False}
        ),
    }


def _write_cover(
    book: Any, styles: dict[str, Any], questionnaire: Questionnaire, cover: Mapping[str, str]
) -> None:
    sheet = book.add_worksheet("封面")
    sheet.set_column(0, 0, 0, None, {"hidden": True})
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 2, 60)
    sheet.write_string(0, 1, questionnaire.title.zh, styles["title"])
    sheet.write_string(1, 1, questionnaire.title.en, styles["text"])
    if questionnaire.demonstration:
        sheet.write_string(2, 1, questionnaire.demonstration.zh, styles["notice"])
        sheet.write_string(3, 1, questionnaire.demonstration.en, styles["notice"])
    for row, (key, label) in enumerate(COVER.items(), start=5):
        sheet.write_string(row, CODE, f"_{key}")
        sheet.write_string(row, NUMBER, label, styles["text"])
        sheet.write_string(row, TEXT, cover.get(key, ""), styles["answer"])


def _write_section(
    book: Any,
    styles: dict[str, Any],
    questionnaire: Questionnaire,
    section: Section,
    *,
    answers: Mapping[str, Any],
    number: int,
) -> int:
    """Write one section's sheet; return the number of its last question."""
    sheet = book.add_worksheet(section.title.zh)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, None, {"hidden": width == 0})
    sheet.write_string(0, NUMBER, f"{section.title.zh} {section.title.en}", styles["title"])
    if questionnaire.demonstration:
        sheet.write_string(1, NUMBER, questionnaire.demonstration.zh, styles["notice"])
    for column, head in enumerate(HEADS):
        sheet.write_string(2, column, head, styles["head"])
    sheet.freeze_panes(3, 0)
    row = 3
    for question in section.questions:
        number += 1
        labels = {o.code: f"{o.zh} {o.en}" for o in question.options}
        for item in items_of(question):
            texts = (
                item.code,
                str(number),
                f"{question.text.zh}\n{question.text.en}",
                labels.get(item.option, ""),
            )
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, styles["text"])
            sheet.write(row, ANSWER, answers.get(item.code, ""), styles["answer"])
            sheet.write_string(row, UNIT, question.unit.zh if question.unit else "", styles["text"])
            if remark := answers.get(f"{item.code}#remark"):
                sheet.write_string(row, FIRST_REMARK, remark, styles["text"])
            if question.type == "single":
                sheet.data_validation(
                    row,
                    ANSWER,
                    row,
                    ANSWER,
                    {"validate": "list", "source": [o.zh for o in question.options], "error_type": "warning"},
                )
            row += 1
    return number
