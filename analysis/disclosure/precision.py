"""Cut the numbers of a release to what is printed: behind the last printed digit stand answers.

A share with fifteen digits gives its numerator and denominator, a standard error with fifteen the answers
that it was computed from. What is published is the printed figure, in every file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.model import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from analysis.disclosure.policy import Policy
    from analysis.model import Measure

__all__ = [
    "changes_as_printed",
    "comparisons_as_printed",
    "estimates_as_printed",
    "moves_as_printed",
    "probabilities_as_printed",
    "telling_errors",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

#: Indicator and wave.
Place: TypeAlias = "tuple[str, str]"

_SIGNIFICANT = 2  # of a standard error
_TESTED = 3  # decimals of a p value, significant digits of a test statistic
_EFFECT = 2  # decimals of an effect size
_MOVES = (
    "change", "matched_change", "joiners", "leavers", "reclassified", "joined", "returned", "answered_anew",
    "left", "absent", "blank", "slope", "mean_change",
)  # fmt: skip
_PROBABILITIES = ("p_value", "p_adjusted", "p_mid", "p_equal")
_BLANK = ("n", "N", "n_effective")


def telling_errors(released: pd.DataFrame, measures: Mapping[str, Measure], stratum: str) -> frozenset[Place]:
    """Name the figures for all members whose error tells of a withheld stratum.

    Of a share the error adds up what the strata leave open: with all but two of them shown, and their sum,
    it leaves of each two counts at most. Seen in a band that all eight large members are in.

    Parameters
    ----------
    released : DataFrame
        Frame `estimates` after disclosure control.
    measures : mapping of str to Measure
    stratum : str
        The dimension whose segments are weighted to the frame.

    Returns
    -------
    frozenset of (indicator, wave)
    """
    hidden = released[(released["dimension"] == stratum) & (released["status"] == "suppressed")]
    places = {
        (measures[name].source, wave) for name, wave in zip(hidden["indicator"], hidden["wave"], strict=True)
    }
    weighted = [m for m in measures.values() if m.estimand == "members" and m.kind == "share"]
    return frozenset((m.indicator, wave) for m in weighted for source, wave in places if m.source == source)


def estimates_as_printed(
    released: pd.DataFrame,
    measures: Mapping[str, Measure],
    policy: Policy,
    telling: AbstractSet[Place] = frozenset(),
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
    telling : set of (indicator, wave)
        Figures without error and interval; see `telling_errors`.

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
    few = few | _are_in(out, telling, "wave")
    for column in ("se", "lower", "upper"):
        out[column] = out[column].mask(few)
    out["estimate"] = _rounded(out["estimate"].to_numpy(), digits)
    _round_bounds(out, digits, (out["n"] < policy.outward_base).to_numpy())
    withheld = (out["status"] == "suppressed").to_numpy()
    for column in _BLANK:
        out[column] = out[column].mask(withheld, 0).astype(released[column].dtype)
    out["n_effective"] = _rounded(out["n_effective"].to_numpy(), np.ones(len(out), dtype=int))
    out.loc[withheld, "method"] = "withheld"
    out.loc[withheld, "reason"] = "confidential"
    return out


def changes_as_printed(
    changes: pd.DataFrame,
    measures: Mapping[str, Measure],
    policy: Policy,
    level: float = 0.95,
    telling: AbstractSet[Place] = frozenset(),
) -> pd.DataFrame:
    """Round released changes, their parts, errors and tests to what is printed.

    Parameters and result as of `estimates_as_printed`, for frame `changes`; a change that is withheld has no
    count of the members that it would rest on.
    """
    out = changes.copy()
    few = (out["n_matched"] < policy.interval_base).to_numpy()
    few = few | _are_in(out, telling, "wave") | _are_in(out, telling, "base_wave")
    for column in ("se", "lower", "upper", "largest", "p_value", "p_adjusted"):
        if column in out:
            out[column] = out[column].mask(few)
    outwards = (out["n_matched"] < policy.outward_base).to_numpy()
    out = moves_as_printed(out, measures, level, outwards=outwards)
    withheld = (out["status"] == "suppressed").to_numpy()
    out["n_matched"] = out["n_matched"].mask(withheld, 0).astype(changes["n_matched"].dtype)
    out.loc[withheld, "reason"] = "confidential"
    return out


def _are_in(frame: pd.DataFrame, places: AbstractSet[Place], wave: str) -> Flags:
    rows = zip(frame["indicator"], frame[wave], strict=True)
    return np.array([row in places for row in rows], dtype=bool)


def moves_as_printed(
    moves: pd.DataFrame,
    measures: Mapping[str, Measure],
    level: float,
    *,
    outwards: Flags | None = None,
    further: int = 0,
) -> pd.DataFrame:
    """Round changes, slopes a year or parts of changes, and the tests of them, to what is printed.

    Parameters
    ----------
    moves : DataFrame
        Frame `changes`, `slopes`, `turnover` or `matched`.
    measures : mapping of str to Measure
        Must name every indicator; `change_digits` is read.
    level : float
        Of the intervals; a p value stays on its side of what it leaves of 1.
    outwards : ndarray of bool, optional
        Rows whose bounds are rounded outwards; none without it.
    further : int
        Digits behind the printed ones, for parts that are printed as sums of several.
    """
    out = moves.copy()
    digits = _change_digits(out, measures) + further
    for column in _MOVES:
        if column in out:
            out[column] = _rounded(out[column].to_numpy(dtype=float), digits)
    for column in _PROBABILITIES:
        if column in out:
            out[column] = probabilities_as_printed(out[column].to_numpy(dtype=float), level)
    if "largest" in out:
        out["largest"] = _outwards(out["largest"].to_numpy(dtype=float), digits)
    if "se" in out:
        _round_bounds(out, digits, np.zeros(len(out), dtype=bool) if outwards is None else outwards)
    return out


def comparisons_as_printed(
    comparisons: pd.DataFrame, measures: Mapping[str, Measure], level: float
) -> pd.DataFrame:
    """Round tests of segments to what is printed: a rank sum with all its digits gives the ranks.

    Parameters as of `moves_as_printed`, for frame `comparisons`.
    """
    out = comparisons.copy()
    out["statistic"] = _significant(out["statistic"].to_numpy(dtype=float), _TESTED)
    for column in ("p_value", "p_adjusted"):
        out[column] = probabilities_as_printed(out[column].to_numpy(dtype=float), level)
    for column in ("effect", "effect_lower", "effect_upper"):
        out[column] = _rounded(out[column].to_numpy(dtype=float), np.full(len(out), _EFFECT))
    digits = [max(measures[name].digits, measures[name].change_digits) for name in out["indicator"]]
    out["pairs"] = [
        json.dumps([_pair_as_printed(pair, places, level) for pair in json.loads(pairs)])
        for pairs, places in zip(out["pairs"], digits, strict=True)
    ]
    return out


def _pair_as_printed(pair: Mapping[str, Any], digits: int, level: float) -> dict[str, Any]:
    places = {"delta": _EFFECT, "delta_lower": _EFFECT, "delta_upper": _EFFECT}
    out = {}
    for name, value in pair.items():
        if not isinstance(value, float):
            out[name] = value
        elif name == "p_adjusted":
            out[name] = float(probabilities_as_printed(np.array([value]), level)[0])
        else:
            out[name] = float(_rounded(np.array([value]), np.array([places.get(name, digits)]))[0])
    return out


def probabilities_as_printed(values: Floats, level: float) -> Floats:
    """Round p values to three decimals, none across what the level leaves of 1: no verdict changes.

    One that would round to zero is given as 0.0005, which it is below: no p value of a test is zero.
    """
    alpha = round(1.0 - level, 12)
    rounded = _rounded(values, np.full(len(values), _TESTED))
    rounded = np.where((rounded == 0) & (values > 0), 0.5 * 10.0**-_TESTED, rounded)
    across = (values < alpha) & (rounded >= alpha)
    return np.where(across, alpha - 10.0**-_TESTED, rounded).round(12)


def _change_digits(frame: pd.DataFrame, measures: Mapping[str, Measure]) -> Whole:
    return np.array([measures[name].change_digits for name in frame["indicator"]], dtype=np.int64)


def _round_bounds(out: pd.DataFrame, digits: Whole, outwards: Flags) -> None:
    """Round errors to two significant digits, and bounds: outwards where few members stand behind them."""
    out["se"] = _significant(out["se"].to_numpy(dtype=float), _SIGNIFICANT)
    for column, side in (("lower", -1.0), ("upper", 1.0)):
        bound = out[column].to_numpy(dtype=float)
        wide = side * _outwards(side * bound, digits)
        out[column] = np.where(outwards, wide, _rounded(bound, digits))


def _outwards(values: Floats, digits: Whole) -> Floats:
    """Round up, each number at its own digit."""
    factor = 10.0**digits
    return np.asarray(np.ceil((values * factor).round(9)) / factor)


def _significant(values: Floats, digits: int) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
    return _rounded(values, np.where(np.isfinite(places), places, 0).astype(int))


def _rounded(values: Floats, digits: Whole) -> Floats:
    """Round half up, each number at its own digit."""
    return np.array([
        float(round_half_up(float(value), int(places))) if np.isfinite(value) else value
        for value, places in zip(values, digits, strict=True)
    ])  # fmt: skip
