"""Read workbooks as text: every cell that is not empty, with its sheet and address. Repairs nothing.

Values come from calamine, which is fast and runs no macro. A file of the zip kind is looked through first:
one that would unpack to more than can be meant, or that spreads its cells over a whole sheet, is refused
before anything is built of it. calamine tells neither formulas nor comments: formulas, of which every form we
send is full, are looked for in the parts of the file, and openpyxl is opened only where comments
hang on cells.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook

from survey.questionnaire import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Cell",
    "Remarks",
    "UnreadableWorkbookError",
    "address",
    "read_cells",
    "read_remarks",
    "refuse_size",
]

LARGEST = 30 * 2**20
LARGEST_UNPACKED = 200 * 2**20
MOST_PARTS = 5000
MOST_AREA = 5_000_000  # cells of the rectangle that calamine lays out for a sheet
MOST_DENSE = 1032  # deflate packs no tighter: a smaller file cannot exceed the limit whatever it declares
# a reference beyond column ZZ or row 99,999: worth a closer look
FAR = re.compile(rb'r="(?:[A-Z]{3}[0-9]|[A-Z]{0,2}[0-9]{6})')
FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>')
FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*><f')
SHEET, LINK = re.compile(rb"<sheet [^>]*>"), re.compile(rb"<Relationship [^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


class UnreadableWorkbookError(Exception):
    """A file that is no workbook, or a broken one; `why` says so in a few words of both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Wording(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True)
class Remarks:
    """What stands on cells besides their values: (sheet, address) of formulas and of comments."""

    formulas: frozenset[tuple[str, str]] = frozenset()
    comments: tuple[tuple[str, str], ...] = ()


def address(row: int, column: int) -> str:
    """Return the address of a cell from row and column counted from zero: (11, 4) is ``E12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def read_cells(path: Path) -> list[Cell]:
    """Read every cell of a workbook (xlsx, xlsm, xls, ods) that is not empty.

    Raises
    ------
    UnreadableWorkbookError
        If the file is missing, empty, too large packed or unpacked, protected, or no workbook that can be
        read.
    """
    refuse_size(path)
    try:
        if zipfile.is_zipfile(path):
            _refuse_bomb(path)
        with CalamineWorkbook.from_path(path) as workbook:
            return [cell for name in workbook.sheet_names for cell in _sheet_cells(workbook, name)]
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


def read_remarks(path: Path) -> Remarks:
    """Find formulas and comments of an xlsx or xlsm workbook; none in other kinds, which cannot be asked."""
    if not zipfile.is_zipfile(path):
        return Remarks()
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        commented = any("comments" in name.lower() for name in names)
        found = {name: FORMULA.findall(packed.read(name)) for name in names if _is_sheet(name)}
        with_formulas = {name: places for name, places in found.items() if places}
        titles = _sheet_titles(packed) if with_formulas else {}
    if commented or not with_formulas.keys() <= titles.keys():
        return _ask_openpyxl(path)
    return Remarks(
        frozenset(
            (titles[name], place.decode()) for name, places in with_formulas.items() for place in places
        )
    )


def _sheet_titles(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of sheets by their parts of the file; without those that cannot be told."""
    try:
        book, links = packed.read("xl/workbook.xml"), packed.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return {}
    parts = {
        link["Id"]: "xl/" + link["Target"].removeprefix("/").removeprefix("xl/")
        for link in map(_attributes, LINK.findall(links))
        if {"Id", "Target"} <= link.keys()
    }
    sheets = [sheet for sheet in map(_attributes, SHEET.findall(book)) if {"name", "r:id"} <= sheet.keys()]
    return {parts[sheet["r:id"]]: sheet["name"] for sheet in sheets if sheet["r:id"] in parts}


def _attributes(tag: bytes) -> dict[str, str]:
    text = tag.decode("utf-8", "replace")
    return {name: html.unescape(value) for name, value in ATTRIBUTE.findall(text)}


def _ask_openpyxl(path: Path) -> Remarks:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, and hardly ever needed

    formulas: set[tuple[str, str]] = set()
    comments: list[tuple[str, str]] = []
    try:
        book = load_workbook(path, keep_links=False)
    except Exception:  # noqa: BLE001 - calamine has read the values; what openpyxl cannot open has no remarks to tell
        return Remarks()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formulas.add((sheet.title, cell.coordinate))
                if cell.comment:
                    comments.append((sheet.title, cell.coordinate))
    return Remarks(frozenset(formulas), tuple(comments))


def _refuse_bomb(path: Path) -> None:
    """Refuse a packed file that unpacks to too much, or whose cells lie too far apart to be laid out."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        declared = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or declared > LARGEST_UNPACKED:
            raise _too_large()
        # what a part declares may be a lie: unpack in small pieces where it could matter
        if path.stat().st_size * MOST_DENSE > LARGEST_UNPACKED:
            _count_unpacked(packed, parts)
        for part in parts:
            if _is_sheet(part.filename):
                _refuse_spread(packed.read(part))


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


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _too_large() -> UnreadableWorkbookError:
    most = f"{LARGEST_UNPACKED // 2**20} MiB"
    return UnreadableWorkbookError(f"解压后超过 {most}", f"larger than {most} when unpacked")


def _sheet_cells(workbook: CalamineWorkbook, name: str) -> Iterator[Cell]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return
    top, left = sheet.start
    for r, row in enumerate(sheet.to_python(skip_empty_area=True), start=top):
        for c, value in enumerate(row, start=left):
            if value != "" and (text := _text(value)):
                yield Cell(name, r, c, text)


def _text(value: Any) -> str:  # noqa: PLR0911 - one return for each type stored
    """Return a stored value as text that loses nothing: whole floats without point, dates in ISO form."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()


def _reason(error: Exception) -> tuple[str, str]:
    words = str(error).lower()
    if "password" in words or "encrypt" in words:
        return "有密码保护", "protected by a password"
    if isinstance(error, zipfile.BadZipFile | zlib.error) or any(
        w in words for w in ("zip", "eocd", "archive")
    ):
        return "不完整或已损坏", "truncated or damaged"
    return "不是工作簿或已损坏", "not a workbook, or damaged"
