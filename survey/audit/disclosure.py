"""Attack what a wave publishes, and say what an outsider, a member or members together learn; for the inside.

The attackers have every figure of the public edition and all that was published before, know who answered,
and each its own answers. `analysis.disclosure.attack` does the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.disclosure import (
    World,
    breaches,
    cells_that_protect,
    interval,
    known_already,
    leaking_cells,
    reader_cost,
    targets,
)
from analysis.words import estimate_key

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.disclosure import Breach, CellKey, Cost, Policy, System
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
        question, wave, attackers, figures, repair: an answer each that follows, for attackers of the policy's
        number, and the figures that it would cost a reader least to lose. Empty, or the edition must not go
        out.
    beyond : DataFrame
        The same if one more member joined the attackers: what the policy accepts. Without repair.
    known : DataFrame
        The same of what follows from figures that cannot be withheld: printed before, published by exemption,
        or said of answers that need no protection. Without repair.
    intervals : DataFrame
        key, low, high, width of what an outsider learns of each withheld cell, the narrowest first: of shares
        the number that said yes, else the sum of the answers; width in per cent of what is possible.
    """

    shown: int
    withheld: int
    breaches: pd.DataFrame
    beyond: pd.DataFrame
    known: pd.DataFrame
    intervals: pd.DataFrame


_COLUMNS = ["question", "wave", "attackers", "figures", "repair"]


def attack_edition(figures: Figures) -> Attacked:
    """Attack all that the public edition of a wave shows of that wave; the waves before have their own."""
    control = figures.controlled
    rows = control.estimates
    hidden = control.hidden
    published = _Published(hidden, control.known, reader_cost(rows))
    following, beyond, already, narrow = [], [], [], []
    one_more = replace(figures.policy, coalition=figures.policy.coalition + 1)
    for system in control.systems:
        if system.wave == figures.wave:
            world = World.of(system)
            narrow += _intervals(world, hidden)
            found, before = _breaches(world, figures.policy, published)
            repair = _repair(system, figures.policy, published) if found else ""
            following += _lines(world, system.shown(published.unseen), found, repair)
            already += _lines(world, system.only(published.known), before)
            beyond += _lines(world, system.shown(published.unseen), _breaches(world, one_more, published)[0])
    ranges = pd.DataFrame(narrow, columns=["key", "low", "high", "width"])
    return Attacked(
        shown=int(((rows["status"] == "released") & (rows["wave"] == figures.wave)).sum()),
        withheld=int(((rows["status"] == "suppressed") & (rows["wave"] == figures.wave)).sum()),
        breaches=pd.DataFrame(following, columns=_COLUMNS),
        beyond=pd.DataFrame(beyond, columns=_COLUMNS),
        known=pd.DataFrame(already, columns=_COLUMNS),
        intervals=ranges.sort_values("width", ignore_index=True),
    )


@dataclass(frozen=True, eq=False)
class _Published:
    """Which cells readers have not, which they have in any case, and what the others are worth to them."""

    hidden: frozenset[CellKey]
    known: frozenset[CellKey]
    cost: Cost

    @property
    def unseen(self) -> frozenset[CellKey]:
        """The cells that no reader has."""
        return self.hidden - self.known


def _breaches(world: World, policy: Policy, published: _Published) -> tuple[list[Breach], list[Breach]]:
    """Find what falls to the figures shown, and what to those alone that cannot be withheld."""
    system = world.system
    aims = targets(world, policy, published.hidden)
    known = known_already(world, system.only(published.known), aims)
    return breaches(world, system.shown(published.unseen), aims, known), known


def _repair(system: System, policy: Policy, published: _Published) -> str:
    """Name the figures that it costs a reader least to lose, so that nothing follows."""
    further = cells_that_protect([system], published.hidden, policy, published.cost, published.known)
    return " + ".join(_key(cell) for cell in sorted(further))


def _lines(
    world: World, shown: npt.NDArray[np.bool_], found: list[Breach], repair: str = ""
) -> list[tuple[str, ...]]:
    """Tell of each answer that follows the breach that takes the fewest attackers."""
    by_number = sorted(found, key=_attackers, reverse=True)
    return [
        (
            breach.target.name.partition(":")[0],
            world.system.wave,
            _who(_attackers(breach)),
            " + ".join(_key(cell) for cell in leaking_cells(world, shown, breach)),
            repair,
        )
        for breach in {breach.target.name: breach for breach in by_number}.values()
    ]


def _attackers(breach: Breach) -> int:
    return len(breach.target.within) + len(breach.attackers)


def _who(members: int) -> str:
    return ("an outsider", "a member", "two members")[members] if members < 3 else f"{members} members"  # noqa: PLR2004


def _key(cell: CellKey) -> str:
    return estimate_key(cell[1], cell[0], *cell[2:])


def _intervals(world: World, hidden: frozenset[CellKey]) -> list[tuple[str, float, float, float]]:
    """Say of each withheld cell of a system between which bounds an outsider knows it to lie."""
    system = world.system
    own = {
        cell
        for cell, is_own in zip(system.cells, system.own, strict=True)
        if is_own and cell in hidden and cell[1] == system.wave
    }
    rows = []
    for cell in sorted(c for c in own if c is not None):
        low, high, _ = interval(world, system.shown(hidden), cell)
        inside = np.zeros(len(system.answer), dtype=bool)
        for line, at in zip(system.statements, system.cells, strict=True):
            inside |= (line != 0) & (at == cell)
        room = float((system.high - system.low)[inside].sum())
        rows.append((_key(cell), low, high, 100 * (high - low) / room if room else 0.0))
    return rows
