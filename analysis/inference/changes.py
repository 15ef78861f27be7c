"""Change between waves whose members overlap, and what it is made of.

Notes
-----
The figures of two waves share most of their members, so their errors are correlated. With w_i z_i the
weighted linearised values of `answers.linearise`, strata g of the earlier and k of the later wave, and the
members that were in stratum g then and in k now taken as a cell,

    C = sum_{g,k} ( N_g N_k n_gk / (n_g n_k) - N_gk ) S_gk

n_gk the members known in both waves, N_gk those in the frame in both, n_g and n_k the members known in either
wave's stratum, S_gk the covariance of z over the n_gk pairs (divisor n_gk - 1). Where no member changes
stratum and frames are equal this is, per stratum,

    N^2 [ (1-f1) S1^2/n1 + (1-f2) S2^2/n2 - 2 (nc/(n1 n2) - 1/N) S12 ]

of Tam (1984) and Qualité & Tillé (2008); N_gk < N_g carries joiners and leavers of the frame. A cell
of fewer than two pairs counts as uncorrelated. The change in per cent theta = t2/t1 - 1 is linearised:
V = (V2 + (t2/t1)^2 V1 - 2 (t2/t1) C) / t1^2.

References
----------
Tam (1984), On covariances from overlapping samples, The American Statistician 38, 288-289.
doi:10.1080/00031305.1984.10483227
Qualité & Tillé (2008), Variance estimation of changes in repeated surveys and its application to the Swiss
survey of value added, Survey Methodology 34, 173-181.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.inference.estimates import bounds
from analysis.inference.group_tests import holm
from analysis.inference.panel import Pair, broken_between, lay_out_pairs, printed_factor, split
from analysis.inference.reliability import doubts
from analysis.inference.series import Streak, series, streak
from analysis.model import CHANGE_COLUMNS, ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.inference.answers import Answers, Linearised
    from analysis.model import Design, Measure

__all__ = [
    "CHANGE_COLUMNS",
    "Decomposition",
    "Streak",
    "attainable",
    "changes",
    "decompose",
    "half_answers",
    "series",
    "shrink",
    "streak",
]

# Half an answer more on either side: the error of a share's change where few answers disagree.
#
# The variance of a share is estimated from the answers themselves, and where they hardly disagree it comes
# out near zero though members are missing: 6 of 7 said yes twice, and the change would be known to be none.
# For the *interval* of a change each stratum therefore counts half a yes and half a no more, in each wave and
# unmatched, among its answers::
#
# p~ = (k + 1/2) / (r + 1),    s~^2 = p~ (1 - p~) r / (r - 1)    in place of p (1 - p) r / (r - 1)
# S~12 = S12 (n_c - 1) / (n_c + 1)                               of the n_c matched
#
# The estimate itself and its standard error in the table stay as they are. What is added vanishes as 1/r, and
# with the finite population correction: nothing is added where all members answered.
#
# Notes
# -----
# Measured in panels of one to four strata of 3 to 300 members, shares of 0.02 to 0.97, 50 and 85 % answering,
# response and answers uncorrelated to nearly the same in both waves (3,000 draws each): the plain
# t interval of the change covers 92.6 % on average and 75.5 % at worst, this one 97.5 % and 93.0 %. Combining
# the exact hypergeometric intervals of both waves (Zou & Donner's MOVER) was tried first: in single strata of
# 7 to 100 it covered 50 % at worst taken as independent and with the estimated correlation alike (an exact
# bound may stand at the estimate itself, 7 of 7, and then lends the difference no width), with Newcombe's
# correction of the correlation too.
#
# References
# ----------
# Bonett & Price (2012), Adjusted Wald confidence interval for a difference of binomial proportions based on
# paired data, J. Educational and Behavioral Statistics 37, 479-488. doi:10.3102/1076998611411915
# Agresti & Caffo (2000), Simple and effective confidence intervals for proportions and differences of
# proportions result from adding two successes and two failures, The American Statistician 54, 280-288.
# doi:10.1080/00031305.2000.10474560
# Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16,
# 101-133. doi:10.1214/ss/1009213286 (half an answer each: Jeffreys).
# Zou & Donner (2008), Construction of confidence limits about effect measures: a general approach, Statistics
# in Medicine 27, 1693-1702. doi:10.1002/sim.3095


def half_answers(answers: Answers, wave: int, lin: Linearised) -> Floats:
    """Work out what half a yes and half a no in each stratum add to the variance of each share: [P, K].

    With m of the stratum's r answers in the segment, k of them yes, the squares of z rise by
    m (p~ (1 - p~) - p (1 - p)) / (sum w)^2; this goes through the variance formula of
    `analysis.inference.answers`. Zero for measures that are no share, and where all of a segment within one
    stratum answered.
    """
    share = np.array([m.kind == "share" for m in answers.measures])[:, None]
    yes = lin.base & (answers.y[:, wave][:, None, :] > 0)
    down = (lin.weight[:, None, :] * lin.base).sum(axis=2)
    added = np.zeros(lin.figure.shape)
    for g in range(len(answers.strata)):
        here = answers.stratum[:, wave] == g
        if not here.any():
            continue
        size = here.sum(axis=1)[:, None]
        n, a, r = (
            (here & which).sum(axis=1)[:, None]
            for which in (answers.responded[wave], answers.asked[:, wave], answers.answered[:, wave])
        )
        m = (lin.base & here[:, None, :]).sum(axis=2)
        k = (yes & here[:, None, :]).sum(axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            p, smooth = k / m, (k + 0.5) / (m + 1)
            s2 = m / (r - 1) * (smooth * (1 - smooth) - p * (1 - p)) / down**2
            inner = s2 * (a * (r - 1) / r + a / n * (a / r - 1))
            first = np.where(n < size, size * size * (1 / n - 1 / size) * inner / (n - 1), 0.0)
            second = np.where(r < a, (size * a / n) ** 2 * (1 / r - 1 / a) * s2, 0.0)
        added += np.where((m > 0) & (r > 1), first + second, 0.0)
    certain = lin.complete & (lin.spanned == 1)
    return np.where(share & ~certain, added, 0.0)


def shrink(pairs: npt.ArrayLike) -> Floats:
    """Say by what the covariance over matched answers falls when unmatched halves join them."""
    n = np.asarray(pairs, dtype=float)
    return np.asarray((n - 1) / (n + 1))


def attainable(
    answers: Answers, dimension: str, waves: tuple[int, int], lines: tuple[Linearised, Linearised]
) -> tuple[Floats, Floats]:
    """Bound the change of each share by what the members not heard could still make of it: [P, K] each.

    The least: all of them yes in the earlier wave and no in the later one. A share that some are routed out
    of is bounded by 0 and 1 alone, as then the members it is of are not all known.
    """
    (low1, high1), (low2, high2) = (
        _still_possible(answers, wave, dimension, line) for wave, line in zip(waves, lines, strict=True)
    )
    return low2 - high1, high2 - low1


def _still_possible(answers: Answers, wave: int, dimension: str, lin: Linearised) -> tuple[Floats, Floats]:
    inside = answers.segments[dimension].inside[wave]
    size = np.maximum(inside.sum(axis=1), 1)
    routed = (inside[None] & (lin.known & ~answers.answered[:, wave])[:, None, :]).any(axis=2)
    yes = (lin.base & (answers.y[:, wave][:, None, :] > 0)).sum(axis=2)
    missing = (inside[None] & ~lin.known[:, None, :]).sum(axis=2)
    return np.where(routed, 0.0, yes / size), np.where(routed, 1.0, (yes + missing) / size)


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
_Ends = dict[tuple[str, int, float], tuple[Floats, Floats]]


def changes(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    pairs: Sequence[tuple[str, str]],
    dimensions: Sequence[str] = ("total",),
    *,
    breaks: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Estimate every measure's change between pairs of waves, with its error and its parts.

    A share changes in percentage points, a total in per cent of the earlier figure, other measures as they
    say (`Measure.change`). For `members` the standard error is that of overlapping samples (module's notes),
    the interval t with (members behind either figure - strata behind either) degrees of freedom, counted
    once where matched; for `respondents` the change is descriptive: no error, interval or test. Where both
    waves are fully answered the interval is a point. Where the answers do not vary though members are
    missing means, totals and ratios have no interval; where a share's error cannot be told at all (one
    answer), its interval combines the two exact ones (MOVER, taken as independent).

    The interval of a share's change counts half a yes and half a no more in each stratum
    (`analysis.inference.changes`), which holds the level in strata of a few members where the plain one does
    not; ``se`` stays without. How near errors and intervals come to the truth is simulated
    (`analysis.simulation`): where amounts are skewed or few, ``note`` says that the interval may be too
    narrow (`analysis.inference.reliability`); read the growth of such totals with the split.

    ``largest`` is the largest change, in either direction, that the two one-sided tests of equivalence leave
    open: the further end of the interval at 1 - 2 alpha, 90 % where the design's level is 95 %. A change is
    equivalent to none within a margin where it lies within it (Schuirmann 1987).

    ``p_value`` and the interval of a change belong together: the interval excludes zero where p_value is
    below 1 - level, so a verb chosen by the interval is one chosen by this test. Both ask about the change of
    the whole frame. Whether the gains and losses of the members asked twice balance is another question, and
    `matched.matched_tests` counts it out. ``p_adjusted`` guards the list of all changes told together; verbs,
    which speak of one indicator at a time, do not wait for it.

    The split holds to the last bit, in any order: change = matched_change + joiners + leavers + reclassified
    (`turnover`: figures are brought to one binary grid first, a relative 2e-15). With F1, F2 the figure of
    either wave over a set of members (each wave's own weights for `members`, none for `respondents`), M those
    behind both figures of the segment, it follows the set from the earlier base B1 to the later B2::

        leavers        F1(B1 less leavers) - F1(B1)         B1's members not behind the later total figure
        reclassified   F1(M) - F1(B1 less leavers)          those now in another segment, and
                       F2(M and they) - F2(M)               those then in another segment
        matched_change F2(M) - F1(M)                        same members, both waves
        joiners        F2(B2) - F2(B2 less joiners)         not behind the earlier total figure

    Joining and leaving are of the figure, not only of the frame: a member that did not respond, left the item
    blank or was routed out in one of the waves counts there. A change in per cent splits into contributions,
    each difference over F1(B1); so matched_change then is the matched members' contribution.

    Parameters
    ----------
    measurements, measures, design, dimensions
        As in `estimates.estimate`.
    pairs
        (base_wave, wave), the earlier first.
    breaks
        Indicator or source -> waves before which it breaks, in addition to `Measure.breaks`.

    Returns
    -------
    DataFrame sorted by indicator, wave, base_wave, dimension, segment with the columns of `CHANGE_COLUMNS`.
    Scale is the printed unit's. ``p_value`` two-sided; ``p_adjusted`` Holm's within the (wave, base_wave,
    dimension) family of the call. ``comparable`` is false, and all figures NaN, where
    the series breaks after base_wave and not after wave.

    Raises
    ------
    ArgumentError
        A pair whose waves are unknown or not in order.

    References
    ----------
    Tam (1984), doi:10.1080/00031305.1984.10483227; Qualité & Tillé (2008); Holm (1979), Scand. J. Statist. 6;
    Zou & Donner (2008), Statistics in Medicine 27, doi:10.1002/sim.3095 (MOVER); Schuirmann (1987), J.
    Pharmacokinetics and Biopharmaceutics 15, 657-680, doi:10.1007/BF01068419. R: ``p.adjust(p, "holm")``,
    ``TOSTER::t_TOST``.
    """
    laid_out = lay_out_pairs(measurements, measures, design, pairs, dimensions)
    ends: _Ends = {}
    tables = [_table(pair, design.level, breaks or {}, ends) for pair in laid_out]
    rows = pd.concat(tables, ignore_index=True)
    rows["p_adjusted"] = _holm(rows)
    keys = ["indicator", "wave", "base_wave", "dimension", "segment"]
    return rows[list(CHANGE_COLUMNS)].sort_values(keys, ignore_index=True).astype(CHANGE_COLUMNS)


def _table(pair: Pair, level: float, breaks: Mapping[str, Sequence[str]], ends: _Ends) -> pd.DataFrame:
    answers, w1, w2 = pair.answers, pair.base_wave, pair.wave
    segments = answers.segments[pair.dimension]
    members = np.array([m.estimand == "members" for m in answers.measures])[:, None]
    percent = np.array([m.change == "percent" for m in answers.measures])[:, None]
    factor = np.where(percent, 100.0, np.array([m.scale for m in answers.measures])[:, None])
    unit, parts = printed_factor(pair), split(pair)
    change = parts["change"]
    variance, wide, thin = _variances(pair, percent)
    se, spread = (np.where(members, np.sqrt(v) * factor * (w1 != w2), np.nan) for v in (variance, wide))
    lower, upper, p_value, weak = _bounds(pair, change, spread, np.abs(unit), (level, ends))
    # each of the two one-sided tests of equivalence has what the level leaves of 1
    inner = _bounds(pair, change, spread, np.abs(unit), (2 * level - 1, ends))[:2]
    largest = np.maximum(np.abs(inner[0]), np.abs(inner[1]))
    lower, upper, largest, p_value = (
        np.where(members, value, np.nan) for value in (lower, upper, largest, p_value)
    )
    broken = broken_between(pair, breaks)
    held = answers.held[:, [w1, w2]].sum(axis=1)[:, None]
    lost = np.broadcast_to(broken[:, None] | (held < 2), change.shape)  # noqa: PLR2004 -- both waves
    in_frame = np.logical_or(*(segments.inside[w].any(axis=1) for w in (w1, w2)))
    keep = (held > 0) & in_frame[None]
    p, k = np.nonzero(keep)
    matched = (pair.old.base & pair.new.base).sum(axis=2)
    flat = ~(se > 1e-9 * spread) & (spread > 0)
    doubt = np.where(np.isfinite(upper - lower), doubts(answers, (w1, w2), (pair.old, pair.new)), "")
    notes = _notes(
        pair, change, broken, {"thin": thin & members, "weak": weak & members, "flat": flat}, doubt
    )
    numbers = {
        **{name: value for name, value in parts.items() if name in CHANGE_COLUMNS},
        "se": np.where(np.isnan(change), np.nan, se), "lower": lower, "upper": upper, "largest": largest,
        "p_value": p_value,
    }  # fmt: skip
    return pd.DataFrame(
        {
            "indicator": [answers.measures[i].indicator for i in p],
            "wave": answers.waves[w2],
            "base_wave": answers.waves[w1],
            "dimension": pair.dimension,
            "segment": [segments.names[j] for j in k],
            "unit": [answers.measures[i].change_unit for i in p],
            "n_matched": matched[keep],
            "comparable": ~broken[p],
            "note": notes[keep],
            **{name: np.where(lost, np.nan, value)[keep] for name, value in numbers.items()},
        }
    )


def _covariance(pair: Pair) -> tuple[Floats, Floats, Flags]:
    """Estimate C of the module's notes, [P, K], plain and shrunk for the intervals of shares.

    Marked is where a stratum had fewer than two pairs.
    """
    answers = pair.answers
    old, new = answers.stratum[:, pair.base_wave], answers.stratum[:, pair.wave]
    total, shrunk = np.zeros(pair.old.figure.shape), np.zeros(pair.old.figure.shape)
    thin = np.zeros(total.shape, dtype=bool)
    known = pair.old.known & pair.new.known
    for g in range(len(answers.strata)):
        for k in range(len(answers.strata)):
            cell = (old == g) & (new == k)
            if not cell.any():
                continue
            pairs = known & cell
            n, stayed = pairs.sum(axis=1)[:, None], cell.sum(axis=1)[:, None]
            then, now = old == g, new == k
            n1, n2 = (pair.old.known & then).sum(axis=1)[:, None], (pair.new.known & now).sum(axis=1)[:, None]
            size1, size2 = then.sum(axis=1)[:, None], now.sum(axis=1)[:, None]
            at = pairs[:, None, :]
            with np.errstate(invalid="ignore", divide="ignore"):
                s12 = (_centred(pair.old.z, at) * _centred(pair.new.z, at)).sum(axis=2) / (n - 1)
                part = (size1 * size2 * n / (n1 * n2) - stayed) * s12
            total += np.where(n > 1, part, 0.0)
            shrunk += np.where(n > 1, part * shrink(n), 0.0)
            if g == k:
                before, after = pair.old.base & then[:, None, :], pair.new.base & now[:, None, :]
                thin |= (n <= 1) & before.any(axis=2) & after.any(axis=2)
    return total, shrunk, thin


def _centred(z: Floats, at: Flags) -> Floats:
    """Take from each value in the set the set's mean, 0 outside it."""
    mean = np.where(at, z, 0.0).sum(axis=2, keepdims=True) / at.sum(axis=2, keepdims=True)
    return np.where(at, z - mean, 0.0)


def _variances(pair: Pair, percent: Flags) -> tuple[Floats, Floats, Flags]:
    """Give the variance of each change, and that of its interval: a share's has half answers added."""
    v1, v2 = pair.old.variance, pair.new.variance
    c, shrunk, thin = _covariance(pair)
    plain = _combined(pair, v1, v2, c, percent)
    more1 = v1 + half_answers(pair.answers, pair.base_wave, pair.old)
    more2 = v2 + half_answers(pair.answers, pair.wave, pair.new)
    share = np.array([m.kind == "share" for m in pair.answers.measures])[:, None]
    wide = np.maximum(_combined(pair, more1, more2, shrunk, percent), plain)
    return plain, np.where(share, wide, plain), thin


def _combined(pair: Pair, v1: Floats, v2: Floats, c: Floats, percent: Flags) -> Floats:
    """Combine both variances and the covariance for the difference or for the growth rate."""
    before, after = pair.old.figure, pair.new.figure
    c = np.clip(c, -np.sqrt(v1 * v2), np.sqrt(v1 * v2))
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = np.where(percent, after / before, 1.0)
        variance = (v2 + growth**2 * v1 - 2 * growth * c) / np.where(percent, before**2, 1.0)
    return np.maximum(variance, 0.0)


def _bounds(
    pair: Pair, change: Floats, se: Floats, unit: Floats, known: tuple[float, _Ends]
) -> tuple[Floats, Floats, Floats, Flags]:
    """Bound the change and test it, and mark where the answers do not allow a t interval: [P, K] each."""
    old, new, answers = pair.old, pair.new, pair.answers
    level, ends = known
    m1, m2 = old.base.sum(axis=2), new.base.sum(axis=2)
    both = (old.base & new.base).sum(axis=2)
    df = (m1 + m2 - both - np.maximum(old.strata, new.strata)).astype(float)
    settled = old.complete & new.complete & (old.variance == 0) & (new.variance == 0)
    sure = (settled | (pair.base_wave == pair.wave)) & np.isfinite(change)
    # without variation the error is dust of rounding, not knowledge
    dust = 1e-7 * unit * (np.sqrt(old.variance) + np.sqrt(new.variance)) + 1e-12 * unit * np.abs(old.figure)
    weak = np.isfinite(change) & ~sure & (~(se > dust) | (df < 1))
    free = np.maximum(df, 1.0)
    half = np.where(sure, 0.0, np.where(weak, np.nan, stats.t.ppf(0.5 + level / 2, free) * se))
    with np.errstate(invalid="ignore", divide="ignore"):
        p_value = np.where(weak, np.nan, 2 * stats.t.sf(np.abs(change) / se, free))
    p_value = np.where(sure, np.where(change == 0, 1.0, 0.0), p_value)
    lower, upper = change - half, change + half
    share = np.array([m.kind == "share" for m in answers.measures])[:, None]
    least, most = attainable(answers, pair.dimension, (pair.base_wave, pair.wave), (old, new))
    lower = np.where(share, np.fmin(change, np.maximum(lower, least * unit)), lower)
    upper = np.where(share, np.fmax(change, np.minimum(upper, most * unit)), upper)
    p_value = np.where(share & ((least > 0) | (most < 0)), 0.0, p_value)
    # the respondents' change has no interval
    told = np.array([m.estimand == "members" for m in answers.measures])[:, None]
    apart = _mover(pair, np.flatnonzero((weak & share & told).any(axis=1)), level, ends)
    lower = np.where(share & weak, change - apart[0] * unit, lower)
    upper = np.where(share & weak, change + apart[1] * unit, upper)
    return lower, upper, p_value, weak


def _mover(pair: Pair, wanted: Whole, level: float, ends: _Ends) -> tuple[Floats, Floats]:
    """Give the arms of the difference of two figures from their own intervals, taken as independent.

    Of the measures wanted; NaN elsewhere. `ends` keeps the intervals of a wave for its further pairs.
    """
    l1, u1 = _own_ends(pair, pair.base_wave, wanted, level, ends)
    l2, u2 = _own_ends(pair, pair.wave, wanted, level, ends)
    p1, p2 = pair.old.figure, pair.new.figure
    return np.hypot(p2 - l2, u1 - p1), np.hypot(u2 - p2, p1 - l1)


def _own_ends(pair: Pair, wave: int, wanted: Whole, level: float, ends: _Ends) -> tuple[Floats, Floats]:
    """Give the bounds of a wave's own figures, unscaled, working out those not met before: [P, K] each."""
    low, high = ends.setdefault(
        (pair.dimension, wave, level),
        (np.full(pair.old.figure.shape, np.nan), np.full(pair.old.figure.shape, np.nan)),
    )
    fresh = wanted[np.isnan(low[wanted]).all(axis=1)]
    if fresh.size:
        low[fresh], high[fresh], _ = bounds(pair.answers, wave, pair.dimension, level, fresh)
    return low, high


def _notes(
    pair: Pair, change: Floats, broken: Flags, signs: Mapping[str, Flags], doubt: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    answers, base_wave, wave = pair.answers, pair.answers.waves[pair.base_wave], pair.answers.waves[pair.wave]
    notes = np.full(change.shape, "", dtype=object)
    for p, k in np.ndindex(*change.shape):
        found = []
        if broken[p]:
            found.append("not comparable: the series breaks between the waves")
        elif np.isnan(change[p, k]):
            silent = [w for w, line in ((base_wave, pair.old), (wave, pair.new)) if not line.base[p, k].any()]
            found.append("no answers in " + " and ".join(silent) if silent else "undefined: divided by zero")
        else:
            found += [*_cautions(answers, p, k, signs), *([str(doubt[p, k])] if doubt[p, k] else [])]
            joined = {answers.joined[p, w] for w in (pair.base_wave, pair.wave)} - {""}
            if joined and answers.measures[p].estimand == "members":
                found.append("strata joined: " + ", ".join(sorted(joined)))
        notes[p, k] = "; ".join(found)
    return notes


def _cautions(answers: Answers, p: int, k: int, signs: Mapping[str, Flags]) -> list[str]:
    found = []
    if signs["thin"][p, k]:
        found.append("fewer than two matched members in a stratum: covariance taken as zero")
    if signs["flat"][p, k]:
        found.append("the answers show no error: interval from half an answer more on either side")
    if signs["weak"][p, k]:
        share = answers.measures[p].kind == "share"
        found.append(
            "too little variation for a t interval: "
            + ("exact intervals of both waves combined" if share else "no interval")
        )
    return found


def _holm(rows: pd.DataFrame) -> pd.Series[float]:
    """Adjust within each (wave, base_wave, dimension) of the call; untested rows do not count."""
    adjusted = pd.Series(np.nan, index=rows.index, dtype=float)
    tested = rows[rows["p_value"].notna()]
    for _, family in tested.groupby(["wave", "base_wave", "dimension"]):
        adjusted[family.index] = holm(family["p_value"].to_numpy())
    return adjusted


# Separate a change in an overall rate into a change of rates and a change of mix.
#
# References
# ----------
# Kitagawa (1955), Components of a difference between two rates, J. Am. Stat. Assoc. 50, 1168-1194.
# doi:10.1080/01621459.1955.10501299
# Das Gupta (1993), Standardization and Decomposition of Rates, U.S. Bureau of the Census P23-186.


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
