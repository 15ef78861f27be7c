"""The documentation names what is there, and its examples run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
DOCS = HOUSE / "docs"
_ROW = re.compile(r"^\| (?P<what>[^|]+) \| `(?P<path>[^`]+)` \|$", re.MULTILINE)
_PATH = re.compile(r"`((?:analysis|survey|notebooks|tests|docs)/[\w./-]+)`")


def test_where_to_change_names_thirty_places_that_exist():
    rows = _ROW.findall((DOCS / "where-to-change.md").read_text(encoding="utf-8"))
    assert len(rows) >= 30
    assert [path for _, path in rows if not (HOUSE / path).exists()] == []


def test_every_path_of_the_documentation_exists():
    pages = [*DOCS.glob("*.md"), HOUSE / "README.md", HOUSE / "README.zh.md", HOUSE / "CONTRIBUTING.md"]
    missing = [
        f"{page.name}: {path}"
        for page in pages
        for path in _PATH.findall(page.read_text(encoding="utf-8"))
        if not (HOUSE / path).exists()
    ]
    assert missing == []


def test_the_examples_of_the_api_run():
    found = doctest.testfile(
        str(DOCS / "api.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert found.attempted > 10
    assert found.failed == 0
