"""Put a slide's pieces into the frames of its layout, as large as they fit; say what does not fit.

Letters shrink to the least size their frame allows and no further: a slide too full is a fault, with its
remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from fontTools.ttLib import TTFont

from survey.documents import Fault, font_files
from survey.documents.deck.layouts import LAYOUTS, LEADING, LEAST_LETTER, DeckLayout, Frame
from survey.documents.deck.slides import (
    Deck,
    Run,
    Slide,
    SlideCard,
    SlideParagraph,
    SlidePicture,
    SlideTable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "Piece",
    "PlacedPicture",
    "PlacedTable",
    "PlacedText",
    "SetSlide",
    "height_of",
    "lines_of",
    "set_deck",
    "widest_word",
    "width_of",
]

# How much room words need: measured with the typeface itself, broken into lines as typesetters do.


# A reader's own typeface is a little wider or narrower than ours: what fits must fit with this to spare.
_SPARE: Final = 0.97
_CHINESE = "⺀-鿿豈-﫿＀-￯　-〿“”‘’…—"
_PIECES = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}]+|\s+")
_CLINGS = frozenset("，。、；：？！）》」』】”’％,.;:?!)%")


@cache
def _advances() -> Mapping[int, float]:
    """Return how far each character moves the pen, in the size of the letters; the file alone decides."""
    with TTFont(font_files()["sans"], lazy=True) as opened:
        glyphs, advances = opened.getBestCmap(), opened["hmtx"].metrics
        em = opened["head"].unitsPerEm
        return {code: advances[glyph][0] / em for code, glyph in glyphs.items()}


def width_of(text: str, size: float) -> float:
    """Return the width of a text on one line, in points."""
    known = _advances()
    return size * sum(known.get(ord(letter), 1.0) for letter in text)


def widest_word(paragraphs: Sequence[str], size: float) -> float:
    """Return the width of the widest word of some paragraphs; a character is a word in Chinese."""
    words = {piece for text in paragraphs for piece in _PIECES.findall(text)}
    return max((width_of(word, size) for word in words), default=0.0)


def lines_of(text: str, width: float, size: float) -> int:
    """Count the lines a paragraph takes in a frame of this width.

    Chinese breaks between characters but not before punctuation, other scripts at spaces; a word longer than
    a line is broken where the line ends.
    """
    room, used, count = width * _SPARE, 0.0, 1
    for piece in _PIECES.findall(text):
        wide = width_of(piece, size)
        if used + wide <= room or (piece in _CLINGS and used):
            used += wide
        elif piece.isspace():
            used = room
        else:
            count += 1 if used else 0
            count += int(wide // room)
            used = wide % room
    return count


def height_of(
    paragraphs: Sequence[str], width: float, size: float, leading: float, gap: float
) -> tuple[int, float]:
    """Return the lines of some paragraphs, and how high they stand with `gap` sizes between them."""
    lines = sum(lines_of(text, width, size) for text in paragraphs)
    between = max(0, len(paragraphs) - 1) * gap
    return lines, size * (leading * lines + between)


_MOST_CARDS: Final = 3
_VIEW = re.compile(r'viewBox="\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)')
_LETTERS = re.compile(r"font(?:-size)?:\s*(?:[a-z]+\s+)*([\d.]+)px")
_PADDING: Final = 14.0  # left and right within a table's cell, together
_ROW: Final = 0.8  # least space above and below a row's letters, together, in their size
_LOOSE: Final = 2.6  # a row where there is room, in the size of its letters
_NAMES: Final = {
    "title": "headline", "kicker": "line above the headline", "body": "text", "source": "line of the source",
    "sentence": "sentence beside the chart", "figure": "figure", "label": "name of the figure",
}  # fmt: skip
_REMEDIES: Final = {
    "title": "shorten it: a slide says one thing",
    "body": "cut it, move some of it to a cell marked `notes`, or begin another slide with `subslide`",
}


@dataclass(frozen=True)
class PlacedText:
    """Paragraphs in their frame, at a size they fit at."""

    frame: Frame
    paragraphs: tuple[SlideParagraph, ...]
    size: float


@dataclass(frozen=True)
class PlacedPicture:
    """A chart as large as its frame allows, at the left, and in the middle of its height."""

    frame: Frame
    picture: SlidePicture
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PlacedTable:
    """A table with the width of each column and the height of every row."""

    frame: Frame
    table: SlideTable
    size: float
    widths: tuple[float, ...]
    row: float


Piece = PlacedText | PlacedPicture | PlacedTable


@dataclass(frozen=True)
class SetSlide:
    """A slide, its layout, and its pieces in reading order."""

    slide: Slide
    layout: DeckLayout
    pieces: tuple[Piece, ...]


def set_deck(deck: Deck) -> tuple[list[SetSlide], list[Fault]]:
    """Set every slide of a deck; give the slides and what does not fit."""
    faults: list[Fault] = []
    made = []
    for slide in deck.slides:
        layout = _layout(slide, faults)
        texts = _texts(slide, deck, layout)
        pieces = [_piece(frame, slide, texts, faults) for frame in layout.frames]
        made.append(SetSlide(slide, layout, tuple(_evened([piece for piece in pieces if piece]))))
    return made, faults


def _fault(slide: Slide, message: str, rule: str = "overfull") -> Fault:
    return Fault(rule, "error", f"slide “{slide.title}”: {message}", slide.where)


def _layout(slide: Slide, faults: list[Fault]) -> DeckLayout:
    if slide.kind == "part" and (slide.picture or slide.table or slide.cards):
        message = "a page on dark ground holds text alone; head the slide with ## instead of #."
        faults.append(_fault(slide, message))
    if slide.kind == "head":
        if len(slide.cards) > _MOST_CARDS:
            message = f"it has {len(slide.cards)} boxes, and there is room for {_MOST_CARDS}; show fewer."
            faults.append(_fault(slide, message))
        return LAYOUTS[f"head{min(len(slide.cards), _MOST_CARDS)}"]
    if slide.kind != "content":
        return LAYOUTS[slide.kind]
    beside = bool(slide.body or slide.cards)
    if slide.picture:
        return LAYOUTS["finding" if slide.cards else "chart-and-text" if slide.body else "chart"]
    if slide.table:
        return LAYOUTS["table-and-text" if beside else "table"]
    return LAYOUTS["text"]


def _texts(slide: Slide, deck: Deck, layout: DeckLayout) -> dict[str, tuple[SlideParagraph, ...]]:
    """Say which words go into which frame of the layout."""
    front = deck.front
    words = {
        "title": slide.title, "kicker": slide.kicker, "source": slide.source, "numeral": slide.numeral,
        "subtitle": front.subtitle, "organisation": front.organisation,
        "facts": "　".join(filter(None, (front.release_date, front.edition_label)))
        if deck.language == "zh"
        else " · ".join(filter(None, (front.release_date, front.edition_label))),
    }  # fmt: skip
    found: dict[str, tuple[SlideParagraph, ...]] = {
        name: (SlideParagraph.plain(text),) for name, text in words.items() if text
    }
    if layout.name.startswith("head"):
        for place, card in enumerate(slide.cards[:_MOST_CARDS]):
            found[f"mark{place}"] = (SlideParagraph.plain(f"{place + 1:02}"),)
            found[f"figure{place}"] = (SlideParagraph.plain(card.figure),)
            found[f"label{place}"] = (SlideParagraph.plain(card.label),)
            found[f"sentence{place}"] = card.sentences
        return found
    body, cards = list(slide.body), slide.cards
    if layout.frame("figure") and cards:
        first, *others = cards
        found |= {
            "figure": (SlideParagraph.plain(first.figure),),
            "label": (SlideParagraph.plain(first.label),),
        }
        body = [*first.sentences, *_as_text(others), *body]
    else:
        body = [*_as_text(cards), *body]
    found["sentence" if layout.frame("sentence") else "body"] = tuple(body)
    return found


def _as_text(cards: Sequence[SlideCard]) -> list[SlideParagraph]:
    """Give boxes for which there is no place of their own as text."""
    made = []
    for card in cards:
        made += [
            SlideParagraph((*SlideParagraph.plain(f"{card.label} ").runs, Run(card.figure, strong=True)))
        ]
        made += card.sentences
    return made


def _piece(
    frame: Frame, slide: Slide, texts: dict[str, tuple[SlideParagraph, ...]], faults: list[Fault]
) -> Piece | None:
    if frame.kind == "picture":
        return _placed_picture(frame, slide, slide.picture, faults) if slide.picture else None
    if frame.kind == "table":
        return _placed_table(frame, slide, slide.table, faults) if slide.table else None
    paragraphs = tuple(paragraph for paragraph in texts.get(frame.name, ()) if paragraph.text)
    return _placed_text(frame, slide, paragraphs, faults) if paragraphs else None


def _placed_text(
    frame: Frame, slide: Slide, paragraphs: tuple[SlideParagraph, ...], faults: list[Fault]
) -> PlacedText:
    words = [f"• {p.text}" if p.bullet else p.text for p in paragraphs]
    for size in _sizes(frame):
        fits = height_of(words, frame.width, size, LEADING, frame.gap)[1] <= frame.height + 0.5
        if fits and (size == frame.least or widest_word(words, size) <= frame.width):
            return PlacedText(frame, paragraphs, size)
    lines, height = height_of(words, frame.width, frame.least, LEADING, frame.gap)
    name = _bare(frame)
    spare = (height - frame.height) / (LEADING * frame.least)
    room = max(1, lines - max(1, int(-(-spare // 1))))
    faults.append(
        _fault(
            slide,
            f"the {_NAMES.get(name, name)} is too long: at {frame.least:g} pt, the least allowed, it takes "
            f"{lines} lines and there is room for {room} (“{words[0][:40]}…”); "
            f"{_REMEDIES.get(name, 'shorten it')}.",
        )
    )
    return PlacedText(frame, paragraphs, frame.least)


def _sizes(frame: Frame) -> Iterator[float]:
    """Yield the sizes a frame allows, largest first."""
    size = frame.best
    while size > frame.least:
        yield size
        size -= 1
    yield frame.least


def _evened(pieces: Sequence[Piece]) -> list[Piece]:
    """Set the figures of a slide's boxes, their names and their sentences each at one size."""
    least: dict[str, float] = {}
    for piece in pieces:
        if isinstance(piece, PlacedText):
            name = _bare(piece.frame)
            least[name] = min(piece.size, least.get(name, piece.size))
    return [
        replace(piece, size=least[_bare(piece.frame)]) if isinstance(piece, PlacedText) else piece
        for piece in pieces
    ]


def _bare(frame: Frame) -> str:
    """Return a frame's name without the number of its box."""
    return frame.name.rstrip("0123456789")


def _placed_picture(frame: Frame, slide: Slide, picture: SlidePicture, faults: list[Fault]) -> PlacedPicture:
    found = _VIEW.search(picture.svg)
    wide, tall = (float(found[1]), float(found[2])) if found else (frame.width, frame.height)
    scale = min(frame.width / wide, frame.height / tall)
    letters = [float(size) for size in _LETTERS.findall(picture.svg)]
    if letters and min(letters) * scale < LEAST_LETTER - 0.05:
        faults.append(
            _fault(
                slide,
                f"the chart “{picture.slug}” is {tall:.0f} points tall: its smallest letters would stand at "
                f"{min(letters) * scale:.1f} pt, and the least allowed is {LEAST_LETTER:g}; show fewer "
                "items, or split it over two slides.",
            )
        )
    width, height = wide * scale, tall * scale
    x = frame.x + (frame.width - width) / 2
    return PlacedPicture(frame, picture, x, frame.y + (frame.height - height) / 2, width, height)


def _placed_table(frame: Frame, slide: Slide, table: SlideTable, faults: list[Fault]) -> PlacedTable:
    rows = [row for row in (table.head, *table.rows) if row]
    columns = max((len(row) for row in rows), default=1)
    for size in _sizes(frame):
        widths = [
            max((width_of(row[n], size) for row in rows if n < len(row)), default=0) + _PADDING
            for n in range(columns)
        ]
        tall = size * (LEADING + _ROW)
        if sum(widths) <= frame.width and tall * len(rows) <= frame.height:
            spare = (frame.width - sum(widths)) / columns
            row = min(_LOOSE * size, frame.height / len(rows))
            return PlacedTable(frame, table, size, tuple(width + spare for width in widths), row)
    faults.append(
        _fault(
            slide,
            f"the table “{table.caption}” has {len(rows)} rows and {columns} columns, which do not fit at "
            f"{frame.least:g} pt, the least allowed; show fewer of them, or draw it.",
        )
    )
    return PlacedTable(frame, table, frame.least, tuple([frame.width / columns] * columns), 20.0)
