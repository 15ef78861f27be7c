import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.inference import CHANGE_COLUMNS, changes, estimate, holm
from analysis.model import ArgumentError, Design, Measure

PARTS = ["matched_change", "joiners", "leavers", "reclassified"]


def _survey(then, now, *, types=None, unanswered=(), indicator="q"):
    """Lay out two waves of a frame as member -> (y, x) of those who answered; None for those who did not."""
    types = types or {}
    frame, respondents, rows = [], [], []
    for wave, answers in (("2022", then), ("2023", now)):
        for member, value in answers.items():
            home = types.get((wave, member), types.get(member, "city"))
            frame.append((wave, member, home))
            if value is None:
                continue
            respondents.append((wave, member))
            y, x = value if isinstance(value, tuple) else (value, 1.0)
            rows.append((indicator, wave, member, (wave, member) not in unanswered, y, x))
    return (
        Design(
            pd.DataFrame(frame, columns=["wave", "member_id", "stratum"]),
            pd.DataFrame(respondents, columns=["wave", "member_id"]),
        ),
        pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"]),
    )


def _one(survey, kind="mean", dimension="total", segment="all", estimand="members", **settings):
    design, measurements = survey
    measure = Measure("q", kind, estimand, settings.pop("unit", ""), **settings)
    rows = changes(measurements, [measure], design, [("2022", "2023")], (dimension,))
    return rows.set_index("segment").loc[segment]


def _two_strata(seed=3):
    rng = np.random.default_rng(seed)
    members = {f"c{i:02d}": "city" for i in range(12)} | {f"r{i:02d}": "rural" for i in range(20)}
    level = {m: rng.normal(10, 2) for m in members}
    then = {m: level[m] + rng.normal() if rng.random() < 0.75 else None for m in members}
    now = {m: level[m] + 1 + rng.normal() if rng.random() < 0.75 else None for m in members}
    return then, now, members


def test_variance_of_change_is_the_formula_stratum_by_stratum():
    then, now, types = _two_strata()
    got = _one(_survey(then, now, types=types))
    variance = estimate1 = estimate2 = 0.0
    for stratum in ("city", "rural"):
        own = [m for m in types if types[m] == stratum]
        y1 = np.array([then[m] for m in own if then[m] is not None])
        y2 = np.array([now[m] for m in own if now[m] is not None])
        both = [(then[m], now[m]) for m in own if then[m] is not None and now[m] is not None]
        size, n1, n2, nc = len(own), len(y1), len(y2), len(both)
        s12 = np.cov(np.array(both).T)[0, 1]
        share = size / len(types)
        variance += share**2 * (
            (1 - n1 / size) * y1.var(ddof=1) / n1
            + (1 - n2 / size) * y2.var(ddof=1) / n2
            - 2 * (nc / (n1 * n2) - 1 / size) * s12
        )
        estimate1, estimate2 = estimate1 + share * y1.mean(), estimate2 + share * y2.mean()
    assert got["change"] == pytest.approx(estimate2 - estimate1)
    assert got["se"] == pytest.approx(np.sqrt(variance))


def test_change_of_a_total_in_per_cent_by_the_delta_method():
    then, now, types = _two_strata()
    data = _survey(then, now, types=types)
    design, measurements = data
    percent = _one(data, "total")
    own = _one(data, "total", change="own", unit="人")
    level = estimate(measurements, [Measure("q", "total", "members", "")], design).set_index("wave")
    t1, t2 = level.loc["2022", "estimate"], level.loc["2023", "estimate"]
    v1, v2 = level.loc["2022", "se"] ** 2, level.loc["2023", "se"] ** 2
    c = (v1 + v2 - own["se"] ** 2) / 2
    theta = t2 / t1
    assert percent["change"] == pytest.approx(100 * (theta - 1))
    assert percent["se"] == pytest.approx(100 / t1 * np.sqrt(v2 + theta**2 * v1 - 2 * theta * c))
    assert (percent["unit"], own["unit"]) == ("percent", "人")


def test_everybody_answered_both_times_leaves_nothing_uncertain():
    then = {"a": 1.0, "b": 0.0, "c": 0.0}
    now = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 1.0}
    got = _one(_survey(then, now), "share", scale=100.0, unit="%")
    # 1 of 3, then 3 of 4; matched a, b, c: 1 of 3, then 2 of 3; d joins: 3/4 - 2/3
    assert got["change"] == pytest.approx(100 * (3 / 4 - 1 / 3))
    assert got["se"] == 0.0
    assert got["lower"] == got["upper"] == got["change"]
    assert got["p_value"] == 0.0
    assert got["matched_change"] == pytest.approx(100 / 3)
    assert got["joiners"] == pytest.approx(100 * (3 / 4 - 2 / 3))
    assert (got["leavers"], got["n_matched"]) == (0.0, 3)


def test_split_by_hand():
    # city then a=1 b=2 c=6; now a=2 (b has become rural, c has left, d joined with 5), e was rural with 3
    then = {"a": 1.0, "b": 2.0, "c": 6.0, "e": 3.0}
    now = {"a": 2.0, "b": 4.0, "d": 5.0, "e": 7.0}
    types = {("2022", "e"): "rural", ("2023", "b"): "rural"}
    got = _one(_survey(then, now, types=types), dimension="stratum", segment="city", estimand="respondents")
    # B1 = a b c: mean 3; without c 1.5; M = a: 1; then 2; with e (2 + 7)/2 = 4.5; with d 14/3
    assert got["leavers"] == pytest.approx(1.5 - 3)
    assert got["reclassified"] == pytest.approx((1 - 1.5) + (4.5 - 2))
    assert got["matched_change"] == pytest.approx(1.0)
    assert got["joiners"] == pytest.approx(14 / 3 - 4.5)
    assert got["change"] == pytest.approx(14 / 3 - 3)
    assert np.isnan(got["se"])
    assert got["n_matched"] == 1


def test_the_split_adds_up_everywhere(survey):
    design, measurements, measures = survey
    pairs = [("2021", "2022"), ("2022", "2023"), ("2021", "2023")]
    rows = changes(measurements, measures, design, pairs, ("total", "stratum", "stratum*centre_kind"))
    whole = rows[rows["matched_change"].notna()]
    assert len(whole) > 100
    assert (whole["reclassified"] != 0).any()
    gap = (whole[PARTS].sum(axis=1) - whole["change"]).abs()
    assert (gap <= 1e-12 * whole[[*PARTS, "change"]].abs().max(axis=1).clip(lower=1)).all()
    assert {c: str(t) for c, t in rows.dtypes.items()} == CHANGE_COLUMNS


def test_change_of_a_wave_to_itself_is_nothing(survey):
    design, measurements, measures = survey
    rows = changes(measurements, measures, design, [("2022", "2022")], ("total", "stratum"))
    assert (rows[["change", *PARTS]].fillna(0.0) == 0.0).all().all()
    members = rows[rows["indicator"].str.endswith(".members") & rows["change"].notna()]
    assert (members["se"].fillna(0.0) == 0.0).all()
    assert (members["upper"] == 0.0).all()
    assert (members["p_value"] == 1.0).all()


def test_a_break_is_never_a_number():
    then, now, types = _two_strata()
    design, measurements = _survey(then, now, types=types)
    for measure, breaks in (
        (Measure("q", "mean", "members", "", breaks=("2023",)), None),
        (Measure("q.members", "mean", "members", ""), {"q": ("2023",)}),
    ):
        rows = changes(measurements, [measure], design, [("2022", "2023"), ("2022", "2022")], breaks=breaks)
        got = rows.iloc[1]
        assert not got["comparable"]
        assert np.isnan(got[["change", "se", "lower", "upper", "p_value", *PARTS]].astype(float)).all()
        assert got["note"].startswith("not comparable")
        assert rows.iloc[0]["comparable"]
    later = changes(measurements, [Measure("q", "mean", "members", "", breaks=("2022", "2024"))], design,
                    [("2022", "2023")])  # fmt: skip
    assert later["comparable"].all()


def test_no_matched_members_is_a_note_and_no_error():
    then = {"a": 1.0, "b": 2.0, "c": None}
    now = {"d": 3.0, "e": 5.0, "c": None}
    got = _one(_survey(then, now))
    # half-variances 0.25 and 1, a third of the frame missing both times
    assert got["se"] == pytest.approx(np.sqrt((1 - 2 / 3) * (0.25 + 1.0)))
    assert "covariance taken as zero" in got["note"]
    assert got["n_matched"] == 0
    assert np.isnan(got["matched_change"])


def test_shares_that_do_not_vary_get_no_interval_of_zero_width():
    then = {m: 1.0 if m < "d" else None for m in "abcdef"}
    now = {m: 1.0 if m > "b" else None for m in "abcdef"}
    got = _one(_survey(then, now), "share")
    assert got["change"] == 0.0
    assert got["lower"] < -0.2
    assert got["upper"] > 0.2
    assert "half an answer more on either side" in got["note"]
    mean = _one(_survey(then, now), "mean")
    assert np.isnan(mean["lower"])


def test_segments_of_one_wave_alone_have_a_row_without_numbers():
    then, now = {"a": 1.0, "b": 2.0, "c": 3.0}, {"a": 1.0, "b": 2.0}
    got = _one(_survey(then, now, types={"c": "rural"}), dimension="stratum", segment="rural")
    assert np.isnan(got["change"])
    assert got["note"] == "no answers in 2023"


def test_growth_from_nothing_is_undefined():
    got = _one(_survey({"a": 0.0, "b": 0.0, "c": None}, {"a": 1.0, "b": 2.0, "c": 3.0}), "total")
    assert np.isnan(got[["change", "se", "lower", "upper", "p_value", *PARTS]].astype(float)).all()
    assert got["note"] == "undefined: divided by zero"


def test_growth_of_a_total_splits_into_contributions():
    # 10 -> 22: a and b grow by 2 and 1, c (3) leaves, d (12) joins: +3, -3, +12 of 10
    got = _one(_survey({"a": 3.0, "b": 4.0, "c": 3.0}, {"a": 5.0, "b": 5.0, "d": 12.0}), "total")
    assert got["change"] == pytest.approx(120.0)
    assert [got[p] for p in PARTS] == pytest.approx([30.0, 120.0, -30.0, 0.0])
    assert got["se"] == 0.0


def test_p_values_are_adjusted_within_wave_pair_and_dimension(survey):
    design, measurements, measures = survey
    rows = changes(measurements, measures, design, [("2021", "2022"), ("2022", "2023")], ("total", "stratum"))
    for _, family in rows[rows["p_value"].notna()].groupby(["wave", "base_wave", "dimension"]):
        expected = multipletests(family["p_value"].to_numpy(), method="holm")[1]
        assert family["p_adjusted"].to_numpy() == pytest.approx(expected)
    assert rows.loc[rows["p_value"].isna(), "p_adjusted"].isna().all()
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@pytest.mark.parametrize("pairs", [[("2023", "2022")], [("2020", "2023")], []])
def test_pairs_out_of_order_or_unknown_are_refused(pairs):
    design, measurements = _survey({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.0})
    with pytest.raises(ArgumentError) as caught:
        changes(measurements, [Measure("q", "mean", "members", "")], design, pairs)
    assert caught.value.argument == "pairs"


def _simulated_panel(rng, runs, answering, *, turnover=False):
    """Draw a panel of 77 (strata 7/20/50) ``runs`` times, each draw an indicator of its own.

    With turnover five of the last stratum belong to the second in the later wave, four leave, four join.
    """
    then = np.repeat(["s0", "s1", "s2"], [7, 20, 50]).astype(object)
    now = then.copy()
    if turnover:
        now[30:35], now[40:44], then[60:64] = "s1", "", ""
    latent = rng.normal(np.repeat([0.0, 1.0, 2.0], [7, 20, 50]), 1.0)
    frames, tables, means = [], [], []
    for wave, strata, shift in (("2022", then, 0.0), ("2023", now, 0.3)):
        members = np.flatnonzero(strata != "")
        y = (latent + shift + rng.normal(0, 0.6, 77))[members]
        seen = np.zeros((runs, members.size), dtype=bool)
        for h in ("s0", "s1", "s2"):
            at = np.flatnonzero(strata[members] == h)
            rank = rng.random((runs, at.size)).argsort(axis=1).argsort(axis=1)
            seen[:, at] = rank < round(answering * at.size)
        # all return; those not drawn leave the item blank, which without routing is the same sampling
        drawn = np.where(seen, y, np.nan)
        names = [f"m{i:02d}" for i in members]
        frames.append(pd.DataFrame({"wave": wave, "member_id": names, "stratum": strata[members]}))
        columns = {"indicator": np.repeat([f"q{r:04d}" for r in range(runs)], members.size), "wave": wave}
        columns |= {"member_id": names * runs, "asked": True, "y": drawn.ravel(), "x": 1.0}
        tables.append(pd.DataFrame(columns))
        means.append(y.mean())
    frame = pd.concat(frames)
    measures = [Measure(f"q{r:04d}", "mean", "members", "") for r in range(runs)]
    design = Design(frame, frame[["wave", "member_id"]])
    return changes(pd.concat(tables), measures, design, [("2022", "2023")]), means[1] - means[0]


@pytest.mark.parametrize("turnover", [False, True])
@pytest.mark.parametrize("answering", [0.6, 0.85])
def test_standard_error_of_change_is_the_true_one_and_the_interval_covers(answering, turnover):
    rows, true = _simulated_panel(np.random.default_rng(1984), 2000, answering, turnover=turnover)
    assert np.sqrt((rows["se"] ** 2).mean()) == pytest.approx(rows["change"].std(), rel=0.05)
    covered = ((rows["lower"] <= true) & (true <= rows["upper"])).mean()
    assert 0.935 <= covered <= 0.975
