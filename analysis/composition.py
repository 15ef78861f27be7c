"""Separate a change in an overall rate into a change of rates and a change of mix.

References
----------
Kitagawa (1955), Components of a difference between two rates, J. Am. Stat. Assoc. 50, 1168-1194.
doi:10.1080/01621459.1955.10501299
Das Gupta (1993), Standardization and Decomposition of Rates, U.S. Bureau of the Census P23-186.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Decomposition", "decompose"]


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Hold the two effects, which add up to the change, and what each segment gives to them.

    Attributes
    ----------
    change, rate_effect, composition_effect
        In the rates' unit; change = rate_effect + composition_effect.
    segments
        segment, base_share, share (of 1), base_rate, rate, rate_effect, composition_effect.
    """

    change: float
    rate_effect: float
    composition_effect: float
    segments: pd.DataFrame


def decompose(
    segments: Sequence[str],
    base_sizes: npt.ArrayLike,
    sizes: npt.ArrayLike,
    base_rates: npt.ArrayLike,
    rates: npt.ArrayLike,
) -> Decomposition:
    """Split the change of an overall rate into the part of the segments' rates and that of their mix.

    With shares c = size / sum of sizes and rates r of each segment, then (0) and now (1)::

        rate effect        = sum (c0 + c1)/2 (r1 - r0)
        composition effect = sum (r0 + r1)/2 (c1 - c0)

    A segment's own composition effect depends on the level of the rates; only the sum over segments is read.

    Parameters
    ----------
    segments
        Names of the K segments.
    base_sizes, sizes
        [K] members, or shares in any unit; not negative, not all zero.
    base_rates, rates
        [K] rates in any unit; a rate may be NaN where the segment is empty in that wave, and is then taken
        to be the other wave's, so that the segment counts in the mix alone.

    Raises
    ------
    ArgumentError
        Different lengths, negative sizes, sizes that are all zero, a rate lacking for a segment with members.

    References
    ----------
    Kitagawa (1955), doi:10.1080/01621459.1955.10501299; held against Das Gupta (1993), example 5.1.
    R: ``DasGuptR::dgnpop``.
    """
    m0, m1, r0, r1 = (np.asarray(a, dtype=float) for a in (base_sizes, sizes, base_rates, rates))
    if not len(segments) == len(m0) == len(m1) == len(r0) == len(r1):
        raise ArgumentError(
            "sizes, rates", f"{len(segments)} entries", "other lengths", "give one entry for each segment"
        )
    if (m0 < 0).any() or (m1 < 0).any() or not (m0.sum() > 0 and m1.sum() > 0):
        raise ArgumentError(
            "sizes", "numbers from 0, not all 0", "others", "count the members of each segment"
        )
    if (np.isnan(r0) & (m0 > 0)).any() or (np.isnan(r1) & (m1 > 0)).any():
        raise ArgumentError(
            "rates", "a rate for every segment with members", "NaN", "leave unanswered segments out"
        )
    c0, c1 = m0 / m0.sum(), m1 / m1.sum()
    r0, r1 = np.where(np.isnan(r0), r1, r0), np.where(np.isnan(r1), r0, r1)
    r0, r1 = np.nan_to_num(r0), np.nan_to_num(r1)
    rate, mix = (c0 + c1) / 2 * (r1 - r0), (r0 + r1) / 2 * (c1 - c0)
    table = pd.DataFrame(
        {
            "segment": pd.Series(list(segments), dtype="str"),
            "base_share": c0,
            "share": c1,
            "base_rate": r0,
            "rate": r1,
            "rate_effect": rate,
            "composition_effect": mix,
        }
    )
    return Decomposition(float(rate.sum() + mix.sum()), float(rate.sum()), float(mix.sum()), table)
