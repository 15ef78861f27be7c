"""How a form is laid out: what its columns hold, and the marks by which it knows its own cells again.

Column A (hidden) holds the mark of a row: a word such as ``_text`` or the code of question and option, and
behind it a seal for each text that the form itself put into the row. A cell whose text has its seal in the
row's mark is the form's own, wherever it came to stand; any other cell is what somebody wrote.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ANSWER",
    "APPLIES",
    "CHECK",
    "CHECK_ROW",
    "CODE",
    "COVER_KEYS",
    "FINE",
    "HARD",
    "HEADS",
    "HEAD_ROW",
    "LAST",
    "LIST_ROW",
    "MARKS",
    "MISSING",
    "NONE",
    "NUMBER",
    "OPTION",
    "OWN_ROWS",
    "PROBLEMS",
    "REMARK",
    "SOFT",
    "TEXT",
    "TEXT_ROW",
    "UNIT",
    "VALUE",
    "VALUE_COLUMN",
    "Lang",
    "Mark",
    "mark",
    "read_mark",
    "seal",
]

Lang = Literal["zh", "en"]

CODE, NUMBER, TEXT, OPTION, ANSWER, UNIT, LAST, CHECK, REMARK, APPLIES, VALUE, PROBLEMS = range(12)
VALUE_COLUMN = TEXT  # where a cover's answers stand

HEADS: dict[Lang, tuple[str, ...]] = {
    "zh": (
        "", "题号", "题目", "选项", "填报", "单位", "上期填报", "核对", "备注（选填）",
        "适用", "取值", "问题",
    ),
    "en": (
        "", "No.", "Question", "Option", "Answer", "Unit", "Last time", "Check", "Remarks (optional)",
        "applies", "value", "problems",
    ),
}  # fmt: skip
COVER_KEYS = ("form", "member_id", "name", "submitted")

# what stands first in a cell of the check column; all are in the oldest Chinese character set
HARD, SOFT, MISSING, FINE, NONE = "×▲○√－"
MARKS = frozenset((HARD, SOFT, MISSING, FINE, NONE))

TEXT_ROW, HEAD_ROW, CHECK_ROW, LIST_ROW = "_text", "_head", "_check", "_list"
OWN_ROWS = frozenset({TEXT_ROW, HEAD_ROW, CHECK_ROW, LIST_ROW})


@dataclass(frozen=True)
class Mark:
    """The mark of one row: its word, and the seals of the form's own texts in it."""

    word: str
    seals: frozenset[str] = frozenset()


def seal(text: str) -> str:
    """Return the seal of a text: eight hexadecimal digits that blanks and line breaks do not change."""
    return f"{zlib.crc32(''.join(text.split()).encode('utf-8', 'replace')):08x}"


def mark(word: str, own: Iterable[str] = ()) -> str:
    """Return what column A holds for a row with these texts of its own."""
    return " ".join([word, *dict.fromkeys(seal(text) for text in own if text.strip())])


def read_mark(text: str) -> Mark:
    """Read what column A holds: a word alone in forms of the first layout."""
    word, *seals = text.split(" ") if text else [""]
    return Mark(word, frozenset(seals))
