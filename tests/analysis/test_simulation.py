from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.inference import changes
from analysis.model import Design, Measure
from analysis.simulation import PANELS, SCENARIOS, VARIABLES, draw, kept, kept_of_packages, run, seed
from analysis.simulation import results as summary
from analysis.simulation.results import DRAWS, write
from analysis.simulation.tally import COLUMNS, Result, stacked, tally

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "stacked"
SHARES = [v.name for v in VARIABLES if v.kind == "share"]


def _drawn(panel=1, scenario=1, variable=5, draws=200):
    rng = np.random.default_rng(seed(panel, scenario, variable))
    return draw(PANELS[panel], SCENARIOS[scenario], VARIABLES[variable], draws, rng)


def test_so_many_answer_in_each_stratum_and_nobody_from_outside():
    found = _drawn()
    for wave in (0, 1):
        assert not found.seen[wave][:, found.stratum[wave] < 0].any()
        for h in range(3):
            at = found.stratum[wave] == h
            assert (found.seen[wave][:, at].sum(axis=1) == max(2, round(0.7 * at.sum()))).all()


def test_every_member_is_heard_as_often_as_the_others():
    found = _drawn(scenario=4, draws=2000)
    heard = found.seen[1].mean(axis=0)
    expected = np.array([5 / 7, 14 / 20, 35 / 50])[found.stratum[1]]
    assert np.abs(heard - expected).max() < 5 * np.sqrt(0.25 / 2000)


@pytest.mark.parametrize(("scenario", "both"), [(5, 1.0), (4, 0.7)])
def test_response_is_as_correlated_as_it_says(scenario, both):
    found = _drawn(scenario=scenario, draws=1000)
    assert (found.seen[0] & found.seen[1]).sum() / found.seen[0].sum() == pytest.approx(both, abs=0.01)


def test_turnover_moves_joins_and_leaves():
    then, now = _drawn().stratum
    assert (then < 0).sum() == (now < 0).sum() == 77 // 20
    assert ((then == 2) & (now == 1)).sum() == 5
    assert (_drawn(scenario=4).stratum[0] == _drawn(scenario=4).stratum[1]).all()


def test_a_blank_item_samples_as_a_member_that_did_not_return():
    found = _drawn(draws=1)
    names = np.array([f"m{i:03d}" for i in range(found.stratum.shape[1])])
    frames, heard, rows = [], [], []
    for wave, label in enumerate(("1", "2")):
        at = found.stratum[wave] >= 0
        strata = found.stratum[wave][at].astype(str)
        frames.append(pd.DataFrame({"wave": label, "member_id": names[at], "stratum": strata}))
        seen = found.seen[wave][0]
        heard.append(pd.DataFrame({"wave": label, "member_id": names[seen]}))
        rows.append(heard[-1].assign(indicator="q", asked=True, y=found.y[wave][0][seen], x=1.0))
    design = Design(pd.concat(frames), pd.concat(heard))
    measures = [Measure("q", "mean", "members", "1")]
    one = changes(pd.concat(rows), measures, design, [("1", "2")]).iloc[0]
    blank = run([1], [1], [5], draws=1)
    blank = blank[(blank["estimator"] == "change of mean") & (blank["segment"] == "total")].iloc[0]
    level = np.mean(found.y[1][0][found.stratum[1] >= 0])
    assert (one["upper"] - one["lower"]) / level == pytest.approx(blank["width"], rel=1e-9)


def test_a_tally_by_hand():
    truth = np.zeros(4)
    result = Result(
        estimate=np.array([1.0, -1.0, 3.0, 1.0]),
        se=np.array([1.0, 1.0, 1.0, 3.0]),
        lower=np.array([-1.0, -3.0, 1.0, np.nan]),
        upper=np.array([3.0, 1.0, 5.0, np.nan]),
        warned=np.array([False, False, True, True]),
    )
    got = tally(result, truth, np.ones(4))
    assert got["draws"] == 4
    assert got["with_interval"] == 0.75
    assert got["bias"] == pytest.approx(1 / np.sqrt(3))
    assert got["se_ratio"] == pytest.approx(1.0)
    assert got["coverage"] == pytest.approx(2 / 3)
    assert got["coverage_error"] == pytest.approx(np.sqrt(2 / 9 / 3))
    assert got["width"] == 4.0
    assert got["warned"] == 0.5
    assert got["coverage_unwarned"] == 1.0


def test_the_stacked_design_is_that_of_the_packages():
    theirs = pd.read_csv(REFERENCE / "stacked.csv")
    packages = set(theirs["package"])
    assert {p.split()[0] for p in packages} == {"R", "svy"}
    names = [v.name for v in VARIABLES]
    for (way, variable, corrected), rows in theirs.groupby(["way", "variable", "corrected"]):
        found = _drawn(1, way, names.index(variable), 500)
        estimate, se, _ = stacked(found, "mean", found.stratum >= 0, change=True, corrected=corrected)
        assert estimate[rows["draw"]] == pytest.approx(rows["estimate"].to_numpy(), rel=1e-7, abs=1e-12)
        assert se[rows["draw"]] == pytest.approx(rows["se"].to_numpy(), rel=1e-7, abs=1e-12)
        assert set(rows["df"]) == set((found.seen[0] | found.seen[1])[rows["draw"]].sum(axis=1) - 3)


def test_the_same_seed_gives_the_same_bytes_whatever_else_is_drawn(tmp_path):
    write(run([0], [1, 5], [0, 8], draws=30), tmp_path / "both.csv")
    write(run([0], [1], [0], draws=30), tmp_path / "one.csv")
    write(run([0], [1], [0], draws=30), tmp_path / "again.csv")
    one = (tmp_path / "one.csv").read_bytes()
    assert one == (tmp_path / "again.csv").read_bytes()
    assert (tmp_path / "both.csv").read_bytes().startswith(one)


def test_the_kept_table_is_what_the_code_gives(tmp_path):
    write(run([0], [5], [0], draws=DRAWS), tmp_path / "part.csv")
    part = pd.read_csv(tmp_path / "part.csv")
    table = kept()
    same = table[
        (table["panel"] == "3/7/20") & (table["response"] == 0.7) & (table["correlation"] == 1.0)
        & (table["variable"] == "share 0.02")
    ]  # fmt: skip
    assert tuple(table.columns) == COLUMNS
    numbers = table.select_dtypes("number").columns
    assert same[numbers].to_numpy() == pytest.approx(part[numbers].to_numpy(), abs=2e-4, nan_ok=True)


def test_the_kept_table_has_every_cell():
    table = kept()
    assert set(table["panel"]) == {p.name for p in PANELS}
    cells = table[["panel", "response", "correlation", "turnover", "variable"]].drop_duplicates()
    assert len(cells) == len(PANELS) * len(SCENARIOS) * len(VARIABLES)


def test_where_all_answered_nothing_is_left_to_chance():
    full = kept().query("response == 1")
    assert (full["coverage"] == 1).all()
    assert (full["width"] == 0).all()


def _below(rows, goal):
    """Select cells whose coverage is below a goal by more than three errors of the simulation."""
    error = np.sqrt(goal * (1 - goal) / rows["draws"])
    return rows[rows["coverage"] < goal - 3 * error]


def test_levels_of_shares_cover_as_they_say():
    rows = kept().query("quantity == 'level'")
    rows = rows[rows["variable"].isin(SHARES)]
    assert len(_below(rows[rows["estimator"] == "share, exact"], 0.95)) == 0
    assert len(_below(rows, 0.94)) == 0


def test_changes_of_shares_cover_as_they_say():
    rows = kept().query("estimator == 'change of share'")
    assert len(_below(rows, 0.94)) == 0
    assert 0.955 <= rows.query("response < 1")["coverage"].mean() <= 0.99


def test_standard_errors_of_even_amounts_and_shares_are_the_true_ones():
    rows = summary.by_estimator(kept()).set_index(["variable", "estimator"])
    for key in [("amount even", "mean"), ("amount even", "change of mean"), ("share 0.5", "change of share")]:
        assert 0.97 <= rows.loc[key, "se_ratio"] <= 1.03, key


def test_what_falls_short_is_mostly_warned_of():
    rows = summary.by_warning(kept())
    assert rows["mostly"].iloc[0] >= 0.85
    assert rows["warned"].is_monotonic_decreasing


def test_the_packages_understate_changes_where_other_members_answer():
    rows = kept_of_packages()
    corrected = rows["tool"].str.endswith("with fpc")
    apart = rows["correlation"] == 0
    assert (rows.loc[corrected & apart, "coverage"] < 0.85).all()
    assert (rows.loc[~corrected & apart, "se_ratio"] > 1.25).all()
    assert (rows["difference"] < 1e-6).all()


@pytest.mark.slow
def test_a_part_of_the_study_anew():
    rows = run([0, 1], [1, 4, 6], draws=400)
    shares = rows[rows["variable"].isin(SHARES)]
    assert len(_below(shares, 0.94)) == 0
    even = summary.by_estimator(rows).set_index(["variable", "estimator"])
    # three errors of a mean of six cells of 400 draws
    within = 3 / np.sqrt(2 * 400 * 6)
    assert even.loc[("amount even", "mean"), "se_ratio"] == pytest.approx(0.99, abs=within)
    assert even.loc[("amount even", "change of mean"), "se_ratio"] == pytest.approx(0.99, abs=within)
    assert 0.93 <= even.loc[("amount even", "change of mean"), "coverage"] <= 0.975
    assert even.loc[("amount even", "change of mean"), "fpc_coverage"] < 0.9
