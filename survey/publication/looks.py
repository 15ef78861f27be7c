"""How each kind of cell looks in a book, whatever the format; never what a cell tells."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.publication.book import Kind

__all__ = ["FONT", "LOOKS", "RULES", "Look"]

FONT: Final = "Microsoft YaHei"  # heiti on every Windows; others fall back to a heiti of theirs
_HOUSE: Final = "#1F4E79"
#: Lines below cells: their width in points and their colour.
RULES: Final[Mapping[str, tuple[float, str]]] = MappingProxyType(
    {"thin": (0.5, "#D5DBE2"), "thick": (1.5, _HOUSE)}
)


@dataclass(frozen=True)
class Look:
    """How a kind of cell looks; size in points, colours as ``#RRGGBB``, empty where they are the default.

    `indented` keeps a cell's text off the edge it is set against, and so from the text of the next cell.
    """

    size: int = 11
    bold: bool = False
    colour: str = ""
    fill: str = ""
    underlined: bool = False
    align: Literal["start", "end"] = "start"
    upright: Literal["top", "middle", "bottom"] = "middle"
    wrapped: bool = False
    rule: Literal["", "thin", "thick"] = ""
    indented: bool = False


LOOKS: Final[Mapping[Kind, Look]] = MappingProxyType(
    {
        "title": Look(size=16, bold=True, colour=_HOUSE),
        "subtitle": Look(size=13, colour=_HOUSE),
        "notice": Look(bold=True, colour="#7A4B00", fill="#FFF6E3"),
        "line": Look(),
        "link": Look(colour=_HOUSE, underlined=True),
        "head": Look(bold=True, wrapped=True, rule="thick", upright="bottom"),
        "number_head": Look(
            bold=True, wrapped=True, rule="thick", upright="bottom", align="end", indented=True
        ),
        "text": Look(rule="thin", upright="top"),
        "prose": Look(rule="thin", upright="top", wrapped=True),
        "number": Look(rule="thin", upright="top", align="end", indented=True),
        "marker": Look(rule="thin", upright="top", align="end", indented=True, colour="#55616F"),
    }
)
