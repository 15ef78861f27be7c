"""From executed notebooks to a deck: slides cut by their marks, empty ones left out, heads numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lxml.html import tostring
from lxml.html.builder import P

from analysis.pieces import Box, Chart, KeyPoints, SectionHeading, Table, cell_text
from analysis.words import Claim, Number
from survey.documents import (
    Edition,
    Fault,
    Page,
    Placed,
    chapter_name,
    numbers_of,
    read_blocks,
    text_of,
    write_blocks,
)
from survey.documents.deck.native import native_chart
from survey.documents.deck.slides import (
    Deck,
    Kind,
    Run,
    Slide,
    SlideCard,
    SlideParagraph,
    SlidePicture,
    SlideTable,
)
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement
    from nbformat import NotebookNode

    from analysis.pieces import Piece
    from analysis.words import Phrase
    from survey.documents import Prose
    from survey.words import FrontMatter, Language

__all__ = [
    "Content",
    "Cut",
    "CutDeck",
    "Place",
    "cut_deck",
    "cuts",
    "keys_of",
    "read",
    "slide_type",
]

# What the cells of a slide hold: read from the cleaned page, block by block.


_HEADING = re.compile(r"h([1-6])")
_LISTS = frozenset({"ul", "ol"})
_BOXES = frozenset({"div", "section", "aside", "blockquote"})
_STRONG = frozenset({"strong", "b", "data"})
_SPACE = re.compile(r"\s+")
_JOINED = "a table with joined cells is too much for a slide; show part of it, or draw it."
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
    body: list[SlideParagraph] = field(default_factory=list)
    cards: list[SlideCard] = field(default_factory=list)
    picture: SlidePicture | None = None
    table: SlideTable | None = None
    source: str = ""
    heads: bool = False
    faults: list[Fault] = field(default_factory=list)


def keys_of(blocks: Sequence[Placed], lang: Language) -> list[str]:
    """Return the keys of all numbers in some blocks, each once, in order."""
    return list(dict.fromkeys(number.key for placed in blocks for number in numbers_of(placed, lang)))


def read(blocks: Sequence[Placed], lang: Language, where: str) -> Content:
    """Read the blocks of a slide: what a piece is, it says itself; prose is read element by element.

    `where` is the notebook and cell the slide begins with, for faults.
    """
    content = Content()
    for placed in blocks:
        if not _take_piece(content, placed.block.content, lang, where):
            for wrapper in placed.elements:
                for element in _elements(wrapper):
                    _take(content, element, where)
    return content


def _take_piece(content: Content, piece: Piece | Prose, lang: Language, where: str) -> bool:
    """Take a piece that has a place of its own on a slide; say whether it was one."""
    match piece:
        case Chart():
            if not _is_second(content, where):
                content.picture = SlidePicture(
                    piece.slug, piece.svg[lang], piece.alt[lang], native_chart(piece, lang)
                )
        case Table():
            _take_table(content, piece, lang, where)
        case Box():
            said = tuple(SlideParagraph(_phrased(one.phrase, lang)) for one in piece.sentences)
            content.cards.append(SlideCard(piece.number.printed(lang), piece.label.in_(lang), said))
        case SectionHeading():
            _take_heading(content, piece.level, cell_text(piece.words, lang))
        case KeyPoints():
            content.body += [
                SlideParagraph(_phrased(point.sentence.phrase, lang), bullet=True) for point in piece.points
            ]
        case Claim(kind="headline") if not content.title:
            content.title = _even(piece.plain(lang))
        case Claim(kind="source"):
            content.source = _even(piece.plain(lang))
        case Claim():
            content.body.append(SlideParagraph(_phrased(piece.phrase, lang)))
        case _:
            return False
    return True


def _even(text: str) -> str:
    return " ".join(text.split())


def _phrased(phrase: Phrase, lang: Language) -> tuple[Run, ...]:
    """Return the words of a sentence, its numbers set off."""
    found: list[Run] = []
    for part in phrase.in_(lang):
        is_number = isinstance(part, Number)
        _add(found, part.printed(lang) if isinstance(part, Number) else part, strong=is_number)
    return _trimmed(found)


def _take_table(content: Content, table: Table, lang: Language, where: str) -> None:
    if _is_second(content, where):
        return
    if table.groups:
        content.faults.append(Fault("table", "error", _JOINED, where))
        return
    rows = tuple(tuple(_even(cell_text(cell, lang)) for cell in row) for row in table.rows)
    head = tuple(_even(text.in_(lang)) for text in table.header)
    content.table = SlideTable(_even(table.caption.in_(lang)), head, rows)


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


def _take(content: Content, element: HtmlElement, where: str) -> None:
    classes = set((element.get("class") or "").split())
    heading = _HEADING.fullmatch(element.tag)
    if heading:
        _take_heading(content, int(heading[1]), text_of(element))
    elif element.tag == "figure" or element.xpath("descendant-or-self::img"):
        content.faults.append(Fault("picture", "error", _NO_CHART, where))
    elif element.tag == "table":
        _take_written_table(content, element, where)
    elif element.tag in _LISTS and "heads" in classes:
        content.heads = True
    elif element.tag in _LISTS:
        content.body += [
            SlideParagraph(runs, bullet=True) for li in element.iter("li") if (runs := _runs(li))
        ]
    elif element.tag in _BOXES:
        for inner in _elements(element):
            _take(content, inner, where)
    elif "notes" in classes:
        pass  # what marks of a table mean is for the report, which has room
    elif runs := _runs(element):
        content.body.append(SlideParagraph(runs))


def _take_heading(content: Content, level: int, text: str) -> None:
    if not content.heading and not content.body:
        content.heading, content.level = text, level
    else:
        content.body.append(SlideParagraph((Run(text, strong=True),)))


def _take_written_table(content: Content, table: HtmlElement, where: str) -> None:
    if _is_second(content, where):
        return
    if table.xpath(".//*[@colspan > 1 or @rowspan > 1]"):
        content.faults.append(Fault("table", "error", _JOINED, where))
        return
    rows = [tuple(text_of(cell) for cell in row) for row in table.xpath(".//tr")]
    headed = bool(table.xpath("./thead"))
    caption = "".join(text_of(one) for one in table.xpath("./caption"))
    content.table = SlideTable(caption, rows[0] if headed else (), tuple(rows[1:] if headed else rows))


def _is_second(content: Content, where: str) -> bool:
    """Find fault with a second chart or table on a slide."""
    if content.picture or content.table:
        content.faults.append(Fault("picture", "error", _SECOND, where))
        return True
    return False


def _runs(element: HtmlElement) -> tuple[Run, ...]:
    """Return the text of an element, its strong words and its numbers set off."""
    found: list[Run] = []

    def gather(node: HtmlElement, *, strong: bool) -> None:
        here = strong or node.tag in _STRONG
        _add(found, node.text, strong=here)
        for child in node:
            gather(child, strong=here)
            _add(found, child.tail, strong=here)

    gather(element, strong=False)
    return _trimmed(found)


def _trimmed(found: list[Run]) -> tuple[Run, ...]:
    if found:
        found[0] = Run(found[0].text.lstrip(), found[0].strong)
        found[-1] = Run(found[-1].text.rstrip(), found[-1].strong)
    return tuple(run for run in found if run.text)


def _add(found: list[Run], text: str | None, *, strong: bool) -> None:
    if text:
        even = _SPACE.sub(" ", text)
        if found and found[-1].strong == strong:
            found[-1] = Run(found[-1].text + even, strong)
        else:
            found.append(Run(even, strong))


# Which cells make which slide, by the metadata that Jupyter's own slide show reads.
#
# `metadata.slideshow.slide_type` is set in JupyterLab's property inspector: `slide` and `subslide` begin a
# slide, `fragment` and `-` (or nothing) go on with it, `skip` stays out, `notes` is for the speaker. Cells
# before the first slide belong to none.


#: Notebook and number of a cell.
Place = tuple[str, int]

_BEGINS: Final = frozenset({"slide", "subslide"})
_TYPES: Final = (*sorted(_BEGINS), "fragment", "-", "", "skip", "notes")


@dataclass
class Cut:
    """The cells of one slide, and those of its notes; `coded` are those that may give an empty slide away."""

    first: Place
    cells: list[Place] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)
    coded: list[Place] = field(default_factory=list)
    inside: bool = False


def slide_type(cell: NotebookNode, where: str) -> str:
    """Return a cell's mark, "" where it has none.

    Raises
    ------
    PublicationError
        For a mark Jupyter does not know.
    """
    mark = str((cell.metadata.get("slideshow") or {}).get("slide_type") or "")
    if mark not in _TYPES:
        known = ", ".join(name for name in _TYPES if name)
        raise PublicationError(
            f"{where} is marked {mark!r} for the slide show, which is none of {known}; choose one of them."
        )
    return mark


def cuts(notebooks: Sequence[NotebookNode], lang: Language, edition: Edition) -> list[Cut]:
    """Return the slides that the marks of notebooks make in one language, whether they hold anything or not.

    A slide that a cell tagged `internal` begins is left out of the public edition with all it holds.
    """
    made: list[Cut] = []
    for position, notebook in enumerate(notebooks, start=1):
        for place, cell, mark in _marked(notebook, chapter_name(notebook, position)):
            if mark in _BEGINS and _spoken(cell, lang):
                made.append(Cut(place, inside=_kept_in(cell, edition)))
            if not made or made[-1].first[0] != place[0] or mark == "skip":
                continue
            if not _spoken(cell, lang) or _kept_in(cell, edition):
                continue
            cut = made[-1]
            (cut.notes if mark == "notes" else cut.cells).append(place)
            if cell.cell_type == "code" and mark != "notes":
                cut.coded.append(place)
    return [cut for cut in made if not cut.inside]


def _marked(notebook: NotebookNode, name: str) -> Iterator[tuple[Place, NotebookNode, str]]:
    for number, cell in enumerate(notebook.cells, start=1):
        yield (name, number), cell, slide_type(cell, f"{name}, cell {number}")


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _spoken(cell: NotebookNode, lang: Language) -> bool:
    """Tell whether a cell is of this language, or of both."""
    languages = _tags(cell) & {"zh", "en"}
    return not languages or lang in languages


def _kept_in(cell: NotebookNode, edition: Edition) -> bool:
    return edition == "public" and "internal" in _tags(cell)


_NUMERALS: Final = "一二三四五六七八九十"
_BETWEEN: Final = {"zh": "　", "en": "  "}


@dataclass(frozen=True)
class CutDeck:
    """A deck not yet checked: the page its slides were cut from, and what went wrong while cutting."""

    deck: Deck
    page: Page
    faults: tuple[Fault, ...]


def cut_deck(notebooks: Sequence[NotebookNode], edition: Edition, front: FrontMatter) -> CutDeck:
    """Cut the deck of one language.

    A slide whose code cells all printed nothing is left out: the wave did not ask what it tells.

    Parameters
    ----------
    notebooks : sequence of NotebookNode
        Executed notebooks whose cells carry slideshow metadata.
    edition : {"public", "internal"}
    front : FrontMatter
        In the language of the deck.

    Raises
    ------
    PublicationError
        If no cell is marked as the beginning of a slide.
    """
    lang = front.language
    kept = cuts(notebooks, lang, edition)
    wanted = {place for cut in kept for place in (*cut.cells, *cut.notes)}
    blocks = [
        block
        for block in read_blocks(notebooks, edition)
        if block.is_of(lang) and (block.notebook, block.cell) in wanted
    ]
    if not kept or not blocks:
        raise PublicationError(
            f"No cell printed in {lang!r} begins a slide; mark one as `slide` or `subslide` in JupyterLab's "
            "property inspector."
        )
    root, around, drawn = write_blocks(blocks, front)
    placed: dict[Place, list[Placed]] = {}
    for block, element in zip(blocks, around, strict=True):
        element.set("data-cell", str(block.cell))
        placed.setdefault((block.notebook, block.cell), []).append(Placed(block, (element,)))
    slides, faults = _slides([cut for cut in kept if _holds(cut, placed)], placed, front)
    cover = Slide("cover", front.title, "programme.yaml, title")
    written = tuple(one for ones in placed.values() for one in ones)
    page = Page(front, written, root, drawn, tostring(root, encoding="unicode"))
    return CutDeck(Deck(lang, front, (cover, *slides)), page, tuple(faults))


def _holds(cut: Cut, blocks: Mapping[Place, Sequence[Placed]]) -> bool:
    """Tell whether a slide has anything on it; prose alone does not count where code was to fill it."""
    needed = cut.coded or cut.cells
    return any(place in blocks for place in needed)


def _slides(
    kept: Sequence[Cut], blocks: Mapping[Place, Sequence[Placed]], front: FrontMatter
) -> tuple[list[Slide], list[Fault]]:
    """Make slides of cuts, each told which head it belongs to; list the heads where that is asked for."""
    slides: list[Slide] = []
    faults: list[Fault] = []
    asked: list[int] = []
    heads: list[Slide] = []
    kicker = ""
    for cut in kept:
        where = f"{cut.first[0]}, cell {cut.first[1]}"
        own = [one for place in cut.cells for one in blocks.get(place, ())]
        spoken = [one for place in cut.notes for one in blocks.get(place, ())]
        content = read(own, front.language, where)
        faults += content.faults
        slide = _slide(content, where, kicker, keys_of([*own, *spoken], front.language), spoken)
        if slide.kind == "head":
            numeral = _numeral(len(heads) + 1, front)
            slide = replace(slide, numeral=numeral, kicker="")
            heads.append(slide)
            kicker = f"{numeral}{_BETWEEN[front.language]}{slide.title}"
        elif content.level:
            kicker = ""
            slide = replace(slide, kicker="")
        if content.heads:
            asked.append(len(slides))
        slides.append(slide)
    for place in asked:
        slides[place] = replace(slides[place], body=(*slides[place].body, *_listed(heads, front)))
    return slides, faults


def _slide(content: Content, where: str, kicker: str, keys: Sequence[str], spoken: Sequence[Placed]) -> Slide:
    boxes_alone = content.cards and not (content.picture or content.table or content.title)
    kind: Kind = "part" if content.level == 1 else "head" if boxes_alone else "content"
    headed = content.title and content.heading
    return Slide(
        kind=kind,
        title=content.title or content.heading,
        where=where,
        kicker=content.heading if headed else kicker,
        body=tuple(content.body),
        cards=tuple(content.cards),
        picture=content.picture,
        table=content.table,
        source=content.source,
        notes=tuple(
            filter(None, (text_of(part) for one in spoken for wrapper in one.elements for part in wrapper))
        ),
        keys=tuple(keys),
    )


def _numeral(number: int, front: FrontMatter) -> str:
    chinese = front.language == "zh" and number <= len(_NUMERALS)
    return _NUMERALS[number - 1] if chinese else str(number)


def _listed(heads: Sequence[Slide], front: FrontMatter) -> list[SlideParagraph]:
    between = _BETWEEN[front.language]
    return [SlideParagraph((Run(head.numeral, strong=True), Run(f"{between}{head.title}"))) for head in heads]
