"""A draft as paragraphs of plain text and cells of tables: Markdown, HTML, Word, PDF or a notebook.

The text of a PDF keeps no tables and no order among the labels of a chart: its lines are put together as
paragraphs where they run on, and what is no sentence counts as loose. Tables of a PDF are not read.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from survey.errors import SurveyError
from survey.production.grids import Cell, cell_of, markdown_cells, page_cells
from survey.production.printed_pages import run_together

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

__all__ = ["DRAFTS", "Draft", "DraftError", "Paragraph", "read_draft", "read_page"]

_BLANK = re.compile(r"\n\s*\n")
_HAN = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BROKEN = re.compile(rf"(?<=[{_HAN}0-9%])\s*\n\s*(?=[{_HAN}0-9])")
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+]|\d+[.)])\s+|\*\*|__|`|\[|\]\([^)]*\)", re.MULTILINE)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_UNREAD = ".//script | .//style | .//svg | .//nav | .//head | .//code | .//pre | .//template"
_BLOCKS = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "td",
    "th",
    "caption",
    "figcaption",
    "blockquote",
    "dd",
    "dt",
]


class DraftError(SurveyError):
    """A draft that cannot be read: which file, why, and what to do."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a draft and where it stands: ``paragraph 3``, ``page 2``, ``cell 5``.

    A loose one is no sentence, such as a label of a chart: it speaks of no year but one that it names itself.
    """

    place: str
    text: str
    loose: bool = False


@dataclass(frozen=True)
class Draft:
    """What a draft says in sentences, and in the cells of its tables."""

    paragraphs: tuple[Paragraph, ...]
    cells: tuple[Cell, ...] = ()


def read_draft(path: Path) -> Draft:
    """Read a draft.

    Parameters
    ----------
    path : Path
        A .md, .txt, .html, .docx, .pdf or .ipynb file.

    Raises
    ------
    DraftError
        If the file is missing, of another kind, damaged, or holds no text.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DraftError(f"{path.name}: a draft is one of {', '.join(DRAFTS)}; save it as one of these")
    try:
        draft = reader(path)
    except DraftError:
        raise
    except FileNotFoundError:
        raise DraftError(f"{path.name} does not exist; check the path") from None
    except UnicodeDecodeError as error:
        raise DraftError(f"{path.name} is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except OSError as error:
        raise DraftError(
            f"{path.name} cannot be read: {error.strerror}; check the path and its rights"
        ) from None
    kept = Draft(tuple(p for p in draft.paragraphs if p.text.strip()), draft.cells)
    if not kept.paragraphs and not kept.cells:
        raise DraftError(f"{path.name} holds no text; a scanned page needs its words recognised first")
    return kept


def _split(text: str, place: str = "paragraph {}", offset: int = 0) -> list[Paragraph]:
    parts = [" ".join(_BROKEN.sub("", part).split()) for part in _BLANK.split(text)]
    full = [part for part in parts if part]
    return [Paragraph(place.format(number + offset), part) for number, part in enumerate(full, start=1)]


def _plain_markdown(text: str) -> str:
    without = _CODE.sub("", _FRONT.sub("", text))
    # a heading or list item stands by itself, however tightly it is set
    return _MARKUP.sub(
        "", re.sub(r"^(\s{0,3}(?:#{1,6}|[-*+]|\d+[.)])\s+.*)$", r"\n\1\n", without, flags=re.MULTILINE)
    )


def _markdown(path: Path) -> Draft:
    return _of_markdown(path.read_text(encoding="utf-8-sig"))


def _of_markdown(text: str) -> Draft:
    rest, cells = markdown_cells(text)
    return Draft(tuple(_split(_plain_markdown(rest))), tuple(cells))


def _html(path: Path) -> Draft:
    return read_page(path.read_text(encoding="utf-8-sig"), path.name)


def read_page(page: str, name: str) -> Draft:
    """Read an HTML page; a chapter of the kit tells the notebook and cell that a paragraph is from.

    Raises
    ------
    DraftError
        If it is no page: `name` is what the message calls it.
    """
    from lxml import etree, html  # noqa: PLC0415 - a text file needs no parser of pages

    try:
        root = html.document_fromstring(page)
    except (etree.ParserError, ValueError):
        raise DraftError(f"{name} holds no page; open it and save it again as HTML") from None
    for element in cast("list[HtmlElement]", root.xpath(_UNREAD)):
        element.drop_tree()
    cells = page_cells(root)
    for table in cast("list[HtmlElement]", root.xpath(".//table")):
        table.drop_tree()
    for line_break in cast("list[HtmlElement]", root.xpath(".//br")):
        line_break.tail = f"\n{line_break.tail or ''}"  # a line of its own is a sentence of its own
    blocks = list(root.iter(*_BLOCKS))
    inner = [block for block in blocks if not any(child.tag in _BLOCKS for child in block.iterdescendants())]
    texts = [_text_of(block) for block in inner]
    told = [(text, cell_of(block)) for text, block in zip(texts, inner, strict=True) if text]
    told = told or [(_text_of(root), "")]
    paragraphs = [
        Paragraph(place or f"paragraph {number}", text) for number, (text, place) in enumerate(told, start=1)
    ]
    return Draft(tuple(paragraphs), tuple(cells))


def _text_of(element: HtmlElement) -> str:
    lines = str(element.text_content()).split("\n") if element.find(".//br") is not None else None
    if lines is None:
        return " ".join(str(element.text_content()).split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _word(path: Path) -> Draft:
    import pypandoc  # noqa: PLC0415 - pandoc is started for Word files alone

    if not path.exists():
        raise FileNotFoundError
    try:
        page = pypandoc.convert_file(str(path), "html", format="docx", extra_args=["--wrap=none"])
    except RuntimeError:
        raise DraftError(f"{path.name} is no Word document; open it in Word and save it as .docx") from None
    if not str(page).strip():
        return Draft(())
    return read_page(str(page), path.name)


def _pdf(path: Path) -> Draft:
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - needed for PDF files alone
        from pypdf.errors import (  # noqa: PLC0415 - as above
            DependencyError,
            FileNotDecryptedError,
            PyPdfError,
        )
    except ImportError:
        raise DraftError(
            f"{path.name}: reading PDF needs the package pypdf; install it with `pip install pypdf`"
        ) from None
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise DraftError(f"{path.name} cannot be read as PDF; print it to a new PDF and try again")
    # the reader tells of every oddity of a file that it can read all the same
    told = logging.getLogger("pypdf")
    level = told.level
    told.setLevel(logging.CRITICAL)
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except (FileNotDecryptedError, DependencyError):
        raise DraftError(
            f"{path.name} is locked with a password; save a copy without one and try again"
        ) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DraftError(f"{path.name} cannot be read as PDF; print it to a new PDF and try again") from None
    finally:
        told.setLevel(level)
    return Draft(tuple(Paragraph(f"page {page}", text, loose) for page, text, loose in run_together(pages)))


def _notebook(path: Path) -> Draft:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return _of_notebook(cells)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DraftError(f"{path.name} is no notebook: its JSON is broken; restore the file") from None


def _of_notebook(cells: list[dict[str, Any]]) -> Draft:
    paragraphs: list[Paragraph] = []
    tabled: list[Cell] = []
    for number, cell in enumerate(cells, start=1):
        place = f"cell {number}"
        parts = [_of_markdown("".join(cell["source"]))] if cell.get("cell_type") == "markdown" else []
        for output in cell.get("outputs", []):
            page = "".join(output.get("data", {}).get("text/html", ""))
            if page.strip():
                parts.append(read_page(page, place))
        paragraphs += [replace(p, place=place) for part in parts for p in part.paragraphs]
        tabled += [replace(c, place=place) for part in parts for c in part.cells]
    return Draft(tuple(paragraphs), tuple(tabled))


_READERS = {
    ".md": _markdown,
    ".txt": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _word,
    ".pdf": _pdf,
    ".ipynb": _notebook,
}
DRAFTS = tuple(_READERS)
