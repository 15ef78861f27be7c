"""Names on a chart: broken into lines, cut where even those do not hold them, and written about a height.

What is cut ends in an ellipsis; the alternative text and the table of data hold the name whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.style import INK, LABEL, text_width, wrap
from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.charts.chart import Sheet
    from analysis.formatting import Lang, Text

__all__ = ["LINE", "capital", "fit", "nothing_to_draw", "widest", "write_lines"]

LINE = 1.22
_CUT = "…"


def fit(text: str, width: float, size: float, lang: Lang, *, lines: int = 2) -> list[str]:
    """Break a text into at most so many lines no wider than `width` points, the last cut where it must be."""
    broken = wrap(text, width, size, lang)
    fitting = next((at for at, line in enumerate(broken) if text_width(line, size) > width), len(broken))
    if fitting == len(broken) <= lines:
        return broken
    last = min(fitting, lines - 1)
    return [*broken[:last], _cut(broken[last], width, size)]


def _cut(line: str, width: float, size: float) -> str:
    while line and text_width(line + _CUT, size) > width:
        line = line[:-1]
    return line.rstrip(" ，、,") + _CUT


def widest(blocks: Sequence[Sequence[str]], size: float) -> float:
    """Return the width of the widest line of several names, in points."""
    return max((text_width(line, size) for lines in blocks for line in lines), default=0.0)


def write_lines(
    sheet: Sheet,
    x: float,
    middle: float,
    lines: Sequence[str],
    *,
    size: float = LABEL,
    color: str = INK,
    ha: str = "left",
    gid: str | None = None,
) -> None:
    """Write the lines of a name so that they stand about a height, `middle` points below the top."""
    for place, line in enumerate(lines):
        below = (place - (len(lines) - 1) / 2) * size * LINE
        sheet.write(x, middle + size * 0.36 + below, line, size=size, color=color, ha=ha, gid=gid)


def capital(text: Text) -> Text:
    """Begin a sentence with it."""
    return type(text)(text.zh, text.en[:1].upper() + text.en[1:])


def nothing_to_draw(kind: str, slug: str, expected: str, remedy: str) -> AnalysisError:
    """Return the error of a chart without data, which names the chart and the way out."""
    return AnalysisError(argument=f"{kind} {slug}", expected=expected, got="nothing to draw", remedy=remedy)
