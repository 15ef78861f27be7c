"""Where one member stands among its like, told so that the report gives away no other member.

For the member's own eyes: its value, the quarter of its group it stands in, and how far it is from the
group's median and upper quartile, wave by wave. The others' answers enter as quantiles only.

Notes
-----
*No quantile is one member's answer.* With few members a median is somebody's figure. Each quantile here is
the mean of the k ordered answers nearest to it, k the policy's minimum base, over the *other* members: the
member itself could take its own value out of any figure it is part of.

*A rank in a small group is an answer too*: told to be second of five, a member that knows three others knows
the fourth. Ranks are given where each quarter holds k members besides; below that the quarter; below two k
the quarter is left out, and below k all.

*Groups within groups.* Where a crossed group (``region*size``) is told beside the one it lies in, a
share is withheld from it if the difference of both would tell of fewer than k members.

References
----------
Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50, 361-365.
doi:10.1080/00031305.1996.10473566 (position of a quantile, their type 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference import Answers, read_answers
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.disclosure.policy import Policy
    from analysis.model import Design, Measure

__all__ = ["BENCHMARK_COLUMNS", "benchmark", "veiled_quantile"]

Floats = npt.NDArray[np.float64]

#: Columns of what `benchmark` returns in order, with their types.
BENCHMARK_COLUMNS = {
    "indicator": "str", "wave": "str", "dimension": "str", "segment": "str", "unit": "str",
    "value": "float64", "others": "int64", "quarter": "str", "rank": "float64", "median": "float64",
    "upper_quartile": "float64", "gap_to_median": "float64", "gap_to_upper_quartile": "float64",
    "share_of_others": "float64", "status": "str", "reason": "str",
}  # fmt: skip

QUARTERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")
_TOLD = (
    "rank", "median", "upper_quartile", "gap_to_median", "gap_to_upper_quartile", "share_of_others",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Group:
    """Hold a member's value in one wave and the values of the others of its segment, in the printed unit."""

    measure: Measure
    value: float
    others: Floats


def benchmark(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    member_id: str,
    *,
    policy: Policy,
    dimensions: Sequence[str],
) -> pd.DataFrame:
    """Place one member among the others of its segments, indicator by indicator and wave by wave.

    Parameters
    ----------
    measurements, measures, design
        As in `estimates.estimate`; every answer counts as it is, a ratio as y / x.
    member_id
        A member of the frame.
    policy
        `minimum_base` is the k of the module's notes; `allow_unanimous` whether it may be told that all
        others say yes, or no.
    dimensions
        Whose segments are the member's like: ``region``, ``region*size``, ``total``.

    Returns
    -------
    DataFrame sorted by indicator, dimension, wave with the columns of `BENCHMARK_COLUMNS`: a row for each
    wave in which the member stood in the frame and the indicator was asked. All numbers in the printed unit.
    ``others`` counts the other members of the segment that answered. ``quarter`` names the quarter of the
    group the value falls in, high values in the highest; ``rank`` 1 is the highest. Shares have
    ``share_of_others`` that say yes, and no quantiles. ``status`` is {"released", "suppressed", "empty"}:
    "empty" where the member gave no answer, "suppressed" where fewer others than the policy's minimum
    answered, with the ``reason`` in words. ``others`` then is told, the rest NaN.

    Raises
    ------
    ArgumentError
        A member that is not in the frame.
    """
    if member_id not in set(design.frame["member_id"]):
        raise ArgumentError(
            "member_id",
            "a member of the frame",
            repr(member_id),
            "take the identifier from the list of members",
        )
    answers = read_answers(measurements, measures, design, tuple(dict.fromkeys(dimensions)))
    place = answers.members.index(member_id)
    rows = []
    for p, measure in enumerate(measures):
        amounts, there = _amounts(answers, p)
        for dimension in answers.segments:
            for w in np.flatnonzero(answers.held[p] & answers.member[:, place]):
                segments = answers.segments[dimension]
                k = int(segments.inside[w, :, place].argmax())
                inside = segments.inside[w, k] & there[w]
                inside[place] = False
                own = amounts[w, place] if there[w, place] else np.nan
                group = _Group(measure, float(own), amounts[w, inside])
                rows.append(
                    {
                        "indicator": measure.indicator, "wave": answers.waves[w], "dimension": dimension,
                        "segment": segments.names[k], "unit": measure.unit, **_placed(group, policy),
                    }
                )  # fmt: skip
    table = _without_differences(pd.DataFrame(rows, columns=list(BENCHMARK_COLUMNS)), policy.minimum_base)
    keys = ["indicator", "dimension", "wave"]
    return table.sort_values(keys, ignore_index=True).astype(BENCHMARK_COLUMNS)


def _without_differences(table: pd.DataFrame, least: int) -> pd.DataFrame:
    """Withhold shares of a group within another where what is left of that would be told of too few."""
    out = table.copy()
    shares = table[table["share_of_others"].notna()]
    for _, told in shares.groupby(["indicator", "wave"]):
        columns = {i: set(str(d).split("*")) - {"total"} for i, d in told["dimension"].items()}
        for inner, outer in permutations(told.index, 2):
            rest = told.loc[outer, "others"] - told.loc[inner, "others"]
            if columns[outer] < columns[inner] and 0 < rest < least:
                out.loc[inner, "share_of_others"] = np.nan
                out.loc[inner, "status"] = "suppressed"
                out.loc[inner, "reason"] = f"with the wider group it would tell of fewer than {least} members"
    return out


def _amounts(answers: Answers, p: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give each member's value in each wave in the printed unit, and where there is one: [W, M] each."""
    measure, value, there = answers.measures[p], answers.y[p], answers.answered[p]
    if measure.kind == "ratio":
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(answers.x[p] != 0, value / answers.x[p], np.nan)
        there = there & np.isfinite(value)
    return np.asarray(value * measure.scale), there


def _placed(group: _Group, policy: Policy) -> dict[str, object]:
    """Place a value among the others as far as the policy lets it be told."""
    count, least = group.others.size, policy.minimum_base
    row: dict[str, object] = {
        "value": group.value, "others": count, "quarter": "", **dict.fromkeys(_TOLD, np.nan),
        "status": "released", "reason": "",
    }  # fmt: skip
    if np.isnan(group.value):
        return row | {"status": "empty", "reason": "the member gave no answer"}
    if count < least:
        reason = f"fewer than {least} other members of the group answered"
        return row | {"status": "suppressed", "reason": reason}
    if group.measure.kind == "share":
        share = float(100 * (group.others > 0).mean())
        if share in {0.0, 100.0} and not policy.allow_unanimous:
            return row | {"status": "suppressed", "reason": "all other members gave the same answer"}
        return row | {"share_of_others": share}
    middle = veiled_quantile(group.others, 0.5, least)
    row |= {"median": middle, "gap_to_median": group.value - middle}
    if count >= 2 * least:
        upper = veiled_quantile(group.others, 0.75, least)
        row |= {
            "upper_quartile": upper,
            "gap_to_upper_quartile": group.value - upper,
            "quarter": _quarter(group),
        }
    if count >= 4 * least:
        row["rank"] = float(1 + (group.others > group.value).sum())
    return row


def _quarter(group: _Group) -> str:
    """Name the quarter of the group, the member among them, the value falls in; ties take the middle."""
    below = (group.others < group.value).sum() + ((group.others == group.value).sum() + 1) / 2
    return QUARTERS[min(3, int(4 * (below - 0.5) / (group.others.size + 1)))]


def veiled_quantile(values: npt.ArrayLike, q: float, mixed: int) -> float:
    """Average the `mixed` ordered values nearest to a quantile, so that it is no one value.

    The quantile's place among n ordered values is (n - 1) q; of places equally near the lower counts first.

    Parameters
    ----------
    values
        At least `mixed` amounts.
    q
        0 to 1.
    mixed
        Values averaged, at least one; with one this is the value nearest to the quantile.

    Raises
    ------
    ArgumentError
        Fewer values than are to be mixed.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    if not 1 <= mixed <= ordered.size:
        raise ArgumentError(
            "values",
            f"at least {mixed} of them",
            str(ordered.size),
            "withhold the quantile of so small a group",
        )
    distance = np.abs(np.arange(ordered.size) - (ordered.size - 1) * q)
    return float(ordered[np.argsort(distance, kind="stable")[:mixed]].mean())
