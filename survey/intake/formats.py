"""Open a return whatever its format: what it is, is told from its content, never from its name.

Our own form (xlsx, xlsm, xls, ods), or a table with a row for each member (the same, text, SPSS, a survey
platform's export): either way filled forms come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from survey.intake.answer_tables import Columns, Table, fit, read_delimited, read_spss, rows_of, table_in
from survey.intake.form_reader import FilledForm, read_form
from survey.intake.workbooks import Cell, UnreadableWorkbookError, read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from survey.programme import Questionnaire

__all__ = ["Source", "format_of", "open_source", "tables_of"]

Format = Literal["workbook", "text", "SPSS"]
PACKED, COMPOUND, SPSS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"$FL2", b"$FL3")


@dataclass(frozen=True)
class Source:
    """An opened file.

    Attributes
    ----------
    forms : tuple of FilledForm
        One for a form, one a row for a table; a workbook that is neither gives one without version.
    unknown : tuple of Cell
        Headings of a table's columns that answer nothing asked.
    formulas, comments
        (sheet, address) of those in a form.
    """

    forms: tuple[FilledForm, ...]
    unknown: tuple[Cell, ...] = ()
    formulas: frozenset[tuple[str, str]] = frozenset()
    comments: tuple[tuple[str, str], ...] = ()


def format_of(path: Path) -> Format:
    """Tell a file's format by its first bytes."""
    try:
        with path.open("rb") as file:
            mark = file.read(4)
    except OSError:
        raise UnreadableWorkbookError("文件不存在", "file missing") from None
    if mark in SPSS:
        return "SPSS"
    named = path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}
    return "workbook" if named or mark in {PACKED, COMPOUND} else "text"


def tables_of(path: Path) -> list[Table]:
    """Return the tables of a file, one a sheet.

    Raises
    ------
    UnreadableWorkbookError
        If the file cannot be read.
    """
    kind = format_of(path)
    if kind == "SPSS":
        return [read_spss(path)]
    return table_in(read_delimited(path) if kind == "text" else read_workbook(path).cells)


def open_source(
    path: Path, questionnaire: Questionnaire, codes: frozenset[str], names: frozenset[str] = frozenset()
) -> Source:
    """Open a return.

    Parameters
    ----------
    path : Path
        The file.
    questionnaire : Questionnaire
        What this wave asked: by it a table's columns are known.
    codes : frozenset of str
        Item codes of any wave of the programme: by them a form is known.
    names : frozenset of str
        What the programme calls the column with a member's name, beside the usual headings.

    Raises
    ------
    UnreadableWorkbookError
        If the file cannot be read, or changed while it was.
    """
    before = _state(path)
    source = _open(path, questionnaire, codes, names)
    if _state(path) != before:
        raise UnreadableWorkbookError("读取过程中文件被改动", "it changed while it was read")
    return source


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _open(path: Path, questionnaire: Questionnaire, codes: frozenset[str], names: frozenset[str]) -> Source:
    if format_of(path) != "workbook":
        return _from_tables(tables_of(path), questionnaire, names)
    book = read_workbook(path)
    form = read_form(book.cells, codes)
    if form.cover or form.answers:
        return Source((form,), formulas=book.formulas, comments=book.comments)
    return _from_tables(table_in(book.cells), questionnaire, names)


def _from_tables(tables: list[Table], questionnaire: Questionnaire, names: frozenset[str]) -> Source:
    """Take the rows of every sheet that is a table of answers; the other sheets go with the first row."""
    fitted: list[tuple[Table, Columns]] = []
    extra: dict[str, tuple[Cell, ...]] = {}
    for table in tables:
        if columns := fit(table, questionnaire, names):
            fitted.append((table, columns))
        else:
            extra[table.sheet] = (*table.heading, *(cell for row in table.rows for cell in row.values()))
    forms = [form for table, columns in fitted for form in rows_of(table, columns, questionnaire.form)]
    unknown = tuple(
        cell for table, columns in fitted for cell in table.heading if cell.column in columns.unknown
    )
    if extra or not forms:
        forms.append(FilledForm({}, (), {}, {}, (), extra))
    return Source(tuple(forms), unknown)
