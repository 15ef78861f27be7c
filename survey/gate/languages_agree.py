"""Whether both languages of a publication state the same: figures, tables, claims, numbers, in one order."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from survey.documents import Fault, parse, select, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

__all__ = ["disparities"]

_LONGEST = 60
_BLOCKS = (
    "//figure[@id] | //table[@id] | //main//p[not(ancestor::table)] | //main//li | //main//dd | //main//tr"
    " | //main//*[self::h2 or self::h3 or self::h4] | //main//figcaption"
)


class _Told(NamedTuple):
    """What a block states, whatever its words: its kind, and what it is about or the numbers it holds."""

    kind: str
    stated: tuple[str, ...]


def disparities(pages: tuple[str, str]) -> list[Fault]:
    """Find the first place where two pages of the same notebooks part ways.

    Compared are, in order, the figures and tables by id, headings by level, and of each paragraph, item and
    row of a table its claim and its numbers with their cells. Within a sentence each language orders numbers
    in its own way. Prose without numbers is not compared: its cells stand in pairs.

    Parameters
    ----------
    pages : pair of str
        Assembled pages.
    """
    roots = [parse(page) for page in pages]
    names = [str(root.get("lang", "")) for root in roots]
    sides = [list(_told(root)) for root in roots]
    for one, other in zip_longest(*sides):
        if one is None or other is None:
            here, name = (one or other), names[0 if one else 1]
            return [_fault(here, f"only the page in {name!r} states {_named(here)}")]
        if one[0] != other[0]:
            return [
                _fault(
                    one,
                    f"the page in {names[0]!r} states {_named(one)} where that in {names[1]!r} states "
                    f"{_named(other)}",
                )
            ]
    return []


def _told(root: HtmlElement) -> Iterator[tuple[_Told, HtmlElement]]:
    for block in select(root, _BLOCKS):
        told = _stated(block)
        if told is not None:
            yield told, block


def _stated(block: HtmlElement) -> _Told | None:
    """Tell what a block states; None where it holds words alone."""
    if block.tag in {"figure", "table"}:
        return _Told(block.tag, (str(block.get("id")),))
    if block.tag in {"h2", "h3", "h4"}:
        return _Told(block.tag, ())
    numbers = tuple(
        sorted(
            f"{data.get('data-estimate', '')} {data.get('class')} {data.get('value')}"
            for data in select(block, ".//data")
        )
    )
    claim = block.get("data-claim", "")
    return _Told(claim or block.tag, numbers) if claim or numbers else None


def _named(side: tuple[_Told, HtmlElement]) -> str:
    told, block = side
    text = text_of(block)
    return f"{told.kind} “{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”"


def _fault(side: tuple[_Told, HtmlElement], message: str) -> Fault:
    place = side[1].xpath("ancestor-or-self::*[@data-cell][1]")
    where = f"{place[-1].get('data-notebook')}, cell {place[-1].get('data-cell')}" if place else ""
    remedy = "pair the cells, or let one statement print both"
    return Fault("parity", "error", f"{message}; {remedy}.", where)
