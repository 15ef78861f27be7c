"""The form: a questionnaire laid out as a workbook, and the answers found in it again by their codes.

Layout: a cover with the form's version, the member and the date; then a sheet a section. Column A (hidden)
holds the code of question and option, B the number, C the question, D the option, E the answer, F the unit, G
remarks. Answers are found by the code, so moved rows and renamed sheets do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from survey.intake.parsing import FORM, Convention
from survey.questionnaire import Questionnaire, Section, items_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from survey.intake.workbooks import Cell

__all__ = ["COVER", "FilledForm", "read_form", "write_form"]

COVER = {
    "form": "问卷版本 Form",
    "member_id": "机构编号 Member",
    "name": "机构名称 Name",
    "submitted": "填报日期 Date",
}
CODE, NUMBER, TEXT, OPTION, ANSWER, UNIT, REMARK = range(7)
HEADS = ("code", "题号 No.", "题目 Question", "选项 Option", "填报 Answer", "单位 Unit", "备注 Remarks")
WIDTHS = (0, 6, 46, 30, 18, 12, 28)
PINNED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's clock has no zone; pinned so that same inputs give same bytes


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
    """Find the answers in the cells of a workbook.

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
    cover: dict[str, str] = {}
    cover_cells: list[Cell] = []
    answers: dict[str, Cell | None] = {}
    places: dict[str, tuple[str, str]] = {}
    stray: list[Cell] = []
    extra: dict[str, tuple[Cell, ...]] = {}
    for name, content in sheets.items():
        marks = {c.row: c.text for c in content if c.column == CODE}
        if any(mark.lstrip("_") in COVER and mark.startswith("_") for mark in marks.values()):
            first = min(row for row, mark in marks.items() if mark.removeprefix("_") in COVER)
            for cell in content:
                key = marks.get(cell.row, "").removeprefix("_")
                if key in COVER and cell.column == TEXT:
                    cover[key] = cell.text
                    cover_cells.append(cell)
                elif cell.column > TEXT or (key not in COVER and cell.row > first):
                    stray.append(cell)
        elif coded := {row: mark for row, mark in marks.items() if mark in codes}:
            sheet = _read_section(name, content, coded)
            answers |= sheet.answers
            places |= sheet.places
            stray += sheet.stray
        else:
            extra[name] = tuple(content)
    return FilledForm(cover, tuple(cover_cells), answers, places, tuple(stray), extra)


def _read_section(name: str, content: list[Cell], coded: dict[int, str]) -> FilledForm:
    """Read one sheet that holds item codes."""
    answers: dict[str, Cell | None] = dict.fromkeys(coded.values())
    places = {code: (name, f"E{row + 1}") for row, code in coded.items()}
    stray: list[Cell] = []
    first = min(coded)
    head = {cell.row for cell in content if cell.column == CODE and cell.text == HEADS[CODE]}
    for cell in content:
        code = coded.get(cell.row)
        if code and cell.column == ANSWER:
            answers[code] = cell
        elif (code and cell.column > UNIT) or (code is None and _is_note(cell, first, head)):
            stray.append(cell)
    return FilledForm({}, (), answers, places, tuple(stray), {})


def _is_note(cell: Cell, first: int, head: set[int]) -> bool:
    """Tell what somebody wrote among or beside the questions from the form's own title and heading."""
    if cell.row > first or cell.column > REMARK:
        return True
    return cell.row not in head and cell.column != NUMBER


def write_form(
    path: Path,
    questionnaire: Questionnaire,
    cover: Mapping[str, str],
    answers: Mapping[str, Any] | None = None,
    extra: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write a form, filled with `answers` by item code where given.

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
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"created": PINNED, "title": questionnaire.title.zh})
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
                sheet.write_string(row, REMARK, remark, styles["text"])
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
