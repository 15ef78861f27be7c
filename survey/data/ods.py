"""Write a book as `.ods` (OpenDocument 1.3 spreadsheet); same book, same bytes.

The parts are written as text: a library's cell objects took 0.4 ms each, ten seconds for a book of 24,000
cells, and its empty document brings a French locale, a thumbnail and the day it was made.

References
----------
OASIS (2021). Open Document Format for Office Applications (OpenDocument) Version 1.3, part 3.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from survey.data.sheet_model import FONT, LOOKS, RULES, Look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survey.data.sheet_model import Book, BookSheet, Kind, Row, SheetCell

__all__ = ["write_ods"]

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_PINNED = (1980, 1, 1, 0, 0, 0)
_DAY = "1980-01-01T00:00:00"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "meta": "meta", "config": "config",
        "manifest": "manifest",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
_VERSION = 'office:version="1.3"'
_POINTS = 5.8  # of a Latin digit at 11 points
_MARGIN = 3.75


def write_ods(book: Book) -> bytes:
    """Write a book as `.ods`."""
    parts = {
        "content.xml": _content(book),
        "styles.xml": _styles(book),
        "settings.xml": _settings(book),
        "meta.xml": _meta(book),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        # the type comes first and unpacked, so that the file can be recognised by its first bytes
        package.writestr(zipfile.ZipInfo("mimetype", _PINNED), _MIME, zipfile.ZIP_STORED)
        for name, text in {**parts, "META-INF/manifest.xml": _manifest(parts)}.items():
            entry = zipfile.ZipInfo(name, _PINNED)
            package.writestr(entry, (_HEAD + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content(book: Book) -> str:
    widths = sorted({width for sheet in book.sheets for width in sheet.widths})
    heights = sorted({row.height for sheet in book.sheets for row in sheet.rows})
    cells = {cell for sheet in book.sheets for row in sheet.rows for cell in map(_look, row.cells)}
    columns = (
        f'<style:style style:name="w{_number(width)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * _POINTS + _MARGIN:.2f}pt"/>'
        "</style:style>"
        for width in widths
    )
    rows = (
        f'<style:style style:name="h{_number(height)}" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{_number(height)}pt" '
        'style:use-optimal-row-height="false"/></style:style>'
        for height in heights
    )
    page = (
        '<style:style style:name="sheet" style:family="table" style:master-page-name="Page">'
        '<style:table-properties table:display="true"/></style:style>'
    )
    looks = (_style(*look) for look in sorted(cells, key=lambda look: (look[0], str(look[1]))))
    sheets = "".join(_table(sheet) for sheet in book.sheets)
    marked = "".join(_range(sheet) for sheet in book.sheets)
    return (
        f"<office:document-content {_SPACES} {_VERSION}><office:automatic-styles>"
        f"{''.join(columns)}{''.join(rows)}{page}{''.join(looks)}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{sheets}"
        f"<table:database-ranges>{marked}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _look(cell: SheetCell) -> tuple[Kind, int | None]:
    return cell.kind, cell.decimals if cell.kind == "number" else 0


def _style_name(kind: Kind, decimals: int | None) -> str:
    if kind != "number":
        return kind
    return "year" if decimals is None else f"number{decimals}"


def _style(kind: Kind, decimals: int | None) -> str:
    """Write the style of a kind of cell, a number's with the form of its decimals."""
    name = _style_name(kind, decimals)
    look = LOOKS[kind]
    form, use = "", ""
    if kind == "number":
        grouped = "" if decimals is None else ' number:grouping="true"'
        form = (
            f'<number:number-style style:name="form-{name}"><number:number '
            f'number:decimal-places="{decimals or 0}" number:min-decimal-places="{decimals or 0}" '
            f'number:min-integer-digits="1"{grouped}/></number:number-style>'
        )
        use = f' style:data-style-name="form-{name}"'
    return (
        f'{form}<style:style style:name="{name}" style:family="table-cell" '
        f'style:parent-style-name="Default"{use}>'
        f'<style:table-cell-properties style:text-align-source="fix"{_box(look)}/>'
        f'<style:paragraph-properties fo:text-align="{look.align}"/>'
        f"<style:text-properties {_letters(look)}/></style:style>"
    )


def _box(look: Look) -> str:
    """Write the properties of a cell's box."""
    text = f' style:vertical-align="{look.upright}"'
    if look.wrapped:
        text += ' fo:wrap-option="wrap"'
    if look.fill:
        text += f' fo:background-color="{look.fill}"'
    if look.indented:
        text += ' fo:padding-right="7pt"'
    if look.rule:
        width, colour = RULES[look.rule]
        text += f' fo:border-bottom="{width}pt solid {colour}"'
    return text


def _letters(look: Look) -> str:
    """Write the properties of a cell's letters, Latin and Chinese alike."""
    text = f'fo:font-size="{look.size}pt" style:font-size-asian="{look.size}pt"'
    if look.bold:
        text += ' fo:font-weight="bold" style:font-weight-asian="bold"'
    if look.underlined:
        text += ' style:text-underline-style="solid"'
    return text + (f' fo:color="{look.colour}"' if look.colour else "")


def _table(sheet: BookSheet) -> str:
    """Write a sheet; the heads of its table repeat on each printed page."""
    columns = [f'<table:table-column table:style-name="w{_number(width)}"/>' for width in sheet.widths]
    rows = [_row(row) for row in sheet.rows]
    if sheet.table is not None:
        head = sheet.table.first
        rows[head] = f"<table:table-header-rows>{rows[head]}</table:table-header-rows>"
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="sheet">'
        f"{''.join(columns)}{''.join(rows)}</table:table>"
    )


def _row(row: Row) -> str:
    cells = "".join(_cell(cell) for cell in row.cells)
    return f'<table:table-row table:style-name="h{_number(row.height)}">{cells}</table:table-row>'


def _cell(cell: SheetCell) -> str:
    style = _style_name(*_look(cell))
    if not isinstance(cell.value, str):
        shown = f"{cell.value:,.{cell.decimals or 0}f}"
        shown = shown.replace(",", "") if cell.decimals is None else shown
        return (
            f'<table:table-cell table:style-name="{style}" office:value-type="float" '
            f'office:value="{cell.value!r}"><text:p>{shown}</text:p></table:table-cell>'
        )
    if not cell.value:
        return f'<table:table-cell table:style-name="{style}"/>'
    paragraphs = "".join(
        f"<text:p>{_linked(_spaced(line), cell.target)}</text:p>" for line in cell.value.split("\n")
    )
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{paragraphs}</table:table-cell>"
    )


def _spaced(line: str) -> str:
    """Escape a line; OpenDocument folds white space that is not marked as such."""
    text = escape(line).replace("\t", "<text:tab/>")
    while "  " in text:
        text = text.replace("  ", " <text:s/>")
    return f"<text:s/>{text[1:]}" if text.startswith(" ") else text


def _linked(text: str, target: str) -> str:
    if not target:
        return text
    place = quoteattr("#'" + target.replace("'", "''") + "'.A1")
    return f'<text:a xlink:href={place} xlink:type="simple">{text}</text:a>'


def _range(sheet: BookSheet) -> str:
    """Write the name of the cells of a sheet's table, its heads among them, with buttons to filter by."""
    table = sheet.table
    if table is None:
        return ""
    name = "'" + sheet.name.replace("'", "''") + "'"
    area = f"{name}.A{table.first + 1}:{name}.{_letter(table.columns)}{table.last + 1}"
    return (
        f"<table:database-range table:name={quoteattr(table.name)} "
        f'table:target-range-address={quoteattr(area)} table:contains-header="true" '
        f'table:display-filter-buttons="{"true" if table.last > table.first else "false"}"/>'
    )


def _letter(column: int) -> str:
    """Name a column, the first being 1: A to Z, AA and on."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _styles(book: Book) -> str:
    """Write what all sheets share: font, languages (Latin letters English, others Chinese), pages."""
    layout, master = _page(book.notice)
    return (
        f"<office:document-styles {_SPACES} {_VERSION}><office:font-face-decls>"
        f'<style:font-face style:name="{FONT}" svg:font-family="\'{FONT}\'"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties '
        f'style:font-name="{FONT}" style:font-name-asian="{FONT}" fo:font-size="11pt" '
        'style:font-size-asian="11pt" fo:language="en" fo:country="GB" style:language-asian="zh" '
        'style:country-asian="CN"/></style:default-style>'
        '<style:style style:name="Default" style:family="table-cell"/></office:styles>'
        f"<office:automatic-styles>{layout}</office:automatic-styles>"
        f"<office:master-styles>{master}</office:master-styles></office:document-styles>"
    )


def _page(notice: str) -> tuple[str, str]:
    """Write layout and master of a printed page, as wide as the sheet."""
    foot = f"<style:region-left><text:p>{escape(notice)}</text:p></style:region-left>" if notice else ""
    gap = (
        '<style:header-footer-properties fo:min-height="0.75cm" fo:margin-{}="0.25cm" '
        'fo:margin-left="0cm" fo:margin-right="0cm"/>'
    )
    layout = (
        f'<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="29.7cm" '
        'fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1.5cm" '
        'style:scale-to-X="1" style:scale-to-Y="0" style:print-page-order="ttb" '
        'style:first-page-number="continue"/>'
        f"<style:header-style>{gap.format('bottom')}</style:header-style>"
        f"<style:footer-style>{gap.format('top')}</style:footer-style></style:page-layout>"
    )
    master = (
        f'<style:master-page style:name="Page" style:page-layout-name="page"><style:header>'
        "<style:region-right><text:p><text:page-number>1</text:page-number> / "
        "<text:page-count>1</text:page-count></text:p></style:region-right></style:header>"
        f"<style:footer>{foot}</style:footer></style:master-page>"
    )
    return layout, master


def _settings(book: Book) -> str:
    """Write which rows and columns of each sheet stay in sight, and that no grid is drawn."""
    entries = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(sheet.name)}>{''.join(_panes(sheet))}"
        "</config:config-item-map-entry>"
        for sheet in book.sheets
    )
    return (
        f"<office:document-settings {_SPACES} {_VERSION}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f"{_item('ViewId', 'string', 'view1')}"
        f'<config:config-item-map-named config:name="Tables">{entries}</config:config-item-map-named>'
        f"{_item('ActiveTable', 'string', escape(book.sheets[0].name))}"
        f"{_item('ShowGrid', 'boolean', 'false')}"
        "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


def _panes(sheet: BookSheet) -> Iterator[str]:
    yield _item("ShowGrid", "boolean", "false")
    rows, columns = sheet.frozen
    for mode, position, right, count in (
        ("HorizontalSplitMode", "HorizontalSplitPosition", "PositionRight", columns),
        ("VerticalSplitMode", "VerticalSplitPosition", "PositionBottom", rows),
    ):
        if count:
            yield (
                _item(mode, "short", "2")
                + _item(position, "int", str(count))
                + _item(right, "int", str(count))
            )
    if rows and columns:
        yield _item("ActiveSplitRange", "short", "3")


def _item(name: str, kind: str, value: str) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'


def _meta(book: Book) -> str:
    return (
        f"<office:document-meta {_SPACES} {_VERSION}><office:meta>"
        f"<dc:title>{escape(book.title)}</dc:title><dc:description>{escape(book.notice)}</dc:description>"
        f"<meta:initial-creator>{escape(book.author)}</meta:initial-creator>"
        f"<meta:creation-date>{_DAY}</meta:creation-date><dc:creator>{escape(book.author)}</dc:creator>"
        f"<dc:date>{_DAY}</dc:date><dc:language>{escape(book.language)}</dc:language>"
        "</office:meta></office:document-meta>"
    )


def _manifest(parts: Mapping[str, str]) -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in parts
    )
    return (
        f'<manifest:manifest {_SPACES} manifest:version="1.3"><manifest:file-entry '
        f'manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>{entries}'
        "</manifest:manifest>"
    )


def _number(value: float) -> str:
    """Write a measure as part of a name: 12.5 as ``12.5``, whole ones without a point."""
    return f"{value:.6g}"
