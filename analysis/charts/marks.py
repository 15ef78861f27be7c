"""Marks of a chart that know the number they draw.

Matplotlib carries one text along with what it draws, the `gid`, and writes it as an `id`. Two marks of one
number would share it, so the sheet turns it into attributes of the mark: `data-estimate` and `data-column` as
on the number's `data` element, `data-dimension` and `data-segment` where it belongs to a segment.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from analysis.formatting import change_key, estimate_key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["change_mark", "label_mark", "mark", "tagged"]

_LEAD = "mark|"
_MARK = re.compile(rf' id="{re.escape(_LEAD)}([^|"]*)\|([^|"]*)\|([^|"]*)\|([^|"]*)"')
_TOTAL = "total"


def mark(row: Mapping[str, Any], column: str = "estimate") -> str:
    """Return the `gid` of what draws a number of `estimates` or `series`.

    Parameters
    ----------
    row : mapping
        indicator and wave; dimension and segment, where it has them.
    column : str
        Column of the frame that is drawn; ``interval`` for a line from the lower to the upper limit.
    """
    dimension, segment = str(row.get("dimension", _TOTAL)), str(row.get("segment", "all"))
    return _gid(
        estimate_key(str(row["wave"]), str(row["indicator"]), dimension, segment), column, dimension, segment
    )


def change_mark(row: Mapping[str, Any], column: str = "change") -> str:
    """Return the `gid` of what draws a number of `changes`."""
    dimension, segment = str(row.get("dimension", _TOTAL)), str(row.get("segment", "all"))
    key = change_key(str(row["wave"]), str(row["base_wave"]), str(row["indicator"]), dimension, segment)
    return _gid(key, column, dimension, segment)


def label_mark(dimension: str, segment: str) -> str:
    """Return the `gid` of words and keys that name a segment: they stand for no number."""
    return _gid("", "", dimension, segment)


def tagged(svg: str) -> str:
    """Turn the `gid` of every mark into attributes."""
    return _MARK.sub(_attributes, svg)


def _gid(key: str, column: str, dimension: str, segment: str) -> str:
    return f"{_LEAD}{key}|{column}|{dimension}|{segment}"


def _attributes(found: re.Match[str]) -> str:
    key, column, dimension, segment = map(unescape, found.groups())
    told = {"data-estimate": key, "data-column": column} if key else {}
    if dimension != _TOTAL:
        told |= {"data-dimension": dimension, "data-segment": segment}
    return "".join(f' {name}="{escape(value)}"' for name, value in told.items())
