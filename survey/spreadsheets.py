"""Nothing that leaves the house runs in a spreadsheet: what is text stays text, in workbooks and CSV files.

A cell of a workbook is written as a text or a number, with `PLAIN_TEXT` wherever the writer could guess. A
CSV file has no types, so that a spreadsheet reads a formula into any text that begins like one: an apostrophe
goes before it.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PLAIN_TEXT", "guarded", "unguarded"]

#: Options of XlsxWriter's `Workbook`: no formula, link or number is made of a text.
PLAIN_TEXT: Final[Mapping[str, bool]] = MappingProxyType(
    {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
)
_STARTS: Final = re.compile(r"[=@\t\r\n+\-]")
#: A signed number, with a per cent sign, a Chinese unit and a Chinese remark at most: nothing of it can run.
_SIGNED: Final = re.compile(
    r"[+\-]\d[\d.,]*(?:e[+\-]?\d+)?\s*[%％]?\s*[\u2e80-\uffef]*(?:\([\u2e80-\uffef]*\))?", re.IGNORECASE
)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs: an apostrophe goes before what it would take for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-12"), guarded("-12+A1")
    ("'=1+1", '-12', "'-12+A1")
    """
    return f"'{text}" if _STARTS.match(text) and not _SIGNED.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return a text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _STARTS.match(text[1:]) else text
