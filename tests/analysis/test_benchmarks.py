"""A member among its like: the place told, and what is not told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Policy
from analysis.disclosure.benchmarks import benchmark, veiled_quantile
from analysis.model import ArgumentError, Design, Measure

AMOUNT = Measure("q", "mean", "respondents", "秒")
SHARE = Measure("q", "share", "respondents", "%", 100.0)


def _placed(small, values, *, measure=AMOUNT, policy=None, member="large000", **layout):
    frame, respondents, rows = small(values, **layout)
    design = Design(frame, respondents)
    return benchmark(
        rows, [measure], design, member, policy=policy or Policy(), dimensions=("stratum",)
    ).iloc[0]


def test_place_among_twelve_others_by_hand(small):
    # the member has 90; the others 10, 20 ... 120
    row = _placed(small, [90.0, *range(10, 130, 10)])
    # of places 0..11 the median's place is 5.5, nearest 5, 6 and 4 -> 60, 70, 50
    assert row["median"] == pytest.approx(60.0)
    # place 8.25: nearest 8, 9, 7 -> 90, 100, 80
    assert row["upper_quartile"] == pytest.approx(90.0)
    assert (row["gap_to_median"], row["gap_to_upper_quartile"]) == (30.0, 0.0)
    assert (row["rank"], row["quarter"], row["others"]) == (4.0, "third quarter", 12)
    assert (row["segment"], row["unit"], row["status"], row["reason"]) == ("large", "秒", "released", "")


def test_small_groups_get_the_quarter_and_no_rank(small):
    row = _placed(small, [90.0, *range(10, 120, 10)])
    # 8 lower, one equal, 2 higher: place 8.5 of 12, in the third quarter
    assert (row["others"], row["quarter"]) == (11, "third quarter")
    assert np.isnan(row["rank"])
    row = _placed(small, [90.0, 10.0, 20.0, 30.0, 40.0, 50.0])
    assert row["quarter"] == ""
    assert row["median"] == pytest.approx(30.0)
    assert np.isnan(row["upper_quartile"])


def test_too_few_others_are_refused(small):
    row = _placed(small, [90.0, 10.0, 20.0], types=["large"] * 3, members={"large": 9})
    assert (row["status"], row["others"]) == ("suppressed", 2)
    assert row["reason"] == "fewer than 3 other members of the group answered"
    assert np.isnan(row[["median", "gap_to_median", "upper_quartile", "rank"]].astype(float)).all()
    assert row["value"] == 90.0
    assert _placed(small, [90.0, 1.0, 2.0, 3.0], policy=Policy(minimum_base=4))["status"] == "suppressed"


def test_no_answer_is_no_place(small):
    row = _placed(small, [np.nan, 10.0, 20.0, 30.0])
    assert (row["status"], row["reason"]) == ("empty", "the member gave no answer")
    assert np.isnan(row["median"])


def test_shares_tell_what_part_of_the_others_says_yes(small):
    row = _placed(small, [1.0, 1.0, 0.0, 0.0, 0.0], measure=SHARE)
    assert (row["value"], row["share_of_others"]) == (100.0, 25.0)
    assert np.isnan(row["median"])
    alike = _placed(small, [0.0, 1.0, 1.0, 1.0], measure=SHARE, policy=Policy(allow_unanimous=False))
    assert alike["reason"] == "all other members gave the same answer"
    assert _placed(small, [0.0, 1.0, 1.0, 1.0], measure=SHARE)["share_of_others"] == 100.0


def test_shares_of_groups_within_groups_leave_no_small_rest(small):
    # the member is combined; of nine other large banks seven are, so the two others' answers would show
    frame, respondents, rows = small([1.0, *[1.0, 0.0] * 4, 1.0])
    for rest, status in ((2, "suppressed"), (3, "released"), (0, "released")):
        frame["centre_kind"] = ["combined"] * (len(frame) - rest) + ["credit"] * rest
        design = Design(frame, respondents)
        dimensions = ("stratum", "stratum*centre_kind")
        found = benchmark(rows, [SHARE], design, "large000", policy=Policy(), dimensions=dimensions)
        assert found["status"].tolist() == ["released", status]
    frame["centre_kind"] = ["combined"] * 8 + ["credit"] * 2
    found = benchmark(
        rows, [SHARE], Design(frame, respondents), "large000", policy=Policy(), dimensions=dimensions
    )
    assert found.loc[1, "reason"] == "with the wider group it would tell of fewer than 3 members"


def test_the_history_has_a_row_for_each_wave(survey):
    design, measurements, measures = survey
    own = [m for m in measures if m.estimand == "respondents"]
    rows = benchmark(
        measurements, own, design, "M003", policy=Policy(), dimensions=("stratum", "centre_kind")
    )
    assert rows.groupby(["indicator", "dimension"])["wave"].apply(list).map(len).eq(3).all()
    assert set(rows["dimension"]) == {"stratum", "centre_kind"}
    ratio = rows[(rows["indicator"] == "ratio0") & (rows["dimension"] == "stratum")].set_index("wave")
    answered = measurements[
        (measurements["indicator"] == "ratio0") & (measurements["wave"] == "2022") & measurements["y"].notna()
    ].merge(design.frame, on=["wave", "member_id"])
    like = answered[(answered["stratum"] == "large") & (answered["member_id"] != "M003")]
    assert ratio.loc["2022", "others"] == len(like)
    mine = answered[answered["member_id"] == "M003"].iloc[0]
    assert ratio.loc["2022", "value"] == pytest.approx(100 * mine["y"] / mine["x"])
    assert ratio.loc["2022", "median"] == pytest.approx(veiled_quantile(100 * like["y"] / like["x"], 0.5, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1000), min_size=3, max_size=30, unique=True), st.integers(2, 3), st.data())
def test_no_quantile_hangs_on_one_member(values, mixed, data):
    q = data.draw(st.sampled_from([0.5, 0.75]))
    value = veiled_quantile(values, q, mixed)
    assert min(values) <= value <= max(values)
    # a change of one member's answer within its place moves it by a part alone
    ordered = sorted(values)
    for i in range(1, len(ordered) - 1):
        nudged = [*ordered[:i], (ordered[i] + ordered[i + 1]) / 2, *ordered[i + 1 :]]
        step = nudged[i] - ordered[i]
        assert abs(veiled_quantile(nudged, q, mixed) - value) <= step / mixed + 1e-9


@pytest.mark.parametrize("values", [[1.0, 2.0], []])
def test_quantiles_of_too_few_are_refused(values):
    with pytest.raises(ArgumentError) as caught:
        veiled_quantile(values, 0.5, 3)
    assert str(caught.value) == (
        f"values: expected at least 3 of them, got {len(values)}; withhold the quantile of so small a group."
    )


def test_a_stranger_is_refused(survey):
    design, measurements, measures = survey
    with pytest.raises(ArgumentError) as caught:
        benchmark(measurements, measures, design, "X", policy=Policy(), dimensions=("stratum",))
    assert str(caught.value) == (
        "member_id: expected a member of the frame, got 'X'; take the identifier from the list of members."
    )


def test_another_members_answer_is_nowhere_in_the_report(panel):
    frame, respondents, measurements = panel("benchmarks")
    measure = Measure("total0", "total", "respondents", "人")
    rows = benchmark(
        measurements,
        [measure],
        Design(frame, respondents),
        "M020",
        policy=Policy(),
        dimensions=("stratum", "total"),
    )
    told = rows[["median", "upper_quartile"]].to_numpy().ravel()
    others = pd.concat(
        [
            measurements.loc[
                (measurements["indicator"] == "total0") & (measurements["member_id"] != "M020"), "y"
            ]
        ]
    )
    assert not np.isin(told[np.isfinite(told)], others.to_numpy()).any()
