"""Attack what a wave publishes, and say what an outsider, a member or members together learn; for the inside.

The attackers have every figure of the public edition and all that was published before, know who answered,
and each its own answers. `analysis.disclosure.attack` does the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.disclosure import KEY, World, breaches, interval, leaking_cells, targets
from analysis.words import estimate_key
from survey.figures import known_cells, systems_of

if TYPE_CHECKING:
    from analysis.disclosure import CellKey, Target
    from survey.figures import Figures

__all__ = ["Attacked", "attack_edition"]


@dataclass(frozen=True, eq=False)
class Attacked:
    """What attacks on the figures of a wave found.

    Attributes
    ----------
    shown, withheld : int
        Cells of the wave.
    breaches : DataFrame
        question, wave, attackers, figures: an answer each that follows, for attackers of the policy's number.
        Empty, or the edition must not go out.
    beyond : DataFrame
        The same if one more member joined the attackers: what the policy accepts.
    intervals : DataFrame
        key, low, high, width of what an outsider learns of each withheld cell, the narrowest first: of shares
        the number that said yes, else the sum of the answers; width in per cent of what is possible.
    """

    shown: int
    withheld: int
    breaches: pd.DataFrame
    beyond: pd.DataFrame
    intervals: pd.DataFrame


def attack_edition(figures: Figures) -> Attacked:
    """Attack all that the public edition of a wave shows of that wave; the waves before have their own."""
    rows = figures.controlled
    cells = [tuple(row) for row in rows[[*KEY]].itertuples(index=False, name=None)]
    status = dict(zip(cells, rows["status"], strict=True))
    hidden = frozenset(cell for cell, said in status.items() if said == "suppressed")
    known = known_cells(figures, rows, figures.published)
    found: dict[int, list[tuple[str, str, str, str]]] = {0: [], 1: []}
    narrow = []
    own = (system for system in systems_of(figures, figures.published) if system.wave == figures.wave)
    for system in own:
        world = World.of(system)
        narrow += _intervals(world, hidden)
        for more in found:
            policy = replace(figures.policy, coalition=figures.policy.coalition + more)
            found[more] += _breaches(world, policy.coalition, targets(world, policy, hidden), hidden, known)
    columns = ["question", "wave", "attackers", "figures"]
    ranges = pd.DataFrame(narrow, columns=["key", "low", "high", "width"])
    return Attacked(
        sum(said == "released" for cell, said in status.items() if cell[1] == figures.wave),
        sum(cell[1] == figures.wave for cell in hidden),
        pd.DataFrame(found[0], columns=columns),
        pd.DataFrame(found[1], columns=columns),
        ranges.sort_values("width", ignore_index=True),
    )


def _breaches(
    world: World, coalition: int, aims: list[Target], hidden: frozenset[CellKey], known: frozenset[CellKey]
) -> list[tuple[str, str, str, str]]:
    """Name what falls to the figures shown, but not to what is known without them."""
    system = world.system
    alone = np.array([cell is None or cell in known for cell in system.cells], dtype=bool)
    before = {breach.target for breach in breaches(world, alone, aims)}
    shown = system.shown(hidden - known)
    return [
        (
            breach.target.name.partition(":")[0],
            system.wave,
            # those of the answers' own group are allowed for in the target
            _who(len(breach.attackers) + max(coalition - breach.target.attackers, 0)),
            " + ".join(_key(cell) for cell in leaking_cells(world, shown, breach)),
        )
        for breach in breaches(world, shown, [aim for aim in aims if aim not in before])
    ]


def _who(members: int) -> str:
    return ("an outsider", "a member", "two members")[members] if members < 3 else f"{members} members"  # noqa: PLR2004


def _key(cell: CellKey) -> str:
    return estimate_key(cell[1], cell[0], *cell[2:])


def _intervals(world: World, hidden: frozenset[CellKey]) -> list[tuple[str, float, float, float]]:
    """Say of each withheld cell of a system between which bounds an outsider knows it to lie."""
    system = world.system
    own = {cell for cell, is_own in zip(system.cells, system.own, strict=True) if is_own and cell in hidden}
    rows = []
    for cell in sorted(c for c in own if c is not None):
        low, high, _ = interval(world, system.shown(hidden), cell)
        inside = np.zeros(len(system.answer), dtype=bool)
        for line, at in zip(system.statements, system.cells, strict=True):
            inside |= (line != 0) & (at == cell)
        room = float((system.high - system.low)[inside].sum())
        rows.append((_key(cell), low, high, 100 * (high - low) / room if room else 0.0))
    return rows
