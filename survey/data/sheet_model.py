"""A book of sheets as a grid of cells, before it is written in any format.

The book is laid out once (`workbook`) and written twice (`xlsx`, `ods`), so that the two files cannot come to
differ. A row's cells stand from column A on without a gap; a cell knows what it is, never how it looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

from analysis.words import writable
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FONT",
    "KINDS",
    "LOOKS",
    "RULES",
    "Book",
    "BookSheet",
    "Kind",
    "Look",
    "Marked",
    "Row",
    "SheetCell",
    "finite",
    "printable",
]

Kind = Literal[
    "title", "subtitle", "notice", "line", "link", "head", "number_head", "text", "prose", "number", "marker"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_MOST = 32_767  # characters that Excel keeps in a cell


@dataclass(frozen=True, slots=True)
class SheetCell:
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

    cells: tuple[SheetCell, ...]
    height: float


@dataclass(frozen=True)
class Marked:
    """The cells of a sheet that are marked as a table: rows from 0, the heads' row to the last."""

    name: str
    first: int
    last: int
    columns: int


@dataclass(frozen=True)
class BookSheet:
    """One sheet: `widths` of columns in Latin digits, `frozen` rows and columns that stay in sight."""

    name: str
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    table: Marked | None = None
    frozen: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Book:
    """A book: sheets in order, and what its properties say. `language` is a tag such as ``zh-CN``."""

    title: str
    author: str
    language: str
    notice: str
    sheets: tuple[BookSheet, ...]


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


# How each kind of cell looks in a book, whatever the format; never what a cell tells.


FONT: Final = "Microsoft YaHei"  # heiti on every Windows; others fall back to a heiti of theirs
_HOUSE: Final = "#1F4E79"
#: Lines below cells: their width in points and their colour.
RULES: Final[Mapping[str, tuple[float, str]]] = MappingProxyType(
    {"thin": (0.5, "#D5DBE2"), "thick": (1.5, _HOUSE)}
)


@dataclass(frozen=True)
class Look:
    """How a kind of cell looks; size in points, colours as ``#RRGGBB``, empty where they are the default.

    `indented` keeps a cell's text off the edge it is set against, and so from the text of the next cell.
    """

    size: int = 11
    bold: bool = False
    colour: str = ""
    fill: str = ""
    underlined: bool = False
    align: Literal["start", "end"] = "start"
    upright: Literal["top", "middle", "bottom"] = "middle"
    wrapped: bool = False
    rule: Literal["", "thin", "thick"] = ""
    indented: bool = False


LOOKS: Final[Mapping[Kind, Look]] = MappingProxyType(
    {
        "title": Look(size=16, bold=True, colour=_HOUSE),
        "subtitle": Look(size=13, colour=_HOUSE),
        "notice": Look(bold=True, colour="#7A4B00", fill="#FFF6E3"),
        "line": Look(),
        "link": Look(colour=_HOUSE, underlined=True),
        "head": Look(bold=True, wrapped=True, rule="thick", upright="bottom"),
        "number_head": Look(
            bold=True, wrapped=True, rule="thick", upright="bottom", align="end", indented=True
        ),
        "text": Look(rule="thin", upright="top"),
        "prose": Look(rule="thin", upright="top", wrapped=True),
        "number": Look(rule="thin", upright="top", align="end", indented=True),
        "marker": Look(rule="thin", upright="top", align="end", indented=True, colour="#55616F"),
    }
)
