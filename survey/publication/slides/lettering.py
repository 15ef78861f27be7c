"""How much room words need: measured with the typeface itself, broken into lines as typesetters do."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from fontTools.ttLib import TTFont

from survey.publication.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["height_of", "lines_of", "widest_word", "width_of"]

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
