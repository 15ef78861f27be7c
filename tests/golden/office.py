"""Workbooks, documents and slides as items, read from the parts of their packages.

Nothing of the programs that wrote them is kept: neither versions nor the order of attributes.
"""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
DC = "{http://purl.org/dc/elements/1.1/}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
#: Cells repeated to the end of a sheet are no cells.
MOST_REPEATED = 512


def xlsx_items(path: Path) -> Iterator[Any]:
    """Yield what a workbook says of itself, then each sheet and each row of its cells."""
    book = openpyxl.load_workbook(path)
    about = book.properties
    yield {"title": about.title, "creator": about.creator, "subject": about.subject, "lang": about.language}
    yield {"names": {name: defined.value for name, defined in sorted(book.defined_names.items())}}
    for sheet in book.worksheets:
        yield from _sheet(sheet)


def _sheet(sheet: Worksheet) -> Iterator[Any]:
    yield {
        "sheet": sheet.title, "state": sheet.sheet_state, "size": sheet.dimensions, "freeze": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref, "protected": bool(sheet.protection.sheet),
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
    }  # fmt: skip
    for rule in sheet.data_validations.dataValidation:
        yield {
            "validation": str(rule.sqref), "type": rule.type, "operator": rule.operator,
            "formulas": [rule.formula1, rule.formula2], "error": rule.error, "prompt": rule.prompt,
        }  # fmt: skip
    for area in sheet.conditional_formatting:
        yield {"conditional": str(area.sqref), "formulas": [list(rule.formula) for rule in area.rules]}
    for row in sheet.iter_rows():
        cells = [[cell.coordinate, *_cell(cell)] for cell in row if cell.value is not None]
        if cells:
            yield {"row": cells}


def _cell(cell: Any) -> Iterator[Any]:
    value = cell.value
    yield value.isoformat() if isinstance(value, (date, datetime)) else getattr(value, "text", value)
    yield (
        cell.number_format + (" bold" if cell.font.b else "") + (" locked" if cell.protection.locked else "")
    )
    if cell.comment:
        yield {"comment": cell.comment.text}
    if cell.hyperlink:
        yield {"link": cell.hyperlink.location or cell.hyperlink.target}


def ods_items(path: Path) -> Iterator[Any]:
    """Yield what a spreadsheet says of itself, then each sheet and each row of its cells."""
    with zipfile.ZipFile(path) as package:
        content, meta = (etree.fromstring(package.read(name)) for name in ("content.xml", "meta.xml"))
    yield {"title": meta.findtext(f".//{DC}title"), "lang": meta.findtext(f".//{DC}language")}
    for sheet in content.iter(f"{TABLE}table"):
        yield {"sheet": sheet.get(f"{TABLE}name")}
        for row in sheet.iter(f"{TABLE}table-row"):
            cells = [one for cell in row for one in _ods_cells(cell)]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield {"row": cells}


def _ods_cells(cell: Any) -> list[Any]:
    count = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
    text = "\n".join("".join(p.itertext()) for p in cell.findall(f"{TEXT}p"))
    kind = cell.get(f"{OFFICE}value-type")
    value = [kind, cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value"), text] if kind else None
    return [value] * (1 if count > MOST_REPEATED else count)


def docx_items(path: Path) -> Iterator[Any]:
    """Yield a document's properties and styles, then its paragraphs in order, notes and margins at the end."""
    with zipfile.ZipFile(path) as package:
        parts = {
            name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")
        }
    yield _core(parts)
    for style in parts["word/styles.xml"].iter(f"{W}style"):
        runs = style.find(f"{W}rPr")
        if runs is not None:
            yield {"style": style.get(f"{W}styleId"), **_run(runs)}
    wanted = ("word/document", "word/footnotes", "word/endnotes", "word/header", "word/footer")
    for name in sorted(
        (n for n in parts if n.startswith(wanted)), key=lambda n: (n != "word/document.xml", n)
    ):
        yield {"part": name}
        for size in parts[name].iter(f"{W}pgSz"):
            yield {"page": [size.get(f"{W}{side}") for side in ("w", "h", "orient")]}
        for paragraph in parts[name].iter(f"{W}p"):
            yield _paragraph(paragraph)


def _paragraph(paragraph: Any) -> dict[str, Any]:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    item: dict[str, Any] = {
        "style": style.get(f"{W}val") if style is not None else "",
        "text": "".join(_words(node) for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br")),
    }
    if any(cell.tag == f"{W}tc" for cell in paragraph.iterancestors()):
        item["cell"] = True
    looks = [_run(run) for run in paragraph.iterfind(f".//{W}r/{W}rPr")]
    if looks := [one for n, one in enumerate(looks) if one and one not in looks[:n]]:
        item["runs"] = looks
    if alts := [[p.get("title"), p.get("descr")] for p in paragraph.iter(f"{WP}docPr")]:
        item["alternative texts"] = alts
    return item


def _words(node: Any) -> str:
    return node.text or "" if node.tag == f"{W}t" else "\t" if node.tag == f"{W}tab" else "\n"


def _run(runs: Any) -> dict[str, str]:
    """Return language and size of a run's properties where it gives them."""
    lang, size = runs.find(f"{W}lang"), runs.find(f"{W}sz")
    found = {} if size is None else {"size": size.get(f"{W}val")}
    if lang is not None:
        found |= {etree.QName(name).localname: value for name, value in sorted(lang.attrib.items())}
    return found


def pptx_items(path: Path) -> Iterator[Any]:
    """Yield the slides' properties, then each slide's shapes: place, alternative text, paragraphs."""
    with zipfile.ZipFile(path) as package:
        parts = {
            name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")
        }
    yield _core(parts)
    size = parts["ppt/presentation.xml"].find(f"{P}sldSz")
    yield {"slide size": [size.get("cx"), size.get("cy")]}
    for folder in ("ppt/slides/slide", "ppt/notesSlides/notesSlide"):
        names = [n for n in parts if n.startswith(folder)]
        for name in sorted(names, key=lambda n: int(n.removeprefix(folder).removesuffix(".xml"))):
            yield {"part": name}
            for shape in parts[name].iter(f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}cxnSp"):
                yield _shape(shape)


def _shape(shape: Any) -> dict[str, Any]:
    named = shape.find(f".//{P}cNvPr")
    item: dict[str, Any] = {"shape": etree.QName(shape).localname, "alternative text": named.get("descr")}
    place = [
        int(one.get(name))
        for one, names in (
            (shape.find(f".//{A}off"), ("x", "y")),
            (shape.find(f".//{A}ext[@cx]"), ("cx", "cy")),
        )
        if one is not None
        for name in names
    ]
    if place:
        item["place"] = place
    paragraphs = [_pptx_paragraph(p) for p in shape.iter(f"{A}p")]
    if any(paragraphs):
        item["paragraphs"] = paragraphs
    return item


def _pptx_paragraph(paragraph: Any) -> list[Any]:
    """Return the runs of a paragraph: text, language, size."""
    runs = []
    for run in paragraph.iter(f"{A}r", f"{A}fld"):
        look = run.find(f"{A}rPr")
        given = (
            {} if look is None else {n: look.get(n) for n in ("lang", "altLang", "sz", "b") if look.get(n)}
        )
        runs.append([run.findtext(f"{A}t") or "", given])
    return runs


def _core(parts: dict[str, Any]) -> dict[str, Any]:
    """Return what a document says of itself, without clock and program."""
    core = parts["docProps/core.xml"]
    return {
        name: core.findtext(f".//{DC}{name}")
        for name in ("title", "subject", "creator", "language", "description")
    }
