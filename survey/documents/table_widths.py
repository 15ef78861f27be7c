"""How wide a printed table's columns must be, and the type size and page turn at which it fits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.documents.markup import text_of
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

__all__ = ["LONGEST_WORD", "ColumnFit", "column_widths", "fit", "text_width"]

PORTRAIT = 470.0  # points between the margins of an upright A4 page, less a hair's breadth
LANDSCAPE = 718.0
INSET = 0.5  # em kept free at each side of a cell, as the template does
LONGEST_WORD = 24  # signs; a longer word is broken wherever its column ends

_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
_SMALLEST = 6.0
_WRAPPING = (16.0, 12.0, 9.0)  # em from which a cell's text wraps: the roomier, the better it reads
_READABLE = 7.5  # points below which turning the page is better than wrapping or shrinking further
_BROAD = {"W", "F"}


@dataclass(frozen=True)
class ColumnFit:
    """Hold the type size in points, whether the page is turned, and the columns' widths in em."""

    size: float
    landscape: bool
    widths: tuple[float, ...]


def fit(table: HtmlElement, *, upright: bool = False) -> ColumnFit:
    """Choose the largest type and the roomiest wrapping at which a table fits, upright rather than turned.

    `upright` keeps the page as it is, for a table inside a box, which no page can be turned for.

    Raises
    ------
    PublicationError
        Not even the smallest type on a turned page holds the parts of the columns that cannot wrap.
    """
    tries = [column_widths(table, longest) for longest in _WRAPPING]
    for widths in tries:
        for size in _SIZES:
            if size >= _READABLE and sum(widths) * size <= PORTRAIT:
                return ColumnFit(size, landscape=False, widths=widths)
    page = PORTRAIT if upright else LANDSCAPE
    for widths in tries:
        for size in (*_SIZES, _SMALLEST):
            if sum(widths) * size <= page:
                return ColumnFit(size, landscape=not upright, widths=widths)
    raise PublicationError(_too_wide(table, tries[-1], page))


def column_widths(table: HtmlElement, longest: float = _WRAPPING[0]) -> tuple[float, ...]:
    """Estimate the width in em each column needs, free sides counted in, where text wraps at `longest`."""
    needs: dict[int, float] = {}
    spanning: list[tuple[int, int, float]] = []
    for cell, column, span, is_head in _placed(table):
        need = _cell_width(cell, longest, is_head=is_head)
        if span == 1:
            needs[column] = max(needs.get(column, 0.0), need)
        else:
            spanning.append((column, span, need))
    for column, span, need in spanning:
        missing = need - sum(needs.get(column + i, 0.0) for i in range(span))
        for i in range(span):
            needs[column + i] = needs.get(column + i, 0.0) + max(missing, 0.0) / span
    return tuple(needs.get(i, 0.0) + 2 * INSET for i in range(max(needs, default=0) + 1))


def text_width(text: str) -> float:
    """Estimate the width of a text in em: one for a Chinese character, a little over half for others."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in _BROAD else 0.58 for letter in text)


def _cell_width(cell: HtmlElement, longest: float, *, is_head: bool) -> float:
    """Give a cell's width: a number stands on one line, a text wraps, a heading wraps earliest."""
    text = text_of(cell)
    if is_head:
        return _widest_part(text)
    if cell.tag == "th" or "text" in cell.get("class", "").split():
        return min(text_width(text), max(longest, _widest_part(text)))
    return min(text_width(text), _WRAPPING[0])


def _widest_part(text: str) -> float:
    """Give the width below which a text cannot wrap well: four characters, or its longest word."""
    parts = re.findall(r"[\u2e80-\uffef]+|[^\s\u2e80-\uffef]+", text)
    widths = (
        min(text_width(part), 4.0) if part[0] >= "\u2e80" else text_width(part[:LONGEST_WORD])
        for part in parts
    )
    return max(widths, default=0.0)


def _too_wide(table: HtmlElement, widths: tuple[float, ...], page: float) -> str:
    """Say which table of which cell is too wide, which column most, and what to do."""
    widest = max(range(len(widths)), key=widths.__getitem__)
    heads = [
        text_of(cell) for cell, at, span, is_head in _placed(table) if is_head and at == widest and span == 1
    ]
    caption = table.find("caption")
    name = text_of(caption) if caption is not None else "without caption"
    place = (table.xpath("ancestor-or-self::*[@data-notebook][1]") or [table])[0]
    where = f"{place.get('data-notebook', 'the page')}, cell {place.get('data-cell', '?')}"
    return (
        f"{where}: the table {table.get('id') or name!r} has {len(widths)} columns and needs "
        f"{sum(widths) * _SMALLEST / 28.35:.0f} cm even in the smallest type; "
        f"a page holds {page / 28.35:.0f} cm. "
        f"Its widest column is {widest + 1}{f' ({heads[-1]})' if heads else ''}. "
        "Show it as two tables, or let rows and columns change places."
    )


def _placed(table: HtmlElement) -> Iterator[tuple[HtmlElement, int, int, bool]]:
    """Give each cell with its column, its span and whether it heads columns."""
    hanging: dict[int, int] = {}
    for row in table.xpath(".//tr"):
        is_head = row.getparent().tag == "thead"
        column = 0
        below = {at: left - 1 for at, left in hanging.items() if left > 1}
        for cell in row.xpath("./th | ./td"):
            while column in hanging:
                column += 1
            span, deep = int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1)
            yield cell, column, span, is_head
            if deep > 1:
                below.update(dict.fromkeys(range(column, column + span), deep - 1))
            column += span
        hanging = below
