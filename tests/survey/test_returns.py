"""Returns as they come: each trouble becomes a finding with whole words, and everything else goes through."""

from __future__ import annotations

import openpyxl
import pytest

from survey.editing import clean_wave
from survey.errors import IntakeError
from survey.intake import read_returns

ALL = ["A1", "B2", "C3", "D4", "E5", "F6"]


def found(small, wave="2023"):
    """Return the findings as (file, place, code, zh, en)."""
    table = read_returns(small.programme, wave).findings
    return [
        (f.file, f"{f.sheet}!{f.cell}" if f.cell else f.sheet, f.code, f.message_zh, f.message_en)
        for f in table.itertuples()
    ]


def asked(small, wave="2023"):
    """Return the queries as (member, cell, rule, zh, en)."""
    queries = clean_wave(small.programme, wave).queries
    return [
        tuple(q) for q in queries[["member_id", "cell", "rule", "text_zh", "text_en"]].to_numpy().tolist()
    ]


def statuses(small, wave="2023"):
    returns = read_returns(small.programme, wave).returns
    return {r.file: (r.member_id, r.status) for r in returns.itertuples()}


def values(small, member, wave="2023"):
    """Return a member's clean values by item."""
    rows = clean_wave(small.programme, wave).responses
    own = rows[rows["member_id"] == member]
    return {
        f"{r.question}.{r.option}" if r.option else r.question: r.value
        if r.status in {"ok", "corrected"}
        else r.status
        for r in own.itertuples()
    }


def the_others_count(small, without):
    used = {member for member, status in statuses(small).values() if status == "used"}
    return used == set(ALL) - set(without)


def test_six_untroubled_returns(answered):
    clean = clean_wave(answered.programme, "2023")
    assert statuses(answered) == {f"2023_{m}.xlsx": (m, "used") for m in ALL}
    assert (len(clean.intake.findings), len(clean.queries), len(clean.ledger)) == (0, 0, 0)
    assert clean.edits["evaluated"].tolist() == [6] * 9
    assert values(answered, "A1") == {
        "bank_type": "large",
        "staff_total": "100",
        "opened": "2001-05-01",
        "turnover": "12.5",
        "front": "60",
        "middle": "30",
        "back": "10",
        "calls_requested": "1000",
        "calls_handled": "900",
        "satisfaction": "98.5",
        "channels.app": "1",
        "channels.sms": "0",
        "marketing": "yes",
        "mk_channels.phone": "1",
        "mk_channels.sms": "0",
        "highlights": "智能客服",
    }


# -- files that cannot be used ---------------------------------------------------------------------


@pytest.fixture
def truncated_workbook(answered):
    path = answered.returns() / "2023_F6.xlsx"
    path.write_bytes(path.read_bytes()[:3000])
    return answered


@pytest.fixture
def empty_file(answered):
    (answered.returns() / "2023_F6.xlsx").write_bytes(b"")
    return answered


@pytest.fixture
def letter_named_xlsx(answered):
    (answered.returns() / "2023_F6.xlsx").write_text("尊敬的秘书处：", encoding="utf-8")
    return answered


@pytest.mark.parametrize(
    ("trouble", "why_zh", "why"),
    [
        ("truncated_workbook", "不完整或已损坏", "truncated or damaged"),
        ("empty_file", "空文件", "empty file"),
        ("letter_named_xlsx", "不完整或已损坏", "truncated or damaged"),
    ],
)
def test_an_unreadable_workbook_is_asked_for_again(request, trouble, why_zh, why):
    small = request.getfixturevalue(trouble)
    zh = f"文件无法打开({why_zh})，请重新发送"
    en = f"the workbook cannot be opened ({why}); please send it again"
    assert found(small) == [("2023_F6.xlsx", "", "return_unreadable", zh, en)]
    assert asked(small) == [("", "2023_F6.xlsx", "return_unreadable", zh, en)]
    assert statuses(small)["2023_F6.xlsx"] == ("", "rejected")
    assert the_others_count(small, {"F6"})


@pytest.fixture
def form_of_another_survey(answered):
    answered.send("F6", cover={"form": "operations/2023Q1/1"})
    return answered


@pytest.fixture
def workbook_of_their_own(answered):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "客服人数", 120
    book.save(answered.returns() / "2023_F6.xlsx")
    return answered


@pytest.mark.parametrize(
    ("trouble", "got"), [("form_of_another_survey", "operations/2023Q1/1"), ("workbook_of_their_own", "—")]
)
def test_a_wrong_form_is_told(request, trouble, got):
    small = request.getfixturevalue(trouble)
    assert found(small) == [
        (
            "2023_F6.xlsx", "", "form_unknown",
            f"不是本次调查的问卷（期望 small/2023/1，实为 {got}），请使用本次问卷填报",
            f"this is no form of the survey (expected small/2023/1, got {got}); please use this wave's form",
        )
    ]  # fmt: skip
    assert statuses(small)["2023_F6.xlsx"][1] == "rejected"
    cells = read_returns(small.programme, "2023").cells
    own = cells[cells["file"] == "2023_F6.xlsx"]
    assert set(own["disposition"]) == {"finding"}
    assert the_others_count(small, {"F6"})


def test_an_unknown_member_is_told_by_its_name(answered):
    answered.send("F6", cover={"member_id": "", "name": "庚银行"})
    assert found(answered) == [
        (
            "2023_F6.xlsx", "", "member_unknown",
            "机构“庚银行”不在成员名单中，请核对名称或在 members.csv 中登记别名",
            "member “庚银行” is not in the frame; check the name or add it to the aliases in members.csv",
        )
    ]  # fmt: skip
    assert the_others_count(answered, {"F6"})


def test_a_member_of_another_wave_is_not_of_this_one(answered):
    answered.edit("members.csv", "F6,己银行,,city,credit,2020,", "F6,己银行,,city,credit,2020,2022")
    assert found(answered) == [
        (
            "2023_F6.xlsx", "", "member_elsewhere",
            "机构“己银行”(F6)不在本期成员名单中；如已合并或更名，请在 members.csv 中登记",
            "member “己银行” (F6) is not in this wave's frame; a merger or new name belongs in members.csv",
        )
    ]  # fmt: skip
    assert the_others_count(answered, {"F6"})


@pytest.mark.parametrize("name", ["甲行", "Bank A", " ｂａｎｋ a ", "甲银行"])
def test_a_member_is_known_by_its_names(answered, name):
    (answered.returns() / "2023_A1.xlsx").unlink()
    answered.send("A1", "来函.xlsx", cover={"member_id": "", "name": name})
    assert statuses(answered)["来函.xlsx"] == ("A1", "used")
    assert found(answered) == []


# -- several returns of one member -----------------------------------------------------------------


def test_a_return_sent_twice_counts_once(answered):
    answered.send("A1", "2023_A1(副本).xlsx")
    assert statuses(answered)["2023_A1(副本).xlsx"] == ("A1", "superseded")
    assert found(answered) == [
        (
            "2023_A1(副本).xlsx", "", "return_repeated",
            "与已采用的填报(2023_A1.xlsx)日期相同，按文件名取后者；本文件保留但不采用",
            "same date as the return used (2023_A1.xlsx); the last by file name is used, this file is kept",
        )
    ]  # fmt: skip
    assert asked(answered) == []
    assert the_others_count(answered, {})


def test_a_corrected_late_return_replaces_the_first(answered):
    answered.send("A1", "2023_A1_更正.xlsx", cover={"submitted": "2023-01-20"}, staff_total=111)
    assert found(answered) == [
        (
            "2023_A1.xlsx", "", "return_superseded",
            "该机构有更晚的填报(2023_A1_更正.xlsx)，本文件保留但不采用",
            "a later return of this member is used (2023_A1_更正.xlsx); this file is kept, not used",
        )
    ]  # fmt: skip
    assert values(answered, "A1")["staff_total"] == "111"
    cells = read_returns(answered.programme, "2023").cells
    assert set(cells.loc[cells["file"] == "2023_A1.xlsx", "disposition"]) == {"finding"}


def test_the_date_on_the_cover_decides_and_not_the_name_of_the_file(answered):
    answered.send("A1", "2023_A1-新.xlsx", cover={"submitted": "2023-01-20"}, staff_total=111)
    answered.send("A1", "2023_A1.xlsx", cover={"submitted": "2023-01-30"}, staff_total=222)
    answered.send("A1", "a-旧.xlsx", cover={"submitted": "2023-01-25"}, staff_total=333)
    assert values(answered, "A1")["staff_total"] == "222"
    assert {f: s for f, (m, s) in statuses(answered).items() if m == "A1"} == {
        "2023_A1-新.xlsx": "superseded",
        "a-旧.xlsx": "superseded",
        "2023_A1.xlsx": "used",
    }


# -- forms that were changed -----------------------------------------------------------------------


def test_an_older_form_counts_and_its_gaps_are_asked_for(answered):
    answered.send("B2", form_of="2022")
    zh = "使用了往年问卷(small/2022/1)，本次新增的 3 项未填"
    en = "returned on an earlier form (small/2022/1); 3 items new in this wave are missing"
    assert found(answered) == [("2023_B2.xlsx", "", "form_old", zh, en)]
    assert asked(answered) == [("B2", "2023_B2.xlsx", "form_old", zh, en)]
    assert {k: v for k, v in values(answered, "B2").items() if v == "blank"} == {
        "marketing": "blank",
        "mk_channels.phone": "blank",
        "mk_channels.sms": "blank",
    }
    assert values(answered, "B2")["staff_total"] == "100"


@pytest.fixture
def moved_rows_and_renamed_sheet(answered):
    path = answered.send("C3", staff_total=77, channels__app="否")
    book = openpyxl.load_workbook(path)
    book["服务"].title = "服务情况（客服部填）"
    book["服务情况（客服部填）"].insert_rows(1, amount=4)
    sheet = book["基本情况"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    for number, row in enumerate(reversed(rows), start=4):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(path)
    return answered


def test_moved_rows_and_a_renamed_sheet_do_no_harm(moved_rows_and_renamed_sheet):
    small = moved_rows_and_renamed_sheet
    assert found(small) == []
    expected = values(small, "A1") | {"staff_total": "77", "channels.app": "0"}
    assert values(small, "C3") == expected
    rows = read_returns(small.programme, "2023").responses.set_index(["member_id", "question", "option"])
    place = rows.loc[("C3", "channels", "app"), ["sheet", "cell", "raw"]].tolist()
    assert place == ["服务情况（客服部填）", "E11", "否"]
    assert rows.loc[("C3", "staff_total", ""), "cell"] == "E9"


def test_an_extra_sheet_is_kept_and_told(answered):
    answered.send("A1", extra={"填表说明": ("填报部门：客服中心", "联系人")})
    assert found(answered) == [
        (
            "2023_A1.xlsx", "填表说明", "extra_sheet", "工作表“填表说明”不属于问卷，已记录",
            "sheet “填表说明” is not of the form; it is kept",
        )
    ]  # fmt: skip
    cells = read_returns(answered.programme, "2023").cells
    assert cells.loc[cells["sheet"] == "填表说明", ["cell", "text", "disposition"]].to_numpy().tolist() == [
        ["A1", "填报部门：客服中心", "finding"],
        ["A2", "联系人", "finding"],
    ]


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [
        ("基本情况", "G5"),
        ("基本情况", "H2"),
        ("基本情况", "H3"),
        ("基本情况", "E1"),
        ("基本情况", "E30"),
        ("服务", "I7"),
        ("封面", "C15"),
        ("封面", "D7"),
    ],
)
def test_a_note_anywhere_is_kept_and_changes_nothing(answered, sheet, cell):
    path = answered.returns() / "2023_A1.xlsx"
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = "口径说明：含外包坐席"
    book.save(path)
    zh = "单元格中有附注，已记录，不影响数值"
    en = "a note stands beside the answers; it is kept and changes no value"
    assert found(answered) == [("2023_A1.xlsx", f"{sheet}!{cell}", "note_in_cell", zh, en)]
    assert values(answered, "A1") == values(answered, "B2")
    assert asked(answered) == []


def test_the_frame_decides_the_type_and_says_so(answered):
    answered.send("D4", bank_type="大型商业银行")
    zh = "填报的银行类型为“大型商业银行”，成员名单为“城市商业银行”；统计以名单为准"
    en = (
        "reported type of bank is “Large commercial banks”, the frame says “City "
        "commercial banks”; the frame is used"
    )
    assert found(answered) == [("2023_D4.xlsx", "基本情况!E4", "type_mismatch", zh, en)]
    assert asked(answered) == [("D4", "基本情况!E4", "type_mismatch", zh, en)]


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_a_wave_without_returns_is_told(small, folder):
    if folder == "empty":
        small.returns().mkdir()
        (small.returns() / "~$2023_A1.xlsx").write_bytes(b"x")
    with pytest.raises(IntakeError) as caught:
        read_returns(small.programme, "2023")
    assert str(caught.value) == (
        "no returns of wave 2023: small/2023/returns holds no workbook; put the members' "
        "workbooks (.xlsx) there"
    )


# -- answers that cannot be ------------------------------------------------------------------------


def test_a_number_out_of_range_is_nulled_and_asked(answered):
    answered.send("A1", staff_total=6000000)
    assert values(answered, "A1")["staff_total"] == "nulled"
    assert asked(answered) == [
        (
            "A1", "基本情况!E5", "range staff_total", "年末从业人员应在 1 至 60,000 之间，请核对数值与单位",
            "Staff at year end: should lie between 1 and 60,000; please check number and unit",
        )
    ]  # fmt: skip
    row = clean_wave(answered.programme, "2023").ledger.iloc[0]
    assert row[["step", "rule", "severity", "before", "after", "action"]].tolist() == [
        "edit", "range staff_total", "hard", "6000000", "", "null",
    ]  # fmt: skip


def test_more_calls_handled_than_requested_nulls_both(answered):
    answered.send("A1", calls_handled=1001)
    clean = clean_wave(answered.programme, "2023")
    assert [values(answered, "A1")[q] for q in ("calls_requested", "calls_handled")] == ["nulled", "nulled"]
    assert asked(answered) == [
        (
            "A1",
            "服务!E5; 服务!E4",
            "handled_le_requested",
            "接通量大于请求量",
            "More calls handled than requested",
        )
    ]
    assert clean.ledger[["question", "before", "action", "reason"]].to_numpy().tolist() == [
        ["calls_handled", "1001", "null", "接通量大于请求量"],
        ["calls_requested", "1000", "null", "接通量大于请求量"],
    ]
    failed = clean.edits.set_index("rule").loc["handled_le_requested"]
    assert failed.tolist() == ["hard", 6, 1]


def test_a_rule_may_null_one_side_alone(answered):
    answered.edit(
        "2023/questionnaire.yaml",
        "check: calls_handled <=",
        "nulls: [calls_handled]\n    check: calls_handled <=",
    )
    answered.send("A1", calls_handled=1001)
    assert [values(answered, "A1")[q] for q in ("calls_requested", "calls_handled")] == ["1000", "nulled"]


def test_shares_that_do_not_sum_stand_and_are_asked(answered):
    answered.send("A1", front=70)
    assert values(answered, "A1")["front"] == "70"
    assert asked(answered) == [
        (
            "A1", "基本情况!E10; 基本情况!E8; 基本情况!E9", "shares_sum", "三项占比之和应为100",
            "The three shares should add up to 100",
        )
    ]  # fmt: skip
    ledger = clean_wave(answered.programme, "2023").ledger
    assert ledger[["question", "before", "after", "action"]].to_numpy().tolist() == [
        ["back", "10", "10", "query"],
        ["front", "70", "70", "query"],
        ["middle", "30", "30", "query"],
    ]


@pytest.mark.parametrize(
    ("item", "typed", "expected"),
    [
        (
            "marketing", "部分网点试点", ("服务!E9", "option_unknown", "“部分网点试点”不是选项；可选：是、否",
            "“部分网点试点” is not an option; there are: Yes, No"),
        ),
        (
            "front", "0.6",
            ("基本情况!E8", "unit_unclear", "“0.6”的单位无法判断，可能是0.6%或60%；请注明单位",
            "the unit of “0.6” cannot be told: it may be 0.6% or 60%; please state the unit"),
        ),
        (
            "staff_total", "约一百", ("基本情况!E5", "number_not_exact", "“约一百”不是确切数字（所写为 100），请填写一个确切数字",
            "“约一百” is no exact number (it names 100); please enter one exact number"),
        ),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_is_left_out_and_asked(answered, item, typed, expected):
    answered.send("A1", **{item: typed})
    assert found(answered) == [("2023_A1.xlsx", *expected)]
    assert asked(answered) == [("A1", *expected)]
    assert values(answered, "A1")[item] == "unreadable"
    assert values(answered, "A1") == values(answered, "B2") | {item: "unreadable"}


def test_a_query_keeps_its_number_from_run_to_run(answered):
    answered.send("A1", staff_total=6000000)
    first, second = (clean_wave(answered.programme, "2023").queries["query_id"].tolist() for _ in range(2))
    assert first == second
    answered.send("B2", staff_total=6000000)
    both = clean_wave(answered.programme, "2023").queries["query_id"].tolist()
    assert len(set(both)) == 2
    assert first[0] in both
