"""Tables of a draft as cells, each with its caption and the headings above and beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

__all__ = ["Cell", "cell_of", "markdown_cells", "page_cells"]

_PIPED = re.compile(r"(?:^[ \t]*\|?.*\|.*\n?)+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_CAPTION = re.compile(r"^(?:Table|表|:)\s*\d*\s*[:：]?\s*(.+)$")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)\*|\*(?!\w)")
_YEAR_OR_WORDS = re.compile(r"^(?:\D*|(?:19|20)\d\d\s*年?(?:度|Q[1-4])?)$")
#: Rows or columns one cell may span: more are a slip of the page's writer.
_MOST_SPANNED = 200


@dataclass(frozen=True)
class Cell:
    """One cell of a table's body: ``table 2, row 3, column 4``, the headings of its row and its column."""

    place: str
    caption: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    text: str


def page_cells(root: HtmlElement) -> list[Cell]:
    """Read the tables of a page; a table within a table is read by itself."""
    found: list[Cell] = []
    for number, table in enumerate(cast("list[HtmlElement]", root.xpath(".//table")), start=1):
        caption = _caption(table)
        heads, body = _rows(table)
        place = ", ".join(filter(None, (cell_of(table), f"table {number}")))
        found += _cells(place, caption, _grid(heads), _grid(body))
    return found


def cell_of(element: HtmlElement) -> str:
    """Name the notebook and cell that a part of a page is from; empty where the page does not say."""
    for above in (element, *element.iterancestors()):
        if above.get("data-cell"):
            return f"{above.get('data-notebook')}, cell {above.get('data-cell')}"
    return ""


def _caption(table: HtmlElement) -> str:
    """Give a table's caption, else the numbered line that stands before it: ``表 2 规模``."""
    inside = table.xpath("./caption | ancestor::figure/figcaption")
    if inside:
        return _text(inside[0])
    before = table.getprevious()
    titled = _CAPTION.match(_text(before)) if before is not None and before.tag in {"p", "div"} else None
    return titled[1] if titled else ""


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _rows(table: HtmlElement) -> tuple[list[list[HtmlElement]], list[list[HtmlElement]]]:
    """Part the rows of headings from those of the body: those in a head, else the first, else all of th."""
    rows = list(table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"))
    heads = [row for row in rows if row.getparent().tag == "thead"]
    if not heads:
        heads = [row for row in rows if all(cell.tag == "th" for cell in row.xpath("./td | ./th"))][
            :1
        ] or rows[:1]
    body = [row for row in rows if row not in heads]
    return [row.xpath("./td | ./th") for row in heads], [row.xpath("./td | ./th") for row in body]


def _grid(rows: Sequence[Sequence[HtmlElement]]) -> list[list[tuple[str, bool]]]:
    """Lay rows out with every spanned place filled: text, and whether the place is a heading."""
    filled: dict[tuple[int, int], tuple[str, bool]] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in filled:
                x += 1
            wide, high = (_span(cell, name) for name in ("colspan", "rowspan"))
            for dy in range(high):
                for dx in range(wide):
                    filled[y + dy, x + dx] = (_text(cell), cell.tag == "th")
            x += wide
    if not filled:
        return []
    width = max(x for _, x in filled) + 1
    return [[filled.get((y, x), ("", False)) for x in range(width)] for y in range(len(rows))]


def _span(cell: HtmlElement, name: str) -> int:
    text = str(cell.get(name) or "1")
    return min(max(int(text), 1), _MOST_SPANNED) if text.isdigit() else 1


def _cells(
    place: str, caption: str, heads: list[list[tuple[str, bool]]], body: list[list[tuple[str, bool]]]
) -> Iterator[Cell]:
    """Give the cells of a body.

    What heads a row: the cells marked so, else its first; and those of columns of years or words alone.
    """
    worded = _worded(body)
    for y, row in enumerate(body, start=len(heads) + 1):
        marked = sorted({*([x for x, (_, heading) in enumerate(row) if heading] or [0]), *worded})
        beside = tuple(dict.fromkeys(row[x][0] for x in marked if row[x][0]))
        for x, (text, _) in enumerate(row):
            if x in marked or not text:
                continue
            above = tuple(dict.fromkeys(head[x][0] for head in heads if x < len(head) and head[x][0]))
            yield Cell(f"{place}, row {y}, column {x + 1}", caption, beside, above, text)


def _worded(body: list[list[tuple[str, bool]]]) -> set[int]:
    """Find the columns in which no cell holds a number but years."""
    width = max((len(row) for row in body), default=0)
    texts = [[row[x][0] for row in body if x < len(row) and row[x][0]] for x in range(width)]
    return {x for x, column in enumerate(texts) if column and all(_YEAR_OR_WORDS.match(t) for t in column)}


def markdown_cells(text: str) -> tuple[str, list[Cell]]:
    """Read the tables set with upright strokes; return the text without them, and their cells."""
    found: list[Cell] = []

    def take(block: re.Match[str]) -> str:
        lines = [line for line in block[0].splitlines() if line.strip()]
        if len(lines) < 3 or not _RULE.match(lines[1]):  # noqa: PLR2004 - heading, rule, one row
            return block[0]
        grid = [[(cell, False) for cell in _split_row(line)] for line in (lines[0], *lines[2:])]
        above = text[: block.start()].rstrip().rsplit("\n", 1)[-1].strip(" *#")
        titled = _CAPTION.match(above)
        found.extend(_cells(f"table {_count() + 1}", titled[1] if titled else above, grid[:1], grid[1:]))
        return "\n"

    def _count() -> int:
        return len({cell.place.partition(",")[0] for cell in found})

    return _PIPED.sub(take, text), found


def _split_row(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [_MARKS.sub("", cell).strip() for cell in re.split(r"(?<!\\)\|", inner)]
