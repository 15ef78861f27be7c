"""What leaves the house: no figure on fewer than three members, nor one that gives such a figure away."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from survey.archive import Archive
from survey.data.edition_tables import csv_frames
from survey.figures import Figures, compute_figures

NUMBERS = ["estimate", "se", "lower", "upper"]
BOTH = ["dimension", "segment"]
COLUMNS = {
    "estimates": [
        "indicator",
        "wave",
        "dimension",
        "segment",
        "estimate",
        "se",
        "lower",
        "upper",
        "level",
        "method",
        "unit",
        "n",
        "N",
        "n_effective",
        "status",
    ],
    "changes": [
        "indicator",
        "wave",
        "base_wave",
        "dimension",
        "segment",
        "change",
        "unit",
        "se",
        "lower",
        "upper",
        "largest",
        "p_value",
        "p_adjusted",
        "n_matched",
        "matched_change",
        "joiners",
        "leavers",
        "reclassified",
        "comparable",
        "note",
    ],
    "comparisons": [
        "indicator",
        "wave",
        "dimension",
        "test",
        "statistic",
        "p_value",
        "p_adjusted",
        "effect",
        "effect_lower",
        "effect_upper",
        "pairs",
    ],
    "backtest": ["indicator", "segment", "published", "computed", "verdict", "reason"],
}


@pytest.fixture(scope="module")
def csv(edition_2023):
    """Return the frames of the published edition as another program reads them."""
    return {name: pd.read_csv(edition_2023.folder / "data" / f"{name}.csv") for name in COLUMNS}


def test_the_files_have_the_columns_others_rely_on(csv):
    assert {name: table.columns.tolist() for name, table in csv.items()} == COLUMNS


def test_no_estimate_on_fewer_than_three_members_is_released(csv):
    table = csv["estimates"]
    released = table[table["status"] == "released"]
    assert released["n"].min() == 3
    hidden = table[table["status"] != "released"]
    assert len(hidden) > 0
    assert hidden[NUMBERS].isna().all(axis=None)
    assert (table.loc[(table["n"] > 0) & (table["n"] < 3), "status"] == "suppressed").all()


def test_parts_do_not_give_a_withheld_segment_away(csv):
    """Where one segment of a dimension is withheld, another is too, or its total is."""
    table = csv["estimates"]
    table = table[table["n"] > 0]
    totals = table[table["dimension"] == "total"].set_index(["indicator", "wave"])["status"]
    # no median follows from the medians of others
    parts = table[table["dimension"].isin(["bank_type", "centre_kind"])]
    parts = parts[~parts["indicator"].str.startswith("staff_median")]
    for key, rows in parts.groupby(["indicator", "wave", "dimension"]):
        withheld = (rows["status"] == "suppressed").sum()
        assert withheld != 1 or totals[key[:2]] == "suppressed", key


def test_changes_rest_on_released_figures_of_both_waves(csv):
    estimates = csv["estimates"]
    open_cells = set(
        estimates.loc[estimates["status"] == "released", ["indicator", "wave", *BOTH]].itertuples(
            index=False, name=None
        )
    )
    for row in csv["changes"].itertuples():
        if not pd.isna(row.change):
            assert (row.indicator, row.wave, row.dimension, row.segment) in open_cells
            assert (row.indicator, row.base_wave, row.dimension, row.segment) in open_cells
        if not pd.isna(row.matched_change):
            assert row.n_matched >= 3


def test_pairs_of_a_withheld_segment_are_dropped(csv):
    estimates = csv["estimates"]
    own = estimates[estimates["wave"] == 2023].set_index(["indicator", *BOTH])["status"]
    kept = dropped = 0
    for row in csv["comparisons"].itertuples():
        segments = own.loc[(row.indicator, row.dimension)]
        released = {segment for segment, status in segments.items() if status == "released"}
        answered = {segment for segment, status in segments.items() if status != "empty"}
        pairs = {frozenset((pair["a"], pair["b"])) for pair in json.loads(row.pairs)}
        assert pairs == {frozenset((a, b)) for a in released for b in released if a < b}
        kept += len(pairs)
        dropped += len(answered) * (len(answered) - 1) // 2 - len(pairs)
    assert kept > 0
    assert dropped > 0


@pytest.fixture
def lone_city_bank(answered, tmp_path):
    """Two of three city banks did not answer: one is left."""
    for member in ("E5", "F6"):
        (answered.returns() / f"2023_{member}.xlsx").unlink()
    answered.send("D4", channels__app="否")
    answered.send("A1", wave="2022")
    return compute_figures(Archive(answered.programme, tmp_path / "archive"), "2023")


def test_a_lone_member_is_withheld_with_what_would_give_it_away(lone_city_bank):
    table = csv_frames(lone_city_bank, pd.DataFrame(columns=COLUMNS["backtest"]))["estimates"]
    own = table[(table["wave"] == "2023") & (table["indicator"] == "ch_app")].set_index(BOTH)
    assert own.loc[("bank_type", "city"), "status"] == "suppressed"
    assert own.loc[("bank_type", "city"), ["n", "N", "n_effective"]].isna().all()
    # with all and city known, large is known
    assert own.loc[("bank_type", "large"), "status"] == "suppressed"
    assert own.loc[("total", "all"), ["n", "status"]].tolist() == [4, "released"]
    text = io.StringIO()
    own.loc[[("bank_type", "city")]].to_csv(text)
    assert pd.isna(own.loc[("bank_type", "city"), "estimate"])
    comparisons = csv_frames(lone_city_bank, pd.DataFrame(columns=COLUMNS["backtest"]))["comparisons"]
    assert set(comparisons.loc[comparisons["dimension"] == "bank_type", "pairs"]) == {"[]"}


def test_no_test_depends_on_a_withheld_answer(answered, tmp_path):
    """Whatever the lone city bank answers, the tests and their adjustments stay the same."""
    for member in ("E5", "F6"):
        (answered.returns() / f"2023_{member}.xlsx").unlink()
    answered.send("A1", wave="2022")
    figures = compute_figures(Archive(answered.programme, tmp_path / "archive"), "2023")
    lone = figures.frame.query("wave == '2023' and bank_type == 'city'").merge(figures.respondents)[
        "member_id"
    ]
    assert len(lone) == 1
    own = figures.measurements["member_id"].isin(lone) & (figures.measurements["indicator"] == "ch_app")
    other = figures.measurements.assign(
        y=figures.measurements["y"].where(~own, 1 - figures.measurements["y"])
    )
    tables = []
    for answers in (figures.measurements, other):
        told = Figures(figures.programme, "2023", figures.clean)
        told.__dict__["measurements"] = answers
        table = csv_frames(told, pd.DataFrame(columns=COLUMNS["backtest"]))["comparisons"]
        tables.append(table[table["dimension"] == "bank_type"].reset_index(drop=True))
    pd.testing.assert_frame_equal(*tables)


def test_a_first_wave_has_no_changes_and_all_else(answered, tmp_path):
    answered.send("A1", wave="2022")
    figures = compute_figures(Archive(answered.programme, tmp_path / "archive"), "2022")
    frames = csv_frames(figures, pd.DataFrame(columns=COLUMNS["backtest"]))
    assert figures.before is None
    assert (len(frames["changes"]), frames["changes"].columns.tolist()) == (0, COLUMNS["changes"])
    total = frames["estimates"].set_index(["indicator", *BOTH])["status"]
    assert total[("ch_app", "total", "all")] == "suppressed"
