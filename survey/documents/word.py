"""From the page to a Word file: pandoc writes it in our styles, `wordparts` finishes what pandoc leaves."""

from __future__ import annotations

import copy
import io
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from xml.sax.saxutils import escape

import typst
from lxml import etree
from lxml.html import HtmlElement, tostring
from lxml.html.builder import COL, COLGROUP, DIV, IMG, P

from survey.documents import pictures
from survey.documents.fonts import font_files
from survey.documents.markup import select
from survey.documents.pandoc import convert, dated, for_paper
from survey.documents.table_widths import ColumnFit, fit
from survey.documents.word_styles import TABLE_SIZE, TEXT_WIDTH, reference_document
from survey.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survey.documents.page import Page
    from survey.documents.pictures import Picture
    from survey.words import FrontMatter, Language

__all__ = ["Word", "finished", "wordfile"]

# What pandoc leaves open in a Word file: contents, caption fields, table heads, properties, pinned bytes.


_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES: Final = {"w": _W, "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"}
_PINNED: Final = (1980, 1, 1, 0, 0, 0)
_DEEPEST = 2  # level of headings in the contents


@dataclass(frozen=True)
class Word:
    """Hold what a Word file must be told: language, its tag, front matter, what its tables fit."""

    lang: Language
    letters: str
    front: FrontMatter
    fits: Sequence[ColumnFit]


@dataclass(frozen=True)
class _Entry:
    """Hold a line of a list: its level from 1, its words and the bookmark it leads to."""

    level: int
    text: str
    target: str


def finished(made: bytes, word: Word) -> bytes:
    """Give a Word file pandoc made, finished and packed the same way each time."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = etree.fromstring(parts["word/document.xml"])
    _finish_body(body, word)
    parts["word/document.xml"] = etree.tostring(body, xml_declaration=True, encoding="UTF-8", standalone=True)
    if b" TOC " in parts["word/document.xml"]:
        parts["word/settings.xml"] = _asked_to_count(parts["word/settings.xml"])
    parts["docProps/core.xml"] = _core(word).encode()
    parts["docProps/app.xml"] = _APP.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(_pinned(name), content)
    return packed.getvalue()


def _pinned(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _PINNED)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _finish_body(root: etree._Element, word: Word) -> None:
    for table, fitted in zip(_find(root, ".//w:tbl"), word.fits, strict=True):
        _finish_table(table, fitted.size)
        if fitted.landscape and table.getparent().tag == _tag("body"):
            _turn_page(table)
    for picture in _find(root, ".//wp:docPr"):
        drawn = picture.getparent().find(".//{*}cNvPr")
        if drawn is not None:
            drawn.set("descr", picture.get("descr", ""))
        picture.attrib.pop("title", None)
    for later in _find(root, ".//w:sectPr")[1:]:  # the first alone begins with the cover, without a head
        for cover in later.findall(_tag("titlePg")):
            later.remove(cover)
    captions = list(_captions(root))
    headings = list(_headings(root))
    for marker in _find(root, ".//w:p[w:pPr/w:pStyle/@w:val='ContentsHeading']"):
        _set_contents(marker, headings, captions, word)


def _find(root: etree._Element, path: str) -> list[Any]:
    return cast("list[Any]", root.xpath(path, namespaces=_SPACES))


def _tag(name: str) -> str:
    return f"{{{_W}}}{name}"


def _style_of(paragraph: Any) -> str:
    found = paragraph.find(f"{_tag('pPr')}/{_tag('pStyle')}")
    return "" if found is None else str(found.get(_tag("val")))


def _text(paragraph: Any) -> str:
    return "".join(part.text or "" for part in paragraph.iter(_tag("t")))


def _finish_table(table: Any, size: float) -> None:
    """Keep rows whole and heads with them; set the type size the columns were fitted to."""
    rows = table.findall(_tag("tr"))
    for row in rows:
        properties = row.find(_tag("trPr"))
        if properties is None:
            properties = etree.Element(_tag("trPr"))
            row.insert(0, properties)
        properties.insert(0, etree.Element(_tag("cantSplit")))
    look = table.find(f"{_tag('tblPr')}/{_tag('tblLook')}")
    if look is not None:
        look.set(_tag("firstColumn"), "1")
        look.set(_tag("val"), "00A0")
    for paragraph in table.iter(_tag("p")):
        properties = paragraph.find(_tag("pPr"))
        if properties is None:
            properties = etree.Element(_tag("pPr"))
            paragraph.insert(0, properties)
        style = properties.find(_tag("pStyle"))
        if style is None:
            style = etree.Element(_tag("pStyle"))
            properties.insert(0, style)
        style.set(_tag("val"), "TableText")
    if size != TABLE_SIZE:
        for run in table.iter(_tag("r")):
            _set_size(run, size)


def _turn_page(table: Any) -> None:
    """Give a table, its caption and its notes a section of turned pages."""
    section = table.getparent().find(_tag("sectPr"))
    first, last = table, table
    while first.getprevious() is not None and first.getprevious().tag == _tag("bookmarkEnd"):
        first = first.getprevious()
    if first.getprevious() is not None and _style_of(first.getprevious()) == "Caption":
        first = first.getprevious()
    while first.getprevious() is not None and first.getprevious().tag == _tag("bookmarkStart"):
        first = first.getprevious()
    while last.getnext() is not None and _style_of(last.getnext()) == "Notes":
        last = last.getnext()
    first.addprevious(_section_end(section, turned=False))
    last.addnext(_section_end(section, turned=True))


def _section_end(section: Any, *, turned: bool) -> Any:
    ending = copy.deepcopy(section)
    size = ending.find(_tag("pgSz"))
    if turned:
        across, down = size.get(_tag("w")), size.get(_tag("h"))
        size.attrib.update({_tag("w"): down, _tag("h"): across, _tag("orient"): "landscape"})
    (paragraph,) = _parsed(
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    )
    paragraph[0].append(ending)
    return paragraph


def _set_size(run: Any, size: float) -> None:
    properties = run.find(_tag("rPr"))
    if properties is None:
        properties = etree.Element(_tag("rPr"))
        run.insert(0, properties)
    for name in ("sz", "szCs"):
        etree.SubElement(properties, _tag(name)).set(_tag("val"), f"{2 * size:.0f}")


def _captions(root: etree._Element) -> Iterator[tuple[str, _Entry]]:
    """Count captions by fields; yield the word each sequence counts and the caption's line."""
    for paragraph in _find(root, ".//w:p[w:pPr/w:pStyle/@w:val='Caption']"):
        runs = [run for run in paragraph.findall(_tag("r")) if _run_style(run) == "CaptionNumber"]
        name, _, number = "".join(map(_text, runs)).rpartition(" ")
        text = _text(paragraph)
        if name and number.isdigit():
            place = paragraph.index(runs[0])
            for run in runs:
                paragraph.remove(run)
            for offset, piece in enumerate(_counted(name, number)):
                paragraph.insert(place + offset, piece)
        yield name, _Entry(1, text, _bookmark(paragraph))


def _run_style(run: Any) -> str:
    found = run.find(f"{_tag('rPr')}/{_tag('rStyle')}")
    return "" if found is None else str(found.get(_tag("val")))


def _counted(name: str, number: str) -> list[Any]:
    style = '<w:rPr><w:rStyle w:val="CaptionNumber"/></w:rPr>'
    count = f"<w:r>{style}<w:t>{number}</w:t></w:r>"
    field = f'<w:fldSimple w:instr=" SEQ {escape(name)} \\* ARABIC ">{count}</w:fldSimple>'
    return _parsed(f'<w:r>{style}<w:t xml:space="preserve">{escape(name)} </w:t></w:r>{field}')


def _headings(root: etree._Element) -> Iterator[_Entry]:
    """Yield the headings of the contents, their numbers counted as their style counts them."""
    counters = [0] * 9
    for paragraph in root.iter(_tag("p")):
        style = _style_of(paragraph)
        if not (style.startswith("Heading") and style[7:].isdigit()):
            continue
        level = int(style[7:])
        counters[level - 1] += 1
        counters[level:] = [0] * (9 - level)
        if level <= _DEEPEST:
            number = ".".join(map(str, counters[:level]))
            yield _Entry(level, f"{number} {_text(paragraph)}", _bookmark(paragraph))


def _bookmark(paragraph: Any) -> str:
    """Give the name of the bookmark that begins right before a paragraph, or nothing."""
    before = paragraph.getprevious()
    while before is not None and before.tag in {_tag("bookmarkStart"), _tag("bookmarkEnd")}:
        if before.tag == _tag("bookmarkStart"):
            return str(before.get(_tag("name")))
        before = before.getprevious()
    return ""


def _set_contents(
    marker: Any, headings: Sequence[_Entry], captions: Sequence[tuple[str, _Entry]], word: Word
) -> None:
    """Put the lists where the marker stands: fields an editor can renew, filled with links already."""
    wording = words(word.lang)
    lists: list[tuple[str, str, Sequence[_Entry], str]] = [
        (wording.contents, f'TOC \\o "1-{_DEEPEST}" \\h \\z \\u', headings, "TOC{}")
    ]
    for title, label in ((wording.figures, wording.figure), (wording.tables, wording.table)):
        name = label.format("").strip()
        counted = [entry for word_of, entry in captions if word_of == name]
        lists.append((title, f'TOC \\h \\z \\c "{name}"', counted, "TableofFigures"))
    made: list[Any] = []
    for title, field, lines, style in lists:
        if lines:
            broken = "" if made else "<w:pageBreakBefore/>"
            made += _parsed(
                f'<w:p><w:pPr><w:pStyle w:val="ContentsHeading"/>{broken}</w:pPr>'
                f"<w:r><w:t>{escape(title)}</w:t></w:r></w:p>"
            )
            made += _field(field, lines, style)
    made += _parsed('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
    for piece in made:
        marker.addprevious(piece)
    marker.getparent().remove(marker)


_TO_PAGES: Final = (
    f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH / 25.4 * 1440:.0f}"/></w:tabs>'
)


def _field(field: str, lines: Sequence[_Entry], style: str) -> list[Any]:
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(field)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    written = ""
    for number, line in enumerate(lines):
        run = f'<w:r><w:t xml:space="preserve">{escape(line.text)}</w:t></w:r>{_page_of(line.target)}'
        link = (
            f'<w:hyperlink w:anchor="{escape(line.target)}" w:history="1">{run}</w:hyperlink>'
            if line.target
            else run
        )
        first = begin if number == 0 else ""
        last = end if number == len(lines) - 1 else ""
        properties = f'<w:pPr><w:pStyle w:val="{style.format(line.level)}"/>{_TO_PAGES}</w:pPr>'
        written += f"<w:p>{properties}{first}{link}{last}</w:p>"
    return _parsed(written)


def _page_of(target: str) -> str:
    """Write the field of a line's page number, which the editor fills when it opens the file."""
    if not target:
        return ""
    asked = f" PAGEREF {escape(target)} \\h "
    field = f'<w:fldSimple w:instr="{asked}" w:dirty="true"><w:r><w:t/></w:r></w:fldSimple>'
    return f"<w:r><w:tab/></w:r>{field}"


def _asked_to_count(settings: bytes) -> bytes:
    """Ask the editor to fill fields when it opens the file: page numbers are known to it alone."""
    root = etree.fromstring(settings)
    wanted = etree.Element(_tag("updateFields"), {_tag("val"): "true"})
    after = (
        "hdrShapeDefaults",
        "footnotePr",
        "endnotePr",
        "compat",
        "rsids",
        "themeFontLang",
        "clrSchemeMapping",
    )
    found = next((one for one in root if etree.QName(one).localname in after), None)
    if found is None:
        root.append(wanted)
    else:
        found.addprevious(wanted)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _parsed(text: str) -> list[Any]:
    return list(etree.fromstring(f'<x xmlns:w="{_W}">{text}</x>'))


def _core(word: Word) -> str:
    """Give the file's properties: who publishes what in which language, and no clock nor machine."""
    released = f"{dated(word.front.release_date):%Y-%m-%dT%H:%M:%SZ}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(word.front.title)}</dc:title><dc:subject>{escape(word.front.subtitle)}</dc:subject>"
        f"<dc:creator>{escape(word.front.organisation)}</dc:creator><dc:language>{word.letters}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{released}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{released}</dcterms:modified></cp:coreProperties>'
    )


_APP: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


_PIXELS = 192  # to the inch: two to each of a screen's
_STYLED = {"notes": "Notes", "notice": "Notice", "source": "Notes"}
_ASIDES = ("key-figures", "method", "warning")
_LETTERS = {"zh": "zh-CN", "en": "en-GB"}


def wordfile(page: Page) -> bytes:
    """Write a page as a Word file; same page, same bytes.

    A brief publication has a title block; any other a cover, and fields of contents, figures and tables.
    """
    lang, front = page.lang, page.front
    main, lifted = for_paper(page)
    with tempfile.TemporaryDirectory(prefix="word-") as name, ThreadPoolExecutor(1) as worker:
        folder = Path(name)
        drawn = worker.submit(_draw, lifted, folder)
        (folder / "reference.docx").write_bytes(reference_document(lang, front))
        fits = _prepare(main, lifted, brief=front.brief)
        blocks = (*_opening(front), *main, *_colophon(lang, front))
        body = "".join(tostring(block, encoding="unicode") for block in blocks)
        drawn.result()
        convert(
            body,
            "docx",
            f"--output={folder / 'made.docx'}",
            "--shift-heading-level-by=-1",
            f"--reference-doc={folder / 'reference.docx'}",
            f"--resource-path={folder}",
            "--quiet",
        )
        made = (folder / "made.docx").read_bytes()
    return finished(made, Word(lang=lang, letters=_LETTERS[lang], front=front, fits=fits))


def _draw(lifted: Mapping[int, Picture], folder: Path) -> None:
    """Write each picture as PNG: its letters in our typeface, which no reader's machine has."""
    if not lifted:
        return
    for number, picture in lifted.items():
        (folder / f"picture-{number}.svg").write_text(picture.svg, encoding="utf-8")
    leaves = "#pagebreak()\n".join(
        f'#image("picture-{number}.svg", width: {TEXT_WIDTH}mm)\n' for number in lifted
    )
    source = folder / "pictures.typ"
    source.write_text(
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n" + leaves, encoding="utf-8"
    )
    made = typst.compile(
        source,
        root=folder,
        format="png",
        ppi=_PIXELS,
        font_paths=sorted({path.parent for path in font_files().values()}),
        ignore_system_fonts=True,
    )
    for number, image in zip(lifted, [made] if isinstance(made, bytes) else made, strict=True):
        (folder / f"picture-{number}.png").write_bytes(image)


def _opening(front: FrontMatter) -> list[HtmlElement]:
    """Give the title block, each line in its style; `wordparts` sets contents where the marker stands."""
    said = " · ".join(filter(None, (front.wave, front.release_date, front.edition_label)))
    lines = [("Organisation", front.organisation), ("Title", front.title), ("Subtitle", front.subtitle)]
    lines += [("Particulars", said), ("Notice", front.notice or "")]
    blocks = [_styled(style, words) for style, words in lines if words]
    if front.brief:
        return blocks
    for figure in front.key_figures:
        blocks.append(_styled("Key Number", figure.printed))
        blocks.append(
            _styled(
                "Key Label", "  ".join(part for part in (figure.label, figure.change, figure.note) if part)
            )
        )
    return [*blocks, _styled("Contents Heading", "-")]


def _colophon(lang: Language, front: FrontMatter) -> list[HtmlElement]:
    if front.brief:
        return []
    wording = words(lang)
    lines = [f"{name} · {value}" for name, value in front.facts]
    return [_styled("Colophon Heading", wording.about), *(_styled("Particulars", line) for line in lines)]


def _styled(style: str, *inside: str | HtmlElement) -> HtmlElement:
    return DIV({"data-custom-style": style}, P(*inside))


def _prepare(main: HtmlElement, lifted: Mapping[int, Picture], *, brief: bool) -> list[ColumnFit]:
    """Put styles' names where classes were; give what each table was fitted to, in order."""
    for told in select(main, ".//data"):  # a number and its unit stand on one line
        told.text = (told.text or "").replace(" ", "\u00a0")
    for stand_in in select(main, f".//span[@data-{pictures.PLACEHOLDER}]"):
        number = pictures.picture_of(stand_in)
        image = IMG(src=f"picture-{number}.png", alt=lifted[number].alt)
        image.set("style", f"width:{TEXT_WIDTH}mm")
        image.tail = stand_in.tail
        stand_in.getparent().replace(stand_in, image)
    for number in select(main, ".//span[@class='number']"):
        _style_number(number, brief=brief)
    for figure in select(main, ".//figure"):
        _style_figure(figure)
    fits = [_style_table(table) for table in select(main, ".//table")]
    for paragraph in select(main, ".//p"):
        style = _STYLED.get(paragraph.get("class", ""))
        if style:
            _wrap(paragraph, style)
    for aside in select(main, ".//aside"):
        kind = next((kind for kind in _ASIDES if kind in aside.get("class", "")), "method")
        aside.tag = "div"
        aside.set("data-custom-style", f"Aside {kind}")
    for box in select(main, ".//section | .//div[not(@data-custom-style)]"):
        box.drop_tag()
    return fits


def _style_number(number: HtmlElement, *, brief: bool) -> None:
    """Leave a heading's number to its style, of an article in the text; name the style of a caption's."""
    if number.getparent().tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        if brief:
            number.drop_tag()
            return
        if number.tail:
            number.tail = number.tail.lstrip()
        number.drop_tree()
    else:
        number.set("data-custom-style", "Caption Number")


def _style_figure(figure: HtmlElement) -> None:
    caption = figure.find(".//figcaption")
    if caption is not None:
        _caption_before(figure, caption, figure.get("id"))
    images = [DIV({"data-custom-style": "Figure"}, P(image)) for image in select(figure, ".//img")]
    for image in reversed(images):
        figure.addnext(image)
    figure.getparent().remove(figure)


def _style_table(table: HtmlElement) -> ColumnFit:
    caption = table.find("caption")
    chosen = fit(table)
    if caption is not None:
        _caption_before(table, caption, table.get("id"))
        caption.drop_tree()
    table.attrib.pop("id", None)
    total = sum(chosen.widths)
    table.insert(0, COLGROUP(*(COL(style=f"width:{100 * width / total:.2f}%") for width in chosen.widths)))
    for row in select(table, ".//tr"):
        for position, cell in enumerate(row.xpath("./th | ./td")):
            is_text = (cell.tag == "th" and position == 0) or "text" in cell.get("class", "").split()
            cell.set("style", f"text-align:{'left' if is_text else 'right'}")
    return chosen


def _caption_before(block: HtmlElement, caption: HtmlElement, target: str | None) -> None:
    """Set a caption as a paragraph of its style, which links to the block then lead to."""
    words = P()
    words.text = caption.text
    for child in list(caption):
        words.append(child)
    for inner in select(words, "./span[contains(@class, 'caption-text')]"):
        inner.drop_tag()
    styled = DIV({"data-custom-style": "Caption"}, words)
    if target:
        styled.set("id", target)
    place = block
    while place.getparent().tag == "div" and "table-scroll" in place.getparent().get("class", ""):
        place = place.getparent()
    place.addprevious(styled)


def _wrap(paragraph: HtmlElement, style: str) -> None:
    box = DIV({"data-custom-style": style})
    box.tail, paragraph.tail = paragraph.tail, None
    paragraph.getparent().replace(paragraph, box)
    box.append(paragraph)
