"""Disclosure control: which cells may leave the house, how precisely, and what an attacker makes of them."""

from analysis.disclosure.attack import (
    ANSWERS,
    Breach,
    Target,
    World,
    breaches,
    interval,
    known_already,
    leaking_cells,
    targets,
)
from analysis.disclosure.benchmarks import BENCHMARK_COLUMNS, benchmark
from analysis.disclosure.cell_keys import KEY, CellKey, cells_with, is_split, shown_splits, waves_of
from analysis.disclosure.policy import Nesting, Policy, Sensitive
from analysis.disclosure.precision import (
    changes_as_printed,
    comparisons_as_printed,
    estimates_as_printed,
    moves_as_printed,
    telling_errors,
)
from analysis.disclosure.protection import Cost, cells_that_protect, protect, reader_cost, withhold
from analysis.disclosure.splits import Splits
from analysis.disclosure.suppression import (
    release,
    release_changes,
    release_matched,
    release_turnover,
)
from analysis.disclosure.systems import Identity, System, joined, read_systems, relations
from analysis.model import require_released

__all__ = [
    "ANSWERS",
    "BENCHMARK_COLUMNS",
    "KEY",
    "Breach",
    "CellKey",
    "Cost",
    "Identity",
    "Nesting",
    "Policy",
    "Sensitive",
    "Splits",
    "System",
    "Target",
    "World",
    "benchmark",
    "breaches",
    "cells_that_protect",
    "cells_with",
    "changes_as_printed",
    "comparisons_as_printed",
    "estimates_as_printed",
    "interval",
    "is_split",
    "joined",
    "known_already",
    "leaking_cells",
    "moves_as_printed",
    "protect",
    "read_systems",
    "reader_cost",
    "relations",
    "release",
    "release_changes",
    "release_matched",
    "release_turnover",
    "require_released",
    "shown_splits",
    "targets",
    "telling_errors",
    "waves_of",
    "withhold",
]
