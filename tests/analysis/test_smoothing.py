from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference import changes
from analysis.model import Design, Measure


def _changes(then, now, members, kind="share", types=None):
    """Estimate the change of each row of answers [R, N], NaN where a member was not heard."""
    names = [f"m{i:04d}" for i in range(members)]
    types = types or ["city"] * members
    frame = pd.concat(
        [pd.DataFrame({"wave": w, "member_id": names, "stratum": types}) for w in ("2022", "2023")],
        ignore_index=True,
    )
    then, now = np.atleast_2d(then), np.atleast_2d(now)
    indicators = [f"q{r:05d}" for r in range(len(then))]
    rows = [
        pd.DataFrame(
            {
                "indicator": np.repeat(indicators, members),
                "wave": wave,
                "member_id": names * len(y),
                "asked": True,
                "y": y.ravel(),
                "x": 1.0,
            }
        )
        for wave, y in (("2022", then), ("2023", now))
    ]
    design = Design(frame, frame[["wave", "member_id"]])
    measures = [Measure(i, kind, "members", "%") for i in indicators]
    return changes(pd.concat(rows, ignore_index=True), measures, design, [("2022", "2023")])


def _answers(yes, no, missing):
    return np.array([1.0] * yes + [0.0] * no + [np.nan] * missing)


def test_the_interval_of_a_change_by_hand():
    # 20 members: 14 answer both times, 4 of them yes, later 7: the four and three more
    then, now = _answers(4, 10, 6), _answers(7, 7, 6)
    got = _changes(then, now, 20).iloc[0]
    p = [(4 + 0.5) / 15, (7 + 0.5) / 15]
    v1, v2 = ((1 / 14 - 1 / 20) * q * (1 - q) * 14 / 13 for q in p)
    # S12 of 14 pairs: four yes twice
    s12 = (4 - 14 * (4 / 14) * (7 / 14)) / 13 * (13 / 15)
    half = stats.t.ppf(0.975, 13) * np.sqrt(v1 + v2 - 2 * (1 / 14 - 1 / 20) * s12)
    assert got["upper"] - got["change"] == pytest.approx(half, rel=1e-12)
    assert got["change"] - got["lower"] == pytest.approx(half, rel=1e-12)
    assert got["p_value"] == pytest.approx(2 * stats.t.sf(3 / 14 / (half / stats.t.ppf(0.975, 13)), 13))


def test_the_standard_error_is_left_as_it_is():
    then, now = _answers(4, 10, 6), _answers(7, 7, 6)
    share, mean = (_changes(then, now, 20, kind).iloc[0] for kind in ("share", "mean"))
    assert share["se"] == mean["se"]
    assert share["upper"] > mean["upper"]


def test_no_interval_is_wider_than_what_those_not_heard_can_make_of_it():
    # 2 of 3 members heard twice: at most one may have changed its mind either way
    got = _changes(_answers(1, 1, 1), _answers(1, 1, 1), 3).iloc[0]
    assert (got["lower"], got["upper"]) == (pytest.approx(-1 / 3), pytest.approx(1 / 3))


def test_what_those_not_heard_cannot_undo_is_certain():
    # all 9 heard of 10 turn from no to yes
    got = _changes(_answers(0, 9, 1), _answers(9, 0, 1), 10).iloc[0]
    assert got["lower"] >= 0.8
    assert got["upper"] == 1.0
    assert got["p_value"] == 0.0


def test_all_answered_is_a_point():
    got = _changes(_answers(3, 4, 0), _answers(5, 2, 0), 7).iloc[0]
    assert got["lower"] == got["change"] == got["upper"] == pytest.approx(2 / 7)


def test_many_answers_need_no_half_ones():
    rng = np.random.default_rng(1)
    then = np.where(np.arange(4000) < 2000, rng.random(4000) < 0.4, np.nan)
    now = np.where(
        np.arange(4000) < 2000, np.where(rng.random(4000) < 0.8, then, rng.random(4000) < 0.5), np.nan
    )
    share, mean = (_changes(then, now, 4000, kind).iloc[0] for kind in ("share", "mean"))
    assert share["upper"] - share["lower"] == pytest.approx(mean["upper"] - mean["lower"], rel=2e-3)


def test_answers_that_never_differ_say_where_their_interval_comes_from():
    got = _changes(_answers(6, 0, 1), _answers(6, 0, 1), 7).iloc[0]
    assert got["se"] == 0
    assert got["lower"] < -0.1
    assert got["upper"] == pytest.approx(1 / 7)
    assert got["note"] == "the answers show no error: interval from half an answer more on either side"


def _every_sample(pairs, heard):
    """List every way to hear `heard` members in each wave of a frame of (then, now) pairs: [R, N] twice."""
    size = len(pairs)
    chosen = np.array([[i in c for i in range(size)] for c in combinations(range(size), heard)])
    first, second = (np.array(a) for a in zip(*product(chosen, chosen), strict=True))
    values = np.array(pairs, dtype=float)
    return np.where(first, values[:, 0], np.nan), np.where(second, values[:, 1], np.nan)


def test_six_of_seven_counted_out_in_full():
    cells = [(0, 0), (0, 1), (1, 0), (1, 1)]
    # every frame of seven, told apart by how many members are in each cell
    frames = [
        [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]
        for counts in product(range(8), repeat=4)
        if sum(counts) == 7
    ]
    samples = [_every_sample(pairs, 6) for pairs in frames]
    rows = _changes(np.concatenate([s[0] for s in samples]), np.concatenate([s[1] for s in samples]), 7)
    true = np.repeat([np.diff(np.mean(pairs, axis=0))[0] for pairs in frames], len(samples[0][0]))
    hit = (rows["lower"] - 1e-9 <= true) & (true <= rows["upper"] + 1e-9)
    covered = hit.to_numpy().reshape(len(frames), -1).mean(axis=1)
    assert len(frames) == 120
    assert covered.min() == pytest.approx(46 / 49)
    assert covered.mean() >= 0.975
    # not by saying nothing: the mean width is less than what two answers missing leave open
    assert (rows["upper"] - rows["lower"]).mean() < 4 / 7
