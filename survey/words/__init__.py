"""The words of the publications that are no sentence of a finding: catalogues, findings of the audit."""

from survey.words.catalogue import FrontMatter, KeyFigure, Language, Words, messages, words
from survey.words.finding_texts import (
    VERDICT_NAMES,
    CountedSentence,
    FindingList,
    Judgements,
    of_verdicts,
    plain,
    verdict_counts,
)
from survey.words.publication_words import registers, worded

__all__ = [
    "VERDICT_NAMES",
    "CountedSentence",
    "FindingList",
    "FrontMatter",
    "Judgements",
    "KeyFigure",
    "Language",
    "Words",
    "messages",
    "of_verdicts",
    "plain",
    "registers",
    "verdict_counts",
    "worded",
    "words",
]
