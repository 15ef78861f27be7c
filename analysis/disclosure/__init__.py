"""Disclosure control: which cells may leave the house."""

from analysis.disclosure.benchmarks import BENCHMARK_COLUMNS, benchmark
from analysis.disclosure.policy import Nesting, Policy
from analysis.disclosure.suppression import (
    release,
    release_changes,
    release_matched,
    release_turnover,
)
from analysis.model import require_released

__all__ = [
    "BENCHMARK_COLUMNS",
    "Nesting",
    "Policy",
    "benchmark",
    "release",
    "release_changes",
    "release_matched",
    "release_turnover",
    "require_released",
]
