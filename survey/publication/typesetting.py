"""From the page to PDF/UA and PDF/A: pandoc writes Typst through our filter, Typst sets it in our faces."""

from __future__ import annotations

import base64
import json
import re
import tempfile
from dataclasses import asdict
from pathlib import Path

import typst
from lxml.html import HtmlElement, tostring
from lxml.html.builder import IMG, P

from survey.errors import PublicationError
from survey.publication import pictures
from survey.publication.fonts import FAMILIES, font_files
from survey.publication.front import FrontMatter, Language, words
from survey.publication.pandoc import convert
from survey.publication.paper import dated, for_paper, stands_for
from survey.publication.rowheads import with_row_heads
from survey.publication.tablewidths import LONGEST_WORD, fit

__all__ = ["typeset", "typst_source"]

TEMPLATES = Path(__file__).parent / "templates" / "typst"
_CLASSED = ".//p[@class='statement'] | .//p[@class='notes' and not(ancestor::div[@class='table-block'])]"
_KEPT = "contains(@class, 'table-block') or contains(@class, 'cards') or @class='card'"
_BOXED = "ancestor::li or ancestor::blockquote or ancestor::div[contains(@class, 'aside')]"
_LONG_WORD = re.compile(rf"[!-\u024f]{{{LONGEST_WORD}}}(?=[!-\u024f])")
_DATA_ADDRESS = re.compile(
    r"^data:image/(?P<kind>png|jpeg|gif|svg\+xml|webp);base64,(?P<body>.+)$", re.DOTALL
)


def typeset(html: str, lang: Language, front: FrontMatter) -> bytes:
    """Set a page made by `assembly.assemble` as PDF/UA-1 and PDF/A-2a at once; same page, same bytes.

    Parameters
    ----------
    html : str
        The page.
    lang : {"zh", "en"}
        Language of hyphenation, punctuation and the frame's words.
    front : FrontMatter
        Cover, running heads and notice.

    Raises
    ------
    PublicationError
        Typst refused the document (a picture without alternative text, say) or is missing a font.
    """
    files = font_files()
    source, images = typst_source(html, lang)
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


def typst_source(html: str, lang: Language) -> tuple[str, dict[str, bytes]]:
    """Give the Typst text of a page and the image files it names."""
    body, images = _prepared(html)
    made = convert(
        body,
        "typst",
        "--wrap=none",
        "--shift-heading-level-by=-1",
        f"--lua-filter={TEMPLATES / 'report.lua'}",
        f"--metadata=lang:{words(lang).tag}",
    )
    head = '#import "report.typ": *\n#show: report\n\n'
    return head + made, images


def _prepared(html: str) -> tuple[str, dict[str, bytes]]:
    """Give the body fit for print, pictures swapped for files."""
    main, lifted = for_paper(html)
    images: dict[str, bytes] = {}
    for stand_in in main.xpath(f".//span[@data-{pictures.PLACEHOLDER}]"):
        number = stands_for(stand_in)
        name = f"picture-{number}.svg"
        images[name] = lifted[number].encode()
        _swap(stand_in, IMG(src=name, alt=pictures.alternative_text(lifted[number])))
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
    found = _DATA_ADDRESS.match(image.get("src", ""))
    if found:
        name = f"{stem}.{found['kind'].removesuffix('+xml')}"
        images[name] = base64.b64decode(found["body"])
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
