from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from analysis.formatting import Text
from survey.errors import PublicationError
from survey.publication.workbook import SheetTable, workbook


def a_table(slug="connect", **changes):
    data = pd.DataFrame(
        {
            "bank": ["大型商业银行", "=1+1", "+x", "@y", "-z", "[a](https://example.org)"],
            "estimate": [92.8834, 88.5, None, "[c]", "[z]", 100.0],
            "n": [8, 21, 24, 3, 0, 1200],
        }
    )
    columns = {
        "bank": Text("银行类型", "Type of bank"),
        "estimate": Text("人工接通率(%)", "Calls answered (%)"),
        "n": Text("家数", "Members"),
    }
    made = {"title": Text("人工接通率", "Calls answered"), "data": data, "columns": columns,
            "notes": [Text("注:加权。", "Note: weighted.")]}  # fmt: skip
    return SheetTable(slug, **{**made, **changes})


@pytest.fixture(scope="module")
def book(rule):
    packed = workbook([a_table(), a_table("staff")], [rule.front("zh"), rule.front("en")])
    return openpyxl.load_workbook(io.BytesIO(packed))


def cells(sheet):
    return {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}


def test_cover_contents_notes_then_one_table_a_sheet(book):
    assert book.sheetnames == ["封面 Cover", "目录 Contents", "说明 Notes", "connect", "staff"]


def test_every_sheet_carries_the_notice_in_both_languages(rule, book):
    for sheet in book.worksheets:
        assert {rule.NOTICE["zh"], rule.NOTICE["en"]} <= cells(sheet).keys()


def test_headings_are_bilingual_and_numbers_are_numbers(book):
    found = cells(book["connect"])
    assert "银行类型\nType of bank" in found
    assert found[92.8834].data_type == "n"
    assert found[92.8834].number_format == "#,##0.0000"
    assert found[1200].number_format == "#,##0"


def test_no_text_becomes_a_formula_or_a_link(book):
    found = cells(book["connect"])
    for text in ("=1+1", "+x", "@y", "-z", "[a](https://example.org)"):
        assert found[text].data_type == "s"
        assert found[text].hyperlink is None


def test_markers_stay_and_missing_numbers_get_one(book):
    assert {"[c]", "[z]", "[x]"} <= cells(book["connect"]).keys()
    assert {"[c]", "[z]", "[x]"} <= cells(book["说明 Notes"]).keys()


def test_headings_stay_in_sight_and_columns_fit_chinese(book):
    sheet = book["connect"]
    heading = cells(sheet)["银行类型\nType of bank"]
    assert sheet.freeze_panes == f"B{heading.row + 1}"
    assert sheet.column_dimensions["A"].width > 2 * len("大型商业银行")


def test_one_language_alone_is_possible(rule):
    packed = workbook([a_table()], [rule.front("en")])
    book = openpyxl.load_workbook(io.BytesIO(packed))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "connect"]
    assert "Type of bank" in cells(book["connect"])


def test_same_tables_same_bytes(rule):
    fronts = [rule.front("zh"), rule.front("en")]
    assert workbook([a_table()], fronts) == workbook([a_table()], fronts)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([a_table(), a_table("CONNECT")],
         "Table 'connect' makes the sheet name 'connect', which is empty or taken; give it another slug."),
        ([a_table(columns={"nope": Text("无", "none")})],
         "Sheet 'connect': heading 'nope' names no column; the data have ['bank', 'estimate', 'n']."),
        ([a_table(data=pd.DataFrame({"n": [float("inf")]}), columns={"n": Text("数", "n")})],
         "Sheet 'connect', column 'n', row 8: a number is infinite; mark it [x] or correct it."),
    ],
)  # fmt: skip
def test_what_is_refused(rule, tables, message):
    with pytest.raises(PublicationError) as told:
        workbook(tables, [rule.front("zh"), rule.front("en")])
    assert str(told.value) == message
