"""Sentences of a report in Chinese and English, built from released cells.

A claim holds its numbers once and both languages draw on them, so they cannot differ. Verbs follow the test
and the size: a statement says "rose" only where the interval of the members' change excludes zero, "edged up"
where the change is small besides, and "too few answers to say" where not even a large one could be seen. The
words of every finding, for each purpose, are in ``registers.yaml``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.sentences.accounts import Account, account, fact_of
from analysis.sentences.change_sentences import Thresholds, change, matched, reach, slope, verdict, verdicts
from analysis.sentences.chart_titles import (
    course_title,
    group_title,
    items_title,
    measure_line,
    parts_title,
    split_title,
)
from analysis.sentences.headlines import contrast, evidence, headline, leaders, movement, source
from analysis.sentences.key_messages import (
    ASPECTS,
    Candidate,
    KeyMessage,
    Scoring,
    headline_of,
    key_message,
    lead,
)
from analysis.sentences.level_sentences import level, response, streak
from analysis.sentences.news import Milestone, by_segment, high_to_low, news, ordinal, paragraph
from analysis.sentences.rankings import (
    SIZES,
    channels,
    comparison,
    significance,
    size_of_effect,
    unseen_span,
    within,
)
from analysis.sentences.wordings import (
    capitalised,
    count_number,
    estimate_number,
    is_known,
    pick,
    registers,
    running_segment,
    worded,
)
from analysis.words import Claim, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "ASPECTS",
    "CLAIMS",
    "SIZES",
    "Account",
    "Candidate",
    "Claim",
    "KeyMessage",
    "Milestone",
    "Scoring",
    "Thresholds",
    "account",
    "by_segment",
    "capitalised",
    "change",
    "channels",
    "comparison",
    "contrast",
    "count_number",
    "course_title",
    "estimate_number",
    "evidence",
    "fact_of",
    "group_title",
    "headline",
    "headline_of",
    "high_to_low",
    "is_known",
    "items_title",
    "key_message",
    "lead",
    "leaders",
    "level",
    "matched",
    "measure_line",
    "movement",
    "news",
    "numbers",
    "ordinal",
    "paragraph",
    "parts_title",
    "pick",
    "reach",
    "registers",
    "response",
    "running_segment",
    "significance",
    "size_of_effect",
    "slope",
    "source",
    "split_title",
    "streak",
    "unseen_span",
    "verdict",
    "verdicts",
    "within",
    "worded",
]

CLAIMS: Final[Mapping[str, Callable[..., Claim]]] = MappingProxyType(
    {
        "level": level,
        "change": change,
        "comparison": comparison,
        "channels": channels,
        "streak": streak,
        "slope": slope,
        "response": response,
        "matched": matched,
    }
)
