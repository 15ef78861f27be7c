from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the rule that makes programmes stands beside these tests

from programmes_by_rule import small_programme


@pytest.fixture
def small(tmp_path):
    """Return a programme of six members and two waves, no returns yet."""
    return small_programme(tmp_path)


@pytest.fixture
def answered(small):
    """Return the programme with an untroubled return of each of the six members."""
    for member in ("A1", "B2", "C3", "D4", "E5", "F6"):
        small.send(member)
    return small
