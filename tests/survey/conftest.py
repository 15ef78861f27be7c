from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixtures.programmes import NAMES, Small, small_programme


@pytest.fixture
def small(tmp_path):
    """Return a programme of six members and two waves, no returns yet."""
    return small_programme(tmp_path)


@pytest.fixture(scope="session")
def answered_once(tmp_path_factory):
    made = small_programme(tmp_path_factory.mktemp("answered"))
    for member in NAMES:
        made.send(member)
    return made.folder


@pytest.fixture
def answered(tmp_path, answered_once):
    """Return the programme with an untroubled return of each of the six members."""
    return Small(Path(shutil.copytree(answered_once, tmp_path / "small")))
