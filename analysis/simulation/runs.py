"""The whole study: every panel, way to answer and variable, each with a seed of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.simulation.populations import PANELS, SCENARIOS, VARIABLES, draw
from analysis.simulation.tally import study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.simulation.populations import Panel

__all__ = ["DRAWS", "run", "seed"]

# Draws of a small panel; of one above `_LARGE` members fewer, as its exact intervals take longest.
DRAWS = 1000
_LARGE, _FEWER = 200, 300
_YEAR = 2023


def seed(panel: int, scenario: int, variable: int) -> list[int]:
    """Give the seed of a cell by its places in `PANELS`, `SCENARIOS` and `VARIABLES`."""
    return [_YEAR, panel, scenario, variable]


def run(
    panels: Sequence[int] = range(len(PANELS)),
    scenarios: Sequence[int] = range(len(SCENARIOS)),
    variables: Sequence[int] = range(len(VARIABLES)),
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Draw and tally the cells named by their places; all of them without arguments.

    A cell's draws depend on its seed and their number alone: a part of the study gives the same rows as the
    whole.

    Returns
    -------
    DataFrame with the columns of `tally.COLUMNS`.
    """
    parts = []
    for p in panels:
        for s in scenarios:
            for v in variables:
                rng = np.random.default_rng(seed(p, s, v))
                found = draw(PANELS[p], SCENARIOS[s], VARIABLES[v], _count(PANELS[p], draws), rng)
                parts.append(study(found, SCENARIOS[s], VARIABLES[v]))
    return pd.concat(parts, ignore_index=True)


def _count(panel: Panel, draws: int) -> int:
    return draws if panel.members <= _LARGE else min(draws, _FEWER)
