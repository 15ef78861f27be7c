"""Where things lie: the notebooks, the programmes, the output folder."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "HOUSE",
    "InUseError",
    "library",
    "make_private",
    "notebook_folder",
    "output_folder",
    "private_folder",
    "staged_folder",
]

HOUSE = Path(__file__).resolve().parent.parent


def output_folder() -> Path:
    """Return the folder that runs write to: ``SURVEY_OUTPUT`` if set, else ``output`` of the house."""
    chosen = os.environ.get("SURVEY_OUTPUT")
    return Path(chosen) if chosen else HOUSE / "output"


def notebook_folder() -> Path:
    """Return the folder of the chapters: ``SURVEY_NOTEBOOKS`` if set, else ``notebooks`` of the house."""
    chosen = os.environ.get("SURVEY_NOTEBOOKS")
    return Path(chosen) if chosen else HOUSE / "notebooks"


def library() -> Path:
    """Return the folder of the programmes: ``SURVEY_PROGRAMMES`` if set, else those the kit ships."""
    chosen = os.environ.get("SURVEY_PROGRAMMES")
    return Path(chosen) if chosen else Path(__file__).resolve().parent / "programmes"


# Whatever holds answers of members is its owner's alone, whatever the umask.


def private_folder(place: Path) -> Path:
    """Return a folder that its owner alone can enter, made if missing: closed before answers come in."""
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    return place


def make_private(place: Path) -> None:
    """Let nobody but their owner read a file, or a folder and all below it."""
    for path in [place, *place.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


# Put a whole folder in the place of another, so that no reader ever meets half of either.


class InUseError(OSError):
    """Another process is writing the folder."""


@contextmanager
def staged_folder(place: Path, *, private: bool, wait: bool = False) -> Iterator[Path]:
    """Give a folder beside `place` to write into; on leaving without an error it takes the place.

    What a killed process left beside the place goes first: nobody else writes there meanwhile.

    Parameters
    ----------
    place : Path
        Its parent exists.
    private : bool
        Whether its owner alone may read it; else the umask decides.
    wait : bool
        Whether to wait for another process that writes the same place.

    Raises
    ------
    InUseError
        Another process writes it, and `wait` is false.
    OSError
        The system refuses; what stood in the place stands there still.
    """
    lock_file = place.parent / f".{place.name}.lock"
    with lock_file.open("ab") as lock:
        _take(lock, wait=wait)
        if private:
            make_private(lock_file)
        _mend(place)
        stage = place.parent / f".{place.name}.staging-{secrets.token_hex(4)}"
        stage.mkdir(0o700 if private else 0o777)
        try:
            yield stage
            if private:
                make_private(stage)
            _swap_in(stage, place)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _take(lock: BinaryIO, *, wait: bool) -> None:
    """Hold a place for this process; the system lets go when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists on that system alone

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - exists on these systems alone

            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}:
            return  # a network disk without locks: runs there are one at a time by agreement
        raise InUseError(error.errno, error.strerror) from error


def _former_of(place: Path) -> Path:
    """Return where a folder is moved aside to while another takes its place."""
    return place.parent / f".{place.name}.former"


def _mend(place: Path) -> None:
    """Undo what a killed process left: a former folder moved aside, and drafts nobody finishes."""
    former = _former_of(place)
    if former.exists() and not place.exists():
        former.rename(place)
    for stale in (former, *place.parent.glob(f".{place.name}.staging-*")):
        shutil.rmtree(stale, ignore_errors=True)


def _swap_in(folder: Path, place: Path) -> None:
    """Put `folder` in its place by two renames; undo the first if the second fails."""
    former = _former_of(place)
    if place.exists():
        place.rename(former)
    try:
        folder.rename(place)
    except OSError:
        if former.exists():
            former.rename(place)
        raise
    shutil.rmtree(former, ignore_errors=True)
