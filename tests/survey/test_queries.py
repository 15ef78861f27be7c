"""From a contradiction to the member's reply: localisation, query workbooks, states, ledger, trace."""

from __future__ import annotations

import errno
import json
import os
from unittest.mock import Mock

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from survey.cli import main
from survey.editing import clean_wave
from survey.errors import DefinitionError
from survey.intake import check_ledger, check_queries

RULES = """\
  - id: handled_per_head
    severity: hard
    check: calls_handled <= 20 * staff_total
    message: {zh: 人均接通量过高, en: Too many calls handled per head}
  - id: offices_sum
    severity: hard
    check: abs(front + middle + back - 100) <= 0.5 and front >= middle
    message: {zh: 前台占比有误, en: The shares of the offices do not fit}
  - id: turnover_not_negative
    severity: hard
    check: turnover >= 0
    message: {zh: 业务量为负, en: Turnover is negative}
  - id: channel_named
    severity: hard
    check: not marketing == yes or any_of(mk_channels.phone, mk_channels.sms)
    message: {zh: 未列出营销渠道, en: Marketing without a channel}
  - id: app_means_phone
    severity: hard
    check: not channels.app or mk_channels.phone
    message: {zh: 有客户端而无电话, en: An app but no telephone}
"""
POLICY = "policy:\n  hard: suspected\n"
PLANTED = {
    "calls_handled": 9000, "front": 6, "satisfaction": 9.5, "mk_channels.phone": "否", "turnover": -12.5,
}  # fmt: skip
RIGHT = {
    "calls_handled": "900",
    "front": "60",
    "satisfaction": "98.5",
    "mk_channels.phone": "是",
    "turnover": "12.5",
}


@pytest.fixture
def kit(answered, monkeypatch, tmp_path):
    """Return the small programme with five more rules, and its command."""
    path = answered.folder / "2023" / "questionnaire.yaml"
    path.write_text(path.read_text(encoding="utf-8") + RULES + POLICY, encoding="utf-8")
    answered.edit(
        "2023/questionnaire.yaml",
        "severity: soft\n    check: abs(front",
        "severity: hard\n    check: abs(front",
    )
    monkeypatch.setenv("SURVEY_PROGRAMMES", str(answered.folder.parent))
    monkeypatch.setenv("SURVEY_OUTPUT", str(tmp_path / "output"))
    return answered


def call(*arguments):
    return CliRunner().invoke(
        main, [*arguments, "--programme", "small"], prog_name="survey", catch_exceptions=False
    )


def workbook(tmp_path, member="A1"):
    return tmp_path / "output" / "small" / "2023" / "queries" / f"{member}.xlsx"


def rows_of(path):
    sheet = openpyxl.load_workbook(path).active
    return [r for r in sheet.iter_rows() if str(r[0].value or "").startswith("_query|")]


def reply(kit, path, answers, *, name="A1.xlsx", confirm=(), mark=None):
    """Fill a query workbook in as a member would: answers by item code, confirmations by item code."""
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows():
        parts = str(row[0].value or "").split("|")
        if parts[0] != "_query":
            continue
        if parts[2] in answers:
            row[8].value = answers[parts[2]]
        if parts[2] in confirm:
            row[9].value = "是"
        if mark:
            row[0].value = mark(row[0].value)
    folder = kit.folder / "2023" / "replies"
    folder.mkdir(exist_ok=True)
    book.save(folder / name)


def states(kit):
    return clean_wave(kit.programme, "2023").queries["state"].value_counts().to_dict()


def test_five_contradictions_are_found_asked_answered_and_traced(kit, tmp_path):
    kit.send("A1", **{code.replace(".", "__"): value for code, value in PLANTED.items()})
    told = call("check", "2023")
    assert told.exit_code == 1
    clean = clean_wave(kit.programme, "2023")
    check_queries(clean.queries)
    check_ledger(clean.ledger)
    cells = clean.responses[clean.responses["member_id"] == "A1"].assign(
        code=lambda f: (f["question"] + "." + f["option"]).str.rstrip("."),
        at=lambda f: f["sheet"] + "!" + f["cell"],
    )
    at = cells.set_index("code")["at"]
    assert set(clean.queries["suspected"]) == {at[code] for code in PLANTED}
    nulled = cells.set_index("code").query("status == 'nulled'").index
    assert set(nulled) == {"calls_handled", "front", "satisfaction", "turnover"}
    marked = {row[0].value.split("|")[2] for row in rows_of(workbook(tmp_path)) if row[6].value == "●"}
    assert marked == set(PLANTED)
    fits = {row[0].value.split("|")[2]: row[7].value for row in rows_of(workbook(tmp_path)) if row[7].value}
    assert fits == {
        "calls_handled": "0–1,000", "front": "59.5–60.5", "turnover": "≥ 0", "mk_channels.phone": "是 yes",
        "satisfaction": "50–100",
    }  # fmt: skip

    assert call("check", "2023", "--sent", "2023-04-01").output.splitlines()[-1] == (
        f"  queries: 0 open, {len(clean.queries)} sent, 0 answered, 0 closed"
    )
    reply(kit, workbook(tmp_path), RIGHT)
    told = call("check", "2023")
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "2023: 6 files: 6 used",
        "  0 findings, 0 edits failed, 0 queries",
        f"  queries: 0 open, 0 sent, 0 answered, {len(clean.queries)} closed",
    ]
    assert not workbook(tmp_path).exists()

    after = clean_wave(kit.programme, "2023")
    check_ledger(after.ledger)
    own = after.ledger[after.ledger["step"] == "reply"]
    assert {(r.question, r.before, r.after, r.action, r.author) for r in own.itertuples()} >= {
        ("calls_handled", "9000", "900", "correct", "A1"), ("front", "6", "60", "correct", "A1"),
        ("turnover", "-12.5", "12.5", "correct", "A1"), ("mk_channels", "0", "1", "correct", "A1"),
    }  # fmt: skip
    values = after.responses.set_index(["member_id", "question", "option"])["value"]
    for code, right in RIGHT.items():
        question, _, option = code.partition(".")
        assert values["A1", question, option] == {"是": "1"}.get(right, right)

    for member in ("A1", "B2", "C3", "D4", "E5", "F6"):
        kit.send(member, wave="2022")
    traced = json.loads(call("trace", "2023/connect_rate/total/all", "--json").output)
    level = traced["levels"][0]
    assert traced["value"] == pytest.approx(90.0)
    assert traced["recomputed"] == pytest.approx(traced["value"], rel=1e-12)
    [cell] = [c for c in level["cells"] if (c["member_id"], c["question"]) == ("A1", "calls_handled")]
    assert (cell["file"], f"{cell['sheet']}!{cell['cell']}") == ("2023_A1.xlsx", at["calls_handled"])
    assert (cell["raw"], cell["value"], cell["status"]) == ("9000", "900", "corrected")
    assert {(r["step"], r["after"]) for r in level["ledger"]} == {("reply", "900")}


def test_a_soft_query_is_confirmed_as_it_is(kit, tmp_path):
    kit.edit(
        "2023/questionnaire.yaml",
        "severity: hard\n    check: turnover",
        "severity: soft\n    check: turnover",
    )
    kit.send("A1", turnover=-3)
    call("check", "2023")
    assert states(kit) == {"open": 1}
    reply(kit, workbook(tmp_path), {}, confirm=("turnover",))
    clean = clean_wave(kit.programme, "2023")
    assert clean.queries[["state", "reply"]].to_numpy().tolist() == [["closed", "确认 confirmed"]]
    accepted = clean.ledger[clean.ledger["action"] == "accept"]
    assert accepted[["question", "before", "after", "author"]].to_numpy().tolist() == [
        ["turnover", "-3", "-3", "A1"]
    ]


def test_a_hard_query_is_not_closed_by_a_confirmation(kit, tmp_path):
    kit.send("A1", turnover=-3)
    call("check", "2023")
    reply(kit, workbook(tmp_path), {}, confirm=("turnover",))
    assert states(kit) == {"answered": 1}
    assert call("check", "2023").exit_code == 1


def test_a_reply_that_is_still_wrong_leaves_the_query_answered_and_asks_nothing_twice(kit, tmp_path):
    kit.send("A1", turnover=-3)
    call("check", "2023")
    number = clean_wave(kit.programme, "2023").queries["query_id"].tolist()
    reply(kit, workbook(tmp_path), {"turnover": "-4"})
    clean = clean_wave(kit.programme, "2023")
    assert clean.queries[["query_id", "state", "reply"]].to_numpy().tolist() == [
        [*number, "answered", "turnover: -4"]
    ]


def test_a_reply_that_raises_another_query_can_be_answered_in_turn(kit, tmp_path):
    kit.send("A1", turnover=-3)
    call("check", "2023")
    reply(kit, workbook(tmp_path), {"turnover": "3"})
    book = kit.folder / "2023" / "replies" / "A1.xlsx"
    sheet = openpyxl.load_workbook(book)
    assert states(kit) == {"closed": 1}
    row = next(r for r in sheet.active.iter_rows() if str(r[0].value or "").startswith("_query|"))
    row[8].value = -5
    sheet.save(book)
    assert states(kit) == {"answered": 1}


def test_another_return_is_another_query(kit):
    kit.send("A1", turnover=-3)
    first = clean_wave(kit.programme, "2023").queries["query_id"].tolist()
    kit.send("A1", turnover=-7)
    assert clean_wave(kit.programme, "2023").queries["query_id"].tolist() != first


def test_the_workbook_is_the_same_every_time_and_holds_only_text(kit, tmp_path):
    kit.send("A1", turnover=-3, front="=1+1")
    kit.send("B2", turnover=-5)
    call("check", "2023")
    first = workbook(tmp_path).read_bytes()
    call("check", "2023")
    assert workbook(tmp_path).read_bytes() == first
    book = openpyxl.load_workbook(workbook(tmp_path))
    assert not [c for row in book.active.iter_rows() for c in row if c.data_type == "f"]
    told = "\n".join(str(c.value) for row in book.active.iter_rows() for c in row if c.value)
    assert "-3" in told
    assert "-5" not in told
    assert "B2" not in told
    assert book.active.column_dimensions["A"].hidden


def test_query_workbooks_are_their_owners_alone_even_where_the_disk_was_full(kit, tmp_path, monkeypatch):
    kit.send("A1", calls_handled=9000)
    full = OSError(errno.ENOSPC, "disk full")
    before = os.umask(0)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(pd.DataFrame, "to_csv", Mock(side_effect=full))
            assert call("check", "2023").exit_code == 1
        folder = workbook(tmp_path).parent
        assert workbook(tmp_path).exists()
        assert folder.stat().st_mode & 0o077 == 0
        call("check", "2023")
    finally:
        os.umask(before)
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == {
        "A1.xlsx": 0,
        "queries.csv": 0,
    }


PROBLEMS = {
    "another number": (
        {"mark": lambda code: code.replace("|", "|0", 1)}, "3",
        "  replies/A1.xlsx 核对 Queries!I7: no query has this number, or the return has changed since; the reply is not used",
    ),
    "another item": (
        {"mark": lambda code: code.replace("turnover", "staff_total")}, "3",
        "  replies/A1.xlsx 核对 Queries!I7: the query is not about this item; the reply is not used",
    ),
    "no number": ({}, "很多", "  replies/A1.xlsx 核对 Queries!I7: “很多” is no number; please enter a number"),
}  # fmt: skip


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_reply_that_cannot_be_used_is_told_and_changes_nothing(kit, tmp_path, case):
    how, typed, message = PROBLEMS[case]
    kit.send("A1", turnover=-3)
    call("check", "2023")
    reply(kit, workbook(tmp_path), {"turnover": typed}, **how)
    assert message in call("check", "2023").output.splitlines()
    assert states(kit) == {"open": 1}


def test_a_reply_file_that_is_none_is_told(kit, tmp_path):
    kit.send("A1", turnover=-3)
    folder = kit.folder / "2023" / "replies"
    folder.mkdir()
    (folder / "empty.xlsx").write_bytes(b"")
    openpyxl.Workbook().save(folder / "other.xlsx")
    (folder / "linked.xlsx").symlink_to(workbook(tmp_path))
    told = call("check", "2023").output.splitlines()
    link = "this is a link to another place, which is not followed; put the file itself into replies"
    assert f"  replies/linked.xlsx: {link}" in told
    assert "  replies/empty.xlsx: the workbook cannot be opened (empty file)" in told
    assert "  replies/other.xlsx: this is no query workbook" in told


def test_marking_as_sent_twice_keeps_the_first_day(kit):
    kit.send("A1", turnover=-3)
    call("check", "2023", "--sent", "2023-04-01")
    register = kit.folder / "2023" / "queries.csv"
    first = register.read_bytes()
    call("check", "2023", "--sent", "2023-05-01")
    assert register.read_bytes() == first
    assert states(kit) == {"sent": 1}
    kit.correct("2023-04-03,A1,turnover,,3,电话核实,秘书处")
    assert states(kit) == {"closed": 1}


def test_a_negative_answer_is_written_the_same_in_every_table_of_queries(kit, tmp_path):
    kit.send("A1", turnover=-3)
    kit.edit("2023/questionnaire.yaml", "message: {zh: 业务量为负, en: Turnover is negative}",
             'message: {zh: "-3", en: "-3+A1"}')  # fmt: skip
    call("check", "2023", "--sent", "2023-04-01")
    tables = (kit.folder / "2023" / "queries.csv", workbook(tmp_path).with_name("queries.csv"))
    for table in tables:
        row = pd.read_csv(table, dtype="str").iloc[0]
        assert (row["text_zh"], row["text_en"]) == ("-3", "'-3+A1"), table
    assert states(kit) == {"sent": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("sent,", "day,", 1),
         "2023/queries.csv, line 1: columns missing: sent; let `survey check --sent` write it"),
        (lambda text: text.replace("2023-04-01", "1 April"),
         "2023/queries.csv, line 2: `sent` is no day; expected one as 2024-03-15"),
        (lambda text: text + text.splitlines()[1] + "\n",
         "2023/queries.csv, line 3: the query stands twice; remove one of the lines"),
    ],
)  # fmt: skip
def test_a_spoilt_register_is_told_with_its_line(kit, change, message):
    kit.send("A1", turnover=-3)
    call("check", "2023", "--sent", "2023-04-01")
    path = kit.folder / "2023" / "queries.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        clean_wave(kit.programme, "2023")
    assert str(caught.value) == message


def test_a_key_that_names_no_number_lists_near_ones(kit):
    for member in ("A1", "B2", "C3", "D4", "E5", "F6"):
        kit.send(member, wave="2022")
    told = call("trace", "2023/conect_rate/total/all")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(
        "survey: no number has the key '2023/conect_rate/total/all'; near it are 2023/connect_rate/total/all, "
    )
