"""A weighted sample and its estimators: any weights, strata, frame sizes and calibration margins.

The general theory in one place. Every estimator here is linearised: it comes with influences u_i, weight
times linearised value, whose sum has the estimator's error. Their covariance is ::

    V = sum_h (1 - n_h / N_h) n_h / (n_h - 1) sum_i (u_hi - ubar_h)(u_hi - ubar_h)'

without the first factor where the frame's sizes are not known; of calibrated weights the influences are
first replaced by w_i times the residual of u_i / w_i on the margins. The reports' default, equal weights
N_h / n_h within strata, needs less and is worked out by counting in `analysis.inference.summaries`; both
agree, which is tested.

References
----------
Binder (1983), On the variances of asymptotically normal estimators from complex surveys, International
Statistical Review 51, 279-292. doi:10.2307/1402588
Deville & Särndal (1992), doi:10.1080/01621459.1992.10475217
Lumley (2004), J. Stat. Software 9(8), doi:10.18637/jss.v009.i08
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.intervals import Interval, t_interval
from analysis.model import ArgumentError, Calibrated, DesignError, check_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Figure", "Residuals", "Sample", "weighted_quantile", "weighted_sample"]

# Weighted sample quantiles.


def weighted_quantile(y: Floats, weights: Floats, p: Floats, *, inner: bool = True) -> Floats:
    """Find the least answers at which the weighted share of answers up to them reaches each p.

    Parameters
    ----------
    y, weights
        [n] answers and weights.
    p
        [q] orders; with ``inner`` none may be 0 or 1.

    Raises
    ------
    ArgumentError
        No answers, or a p outside (0, 1).

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50, 361-365,
    definition 1. doi:10.1080/00031305.1996.10473566. R: ``svyquantile(qrule = "math")``.
    """
    if inner and not ((p > 0) & (p < 1)).all():
        raise ArgumentError(
            "p", "a number between 0 and 1, neither included", ", ".join(f"{one:g}" for one in p.tolist()),
            "use 0.5 for the median",
        )  # fmt: skip
    if not y.size or not (weights > 0).any():
        raise ArgumentError("y", "at least one answer with a weight", "none", "choose another domain")
    order = np.argsort(y, kind="stable")
    reached = np.cumsum(weights[order])
    # a sum of floats must not carry p over a step that it stands on
    place = np.searchsorted(reached, p * reached[-1] * (1.0 - 1e-12), side="left")
    return np.asarray(y[order][np.minimum(place, len(y) - 1)])


Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Residuals = Literal["weighted", "unweighted"]

# R survey's svyrecvar sweeps raked influences this often; what is left is of relative size 1e-8
_ROUNDS = 10


@dataclass(frozen=True, eq=False)
class Figure:
    """Hold q estimates, their influences and covariance, and the design's degrees of freedom.

    Attributes
    ----------
    value
        [q] estimates.
    influence
        [n, q] weighted linearised values.
    covariance
        [q, q].
    df
        Respondents less strata.
    """

    value: Floats
    influence: Floats
    covariance: Floats
    df: int

    @property
    def se(self) -> Floats:
        """[q] standard errors."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))

    def interval(self, level: float = 0.95, df: float | None = None) -> Interval:
        """Bound each estimate by t; ``df=numpy.inf`` gives the normal. R: ``confint(x, df = df)``."""
        return t_interval(self.value, self.se, self.df if df is None else df, level)

    def contrast(self, coefficients: npt.ArrayLike) -> Figure:
        """Combine the estimates linearly: value c'v, covariance c'Vc.

        R: ``svycontrast(svyby(~y, ~g, design, svymean, covmat = TRUE), c(a = 1, b = -1))``.
        """
        c = np.atleast_2d(np.asarray(coefficients, dtype=float)).T
        if len(c) != len(self.value):
            raise ArgumentError(
                "coefficients", f"one for each of {len(self.value)} estimates", str(len(c)),
                "give 0 for estimates that do not count",
            )  # fmt: skip
        return Figure(c.T @ self.value, self.influence @ c, c.T @ self.covariance @ c, self.df)


@dataclass(frozen=True, eq=False)
class Sample:
    """Know the weights of n respondents and how they were drawn; see `weighted_sample` for making one.

    Attributes
    ----------
    weights, base
        [n] final weights, and those before calibration.
    strata
        [n] stratum of each, as places 0..H-1.
    sizes
        [H] members of the frame, or None: no finite population correction.
    margins
        Places of the categories of each calibration margin, [n] each.
    residuals
        {"weighted", "unweighted"}: how influences are regressed on the margins.
    """

    weights: Floats
    base: Floats
    strata: Whole
    sizes: Floats | None = None
    margins: tuple[Whole, ...] = ()
    residuals: Residuals = "weighted"

    @property
    def df(self) -> int:
        """Count respondents less strata. R: ``degf(design)``."""
        return int(len(self.strata) - len(np.unique(self.strata)))

    def covariance(self, influence: Floats) -> Floats:
        """Work out V of the module's notes for influences [n, q]: [q, q]."""
        centred, factor = self._centred(influence)
        return np.asarray((centred * factor).T @ centred)

    def variance(self, influence: Floats) -> Floats:
        """Work out the diagonal of V alone: [q]."""
        centred, factor = self._centred(influence)
        return np.asarray((centred**2 * factor).sum(axis=0))

    def _centred(self, influence: Floats) -> tuple[Floats, Floats]:
        """Take the strata's means from the residuals; give them and (1 - n/N) n / (n - 1) of each row."""
        u = self._residual(influence)
        n = np.bincount(self.strata).astype(float)
        sums = np.stack([np.bincount(self.strata, column) for column in u.T], axis=1)
        centred = u - (sums / np.maximum(n, 1.0)[:, None])[self.strata]
        left = np.ones_like(n) if self.sizes is None else 1.0 - n / np.maximum(self.sizes[: len(n)], 1.0)
        factor = np.where(n > 1, left * n / np.maximum(n - 1.0, 1.0), 0.0)
        return centred, factor[self.strata][:, None]

    def _residual(self, influence: Floats) -> Floats:
        """Take from each influence what the calibration margins explain of it."""
        if not self.margins:
            return influence
        w = self.weights[:, None]
        v = np.divide(influence, w, out=np.zeros_like(influence), where=w > 0)
        if self.residuals == "unweighted" and len(self.margins) > 1:
            return np.asarray(w * self._swept(v))
        dummies = np.concatenate([m[:, None] == np.arange(m.max() + 1)[None] for m in self.margins], axis=1)
        root = np.sqrt(self.base)
        slope = np.linalg.lstsq(dummies * root[:, None], v * root[:, None], rcond=1e-10)[0]
        return np.asarray(w * (v - dummies @ slope))

    def _swept(self, v: Floats) -> Floats:
        """Take plain means of one margin after the other away, in R's ten rounds."""
        for margin in self.margins * _ROUNDS:
            n = np.maximum(np.bincount(margin), 1)
            v = v - np.stack([np.bincount(margin, column) / n for column in v.T], axis=1)[margin]
        return v

    def _figure(self, value: Floats, influence: Floats) -> Figure:
        return Figure(value, influence, self.covariance(influence), self.df)

    def _columns(self, y: npt.ArrayLike, domain: npt.ArrayLike | None) -> tuple[Floats, Flags]:
        columns = np.asarray(y, dtype=float)
        columns = columns[:, None] if columns.ndim == 1 else columns
        inside = np.ones(columns.shape, bool) if domain is None else np.asarray(domain, dtype=bool)
        inside = inside[:, None] if inside.ndim == 1 else inside
        columns, inside = np.broadcast_arrays(columns, inside)
        if len(columns) != len(self.weights):
            raise ArgumentError(
                "y, domain", f"one entry for each of {len(self.weights)} respondents", str(len(columns)),
                "pass the columns of the same respondents",
            )  # fmt: skip
        if not np.isfinite(columns[inside]).all():
            raise ArgumentError(
                "y", "an answer of every respondent in the domain",
                f"{int((~np.isfinite(columns[inside])).sum())} without", "leave them out of the domain",
            )  # fmt: skip
        if not ((self.weights[:, None] > 0) & inside).any(axis=0).all():
            raise ArgumentError(
                "domain", "respondents with a weight in it", "none", "choose another domain or join segments"
            )
        return np.where(inside, columns, 0.0), inside

    def total(self, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> Figure:
        """Estimate totals sum w y over a domain; u_i = w_i y_i.

        Parameters
        ----------
        y
            [n] or [n, q] answers.
        domain
            [n] or [n, q] booleans; all respondents without it.

        Raises
        ------
        ArgumentError
            Lengths that differ, a missing answer inside the domain, a domain without respondents.

        References
        ----------
        R: ``svytotal(~y, design)``, ``svyby(~y, ~g, design, svytotal)``.
        """
        columns, _ = self._columns(y, domain)
        u = self.weights[:, None] * columns
        return self._figure(u.sum(axis=0), u)

    def mean(self, y: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> Figure:
        """Estimate means sum w y / sum w over a domain; shares of 0 and 1 are means.

        R: ``svymean(~y, design)``, ``svyby(~y, ~g, design, svymean)``, ``svymean(~y, subset(design, g))``.
        """
        return self.ratio(y, np.ones(len(self.weights)), domain)

    def ratio(self, y: npt.ArrayLike, x: npt.ArrayLike, domain: npt.ArrayLike | None = None) -> Figure:
        """Estimate pooled ratios R = sum w y / sum w x; u_i = w_i (y_i - R x_i) / sum w x.

        Raises
        ------
        ArgumentError
            As in `total`, or denominators that add up to zero.

        References
        ----------
        R: ``svyratio(~y, ~x, design)``.
        """
        (above, inside), (below, _) = self._columns(y, domain), self._columns(x, domain)
        w = self.weights[:, None]
        down = (w * below * inside).sum(axis=0)
        if (down == 0).any():
            raise ArgumentError(
                "x", "denominators that do not add up to 0", "0", "choose another denominator"
            )
        value = (w * above).sum(axis=0) / down
        return self._figure(value, np.where(inside, w * (above - value * below) / down, 0.0))

    def mean_difference(self, y: npt.ArrayLike, group: npt.ArrayLike) -> Figure:
        """Estimate the mean where ``group`` holds less the mean elsewhere; df one fewer, as for two means.

        R: ``svyttest(y ~ group, design)``.
        """
        second = np.asarray(group, dtype=bool)
        both = self.mean(np.asarray(y, dtype=float)[:, None], np.stack([second, ~second], axis=1))
        found = both.contrast([1.0, -1.0])
        return Figure(found.value, found.influence, found.covariance, self.df - 1)

    def design_effect(self, y: npt.ArrayLike) -> float:
        """Compare the mean's variance with that of a simple random sample of as many from the same frame.

        deff = V / [S^2 (N - n) / (N n)], S^2 = n / (n - 1) sum w (y - ybar)^2 / N, N = sum w.
        Kish (1965), Survey Sampling, 8.2. R: ``svymean(~y, design, deff = TRUE)``.
        """
        figure = self.mean(y)
        n, size = int((self.weights > 0).sum()), float(self.weights.sum())
        spread = (self.weights * (np.asarray(y, dtype=float) - figure.value[0]) ** 2).sum() / size
        plain = n / (n - 1) * spread * (size - n) / (size * n)
        return float(figure.covariance[0, 0] / plain) if plain > 0 else float("nan")

    def quantile(
        self, y: npt.ArrayLike, p: float, domain: npt.ArrayLike | None = None, level: float = 0.95
    ) -> tuple[float, float, Interval]:
        """Estimate a quantile: value, standard error and Woodruff's interval.

        The quantile is the least answer q at which the weighted share of answers up to it, F(q), reaches p.
        The interval inverts the t interval of F(q), df respondents less strata; se = width / (2 t).

        Raises
        ------
        ArgumentError
            p outside (0, 1), or as in `total`.

        References
        ----------
        Woodruff (1952), Confidence intervals for medians and other position measures, JASA 47, 635-646.
        doi:10.1080/01621459.1952.10483443. R: ``svyquantile(~y, design, p, qrule = "math")``.
        """
        columns, inside = self._columns(y, domain)
        answers, here = columns[:, 0], inside[:, 0]
        places = weighted_quantile(answers[here], self.weights[here], np.array([p]))
        below = self.mean((answers <= places[0]).astype(float), here).interval(level)
        ends = np.clip(np.array([below.lower[0], below.upper[0]]), 1e-300, 1.0)
        low, high = weighted_quantile(answers[here], self.weights[here], ends, inner=False)
        se = (high - low) / (2.0 * float(t_interval(0.0, 1.0, self.df, level).upper))
        return float(places[0]), float(se), Interval(np.asarray(low), np.asarray(high), "Woodruff")

    def table(self, rows: npt.ArrayLike, columns: npt.ArrayLike) -> tuple[Floats, tuple[int, int]]:
        """Give the [n, R * C] indicators of the cells of a two-way table, column by column, and (R, C)."""
        r, c = (pd.factorize(np.asarray(side), sort=True) for side in (rows, columns))
        shape = (len(r[1]), len(c[1]))
        cell = r[0] + shape[0] * c[0]
        return (cell[:, None] == np.arange(shape[0] * shape[1])[None]).astype(float), shape


def weighted_sample(
    weights: npt.ArrayLike | Calibrated | None = None,
    strata: npt.ArrayLike | None = None,
    sizes: Mapping[str, float] | float | None = None,
    *,
    residuals: Residuals = "weighted",
) -> Sample:
    """Describe a sample by its weights, strata and frame sizes.

    Parameters
    ----------
    weights
        [n] weights, calibrated ones, or None: N_h / n_h, for which strata's sizes are needed.
    strata
        [n] stratum of each respondent; one stratum without it.
    sizes
        Stratum -> members of the frame (a number where there is one stratum); without it the sample is taken
        as drawn with replacement and has no finite population correction.
    residuals
        Of calibrated weights: ``"weighted"`` regresses on the margins by base weights (Deville & Särndal
        1992, 3.4), the estimator's own asymptotic variance, as R ``survey`` does after `postStratify`;
        ``"unweighted"`` as it does after `rake`. They are the same where base weights are equal.

    Raises
    ------
    ArgumentError
        Weights that are negative or all zero, neither weights nor sizes, strata of another length.
    DesignError
        A stratum without a size, smaller than its respondents, or with one respondent of several members.

    References
    ----------
    R: ``svydesign(ids = ~1, strata = ~h, weights = ~w, fpc = ~N, data)``, then ``postStratify`` or ``rake``.
    """
    given = weights.weights if isinstance(weights, Calibrated) else weights
    count = (
        len(np.asarray(strata if given is None else given))
        if (strata is not None or given is not None)
        else 0
    )
    names, code = _strata(strata, count)
    n = np.bincount(code, minlength=len(names)).astype(float)
    size = None if sizes is None else _sizes(names, n, sizes)
    if given is None:
        if size is None or strata is None:
            raise ArgumentError("weights", "weights, or strata with sizes", "neither", "pass one of them")
        given = (size / n)[code]
    final = check_weights(given)
    lone = [name for h, name in enumerate(names) if n[h] == 1 and (size is None or size[h] > 1) and count > 1]
    if lone:
        raise DesignError(
            "strata", "two respondents in every stratum not taken whole", "one in " + ", ".join(lone),
            "join the stratum to a neighbour first (join_strata)",
        )  # fmt: skip
    if isinstance(weights, Calibrated):
        return Sample(final, weights.base, code, size, tuple(weights.codes.values()), residuals)
    return Sample(final, final, code, size, (), residuals)


def _strata(strata: npt.ArrayLike | None, count: int) -> tuple[Sequence[str], Whole]:
    if strata is None:
        return ("all",), np.zeros(count, dtype=np.int64)
    labels = np.asarray(strata).astype(str)
    if len(labels) != count:
        raise ArgumentError(
            "strata", f"one for each of {count} respondents", str(len(labels)), "pass the respondents' own"
        )
    names, code = np.unique(labels, return_inverse=True)
    return names.tolist(), code.astype(np.int64)


def _sizes(names: Sequence[str], n: Floats, sizes: Mapping[str, float] | float) -> Floats:
    known = dict.fromkeys(names, float(sizes)) if isinstance(sizes, (int, float)) else sizes
    wrong = [name for h, name in enumerate(names) if not known.get(name, 0.0) >= n[h]]
    if wrong or (isinstance(sizes, (int, float)) and len(names) > 1):
        raise DesignError(
            "sizes", "for every stratum a frame of at least its respondents",
            "none or fewer for " + ", ".join(wrong or names), "count the strata on the list of members",
        )  # fmt: skip
    return np.array([float(known[name]) for name in names])
