"""A change and its parts: equal to the last bit, in any order, for any two waves."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference import changes, estimate, turnover
from analysis.model import Design, Measure

PARTS = ["matched_change", "joiners", "leavers", "reclassified"]
WHY = ["matched_change", "reclassified", "joined", "returned", "answered_anew", "left", "absent", "blank"]
PAIRS = [("2021", "2022"), ("2021", "2023"), ("2022", "2023")]


@pytest.fixture(scope="module")
def three_waves(panel, measures_of):
    def make(seed):
        frame, respondents, measurements = panel(f"turnover {seed}")
        own = [Measure("share0", "mean", "respondents", "", 1 / 3, change="own")]
        return Design(frame, respondents), measurements, [*measures_of(measurements), *own][seed % 2 :]

    return make


@settings(max_examples=settings().max_examples // 4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_parts_are_the_change_to_the_last_bit(three_waves, seed):
    design, measurements, measures = three_waves(seed)
    measures = list({m.indicator: m for m in measures}.values())
    rows = changes(measurements, measures, design, PAIRS, ("total", "stratum", "centre_kind"))
    whole = rows[rows[PARTS].notna().all(axis=1)]
    assert len(whole) > 100
    for order in permutations(PARTS):
        assert (sum(whole[name] for name in order) == whole["change"]).all()
    finer = turnover(measurements, measures, design, PAIRS, ("total", "stratum", "centre_kind"))
    finer = finer[finer[WHY].notna().all(axis=1)]
    for order in (WHY, WHY[::-1]):
        assert (sum(finer[name] for name in order) == finer["change"]).all()
    assert (finer["joined"] + finer["returned"] + finer["answered_anew"] == finer["joiners"]).all()
    assert (finer["left"] + finer["absent"] + finer["blank"] == finer["leavers"]).all()


def test_change_is_the_difference_of_the_two_levels(survey):
    design, measurements, measures = survey
    points = [m for m in measures if m.change == "percentage points"]
    levels = estimate(measurements, points, design).set_index(["indicator", "wave"])["estimate"]
    rows = changes(measurements, points, design, PAIRS)
    for row in rows.itertuples():
        expected = levels[row.indicator, row.wave] - levels[row.indicator, row.base_wave]
        assert row.change == pytest.approx(expected, rel=1e-12, abs=1e-12)
    one = changes(measurements, points, design, [("2021", "2023")])
    pd.testing.assert_series_equal(
        one["se"], rows[(rows["base_wave"] == "2021") & (rows["wave"] == "2023")]["se"].reset_index(drop=True)
    )


def test_why_members_differ_by_hand():
    # a answered both times; b has left the frame, c did not return, d left the item blank, e then joined,
    # f had not returned before, g had been routed past the item
    then = {"a": 1.0, "b": 2.0, "c": 6.0, "d": 7.0, "f": None, "g": np.nan}
    now = {"a": 2.0, "c": None, "d": np.nan, "e": 5.0, "f": 8.0, "g": 4.0}
    frame, respondents, rows = [], [], []
    for wave, answers in (("2022", then), ("2023", now)):
        for member, value in answers.items():
            frame.append((wave, member, "city"))
            if value is not None:
                respondents.append((wave, member))
                rows.append(("q", wave, member, True, value, 1.0))
    design = Design(
        pd.DataFrame(frame, columns=["wave", "member_id", "stratum"]),
        pd.DataFrame(respondents, columns=["wave", "member_id"]),
    )
    measurements = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    measure = Measure("q", "total", "respondents", "", change="own")
    found = turnover(measurements, [measure], design, [("2022", "2023")]).iloc[0]
    expected = {
        "change": 3.0, "matched_change": 1.0, "reclassified": 0.0, "joiners": 17.0, "joined": 5.0,
        "returned": 8.0, "answered_anew": 4.0, "leavers": -15.0, "left": -2.0, "absent": -6.0, "blank": -7.0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_broken_pairs_have_no_parts(survey):
    design, measurements, measures = survey
    found = turnover(measurements, measures, design, PAIRS, breaks={"share0": ["2022"]})
    left = found.loc[found["indicator"] == "share0", ["base_wave", "wave"]]
    assert left.to_numpy().tolist() == [["2022", "2023"]]
