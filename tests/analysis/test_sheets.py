import numpy as np
import pandas as pd
import pytest

from analysis.inference.estimates import Sheet, estimate_sheet
from analysis.model import ArgumentError, Design, FrameError, Measure

FRAME = pd.DataFrame({"wave": "2023", "member_id": list("abcdef"), "stratum": ["large"] * 3 + ["city"] * 3})
ANSWERED = FRAME.loc[[0, 1, 3, 4], ["wave", "member_id"]]
SHEET = ANSWERED.assign(q=[1.0, 2.0, 3.0, np.nan], yes=[1.0, 0.0, 1.0, 1.0], below=[2.0, 4.0, 6.0, 8.0])
MEAN = Measure("q.members", "mean", "members", "")


def test_a_sheet_by_hand():
    got = estimate_sheet(
        Sheet(SHEET), [Measure("yes.members", "share", "members", "%", 100)], Design(FRAME, ANSWERED)
    )
    assert (got["estimate"].item(), got["n"].item(), got["N"].item()) == (pytest.approx(75), 4, 6)
    # a blank of city leaves one answer of two: city joins large, 3 of 6 answered
    joined = estimate_sheet(Sheet(SHEET), [MEAN], Design(FRAME, ANSWERED)).iloc[0]
    assert joined["estimate"] == pytest.approx(2.0)
    assert joined["method"].endswith("strata joined: city+large")


def test_an_indicator_without_answers_in_a_wave_has_no_row():
    frame = pd.concat([FRAME, FRAME.assign(wave="2022")])
    both = pd.concat([ANSWERED, ANSWERED.assign(wave="2022")])
    sheet = pd.concat([SHEET, SHEET.assign(wave="2022", yes=np.nan)])
    got = estimate_sheet(
        Sheet(sheet), [Measure("yes", "share", "respondents", "%"), MEAN], Design(frame, both)
    )
    assert got[["indicator", "wave"]].to_numpy().tolist() == [
        ["q.members", "2022"], ["q.members", "2023"], ["yes", "2023"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "measure", "error", "message"),
    [
        (
            SHEET.head(3), MEAN, FrameError,
            "sheet, wave 2023: expected one row for each respondent of the design, got 1 missing, 0 repeated, 0 of others; "
            "give the design's respondents one row each.",
        ),
        (
            pd.concat([SHEET, SHEET.head(1)]), MEAN, FrameError,
            "sheet, wave 2023: expected one row for each respondent of the design, got 0 missing, 1 repeated, 0 of others; "
            "give the design's respondents one row each.",
        ),
        (
            SHEET.assign(member_id=list("abcz")), MEAN, FrameError,
            "sheet, wave 2023: expected one row for each respondent of the design, got 2 missing, 0 repeated, 2 of others; "
            "give the design's respondents one row each.",
        ),
        (
            SHEET, Measure("r.members", "ratio", "members", "%", source="q"), ArgumentError,
            "sheet, denominators: expected a column for every ratio, got none for q; name the column of its denominators.",
        ),
        (
            SHEET, Measure("q.members", "share", "members", "%"), FrameError,
            "measurements, indicator q: expected 0 or 1 for a share, got other numbers; set the measure's kind to 'mean'.",
        ),
        (
            SHEET, Measure("z.members", "mean", "members", ""), FrameError,
            "sheet: expected the columns z, got a table without z; add the columns or pass the right table.",
        ),
    ],
)  # fmt: skip
def test_errors_say_what_of_the_sheet_is_wrong(table, measure, error, message):
    with pytest.raises(error) as caught:
        estimate_sheet(Sheet(table), [measure], Design(FRAME, ANSWERED))
    assert str(caught.value) == message
