"""The shorthand of tables, each sign with its one meaning: for pages, for sheets and for data files.

``[c]``, ``[z]``, ``[x]`` stand where a number cannot; ``[low]`` does on a page, and in a sheet stands beside
the number, as ``[b]`` and ``[r]`` do. The signs are those of the British statistical service's guidance.
"""

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
    """A sign that stands in a table for a number or beside one, and what it means."""

    symbol: str
    meaning: Text


_ALL_MARKERS = (
    Marker(
        "[c]",
        Text(
            "答复单位过少或可推知个别单位数据，不予公布", "withheld to protect the answers of single members"
        ),
    ),
    Marker(
        "[z]",
        Text(
            "不适用（无单位被询问，或不作计算）", "not applicable (nobody was asked, or nothing is computed)"
        ),
    ),
    Marker("[x]", Text("无数据", "not available")),
    Marker("[low]", Text("不为零，但不足最小显示单位的一半", "not zero but rounds to zero")),
    Marker(
        "[b]",
        Text(
            "序列在此中断，与以前各期不可比", "the series breaks here: not comparable with the waves before"
        ),
    ),
    Marker("[r]", Text("与上次公布相比已修订", "revised since it was last published")),
)
MARKERS: Final[Mapping[str, Marker]] = MappingProxyType({marker.symbol: marker for marker in _ALL_MARKERS})


def marker_element(symbol: str, lang: Lang) -> str:
    """Write the element of a cell without a number; its meaning is given to readers of the page by `abbr`."""
    marker = look_up(MARKERS, symbol, "symbol")
    return f'<abbr class="marker" title="{escape(marker.meaning.in_(lang))}">{escape(symbol)}</abbr>'
