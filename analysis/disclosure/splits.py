"""What the parts of a published change say of the answers of both waves.

A change is published in parts: those who answered both times, those who came, those who went. From figure and
part a reader has the sum over those who stayed, and so over those who came or went.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cell_keys import split_cell
from analysis.inference import item_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.disclosure.cell_keys import CellKey
    from analysis.inference import Answers, Segments

__all__ = ["Part", "Splits", "of_splits"]

Flags = npt.NDArray[np.bool_]

_PERCENT = 100.0


@dataclass(frozen=True)
class Splits:
    """Which changes are published in parts: those between any two waves, in these dimensions.

    Parameters
    ----------
    dimensions : sequence of str
    minimum_base : int
        Each part rests on nobody or on so many members, or no change of the dimension has parts.
    """

    dimensions: Sequence[str]
    minimum_base: int


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a change: a figure over its whole base less the same over those who stayed.

    Attributes
    ----------
    whole, stayed : ndarray of bool, [M]
    cell : CellKey
    unit : float
        Takes the figure as computed to the unit in which the change is printed.
    """

    whole: Flags
    stayed: Flags
    cell: CellKey
    unit: float


def of_splits(answers: Answers, w: int, p: int, splits: Splits) -> Iterator[Part]:
    """Yield the parts, in wave `w`, of changes to and from it.

    Parameters
    ----------
    answers : Answers
    w, p : int
        Wave and measure.
    splits : Splits
    """
    measure = answers.measures[p]
    for v in np.flatnonzero(answers.held[p]).tolist():
        first, last = sorted((answers.waves[v], answers.waves[w]))
        start = min(v, w)
        if v == w or any(first < at <= last for at in measure.breaks):
            continue
        for dimension in splits.dimensions:
            segments = answers.segments[dimension]
            places = _split(answers, p, (v, w), segments, splits.minimum_base)
            for k in places:
                cell = split_cell(measure.indicator, last, first, dimension, segments.names[k])
                whole = segments.inside[w, k] & answers.answered[p, w]
                if unit := _unit(answers, p, start, segments.inside[start, k]):
                    for stayed in _told(answers, p, v, segments, (k, whole)):
                        yield Part(whole, stayed, cell, unit)


def _unit(answers: Answers, p: int, start: int, inside: Flags) -> float:
    """Return what takes a figure to the unit of its change: per cent of the earlier figure, or its own.

    0 where the earlier figure is 0: of a change from nothing nothing is printed.
    """
    measure = answers.measures[p]
    if measure.change != "percent":
        return measure.scale
    weight = item_weights(answers, start)[p] if measure.estimand == "members" else 1.0
    row = weight * (inside & answers.answered[p, start])
    over = 1.0 if measure.kind == "total" else float((row * answers.x[p, start]).sum())
    figure = float((row * answers.y[p, start]).sum()) / over
    return _PERCENT / abs(figure) if figure else 0.0


def _split(
    answers: Answers, p: int, pair: tuple[int, int], segments: Segments, minimum_base: int
) -> list[int]:
    """Name the segments whose changes have parts: all of a dimension, or none: one follows from the rest."""
    one, other = (segments.inside[w] & answers.answered[p, w] for w in pair)
    there = np.flatnonzero(one.any(axis=1) & other.any(axis=1))
    both, first, second = (those[there].sum(axis=1) for those in (one & other, one & ~other, other & ~one))
    enough = [((sizes == 0) | (sizes >= minimum_base)).all() for sizes in (both, first, second)]
    return there.tolist() if all(enough) and both.all() else []


def _told(answers: Answers, p: int, v: int, segments: Segments, of: tuple[int, Flags]) -> list[Flags]:
    """Return the parts of a segment's base whose sum follows: who answered both times, there or anywhere.

    For all members together also who was a member, and who responded, in the other wave.
    """
    k, base = of
    others = [answers.answered[p, v], answers.answered[p, v] & segments.inside[v, k]]
    if segments.names == ("all",):
        others += [answers.member[v], answers.responded[v]]
    parts = {(base & other).tobytes(): base & other for other in others}
    return [part for part in parts.values() if part.any() and (part != base).any()]
