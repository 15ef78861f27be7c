"""How a form looks."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from survey.spreadsheets import PLAIN_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from survey.forms.layout import Lang

__all__ = ["begin_book", "grey_and_marks", "height", "make_styles"]

BLUE, YELLOW, GREY, RED, AMBER, GREEN, LINE = (
    "#1F4E79", "#FFF8E1", "#8A8A8A", "#B5523B", "#8A5A00", "#1E7B5A", "#C9C9C9",
)  # fmt: skip
FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}
HIGHEST = 400  # points; a spreadsheet's rows end at 409
LINE_POINTS = 14


def make_styles(book: Any, lang: Lang) -> dict[str, Any]:
    """Return the formats of a form by name."""
    base = {"font_name": FONTS[lang], "font_size": 10, "valign": "vcenter", "text_wrap": True}
    cell = {**base, "border": 1, "border_color": LINE, "indent": 1}
    open_cell = {**cell, "bg_color": YELLOW, "locked": False}
    kinds: dict[str, dict[str, Any]] = {
        "title": {**base, "bold": True, "font_size": 15, "font_color": BLUE, "text_wrap": False},
        "cover_title": {**base, "bold": True, "font_size": 18, "font_color": BLUE},
        "notice": {**base, "bold": True, "font_color": RED},
        "notice_line": {**base, "bold": True, "font_color": RED, "text_wrap": False},
        "plain": base,
        "bold": {**base, "bold": True, "font_color": BLUE},
        "head": {
            **cell,
            "bold": True,
            "bg_color": BLUE,
            "font_color": "#FFFFFF",
            "align": "center",
            "indent": 0,
        },
        "text": cell,
        "note": {"font_name": FONTS[lang], "font_size": 9, "font_color": "#666666"},
        "centre": {**cell, "align": "center", "indent": 0},
        "last": {**cell, "font_color": "#555555", "align": "right"},
        "check": cell,
        "state": {**cell, "bold": True, "font_size": 12},
        "number": {**open_cell, "num_format": "#,##0", "align": "right"},
        "amount": {**open_cell, "align": "right"},
        "choice": {**open_cell, "align": "center", "indent": 0},
        "date": {**open_cell, "num_format": "yyyy-mm-dd", "align": "center", "indent": 0},
        "free": {**open_cell, "num_format": "@", "valign": "top"},
        "remark": {**cell, "num_format": "@", "valign": "top", "locked": False},
        "given": {**cell, "bg_color": "#F2F2F2", "num_format": "@"},
        "hidden": {"font_color": GREY, "font_size": 8},
    }
    return {name: book.add_format(kind) for name, kind in kinds.items()} | {
        "off": book.add_format({"font_color": "#A6A6A6", "bg_color": "#E4E4E4"}),
        "wrong": book.add_format({"bg_color": "#F6C9BD"}),
        "doubtful": book.add_format({"bg_color": "#FBE3A6"}),
        "red": book.add_format({"font_color": RED, "bold": True}),
        "amber": book.add_format({"font_color": AMBER, "bold": True}),
        "green": book.add_format({"font_color": GREEN}),
        "grey": book.add_format({"font_color": GREY}),
    }


def grey_and_marks(sheet: Any, styles: dict[str, Any], rows: tuple[int, int], places: dict[str, str]) -> None:
    """Let a section's rows turn grey where they do not apply, and show what is wrong.

    Parameters
    ----------
    sheet : Worksheet
        The section.
    styles : dict
        Formats by name.
    rows : tuple
        First and last row, counted from one.
    places : dict
        Column letters of ``from``, ``to``, ``answer``, ``check``, ``applies``.
    """
    first, last = rows
    check, applies = f"${places['check']}{first}", f"${places['applies']}{first}"

    def paint(columns: tuple[str, str], condition: str, style: str, *, stop: bool = False) -> None:
        rule = {"type": "formula", "criteria": condition, "format": styles[style], "stop_if_true": stop}
        sheet.conditional_format(f"{columns[0]}{first}:{columns[1]}{last}", rule)

    answer, own = (places["answer"],) * 2, (places["check"],) * 2
    # what is wrong shows in a grey row, too: an answer where none applies
    for sign, cell, words in (("×", "wrong", "red"), ("▲", "doubtful", "amber")):
        paint(answer, f'=LEFT({check},1)="{sign}"', cell, stop=True)
        paint(own, f'=LEFT({check},1)="{sign}"', words, stop=True)
    paint((places["from"], places["to"]), f"=AND(ISNUMBER({applies}),{applies}=0)", "off", stop=True)
    for sign, style in (("√", "green"), ("－", "grey")):
        paint(own, f'=LEFT({check},1)="{sign}"', style)


def height(texts: dict[str, float]) -> float:
    """Return the height in points that a row needs: the most lines that one of its texts takes.

    Parameters
    ----------
    texts : dict
        Text to the width of its column in characters.
    """
    lines = max((_lines(text, width) for text, width in texts.items()), default=1)
    return min(HIGHEST, max(22, lines * LINE_POINTS + 8))


def _lines(text: str, width: float) -> int:
    room = max(1, int(width * 1.08) - 2)  # columns are measured in a larger type than ours
    return sum(max(1, -(-_width(part) // room)) for part in text.split("\n"))


def _width(text: str) -> int:
    """Return how wide a text runs: a Chinese character takes two columns, a Latin one hardly one."""
    wide = sum(unicodedata.east_asian_width(sign) in "WFA" for sign in text)
    return 2 * wide + int(0.9 * (len(text) - wide))


# Begin a workbook that leaves the house: nothing in it can run, and same inputs give same bytes.


PINNED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's clock has no zone; pinned so that same inputs give same bytes


def begin_book(target: Path | BytesIO, title: str) -> xlsxwriter.Workbook:
    """Begin a workbook at a path or in memory; it is written when it is closed."""
    # the parts of a package carry another date in memory than from files: stored returns were made from files
    book = xlsxwriter.Workbook(target, {**PLAIN_TEXT, "in_memory": isinstance(target, BytesIO)})
    book.set_properties({"created": PINNED, "title": title})
    return book
