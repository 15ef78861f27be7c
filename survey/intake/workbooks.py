"""Read workbooks as text: every cell that is not empty, with its sheet and address. Repairs nothing.

Values come from calamine, which is fast and runs no macro. openpyxl is opened only where a look through the
package found what calamine does not tell: errors, formulas among the answers, comments.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from python_calamine import CalamineWorkbook

from survey.intake.packages import Signs, UnreadableWorkbookError, look_through

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Cell", "Workbook", "address", "read_workbook", "refuse_size"]

LARGEST = 30 * 2**20


class Cell(NamedTuple):
    """One cell that is not empty; row and column count from zero, text is as it was stored."""

    sheet: str
    row: int
    column: int
    text: str

    @property
    def address(self) -> str:
        """The cell's address in its sheet, as ``E12``."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class Workbook:
    """What a workbook holds: its cells, and (sheet, address) of formulas and of comments."""

    cells: tuple[Cell, ...]
    formulas: frozenset[tuple[str, str]] = frozenset()
    comments: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=2**16)
def address(row: int, column: int) -> str:
    """Return the address of a cell from row and column counted from zero: (11, 4) is ``E12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_workbook(path: Path) -> Workbook:
    """Read every cell of a workbook (xlsx, xlsm, xls, ods) that is not empty.

    Formulas, errors and comments are told of xlsx and xlsm alone: the other kinds cannot be asked.

    Raises
    ------
    UnreadableWorkbookError
        If the file is missing, empty, too large packed or unpacked, protected, or no workbook that can be
        read.
    """
    refuse_size(path)
    try:
        signs = look_through(path)
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = [_sheet_cells(workbook, name) for name in workbook.sheet_names]
        cells = tuple(chain.from_iterable(sheets))
        return Workbook(cells) if signs == Signs() else _completed(path, cells, signs)
    except UnreadableWorkbookError:
        raise
    except Exception as error:
        # calamine has a class for each kind of damage; to the secretariat they are one thing
        raise UnreadableWorkbookError(*_reason(error)) from error


def refuse_size(path: Path) -> None:
    """Refuse a file that is missing, empty or larger than any return can be."""
    try:
        size = path.stat().st_size
    except OSError:
        raise UnreadableWorkbookError("文件不存在", "file missing") from None
    if size == 0:
        raise UnreadableWorkbookError("空文件", "empty file")
    if size > LARGEST:
        most = f"{LARGEST // 2**20} MiB"
        raise UnreadableWorkbookError(f"超过 {most}", f"larger than {most}")


def _completed(path: Path, cells: tuple[Cell, ...], signs: Signs) -> Workbook:
    """Add to the cells what openpyxl alone tells; errors are values that calamine takes for empty."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, and hardly ever needed
    from openpyxl.utils.cell import coordinate_to_tuple  # noqa: PLC0415 - as above

    raw = path.read_bytes()  # by name openpyxl opens known suffixes alone
    errors: list[Cell] = []
    if signs.errors:
        for sheet in load_workbook(io.BytesIO(raw), data_only=True, keep_links=False).worksheets:
            found = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "e")
            for cell in found:
                row, column = coordinate_to_tuple(cell.coordinate)
                errors.append(Cell(sheet.title, row - 1, column - 1, str(cell.value)))
    formulas: set[tuple[str, str]] = set()
    comments: list[tuple[str, str]] = []
    if signs.formulas or signs.comments:
        for sheet in load_workbook(io.BytesIO(raw), keep_links=False).worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.data_type == "f":
                    formulas.add((sheet.title, cell.coordinate))
                if cell.comment:
                    comments.append((sheet.title, cell.coordinate))
    return Workbook((*cells, *errors), frozenset(formulas), tuple(comments))


def _sheet_cells(workbook: CalamineWorkbook, name: str) -> list[Cell]:
    sheet = workbook.get_sheet_by_name(name)
    cells: list[Cell] = []
    if sheet.start is None:
        return cells
    top, left = sheet.start
    new = tuple.__new__  # there are hundreds in a return: without the call of a named tuple's own
    for r, row in enumerate(sheet.to_python(skip_empty_area=True), start=top):
        for c, value in enumerate(row, start=left):
            # most cells are empty or text: neither is worth a call
            if value == "":
                continue
            text = value.strip() if type(value) is str else _text(value)
            if text:
                cells.append(new(Cell, (name, r, c, text)))
    return cells


def _text(value: Any) -> str:
    """Return a stored value as text that loses nothing: whole floats without point, dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _reason(error: Exception) -> tuple[str, str]:
    words = str(error).lower()
    if "password" in words or "encrypt" in words:
        return "有密码保护", "protected by a password"
    packing = isinstance(error, zipfile.BadZipFile | zlib.error)
    if packing or any(word in words for word in ("zip", "eocd", "archive")):
        return "不完整或已损坏", "truncated or damaged"
    return "不是工作簿或已损坏", "not a workbook, or damaged"
