from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from functools import cache

import pytest

import fixtures.chapters as by_rule
from fixtures import articles
from survey.documents import assemble
from survey.documents import web_page as webpage


@pytest.fixture(scope="session")
def rule():
    return by_rule


@pytest.fixture(scope="session")
def chapters():
    return by_rule.chapters()


@pytest.fixture
def hollow_fonts(monkeypatch):
    """Leave the fonts out of pages made by the test itself, where they are not what is tested."""
    monkeypatch.setattr(webpage, "woff", lambda _path, _characters: b"")


@pytest.fixture(scope="session")
def pages(chapters):
    return {lang: assemble(chapters, lang, "public", by_rule.front(lang)) for lang in ("zh", "en")}


@pytest.fixture(scope="session")
def article(common, house, shipped_archive):
    """Make a press release or digest of a wave, in a process of its own, each once for all workers."""

    def made(name, wave):
        folder = common / f"{name}-{wave}"
        with (common / f"{name}-{wave}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "en.md").exists():
                folder.mkdir(exist_ok=True)
                subprocess.run(
                    [sys.executable, articles.__file__, name, wave, str(folder)],
                    env=os.environ | {"PYTHONPATH": str(house), "SURVEY_OUTPUT": str(common / "output")},
                    check=True,
                    timeout=540,
                )
        return articles.read_article(folder)

    return cache(made)
