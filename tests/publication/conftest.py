from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the rule that makes chapters stands beside these tests

import chapters_by_rule as by_rule

from survey.publication import webpage
from survey.publication.assembly import assemble


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
