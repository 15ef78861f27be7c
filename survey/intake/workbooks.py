"""Read workbooks as text: every cell that is not empty, with its sheet and address. Repairs nothing.

Values come from calamine, which is fast and runs no macro. openpyxl is opened only where a look through the
package found what calamine does not tell: errors, formulas among the answers, comments.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from python_calamine import CalamineWorkbook

from survey.programme import Wording

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Cell",
    "Signs",
    "UnreadableWorkbookError",
    "Workbook",
    "address",
    "look_through",
    "read_workbook",
    "refuse_size",
]

# Look through a packed workbook (xlsx, xlsm, ods) before anything is built of it.
#
# One that would unpack to more than can be meant, or that spreads its cells over a whole sheet, is refused.
# What calamine will not tell is looked for on the way: errors, formulas among the answers, comments.


LARGEST_UNPACKED = 200 * 2**20
MOST_PARTS = 5000
MOST_AREA = 5_000_000  # cells of the rectangle that calamine lays out for a sheet
DENSEST = 1032  # deflate packs no tighter: a smaller file cannot exceed the limit whatever it declares
# a reference beyond column ZZ or row 99,999: worth a closer look
FAR = re.compile(rb'r="(?:[A-Z]{3}[0-9]|[A-Z]{0,2}[0-9]{6})')
FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>')
# answers stand in column E of a form; a form's own formulas stand elsewhere
FORMULA = re.compile(rb'<c r="E[0-9]+"[^>]*><f')
IN_ERROR = b't="e"'


class UnreadableWorkbookError(Exception):
    """A file that is no workbook, or a broken one; `why` says so in a few words of both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Wording(zh=zh, en=en)


@dataclass(frozen=True)
class Signs:
    """What a workbook holds besides values: cells in error, formulas among the answers, comments."""

    errors: bool = False
    formulas: bool = False
    comments: bool = False


def look_through(path: Path) -> Signs:
    """Look through a packed workbook; a file that is no package has no signs.

    Raises
    ------
    UnreadableWorkbookError
        If it unpacks to too much, or its cells lie too far apart to be laid out.
    """
    if not zipfile.is_zipfile(path):
        return Signs()
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise _too_large()
        # what a part declares may be a lie: unpack in small pieces where it could matter
        if path.stat().st_size * DENSEST > LARGEST_UNPACKED:
            _count_unpacked(packed, parts)
        errors = formulas = False
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                sheet = packed.read(part)
                _refuse_spread(sheet)
                errors |= IN_ERROR in sheet
                formulas |= b"<f" in sheet and bool(FORMULA.search(sheet))
        return Signs(errors, formulas, any("comments" in part.filename.lower() for part in parts))


def _count_unpacked(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    total = 0
    for part in parts:
        with packed.open(part) as stream:
            while piece := stream.read(2**20):
                total += len(piece)
                if total > LARGEST_UNPACKED:
                    raise _too_large()


def _refuse_spread(sheet: bytes) -> None:
    if not FAR.search(sheet):
        return
    places = [(int(row), _column(letters)) for letters, row in FILLED.findall(sheet)]
    rows, columns = (max(ends, default=0) for ends in zip(*places, strict=True)) if places else (0, 0)
    if rows * columns > MOST_AREA:
        raise UnreadableWorkbookError("单元格散布过广", "cells spread too far apart")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large() -> UnreadableWorkbookError:
    most = f"{LARGEST_UNPACKED // 2**20} MiB"
    return UnreadableWorkbookError(f"解压后超过 {most}", f"larger than {most} when unpacked")


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
