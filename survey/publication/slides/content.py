"""What the cells of a slide hold: read from the cleaned page, block by block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml.html.builder import P

from survey.publication import pictures
from survey.publication.faults import Fault
from survey.publication.markup import text_of
from survey.publication.slides.deck import Card, Paragraph, Picture, Run, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

__all__ = ["Content", "keys_of", "read"]

_HEADING = re.compile(r"h([1-6])")
_LISTS = frozenset({"ul", "ol"})
_BOXES = frozenset({"div", "section", "aside", "blockquote"})
_STRONG = frozenset({"strong", "b", "data"})
_SPACE = re.compile(r"\s+")
_NO_CHART = "a picture is no SVG; draw it with one of the chapter's charts."
_SECOND = (
    "there are two charts or tables on one slide; mark the cell of the second as `subslide`: "
    "one message a slide."
)


@dataclass
class Content:
    """The pieces of one slide as they are found, in order.

    `level` is that of the heading, 0 where a headline stands in its place; `heads` asks for the list of
    heads.
    """

    title: str = ""
    level: int = 0
    heading: str = ""
    body: list[Paragraph] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    picture: Picture | None = None
    table: Table | None = None
    source: str = ""
    heads: bool = False
    faults: list[Fault] = field(default_factory=list)


def keys_of(blocks: list[HtmlElement]) -> list[str]:
    """Return the keys of all numbers in some blocks, each once, in order."""
    found = [str(key) for block in blocks for key in block.xpath(".//data/@data-estimate")]
    return list(dict.fromkeys(key for key in found if key))


def read(blocks: list[HtmlElement], drawn: Mapping[int, str], where: str) -> Content:
    """Read the blocks of a slide.

    Parameters
    ----------
    blocks : list of HtmlElement
        One for each cell.
    drawn : mapping of int to str
        The SVG behind each stand-in.
    where : str
        Notebook and cell the slide begins with, for faults.
    """
    content = Content()
    for block in blocks:
        for element in _elements(block):
            _take(content, element, drawn, where)
    return content


def _elements(block: HtmlElement) -> list[HtmlElement]:
    """Return a block's elements, loose text between them as paragraphs."""
    found: list[HtmlElement] = []
    texts = [(block.text, 0), *((child.tail, n) for n, child in enumerate(block, start=1))]
    loose = {n: text for text, n in texts if (text or "").strip()}
    for n in range(len(block) + 1):
        if n:
            found.append(block[n - 1])
        if n in loose:
            found.append(P(loose[n]))
    return found


def _take(content: Content, element: HtmlElement, drawn: Mapping[int, str], where: str) -> None:
    classes = set((element.get("class") or "").split())
    heading = _HEADING.fullmatch(element.tag)
    if heading:
        _take_heading(content, int(heading[1]), text_of(element))
    elif element.tag == "figure":
        _take_picture(content, element, drawn, where)
    elif element.tag == "table":
        _take_table(content, element, where)
    elif "box" in classes:
        content.cards.append(_card(element))
    elif element.tag in _LISTS and "heads" in classes:
        content.heads = True
    elif element.tag in _LISTS:
        content.body += [Paragraph(runs, bullet=True) for li in element.iter("li") if (runs := _runs(li))]
    elif element.tag in _BOXES:
        for inner in _elements(element):
            _take(content, inner, drawn, where)
    elif "notes" in classes:
        pass  # what marks of a table mean is for the report, which has room
    else:
        _take_text(content, element, where)


def _take_heading(content: Content, level: int, text: str) -> None:
    if not content.heading and not content.body:
        content.heading, content.level = text, level
    else:
        content.body.append(Paragraph((Run(text, strong=True),)))


def _take_text(content: Content, element: HtmlElement, where: str) -> None:
    claim = element.get("data-claim")
    if claim == "headline" and not content.title:
        content.title = text_of(element)
    elif claim == "source":
        content.source = text_of(element)
    elif element.xpath("descendant-or-self::img"):
        content.faults.append(Fault("picture", "error", _NO_CHART, where))
    elif runs := _runs(element):
        content.body.append(Paragraph(runs))


def _take_picture(content: Content, figure: HtmlElement, drawn: Mapping[int, str], where: str) -> None:
    stand_ins = figure.xpath(f".//span[@data-{pictures.PLACEHOLDER}]")
    if not stand_ins or _is_second(content, where):
        if not stand_ins:
            content.faults.append(Fault("picture", "error", _NO_CHART, where))
        return
    svg = drawn[int(stand_ins[0].get(f"data-{pictures.PLACEHOLDER}"))]
    slug = (figure.get("id") or "").removeprefix("fig-")
    content.picture = Picture(slug, svg, pictures.alternative_text(svg))


def _take_table(content: Content, table: HtmlElement, where: str) -> None:
    if _is_second(content, where):
        return
    if table.xpath(".//*[@colspan > 1 or @rowspan > 1]"):
        message = "a table with joined cells is too much for a slide; show part of it, or draw it."
        content.faults.append(Fault("table", "error", message, where))
        return
    rows = [tuple(text_of(cell) for cell in row) for row in table.xpath(".//tr")]
    headed = bool(table.xpath("./thead"))
    caption = "".join(text_of(one) for one in table.xpath("./caption"))
    content.table = Table(caption, rows[0] if headed else (), tuple(rows[1:] if headed else rows))


def _is_second(content: Content, where: str) -> bool:
    """Find fault with a second chart or table on a slide."""
    if content.picture or content.table:
        content.faults.append(Fault("picture", "error", _SECOND, where))
        return True
    return False


def _card(box: HtmlElement) -> Card:
    def of(kind: str) -> str:
        return "".join(text_of(one) for one in box.xpath(f"./p[@class='{kind}']"))

    sentences = box.xpath("./p[@data-claim]")
    return Card(of("figure"), of("label"), tuple(Paragraph(_runs(sentence)) for sentence in sentences))


def _runs(element: HtmlElement) -> tuple[Run, ...]:
    """Return the text of an element, its strong words and its numbers set off."""
    found: list[Run] = []

    def gather(node: HtmlElement, strong: bool) -> None:
        here = strong or node.tag in _STRONG
        _add(found, node.text, here)
        for child in node:
            gather(child, here)
            _add(found, child.tail, here)

    gather(element, strong=False)
    if found:
        found[0] = Run(found[0].text.lstrip(), found[0].strong)
        found[-1] = Run(found[-1].text.rstrip(), found[-1].strong)
    return tuple(run for run in found if run.text)


def _add(found: list[Run], text: str | None, strong: bool) -> None:
    if text:
        even = _SPACE.sub(" ", text)
        if found and found[-1].strong == strong:
            found[-1] = Run(found[-1].text + even, strong)
        else:
            found.append(Run(even, strong))
