"""Read workbooks as text: every cell that is not empty, with its sheet and address. Repairs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook

from survey.questionnaire import Wording

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Cell", "UnreadableWorkbookError", "address", "read_cells"]

LARGEST = 30 * 2**20


class UnreadableWorkbookError(Exception):
    """A file that is no workbook, or a broken one; `why` says so in a few words of both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Wording(zh=zh, en=en)


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty; row and column count from zero, text is as it was stored."""

    sheet: str
    row: int
    column: int
    text: str

    @property
    def address(self) -> str:
        """The cell's address in its sheet, as ``E12``."""
        return address(self.row, self.column)


def address(row: int, column: int) -> str:
    """Return the address of a cell from row and column counted from zero: (11, 4) is ``E12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_cells(path: Path) -> list[Cell]:
    """Read every cell of a workbook (xlsx, xls, xlsm, ods) that is not empty.

    Raises
    ------
    UnreadableWorkbookError
        If the file is missing, empty, too large, or no workbook that can be read.
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise UnreadableWorkbookError("文件不存在", "file missing") from None
    if size == 0:
        raise UnreadableWorkbookError("空文件", "empty file")
    if size > LARGEST:
        most = f"{LARGEST // 2**20} MiB"
        raise UnreadableWorkbookError(f"超过 {most}", f"larger than {most}")
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return [cell for name in workbook.sheet_names for cell in _sheet_cells(workbook, name)]
    except Exception as error:
        # calamine has a class for each kind of damage; to the secretariat they are one thing
        raise UnreadableWorkbookError(*_reason(error)) from error


def _sheet_cells(workbook: CalamineWorkbook, name: str) -> list[Cell]:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [
        Cell(name, r, c, text)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if (text := _text(value))
    ]


def _text(value: Any) -> str:
    """Return a stored value as text that loses nothing: whole floats without point, dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _reason(error: Exception) -> tuple[str, str]:
    words = str(error).lower()
    if "password" in words or "encrypt" in words:
        return "有密码保护", "protected by a password"
    if "zip" in words or "eocd" in words or "archive" in words:
        return "不完整或已损坏", "truncated or damaged"
    return "不是工作簿或已损坏", "not a workbook, or damaged"
