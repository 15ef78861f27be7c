"""What must hold whatever the answers: properties of designs, levels, changes and printed shares."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.consistency import attainable, parts_attainable
from analysis.inference import changes, decompose, estimate
from analysis.inference.intervals import hypergeometric, stratified_share
from analysis.model import Design, Measure

#: A third of the profile's examples, for each is a survey of two waves.
FEW = settings(max_examples=settings().max_examples // 3, deadline=None)
TYPES = ("city", "large", "rural")
KINDS = [
    Measure("s.members", "share", "members", "%", 100, source="s"),
    Measure("m.members", "mean", "members", "", source="m"),
    Measure("t.members", "total", "members", "", source="m"),
    Measure("r.members", "ratio", "members", "%", 100, source="r"),
]
PLAIN = [Measure(m.indicator[0], m.kind, "respondents", m.unit, m.scale, source=m.source) for m in KINDS]


@st.composite
def surveys(draw, waves=("2022", "2023"), *, everybody=False):
    """Draw a small frame of three bank types, its respondents and three indicators."""
    seed = draw(st.integers(0, 2**31))
    blank = draw(st.sampled_from([0.0, 0.1]))
    answering = 1.0 if everybody else draw(st.sampled_from([0.5, 0.7, 0.9]))
    rng = np.random.default_rng(seed)
    frame, respondents, rows = [], [], []
    for wave in waves:
        for i in range(30):
            if rng.random() < 0.1:
                continue
            stratum = TYPES[i % 3] if rng.random() < 0.9 else str(rng.choice(TYPES))
            frame.append((wave, f"m{i}", stratum, str(rng.choice(["credit", "debit"]))))
            if rng.random() > answering and i > 5:
                continue
            respondents.append((wave, f"m{i}"))
            x = float(rng.integers(1, 100))
            answers = {
                "s": (float(rng.random() < 0.5), 1.0),
                "m": (float(rng.integers(0, 50)), 1.0),
                "r": (x / 2, x),
            }
            for name, (y, below) in answers.items():
                gone = not everybody and rng.random() < blank
                rows.append((name, wave, f"m{i}", True, np.nan if gone else y, np.nan if gone else below))
    return (
        pd.DataFrame(frame, columns=["wave", "member_id", "stratum", "centre_kind"]),
        pd.DataFrame(respondents, columns=["wave", "member_id"]),
        pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"]),
    )


@FEW
@given(surveys(everybody=True))
def test_everybody_answered_leaves_no_error_and_weights_of_one(data):
    frame, respondents, measurements = data
    design = Design(frame, respondents)
    dimensions = ("total", "stratum", "centre_kind", "stratum*centre_kind")
    members = estimate(measurements, KINDS, design, dimensions)
    plain = estimate(measurements, PLAIN, design, dimensions)
    assert (members["se"] == 0.0).all()
    assert members["lower"].to_numpy() == pytest.approx(members["estimate"].to_numpy())
    assert members["upper"].to_numpy() == pytest.approx(members["estimate"].to_numpy())
    assert members["estimate"].to_numpy() == pytest.approx(plain["estimate"].to_numpy())
    assert members["n_effective"].to_numpy() == pytest.approx(members["n"].to_numpy())
    moved = changes(measurements, KINDS, design, [("2022", "2023")], dimensions)
    assert (moved.loc[moved["change"].notna(), "se"] == 0.0).all()


@FEW
@given(surveys(), st.integers(0, 2**31))
def test_the_order_of_rows_does_not_matter(data, seed):
    frame, respondents, measurements = data
    shuffled = [table.sample(frac=1, random_state=seed % 1000) for table in data]
    dimensions = ("total", "stratum")
    one = estimate(measurements, KINDS, Design(frame, respondents), dimensions)
    two = estimate(shuffled[2], KINDS, Design(shuffled[0], shuffled[1]), dimensions)
    pd.testing.assert_frame_equal(one, two, check_exact=True)


@FEW
@given(surveys())
def test_segments_add_up_to_the_total(data):
    frame, respondents, measurements = data
    rows = estimate(measurements, KINDS, Design(frame, respondents), ("total", "stratum", "centre_kind"))
    totals = rows[rows["indicator"] == "t.members"]
    sums = totals.pivot_table("estimate", "dimension", "wave", aggfunc="sum")
    for wave in sums:
        assert sums[wave].to_numpy() == pytest.approx(sums[wave].iloc[0])
    bases = rows.pivot_table("n", ["indicator", "wave"], "dimension", aggfunc="sum")
    assert bases.nunique(axis=1).eq(1).all()


@FEW
@given(surveys())
def test_rescaling_rescales(data):
    frame, respondents, measurements = data
    design = Design(frame, respondents)
    numbers = ["estimate", "se", "lower", "upper"]
    one = estimate(measurements, [Measure("m", "mean", "members", "")], design, ("stratum",))
    tenfold = estimate(measurements, [Measure("m", "mean", "members", "", 10.0)], design, ("stratum",))
    assert tenfold[numbers].to_numpy() == pytest.approx(10 * one[numbers].to_numpy(), nan_ok=True)


@FEW
@given(surveys())
def test_shares_and_their_intervals_stay_inside(data):
    frame, respondents, measurements = data
    rows = estimate(measurements, KINDS[:1], Design(frame, respondents), ("total", "stratum", "centre_kind"))
    known = rows[rows["estimate"].notna()]
    assert ((known["lower"] >= 0) & (known["lower"] <= known["estimate"] + 1e-9)).all()
    assert ((known["upper"] <= 100) & (known["upper"] >= known["estimate"] - 1e-9)).all()


@FEW
@given(surveys())
def test_parts_of_a_change_add_up(data):
    frame, respondents, measurements = data
    rows = changes(
        measurements, KINDS + PLAIN, Design(frame, respondents), [("2022", "2023")], ("total", "stratum")
    )
    parts = rows[["matched_change", "joiners", "leavers", "reclassified"]].sum(axis=1, skipna=False)
    split = parts.notna()
    assert parts[split].to_numpy() == pytest.approx(rows.loc[split, "change"].to_numpy(), abs=1e-9)
    assert (rows.loc[rows["dimension"] == "total", "reclassified"].dropna().abs() < 1e-9).all()


@FEW
@given(st.integers(1, 60), st.data())
def test_exact_intervals_mirror_and_nest(size, data):
    n = data.draw(st.integers(0, size))
    k = data.draw(st.integers(0, n))
    yes, no = hypergeometric(k, n, size), hypergeometric(n - k, n, size)
    assert yes.lower == pytest.approx(1 - no.upper)
    narrow, wide = hypergeometric(k, n, size, method="mid-p"), hypergeometric(k, n, size, 0.99)
    assert wide.lower <= yes.lower <= narrow.lower <= narrow.upper <= yes.upper <= wide.upper


@FEW
@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8)), min_size=1, max_size=4).flatmap(
        lambda strata: st.tuples(st.just(strata), st.tuples(*(st.integers(0, a) for a, _ in strata)))
    )
)
@example(([(7, 8), (3, 6)], (5, 3)))  # two splits are equally likely
def test_stratified_intervals_mirror(case):
    strata, k = case
    n = [a for a, _ in strata]
    size = [a + b for a, b in strata]
    yes = stratified_share(k, n, size)
    no = stratified_share([a - b for a, b in zip(n, k, strict=True)], n, size)
    assert yes.lower == pytest.approx(1 - no.upper)
    point = sum(s * b / a for s, b, a in zip(size, k, n, strict=True)) / sum(size)
    assert yes.lower - 1 / sum(size) <= point <= yes.upper + 1 / sum(size)


@FEW
@given(st.lists(st.integers(0, 40), min_size=2, max_size=5).filter(lambda c: sum(c) > 0))
def test_counts_that_were_printed_are_found_again(counts):
    base = sum(counts)
    printed = [str((2000 * k + base) // (2 * base) / 10) for k in counts]
    assert tuple(counts) in parts_attainable(printed, base)
    assert all(k in attainable(p, base) for k, p in zip(counts, printed, strict=True))


@FEW
@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.integers(1, 50), st.floats(0, 100), st.floats(0, 100)), min_size=1
    )
)
def test_rate_and_mix_add_up_to_the_change(rows):
    m0, m1, r0, r1 = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    got = decompose([str(i) for i in range(len(rows))], m0, m1, r0, r1)
    assert got.change == pytest.approx((m1 * r1).sum() / m1.sum() - (m0 * r0).sum() / m0.sum(), abs=1e-9)
