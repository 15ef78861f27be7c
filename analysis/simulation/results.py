"""The whole study: every panel, way to answer and variable, each with a seed of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.simulation.populations import PANELS, SCENARIOS, VARIABLES, draw
from analysis.simulation.tally import study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.simulation.populations import Panel

__all__ = [
    "DRAWS",
    "KEPT",
    "PACKAGES",
    "SIZES",
    "by_estimator",
    "by_overlap",
    "by_share",
    "by_size",
    "by_warning",
    "kept",
    "kept_of_packages",
    "open_cells",
    "run",
    "seed",
    "write",
]

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


# The kept table: what the simulation found, stored beside the code that drew it.
#
# It ships inside the package, not with the notebook, so that whoever has the functions has the proof, and a
# notebook run from any folder finds it.


KEPT = Path(__file__).with_name("kept.csv")
PACKAGES = Path(__file__).with_name("packages.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write the table so that the same draws give the same bytes."""
    table.to_csv(path, index=False, float_format="%.4f", lineterminator="\n", encoding="utf-8")


def kept() -> pd.DataFrame:
    """Read the kept table, with the columns of `tally.COLUMNS`."""
    return pd.read_csv(KEPT, dtype={"panel": "str", "variable": "str", "segment": "str"})


def kept_of_packages() -> pd.DataFrame:
    """Read what R and Python packages gave for the change of a mean on a part of the draws.

    Returns
    -------
    panel, response, correlation, variable, tool (package and version, with or without finite population
    correction), draws, se_ratio, coverage, width; ``difference`` the largest difference of its
    standard errors from those of `usual.stacked`, over the largest of them.
    """
    return pd.read_csv(PACKAGES, dtype={"panel": "str", "variable": "str", "tool": "str"})


# The kept table brought together: by estimator, by size of segment, by share, and where it falls short.


# Upper ends of the size classes of segments, in members of the frame.
SIZES = (10, 30, 60, 120, 600)
EVEN = ("share 0.02", "share 0.1", "share 0.5", "share 0.9", "amount even")
# A cell whose coverage lies below this falls short.
SHORT = 0.94


def open_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Select the rows in which something is left to chance: not all answered, and the answers differ."""
    return table[(table["answers"] < table["members"]) & table["se_ratio"].notna()]


def by_estimator(table: pd.DataFrame) -> pd.DataFrame:
    """Bring the cells of each variable and estimator together.

    Returns
    -------
    variable, estimator, cells, bias (mean, in true standard errors), se_ratio, coverage, coverage_error (of
    the simulation), lowest (coverage of the worst cell), short (share of cells below 94 % by more than two
    errors of simulation), width, warned, and the stacked design's se_ratio and coverage with and without
    correction.
    """
    rows = open_cells(table).assign(
        short=lambda t: t["coverage"] + 2 * t["coverage_error"] < SHORT,
        square=lambda t: t["coverage_error"] ** 2,
    )
    groups = rows.groupby(["variable", "estimator"], sort=False)
    found = groups.agg(
        cells=("coverage", "size"),
        bias=("bias", "mean"),
        se_ratio=("se_ratio", "mean"),
        coverage=("coverage", "mean"),
        coverage_error=("square", lambda s: np.sqrt(s.sum()) / len(s)),
        lowest=("coverage", "min"),
        short=("short", "mean"),
        width=("width", "mean"),
        warned=("warned", "mean"),
        fpc_se_ratio=("fpc_se_ratio", "mean"),
        fpc_coverage=("fpc_coverage", "mean"),
        no_fpc_se_ratio=("no_fpc_se_ratio", "mean"),
        no_fpc_coverage=("no_fpc_coverage", "mean"),
    )
    return found.reset_index()


def by_size(table: pd.DataFrame, quantity: str, variables: Sequence[str] = EVEN) -> pd.DataFrame:
    """Bring segments of a size together: size (upper end of the class), coverage by each design."""
    rows = open_cells(table)
    rows = rows[(rows["quantity"] == quantity) & rows["variable"].isin(list(variables))]
    size = pd.cut(rows["members"], [0, *SIZES], labels=list(SIZES)).astype(int).rename("size")
    columns = ["coverage", "fpc_coverage", "no_fpc_coverage"]
    return rows.groupby(size)[columns].mean().reset_index()


def by_share(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Bring the cells of each share together: variable, coverage by each design."""
    rows = open_cells(table)
    rows = rows[(rows["quantity"] == quantity) & rows["variable"].str.startswith("share")]
    columns = ["coverage", "fpc_coverage", "no_fpc_coverage"]
    return rows.groupby("variable", sort=False)[columns].mean().reset_index()


def by_overlap(table: pd.DataFrame, variables: Sequence[str] = EVEN) -> pd.DataFrame:
    """Bring the changes of frames without turnover together: correlation of response, se_ratio by design."""
    rows = open_cells(table)
    rows = rows[(rows["quantity"] == "change") & ~rows["turnover"] & rows["variable"].isin(list(variables))]
    columns = ["se_ratio", "fpc_se_ratio", "no_fpc_se_ratio"]
    return rows.groupby(["response", "correlation"])[columns].mean().reset_index()


def by_warning(table: pd.DataFrame) -> pd.DataFrame:
    """Say how the warning goes with coverage, for means, totals, ratios and their changes.

    Returns
    -------
    coverage_from, coverage_to (class of cells), cells, warned (share of draws), mostly (share of cells
    warned of in more than half of their draws).
    """
    rows = open_cells(table)
    rows = rows[~rows["variable"].str.startswith("share") & rows["coverage"].notna()]
    edges = [0.0, 0.88, 0.90, 0.92, 0.94, 1.0]
    group = pd.cut(rows["coverage"], edges)
    found = (
        rows.assign(mostly=rows["warned"] > 0.5)  # noqa: PLR2004 -- half of the draws
        .groupby(group, observed=False)
        .agg(cells=("warned", "size"), warned=("warned", "mean"), mostly=("mostly", "mean"))
        .reset_index(drop=True)
    )
    return found.assign(coverage_from=edges[:-1], coverage_to=edges[1:])
