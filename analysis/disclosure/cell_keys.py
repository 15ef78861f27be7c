"""How published figures are named where it matters what they say of members' answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KEY", "CellKey", "cells_with", "is_split", "shown_splits", "split_cell", "waves_of"]

#: indicator, wave, dimension, segment of a published figure; ``2023-2022`` for the parts of a change.
CellKey: TypeAlias = "tuple[str, str, str, str]"

KEY = ("indicator", "wave", "dimension", "segment")


def cells_with(estimates: pd.DataFrame, status: str) -> frozenset[CellKey]:
    """Name the cells of frame `estimates` that have a status."""
    rows = estimates.loc[estimates["status"] == status, [*KEY]]
    return frozenset(rows.itertuples(index=False, name=None))


def split_cell(indicator: str, wave: str, base_wave: str, dimension: str, segment: str) -> CellKey:
    """Name the parts of a change as a cell: its wave is ``2023-2022``."""
    return indicator, f"{wave}-{base_wave}", dimension, segment


def is_split(cell: CellKey) -> bool:
    """Whether a cell is the parts of a change."""
    return len(waves_of(cell)) > 1


def waves_of(cell: CellKey) -> tuple[str, ...]:
    """Return the wave of a cell, or both of a change."""
    return tuple(cell[1].split("-"))


def shown_splits(changes: pd.DataFrame) -> frozenset[CellKey]:
    """Name the changes of a frame `changes` whose parts have numbers."""
    rows = changes.loc[
        changes["matched_change"].notna(), ["indicator", "wave", "base_wave", "dimension", "segment"]
    ]
    return frozenset(split_cell(*row) for row in rows.itertuples(index=False, name=None))
