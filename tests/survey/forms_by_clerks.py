"""How clerks fill a form: by its codes, with whatever program they have."""

from __future__ import annotations

import shutil
import subprocess
from xml.sax.saxutils import escape

import openpyxl

from survey.forms import ANSWER, HEAD_ROW, VALUE_COLUMN, read_mark

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


FILTERS = {
    "xls": "MS Excel 97", "ods": "calc8", "xlsm": "Calc MS Excel 2007 VBA XML", "xlsx": "Calc MS Excel 2007 XML",
}  # fmt: skip
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Clerk" script:language="StarBasic">
Sub Work
Dim hidden(0) As New com.sun.star.beans.PropertyValue
hidden(0).Name = "Hidden"
hidden(0).Value = True
book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
{steps}
book.calculateAll()
Dim kind(0) As New com.sun.star.beans.PropertyValue
kind(0).Name = "FilterName"
kind(0).Value = "{kind}"
book.storeToURL("{target}", kind())
book.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false">
<library:element library:name="Clerk"/>
</library:library>
"""
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/script.xlb/" xlink:type="simple" library:link="false"/>
</library:libraries>
"""


def office(profile, *arguments):
    """Run LibreOffice without a window on a profile of its own, which computes every formula anew."""
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(RECALCULATING, encoding="utf-8")
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", *arguments],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip


def saved_as(path, suffix, profile):
    """Return the workbook as LibreOffice saves it in another format."""
    office(
        profile, "--convert-to", f"{suffix}:{FILTERS[suffix]}", "--outdir", str(profile / "out"), str(path)
    )
    return profile / "out" / f"{path.stem}.{suffix}"


def filled_in_libreoffice(form, target, answers, profile, *, rows=0, renamed=None):
    """Fill a form in LibreOffice, insert rows above the questions, rename sheets, save as `target` is named."""
    book, steps, sheets = openpyxl.load_workbook(form), [], []
    for sheet, row, mark in rows_of(book):
        said = "2024-01-10" if mark.word == "_submitted" else answers.get(mark.word)
        column = "C" if mark.word == "_submitted" else "E"
        if said is not None:
            how = "Value" if isinstance(said, int | float) else "String"
            value = said if how == "Value" else basic(said)
            # a text that begins like a formula is typed with an apostrophe, which String does not need
            steps.append(
                f'book.Sheets.getByName({basic(sheet.title)}).getCellRangeByName("{column}{row}").{how} = {value}'
            )
        if mark.word == HEAD_ROW:
            sheets.append(sheet.title)
    for title in sheets if rows else []:
        steps += [f'book.Sheets.getByName({basic(title)}).unprotect("")']
        steps += [f"book.Sheets.getByName({basic(title)}).Rows.insertByIndex(3, {rows})"]
    for old, new in (renamed or {}).items():
        steps += [f"book.Sheets.getByName({basic(old)}).setName({basic(new)})"]
    words = MACRO.format(
        source=form.as_uri(),
        steps=escape("\n".join(steps)),
        kind=FILTERS[target.suffix[1:]],
        target=target.as_uri(),
    )
    folder = profile / "user" / "basic" / "Standard"
    if not folder.exists():
        office(profile, "--terminate_after_init")  # the first start writes libraries of its own
    folder.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / "Clerk.xba").write_text(words, encoding="utf-8")
    (folder / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    (folder.parent / "script.xlc").write_text(LIBRARIES, encoding="utf-8")
    office(profile, "macro:///Standard.Clerk.Work")
    return target


def basic(text):
    """Return a text as Basic writes it."""
    return '"' + str(text).replace('"', '""') + '"'
