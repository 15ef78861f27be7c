"""How clerks fill a form: by its codes, with whatever program they have."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl

from survey.forms.layout import ANSWER, HEAD_ROW, VALUE_COLUMN, read_mark

SOFFICE = shutil.which("soffice")
RECALCULATING = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def rows_of(book):
    """Yield sheet, row number and mark of every row that the form marked."""
    for sheet in book.worksheets:
        for row in range(1, sheet.max_row + 1):
            if mark := sheet.cell(row, 1).value:
                yield sheet, row, read_mark(str(mark))


def fill(source, target, answers, submitted="2024-01-10"):
    """Fill a form's cells by code and save it."""
    book = openpyxl.load_workbook(source)
    for sheet, row, mark in rows_of(book):
        if mark.word in answers:
            cell = sheet.cell(row, ANSWER + 1)
            cell.value = answers[mark.word]
            if isinstance(cell.value, str):
                cell.data_type = "s"  # as a cell formatted as text keeps what looks like a formula
        if mark.word == "_submitted":
            sheet.cell(row, VALUE_COLUMN + 1).value = submitted
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def column_of(path, column):
    """Return what a column shows, by code."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        mark.word: sheet.cell(row, column + 1).value
        for sheet, row, mark in rows_of(book)
        if not mark.word.startswith("_")
    }


def insert_rows(path):
    """Insert rows above the questions of every section, as a clerk who unlocked the form."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if any(read_mark(str(c.value)).word == HEAD_ROW for c in sheet["A"] if c.value):
            sheet.insert_rows(3, amount=2)
    book.save(path)


def saved_as(path, suffix, profile):
    """Return the workbook as LibreOffice saves it in another format, every formula computed anew."""
    settings = Path(profile) / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(RECALCULATING, encoding="utf-8")
    filters = {
        "xls": "xls:MS Excel 97",
        "ods": "ods",
        "xlsm": "xlsm:Calc MS Excel 2007 VBA XML",
        "xlsx": "xlsx",
    }
    out = Path(profile) / "out"
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", filters[suffix],
         "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return out / f"{path.stem}.{suffix}"
