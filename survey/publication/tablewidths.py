"""How wide a printed table's columns must be, and the type size and page turn at which it fits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

__all__ = ["Fit", "column_widths", "fit", "text_width"]

PORTRAIT = 470.0  # points between the margins of an upright A4 page, less a hair's breadth
LANDSCAPE = 718.0
INSET = 0.5  # em kept free at each side of a cell, as the template does

_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
_SMALLEST = 6.0
_LONGEST = 16.0  # em from which a cell's text wraps
_BROAD = {"W", "F"}


@dataclass(frozen=True)
class Fit:
    """Hold the type size in points, whether the page is turned, and the columns' widths in em."""

    size: float
    landscape: bool
    widths: tuple[float, ...]


def fit(table: HtmlElement, *, upright: bool = False) -> Fit:
    """Choose the largest type at which a table fits an upright page, else a turned one.

    A table too wide even so is set on a turned page in the smallest type, its cells wrapping. `upright`
    keeps the page as it is, for a table inside a box, which no page can be turned for.
    """
    widths = column_widths(table)
    total = sum(widths)
    pages = ((PORTRAIT, False),) if upright else ((PORTRAIT, False), (LANDSCAPE, True))
    for page, landscape in pages:
        for size in _SIZES:
            if total * size <= page:
                return Fit(size, landscape, widths)
    size = max(_SMALLEST, min(_SIZES[-1], round(pages[-1][0] / total, 1)))
    return Fit(size, landscape=not upright, widths=widths)


def column_widths(table: HtmlElement) -> tuple[float, ...]:
    """Estimate the width in em each column needs, its free sides counted in."""
    needs: dict[int, float] = {}
    spanning: list[tuple[int, int, float]] = []
    for cell, column, span, is_head in _placed(table):
        text = " ".join(cell.text_content().split())
        need = _widest_part(text) if is_head else min(text_width(text), _LONGEST)
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


def _widest_part(text: str) -> float:
    """Give the width below which a heading cannot wrap well: four characters, or its longest word."""
    parts = re.findall(r"[\u2e80-\uffef]+|[^\s\u2e80-\uffef]+", text)
    return max((min(text_width(p), 4.0) if p[0] >= "\u2e80" else text_width(p) for p in parts), default=0.0)


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
