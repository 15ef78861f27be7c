"""The key above a chart: names of parts one after the other, broken into lines as wide as the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.style import TICK, WIDTH, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["key_places"]


def key_places(
    names: Sequence[str], *, start: float, mark: float, gap: float
) -> list[tuple[float, int, str]]:
    """Place names: (x in points, line, name).

    Parameters
    ----------
    names : sequence of str
    start : float
        Where each line begins.
    mark, gap : float
        Room before a name for its mark, and after it.
    """
    x, line = start, 0
    out: list[tuple[float, int, str]] = []
    for name in names:
        need = mark + text_width(name, TICK) + gap
        if out and x + need - gap > WIDTH:
            x, line = start, line + 1
        out.append((x, line, name))
        x += need
    return out
