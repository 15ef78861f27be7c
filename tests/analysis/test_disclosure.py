"""What may be published: primary and secondary suppression, changes, failing closed."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import model
from analysis.disclosure import (
    Nesting,
    Policy,
    comparisons_as_printed,
    release,
    release_changes,
    release_matched,
    release_turnover,
    require_released,
)
from analysis.disclosure.suppression import additive_sums, determined_cells, protecting_cells
from analysis.model import AnalysisError


@dataclass(frozen=True)
class Measure:
    indicator: str
    kind: str
    source: str


MEASURES = {
    "app": Measure("app", "share", "app"),
    "app.members": Measure("app.members", "share", "app"),
    "calls": Measure("calls", "total", "calls"),
}
TYPES = ("large", "joint_stock", "city", "rural")


def rows(bases, indicator="app", dimension="stratum", estimate=50.0):
    return [
        {
            "indicator": indicator, "wave": "2023", "segment": segment,
            "dimension": "total" if segment == "all" else dimension,
            "estimate": estimate, "se": 1.0, "lower": 40.0, "upper": 60.0, "n": n, "N": 100,
        }
        for segment, n in bases.items()
    ]  # fmt: skip


def decided(frame, policy=None, contributions=None):
    out = release(pd.DataFrame(frame), MEASURES, policy or Policy(), contributions)
    return dict(zip(out["segment"], zip(out["status"], out["reason"], strict=True), strict=True)), out


def by_types(*bases):
    return {"all": sum(bases), **dict(zip(TYPES, bases, strict=True))}


def test_enough_members_everywhere():
    found, out = decided(rows(by_types(8, 20, 21, 24)))
    assert set(found.values()) == {("released", "")}
    assert out["estimate"].notna().all()


def test_a_lone_small_segment_takes_the_next_smallest_with_it():
    found, out = decided(rows(by_types(2, 20, 21, 24)))
    assert found["large"] == ("suppressed", "fewer than 3 members")
    assert found["joint_stock"] == ("suppressed", "protects another cell")
    assert [found[name][0] for name in ("all", "city", "rural")] == ["released"] * 3
    hidden = out[out["status"] != "released"]
    assert hidden[["estimate", "se", "lower", "upper"]].isna().all(axis=None)
    assert hidden["n"].tolist() == [2, 20]


def test_two_small_segments_that_add_up_to_enough_are_left_alone():
    found, _ = decided(rows(by_types(2, 2, 21, 24)))
    assert [found[name][0] for name in TYPES] == ["suppressed", "suppressed", "released", "released"]


def test_two_small_segments_that_do_not_add_up_need_a_third():
    found, _ = decided(rows(by_types(1, 1, 21, 24)))
    assert found["city"] == ("suppressed", "protects another cell")
    assert found["rural"][0] == "released"


def test_no_subtraction_without_a_total():
    found, _ = decided([row for row in rows(by_types(2, 20, 21, 24)) if row["segment"] != "all"])
    assert found["joint_stock"][0] == "released"


def test_a_lone_segment_hides_the_total():
    found, _ = decided(rows({"all": 2, "large": 2}))
    assert {status for status, _ in found.values()} == {"suppressed"}
    found, _ = decided(rows({"all": 9, "large": 2, "city": 0}))
    assert found["all"] == ("suppressed", "protects another cell")


def test_an_empty_segment_protects_nothing_and_is_named_so():
    found, _ = decided(rows(by_types(0, 2, 21, 24)))
    assert found["large"] == ("empty", "nobody answered")
    assert found["city"] == ("suppressed", "protects another cell")


def test_a_missing_base_is_not_released():
    found, _ = decided(rows(by_types(8, np.nan, 21, 24)))
    assert found["joint_stock"] == ("suppressed", "base not known")


def test_both_estimands_of_a_question_are_hidden_together():
    frame = rows(by_types(8, 20, 21, 24)) + rows(by_types(8, 20, 21, 24), "app.members")
    frame[1]["n"] = 2
    _, out = decided(frame)
    hidden = out[out["status"] == "suppressed"]
    assert sorted(hidden["segment"]) == ["joint_stock", "joint_stock", "large", "large"]


def test_unanimous_shares_are_the_policys_choice():
    frame = rows(by_types(8, 20, 21, 24))
    frame[1]["estimate"] = 100.0
    assert decided(frame)[0]["large"][0] == "released"
    found, _ = decided(frame, Policy(allow_unanimous=False))
    assert found["large"] == ("suppressed", "all members gave the same answer")


def crossed(cells):
    return [
        {**row, "dimension": "stratum*centre_kind"}
        for row in rows({key.replace("/", "*"): n for key, n in cells.items()})
    ]


def test_a_crossed_cell_is_protected_along_both_of_its_margins():
    cells = {"large/debit": 2, "large/credit": 9, "city/debit": 8, "city/credit": 10}
    frame = rows({"all": 29, "large": 11, "city": 18}) + crossed(cells)
    frame += rows({"debit": 10, "credit": 19}, dimension="centre_kind")
    found, _ = decided(frame)
    assert {name for name, (status, _) in found.items() if status == "suppressed"} == {
        "large*debit", "large*credit", "city*debit", "city*credit",
    }  # fmt: skip


def test_a_group_of_segments_gives_nothing_away():
    groups = {"large": "lj", "joint_stock": "lj", "city": "cr", "rural": "cr"}
    frame = rows(by_types(2, 20, 2, 24)) + rows({"lj": 22, "cr": 26}, dimension="bank_group")
    open_, _ = decided(frame)
    assert open_["joint_stock"][0] == "released"
    found, _ = decided(frame, Policy(nestings=(Nesting("stratum", "bank_group", groups),)))
    assert [found[name][0] for name in TYPES] == ["suppressed"] * 4
    assert found["lj"][0] == "released"


def lattice(rows_, columns, bases):
    """Make a crossed table with both margins and the total from the bases of its cells."""
    table = dict(zip([(a, b) for a in rows_ for b in columns], bases, strict=True))
    cells = {("stratum*centre_kind", f"{a}*{b}"): float(n) for (a, b), n in table.items()}
    cells |= {("stratum", a): float(sum(table[a, b] for b in columns)) for a in rows_}
    cells |= {("centre_kind", b): float(sum(table[a, b] for a in rows_)) for b in columns}
    return cells | {("total", "all"): float(sum(bases))}


def first_reasons(bases, policy):
    return {
        cell: "empty" if n == 0 else "few" if n < policy.minimum_base else "" for cell, n in bases.items()
    }


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 9, 20]), min_size=12, max_size=12))
def test_no_sensitive_cell_follows_from_what_is_shown(bases):
    policy = Policy()
    cells = lattice(TYPES, ("debit", "credit", "combined"), bases)
    reasons = first_reasons(cells, policy)
    sensitive = {cell for cell, reason in reasons.items() if reason == "few"}
    hidden = sensitive | protecting_cells(reasons, cells, policy)
    sums = [
        (whole, [part for part in parts if reasons[part] != "empty"])
        for whole, parts in additive_sums(list(cells), ())
        if reasons[whole] != "empty"
    ]
    assert not determined_cells(hidden, sums) & sensitive


def test_a_cell_that_follows_from_safe_sums_is_found():
    hidden = {("t", f"{a}*{b}") for a, b in ("11", "12", "21", "22", "23", "33", "34", "43", "44")}
    sums = [(("rows", str(i)), [cell for cell in hidden if cell[1][0] == str(i)]) for i in range(1, 5)]
    sums += [(("columns", str(i)), [cell for cell in hidden if cell[1][2] == str(i)]) for i in range(1, 5)]
    assert all(len(parts) >= 2 for _, parts in sums)
    assert determined_cells(hidden, sums) == {("t", "2*3")}


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([90.0, 3, 3, 2, 2], "suppressed"),
        ([50.0, 47, 1, 1, 1], "suppressed"),
        ([30.0, 25, 20, 15, 10], "released"),
        ([30.0, 25, 20, np.nan, 10], "suppressed"),
        ([0.0, 0, 0], "released"),
    ],
)
def test_one_member_must_not_be_readable_from_a_total(parts, status):
    frame = rows(by_types(5, 20, 21, 24), "calls")
    contributions = pd.DataFrame(
        {
            "indicator": "calls", "wave": "2023", "dimension": "stratum", "segment": "large",
            "contribution": parts,
        }
    )  # fmt: skip
    found, _ = decided(frame, contributions=contributions)
    assert found["large"][0] == status
    if status == "suppressed":
        assert found["large"][1] == "one member dominates"
        assert found["joint_stock"] == ("suppressed", "protects another cell")


def test_rows_and_index_come_back_as_they_were():
    frame = pd.DataFrame(rows(by_types(2, 20, 21, 24))).iloc[::-1]
    out = release(frame, MEASURES, Policy())
    assert out.index.equals(frame.index)
    assert out["segment"].tolist() == frame["segment"].tolist()
    assert "status" not in frame.columns


def change_rows(segments):
    return pd.DataFrame(
        [
            {
                "indicator": "app", "wave": "2023", "base_wave": "2022", "dimension": "stratum",
                "segment": name, "change": 1.0, "se": 1.0, "lower": -1.0, "upper": 3.0, "p_value": 0.4,
                "n_matched": matched, "matched_change": 1.5,
            }
            for name, matched in segments.items()
        ]
    )  # fmt: skip


def test_a_change_of_a_hidden_cell_is_hidden():
    now = pd.DataFrame(rows(by_types(8, 20, 21, 24)))
    before = pd.DataFrame(rows(by_types(2, 20, 21, 24))).assign(wave="2022")
    cells = release(pd.concat([now, before], ignore_index=True), MEASURES, Policy())
    out = release_changes(
        change_rows({"large": 2, "joint_stock": 15, "city": 2, "nowhere": 9}), cells, Policy()
    )
    assert out["status"].tolist() == ["suppressed", "suppressed", "released", "suppressed"]
    assert out["change"].isna().tolist() == [True, True, False, True]
    assert np.isnan(out["matched_change"].iloc[2])


def test_a_split_that_tells_of_one_joiner_is_hidden_whole():
    now, before = (pd.DataFrame(rows(by_types(8, 20, 21, 24))).assign(wave=wave) for wave in ("2023", "2022"))
    cells = release(pd.concat([now, before], ignore_index=True), MEASURES, Policy())
    # joint_stock: one of twenty joined and one left; city: six of twenty-one; rural: all twenty-four matched
    changed = change_rows({"joint_stock": 19, "city": 15, "rural": 24}).assign(joiners=0.3, leavers=-0.2)
    out = release_changes(changed, cells, Policy())
    assert out["status"].tolist() == ["released"] * 3
    assert out["change"].notna().all()
    parts = out[["matched_change", "joiners", "leavers"]].isna()
    # and the others' with it: of all members' parts and two types' the third's would follow
    assert parts.to_numpy().all()
    enough = release_changes(changed[changed["segment"] != "joint_stock"], cells, Policy())
    assert enough[["matched_change", "joiners", "leavers"]].notna().to_numpy().all()


def test_columns_indicators_and_keys_are_checked():
    frame = pd.DataFrame(rows(by_types(8, 20, 21, 24)))
    with pytest.raises(AnalysisError) as caught:
        release(frame.drop(columns="n"), MEASURES, Policy())
    assert str(caught.value) == (
        "estimates: expected columns indicator, wave, dimension, segment, estimate, se, lower, upper, n, "
        "got none called n; pass the estimates frame whole; without a base nothing is released."
    )
    with pytest.raises(AnalysisError, match="none for app"):
        release(frame, {}, Policy())
    with pytest.raises(AnalysisError, match="repeated keys"):
        release(pd.concat([frame, frame]), MEASURES, Policy())
    with pytest.raises(AnalysisError, match="minimum_base: expected at least 1, got 0"):
        Policy(minimum_base=0)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ({"status": "maybe"}, "estimates.status: expected released, suppressed, empty, got 'maybe'"),
        ({"n": np.nan}, "estimates.n: expected a base in every released row"),
        ({"status": "suppressed"}, "estimates.estimate: expected no number in a cell not released"),
    ],
)
def test_what_nobody_decided_on_is_refused(spoil, message):
    frame = release(pd.DataFrame(rows(by_types(8, 20, 21, 24))), MEASURES, Policy())
    require_released(frame)
    with pytest.raises(AnalysisError, match=message):
        require_released(frame.assign(**spoil))
    with pytest.raises(AnalysisError, match="no status and no n"):
        require_released(frame.drop(columns=["status", "n"]))


def test_a_median_needs_ten_members_and_protects_no_other():
    medians = {"app": Measure("app", "quantile", "app")}
    frame = pd.DataFrame(rows({"all": 60, "large": 8, "city": 30, "rural": 22}))
    out = release(frame, medians, Policy()).set_index("segment")
    assert out["status"].to_dict() == {
        "all": "released", "large": "suppressed", "city": "released", "rural": "released",
    }  # fmt: skip
    assert out.loc["large", "reason"] == "fewer than 10 members"


def test_a_mean_that_one_member_makes_up_is_withheld_like_its_total():
    means = {"calls": Measure("calls", "mean", "calls")}
    frame = pd.DataFrame(rows({"city": 3}, "calls"))
    parts = frame[["indicator", "wave", "dimension", "segment"]].merge(
        pd.DataFrame({"segment": "city", "contribution": [98.0, 1.0, 1.0]})
    )
    assert release(frame, means, Policy(), parts)["reason"].tolist() == ["one member dominates"]


KEY = {"wave": "2023", "base_wave": "2022", "dimension": "total", "segment": "all"}
PARTS = {
    "matched_change": 3.0, "joiners": 1.0, "leavers": 1.0, "reclassified": 0.0, "joined": 0.5, "returned": 0.5,
    "answered_anew": 0.0, "left": 0.5, "absent": 0.5, "blank": 0.0,
}  # fmt: skip


def split_of(sizes, **changed):
    names = ("joined", "returned", "answered_anew", "left", "absent", "blank")
    row = {"indicator": "app", **KEY, "change": 5.0, **PARTS}
    table = pd.DataFrame([row | {f"n_{name}": n for name, n in zip(names, sizes, strict=True)}])
    changes = pd.DataFrame([{"indicator": "app", **KEY, "change": 5.0, "matched_change": 3.0} | changed])
    return release_turnover(table, changes, Policy()).iloc[0]


def test_reasons_are_told_where_each_rests_on_enough_members_or_on_nobody():
    told = split_of((5, 12, 0, 7, 3, 0))
    assert (told["joined"], told["absent"], told["change"], told["joiners"]) == (0.5, 0.5, 5.0, 1.0)


@pytest.mark.parametrize("sizes", [(1, 5, 0, 3, 3, 0), (5, 5, 0, 3, 3, 2)])
def test_one_small_reason_hides_all_six_but_not_the_coarse_split(sizes):
    told = split_of(sizes)
    assert told[["joined", "returned", "answered_anew", "left", "absent", "blank"]].isna().all()
    assert (told["matched_change"], told["leavers"]) == (3.0, 1.0)


def test_no_part_of_a_withheld_change_or_split_is_told():
    hidden = split_of((5, 12, 0, 7, 3, 0), change=np.nan, matched_change=np.nan)
    assert hidden[["change", *PARTS]].isna().all()
    coarse = split_of((5, 12, 0, 7, 3, 0), matched_change=np.nan)
    assert coarse["change"] == 5.0
    assert coarse[list(PARTS)].isna().all()


def test_gains_of_fewer_members_or_of_a_change_without_parts_are_not_told():
    tests = pd.DataFrame(
        [
            {"indicator": name, **KEY, "gained": gained, "lost": lost, "p_value": 0.02, "p_adjusted": 0.08}
            for name, gained, lost in (("a", 3, 0), ("b", 1, 1), ("c", 5, 0), ("d", 9, 0), ("e", 9, 0))
        ]
    )
    changes = pd.DataFrame(
        [
            {"indicator": name, **KEY, "change": value, "matched_change": part}
            for name, value, part in (
                ("a", 1.0, 1.0),
                ("b", 1.0, 1.0),
                ("c", np.nan, np.nan),
                ("e", 1.0, np.nan),
            )
        ]
    )
    told = release_matched(tests, changes, Policy())
    assert told["indicator"].tolist() == ["a"]
    assert told["p_adjusted"].tolist() == [0.02]


def test_adjusted_tests_of_changes_tell_of_no_withheld_one():
    """Holm's factor and order among all would carry the hidden p-value into the others."""
    frame = pd.DataFrame(
        [
            {"indicator": "app", **KEY, "dimension": "stratum", "segment": segment, "change": 1.0,
             "p_value": p, "p_adjusted": 3 * p}
            for segment, p in (("large", 0.001), ("city", 0.01), ("rural", 0.02))
        ]
    )  # fmt: skip
    cells = [
        row | {"wave": wave, "status": "suppressed" if row["segment"] == "large" else "released"}
        for row in rows({"large": 2, "city": 30, "rural": 22})
        for wave in ("2022", "2023")
    ]
    out = release_changes(frame, pd.DataFrame(cells), Policy()).set_index("segment")["p_adjusted"]
    assert out.isna().to_dict() == {"large": True, "city": False, "rural": False}
    assert out[["city", "rural"]].tolist() == [0.02, 0.02]


def test_tests_are_printed_to_their_digits_and_no_verdict_turns():
    pair = {"a": "x", "b": "y", "difference": 12.3456, "p_adjusted": 0.0496, "delta": -0.974074}
    tests = pd.DataFrame({
        "indicator": "app", "wave": "2023", "dimension": "bank", "test": "Kruskal-Wallis",
        "statistic": [52.87244007750337], "p_value": [0.04961], "p_adjusted": [0.0504],
        "effect": [0.6866550659416022], "effect_lower": [0.6538], "effect_upper": [0.7499],
        "pairs": [json.dumps([pair])],
    })  # fmt: skip
    share = model.Measure("app", "share", "respondents", "%", 100.0, digits=0)
    row = comparisons_as_printed(tests, {"app": share}, 0.95).iloc[0]
    numbers = ["statistic", "p_value", "p_adjusted", "effect", "effect_lower", "effect_upper"]
    assert row[numbers].tolist() == [52.9, 0.049, 0.05, 0.69, 0.65, 0.75]
    assert json.loads(row["pairs"]) == [{**pair, "difference": 12.0, "p_adjusted": 0.049, "delta": -0.97}]
