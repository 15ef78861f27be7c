"""Withhold cells that could tell a single member's answer, and those that would give them away.

Fails closed: a cell whose base is not known is not released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from analysis.disclosure.cell_keys import shown_splits, split_cell
from analysis.inference import holm
from analysis.model import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from analysis.disclosure.cell_keys import CellKey
    from analysis.disclosure.policy import Nesting, Policy

__all__ = [
    "RiskMeasure",
    "additive_sums",
    "determined_cells",
    "protecting_cells",
    "release",
    "release_changes",
    "release_matched",
    "release_turnover",
]

# Find the cells that must be withheld so that withheld ones cannot be found by subtraction.
#
# Two tests. In every single sum a reader can build at least two cells are hidden, and together they have the
# minimum base. And all sums taken together, as linear equations in the hidden cells, leave every sensitive
# cell
# undetermined: in a crossed table a cell can follow from several sums of which each alone is safe.


_Cell = tuple[str, str]
_Sum = tuple[_Cell, list[_Cell]]
_PAIR = 2
_ZERO = 1e-9


def protecting_cells(
    reasons: Mapping[_Cell, str], bases: Mapping[_Cell, float], policy: Policy
) -> frozenset[_Cell]:
    """Name the cells of one question and wave to withhold beside those that already have a reason.

    Parameters
    ----------
    reasons : mapping of (dimension, segment) to str
        "" where a cell is shown, "empty" where nobody stands behind it, else why it is hidden.
    bases : mapping of (dimension, segment) to float
        Members behind each cell.
    policy : Policy
    """
    first = frozenset(cell for cell, reason in reasons.items() if reason not in ("", "empty"))
    if not first:
        return frozenset()
    hidden = set(first)
    filled = [cell for cell, reason in reasons.items() if reason != "empty"]
    sums = [
        (whole, [part for part in parts if part in filled])
        for whole, parts in additive_sums(list(reasons), policy.nestings)
    ]
    while True:
        before = len(hidden)
        for one in sums:
            hidden |= _next_hidden(one, hidden, bases, policy)
        if len(hidden) == before:
            hidden |= _against_equations(first, hidden, sums, bases)
        if len(hidden) == before:
            return frozenset(hidden) - first


def additive_sums(cells: list[_Cell], nestings: tuple[Nesting, ...]) -> Iterator[_Sum]:
    """Yield every (whole, parts) that a reader of these cells can add up."""
    known = set(cells)
    for dimension in dict.fromkeys(name for name, _ in cells):
        segments = [segment for name, segment in cells if name == dimension]
        if dimension != "total" and ("total", "all") in known:
            yield ("total", "all"), [(dimension, segment) for segment in segments]
        factors = dimension.split("*")
        for place, factor in enumerate(factors if len(factors) == _PAIR else []):
            for value in dict.fromkeys(segment.split("*")[place] for segment in segments):
                parts = [(dimension, s) for s in segments if s.split("*")[place] == value]
                if (factor, value) in known:
                    yield (factor, value), parts
    for nesting in nestings:
        for value in dict.fromkeys(nesting.parents.values()):
            parts = [(nesting.child, s) for s, to in nesting.parents.items() if to == value]
            if (nesting.parent, value) in known and set(parts) <= known:
                yield (nesting.parent, value), parts


def _next_hidden(
    one: _Sum, hidden: set[_Cell], bases: Mapping[_Cell, float], policy: Policy
) -> frozenset[_Cell]:
    """Name the cell to hide next in one sum; none where the sum is safe."""
    whole, parts = one
    shown = sorted((part for part in parts if part not in hidden), key=lambda part: (bases[part], part))
    covered = [part for part in parts if part in hidden]
    if whole in hidden:
        return frozenset(shown[:1] if not covered else [])
    together = sum(bases[part] for part in covered)
    if not covered or (len(covered) >= _PAIR and together >= policy.minimum_base):
        return frozenset()
    return frozenset([shown[0] if shown else whole])


def _against_equations(
    first: frozenset[_Cell], hidden: set[_Cell], sums: list[_Sum], bases: Mapping[_Cell, float]
) -> frozenset[_Cell]:
    """Name the cell to hide next so that all sums together do not give a sensitive cell."""
    found = sorted(determined_cells(hidden, sums) & first)
    if not found:
        return frozenset()
    around = {cell for whole, parts in sums if found[0] in (whole, *parts) for cell in (whole, *parts)}
    further = sorted(around - hidden, key=lambda cell: (bases[cell], cell))
    return frozenset(further[:1])


def determined_cells(hidden: Collection[_Cell], sums: Sequence[_Sum]) -> frozenset[_Cell]:
    """Name the hidden cells whose values follow from the shown ones.

    A hidden cell is undetermined if some change of the hidden cells that keeps every sum moves it: if its row
    in a basis of the null space of the equations is not zero.
    """
    order = sorted(hidden)
    equations = np.zeros((len(sums) + 1, len(order)))
    for line, (whole, parts) in zip(equations, sums, strict=False):
        line[:] = [float(cell in parts) - float(cell == whole) for cell in order]
    _, sizes, directions = np.linalg.svd(equations)
    rank = int((sizes > _ZERO).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0.0)
    return frozenset(cell for cell, move in zip(order, free, strict=True) if move <= _ZERO)


_KEY = ["indicator", "wave", "dimension", "segment"]
_HIDDEN = ("estimate", "se", "lower", "upper")
_SPLIT = ("matched_change", "joiners", "leavers", "reclassified")
_REASONS = ("joined", "returned", "answered_anew", "left", "absent", "blank")
_PAIR_SHOWN = ("change", "matched_change")
_CHANGE_KEY = ["indicator", "wave", "base_wave", "dimension", "segment"]
_HIDDEN_CHANGE = ("change", "se", "lower", "upper", "largest", "p_value", "p_adjusted", *_SPLIT)


class RiskMeasure(Protocol):
    """The part of a measure that disclosure control needs."""

    @property
    def kind(self) -> str:
        """Kind of statistic: share, mean, total or ratio."""

    @property
    def source(self) -> str:
        """Question the measurements come from."""


def release(
    estimates: pd.DataFrame,
    measures: Mapping[str, RiskMeasure],
    policy: Policy,
    contributions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Decide of every cell whether it may be published.

    Primary suppression: base below the minimum or unknown, one member dominant, unanimous shares where the
    policy says so. Secondary suppression: in every sum a reader can build (segments of a dimension and the
    total, crossed segments and their margins, nestings of the policy) at least two cells are hidden, and the
    hidden segments have the minimum base together. A cell hidden for one estimand of a question is hidden for
    the other.

    Parameters
    ----------
    estimates : DataFrame
        Columns indicator, wave, dimension, segment, estimate, se, lower, upper, n and any others.
    measures : mapping of str to measure
        Must name every indicator; `kind` and `source` are read.
    policy : Policy
    contributions : DataFrame, optional
        indicator (a measure's indicator or source), wave, dimension, segment, contribution: one row per
        member behind a total or mean (which times its base is a total), or denominator of a pooled ratio.
        Dominance is judged where rows are given.

    Returns
    -------
    DataFrame
        Same rows and order, with `status` {"released", "suppressed", "empty"} and `reason`; numbers of cells
        not released are NaN.

    Raises
    ------
    AnalysisError
        If a column is missing, a key repeats, or an indicator has no measure.
    """
    _check(estimates, measures)
    sources = {indicator: measures[indicator].source for indicator in estimates["indicator"].unique()}
    kinds = {indicator: measures[indicator].kind for indicator in sources}
    out = estimates.reset_index(drop=True).copy()
    out["reason"] = [
        _primary(row, kinds[row["indicator"]], policy)
        for row in out[[*_KEY, "estimate", "n"]].to_dict("records")
    ]
    if contributions is not None:
        _mark_dominance(out, contributions, kinds, sources, policy)
    out["_source"] = out["indicator"].map(sources)
    _share_reasons(out)
    if policy.secondary:
        # no quantile follows from the quantiles of parts
        sums = out[out["indicator"].map(kinds) != "quantile"]
        for _, cells in sums.groupby(["_source", "wave"], sort=False):
            _protect(out, cells.index, policy)
    out["status"] = np.where(
        out["reason"] == "", "released", np.where(out["reason"] == "empty", "empty", "suppressed")
    )
    out.loc[out["status"] == "empty", "reason"] = "nobody answered"
    hidden = out["status"] != "released"
    for column in _HIDDEN:
        out[column] = out[column].astype("float64").mask(hidden)
    return out.drop(columns="_source").set_axis(estimates.index)


def _check(estimates: pd.DataFrame, measures: Mapping[str, RiskMeasure]) -> None:
    missing = [column for column in (*_KEY, *_HIDDEN, "n") if column not in estimates.columns]
    if missing:
        raise AnalysisError(
            argument="estimates",
            expected="columns " + ", ".join((*_KEY, *_HIDDEN, "n")),
            got="none called " + ", ".join(missing),
            remedy="pass the estimates frame whole; without a base nothing is released",
        )
    unknown = sorted(set(estimates["indicator"]) - set(measures))
    if unknown:
        raise AnalysisError(
            argument="measures",
            expected="a measure for every indicator",
            got="none for " + ", ".join(unknown),
            remedy="add the measures or drop the rows",
        )
    if estimates.duplicated(_KEY).any():
        raise AnalysisError(
            argument="estimates",
            expected="one row per indicator, wave, dimension and segment",
            got=f"{int(estimates.duplicated(_KEY).sum())} repeated keys",
            remedy="drop the repeated rows",
        )


def _primary(row: Mapping[Hashable, Any], kind: str, policy: Policy) -> str:
    base = row["n"]
    if pd.isna(base):
        return "base not known"
    if base == 0:
        return "empty"
    least = policy.least_base(kind)
    if base < least:
        return f"fewer than {least} members"
    if pd.isna(row["estimate"]):
        return "estimate not known"
    if kind == "share" and not policy.allow_unanimous and row["estimate"] in (0.0, 100.0):
        return "all members gave the same answer"
    return ""


def _mark_dominance(
    out: pd.DataFrame,
    contributions: pd.DataFrame,
    kinds: Mapping[str, str],
    sources: Mapping[str, str],
    policy: Policy,
) -> None:
    risky = {
        key
        for key, parts in contributions.groupby(_KEY)["contribution"]
        if _is_dominated(parts.to_numpy(), policy)
    }
    sums = out["indicator"].map(kinds).isin(["total", "mean", "ratio"]) & (out["reason"] == "")
    cells = out.loc[sums, _KEY].itertuples(index=False, name=None)
    dominated = [cell in risky or (sources[cell[0]], *cell[1:]) in risky for cell in cells]
    out.loc[sums[sums].index[dominated], "reason"] = "one member dominates"


def _is_dominated(contributions: np.ndarray[Any, np.dtype[np.float64]], policy: Policy) -> bool:
    largest = np.sort(np.abs(contributions.astype("float64")))[::-1]
    if np.isnan(largest).any():
        return True
    if 0 < np.count_nonzero(largest) < policy.contributors:
        return True
    total = float(largest.sum())
    if total == 0:
        return False
    if 100 * float(largest[: policy.dominance_n].sum()) > policy.dominance_k * total:
        return True
    return float(largest[2:].sum()) < policy.p_percent / 100 * float(largest[0])


def _share_reasons(out: pd.DataFrame) -> None:
    """Hide a cell for every estimand of a question when one is hidden: each tells about the other."""
    cells = list(zip(out["_source"], out["wave"], out["dimension"], out["segment"], strict=True))
    longest = dict.fromkeys(cells, "")
    for cell, reason in zip(cells, out["reason"], strict=True):
        longest[cell] = max(longest[cell], reason, key=len)
    shared = pd.Series([longest[cell] for cell in cells], out.index, dtype=object)
    hide = (out["reason"] == "") & (shared != "") & (shared != "empty")
    out.loc[hide, "reason"] = shared[hide]


def _protect(out: pd.DataFrame, index: pd.Index[int], policy: Policy) -> None:
    """Hide further cells of one question and wave until no sum gives a hidden one away."""
    rows = out.loc[index]
    names = zip(rows["dimension"], rows["segment"], strict=True)
    cells = pd.Series(list(names), index=rows.index, dtype=object)
    reasons = dict(zip(cells, rows["reason"], strict=True))
    bases = dict(zip(cells, rows["n"].astype("float64").fillna(0.0), strict=True))
    further = protecting_cells(reasons, bases, policy)
    out.loc[cells.index[cells.isin(list(further))], "reason"] = "protects another cell"


def release_changes(
    changes: pd.DataFrame,
    estimates: pd.DataFrame,
    policy: Policy,
    in_parts: AbstractSet[CellKey] | None = None,
) -> pd.DataFrame:
    """Withhold every change one of whose two cells is not released, or whose matched base is too small.

    Parameters
    ----------
    changes : DataFrame
        Columns indicator, wave, base_wave, dimension, segment, change and its companions.
    estimates : DataFrame
        As `release` returns it, of both waves. A cell it does not hold counts as not released.
    policy : Policy
    in_parts : set of CellKey, optional
        Changes whose parts may be shown, as `splits.split_cell` names them; all without it.

    Returns
    -------
    DataFrame
        Same rows with `status` and `reason`; numbers of withheld changes are NaN, and so are all parts of
        the changes of a dimension one of which rests on fewer members than the policy asks (one joiner's
        part is its answer) or is not among `in_parts`.
        ``p_adjusted`` is Holm's over the tests that are left: among more it could tell a withheld one's.
    """
    open_cells = set(
        estimates.loc[estimates["status"] == "released", _KEY].itertuples(index=False, name=None)
    )
    out = changes.copy()
    pairs = zip(
        out["indicator"], out["wave"], out["base_wave"], out["dimension"], out["segment"], strict=True
    )
    shown = [
        (indicator, wave, dimension, segment) in open_cells
        and (indicator, base, dimension, segment) in open_cells
        for indicator, wave, base, dimension, segment in pairs
    ]
    out["status"] = np.where(shown, "released", "suppressed")
    out["reason"] = np.where(shown, "", "a wave of it is not released")
    hidden = out["status"] != "released"
    for column in (name for name in _HIDDEN_CHANGE if name in out.columns):
        out[column] = out[column].astype("float64").mask(hidden)
    _adjust_again(out)
    if {"matched_change", "n_matched"} <= set(out.columns):
        # of a dimension all splits are shown or none: a missing one follows from the others and the whole
        one = ["indicator", "wave", "base_wave", "dimension"]
        tells = _split_tells(out, estimates, policy) | ~_may_be_parted(out, in_parts)
        telling = tells.groupby([out[name] for name in one]).transform("any")
        for column in (name for name in _SPLIT if name in out.columns):
            out[column] = out[column].astype("float64").mask(telling)
    return out


def _may_be_parted(changes: pd.DataFrame, in_parts: AbstractSet[CellKey] | None) -> pd.Series[bool]:
    rows = changes[_CHANGE_KEY].itertuples(index=False, name=None)
    shown = [in_parts is None or split_cell(*row) in in_parts for row in rows]
    return pd.Series(shown, index=changes.index, dtype=bool)


def _adjust_again(changes: pd.DataFrame) -> None:
    """Adjust the tests left of each family among themselves."""
    if {"p_value", "p_adjusted"} <= set(changes.columns):
        left = changes[changes["p_value"].notna()]
        for _, family in left.groupby(["wave", "base_wave", "dimension"]):
            changes.loc[family.index, "p_adjusted"] = holm(family["p_value"].to_numpy(dtype=float))


def release_turnover(turnover: pd.DataFrame, changes: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Withhold the parts of a change that could tell a member's answer; the finer ones where any part could.

    Parameters
    ----------
    turnover : DataFrame
        As `turnover.turnover` returns it.
    changes : DataFrame
        As `release_changes` returns it, of the same changes. One it does not hold counts as withheld.
    policy : Policy

    Returns
    -------
    DataFrame
        Same rows. Change and coarse split are numbers where they are in `changes`; the six reasons only where
        each rests on nobody or on as many members as the policy asks, all six or none: four of them known,
        the others follow from the coarse split.
    """
    known = changes.set_index(_CHANGE_KEY)
    place = pd.MultiIndex.from_frame(turnover[_CHANGE_KEY])
    shown, split = (known[name].notna().reindex(place, fill_value=False).to_numpy() for name in _PAIR_SHOWN)
    sizes = turnover[[f"n_{reason}" for reason in _REASONS]]
    enough = ((sizes == 0) | (sizes >= policy.minimum_base)).all(axis=1).to_numpy() & split
    out = turnover.copy()
    out["change"] = out["change"].where(shown)
    for columns, keep in ((_SPLIT, split), (_REASONS, enough)):
        for column in columns:
            out[column] = out[column].where(keep)
    return out


def release_matched(matched: pd.DataFrame, changes: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Withhold gains and losses among fewer members than the policy asks, and of changes without parts.

    Parameters
    ----------
    matched : DataFrame
        As `matched.matched_tests` returns it.
    changes : DataFrame
        As `release_changes` returns it, of the same changes. One it does not hold counts as withheld.
    policy : Policy

    Returns
    -------
    DataFrame
        The rows that may leave the house, tests adjusted among themselves.
    """
    # gains less losses are the matched part of the change
    known = shown_splits(changes)
    keys = matched[_CHANGE_KEY].itertuples(index=False, name=None)
    released = np.array([split_cell(*key) in known for key in keys], dtype=bool)
    enough = (matched["gained"] + matched["lost"] >= policy.minimum_base).to_numpy()
    out = matched[released & enough].reset_index(drop=True)
    _adjust_again(out)
    return out


def _split_tells(changes: pd.DataFrame, estimates: pd.DataFrame, policy: Policy) -> pd.Series[bool]:
    """Mark changes one of whose parts rests on fewer members than the policy asks; all parts go together."""
    bases = dict(zip(estimates[_KEY].itertuples(index=False, name=None), estimates["n"], strict=True))
    places = changes[["dimension", "segment"]].itertuples(index=False, name=None)
    waves = changes[["indicator", "base_wave", "wave"]].itertuples(index=False, name=None)
    telling = []
    for (indicator, base, wave), place, matched in zip(waves, places, changes["n_matched"], strict=True):
        parts = [matched]
        parts += [bases.get((indicator, at, *place), np.nan) - matched for at in (base, wave)]
        telling.append(not all(part == 0 or part >= policy.minimum_base for part in parts) or matched == 0)
    return pd.Series(telling, index=changes.index, dtype="bool")
