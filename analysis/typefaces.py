"""The installed Chinese typefaces: where they are, what they lack, and subsets small enough to embed."""

from __future__ import annotations

import io
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import pylopdf_fonts_zh_cn as chinese
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SANS", "SERIF", "font_files", "missing_glyphs", "require_glyphs", "woff2_subset"]

SANS = "Noto Sans SC"
SERIF = "Noto Serif SC"
_LISTED = 12


def font_files() -> Mapping[str, Path]:
    """Return the file of each typeface by family name.

    Raises
    ------
    AnalysisError
        If a file is not there.
    """
    files = {SANS: chinese.sans_path(), SERIF: chinese.serif_path()}
    for family, path in files.items():
        if not path.is_file():
            raise AnalysisError(
                argument="font",
                expected=f"the file of {family}",
                got=f"no {path.name}",
                remedy="install pylopdf-fonts-zh-cn anew",
            )
    return MappingProxyType(files)


def _file(font: str) -> Path:
    files = font_files()
    if font not in files:
        raise AnalysisError(
            argument="font", expected=" or ".join(files), got=repr(font), remedy="name one of the families"
        )
    return files[font]


@lru_cache(maxsize=4)
def _characters(font: str) -> frozenset[int]:
    with TTFont(_file(font), lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def missing_glyphs(text: str, font: str = SANS) -> tuple[str, ...]:
    """List the characters of a text for which a typeface has no glyph, in order of code point.

    Line breaks, tabs and other control characters need none.
    """
    known = _characters(font)
    return tuple(sorted(char for char in set(text) if char.isprintable() and ord(char) not in known))


def require_glyphs(text: str, font: str = SANS) -> None:
    """Refuse a text that a typeface would print with empty boxes.

    Raises
    ------
    AnalysisError
        Naming the typeface and the characters it lacks.
    """
    lacking = missing_glyphs(text, font)
    if lacking:
        listed = ", ".join(f"{char} (U+{ord(char):04X})" for char in lacking[:_LISTED])
        more = f" and {len(lacking) - _LISTED} more" if len(lacking) > _LISTED else ""
        raise AnalysisError(
            argument="text",
            expected=f"characters that {font} has",
            got=listed + more,
            remedy="replace the characters or choose another typeface",
        )


def woff2_subset(text: str, font: str = SANS) -> bytes:
    """Make a WOFF2 file with the glyphs of a text, the same bytes for the same characters.

    Parameters
    ----------
    text : str
        Everything that is set in the typeface; order and repetition do not matter.
    font : {"Noto Sans SC", "Noto Serif SC"}

    Raises
    ------
    AnalysisError
        If the typeface lacks a character.
    """
    require_glyphs(text, font)
    return _subset(frozenset(char for char in text if char.isprintable()), font)


@lru_cache(maxsize=8)
def _subset(characters: frozenset[str], font: str) -> bytes:
    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "locl", "mark", "mkmk", "tnum", "palt"]
    options.recalc_timestamp = False
    options.hinting = False  # screens and paper of today do without; a fifth of the bytes
    options.drop_tables += ["vhea", "vmtx", "VORG"]  # nothing is set in columns from top to bottom
    options.name_IDs = [0, 1, 2, 13, 14]
    # The boxes of the whole typeface hold for a part of it; working them out anew costs seconds.
    with TTFont(_file(font), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as opened:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=sorted(ord(char) for char in characters | {" "}))
        subsetter.subset(opened)
        opened.flavor = "woff2"
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()
