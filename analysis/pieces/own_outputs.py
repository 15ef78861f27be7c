"""What a researcher shows without this package (a figure, a frame, a model's summary), made into pieces."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any, Final

from lxml import html

from analysis.model import AnalysisError
from analysis.pieces.piece import OwnFigure, Table
from analysis.words import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from analysis.pieces.piece import Cell

__all__ = ["OWN_TYPES", "own_pieces"]

#: What of a notebook's output can be made a piece, the better first.
OWN_TYPES: Final = ("image/svg+xml", "image/png", "text/html")
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", ",": ""})


def own_pieces(data: Mapping[str, Any], slug: str, caption: Text, alt: Text) -> list[OwnFigure | Table]:
    """Make pieces of a notebook's output: one of a picture, one of each table in HTML.

    Parameters
    ----------
    data : mapping of MIME type to content
    slug : str
        Names the piece on the page; a second table's has ``-2`` behind it.
    caption, alt : Text
        What it states, and what a picture shows for those who cannot see it.

    Raises
    ------
    AnalysisError
        A caption or alternative text is missing in a language, or there is neither picture nor table.
    """
    kind = next((one for one in OWN_TYPES if one in data), "")
    if not (caption.zh and caption.en) or (kind.startswith("image/") and not (alt.zh and alt.en)):
        raise AnalysisError(
            argument="caption" if not (caption.zh and caption.en) else "alt",
            expected="words in both languages",
            got="none in one of them",
            remedy="say what it states (zh, en), and what a picture shows (alt_zh, alt_en)",
        )
    content = data[kind] if isinstance(data.get(kind), str) else "".join(data.get(kind, ()))
    if kind.startswith("image/"):
        return [OwnFigure(slug, caption, alt, kind, _bare(content) if "svg" in kind else _packed(content))]
    tables: list[OwnFigure | Table] = list(_tables(content, slug, caption)) if content.strip() else []
    if not tables:
        raise AnalysisError(
            argument="data",
            expected="a picture or a table",
            got=", ".join(sorted(data)) or "nothing",
            remedy="show a figure or a frame, or write it in a Markdown cell",
        )
    return tables


def _bare(svg: str) -> str:
    """Leave out what stands before the picture itself: declaration and type of document."""
    return svg[svg.index("<svg") :].strip()


def _packed(png: str) -> str:
    """Return base64 in one line, checked."""
    return base64.b64encode(base64.b64decode(png)).decode()


def _tables(markup: str, slug: str, caption: Text) -> Iterator[Table]:
    found: list[HtmlElement] = html.fragment_fromstring(markup, create_parent="div").xpath(".//table")
    for place, table in enumerate(found, start=1):
        heads, rows = _grid(table.xpath("./thead/tr")), _grid(table.xpath("./tbody/tr | ./tr"))
        wide = max((len(row) for row in (*heads, *rows)), default=0)
        header = [" ".join(filter(None, (row[at] for row in heads if at < len(row)))) for at in range(wide)]
        named = caption if place == 1 else Text(f"{caption.zh}（{place}）", f"{caption.en} ({place})")
        cells = tuple(tuple(_cells(row + [""] * (wide - len(row)))) for row in rows)
        if cells:
            behind = slug if place == 1 else f"{slug}-{place}"
            yield Table(behind, named, tuple(Text.same(text) for text in header), cells)


def _grid(rows: Sequence[HtmlElement]) -> list[list[str]]:
    """Return the texts of rows, a cell over several columns in the first of them."""
    return [
        [
            text
            for cell in row.xpath("./th | ./td")
            for text in (" ".join(cell.text_content().split()), *[""] * (int(cell.get("colspan", 1)) - 1))
        ]
        for row in rows
    ]


def _cells(row: Sequence[str]) -> Iterator[Cell]:
    head, *others = row
    yield Text.same(head)
    for text in others:
        try:
            value = float(text.translate(_MINUS))
        except ValueError:
            value = math.nan
        # a number of the researcher's own: it belongs to no released cell
        yield Number(Text.same(text), value, "", "own") if math.isfinite(value) else Text.same(text)
