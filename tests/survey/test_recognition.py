"""What an unknown table of answers holds: real exports of a survey platform, recognised without a questionnaire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey.intake import read_workbook, recognise
from survey.intake.answer_tables import read_headings, table_in

SAMPLES = Path(__file__).parents[1] / "samples" / "wjx"


def questions(name):
    """Return the questions of a sample: columns, number, kind, parts, answers, skipped, unanswered."""
    kind, table = recognise(SAMPLES / name)
    assert kind == "workbook, platform export"
    own = table[table["kind"] != "meta"].drop(columns=["sheet", "question"])
    return [tuple(row) for row in own.to_numpy().tolist()]


@pytest.mark.parametrize("name", ["demographics_text.xls", "demographics_codes.xls"])
def test_one_survey_as_text_and_as_option_numbers(name):
    assert questions(name) == [
        ("G", "1", "single", "", 204, 0, 0),
        ("H", "2", "single", "", 204, 0, 0),
        ("I", "3", "single", "", 204, 0, 0),
    ]


def test_a_pilot_with_every_kind_as_text():
    assert questions("pilot_readable.xlsx") == [
        ("G", "1", "single", "", 4, 0, 0),
        ("H", "2", "single", "", 3, 1, 0),
        ("I", "3", "multi in one cell", "", 2, 2, 0),
        ("J", "4", "single", "", 2, 2, 0),
        ("K", "7", "text", "", 2, 2, 0),
        ("L", "12", "ranking", "", 2, 2, 0),
        ("M-AC", "13", "matrix", "17", 2, 2, 0),
        ("AD", "15", "single", "", 2, 2, 0),
        ("AE", "37", "single", "", 2, 2, 0),
        ("AF", "38", "single", "", 2, 2, 0),
        ("AG", "", "single", "", 2, 2, 0),
    ]


def test_the_same_pilot_as_numbers():
    assert questions("pilot_original.xlsx") == [
        ("G", "1", "single", "", 4, 0, 0),
        ("H", "2", "single", "", 3, 1, 0),
        ("I-AA", "3", "multi as columns", "19", 2, 2, 0),
        ("AB", "4", "single", "", 2, 2, 0),
        ("AC", "7", "text", "", 2, 2, 0),
        ("AD-BA", "12", "ranking as columns", "24", 2, 0, 2),
        ("BB-BR", "13", "matrix", "17", 2, 2, 0),
        ("BS", "15", "single", "", 2, 2, 0),
        ("BT", "37", "single", "", 2, 2, 0),
        ("BU", "38", "single", "", 2, 2, 0),
        ("BV", "", "single", "", 2, 2, 0),
    ]


def test_options_that_hold_separators_stay_whole():
    (table,) = table_in(read_workbook(SAMPLES / "pilot_original.xlsx").cells)
    options = [h.option for h in table.headings if h.kind == "option" and h.number == 3]
    assert options[0] == "实体手机卖场的广告(如国美、苏宁、永乐、迪信通等)"
    assert options[-1] == "其他【请注明】"
    assert len(options) == 19


def test_a_matrix_and_the_rows_after_it():
    texts = [
        "序号",
        "提交答卷时间",
        "13、重要性如何?(1分,5分) (矩阵单选题 *必答)—外观",
        "续航时间",
        "15、整体满意度? (单选题 *必答)",
    ]
    *_, first, second, after = read_headings(texts)
    assert (first.kind, first.number, first.question, first.option) == (
        "matrix",
        13,
        "重要性如何?(1分,5分)",
        "外观",
    )
    assert (second.kind, second.question, second.option) == ("matrix", first.question, "续航时间")
    assert (after.kind, after.number, after.question) == ("question", 15, "整体满意度?")


def test_the_command_prints_the_table(survey):
    told = survey("recognise", SAMPLES / "pilot_readable.xlsx")
    assert told.status == 0
    assert told.out.startswith("pilot_readable.xlsx: workbook, platform export, 17 questions\n")
    read = json.loads(survey("recognise", SAMPLES / "pilot_readable.xlsx", "--json").out)
    assert read["questions"][8] == {
        "sheet": "Sheet1", "columns": "I", "number": "3",
        "question": "请问在购买前,您从哪里了解到“中兴天机7”?(多选,)", "kind": "multi in one cell", "parts": "",
        "answers": 2, "skipped": 2, "unanswered": 0,
    }  # fmt: skip


def test_a_file_that_cannot_be_read_is_said_so(survey, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 cut off")
    told = survey("recognise", tmp_path / "x.xlsx")
    assert (told.status, told.err) == (1, "survey: x.xlsx cannot be read: truncated or damaged\n")
