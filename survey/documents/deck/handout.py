"""The deck as PDF/UA-1, set by Typst from the same pieces in the same frames as the PowerPoint file."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from survey.documents import FAMILIES, font_files
from survey.documents.deck.fit import PlacedPicture, PlacedText
from survey.documents.deck.layouts import COLOURS, FAINT, FOOT, LEADING, NUMBER, RULE
from survey.documents.deck.rasters import placed_pictures
from survey.errors import PublicationError
from survey.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.documents.deck.fit import Piece, SetSlide
    from survey.words import FrontMatter

__all__ = ["handout"]

TEMPLATE = Path(__file__).parent.parent / "templates" / "slides" / "slides.typ"


def handout(slides: Sequence[SetSlide], front: FrontMatter) -> bytes:
    """Set a deck as PDF; same deck, same bytes.

    Raises
    ------
    PublicationError
        Typst refused the document, or a font is missing.
    """
    files = font_files()
    placed = placed_pictures(slides)
    names = {id(one): f"{n}.svg" for n, one in enumerate(placed)}
    told = {
        "slides": [_page(slide, names) for slide in slides],
        "front": asdict(front),
        "words": asdict(words(front.language)),
        "font": FAMILIES["sans"],
        "colours": dict(COLOURS),
        "leading": LEADING,
        "rule": RULE,
        "faint": FAINT,
        "foot": asdict(FOOT),
        "number": asdict(NUMBER),
    }
    with tempfile.TemporaryDirectory(prefix="slides-") as name:
        folder = Path(name)
        for one in placed:
            (folder / names[id(one)]).write_text(one.picture.svg, encoding="utf-8")
        (folder / "main.typ").write_bytes(TEMPLATE.read_bytes())
        (folder / "deck.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        try:
            made = typst.compile(
                folder / "main.typ",
                root=folder,
                format="pdf",
                font_paths=sorted({path.parent for path in files.values()}),
                ignore_system_fonts=True,
                pdf_standards=["ua-1", "a-2a"],
                timestamp=dt.datetime(1980, 1, 1, tzinfo=dt.UTC),
            )
        except typst.TypstError as error:
            raise PublicationError(
                f"The slides of {front.title!r} ({front.language}) could not be set: {error.message}."
            ) from error
    return bytes(made)


def _page(slide: SetSlide, names: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": slide.slide.kind,
        "dark": slide.layout.dark,
        "foot": slide.layout.foot,
        "panels": [asdict(panel) for panel in slide.layout.panels],
        "pieces": [_piece(piece, names) for piece in slide.pieces],
    }


def _piece(piece: Piece, names: dict[int, str]) -> dict[str, Any]:
    frame = asdict(piece.frame)
    if isinstance(piece, PlacedText):
        paragraphs = [
            {"bullet": p.bullet, "runs": [{"text": r.text, "strong": r.strong} for r in p.runs]}
            for p in piece.paragraphs
        ]
        return {"is": "text", "frame": frame, "size": piece.size, "paragraphs": paragraphs}
    if isinstance(piece, PlacedPicture):
        place = {"x": piece.x, "y": piece.y, "width": piece.width, "height": piece.height}
        return {"is": "picture", "file": names[id(piece)], "alt": piece.picture.alt, **place}
    table = {"caption": piece.table.caption, "head": piece.table.head, "rows": piece.table.rows}
    return {
        "is": "table", "frame": frame, "size": piece.size, "widths": piece.widths, "row": piece.row, **table,
    }  # fmt: skip
