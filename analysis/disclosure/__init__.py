"""Disclosure control: which cells may leave the house."""

from analysis.disclosure.policy import Nesting, Policy
from analysis.disclosure.suppression import (
    release,
    release_changes,
    release_matched,
    release_turnover,
)
from analysis.model import require_released

__all__ = [
    "Nesting",
    "Policy",
    "release",
    "release_changes",
    "release_matched",
    "release_turnover",
    "require_released",
]
