"""The demonstration: same seed, same bytes; invented numbers that add up to what they must."""

from __future__ import annotations

import re
import shutil

import numpy as np
import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.model import read_printed
from survey.demo.invented_answers import calibrated_counts, calibrated_denominators, calibrated_rates
from survey.demo.invented_panel import Traits, respondents, stream
from survey.demo.return_files import write_demonstration
from survey.demo.solver import Decisions
from survey.demo.targets import attainable_count
from survey.programme import Indicator, Membership, Programme, Wording


def copied(shipped, folder, waves=None):
    """Copy the shipped programme without its returns, its recipe cut to `waves`."""
    own = folder / shipped.code
    shutil.copytree(shipped.folder, own, ignore=shutil.ignore_patterns("returns", "corrections.csv"))
    if waves:
        recipe = yaml.safe_load((own / "demo.yaml").read_text(encoding="utf-8"))
        recipe["waves"] = {wave: recipe["waves"][wave] for wave in waves}
        (own / "demo.yaml").write_text(yaml.safe_dump(recipe, allow_unicode=True), encoding="utf-8")
    return Programme(own)


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*") if p.is_file()}


def cells(path):
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def check_returns(shipped, made, wave):
    """Hold regenerated returns of a wave against the shipped ones: files, cells, corrections."""
    ours, theirs = made.folder / wave, shipped.folder / wave
    names = sorted(p.name for p in (theirs / "returns").iterdir())
    assert sorted(p.name for p in (ours / "returns").iterdir()) == names
    damaged = []
    for name in names:
        try:
            shipped_cells = cells(theirs / "returns" / name)
        except Exception:  # noqa: BLE001 - a truncated zip fails in many ways
            damaged.append(name)
            continue
        assert cells(ours / "returns" / name) == shipped_cells, name
    assert len(damaged) == 1
    assert (ours / "corrections.csv").read_bytes() == (theirs / "corrections.csv").read_bytes()


@pytest.fixture(scope="module")
def made_2016(shipped, tmp_path_factory):
    made = copied(shipped, tmp_path_factory.mktemp("one"), ["2016"])
    assert write_demonstration(made) == {"2016": 69}
    return made


def test_same_seed_same_bytes(shipped, made_2016, tmp_path):
    again = copied(shipped, tmp_path, ["2016"])
    assert write_demonstration(again) == {"2016": 69}
    one, two = content(made_2016.folder), content(again.folder)
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_another_seed_other_answers(shipped, made_2016, tmp_path):
    other = copied(shipped, tmp_path, ["2016"])
    text = (other.folder / "demo.yaml").read_text(encoding="utf-8")
    (other.folder / "demo.yaml").write_text(
        text.replace("seed: remote-banking demonstration", "seed: another"), encoding="utf-8"
    )
    write_demonstration(other)
    assert content(other.folder / "2016") != content(made_2016.folder / "2016")


def test_the_shipped_returns_of_2016_are_what_the_seed_gives(shipped, made_2016):
    check_returns(shipped, made_2016, "2016")
    assert (made_2016.folder / "members.csv").read_bytes() == (shipped.folder / "members.csv").read_bytes()


@pytest.mark.slow
def test_all_shipped_returns_are_what_the_seed_gives(shipped, tmp_path):
    made = copied(shipped, tmp_path)
    assert write_demonstration(made) == {"2016": 69, "2017": 76, "2021": 91, "2022": 80, "2023": 81}
    for wave in made.waves:
        check_returns(shipped, made, wave)


def test_the_members_are_invented(shipped):
    assert {re.sub(r"\d+", "", line.name) for line in shipped.frame.lines} == {
        "样本机构 L",
        "样本机构 J",
        "样本机构 C",
        "样本机构 R",
    }


# -- the solver ------------------------------------------------------------------------------------


def test_decisions_hold_limits_and_come_close_to_aims():
    model = Decisions()
    for number in range(10):
        model.wish(number, float(number))
    model.limit(range(5), 0, 0)
    model.aim(range(10), 3)
    assert [key for key, yes in model.decide().items() if yes] == [7, 8, 9]
    model.aim(range(10), 99)  # beyond what can be: as near as may be, not an error
    assert sum(model.decide().values()) == 5


def test_constraints_that_contradict_each_other_are_told():
    model = Decisions()
    model.wish("a", 1.0)
    model.limit(["a"], 1, 1)
    model.limit(["a"], 0, 0)
    with pytest.raises(
        RuntimeError, match=r"^the demonstration's constraints contradict each other: .*infeasible"
    ):
        model.decide()


def test_nothing_to_decide_is_decided():
    assert Decisions().decide() == {}


def test_streams_of_other_names_are_other_streams():
    one, same, other = (stream("seed", *names).random() for names in (("a", "b"), ("a", "b"), ("a", "c")))
    assert one == same
    assert one != other


def test_respondents_are_as_many_as_asked_for():
    frame = {
        f"L{n}": Membership(
            f"L{n}",
            f"L{n}",
            (),
            {"bank_type": "large" if n < 4 else "city", "centre_kind": "debit" if n % 2 else "credit"},
            "2013",
            "",
        )
        for n in range(10)
    }
    traits = {member: Traits(1.0, 0.0, 0.0, float(i)) for i, member in enumerate(frame)}
    chosen = respondents("seed", "2023", frame, traits, {"large": 2, "city": 3}, {"debit": 3, "credit": 2})
    kinds = [tuple(frame[m].segments.values()) for m in chosen]
    assert [sum(k[0] == t for k in kinds) for t in ("large", "city")] == [2, 3]
    assert [sum(k[1] == t for k in kinds) for t in ("debit", "credit")] == [3, 2]
    assert chosen == sorted(chosen)


WORDS = Wording(zh="题", en="item")


@pytest.mark.parametrize(
    ("printed", "base", "count"),
    [
        ("94", 78, 73),
        ("50", 21, None),
        ("44", 24, None),
        ("4", 31, None),
        ("100", 7, 7),
        ("0", 9, 0),
        (">30", 21, 7),
    ],
)
def test_counts_behind_a_printed_share(printed, base, count):
    share = Indicator(
        code="made",
        label=WORDS,
        phrase=WORDS,
        short=WORDS,
        definition=WORDS,
        section="main",
        kind="share",
        of="x",
        unit="%",
        digits=0,
    )
    found = attainable_count(share, read_printed(printed), base)
    if printed == ">30":
        assert found is not None
        assert 30 < 100 * found / base < 40
    else:
        assert found == count


# -- amounts that add up ---------------------------------------------------------------------------

SIZES = st.lists(st.floats(0.05, 20), min_size=2, max_size=40)


@given(sizes=SIZES, mean=st.integers(200, 10**6), step=st.sampled_from([1, 100]))
def test_counts_sum_to_their_total(sizes, mean, step):
    start = np.array(sizes)
    total = float(mean * len(sizes))
    counts = calibrated_counts(start, total, step, step)
    assert counts.sum() == round(total / step) * step
    assert (counts % step == 0).all()
    assert counts.min() >= step


@given(
    weights=st.lists(st.integers(1, 5000), min_size=3, max_size=40),
    place=st.floats(0.1, 0.9),
    seed=st.integers(0, 1000),
)
def test_rates_have_their_mean_and_keep_their_bounds(weights, place, seed):
    rng = np.random.default_rng(seed)
    weight = np.array(weights, dtype=float)
    low = rng.uniform(50, 70, len(weight))
    high = low + rng.uniform(5, 25, len(weight))
    target = float(((low + place * (high - low)) * weight).sum() / weight.sum())
    rates = calibrated_rates(rng.normal(size=len(weight)), weight, target, low, high, 0.01)
    assert (rates >= low - 1e-9).all()
    assert (rates <= high + 1e-9).all()
    # no coarser than half a step of the member with the most weight, the others being free to be at a bound
    assert abs((rates * weight).sum() - target * weight.sum()) <= 0.005 * weight.max() + 1e-6


@given(
    handled=st.lists(st.integers(100, 10**5), min_size=3, max_size=40),
    target=st.floats(0.75, 0.95),
    seed=st.integers(0, 1000),
)
def test_denominators_give_the_pooled_ratio_within_bounds(handled, target, seed):
    rng = np.random.default_rng(seed)
    numerator = np.array(handled, dtype=float) * 100
    low, high = np.full(len(numerator), 0.6), np.full(len(numerator), 0.995)
    asked = calibrated_denominators(rng.normal(size=len(numerator)), numerator, target, low, high, 100)
    ratio = numerator / asked
    assert (asked % 100 == 0).all()
    assert (ratio >= low - 1e-9).all()
    assert (ratio <= high + 1e-9).all()
    assert abs(asked.sum() - numerator.sum() / target) <= 100
