"""Do the segments differ within kinds? Exact and permutation tests that hold a second grouping fixed.

Large banks run more combined centres than rural ones; a difference between bank types may be one between
kinds of centre. These tests deal answers to segments at random *within each kind* alone, so that what the
kinds explain is not held for a difference between segments.

References
----------
Mantel & Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748; Landis, Heyman & Koch (1978), International
Statistical Review 46, 237-254. doi:10.2307/1402373 (several segments).
van Elteren (1960), Bull. Int. Stat. Inst. 37, 351-361 (ranks within strata).
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.signal import convolve
from scipy.special import gammaln

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cochran_mantel_haenszel", "stratified_shares", "van_elteren", "van_elteren_test"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# Multiplications up to which the distribution of the summed tables is worked out in full.
_COUNTABLE = 5_000_000


def stratified_shares(
    successes: npt.ArrayLike, n: npt.ArrayLike, *, resamples: int = 1999, seed: int = 20230701
) -> tuple[float, float, str]:
    """Test whether r segments share one proportion within each stratum, by exact conditional probabilities.

    Given the margins of every stratum, the yeses of the segments are multivariate hypergeometric in each and
    independent between them. With T the yeses of each segment summed over the strata, the p-value sums
    P(T = t) over all t no more probable than the one seen (within a relative 1e-7, as R does). With one
    stratum this is the Fisher-Freeman-Halton test, with two segments the exact Mantel-Haenszel test. Where
    that is too long to count out, tables are drawn at random and ordered by `cochran_mantel_haenszel`'s
    statistic: p = (1 + hits) / (1 + draws).

    Parameters
    ----------
    successes, n
        [S, r] yeses and answers of each segment in each stratum; a segment may be empty in a stratum.
    resamples, seed
        Number and seed of random tables.

    Returns
    -------
    The Cochran-Mantel-Haenszel statistic, p-value, name of the test.

    References
    ----------
    Landis, Heyman & Koch (1978), doi:10.2307/1402373. R: ``mantelhaen.test(x, exact = TRUE)$p.value``.
    """
    k, sizes = np.asarray(successes, dtype=np.int64), np.asarray(n, dtype=np.int64)
    statistic = float(cochran_mantel_haenszel(k[None], sizes)[0])
    counted = _summed_tables(k.sum(axis=1), sizes)
    if counted is not None:
        seen = counted[tuple(k.sum(axis=0)[:-1])]
        p_value = float(counted[counted <= seen * (1 + 1e-7)].sum() / counted.sum())
        return statistic, min(1.0, p_value), "stratified Fisher-Freeman-Halton exact"
    rng = np.random.default_rng(seed)
    drawn = np.stack(
        [
            rng.multivariate_hypergeometric(row, int(yes.sum()), size=resamples)
            for row, yes in zip(sizes, k, strict=True)
        ],
        axis=1,
    )
    hits = int((cochran_mantel_haenszel(drawn, sizes) >= statistic - 1e-9).sum())
    return statistic, (1 + hits) / (1 + resamples), f"Cochran-Mantel-Haenszel, {resamples} random tables"


def _summed_tables(yes: Whole, sizes: Whole) -> Floats | None:
    """Work out P(T = t), by the counts of all segments but the last; nothing where that takes too long."""
    spans = [np.minimum(row[:-1], total) + 1 for row, total in zip(sizes, yes, strict=True)]
    work, grown = 0, np.ones(sizes.shape[1] - 1, dtype=np.int64)
    for span in spans:
        work += prod(grown.tolist()) * prod(span.tolist())
        grown = grown + span - 1
        if work > _COUNTABLE:
            return None
    joint = np.ones((1,) * (sizes.shape[1] - 1))
    for row, total, span in zip(sizes, yes, spans, strict=True):
        joint = np.asarray(convolve(joint, _one_table(row, int(total), span), method="direct"))
    return joint


def _one_table(sizes: Whole, yes: int, span: Whole) -> Floats:
    """Give the probabilities of one stratum's tables by the counts of all segments but the last."""
    counts = np.indices(tuple(span.tolist()))
    last = yes - counts.sum(axis=0)
    fits = (last >= 0) & (last <= sizes[-1])
    last = np.where(fits, last, 0)
    log = _log_choose(sizes[-1], last) - _log_choose(int(sizes.sum()), yes)
    for size, count in zip(sizes[:-1], counts, strict=True):
        log = log + _log_choose(size, count)
    return np.where(fits, np.exp(log), 0.0)


def _log_choose(n: npt.ArrayLike, k: npt.ArrayLike) -> Floats:
    n, k = np.asarray(n, dtype=float), np.asarray(k, dtype=float)
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def cochran_mantel_haenszel(successes: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Work out the generalised statistic for r segments and yes or no, uncorrected.

    With d = sum_s (k_s - n_s K_s / N_s) and V = sum_s K_s (N_s - K_s) / (N_s^2 (N_s - 1))
    (N_s diag(n_s) - n_s n_s')::

        Q = d' V^- d

    about chi-square with r - 1 degrees of freedom if segments do not differ within strata.

    Parameters
    ----------
    successes
        [..., S, r] yeses; several sets of tables at once are allowed.
    n
        [S, r] answers.

    References
    ----------
    Landis, Heyman & Koch (1978), doi:10.2307/1402373. R: ``mantelhaen.test(x, correct = FALSE)``.
    """
    k, sizes = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    total, yes = sizes.sum(axis=1), k.sum(axis=-1)
    expected = sizes * (yes / np.maximum(total, 1))[..., None]
    off = (k - expected).sum(axis=-2)
    # margins are the same in every set of tables
    first = yes.reshape(-1, len(total))[0]
    spread = np.where(
        total > 1, first * (total - first) / (np.maximum(total, 1) ** 2 * np.maximum(total - 1, 1)), 0.0
    )
    covariance = np.einsum("s,sij->ij", spread, _dealt(total, sizes))
    return _quadratic(off, covariance)


def _dealt(total: Floats, sizes: Floats) -> Floats:
    """Give N_s diag(n_s) - n_s n_s' of each stratum: [S, r, r]."""
    whole = total[:, None, None] * np.eye(sizes.shape[1])[None] * sizes[:, None, :]
    return np.asarray(whole - sizes[:, :, None] * sizes[:, None, :])


def _quadratic(off: Floats, covariance: Floats) -> Floats:
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    return np.asarray(np.einsum("...i,ij,...j->...", off, inverse, off))


def van_elteren(ranks: Sequence[Floats], segments: Sequence[Whole], count: int) -> Floats:
    """Work out van Elteren's statistic for r segments from ranks within strata, weighed 1 / (N_s + 1).

    Parameters
    ----------
    ranks
        For each stratum [..., N_s] ranks of its answers; several orders at once are allowed.
    segments
        For each stratum [N_s] the segment of each answer, 0 .. r - 1.
    count
        r.

    Returns
    -------
    Q = d' V^- d with d the segments' weighted rank sums less what they expect, about chi-square with r - 1
    degrees of freedom if segments do not differ within strata; with one stratum Kruskal and Wallis's H.
    """
    off: Floats = np.zeros((*np.asarray(ranks[0]).shape[:-1], count))
    covariance = np.zeros((count, count))
    for rank, segment in zip(ranks, segments, strict=True):
        members = np.eye(count)[segment]
        total, sizes = len(segment), members.sum(axis=0)
        weight = 1 / (total + 1)
        centred = np.asarray(rank, dtype=float) - (total + 1) / 2
        off = off + weight * centred @ members
        if total > 1:
            # the spread of the ranks is the same in every order
            variance = float((centred.reshape(-1, total)[0] ** 2).sum() / (total - 1))
            dealt = _dealt(np.array([float(total)]), sizes[None])[0] / total
            covariance = covariance + weight**2 * variance * dealt
    return _quadratic(off, covariance)


def van_elteren_test(
    values: npt.ArrayLike,
    segments: npt.ArrayLike,
    strata: npt.ArrayLike,
    *,
    resamples: int = 1999,
    seed: int = 20230701,
) -> tuple[float, float, str]:
    """Test whether amounts differ between segments within strata, by orders of the answers in each stratum.

    `van_elteren`'s statistic is held against random orders of the ranks within every stratum:
    p = (1 + hits) / (1 + orders).

    Parameters
    ----------
    values, segments, strata
        [N] amounts, and codes 0 .. r - 1 and 0 .. S - 1 of each answer.

    Returns
    -------
    Q, p-value (1 where all answers of each stratum are equal or stand in one segment), name of the test.

    References
    ----------
    van Elteren (1960); Phipson & Smyth (2010), doi:10.2202/1544-6115.1585. R: ``coin::independence_test(y ~
    g | b, ytrafo = within-block rank / (n + 1), teststat = "quadratic", distribution = "approximate")``.
    """
    y, segment, stratum = np.asarray(values, dtype=float), np.asarray(segments), np.asarray(strata)
    parts = [np.flatnonzero(stratum == s) for s in np.unique(stratum)]
    ranks = [np.asarray(stats.rankdata(y[part])) for part in parts]
    codes = [segment[part].astype(np.int64) for part in parts]
    count = int(segment.max()) + 1
    statistic = float(van_elteren(ranks, codes, count))
    rng = np.random.default_rng(seed)
    orders = [rank[np.argsort(rng.random((resamples, len(rank))), axis=1)] for rank in ranks]
    hits = int((van_elteren(orders, codes, count) >= statistic - 1e-9).sum())
    return statistic, (1 + hits) / (1 + resamples), f"van Elteren, {resamples} random orders"
