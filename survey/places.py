"""Where things lie: the notebooks, the programmes, the output folder."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["library", "notebook_folder", "output_folder"]

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
