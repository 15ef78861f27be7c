"""The two Chinese typefaces of the documents: their files, the characters they hold, small copies of them."""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fontTools import subset
from fontTools.ttLib import TTFont

from survey.errors import PublicationError

__all__ = ["FAMILIES", "Face", "covered", "font_files", "woff2"]

Face = Literal["sans", "serif"]

FAMILIES: dict[Face, str] = {"sans": "Noto Sans SC", "serif": "Noto Serif SC"}

_FILES: dict[Face, str] = {"sans": "NotoSansSC-Regular.otf", "serif": "NotoSerifSC-Regular.otf"}
_KEPT_FEATURES = ["kern", "tnum", "lnum", "locl", "ccmp", "mark"]
_DROPPED_TABLES = ["vhea", "vmtx", "VORG", "BASE", "DSIG"]


def font_files() -> dict[Face, Path]:
    """Give the files of heiti (`sans`) and songti (`serif`).

    Raises
    ------
    PublicationError
        The package that holds them is not installed.
    """
    spec = find_spec("pylopdf_fonts_zh_cn")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not all((folder / name).is_file() for name in _FILES.values()):
        raise PublicationError(
            "The Chinese typefaces are missing: package pylopdf-fonts-zh-cn is not installed whole; "
            "run `make` again."
        )
    return {face: folder / name for face, name in _FILES.items()}


@cache
def covered(path: Path) -> frozenset[int]:
    """Give the code points a font file holds."""
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def woff2(path: Path, characters: frozenset[str]) -> bytes:
    """Give a WOFF2 font with exactly these characters, the same bytes for the same characters.

    Both functions remember their answers: a page is often made twice in one run, and the reading of a
    font of ten megabytes depends on its file alone.
    """
    options = subset.Options(
        flavor="woff2",
        layout_features=_KEPT_FEATURES,
        name_IDs=[1, 2, 13, 14],
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    options.drop_tables = [*options.drop_tables, *_DROPPED_TABLES]
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(map(ord, characters)))
        subsetter.subset(font)
        font.flavor = "woff2"
        packed = io.BytesIO()
        font.save(packed)
    return packed.getvalue()
