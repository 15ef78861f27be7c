"""The kept table brought together: by estimator, by size of segment, by share, and where it falls short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SIZES", "by_estimator", "by_overlap", "by_share", "by_size", "by_warning", "open_cells"]

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
