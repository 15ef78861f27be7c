"""Executed notebooks to one semantic HTML page for each language.

The order of work: read pieces and prose (`blocks`), mark what is revised, write them (`page`), gather
chapters, number and refer, frame tables, then fonts and style (`web_page`). Pictures travel beside the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml.html import HtmlElement, fromstring
from lxml.html.builder import CAPTION, CLASS, DETAILS, DIV, LI, OL, SECTION, SPAN, SUMMARY, A, P

from analysis.pieces import with_numbers
from survey.documents.blocks import Prose, read_blocks
from survey.documents.markup import text_of
from survey.documents.page import Page, Placed, mark_revised_in, write_blocks
from survey.documents.pictures import PLACEHOLDER
from survey.documents.web_page import bare, finish
from survey.errors import PublicationError
from survey.words import FrontMatter, Language, Words, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from nbformat import NotebookNode

    from analysis.words import Number
    from survey.documents.blocks import Block, Edition
    from survey.documents.page_controls import Live

__all__ = [
    "Labelled",
    "NumberedHeading",
    "assemble",
    "contents_list",
    "number_figures",
    "number_headings",
    "number_tables",
    "resolve_references",
]

# Numbers of headings, figures and tables, given once, here; contents and references made from them.


_HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
_NUMERALS = "一二三四五六七八九十"
_FURNITURE = "ancestor::aside or ancestor::figure or ancestor::table"


@dataclass(frozen=True)
class NumberedHeading:
    """Hold one numbered heading of the text: level 1 for a chapter."""

    level: int
    number: str
    text: str
    target: str


@dataclass(frozen=True)
class Labelled:
    """Hold one numbered figure or table: its label (`图 3`), its caption and where it is."""

    label: str
    caption: str
    target: str


def number_headings(main: HtmlElement, words: Words | None = None) -> list[NumberedHeading]:
    """Move headings one level down (the cover holds the only h1), give each a number and a lasting id.

    Headings of the class `listed`, as articles have them, are counted as their language does: 一、 in
    Chinese, not at all in English.

    The id is made of the notebook's name and the heading's place in it, so that it is the same in both
    languages and stays when chapters before it come or go.
    """
    found: list[NumberedHeading] = []
    counters = [0] * 6
    within: dict[str, int] = {}
    for element in main.xpath(f".//*[{_HEADINGS}]"):
        level = int(element.tag[1])
        element.tag = f"h{min(level + 1, 6)}"
        if element.xpath(_FURNITURE):
            continue
        counters[level - 1] += 1
        counters[level:] = [0] * (6 - level)
        number = ".".join(str(count) for count in counters[:level])
        target = _heading_id(element, within)
        text = text_of(element)
        if "listed" in element.classes:
            number = _counted(counters[0], words)
            if number:
                element.text = f"{number}{element.text or ''}"
        elif text:
            _put_first(element, number)
        found.append(NumberedHeading(level, number, text, target))
    return found


def _counted(place: int, words: Words | None) -> str:
    """Count a section of an article in Chinese, up to ten; English leaves sections uncounted."""
    chinese = words is not None and words.tag.startswith("zh")
    return f"{_NUMERALS[place - 1]}、" if chinese and place <= len(_NUMERALS) else ""


def number_figures(main: HtmlElement, words: Words) -> list[Labelled]:
    """Give figures their numbers in one sequence; name the table of data behind each after it."""
    found: list[Labelled] = []
    for figure in main.xpath(".//figure"):
        if figure.xpath("ancestor::figure"):
            continue
        label = words.figure.format(len(found) + 1)
        caption = figure.find(".//figcaption")
        text = text_of(caption) if caption is not None else ""
        if caption is not None:
            _put_first(caption, label)
            caption.drop_tree()  # read first, as it is seen first
            caption.tail = None
            figure.insert(0, caption)
        for table in figure.xpath(".//table[not(caption)]"):
            table.insert(0, CAPTION(words.data_of.format(label)))
        found.append(Labelled(label, text, figure.get("id", "")))
    return found


def number_tables(main: HtmlElement, words: Words) -> list[Labelled]:
    """Give numbers, in one sequence, to the tables outside figures in one sequence."""
    found: list[Labelled] = []
    for table in main.xpath(".//table[not(ancestor::figure) and caption]"):
        label = words.table.format(len(found) + 1)
        caption = table.find("caption")
        text = text_of(caption)
        _put_first(caption, label)
        found.append(Labelled(label, text, table.get("id", "")))
    return found


def resolve_references(main: HtmlElement, words: Words, *lists: Iterable[NumberedHeading | Labelled]) -> None:
    """Write the number of its target into each empty reference.

    A reference to nothing shows the address it names, for the gate to find and for an author to read.
    """
    labels: dict[str, str] = {}
    for entries in lists:
        for entry in entries:
            labels[entry.target] = (
                words.section.format(entry.number) if isinstance(entry, NumberedHeading) else entry.label
            )
    for link in main.xpath(".//a[starts-with(@href, '#')]"):
        if not text_of(link) and not len(link):
            target = link.get("href")[1:]
            link.text = labels.get(target, f"[{target}?]")
            link.set("class", "ref")


def contents_list(entries: Sequence[NumberedHeading], deepest: int = 2) -> HtmlElement:
    """Give the nested list of headings down to a level."""
    top = OL()
    open_lists: list[tuple[int, HtmlElement]] = [(1, top)]
    for entry in entries:
        if entry.level > deepest:
            continue
        while open_lists[-1][0] > entry.level and len(open_lists) > 1:
            open_lists.pop()
        if entry.level > open_lists[-1][0] and len(open_lists[-1][1]):
            inner = OL()
            open_lists[-1][1][-1].append(inner)
            open_lists.append((entry.level, inner))
        open_lists[-1][1].append(
            LI(A(SPAN(entry.number, {"class": "number"}), " ", entry.text, href=f"#{entry.target}"))
        )
    return top


def _heading_id(element: HtmlElement, within: dict[str, int]) -> str:
    notebook = str((element.xpath("ancestor-or-self::*[@data-notebook][1]/@data-notebook") or [""])[0])
    slug = re.sub(r"[^\w]+", "-", re.sub(r"^[\d_.-]+", "", notebook)).strip("-").lower() or "chapter"
    within[slug] = within.get(slug, 0) + 1
    if not element.get("id"):
        element.set("id", f"sec-{slug}" if within[slug] == 1 else f"sec-{slug}-{within[slug]}")
    return str(element.get("id"))


def _put_first(element: HtmlElement, number: str) -> None:
    mark = fromstring('<span class="number"></span>')
    mark.text = number
    mark.tail = " " + (element.text or "").lstrip()
    element.text = None
    element.insert(0, mark)


_LONG = 30  # rows from which a table on screen scrolls within its own frame


def assemble(
    notebooks: Sequence[NotebookNode],
    lang: Language,
    edition: Edition,
    front: FrontMatter,
    live: Live | None = None,
    *,
    revised: Collection[str] = (),
    on_screen: bool = True,
) -> Page:
    """Make one self-contained page of executed chapters, in one language.

    Parameters
    ----------
    notebooks : sequence of NotebookNode
        Executed chapters in the order of the report.
    lang : {"zh", "en"}
        Language whose cells and outputs are printed.
    edition : {"public", "internal"}
        The public edition leaves out cells tagged `internal`.
    front : FrontMatter
        What stands before the first chapter, in the same language.
    live : Live, optional
        What the numbers rest on, shown by cards on the page; without it numbers are plain.
    revised : collection of str
        Keys of the estimates that are marked ``[r]``.
    on_screen : bool
        False where the page is only the source of other files: it comes without typefaces, style and script.

    Raises
    ------
    PublicationError
        A cell ended in an error, a picture is malformed, nothing is left to print, or the front matter
        is in another language.

    Examples
    --------
    >>> page = assemble([nbformat.read("01-overview.ipynb", 4)], "zh", "public", front)  # doctest: +SKIP
    """
    if front.language != lang:
        raise PublicationError(
            f"The front matter is in {front.language!r}, the page in {lang!r}; pass the one of that language."
        )
    blocks = [_marked(block, revised) for block in read_blocks(notebooks, edition) if block.is_of(lang)]
    if not blocks:
        raise PublicationError(
            f"The {edition} edition has nothing to print in {lang!r}: no markdown cell is tagged {lang!r} or "
            f"untagged, and no output is a piece or carries the metadata lang={lang!r}."
        )
    root, around, pictures = write_blocks(blocks, front)
    placed = _gather_chapters(root.get_element_by_id("text"), blocks, around)
    if revised:
        mark_revised_in(root.get_element_by_id("cover"), revised, lang)
        for one in placed:
            if isinstance(one.block.content, Prose):
                for element in one.elements:
                    mark_revised_in(element, revised, lang)
    _number(root, words(lang))
    source = finish(root, pictures, lang, live) if on_screen else bare(root)
    return Page(front, placed, root, pictures, source, on_screen)


def _marked(block: Block, revised: Collection[str]) -> Block:
    """Put ``[r]`` behind the revised estimates of a piece."""
    if not revised or isinstance(block.content, Prose):
        return block

    def mark(number: Number) -> Number:
        is_revised = number.column == "estimate" and number.key in revised
        return replace(number, mark="[r]") if is_revised else number

    return replace(block, content=with_numbers(block.content, mark))


def _number(page: HtmlElement, wording: Words) -> None:
    """Give headings, figures and tables numbers, refer to them, list them, frame what is wide."""
    main = page.get_element_by_id("text")
    headings = number_headings(main, wording)
    figures = number_figures(main, wording)
    tables = number_tables(main, wording)
    resolve_references(main, wording, headings, figures, tables)
    nav = page.get_element_by_id("contents")
    nav.append(P(wording.contents, {"id": "contents-title", "class": "title"}))
    nav.append(contents_list(headings))
    for name, entries in ((wording.figures, figures), (wording.tables, tables)):
        if entries:
            nav.append(_list_of(name, entries))
    _frame_pictures(main, wording)
    _frame_tables(main, wording)


def _gather_chapters(
    main: HtmlElement, blocks: Sequence[Block], around: Sequence[HtmlElement]
) -> tuple[Placed, ...]:
    """Unwrap the blocks: each element carries its notebook and cell, each notebook is one section."""
    section: HtmlElement | None = None
    placed = []
    for block, wrapper in zip(blocks, around, strict=True):
        if section is None or section.get("data-notebook") != block.notebook:
            section = SECTION(CLASS("chapter"))
            section.set("data-notebook", block.notebook)
            main.append(section)
        _wrap_loose_text(wrapper)
        elements = tuple(wrapper)
        for element in elements:
            element.set("data-notebook", block.notebook)
            element.set("data-cell", str(block.cell))
            element.tail = "\n"
            section.append(element)
        main.remove(wrapper)
        placed.append(Placed(block, elements))
    return tuple(placed)


def _wrap_loose_text(cell: HtmlElement) -> None:
    """Give text that stands in no element a paragraph of its own."""
    if (cell.text or "").strip():
        cell.insert(0, P(cell.text))
    cell.text = None
    for block in list(cell):
        if (block.tail or "").strip():
            block.addnext(P(block.tail))
            following = block.getnext()
            following.text, following.tail = (following.text or "").strip(), None
        block.tail = None


def _list_of(name: str, entries: Sequence[Labelled]) -> HtmlElement:
    items = [
        LI(A(SPAN(entry.label, CLASS("number")), " ", entry.caption, href=f"#{entry.target}"))
        for entry in entries
    ]
    return DETAILS(SUMMARY(name), OL(*items))


def _frame_pictures(main: HtmlElement, wording: Words) -> None:
    """Put each chart into a box that scrolls on a narrow screen, where its words would shrink to nothing."""
    for figure in main.iter("figure"):
        label = figure.find(".//span[@class='number']")
        name = wording.picture if label is None else label.text
        for stand_in in figure.xpath(f"./span[@data-{PLACEHOLDER}] | ./p/span[@data-{PLACEHOLDER}]"):
            box = DIV(CLASS("picture"), {"tabindex": "0", "role": "group", "aria-label": name})
            stand_in.getparent().replace(stand_in, box)
            box.append(stand_in)


def _frame_tables(main: HtmlElement, wording: Words) -> None:
    """Put each table into a box that scrolls by itself, can be reached by keyboard, and has a name."""
    for position, table in enumerate(main.xpath(".//table"), start=1):
        caption = table.find("caption")
        box = DIV(CLASS("table-scroll"), {"tabindex": "0", "role": "region"})
        if caption is not None:
            inner = SPAN(CLASS("caption-text"), {"id": f"caption-{position}"})
            inner.text, caption.text = caption.text, None
            for child in list(caption):
                inner.append(child)
            caption.append(inner)
            _name_box(box, table, f"caption-{position}", wording)
        else:
            box.set("aria-label", wording.data_table)
        if len(table.xpath("./tbody/tr")) > _LONG:
            box.classes.add("long")
        for name in ("data-notebook", "data-cell"):
            if table.get(name):
                box.set(name, table.get(name))
        tail, table.tail = table.tail, None
        parent = table.getparent()
        parent.replace(table, box)
        box.append(table)
        box.tail = tail


def _name_box(box: HtmlElement, table: HtmlElement, caption: str, wording: Words) -> None:
    """Name a table's box by its caption, one behind a chart by the chart's number: titles may be alike."""
    figure = next(table.iterancestors("figure"), None)
    number = None if figure is None else figure.find(".//span[@class='number']")
    if number is None:
        box.set("aria-labelledby", caption)
    else:
        box.set("aria-label", wording.data_of.format(number.text))
