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

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.differences import holm
from analysis.estimates import bounds
from analysis.frames import CHANGE_COLUMNS
from analysis.reliability import doubts
from analysis.series import Streak, series, streak
from analysis.smoothing import attainable, half_answers, shrink
from analysis.turnover import Pair, broken_between, lay_out_pairs, printed_factor, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.answers import Answers
    from analysis.design import Design, Measure

__all__ = ["CHANGE_COLUMNS", "Streak", "changes", "series", "streak"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
_Ends = dict[tuple[str, int], tuple[Floats, Floats]]


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
    (`analysis.smoothing`), which holds the level in strata of a few members where the plain one does not;
    ``se`` stays without. How near errors and intervals come to the truth is simulated
    (`analysis.simulation`): where amounts are skewed or few, ``note`` says that the interval may be too
    narrow (`analysis.reliability`); read the growth of such totals with the split.

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
    Zou & Donner (2008), Statistics in Medicine 27, doi:10.1002/sim.3095 (MOVER). R: ``p.adjust(p, "holm")``.
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
    lower, upper, p_value = (np.where(members, value, np.nan) for value in (lower, upper, p_value))
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
        "se": np.where(np.isnan(change), np.nan, se), "lower": lower, "upper": upper, "p_value": p_value,
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
        (pair.dimension, wave),
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
