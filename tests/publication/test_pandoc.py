"""Which pandoc writes, and what it says when it cannot."""

from __future__ import annotations

import pypandoc
import pytest

from survey.documents.pandoc import convert
from survey.errors import PublicationError


@pytest.fixture
def other_pandoc(tmp_path, monkeypatch):
    """Put a pandoc of the machine's own before the kit's."""
    program = tmp_path / "pandoc"
    program.write_text("#!/bin/sh\necho pandoc 9.9.9; echo the machine wrote this\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


def test_the_machines_own_pandoc_is_never_used(other_pandoc):
    assert convert("<p>Calls</p>", "gfm") == "Calls\n"


def test_what_pandoc_refuses_is_told():
    with pytest.raises(PublicationError, match=r"^pandoc wrote no gfm: Unknown option --no-such-option"):
        convert("<p>Calls</p>", "gfm", "--no-such-option")


def test_a_missing_pandoc_is_told_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(pypandoc, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(PublicationError) as told:
        convert("<p>Calls</p>", "gfm")
    assert str(told.value) == (
        "The program pandoc is missing: package pypandoc-binary is not installed whole; run `make` again."
    )
