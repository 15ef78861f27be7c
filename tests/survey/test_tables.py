"""Answers that come as tables: a row a member, whoever wrote it, read as exactly as a form."""

from __future__ import annotations

import pandas as pd
import pyreadstat
import pytest

from fixtures.programmes import NAMES
from fixtures.tables import HEADING, ROWS, WRITERS, write_book
from survey.editing import clean_wave
from survey.intake import read_returns

ITEMS = ("staff_total", "bank_type", "channels.app", "channels.sms", "calls_handled", "calls_requested")
READ = {
    "A1": ("1200", "large", "1", "1", "900", "1000", "98.5"),
    "D4": ("3000", "city", "0", "1", "12", "20", "94.55"),
}


def answers(small, member):
    """Return a member's values of the table's items, as read."""
    rows = read_returns(small.programme, "2023").responses
    own = rows[rows["member_id"] == member].set_index(["question", "option"])["value"]
    return tuple(own[tuple((code + ".").split(".")[:2])] for code in (*ITEMS, "satisfaction"))


@pytest.fixture
def unanswered(answered):
    for path in answered.returns().iterdir():
        path.unlink()
    return answered


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_is_read_like_forms(unanswered, kind):
    WRITERS[kind](unanswered.returns() / "汇总.dat", ROWS)
    intake = read_returns(unanswered.programme, "2023")
    assert {m: answers(unanswered, m) for m in READ} == READ
    assert intake.findings["code"].tolist() == ["form_old"] * 0
    assert intake.returns[["file", "member_id", "status"]].to_numpy().tolist() == [
        ["汇总.dat", "A1", "used"], ["汇总.dat", "D4", "used"],
    ]  # fmt: skip
    assert len(clean_wave(unanswered.programme, "2023").responses) == 2 * 16


def test_every_answer_of_a_table_has_its_cell(unanswered):
    write_book(unanswered.returns() / "t.xlsx", [HEADING, *ROWS])
    rows = read_returns(unanswered.programme, "2023").responses
    channels = rows[(rows["member_id"] == "D4") & (rows["question"] == "channels")]
    assert channels[["raw", "value", "sheet", "cell"]].to_numpy().tolist() == [
        ["短信", "0", "数据", "E3"],
        ["短信", "1", "数据", "E3"],
    ]


def test_options_by_number_and_as_columns(unanswered):
    heading = [
        "序号",
        "提交答卷时间",
        "1、机构名称",
        "2、银行类型",
        "channels.app",
        "channels.sms",
        "4、年末从业人员",
    ]
    rows = [
        ["1", "2023/1/12 9:30:00", "甲银行", "1", "1", "0", "30"],
        ["2", "", "丁银行", "2", "-3", "-3", "-3"],
    ]
    write_book(unanswered.returns() / "t.xlsx", [heading, *rows])
    responses = read_returns(unanswered.programme, "2023").responses
    own = responses[responses["question"].isin(["bank_type", "channels", "staff_total"])]
    assert own[["member_id", "question", "option", "value", "status"]].to_numpy().tolist() == [
        ["A1", "bank_type", "", "large", "ok"],
        ["A1", "staff_total", "", "30", "ok"],
        ["A1", "channels", "app", "1", "ok"],
        ["A1", "channels", "sms", "0", "ok"],
        ["D4", "bank_type", "", "city", "ok"],
        ["D4", "staff_total", "", "", "not_applicable"],
        ["D4", "channels", "app", "", "not_applicable"],
        ["D4", "channels", "sms", "", "not_applicable"],
    ]


def test_a_platforms_option_columns_are_found_by_number_and_label(unanswered):
    heading = [
        "序号",
        "提交答卷时间",
        "1、机构名称",
        "2、银行类型",
        "第11题(手机客户端)",
        "第11题(短信)",
        "4、年末从业人员",
    ]
    rows = [["1", "2023/1/12 9:30:00", "甲银行", "1", "1", "0", "30"]]
    write_book(unanswered.returns() / "t.xlsx", [heading, *rows])
    responses = read_returns(unanswered.programme, "2023").responses
    own = responses[responses["question"] == "channels"]
    assert own["value"].tolist() == ["1", "0"]


def test_a_column_of_nothing_asked_is_told_once_and_kept(unanswered):
    write_book(unanswered.returns() / "t.xlsx", [[*HEADING, "联系人"], *([*row, "张三"] for row in ROWS)])
    intake = read_returns(unanswered.programme, "2023")
    assert intake.findings[["file", "sheet", "cell", "code", "message_zh", "message_en"]].to_numpy().tolist() == [
        [
            "t.xlsx", "数据", "I1", "column_unknown", "“联系人”列不对应本次问卷的任何题目，已保留、未采用",
            "column “联系人” answers nothing that this wave asked; it is kept, not used",
        ]
    ]  # fmt: skip
    kept = intake.cells[intake.cells["disposition"] == "finding"]
    assert kept["cell"].tolist() == ["I2", "I3"]


def test_an_option_in_a_list_that_is_none_is_asked_once(unanswered):
    rows = [[*ROWS[0][:4], "手机客户端┋传真", *ROWS[0][5:]]]
    write_book(unanswered.returns() / "t.xlsx", [HEADING, *rows])
    intake = read_returns(unanswered.programme, "2023")
    assert intake.findings["message_en"].tolist() == [
        "“手机客户端┋传真” is not an option; there are: Mobile app, Text message"
    ]
    own = intake.responses[intake.responses["question"] == "channels"]
    assert own["status"].tolist() == ["unreadable"] * 2


def test_a_form_sent_after_the_table_counts(unanswered):
    write_book(unanswered.returns() / "t.xlsx", [HEADING, *ROWS])
    unanswered.send("A1", "later.xlsx", cover={"submitted": "2023-02-01"}, staff_total=77)
    intake = read_returns(unanswered.programme, "2023")
    assert intake.returns[["file", "member_id", "status"]].to_numpy().tolist() == [
        ["t.xlsx", "A1", "superseded"], ["later.xlsx", "A1", "used"], ["t.xlsx", "D4", "used"],
    ]  # fmt: skip
    assert answers(unanswered, "A1")[0] == "77"


def test_an_spss_file_with_labels(unanswered):
    frame = pd.DataFrame(
        {"name": ["甲银行", "丁银行"], "q1": [1200.0, 3000.0], "q2": [1.0, 2.0], "channels.app": [1.0, 0.0]}
    )
    path = unanswered.returns() / "answers.sav"
    pyreadstat.write_sav(
        frame, str(path), column_labels=["", "年末从业人员", "银行类型", ""],
        variable_value_labels={"q2": {1: "大型商业银行", 2: "城市商业银行"}},
    )  # fmt: skip
    responses = read_returns(unanswered.programme, "2023").responses
    own = responses[responses["question"].isin(["staff_total", "bank_type"]) | (responses["option"] == "app")]
    assert own[["member_id", "question", "raw", "value", "cell"]].to_numpy().tolist() == [
        ["A1", "bank_type", "大型商业银行", "large", "C2"],
        ["A1", "staff_total", "1200", "1200", "B2"],
        ["A1", "channels", "1", "1", "D2"],
        ["D4", "bank_type", "城市商业银行", "city", "C3"],
        ["D4", "staff_total", "3000", "3000", "B3"],
        ["D4", "channels", "0", "0", "D3"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"\xff\xfe\x00\x81\x00", "no text in UTF-8 or GB18030; save it as one of these"),
        ("a.csv", '机构名称,"年末'.encode(), "no whole table of text"),
        ("a.sav", b"$FL2 nothing more", "not an SPSS file, or damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not a workbook, or damaged"),
    ],
)
def test_a_broken_table_is_asked_for_again(answered, name, content, why):
    (answered.returns() / name).write_bytes(content)
    intake = read_returns(answered.programme, "2023")
    assert intake.findings["message_en"].tolist() == [
        f"the workbook cannot be opened ({why}); please send it again"
    ]
    assert (intake.returns["status"] == "used").sum() == len(NAMES)


# -- whose it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "member", "told"),
    [
        ("甲銀行", "A1", []),
        ("甲银行股份有限公司", "A1", []),
        (" 甲 银 行 ", "A1", []),
        ("Bank-A Co., Ltd.", "A1", []),
        ("甲银行股份有限公司信用卡中心", "A1", ["“甲银行股份有限公司信用卡中心” was taken for A1 by the main part of its name"]),
    ],
)  # fmt: skip
def test_a_name_in_other_dress(answered, name, member, told):
    (answered.returns() / "2023_A1.xlsx").unlink()
    answered.send("A1", "x.xlsx", cover={"member_id": "", "name": name})
    intake = read_returns(answered.programme, "2023")
    own = intake.returns[intake.returns["file"] == "x.xlsx"]
    assert own[["member_id", "status"]].to_numpy().tolist() == [[member, "used"]]
    assert intake.findings["message_en"].tolist() == told


def test_a_similar_name_is_offered_and_not_taken(answered):
    answered.edit("members.csv", "F6,己银行", "F6,东海市商业银行")
    answered.send("F6", cover={"member_id": "", "name": "东海商业银行"})
    intake = read_returns(answered.programme, "2023")
    assert intake.findings["message_en"].tolist() == [
        "member “东海商业银行” is not in the frame; is it 东海市商业银行(F6)? "
        "Check the name or add it to the aliases"
    ]
    assert intake.returns.set_index("file").loc["2023_F6.xlsx", "status"] == "rejected"


def test_two_members_claim_one_return(answered):
    answered.send("F6", cover={"member_id": "F6", "name": "甲银行"})
    intake = read_returns(answered.programme, "2023")
    assert intake.findings["message_zh"].tolist() == ["机构编号 F6 与机构名称“甲银行”(A1)不一致，请核对"]
    assert (intake.returns["status"] == "used").sum() == len(NAMES) - 1


def test_a_name_that_two_members_share_is_nobodys(answered):
    answered.edit("members.csv", "B2,乙银行,", "B2,乙银行,同名银行")
    answered.edit("members.csv", "C3,丙银行,", "C3,丙银行,同名银行")
    answered.send("F6", cover={"member_id": "", "name": "同名银行"})
    assert read_returns(answered.programme, "2023").findings["code"].tolist() == ["member_unknown"]
