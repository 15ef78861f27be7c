"""The data tables of a publication as one book: cover, contents, notes, then one table a sheet.

The layout and the shorthand are those of the British statistical service's guidance on releasing statistics
in spreadsheets: the title in A1, below it in column A how many tables there are and where the notes stand,
one table a sheet beginning in column A and marked as a table, no merged cell, no empty row or column, nothing
said by colour alone. One sheet serves both languages, headings one above the other: the numbers stand once,
so that two sheets cannot come to differ.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.words import MARKERS, Text
from survey.data.sheet_model import Book, BookSheet, Kind, Marked, Row, SheetCell, finite, printable
from survey.errors import PublicationError
from survey.words import FrontMatter, KeyFigure, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["SheetTable", "lay_out"]

_NARROWEST, _WIDEST = 10, 66
_PADDING = 3
_UNEVEN = 1.08
_COVER_WIDTH = 100
_LINE = 17.0  # points
_HEIGHTS: Mapping[Kind, float] = {"title": 26.0, "subtitle": 21.0, "notice": 20.0}
_YEARS = (1900, 2100)  # whole numbers all within are written without a comma
_SAME = 1e-9  # what floating point leaves of a decimal number
_MOST_DECIMALS = 4
_BROAD = {"W", "F"}
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_TAGS = {"zh": "zh-CN", "en": "en-GB"}
_LEAD = Text(
    "本工作表有1张表，方括号内的符号见工作表 {}",
    "This sheet has one table; signs in square brackets are explained on sheet {}",
)
_COVER_LEAD = Text("各工作表见 {}", "The sheets are listed on {}")
_SIGN, _MEANING = Text("符号", "Sign"), Text("含义", "Meaning")


@dataclass(frozen=True)
class SheetTable:
    """Hold one table for a sheet of its own.

    `columns` gives the printed heading of each column of `data`, in the order they are written; `digits` the
    decimals shown where they should not be read off the numbers, for a column or row by row. Missing numbers
    are written `[x]`; a sign of `analysis.words.columns.MARKERS` already in the data stays. `notes` stand
    above the table.
    """

    slug: str
    title: Text
    data: pd.DataFrame
    columns: Mapping[str, Text]
    notes: Sequence[Text] = ()
    digits: Mapping[str, int | Sequence[int]] = field(default_factory=dict)


def lay_out(tables: Sequence[SheetTable], fronts: Sequence[FrontMatter]) -> Book:
    """Lay tables out as a book.

    Parameters
    ----------
    tables : sequence of SheetTable
        Tables in the order of the sheets; each `slug` names its sheet.
    fronts : sequence of FrontMatter
        Front matter of each language wanted, the first one leading.

    Raises
    ------
    PublicationError
        A slug occurs twice or makes no sheet name, a heading names no column or is printed twice, a number is
        infinite, or a text is longer than a cell may be.
    """
    if not fronts:
        raise PublicationError("tables.xlsx needs the front matter of at least one language, got none.")
    names = _sheet_names(tables)
    layout = _Layout(tuple(fronts))
    return Book(
        title=printable(fronts[0].title, "Cover, title"),
        author=printable(fronts[0].organisation, "Cover, organisation"),
        language=_TAGS[fronts[0].language],
        notice=_joined(front.notice for front in fronts if front.notice is not None),
        sheets=(
            layout.cover(),
            layout.contents(tables, names),
            layout.notes(),
            *(
                layout.table(table, name, number)
                for number, (table, name) in enumerate(zip(tables, names, strict=True), start=1)
            ),
        ),
    )


@dataclass(frozen=True)
class _Layout:
    """Lay sheets out in the languages of the fronts."""

    fronts: tuple[FrontMatter, ...]

    def cover(self) -> BookSheet:
        """Lay out the cover: all in column A, so that a screen reader meets one thing after the other."""
        title = Text(**{lang: _by(self.fronts, lang).title for lang in ("zh", "en")})
        rows = [*self._opening(title, 1), self._link(_COVER_LEAD, "contents")]
        for front in self.fronts:
            wording, mark = words(front.language), "：" if front.language == "zh" else ": "
            pairs = (
                (front.wave_label or wording.wave, front.wave),
                (wording.released, front.release_date),
                (wording.edition, front.edition_label),
                *((figure.label, figure.printed) for figure in front.key_figures if _is_response(figure)),
                *front.facts,
            )
            lines = [front.organisation, front.subtitle, *(f"{name}{mark}{value}" for name, value in pairs)]
            rows += [_row(SheetCell(printable(line, "Cover"), "line")) for line in lines]
        return BookSheet(_name(self.fronts, "cover"), tuple(rows), (_COVER_WIDTH,))

    def contents(self, tables: Sequence[SheetTable], names: Sequence[str]) -> BookSheet:
        """Lay out the list of sheets, each name a link."""
        columns: dict[str, Text] = {"sheet": Text(words("zh").sheet, words("en").sheet)}
        data: dict[str, list[str]] = {"sheet": list(names)}
        for front in self.fronts:
            columns[front.language] = Text.same(words(front.language).table.format("").strip())
            data[front.language] = [table.title.in_(front.language) for table in tables]
        title = Text(words("zh").contents, words("en").contents)
        table = SheetTable("contents", title, pd.DataFrame(data, dtype="str"), columns)
        return self._lay(table, _name(self.fronts, "contents"), "contents", [], linked="sheet")

    def notes(self) -> BookSheet:
        """Lay out what the signs in square brackets mean."""
        columns: dict[str, Text] = {"sign": _SIGN}
        data: dict[str, list[str]] = {"sign": list(MARKERS)}
        for front in self.fronts:
            columns[front.language] = Text.same(_MEANING.in_(front.language))
            data[front.language] = [marker.meaning.in_(front.language) for marker in MARKERS.values()]
        title = Text(words("zh").notes, words("en").notes)
        table = SheetTable("notes", title, pd.DataFrame(data, dtype="str"), columns)
        back = [self._link(Text(words("zh").back, words("en").back), "contents")]
        return self._lay(table, _name(self.fronts, "notes"), "notes", back)

    def table(self, table: SheetTable, name: str, number: int) -> BookSheet:
        """Lay out one table, with its title, its notes and the way back above it."""
        above = [
            self._link(_LEAD, "notes"),
            *(_row(SheetCell(printable(self._in_all(note), name), "line")) for note in table.notes),
            self._link(Text(words("zh").back, words("en").back), "contents"),
        ]
        marked = re.sub(r"\W", "_", f"table_{number}_{table.slug}")[:200]
        return self._lay(table, name, marked, above)

    def _lay(
        self, table: SheetTable, name: str, marked: str, above: Sequence[Row], linked: str = ""
    ) -> BookSheet:
        rows = [*self._opening(table.title, len(table.columns)), *above]
        first = len(rows)
        columns = [
            _column(table, key, self._heading(text), first + 2, linked=key == linked)
            for key, text in table.columns.items()
        ]
        heads = [column[0].value for column in columns]
        twice = [repr(head) for head in dict.fromkeys(heads) if heads.count(head) > 1]
        if twice:
            raise PublicationError(
                f"Sheet {table.slug!r}: heading {', '.join(twice)} stands over two columns; name them apart."
            )
        widths = tuple(_fit(column) for column in columns)
        rows += [_set(cells, widths) for cells in zip(*columns, strict=True)]
        table_cells = Marked(marked, first, len(rows) - 1, len(columns))
        return BookSheet(name, tuple(rows), widths, table_cells, (first + 1, 1))

    def _opening(self, title: Text, columns: int) -> list[Row]:
        """Give title and notice in each language; the notice runs over so many columns."""
        rows = []
        for position, text in enumerate(dict.fromkeys(title.in_(f.language) for f in self.fronts)):
            rows.append(_row(SheetCell(printable(text, "Title"), "subtitle" if position else "title")))
        for front in self.fronts:
            if front.notice is not None:
                rest = (SheetCell("", "notice"),) * (columns - 1)
                rows.append(_row(SheetCell(printable(front.notice, "Notice"), "notice"), *rest))
        return rows

    def _link(self, text: Text, word: str) -> Row:
        name = _name(self.fronts, word)
        return _row(
            SheetCell(self._in_all(Text(text.zh.format(name), text.en.format(name))), "link", target=name)
        )

    def _in_all(self, text: Text) -> str:
        return _joined(text.in_(front.language) for front in self.fronts)

    def _heading(self, text: Text) -> str:
        return "\n".join(dict.fromkeys(text.in_(front.language) for front in self.fronts))


def _is_response(figure: KeyFigure) -> bool:
    return "/response/" in (figure.estimate or "")


def _row(*cells: SheetCell) -> Row:
    return Row(cells, _HEIGHTS.get(cells[0].kind, _LINE))


def _column(table: SheetTable, key: str, heading: str, row: int, *, linked: bool) -> list[SheetCell]:
    """Give the cells of a column, its head first; `row` is the first number's as a spreadsheet counts."""
    if key not in table.data:
        raise PublicationError(
            f"Sheet {table.slug!r}: heading {key!r} names no column; "
            f"the data have {sorted(map(str, table.data))}."
        )
    where = f"Sheet {table.slug!r}, column {key!r}"
    values = table.data[key].tolist()
    numeric = any(_is_number(value) for value in values)
    told = table.digits.get(key, None if _are_years(values) else _digits(values))
    decimals = repeat(told) if told is None or isinstance(told, int) else told
    cells = [SheetCell(printable(heading, where), "number_head" if numeric else "head")]
    for number, (value, places) in enumerate(zip(values, decimals, strict=False), start=row):
        if _is_number(value):
            cells.append(SheetCell(finite(float(value), f"{where}, row {number}"), "number", places))
            continue
        text = printable("[x]" if pd.isna(value) else str(value), f"{where}, row {number}")
        kind: Kind = "marker" if numeric and text in MARKERS else "text"
        cells.append(SheetCell(text, "link", target=text) if linked else SheetCell(text, kind))
    return cells


def _fit(column: Sequence[SheetCell]) -> float:
    """Give the width that shows a column's cells whole, within bounds."""
    needed = max((_width(line) for cell in column for line in _shown(cell).split("\n")), default=0)
    return min(max(needed + _PADDING, _NARROWEST), _WIDEST)


def _shown(cell: SheetCell) -> str:
    return cell.value if isinstance(cell.value, str) else f"{cell.value:,.{cell.decimals or 0}f}"


def _set(cells: Sequence[SheetCell], widths: Sequence[float]) -> Row:
    """Make a row: a text that its column cannot hold in a line is wrapped, its row as high as it needs."""
    lines = [_lines(cell, width) for cell, width in zip(cells, widths, strict=True)]
    kept = (
        SheetCell(cell.value, "prose") if count > 1 and cell.kind == "text" else cell
        for cell, count in zip(cells, lines, strict=True)
    )
    return Row(tuple(kept), max(lines) * _LINE + (4 if "head" in cells[0].kind else 1))


def _lines(cell: SheetCell, width: float) -> int:
    """Give the lines a text needs in a column: those of words are uneven, and lose some of its width."""
    needed = (_width(line) / (width - 1) for line in _shown(cell).split("\n"))
    return sum(1 if lines <= 1 else math.ceil(lines * _UNEVEN) for lines in needed)


def _sheet_names(tables: Sequence[SheetTable]) -> list[str]:
    """Give each table's sheet name, its slug, as Excel allows it: 31 characters, none twice."""
    names = [_FORBIDDEN_IN_NAME.sub("-", table.slug)[:31] for table in tables]
    for name, table in zip(names, tables, strict=True):
        if not name.strip() or [n.casefold() for n in names].count(name.casefold()) > 1:
            raise PublicationError(
                f"Table {table.slug!r} makes the sheet name {name!r}, which is empty or taken; "
                "give it another slug."
            )
    return names


def _name(fronts: Sequence[FrontMatter], word: str) -> str:
    return " ".join(str(getattr(words(front.language), word)) for front in fronts)


def _joined(texts: Iterator[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def _by(fronts: Sequence[FrontMatter], lang: str) -> FrontMatter:
    return next((front for front in fronts if front.language == lang), fronts[0])


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or value is None or value is pd.NA:
        return False
    return bool(pd.api.types.is_number(value)) and not math.isnan(float(value))


def _are_years(values: Sequence[Any]) -> bool:
    numbers = [value for value in values if _is_number(value)]
    return bool(numbers) and all(
        _YEARS[0] <= value <= _YEARS[1] and float(value).is_integer() for value in numbers
    )


def _digits(values: Sequence[Any]) -> int:
    """Give the decimals that show every number of a column whole, up to four."""
    numbers = [float(value) for value in values if _is_number(value) and not math.isinf(float(value))]
    enough = (
        d for d in range(_MOST_DECIMALS) if all(math.isclose(round(n, d), n, abs_tol=_SAME) for n in numbers)
    )
    return next(enough, _MOST_DECIMALS)


def _width(text: str) -> float:
    """Give a text's width in Excel's unit, a Latin digit: a Chinese character counts for two."""
    return sum(2.1 if unicodedata.east_asian_width(letter) in _BROAD else 1.1 for letter in text)
