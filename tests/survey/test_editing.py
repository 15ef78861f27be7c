"""Hand corrections, routing and what becomes of the ledger."""

from __future__ import annotations

import pytest

from survey.editing import clean_wave
from survey.editing.corrections import read_corrections
from survey.errors import CorrectionError, DefinitionError

LEDGER = ["question", "option", "step", "rule", "before", "after", "action", "reason", "author", "at"]


def clean(small):
    return clean_wave(small.programme, "2023")


def answer(cleaned, member, question, option=""):
    rows = cleaned.responses.set_index(["member_id", "question", "option"])
    return tuple(rows.loc[(member, question, option), ["value", "status"]])


def ledger(cleaned):
    return cleaned.ledger[LEDGER].to_numpy().tolist()


def test_corrections_are_applied_in_the_order_of_the_file(answered):
    answered.correct(
        "2024-03-01,A1,staff_total,,120,电话核实,秘书处",
        "2024-03-02,A1,staff_total,,1.3万,书面更正,秘书处",
        "2024-03-02,B2,channels,app,否,电话核实,秘书处",
    )
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "staff_total") == ("13000", "corrected")
    assert answer(cleaned, "B2", "channels", "app") == ("0", "corrected")
    step, name = "correction", "corrections.csv"
    assert ledger(cleaned) == [
        ["staff_total", "", step, f"{name}:2", "100", "120", "correct", "电话核实", "秘书处", "2024-03-01"],
        ["staff_total", "", step, f"{name}:3", "120", "13000", "correct", "书面更正", "秘书处", "2024-03-02"],
        ["channels", "app", step, f"{name}:4", "1", "0", "correct", "电话核实", "秘书处", "2024-03-02"],
    ]
    raw = cleaned.intake.responses.set_index(["member_id", "question"]).sort_index()
    assert raw.loc[("A1", "staff_total"), ["raw", "value", "status"]].tolist() == ["100", "100", "ok"]


def test_an_empty_value_nulls_and_words_are_statuses(answered):
    answered.correct(
        "2024-03-01,A1,staff_total,,,填报有误,秘书处", "2024-03-01,B2,staff_total,,拒答,来电,秘书处"
    )
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "staff_total") == ("", "nulled")
    assert answer(cleaned, "B2", "staff_total") == ("", "refused")
    assert cleaned.ledger["action"].tolist() == ["null", "null"]


def test_a_correction_answers_what_intake_could_not_read(answered):
    answered.send("A1", front=0.6)
    answered.correct("2024-03-01,A1,front,,60,电话核实,秘书处")
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "front") == ("60", "corrected")
    assert cleaned.ledger["action"].tolist() == ["null", "correct"]


def test_rules_see_corrected_values(answered):
    answered.send("A1", calls_handled=1001)
    answered.correct("2024-03-01,A1,calls_requested,,2000,电话核实,秘书处")
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "calls_requested") == ("2000", "corrected")
    assert len(cleaned.queries) == 0


def test_a_correction_of_a_return_that_does_not_count_is_passed_over(answered):
    (answered.returns() / "2023_A1.xlsx").unlink()
    answered.correct("2024-03-01,A1,staff_total,,120,电话核实,秘书处")
    cleaned = clean(answered)
    assert "A1" not in set(cleaned.responses["member_id"])
    assert len(cleaned.ledger) == 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "2024-03-01,Z9,staff_total,,1,因,人",
            "2023/corrections.csv, line 3: member 'Z9' is not in the frame of 2023",
        ),
        (
            "2024-03-01,A1,staff,,1,因,人",
            "2023/corrections.csv, line 3: question 'staff' option '' was not asked",
        ),
        (
            "2024-03-01,A1,channels,fax,是,因,人",
            "2023/corrections.csv, line 3: question 'channels' option 'fax' was not asked",
        ),
        (
            "2024-03-01,A1,channels,,是,因,人",
            "2023/corrections.csv, line 3: question 'channels' option '' was not asked",
        ),
        (
            "2024-03-01,A1,staff_total,,1,,人",
            "2023/corrections.csv, line 3: date, reason and author must be given",
        ),
        (
            "2024-03-01,A1,staff_total,,1,因,",
            "2023/corrections.csv, line 3: date, reason and author must be given",
        ),
        (
            "2024-03-01,A1,staff_total,,很多,因,人",
            "2023/corrections.csv, line 3: the value cannot be read as count",
        ),
        (
            "2024-03-01,A1,marketing,,也许,因,人",
            "2023/corrections.csv, line 3: the value cannot be read as single",
        ),
    ],
)
def test_a_correction_that_does_not_fit_is_told_with_its_line(answered, line, message):
    answered.correct("2024-03-01,A1,staff_total,,120,电话核实,秘书处", line)
    with pytest.raises(CorrectionError) as caught:
        clean(answered)
    assert str(caught.value) == message


def test_corrections_without_their_columns_or_encoding_are_told(answered):
    path = answered.folder / "2023" / "corrections.csv"
    questionnaire, frame = answered.programme.questionnaire("2023"), answered.programme.frame
    path.write_text("date,member_id,question,option,value\n", encoding="utf-8")
    with pytest.raises(CorrectionError) as caught:
        read_corrections(path, questionnaire, frame)
    assert str(caught.value) == "2023/corrections.csv, line 1: columns missing: author, reason"
    answered.correct("2024-03-01,A1,staff_total,,120,电话核实,秘书处")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(DefinitionError) as encoding:
        read_corrections(path, questionnaire, frame)
    assert str(encoding.value) == (
        "2023/corrections.csv: not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)"
    )


# -- routing ---------------------------------------------------------------------------------------


def test_what_was_answered_where_not_asked_is_nulled_with_its_reason(answered):
    answered.send("A1", marketing="否", mk_channels__phone="是", mk_channels__sms="否")
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "mk_channels", "phone") == ("", "not_applicable")
    assert answer(cleaned, "A1", "mk_channels", "sms") == ("", "not_applicable")
    rule, why = "ask_if mk_channels", "marketing == yes"
    assert ledger(cleaned) == [
        ["mk_channels", "phone", "routing", rule, "1", "", "null", why, "", ""],
        ["mk_channels", "sms", "routing", rule, "0", "", "null", why, "", ""],
    ]
    assert len(cleaned.queries) == 0


def test_what_was_left_blank_where_not_asked_does_not_apply(answered):
    answered.send("A1", marketing="否", mk_channels__phone="", mk_channels__sms="不适用")
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "mk_channels", "phone") == ("", "not_applicable")
    assert answer(cleaned, "A1", "mk_channels", "sms") == ("", "not_applicable")
    assert len(cleaned.ledger) == 0


@pytest.mark.parametrize("marketing", ["", "拒答", "也许"])
def test_an_unknown_gate_nulls_nothing(answered, marketing):
    answered.send("A1", marketing=marketing)
    cleaned = clean(answered)
    assert answer(cleaned, "A1", "mk_channels", "phone") == ("1", "ok")
    assert answer(cleaned, "A1", "mk_channels", "sms") == ("0", "ok")


def test_a_rule_is_not_evaluated_where_an_answer_is_missing(answered):
    answered.send("A1", calls_requested="", calls_handled=5000)
    cleaned = clean(answered)
    edits = cleaned.edits.set_index("rule")
    assert edits.loc["handled_le_requested"].tolist() == ["hard", 5, 0]
    assert answer(cleaned, "A1", "calls_handled") == ("5000", "ok")


def test_cleaning_twice_gives_the_same_frames_and_leaves_intake_alone(answered):
    answered.send("A1", staff_total=6000000, marketing="否", front=70)
    one, two = clean(answered), clean(answered)
    for name in ("responses", "ledger", "queries", "edits"):
        assert getattr(one, name).equals(getattr(two, name))
    raw = one.intake.responses
    assert raw.loc[raw["status"] == "nulled"].empty
    assert one.responses.columns.tolist() == [
        "wave", "member_id", "question", "option", "raw", "value", "status", "file", "sheet", "cell",
    ]  # fmt: skip
    order = [item.code for item in answered.programme.questionnaire("2023").items]
    first = one.responses[one.responses["member_id"] == "A1"]
    assert [f"{r.question}.{r.option}".rstrip(".") for r in first.itertuples()] == order
