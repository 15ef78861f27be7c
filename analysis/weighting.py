"""Weights of a wave that are more than members over respondents: given ones, and ones raked to the frame.

References
----------
Deville & Särndal (1992), doi:10.1080/01621459.1992.10475217
Kish (1992), Weighting for unequal P_i, Journal of Official Statistics 8, 183-200.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.calibration import Calibrated, check_weights, rake
from analysis.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["Weighting", "check_certainty", "fit_margins", "kish_design_effect"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Weighting:
    """Hold weights of a wave that are not N_h / n_h.

    Attributes
    ----------
    weights, base
        [n] final weights, and those before raking.
    margins
        [n] places of the categories of each margin.
    name
        What ``method`` says of them: ``raked to bank_type, centre_kind``.
    """

    weights: Floats
    base: Floats
    margins: tuple[Whole, ...]
    name: str


def kish_design_effect(weights: npt.ArrayLike) -> float:
    """Say how many times larger unequal weights make a variance: n sum w^2 / (sum w)^2.

    1 for equal weights; what n is divided by to give the effective base. Kish (1992). R:
    ``length(w) * sum(w^2) / sum(w)^2``.
    """
    w = check_weights(weights)
    return float(w.size * (w**2).sum() / w.sum() ** 2)


def fit_margins(
    wave: str, base: npt.ArrayLike, respondents: pd.DataFrame, frame: pd.DataFrame, margins: Sequence[str]
) -> Calibrated:
    """Rake a wave's weights to how many members its frame has in each category of the margins.

    Parameters
    ----------
    wave
        For messages.
    base
        [n] weights before raking.
    respondents, frame
        One row a respondent and one a member, with a column for each margin.
    margins
        Columns.

    Raises
    ------
    DesignError
        A category of the frame without respondents, or margins that cannot be fitted together.
    """
    counts = {margin: frame[margin].astype("str").value_counts(sort=False) for margin in margins}
    totals = {m: {str(name): float(n) for name, n in count.items()} for m, count in counts.items()}
    groups = {margin: respondents[margin].astype("str").to_numpy() for margin in margins}
    try:
        return rake(base, groups, totals)
    except DesignError as error:
        raise DesignError(f"wave {wave}, {error.argument}", error.expected, error.got, error.remedy) from None


def check_certainty(frame: pd.DataFrame, column: str) -> None:
    """Refuse a column of members taken for certain that does not say so of each, yes or no.

    Raises
    ------
    DesignError
        Entries other than True and False.
    """
    unclear = int((~frame[column].isin([True, False])).sum())
    if unclear:
        raise DesignError(
            f"frame, column {column!r}", "True or False for every member", f"{unclear} other entries",
            "say of each member whether it was taken for certain",
        )  # fmt: skip
