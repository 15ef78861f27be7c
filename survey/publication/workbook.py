"""The data tables of a publication as one workbook: cover, contents, notes, then one table a sheet.

The layout and the shorthand markers are those of the British statistical service's guidance on
releasing statistics in spreadsheets. Written with XlsxWriter itself: gptables, which follows the same
guidance, turns any cell text shaped like `[a](b)` into a link and reads `$$` in notes as a reference,
takes one header row and no panes to freeze, and measures Chinese columns as if they were Latin.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from analysis.formatting import Text
from survey.errors import PublicationError
from survey.publication.front import FrontMatter, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

__all__ = ["SHORTHAND", "SheetTable", "workbook"]

SHORTHAND: dict[str, Text] = {
    "[c]": Text("为保护会员单位的信息而隐去", "withheld to protect members' information"),
    "[z]": Text("不适用", "not applicable"),
    "[x]": Text("无数据", "not available"),
}

_PINNED = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the format knows no time zone
_FONT = "Microsoft YaHei"  # heiti on every Windows; others fall back to a heiti of theirs
_HOUSE = "#1F4E79"
_WIDEST = 60
_A4 = 9
_LONGEST_FOOT = 230  # Excel takes 255 characters, its own codes counted
_YEARS = (1900, 2100)  # whole numbers all within are written without a comma
_SAME = 1e-9  # what floating point leaves of a decimal number
_BROAD = {"W", "F"}
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class SheetTable:
    """Hold one table for a sheet of its own.

    `columns` gives the printed heading of each column of `data`, in the order they are written;
    `digits` the decimals shown where they should not be read off the numbers. Missing numbers are
    written `[x]`; a marker of `SHORTHAND` already in the data stays.
    """

    slug: str
    title: Text
    data: pd.DataFrame
    columns: Mapping[str, Text]
    notes: Sequence[Text] = ()
    digits: Mapping[str, int] = field(default_factory=dict)


def workbook(tables: Sequence[SheetTable], fronts: Sequence[FrontMatter]) -> bytes:
    """Write the tables as `.xlsx`; same tables, same bytes.

    One sheet serves both languages, headings one above the other: the numbers stand once, so that two
    sheets cannot come to differ.

    Parameters
    ----------
    tables : sequence of SheetTable
        Tables in the order of the sheets; each `slug` names its sheet.
    fronts : sequence of FrontMatter
        Front matter of each language wanted, the first one leading.

    Raises
    ------
    PublicationError
        A slug occurs twice or makes no sheet name, a heading names no column, or a number is infinite.
    """
    if not fronts:
        raise PublicationError("tables.xlsx needs the front matter of at least one language, got none.")
    names = _sheet_names(tables)
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(
        packed,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": _FONT, "font_size": 11, "valign": "vcenter"},
        },
    )
    book.set_properties(
        {
            "title": fronts[0].title,
            "author": fronts[0].organisation,
            "created": _PINNED,
            "comments": _notice(fronts),
        }
    )
    styles = _Styles(book)
    _write_cover(book, styles, fronts)
    _write_contents(book, styles, fronts, tables, names)
    _write_notes(book, styles, fronts)
    for table, name in zip(tables, names, strict=True):
        _TableSheet(book.add_worksheet(name), styles, fronts, table).write()
    book.close()
    return packed.getvalue()


class _Styles:
    """Hold the formats of one workbook by name; number formats are made as they come."""

    def __init__(self, book: Any) -> None:
        self._book = book
        plain = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
        self._plain = plain
        add = book.add_format
        self.title = add({**plain, "font_size": 16, "bold": True, "font_color": _HOUSE})
        self.subtitle = add({**plain, "font_size": 13, "font_color": _HOUSE})
        self.text = add({**plain, "text_wrap": True, "valign": "top"})
        self.strong = add({**plain, "bold": True, "valign": "top"})
        self.notice = add({**plain, "bold": True, "font_color": "#7A4B00", "bg_color": "#FFF6E3"})
        self.link = add({**plain, "font_color": _HOUSE, "underline": 1})
        heading = {
            **plain,
            "bold": True,
            "text_wrap": True,
            "valign": "bottom",
            "bottom": 2,
            "border_color": _HOUSE,
        }
        self.heading = add({**heading, "align": "left"})
        self.number_heading = add({**heading, "align": "right"})
        self.cell = add(dict(plain))
        self.marker = add({**plain, "align": "right", "font_color": "#55616F"})
        self._numbers: dict[int | None, Any] = {}

    def number(self, digits: int | None) -> Any:
        """Give the format of numbers with so many decimals, or of years."""
        if digits not in self._numbers:
            form = "0" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
            self._numbers[digits] = self._book.add_format(
                {**self._plain, "num_format": form, "align": "right"}
            )
        return self._numbers[digits]


@dataclass(frozen=True)
class _TableSheet:
    """Write one table onto its sheet."""

    sheet: Worksheet
    styles: _Styles
    fronts: Sequence[FrontMatter]
    table: SheetTable

    def write(self) -> None:
        """Write title, notice, table and notes; freeze the headings and the first column."""
        table, sheet = self.table, self.sheet
        top = _opening(sheet, self.styles, self.fronts, table.title, len(table.columns))
        sheet.write_url(
            top, 0, f"internal:'{_contents_name(self.fronts)}'!A1", self.styles.link, self._in_all("back")
        )
        heads = top + 2
        width = 0
        for column, (key, text) in enumerate(table.columns.items()):
            if key not in table.data:
                raise PublicationError(
                    f"Sheet {table.slug!r}: heading {key!r} names no column; "
                    f"the data have {sorted(map(str, table.data))}."
                )
            self._write_column(heads, column, key, _in_languages(text, self.fronts))
            width = column
        lines = max(
            (_in_languages(t, self.fronts).count("\n") + 1 for t in table.columns.values()), default=1
        )
        sheet.set_row(heads, 18 * lines + 4)
        end = heads + len(table.data)
        sheet.freeze_panes(heads + 1, 1)
        sheet.repeat_rows(heads)
        row = end + 2
        for note in table.notes:
            for front in self.fronts:
                sheet.write_string(row, 0, note.in_(front.language), self.styles.cell)
                row += 1
        if width and len(table.data):
            sheet.autofilter(heads, 0, end, width)

    def _write_column(self, heads: int, column: int, key: str, heading: str) -> None:
        values = self.table.data[key].tolist()
        numeric = any(_is_number(value) for value in values)
        digits = self.table.digits.get(key, None if _are_years(values) else _digits(values))
        style = self.styles.number_heading if numeric else self.styles.heading
        self.sheet.write_string(heads, column, heading, style)
        widest = max((_width(line) for line in heading.split("\n")), default=8)
        for row, value in enumerate(values, start=heads + 1):
            widest = max(
                widest, self._write_cell(row, column, value, digits, f"{self.table.slug!r}, column {key!r}")
            )
        self.sheet.set_column(column, column, min(max(widest + 4, 10), _WIDEST))

    def _write_cell(self, row: int, column: int, value: Any, digits: int | None, where: str) -> float:
        """Write one cell and give the width it needs."""
        if _is_number(value):
            number = float(value)
            if math.isinf(number):
                raise PublicationError(
                    f"Sheet {where}, row {row + 1}: a number is infinite; mark it [x] or correct it."
                )
            self.sheet.write_number(row, column, number, self.styles.number(digits))
            return len(f"{number:,.{digits or 0}f}")
        text = "[x]" if pd.isna(value) else str(value)
        self.sheet.write_string(
            row, column, text, self.styles.marker if text in SHORTHAND else self.styles.cell
        )
        return _width(text)

    def _in_all(self, word: str) -> str:
        return " / ".join(str(getattr(words(front.language), word)) for front in self.fronts)


def _opening(
    sheet: Worksheet, styles: _Styles, fronts: Sequence[FrontMatter], title: Text, columns: int
) -> int:
    """Write title and notice over so many columns, set up the printed page; give the next free row."""
    row = 0
    sheet.hide_gridlines(2)
    for position, front in enumerate(fronts):
        style = styles.title if position == 0 else styles.subtitle
        sheet.write_string(row, 0, title.in_(front.language), style)
        sheet.set_row(row, 24 if position == 0 else 20)
        row += 1
    for front in fronts:
        if front.notice is not None:
            sheet.write_string(row, 0, front.notice, styles.notice)
            for column in range(1, columns):
                sheet.write_blank(row, column, None, styles.notice)
            row += 1
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    notice = _notice(fronts)
    if notice:
        sheet.set_footer("&L" + notice.replace("&", "&&")[:_LONGEST_FOOT])
    return row


def _write_cover(book: Any, styles: _Styles, fronts: Sequence[FrontMatter]) -> None:
    sheet = book.add_worksheet(_joined(fronts, "cover"))
    title = Text(**{lang: _by(fronts, lang).title for lang in ("zh", "en")})
    row = _opening(sheet, styles, fronts, title, 2) + 1
    for front in fronts:
        wording = words(front.language)
        pairs = (
            (front.organisation, front.subtitle),
            (front.wave_label or wording.wave, front.wave),
            (wording.released, front.release_date),
            (wording.edition, front.edition_label),
            *front.facts,
        )
        for name, value in pairs:
            sheet.write_string(row, 0, name, styles.strong)
            sheet.write_string(row, 1, value, styles.text)
            row += 1
        row += 1
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 70)


def _write_contents(
    book: Any,
    styles: _Styles,
    fronts: Sequence[FrontMatter],
    tables: Sequence[SheetTable],
    names: Sequence[str],
) -> None:
    sheet = book.add_worksheet(_contents_name(fronts))
    row = (
        _opening(sheet, styles, fronts, Text(words("zh").contents, words("en").contents), len(fronts) + 1) + 1
    )
    for column, heading in enumerate(
        (_joined(fronts, "sheet"), *(words(f.language).table.format("").strip() for f in fronts))
    ):
        sheet.write_string(row, column, heading, styles.heading)
    for name, table in zip(names, tables, strict=True):
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.link, name)
        for column, front in enumerate(fronts, start=1):
            sheet.write_string(row, column, table.title.in_(front.language), styles.text)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(fronts), 56)


def _write_notes(book: Any, styles: _Styles, fronts: Sequence[FrontMatter]) -> None:
    sheet = book.add_worksheet(_joined(fronts, "notes"))
    row = _opening(sheet, styles, fronts, Text(words("zh").notes, words("en").notes), len(fronts) + 1) + 1
    for marker, meaning in SHORTHAND.items():
        sheet.write_string(row, 0, marker, styles.strong)
        for column, front in enumerate(fronts, start=1):
            sheet.write_string(row, column, meaning.in_(front.language), styles.text)
        row += 1
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(fronts), 56)


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


def _contents_name(fronts: Sequence[FrontMatter]) -> str:
    return _joined(fronts, "contents")


def _joined(fronts: Sequence[FrontMatter], word: str) -> str:
    return " ".join(str(getattr(words(front.language), word)) for front in fronts)


def _in_languages(text: Text, fronts: Sequence[FrontMatter]) -> str:
    return "\n".join(dict.fromkeys(text.in_(front.language) for front in fronts))


def _notice(fronts: Sequence[FrontMatter]) -> str:
    return " / ".join(front.notice for front in fronts if front.notice is not None)


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


def _digits(values: Sequence[Any], most: int = 4) -> int:
    """Give the decimals that show every number of a column whole, up to four."""
    numbers = [float(value) for value in values if _is_number(value) and not math.isinf(float(value))]
    return next(
        (d for d in range(most) if all(math.isclose(round(n, d), n, abs_tol=_SAME) for n in numbers)), most
    )


def _width(text: str) -> float:
    """Give a text's width in Excel's unit, a Latin digit: a Chinese character counts for two."""
    return sum(2.1 if unicodedata.east_asian_width(letter) in _BROAD else 1.1 for letter in text)
