import numpy as np
import pandas as pd
import pytest

from analysis.inference import estimate
from analysis.inference.recoding import (
    all_of,
    any_of,
    band_names,
    bands,
    mean_of_ratios,
    number_chosen,
    volume_weighted,
)
from analysis.model import ArgumentError, Design, FrameError, Measure

NAN = np.nan


def rows(indicator, y, x=1.0, asked=True):
    members = [f"large{i:03d}" for i in range(len(y))]
    return pd.DataFrame(
        {"indicator": indicator, "wave": "2023", "member_id": members, "asked": asked, "y": y, "x": x}
    )


def same(got, wanted):
    assert got["y"].tolist() == pytest.approx(wanted, nan_ok=True)


def test_bands_are_half_open_and_add_up_to_one(small):
    frame, respondents, amounts = small([0, 49.99, 50, 99, 100, NAN], members={"large": 9}, indicator="staff")
    made = bands(amounts, "staff", [0, 50, 100, np.inf])
    names = band_names("staff", [0, 50, 100, np.inf])
    assert names == ("staff[0,50)", "staff[50,100)", "staff[100,inf)")
    measures = [Measure(f"{name}.members", "share", "members", "%", 100.0) for name in names]
    got = estimate(made, measures, Design(frame, respondents)).set_index("indicator")["estimate"]
    assert [got[f"{name}.members"] for name in names] == pytest.approx([40, 40, 20])
    # each band has what a share has: an exact interval on its own base
    assert (estimate(made, measures, Design(frame, respondents))["n"] == 5).all()


def test_multiple_choice_with_blanks():
    table = pd.concat([rows("a", [1, 0, 0, NAN, NAN]), rows("b", [1, 1, 0, 1, 0])])
    same(any_of(table, ["a", "b"], "any"), [1, 1, 0, 1, NAN])
    same(all_of(table, ["a", "b"], "all"), [1, 0, 0, NAN, 0])
    same(number_chosen(table, ["a", "b"], "count"), [2, 1, 0, NAN, NAN])
    assert set(any_of(table, ["a", "b"], "any")["indicator"]) == {"any"}


def test_rows_in_another_order_are_the_same_members():
    table = pd.concat([rows("a", [1, 0, 0]), rows("b", [0, 1, 0]).iloc[::-1]])
    same(any_of(table, ["a", "b"], "any"), [1, 1, 0])


def test_mean_of_ratios_is_not_the_pooled_ratio(small):
    # 1/2 and 30/40: pooled 31/42, mean of ratios 0.625; a member without denominator has no ratio
    frame, respondents, amounts = small([1, 30, 0], x=[2, 40, 0], members={"large": 3}, indicator="r")
    made = pd.concat([amounts, mean_of_ratios(amounts, "r", "each")])
    measures = [Measure("r.members", "ratio", "members", ""), Measure("each.members", "mean", "members", "")]
    got = estimate(made, measures, Design(frame, respondents)).set_index("indicator")
    assert got["estimate"].to_dict() == pytest.approx({"r.members": 31 / 42, "each.members": 0.625})
    assert got["n"].to_dict() == {"r.members": 3, "each.members": 2}


def test_a_choice_weighted_by_volume(small):
    # volumes 10, 30 and 60, the first two say yes: 40 of 100, though two of three
    frame, respondents, choice = small([1, 1, 0, 1], members={"large": 4}, indicator="app")
    volume = choice.assign(indicator="calls", y=[10, 30, 60, NAN])
    made = volume_weighted(pd.concat([choice, volume]), "app", "calls", "weighted")
    got = estimate(
        made, [Measure("weighted.members", "ratio", "members", "%", 100)], Design(frame, respondents)
    )
    assert (got["estimate"].item(), got["n"].item()) == (pytest.approx(40), 3)


@pytest.mark.parametrize(
    ("do", "error", "message"),
    [
        (
            lambda: band_names("staff", [0, 50, 50]),
            ArgumentError,
            "edges: expected at least two numbers in rising order, got [0.0, 50.0, 50.0]; "
            "sort the edges and remove repeated ones.",
        ),
        (
            lambda: bands(rows("staff", [5, 200]), "staff", [0, 100]),
            FrameError,
            "measurements, indicator staff: expected every answer in one of the bands, got 1 outside; "
            "leave the ends open with -inf and inf or add an edge.",
        ),
        (
            lambda: bands(rows("staff", [5]), "calls", [0, 100]),
            FrameError,
            "measurements: expected rows of indicator calls, got none; derive it first or correct the name.",
        ),
        (
            lambda: any_of(rows("a", [1, 2]), ["a"], "any"),
            FrameError,
            "measurements, indicator a: expected 0 or 1 for an option, got 1 other answers; "
            "edit the answers before recoding.",
        ),
        (
            lambda: all_of(rows("a", [1]), [], "all"),
            ArgumentError,
            "options: expected at least one, each once, got 0; list the options' indicators.",
        ),
        (
            lambda: any_of(
                pd.concat([rows("a", [1, NAN], asked=[True, False]), rows("b", [1, 0])]), ["a", "b"], "any"
            ),
            FrameError,
            "measurements, indicators a and b: expected options put to the same respondents, got different ones; "
            "correct the routing of the options.",
        ),
        (
            lambda: any_of(pd.concat([rows("a", [1, 0]), rows("b", [1])]), ["a", "b"], "any"),
            FrameError,
            "measurements, indicators a and b: expected one row of each for the same respondents, got 1 without "
            "the other, or repeated; mark those routed out asked=False.",
        ),
        (
            lambda: mean_of_ratios(rows("r", [1.0], x=-1.0), "r", "each"),
            FrameError,
            "measurements, indicator r: expected denominators of at least 0, got 1 negative; "
            "edit the answers before recoding.",
        ),
    ],
)
def test_errors_name_the_indicator_and_the_remedy(do, error, message):
    with pytest.raises(error) as caught:
        do()
    assert str(caught.value) == message
