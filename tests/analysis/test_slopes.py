"""Slopes over many waves: against R, by hand, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.inference import slopes
from analysis.inference.slopes import fit_equation
from analysis.model import ArgumentError, Design, Measure

PANEL = pd.read_csv(Path(__file__).parents[1] / "reference" / "gee_panel.csv", dtype={"wave": str})
TYPES = ("city", "joint_stock", "large", "rural")


def _equation(indicator, link):
    rows = PANEL[PANEL["indicator"] == indicator]
    x = np.column_stack([*(rows["stratum"] == t for t in TYPES), rows["wave"].astype(int) - 2019]).astype(
        float
    )
    return fit_equation(rows["y"].to_numpy(dtype=float), x, pd.factorize(rows["member_id"])[0], link), rows, x


def test_equations_against_geepack():
    # R 4.2.2, geepack 1.3-9: geeglm(y ~ 0 + stratum + year, id = member, family, corstr = "exchangeable");
    # it estimates the correlation with other divisors (0.4366 and 0.4648) and its errors lack the correction
    logit, _, _ = _equation("share0", "logit")
    assert logit.coefficients == pytest.approx([-0.19147, -0.25248, 0.07991, -0.61883, 0.40918], abs=1e-3)
    plain = np.array([0.30898, 0.41624, 0.52494, 0.27941, 0.06739])
    ratio = np.sqrt(np.diag(logit.covariance)) / plain
    assert ((ratio > 1.0) & (ratio < 1.2)).all()
    assert logit.correlation == pytest.approx(0.4366, abs=0.003)
    log, _, _ = _equation("total0", "log")
    assert log.coefficients == pytest.approx([4.82468, 5.01682, 4.35055, 4.71522, 0.36924], abs=1e-3)
    assert log.df == 106


def test_the_corrected_sandwich_by_hand():
    fit, rows, x = _equation("share0", "line")
    y, groups = rows["y"].to_numpy(dtype=float), pd.factorize(rows["member_id"])[0]
    parts, bread = [], np.zeros((5, 5))
    for g in np.unique(groups):
        own = groups == g
        r = np.full((own.sum(),) * 2, fit.correlation)
        np.fill_diagonal(r, 1.0)
        parts.append((x[own], np.linalg.inv(r), y[own] - x[own] @ fit.coefficients))
        bread += x[own].T @ np.linalg.inv(r) @ x[own]
    bread, meat = np.linalg.inv(bread), np.zeros((5, 5))
    for own, inverse, residual in parts:
        leverage = own @ bread @ own.T @ inverse
        score = own.T @ inverse @ np.linalg.solve(np.eye(len(residual)) - leverage, residual)
        meat += np.outer(score, score)
    assert fit.covariance == pytest.approx(bread @ meat @ bread, rel=1e-6)


def test_an_unknown_link_is_refused():
    with pytest.raises(ArgumentError, match="link: expected one of logit, log, line, got 'probit'"):
        _equation("share0", "probit")


@pytest.fixture(scope="module")
def five_waves(panel):
    frame, respondents, measurements = panel("slopes", waves=("2019", "2020", "2021", "2022", "2023"))
    return Design(frame, respondents), measurements


SHARE = Measure("share0", "share", "respondents", "%", 100.0)
TOTAL = Measure("total0", "total", "respondents", "人")


def test_the_slope_of_a_share_is_its_change_at_the_last_frame(five_waves):
    design, measurements = five_waves
    row = slopes(measurements, [SHARE], design).iloc[0]
    fit, _, _ = _equation("share0", "logit")
    last = design.frame[design.frame["wave"] == "2023"]["stratum"].value_counts(normalize=True)
    level = [
        sum(
            last[t] / (1 + np.exp(-(a + fit.coefficients[4] * year)))
            for t, a in zip(TYPES, fit.coefficients, strict=False)
        )
        for year in (0, 4)
    ]
    assert row["slope"] == pytest.approx(100 * (level[1] - level[0]) / 4, rel=1e-6)
    assert (row["first_wave"], row["last_wave"], row["waves"]) == ("2019", "2023", 5)
    assert row["unit"] == "percentage points"
    assert row["lower"] < row["slope"] < row["upper"]
    assert row["p_value"] == row["p_adjusted"] < 0.001
    assert row["note"] == f"{row['n_members']} members behind the line, 87 in the frame of 2023"


def test_the_growth_of_a_total_is_a_rate(five_waves):
    design, measurements = five_waves
    row = slopes(measurements, [TOTAL], design).iloc[0]
    fit, _, _ = _equation("total0", "log")
    assert row["slope"] == pytest.approx(100 * np.expm1(fit.coefficients[4]), rel=1e-6)
    error = np.sqrt(fit.covariance[4, 4])
    assert row["lower"] == pytest.approx(100 * np.expm1(fit.coefficients[4] - 1.98260 * error), rel=1e-4)
    assert row["unit"] == "percent"


def test_the_unit_of_an_amount_does_not_matter(five_waves):
    design, measurements = five_waves
    millions = measurements.assign(y=measurements["y"] * 1e6)
    columns = ["slope", "se", "lower", "upper", "p_value"]
    one, other = (slopes(rows, [TOTAL], design).loc[0, columns] for rows in (measurements, millions))
    assert other.to_numpy(dtype=float) == pytest.approx(one.to_numpy(dtype=float), rel=1e-6)


def test_segments_have_slopes_of_their_own_and_a_test_of_one(five_waves):
    design, measurements = five_waves
    rows = slopes(measurements, [SHARE, TOTAL], design, ("stratum", "centre_kind"))
    assert len(rows) == 14
    # segments of one model share the test of one slope
    spread = rows.groupby(["indicator", "dimension"])["p_equal"].agg(["min", "max"])
    assert (spread["min"] == spread["max"]).all()
    large = rows[(rows["segment"] == "large") & (rows["indicator"] == "share0")].iloc[0]
    assert (large["n_members"], large["df"]) == (7, 5.0)


def _steady(change, waves=("2019", "2020", "2021", "2022"), members=30):
    """Make a panel in which city members' amounts rise by `change` a year and rural ones stand still."""
    rng = np.random.default_rng(5)
    frame, rows = [], []
    for i in range(members):
        home, own = ("city", "rural")[i % 2], rng.normal(50, 5)
        for t, wave in enumerate(waves):
            # city members leave one by one, rural ones join: the mix moves against the change
            if (home == "city" and i < 6 * t) or (
                home == "rural" and i >= members - 6 * (len(waves) - 1 - t)
            ):
                continue
            frame.append((wave, f"m{i}", home))
            value = own + (20 if home == "city" else 0) + change * t * (home == "city") + rng.normal(0, 0.1)
            rows.append(("q", wave, f"m{i}", True, value, 1.0))
    table = pd.DataFrame(frame, columns=["wave", "member_id", "stratum"])
    measurements = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    return Design(table, table[["wave", "member_id"]]), measurements


def test_a_changing_membership_is_no_slope():
    design, measurements = _steady(0.0)
    plain = measurements.groupby("wave")["y"].mean()
    assert plain.iloc[-1] - plain.iloc[0] < -5
    row = slopes(measurements, [Measure("q", "mean", "respondents", "秒")], design).iloc[0]
    assert abs(row["slope"]) < 0.1
    assert (row["unit"], row["comparable"]) == ("秒", True)


def test_segments_that_go_apart_are_told_apart():
    design, measurements = _steady(2.0)
    rows = slopes(measurements, [Measure("q", "mean", "respondents", "秒")], design, ("stratum",)).set_index(
        "segment"
    )
    assert rows.loc["city", "slope"] == pytest.approx(2.0, abs=0.1)
    assert rows.loc["rural", "slope"] == pytest.approx(0.0, abs=0.1)
    assert (rows["p_equal"] < 1e-6).all()


def test_a_break_stops_the_line(five_waves):
    design, measurements = five_waves
    cut = slopes(measurements, [SHARE], design, breaks={"share0": ["2021"]}).iloc[0]
    assert (cut["first_wave"], cut["waves"]) == ("2021", 3)
    alone = Design(
        design.frame[design.frame["wave"] >= "2021"], design.respondents[design.respondents["wave"] >= "2021"]
    )
    own = slopes(measurements[measurements["wave"] >= "2021"], [SHARE], alone).iloc[0]
    assert own["slope"] == pytest.approx(cut["slope"])
    refused = slopes(measurements, [SHARE, TOTAL], design, ("stratum",), breaks={"share0": ["2022"]}).iloc[0]
    assert (refused["indicator"], refused["segment"], refused["comparable"]) == ("share0", "*", False)
    assert refused["note"] == (
        "2 waves since the break before 2022: a slope needs three; tell two waves apart by trends.changes"
    )
    assert np.isnan(refused["slope"])


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (
            "2020",
            "design: expected at least three waves for a slope, got 2019, 2020; tell two waves apart by trends.changes.",
        ),
        ("2030", "last: expected one of 2019, 2020, 2021, 2022, 2023, got '2030'; choose one of these."),
    ],
)
def test_too_few_waves_are_refused(five_waves, last, message):
    design, measurements = five_waves
    with pytest.raises(ArgumentError) as caught:
        slopes(measurements, [SHARE], design, last=last)
    assert str(caught.value) == message


def _shares(*answers):
    """Lay out city members' answers wave by wave beside ten rural members whose answers come and go."""
    frame, rows = [], []
    for t, yes in enumerate(answers):
        wave = str(2020 + t)
        for i in range(10):
            for home, value in (("city", float(i < yes)), ("rural", float((i + t) % 3 == 0))):
                frame.append((wave, f"{home}{i}", home))
                rows.append(("q", wave, f"{home}{i}", True, value, 1.0))
    table = pd.DataFrame(frame, columns=["wave", "member_id", "stratum"])
    measurements = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    return Design(table, table[["wave", "member_id"]]), measurements


def test_shares_that_never_vary_stand_still():
    design, measurements = _shares(10, 10, 10)
    measure = Measure("q", "share", "respondents", "%", 100.0)
    rows = slopes(measurements, [measure], design, ("stratum", "total")).set_index("segment")
    assert rows.loc["city", "slope"] == 0.0
    assert rows.loc["city", "note"] == "all answers of all waves are equal"
    assert np.isfinite(rows.loc["all", "slope"])
    # half of the frame never varies, so the whole moves half as much
    assert rows.loc["all", "slope"] == pytest.approx(rows.loc["rural", "slope"] / 2, abs=1e-6)


def test_answers_parted_by_the_years_get_a_straight_line():
    design, measurements = _shares(0, 0, 10)
    measure = Measure("q", "share", "respondents", "%", 100.0)
    row = slopes(measurements, [measure], design, ("stratum",)).set_index("segment").loc["city"]
    assert row["method"] == "estimating equation, straight line, members as clusters"
    assert row["slope"] == pytest.approx(50.0)


def test_segments_below_the_minimum_get_no_numbers(five_waves):
    design, measurements = five_waves
    rows = slopes(measurements, [SHARE], design, ("stratum",), minimum_base=8).set_index("segment")
    assert np.isnan(rows.loc["large", "slope"])
    assert rows.loc["large", "note"] == "fewer than 8 members behind one of the waves"
    assert np.isfinite(rows.loc["city", "slope"])


def test_quarters_are_parts_of_a_year():
    design, measurements = _steady(2.0, waves=("2022Q1", "2022Q2", "2022Q3", "2022Q4"))
    measure = Measure("q", "mean", "respondents", "秒")
    rows = slopes(measurements, [measure], design, ("stratum",)).set_index("segment")
    assert rows.loc["city", "slope"] == pytest.approx(8.0, abs=0.4)
