"""Say what a table of answers holds before anything is taken from it: its questions and their kinds.

For files of surveys that the kit knows no questionnaire of, and for those whose columns it did not find: from
headings and the way answers are written, never from what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from survey.intake.answer_tables import PLATFORM
from survey.intake.formats import format_of, tables_of
from survey.intake.workbooks import address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from survey.intake.answer_tables import Heading, Table

__all__ = ["RECOGNISED", "recognise"]

RECOGNISED = ("sheet", "columns", "number", "question", "kind", "parts", "answers", "skipped", "unanswered")
RANKED = "→"
NO_ANSWER = PLATFORM.skipped | PLATFORM.unanswered | {""}
MOST_DIFFERENT = 2  # as many different answers say nothing of a question yet
MOST_CODES = 100  # option numbers a survey platform gives; above, a number is an amount


@dataclass(frozen=True)
class _Group:
    """The columns that belong to one question."""

    columns: tuple[int, ...]
    headings: tuple[Heading, ...]


def recognise(path: Path) -> tuple[str, pd.DataFrame]:
    """Recognise the questions of a file.

    Parameters
    ----------
    path : Path
        A workbook, a text table, an SPSS file, an export of a survey platform.

    Returns
    -------
    str
        The format: ``workbook``, ``text`` or ``SPSS``, with ``, platform export`` where it is one.
    DataFrame
        One row a question: sheet, columns (as ``G`` or ``I-AA``), number, question, kind ({``meta``,
        ``single``, ``multi in one cell``, ``multi as columns``, ``matrix``, ``ranking``, ``ranking as
        columns``, ``number``, ``text``, ``empty``}), parts (options or rows), answers, skipped (by routing),
        unanswered.

    Raises
    ------
    UnreadableWorkbookError
        If the file cannot be read.
    """
    tables = tables_of(path)
    rows = [_row(table, group) for table in tables for group in _groups(table)]
    platform = any(table.from_platform for table in tables)
    kind = format_of(path) + (", platform export" if platform else "")
    return kind, pd.DataFrame(rows, columns=list(RECOGNISED))


def _groups(table: Table) -> list[_Group]:
    """Put the columns of one question together: options and rows that share its number and text."""
    pairs = [(cell.column, heading) for cell, heading in zip(table.heading, table.headings, strict=True)]

    def key(pair: tuple[int, Heading]) -> tuple[object, ...]:
        column, heading = pair
        parts = heading.kind in {"option", "matrix"}
        return (heading.kind, heading.number, heading.question) if parts else (column,)

    grouped = (list(group) for _, group in groupby(pairs, key))
    return [_Group(tuple(c for c, _ in group), tuple(h for _, h in group)) for group in grouped]


def _row(table: Table, group: _Group) -> tuple[object, ...]:
    first = group.headings[0]
    rows = [[row[c].text if c in row else "" for c in group.columns] for row in table.rows]
    given = [[text for text in row if text not in NO_ANSWER] for row in rows]
    answers = sum(map(bool, given))
    left_out = [row for row, said in zip(rows, given, strict=True) if not said]
    skipped = sum(not PLATFORM.skipped.isdisjoint(row) for row in left_out)
    each = len(group.columns)
    return (
        table.sheet,
        _span(group.columns),
        str(first.number or ""),
        first.question or ("" if first.kind == "option" else first.text.strip()),
        _kind(first, [text for row in given for text in row]),
        str(each) if each > 1 else "",
        answers,
        skipped,
        len(rows) - answers - skipped,
    )


def _span(columns: Sequence[int]) -> str:
    first, last = (address(0, column).rstrip("1") for column in (columns[0], columns[-1]))
    return first if first == last else f"{first}-{last}"


def _kind(heading: Heading, given: Sequence[str]) -> str:  # noqa: PLR0911 - one return for each kind
    """Tell a question's kind from how its answers are written."""
    if heading.kind in {"meta", "matrix"}:
        return heading.kind
    if not given:
        return "empty"
    whole = all(text.lstrip("-").isdecimal() for text in given)
    if heading.kind == "option":
        return "multi as columns" if set(given) <= {"0", "1"} else "ranking as columns" if whole else "text"
    if heading.kind == "ranking" or any(RANKED in text for text in given):
        return "ranking"
    if any(PLATFORM.separator in text for text in given):
        return "multi in one cell"
    if whole and max(len(text) for text in given) <= len(str(MOST_CODES)):
        return "single"
    if all(text.replace(".", "", 1).lstrip("-").isdecimal() for text in given):
        return "number"
    free = "填空" in heading.text or len(set(given)) > max(MOST_DIFFERENT, len(given) // 2)
    return "text" if free else "single"
