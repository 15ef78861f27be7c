"""Matched answers: the exact tests against published ones, and when a change is a fact."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from analysis.inference import matched_tests
from analysis.inference.panel import mcnemar, sign_flip
from analysis.model import ArgumentError, Design, Measure

VECTORS = pd.read_csv(Path(__file__).parents[1] / "reference" / "mcnemar.csv")
EXACT = VECTORS[VECTORS["test"] == "exact binomial"]


@pytest.mark.parametrize("row", EXACT.to_dict("records"), ids=lambda r: f"{r['b']}-{r['c']}")
def test_mcnemar_against_published_values(row):
    assert mcnemar(row["b"], row["c"]).p_value == pytest.approx(row["p_value"], abs=6e-7)


def test_the_published_vectors_are_all_there():
    assert len(EXACT) == 7


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=50, deadline=None)
def test_mcnemar_is_the_binomial_test_of_a_half(gained, lost):
    found = mcnemar(gained, lost)
    expected = binomtest(gained, gained + lost, 0.5).pvalue if gained + lost else 1.0
    assert found.p_value == pytest.approx(expected)
    assert found.p_mid <= found.p_value
    assert mcnemar(lost, gained) == found


def test_mid_p_of_the_airway_study():
    # Fagerland, Lydersen & Laake (2013), table 2: 1 and 7 changed; exact 0.070, mid-p 0.039
    found = mcnemar(1, 7)
    assert found.p_value == pytest.approx(0.0703125)
    assert round(found.p_mid, 3) == 0.039
    assert mcnemar(0, 0).p_value == mcnemar(0, 0).p_mid == 1.0


@pytest.mark.parametrize("count", [-1, 1.5])
def test_counts_that_are_none_are_refused(count):
    with pytest.raises(ArgumentError) as caught:
        mcnemar(count, 3)
    assert str(caught.value) == (
        f"gained: expected a whole number from 0, got {count}; count the members that changed."
    )


# Darwin's crossed and self-fertilised maize, inches, as Fisher (1935, section 21) tests it: 1726 of 32768
CROSSED = [23.5, 12, 21, 22, 19.125, 21.5, 22.125, 20.375, 18.25, 21.625, 23.25, 21, 22.125, 23, 12]
SELFED = [17.375, 20.375, 20, 20, 18.375, 18.625, 18.625, 15.25, 16.5, 18, 16.25, 18, 12.75, 15.5, 18]


def test_sign_flips_of_darwins_maize():
    found = sign_flip(np.subtract(CROSSED, SELFED))
    # R 4.2.2, coin 1.4-2: pvalue(symmetry_test(y ~ g | b, distribution = "exact")) 0.05267333984375
    assert found.test == "sign flips, exact"
    assert found.p_value == 1726 / 32768


def test_many_sign_flips_are_drawn_and_repeat():
    d = np.random.default_rng(4).normal(0.4, 1, 40)
    one, two = sign_flip(d), sign_flip(d)
    assert one.test == "sign flips, 9999 random patterns"
    assert one.p_value == two.p_value
    assert 0.004 < one.p_value < 0.2
    assert sign_flip(d, seed=1).p_value != one.p_value
    assert sign_flip(np.zeros(5)).p_value == 1.0
    with pytest.raises(ArgumentError, match="differences: expected finite numbers, got 1 others"):
        sign_flip([1.0, np.nan])


def _two_waves(then, now):
    members = sorted({*then, *now})
    frame = [(w, m, "city") for w, wave in (("2022", then), ("2023", now)) for m in members if m in wave]
    answers = [(w, m, v) for w, wave in (("2022", then), ("2023", now)) for m, v in wave.items()]
    respondents = [(w, m) for w, m, v in answers if v is not None]
    rows = [("q", w, m, True, v, 1.0) for w, m, v in answers if v is not None]
    return (
        Design(
            pd.DataFrame(frame, columns=["wave", "member_id", "stratum"]),
            pd.DataFrame(respondents, columns=["wave", "member_id"]),
        ),
        pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"]),
    )


def _tested(design, measurements, kind="share", **settings_):
    measure = Measure("q", kind, "respondents", "%", 100.0, **settings_)
    return matched_tests(measurements, [measure], design, [("2022", "2023")]).iloc[0]


def test_matched_answers_of_a_share_are_counted():
    then = {"a": 0.0, "b": 0.0, "c": 1.0, "d": 1.0, "e": 0.0, "f": None, "g": 1.0}
    now = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 1.0, "e": 1.0, "f": 1.0, "h": 1.0}
    row = _tested(*_two_waves(then, now))
    assert (row["n_matched"], row["N_matched"], row["gained"], row["lost"]) == (5, 6, 3, 1)
    assert row["test"] == "McNemar exact"
    assert row["p_value"] == binomtest(3, 4).pvalue == row["p_adjusted"]
    assert row["mean_change"] == pytest.approx(40.0)
    assert row["unit"] == "percentage points"
    assert row["note"] == "5 of the 6 members of both waves answered both times"


def test_where_all_members_answered_the_change_is_a_fact():
    then = {"a": 0.0, "b": 0.0, "c": 1.0, "g": 1.0}
    now = {"a": 1.0, "b": 1.0, "c": 1.0, "h": None}
    row = _tested(*_two_waves(then, now))
    assert row["test"] == "counted"
    assert np.isnan(row["p_value"])
    assert np.isnan(row["p_mid"])
    assert row["note"] == (
        "all members of both waves answered both times: the change is a fact, not a sample's"
    )
    assert (row["gained"], row["lost"]) == (2, 0)


def test_amounts_are_tested_by_sign_flips():
    then = {"a": 10.0, "b": 20.0, "c": 30.0, "d": None}
    now = {"a": 11.0, "b": 22.0, "c": 33.0, "d": 5.0}
    row = _tested(*_two_waves(then, now), kind="mean", change="own")
    assert (row["test"], row["p_value"]) == ("sign flips, exact", 0.25)
    assert row["mean_change"] == pytest.approx(200.0)


def test_a_broken_series_has_no_matched_test():
    design, measurements = _two_waves({"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 1.0})
    measure = Measure("q", "share", "respondents", "%", 100.0, breaks=("2023",))
    assert matched_tests(measurements, [measure], design, [("2022", "2023")]).empty


def test_any_two_waves_and_dimensions(survey):
    design, measurements, measures = survey
    pairs = [("2021", "2023"), ("2021", "2022")]
    rows = matched_tests(measurements, measures, design, pairs, ("total", "stratum"))
    assert set(zip(rows["base_wave"], rows["wave"], strict=True)) == set(pairs)
    assert set(rows["segment"]) == {"all", "large", "joint_stock", "city", "rural"}
    assert rows["p_value"].dropna().between(0, 1).all()
    both = rows.pivot_table("gained", ["wave", "base_wave", "segment"], "indicator")
    assert (both["share0"] == both["share0.members"]).all()
