"""Lines of printed pages put together as paragraphs; what is no sentence is told apart.

A line runs on where it is as long as its page is wide. Contents with their leaders, running numbers and rows
of bare figures are left out: they say nothing by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["run_together"]

_HAN = r"\u2018-\u201f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_LEADERS = re.compile(r"(?:[.·…]\s*){5,}")
_NUMBER = re.compile(r"[+\-\u2212]?\d[\d.,]*\s*%?")
_WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
_ENDS = re.compile(r"[。！？!?；;:：]\s*[”\"’)）]?$|[a-z0-9%)\]”]\.\s*$")
_CLAUSE = re.compile(r"[，。；]|[,;.] ")
_CAPTION = re.compile(r"(?:图|表|Figure|Table|Fig\.)\s*\d")
_SPACED = re.compile(rf"(?<=[{_HAN}]) (?=\S)|(?<=\S) (?=[{_HAN}])")
#: A line this much of the longest lines runs on into the next.
_FULL = 0.85
#: Bare figures in a row that make a line a row of a table or an axis.
_ROW = 3
_WIDE = frozenset({"W", "F"})


def run_together(pages: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Put the lines of each page together: page, text, and whether it is loose."""
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    full = _FULL * _longest(line for page in lines for line in page)
    held = ""
    for number, page in enumerate(lines, start=1):
        for line in page:
            if held and not _may_follow(held, line):
                yield number, _tidy(held), _loose(held, full)
                held = ""
            if not held and _bare(line):
                continue
            held = _joined(held, line)
            if not _runs_on(line, full):
                yield number, _tidy(held), _loose(held, full)
                held = ""
        if held:
            yield number, _tidy(held), _loose(held, full)
            held = ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in _WIDE else 1 for letter in text)


def _longest(lines: Iterable[str]) -> int:
    """Give the width of full lines: that of the longest few in a hundred, rows of figures left out."""
    widths = sorted(_width(line.strip()) for line in lines if not _bare(line))
    return widths[len(widths) * 98 // 100] if widths else 0


def _runs_on(line: str, full: float) -> bool:
    return line.endswith("\u00ad") or _width(line.strip()) >= full


def _may_follow(held: str, line: str) -> bool:
    """Whether a line can go on a text: an axis, a row of figures, the labels under a caption cannot."""
    text = line.strip()
    if re.match(r"[（(]", text) or (_ENDS.search(text) and not _LEADERS.search(text)):
        return True  # the end of a sentence may be a figure alone
    if _bare(line) or _CAPTION.match(text):
        return False
    captioned = _CAPTION.match(held.strip()) and not held.endswith(("\u00ad", " "))
    return not captioned or text[:1].islower() or bool(_CLAUSE.search(text))


def _bare(line: str) -> bool:
    """Whether a line holds figures or leaders only, or a row of figures behind a name."""
    if _LEADERS.search(line):
        return True
    text = line.strip()
    figures = _NUMBER.findall(text)
    words = _WORD.findall(_NUMBER.sub(" ", text))
    if figures and not words:
        return True
    row = re.findall(r"(?<!\S)(?:[+\-\u2212]?\d[\d.,]*%?|\[\w\])(?!\S)", text)
    return len(row) >= _ROW and not _CLAUSE.search(text)


def _joined(held: str, line: str) -> str:
    if held.endswith("\u00ad"):
        return held[:-1] + line.strip()
    between = " " if held and held.strip()[-1:].isascii() and line.strip()[:1].isascii() else ""
    return f"{held.rstrip()}{between}{line.lstrip()}"


def _tidy(text: str) -> str:
    # a hyphen may be stored as a soft one; Chinese type sets a gap between Han and Latin that is no space
    plain = " ".join(text.replace("\u00ad", "-").split())
    return _SPACED.sub("", plain)


def _loose(text: str, full: float) -> bool:
    """Whether a text is no sentence: short of a full line, or without a stop."""
    plain = text.strip()
    if _ENDS.search(plain):
        return False
    return not (_CLAUSE.search(plain) and _width(plain) >= full)
