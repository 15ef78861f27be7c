"""What an attacker makes of a release: known leaks are found, safe tables are not accused, repairs hold.

The attacker here is written a second time, member by member and without any of the shortcuts of
`analysis.disclosure.attack`: no groups, no exchange, every coalition on its own.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.disclosure import (
    KEY,
    Identity,
    Policy,
    Splits,
    World,
    breaches,
    cells_that_protect,
    joined,
    protect,
    read_systems,
    relations,
    release,
    targets,
)
from analysis.inference import estimate, read_answers
from analysis.model import Design, Measure

STRICT = Policy(secondary=False)


def survey(segments, answers, responded=None):
    """Return design and measurements of members in segments; None where one was not asked."""
    members = [f"M{number:03}" for number in range(len(next(iter(answers.values()))))]
    frame = pd.DataFrame({"wave": "2023", "member_id": members, **segments}).astype("str")
    here = np.ones(len(members), dtype=bool) if responded is None else responded
    rows = [
        (source, "2023", member, y is not None, np.nan if y is None else y, np.nan if y is None else 1.0)
        for source, values in answers.items()
        for member, y, is_here in zip(members, values, here, strict=True)
        if is_here
    ]
    table = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    respondents = frame.loc[here, ["wave", "member_id"]].reset_index(drop=True)
    return Design(frame, respondents, stratum=next(iter(segments))), table


def share(source):
    return Measure(source, "share", "respondents", "%", 100.0, digits=0)


def total(source):
    return Measure(source, "total", "respondents", "人", digits=0)


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


def two_waves(then, now):
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
    answers = read_answers(table, [share("app")], design, ("total",), levels=True)
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


def by_force(system, shown, keep, need):
    """Say whether one unknown can differ while all that is shown and the answers in `keep` stay."""
    lines, slack = system.statements[shown], system.slack[shown]
    low, high = system.low.copy(), system.high.copy()
    low[list(keep)] = high[list(keep)] = system.answer[list(keep)]
    exact = lines @ system.answer
    for sign in (1.0, -1.0):
        goal = np.zeros(len(low))
        goal[need] = -sign
        solved = milp(
            goal, integrality=np.full(len(low), int(system.counted)), bounds=Bounds(low, high),
            constraints=LinearConstraint(lines, exact - slack[:, 0] - 1e-9, exact + slack[:, 1] + 1e-9),
        )  # fmt: skip
        if solved.x is not None and abs(solved.x[need] - system.answer[need]) > 0.5:
            return True
    return False


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
    assert all(by_force(systems[0], shown, keep, 0) for keep in [(), *((j,) for j in range(2, 13))])
    assert not by_force(systems[0], shown, (1,), 0)


def random_survey(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(20, 121))
    kinds = int(rng.integers(2, 4))
    banks = rng.choice(["a", "b", "c", "d"], size, p=[0.08, 0.22, 0.4, 0.3])
    banks[:3] = "a"
    segments = {"bank": banks.tolist(), "kind": rng.choice(list("xyz")[:kinds], size).tolist()}
    answered = rng.random(size) < 0.8
    answered[:2] = True
    uses = rng.random(size) < rng.choice([0.1, 0.5, 0.85])
    answers = {
        "uses": uses.astype(float).tolist(),
        "how": [float(rng.random() < 0.4) if asked else None for asked in uses],
        "staff": rng.lognormal(4, 1.2, size).round().tolist(),
    }
    return *survey(segments, answers, answered), rng


def released(design, table, policy):
    measures = [share("uses"), share("how"), total("staff"),
                Measure("uses.members", "share", "members", "%", 100.0, digits=0)]  # fmt: skip
    dimensions = ("total", "bank", "kind")
    systems = systems_of(design, table, measures, dimensions, policy)
    raw = estimate(table, measures, design, dimensions)
    first = release(raw, {m.indicator: m for m in measures}, policy)
    return protect(first, systems, policy), systems


def hidden_in(frame):
    rows = frame.loc[frame["status"] == "suppressed", [*KEY]]
    return frozenset(rows.itertuples(index=False, name=None))


def attacked(seed, coalition):
    """Protect a random survey and attack what is shown, every member by every coalition of a sample."""
    design, table, rng = random_survey(seed)
    policy = replace(STRICT, coalition=coalition)
    frame, systems = released(design, table, policy)
    hidden, fallen = hidden_in(frame), []
    for system in systems:
        if not system.counted:
            continue
        shown = system.shown(hidden)
        members = np.arange(len(system.answer))
        for place in rng.permutation(members)[:12].tolist():
            others = np.delete(members, place)
            coalitions = [(), *[(int(j),) for j in rng.permutation(others)[:4]]]
            if coalition > 1:
                coalitions += [
                    tuple(pair) for pair in rng.permutation(list(combinations(others.tolist()[:12], 2)))[:4]
                ]
            fallen += [
                (seed, system.source[place], system.member[place], keep)
                for keep in coalitions
                if not by_force(system, shown, keep, place)
            ]
    return fallen, len(hidden), len(frame)


def test_after_suppression_no_answer_follows():
    fallen = [leak for seed in range(4) for leak in attacked(seed, 1)[0]]
    assert fallen == []


@pytest.mark.slow
def test_after_suppression_no_answer_follows_in_a_hundred_surveys():
    fallen = [leak for seed in range(100) for leak in attacked(seed, 1 + seed % 2)[0]]
    assert fallen == []


def test_without_suppression_answers_follow():
    """The attacker of these tests finds leaks where there are some."""
    seen = []
    for seed in range(4):
        design, table, _ = random_survey(seed)
        _, systems = released(design, table, STRICT)
        seen += found(systems)
    assert len(seen) > 5
