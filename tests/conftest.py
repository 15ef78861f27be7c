"""What the tests of several folders share: the house, and results that are made once for all workers."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from fixtures.browser import chromium_or_skip
from survey.archive import Archive
from survey.programme import open_programme

HOUSE = Path(__file__).resolve().parents[1]
LONGEST = 540  # seconds that a call of the command may take: an edition, on a busy machine


# a property is tried on few examples in every run, on many in `make slow` (--hypothesis-profile=thorough)
settings.register_profile("few", max_examples=40, deadline=None)
settings.register_profile("thorough", max_examples=300, deadline=None)
settings.load_profile("few")

#: Who asks for one of these publishes, drives a browser or runs notebooks: `make quick` leaves such tests out.
PUBLISHING = {"article", "browser", "desk", "edition_2023"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what publishes before tests are chosen by their marks."""
    for item in items:
        if PUBLISHING & set(item.fixturenames):
            item.add_marker(pytest.mark.published)


@dataclass(frozen=True)
class Told:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def well(self):
        """Whether it ended with 0 and complained of nothing.

        A kernel that ends may leave a line of its socket library's own on stderr, which is not ours to judge.
        """
        return self.status == 0 and not re.search(r"Traceback|Warning|Error|survey:", self.err)


def house_environment(**more):
    """Return the environment for a process of ours: our packages first, no folder moved but those named."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SURVEY_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return kept | {"PYTHONPATH": str(HOUSE)} | {name: str(value) for name, value in more.items()}


def told(*arguments, **environment):
    """Run Python with these arguments, our packages first."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=house_environment(**environment),
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return Told(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def house():
    return HOUSE


@pytest.fixture(scope="session")
def survey():
    """Call the command in a process of its own, as people do."""
    start = "from survey.cli import main; main(prog_name='survey')"
    return lambda *arguments, **environment: told("-c", start, *arguments, **environment)


@pytest.fixture(scope="session")
def jupyter():
    """Call a Jupyter program in a process of its own."""
    return lambda *arguments, **environment: told("-m", *arguments, **environment)


@contextmanager
def alone(path):
    """Hold a lock that the other workers of a test session wait for."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def common(tmp_path_factory, worker_id):
    """Return a folder that all workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def shipped():
    return open_programme()


@pytest.fixture(scope="session")
def shipped_archive(common, shipped):
    """Return the archive of the shipped programme, all five waves cleaned once."""
    archive = Archive(shipped, common / "output" / "archive" / shipped.code)
    with alone(common / "archive.lock"):
        for wave in shipped.waves:
            archive.wave(wave)
    return archive


@pytest.fixture(scope="session")
def clean_waves(shipped, shipped_archive):
    """Return the clean waves of the shipped programme, oldest first."""
    return {wave: shipped_archive.load(wave) for wave in shipped.waves}


@dataclass(frozen=True)
class Edition:
    """An edition in place, and the summary that the command printed for it."""

    folder: Path
    summary: dict


@pytest.fixture(scope="session")
def edition_2023(common, shipped_archive, survey):
    """Return the public edition of 2023, published once by `survey run 2023 --json`."""
    kept = common / "2023.json"
    with alone(common / "2023.lock"):
        if not kept.exists():
            told = survey("run", "2023", "--json", SURVEY_OUTPUT=common / "output")
            assert told.well, told.err
            kept.write_text(told.out, encoding="utf-8")
    return Edition(common / "output" / "2023" / "public", json.loads(kept.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def browser():
    """Return the system's Chromium, started once a process: a second one beside it would be refused."""
    # tests without a browser need not wait for its driver to be imported
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    path = chromium_or_skip()
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
