"""Read a page as the audit reads anybody's draft: what its words say, checked against the record."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.html import tostring

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
from survey.documents import Fault, select

if TYPE_CHECKING:
    import pandas as pd

    from survey.audit import JudgedClaim, Vocabulary
    from survey.documents import Page
    from survey.programme import Programme

__all__ = ["Proofreader", "proofreader"]

_LONGEST = 160
#: Sentences of the kit's own, and numbers that name their cell.
_CHECKED_ELSEWHERE = ".//p[@class] | .//data[@data-estimate]"


@dataclass(frozen=True)
class Proofreader:
    """Checks the pages of a publication, in whatever language, against one record.

    The record is the ledger of printed figures beside the figures released with the publication: a number
    that agrees with either is right. A number that names its cell is checked against that cell (`traced`),
    and the kit's own sentences are made of such numbers and of names: neither needs reading. What is read
    here is what somebody wrote; prose has no class of its own.
    """

    judge: Judge
    vocabulary: Vocabulary

    def faults(self, page: Page) -> list[Fault]:
        """Find the sentences and cells of tables that contradict the record; unknown numbers pass."""
        written = copy.deepcopy(page.root)
        for element in select(written, _CHECKED_ELSEWHERE):
            element.drop_tree()
        draft = read_page(tostring(written, encoding="unicode"), "page")
        claims = recognise(draft.paragraphs, self.vocabulary, self.judge.fits)
        year = first_year(draft.paragraphs)
        claims += recognise_cells(draft.cells, self.judge.programme, self.vocabulary, self.judge, year)
        judged = confront(self.judge, claims)
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
    claim = judged.claim
    sentence = claim.sentence if len(claim.sentence) <= _LONGEST else f"{claim.sentence[:_LONGEST]}…"
    right = f"on record is {judged.right} ({judged.source})" if judged.right else "no figure answers to it"
    message = (
        f"“{sentence}” prints {claim.text} for {claim.year}, {right}: {judged.reason_en}; "
        "correct the number or the words around it."
    )
    return Fault("audit", "error", message, claim.where)
