"""Returns that would do harm: each becomes a finding, quickly, and the other returns go through."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from fixtures.programmes import NAMES, small_programme
from survey.intake import UnreadableWorkbookError, read_returns, read_workbook


@pytest.fixture
def answered(tmp_path):
    made = small_programme(tmp_path)
    for member in NAMES:
        made.send(member)
    return made


def repack(path, change):
    """Rewrite the parts of a packed workbook: `change` maps a part's name and bytes to new bytes."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, change(name, content))


def second_sheet(replacement):
    """Change the part of the first section's sheet by a pair of bytes to replace."""
    old, new = replacement

    def change(name, content):
        if name != "xl/worksheets/sheet2.xml":
            return content
        assert old in content
        return content.replace(old, new, 1)

    return change


def zip_bomb(path):
    filling = b"<row r='1'>" + b" " * (3 * 2**20)
    repack(path, second_sheet((b"<sheetData>", b"<sheetData>" + filling)))


def bomb_that_lies_about_its_size(path):
    zip_bomb(path)
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = raw.find(mark)
        while at >= 0:
            size = int.from_bytes(raw[at + offset : at + offset + 4], "little")
            if size > 2**20:
                raw[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
            at = raw.find(mark, at + 4)
    path.write_bytes(bytes(raw))


def cells_at_both_ends(path):
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    repack(path, second_sheet((b"</sheetData>", far)))


def a_zip_of_many_parts(path):
    with zipfile.ZipFile(path, "a") as packed:
        for n in range(6000):
            packed.writestr(f"junk/{n}", b"")


def pages_of_a_letter(path):
    path.write_bytes(b"%PDF-1.4\n" + bytes(range(128, 256)) * 20)


REFUSED = {
    zip_bomb: "larger than 2 MiB when unpacked",
    bomb_that_lies_about_its_size: None,
    cells_at_both_ends: "cells spread too far apart",
    a_zip_of_many_parts: "larger than 2 MiB when unpacked",
    pages_of_a_letter: "truncated or damaged",
}


@pytest.mark.parametrize("harm", REFUSED, ids=lambda harm: harm.__name__)
def test_a_harmful_file_is_refused_and_the_others_go_through(answered, harm, monkeypatch):
    monkeypatch.setattr("survey.intake.workbooks.LARGEST_UNPACKED", 2 * 2**20)
    path = answered.returns() / "2023_F6.xlsx"
    harm(path)
    intake = read_returns(answered.programme, "2023")
    assert set(intake.returns.loc[intake.returns["status"] == "used", "member_id"]) == set(NAMES) - {"F6"}
    (told,) = intake.findings["message_en"]
    assert told.startswith("the workbook cannot be opened (")
    if why := REFUSED[harm]:
        assert told == f"the workbook cannot be opened ({why}); please send it again"


def a_million_empty_formatted_rows(path):
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(900, 1_000_900))
    repack(path, second_sheet((b"</sheetData>", rows + b"</sheetData>")))


def hidden_rows_and_sheets(path):
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        sheet.row_dimensions[5].hidden = True
    book.worksheets[1].sheet_state = "hidden"
    book.save(path)


def a_link_to_another_workbook(path):
    repack(
        path,
        lambda name, content: (
            content.replace(
                b"</workbook>",
                b'<externalReferences><externalReference r:id="rId99"/></externalReferences></workbook>',
            )
            if name == "xl/workbook.xml"
            else content
        ),
    )


@pytest.mark.parametrize(
    "habit",
    [
        pytest.param(a_million_empty_formatted_rows, marks=pytest.mark.slow),
        hidden_rows_and_sheets,
        a_link_to_another_workbook,
    ],
)
def test_an_odd_file_is_read_all_the_same(answered, habit):
    before = read_returns(answered.programme, "2023").responses
    habit(answered.returns() / "2023_F6.xlsx")
    intake = read_returns(answered.programme, "2023")
    assert intake.responses.equals(before)
    assert len(intake.findings) == 0


def the_answer_cell(path, code):
    """Find the sheet and row of an item's answer."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_col=1):
            if row[0].value == code:
                return book, sheet, row[0].row
    raise AssertionError(code)


def test_a_formula_is_told_and_its_value_taken(answered):
    path = answered.returns() / "2023_F6.xlsx"
    # the cached value stands beside the formula, as a spreadsheet saves it
    repack(
        path,
        lambda name, content: (
            content.replace(b"<v>1000</v>", b"<f>400+600</f><v>1000</v>")
            if name == "xl/worksheets/sheet3.xml"
            else content
        ),
    )
    intake = read_returns(answered.programme, "2023")
    (found,) = intake.findings.to_dict("records")
    assert (found["code"], found["member_id"], found["question"], found["query"]) == (
        "formula_in_answer", "F6", "calls_requested", False,
    )  # fmt: skip
    own = intake.responses[intake.responses["member_id"] == "F6"].set_index("question")
    assert own.loc["calls_requested", "value"] == "1000"


def test_a_comment_is_told(answered):
    path = answered.returns() / "2023_F6.xlsx"
    book, sheet, row = the_answer_cell(path, "staff_total")
    sheet.cell(row, 5).comment = Comment("含外包", "经办")
    book.save(path)
    (found,) = read_returns(answered.programme, "2023").findings.to_dict("records")
    assert (found["code"], found["cell"], "含外包" in found["message_zh"]) == (
        "comment_on_cell",
        f"E{row}",
        False,
    )


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
def test_a_formula_error_is_no_answer(answered, error):
    path = answered.returns() / "2023_F6.xlsx"
    book, sheet, row = the_answer_cell(path, "staff_total")
    sheet.cell(row, 5).value, sheet.cell(row, 5).data_type = error, "e"
    book.save(path)
    (found,) = read_returns(answered.programme, "2023").findings.to_dict("records")
    assert found["message_en"] == f"“{error}” is no number; please enter a number"


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", '#import "x"', "\\write18{ls}", "字" * 32_000]
)
def test_hostile_text_is_kept_as_text(answered, text):
    answered.send("F6", highlights=text, staff_total=text)
    intake = read_returns(answered.programme, "2023")
    own = intake.responses[intake.responses["member_id"] == "F6"].set_index("question")
    assert own.loc["highlights", "value"] == text
    (found,) = intake.findings.to_dict("records")
    assert found["code"] == "number_unreadable"
    assert len(found["message_zh"]) < 100


def test_a_file_that_changes_while_it_is_read(answered, monkeypatch):
    path = answered.returns() / "2023_F6.xlsx"

    def read_and_touch(one):
        cells = read_workbook(one)
        if one == path:
            path.write_bytes(path.read_bytes() + b"\0")
        return cells

    monkeypatch.setattr("survey.intake.formats.read_workbook", read_and_touch)
    (told,) = read_returns(answered.programme, "2023").findings["message_en"]
    assert told == "the workbook cannot be opened (it changed while it was read); please send it again"


def test_a_name_is_no_path(answered):
    (answered.returns() / "2023_F6.xlsx").unlink()
    answered.send("F6", "a..%2f..%2fetc%2fpasswd.xlsx")
    returns = read_returns(answered.programme, "2023").returns
    assert "a..%2f..%2fetc%2fpasswd.xlsx" in set(returns["file"])


def test_a_protected_workbook_says_so(answered, tmp_path):
    samples = Path(__file__).parents[1] / "samples" / "protected.xlsx"
    (answered.returns() / "2023_F6.xlsx").write_bytes(samples.read_bytes())
    with pytest.raises(UnreadableWorkbookError, match=r"^protected by a password$"):
        read_workbook(answered.returns() / "2023_F6.xlsx")
