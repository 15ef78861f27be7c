"""Generalised estimating equations for few members that answer again and again.

References
----------
Liang & Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, 13-22.
doi:10.1093/biomet/73.1.13
Mancl & DeRouen (2001), A covariance estimator for GEE with improved small-sample properties, Biometrics 57,
126-134. doi:10.1111/j.0006-341X.2001.00126.x
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.genmod.generalized_estimating_equations import GEE
from statsmodels.tools.sm_exceptions import ModelWarning

from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Fit", "Link", "fit_equation"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Link = Literal["logit", "log", "line"]

_FAMILIES: Final[Mapping[str, Any]] = MappingProxyType(
    {"logit": families.Binomial, "log": families.Poisson, "line": families.Gaussian}
)
_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "logit": "estimating equation, logit, members as clusters",
        "log": "estimating equation, log link, members as clusters",
        "line": "estimating equation, straight line, members as clusters",
    }
)
# A logit of 12 is a share of 0.999994: no answer of a hundred members can tell it from 1.
_ENDLESS = 12.0


@dataclass(frozen=True, eq=False)
class Fit:
    """Hold a fitted equation.

    Attributes
    ----------
    coefficients, covariance
        [p] and [p, p], the covariance with Mancl and DeRouen's correction.
    df
        Members less coefficients.
    correlation
        Of two answers of a member.
    """

    link: Link
    coefficients: Floats
    covariance: Floats
    df: float
    correlation: float
    method: str

    @property
    def solved(self) -> bool:
        """Whether coefficients and their covariance are known."""
        return bool(np.isfinite(self.coefficients).all() and np.isfinite(self.covariance).all())

    def equal(self, places: Sequence[int]) -> float:
        """Test whether some coefficients are one: the p-value of Wald's F, NaN for fewer than two.

        Held to F with (places - 1, df) degrees of freedom, which for few members is a guide only.
        """
        if len(places) <= 1:
            return float("nan")
        contrast = np.zeros((len(places) - 1, len(self.coefficients)))
        contrast[:, places[0]] = -1.0
        contrast[np.arange(len(places) - 1), list(places[1:])] = 1.0
        off = contrast @ self.coefficients
        wald = float(off @ np.linalg.pinv(contrast @ self.covariance @ contrast.T) @ off)
        free = len(contrast)
        # Hotelling's factor: as many degrees as the covariance has less those the contrasts use
        left = self.df - free + 1
        return float(stats.f.sf(wald * left / (free * self.df), free, left)) if left >= 1 else float("nan")


def fit_equation(y: Floats, x: Floats, member: Whole, link: Link) -> Fit:
    """Fit a mean that depends on x to answers clustered in members, one correlation for all pairs.

    A logit that runs away (answers parted wholly by x) is replaced by a straight line in the 0 and 1.

    Parameters
    ----------
    y, member
        [n] answers and the member of each.
    x
        [n, p] columns of full rank, the constant among them.
    link : {"logit", "log", "line"}
        Binomial, Poisson (variance proportional to the mean, the factor estimated) or Gaussian.

    Raises
    ------
    ArgumentError
        An unknown link.

    References
    ----------
    Liang & Zeger (1986), doi:10.1093/biomet/73.1.13; Mancl & DeRouen (2001),
    doi:10.1111/j.0006-341X.2001.00126.x. R: ``geepack::geeglm(corstr = "exchangeable")``, which estimates
    the correlation with other divisors, and without the correction.
    """
    if link not in _FAMILIES:
        raise ArgumentError("link", "one of " + ", ".join(_FAMILIES), repr(link), "choose one of these")
    fit = _fitted(y, x, member, link)
    runs_away = link == "logit" and not (fit.solved and np.abs(fit.coefficients).max() < _ENDLESS)
    return _fitted(y, x, member, "line") if runs_away else fit


def _fitted(y: Floats, x: Floats, member: Whole, link: Link) -> Fit:
    df = float(len(np.unique(member)) - x.shape[1])
    # amounts are brought near one, so that the solver's tolerance means the same for all
    unit = float(np.abs(y).mean()) if link != "logit" and y.any() else 1.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # what does not converge is seen from its coefficients
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model = GEE(y / unit, x, groups=member, family=_FAMILIES[link](), cov_struct=Exchangeable())
        try:
            found = model.fit(cov_type="bias_reduced", maxiter=60, ctol=1e-9)
            coefficients, covariance = np.asarray(found.params), np.asarray(found.cov_params())
        except (np.linalg.LinAlgError, ValueError):
            coefficients, covariance = np.full(x.shape[1], np.nan), np.full((x.shape[1],) * 2, np.nan)
    if link == "log":
        # the constant takes the unit back
        coefficients = coefficients + np.log(unit) * np.linalg.lstsq(x, np.ones(len(y)), rcond=None)[0]
    factor = unit if link == "line" else 1.0
    correlation = float(model.cov_struct.dep_params)
    return Fit(link, coefficients * factor, covariance * factor**2, df, correlation, _METHODS[link])
