"""What the kit makes is what was kept; `python -m tests.golden` records anew and shows the differences."""

from __future__ import annotations

import pytest

from golden.editions import KINDS, edition_record, listing_record, publish
from golden.frames import frames_record
from golden.record import differences, plain, read_record, report
from golden.transcript import calls_record, errors_record


def assert_as_kept(kind, made):
    kept = read_record(kind)
    assert kept, f"nothing is kept of {kind}: python -m tests.golden {kind}"
    found = differences(kept, plain(made))
    assert not found, report(kind, found)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Return an output folder into which all editions were published, forms and queries written."""
    return publish(tmp_path_factory.mktemp("golden") / "output")


def test_calls_that_are_refused_end_as_kept(tmp_path):
    assert_as_kept("errors", errors_record(tmp_path))


@pytest.mark.golden
def test_calls_that_publish_nothing_end_as_kept(tmp_path):
    assert_as_kept("calls", calls_record(tmp_path))


@pytest.mark.golden
def test_frames_are_as_kept(tmp_path):
    assert_as_kept("frames", frames_record(tmp_path))


@pytest.mark.golden
def test_editions_have_the_files_kept(published):
    assert_as_kept("listing", listing_record(published))


@pytest.mark.golden
@pytest.mark.parametrize("kind", KINDS)
def test_editions_say_what_was_kept(published, kind):
    assert_as_kept(kind, edition_record(kind, published))
