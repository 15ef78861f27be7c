"""Both files of a deck in one language, past the same checks as the pages."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from analysis.words import LANGS
from survey.documents import Fault, unpublished_outputs, with_quotes
from survey.documents.deck import (
    SetSlide,
    cut_deck,
    handout,
    placed_pictures,
    presentation,
    rasters,
    set_deck,
)
from survey.edition.write_publications import stop_at
from survey.gate import check, check_numbers, disparities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from analysis.words import Lang
    from survey.documents import Page
    from survey.documents.deck import CutDeck, Deck
    from survey.edition.write_publications import Documents, Watch
    from survey.words import FrontMatter

__all__ = ["checked_slides", "scrutinise", "write_slides"]

# What must hold of a deck before it may be released: the gate's rules where they apply, and its own.


#: Rules of the gate that hold of slides as of pages; numbered figures and depth of headings are the report's.
_SHARED: Final = frozenset(
    {"alternative-text", "caption", "reference", "foreign", "glyph", "id", "typed-number", "untranslated"}
)


def scrutinise(draft: CutDeck, names: Iterable[str] = ()) -> list[Fault]:
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


def checked_slides(
    documents: Documents, books: Sequence[NotebookNode], lang: Lang
) -> tuple[list[SetSlide], Page]:
    """Cut and set the deck of one language and send it past the gate and the audit.

    Returns
    -------
    tuple of (list of SetSlide, Page)
        The slides, and the page they were cut from.

    Raises
    ------
    PublicationError
        With every fault: what is typed, what lacks words, what does not fit its slide, in which notebook and
        cell, and the remedy.
    """
    draft = cut_deck(books, documents.edition, documents.fronts[lang])
    slides, overfull = set_deck(draft.deck)
    faults = [*scrutinise(draft, documents.names), *overfull, *check_numbers(draft.page, documents.cells)]
    faults += documents.proofs.faults(draft.page)
    faults += [fault for fault in documents.undeclared(books) if fault.level == "error"]
    stop_at(faults, f"{documents.name}.{lang}.pptx")
    return slides, draft.page


def write_slides(documents: Documents, books: Sequence[NotebookNode], folder: Path, watch: Watch) -> None:
    """Write a deck in each of its languages as PPTX and PDF, both from the same slides.

    Raises
    ------
    PublicationError
        As `checked_slides`; also where the languages do not state the same, in the same order.
    """
    with watch.stage("slides"):
        watch.warnings += unpublished_outputs(books, documents.edition)
        watch.warnings += [fault for fault in documents.undeclared(books) if fault.level == "warning"]
        with_quotes(books, documents.quotable)
        checked = {lang: checked_slides(documents, books, lang) for lang in documents.fronts}
        if len(checked) == len(LANGS):
            stop_at(disparities((checked["zh"][1], checked["en"][1])), documents.name)
    with watch.side_by_side():
        for lang, (slides, _) in checked.items():
            name, front = f"{documents.name}.{lang}", documents.fronts[lang]
            watch.write("slides", folder / f"{name}.pptx", partial(_powerpoint, slides, front))
            watch.write("slides", folder / f"{name}.pdf", partial(handout, slides, front))


def _powerpoint(slides: Sequence[SetSlide], front: FrontMatter) -> bytes:
    return presentation(slides, rasters(placed_pictures(slides)), front)
