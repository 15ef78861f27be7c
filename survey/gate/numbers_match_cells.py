"""Check every number of a page against the cell it names: the kit's own publications pass the audit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analysis.inference import detectable_change, unseen
from survey.documents import Fault
from survey.figures import particulars

if TYPE_CHECKING:
    from analysis.words import Lang, Number
    from survey.documents import Page
    from survey.figures import Figures

__all__ = ["Cells", "cells_of", "check_numbers", "released_cells"]

#: Key -> where its numbers lie: the columns of a frame, and the row in them.
Cells = Mapping[str, list[tuple[Mapping[str, list[float]], int]]]

_TOLERANCE = 1e-9  # prose carries twelve significant digits
_KEYS = ("wave", "indicator", "dimension", "segment")
_COUNTED = frozenset({"streak", "count"})  # counted by the sentence itself, from cells of many years


def released_cells(figures: Figures) -> Cells:
    """Return what a page on these figures may print, by key; unreleased cells hold NaN."""
    changes, compared, series = figures.changes, figures.comparisons, figures.series
    lines = figures.slopes
    bounds = zip(changes["lower"], changes["upper"], strict=True)
    level = figures.programme.settings.level
    needed = [detectable_change(lower, upper, level) for lower, upper in bounds]
    frames = (
        figures.estimates,
        changes.assign(wave=changes["wave"] + "-" + changes["base_wave"], reach=needed),
        compared.assign(wave=figures.wave, segment="*", **_unseen(figures)),
        figures.within.assign(segment="*", p_within=figures.within["p_adjusted"]),
        _matched(figures),
        series.assign(dimension="total", segment="all"),
        lines.assign(wave=lines["last_wave"] + "-" + lines["first_wave"], n=lines["n_members"]),
        _response(figures),
        particulars(figures),
    )
    return cells_of(frames)


def _matched(figures: Figures) -> pd.DataFrame:
    """Give gains and losses among the members that answered twice, by the key of the change."""
    table = figures.matched
    return table.assign(wave=table["wave"] + "-" + table["base_wave"], p_matched=table["p_value"])


def _unseen(figures: Figures) -> dict[str, list[float]]:
    """Give, for each comparison, the least and the most that tests of its released segments could not see."""
    cells = figures.estimates
    open_cells = cells[(cells["status"] == "released") & (cells["wave"] == figures.wave)]
    shown = open_cells.groupby(["indicator", "dimension"])["segment"].agg(list).to_dict()
    ends: dict[str, list[float]] = {"unseen_least": [], "unseen_most": []}
    for row in figures.comparisons.itertuples():
        found = unseen(str(row.pairs), shown.get((row.indicator, row.dimension), []))
        known = [value for value in found if value is not None] or [math.nan]
        ends["unseen_least"].append(known[0])
        ends["unseen_most"].append(known[-1])
    return ends


def cells_of(frames: Iterable[pd.DataFrame]) -> Cells:
    """Return the numbers of frames by key; each has the columns wave, indicator, dimension, segment."""
    cells: dict[str, list[tuple[Mapping[str, list[float]], int]]] = {}
    for frame in frames:
        columns = {str(c): frame[c].tolist() for c in frame.select_dtypes("number").columns}
        for row, parts in enumerate(zip(*(frame[key].tolist() for key in _KEYS), strict=True)):
            cells.setdefault("/".join(parts), []).append((columns, row))
    return cells


def _response(figures: Figures) -> pd.DataFrame:
    """Count those who answered in each wave, of how many."""
    asked, answered = (table["wave"].value_counts() for table in (figures.frame, figures.respondents))
    rows = pd.DataFrame({"N": asked.astype("float64"), "n": answered.astype("float64")}).dropna()
    rows = (
        rows.rename_axis("wave").reset_index().assign(indicator="response", dimension="total", segment="all")
    )
    return rows.assign(estimate=100 * rows["n"] / rows["N"])


def check_numbers(page: Page, cells: Cells) -> list[Fault]:
    """Find every printed number whose value is not that of the released cell it names.

    Parameters
    ----------
    page : Page
        Its pieces' numbers, those bound in prose and those of the cover are looked at.
    cells : mapping
        See `released_cells`.
    """
    return [
        Fault("traced", "error", message, where)
        for number, where in page.numbers()
        if (message := _at_odds(number, cells, page.lang))
    ]


def _at_odds(number: Number, cells: Cells, lang: Lang) -> str:
    """Say how a number differs from its cell; nothing where it agrees."""
    shown = number.text.in_(lang)
    if number.key not in cells:
        return f"{shown!r} names the cell {number.key!r}, which no frame holds; correct the key."
    if number.column in _COUNTED:
        return ""
    values = {columns[number.column][row] for columns, row in cells[number.key] if number.column in columns}
    if any(math.isclose(number.value, value, rel_tol=_TOLERANCE, abs_tol=1e-12) for value in values):
        return ""
    held = ", ".join(f"{value:.12g}" for value in values if not math.isnan(value)) or "no released number"
    return (
        f"{shown!r} is printed for {number.key} ({number.column}) as {number.value:.12g}; "
        f"the cell holds {held}."
    )
