from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from survey.edition.folder import staged
from survey.errors import PublicationError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def former(tmp_path):
    with staged(tmp_path, "2023", "public") as draft:
        (draft.folder / "report.zh.html").write_text("former")
    return tmp_path


def content(output):
    return {p.name: p.read_text() for p in (output / "2023" / "public").iterdir()}


def traces(output):
    return sorted(p.name for p in (output / "2023").iterdir() if p.name not in {"public", ".public.lock"})


def test_an_edition_is_put_in_place_whole(former):
    with staged(former, "2023", "public") as draft:
        (draft.folder / "other.html").write_text("new")
        draft.save("a.ipynb", b"{}")
        assert content(former) == {"report.zh.html": "former"}
    assert content(former) == {"other.html": "new"}
    assert traces(former) == []


def fail_half_way(output):
    with staged(output, "2023", "public") as draft:
        (draft.folder / "report.zh.html").write_text("half")
        draft.save("02-trends.ipynb", b"{}")
        raise ValueError("stop")


def test_a_failure_leaves_the_former_edition_and_what_was_saved(former):
    with pytest.raises(ValueError, match="stop"):
        fail_half_way(former)
    assert content(former) == {"report.zh.html": "former"}
    assert traces(former) == ["failed"]
    assert (former / "2023" / "failed" / "public" / "02-trends.ipynb").read_bytes() == b"{}"


KILLED = """
    import sys, time
    from pathlib import Path
    from survey.edition import folder as edition
    {patch}
    with edition.staged(Path(sys.argv[1]), "2023", "public") as draft:
        (draft.folder / "report.zh.html").write_text("half")
        {inside}
"""
WAIT = "print('ready', flush=True); time.sleep(60)"


@pytest.mark.parametrize(
    ("patch", "inside"),
    [
        pytest.param("pass", WAIT, marks=pytest.mark.slow),
        # between the two renames: the former edition is already aside
        (
            "Path.rename = (lambda old: lambda self, to: (old(self, to), "
            + WAIT.replace("; ", ", ")
            + "))(Path.rename)",
            "pass",
        ),
    ],
    ids=["while_writing", "between_the_renames"],
)
def test_a_killed_run_leaves_the_former_edition(former, patch, inside):
    script = textwrap.dedent(KILLED).format(patch=patch, inside=inside)
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(former)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout.readline() == "ready\n"
    run.send_signal(signal.SIGKILL)
    run.wait(timeout=60)
    run.stdout.close()
    with pytest.raises(ValueError, match="stop"):
        fail_half_way(former)
    assert content(former) == {"report.zh.html": "former"}
    assert traces(former) == ["failed"]


@pytest.mark.parametrize(("umask", "public"), [(0, 0o777), (0o027, 0o750)])
def test_answers_are_their_owners_alone_and_the_umask_decides_of_what_is_published(tmp_path, umask, public):
    before = os.umask(umask)
    try:
        for edition in ("public", "internal"):
            with staged(tmp_path, "2023", edition) as draft:
                (draft.folder / "data").mkdir()
                (draft.folder / "data" / "responses.csv").write_text("")
        with pytest.raises(ValueError, match="stop"):
            fail_half_way(tmp_path)
    finally:
        os.umask(before)
    modes = {
        p.relative_to(tmp_path / "2023").as_posix(): p.stat().st_mode & 0o777 for p in tmp_path.rglob("*")
    }
    assert modes["public"] == modes["public/data"] == public
    assert modes["public/data/responses.csv"] == public & 0o666
    private = {name: mode for name, mode in modes.items() if name.startswith(("internal", "failed"))}
    assert len(private) == 6
    assert {name: mode for name, mode in private.items() if mode & 0o077} == {}


def test_a_second_run_of_the_same_edition_is_refused(former):
    place = former / "2023" / "public"
    with staged(former, "2023", "public"):
        with pytest.raises(PublicationError) as told, staged(former, "2023", "public"):
            pass
        with staged(former, "2023", "internal") as other:
            (other.folder / "x").write_text("another edition may be made")
    assert str(told.value) == f"Another run is writing {place}; wait until it is done and run again."


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "the disk is full: free some space and run again"),
        (errno.EROFS, "the disk can only be read: choose an output folder that can be written to"),
        (
            errno.EACCES,
            "writing is not permitted: choose another output folder or ask for the right to write there",
        ),
    ],
)
def test_a_refused_write_names_the_folder_and_the_remedy(former, number, remedy):
    place = former / "2023" / "public"
    with pytest.raises(PublicationError) as told, staged(former, "2023", "public") as draft:
        raise OSError(number, os.strerror(number), str(draft.folder / "report.zh.pdf"))
    assert str(told.value) == f"The edition cannot be written to {place}: {remedy}."
    assert content(former) == {"report.zh.html": "former"}


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "2023").write_text("")
    with (
        pytest.raises(PublicationError, match="a file stands where a folder is needed"),
        staged(tmp_path, "2023", "public"),
    ):
        pass


def test_an_error_of_another_file_is_not_dressed_up_as_ours(tmp_path):
    with pytest.raises(PermissionError), staged(tmp_path / "out", "2023", "public"):
        raise PermissionError(errno.EACCES, "no", "/elsewhere/returns/a.xlsx")


def test_a_failing_second_rename_brings_the_former_edition_back(former, monkeypatch):
    rename = Path.rename

    def failing(self, target):
        if "staging" in self.name:
            raise OSError(errno.ENOSPC, "full", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PublicationError, match="disk is full"), staged(former, "2023", "public"):
        pass
    assert content(former) == {"report.zh.html": "former"}
