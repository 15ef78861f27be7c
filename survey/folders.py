"""Where things lie: the notebooks, the programmes, the output folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

__all__ = ["former_of", "library", "make_private", "notebook_folder", "output_folder", "swap_in"]

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


def make_private(place: Path) -> None:
    """Let nobody but their owner read a folder and all below it: answers of members stand there."""
    for path in [place, *place.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)


# Put a whole folder in the place of another, so that no reader ever meets half of either.


def former_of(place: Path) -> Path:
    """Return where a folder is moved aside to while another takes its place."""
    return place.parent / f".{place.name}.former"


def swap_in(folder: Path, place: Path) -> None:
    """Put `folder` in its place by two renames; undo the first if the second fails.

    Raises
    ------
    OSError
        The system refuses; what stood in the place stands there still.
    """
    former = former_of(place)
    if place.exists():
        shutil.rmtree(former, ignore_errors=True)
        place.rename(former)
    try:
        folder.rename(place)
    except OSError:
        if former.exists():
            former.rename(place)
        raise
    shutil.rmtree(former, ignore_errors=True)
