"""One measure of a wave, and where its respondents are: what is counted out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from analysis.answers import Answers
    from analysis.measures import Measure
    from analysis.weighting import Weighting

__all__ = ["Item", "Layout", "lay_out", "take_item"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """Say of one wave and dimension who is where.

    Attributes
    ----------
    names
        K segments.
    members
        [K, H] members of the frame by segment and stratum.
    segment, stratum
        [n] places of each respondent.
    """

    names: tuple[str, ...]
    members: Whole
    segment: Whole
    stratum: Whole
    cell: Whole = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", self.segment * self.members.shape[1] + self.stratum)

    def count(self, weights: npt.NDArray[np.generic] | None = None, at: Flags | None = None) -> Floats:
        """Add up weights (or count) of respondents, all or those marked, by segment and stratum: [K, H]."""
        cell = self.cell if at is None else self.cell[at]
        added = weights if weights is None or at is None else weights[at]
        return np.bincount(cell, added, self.members.size).reshape(self.members.shape).astype(float)


@dataclass(frozen=True, eq=False)
class Item:
    """Hold the answers of a wave's n respondents to one measure.

    Attributes
    ----------
    y, x
        [n], 0 where there is no answer; x None stands for ones.
    answered, asked
        [n], or None where everybody was.
    group
        [H] the stratum that stands for each, itself or the first of those joined.
    joined
        Names of the strata that stand together.
    weighting
        Weights that are not N_h / n_h.
    """

    measure: Measure
    y: Floats
    x: Floats | None
    answered: Flags | None
    asked: Flags | None
    group: Whole
    joined: str = ""
    weighting: Weighting | None = None


def lay_out(answers: Answers, wave: int, dimension: str) -> Layout:
    """Say where the respondents of a wave are, from the arrays of a report."""
    segments, home = answers.segments[dimension], answers.home[wave]
    inside = segments.inside[wave]
    shape = (len(segments.names), len(answers.strata))
    segment, at = inside.argmax(axis=0), inside.any(axis=0)
    members = np.bincount(segment[at] * shape[1] + home[at], minlength=shape[0] * shape[1]).reshape(shape)
    responded = answers.responded[wave]
    return Layout(segments.names, members, segment[responded].astype(np.int64), home[responded])


def take_item(answers: Answers, wave: int, place: int) -> Item:
    """Take one measure of a wave from the arrays of a report."""
    responded = answers.responded[wave]
    x = answers.x[place, wave][responded] if answers.measures[place].kind == "ratio" else None
    weighting = answers.weightings[wave] if answers.weightings else None
    return Item(
        answers.measures[place],
        answers.y[place, wave][responded],
        x,
        answers.answered[place, wave][responded],
        answers.asked[place, wave][responded],
        answers.group[place, wave],
        str(answers.joined[place, wave]),
        weighting,
    )
