"""A draft as paragraphs of plain text: Markdown, HTML, Word, PDF or a notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from survey.errors import SurveyError

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

__all__ = ["DRAFTS", "DraftError", "Paragraph", "read_draft"]

_BLANK = re.compile(r"\n\s*\n")
_HAN = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BROKEN = re.compile(rf"(?<=[{_HAN}0-9%])\s*\n\s*(?=[{_HAN}0-9])")
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+]|\d+[.)])\s+|\*\*|__|`|\[|\]\([^)]*\)", re.MULTILINE)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_CODE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_TABLE_RULE = re.compile(r"^[\s|:+=-]+$", re.MULTILINE)
_UNREAD = (
    ".//script | .//style | .//svg | .//nav | .//head | .//code | .//pre | "
    ".//details[contains(@class, 'data')] | .//table"
)
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
    """One paragraph of a draft and where it stands: ``paragraph 3``, ``page 2``, ``cell 5``."""

    place: str
    text: str


def read_draft(path: Path) -> tuple[Paragraph, ...]:
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
        paragraphs = reader(path)
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
    kept = tuple(p for p in paragraphs if p.text.strip())
    if not kept:
        raise DraftError(f"{path.name} holds no text; a scanned page needs its words recognised first")
    return kept


def _split(text: str, place: str = "paragraph {}", offset: int = 0) -> list[Paragraph]:
    parts = [" ".join(_BROKEN.sub("", part).split()) for part in _BLANK.split(text)]
    full = [part for part in parts if part]
    return [Paragraph(place.format(number + offset), part) for number, part in enumerate(full, start=1)]


def _plain_markdown(text: str) -> str:
    without = _CODE.sub("", _FRONT.sub("", text))
    lines = _TABLE_RULE.sub("", without).replace("|", " ")
    # a heading or list item stands by itself, however tightly it is set
    return _MARKUP.sub(
        "", re.sub(r"^(\s{0,3}(?:#{1,6}|[-*+]|\d+[.)])\s+.*)$", r"\n\1\n", lines, flags=re.MULTILINE)
    )


def _markdown(path: Path) -> list[Paragraph]:
    return _split(_plain_markdown(path.read_text(encoding="utf-8-sig")))


def _html(path: Path) -> list[Paragraph]:
    from lxml import etree, html  # noqa: PLC0415 - a text file needs no parser of pages

    try:
        root = html.document_fromstring(path.read_text(encoding="utf-8-sig"))
    except etree.ParserError:
        raise DraftError(f"{path.name} holds no page; open it and save it again as HTML") from None
    for element in cast("list[HtmlElement]", root.xpath(_UNREAD)):
        element.drop_tree()
    blocks = list(root.iter(*_BLOCKS))
    inner = [block for block in blocks if not any(child.tag in _BLOCKS for child in block.iterdescendants())]
    texts = [_text_of(block) for block in inner]
    if not any(texts):
        texts = [_text_of(root)]
    return [
        Paragraph(f"paragraph {number}", text) for number, text in enumerate(filter(None, texts), start=1)
    ]


def _text_of(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _word(path: Path) -> list[Paragraph]:
    import pypandoc  # noqa: PLC0415 - pandoc is started for Word files alone

    if not path.exists():
        raise FileNotFoundError
    try:
        text = pypandoc.convert_file(str(path), "plain", format="docx", extra_args=["--wrap=none"])
    except RuntimeError:
        raise DraftError(f"{path.name} is no Word document; open it in Word and save it as .docx") from None
    return _split(str(text))


def _pdf(path: Path) -> list[Paragraph]:
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - needed for PDF files alone
        from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above
    except ImportError:
        raise DraftError(
            f"{path.name}: reading PDF needs the package pypdf; install it with `pip install pypdf`"
        ) from None
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except (PyPdfError, ValueError, KeyError):
        raise DraftError(f"{path.name} cannot be read as PDF; print it to a new PDF and try again") from None
    # lines of a printed page are broken where they are full: a sentence goes on over them
    return [
        Paragraph(f"page {number}", " ".join(_BROKEN.sub("", text).split()))
        for number, text in enumerate(pages, start=1)
    ]


def _notebook(path: Path) -> list[Paragraph]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise DraftError(f"{path.name} is no notebook: its JSON is broken; restore the file") from None
    found: list[Paragraph] = []
    for number, cell in enumerate(cells, start=1):
        if cell.get("cell_type") == "markdown":
            parts = _split(_plain_markdown("".join(cell["source"])))
            found += [Paragraph(f"cell {number}", part.text) for part in parts]
        for output in cell.get("outputs", []):
            page = "".join(output.get("data", {}).get("text/html", ""))
            found += [Paragraph(f"cell {number}", text) for text in _statements(page)]
    return found


def _statements(page: str) -> list[str]:
    """Give the sentences among a cell's outputs; tables and charts are figures, held by the gate."""
    from lxml import html  # noqa: PLC0415 - a notebook without outputs needs no parser

    if not page.strip():
        return []
    root = html.fragment_fromstring(page, create_parent="div")
    sentences = cast("list[HtmlElement]", root.xpath(".//p[not(ancestor::figure)]"))
    return [_text_of(sentence) for sentence in sentences]


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
