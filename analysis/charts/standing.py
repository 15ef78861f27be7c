"""Where one member stands: its own value beside median and upper quartile of the others of its groups.

It tells that member its own answer back: it belongs into the member's own report and no other place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.charts.strip import Strip, draw_strips, plain_cell, require_strips
from analysis.formatting import Lexicon, Number, Text, wave_text
from analysis.grid import Cell, rows_by_key
from analysis.phrases import Phrase, compose
from analysis.statements.cells import count_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.charts.chart import Chart

__all__ = ["standing"]

_STANDING = Text(
    "{wave}本单位：{own}；{group}其他单位的中位数：{median}",
    "This member in {wave}: {own}; median of the others among {group}: {median}",
)
_WITHHELD = Text("{wave}本单位：{own}", "This member in {wave}: {own}")


def standing(
    benchmark: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    *,
    wave: str,
    slug: str,
    groups: Mapping[str, Text],
    caption: Text | Phrase | None = None,
    notice: Text | None = None,
) -> Chart:
    """Draw where one member stands among the others of its groups. For that member's eyes alone.

    Parameters
    ----------
    benchmark : DataFrame
        What `benchmarks.benchmark` returns for the member: medians and upper quartiles of the others.
    lexicon : Lexicon
    indicator : str
    wave : str
    slug : str
    groups : mapping of dimension to Text
        The dimensions to draw, from top to bottom, each with what the member's group in it is called.
    caption : Text or Phrase, optional
        The finding; by default the member's value beside the median of its first group.
    notice : Text, optional

    Raises
    ------
    AnalysisError
        If the member gave no answer, or no median may be told.
    """
    chosen = benchmark[(benchmark["indicator"] == indicator) & (benchmark["wave"] == wave)]
    cells = rows_by_key(chosen, "dimension")
    strips = [
        Strip(
            name, str(row["segment"]), dimension, int(row["others"]), math.nan, float(row["median"]),
            float(row["upper_quartile"]), float(row["value"]), "",
        )
        for dimension, name in groups.items()
        if (row := cells.get((dimension,))) is not None
    ]  # fmt: skip
    require_strips(strips, slug)
    header = [
        Text("组别", "Group"), Text("本单位", "Own value"), Text("其他单位中位数", "Median of the others"),
        Text("其他单位上四分位", "Upper quartile of the others"), Text("其他单位数", "Others"),
    ]  # fmt: skip
    table: list[list[Cell]] = [
        [
            one.name,
            *(plain_cell(v, lexicon, indicator, wave) for v in (one.own, one.median, one.upper)),
            count_number(one.base),
        ]
        for one in strips
    ]
    return draw_strips(
        strips, lexicon, indicator, wave=wave, slug=slug,
        caption=caption or _finding(strips, lexicon, indicator, wave),
        header=header, rows=table, data=chosen, notice=notice,
    )  # fmt: skip


def _finding(strips: Sequence[Strip], lexicon: Lexicon, indicator: str, wave: str) -> Phrase:
    one = next((one for one in strips if not math.isnan(one.median)), strips[0])
    own, median = (plain_cell(value, lexicon, indicator, wave) for value in (one.own, one.median))
    told = own if isinstance(own, Number) else Text("未作答", "no answer")
    if not isinstance(median, Number):
        return compose(_WITHHELD, wave=wave_text(wave), own=told)
    return compose(_STANDING, wave=wave_text(wave), own=told, group=one.name, median=median)
