"""Both files of a deck in one language, past the same checks as the pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from analysis.formatting import LANGS
from survey.publication.documents import stop_at
from survey.publication.parity import disparities
from survey.publication.quoting import with_quotes
from survey.publication.slides.cutting import cut_deck
from survey.publication.slides.handout import handout
from survey.publication.slides.presentation import presentation
from survey.publication.slides.rasters import placed_pictures, rasters
from survey.publication.slides.scrutiny import scrutinise
from survey.publication.slides.setting import SetSlide, set_deck
from survey.publication.traced import check_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from analysis.formatting import Lang
    from survey.publication.documents import Documents, Watch
    from survey.publication.front import FrontMatter

__all__ = ["checked_slides", "write_slides"]


def checked_slides(
    documents: Documents, books: Sequence[NotebookNode], lang: Lang
) -> tuple[list[SetSlide], str]:
    """Cut and set the deck of one language and send it past the gate and the audit.

    Returns
    -------
    tuple of (list of SetSlide, str)
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
