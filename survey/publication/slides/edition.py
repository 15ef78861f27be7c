"""Both files of a deck in one language, past the same checks as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.errors import PublicationError
from survey.publication.gate import report_faults
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

__all__ = ["checked_slides", "write_slides"]


def checked_slides(documents: Documents, books: Sequence[NotebookNode], lang: Lang) -> list[SetSlide]:
    """Cut and set the deck of one language and send it past the gate and the audit.

    Raises
    ------
    PublicationError
        With every fault: what is typed, what lacks words, what does not fit its slide, in which notebook and
        cell, and the remedy.
    """
    draft = cut_deck(books, documents.edition, documents.fronts[lang])
    slides, overfull = set_deck(draft.deck)
    faults = [*scrutinise(draft), *overfull, *check_numbers(draft.page, documents.cells)]
    faults += documents.proofs.faults(draft.page)
    if faults:
        raise PublicationError(
            f"{documents.name}.{lang}.pptx does not pass the gate:\n{report_faults(faults)}"
        )
    return slides


def write_slides(
    documents: Documents, books: Sequence[NotebookNode], lang: Lang, folder: Path, watch: Watch
) -> None:
    """Write one language of a deck as PPTX and PDF, both from the same slides."""
    with watch.stage("slides"):
        slides = checked_slides(documents, books, lang)
        front = documents.fronts[lang]
        deck = presentation(slides, rasters(placed_pictures(slides)), front)
        (folder / f"{documents.name}.{lang}.pptx").write_bytes(deck)
        (folder / f"{documents.name}.{lang}.pdf").write_bytes(handout(slides, front))
