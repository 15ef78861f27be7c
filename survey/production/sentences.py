"""A sentence taken apart: names, numbers, runs of years, years and clauses, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from survey.production.numerals import DATES, Quantity, Streak, quantities, streaks

if TYPE_CHECKING:
    from survey.production.vocabulary import Mention, Vocabulary

__all__ = ["YEAR", "Sentence", "take_apart"]

_CLAUSES = re.compile(r"[,，;；:、()]|\b(?:and|while|whereas|against)\b|。|\.(?=\s|$)")
YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?![\d%]|\.\d)(?:\s*年度?)?")


@dataclass(frozen=True)
class Sentence:
    """A sentence taken apart."""

    text: str
    mentions: list[Mention]
    segments: list[Mention]
    numbers: list[Quantity]
    runs: list[Streak]
    years: list[tuple[int, int, str]]
    clauses: list[tuple[int, int]]

    def clause(self, place: int) -> int:
        """Return the number of the clause that holds a place."""
        return next(i for i, (_, end) in enumerate(self.clauses) if place < end)


def take_apart(text: str, vocabulary: Vocabulary) -> Sentence:
    """Find in a sentence what is named and numbered; a comma within a name or number parts no clauses."""
    dates = [match.span() for match in DATES.finditer(text)]
    years = [
        (m.start(), m.end(), m[1])
        for m in YEAR.finditer(text)
        if not any(start <= m.start() < end for start, end in dates)
    ]
    runs = streaks(text)
    taken = [*dates, *((s, e) for s, e, _ in years), *((r.start, r.end) for r in runs)]
    names = [
        m for m in vocabulary.mentions(text) if not any(r.start < m.end and m.start < r.end for r in runs)
    ]
    taken += [(m.start, m.end) for m in names if re.search(r"\d", m.text)]
    numbers = quantities(text, taken)
    names = [m for m in names if not any(q.start < m.end and m.start < q.end for q in numbers)]
    solid = [(m.start, m.end) for m in names] + [(q.start, q.end) for q in numbers] + dates
    cuts = [
        m.end() for m in _CLAUSES.finditer(text) if not any(start <= m.start() < end for start, end in solid)
    ]
    bounds = [0, *cuts, len(text) + 1]
    clauses = [(a, b) for a, b in pairwise(bounds) if b > a]
    mentions = [m for m in names if m.codes]
    return Sentence(text, mentions, [m for m in names if m.place], numbers, runs, years, clauses)
