"""Executed notebooks to one semantic HTML page for each language.

The order of work: choose cells (`chapters`), run nbconvert, gather blocks into chapters, number and
refer (`numbering`), frame tables, then fonts and style (`webpage`). Pictures travel beside the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.html.builder import CLASS, DETAILS, DIV, LI, OL, SECTION, SPAN, SUMMARY, A, P

from survey.errors import PublicationError
from survey.publication.chapters import Edition, one_notebook, page_of
from survey.publication.front import FrontMatter, Language, Words, words
from survey.publication.numbering import (
    Labelled,
    contents_list,
    number_figures,
    number_headings,
    number_tables,
    resolve_references,
)
from survey.publication.pictures import PLACEHOLDER
from survey.publication.webpage import bare, finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement
    from nbformat import NotebookNode

    from survey.publication.controls import Live

__all__ = ["assemble"]

_LONG = 30  # rows from which a table on screen scrolls within its own frame


def assemble(
    notebooks: Sequence[NotebookNode],
    lang: Language,
    edition: Edition,
    front: FrontMatter,
    live: Live | None = None,
    *,
    on_screen: bool = True,
) -> str:
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
        What the numbers rest on, told by cards on the page; without it numbers are plain.
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
    merged = one_notebook(notebooks, lang, edition)
    if not merged.cells:
        raise PublicationError(
            f"The {edition} edition has nothing to print in {lang!r}: no markdown cell is tagged {lang!r} or "
            f"untagged, and no output carries the metadata lang={lang!r}."
        )
    page, pictures = page_of(merged, front)
    main = page.get_element_by_id("text")
    _gather_chapters(main)
    wording = words(lang)
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
    return finish(page, pictures, lang, live) if on_screen else bare(page, pictures)


def _gather_chapters(main: HtmlElement) -> None:
    """Unwrap the cells: each block carries its notebook and cell, each notebook is one section."""
    section: HtmlElement | None = None
    for cell in main.xpath("./div[@data-report-cell]"):
        name, number = cell.get("data-notebook"), cell.get("data-report-cell")
        if section is None or section.get("data-notebook") != name:
            section = SECTION(CLASS("chapter"))
            section.set("data-notebook", name)
            main.append(section)
        _wrap_loose_text(cell)
        for block in list(cell):
            block.set("data-notebook", name)
            block.set("data-cell", number)
            block.tail = "\n"
            section.append(block)
        main.remove(cell)


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
            box.set("aria-labelledby", f"caption-{position}")
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
