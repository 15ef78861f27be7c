"""A thin layer over scipy's mixed-integer solver: named 0/1 decisions, linear targets, soft wishes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

__all__ = ["Decisions"]

MISS = 1e4
YES = 0.5  # above it a 0/1 decision, which the solver returns as a float, is a yes


@dataclass
class Decisions:
    """0/1 decisions under linear constraints, chosen to score highest.

    `wish` gives the score of saying yes; `limit` a constraint that must hold; `aim` one that should hold, at
    a price far above any score (so that a figure no whole numbers can give is come close to instead of
    failing).
    """

    scores: dict[Hashable, float] = field(default_factory=dict)
    rows: list[tuple[dict[Hashable, float], float, float, bool]] = field(default_factory=list)

    def wish(self, key: Hashable, score: float) -> None:
        """Add the decision `key`, with the score of a yes."""
        self.scores[key] = score

    def limit(self, terms: Mapping[Hashable, float] | Iterable[Hashable], low: float, high: float) -> None:
        """Require low <= sum of terms <= high."""
        self.rows.append((_terms(terms), low, high, False))

    def aim(self, terms: Mapping[Hashable, float] | Iterable[Hashable], target: float) -> None:
        """Ask for sum of terms = target, as nearly as can be."""
        self.rows.append((_terms(terms), target, target, True))

    def decide(self) -> dict[Hashable, bool]:
        """Solve; RuntimeError where the constraints contradict each other."""
        if not self.scores:
            return {}
        index = {key: i for i, key in enumerate(self.scores)}
        soft = [r for r, row in enumerate(self.rows) if row[3]]
        slack = {r: len(index) + 2 * i for i, r in enumerate(soft)}
        size = len(index) + 2 * len(soft)
        cells = [
            (r, index[key], weight) for r, row in enumerate(self.rows) for key, weight in row[0].items()
        ] + [(r, slack[r] + side, 1.0 - 2.0 * side) for r in soft for side in (0, 1)]
        at_row, at_column, weight = zip(*cells, strict=True)
        matrix = coo_array((weight, (at_row, at_column)), shape=(len(self.rows), size)).tocsr()
        result = milp(
            c=np.array([-s for s in self.scores.values()] + [MISS] * (2 * len(soft))),
            constraints=LinearConstraint(
                matrix, [row[1] for row in self.rows], [row[2] for row in self.rows]
            ),
            integrality=np.array([1] * len(index) + [0] * (2 * len(soft))),
            bounds=Bounds(0, np.array([1.0] * len(index) + [np.inf] * (2 * len(soft)))),
            options={"mip_rel_gap": 1e-4},
        )
        if result.x is None:
            raise RuntimeError(f"the demonstration's constraints contradict each other: {result.message}")
        return {key: bool(result.x[i] > YES) for key, i in index.items()}


def _terms(terms: Mapping[Hashable, float] | Iterable[Hashable]) -> dict[Hashable, float]:
    return dict(terms) if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
