"""What stands in a cell without a number: withheld, not applicable, not available, too small to show."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.formatting import Lang, Text, look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MARKERS", "Marker", "marker_element"]


@dataclass(frozen=True)
class Marker:
    """What stands in a cell without a number, and what it means."""

    symbol: str
    meaning: Text


_ALL_MARKERS = (
    Marker(
        "[c]",
        Text(
            "答复单位过少或可推知个别单位数据，不予公布", "withheld to protect the answers of single members"
        ),
    ),
    Marker("[z]", Text("不适用（无单位被询问）", "not applicable (no member was asked)")),
    Marker("[x]", Text("无数据", "not available")),
    Marker("[low]", Text("不足最小显示单位的一半，但不为零", "above zero but rounds to zero")),
)
MARKERS: Final[Mapping[str, Marker]] = MappingProxyType({marker.symbol: marker for marker in _ALL_MARKERS})


def marker_element(symbol: str, lang: Lang) -> str:
    """Write the element of a cell without a number; its meaning is given to readers of the page by `abbr`."""
    marker = look_up(MARKERS, symbol, "symbol")
    return f'<abbr class="marker" title="{escape(marker.meaning.in_(lang))}">{escape(symbol)}</abbr>'
