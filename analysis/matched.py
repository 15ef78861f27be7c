"""Did the members that answered twice change? Tests that count out the matched answers.

Both tests ask one thing: among members asked in both waves, do gains and losses balance? They are conditional
on the members that changed. They say nothing of joiners and leavers: the net change of the whole frame has
its own interval and test in `analysis.trends`.

Notes
-----
*The frame is finite.* The tests read the matched members as a sample, which another might contradict. Where
every member that stood in the segment in both waves has answered both times there is no other sample: the
change is a fact, is reported as one, and has no p-value. Where most have answered, the p-value is on the
careful side.

*Mid-p.* The exact test keeps below its level, for few changes far below it. Counting the observed split half
brings the rate of false alarms near the level and over it at times by little; it is given beside the exact
value, never in place of it.

References
----------
McNemar (1947), Psychometrika 12, 153-157. doi:10.1007/BF02295996
Fagerland, Lydersen & Laake (2013), The McNemar test for binary matched-pairs data: mid-p and asymptotic are
better than exact conditional, BMC Med. Res. Methodol. 13, 91. doi:10.1186/1471-2288-13-91
Fisher (1935), The Design of Experiments, section 21 (sign flips); Phipson & Smyth (2010),
doi:10.2202/1544-6115.1585 (p-values from random orders).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.differences import holm
from analysis.errors import ArgumentError
from analysis.turnover import Pair, broken_between, lay_out_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.design import Design, Measure

__all__ = ["MATCHED_COLUMNS", "MatchedTest", "matched_tests", "mcnemar", "sign_flip"]

Floats = npt.NDArray[np.float64]

#: Columns of what `matched_tests` returns in order, with their types.
MATCHED_COLUMNS = {
    "indicator": "str", "wave": "str", "base_wave": "str", "dimension": "str", "segment": "str",
    "n_matched": "int64", "N_matched": "int64", "gained": "int64", "lost": "int64", "mean_change": "float64",
    "unit": "str", "test": "str", "p_value": "float64", "p_mid": "float64", "p_adjusted": "float64",
    "note": "str",
}  # fmt: skip

# Changed amounts up to which all 2^n patterns of signs are counted out.
_FLIPPABLE = 16


@dataclass(frozen=True)
class MatchedTest:
    """Hold a test of matched answers.

    Attributes
    ----------
    test
        Its name, with the number of random patterns where it is not exact.
    p_value
        Two-sided.
    p_mid
        With the observed split counted half; NaN for a test of random patterns.
    """

    test: str
    p_value: float
    p_mid: float


def mcnemar(gained: int, lost: int) -> MatchedTest:
    """Test whether as many members took up something as gave it up, given how many changed.

    With m = gained + lost and k = min(gained, lost), X ~ Binomial(m, 1/2)::

        p   = min(1, 2 P(X <= k)),      mid-p = 2 P(X < k) + P(X = k)

    Members that answered the same both times do not enter. Where nobody changed both are 1.

    Parameters
    ----------
    gained, lost
        Members with no then and yes now, and with yes then and no now.

    Raises
    ------
    ArgumentError
        A count that is negative or not whole.

    References
    ----------
    McNemar (1947), doi:10.1007/BF02295996; Fagerland et al. (2013), doi:10.1186/1471-2288-13-91.
    R: ``binom.test(gained, gained + lost)$p.value``, ``exact2x2::mcnemar.exact(x)``.
    """
    for name, count in (("gained", gained), ("lost", lost)):
        if count < 0 or int(count) != count:
            raise ArgumentError(name, "a whole number from 0", repr(count), "count the members that changed")
    changed, least = int(gained + lost), int(min(gained, lost))
    seen = float(stats.binom.pmf(least, changed, 0.5))
    at_most = float(stats.binom.cdf(least, changed, 0.5))
    return MatchedTest("McNemar exact", min(1.0, 2 * at_most), min(1.0, 2 * at_most - seen))


def sign_flip(differences: npt.ArrayLike, *, resamples: int = 9999, seed: int = 20230701) -> MatchedTest:
    """Test whether amounts moved, by giving each member's difference either sign.

    If nothing but chance moved the amounts, each difference d_i could as well have had the other sign. The
    p-value is the share of sign patterns with |sum s_i d_i| no smaller than the one seen: all 2^n of the n
    differences that are not zero up to n = 16, else random ones, p = (1 + hits) / (1 + patterns). The test
    is of means; one member with a large difference rules it, as it rules the mean.

    Parameters
    ----------
    differences
        [n] amounts now less amounts then, any unit.
    resamples, seed
        Number and seed of random patterns.

    Raises
    ------
    ArgumentError
        A difference that is not finite.

    References
    ----------
    Fisher (1935), section 21; Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.
    R: ``coin::symmetry_test(y ~ wave | member, distribution = "exact")``.
    """
    d = np.asarray(differences, dtype=float).ravel()
    if not np.isfinite(d).all():
        raise ArgumentError(
            "differences", "finite numbers", f"{int((~np.isfinite(d)).sum())} others", "leave blanks out"
        )
    d = d[d != 0]
    seen = abs(d.sum()) - 1e-9 * np.abs(d).sum()
    if d.size <= _FLIPPABLE:
        sums = np.zeros(1)
        for step in d:
            sums = np.concatenate([sums + step, sums - step])
        beyond, level = np.abs(sums) >= seen, np.abs(sums) <= abs(d.sum()) + 1e-9 * np.abs(d).sum()
        p_value = float(beyond.mean())
        return MatchedTest("sign flips, exact", p_value, p_value - float((beyond & level).mean()) / 2)
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(resamples, d.size))
    hits = int((np.abs(signs @ d) >= seen).sum())
    return MatchedTest(f"sign flips, {resamples} random patterns", (1 + hits) / (1 + resamples), float("nan"))


def matched_tests(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    pairs: Sequence[tuple[str, str]],
    dimensions: Sequence[str] = ("total",),
    *,
    breaks: Mapping[str, Sequence[str]] | None = None,
    resamples: int = 9999,
    seed: int = 20230701,
) -> pd.DataFrame:
    """Test, for every measure and segment, whether the members asked in both waves changed.

    Shares by `mcnemar`; means and totals by `sign_flip` of each member's y, ratios of its y / x. Members are
    those behind both figures of the segment. Where these are all that stood in the segment in both waves, the
    change is a fact of the frame: ``test`` is "counted", p-values are NaN and ``note`` says why.

    ``gained`` and ``lost`` count members (of amounts: those with more, with less). Counts of one or two tell
    answers: the table is for inside use, or goes out without these columns for segments above the minimum.

    Parameters
    ----------
    measurements, measures, design, pairs, dimensions, breaks
        As in `trends.changes`; any two waves, the earlier first. Both estimands of a question have the same
        matched test: naming one of them is enough, and keeps the adjustment from counting it twice.
    resamples, seed
        Of random patterns.

    Returns
    -------
    DataFrame sorted by indicator, wave, base_wave, dimension, segment with the columns of `MATCHED_COLUMNS`.
    ``mean_change`` in the printed unit over the matched members, unweighted: for a share in percentage
    points, for others in the measure's own unit (``unit``). ``p_adjusted``: Holm's over the call's rows of
    one (wave, base_wave, dimension). Pairs over a break have no row: their questions differ.
    """
    rows: list[dict[str, object]] = []
    for pair in lay_out_pairs(measurements, measures, design, pairs, dimensions):
        answers, places = pair.answers, [pair.base_wave, pair.wave]
        usable = ~broken_between(pair, breaks or {}) & answers.held[:, places].all(axis=1)
        inside = answers.segments[pair.dimension].inside
        stayed = inside[pair.base_wave] & inside[pair.wave]
        rows += [
            _row(pair, (int(p), int(k)), int(stayed[k].sum()), resamples, seed)
            for p in np.flatnonzero(usable)
            for k in np.flatnonzero(stayed.any(axis=1))
        ]
    table = pd.DataFrame(rows, columns=list(MATCHED_COLUMNS))
    table["p_adjusted"] = table["p_adjusted"].astype("float64")
    for _, family in table[table["p_value"].notna()].groupby(["wave", "base_wave", "dimension"]):
        table.loc[family.index, "p_adjusted"] = holm(family["p_value"].to_numpy(dtype=float))
    keys = ["indicator", "wave", "base_wave", "dimension", "segment"]
    return table.sort_values(keys, ignore_index=True).astype(MATCHED_COLUMNS)


def _row(pair: Pair, at: tuple[int, int], size: int, resamples: int, seed: int) -> dict[str, object]:
    p, k = at
    answers, measure = pair.answers, pair.answers.measures[p]
    both = pair.old.base[p, k] & pair.new.base[p, k]
    then, now = (_amounts(pair, p, wave)[both] for wave in (pair.base_wave, pair.wave))
    difference = now - then
    difference = difference[np.isfinite(difference)]
    n, gained, lost = difference.size, int((difference > 0).sum()), int((difference < 0).sum())
    if not n:
        found, note = MatchedTest("none", np.nan, np.nan), "no matched members"
    elif n == size:
        found = MatchedTest("counted", np.nan, np.nan)
        note = "all members of both waves answered both times: the change is a fact, not a sample's"
    else:
        share = measure.kind == "share"
        found = mcnemar(gained, lost) if share else sign_flip(difference, resamples=resamples, seed=seed)
        note = f"{n} of the {size} members of both waves answered both times"
    return {
        "indicator": measure.indicator, "wave": answers.waves[pair.wave],
        "base_wave": answers.waves[pair.base_wave], "dimension": pair.dimension,
        "segment": answers.segments[pair.dimension].names[k], "n_matched": n, "N_matched": size,
        "gained": gained, "lost": lost, "mean_change": difference.mean() * measure.scale if n else np.nan,
        "unit": "percentage points" if measure.change == "percentage points" else measure.unit,
        "test": found.test, "p_value": found.p_value, "p_mid": found.p_mid, "p_adjusted": np.nan,
        "note": note,
    }  # fmt: skip


def _amounts(pair: Pair, p: int, wave: int) -> Floats:
    """Give each member's amount in a wave, of a ratio y / x: [M]."""
    y, x = pair.answers.y[p, wave], pair.answers.x[p, wave]
    if pair.answers.measures[p].kind != "ratio":
        return np.asarray(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(x != 0, y / x, np.nan))
