"""A page under way: pieces and prose written in one language by the template, and what each stands for.

Markup is written here last, from pieces; nothing is read back from it. Prose alone, which people write, is
parsed and cleaned of all elements that are not ours.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from analysis.pieces import OwnFigure, html_of, numbers_in
from analysis.words import Number, Text, marker_element, writable
from survey.documents.blocks import Block, Prose
from survey.documents.markup import parse, select
from survey.documents.pictures import Picture, lift, read_picture, restore, stand_in, themed
from survey.words import FrontMatter, Language, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

__all__ = ["Page", "Placed", "mark_revised_in", "numbers_of", "published_page", "write_blocks"]

TEMPLATES = Path(__file__).parent / "templates"

#: The elements and attributes that prose may hold.
_ELEMENTS = frozenset([
    "a", "abbr", "aside", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "data",
    "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
])  # fmt: skip
_ATTRIBUTES = frozenset([
    "abbr", "alt", "class", "cite", "colspan", "datetime", "dir", "headers", "href", "hreflang", "id",
    "lang", "open", "role", "rowspan", "scope", "span", "src", "start", "title", "value", "width",
    "height", "reversed",
])  # fmt: skip
_ADDRESS = re.compile(r"^(#|https?:|mailto:|[\w./-]+(#|$))", re.IGNORECASE)
_IMAGE = re.compile(r"^data:image/(png|jpeg|gif|svg\+xml|webp);base64,", re.IGNORECASE)


@dataclass(frozen=True)
class Placed:
    """A block with the elements it was written as."""

    block: Block
    elements: tuple[HtmlElement, ...]


@dataclass(frozen=True)
class Page:
    """A publication in one language: its blocks, and how they were written.

    Attributes
    ----------
    front : FrontMatter
        What stands before the blocks, in the language of the page.
    blocks : tuple of Placed
    root : HtmlElement
        The whole page; a stand-in holds the place of each picture.
    pictures : mapping of int to Picture
    source : str
        The page as text, stand-ins in it.
    on_screen : bool
        Whether it is a page of the web, which names the colours of its charts for a dark one.
    """

    front: FrontMatter
    blocks: tuple[Placed, ...]
    root: HtmlElement
    pictures: Mapping[int, Picture]
    source: str
    on_screen: bool = False

    @property
    def lang(self) -> Language:
        """The language of the page."""
        return self.front.language

    @cached_property
    def text(self) -> str:
        """The page as text, pictures in their places."""
        shown = {number: themed(one) if self.on_screen else one for number, one in self.pictures.items()}
        return restore(self.source, shown)

    def main(self) -> HtmlElement:
        """Return a copy of the text's element, for a writer to take apart."""
        return copy.deepcopy(self.root.get_element_by_id("text"))

    def numbers(self) -> Iterator[tuple[Number, str]]:
        """Yield every number the page prints that names a cell, with notebook and cell."""
        for figure in self.front.key_figures:
            if figure.estimate:
                yield (
                    Number(Text.same(figure.printed), float(figure.value or "nan"), figure.estimate),
                    "cover",
                )
        for placed in self.blocks:
            for number in numbers_of(placed, self.lang):
                yield number, placed.block.where


def published_page(text: str, lang: Language) -> Page:
    """Read a page that was published, to look at what stands there: one block of markup, whoever wrote it."""
    pictures: dict[int, Picture] = {}

    def take(svg: str) -> str:
        pictures[len(pictures)] = read_picture(svg, "", "the page")
        return stand_in(len(pictures) - 1)

    source = lift(text, take)
    root = parse(source)
    front = FrontMatter(
        title="", subtitle="", wave="", organisation="", release_date="", language=lang, edition_label=""
    )
    block = Block(Prose(text, (lang,), is_markup=True), "the page", 0)
    return Page(front, (Placed(block, (root.get_element_by_id("text"),)),), root, pictures, source)


def numbers_of(placed: Placed, lang: Language) -> Iterator[Number]:
    """Yield the numbers of a block that name a cell: a piece's own, those bound in prose."""
    if not isinstance(placed.block.content, Prose):
        yield from (number for number in numbers_in(placed.block.content, lang) if number.key)
        return
    for element in placed.elements:
        for bound in select(element, "descendant-or-self::data[@data-estimate]"):
            value = _value(str(bound.get("value", "")))
            text = Text.same(" ".join(bound.text_content().split()))
            yield Number(text, value, str(bound.get("data-estimate")), str(bound.get("class", "estimate")))


def _value(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return float("nan")


def mark_revised_in(element: HtmlElement, keys: Collection[str], lang: Language) -> None:
    """Put ``[r]`` behind the revised estimates of what is no piece: the cover, and prose."""
    for bound in select(element, "descendant-or-self::data[@class='estimate']"):
        if bound.get("data-estimate") in keys:
            mark = parse(marker_element("[r]", lang)).find(".//abbr")
            mark.tail, bound.tail = bound.tail, " "
            bound.addnext(mark)


class _Exporter(HTMLExporter):  # type: ignore[misc]  # nbconvert tells no types
    """Write cells by the template alone.

    What nbconvert does after it is to parse the page anew, with a parser of Python's own, and give pictures
    without a description a sentence that describes nothing: half the time of a page, for what the gate must
    see as it is.
    """

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Write a notebook as HTML."""
        made: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return made


@cache
def _exporter(language: Language) -> _Exporter:
    """Give the exporter of a language: it reads its templates once for all publications."""
    return _Exporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_anchor_links=True,
        default_preprocessors=[],  # cells are chosen and cleaned here; each of theirs checks the whole again
        language_code=language,
    )


def write_blocks(
    blocks: Sequence[Block], front: FrontMatter
) -> tuple[HtmlElement, tuple[HtmlElement, ...], dict[int, Picture]]:
    """Write blocks by our template; return the page, the element around each block, and the pictures.

    Raises
    ------
    PublicationError
        A picture is not well-formed.
    """
    pictures: dict[int, Picture] = {}
    body = nbformat.v4.new_notebook()
    body.cells = [_written(block, place, front.language, pictures) for place, block in enumerate(blocks)]
    made, _ = _exporter(front.language).from_notebook_node(
        body, resources={"front": front, "words": words(front.language)}
    )
    page = parse(made)
    around = tuple(select(page, "//div[@data-report-cell]"))
    for element, block in zip(around, blocks, strict=True):
        if isinstance(block.content, Prose):
            _clean_block(element)
    return page, around, pictures


def _written(block: Block, place: int, lang: Language, pictures: dict[int, Picture]) -> NotebookNode:
    """Write a block as a cell for the template, its pictures taken out."""
    content = block.content
    alt = content.alt.in_(lang) if isinstance(content, OwnFigure) else ""

    def take(svg: str) -> str:
        number = len(pictures)
        pictures[number] = read_picture(svg, f"p{number + 1}", block.where, alt)
        return stand_in(number)

    told = {"report": {"notebook": block.notebook, "cell": block.cell}}
    if isinstance(content, Prose) and not content.is_markup:
        cell = nbformat.v4.new_markdown_cell(lift(writable(content.source), take), metadata=told)
        if content.attachments:
            cell["attachments"] = content.attachments
    else:
        written = (
            lift(writable(content.source), take)
            if isinstance(content, Prose)
            else writable(html_of(content, lang, take))
        )
        shown = nbformat.v4.new_output("display_data", {"text/html": written})
        cell = nbformat.v4.new_code_cell(outputs=[shown], metadata=told)
    cell["id"] = f"c{place}"  # a random one would be drawn anew each time
    return cell


def _clean_block(block: HtmlElement) -> None:
    """Keep the elements and attributes of a printed page; show any other element as text."""
    for element in list(block.iterdescendants()):
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element.tag not in _ELEMENTS:
            _show_as_text(element)
        else:
            _clean_attributes(element)


def _show_as_text(element: HtmlElement) -> None:
    """Swap an element we do not print for its own tags as text, keeping what is inside it."""
    attributes = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
    element.text = f"<{element.tag}{attributes}>" + (element.text or "")
    closing = f"</{element.tag}>"
    children: list[Any] = list(element)
    if children:
        children[-1].tail = (children[-1].tail or "") + closing
    else:
        element.text += closing
    element.drop_tag()


def _clean_attributes(element: HtmlElement) -> None:
    for name, value in list(element.attrib.items()):
        known = name in _ATTRIBUTES or name.startswith(("data-", "aria-"))
        bad_address = name in {"href", "cite"} and not _ADDRESS.match(value.strip())
        bad_picture = name == "src" and value.startswith("data:") and not _IMAGE.match(value)
        if not known or bad_address or bad_picture:
            del element.attrib[name]
