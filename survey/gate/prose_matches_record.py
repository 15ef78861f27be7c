"""Read a page as the audit reads anybody's draft: what its words say, held against the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.audit import (
    Judge,
    confront,
    first_year,
    read_page,
    read_record,
    read_vocabulary,
    recognise,
    recognise_cells,
)
from survey.documents import Fault, pictures

if TYPE_CHECKING:
    import pandas as pd

    from survey.audit import JudgedClaim, Vocabulary
    from survey.programme import Programme

__all__ = ["Proofreader", "proofreader"]

_LONGEST = 160
_SAID = re.compile(r"<p\b[^>]*\bclass=[^>]*>.*?</p>", re.DOTALL)
_BOUND = re.compile(r"<data\b[^>]*\bdata-estimate=[^>]*>.*?</data>", re.DOTALL)


@dataclass(frozen=True)
class Proofreader:
    """Holds the pages of a publication, in whatever language, against one record.

    The record is the ledger of printed figures beside the figures released with the publication: a number
    that agrees with either is right. A number that names its cell is held against that cell (`traced`), and
    the kit's own sentences are made of such numbers and of names: neither needs reading. What is read here is
    what somebody wrote; prose has no class of its own.
    """

    judge: Judge
    vocabulary: Vocabulary

    def faults(self, page: str) -> list[Fault]:
        """Find the sentences and cells of tables that contradict the record; unknown numbers pass."""
        source, _ = pictures.lift(page)
        draft = read_page(_BOUND.sub("", _SAID.sub("", source)), "page")
        told = recognise(draft.paragraphs, self.vocabulary, self.judge.fits)
        year = first_year(draft.paragraphs)
        told += recognise_cells(draft.cells, self.judge.programme, self.vocabulary, self.judge, year)
        judged = confront(self.judge, told)
        return [_fault(one) for one in judged if one.verdict == "contradicted"]


def proofreader(programme: Programme, estimates: pd.DataFrame | None = None) -> Proofreader:
    """Read the record and the vocabulary once, for all pages of a publication.

    Parameters
    ----------
    programme : Programme
    estimates : DataFrame, optional
        Frame `estimates` of the publication, of which the released rows count.
    """
    record = read_record(programme, estimates, beside=True)
    return Proofreader(Judge(programme, record), read_vocabulary(programme))


def _fault(judged: JudgedClaim) -> Fault:
    told = judged.claim
    sentence = told.sentence if len(told.sentence) <= _LONGEST else f"{told.sentence[:_LONGEST]}…"
    right = f"on record is {judged.right} ({judged.source})" if judged.right else "no figure answers to it"
    message = (
        f"“{sentence}” prints {told.text} for {told.year}, {right}: {judged.reason_en}; "
        "correct the number or the words around it."
    )
    return Fault("audit", "error", message, told.where)
