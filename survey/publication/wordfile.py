"""From the page to a Word file: pandoc writes it in our styles, `wordparts` finishes what pandoc leaves."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import typst
from lxml.html import HtmlElement, tostring
from lxml.html.builder import COL, COLGROUP, DIV, IMG, P

from survey.publication import pictures
from survey.publication.fonts import font_files
from survey.publication.front import words
from survey.publication.markup import select
from survey.publication.pandoc import convert
from survey.publication.paper import for_paper, stands_for
from survey.publication.tablewidths import Fit, fit
from survey.publication.wordparts import Word, finished
from survey.publication.wordstyles import TEXT_WIDTH, reference_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.publication.front import FrontMatter, Language

__all__ = ["wordfile"]

_PIXELS = 192  # to the inch: two to each of a screen's
_STYLED = {"notes": "Notes", "notice": "Notice", "source": "Notes"}
_ASIDES = ("key-figures", "method", "warning")
_LETTERS = {"zh": "zh-CN", "en": "en-GB"}


def wordfile(html: str, lang: Language, front: FrontMatter) -> bytes:
    """Write a page made by `assembly.assemble` as a Word file; same page, same bytes.

    A brief publication has a title block; any other a cover, and fields of contents, figures and tables.

    Parameters
    ----------
    html : str
        The page.
    lang : {"zh", "en"}
        Language of the text and of the frame's words.
    front : FrontMatter
        Cover, head and foot, and properties of the file.
    """
    main, lifted = for_paper(html)
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


def _draw(lifted: Mapping[int, str], folder: Path) -> None:
    """Write each picture as PNG: its letters in our typeface, which no reader's machine has."""
    if not lifted:
        return
    for number, picture in lifted.items():
        (folder / f"picture-{number}.svg").write_text(picture, encoding="utf-8")
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
        blocks.append(_styled("Key Label", f"{figure.label}  {figure.note}".rstrip()))
    return [*blocks, _styled("Contents Heading", "-")]


def _colophon(lang: Language, front: FrontMatter) -> list[HtmlElement]:
    if front.brief:
        return []
    wording = words(lang)
    lines = [f"{name} · {value}" for name, value in front.facts]
    return [_styled("Colophon Heading", wording.about), *(_styled("Particulars", line) for line in lines)]


def _styled(style: str, *inside: str | HtmlElement) -> HtmlElement:
    return DIV({"data-custom-style": style}, P(*inside))


def _prepare(main: HtmlElement, lifted: Mapping[int, str], *, brief: bool) -> list[Fit]:
    """Put styles' names where classes were; give what each table was fitted to, in order."""
    for stand_in in select(main, f".//span[@data-{pictures.PLACEHOLDER}]"):
        number = stands_for(stand_in)
        image = IMG(src=f"picture-{number}.png", alt=pictures.alternative_text(lifted[number]))
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


def _style_table(table: HtmlElement) -> Fit:
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
