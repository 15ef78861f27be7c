"""From a number back to the cells: what is listed gives the number again; what editing did is told by rule."""

from __future__ import annotations

import shutil

import pytest

from fixtures.programmes import Small
from survey.archive import Archive
from survey.errors import UsageError
from survey.figures import compute_figures
from survey.figures.quality import edit_rates, effects, heaping, query_states, rates
from survey.figures.trace import CONFIDENTIAL, trace_key

MEAN = """\
  - code: satisfaction
    label: {zh: 满意度, en: Satisfaction}
    phrase: {zh: 满意度, en: satisfaction}
    short: {zh: 满意度, en: Satisfaction}
    definition: {zh: 满意度均值, en: Mean satisfaction}
    section: main
    kind: mean
    of: satisfaction
    unit: "%"
    digits: 1
"""
MEMBERS = ("A1", "B2", "C3", "D4", "E5", "F6")


@pytest.fixture(scope="module")
def figures(answered_once, tmp_path_factory):
    """Return the figures of two waves in which no two members answer alike, one does not answer at all."""
    folder = tmp_path_factory.mktemp("traced")
    answered = Small(shutil.copytree(answered_once, folder / "small"))
    path = answered.folder / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8") + MEAN, encoding="utf-8")
    heap = "edits:\n  heaping:\n    questions: [calls_handled]\n"
    path = answered.folder / "2023" / "questionnaire.yaml"
    path.write_text(path.read_text(encoding="utf-8") + heap, encoding="utf-8")
    for n, member in enumerate(MEMBERS):
        own = {"staff_total": 100 + 7 * n, "calls_handled": 900 - 11 * n, "satisfaction": 90 + n}
        answered.send(member, wave="2022", **own)
        answered.send(member, channels__app="否" if n % 2 else "是", **(own | {"staff_total": 120 + 9 * n}))
    answered.send("A1", calls_handled=5000, staff_total=120, satisfaction=9.5)
    (answered.returns() / "2023_F6.xlsx").unlink()
    answered.correct("2024-03-01,B2,staff_total,,1290,电话核实,秘书处")
    return compute_figures(Archive(answered.programme, folder / "archive"), "2023")


def test_what_is_listed_gives_estimates_of_every_kind_again(figures):
    raw = figures.raw_estimates
    known = raw[(raw["status"] == "released") & ~raw["indicator"].str.startswith("mk_")]
    kinds = set()
    for row in known.iloc[::3].itertuples():  # a third has every kind, for both estimands
        traced = trace_key(figures, f"{row.wave}/{row.indicator}/{row.dimension}/{row.segment}")
        [level] = traced.levels
        assert level.recomputed == pytest.approx(row.estimate, rel=1e-12), traced.key
        assert level.n == row.n == len(level.members)
        assert len(level.cells) >= level.n
        kinds.add((level.kind, row.indicator.endswith(".members"), row.dimension))
    assert {kind for kind, _, _ in kinds} == {"share", "mean", "total", "ratio"}
    assert {members for _, members, _ in kinds} == {True, False}
    assert {"total", "bank_type", "bank_type*centre_kind"} <= {dimension for _, _, dimension in kinds}


def test_what_is_listed_gives_every_change_again(figures):
    for row in figures.changes.dropna(subset=["change"]).itertuples():
        key = f"{row.wave}-{row.base_wave}/{row.indicator}/{row.dimension}/{row.segment}"
        traced = trace_key(figures, key)
        assert len(traced.levels) == 2
        half = 0.5 * 10.0 ** -figures.measures[row.indicator].change_digits  # it is published as printed
        assert traced.recomputed == pytest.approx(row.change, abs=half + 1e-9), key


def test_an_indicator_alone_is_that_of_the_wave(figures):
    traced = trace_key(figures, "staff_total")
    assert traced.key == "2023/staff_total/total/all"
    assert traced.value == 120 + 1290 + 138 + 147 + 156
    [row] = traced.levels[0].ledger.to_dict("records")
    assert (row["member_id"], row["before"], row["after"], row["author"]) == ("B2", "129", "1290", "秘书处")
    assert traced.report()["notice"] == CONFIDENTIAL
    first = next(iter(traced.pieces()))
    assert str(first) == CONFIDENTIAL


@pytest.mark.parametrize("key", ["2023/staff/total/all", "staff", "2023/staff_total/total", "x" * 400, "//"])
def test_a_key_that_is_none_is_an_error_of_one_line(figures, key):
    with pytest.raises(UsageError) as caught:
        trace_key(figures, key)
    assert str(caught.value).startswith(f"no number has the key {key!r}; ")
    assert "\n" not in str(caught.value)


def test_rates_by_rule(figures):
    table = rates(figures).set_index("rule")
    hard = table.loc["handled_le_requested"]
    assert (hard["evaluated"], hard["failed"], hard["answers"], hard["changed"], hard["imputed"]) == (
        5,
        1,
        2,
        2,
        0,
    )
    assert (hard["failure_rate"], hard["change_rate"], hard["imputation_rate"]) == (20.0, 100.0, 0.0)
    never = table.loc["range front"]
    assert (never["failed"], never["failure_rate"]) == (0, 0.0)
    assert never[["change_rate"]].isna().all()
    assert set(edit_rates(figures)["failure_rate"]) == {0.0, 20.0}


def test_effects_hold_raw_against_edited_and_withhold_single_members(figures):
    table = effects(figures).set_index("indicator")
    staff = table.loc["staff_total"]
    assert (staff["raw"], staff["edited"], staff["members"]) == (690.0, 1851.0, 1)
    assert staff["difference"] == pytest.approx(100 * (1851 - 690) / 1851)
    assert not staff["open"]
    mean = table.loc["satisfaction"]
    assert (mean["raw"], mean["edited"]) == pytest.approx(((9.5 + 91 + 92 + 93 + 94) / 5, 92.5))
    assert "ch_app" not in table.index
    assert not table["open"].any()


def test_heaped_numbers_and_states_are_counted(figures):
    [row] = heaping(figures).to_dict("records")
    assert (str(row["question"].en), row["numbers"], row["round"]) == ("Calls handled", 4, 0)
    states = {str(row["state"].en): row["count"] for row in query_states(figures).to_dict("records")}
    assert states == {"To be sent": 2}
