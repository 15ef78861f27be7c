"""Attack a publication: what follows for a member's answer from all that is shown, by linear programming.

Whoever reads a report may be an outsider, a member that knows its own answer, or members that put theirs
together. For each answer that is to be protected it is asked whether the figures shown, whole numbers, known
bounds and what the attackers know leave it room: whether another world gives the same publication in which
that answer differs by as much as the policy asks. Where none does, the answer is out.

Notes
-----
*Exchange.* Members of one group that no statement tells apart can change places: where both yes and no are
left among them when the attackers' own answers are taken away, nothing follows for either. Only what is left
is put to the solver.

*Any coalition at once.* If another world exists that leaves the largest `coalition` answers of every group as
they are, no coalition sees a difference. Only where there is none are the coalitions tried one by one.

References
----------
Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47, 1008-1027. doi:10.1287/mnsc.47.7.1008.10265
Hundepool et al. (2012), Statistical Disclosure Control, chapter 4. doi:10.1002/9781118348239
Huangfu & Hall (2018), Parallelizing the dual revised simplex method (HiGHS).
doi:10.1007/s12532-017-0130-5
"""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from analysis.disclosure.cell_keys import CellKey
    from analysis.disclosure.policy import Policy, Sensitive
    from analysis.disclosure.systems import System

__all__ = [
    "ANSWERS",
    "Breach",
    "Target",
    "World",
    "breaches",
    "interval",
    "known_already",
    "leaking_cells",
    "reach",
    "solve",
    "targets",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Groups whose sum is to move, up (1) or down (-1), how far is enough, and [2, K] how far each group can go.
Job: TypeAlias = "tuple[Whole, float, float, Floats]"

#: The answers that each word of a policy protects.
ANSWERS: dict[Sensitive, tuple[float, ...]] = {"both": (0.0, 1.0), "yes": (1.0,), "no": (0.0,), "neither": ()}

_DUST = 1e-6
_TOLERANCE = 1e-6  # to which HiGHS keeps constraints


@dataclass(frozen=True, eq=False)
class World:
    """A system by groups of answers that no statement tells apart.

    Attributes
    ----------
    statements : ndarray, [S, K]
    below, above : ndarray, [K]
        How far the sum of each group's answers can go down and up when nothing is published.
    group : ndarray of int, [C]
        Which group each unknown belongs to.
    places : mapping of str to ndarray of int
        The unknowns of each member: it knows them all.
    """

    system: System
    statements: Floats
    below: Floats
    above: Floats
    group: Whole
    places: Mapping[str, Whole]

    @staticmethod
    def of(system: System) -> World:
        """Put the unknowns of a system into groups."""
        group = system.atoms
        first = np.unique(group, return_index=True)[1]
        size = len(first)
        below = np.bincount(group, system.answer - system.low, size).astype(float)
        above = np.bincount(group, system.high - system.answer, size).astype(float)
        places = {str(name): np.flatnonzero(system.member == name) for name in np.unique(system.member)}
        return World(system, system.statements[:, first], below, above, group, places)


@dataclass(frozen=True, eq=False)
class Target:
    """One answer to protect, or the answers of a withheld cell.

    Attributes
    ----------
    groups : ndarray of int
        Groups whose sum must be able to move.
    up, down : float
        By how much; 0 where it need not.
    within : tuple of str
        Members among the target's own groups that act together; `up` and `down` allow for what they know.
    attackers : int
        Further members that may act with them.
    name : str
        Question and members, for the inside alone.
    either : bool
        Whether room up and down count together.
    """

    groups: Whole
    up: float
    down: float
    within: tuple[str, ...]
    attackers: int
    name: str
    either: bool = False


@dataclass(frozen=True, eq=False)
class Breach:
    """An answer that the shown figures give away.

    Attributes
    ----------
    target : Target
    attackers : tuple of str
        The members that act together; empty for an outsider.
    limits : ndarray, [2, K]
        How far each group can go down and up in the eyes of these attackers.
    room : tuple of float
        How far the target can in truth go down and up.
    """

    target: Target
    attackers: tuple[str, ...]
    limits: Floats
    room: tuple[float, float]


def targets(world: World, policy: Policy, hidden: AbstractSet[CellKey]) -> list[Target]:
    """Name what must have room: the answers of sensitive questions, and those behind small withheld cells.

    Parameters
    ----------
    world : World
    policy : Policy
    hidden : set of CellKey
        Cells withheld for what they say of their own members.
    """
    system = world.system
    found: list[Target] = []
    for source in np.unique(system.source).tolist():
        names = set(source.split(","))
        columns = np.flatnonzero(system.source == source)
        kept = {policy.protects(name) for name in names} - {"neither"}
        answers = ANSWERS[kept.pop() if len(kept) == 1 else "both"] if kept else ()
        for group in np.unique(world.group[columns]).tolist() if answers else ():
            inside = columns[world.group[columns] == group]
            found += _of_members(system, inside, policy, np.array([group]), (policy.coalition, answers))
        least = max(policy.coalition, policy.minimum_base - 2)
        for cell in sorted(hidden):
            if cell[1] == system.wave:
                inside = columns[_behind(system, cell)[columns]]
                if 0 < len(inside) < policy.minimum_base:
                    groups = np.unique(world.group[inside])
                    found += _of_members(system, inside, policy, groups, (least, ANSWERS["both"]))
    return found


def _behind(system: System, cell: CellKey) -> Flags:
    """Mark the answers that a cell is made of."""
    lines = [system.statements[s] for s in np.flatnonzero(system.own) if system.cells[s] == cell]
    return np.asarray((np.array(lines).reshape(-1, len(system.answer)) != 0).any(axis=0))


def _of_members(
    system: System, inside: Whole, policy: Policy, groups: Whole, against: tuple[int, tuple[float, ...]]
) -> Iterator[Target]:
    """Yield what members alike in all statements need beyond changing places among themselves."""
    attackers, answers = against
    y = system.answer[inside]
    if system.counted:
        name = f"{system.source[inside[0]]}: {', '.join(system.member[inside])}"
        yes, no = (tuple(sorted(set(system.member[inside[y == answer]].tolist()))) for answer in (1.0, 0.0))
        # who gave the other answer too must be among the attackers, or it could change places
        if 0.0 in answers and no and len(yes) <= attackers:
            yield Target(groups, 1.0, 0.0, yes, attackers - len(yes), name)
        if 1.0 in answers and yes and len(no) <= attackers:
            yield Target(groups, 0.0, 1.0, no, attackers - len(no), name)
        return
    for i in np.argsort(-np.abs(y), kind="stable")[: attackers + 2].tolist():
        for within in range(min(attackers, len(y) - 1) + 1):
            yield from _of_amount(system, inside, policy, groups, (i, within, attackers - within))


def _of_amount(
    system: System, inside: Whole, policy: Policy, groups: Whole, whose: tuple[int, int, int]
) -> Iterator[Target]:
    """Yield what one member's amount needs beyond what its neighbours' amounts leave open."""
    i, within, attackers = whose
    y, low, high = system.answer[inside], system.low[inside], system.high[inside]
    others = np.delete(np.arange(len(y)), i)
    lower, higher = (
        float(np.sort(room[others])[: len(others) - within].sum()) for room in (y - low, high - y)
    )
    name = f"{system.source[inside[i]]}: {system.member[inside[i]]}"
    largest = others[np.argsort(-(high - low)[others], kind="stable")][:within]
    known = tuple(sorted(set(system.member[inside[largest]].tolist())))
    if system.rate[inside[i]]:
        need = policy.protection_points - min(high[i] - y[i], lower) - min(y[i] - low[i], higher)
        if need > _DUST:
            yield Target(groups, need, need, known, attackers, name, either=True)
        return
    need = policy.p_percent / 100 * abs(float(y[i]))
    up, down = max(need - lower, 0.0), max(need - higher, 0.0)
    if max(up, down) > _DUST * need:
        yield Target(groups, up, down, known, attackers, name)


def reach(world: World, shown: Flags, jobs: Sequence[Job]) -> tuple[Floats, Floats]:
    """Say how far sums of groups can move while all that is shown stays as it is.

    Parameters
    ----------
    world : World
    shown : ndarray of bool, [S]
    jobs : sequence of Job

    Returns
    -------
    ndarray, [J], at most what is enough; and [J, K], by how much each group moves for it.
    """
    if not jobs:
        return np.zeros(0), np.zeros((0, len(world.below)))
    room, moves = _moved(world, shown, jobs, whole=False)
    # without whole numbers room can only be larger: where there is none, or the move is whole, all is said
    open_still = np.flatnonzero(np.isnan(room)).tolist()
    if open_still:
        found = _moved(world, shown, [jobs[j] for j in open_still], whole=True)
        room[open_still], moves[open_still] = found
    return np.nan_to_num(room), moves


def _moved(world: World, shown: Flags, jobs: Sequence[Job], *, whole: bool) -> tuple[Floats, Floats]:
    """Return how far each sum moves, and the moves; NaN where the move found is no other world."""
    lines, slack = world.statements[shown], world.system.slack[shown]
    size = lines.shape[1]
    # one more unknown a job: what of its move counts
    aims = np.zeros((len(jobs), size + 1))
    for aim, (groups, sign, _, _) in zip(aims, jobs, strict=True):
        aim[groups], aim[-1] = sign, -1.0
    fixed = np.hstack([lines, np.zeros((len(lines), 1))])
    counts = np.zeros(aims.shape)
    counts[:, -1] = 1.0
    found = solve(
        -counts.ravel(),
        integrality=(1.0 - counts.ravel()) * (whole and world.system.counted),
        bounds=Bounds(
            -np.hstack([np.append(job[3][0], 0.0) for job in jobs]),
            np.hstack([np.append(job[3][1], job[2]) for job in jobs]),
        ),
        constraints=LinearConstraint(
            block_diag([csr_array(np.vstack([fixed, aim])) for aim in aims], format="csr"),
            np.tile(np.append(-slack[:, 0], 0.0), len(jobs)),
            np.tile(np.append(slack[:, 1], np.inf), len(jobs)),
        ),
    )
    if found.x is None:  # no other world could be looked for: nothing is taken to be safe
        return np.full(len(jobs), np.nan), np.zeros((len(jobs), size))
    moves = found.x.reshape(aims.shape)
    rooms = []
    for move, (groups, sign, enough, limits) in zip(moves[:, :-1], jobs, strict=True):
        far = min(float(sign * move[groups].sum()), enough)
        is_none = world.system.counted and far < min(enough, 1.0) - _DUST
        rooms.append(0.0 if is_none else far if _is_world(world, shown, move, limits) else np.nan)
    return np.array(rooms), moves[:, :-1].copy()


def _is_world(world: World, shown: Flags, move: Floats, limits: Floats) -> bool:
    """Check that what the solver found is another world that prints the same: a solver can be wrong."""
    if world.system.counted:
        if np.abs(move - move.round()).max(initial=0.0) > _TOLERANCE:
            return False
        move = move.round()
    wide = _TOLERANCE * (1.0 + np.abs(limits).max(axis=0))
    changed, slack = world.statements[shown] @ move, world.system.slack[shown]
    loose = _TOLERANCE * (1.0 + np.abs(world.statements[shown]) @ np.abs(move))
    inside = (move >= -limits[0] - wide).all() and (move <= limits[1] + wide).all()
    return bool(inside and (changed >= -slack[:, 0] - loose).all() and (changed <= slack[:, 1] + loose).all())


def solve(costs: Floats, **problem: Any) -> Any:
    """Call `scipy.optimize.milp` in silence.

    HiGHS says on standard output, whatever it is told, where it mends a solution; callers print JSON there.
    """
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        return milp(costs, **problem)
    finally:
        if os.name == "posix":
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def breaches(
    world: World, shown: Flags, aims: Sequence[Target], known: Sequence[Breach] = ()
) -> list[Breach]:
    """Name the answers that the statements shown give away, each with the first coalition it falls to.

    Parameters
    ----------
    world : World
    shown : ndarray of bool, [S]
    aims : sequence of Target
    known : sequence of Breach
        What some coalitions know already, as `known_already` returns it.
    """
    found = []
    for aim in _doubtful(world, shown, aims):
        already = [frozenset(breach.attackers) for breach in known if breach.target is aim]
        found += _search(world, shown, aim, already, every=bool(already))[:1]
    return found


def known_already(world: World, shown: Flags, aims: Sequence[Target]) -> list[Breach]:
    """Name each answer that follows from what cannot be withheld, with every coalition it falls to.

    What some know is still to be kept from all others, so each coalition stands for itself. Of coalitions
    that contain each other the smallest are named.
    """
    return [
        fallen
        for aim in _doubtful(world, shown, aims)
        for fallen in _search(world, shown, aim, [], every=True, first=False)
    ]


def _doubtful(world: World, shown: Flags, aims: Sequence[Target]) -> list[Target]:
    """Return the targets that are not safe from any coalition at once."""
    fallen, _ = _fallen(world, shown, [(aim, (), _robust(world, aim)) for aim in aims])
    return [breach.target for breach in fallen]


def _search(
    world: World,
    shown: Flags,
    aim: Target,
    already: Sequence[frozenset[str]],
    *,
    every: bool,
    first: bool = True,
) -> list[Breach]:
    """Return coalitions that a target falls to, the smallest first; all smallest ones, or those of one size.

    Where a world is found in which the target differs, whoever breaks it must know an answer that it changes:
    only those members are asked to join.
    """
    kinds = _kinds(world, aim, None if every else aim.attackers)
    alike = set(_alike(world, aim))
    found: list[Breach] = []
    trials: list[tuple[str, ...]] = [()]
    for _ in range(aim.attackers + 1):
        trials = [who for who in trials if not any(known <= set(who) for known in already)]
        fallen, changed = _fallen(
            world, shown, [(aim, who, _without(world, (*aim.within, *who))) for who in trials]
        )
        found += fallen
        if first and found:
            break
        lost = {breach.attackers for breach in fallen}
        further = {
            tuple(sorted((*who, name)))
            for who, moved in zip(trials, changed, strict=True)
            if who not in lost
            for kind in kinds
            if moved[world.group[world.places[kind[0]]]].any()
            # one of those alike is the target
            for name in [name for name in kind if name not in who and (not alike or alike - {*who, name})][:1]
        }
        trials = sorted(further)
    return found


def leaking_cells(world: World, shown: Flags, breach: Breach) -> list[CellKey]:
    """Name figures that give an answer away together: none of them can be spared.

    Returns
    -------
    list of CellKey
        Empty where what holds by definition, or was published before, is enough.
    """
    cells = sorted({c for c, on in zip(world.system.cells, shown, strict=True) if on and c is not None})
    needed = list(cells)
    for cell in cells:
        rest = set(needed) - {cell}
        without = shown & np.array([c is None or c in rest for c in world.system.cells])
        if _fallen(world, without, [(breach.target, breach.attackers, breach.limits)])[0]:
            needed.remove(cell)
    return needed


def interval(world: World, shown: Flags, cell: CellKey) -> tuple[float, float, float]:
    """Return how low and how high the sum behind a withheld cell can be, and what it is.

    In the eyes of an outsider; the sum of the answers of the cell's own members, unweighted.
    """
    inside = _behind(world.system, cell)
    groups = np.unique(world.group[inside])
    limits = np.array([world.below, world.above])
    most = float(limits[:, groups].sum())
    (down, up), _ = reach(world, shown, [(groups, -1.0, most, limits), (groups, 1.0, most, limits)])
    total = float(world.system.answer[inside].sum())
    return total - float(down), total + float(up), total


def _fallen(
    world: World, shown: Flags, trials: Sequence[tuple[Target, tuple[str, ...], Floats]]
) -> tuple[list[Breach], Flags]:
    """Return the trials in which the target has less room than it needs; of all, which groups move for it."""
    jobs = [
        (aim.groups, sign, need, limits)
        for aim, _, limits in trials
        for sign, need in ((-1.0, aim.down), (1.0, aim.up))
    ]
    rooms, moves = reach(world, shown, jobs)
    fallen = []
    for (aim, who, limits), (down, up) in zip(trials, rooms.reshape(-1, 2).tolist(), strict=True):
        lacking = aim.up - up - down if aim.either else max(aim.up - up, aim.down - down)
        if lacking > max(_DUST * max(aim.up, aim.down), 2 * _DUST):
            fallen.append(Breach(aim, who, limits, (down, up)))
    far = np.abs(moves).reshape(len(trials), 2, len(world.below)).max(axis=1)
    return fallen, np.asarray(far > _DUST)


def _robust(world: World, aim: Target) -> Floats:
    """Return the limits when in every group the members that know most know their own answers."""
    limits = _without(world, aim.within)
    system = world.system
    free = ~np.isin(system.member, aim.within)
    alike = _alike(world, aim)
    for group in range(limits.shape[1]):
        own = group in aim.groups
        inside = np.flatnonzero(free & (world.group == group))
        inside = inside[np.isin(system.member[inside], alike)] if own else inside
        most = min(aim.attackers, max(len(alike) - 1, 0)) if own else aim.attackers
        names = np.unique(system.member[inside], return_inverse=True)[1]
        for line, room in zip(limits, (system.answer - system.low, system.high - system.answer), strict=True):
            line[group] -= np.sort(np.bincount(names, room[inside]))[::-1][:most].sum()
    return np.asarray(np.maximum(limits, 0.0))


def _alike(world: World, aim: Target) -> list[str]:
    """Return the members that gave the answer that is protected; of amounts there are none."""
    system = world.system
    own = np.isin(world.group, aim.groups) & (system.answer == float(aim.up == 0))
    return np.unique(system.member[own]).tolist() if system.counted else []


def _kinds(world: World, aim: Target, size: int | None) -> list[list[str]]:
    """Put further members together that know the same, or answers to the same; those that know most first.

    Of amounts each is a kind of its own where `size` is None: those that know less may have to be tried.
    """
    system = world.system
    alike = set(_alike(world, aim))
    inside = np.isin(world.group, aim.groups)
    apart = (set(system.member[inside].tolist()) - alike) | set(aim.within)
    room = np.maximum(system.answer - system.low, system.high - system.answer)
    known: dict[tuple[tuple[int, float], ...], list[tuple[float, str]]] = {}
    for name, places in world.places.items():
        if name not in apart:
            answers = zip(world.group[places], system.answer[places] * system.counted, strict=True)
            known.setdefault(tuple(sorted(answers)), []).append((-float(room[places].sum()), name))
    ranked = [[name for _, name in sorted(those)] for those in known.values()]
    if size is None and not system.counted:
        return [[name] for those in ranked for name in those]
    return [those[:size] for those in ranked]


def _without(world: World, who: Iterable[str]) -> Floats:
    """Return the limits in the eyes of members that know their own answers."""
    limits = np.array([world.below, world.above])
    system = world.system
    for name in who:
        at = world.places[name]
        np.subtract.at(limits[0], world.group[at], system.answer[at] - system.low[at])
        np.subtract.at(limits[1], world.group[at], system.high[at] - system.answer[at])
    return np.asarray(np.maximum(limits, 0.0))
