"""Write a book as `.xlsx`: marked tables, no merged cell, no formula; same book, same bytes.

Written with XlsxWriter itself: gptables, which follows the same guidance, turns any cell text shaped like
`[a](b)` into a link and reads `$$` in notes as a reference, takes one header row and no panes to freeze, and
measures Chinese columns as if they were Latin.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import xlsxwriter

from survey.data.sheet_model import FONT, LOOKS, RULES
from survey.spreadsheets import PLAIN_TEXT

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from survey.data.sheet_model import Book, BookSheet, Kind, SheetCell

__all__ = ["write_xlsx"]

_PINNED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the format knows no time zone
_A4 = 9
_LONGEST_FOOT = 230  # Excel takes 255 characters, its own codes counted


def write_xlsx(book: Book) -> bytes:
    """Write a book as `.xlsx`."""
    packed = io.BytesIO()
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    file = xlsxwriter.Workbook(packed, {"in_memory": True, **PLAIN_TEXT, "default_format_properties": base})
    file.set_properties(
        {"title": book.title, "author": book.author, "created": _PINNED, "comments": book.notice}
    )
    looks = _Looks(file)
    for sheet in book.sheets:
        _write_sheet(file.add_worksheet(sheet.name), looks, sheet, book.notice)
    file.close()
    return _with_language(packed.getvalue(), book.language)


@dataclass(frozen=True)
class _Looks:
    """The formats of one file; each is made when first asked for."""

    file: Any
    made: dict[tuple[Kind, int | None], Any] = field(default_factory=dict)

    def of(self, cell: SheetCell) -> Any:
        """Give the format of a cell."""
        key = (cell.kind, cell.decimals if cell.kind == "number" else 0)
        if key not in self.made:
            look = _properties(cell.kind)
            if cell.kind == "number":
                look["num_format"] = _number_format(cell.decimals)
            self.made[key] = self.file.add_format(look)
        return self.made[key]


def _properties(kind: Kind) -> dict[str, Any]:
    """Give XlsxWriter's properties of a kind of cell."""
    look = LOOKS[kind]
    properties: dict[str, Any] = {
        "font_name": FONT, "font_size": look.size, "bold": look.bold, "underline": int(look.underlined),
        "text_wrap": look.wrapped, "indent": int(look.indented),
        "align": {"start": "left", "end": "right"}[look.align],
        "valign": {"top": "top", "middle": "vcenter", "bottom": "bottom"}[look.upright],
    }  # fmt: skip
    if look.colour:
        properties["font_color"] = look.colour
    if look.fill:
        properties["bg_color"] = look.fill
    if look.rule:
        width, colour = RULES[look.rule]
        properties |= {"bottom": 1 if width < 1 else 2, "bottom_color": colour}
    return properties


def _number_format(decimals: int | None) -> str:
    if decimals is None:
        return "0"
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _write_sheet(out: Worksheet, looks: _Looks, sheet: BookSheet, notice: str) -> None:
    for column, width in enumerate(sheet.widths):
        out.set_column(column, column, width)
    if sheet.table is not None:
        _mark(out, looks, sheet)
    for number, row in enumerate(sheet.rows):
        out.set_row(number, row.height)
        for column, cell in enumerate(row.cells):
            _write_cell(out, number, column, cell, looks)
    if any(sheet.frozen):
        out.freeze_panes(*sheet.frozen)
    out.hide_gridlines(2)
    out.set_landscape()
    out.set_paper(_A4)
    out.fit_to_pages(1, 0)
    out.set_header("&R&P / &N")
    if notice:
        out.set_footer("&L" + notice.replace("&", "&&")[:_LONGEST_FOOT])


def _mark(out: Worksheet, looks: _Looks, sheet: BookSheet) -> None:
    """Mark the cells of a table as one: its name, its heads, buttons to filter by; repeat its heads."""
    table = sheet.table
    if table is None:
        return
    heads = sheet.rows[table.first].cells
    if table.last > table.first:
        columns = [{"header": head.value, "header_format": looks.of(head)} for head in heads]
        out.add_table(
            table.first,
            0,
            table.last,
            table.columns - 1,
            {"name": table.name, "style": None, "columns": columns},
        )
    out.repeat_rows(table.first)


def _write_cell(out: Worksheet, row: int, column: int, cell: SheetCell, looks: _Looks) -> None:
    look = looks.of(cell)
    if cell.target:
        target = cell.target.replace("'", "''")
        out.write_url(row, column, f"internal:'{target}'!A1", look, str(cell.value))
    elif isinstance(cell.value, str):
        out.write_string(row, column, cell.value, look)
    else:
        out.write_number(row, column, cell.value, look)


def _with_language(packed: bytes, language: str) -> bytes:
    """Say the language in the properties of the file, which XlsxWriter has no word for."""
    out = io.BytesIO()
    tagged = f"<dc:language>{escape(language)}</dc:language></cp:coreProperties>".encode()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for entry in given.infolist():
            raw = given.read(entry)
            if entry.filename == "docProps/core.xml":
                raw = raw.replace(b"</cp:coreProperties>", tagged)
            kept.writestr(entry, raw, zipfile.ZIP_DEFLATED)
    return out.getvalue()
