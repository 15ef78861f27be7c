"""Cut the numbers of a release to what is printed: behind the last printed digit stand answers.

A share with fifteen digits gives its numerator and denominator, a standard error with fifteen the answers
that it was computed from. What is published is the printed figure, in every file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.model import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.disclosure.policy import Policy
    from analysis.model import Measure

__all__ = ["changes_as_printed", "estimates_as_printed"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.integer]

_SIGNIFICANT = 2  # of a standard error
_TESTED = 3  # decimals of a p value
_BLANK = ("n", "N", "n_effective")


def estimates_as_printed(
    released: pd.DataFrame, measures: Mapping[str, Measure], policy: Policy
) -> pd.DataFrame:
    """Round released estimates to their printed digits, and say nothing of withheld ones.

    Parameters
    ----------
    released : DataFrame
        Frame `estimates` after disclosure control.
    measures : mapping of str to Measure
        Must name every indicator; `digits` is read.
    policy : Policy
        `interval_base` and `outward_base` are read.

    Returns
    -------
    DataFrame
        Same rows. A withheld cell has base 0, no method and one reason for all, since which of them is
        withheld for itself tells where few members stand. Below `interval_base` members error and interval
        are missing, below `outward_base` bounds are rounded outwards.
    """
    out = released.copy()
    digits = (
        out["indicator"]
        .map({name: measure.digits for name, measure in measures.items()})
        .to_numpy(dtype=np.int64)
    )
    few = (out["n"] < policy.interval_base).to_numpy() & (out["n"] < out["N"]).to_numpy()
    for column in ("se", "lower", "upper"):
        out[column] = out[column].mask(few)
    out["estimate"] = _rounded(out["estimate"].to_numpy(), digits)
    _round_bounds(out, digits, policy)
    withheld = (out["status"] == "suppressed").to_numpy()
    for column in _BLANK:
        out[column] = out[column].mask(withheld, 0).astype(released[column].dtype)
    out["n_effective"] = _rounded(out["n_effective"].to_numpy(), np.ones(len(out), dtype=int))
    out.loc[withheld, "method"] = "withheld"
    out.loc[withheld, "reason"] = "confidential"
    return out


def changes_as_printed(
    changes: pd.DataFrame, measures: Mapping[str, Measure], policy: Policy
) -> pd.DataFrame:
    """Round released changes, their parts, errors and tests to what is printed.

    Parameters and result as of `estimates_as_printed`, for frame `changes`; a change that is withheld has no
    count of the members that it would rest on.
    """
    out = changes.copy()
    digits = (
        out["indicator"].map({name: m.change_digits for name, m in measures.items()}).to_numpy(dtype=np.int64)
    )
    few = (out["n_matched"] < policy.interval_base).to_numpy()
    for column in ("se", "lower", "upper", "p_value", "p_adjusted"):
        out[column] = out[column].mask(few)
    for column in ("change", "matched_change", "joiners", "leavers", "reclassified"):
        if column in out:
            out[column] = _rounded(out[column].to_numpy(dtype=float), digits)
    _round_bounds(out, digits, policy, base="n_matched")
    for column in ("p_value", "p_adjusted"):
        out[column] = _rounded(out[column].to_numpy(dtype=float), np.full(len(out), _TESTED))
    withheld = (out["status"] == "suppressed").to_numpy()
    out["n_matched"] = out["n_matched"].mask(withheld, 0).astype(changes["n_matched"].dtype)
    out.loc[withheld, "reason"] = "confidential"
    return out


def _round_bounds(out: pd.DataFrame, digits: Whole, policy: Policy, base: str = "n") -> None:
    """Round errors to two significant digits, and bounds: outwards where few members stand behind them."""
    se = out["se"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        places = _SIGNIFICANT - 1 - np.floor(np.log10(np.abs(se)))
    out["se"] = _rounded(se, np.where(np.isfinite(places), places, 0).astype(int))
    few = (out[base] < policy.outward_base).to_numpy()
    for column, outwards in (("lower", np.floor), ("upper", np.ceil)):
        bound = out[column].to_numpy(dtype=float)
        factor = 10.0**digits
        wide = outwards((bound * factor).round(9)) / factor
        out[column] = np.where(few, wide, _rounded(bound, digits))


def _rounded(values: Floats, digits: Whole) -> Floats:
    """Round half up, each number at its own digit."""
    return np.array([
        float(round_half_up(float(value), int(places))) if np.isfinite(value) else value
        for value, places in zip(values, digits, strict=True)
    ])  # fmt: skip
