"""A draft as paragraphs of plain text and cells of tables: Markdown, HTML, Word, PDF or a notebook.

A draft comes from anybody: pandoc reads it with nothing else within its reach and within limits of size, time
and memory. A PDF is read by pypdf.

The text of a PDF keeps no tables and no order among the labels of a chart: its lines are put together as
paragraphs where they run on, and what is no sentence counts as loose. Tables of a PDF are not read.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from lxml import etree, html
from lxml.html import builder

from survey.errors import SurveyError
from survey.pandoc_program import PandocError, read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lxml.html import HtmlElement

__all__ = [
    "DRAFTS",
    "DraftError",
    "DraftParagraph",
    "DraftText",
    "TableCell",
    "read_draft",
    "read_page",
    "run_together",
]

# Lines of printed pages put together as paragraphs; what is no sentence is kept apart.
#
# A line runs on where it is as long as its page is wide. Contents with their leaders, running numbers and
# rows of bare figures are left out: they say nothing by themselves.


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


# What pandoc reads, walked block by block.


_TABLE_CAPTION = re.compile(r"^(?:Table|表|:)\s*\d*\s*[:：]?\s*(.+)$")
_YEAR_OR_WORDS = re.compile(r"^(?:\D*|(?:19|20)\d\d\s*年?(?:度|Q[1-4])?)$")
#: Rows or columns one cell may span: more are a slip of the page's writer.
_MOST_SPANNED = 200
_LARGEST = 20 * 2**20
_SOFT = "\v"  # the end of a line that only the source has
_BROKEN = re.compile(rf"(?<=[{_HAN_CHARACTER}0-9%]) *{_SOFT} *(?=[{_HAN_CHARACTER}0-9])")
_UNREAD = ".//script | .//style | .//svg | .//nav | .//template"
_NOTE_MARK = re.compile(r"[\d*†‡,\[\]\s]*")
_MARKDOWN = "gfm+yaml_metadata_block-tex_math_dollars-tex_math_gfm-emoji"
#: Format by ending, and what to do where it cannot be read as that.
_FORMATS = {
    ".md": (_MARKDOWN, "cannot be read as Markdown; check its first lines, and save it as UTF-8 text"),
    ".txt": (_MARKDOWN, "cannot be read as text; save it as UTF-8"),
    ".html": ("html", "holds no page; open it and save it again as HTML"),
    ".htm": ("html", "holds no page; open it and save it again as HTML"),
    ".docx": ("docx", "is no Word document; open it in Word and save it as .docx"),
    ".ipynb": ("ipynb", "is no notebook: its JSON is broken; restore the file"),
}
DRAFTS = (".md", ".txt", ".html", ".htm", ".docx", ".pdf", ".ipynb")


class DraftError(SurveyError):
    """A draft that cannot be read: which file, why, and what to do."""


@dataclass(frozen=True)
class DraftParagraph:
    """One paragraph of a draft and where it stands: ``paragraph 3``, ``page 2``, ``cell 5``.

    A loose one is no sentence, such as a label of a chart: it speaks of no year but one that it names itself.
    """

    place: str
    text: str
    loose: bool = False


@dataclass(frozen=True)
class TableCell:
    """One cell of a table's body: ``table 2, row 3, column 4``, the headings of its row and its column."""

    place: str
    caption: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class DraftText:
    """What a draft says in sentences, and in the cells of its tables."""

    paragraphs: tuple[DraftParagraph, ...]
    cells: tuple[TableCell, ...] = ()


def read_draft(path: Path) -> DraftText:
    """Read a draft.

    Parameters
    ----------
    path : Path
        A .md, .txt, .html, .docx, .pdf or .ipynb file.

    Raises
    ------
    DraftError
        If the file is missing, of another kind, damaged, too large, or holds no text.
    """
    ending = path.suffix.lower()
    if ending not in DRAFTS:
        raise DraftError(f"{path.name}: a draft is one of {', '.join(DRAFTS)}; save it as one of these")
    try:
        if path.stat().st_size > _LARGEST:
            raise DraftError(
                f"{path.name} is larger than {_LARGEST // 2**20} MB; leave out its pictures and try again"
            )
        draft = _pdf(path) if ending == ".pdf" else _of_pandoc(path.read_bytes(), ending, path.name)
    except FileNotFoundError:
        raise DraftError(f"{path.name} does not exist; check the path") from None
    except OSError as error:
        raise DraftError(
            f"{path.name} cannot be read: {error.strerror}; check the path and its rights"
        ) from None
    if not draft.paragraphs and not draft.cells:
        raise DraftError(f"{path.name} holds no text; a scanned page needs its words recognised first")
    return draft


def read_page(page: str, name: str) -> DraftText:
    """Read an HTML page; one of the kit's names the notebook and cell that a part of it is from.

    Raises
    ------
    DraftError
        If it is no page: `name` is what the message calls it.
    """
    return _of_pandoc(page.encode(), ".html", name)


def _of_pandoc(source: bytes, ending: str, name: str) -> DraftText:
    form, remedy = _FORMATS[ending]
    if ending != ".docx":
        try:
            source = source.decode("utf-8-sig").encode()
        except UnicodeDecodeError as error:
            raise DraftError(f"{name} is not UTF-8 at byte {error.start}; save it as UTF-8") from None
    try:
        source = _even_page(source) if form == "html" else source
        blocks = read_blocks(source, form)
        inserted = _pages_within(blocks)
    except (etree.ParserError, ValueError):
        raise DraftError(f"{name} {remedy}") from None
    except PandocError as error:
        limit = re.match(r"it took longer|its parts are nested|.*[Hh]eap", str(error))
        why = "asks for more time or memory than a draft may; split it" if limit else remedy
        raise DraftError(f"{name} {why}") from None
    walk = _Walk(
        marked=form in {_MARKDOWN, "ipynb"}, plain=ending == ".txt", inserted=iter(inserted),
        contents=form == "docx",
    )  # fmt: skip
    try:
        walk.blocks(blocks)
    except RecursionError:
        raise DraftError(f"{name} is nested too deep; save its text as .txt") from None
    return DraftText(tuple(walk.paragraphs), tuple(walk.cells))


def _even_page(source: bytes) -> bytes:
    """Take out of a page what says nothing; rearrange what pandoc would drop.

    pandoc keeps the attributes of divisions, not those of paragraphs; nothing of a list of terms that is
    grouped by divisions; and nothing outside the main part, if one is marked.
    """
    root = cast("HtmlElement", html.document_fromstring(source.decode()))
    for element in cast("list[HtmlElement]", root.xpath(_UNREAD)):
        element.drop_tree()
    for part in cast("list[HtmlElement]", root.xpath(".//dl/div | .//main")):
        part.drop_tag()
    for paragraph in cast("list[HtmlElement]", root.xpath(".//p[@data-cell]")):
        division = builder.DIV({name: value for name, value in paragraph.items() if "data-" in name})
        division.tail, paragraph.tail = paragraph.tail, None
        paragraph.addprevious(division)
        division.append(paragraph)
    return str(html.tostring(root, encoding="unicode")).encode()


def _pages_within(blocks: Sequence[Any]) -> list[list[Any]]:
    """Read the HTML that stands in Markdown or a notebook's output: all of it by one start of pandoc."""
    found = [block["c"][1] for block in _raw_html(blocks)]
    if not found:
        return []
    page = "".join(f'<div data-inserted="{n}">{text}</div>' for n, text in enumerate(found))
    read: list[list[Any]] = [[] for _ in found]
    for block in read_blocks(_even_page(page.encode()), "html"):
        number = dict(block["c"][0][2]).get("inserted") if block["t"] == "Div" else None
        # what a stray end tag has put outside belongs to the last part that was open
        at = int(number) if number is not None and number.isdecimal() else 0
        read[min(at, len(read) - 1)].append(block)
    return read


def _raw_html(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict) and part.get("t") == "RawBlock":
        if part["c"][0] == "html":
            yield part
    elif isinstance(part, dict):
        yield from _raw_html(part.get("c"))
    elif isinstance(part, list):
        for one in part:
            yield from _raw_html(one)


@dataclass
class _Walk:
    """Gathers paragraphs and cells of tables.

    `marked` where a line above a table is its caption and what is said of a picture is read, `plain` where
    indented text is no code, `contents` where a paragraph of links within the document is a line of its table
    of contents.
    """

    marked: bool
    plain: bool
    inserted: Iterator[list[Any]]
    contents: bool
    paragraphs: list[DraftParagraph] = field(default_factory=list)
    cells: list[TableCell] = field(default_factory=list)
    place: str = ""
    notebook_cells: int = 0
    tables: int = 0
    caption: str = ""

    def blocks(self, blocks: Iterable[Any]) -> None:
        above = ""
        for block in blocks:
            above = self.block(block, above)

    def block(self, block: dict[str, Any], above: str) -> str:
        """Read one block; return its text where it can be the caption of a table that follows."""
        kind, content = block["t"], cast("Any", block.get("c"))
        if kind in {"Para", "Plain"}:
            return self.add(content)
        if kind == "Header":
            return str(self._within(content[1], lambda: self.add(content[2])))
        if kind == "LineBlock":
            return self.add([part for line in content for part in (*line, {"t": "LineBreak"})])
        if kind == "CodeBlock" and self.plain:
            return self._say(content[1])  # an indented paragraph of a plain text
        if kind == "Table":
            self._within(content[0], lambda: self._table(content, above))
        else:
            self._nested(kind, content)
        return ""

    def _nested(self, kind: str, content: Any) -> None:
        if kind == "BlockQuote":
            self.blocks(content)
        elif kind in {"BulletList", "OrderedList"}:
            before, self.contents = self.contents, True
            for item in content if kind == "BulletList" else content[1]:
                self.blocks(item)
            self.contents = before
        elif kind == "DefinitionList":
            for term, meanings in content:
                self.add(term)
                for meaning in meanings:
                    self.blocks(meaning)
        elif kind == "Div":
            self._within(content[0], lambda: self._division(content))
        elif kind == "Figure":
            self._within(content[0], lambda: self._figure(content))
        elif kind == "RawBlock" and content[0] == "html":
            self.blocks(next(self.inserted))

    def _within(self, attributes: Any, read: Any) -> Any:
        """Read a part that may say from which cell of which notebook it is."""
        before, named = self.place, dict(attributes[2])
        if "cell" in attributes[1]:
            self.notebook_cells += 1
            self.place = f"cell {self.notebook_cells}"
        elif "cell" in named:
            self.place = f"{named.get('notebook')}, cell {named['cell']}"
        result = read()
        self.place = before
        return result

    def _division(self, content: Any) -> None:
        pages = [block for block in content[1] if block["t"] == "RawBlock" and block["c"][0] == "html"]
        # an output holds the same in several formats
        self.blocks(pages if pages and "output" in content[0][1] else content[1])

    def _figure(self, content: Any) -> None:
        before, self.caption = self.caption, _text_of_blocks(content[1][1])
        self.blocks(content[2])
        self.caption = before
        self.blocks(content[1][1])

    def add(self, inlines: Sequence[Any]) -> str:
        """Read a paragraph, then its notes and what is said of its pictures."""
        parts = [part for part in inlines if part["t"] not in {"Space", "SoftBreak", "LineBreak"}]
        links = [part["c"][2][0] for part in parts if part["t"] == "Link"]
        if self.contents and links and len(links) == len(parts) and all(link[:1] == "#" for link in links):
            return ""
        text = self._say(_text(inlines))
        for part in parts:
            if part["t"] == "Note":
                self.blocks(part["c"])
            elif part["t"] == "Image" and self.marked:
                self._say(_text(part["c"][1]), loose=True)
        return text

    def _say(self, text: str, *, loose: bool = False) -> str:
        lines = [" ".join(line.split()) for line in _BROKEN.sub("", text).replace(_SOFT, " ").split("\n")]
        said = "\n".join(filter(None, lines))
        if said:
            place = self.place or f"paragraph {len(self.paragraphs) + 1}"
            self.paragraphs.append(DraftParagraph(place, said, loose))
        return said

    def _table(self, content: Any, above: str) -> None:
        self.tables += 1
        _, (_, named), _, head, bodies, foot = content
        rows = [[(cell, False) for cell in row[1]] for row in head[1]]
        body = [
            [(cell, x < beside) for x, cell in enumerate(row[1])]
            for _, beside, middle, below in bodies
            for row in (*middle, *below)
        ]
        body += [[(cell, False) for cell in row[1]] for row in foot[1]]
        if not rows:
            rows, body = body[:1], body[1:]
        titled = _TABLE_CAPTION.match(above)
        caption = _text_of_blocks(named) or self.caption
        caption = caption or (titled[1] if titled else above if self.marked else "")
        place = ", ".join(filter(None, (self.place, f"table {self.tables}")))
        found = _cells(place, caption, _grid(rows), _grid(body))
        # a cell of a notebook is place enough
        self.cells += [replace(cell, place=self.place) for cell in found] if self.notebook_cells else found


def _text(inlines: Sequence[Any]) -> str:
    return "".join(_inline(part["t"], part.get("c")) for part in inlines)


def _inline(kind: str, content: Any) -> str:  # noqa: PLR0911 - one return for each kind
    if kind == "Str":
        return str(content)
    if kind in {"Emph", "Strong", "Underline", "SmallCaps", "Subscript"}:
        return _text(content)
    if kind in {"Span", "Link", "Cite", "Quoted"}:
        text = _text(content[1])
        return f"“{text}”" if kind == "Quoted" else text
    if kind == "Superscript":
        text = _text(content)
        return "" if _NOTE_MARK.fullmatch(text) else text  # 92%¹ is no 921
    if kind == "RawInline":
        return "\n" if content[1].lower().startswith("<br") else ""
    if kind == "Math":
        return str(content[1])
    return {"Space": " ", "SoftBreak": _SOFT, "LineBreak": "\n"}.get(kind, "")


def _text_of_blocks(blocks: Iterable[Any]) -> str:
    """Give the text of a table's cell or a caption in one line."""
    found: list[str] = []
    for block in blocks:
        content = block.get("c")
        if block["t"] in {"Para", "Plain"}:
            found.append(_text(content))
        elif block["t"] == "Header":
            found.append(_text(content[2]))
        elif block["t"] == "Div":
            found.append(_text_of_blocks(content[1]))
        elif block["t"] == "BlockQuote":
            found.append(_text_of_blocks(content))
        elif block["t"] in {"BulletList", "OrderedList"}:
            items = content if block["t"] == "BulletList" else content[1]
            found += [_text_of_blocks(item) for item in items]
    joined = _BROKEN.sub("", " ".join(found)).replace(_SOFT, " ")
    return " ".join(joined.split())


# Tables as cells, each with its caption and the headings above and beside it.


def _grid(rows: Sequence[Sequence[tuple[Any, bool]]]) -> list[list[tuple[str, bool]]]:
    """Lay rows out with every spanned place filled: text, and whether the place is a heading."""
    filled: dict[tuple[int, int], tuple[str, bool]] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell, heading in row:
            while (y, x) in filled:
                x += 1
            _, _, high, wide, blocks = cell
            text = _text_of_blocks(blocks)
            for dy in range(min(high, _MOST_SPANNED)):
                for dx in range(min(wide, _MOST_SPANNED)):
                    filled[y + dy, x + dx] = (text, heading)
            x += min(wide, _MOST_SPANNED)
    if not filled:
        return []
    width = max(x for _, x in filled) + 1
    return [[filled.get((y, x), ("", False)) for x in range(width)] for y in range(len(rows))]


def _cells(
    place: str, caption: str, heads: list[list[tuple[str, bool]]], body: list[list[tuple[str, bool]]]
) -> Iterator[TableCell]:
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
            yield TableCell(f"{place}, row {y}, column {x + 1}", caption, beside, above, text)


def _worded(body: list[list[tuple[str, bool]]]) -> set[int]:
    """Find the columns in which no cell holds a number but years."""
    width = max((len(row) for row in body), default=0)
    texts = [[row[x][0] for row in body if x < len(row) and row[x][0]] for x in range(width)]
    return {x for x, column in enumerate(texts) if column and all(_YEAR_OR_WORDS.match(t) for t in column)}


def _pdf(path: Path) -> DraftText:
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
    # the reader reports every oddity of a file that it can read all the same
    log = logging.getLogger("pypdf")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        pages = [page.extract_text() for page in PdfReader(path).pages]
    except (FileNotDecryptedError, DependencyError):
        raise DraftError(
            f"{path.name} is locked with a password; save a copy without one and try again"
        ) from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DraftError(f"{path.name} cannot be read as PDF; print it to a new PDF and try again") from None
    finally:
        log.setLevel(level)
    found = (DraftParagraph(f"page {page}", text, loose) for page, text, loose in run_together(pages))
    return DraftText(tuple(paragraph for paragraph in found if paragraph.text.strip()))
