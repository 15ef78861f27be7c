"""From the page to PDF/UA and PDF/A: pandoc writes Typst through our filter, Typst sets it in our faces."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typst
from lxml.html import HtmlElement, tostring
from lxml.html.builder import IMG, P

from survey.documents import pictures
from survey.documents.fonts import FAMILIES, font_files
from survey.documents.pandoc import convert, dated, for_paper
from survey.documents.table_widths import LONGEST_WORD, fit
from survey.errors import PublicationError
from survey.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey.documents.page import Page

__all__ = ["typeset", "typst_source", "with_row_heads"]

# Row heads in a PDF that Typst set: the first cell of each row of a table is tagged as heading its row.
#
# Typst tags the cells of a table's head, but lets no document say of a cell that it heads a row as long as
# that call is an experiment the Python package cannot switch on. A screen reader then tells a number's column
# and leaves its row to memory. So the tags are put right in the finished file: Typst writes the elements of
# the structure as plain objects and says in each cell which heads it has.
#
# References
# ----------
# ISO 32000-1:2008, 14.8.5.7 (table attributes ``Scope`` and ``Headers``), 14.7.2 (``IDTree``).


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


TEMPLATES = Path(__file__).parent / "templates" / "typst"
_CLASSED = ".//p[@class='statement'] | .//p[@class='notes' and not(ancestor::div[@class='table-block'])]"
_KEPT = "contains(@class, 'table-block') or contains(@class, 'cards') or @class='card'"
_BOXED = "ancestor::li or ancestor::blockquote or ancestor::div[contains(@class, 'aside')]"
_LONG_WORD = re.compile(rf"[!-\u024f]{{{LONGEST_WORD}}}(?=[!-\u024f])")


def typeset(page: Page) -> bytes:
    """Set a page as PDF/UA-1 and PDF/A-2a at once; same page, same bytes.

    Raises
    ------
    PublicationError
        Typst refused the document (a picture without alternative text, say) or is missing a font.
    """
    files = font_files()
    lang, front = page.lang, page.front
    source, images = typst_source(page)
    told = {"front": asdict(front), "words": asdict(words(lang)), "fonts": FAMILIES}
    with tempfile.TemporaryDirectory(prefix="typesetting-") as name:
        folder = Path(name)
        for file, content in images.items():
            (folder / file).write_bytes(content)
        (folder / "report.typ").write_bytes((TEMPLATES / "report.typ").read_bytes())
        (folder / "main.typ").write_text(source, encoding="utf-8")
        try:
            made = typst.compile(
                folder / "main.typ",
                root=folder,
                format="pdf",
                font_paths=sorted({path.parent for path in files.values()}),
                ignore_system_fonts=True,
                pdf_standards=["ua-1", "a-2a"],
                timestamp=dated(front.release_date),
                sys_inputs={"document": json.dumps(told, ensure_ascii=False, sort_keys=True)},
            )
        except typst.TypstError as error:
            hints = " ".join(getattr(error, "hints", None) or ())
            raise PublicationError(
                f"The PDF of {front.title!r} ({lang}) could not be set: {error.message}. {hints}".rstrip()
            ) from error
    return with_row_heads(bytes(made))


def typst_source(page: Page) -> tuple[str, dict[str, bytes]]:
    """Give the Typst text of a page and the image files it names."""
    body, images = _prepared(page)
    made = convert(
        body,
        "typst",
        "--wrap=none",
        "--shift-heading-level-by=-1",
        f"--lua-filter={TEMPLATES / 'report.lua'}",
        f"--metadata=lang:{words(page.lang).tag}",
    )
    head = '#import "report.typ": *\n#show: report\n\n'
    return head + made, images


def _prepared(page: Page) -> tuple[str, dict[str, bytes]]:
    """Give the body fit for print, pictures swapped for files."""
    main, lifted = for_paper(page)
    images: dict[str, bytes] = {}
    for stand_in in main.xpath(f".//span[@data-{pictures.PLACEHOLDER}]"):
        number = pictures.picture_of(stand_in)
        name = f"picture-{number}.svg"
        images[name] = lifted[number].svg.encode()
        _swap(stand_in, IMG(src=name, alt=lifted[number].alt))
    for number, image in enumerate(main.xpath(".//img[starts-with(@src, 'data:')]")):
        _unpack(image, f"image-{number}", images)
    for box in main.xpath(f".//section | .//div[not({_KEPT})]"):
        box.drop_tag()
    for aside in main.iter("aside"):
        aside.tag = "div"
        aside.set("class", f"aside {aside.get('class', '')}".strip())
    for paragraph in main.xpath(_CLASSED):
        _wrap_in_div(paragraph)
    for table in main.iter("table"):
        _tell_widths(table)
    _let_long_words_break(main)
    return "".join(tostring(block, encoding="unicode") for block in main), images


def _let_long_words_break(main: HtmlElement) -> None:
    """Give words longer than any column places to break at: a name without spaces stays on its page."""
    for element in main.iter():
        if element.tag not in {"pre", "code"}:
            element.text = _breakable(element.text)
        element.tail = _breakable(element.tail)


def _breakable(text: str | None) -> str | None:
    return _LONG_WORD.sub("\\g<0>\u200b", text) if text else text


def _unpack(image: HtmlElement, stem: str, images: dict[str, bytes]) -> None:
    kind, coded, body = image.get("src", "").removeprefix("data:image/").partition(";base64,")
    if coded:
        name = f"{stem}.{kind.removesuffix('+xml')}"
        images[name] = base64.b64decode(body)
        image.set("src", name)


def _wrap_in_div(paragraph: HtmlElement) -> None:
    """Carry a paragraph's class into pandoc, which keeps classes of divisions alone."""
    inner = P()
    inner.text, paragraph.text = paragraph.text, None
    for child in list(paragraph):
        inner.append(child)
    paragraph.tag = "div"
    paragraph.append(inner)


def _tell_widths(table: HtmlElement) -> None:
    chosen = fit(table, upright=bool(table.xpath(_BOXED)))
    table.set("data-size", f"{chosen.size:g}")
    table.set("data-landscape", "yes" if chosen.landscape else "no")
    table.set("data-widths", " ".join(f"{width:.2f}" for width in chosen.widths))
    for cell in table.xpath(".//*[self::td or self::th][contains(concat(' ', @class, ' '), ' text ')]"):
        cell.set("data-align", "left")


def _swap(old: HtmlElement, new: HtmlElement) -> None:
    new.tail = old.tail
    old.getparent().replace(old, new)
