"""A programme's own files: what is wrong is told with file and line, whole."""

from __future__ import annotations

import re

import pytest

from survey.errors import DefinitionError, UsageError
from survey.programme import Definition, normal_name, open_programme, read_definition
from survey.programme.programme import programmes
from survey.programme.questionnaire import read_questionnaire

INDICATOR = "of: staff_total\n    unit: 人\n    digits: 0"


def complaint(read, *arguments):
    with pytest.raises(DefinitionError) as caught:
        read(*arguments)
    return str(caught.value)


class Bank(Definition):
    name: str
    staff: int = 0
    kinds: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [a\nstaff: 1\n", "small/bank.yaml, line 2: not YAML: did not find expected ',' or ']'"),
        (
            "name: a\n\tstaff: 1\n",
            "small/bank.yaml, line 2: not YAML: found a tab character that violates indentation",
        ),
        (
            "name: a\nstaf: 1\n",
            "small/bank.yaml, line 2: `staf`: there is no such entry; correct its spelling or remove it",
        ),
        ("staff: 1\n", "small/bank.yaml, line 1: `name`: this entry is missing; add it"),
        (
            "name: a\nstaff: many\n",
            (
                "small/bank.yaml, line 2: `staff`: Input should be a valid integer, unable to "
                "parse string as an integer, "
                "got 'many'"
            ),
        ),
        (
            "name: a\nkinds:\n  - b\n  - 3\n",
            "small/bank.yaml, line 4: `kinds.1`: Input should be a valid string, got 3",
        ),
        (
            "staf: 1\n",
            "small/bank.yaml, line 1: `name`: this entry is missing; add it (1 more after it)",
        ),
        ("", "small/bank.yaml: Input should be a valid dictionary or instance of Bank"),
        ("- a\n", "small/bank.yaml, line 1: Input should be a valid dictionary or instance of Bank"),
    ],
)
def test_a_malformed_file_is_told_with_its_line(tmp_path, text, message):
    path = tmp_path / "small" / "bank.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert complaint(read_definition, path, Bank) == message


def test_a_missing_file_and_one_in_another_encoding_are_told(tmp_path):
    path = tmp_path / "bank.yaml"
    told = complaint(read_definition, path, Bank)
    assert told == f"{tmp_path.name}/bank.yaml: the file is missing; a programme needs it"
    path.write_bytes("name: 银行".encode("gb18030"))
    told = complaint(read_definition, path, Bank)
    assert told == f"{tmp_path.name}/bank.yaml: not UTF-8 at byte 6; save the file as UTF-8"


def test_an_error_keeps_its_parts(tmp_path):
    path = tmp_path / "bank.yaml"
    path.write_text("name: a\nstaf: 1\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definition(path, Bank)
    parts = (caught.value.path, caught.value.line, caught.value.problem)
    assert parts == (path, 2, "`staf`: there is no such entry; correct its spelling or remove it")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "code: front,",
            "code: middle,",
            "2023/questionnaire.yaml, line 1: question code middle stands twice; codes are unique in a wave",
        ),
        (
            "ask_if: marketing == yes",
            "ask_if: markting == yes",
            (
                "2023/questionnaire.yaml, line 1: routing of mk_channels names markting, which "
                "is no question, option or "
                "answer here"
            ),
        ),
        (
            "check: calls_handled <= calls_requested",
            "check: calls_handled <= calls_asked",
            (
                "2023/questionnaire.yaml, line 1: rule handled_le_requested names calls_asked, "
                "which is no question, "
                "option or answer here"
            ),
        ),
        (
            "check: calls_handled <= calls_requested",
            "nulls: [calls_handeld]\n    check: calls_handled <= calls_requested",
            (
                "2023/questionnaire.yaml, line 1: rule handled_le_requested names calls_handeld, "
                "which is no question, "
                "option or answer here"
            ),
        ),
        (
            "ask_if: marketing == yes",
            "ask_if: channels == yes",
            (
                "2023/questionnaire.yaml, line 1: routing of mk_channels names channels, which "
                "is no question, option or "
                "answer here"
            ),
        ),
        (
            "ask_if: marketing == yes",
            "ask_if: marketing = yes",
            (
                "2023/questionnaire.yaml, line 64: `sections.1.questions.5.ask_if`: `marketing = "
                "yes` is no expression: "
                "invalid syntax at character 11, got 'marketing = yes'"
            ),
        ),
        (
            "type: date",
            "type: day",
            (
                "2023/questionnaire.yaml, line 23: `sections.0.questions.2.type`: Input should "
                "be 'single', 'multi', "
                "'count', 'rate', 'share', 'amount', 'text' or 'date', got 'day'"
            ),
        ),
        (
            "type: date",
            "type: single",
            (
                "2023/questionnaire.yaml, line 21: `sections.0.questions.2`: question opened: "
                "single and multi questions "
                "have options, the others have none"
            ),
        ),
        (
            "severity: soft",
            "severity: mild",
            (
                "2023/questionnaire.yaml, line 75: `rules.1.severity`: Input should be "
                "'hard' or 'soft', got 'mild'"
            ),
        ),
    ],
)
def test_a_faulty_questionnaire_is_told_with_its_line(small, old, new, message):
    path = small.edit("2023/questionnaire.yaml", old, new)
    told = complaint(read_questionnaire, path)
    assert told == message


def test_a_questionnaire_in_the_folder_of_another_wave_is_refused(small):
    small.edit("2023/questionnaire.yaml", 'wave: "2023"', 'wave: "2024"')
    told = complaint(small.programme.questionnaire, "2023")
    assert told == "2023/questionnaire.yaml: `wave` says 2024, the folder says 2023"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "code: ch_app",
            "code: staff_total",
            "small/indicators.yaml, line 1: indicator staff_total is defined twice; codes are unique",
        ),
        (
            "per: calls_requested\n    ",
            "",
            (
                "small/indicators.yaml, line 12: `indicators.1`: indicator connect_rate: a ratio "
                "has `per`, the other "
                "kinds have none"
            ),
        ),
        (
            "of: channels.app",
            "of: channels.app +",
            (
                "small/indicators.yaml, line 30: `indicators.2.of`: `channels.app +` is no "
                "expression: invalid syntax at "
                "character 0, got 'channels.app +'"
            ),
        ),
        (
            INDICATOR,
            "of: staff_total\n    unit: 人\n    digits: none",
            (
                "small/indicators.yaml, line 11: `indicators.0.digits`: Input should be a valid "
                "integer, unable to parse "
                "string as an integer, got 'none'"
            ),
        ),
    ],
)
def test_a_faulty_indicator_is_told_with_its_line(small, old, new, message):
    small.edit("indicators.yaml", old, new)
    with pytest.raises(DefinitionError) as caught:
        _ = small.programme.indicators
    assert str(caught.value) == message


EXPECTED = "member_id, name, aliases, bank_type, centre_kind, valid_from, valid_to"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "B2,乙银行,,large,debit,2020,",
            "A1,甲银行,,city,debit,2023,",
            "small/members.csv, line 3: member A1 has two lines for the same waves; end one with valid_to",
        ),
        (
            "valid_from,valid_to",
            "valid_from,until",
            f"small/members.csv, line 1: columns missing: valid_to; expected {EXPECTED}",
        ),
        (
            "B2,乙银行,,large,debit,2020,",
            "B2,乙银行,,large,debit,2020,,x",
            "small/members.csv, line 3: 8 fields, the heading has 7; put a text with a comma in quotes",
        ),
        (
            "B2,乙银行,,large,debit,2020,",
            "B2,乙银行",
            "small/members.csv, line 3: 2 fields, the heading has 7; put a text with a comma in quotes",
        ),
    ],
)
def test_a_faulty_frame_is_told_with_its_line(small, old, new, message):
    small.edit("members.csv", old, new)
    assert complaint(lambda: small.programme.frame) == message


def test_a_frame_that_is_missing_or_in_another_encoding_is_told(small):
    path = small.folder / "members.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    told = complaint(lambda: small.programme.frame)
    assert told == "small/members.csv: not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)"
    path.unlink()
    told = complaint(lambda: small.programme.frame)
    assert told == "small/members.csv: the file is missing; a programme needs its frame of members"


def test_a_frame_may_carry_further_columns(small):
    path = small.folder / "members.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([f"{lines[0]},city", *(f"{line},北京" for line in lines[1:])]), encoding="utf-8"
    )
    assert sorted(small.programme.frame.of("2023")) == ["A1", "B2", "C3", "D4", "E5", "F6"]


def test_membership_follows_the_wave(small):
    small.edit("members.csv", "A1,甲银行,甲行|Bank A,large,debit,2020,", "A1,甲银行,,large,debit,2020,2022\n"
               "A1,甲银行,,city,debit,2023,2023")  # fmt: skip
    frame = small.programme.frame
    assert [frame.of(wave)["A1"].segments["bank_type"] for wave in ("2022", "2023")] == ["large", "city"]
    assert "A1" not in frame.of("2024")
    assert "A1" not in frame.of("2019")
    table = small.programme.members_table(("2022", "2023"))
    assert table.loc[table["member_id"] == "A1", ["wave", "bank_type"]].to_numpy().tolist() == [
        ["2022", "large"],
        ["2023", "city"],
    ]


def test_names_are_compared_without_width_case_and_blanks():
    assert normal_name(" Ｂank　 a") == normal_name("bank A") == "banka"


def test_an_unknown_wave_lists_those_there_are(small):
    with pytest.raises(UsageError) as caught:
        small.programme.wave("2021")
    assert str(caught.value) == (
        "wave '2021' does not exist in programme small; there are 2022, 2023 "
        "(a new one is a folder with a questionnaire.yaml)"
    )


def test_an_unknown_dimension_lists_those_there_are(small):
    with pytest.raises(UsageError) as caught:
        small.programme.dimension("province")
    assert str(caught.value) == (
        "dimension 'province' does not exist in programme small; there are bank_type, centre_kind"
    )


def test_an_unknown_programme_lists_those_there_are(small):
    assert programmes(small.folder.parent) == ("small",)
    with pytest.raises(UsageError) as caught:
        open_programme("large", small.folder.parent)
    assert str(caught.value) == "programme 'large' does not exist; there are small"


def test_a_wave_is_added_by_a_folder_alone(small):
    text = (small.folder / "2023" / "questionnaire.yaml").read_text(encoding="utf-8")
    (small.folder / "2024").mkdir()
    path = small.folder / "2024" / "questionnaire.yaml"
    path.write_text(text.replace("2023", "2024"), encoding="utf-8")
    assert small.programme.waves == ("2022", "2023", "2024")
    assert small.programme.questionnaire("2024").form == "small/2024/1"


@pytest.mark.parametrize(
    ("margin", "message"),
    [
        ("value: 3, because: 'three of a hundred'", "`margins.0.unit`"),
        ("unit: percent, value: 0, because: 'nothing at all'", "`margins.0.value`"),
        ("unit: percent, value: 5", "`margins.0.because`"),
    ],
)
def test_a_margin_without_unit_size_or_reason_is_told_with_its_line(small, margin, message):
    small.edit("programme.yaml", "level: 0.95", f"level: 0.95\nmargins:\n  - {{{margin}}}")
    told = complaint(lambda: small.programme.settings)
    assert re.search(r"programme\.yaml, line \d+: " + re.escape(message), told)


def test_a_margin_is_of_the_unit_or_of_those_it_names(small):
    small.edit(
        "programme.yaml", "level: 0.95", "level: 0.95\nmargins:\n"
        "  - {unit: percentage points, value: 1, of: [connect_*], because: 'targets are set to the point'}\n"
        "  - {unit: percentage points, value: 3, because: 'three members of a hundred'}",
    )  # fmt: skip
    margins = small.programme.margins
    assert set(margins.values()) == {1.0, 3.0}
    assert all(code.startswith("connect_") == (value == 1.0) for code, value in margins.items())


def test_a_margin_of_nothing_is_refused(small):
    text = "level: 0.95\nmargins:\n  - {unit: furlongs, value: 3, because: 'three are nothing'}"
    small.edit("programme.yaml", "level: 0.95", text)
    told = complaint(lambda: small.programme.margins)
    assert "margins: the margin of 3 furlongs is of no indicator" in told
    assert "percentage points" in told
