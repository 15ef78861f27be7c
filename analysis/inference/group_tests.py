"""Tests of whether segments differ, counted out where they can be, and effect sizes beside them.

References
----------
Freeman & Halton (1951), Note on an exact treatment of contingency, goodness of fit and other problems of
significance, Biometrika 38, 141-149. doi:10.1093/biomet/38.1-2.141
Kruskal & Wallis (1952), J. Am. Stat. Assoc. 47, 583-621. doi:10.1080/01621459.1952.10483441
Besag & Clifford (1991), Sequential Monte Carlo p-values, Biometrika 78, 301-304. doi:10.1093/biomet/78.2.301
Phipson & Smyth (2010), Permutation p-values should never be zero, Statistical Applications in Genetics and
Molecular Biology 9. doi:10.2202/1544-6115.1585
Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T, J. Korean Stat. Soc. 42, 323-328.
doi:10.1016/j.jkss.2012.10.002
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.signal import convolve
from scipy.special import gammaln

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "cochran_mantel_haenszel",
    "cramers_v",
    "epsilon_squared",
    "fisher_freeman_halton",
    "holm",
    "kelley",
    "kruskal_statistic",
    "kruskal_wallis",
    "pooled_effect",
    "pooled_ratio_test",
    "pooled_spread",
    "stratified_shares",
    "van_elteren",
    "van_elteren_test",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Tables, and deals of ranks, up to which a test is counted out in full.
_COUNTABLE = 2_000_000
_ORDERS = 20_000
# Of random draws: how many as far off as what was seen end the drawing, the most there are, how many at once.
_ENOUGH = 200
_MOST = 39_999
_AT_ONCE = 2_000


def _by_chance(
    as_far_off: Callable[[np.random.Generator, int], Flags], most: int, seed: int
) -> tuple[float, int]:
    """Estimate a p-value by random draws until enough are as far off as what was seen.

    Drawing ends at the 200th such draw, the l-th of all, and p = 200 / l, within 7 % of the exact one two
    times in three; else after ``most`` draws, p = (1 + hits) / (1 + draws). Small p-values, which verdicts
    and adjustments rest on, thus get most draws, none is zero, and either is a valid p-value by itself.

    Parameters
    ----------
    as_far_off
        Draws this many times and says of each draw whether it is as far off.
    most, seed
        The most draws; same seed, same result.

    Returns
    -------
    p-value, number of draws.

    References
    ----------
    Besag & Clifford (1991), doi:10.1093/biomet/78.2.301; Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.
    """
    rng, hits, done = np.random.default_rng(seed), 0, 0
    while done < most:
        count = np.cumsum(as_far_off(rng, min(_AT_ONCE, most - done)))
        if hits + count[-1] >= _ENOUGH:
            draws = done + int(np.searchsorted(count, _ENOUGH - hits)) + 1
            return _ENOUGH / draws, draws
        hits, done = hits + int(count[-1]), done + len(count)
    return (1 + hits) / (1 + done), done


def fisher_freeman_halton(
    successes: npt.ArrayLike, n: npt.ArrayLike, *, resamples: int = _MOST, seed: int = 20230701
) -> tuple[float, float, str]:
    """Test whether r segments share one proportion, by the exact probabilities of all tables.

    Given the margins a table (k_1 ... k_r) has P = prod C(n_i, k_i) / C(n, K); the p-value sums P over
    tables no more probable than the one seen (within a relative 1e-7, as R does). Tables are counted out
    up to two million, else drawn at random, at most ``resamples`` of them.

    Parameters
    ----------
    successes, n
        [r] yeses and answers of each segment.

    Returns
    -------
    Probability of the table seen, p-value, name of the test.

    References
    ----------
    Freeman & Halton (1951), doi:10.1093/biomet/38.1-2.141. R: ``fisher.test(rbind(k, n - k))$p.value``.
    """
    k, sizes = np.asarray(successes, dtype=np.int64), np.asarray(n, dtype=np.int64)
    whole = int(k.sum())
    seen = _table_probability(k[None, :], sizes, whole)[0]
    tables = _all_tables(tuple(sizes.tolist()), whole)
    if tables is None:

        def as_far_off(rng: np.random.Generator, count: int) -> Flags:
            drawn = rng.multivariate_hypergeometric(sizes, whole, size=count)
            return np.asarray(_table_probability(drawn, sizes, whole) <= seen * (1 + 1e-7))

        p_value, draws = _by_chance(as_far_off, resamples, seed)
        return float(seen), p_value, f"Fisher-Freeman-Halton, {draws} random tables"
    probability = tables
    p_value = probability[probability <= seen * (1 + 1e-7)].sum() / probability.sum()
    return float(seen), min(1.0, float(p_value)), "Fisher-Freeman-Halton exact"


def _log_choose(n: npt.ArrayLike, k: npt.ArrayLike) -> Floats:
    n, k = np.asarray(n, dtype=float), np.asarray(k, dtype=float)
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _table_probability(tables: Whole, n: Whole, whole: int) -> Floats:
    return np.asarray(np.exp(_log_choose(n, tables).sum(axis=1) - _log_choose(int(n.sum()), whole)))


@lru_cache(maxsize=512)
def _all_tables(n: tuple[int, ...], whole: int) -> Floats | None:
    """List the probability of each table with these margins, or nothing where they are too many."""
    sums, logs = np.zeros(1, dtype=np.int64), np.zeros(1)
    for place, size in enumerate(n):
        rest = sum(n[place + 1 :])
        if len(sums) * (size + 1) > _COUNTABLE:
            return None
        k = np.arange(size + 1)
        sums = (sums[:, None] + k).ravel()
        logs = (logs[:, None] + _log_choose(size, k)).ravel()
        fits = (sums <= whole) & (sums + rest >= whole)
        sums, logs = sums[fits], logs[fits]
    return np.exp(logs - float(_log_choose(sum(n), whole)))


def cramers_v(successes: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Measure how far shares differ between r segments, corrected for bias: 0 to 1.

    With phi2 = chi2 / N, phi2~ = max(0, phi2 - (r-1)/(N-1)), r~ = r - (r-1)^2/(N-1), 2~ = 2 - 1/(N-1)::

        V~ = sqrt( phi2~ / min(r~ - 1, 2~ - 1) )

    Parameters
    ----------
    successes
        [..., r] yeses; several tables at once are allowed.
    n
        [r] answers.

    References
    ----------
    Bergsma (2013), doi:10.1016/j.jkss.2012.10.002. R: ``rcompanion::cramerV(x, bias.correct = TRUE)``.
    """
    k, sizes = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    whole, rows = sizes.sum(), sizes.size
    share = k.sum(axis=-1, keepdims=True) / whole
    with np.errstate(invalid="ignore", divide="ignore"):
        chi2 = ((k - sizes * share) ** 2 / (sizes * share * (1 - share))).sum(axis=-1)
    phi2 = np.where(np.isfinite(chi2), chi2, 0.0) / whole
    if whole <= rows:
        return np.full(phi2.shape, np.nan)
    corrected = np.maximum(0.0, phi2 - (rows - 1) / (whole - 1))
    least = min(rows - (rows - 1) ** 2 / (whole - 1) - 1, 1 - 1 / (whole - 1))
    return np.asarray(np.sqrt(np.minimum(1.0, corrected / least)))


def kruskal_wallis(
    values: Sequence[npt.ArrayLike], *, resamples: int = _MOST, seed: int = 20230701
) -> tuple[float, float, str]:
    """Test whether amounts differ between segments, by the order of all answers.

    H = [12 / (N(N+1)) sum R_i^2/n_i - 3(N+1)] / (1 - sum(t^3 - t)/(N^3 - N)) with mean ranks for ties. Its
    distribution is counted over all ways to deal the ranks to the segments, up to 20,000 of them, else over
    random orders, at most ``resamples`` of them.

    Returns
    -------
    H (0 if all answers are equal), p-value, name of the test.

    References
    ----------
    Kruskal & Wallis (1952), doi:10.1080/01621459.1952.10483441; Phipson & Smyth (2010),
    doi:10.2202/1544-6115.1585.
    R: ``kruskal.test(values)$statistic``, ``coin::kruskal_test``.
    """
    parts = [np.asarray(v, dtype=float) for v in values]
    sizes = np.array([len(v) for v in parts])
    ranks = stats.rankdata(np.concatenate(parts))
    statistic = float(kruskal_statistic(ranks[None, :], sizes)[0])
    ways = 1
    for place, size in enumerate(sizes):
        ways *= comb(int(sizes[place:].sum()), int(size))
    if ways <= _ORDERS:
        orders = _all_deals(tuple(sizes.tolist()))
        p_value = float((kruskal_statistic(ranks[orders], sizes) >= statistic - 1e-9).mean())
        return statistic, p_value, "Kruskal-Wallis exact"

    def as_far_off(rng: np.random.Generator, count: int) -> Flags:
        dealt = ranks[_random_orders(rng, count, len(ranks))]
        return np.asarray(kruskal_statistic(dealt, sizes) >= statistic - 1e-9)

    p_value, draws = _by_chance(as_far_off, resamples, seed)
    return statistic, p_value, f"Kruskal-Wallis, {draws} random orders"


def kruskal_statistic(ranks: Floats, sizes: Whole) -> Floats:
    """Work out H for each row of ranks [..., N], segments of ``sizes`` side by side."""
    count = ranks.shape[1]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    sums = np.add.reduceat(ranks, starts, axis=1)
    middle = (count + 1) / 2
    between = (sizes * (sums / sizes - middle) ** 2).sum(axis=1)
    spread = ((ranks - middle) ** 2).sum(axis=1) / (count - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, between / spread, 0.0)


@lru_cache(maxsize=32)
def _all_deals(sizes: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """List every way to deal places 0..N-1 to segments of these sizes, one row each."""
    deals: list[tuple[int, ...]] = [()]
    everyone = frozenset(range(sum(sizes)))
    for size in sizes:
        deals = [(*d, *c) for d in deals for c in combinations(sorted(everyone - set(d)), size)]
    return np.array(deals, dtype=np.int64)


def _random_orders(rng: np.random.Generator, count: int, places: int) -> npt.NDArray[np.int64]:
    return np.argsort(rng.random((count, places)), axis=1)


def kelley(explained: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """Correct a share of variance explained for what it is expected to be under no difference; at least 0.

    (explained - expected) / (1 - expected): 0 where segments differ as much as chance deals them, 1 where
    they explain everything. Of r segments and N answers ``expected`` is (r - 1) / (N - 1) for ranks.

    References
    ----------
    Kelley (1935), An unbiased correlation ratio measure, PNAS 21, 554-559. doi:10.1073/pnas.21.9.554
    """
    found, chance = np.asarray(explained, dtype=float), np.asarray(expected, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(chance < 1, np.maximum(0.0, (found - chance) / (1 - chance)), np.nan))


def epsilon_squared(statistic: npt.ArrayLike, count: int, segments: int) -> Floats:
    """Measure how much of the ranks' variance lies between segments, less what chance puts there: 0 to 1.

    Kelley's epsilon squared of the ranks, max(0, (H - r + 1) / (N - r)); the plain H / (N - 1) is
    (r - 1) / (N - 1) on average where segments do not differ.

    References
    ----------
    Kelley (1935), doi:10.1073/pnas.21.9.554; Tomczak & Tomczak (2014), Trends in Sport Sciences 21, 19-25.
    R: ``rstatix::kruskal_effsize`` (its eta squared of H), cut off at 0.
    """
    explained = np.asarray(statistic, dtype=float) / (count - 1)
    return kelley(explained, (segments - 1) / (count - 1))


# Ratios as they are printed: pooled over a segment's members, sum of y over sum of x.


def pooled_spread(y: Floats, x: Floats, sizes: Whole) -> Floats:
    """Measure how much of the members' ratios, each weighed by its x, lies between pooled ratios: 0 to 1.

    With R_s = sum y / sum x of segment s and R of all: sum_s X_s (R_s - R)^2 / sum_i x_i (y_i / x_i - R)^2,
    Pearson's correlation ratio with the denominators as weights.

    Parameters
    ----------
    y, x
        [..., N] numerators and positive denominators, segments of ``sizes`` side by side.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    up, down = np.add.reduceat(y, starts, axis=-1), np.add.reduceat(x, starts, axis=-1)
    whole = (up.sum(axis=-1) / down.sum(axis=-1))[..., None]
    between = ((up - whole * down) ** 2 / down).sum(axis=-1)
    total = ((y - whole * x) ** 2 / x).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 1e-12 * (y**2 / x).sum(axis=-1), between / total, 0.0))


def pooled_effect(y: Floats, x: Floats, sizes: Whole, drawn: Whole, *, seed: int = 20230701) -> Floats:
    """Give `kelley`'s correction of `pooled_spread`, of all answers and of each redrawn set of them.

    What it is expected to be under no difference is averaged over random orders of the members.

    Parameters
    ----------
    y, x, sizes
        [N] as in `pooled_spread`.
    drawn
        [B, N] places of the answers that each set takes.

    Returns
    -------
    [1 + B], the effect of the answers as they are first.
    """
    orders = _random_orders(np.random.default_rng(seed), len(drawn), len(y))
    expected = pooled_spread(y[orders], x[orders], sizes).mean()
    found = [pooled_spread(y, x, sizes)[None], pooled_spread(y[drawn], x[drawn], sizes)]
    return kelley(np.concatenate(found), expected)


def pooled_ratio_test(
    y: Sequence[Floats],
    x: Sequence[Floats],
    strata: Sequence[Whole],
    *,
    resamples: int = _MOST,
    seed: int = 20230701,
) -> tuple[float, float, str]:
    """Test whether pooled ratios differ between segments, by random orders of the members.

    A member keeps its y and x; members are dealt to the segments within their stratum (all in one: freely).
    The statistic is `pooled_spread`, so that large members count as they do in the printed ratio. Simulated
    with members of one segment twenty times as large as another's, true ratios equal: it rejects at 5 % in
    1 to 6 % of the draws.

    Parameters
    ----------
    y, x, strata
        For each segment its members' numerators, positive denominators and strata.
    resamples, seed
        The most random orders, and their seed.

    Returns
    -------
    The statistic, p-value, name of the test.

    References
    ----------
    Pitman (1937), Significance tests which may be applied to samples from any populations, Supplement to the
    J. R. Stat. Soc. 4, 119-130. doi:10.2307/2984124
    """
    up, down, stratum = (np.concatenate(list(parts)) for parts in (y, x, strata))
    sizes = np.array([len(part) for part in y])
    seen = float(pooled_spread(up, down, sizes))
    places = [np.flatnonzero(stratum == s) for s in np.unique(stratum)]

    def as_far_off(rng: np.random.Generator, count: int) -> Flags:
        order = np.empty((count, len(up)), dtype=np.int64)
        for place in places:
            order[:, place] = place[_random_orders(rng, count, len(place))]
        return np.asarray(pooled_spread(up[order], down[order], sizes) >= seen - 1e-12)

    p_value, draws = _by_chance(as_far_off, resamples, seed)
    return seen, p_value, f"pooled ratios, {draws} random orders"


def holm(p_values: npt.ArrayLike) -> Floats:
    """Adjust p-values so that the chance of any false finding in the family stays below the level.

    In ascending order p~_(i) = max_{j <= i} min(1, (m - j + 1) p_(j)). Written out here as
    ``statsmodels.stats.multitest.multipletests``, held against in the tests, collects garbage at each call,
    which over the hundred families of a report costs seconds.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6, 65-70.
    R: ``p.adjust(p, "holm")``.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(np.minimum(1.0, (p.size - np.arange(p.size)) * p[order]))
    adjusted = np.empty(p.size)
    adjusted[order] = steps
    return adjusted


# Do the segments differ within those of another grouping? Exact and permutation tests that hold a second
# grouping fixed.
#
# Large members may lie in one region more often than small ones; a difference between sizes may be one
# between regions. These tests deal answers to segments at random *within each region* alone, so that what the
# regions explain is not held for a difference between segments.
#
# References
# ----------
# Mantel & Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748; Landis, Heyman & Koch (1978), International
# Statistical Review 46, 237-254. doi:10.2307/1402373 (several segments).
# van Elteren (1960), Bull. Int. Stat. Inst. 37, 351-361 (ranks within strata).


# Multiplications up to which the distribution of the summed tables is worked out in full.
_COUNTABLE_TABLES = 5_000_000


def stratified_shares(
    successes: npt.ArrayLike, n: npt.ArrayLike, *, resamples: int = _MOST, seed: int = 20230701
) -> tuple[float, float, str]:
    """Test whether r segments share one proportion within each stratum, by exact conditional probabilities.

    Given the margins of every stratum, the yeses of the segments are multivariate hypergeometric in each and
    independent between them. With T the yeses of each segment summed over the strata, the p-value sums
    P(T = t) over all t no more probable than the one seen (within a relative 1e-7, as R does). With one
    stratum this is the Fisher-Freeman-Halton test, with two segments the exact Mantel-Haenszel test. Where
    that is too long to count out, tables are drawn at random and ordered by `cochran_mantel_haenszel`'s
    statistic.

    Parameters
    ----------
    successes, n
        [S, r] yeses and answers of each segment in each stratum; a segment may be empty in a stratum.
    resamples, seed
        The most random tables, and their seed.

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

    def as_far_off(rng: np.random.Generator, count: int) -> Flags:
        each = zip(sizes, k, strict=True)
        drawn = [rng.multivariate_hypergeometric(row, int(yes.sum()), size=count) for row, yes in each]
        return np.asarray(cochran_mantel_haenszel(np.stack(drawn, axis=1), sizes) >= statistic - 1e-9)

    p_value, draws = _by_chance(as_far_off, resamples, seed)
    return statistic, p_value, f"Cochran-Mantel-Haenszel, {draws} random tables"


def _summed_tables(yes: Whole, sizes: Whole) -> Floats | None:
    """Work out P(T = t), by the counts of all segments but the last; nothing where that takes too long."""
    spans = [np.minimum(row[:-1], total) + 1 for row, total in zip(sizes, yes, strict=True)]
    work, grown = 0, np.ones(sizes.shape[1] - 1, dtype=np.int64)
    for span in spans:
        work += prod(grown.tolist()) * prod(span.tolist())
        grown = grown + span - 1
        if work > _COUNTABLE_TABLES:
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
    resamples: int = _MOST,
    seed: int = 20230701,
) -> tuple[float, float, str]:
    """Test whether amounts differ between segments within strata, by orders of the answers in each stratum.

    `van_elteren`'s statistic is held against random orders of the ranks within every stratum, at most
    ``resamples`` of them.

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

    def as_far_off(rng: np.random.Generator, draws: int) -> Flags:
        dealt = [rank[_random_orders(rng, draws, len(rank))] for rank in ranks]
        return np.asarray(van_elteren(dealt, codes, count) >= statistic - 1e-9)

    p_value, draws = _by_chance(as_far_off, resamples, seed)
    return statistic, p_value, f"van Elteren, {draws} random orders"
