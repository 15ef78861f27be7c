"""Row heads in a PDF that Typst set: the first cell of each row of a table is tagged as heading its row.

Typst tags the cells of a table's head, but lets no document say of a cell that it heads a row as long as
that call is an experiment the Python package cannot switch on. A screen reader then tells a number's column
and leaves its row to memory. So the tags are put right in the finished file: Typst writes the elements of
the structure as plain objects and says in each cell which heads it has.

References
----------
ISO 32000-1:2008, 14.8.5.7 (table attributes ``Scope`` and ``Headers``), 14.7.2 (``IDTree``).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["with_row_heads"]

_ROW = re.compile(rb"^\d+ 0 obj\n<</Type/StructElem/S/TR/P (\d+) 0 R/K\[([\d R]+)\]>>")
_CELL = re.compile(rb"/S/TD(/P \d+ 0 R)/A\[<</O/Table/Headers\[((?:\(U\d+x\d+y\d+\))+)\]")
_FIRST_COLUMN = re.compile(rb"^\(U\d+x0y\d+\)$")
_NAMES = re.compile(rb"(/IDTree<</Names\[)(.*?)(\]>>)", re.DOTALL)
_NAME = re.compile(rb"\(([^)]*)\)(\d+ 0 R)")
_FEWEST = (
    3  # cells of a row worth a head: where one number follows its name, the name is heard right before it
)
_SHORTEST = 4  # rows of a table worth heads: a shorter one is heard whole
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def with_row_heads(pdf: bytes) -> bytes:
    """Give a PDF whose tables' rows are headed by their first cells.

    Raises
    ------
    PublicationError
        The file is not written as Typst writes one: its cells would be left without row heads.
    """
    found = _START.search(pdf)
    if found is None:
        raise PublicationError("The PDF ends without a table of its objects; its rows cannot be given heads.")
    table = int(found[1])
    objects = dict(_objects(pdf, table))
    names: list[tuple[bytes, bytes]] = []
    rows = [match for match in map(_ROW.match, objects.values()) if match]
    lengths = Counter(row[1] for row in rows)
    for row in rows:
        if lengths[row[1]] >= _SHORTEST:
            names += _head_row(row, objects)
    if not names:
        return pdf
    root = next(number for number, text in objects.items() if b"/Type/StructTreeRoot" in text)
    objects[root] = _NAMES.sub(
        lambda told: told[1] + _sorted(told[2], names) + told[3], objects[root], count=1
    )
    return _written(pdf, table, objects)


def _objects(pdf: bytes, table: int) -> Iterator[tuple[int, bytes]]:
    """Yield each object's number and its bytes, in the order of the file."""
    header = re.match(rb"xref\s+0 (\d+)\s+", pdf[table : table + 40])
    if header is None:
        raise PublicationError("The PDF keeps no plain table of its objects; its rows cannot be given heads.")
    count = int(header[1])
    begin = table + header.end()
    lines = [pdf[begin + 20 * number : begin + 20 * number + 20] for number in range(count)]
    places = sorted((int(line[:10]), number) for number, line in enumerate(lines) if line[17:18] == b"n")
    ends = [place for place, _ in places[1:]] + [table]
    for (place, number), end in zip(places, ends, strict=True):
        yield number, pdf[place:end]


def _head_row(row: re.Match[bytes], objects: dict[int, bytes]) -> list[tuple[bytes, bytes]]:
    """Make a row's first cell its head and name it in the others; give the name and the cell, or nothing."""
    cells = [int(number) for number in re.findall(rb"(\d+) 0 R", row[2])]
    told = [_CELL.search(objects[number]) for number in cells]
    if len(cells) < _FEWEST or told[0] is None or not _FIRST_COLUMN.match(told[0][2]):
        return []
    name = b"R%d" % cells[0]
    head = rb"/S/TH\1/ID(%b)/A[<</O/Table/Scope/Row/Headers[\2]" % name
    objects[cells[0]] = _CELL.sub(head, objects[cells[0]], count=1)
    for number in cells[1:]:
        objects[number] = _CELL.sub(rb"/S/TD\1/A[<</O/Table/Headers[\2(%b)]" % name, objects[number], count=1)
    return [(name, b"%d 0 R" % cells[0])]


def _sorted(told: bytes, added: list[tuple[bytes, bytes]]) -> bytes:
    names = sorted([*_NAME.findall(told), *added])
    return b"".join(b"(%b)%b" % pair for pair in names)


def _written(pdf: bytes, table: int, objects: dict[int, bytes]) -> bytes:
    """Give the file with its objects as they are now, and where each begins."""
    places: dict[int, int] = {}
    first = min(pdf.index(text) for text in list(objects.values())[:1])
    parts, at = [pdf[:first]], first
    for number, text in objects.items():
        places[number] = at
        parts.append(text)
        at += len(text)
    end = pdf.index(b"trailer", table)
    header = re.match(rb"xref\s+0 \d+\s+", pdf[table : table + 40])
    begin = table + (header.end() if header else 0)
    lines = [
        b"%010d%b" % (places[number], pdf[begin + 20 * number + 10 : begin + 20 * number + 20])
        if number in places
        else pdf[begin + 20 * number : begin + 20 * number + 20]
        for number in range((end - begin) // 20)
    ]
    trailer = _START.sub(b"startxref\n%d\n%%%%EOF" % at, pdf[end:])
    return b"".join([*parts, pdf[table:begin], *lines, trailer])
