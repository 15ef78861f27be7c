"""Whether both languages of a publication state the same.

A piece holds its numbers once for all languages; what is compared is that both pages hold the same pieces in
one order, and of the prose between them, which people write in pairs of cells, headings and bound numbers.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from analysis.pieces import Chart, OwnFigure, Table, numbers_in, plain_of
from analysis.words import Claim
from survey.documents import Fault, Prose, select, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from analysis.pieces import Piece
    from analysis.words import Lang, Number
    from survey.documents import Page, Placed

__all__ = ["disparities"]

_LONGEST = 60
_HEADINGS = {"h1", "h2", "h3", "h4"}
_BLOCKS = (
    "descendant-or-self::*[self::figure[@id] or self::table[@id] or self::p[not(ancestor::table)] or self::li"
    " or self::dd or self::tr or self::h1 or self::h2 or self::h3 or self::h4 or self::figcaption]"
)


class _Stated(NamedTuple):
    """What a block states, whatever its words: its kind, and what it is about or the numbers it holds."""

    kind: str
    about: tuple[str, ...]


class _Side(NamedTuple):
    """What one page states, its words as a reader sees them, and where."""

    stated: _Stated
    text: str
    where: str


def disparities(pages: tuple[Page, Page]) -> list[Fault]:
    """Find the first place where two pages of the same notebooks part ways.

    Compared are, in order, pieces by kind, name and numbers; of prose, headings by level, and of each
    paragraph, item and row of a table its numbers with their cells. Within a sentence each language orders
    numbers in its own way. Prose without numbers is not compared: its cells stand in pairs.
    """
    names = [str(page.root.get("lang", "")) for page in pages]
    sides = [[side for placed in page.blocks for side in _sides(placed, page.lang)] for page in pages]
    for one, other in zip_longest(*sides):
        if one is None or other is None:
            here, name = (one or other), names[0 if one else 1]
            return [_fault(here, f"only the page in {name!r} states {_named(here)}")]
        if one.stated != other.stated:
            return [
                _fault(
                    one,
                    f"the page in {names[0]!r} states {_named(one)} where that in {names[1]!r} states "
                    f"{_named(other)}",
                )
            ]
    return []


def _sides(placed: Placed, lang: Lang) -> Iterator[_Side]:
    content, where = placed.block.content, placed.block.where
    if not isinstance(content, Prose):
        stated = _Stated(_kind(content), _keys(numbers_in(content, lang)))
        yield _Side(stated, " ".join(plain_of(content, lang).split()), where)
        return
    for element in placed.elements:
        for block in select(element, _BLOCKS):
            if stated_here := _of_prose(block):
                within = block.xpath("ancestor-or-self::*[@data-cell][1]")
                found = within and f"{within[0].get('data-notebook')}, cell {within[0].get('data-cell')}"
                yield _Side(stated_here, text_of(block), found or where)


def _kind(piece: Piece) -> str:
    if isinstance(piece, Chart | OwnFigure):
        return f"figure {piece.slug}"
    if isinstance(piece, Table):
        return f"table {piece.slug}"
    return piece.kind if isinstance(piece, Claim) else type(piece).__name__.lower()


def _keys(numbers: Iterable[Number]) -> tuple[str, ...]:
    return tuple(sorted(f"{number.key} {number.column} {number.value:.12g}" for number in numbers))


def _of_prose(block: HtmlElement) -> _Stated | None:
    """Return what a block of prose states; None where it holds words alone."""
    if block.tag in {"figure", "table"}:
        return _Stated(block.tag, (str(block.get("id")),))
    if block.tag in _HEADINGS:
        return _Stated(block.tag, ())
    numbers = tuple(
        sorted(
            f"{bound.get('data-estimate', '')} {bound.get('class')} {bound.get('value')}"
            for bound in select(block, ".//data")
        )
    )
    claim = str(block.get("data-claim", ""))
    return _Stated(claim or str(block.tag), numbers) if claim or numbers else None


def _named(side: _Side) -> str:
    text = side.text
    return f"{side.stated.kind} “{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”"


def _fault(side: _Side, message: str) -> Fault:
    remedy = "pair the cells, or let one statement print both"
    return Fault("parity", "error", f"{message}; {remedy}.", side.where)
