"""A book of sheets as a grid of cells, before it is written in any format.

The book is laid out once (`workbook`) and written twice (`xlsx`, `ods`), so that the two files cannot come to
differ. A row's cells stand from column A on without a gap; a cell knows what it is, never how it looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from survey.errors import PublicationError
from survey.publication.writable import writable

__all__ = ["KINDS", "Book", "Cell", "Kind", "Marked", "Row", "Sheet", "finite", "printable"]

Kind = Literal[
    "title", "subtitle", "notice", "line", "link", "head", "number_head", "text", "prose", "number", "marker"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MOST = 32_767  # characters that Excel keeps in a cell


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    value : str or float
        A text, or a number of kind ``number``.
    kind : Kind
        ``line`` is running text over the empty cells beside it, ``prose`` text wrapped within its column.
    decimals : int or None
        Shown decimals of a number; None for a whole number without separators, such as a year.
    target : str
        Name of the sheet that a link leads to.
    """

    value: str | float
    kind: Kind
    decimals: int | None = 0
    target: str = ""


@dataclass(frozen=True)
class Row:
    """A row of cells from column A on, and its height in points."""

    cells: tuple[Cell, ...]
    height: float


@dataclass(frozen=True)
class Marked:
    """The cells of a sheet that are marked as a table: rows from 0, the heads' row to the last."""

    name: str
    first: int
    last: int
    columns: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: `widths` of columns in Latin digits, `frozen` rows and columns that stay in sight.

    It is printed `pages` wide.
    """

    name: str
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    table: Marked | None = None
    frozen: tuple[int, int] = (0, 0)
    pages: int = 1


@dataclass(frozen=True)
class Book:
    """A book: sheets in order, and what its properties say. `language` is a tag such as ``zh-CN``."""

    title: str
    author: str
    language: str
    notice: str
    sheets: tuple[Sheet, ...]


def printable(text: str, where: str) -> str:
    """Return a text as every format can hold it; what cannot be written becomes U+FFFD, never nothing.

    Raises
    ------
    PublicationError
        The text is longer than a cell may be, which writers cut or drop without a word.
    """
    if len(text) > _MOST:
        raise PublicationError(
            f"{where}: a text of {len(text):,} characters; a cell holds {_MOST:,} at most, shorten it."
        )
    return writable(text.replace("\r\n", "\n").replace("\r", "\n"))


def finite(value: float, where: str) -> float:
    """Return a number as it is; PublicationError where it is infinite."""
    if math.isinf(value):
        raise PublicationError(f"{where}: a number is infinite; mark it [x] or correct it.")
    return value
