"""A draft as paragraphs of plain text and cells of tables: Markdown, HTML, Word, PDF or a notebook.

The text of a PDF keeps no tables and no order among the labels of a chart: its lines are put together as
paragraphs where they run on, and what is no sentence counts as loose. Tables of a PDF are not read.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from survey.errors import SurveyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lxml.html import HtmlElement

__all__ = [
    "DRAFTS",
    "Cell",
    "Draft",
    "DraftError",
    "Paragraph",
    "cell_of",
    "markdown_cells",
    "page_cells",
    "read_draft",
    "read_page",
    "run_together",
]

# Lines of printed pages put together as paragraphs; what is no sentence is told apart.
#
# A line runs on where it is as long as its page is wide. Contents with their leaders, running numbers and rows
# of bare figures are left out: they say nothing by themselves.


_HAN_CHARACTER = r"\u2018-\u201f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_LEADERS = re.compile(r"(?:[.·…]\s*){5,}")
_NUMBER = re.compile(r"[+\-\u2212]?\d[\d.,]*\s*%?")
_WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
_ENDS = re.compile(r"[。！？!?；;:：]\s*[”\"’)）]?$|[a-z0-9%)\]”]\.\s*$")
_CLAUSE = re.compile(r"[，。；]|[,;.] ")
_CAPTION = re.compile(r"(?:图|表|Figure|Table|Fig\.)\s*\d")
_SPACED = re.compile(rf"(?<=[{_HAN_CHARACTER}]) (?=\S)|(?<=\S) (?=[{_HAN_CHARACTER}])")
#: A line this much of the longest lines runs on into the next.
_FULL = 0.85
#: Bare figures in a row that make a line a row of a table or an axis.
_ROW = 3
_WIDE = frozenset({"W", "F"})


def run_together(pages: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Put the lines of each page together: page, text, and whether it is loose."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    full = _FULL * _longest(line for page in lines for line in page)
    held = ""
    for number, page in enumerate(lines, start=1):
        for line in page:
            if held and not _may_follow(held, line):
                yield number, _tidy(held), _loose(held, full)
                held = ""
            if not held and _bare(line):
                continue
            held = _joined(held, line)
            if not _runs_on(line, full):
                yield number, _tidy(held), _loose(held, full)
                held = ""
        if held:
            yield number, _tidy(held), _loose(held, full)
            held = ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)


def _longest(lines: Iterable[str]) -> int:
    """Give the width of full lines: that of the longest few in a hundred, rows of figures left out."""
    widths = sorted(_width(line.strip()) for line in lines if not _bare(line))
    return widths[len(widths) * 98 // 100] if widths else 0


def _runs_on(line: str, full: float) -> bool:
    return line.endswith("\u00ad") or _width(line.strip()) >= full


def _may_follow(held: str, line: str) -> bool:
    """Whether a line can go on a text: an axis, a row of figures, the labels under a caption cannot."""
    text = line.strip()
    if re.match(r"[（(]", text) or (_ENDS.search(text) and not _LEADERS.search(text)):
        return True  # the end of a sentence may be a figure alone
    if _bare(line) or _CAPTION.match(text):
        return False
    captioned = _CAPTION.match(held.strip()) and not held.endswith(("\u00ad", " "))
    return not captioned or text[:1].islower() or bool(_CLAUSE.search(text))


def _bare(line: str) -> bool:
    """Whether a line holds figures or leaders only, or a row of figures behind a name."""
    if _LEADERS.search(line):
        return True
    text = line.strip()
    figures = _NUMBER.findall(text)
    words = _WORD.findall(_NUMBER.sub(" ", text))
    if figures and not words:
        return True
    row = re.findall(r"(?<!\S)(?:[+\-\u2212]?\d[\d.,]*%?|\[\w\])(?!\S)", text)
    return len(row) >= _ROW and not _CLAUSE.search(text)


def _joined(held: str, line: str) -> str:
    if held.endswith("\u00ad"):
        return held[:-1] + line.strip()
    between = " " if held and held.strip()[-1:].isascii() and line.strip()[:1].isascii() else ""
    return f"{held.rstrip()}{between}{line.lstrip()}"


def _tidy(text: str) -> str:
    # a hyphen may be stored as a soft one; Chinese type sets a gap between Han and Latin that is no space
    plain = " ".join(text.replace("\u00ad", "-").split())
    return _SPACED.sub("", plain)


def _loose(text: str, full: float) -> bool:
    """Whether a text is no sentence: short of a full line, or without a stop."""
    plain = text.strip()
    if _ENDS.search(plain):
        return False
    return not (_CLAUSE.search(plain) and _width(plain) >= full)


# Tables of a draft as cells, each with its caption and the headings above and beside it.


_PIPED = re.compile(r"(?:^[ \t]*\|?.*\|.*\n?)+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_TABLE_CAPTION = re.compile(r"^(?:Table|表|:)\s*\d*\s*[:：]?\s*(.+)$")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)\*|\*(?!\w)")
_YEAR_OR_WORDS = re.compile(r"^(?:\D*|(?:19|20)\d\d\s*年?(?:度|Q[1-4])?)$")
#: Rows or columns one cell may span: more are a slip of the page's writer.
_MOST_SPANNED = 200


@dataclass(frozen=True)
class Cell:
    """One cell of a table's body: ``table 2, row 3, column 4``, the headings of its row and its column."""

    place: str
    caption: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    text: str


def page_cells(root: HtmlElement) -> list[Cell]:
    """Read the tables of a page; a table within a table is read by itself."""
    found: list[Cell] = []
    for number, table in enumerate(cast("list[HtmlElement]", root.xpath(".//table")), start=1):
        caption = _caption(table)
        heads, body = _rows(table)
        place = ", ".join(filter(None, (cell_of(table), f"table {number}")))
        found += _cells(place, caption, _grid(heads), _grid(body))
    return found


def cell_of(element: HtmlElement) -> str:
    """Name the notebook and cell that a part of a page is from; empty where the page does not say."""
    for above in (element, *element.iterancestors()):
        if above.get("data-cell"):
            return f"{above.get('data-notebook')}, cell {above.get('data-cell')}"
    return ""


def _caption(table: HtmlElement) -> str:
    """Give a table's caption, else the numbered line that stands before it: ``表 2 规模``."""
    inside = table.xpath("./caption | ancestor::figure/figcaption")
    if inside:
        return _text(inside[0])
    before = table.getprevious()
    titled = (
        _TABLE_CAPTION.match(_text(before)) if before is not None and before.tag in {"p", "div"} else None
    )
    return titled[1] if titled else ""


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def _rows(table: HtmlElement) -> tuple[list[list[HtmlElement]], list[list[HtmlElement]]]:
    """Part the rows of headings from those of the body: those in a head, else the first, else all of th."""
    rows = list(table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"))
    heads = [row for row in rows if row.getparent().tag == "thead"]
    if not heads:
        heads = [row for row in rows if all(cell.tag == "th" for cell in row.xpath("./td | ./th"))][
            :1
        ] or rows[:1]
    body = [row for row in rows if row not in heads]
    return [row.xpath("./td | ./th") for row in heads], [row.xpath("./td | ./th") for row in body]


def _grid(rows: Sequence[Sequence[HtmlElement]]) -> list[list[tuple[str, bool]]]:
    """Lay rows out with every spanned place filled: text, and whether the place is a heading."""
    filled: dict[tuple[int, int], tuple[str, bool]] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in filled:
                x += 1
            wide, high = (_span(cell, name) for name in ("colspan", "rowspan"))
            for dy in range(high):
                for dx in range(wide):
                    filled[y + dy, x + dx] = (_text(cell), cell.tag == "th")
            x += wide
    if not filled:
        return []
    width = max(x for _, x in filled) + 1
    return [[filled.get((y, x), ("", False)) for x in range(width)] for y in range(len(rows))]


def _span(cell: HtmlElement, name: str) -> int:
    text = str(cell.get(name) or "1")
    return min(max(int(text), 1), _MOST_SPANNED) if text.isdigit() else 1


def _cells(
    place: str, caption: str, heads: list[list[tuple[str, bool]]], body: list[list[tuple[str, bool]]]
) -> Iterator[Cell]:
    """Give the cells of a body.

    What heads a row: the cells marked so, else its first; and those of columns of years or words alone.
    """
    worded = _worded(body)
    for y, row in enumerate(body, start=len(heads) + 1):
        marked = sorted({*([x for x, (_, heading) in enumerate(row) if heading] or [0]), *worded})
        beside = tuple(dict.fromkeys(row[x][0] for x in marked if row[x][0]))
        for x, (text, _) in enumerate(row):
            if x in marked or not text:
                continue
            above = tuple(dict.fromkeys(head[x][0] for head in heads if x < len(head) and head[x][0]))
            yield Cell(f"{place}, row {y}, column {x + 1}", caption, beside, above, text)


def _worded(body: list[list[tuple[str, bool]]]) -> set[int]:
    """Find the columns in which no cell holds a number but years."""
    width = max((len(row) for row in body), default=0)
    texts = [[row[x][0] for row in body if x < len(row) and row[x][0]] for x in range(width)]
    return {x for x, column in enumerate(texts) if column and all(_YEAR_OR_WORDS.match(t) for t in column)}


def markdown_cells(text: str) -> tuple[str, list[Cell]]:
    """Read the tables set with upright strokes; return the text without them, and their cells."""
    found: list[Cell] = []

    def take(block: re.Match[str]) -> str:
        lines = [line for line in block[0].splitlines() if line.strip()]
        if len(lines) < 3 or not _RULE.match(lines[1]):  # noqa: PLR2004 - heading, rule, one row
            return block[0]
        grid = [[(cell, False) for cell in _split_row(line)] for line in (lines[0], *lines[2:])]
        above = text[: block.start()].rstrip().rsplit("\n", 1)[-1].strip(" *#")
        titled = _TABLE_CAPTION.match(above)
        found.extend(_cells(f"table {_count() + 1}", titled[1] if titled else above, grid[:1], grid[1:]))
        return "\n"

    def _count() -> int:
        return len({cell.place.partition(",")[0] for cell in found})

    return _PIPED.sub(take, text), found


def _split_row(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [_MARKS.sub("", cell).strip() for cell in re.split(r"(?<!\\)\|", inner)]


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
