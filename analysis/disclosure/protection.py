"""Choose which further cells to withhold, so that no attack succeeds, at the least loss.

References
----------
Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with linear constraints,
Management Science 47, 1008-1027. doi:10.1287/mnsc.47.7.1008.10265
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import block_array, csr_array

from analysis.disclosure.attack import World, breaches, known_already, solve, targets
from analysis.disclosure.cell_keys import KEY, cells_with, is_split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from analysis.disclosure.attack import Breach, Target
    from analysis.disclosure.cell_keys import CellKey
    from analysis.disclosure.policy import Policy
    from analysis.disclosure.systems import System

__all__ = ["Cost", "cells_that_protect", "protect", "reader_cost", "withhold"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: What it costs to withhold a cell beside those that are withheld already.
Cost: TypeAlias = "Callable[[CellKey, AbstractSet[CellKey]], float]"

_HALF = 0.5
_AT_ONCE = 250  # unknowns of one plan
_WHOLE, _FRAME, _PARTS, _AGAIN = 1000.0, 0.5, 0.002, 0.8  # factors of `reader_cost`


def protect(
    released: pd.DataFrame,
    systems: Sequence[System],
    policy: Policy,
    *,
    out: AbstractSet[CellKey] = frozenset(),
) -> pd.DataFrame:
    """Withhold further cells until nobody can work out what the policy protects.

    Parameters
    ----------
    released : DataFrame
        As `suppression.release` returns it, every cell withheld that is for itself.
    systems : sequence of System
        What the cells say, as `systems.read_systems` writes it down.
    policy : Policy
    out : set of CellKey
        Cells that are public already, or published by exception: they cannot be withheld, and what follows
        from them alone is kept from those only for whom it does not.

    Returns
    -------
    DataFrame
        The same rows; of those withheld now no numbers, `reason` "protects another cell".
    """
    hidden = cells_with(released, "suppressed")
    return withhold(released, cells_that_protect(systems, hidden, policy, reader_cost(released), out))


def withhold(released: pd.DataFrame, further: AbstractSet[CellKey]) -> pd.DataFrame:
    """Return frame `estimates` without the numbers of further cells, each with its reason."""
    cells = released[[*KEY]].itertuples(index=False, name=None)
    out = released.copy()
    chosen = pd.Series([cell in further for cell in cells], index=out.index, dtype=bool)
    out.loc[chosen, "status"] = "suppressed"
    out.loc[chosen, "reason"] = "protects another cell"
    out.loc[chosen, ["estimate", "se", "lower", "upper"]] = np.nan
    return out


def reader_cost(released: pd.DataFrame) -> Cost:
    """Say what a reader loses with each cell: the base, and more for a headline than for a segment.

    A figure for the frame is less than the plain one beside it, the parts of a change are less than any
    figure, and one that is withheld in the wave before less than one that is missed: readers follow a segment
    over the years.
    """
    bases = dict(
        zip(released[[*KEY]].itertuples(index=False, name=None), released["n"].astype(float), strict=True)
    )
    waves = sorted(set(released["wave"]))
    earlier = dict(zip(waves[1:], waves, strict=False))

    def cost(cell: CellKey, held: AbstractSet[CellKey]) -> float:
        indicator, wave, dimension, segment = cell
        whole = _WHOLE if dimension == "total" else 1.0
        described = _FRAME if indicator.endswith(".members") else 1.0
        parts = _PARTS if is_split(cell) else 1.0
        again = _AGAIN if (indicator, earlier.get(wave), dimension, segment) in held else 1.0
        return whole * described * parts * again * (bases.get(cell, 0.0) + 1.0)

    return cost


def cells_that_protect(
    systems: Sequence[System],
    hidden: AbstractSet[CellKey],
    policy: Policy,
    cost: Cost,
    out: AbstractSet[CellKey] = frozenset(),
) -> frozenset[CellKey]:
    """Name the cells to withhold beside those that are withheld for themselves.

    Parameters
    ----------
    systems : sequence of System
    hidden : set of CellKey
        Cells withheld for what they say of their own members.
    policy : Policy
    cost : callable
        What it costs the reader to lose a cell, when others are withheld already; as `reader_cost`.
    out : set of CellKey
        Cells that cannot be withheld.

    Notes
    -----
    To withhold more is never less safe, so systems that share cells are worked through one after the other.
    """
    held = frozenset(hidden)
    for system in systems:
        cells = frozenset(cell for cell in system.cells if cell is not None)
        question = _Question(system, held & cells, frozenset(hidden) & cells, cells & out, policy)
        prices = {cell: cost(cell, held) for cell in cells}
        held |= _remembered(question.fingerprint(prices), question, prices)
    return held - frozenset(hidden)


@dataclass(frozen=True, eq=False)
class _Question:
    """What to withhold of one system."""

    system: System
    held: frozenset[CellKey]
    first: frozenset[CellKey]
    out: frozenset[CellKey]
    policy: Policy

    def fingerprint(self, prices: Mapping[CellKey, float]) -> str:
        """Return a hash of all that the answer depends on."""
        system = self.system
        arrays = (system.answer, system.low, system.high, system.statements, system.slack)
        words = (system.wave, system.source.tolist(), system.cells, system.own.tolist(), sorted(self.held),
                 sorted(self.first), sorted(self.out), self.policy, sorted(prices.items()))  # fmt: skip
        parts = [array.tobytes() for array in arrays] + [repr(words).encode()]
        return hashlib.sha256(b"".join(parts)).hexdigest()


_KNOWN: dict[str, frozenset[CellKey]] = {}


def _remembered(mark: str, question: _Question, prices: Mapping[CellKey, float]) -> frozenset[CellKey]:
    """Answer a question once: the waves before are the same in the figures of every wave."""
    if mark not in _KNOWN:
        world = World.of(question.system)
        aims = targets(world, question.policy, question.first)
        known = known_already(world, question.system.only(question.out), aims)
        plan = _protect(
            world, question.held - question.out, (aims, known), (prices.__getitem__, question.out)
        )
        _KNOWN[mark] = plan if aims else frozenset()
    return _KNOWN[mark]


def _protect(
    world: World,
    held: frozenset[CellKey],
    aims: tuple[Sequence[Target], Sequence[Breach]],
    prices: tuple[Callable[[CellKey], float], AbstractSet[CellKey]],
) -> frozenset[CellKey]:
    """Withhold the cells of least cost until no target falls to a coalition that does not know it."""
    plan = held
    trials: list[Breach] = []
    while found := breaches(world, world.system.shown(plan), *aims):
        trials += found
        before = plan
        at_once = len(trials) * len(world.below) <= _AT_ONCE
        # many at once take the solver minutes: then one after the other, each on top of the last
        for base, group in [(held, trials)] if at_once else [(None, [trial]) for trial in found]:
            further = _cheapest(world, plan if base is None else base, group, *prices)
            plan = (plan if base is None else base) | (further or frozenset())
        if plan == before:  # no plan: everything that tells of these answers is withheld
            return held | {cell for cell in world.system.cells if cell is not None} - prices[1]
    return plan


@dataclass(frozen=True, eq=False)
class _Block:
    """The constraints under which one breached answer has its room."""

    rows: Floats
    release: Floats
    lowest: Floats
    highest: Floats
    limits: Floats


def _cheapest(
    world: World,
    held: frozenset[CellKey],
    trials: Sequence[Breach],
    cost: Callable[[CellKey], float],
    out: AbstractSet[CellKey],
) -> frozenset[CellKey] | None:
    """Solve for the cells of least cost whose loss gives every breached answer its room; None without any."""
    system = world.system
    shown = system.shown(held)
    on = [cell for cell, is_shown in zip(system.cells, shown, strict=True) if is_shown]
    cells = sorted({cell for cell in on if cell is not None} - out)
    if not cells:
        return None
    owner = np.array([[cell == own for own in cells] for cell in system.cells])[shown]
    blocks = [
        _block(world, shown, owner.reshape(-1, len(cells)), trial, move)
        for trial in trials
        for move in _wanted(trial)
    ]
    size = len(world.below)
    rows = block_array(
        [
            [
                *(csr_array(block.rows) if i == j else None for j in range(len(blocks))),
                csr_array(block.release),
            ]
            for i, block in enumerate(blocks)
        ],
        format="csr",
    )
    moves = size * len(blocks)
    solved = solve(
        # a hair dearer one after the other: of equal plans always the same
        np.append(np.zeros(moves), [cost(cell) * (1 + 1e-6 * place) for place, cell in enumerate(cells)]),
        integrality=np.append(np.full(moves, int(system.counted)), np.ones(len(cells))),
        bounds=Bounds(
            np.append(np.hstack([-block.limits[0] for block in blocks]), np.zeros(len(cells))),
            np.append(np.hstack([block.limits[1] for block in blocks]), np.ones(len(cells))),
        ),
        constraints=LinearConstraint(
            rows, np.hstack([b.lowest for b in blocks]), np.hstack([b.highest for b in blocks])
        ),
    )
    if solved.x is None:
        return None
    return frozenset(cell for cell, part in zip(cells, solved.x[moves:], strict=True) if part > _HALF)


def _block(world: World, shown: Flags, owner: Flags, trial: Breach, move: tuple[float, float]) -> _Block:
    """Write down: what is shown stays unless its cell is withheld, and the target moves far enough."""
    lines, slack = world.statements[shown], world.system.slack[shown]
    most = np.ceil(np.abs(lines) @ trial.limits.max(axis=0)) + 1.0
    release = -most[:, None] * owner
    aim = np.zeros(lines.shape[1])
    aim[trial.target.groups] = move[0]
    return _Block(
        np.vstack([lines, -lines, aim]),
        np.vstack([release, release, np.zeros(owner.shape[1])]),
        np.append(np.full(2 * len(lines), -np.inf), move[1]),
        np.concatenate([slack[:, 1], slack[:, 0], [np.inf]]),
        trial.limits,
    )


def _wanted(breach: Breach) -> list[tuple[float, float]]:
    """Return direction and length of the moves that give a breached answer its room."""
    aim = breach.target
    if not aim.either:
        return [(sign, need) for sign, need in ((-1.0, aim.down), (1.0, aim.up)) if need > 0]
    rooms = breach.limits[:, aim.groups].sum(axis=1)
    return [(-1.0, min(aim.down, rooms[0]))] if rooms[0] >= rooms[1] else [(1.0, min(aim.up, rooms[1]))]
