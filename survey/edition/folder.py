"""An edition's folder, made beside its place and put there whole, or not at all.

The path `output/<wave>/<edition>/` never changes and never holds half a report: a run writes into a
folder next to it, which takes its place in two renames. What a failed run saved stays under
`output/<wave>/failed/<edition>/`.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from survey.errors import PublicationError
from survey.folders import InUseError, make_private, private_folder, staged_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StagedEdition", "edition_folder", "staged"]

_FORBIDDEN = "writing is not permitted: choose another output folder or ask for the right to write there"
_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space and run again",
    errno.EDQUOT: "the disk quota is used up: free some space and run again",
    errno.EROFS: "the disk can only be read: choose an output folder that can be written to",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOENT: "the folder cannot be made: choose another output folder",
    errno.ENOTDIR: "a file stands where a folder is needed: move it away",
    errno.EEXIST: "a file stands where a folder is needed: move it away",
}


@dataclass(frozen=True)
class StagedEdition:
    """Hold the folder to write the edition into, and the one to save into what a failed run should leave."""

    folder: Path
    failed: Path

    def save(self, name: str, content: bytes) -> Path:
        """Keep a file (a failed notebook, say) for the case that the run fails."""
        private_folder(self.failed.parent)
        path = private_folder(self.failed) / name
        path.write_bytes(content)
        make_private(path)
        return path


def edition_folder(output: Path, wave: str, edition: str) -> Path:
    """Give the folder of an edition."""
    return output / wave / edition


@contextmanager
def staged(output: Path, wave: str, edition: str) -> Iterator[StagedEdition]:
    """Give a draft to write into; on leaving without an error it takes the edition's place.

    On an error, or when the process is killed, the former edition stays as it was. Traces of a killed
    run go at the next start. A second run of the same edition at the same time is refused.

    Raises
    ------
    PublicationError
        The output folder cannot be written to, the disk is full, or another run writes this edition.

    Examples
    --------
    >>> with staged(Path("output"), "2023", "public") as draft:  # doctest: +SKIP
    ...     (draft.folder / "report.zh.html").write_text(page)
    """
    place = edition_folder(output, wave, edition)
    failed = output / wave / "failed" / edition
    with _told_plainly(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with staged_folder(place, private=edition == "internal") as folder:
            _forget(failed)
            yield StagedEdition(folder, failed)
            _forget(failed)


def _forget(failed: Path) -> None:
    """Remove what a former failed run left, and the folder above where that was its last content."""
    shutil.rmtree(failed, ignore_errors=True)
    with suppress(OSError):  # another edition's failure is still there, or there was none
        failed.parent.rmdir()


@contextmanager
def _told_plainly(place: Path) -> Iterator[None]:
    """Turn the system's refusal to write here into one sentence with its remedy."""
    try:
        yield
    except InUseError as error:
        raise PublicationError(
            f"Another run is writing {place}; wait until it is done and run again."
        ) from error
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0)
        if remedy is None or not _is_ours(error, place.parent):
            raise
        raise PublicationError(f"The edition cannot be written to {place}: {remedy}.") from error


def _is_ours(error: OSError, folder: Path) -> bool:
    """Tell whether the refused file is below the output, or unnamed, as when a write finds the disk full."""
    if error.filename is None:
        return True
    refused = Path(os.fsdecode(error.filename)).absolute()
    return refused.is_relative_to(folder.absolute()) or folder.absolute().is_relative_to(refused)
