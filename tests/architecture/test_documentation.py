"""The documentation names what is there, and its examples run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import analysis

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
        # the year to come is an example
        if not (HOUSE / path).exists() and "/2024/" not in path
    ]
    assert missing == []


def test_the_examples_of_the_api_run():
    # a fence directly below what is printed would be read as part of it
    page = re.sub(r"^```.*$", "", (DOCS / "api.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(page, {}, "api.md", None, 0)
    failures = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    found = runner.run(examples, out=failures.append)
    assert found.attempted > 30
    assert "".join(failures) == ""


def test_every_public_name_of_analysis_is_on_its_page():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"auto\w+:: analysis\.(\w+)", page))
    assert documented == set(analysis.__all__)
    assert [name for name in analysis.__all__ if getattr(analysis, name, None) is None] == []
