"""The kept table: what the simulation found, stored beside the code that drew it.

It ships inside the package, not with the notebook, so that whoever has the functions has the proof, and a
notebook run from any folder finds it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["KEPT", "PACKAGES", "kept", "kept_of_packages", "write"]

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
