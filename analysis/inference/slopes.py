"""The slope of an indicator over many waves, with the make-up of the membership held fixed.

A line through yearly figures mixes two things: members that change, and a membership that changes. Here each
member's answers over the years are one cluster of a generalised estimating equation with the
design's stratum in the model, so that a slope is that of like members.

Notes
-----
*Model.* With year t, stratum h and segment s, y has the mean g(a_h + b t) for the total and
g(c_s + a_h + b_s t) in a dimension; answers of a member share one correlation (exchangeable). Shares: logit,
and the slope is the change of the share from the first to the last year at the strata of the last wave's
frame, divided by the years (percentage points a year). What changes in per cent: log link with variance
proportional to the mean, 100 (exp(b) - 1) per cent a year. All else: a straight line in the printed unit; a
ratio counts member by member as y / x. Strata in which a share never varies have no logit: they count in the
average with slope zero. Where answers leave the logit without a solution a straight line is fitted to the 0
and 1 instead, and `method` says so.

*Errors.* The sandwich with Mancl and DeRouen's correction, as members are few, and t with members less
coefficients degrees of freedom, for a segment at most its own members less two.

*The frame is finite.* The error takes the members as drawn from many like them. The frame's own slope over
these years is known better than that, the better the more members answered: the interval errs on the careful
side, and with every member behind every wave the slope is a fact and the interval tells how far it may be
read as more than these members' history. `note` says what part of the frame stands behind it.

References
----------
Liang & Zeger (1986), Biometrika 73, 13-22. doi:10.1093/biomet/73.1.13
Mancl & DeRouen (2001), Biometrics 57, 126-134. doi:10.1111/j.0006-341X.2001.00126.x
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from statsmodels.genmod import families
from statsmodels.genmod.cov_struct import Exchangeable
from statsmodels.genmod.generalized_estimating_equations import GEE
from statsmodels.tools.sm_exceptions import ModelWarning

from analysis.inference.answers import Answers, read_answers
from analysis.inference.group_tests import holm
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.model import Design, Measure

__all__ = ["SLOPE_COLUMNS", "Fit", "Link", "fit_equation", "slopes"]

# Generalised estimating equations for few members that answer again and again.
#
# References
# ----------
# Liang & Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika 73, 13-22.
# doi:10.1093/biomet/73.1.13
# Mancl & DeRouen (2001), A covariance estimator for GEE with improved small-sample properties, Biometrics 57,
# 126-134. doi:10.1111/j.0006-341X.2001.00126.x


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


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

#: Columns of what `slopes` returns in order, with their types.
SLOPE_COLUMNS = {
    "indicator": "str", "dimension": "str", "segment": "str", "first_wave": "str", "last_wave": "str",
    "waves": "int64", "n_members": "int64", "n_answers": "int64", "slope": "float64", "unit": "str",
    "se": "float64", "lower": "float64", "upper": "float64", "df": "float64", "p_value": "float64",
    "p_adjusted": "float64", "p_equal": "float64", "method": "str", "comparable": "bool", "note": "str",
}  # fmt: skip

_FEWEST_WAVES = 3
_NUMBERS = ("slope", "se", "lower", "upper", "df", "p_value", "p_adjusted", "p_equal")


@dataclass(frozen=True, eq=False)
class _Line:
    """Hold the answers of one measure and dimension after its last break, one entry an answer.

    Attributes
    ----------
    y, year, member, stratum, segment
        [n] amount, years since the first wave, and codes.
    mix
        [K, H] members of each segment and stratum in the frame of the last wave.
    waves
        Names of the waves used.
    """

    measure: Measure
    y: Floats
    year: Floats
    member: Whole
    stratum: Whole
    segment: Whole
    mix: Floats
    waves: tuple[str, ...]
    names: tuple[str, ...]


def slopes(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    dimensions: Sequence[str] = ("total",),
    *,
    last: str | None = None,
    breaks: Mapping[str, Sequence[str]] | None = None,
    minimum_base: int = 3,
) -> pd.DataFrame:
    """Estimate every measure's slope a year over all waves since its last break, by segment.

    Parameters
    ----------
    measurements, measures, design, dimensions
        As in `estimates.estimate`. Answers stand unweighted: strata are in the model. Both estimands of a
        question have one slope; name one of them.
    last
        Wave the line ends with; the last of the design if not given.
    breaks
        Indicator or source -> waves before which it breaks, in addition to `Measure.breaks`.
    minimum_base
        Members a segment must have behind every wave used; with fewer it gets no numbers.

    Returns
    -------
    DataFrame sorted by indicator, dimension, segment with the columns of `SLOPE_COLUMNS`. ``slope`` in
    ``unit`` a year; ``p_value`` of no slope, ``p_adjusted`` Holm's over the call's rows of a dimension;
    ``p_equal`` of one slope for all segments (the segment-by-year interaction, an F test; NaN for the total).
    A measure with fewer than three waves since its last break has a row without numbers, ``comparable``
    false, whose note names the remedy.

    Raises
    ------
    ArgumentError
        Fewer than three waves in the design, an unknown last wave, or waves that name no time.

    References
    ----------
    Liang & Zeger (1986), doi:10.1093/biomet/73.1.13; Mancl & DeRouen (2001),
    doi:10.1111/j.0006-341X.2001.00126.x. R: ``geepack::geeglm(y ~ stratum + year, id = member, family =
    binomial, corstr = "exchangeable")``.
    """
    waves = _waves_until(design, last)
    names = tuple(dict.fromkeys((*dimensions, design.stratum)))
    answers = read_answers(measurements, measures, design, names)
    rows: list[dict[str, object]] = []
    for p, measure in enumerate(measures):
        start = _last_break(measure, waves[-1], breaks or {})
        used = [w for w in waves if w >= start and answers.held[p, answers.waves.index(w)]]
        for dimension in dict.fromkeys(dimensions):
            if len(used) < _FEWEST_WAVES:
                rows.append(_refused(measure, dimension, used, start))
            else:
                line = _lay_out(answers, p, used, dimension, design.stratum)
                rows += _rows(line, dimension, design.level, minimum_base)
    table = pd.DataFrame(rows, columns=list(SLOPE_COLUMNS))
    table = table.astype(dict.fromkeys(_NUMBERS, "float64"))
    for _, family in table[table["p_value"].notna()].groupby("dimension"):
        table.loc[family.index, "p_adjusted"] = holm(family["p_value"].to_numpy())
    return table.sort_values(["indicator", "dimension", "segment"], ignore_index=True).astype(SLOPE_COLUMNS)


def _waves_until(design: Design, last: str | None) -> list[str]:
    if last is not None and last not in design.waves:
        raise ArgumentError("last", "one of " + ", ".join(design.waves), repr(last), "choose one of these")
    waves = [w for w in design.waves if last is None or w <= last]
    if len(waves) < _FEWEST_WAVES:
        raise ArgumentError(
            "design", "at least three waves for a slope", ", ".join(waves),
            "tell two waves apart by trends.changes",
        )  # fmt: skip
    return waves


def _last_break(measure: Measure, last: str, breaks: Mapping[str, Sequence[str]]) -> str:
    """Name the wave before which the series broke last, "" where it never did."""
    known = {*measure.breaks, *breaks.get(measure.indicator, ()), *breaks.get(measure.source, ())}
    return max((b for b in known if b <= last), default="")


def _year(wave: str) -> float:
    """Place a wave in time: ``2022`` at 2022, ``2022Q3`` at 2022.5."""
    found = re.fullmatch(r"(\d{4})(?:Q([1-4]))?", wave)
    if found is None:
        raise ArgumentError("design, wave", "a year or quarter (2022, 2022Q3)", repr(wave), "rename the wave")
    return int(found[1]) + (int(found[2] or 1) - 1) / 4


def _refused(measure: Measure, dimension: str, used: Sequence[str], start: str) -> dict[str, object]:
    since = f" since the break before {start}" if start else ""
    counted = f"{len(used)} wave{'s' * (len(used) != 1)}{since}"
    return {
        "indicator": measure.indicator, "dimension": dimension,
        "segment": "all" if dimension == "total" else "*",
        "first_wave": used[0] if used else "", "last_wave": used[-1] if used else "", "waves": len(used),
        "n_members": 0, "n_answers": 0, **dict.fromkeys(_NUMBERS, np.nan), "unit": measure.change_unit,
        "method": "none", "comparable": False,
        "note": f"{counted}: a slope needs three; tell two waves apart by trends.changes",
    }  # fmt: skip


def _lay_out(answers: Answers, p: int, used: Sequence[str], dimension: str, stratum: str) -> _Line:
    places = [answers.waves.index(w) for w in used]
    measure, segments, strata = answers.measures[p], answers.segments[dimension], answers.segments[stratum]
    y = answers.y[p, places]
    there = answers.answered[p, places]
    if measure.kind == "ratio":
        x = answers.x[p, places]
        with np.errstate(invalid="ignore", divide="ignore"):
            y = np.where(x != 0, y / x, np.nan)
        there = there & np.isfinite(y)
    wave, member = np.nonzero(there)
    segment = segments.inside[places].argmax(axis=1)
    home = strata.inside[places].argmax(axis=1)
    inside = segments.inside[places[-1]].astype(float)
    years = np.array([_year(w) for w in used])
    order = np.lexsort((wave, member))
    wave, member = wave[order], member[order]
    return _Line(
        measure, y[wave, member], (years - years[0])[wave], member, home[wave, member],
        segment[wave, member], inside @ strata.inside[places[-1]].astype(float).T, tuple(used),
        segments.names,
    )  # fmt: skip


def _rows(line: _Line, dimension: str, level: float, minimum_base: int) -> list[dict[str, object]]:
    """Estimate the slopes of one measure and dimension: a row for each segment with answers."""
    times = np.unique(line.year)
    own = [line.segment == k for k in range(len(line.names))]
    counts = np.array([[int((here & (line.year == t)).sum()) for t in times] for here in own])
    fit = _fit(line, np.flatnonzero(counts.min(axis=1) >= minimum_base))
    rows = []
    for k in np.flatnonzero(counts.any(axis=1)):
        here = own[k]
        members = len(np.unique(line.member[here]))
        frame = f"{line.mix[k].sum():.0f} in the frame of {line.waves[-1]}"
        row = {
            "indicator": line.measure.indicator, "dimension": dimension, "segment": line.names[k],
            "first_wave": line.waves[0], "last_wave": line.waves[-1], "waves": len(line.waves),
            "n_members": members, "n_answers": int(here.sum()), **dict.fromkeys(_NUMBERS, np.nan),
            "unit": line.measure.change_unit, "method": "none", "comparable": True,
            "note": f"{members} members behind the line, {frame}",
        }  # fmt: skip
        if counts[k].min() < minimum_base:
            row["note"] = f"fewer than {minimum_base} members behind one of the waves"
        else:
            row |= _numbers(line, fit, int(k), level)
        rows.append(row)
    return rows


@dataclass(frozen=True, eq=False)
class _Model:
    """Hold a fitted equation and where its coefficients stand; `fit` is None where nothing varies."""

    fit: Fit | None
    strata: dict[int, int]
    segments: dict[int, int]
    years: dict[int, int]


def _fit(line: _Line, kept: Whole) -> _Model:
    """Fit the model to the segments kept, without what never varies where that has no logit."""
    use = np.isin(line.segment, kept)
    if line.measure.kind == "share":
        use &= _varies(line.y, line.stratum, use)
        use &= _varies(line.y, line.segment, use)
    elif line.measure.change == "percent":
        use &= _varies(line.y, line.segment, use)
    segments = [int(k) for k in np.unique(line.segment[use])]
    strata = [int(h) for h in np.unique(line.stratum[use])]
    columns = [(line.segment == k).astype(float) for k in segments]
    columns += [np.where(line.segment == k, line.year, 0.0) for k in segments]
    own = dict.fromkeys(strata[:1], -1)
    for h in strata[1:]:
        candidate = np.column_stack([*columns, line.stratum == h])[use]
        # a stratum that is itself a segment, or made of some, adds nothing
        if np.linalg.matrix_rank(candidate) == candidate.shape[1]:
            own[h] = len(columns)
            columns.append((line.stratum == h).astype(float))
        else:
            own[h] = -1
    place = {k: i for i, k in enumerate(segments)}
    years = {k: len(segments) + i for i, k in enumerate(segments)}
    if not segments:
        return _Model(None, own, place, years)
    link: Link = "logit" if line.measure.kind == "share" else "line"
    link = "log" if line.measure.change == "percent" else link
    return _Model(
        fit_equation(line.y[use], np.column_stack(columns)[use], line.member[use], link), own, place, years
    )


def _varies(y: Floats, group: Whole, use: Flags) -> Flags:
    """Mark the answers whose group holds more than one value among those used."""
    found = np.zeros(len(y), dtype=bool)
    for g in np.unique(group[use]):
        here = use & (group == g)
        found |= here & (np.ptp(y[here]) > 0)
    return found


def _numbers(line: _Line, model: _Model, k: int, level: float) -> dict[str, object]:
    """Work out one segment's slope in the printed unit, with its error: the columns that hold numbers."""
    here = line.segment == k
    if np.ptp(line.y[here]) == 0:
        return {"slope": 0.0, "method": "counted", "note": "all answers of all waves are equal"}
    if k not in model.years or model.fit is None or not model.fit.solved:
        return {"note": "the answers vary too little within strata for a slope"}
    slope, gradient = _slope(line, model, model.fit, k)
    # a member alone in its stratum leaves the corrected sandwich without a root
    se = float(np.sqrt(max(0.0, float(gradient @ model.fit.covariance @ gradient))))
    # a segment's own slope rests on its own members
    df = min(model.fit.df, len(np.unique(line.member[here])) - 2.0)
    if not (df >= 1 and se > 0):
        return {
            "slope": slope,
            "method": model.fit.method,
            "note": "too few members for an error of the slope",
        }
    lower, upper, p_value = _bounds(model.fit, slope, se, df, level)
    return {
        "slope": slope, "se": se, "lower": lower, "upper": upper, "df": df, "p_value": p_value,
        "p_equal": model.fit.equal(list(model.years.values())), "method": model.fit.method,
    }  # fmt: skip


def _bounds(fit: Fit, slope: float, se: float, df: float, level: float) -> tuple[float, float, float]:
    """Bound a slope and test it; growth on the scale of its logarithm, so that it stays above -100 %."""
    t = float(stats.t.ppf(0.5 + level / 2, df))
    if fit.link != "log":
        return slope - t * se, slope + t * se, float(2 * stats.t.sf(abs(slope) / se, df))
    growth = np.log1p(slope / 100)
    error = se / (100 + slope)
    low, high = (float(100 * np.expm1(growth + side * t * error)) for side in (-1, 1))
    return low, high, float(2 * stats.t.sf(abs(growth) / error, df))


def _slope(line: _Line, model: _Model, fit: Fit, k: int) -> tuple[float, Floats]:
    """Give a segment's slope in the printed unit and its gradient in the coefficients."""
    gradient = np.zeros(len(fit.coefficients))
    at, b = model.years[k], fit.coefficients[model.years[k]]
    scale = line.measure.scale
    if fit.link == "log":
        gradient[at] = 100 * np.exp(b)
        return float(100 * np.expm1(b)), gradient
    if fit.link == "line":
        size = line.mix[k].sum() if line.measure.kind == "total" else 1.0
        # strata that hold no variation were left out of a share's line and stand still
        live = 1.0
        if line.measure.kind == "share":
            live = line.mix[k][list(model.strata)].sum() / line.mix[k].sum()
        gradient[at] = scale * size * live
        return float(gradient[at] * b), gradient
    return _slope_of_share(line, model, fit, k)


def _slope_of_share(line: _Line, model: _Model, fit: Fit, k: int) -> tuple[float, Floats]:
    """Average the change of the share from first to last year over the strata of the last wave's frame."""
    span, slope, gradient = float(line.year.max()), 0.0, np.zeros(len(fit.coefficients))
    for h, column in model.strata.items():
        weight = line.mix[k, h] / line.mix[k].sum() * line.measure.scale / span
        row = np.zeros(len(gradient))
        row[model.segments[k]] = 1.0
        if column >= 0:
            row[column] = 1.0
        for year, sign in ((span, 1.0), (0.0, -1.0)):
            row[model.years[k]] = year
            share = 1 / (1 + np.exp(-float(row @ fit.coefficients)))
            slope += sign * weight * share
            gradient += sign * weight * share * (1 - share) * row
    return slope, gradient
