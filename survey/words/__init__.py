"""The words of the publications that are no sentence of a finding: catalogues, findings of the audit."""

from survey.words.catalogue import FrontMatter, KeyFigure, Language, Words, messages, words
from survey.words.finding_texts import (
    VERDICT_NAMES,
    count_sentence,
    finding_list,
    judgement_list,
    of_verdicts,
    plain,
    verdict_counts,
)
from survey.words.publication_words import registers, worded

__all__ = [
    "VERDICT_NAMES",
    "FrontMatter",
    "KeyFigure",
    "Language",
    "Words",
    "count_sentence",
    "finding_list",
    "judgement_list",
    "messages",
    "of_verdicts",
    "plain",
    "registers",
    "verdict_counts",
    "worded",
    "words",
]
