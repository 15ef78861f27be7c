"""What the tests of several folders share: the house, and results that are made once for all workers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from fixtures.browser import chromium_or_skip
from fixtures.once import alone
from golden.command import HOUSE, in_process_of_its_own, in_this_process, run_python
from survey.archive import Archive
from survey.programme import open_programme

# a property is tried on few examples in every run, on many in `make slow` (--hypothesis-profile=thorough)
settings.register_profile("few", max_examples=20, deadline=None)
settings.register_profile("thorough", max_examples=100, deadline=None)
settings.load_profile("few")

#: Fixture -> mark of those who ask for it; `make quick` leaves them out.
COSTLY = {
    **dict.fromkeys(("article", "browser", "desk", "edition_2023"), "published"),
    **dict.fromkeys(("clean_waves", "made_2016", "shipped_archive"), "waves"),
}


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Mark what costs much before tests are chosen by their marks; let one worker publish while others work."""
    for item in items:
        for mark in {COSTLY[name] for name in item.fixturenames if name in COSTLY}:
            item.add_marker(mark)
    chosen = yield
    waiting = [item.path for item in items if "edition_2023" in item.fixturenames]
    items.sort(key=lambda item: 1 + (item.path in waiting) if item.path not in waiting[:1] else 0)
    return chosen


@pytest.fixture(scope="session")
def house():
    return HOUSE


@pytest.fixture(scope="session")
def survey():
    """Call the command as people do, but in this process."""
    return in_this_process


@pytest.fixture(scope="session")
def jupyter():
    """Call a Jupyter program in a process of its own."""
    return partial(run_python, "-m")


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
def edition_2023(common, shipped_archive):
    """Return the public edition of 2023, published once by `survey run 2023 --json` in a process of its own."""
    kept = common / "2023.json"
    with alone(common / "2023.lock"):
        if not kept.exists():
            ended = in_process_of_its_own("run", "2023", "--json", SURVEY_OUTPUT=common / "output")
            assert ended.well, ended.err
            kept.write_text(ended.out, encoding="utf-8")
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
