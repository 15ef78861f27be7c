"""The command: what it says and how it ends."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from survey.cli import main

COMMANDS = ["audit", "check", "doctor", "form", "lab", "recognise", "release", "run", "trace"]


@pytest.fixture
def call(answered, monkeypatch, tmp_path):
    """Call the command on the small programme."""
    monkeypatch.setenv("SURVEY_PROGRAMMES", str(answered.folder.parent))
    monkeypatch.setenv("SURVEY_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("SURVEY_NOTEBOOKS", str(tmp_path / "notebooks"))

    def ask(*arguments):
        return CliRunner().invoke(main, list(arguments), prog_name="survey", catch_exceptions=False)

    return ask


def test_help_teaches():
    told = CliRunner().invoke(main, ["--help"], prog_name="survey")
    assert told.exit_code == 0
    for line in (
        "From returned member questionnaires to the published report.",
        "  survey run                      the latest wave: HTML and PDF, Chinese and English",
        "  survey run 2017 2022            two other waves",
        "  survey form 2023 --all          the questionnaire as a workbook for each member",
        "  survey check 2023               read and edit the returns, print what is wrong",
        (
            "  Results lie in output/<wave>/<edition>/. Exit status: 0 done, 1 the data or a "
            "check says no, 2 wrong usage."
        ),
    ):
        assert line in told.output
    listed = re.findall(
        r"^  (\w+)  ", told.output.split("Commands:")[1].split("Examples")[0], flags=re.MULTILINE
    )
    assert listed == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    told = CliRunner().invoke(main, [command, "-h"], prog_name="survey")
    assert told.exit_code == 0
    assert told.output.startswith(f"Usage: survey {command}")


WAVES = (
    "survey: wave '2021' does not exist in programme small; there are 2022, 2023 "
    "(a new one is a folder with a questionnaire.yaml)\n"
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "2021", "--programme", "small"], WAVES),
        (["run", "2023", "2021", "--programme", "small"], WAVES),
        (["check", "2021", "--programme", "small"], WAVES),
        (["run", "--programme", "large"], "survey: programme 'large' does not exist; there are small\n"),
        (
            ["run", "2023", "--programme", "small", "--lang", "fr"],
            "survey: language 'fr' does not exist; there are zh, en\n",
        ),
    ],
)
def test_what_does_not_exist_ends_with_2_and_lists_what_does(call, arguments, message):
    told = call(*arguments)
    assert (told.exit_code, told.stderr, told.stdout) == (2, message, "")


@pytest.mark.parametrize(
    "arguments", [["publish"], ["run", "--edition", "draft"], ["check"], ["run", "--speed"]]
)
def test_wrong_usage_ends_with_2(call, arguments):
    told = call(*arguments)
    assert told.exit_code == 2
    assert told.stderr.startswith("Usage: survey")


def test_check_says_that_all_is_well(call):
    told = call("check", "2023", "--programme", "small")
    assert told.exit_code == 0
    assert told.output == "2023: 6 files: 6 used\n  0 findings, 0 edits failed, 0 queries\n"


def test_check_prints_findings_and_failed_edits_and_ends_with_1(call, answered):
    answered.send("A1", calls_handled=1001, front="0.6")
    answered.send("B2", front=70, extra={"说明": ("x",)})
    (answered.returns() / "2023_F6.xlsx").write_bytes(b"")
    told = call("check", "2023", "--programme", "small")
    assert told.exit_code == 1
    assert told.output.splitlines() == [
        "2023: 6 files: 5 used, 1 rejected",
        "  2023_F6.xlsx: the workbook cannot be opened (empty file); please send it again",
        (
            "  2023_A1.xlsx 基本情况!E8: the unit of “0.6” cannot be told: it may be 0.6% or "
            "60%; please state the unit"
        ),
        "  2023_B2.xlsx 说明: sheet “说明” is not of the form; it is kept",
        (
            "  A1 服务!E5; 服务!E4: More calls handled than requested "
            "(suspected: 服务!E4: 1,001–2,000,000,000 | 服务!E5: 0–1,000)"
        ),
        "  B2 基本情况!E10; 基本情况!E8; 基本情况!E9: The three shares should add up to 100",
        "  3 findings, 2 edits failed, 4 queries",
    ]


def test_a_soft_edit_alone_is_no_failure(call, answered):
    answered.send("B2", front=70)
    assert call("check", "2023", "--programme", "small").exit_code == 0


def test_check_for_machines(call, answered):
    answered.send("A1", front="0.6")
    told = call("check", "2023", "--programme", "small", "--json")
    assert told.exit_code == 0
    report = json.loads(told.output)
    assert sorted(report) == ["findings", "queries", "replies", "returns"]
    assert [r["status"] for r in report["returns"]] == ["used"] * 6
    assert report["findings"][0]["code"] == "unit_unclear"
    assert report["findings"][0]["message_zh"] == "“0.6”的单位无法判断，可能是0.6%或60%；请注明单位"
    assert report["queries"][0]["state"] == "open"


def test_a_wave_without_returns_ends_with_1_and_one_sentence(call):
    told = call("check", "2022", "--programme", "small")
    assert (told.exit_code, told.stderr) == (
        1,
        (
            "survey: no returns of wave 2022: small/2022/returns holds no workbook; "
            "put the members' workbooks (.xlsx) there\n"
        ),
    )


def test_a_faulty_definition_ends_with_1_and_its_line(call, answered):
    answered.edit("2023/questionnaire.yaml", "type: date", "type: day")
    told = call("check", "2023", "--programme", "small")
    assert told.exit_code == 1
    assert told.stderr.startswith("survey: 2023/questionnaire.yaml, line 23: `sections.0.questions.2.type`: ")


def test_a_run_without_its_notebook_ends_with_2_and_lists_those_there_are(call, answered, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "other.ipynb").write_text("{}", encoding="utf-8")
    answered.send("A1", wave="2022")
    told = call("run", "2023", "--programme", "small", "--quiet")
    assert (told.exit_code, told.stderr) == (2, "survey: notebook chapter does not exist; there are other\n")
    assert not (tmp_path / "output" / "small" / "2023" / "public").exists()


def test_a_run_needs_the_returns_of_the_waves_before(call):
    told = call("run", "2023", "--programme", "small", "--quiet")
    assert told.exit_code == 1
    assert told.stderr.startswith("survey: no returns of wave 2022: small/2022/returns holds no workbook; ")
