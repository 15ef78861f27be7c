"""Files written beside a run: all of them there at the end of the block, or what went wrong."""

from __future__ import annotations

import threading

import pytest

from survey.edition.progress import Watch
from survey.errors import PublicationError


def failing(words):
    def make():
        raise PublicationError(words)

    return make


def test_files_are_made_while_the_block_goes_on(tmp_path):
    going_on, watch = threading.Event(), Watch()

    def make():
        assert going_on.wait(10)
        return b"made"

    with watch.side_by_side():
        watch.write("pdf", tmp_path / "report.pdf", make)
        assert not (tmp_path / "report.pdf").exists()
        going_on.set()
    assert (tmp_path / "report.pdf").read_bytes() == b"made"
    assert set(watch.seconds) == {"pdf"}


def test_a_block_within_another_leaves_the_waiting_to_it(tmp_path):
    going_on, watch = threading.Event(), Watch()
    with watch.side_by_side():
        with watch.side_by_side():
            watch.write("md", tmp_path / "a.md", lambda: str(going_on.wait(10)).encode())
        going_on.set()
    assert (tmp_path / "a.md").read_bytes() == b"True"


def test_of_several_failures_the_first_handed_over_is_told(tmp_path):
    second_failed, watch = threading.Event(), Watch()

    def late():
        second_failed.wait(10)
        return failing("the first")()

    def soon():
        second_failed.set()
        return failing("the second")()

    def both():
        with watch.side_by_side():
            watch.write("pdf", tmp_path / "a", late)
            watch.write("pdf", tmp_path / "b", soon)

    with pytest.raises(PublicationError, match=r"^the first$"):
        both()


def test_what_the_run_itself_raises_goes_before(tmp_path):
    watch = Watch()

    def stopped():
        with watch.side_by_side():
            watch.write("pdf", tmp_path / "a", failing("beside"))
            failing("the gate")()

    with pytest.raises(PublicationError, match=r"^the gate$"):
        stopped()
    with watch.side_by_side():  # nothing of the former run is left
        watch.write("pdf", tmp_path / "b", lambda: b"")


def test_nothing_is_handed_over_outside(tmp_path):
    with pytest.raises(RuntimeError, match=r"^a file was handed over outside of side_by_side$"):
        Watch().write("pdf", tmp_path / "a", lambda: b"")
