"""Weights fitted to known totals of the frame: post-stratification and raking.

References
----------
Deming & Stephan (1940), On a least squares adjustment of a sampled frequency table when the expected marginal
totals are known, Annals of Mathematical Statistics 11, 427-444. doi:10.1214/aoms/1177731829
Deville & Särndal (1992), Calibration estimators in survey sampling, JASA 87, 376-382.
doi:10.1080/01621459.1992.10475217
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.model.errors import ArgumentError, DesignError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Calibrated",
    "Weighting",
    "check_certainty",
    "check_weights",
    "fit_margins",
    "kish_design_effect",
    "post_stratify",
    "rake",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Hold weights fitted to margins, and what they were fitted from.

    Attributes
    ----------
    base, weights
        [n] weight of each respondent before and after.
    codes
        Margin -> [n] place of each respondent's category in ``categories``.
    categories, totals
        Margin -> names of its categories, and how many members of the frame each holds.
    cycles, gap
        Rounds through all margins, and the largest relative distance to a total that is left.
    """

    base: Floats
    weights: Floats
    codes: Mapping[str, Whole]
    categories: Mapping[str, tuple[str, ...]]
    totals: Mapping[str, Floats]
    cycles: int
    gap: float

    @property
    def factor(self) -> Floats:
        """[n] final weight over base weight (1 where both are 0)."""
        return np.divide(self.weights, self.base, out=np.ones_like(self.weights), where=self.base > 0)

    def ingredients(self) -> pd.DataFrame:
        """Show what each category was fitted to, for checking by hand.

        Returns
        -------
        margin, category, members (the total fitted to), respondents, sum_of_base_weights,
        sum_of_final_weights, smallest_factor, largest_factor; one row a category.
        """
        rows = []
        for margin, code in self.codes.items():
            for c, category in enumerate(self.categories[margin]):
                here = code == c
                rows.append(
                    {
                        "margin": margin,
                        "category": category,
                        "members": self.totals[margin][c],
                        "respondents": int(here.sum()),
                        "sum_of_base_weights": self.base[here].sum(),
                        "sum_of_final_weights": self.weights[here].sum(),
                        "smallest_factor": self.factor[here].min(),
                        "largest_factor": self.factor[here].max(),
                    }
                )
        return pd.DataFrame(rows)


def check_weights(weights: npt.ArrayLike) -> Floats:
    """Return weights as numbers, refusing those no respondent can have.

    Raises
    ------
    ArgumentError
        Missing, infinite or negative weights, or none above zero.
    """
    w = np.asarray(weights, dtype=float)
    for wrong, got in ((~np.isfinite(w), "missing or infinite"), (w < 0, "negative")):
        if wrong.any():
            raise ArgumentError(
                "weights",
                "a number of at least 0 for each respondent",
                f"{int(wrong.sum())} {got}",
                "correct the weights or leave these respondents out",
            )
    if not (w > 0).any():
        raise ArgumentError(
            "weights",
            "at least one above 0",
            f"{w.size} weights, all 0" if w.size else "no respondents",
            "pass the weights of the respondents",
        )
    return w


def post_stratify(
    weights: npt.ArrayLike, groups: npt.ArrayLike, totals: Mapping[str, float], *, name: str = "post-stratum"
) -> Calibrated:
    """Fit weights to the known size of each group: w_i = d_i N_g / sum of d over g.

    Parameters
    ----------
    weights
        [n] base weights d.
    groups
        [n] the group of each respondent.
    totals
        Group -> members of the frame N_g.
    name
        What the grouping is called in messages and in `Calibrated.ingredients`.

    Raises
    ------
    ArgumentError, DesignError
        As in `rake`.

    References
    ----------
    Holt & Smith (1979), Post stratification, J. R. Stat. Soc. A 142, 33-46. doi:10.2307/2344652
    R: ``survey::postStratify(design, ~group, totals)``.
    """
    return rake(weights, {name: groups}, {name: totals})


def rake(
    weights: npt.ArrayLike,
    groups: Mapping[str, npt.ArrayLike],
    totals: Mapping[str, Mapping[str, float]],
    *,
    tolerance: float = 1e-12,
    cycles: int = 1000,
) -> Calibrated:
    """Fit weights to several margins in turn, until all hold: iterative proportional fitting.

    Each step multiplies the weights of a category by N_c over their sum; of all weights with these margins
    the result is the nearest to the base weights by sum w log(w/d) - w + d.

    Parameters
    ----------
    weights
        [n] base weights.
    groups
        Margin -> [n] category of each respondent.
    totals
        Margin -> category -> members of the frame; of every margin the same sum.
    tolerance
        Largest relative distance to a total at which the fit is done.
    cycles
        Rounds after which it is given up.

    Raises
    ------
    ArgumentError
        Weights that are negative or all zero; no margin; lists of unlike length.
    DesignError
        A category without respondents or without a total, margins whose totals differ in sum, or no
        convergence.

    References
    ----------
    Deming & Stephan (1940), doi:10.1214/aoms/1177731829. R: ``survey::rake(design, list(~a, ~b), list(A, B),
    control = list(epsilon = 1e-9, maxit = 100))``.
    """
    base = check_weights(weights)
    if not groups or set(groups) != set(totals):
        raise ArgumentError(
            "groups, totals", "the same margins in both", f"{sorted(groups)} and {sorted(totals)}",
            "name each margin in both",
        )  # fmt: skip
    codes, categories, sizes = {}, {}, {}
    for margin, labels in groups.items():
        named = {str(label): float(size) for label, size in totals[margin].items() if size != 0}
        codes[margin] = _codes(margin, np.asarray(labels).astype(str), named, base)
        categories[margin], sizes[margin] = tuple(named), np.array(list(named.values()))
    _check_sums(sizes)
    w, done, gap = base.copy(), 0, np.inf
    while gap > tolerance and done < cycles:
        for margin, code in codes.items():
            w *= (sizes[margin] / np.bincount(code, w, minlength=len(sizes[margin])))[code]
        gap = max(_gap(code, w, sizes[margin]) for margin, code in codes.items())
        done += 1
    if not gap <= tolerance:
        raise DesignError(
            "margins " + ", ".join(codes),
            f"weights that fit all of them within {cycles} rounds",
            f"a relative gap of {gap:.2g}",
            "the margins contradict the combinations that answered: join categories or leave a margin out",
        )
    return Calibrated(base, w, codes, categories, sizes, done, gap)


def _gap(code: Whole, weights: Floats, sizes: Floats) -> float:
    return float(np.abs(np.bincount(code, weights, minlength=len(sizes)) / sizes - 1.0).max())


def _codes(margin: str, labels: npt.NDArray[np.str_], totals: Mapping[str, float], base: Floats) -> Whole:
    if labels.shape != base.shape:
        raise ArgumentError(
            f"margin {margin!r}", f"a category for each of {base.size} respondents", f"{labels.size}",
            "pass one entry for each respondent",
        )  # fmt: skip
    code = pd.Index(list(totals)).get_indexer(pd.Index(labels)).astype(np.int64)
    unknown = sorted(set(labels[code < 0].tolist()))
    if unknown:
        raise DesignError(
            f"margin {margin!r}", "a total for every category of the respondents",
            "none for " + ", ".join(unknown), "add the totals of the frame",
        )  # fmt: skip
    reached = np.bincount(code, base, minlength=len(totals))
    silent = [name for name, sum_ in zip(totals, reached, strict=True) if sum_ == 0]
    if silent:
        raise DesignError(
            f"margin {margin!r}", "respondents in every category of the frame",
            "none in " + ", ".join(silent), "join the category to a neighbour or leave the margin out",
        )  # fmt: skip
    return code


def _check_sums(sizes: Mapping[str, Floats]) -> None:
    sums = {margin: float(size.sum()) for margin, size in sizes.items()}
    first = next(iter(sums.values()))
    if any((size < 0).any() for size in sizes.values()) or any(
        abs(total - first) > 1e-9 * abs(first) for total in sums.values()
    ):
        raise DesignError(
            "totals", "positive totals that add up to the same frame for every margin",
            ", ".join(f"{margin} {total:g}" for margin, total in sums.items()),
            "count all margins on one list of members",
        )  # fmt: skip


# Weights of a wave that are more than members over respondents: given ones, and ones raked to the frame.
#
# References
# ----------
# Deville & Särndal (1992), doi:10.1080/01621459.1992.10475217
# Kish (1992), Weighting for unequal P_i, Journal of Official Statistics 8, 183-200.


@dataclass(frozen=True, eq=False)
class Weighting:
    """Hold weights of a wave that are not N_h / n_h.

    Attributes
    ----------
    weights, base
        [n] final weights, and those before raking.
    margins
        [n] places of the categories of each margin.
    name
        What ``method`` says of them: ``raked to region, size``.
    """

    weights: Floats
    base: Floats
    margins: tuple[Whole, ...]
    name: str


def kish_design_effect(weights: npt.ArrayLike) -> float:
    """Say how many times larger unequal weights make a variance: n sum w^2 / (sum w)^2.

    1 for equal weights; what n is divided by to give the effective base. Kish (1992). R:
    ``length(w) * sum(w^2) / sum(w)^2``.
    """
    w = check_weights(weights)
    return float(w.size * (w**2).sum() / w.sum() ** 2)


def fit_margins(
    wave: str, base: npt.ArrayLike, respondents: pd.DataFrame, frame: pd.DataFrame, margins: Sequence[str]
) -> Calibrated:
    """Rake a wave's weights to how many members its frame has in each category of the margins.

    Parameters
    ----------
    wave
        For messages.
    base
        [n] weights before raking.
    respondents, frame
        One row a respondent and one a member, with a column for each margin.
    margins
        Columns.

    Raises
    ------
    DesignError
        A category of the frame without respondents, or margins that cannot be fitted together.
    """
    counts = {margin: frame[margin].astype("str").value_counts(sort=False) for margin in margins}
    totals = {m: {str(name): float(n) for name, n in count.items()} for m, count in counts.items()}
    groups = {margin: respondents[margin].astype("str").to_numpy() for margin in margins}
    try:
        return rake(base, groups, totals)
    except DesignError as error:
        raise DesignError(f"wave {wave}, {error.argument}", error.expected, error.got, error.remedy) from None


def check_certainty(frame: pd.DataFrame, column: str) -> None:
    """Refuse a column of members taken for certain that does not say so of each, yes or no.

    Raises
    ------
    DesignError
        Entries other than True and False.
    """
    unclear = int((~frame[column].isin([True, False])).sum())
    if unclear:
        raise DesignError(
            f"frame, column {column!r}", "True or False for every member", f"{unclear} other entries",
            "say of each member whether it was taken for certain",
        )  # fmt: skip
