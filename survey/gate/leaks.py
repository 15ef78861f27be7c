"""Whether an edition gives a member away: names, answers and rows of answers looked for in every file."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from survey.gate.confidential import Confidential, numbers_in
from survey.gate.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from survey.gate.confidential import Respondent

__all__ = ["Leak", "leaks"]

_LATIN = re.compile(r"[A-Za-z0-9]")
_WINDOW: Final = 12  # numbers, in their order, among which a row of answers is looked for
_ANSWERS: Final = 3  # of one member, to different questions, that make a row
_DIGITS: Final = 9  # digits that they have together


@dataclass(frozen=True, order=True)
class Leak:
    """Something confidential in a file of an edition."""

    file: str
    kind: str

    def __str__(self) -> str:
        """Say it in one line, without the thing itself: the line may be logged."""
        return f"{self.file} holds {self.kind}; take it out."


def leaks(folder: Path, confidential: Confidential) -> list[Leak]:
    """Find what is confidential in all files of an edition, hidden text and metadata among it.

    A code (L01) is looked for as a word of its own, any other text anywhere.
    """
    search = _Search(confidential)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return sorted(
        {Leak(path.relative_to(folder).as_posix(), kind) for path in paths for kind in search.kinds(path)}
    )


@dataclass(frozen=True)
class _Search:
    confidential: Confidential

    @cached_property
    def _texts(self) -> re.Pattern[str]:
        return re.compile(_pattern(self.confidential.texts))

    def kinds(self, path: Path) -> Iterator[str]:
        """Yield what a file holds."""
        for passage in passages(path):
            if passage.of != "numbers":
                yield from self._told(passage.text)
            if passage.of != "words":
                yield from self._counted(list(numbers_in(passage.text)))

    def _told(self, text: str) -> Iterator[str]:
        if not self.confidential.texts:
            return
        at = 0
        while found := self._texts.search(text, at):
            if _stands_alone(text, *found.span()):
                yield f"{self.confidential.texts[found[0]]} ({len(found[0])} signs)"
                at = found.end()
            else:
                at = found.start() + 1

    def _counted(self, numbers: Sequence[str]) -> Iterator[str]:
        for number in self.confidential.numbers.intersection(numbers):
            digits = len(number.replace(".", ""))
            yield f"an answer of a member (a number of {digits} digits that no released figure has)"
        seen: dict[Respondent, deque[tuple[int, str, str]]] = defaultdict(lambda: deque(maxlen=_WINDOW))
        for place, number in enumerate(numbers):
            for respondent, question in self.confidential.rows.get(number, ()):
                own = seen[respondent]
                own.append((place, question, number))
                near = {asked: n for at, asked, n in own if place - at < _WINDOW}
                if self._is_row(near.values()):
                    yield f"{_ANSWERS} answers or more of one member beside each other"

    @staticmethod
    def _is_row(numbers: Iterable[str]) -> bool:
        different = set(numbers)
        return (
            len(different) >= _ANSWERS
            and sum(len(number.replace(".", "")) for number in different) >= _DIGITS
        )


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether an end in Latin letters or digits is a word's end; a Chinese one may touch anything."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return not any(
        _LATIN.match(beside) and _LATIN.match(own)
        for beside, own in ((before, text[start]), (after, text[end - 1]))
    )


def _pattern(texts: Iterable[str], depth: int = 0) -> str:
    """Return a pattern of any of the texts, the longest first, that looks at each sign once.

    An alternation of thousands of names would be tried name by name at every sign.
    """
    branches: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        branches[text[depth : depth + 1]].append(text)
    return "|".join(
        re.escape(sign) + _below(own, depth + 1) if sign else ""
        for sign, own in sorted(branches.items(), reverse=True)
    )


def _below(texts: Sequence[str], depth: int) -> str:
    if len(texts) == 1:
        return re.escape(texts[0][depth:])
    return f"(?:{_pattern(texts, depth)})"
