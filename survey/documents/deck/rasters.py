"""Charts as PNG pictures, drawn by Typst with our typeface.

PowerPoint sets the words of an SVG in the reader's typefaces, which moves them against the marks they belong
to; a picture looks the same everywhere. Kinds that PowerPoint can draw itself are drawn by `native`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst

from survey.documents import font_files
from survey.documents.deck.fit import PlacedPicture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.documents.deck.fit import SetSlide

__all__ = ["DENSITY", "placed_pictures", "rasters"]

DENSITY: Final = 144  # dots an inch: a slide of 1920 by 1080 shows each dot as one


def placed_pictures(slides: Sequence[SetSlide]) -> list[PlacedPicture]:
    """Return the charts of a deck in order."""
    return [piece for slide in slides for piece in slide.pieces if isinstance(piece, PlacedPicture)]


def rasters(placed: Sequence[PlacedPicture]) -> list[bytes]:
    """Draw charts at the size they have on their slides, two dots to the point."""
    if not placed:
        return []
    pages = [
        f'#page(width: {one.width}pt, height: {one.height}pt, margin: 0pt, image("{n}.svg", width: 100%))'
        for n, one in enumerate(placed)
    ]
    with tempfile.TemporaryDirectory(prefix="slides-") as name:
        folder = Path(name)
        for n, one in enumerate(placed):
            (folder / f"{n}.svg").write_text(one.picture.svg, encoding="utf-8")
        (folder / "main.typ").write_text("\n".join(pages), encoding="utf-8")
        drawn: Any = typst.compile(
            folder / "main.typ",
            root=folder,
            format="png",
            ppi=DENSITY,
            font_paths=sorted({path.parent for path in font_files().values()}),
            ignore_system_fonts=True,
        )
    return [bytes(one) for one in drawn] if isinstance(drawn, list) else [bytes(drawn)]
