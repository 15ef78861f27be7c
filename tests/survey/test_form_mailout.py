"""Forms out, returns in: what a clerk is shown, and that every answer comes back with its cell."""

from __future__ import annotations

import os
import shutil
import zipfile

import openpyxl
import pytest
from click.testing import CliRunner

from fixtures.forms import SOFFICE, column_of, fill, filled_in_libreoffice, insert_rows, rows_of, saved_as
from fixtures.programmes import Small, small_programme
from survey.cli import main
from survey.editing import clean_wave
from survey.forms import ANSWER, CHECK
from survey.forms.layout import LAST, REMARK
from survey.intake import read_returns, read_workbook

ANSWERS = {
    "bank_type": "大型商业银行",
    "staff_total": 100,
    "opened": "2001-05-01",
    "turnover": 12.5,
    "front": 60,
    "middle": 30,
    "back": 10,
    "calls_requested": 1000,
    "calls_handled": 900,
    "satisfaction": 98.5,
    "channels.app": "是",
    "channels.sms": "否",
    "marketing": "是",
    "mk_channels.phone": "是",
    "mk_channels.sms": "否",
    "highlights": "=cmd|' /C calc'!A0",
}
CLEAN = {
    "bank_type": "large", "staff_total": "100", "opened": "2001-05-01", "turnover": "12.5", "front": "60",
    "middle": "30", "back": "10", "calls_requested": "1000", "calls_handled": "900", "satisfaction": "98.5",
    "channels.app": "1", "channels.sms": "0", "marketing": "yes", "mk_channels.phone": "1",
    "mk_channels.sms": "0", "highlights": "=cmd|' /C calc'!A0",
}  # fmt: skip
PLACES = {
    "bank_type": "E4", "staff_total": "E5", "opened": "E6", "turnover": "E7", "front": "E8", "middle": "E9",
    "back": "E10", "calls_requested": "E4", "calls_handled": "E5", "satisfaction": "E6", "channels.app": "E7",
    "channels.sms": "E8", "marketing": "E9", "mk_channels.phone": "E10", "mk_channels.sms": "E11",
    "highlights": "E12",
}  # fmt: skip


def ask(*arguments):
    return CliRunner().invoke(
        main, [*arguments, "--programme", "small"], prog_name="survey", catch_exceptions=False
    )


def stand_in(folder, patch):
    """Let the command find the small programme of a folder, wave 2022 answered by A1 alone."""
    patch.setenv("SURVEY_PROGRAMMES", str(folder))
    patch.setenv("SURVEY_OUTPUT", str(folder / "output"))
    patch.chdir(folder)
    Small(folder / "small").send(
        "A1", wave="2022", staff_total="1234", highlights="=cmd|' /C calc'!A0", channels__sms="否"
    )


@pytest.fixture
def call(small, monkeypatch, tmp_path):
    """Call the command on the small programme."""
    stand_in(tmp_path, monkeypatch)
    return ask


@pytest.fixture(scope="module")
def form_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("form")
    small_programme(folder)
    with pytest.MonkeyPatch.context() as patch:
        stand_in(folder, patch)
        told = ask("form", "2023", "--member", "A1")
    assert told.exit_code == 0, told.output
    return folder / "output"


@pytest.fixture
def form(call, form_once, tmp_path):
    """Return the form of A1."""
    shutil.copytree(form_once, tmp_path / "output")
    return tmp_path / "output" / "small" / "2023" / "forms" / "2023_A1.xlsx"


@pytest.fixture
def returned(small, form):
    """Return A1's form filled and sent back."""
    return fill(form, small.returns() / "2023_A1.xlsx", ANSWERS)


def read(small):
    """Return the answers of A1 by item: value and cell."""
    rows = read_returns(small.programme, "2023").responses
    return {
        f"{r.question}.{r.option}" if r.option else r.question: (r.value, r.cell) for r in rows.itertuples()
    }


def notes(small):
    findings = read_returns(small.programme, "2023").findings
    return [(f.code, f.sheet, f.cell) for f in findings.itertuples()]


def shift(places, rows):
    return {item: f"E{int(place[1:]) + rows}" for item, place in places.items()}


# -- out and in again --------------------------------------------------------------------------------


def test_a_filled_form_comes_back_exact_with_its_cells(small, returned, call):
    assert read(small) == {item: (value, PLACES[item]) for item, value in CLEAN.items()}
    told = call("check", "2023")
    assert told.output == "2023: 1 files: 1 used\n  0 findings, 0 edits failed, 0 queries\n"
    assert told.exit_code == 0
    intake = read_returns(small.programme, "2023")
    cover = intake.cells[intake.cells["sheet"] == "封面"]
    assert cover[["cell", "text"]].to_numpy().tolist() == [
        ["C3", "small/2023/1"], ["C4", "A1"], ["C5", "甲银行"], ["C6", "2024-01-10"],
    ]  # fmt: skip
    assert len(intake.cells) == 4 + len(ANSWERS)


def test_forms_with_last_answers_are_their_owners_alone_and_drafts_of_a_killed_run_go(small, call, tmp_path):
    left = tmp_path / "out" / ".forms-0f3a"
    left.mkdir(parents=True)
    before = os.umask(0)
    try:
        told = call("form", "2023", "--member", "A1", "--output", str(left.parent))
    finally:
        os.umask(before)
    assert told.exit_code == 0, told.output
    assert {path.name: path.stat().st_mode & 0o777 for path in left.parent.iterdir()} == {
        "2023_A1.xlsx": 0o600
    }


def test_inserted_rows_and_renamed_sheets_do_no_harm(small, returned):
    insert_rows(returned)
    book = openpyxl.load_workbook(returned)
    book["基本情况"].title = "第一部分（客服中心填）"
    book.move_sheet("封面", 3)
    book.save(returned)
    assert read(small) == {item: (value, shift(PLACES, 2)[item]) for item, value in CLEAN.items()}
    assert notes(small) == []


def test_rows_in_another_order_do_no_harm(small, returned):
    book = openpyxl.load_workbook(returned)
    sheet = book["基本情况"]
    rows = [[(c.value, c.number_format) for c in row] for row in sheet.iter_rows(min_row=4, max_row=10)]
    for number, row in enumerate(reversed(rows), start=4):
        for column, (value, shown) in enumerate(row, start=1):
            sheet.cell(number, column).value = value
            sheet.cell(number, column).number_format = shown
    book.save(returned)
    assert {item: value for item, (value, _) in read(small).items()} == CLEAN
    assert read(small)["staff_total"] == ("100", "E9")
    assert notes(small) == []


def test_a_column_set_between_moves_the_answers_and_its_notes_are_told(small, returned):
    book = openpyxl.load_workbook(returned)
    book["服务"].insert_cols(4)
    book["服务"]["D5"] = "由客服部填"
    book.save(returned)
    assert read(small)["calls_handled"] == ("900", "F5")
    assert {item: value for item, (value, _) in read(small).items()} == CLEAN
    assert notes(small) == [("note_in_cell", "服务", "D5")]


def test_the_first_layout_is_read_as_before(small, call):
    small.send("A1")
    assert read(small)["staff_total"] == ("100", "E5")
    assert notes(small) == []


def test_an_english_form_comes_back_as_well(small, call, tmp_path):
    assert call("form", "2023", "--member", "A1", "--lang", "en", "--output", "here").exit_code == 0
    english = {"是": "Yes", "否": "No", "大型商业银行": "Large commercial banks"}
    answers = {item: english.get(answer, answer) for item, answer in ANSWERS.items()}
    fill(tmp_path / "here" / "2023_A1_en.xlsx", small.returns() / "2023_A1.xlsx", answers)
    assert {item: value for item, (value, _) in read(small).items()} == CLEAN
    assert notes(small) == []


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [
        ("基本情况", "I5"),
        ("基本情况", "F5"),
        ("基本情况", "G5"),
        ("基本情况", "H5"),
        ("基本情况", "K5"),
        ("基本情况", "C2"),
        ("基本情况", "M30"),
        ("服务", "E30"),
        ("封面", "D4"),
        ("封面", "C30"),
        ("_options", "F1"),
    ],
)
def test_a_note_anywhere_is_told_and_changes_nothing(small, returned, sheet, cell):
    book = openpyxl.load_workbook(returned)
    book[sheet][cell] = "万人次，含外包"
    book.save(returned)
    assert notes(small) == [("note_in_cell", sheet, cell)]
    assert {item: value for item, (value, _) in read(small).items()} == CLEAN


def test_a_question_standing_twice_is_answered_by_the_first_and_the_other_is_told(small, returned):
    book = openpyxl.load_workbook(returned)
    sheet = book["基本情况"]
    for column in range(1, 13):
        sheet.cell(20, column).value = sheet.cell(5, column).value
    sheet["E20"] = 7777
    book.save(returned)
    assert read(small)["staff_total"] == ("100", "E5")
    assert notes(small) == [("note_in_cell", "基本情况", "E20")]


def test_a_formula_in_an_answer_is_told_and_those_of_the_form_are_not(small, returned):
    book = openpyxl.load_workbook(returned)
    book["基本情况"]["E5"] = "=50+50"
    book.save(returned)
    assert notes(small)[0] == ("formula_in_answer", "基本情况", "E5")
    assert len(notes(small)) == 1


# -- what the clerk is shown -------------------------------------------------------------------------


def test_last_times_answers_stand_beside_in_words_and_inert(form):
    shown = column_of(form, LAST)
    assert {item: words for item, words in shown.items() if words} == {
        "bank_type": "大型商业银行", "staff_total": "1,234", "opened": "2001-05-01", "turnover": "12.5",
        "front": "60", "middle": "30", "back": "10", "calls_requested": "1,000", "calls_handled": "900",
        "satisfaction": "98.5", "channels.app": "是", "channels.sms": "否",
        "highlights": "=cmd|' /C calc'!A0",
    }  # fmt: skip
    book = openpyxl.load_workbook(form)
    assert book["服务"].cell(12, LAST + 1).data_type == "s"
    assert book["服务"].cell(3, LAST + 1).value == "上期填报（2022）"


def test_only_what_is_to_be_filled_is_open(form):
    book = openpyxl.load_workbook(form)
    unlocked = {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    expected = {
        (sheet.title, sheet.cell(row, column + 1).coordinate)
        for sheet, row, mark in rows_of(book)
        if not mark.word.startswith("_")
        for column in (ANSWER, REMARK)
    }
    assert unlocked == expected | {("封面", "C6")}
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert book["_options"].sheet_state == "hidden"


def test_cells_take_what_they_ask_for(form):
    book = openpyxl.load_workbook(form)
    rules = {
        (sheet.title, str(rule.sqref)): rule
        for sheet in book.worksheets
        for rule in sheet.data_validations.dataValidation
    }
    staff = rules["基本情况", "E5"]
    assert (staff.type, staff.formula1, staff.formula2, staff.errorStyle) == (
        "whole",
        "1",
        "60000",
        "warning",
    )
    assert staff.error == "整数，1 至 60,000，单位：人。确需填写其他内容，请选“是”。"
    share = rules["基本情况", "E8"]
    assert (share.type, share.prompt) == ("decimal", "数值，0 至 100，单位：%；94.55 表示 94.55%。")
    kind = rules["基本情况", "E4"]
    assert (kind.type, kind.formula1, kind.errorStyle) == ("list", "_options!$B$1:$C$1", None)
    assert [cell.value for cell in book["_options"][1]][1:] == ["大型商业银行", "城市商业银行"]
    assert rules["服务", "E10"].formula1 == "_options!$B$2:$C$2"
    assert rules["基本情况", "E6"].type == "date"


def test_the_form_unfilled_says_what_is_missing(form):
    shown = column_of(form, CHECK)
    assert shown.pop("highlights") == "－"
    assert {shown.pop(item) for item in ("mk_channels.phone", "mk_channels.sms")} == {"－"}
    assert set(shown.values()) == {"○ 未填"}
    cover = openpyxl.load_workbook(form, data_only=True)["封面"]
    assert cover["C8"].value == "尚有 13 处待处理：× 必须改正 0，▲ 请确认 0，○ 未填 13"


def test_it_prints_on_a4_with_its_heading_on_every_page(form):
    book = openpyxl.load_workbook(form)
    for sheet in book.worksheets[:-1]:
        setup = sheet.page_setup
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # one page wide is what a workbook means that does not say how many
        assert (int(setup.paperSize), setup.fitToWidth, int(setup.fitToHeight)) == (9, None, 0)
        assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
    assert book["服务"].print_title_rows == "$1:$3"
    assert book["服务"].freeze_panes == "A4"


def test_what_the_form_cannot_check_is_said(small, call, tmp_path):
    small.edit(
        "2023/questionnaire.yaml", "rules:\n",
        "rules:\n  - id: named\n    severity: soft\n    check: highlights == yes\n"
        "    message: {zh: 亮点须写是, en: Highlights should say yes}\n",
    )  # fmt: skip
    small.edit("2023/questionnaire.yaml", "ask_if: marketing == yes", "ask_if: highlights == yes")
    told = call("form", "2023")
    assert told.output == (
        "2023: 1 form\n"
        "  not checked in the form: ask_if mk_channels: the answer to highlights cannot be compared in a spreadsheet\n"
        "  not checked in the form: rule named: the answer to highlights cannot be compared in a spreadsheet\n"
        "  open: output/small/2023/forms/2023_form.xlsx\n"
    )
    book = openpyxl.load_workbook(tmp_path / "output" / "small" / "2023" / "forms" / "2023_form.xlsx")
    assert "亮点须写是" in {row[0].value for row in book["封面"]["C1:C40"]}
    assert book["服务"]["C10"].value == (
        "营销渠道\n是否适用与其他题目的回答有关，表内无法自动判断；不适用时请留空。"
    )


def test_a_long_hostile_name_stands_as_it_is(small, call, tmp_path):
    name = "=银行&P<script>" + "行" * 300
    small.edit("members.csv", "甲银行", name)
    assert call("form", "2023", "--member", "A1").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "output" / "small" / "2023" / "forms" / "2023_A1.xlsx")
    assert (book["封面"]["C5"].value, book["封面"]["C5"].data_type) == (name, "s")
    assert "&&P<script>" in book["封面"].oddHeader.right.text


# -- the command -------------------------------------------------------------------------------------


def test_all_writes_one_a_member_and_again_the_same_bytes(call, tmp_path):
    told = call("form", "2023", "--all")
    assert told.output == "2023: 6 forms, 1 with answers of 2022\n  open: output/small/2023/forms\n"
    folder = tmp_path / "output" / "small" / "2023" / "forms"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == [f"2023_{m}.xlsx" for m in ("A1", "B2", "C3", "D4", "E5", "F6")]
    call("form", "2023", "--all")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    with zipfile.ZipFile(folder / "2023_A1.xlsx") as packed:
        assert b"2000-01-01T00:00:00Z" in packed.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ["--member", "A9"], 2,
            "survey: member 'A9' is not in the frame of 2023; there are 6: A1, B2, C3, D4, E5, F6 (members.csv)\n",
        ),
        (
            ["--member", "A1", "--all"], 2,
            "survey: --member and --all exclude each other; name members, or take all of them\n",
        ),
        (
            ["--output", "file/forms"], 1,
            "survey: the forms cannot be written to file/forms: Not a directory; free space, allow writing "
            "there or choose another folder with --output; nothing was written\n",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(call, tmp_path, arguments, status, message):
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = call("form", "2023", *arguments)
    assert (told.exit_code, told.stderr, told.stdout) == (status, message, "")
    assert not (tmp_path / "output" / "small" / "2023").exists()


def test_a_wave_without_a_questionnaire_is_told(call):
    told = call("form", "2024")
    assert (told.exit_code, told.stderr) == (
        2,
        "survey: wave '2024' does not exist in programme small; there are 2022, 2023 "
        "(a new one is a folder with a questionnaire.yaml)\n",
    )


# -- in LibreOffice ----------------------------------------------------------------------------------

needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not on this machine")


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """Return a profile of LibreOffice for these tests alone."""
    return tmp_path_factory.mktemp("libreoffice")


@needs_libreoffice
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods", "xlsm"])
def test_filled_and_changed_in_libreoffice_the_answers_come_back(small, form, call, profile, suffix):
    sent = small.returns() / f"2023_A1.{suffix}"
    renamed = {"服务": "二 服务（客服部）"}
    filled_in_libreoffice(form, sent, ANSWERS, profile, rows=2, renamed=renamed)
    assert read(small) == {item: (value, shift(PLACES, 2)[item]) for item, value in CLEAN.items()}
    told = call("check", "2023")
    assert told.output == "2023: 1 files: 1 used\n  0 findings, 0 edits failed, 0 queries\n"
    cells = {(c.sheet, c.address): c.text for c in read_workbook(sent).cells}
    assert cells["封面", "C8"].startswith("尚有 1 处待处理")  # the date, typed as text
    assert cells["二 服务（客服部）", "H6"] == "√"


@needs_libreoffice
def test_the_check_column_finds_what_the_secretariat_finds(small, form, profile):
    slips = ANSWERS | {
        "front": 70, "calls_handled": 1001, "satisfaction": 0.985, "staff_total": 60001, "marketing": "否",
        "mk_channels.sms": None, "channels.sms": None, "channels.app": "部分", "turnover": "约十二",
    }  # fmt: skip
    filled = fill(form, small.returns() / "2023_A1.xlsx", slips)
    shown = column_of(saved_as(filled, "xlsx", profile), CHECK)
    assert shown == {
        "bank_type": "√",
        "staff_total": "× 应在 1 至 60,000 之间",
        "opened": "▲ 请填日期，如 2024-01-31",
        "turnover": "▲ 请只填数字，单位见右",
        "front": "√",
        "middle": "√",
        "back": "▲ 三项占比之和应为100（第 5、6、7 题）",
        "calls_requested": "√",
        "calls_handled": "× 接通量大于请求量（第 8、9 题）",
        "satisfaction": "▲ 请填百分数的数值：94.55 表示 94.55%",
        "channels.app": "× 请填“是”或“否”",
        "channels.sms": "○ 未填",
        "marketing": "√",
        "mk_channels.phone": "▲ 本题不适用，请清空",
        "mk_channels.sms": "－",
        "highlights": "√",
    }
    failed = clean_wave(small.programme, "2023").edits.set_index("rule")["failed"]
    assert failed[["range staff_total", "shares_sum", "handled_le_requested"]].tolist() == [1, 1, 1]
    cover = openpyxl.load_workbook(profile / "out" / "2023_A1.xlsx", data_only=True)["封面"]
    assert cover["C8"].value == "尚有 9 处待处理：× 必须改正 3，▲ 请确认 5，○ 未填 1"


@needs_libreoffice
def test_a_form_well_filled_says_that_it_can_be_sent(returned, profile):
    book = openpyxl.load_workbook(returned)
    book["基本情况"]["E6"] = 37012
    book.save(returned)
    shown = column_of(saved_as(returned, "xlsx", profile), CHECK)
    assert set(shown.values()) == {"√"}
    cover = openpyxl.load_workbook(profile / "out" / "2023_A1.xlsx", data_only=True)["封面"]
    assert cover["C8"].value == "√ 已填妥，可以发回"


@needs_libreoffice
def test_shares_out_of_one_are_asked_for_and_not_added_up(small, form, profile):
    filled = fill(
        form, small.returns() / "2023_A1.xlsx", ANSWERS | {"front": 0.6, "middle": 0.3, "back": 0.1}
    )
    shown = column_of(saved_as(filled, "xlsx", profile), CHECK)
    assert {shown[item] for item in ("front", "middle", "back")} == {"▲ 请填百分数的数值：94.55 表示 94.55%"}
