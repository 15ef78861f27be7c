"""Look through a packed workbook (xlsx, xlsm, ods) before anything is built of it.

One that would unpack to more than can be meant, or that spreads its cells over a whole sheet, is refused.
What calamine will not tell is looked for on the way: errors, formulas among the answers, comments.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.questionnaire import Wording

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Signs", "UnreadableWorkbookError", "look_through"]

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
