"""The catalogues hold the same entries in both languages, and say at once where they do not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import survey.words.catalogue as catalogue_module
from survey.errors import PublicationError
from survey.words import messages
from survey.words.catalogue import read_catalogues

LOCALE = Path(catalogue_module.__file__).parent / "locale"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(LOCALE, tmp_path / "locale"))


def test_both_languages_have_every_entry():
    found = read_catalogues(LOCALE)
    assert {name: sorted(entries) for name, entries in found["zh"].items()} == {
        name: sorted(entries) for name, entries in found["en"].items()
    }
    assert (messages("frame", "zh")["figure"], messages("frame", "en")["figure"]) == ("图 {}", "Figure {}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('msgstr "Contents"', 'msgstr ""', r"en\.po, line \d+: 'contents' is empty; translate it\."),
        (
            'msgctxt "frame"\nmsgid "contents"', '#, fuzzy\nmsgctxt "frame"\nmsgid "contents"',
            r"en\.po, line \d+: 'contents' is unsure; translate it\.",
        ),
        (
            'msgid "contents"', 'msgid "content"',
            r"zh\.po lacks 'content' of 'frame', which the other language has; add it\.",
        ),
        (
            'msgstr "Figure {}"', 'msgstr "Figure"',
            r"zh\.po and en\.po have other slots in 'figure' of 'frame': \['\{\}'\] and \[\]; make them the same\.",
        ),
    ],
)  # fmt: skip
def test_what_one_language_lacks_is_told_with_file_and_entry(folder, old, new, message):
    path = folder / "en.po"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PublicationError) as told:
        read_catalogues(folder)
    assert re.fullmatch(message, str(told.value))
