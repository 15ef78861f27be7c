"""Executed notebooks made into one body: which cells, in which language, cleaned of all markup not ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

import nbformat
from nbconvert import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

from analysis.words import writable
from survey.documents import pictures
from survey.documents.markup import parse, select
from survey.errors import PublicationError
from survey.words import FrontMatter, Language, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

__all__ = ["Edition", "chapter_name", "one_notebook", "page_of"]

Edition = Literal["public", "internal"]

TEMPLATES = Path(__file__).parent / "templates"

_HIDDEN = {"parameters", "injected-parameters"}
_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "abbr",
        "alt",
        "class",
        "cite",
        "colspan",
        "datetime",
        "dir",
        "headers",
        "href",
        "hreflang",
        "id",
        "lang",
        "open",
        "role",
        "rowspan",
        "scope",
        "span",
        "src",
        "start",
        "title",
        "value",
        "width",
        "height",
        "reversed",
    ]
)
_ADDRESS = re.compile(r"^(#|https?:|mailto:|[\w./-]+(#|$))", re.IGNORECASE)
_IMAGE = re.compile(r"^data:image/(png|jpeg|gif|svg\+xml|webp);base64,", re.IGNORECASE)


def chapter_name(notebook: NotebookNode, position: int) -> str:
    """Name a chapter by the notebook's file, which papermill writes down, else by its place."""
    run = notebook.metadata.get("papermill", {})
    name = notebook.metadata.get("name") or PurePosixPath(str(run.get("input_path") or "")).stem
    return str(name or f"chapter-{position}")


def one_notebook(notebooks: Sequence[NotebookNode], lang: Language, edition: Edition) -> NotebookNode:
    """Merge the chapters' cells that one edition prints in one language.

    Output without a language in its metadata stays out: a frame somebody left at the end of a cell is
    not released data. Printed text, warnings and pictures in other formats stay out likewise.

    Raises
    ------
    PublicationError
        A cell of a chapter ended in an error.
    """
    merged = nbformat.v4.new_notebook()
    for position, notebook in enumerate(notebooks, start=1):
        name = chapter_name(notebook, position)
        for number, cell in enumerate(notebook.cells, start=1):
            tags = set(cell.metadata.get("tags", ()))
            if tags & _HIDDEN or ("internal" in tags and edition == "public"):
                continue
            kept = _printed(cell, tags, lang, f"{name}, cell {number}")
            if kept is not None:
                kept.metadata["report"] = {"notebook": name, "cell": number}
                kept["id"] = f"c{len(merged.cells)}"
                merged.cells.append(kept)
    return merged


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


def page_of(notebook: NotebookNode, front: FrontMatter) -> tuple[HtmlElement, dict[int, str]]:
    """Run the merged notebook through nbconvert and our template; give the parsed page and its pictures."""
    lifted: dict[int, str] = {}
    for cell in notebook.cells:
        _lift_cell(cell, lifted)
    body, _ = _exporter(front.language).from_notebook_node(
        notebook, resources={"front": front, "words": words(front.language)}
    )
    page = parse(body)
    for block in select(page, "//div[@data-report-cell]"):
        _clean_block(block)
    return page, lifted


def _printed(cell: NotebookNode, tags: set[str], lang: Language, where: str) -> NotebookNode | None:
    """Give the part of a cell that is printed, as a new cell, or None."""
    languages = tags & {"zh", "en"}
    if cell.cell_type == "markdown" and (not languages or lang in languages):
        new = NotebookNode(cell_type="markdown", metadata=NotebookNode(), source=cell.source)
        if "attachments" in cell:
            new["attachments"] = cell.attachments
        return new
    if cell.cell_type != "code":
        return None
    outputs = []
    for output in cell.outputs:
        if output.output_type == "error":
            raise PublicationError(
                f"{where} ended in {output.get('ename', 'an error')}; correct the chapter and run it again."
            )
        if output.get("metadata", {}).get("lang") == lang and "text/html" in output.get("data", {}):
            markup = output.data["text/html"]
            data = {"text/html": markup if isinstance(markup, str) else "".join(markup)}
            outputs.append(
                NotebookNode(output_type="display_data", metadata=NotebookNode(), data=NotebookNode(data))
            )
    if not outputs:
        return None
    return NotebookNode(
        cell_type="code", metadata=NotebookNode(), source="", outputs=outputs, execution_count=None
    )


def _lift_cell(cell: NotebookNode, lifted: dict[int, str]) -> None:
    place = cell.metadata["report"]
    where = f"{place['notebook']}, cell {place['cell']}"

    def lifted_from(markup: str) -> str:
        markup, found = pictures.lift(writable(markup), start=len(lifted))
        for number, picture in found.items():
            lifted[number] = pictures.clean(picture, f"p{number + 1}", where)
        return markup

    if cell.cell_type == "markdown":
        cell.source = lifted_from(cell.source)
    for output in cell.get("outputs", ()):
        output.data["text/html"] = lifted_from(output.data["text/html"])


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
