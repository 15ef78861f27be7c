"""What must hold of a deck before it may be released: the gate's rules where they apply, and its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

from survey.publication import pictures
from survey.publication.gate import Fault, check
from survey.publication.markup import parse, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey.publication.slides.cutting import Draft
    from survey.publication.slides.deck import Deck

__all__ = ["scrutinise"]

#: Rules of the gate that hold of slides as of pages; numbered figures and depth of headings are the report's.
_SHARED: Final = frozenset({"alternative-text", "caption", "reference", "foreign", "glyph", "id"})
_WRITTEN: Final = (
    "//main//*[self::p or self::li or self::h1 or self::h2 or self::h3 or self::h4 or self::h5"
    " or self::h6][not(@class) and not(ancestor::figure) and not(ancestor::table)]"
)
_WORDS: Final = ".//text()[not(ancestor::data) and not(ancestor::a) and not(ancestor::code)]"


def scrutinise(draft: Draft) -> list[Fault]:
    """Find the faults of a deck, but for what does not fit and numbers that are not those of their cell."""
    found = [fault for fault in check(draft.page) if fault.rule in _SHARED and fault.level == "error"]
    return [*draft.faults, *found, *_typed_numbers(draft.page), *_titles(draft.deck)]


def _typed_numbers(page: str) -> Iterator[Fault]:
    """Find digits somebody typed, in headings and lists as in paragraphs: the gate reads them as paragraphs.

    The kit's own sentences have a class; their numbers name their cell, and the others stand in names.
    """
    source, _ = pictures.lift(page)
    told = []
    for element in select(parse(source), _WRITTEN):
        place = element.xpath("ancestor::*[@data-cell][1]")[0]
        words = " ".join(str(part) for part in element.xpath(_WORDS))
        at = f'data-notebook="{escape(place.get("data-notebook"))}" data-cell="{place.get("data-cell")}"'
        told.append(f"<p {at}>{escape(words)}</p>")
    for fault in check(f"<html><body><main>{''.join(told)}</main></body></html>"):
        if fault.rule == "typed-number":
            yield replace(fault, level="error")


def _titles(deck: Deck) -> Iterator[Fault]:
    """Find slides without a headline, and headlines that stand over two slides."""
    seen: dict[str, list[str]] = defaultdict(list)
    for slide in deck.slides:
        if not slide.title:
            message = (
                "a slide has no headline; begin it with a heading, or let the chapter present a finding."
            )
            yield Fault("title", "error", message, slide.where)
        seen[slide.title].append(slide.where)
    for title, places in seen.items():
        if title and len(places) > 1:
            message = f"{len(places)} slides have the headline “{title}”; say what is different on each."
            yield Fault("title", "error", message, "; ".join(places))
