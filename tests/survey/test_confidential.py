"""What is looked for in a public edition: what is one or two members' own, and nothing that many have."""

from __future__ import annotations

import pytest

from survey.editing import clean_wave
from survey.figures.figures import Figures
from survey.gate import confidential_of
from survey.gate.confidential import numbers_in


@pytest.fixture
def sought(answered):
    """Return what is looked for where A1 answers as given, and figures are released."""

    def found(released=(), **changed):
        answered.send("A1", **changed)
        figures = Figures(answered.programme, "2023", {"2023": clean_wave(answered.programme, "2023")})
        return confidential_of(
            figures, {"key": [({"estimate": list(released)}, at) for at in range(len(released))]}
        )

    return found


@pytest.mark.parametrize(
    ("changed", "number", "own"),
    [
        ({"turnover": 8642.5}, "8642.5", True),
        ({"turnover": "8,642.50亿元"}, "8642.5", True),
        ({"turnover": 864}, "864", False),
        ({"turnover": 640000}, "640000", False),  # two digits and zeros
        ({"staff_total": 2019}, "2019", False),  # looks like a year
        ({"satisfaction": 97.33}, "97.33", False),  # a mean may print the same
        ({"satisfaction": 97.331}, "97.331", True),
    ],
)
def test_a_number_is_a_member_s_own_if_it_has_many_digits_and_is_no_year(sought, changed, number, own):
    assert (number in sought(**changed).numbers) == own


def test_an_answer_that_equals_a_released_figure_as_printed_or_that_three_gave_is_nobody_s_own(
    sought, answered
):
    assert "8642.5" not in sought([8642.4961], turnover=8642.5).numbers
    for member in ("B2", "C3"):
        answered.send(member, turnover=8642.5)
    assert "8642.5" not in sought(turnover=8642.5).numbers


def test_a_corrected_answer_is_looked_for_before_and_after(sought, answered):
    answered.correct("2024-02-01,A1,turnover,,7531.25,typed wrong by the clerk,desk")
    found = sought(turnover=8642.5)
    assert {"8642.5", "7531.25"} <= found.numbers
    assert found.texts["typed wrong by the clerk"] == "an answer or a remark of a member in words"


def test_rows_know_whose_and_which_answers_they_are(sought):
    assert sought(turnover=8642.5).rows["8642.5"] == ((("2023", "A1"), "turnover"),)


def test_texts_are_names_remarks_files_and_folders_and_no_words_of_the_form(sought, answered):
    found = sought(highlights="明年新建两个服务中心", **{"turnover#remark": "含已并入的信用卡中心"}).texts
    kinds = {text: kind for text, kind in found.items() if "a path" not in kind}
    assert kinds["甲银行"] == "the name of a member"
    assert (
        kinds["明年新建两个服务中心"]
        == kinds["含已并入的信用卡中心"]
        == "an answer or a remark of a member in words"
    )
    assert str(answered.folder) in found
    assert not {"大型商业银行", "智能客服", "small/2023/1"} & kinds.keys()


def test_a_name_that_the_ledger_prints_is_known_to_everybody(sought, answered):
    path = answered.folder / "published.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("printed", "甲银行年报"), encoding="utf-8")
    assert "甲银行" in path.read_text(encoding="utf-8")
    texts = sought().texts
    assert "甲银行" not in texts
    assert "乙银行" in texts


def test_numbers_are_read_without_grouping_and_zeros_that_say_nothing():
    said = "1,234,567 0012.50 98.59999999999999 a12 #34 5_6 共78人 90%"
    assert list(numbers_in(said)) == ["1234567", "12.5", "98.6", "78", "90"]
