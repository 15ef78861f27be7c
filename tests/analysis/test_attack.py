"""What an attacker makes of a release: known leaks are found, safe tables are not accused, repairs hold.

The attacker of `fixtures.surveys` is written a second time, without the groups, exchanges and targets of
`analysis.disclosure.attack`.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure import (
    Identity,
    Policy,
    Splits,
    World,
    breaches,
    cells_that_protect,
    interval,
    joined,
    protect,
    read_systems,
    relations,
    release,
    targets,
)
from analysis.inference import estimate, read_answers
from analysis.model import Design, Measure
from fixtures.surveys import (
    Aim,
    another_world,
    attacked,
    fallen,
    hidden_in,
    random_survey,
    share,
    statements,
    survey,
    total,
)

STRICT = Policy(secondary=False)


def systems_of(design, table, measures, dimensions, policy=STRICT, ties=()):
    answers = read_answers(table, measures, design, dimensions, levels=True)
    return read_systems(answers, {}, prior=policy.prior, identities=ties)


def found(systems, hidden=(), policy=STRICT):
    """Return the names of all answers that fall when all cells but the hidden ones are shown."""
    names = []
    for system in systems:
        world = World.of(system)
        shown = system.shown(frozenset(hidden))
        names += [b.target.name for b in breaches(world, shown, targets(world, policy, frozenset(hidden)))]
    return sorted(names)


def cell(source, dimension, segment, wave="2023"):
    return source, wave, dimension, segment


KINDS = {
    "bank": ["large"] * 4 + ["city"] * 6 + ["rural"] * 6,
    "kind": ["debit"] * 2 + ["credit"] * 2 + ["debit"] * 3 + ["credit"] * 3 + ["debit"] * 3 + ["credit"] * 3,
}
CROSSED = ("total", "bank", "kind", "bank*kind")


@pytest.mark.parametrize(
    ("answers", "hidden", "leaks"),
    [
        # all four say yes: both cells of two below are out, whatever is withheld of them
        (
            [1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
            [("bank*kind", "large*debit"), ("bank*kind", "large*credit")],
            ["app: M000, M001", "app: M002, M003"],
        ),
        # three of four: who is asked about a pair is either of two, but each pair's sum is 1 or 2 only: safe
        # for outsiders, and for the pair with two yeses the member with the no of the other pair knows all
        (
            [1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
            [("bank*kind", "large*debit"), ("bank*kind", "large*credit")],
            ["app: M000, M001", "app: M000, M001", "app: M002, M003"],
        ),
    ],
)
def test_a_whole_that_gives_its_parts_away_is_found(answers, hidden, leaks):
    design, table = survey(KINDS, {"app": answers})
    systems = systems_of(design, table, [share("app")], CROSSED)
    policy = replace(STRICT, sensitive={"*": "neither"})
    assert found(systems, [cell("app", *place) for place in hidden], policy) == leaks


def test_a_table_with_both_answers_everywhere_is_not_accused():
    design, table = survey(KINDS, {"app": [1, 0] * 8})
    systems = systems_of(design, table, [share("app")], ("total", "bank", "kind"))
    assert found(systems) == []
    assert found(systems, policy=replace(STRICT, coalition=0)) == []


def test_the_lone_dissenter_knows_what_all_others_said():
    design, table = survey({"bank": ["a"] * 8 + ["b"] * 8}, {"app": [1] * 7 + [0] + [1, 0] * 4})
    systems = systems_of(design, table, [share("app")], ("total", "bank"))
    everybody = ", ".join(f"M00{n}" for n in range(8))
    assert found(systems) == [f"app: {everybody}"]
    assert found(systems, policy=replace(STRICT, coalition=0)) == []
    assert found(systems, policy=replace(STRICT, sensitive={"app": "no"})) == []


def test_the_base_of_a_routed_question_is_the_answer_to_the_one_before():
    uses = [1, 1, 1, 1, 0, 0] + [1, 0] * 5
    how = [y if asked else None for y, asked in zip([1, 0] * 8, uses, strict=True)]
    design, table = survey({"bank": ["a"] * 6 + ["b"] * 10}, {"uses": uses, "how": how})
    systems = systems_of(design, table, [share("uses"), share("how")], ("total", "bank"))
    own = next(system for system in systems if "uses" in system.source)
    bases = {at for at, is_own in zip(own.cells, own.own, strict=True) if not is_own}
    assert bases == {cell("how", "total", "all"), cell("how", "bank", "a"), cell("how", "bank", "b")}


def test_a_question_that_nobody_was_asked_says_nothing():
    answers = {"uses": [0.0] * 6, "how": [None] * 6}
    systems = systems_of(*survey({"bank": ["a"] * 6}, answers), [share("uses"), share("how")], ("total",))
    assert [set(system.source.tolist()) for system in systems] == [{"uses"}]


def test_no_member_is_known_to_within_a_tenth_of_its_amount():
    amounts = [900.0, 60.0, 10.0, 10.0] + [100.0] * 8
    design, table = survey({"bank": ["a"] * 4 + ["b"] * 8}, {"staff": amounts})
    systems = systems_of(design, table, [total("staff")], ("total", "bank"))
    assert set(found(systems)) == {"staff: M000"}  # to an outsider, and to its neighbours
    assert found(systems, policy=replace(STRICT, p_percent=1)) == []


def test_bands_that_add_up_are_checked_together():
    bands = {"low": [1, 1, 0, 0, 0, 1, 0, 0], "high": [0, 0, 1, 1, 1, 0, 1, 1]}
    design, table = survey({"bank": ["a"] * 4 + ["b"] * 4}, bands)
    ties = relations(table, [["low", "high"]])
    assert Identity({"high": 1.0, "low": 1.0}, 1.0, 1.0) in ties
    apart = systems_of(design, table, [share("low"), share("high")], ("total", "bank"))
    together = systems_of(design, table, [share("low"), share("high")], ("total", "bank"), ties=ties)
    assert (len(apart), len(together)) == (2, 1)
    hidden = [cell("low", "bank", "a"), cell("low", "bank", "b")]
    world = World.of(together[0])
    place = [s for s, at in enumerate(together[0].cells) if at in hidden]
    # what is withheld of one band follows from the other
    free = together[0].shown(frozenset(hidden))
    assert all(np.linalg.matrix_rank(np.vstack([world.statements[free], world.statements[s]])) ==
               np.linalg.matrix_rank(world.statements[free]) for s in place)  # fmt: skip


def test_a_late_return_is_the_difference_of_two_editions():
    segments = {"bank": ["a"] * 6 + ["b"] * 6}
    answers = [1, 0, 1, 0, 1, 1] + [0, 1] * 3
    design, table = survey(segments, {"app": answers})
    late = "M005"
    there = np.array([member != late for member in table["member_id"]])
    old = systems_of(*survey(segments, {"app": answers}, there), [share("app")], ("total", "bank"))
    new = systems_of(design, table, [share("app")], ("total", "bank"))
    assert found(old) == found(new) == []
    shown = frozenset(at for at in old[0].cells if at is not None)
    both = joined(new[0], old[0], shown)
    assert f"app: {late}" in found([both])
    # the new figures withheld, nothing follows; one of them shown is enough
    assert found([both], [at for at in new[0].cells if at]) == []


def two_waves(then, now, measure=None):
    """Return systems of answers in two waves, with the changes of all members in parts; None: not there."""
    members = [f"M{number:03}" for number in range(len(now))]
    frame = pd.DataFrame([
        {"wave": wave, "member_id": m, "bank": "a"} for wave in ("2022", "2023") for m in members
    ])  # fmt: skip
    rows = [
        ("app", wave, member, True, float(y), 1.0)
        for wave, answers in (("2022", then), ("2023", now))
        for member, y in zip(members, answers, strict=True)
        if y is not None
    ]
    table = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    design = Design(frame, table[["wave", "member_id"]], stratum="bank")
    answers = read_answers(table, [measure or share("app")], design, ("total",), levels=True)
    return read_systems(answers, {}, splits=Splits(("total",), 3))


def test_the_parts_of_a_change_give_away_those_who_came():
    """Three came and all say yes: figure less matched figure is theirs. Without the parts nothing follows."""
    systems = two_waves([0, 1] * 4 + [None] * 3, [0, 1] * 4 + [1] * 3)
    assert found(systems) == ["app: M008, M009, M010"]
    parts = ("app", "2023-2022", "total", "all")
    assert found(systems, [parts]) == []
    cost = {parts: 5.0, cell("app", "total", "all"): 1.0, cell("app", "total", "all", "2022"): 1.0}
    policy = replace(STRICT, secondary=False)
    assert cells_that_protect(
        systems, frozenset(), policy, lambda at, _: cost[at], {cell("app", "total", "all")}
    ) == {parts}
    # of one who came there are no parts at all, and what is not in the registry is not shown
    alone = two_waves([0, 1] * 4 + [None], [0, 1] * 4 + [1])
    assert parts not in {at for system in alone for at in system.cells}


def test_what_one_member_knows_already_is_kept_from_all_others():
    """The lone yes knows from the total, which is out, that all others said no; nobody else does."""
    answers = [0, 1] + [0] * 11
    design, table = survey({"bank": ["a"] + ["b"] * 6 + ["c"] * 6}, {"app": answers})
    measures = [share("app")]
    systems = systems_of(design, table, measures, ("total", "bank"))
    raw = estimate(table, measures, design, ("total", "bank"))
    first = release(raw, {"app": share("app")}, STRICT)
    whole = cell("app", "total", "all")
    hidden = hidden_in(protect(first, systems, STRICT, out={whole}))
    assert whole not in hidden
    shown = systems[0].shown(hidden)
    members = systems[0].member.tolist()
    yes = Aim(0, 1.0, 1.0)
    assert all(another_world(systems[0], shown, yes, {who}) for who in ["nobody", *members[2:]])
    assert another_world(systems[0], shown, yes, {members[1]}) is None


def test_after_suppression_no_answer_follows():
    """Two waves and a revision: not to an outsider nor a member."""
    assert [leak for seed in (2, 3, 8, 11) for leak in attacked(seed)] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 500, 10))
def test_after_suppression_no_answer_follows_in_five_hundred_surveys(first):
    assert {seed: leaks for seed in range(first, first + 10) if (leaks := attacked(seed))} == {}


@pytest.mark.parametrize("seed", range(4))
def test_without_suppression_the_same_answers_follow_for_both_attackers(seed):
    first = [statements(edition, STRICT) for edition in random_survey(seed)]
    hidden, systems = hidden_in(first[1][0]), first[1][1]
    theirs = {(wave, source, member) for wave, source, member, _ in fallen(systems, hidden, STRICT)}
    ours = [
        {(system.wave, source, member) for member in members.split(", ")}
        for system in systems
        for source, _, members in (name.partition(": ") for name in found([system], hidden))
    ]
    assert len(theirs) > 5
    # ours name all members that are alike, theirs one of them; of amounts theirs are a sample
    assert theirs <= set().union(*ours)
    assert all(theirs & alike for alike in ours if "staff" not in {source for _, source, _ in alike})


def test_bands_are_tied_though_their_amount_is_published_too():
    amounts = [10.0, 20.0, 30.0, 40.0] * 2
    bands = {"low": [float(a < 25) for a in amounts], "high": [float(a >= 25) for a in amounts]}
    _, table = survey({"bank": ["a"] * 8}, {"staff": amounts, **bands})
    assert Identity({"high": 1.0, "low": 1.0}, 1.0, 1.0) in relations(table, [["staff", "low", "high"]])


def test_of_three_shares_that_exclude_each_other_no_two_are_summed_alone():
    """Four in bank a: two low, two mid. High is withheld there, and follows: nobody is left."""
    bands = {
        "low": [1, 1, 0, 0] + [1, 0, 0, 0] * 2, "mid": [0, 0, 1, 1] + [0, 1, 0, 0] * 2,
        "high": [0, 0, 0, 0] + [0, 0, 1, 0] * 2,
    }  # fmt: skip
    design, table = survey({"bank": ["a"] * 4 + ["b"] * 8}, bands)
    ties = relations(table, [list(bands)])
    assert Identity({"high": 1.0, "low": 1.0, "mid": 1.0}, 0.0, 1.0) in ties
    systems = systems_of(design, table, [share(name) for name in bands], ("total", "bank"), ties=ties)
    world = World.of(systems[0])
    hidden = frozenset({cell("high", "bank", "a"), cell("high", "total", "all")})
    assert interval(world, systems[0].shown(hidden), cell("high", "bank", "a")) == (0.0, 0.0, 0.0)


def test_a_member_that_corrected_its_answer_knows_both():
    """X said no to the old edition and yes to the new one: to X the old sum is P's and Q's, the new one Q's."""
    segments = {"bank": ["a"] * 3 + ["b"] * 4, "kind": ["v", "u", "u"] + ["v"] * 4}
    old = systems_of(*survey(segments, {"app": [1, 0, 1, 0, 1, 0, 1]}), [share("app")], ("bank",))
    new = systems_of(*survey(segments, {"app": [1, 1, 1, 0, 1, 0, 1]}), [share("app")], ("kind",))
    both = joined(new[0], old[0], frozenset({cell("app", "bank", "a")}))
    hidden = [cell("app", "kind", "v")]
    world = World.of(both)
    shown = both.shown(frozenset(hidden))
    fallen = breaches(world, shown, targets(world, STRICT, frozenset()))
    # M001 is X, M000 P, M002 Q
    who = {(b.target.name, (*b.target.within, *b.attackers)) for b in fallen}
    assert ("app: M000", ("M001",)) in who or ("app: M000, M001", ("M001",)) in who, who


def test_a_weighted_figure_is_known_to_within_its_printed_digit_not_around_the_truth():
    """Of 26 members 14 said yes: with all 8 large ones the figure for 28 is 52.4, with seven 52.8: 52 or 53."""
    segments = {"bank": ["large"] * 8 + ["joint"] * 20}
    answers = [1] * 8 + [1] * 6 + [0] * 14
    here = np.array([True] * 26 + [False] * 2)
    weighted = Measure("app.members", "share", "members", "%", 100.0, digits=0, source="app")
    design, table = survey(segments, {"app": answers}, here)
    systems = systems_of(design, table, [share("app"), weighted], ("total", "bank"))
    banks = [cell(name, "bank", bank) for name in ("app", "app.members") for bank in ("large", "joint")]
    large = ", ".join(f"M00{number}" for number in range(8))
    assert f"app: {large}" in found(systems, banks)
    assert f"app: {large}" not in found(systems, [*banks, cell("app.members", "total", "all")])


def test_a_part_in_per_cent_is_a_sum_over_those_who_came():
    """Of two waves' totals the part of three who came is printed to a hundredth of the earlier total."""
    systems = two_waves([100.0] * 10 + [None] * 3, [100.0] * 10 + [40.0, 60.0, 50.0], total("app"))
    own = next(system for system in systems if system.wave == "2023")
    row = next(s for s, at in enumerate(own.cells) if at == ("app", "2023-2022", "total", "all"))
    assert own.statements[row].tolist() == [0.0] * 10 + [1.0] * 3
    assert own.slack[row].tolist() == pytest.approx([5.0, 5.0])  # half a point of 1,000
