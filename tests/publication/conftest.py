from __future__ import annotations

from functools import cache

import pytest

import fixtures.chapters as by_rule
from fixtures.articles import read_article, write_article
from fixtures.once import alone
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
def article(common, shipped_archive):
    """Make a press release or digest of a wave, each once for all workers."""

    def made(name, wave):
        folder = common / f"{name}-{wave}"
        with alone(common / f"{name}-{wave}.lock"), pytest.MonkeyPatch.context() as patch:
            patch.setenv("SURVEY_OUTPUT", str(common / "output"))
            if not (folder / "en.md").exists():
                folder.mkdir(exist_ok=True)
                write_article(name, wave, folder)
        return read_article(folder)

    return cache(made)
