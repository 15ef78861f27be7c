"""What each column of the published frames is called and means, and what its codes say, in both languages.

The words are in ``columns.yaml``. Types and order are those of `analysis.model.frames`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.model import CHANGE_COLUMNS, COMPARISON_COLUMNS, ESTIMATE_COLUMNS
from analysis.words.registers import read_registers
from analysis.words.text import Lang, Text, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "BASE_HEAD",
    "CARD_HEADINGS",
    "CHANGE_TEXTS",
    "COMPARISON_TEXTS",
    "ESTIMATE_TEXTS",
    "MARKERS",
    "Described",
    "Marker",
    "marker_element",
    "method_text",
    "text_of_test",
]

_WORDS: Final = read_registers(Path(__file__).with_name("columns.yaml"))
#: Columns that are filled in every row of every frame that has them.
_REQUIRED: Final = frozenset(
    {
        "indicator", "wave", "base_wave", "dimension", "segment", "method", "unit", "n_matched",
        "status", "comparable", "test",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Described:
    """The heading and the meaning of a column; whether each row must fill it."""

    title: Text
    meaning: Text
    required: bool = False


def _described(frame: str, columns: Iterable[str]) -> Mapping[str, Described]:
    """Describe the columns of a frame in their order."""
    found = {}
    for column in columns:
        place = frame if _WORDS.says(frame, column, "title") else "every frame"
        title, meaning = (_WORDS.text(place, column, form) for form in ("title", "meaning"))
        found[column] = Described(title, meaning, column in _REQUIRED)
    return MappingProxyType(found)


#: Columns of ``estimates``.
ESTIMATE_TEXTS: Final = _described("estimates", ESTIMATE_COLUMNS)
#: Columns of ``changes``.
CHANGE_TEXTS: Final = _described("changes", CHANGE_COLUMNS)
#: Columns of ``comparisons``.
COMPARISON_TEXTS: Final = _described("comparisons", COMPARISON_COLUMNS)
#: What a number of each column is, as a card's second heading; estimates and changes speak for themselves.
CARD_HEADINGS: Final[Mapping[str, Text]] = MappingProxyType(
    {"n": ESTIMATE_TEXTS["n"].title, **_WORDS.texts("card", "title")}
)


#: What heads the members behind a number, in every table, chart and card.
BASE_HEAD: Final = ESTIMATE_TEXTS["n"].title


# The shorthand of tables, each sign with its one meaning: for pages, for sheets and for data files.
#
# ``[c]``, ``[z]``, ``[x]`` stand where a number cannot; ``[low]`` does on a page, and in a sheet stands
# beside the number, as ``[b]`` and ``[r]`` do. The signs are those of the British statistical service.


@dataclass(frozen=True)
class Marker:
    """A sign that stands in a table for a number or beside one, and what it means."""

    symbol: str
    meaning: Text


MARKERS: Final[Mapping[str, Marker]] = MappingProxyType(
    {symbol: Marker(symbol, meaning) for symbol, meaning in _WORDS.texts("marker", "meaning").items()}
)


def marker_element(symbol: str, lang: Lang) -> str:
    """Write the element of a cell without a number; its meaning is given to readers of the page by `abbr`."""
    marker = look_up(MARKERS, symbol, "symbol")
    return f'<abbr class="marker" title="{escape(marker.meaning.in_(lang))}">{escape(symbol)}</abbr>'


def method_text(method: str) -> Text:
    """Say a method of `estimates` or `slopes`, or a note of `changes`; its parts stand between semicolons."""
    parts = [_said("method", part) for part in method.split("; ")]
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def text_of_test(test: str) -> Text:
    """Say a test of `comparisons` or `matched`."""
    return _said("test", test)


def _said(kind: str, code: str) -> Text:
    """Put a code into words; one nobody has worded yet stands as it is rather than not at all."""
    for pattern, words in _WORDS.texts(kind, "said").items():
        if found := re.fullmatch(pattern, code):
            return Text(words.zh.format(*found.groups()), words.en.format(*found.groups()))
    return Text.same(code)
