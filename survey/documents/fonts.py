"""The two Chinese typefaces of the documents, by what they set: heiti (`sans`) and songti (`serif`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analysis.charts import SANS, SERIF, covered, typefaces, woff
from analysis.model import AnalysisError
from survey.errors import PublicationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FAMILIES", "Face", "covered", "font_files", "woff"]

Face = Literal["sans", "serif"]

FAMILIES: dict[Face, str] = {"sans": SANS, "serif": SERIF}


def font_files() -> dict[Face, Path]:
    """Give the files of heiti (`sans`) and songti (`serif`).

    Raises
    ------
    PublicationError
        The package that holds them is not installed whole.
    """
    try:
        files = typefaces.font_files()
    except AnalysisError:
        raise PublicationError(
            "The Chinese typefaces are missing: package pylopdf-fonts-zh-cn is not installed whole; "
            "run `make` again."
        ) from None
    return {face: files[family] for face, family in FAMILIES.items()}
