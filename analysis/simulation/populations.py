"""Panels of members drawn at random: who is in which stratum, what they would answer, who is heard.

Every draw makes a frame of its own: all members' true answers in two waves, of which the respondents are
then taken, in each stratum and wave, as a simple random sample without replacement. Response may be
correlated between the waves (who answered once tends to answer again), some members change stratum, some
leave, others join. The true figures are those of all members of the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["PANELS", "SCENARIOS", "VARIABLES", "Draws", "Panel", "Scenario", "Variable", "draw"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Name a frame by the members of its strata, the smallest first."""

    strata: tuple[int, ...]

    @property
    def name(self) -> str:
        """Write the strata as in the kept table: ``7/20/50``."""
        return "/".join(map(str, self.strata))

    @property
    def members(self) -> int:
        """Count the members of the frame."""
        return sum(self.strata)


@dataclass(frozen=True)
class Scenario:
    """Say how a panel answers.

    Attributes
    ----------
    response
        Share of each stratum's members that answers, in each wave; at least two members do.
    correlation
        Of the propensity to answer in the first and second wave: 0 chance alone, 1 the same members.
    turnover
        Whether members change stratum (one in ten of the largest, to the next), leave and join (one in
        twenty of the frame each).
    """

    response: float
    correlation: float
    turnover: bool


@dataclass(frozen=True)
class Variable:
    """Name what is asked, and how it is distributed over members.

    Attributes
    ----------
    name
        As in the kept table.
    kind
        {"share", "amount", "ratio"}.
    then, now
        Share of yes in either wave. A member keeps its answer with a chance of 0.7.
    spread
        Standard deviation of the logarithm of an amount, or of a ratio's denominator.
    """

    name: str
    kind: Literal["share", "amount", "ratio"]
    then: float = 0.0
    now: float = 0.0
    spread: float = 0.0


PANELS = (Panel((3, 7, 20)), Panel((7, 20, 50)), Panel((6, 12, 38, 44)), Panel((10, 40, 150, 300)))
SCENARIOS = (
    Scenario(0.5, 0.5, turnover=True),
    Scenario(0.7, 0.5, turnover=True),
    Scenario(0.85, 0.5, turnover=True),
    Scenario(1.0, 0.5, turnover=True),
    Scenario(0.7, 0.0, turnover=False),
    Scenario(0.7, 1.0, turnover=False),
    Scenario(0.85, 0.0, turnover=False),
    Scenario(0.85, 1.0, turnover=False),
)
VARIABLES = (
    Variable("share 0.02", "share", 0.02, 0.02),
    Variable("share 0.1", "share", 0.1, 0.1),
    Variable("share 0.5", "share", 0.5, 0.6),
    Variable("share 0.9", "share", 0.9, 0.92),
    Variable("share 1", "share", 1.0, 1.0),
    Variable("amount even", "amount", spread=0.3),
    Variable("amount skewed", "amount", spread=0.8),
    Variable("amount very skewed", "amount", spread=1.4),
    Variable("ratio", "ratio", spread=0.8),
)

_KEEPS = 0.7
_GROWTH = 1.05


@dataclass(frozen=True, eq=False)
class Draws:
    """Hold R draws of a panel of M members in two waves.

    Attributes
    ----------
    stratum
        [2, M] the member's stratum, -1 outside the frame.
    kind
        [M] 0 or 1, a segment that cuts through the strata.
    y, x
        [2, R, M] true answers of all members; x = 1 but for ratios.
    seen
        [2, R, M] who answered.
    """

    panel: Panel
    stratum: Whole
    kind: Whole
    y: Floats
    x: Floats
    seen: Flags


def draw(panel: Panel, scenario: Scenario, variable: Variable, draws: int, rng: np.random.Generator) -> Draws:
    """Draw a panel's true answers and respondents ``draws`` times."""
    stratum = _strata(panel, turnover=scenario.turnover)
    members = stratum.shape[1]
    level = np.maximum(stratum[0], stratum[1])
    # the smallest stratum holds the largest institutions
    size = (len(panel.strata) - 1 - level) * 0.7
    x = np.ones((2, draws, members))
    if variable.kind == "share":
        y = _shares(variable, (draws, members), rng)
    elif variable.kind == "amount":
        y = _amounts(size, variable.spread, (draws, members), rng)
    else:
        x = _amounts(size, variable.spread, (draws, members), rng)
        y = x * _rates((draws, members), rng)
    kind = np.arange(members) % 2
    return Draws(panel, stratum, kind, y, x, _respondents(stratum, scenario, draws, rng))


def _strata(panel: Panel, *, turnover: bool) -> Whole:
    """Give each member its stratum in either wave; joiners stand last."""
    base = np.repeat(np.arange(len(panel.strata)), panel.strata)
    if not turnover:
        return np.stack([base, base])
    some, largest = max(1, panel.members // 20), panel.strata[-1]
    first = panel.members - largest
    then = np.concatenate([base, np.full(some, -1)])
    now = np.concatenate([base, np.full(some, len(panel.strata) - 1)])
    now[first : first + max(1, largest // 10)] -= 1
    now[panel.members - some : panel.members] = -1
    return np.stack([then, now])


def _shares(variable: Variable, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    then = rng.random(shape) < variable.then
    drawn = rng.random(shape) < (variable.now - _KEEPS * variable.then) / (1 - _KEEPS)
    now = np.where(rng.random(shape) < _KEEPS, then, drawn)
    return np.stack([then, now]).astype(float)


def _amounts(size: Floats, spread: float, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    lasting = rng.normal(size, 0.9 * spread, shape)
    passing = rng.normal(0.0, np.sqrt(0.19) * spread, (2, *shape))
    return np.asarray(np.exp(lasting + passing) * np.array([1.0, _GROWTH])[:, None, None])


def _rates(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Draw rates about 0.88, as of calls put through, that mostly last from wave to wave."""
    logit = rng.normal(2.0, 0.7, shape) + rng.normal(0.0, 0.4, (2, *shape))
    return np.asarray(1 / (1 + np.exp(-logit)))


def _respondents(stratum: Whole, scenario: Scenario, draws: int, rng: np.random.Generator) -> Flags:
    c = scenario.correlation
    first = rng.random((draws, stratum.shape[1]))
    other = rng.random(first.shape)
    # a member's second propensity is its first one with chance c: the same members at 1, others at 0
    second = np.where(rng.random(first.shape) < c, first, other)
    seen = np.zeros((2, *first.shape), dtype=bool)
    for wave, propensity in enumerate((first, second)):
        for h in np.unique(stratum[wave][stratum[wave] >= 0]):
            at = np.flatnonzero(stratum[wave] == h)
            wanted = min(at.size, max(2, round(scenario.response * at.size)))
            rank = propensity[:, at].argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
            seen[wave][:, at] = rank < wanted
    return seen
