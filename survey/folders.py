"""Put a whole folder in the place of another, so that no reader ever meets half of either."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["former_of", "swap_in"]


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
