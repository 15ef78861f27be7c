"""A second engine beside ours: OR-Tools decides for each answer and each attacker whether there is room.

Nothing of `analysis.disclosure.attack` is used for it: no groups, no exchange, no targets. The unknowns are the
members' answers themselves, yes or no by constraint programming (CP-SAT, whole numbers exactly), amounts and
rates by another simplex (GLOP); an attacker is an outsider, or a member that knows all its own answers.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from analysis.disclosure import Policy, World, breaches, protect, targets
from fixtures.surveys import hidden_in, random_survey, revised
from survey.figures import compute_figures

pytestmark = pytest.mark.slow

WHOLE = 10**7  # what makes whole numbers of coefficients
ROUNDED, NEAR = 1e-7, 1e-6  # how far a figure may be missed, and what is no change
SENSITIVE = {"both": (0.0, 1.0), "yes": (1.0,), "no": (0.0,), "neither": ()}


@pytest.fixture(scope="module")
def engines():
    why = "OR-Tools is absent: pip install the dependency group 'oracle' (ortools)"
    cp_model = pytest.importorskip("ortools.sat.python.cp_model", reason=why)
    pywraplp = pytest.importorskip("ortools.linear_solver.pywraplp", reason=why)
    return cp_model, pywraplp


def statements(system, shown):
    """Yield places, factors and bounds of what is shown."""
    exact = system.statements @ system.answer
    for line, value, slack in zip(system.statements[shown], exact[shown], system.slack[shown], strict=True):
        places = np.flatnonzero(line)
        yield places.tolist(), line[places], value - slack[0], value + slack[1]


def flipped(cp_model, system, shown, place, fixed):
    """Find a world in which a yes-or-no answer is the other one: who else differs in it, as few as can be."""
    model = cp_model.CpModel()
    y = system.answer.astype(int).tolist()
    x = [model.new_bool_var("") for _ in y]
    for places, factors, low, high in statements(system, shown):
        whole = np.rint(factors * WHOLE).astype(int).tolist()
        spare = len(places)  # what rounding the factors can come to
        total = cp_model.LinearExpr.weighted_sum([x[i] for i in places], whole)
        model.add(total >= int(np.floor(low * WHOLE)) - spare)
        model.add(total <= int(np.ceil(high * WHOLE)) + spare)
    model.add(x[place] == 1 - y[place])
    for i in fixed:
        model.add(x[i] == y[i])
    model.minimize(sum(1 - v if was else v for v, was in zip(x, y, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return np.array([solver.value(v) for v in x]) != y


def moved(pywraplp, system, shown, aim, fixed):
    """Find worlds in which an amount is so much more, or less, or apart: who else differs in them, in sum least.

    `aim` is the place, how far, and 1, -1 or 0 for more, less, or two worlds that far apart.
    """
    place, far, sign = aim
    solver = pywraplp.Solver.CreateSolver("GLOP")
    y, low, high = system.answer, system.low.copy(), system.high.copy()
    low[list(fixed)] = high[list(fixed)] = y[list(fixed)]
    worlds = []
    for _ in range(1 if sign else 2):
        up = [solver.NumVar(0.0, float(room), "") for room in high - y]
        down = [solver.NumVar(0.0, float(room), "") for room in y - low]
        worlds.append((up, down))
        for places, factors, least, most in statements(system, shown):
            now = float(factors @ y[places])
            row = solver.Constraint(least - now - ROUNDED, most - now + ROUNDED)
            for i, factor in zip(places, factors.tolist(), strict=True):
                row.SetCoefficient(up[i], factor)
                row.SetCoefficient(down[i], -factor)
    ends = [up[place] - down[place] for up, down in worlds]
    solver.Add((sign * ends[0] if sign else ends[0] - ends[1]) >= far)
    solver.Minimize(solver.Sum([v for world in worlds for side in world for v in side]))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    return np.any([[v.solution_value() > NEAR for v in side] for world in worlds for side in world], axis=0)


def first_who_know(find, system, place, size):
    """Return the first members, up to so many, whom no world `find` makes contradicts; None where all are."""
    own, tried = str(system.member[place]), set()

    def tell(kept):
        if kept in tried:
            return None
        tried.add(kept)
        differ = find(np.flatnonzero(np.isin(system.member, sorted(kept))).tolist())
        if differ is None:
            return kept
        # to whoever's answers stay as they are nothing follows: only the others are asked again
        further = sorted(set(system.member[differ].tolist()) - {own}) if len(kept) < size else []
        return next((who for member in further if (who := tell(kept | {member})) is not None), None)

    return tell(frozenset())


def their_verdict(engines, system, shown, policy):
    """Name the places whose answers follow to an outsider or a coalition, by the second engine."""
    cp_model, pywraplp = engines
    found = set()
    for place, source in enumerate(system.source.tolist()):
        wanted = {answer for name in source.split(",") for answer in SENSITIVE[policy.protects(name)]}
        if not wanted or (system.counted and system.answer[place] not in wanted):
            continue
        if system.counted:
            finds = [partial(flipped, cp_model, system, shown, place)]
        elif system.rate[place]:
            finds = [partial(moved, pywraplp, system, shown, (place, policy.protection_points, 0))]
        else:
            far = policy.p_percent / 100 * abs(float(system.answer[place]))
            finds = [partial(moved, pywraplp, system, shown, (place, far, sign)) for sign in (1, -1) if far]
        if any(first_who_know(find, system, place, policy.coalition) is not None for find in finds):
            found.add(place)
    return found


def our_verdict(system, shown, policy):
    """Name the places behind the targets that `breaches` finds."""
    world, found = World.of(system), set()
    for breach in breaches(world, shown, targets(world, policy, frozenset())):
        source, _, members = breach.target.name.partition(": ")
        at = np.isin(system.member, members.split(", ")) & (system.source == source)
        at &= np.isin(world.group, breach.target.groups)  # who corrected an answer has two
        if system.counted:
            at &= system.answer == float(breach.target.up == 0)
        found |= set(np.flatnonzero(at).tolist())
    return found


def agree(engines, system, hidden, policy):
    shown = system.shown(hidden)
    theirs, ours = their_verdict(engines, system, shown, policy), our_verdict(system, shown, policy)
    assert theirs == ours, (system.wave, {(system.source[i], system.member[i]) for i in theirs ^ ours})
    return len(theirs)


def statements_of_2023(archive):
    """Return what the edition of 2023 says of that wave's answers, and what is withheld."""
    figures = compute_figures(archive, "2023")
    control = figures.controlled
    systems = [system for system in control.systems if system.wave == "2023"]
    return systems, control.hidden - control.known, figures.policy


@pytest.mark.parametrize("withheld", [True, False], ids=["as published", "with nothing withheld"])
def test_both_give_the_shipped_wave_the_same_verdict(engines, shipped_archive, withheld):
    systems, hidden, policy = statements_of_2023(shipped_archive)
    policy = policy if withheld else replace(policy, sensitive={})
    fallen = [agree(engines, system, hidden if withheld else frozenset(), policy) for system in systems]
    assert len(fallen) > 20
    assert (sum(fallen) > 0) is not withheld


@pytest.mark.parametrize("seed", range(6))
def test_both_give_random_surveys_the_same_verdict(engines, seed):
    policy = Policy(secondary=False)
    raw, moved, stayed = revised(random_survey(seed), policy)
    hidden = hidden_in(protect(raw, moved, policy))
    assert sum(agree(engines, system, hidden, policy) for system in [*moved, *stayed]) == 0
    assert sum(agree(engines, system, frozenset(), policy) for system in [*moved, *stayed]) > 0
