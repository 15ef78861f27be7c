"""What must hold of a deck before it may be released: the gate's rules where they apply, and its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from survey.publication.faults import Fault
from survey.publication.gate import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from survey.publication.slides.cutting import Draft
    from survey.publication.slides.deck import Deck

__all__ = ["scrutinise"]

#: Rules of the gate that hold of slides as of pages; numbered figures and depth of headings are the report's.
_SHARED: Final = frozenset(
    {"alternative-text", "caption", "reference", "foreign", "glyph", "id", "typed-number", "untranslated"}
)


def scrutinise(draft: Draft, names: Iterable[str] = ()) -> list[Fault]:
    """Find the faults of a deck, but for what does not fit and numbers that are not those of their cell.

    `names` are the programme's own words, whose digits are no figures.
    """
    shared = (fault for fault in check(draft.page, names) if fault.rule in _SHARED and fault.level == "error")
    return [*draft.faults, *shared, *_titles(draft.deck)]


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
