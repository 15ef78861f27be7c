import numpy as np
import pandas as pd
import pytest

from analysis.inference import estimate
from analysis.model import (
    AnalysisError,
    ArgumentError,
    Design,
    DesignError,
    FrameError,
    Measure,
    MeasureError,
    Segmentation,
    join_strata,
)
from analysis.model.design import kish_effective_size

FRAME = pd.DataFrame(
    {
        "wave": "2023",
        "member_id": list("abcdefgh"),
        "stratum": ["large"] * 2 + ["city"] * 4 + ["rural"] * 2,
        "centre_kind": ["debit", "credit"] * 4,
    }
)
ANSWERED = pd.DataFrame({"wave": "2023", "member_id": list("abcdg")})


def test_weights_are_members_over_respondents_of_the_stratum():
    sizes = Design(FRAME, ANSWERED).sizes().set_index("stratum")
    # large 2 of 2; city 2 of 4 answered; rural 1 of 2 answered: alone, joins the next smaller, large: 3 of 4
    assert sizes.loc["city", "weight"] == 2.0
    assert sizes.loc["rural", "joined"] == "large+rural"
    assert sizes.loc["rural", "weight"] == pytest.approx(4 / 3)
    assert sizes.loc["large", "weight"] == pytest.approx(4 / 3)


def test_weights_frame_adds_up_to_the_frame(panel):
    frame, respondents, _ = panel()
    design = Design(frame, respondents)
    shown = design.weights()
    sums = shown.groupby("wave")["weight"].sum()
    assert sums.to_numpy() == pytest.approx(frame.groupby("wave").size().to_numpy())
    assert shown["weight"].to_numpy() == pytest.approx(
        (shown["members_standing_together"] / shown["respondents_standing_together"]).to_numpy()
    )
    one = shown[shown["wave"] == "2023"]
    assert one["effective_respondents_of_wave"].iloc[0] == pytest.approx(kish_effective_size(one["weight"]))


def test_members_taken_for_certain_stand_apart():
    frame = FRAME.assign(sure=FRAME["member_id"].isin(["c", "d"]))
    sizes = Design(frame, ANSWERED, certainty="sure").sizes().set_index("stratum")
    # c and d are all of theirs and keep a weight of 1: city's others, who did not answer, join large or rural
    assert sizes.loc["city, certain", ["joined", "N", "n", "weight", "fraction"]].tolist() == [
        "city, certain",
        2,
        2,
        1,
        1,
    ]
    assert sizes.loc["city", "joined"] == "city+large+rural"
    # d did not answer: c alone of two joins the rest of its own stratum
    alone = (
        Design(frame, ANSWERED[ANSWERED["member_id"] != "d"], certainty="sure").sizes().set_index("stratum")
    )
    assert "city+city, certain" in alone.loc["city, certain", "joined"]


def test_a_certain_member_of_a_sampled_stratum_adds_no_variance():
    members = [f"m{i}" for i in range(10)]
    frame = pd.DataFrame(
        {"wave": "2023", "member_id": members, "stratum": "city", "sure": [True] + [False] * 9}
    )
    answered = pd.DataFrame({"wave": "2023", "member_id": members[:4]})
    data = answered.assign(indicator="q", asked=True, y=[1000.0, 1, 2, 3], x=1.0)
    got = estimate(
        data, [Measure("q", "total", "members", "")], Design(frame, answered, certainty="sure")
    ).iloc[0]
    # 1000 for certain, and 9 members' total from 1, 2 and 3: 18, V = 81 (1 - 1/3) / 3
    assert (got["estimate"], got["se"]) == (pytest.approx(1018), pytest.approx(np.sqrt(81 * (1 - 3 / 9) / 3)))


def test_given_weights_stand_for_members_over_respondents():
    weighted = ANSWERED.assign(w=[1, 1, 3, 1, 2])
    data = ANSWERED.assign(indicator="q", asked=True, y=[1.0, 2, 3, 4, 5], x=1.0)
    design = Design(FRAME, weighted, weight="w")
    got = estimate(data, [Measure("q", "mean", "members", "")], design).iloc[0]
    assert got["estimate"] == pytest.approx((1 + 2 + 9 + 4 + 10) / 8)
    assert got["method"].endswith("; weights given")
    assert got["n_effective"] == pytest.approx(64 / 16)
    shown = design.weights().set_index("member_id")
    assert shown["base_weight"].to_dict() == dict(zip("abcdg", [1, 1, 3, 1, 2], strict=True))
    assert shown.loc["a", "design_effect_of_wave"] == pytest.approx(5 * 16 / 64)


def test_raked_weights_hold_both_margins_of_each_wave(panel):
    frame, respondents, _ = panel()
    design = Design(frame, respondents, margins=("stratum", "centre_kind"))
    shown = design.weights().drop(columns="stratum").merge(frame, on=["wave", "member_id"])
    for margin in ("stratum", "centre_kind"):
        sums = shown.groupby(["wave", margin])["weight"].sum()
        assert sums.to_numpy() == pytest.approx(frame.groupby(["wave", margin]).size().to_numpy(), rel=1e-10)
    assert (shown["weight"] == shown["base_weight"] * shown["raking_factor"]).all()
    one = shown[shown["wave"] == "2023"]
    assert one["effective_respondents_of_wave"].iloc[0] == pytest.approx(
        len(one) / one["design_effect_of_wave"].iloc[0]
    )


def test_the_joining_rule_is_named_beside_the_weights():
    shown = Design(FRAME, ANSWERED).weights().set_index("member_id")
    assert shown.loc["g", ["strata_standing_together", "rule"]].tolist() == [
        "large+rural",
        "rule of the next smaller",
    ]
    assert shown.loc["c", "rule"] == ""


def test_kish_effective_size_by_hand():
    # (1 + 1 + 2)^2 / (1 + 1 + 4) = 16 / 6
    assert kish_effective_size([1, 1, 2]) == pytest.approx(16 / 6)
    assert kish_effective_size([]) == 0.0


@pytest.mark.parametrize(
    ("members", "answers", "given", "expected"),
    [
        ([7, 20, 30, 40], [7, 10, 20, 30], None, [0, 1, 2, 3]),
        ([7, 20, 30, 40], [7, 10, 0, 30], None, [0, 1, 1, 3]),  # empty 30 joins the next smaller, 20
        ([7, 20, 30, 40], [0, 10, 20, 30], None, [0, 0, 2, 3]),  # the smallest joins the next larger
        ([7, 20, 30, 40], [7, 10, 0, 30], {"c": "d"}, [0, 1, 2, 2]),  # the secretariat knows better
        ([1, 20, 30, 40], [1, 10, 20, 30], None, [0, 1, 2, 3]),  # one of one is complete, not alone
        ([7, 20, 30, 40], [1, 0, 0, 0], None, [0, 0, 0, 0]),
        ([0, 20, 30, 40], [0, 10, 20, 1], None, [0, 1, 2, 2]),  # a stratum without members stays out
    ],
)
def test_weak_strata_join_the_next_smaller(members, answers, given, expected):
    assert join_strata("abcd", members, answers, given).tolist() == expected


def test_dimension_labels_total_column_and_crossing():
    assert Segmentation("total").label(FRAME).unique().tolist() == ["all"]
    assert Segmentation("stratum*centre_kind").label(FRAME).iloc[1] == "large*credit"
    assert Segmentation("stratum*centre_kind").columns == ("stratum", "centre_kind")


def test_measure_fills_in_source_and_unit_of_change():
    share = Measure("ch_app.members", "share", "members", "%", 100)
    assert (share.source, share.change, share.change_unit) == (
        "ch_app",
        "percentage points",
        "percentage points",
    )
    total = Measure("staff", "total", "respondents", "万人", 1e-4)
    assert (total.source, total.change_unit) == ("staff", "percent")
    assert Measure("age", "mean", "members", "岁").change_unit == "岁"
    assert Measure("rate", "ratio", "members", "%", 100).change == "percentage points"


def _design(frame=FRAME, respondents=ANSWERED, **settings):
    return Design(frame, respondents, **settings)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: _design(respondents=pd.concat([ANSWERED, ANSWERED.head(1)])),
            FrameError,
            (
                "respondents: expected each member once in a wave, got 1 repeated, first a in wave 2023; "
                "remove the repeated rows."
            ),
        ),
        (
            lambda: _design(pd.concat([FRAME, FRAME.head(1)])),
            FrameError,
            (
                "frame: expected each member once in a wave, got 1 repeated, first a in wave 2023; "
                "remove the repeated rows."
            ),
        ),
        (
            lambda: _design(FRAME.head(3)),
            DesignError,
            (
                "respondents, wave 2023: expected at most the 3 members of the frame, got 5 respondents; "
                "complete the list of members or remove returns that do not count."
            ),
        ),
        (
            lambda: _design(respondents=pd.DataFrame({"wave": ["2023"], "member_id": ["z"]})),
            DesignError,
            (
                "respondents: expected members of the wave's frame, got 1 outside it, first z in wave 2023; "
                "add the member to the list of members, with its dates, or correct the identifier."
            ),
        ),
        (
            lambda: _design(FRAME.assign(stratum=[None, *FRAME["stratum"][1:]])),
            DesignError,
            (
                "frame, column 'stratum': expected an entry for every member, got 1 members without one; "
                "complete the list of members."
            ),
        ),
        (
            lambda: _design(FRAME.drop(columns="stratum")),
            FrameError,
            (
                "frame: expected the columns wave, member_id, stratum, got a table without stratum; "
                "add the columns or pass the right table."
            ),
        ),
        (
            lambda: _design(respondents=ANSWERED.head(0)),
            DesignError,
            (
                "respondents: expected an answer in every wave of the frame, got none in wave 2023; "
                "leave the wave out of the frame until returns have come in."
            ),
        ),
        (
            lambda: _design(
                margins=("stratum", "centre_kind"),
                frame=FRAME.assign(centre_kind=["debit"] * 7 + ["combined"]),
            ).weights(),
            DesignError,
            (
                "wave 2023, margin 'centre_kind': expected respondents in every category of the frame, "
                "got none in combined; join the category to a neighbour or leave the margin out."
            ),
        ),
        (
            lambda: _design(FRAME.assign(sure="yes"), certainty="sure"),
            DesignError,
            (
                "frame, column 'sure': expected True or False for every member, got 8 other entries; "
                "say of each member whether it was taken for certain."
            ),
        ),
        (
            lambda: _design(respondents=ANSWERED.assign(w=-1.0), weight="w"),
            ArgumentError,
            (
                "weights: expected a number of at least 0 for each respondent, got 5 negative; "
                "correct the weights or leave these respondents out."
            ),
        ),
        (
            lambda: _design(weight="w"),
            FrameError,
            (
                "respondents: expected the columns wave, member_id, w, got a table without w; "
                "add the columns or pass the right table."
            ),
        ),
        (
            lambda: Measure("a", "quantile", "members", "%", p=1.0),
            MeasureError,
            (
                "measure 'a', p: expected a number between 0 and 1, neither included, got 1.0; "
                "use 0.5 for the median."
            ),
        ),
        (
            lambda: _design(level=95),
            ArgumentError,
            "level: expected a number between 0 and 1, got 95; use 0.95 for 95 %.",
        ),
        (
            lambda: Measure("a", "share", "members", "%", change="percent"),
            MeasureError,
            (
                "measure 'a', change: expected percentage points for a share, got percent; "
                "set change='percentage points'."
            ),
        ),
        (
            lambda: Measure("a", "median", "members", "%"),
            MeasureError,
            (
                "measure 'a', kind: expected one of share, mean, total, ratio, quantile, got 'median'; "
                "choose one of these."
            ),
        ),
    ],
)
def test_errors_say_what_was_expected_got_and_the_remedy(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message
    assert isinstance(caught.value, AnalysisError)
    assert caught.value.remedy


def test_design_leaves_the_frames_it_was_given_alone():
    frame = FRAME.copy()
    design = Design(frame, ANSWERED)
    frame.loc[0, "stratum"] = "rural"
    assert design.frame.loc[0, "stratum"] == "large"
    assert np.isclose(design.sizes()["N"].sum(), 8)
