from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from analysis.words import Text
from survey.data import SheetTable
from survey.data.ods import write_ods
from survey.data.sheet_layout import lay_out
from survey.data.sheet_model import printable
from survey.data.xlsx import write_xlsx
from survey.errors import PublicationError

HOSTILE = [
    '=HYPERLINK("http://evil.example","press")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "<script>alert(1)</script>",
    "]]>&amp;<b>",
    "银" * 300,
    "_x0041_ stays",
    "[a](https://example.org)",
    "https://example.org",
    "two  blanks,   three",
    " first",
    "007",
    "\\write18{ls}",
]
CONTROL = "bell\x07, null\x00, none \ufffe"
ODF = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"


def a_table(slug="connect", **changes):
    data = pd.DataFrame(
        {
            "bank": ["大型商业银行", "=1+1", "+x", "@y", "-z", "[a](https://example.org)"],
            "estimate": [92.8834, 88.5, None, "[c]", "[z]", 100.0],
            "n": [8, 21, 24, 3, 0, 1200],
            "marks": ["", "[b] [low]", "", "", "", "[r]"],
        }
    )
    columns = {
        "bank": Text("银行类型", "Type of bank"),
        "estimate": Text("人工接通率(%)", "Calls answered (%)"),
        "n": Text("家数", "Members"),
        "marks": Text("标记", "Marks"),
    }
    made = {"title": Text("人工接通率", "Calls answered"), "data": data, "columns": columns,
            "notes": [Text("注:加权。", "Note: weighted.")]}  # fmt: skip
    return SheetTable(slug, **{**made, **changes})


def of_words(words, slug="words"):
    data = pd.DataFrame({"name": words, "n": range(len(words))})
    return a_table(slug, data=data, columns={"name": Text("名称", "Name"), "n": Text("数", "Number")})


@pytest.fixture(scope="module")
def laid(rule):
    return lay_out([a_table(), of_words(HOSTILE)], [rule.front("zh"), rule.front("en")])


@pytest.fixture(scope="module")
def book(laid):
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(laid)))


@pytest.fixture(scope="module")
def opened(laid):
    return CalamineWorkbook.from_filelike(io.BytesIO(write_ods(laid)))


def cells(sheet):
    return {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}


def grid_of_xlsx(sheet):
    return [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]


def part(packed, name):
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(packed)).read(name))


def test_cover_contents_notes_then_one_table_a_sheet(book, opened):
    expected = ["封面 Cover", "目录 Contents", "说明 Notes", "connect", "words"]
    assert book.sheetnames == expected
    assert opened.sheet_names == expected


def test_both_files_hold_the_same_cells(book, opened):
    for sheet in book.worksheets:
        theirs = opened.get_sheet_by_name(sheet.title).to_python()
        assert grid_of_xlsx(sheet) == theirs, sheet.title
        assert theirs[0][0], sheet.title


def test_every_sheet_carries_the_notice_in_both_languages(rule, book):
    for sheet in book.worksheets:
        assert {rule.NOTICE["zh"], rule.NOTICE["en"]} <= cells(sheet).keys()


def test_above_a_table_stand_title_notice_number_of_tables_notes_and_the_way_back(rule, book):
    first = [row[0] for row in grid_of_xlsx(book["connect"])[:8]]
    assert first == [
        "人工接通率",
        "Calls answered",
        rule.NOTICE["zh"],
        rule.NOTICE["en"],
        "本工作表有1张表，方括号内的符号见工作表 说明 Notes"
        " / This sheet has one table; signs in square brackets are explained on sheet 说明 Notes",
        "注:加权。 / Note: weighted.",
        "返回目录 / Back to contents",
        "银行类型\nType of bank",
    ]


def test_tables_are_marked_and_nothing_is_merged_or_skipped(book):
    marked = {sheet.title: [(t.name, t.ref) for t in sheet.tables.values()] for sheet in book.worksheets}
    assert marked == {
        "封面 Cover": [],
        "目录 Contents": [("contents", "A5:C7")],
        "说明 Notes": [("notes", "A6:C12")],
        "connect": [("table_1_connect", "A8:D14")],
        "words": [("table_2_words", "A8:B22")],
    }
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges, sheet.title
        assert all(row[0] != "" for row in grid_of_xlsx(sheet)), sheet.title


def test_the_heads_of_a_marked_table_are_its_cells(book):
    for sheet in book.worksheets:
        for table in sheet.tables.values():
            heads = [cell.value for cell in sheet[table.ref][0]]
            assert [column.name.replace("_x000a_", "\n") for column in table.tableColumns] == heads


def test_the_ods_names_its_tables_and_repeats_their_heads(laid):
    content = part(write_ods(laid), "content.xml")
    ranges = content.iter(ODF % "table" + "database-range")
    assert [
        (r.get(ODF % "table" + "name"), r.get(ODF % "table" + "target-range-address")) for r in ranges
    ] == [
        ("contents", "'目录 Contents'.A5:'目录 Contents'.C7"),
        ("notes", "'说明 Notes'.A6:'说明 Notes'.C12"),
        ("table_1_connect", "'connect'.A8:'connect'.D14"),
        ("table_2_words", "'words'.A8:'words'.B22"),
    ]
    heads = [
        ["\n".join(p.text for p in cell) for cell in head[0]]
        for head in content.iter(ODF % "table" + "table-header-rows")
    ]
    assert heads[-1] == ["名称\nName", "数\nNumber"]


def test_headings_are_bilingual_and_numbers_are_numbers(book, opened):
    found = cells(book["connect"])
    assert "银行类型\nType of bank" in found
    assert found[92.8834].data_type == "n"
    assert found[92.8834].number_format == "#,##0.0000"
    assert found[1200].number_format == "#,##0"
    rows = opened.get_sheet_by_name("connect").to_python()
    assert rows[8] == ["大型商业银行", 92.8834, 8, ""]


def test_the_ods_shows_numbers_as_the_xlsx_does(laid):
    content = part(write_ods(laid), "content.xml")
    shown = {
        float(cell.get(ODF % "office" + "value")): cell[0].text
        for cell in content.iter(ODF % "table" + "table-cell")
        if cell.get(ODF % "office" + "value")
    }
    assert (shown[92.8834], shown[88.5], shown[1200.0]) == ("92.8834", "88.5000", "1,200")


def test_hostile_words_are_text_in_both_files(book, opened):
    rows = opened.get_sheet_by_name("words").to_python()
    assert [row[0] for row in rows[8:]] == HOSTILE
    for cell, text in zip([row[0] for row in book["words"].iter_rows(min_row=9)], HOSTILE, strict=True):
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_no_file_holds_a_formula_or_leads_outside(laid):
    for packed in (write_xlsx(laid), write_ods(laid)):
        package = zipfile.ZipFile(io.BytesIO(packed))
        text = "".join(package.read(name).decode() for name in package.namelist() if name.endswith("xml"))
        assert not re.search(r"<f>|<f |table:formula|TargetMode=.External", text)
        assert not re.search(r'href="(?!#)', text)


def test_what_no_xml_can_hold_is_seen_to_be_missing(rule):
    laid = lay_out([of_words([CONTROL])], [rule.front("en")])
    expected = "bell\ufffd, null\ufffd, none \ufffd"
    assert openpyxl.load_workbook(io.BytesIO(write_xlsx(laid)))["words"]["A7"].value == expected
    read = CalamineWorkbook.from_filelike(io.BytesIO(write_ods(laid))).get_sheet_by_name("words").to_python()
    assert read[6][0] == expected


def test_a_long_name_is_wrapped_and_its_row_high_enough(book, laid):
    cell = next(c for c in cells(book["words"]).values() if c.value == "银" * 300)
    width = book["words"].column_dimensions["A"].width
    assert width < 70
    assert cell.alignment.wrap_text
    assert book["words"].row_dimensions[cell.row].height >= 15 * 2 * 300 / width
    row = next(r for r in laid.sheets[-1].rows if r.cells[0].value == "银" * 300)
    assert row.cells[0].kind == "prose"


def test_signs_stay_and_missing_numbers_get_one(book):
    assert {"[c]", "[z]", "[x]", "[b] [low]", "[r]"} <= cells(book["connect"]).keys()
    notes = [row[0] for row in grid_of_xlsx(book["说明 Notes"])]
    assert notes[6:] == ["[c]", "[z]", "[x]", "[low]", "[b]", "[r]"]


def test_headings_stay_in_sight_and_columns_fit_chinese(book, laid):
    sheet = book["connect"]
    heading = cells(sheet)["银行类型\nType of bank"]
    assert sheet.freeze_panes == f"B{heading.row + 1}"
    assert sheet.print_title_rows == f"${heading.row}:${heading.row}"
    assert sheet.column_dimensions["A"].width > 2 * len("大型商业银行")
    settings = etree.tostring(part(write_ods(laid), "settings.xml"), encoding="unicode")
    own = settings[settings.index('config:name="connect"') :]
    assert re.search(r'"VerticalSplitPosition" config:type="int">(\d+)', own)[1] == str(heading.row)
    assert re.search(r'"HorizontalSplitPosition" config:type="int">(\d+)', own)[1] == "1"


def test_links_lead_to_the_sheets(book, laid):
    listed = cells(book["目录 Contents"]).values()
    links = {cell.value: cell.hyperlink.location for cell in listed if cell.hyperlink}
    assert links == {"connect": "'connect'!A1", "words": "'words'!A1"}
    content = part(write_ods(laid), "content.xml")
    targets = [a.get("{http://www.w3.org/1999/xlink}href") for a in content.iter(ODF % "text" + "a")]
    assert set(targets) == {"#'目录 Contents'.A1", "#'说明 Notes'.A1", "#'connect'.A1", "#'words'.A1"}


def test_the_files_tell_title_language_and_no_day_of_making(rule, laid):
    core = zipfile.ZipFile(io.BytesIO(write_xlsx(laid))).read("docProps/core.xml").decode()
    meta = zipfile.ZipFile(io.BytesIO(write_ods(laid))).read("meta.xml").decode()
    for text in (core, meta):
        assert rule.front("zh").title in text
        assert "<dc:language>zh-CN</dc:language>" in text
        assert set(re.findall(r"\d{4}-\d\d-\d\dT", text)) == {"1980-01-01T"}
    styles = part(write_ods(laid), "styles.xml")
    default = next(styles.iter(ODF % "style" + "default-style"))[0]
    fo = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
    assert (default.get(fo + "language"), default.get(ODF % "style" + "language-asian")) == ("en", "zh")


def test_one_language_alone_is_possible(rule):
    packed = write_xlsx(lay_out([a_table()], [rule.front("en")]))
    book = openpyxl.load_workbook(io.BytesIO(packed))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "connect"]
    assert "Type of bank" in cells(book["connect"])


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_same_tables_same_bytes(rule, write):
    fronts = [rule.front("zh"), rule.front("en")]
    packed = [write(lay_out([a_table()], fronts)) for _ in range(2)]
    assert packed[0] == packed[1]
    assert {i.date_time[:3] for i in zipfile.ZipFile(io.BytesIO(packed[0])).infolist()} == {(1980, 1, 1)}


def test_the_ods_can_be_told_by_its_first_bytes(laid):
    assert write_ods(laid)[30:84] == b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def test_a_wide_table_is_fitted_to_the_width_of_a_page(rule):
    keys = [f"column{number}" for number in range(9)]
    data = pd.DataFrame({key: ["一" * 40] for key in keys})
    laid = lay_out([a_table(data=data, columns={key: Text(key, key) for key in keys})], [rule.front("en")])
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(laid)))["connect"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows
    styles = zipfile.ZipFile(io.BytesIO(write_ods(laid))).read("styles.xml").decode()
    assert 'style:scale-to-X="1"' in styles


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([a_table(), a_table("CONNECT")],
         "Table 'connect' makes the sheet name 'connect', which is empty or taken; give it another slug."),
        ([a_table(columns={"nope": Text("无", "none")})],
         "Sheet 'connect': heading 'nope' names no column; the data have ['bank', 'estimate', 'marks', 'n']."),
        ([a_table(columns={"bank": Text("名", "Name"), "n": Text("名", "Name")})],
         "Sheet 'connect': heading '名\\nName' stands over two columns; name them apart."),
        ([a_table(data=pd.DataFrame({"n": [float("inf")]}), columns={"n": Text("数", "n")}, notes=())],
         "Sheet 'connect', column 'n', row 8: a number is infinite; mark it [x] or correct it."),
        ([of_words(["a" * 40_000])],
         "Sheet 'words', column 'name', row 9: a text of 40,000 characters; a cell holds 32,767 at most, "
         "shorten it."),
    ],
)  # fmt: skip
def test_what_is_refused(rule, tables, message):
    with pytest.raises(PublicationError) as told:
        lay_out(tables, [rule.front("zh"), rule.front("en")])
    assert str(told.value) == message


def test_line_ends_are_told_alike_and_half_characters_replaced():
    assert printable("a\r\nb\rc", "x") == "a\nb\nc"
    assert printable("half \ud83d", "x") == "half \ufffd"


def test_a_tab_is_a_tab_in_the_ods(rule):
    content = part(write_ods(lay_out([of_words(["a\tb"])], [rule.front("en")])), "content.xml")
    assert [tab.tail for tab in content.iter(ODF % "text" + "tab")] == ["b"]
