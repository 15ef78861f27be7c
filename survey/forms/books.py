"""Begin a workbook that leaves the house: nothing in it can run, and same inputs give same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["begin_book"]

PINNED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's clock has no zone; pinned so that same inputs give same bytes
#: What members typed stays text: no formula, no link.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def begin_book(target: Path | BytesIO, title: str) -> xlsxwriter.Workbook:
    """Begin a workbook at a path or in memory; it is written when it is closed."""
    # the parts of a package carry another date in memory than from files: stored returns were made from files
    book = xlsxwriter.Workbook(target, PLAIN | {"in_memory": isinstance(target, BytesIO)})
    book.set_properties({"created": PINNED, "title": title})
    return book
