"""Hold estimates of many draws against the truth: bias, standard error, coverage, width.

The draws go through `estimates.estimate` and `trends.changes` as they are used in a report: each draw is an
indicator of its own over one frame. All members return; those that a draw does not hear leave its item blank,
which without routing is the same sampling (`analysis.inference.answers`), and lets one call do them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.inference import MARK, changes, estimate
from analysis.model import Design, Estimand, Kind, Measure

if TYPE_CHECKING:
    from analysis.simulation.populations import Draws, Scenario, Variable

__all__ = ["COLUMNS", "USUAL", "Result", "stacked", "study", "tally"]

# What survey packages give on the same draws: both waves stacked, members as clusters.
#
# The change between two waves is no call of the usual packages. What their manuals lead to is the stacked
# file: one row for each member and wave, members as clusters, strata as they are, and the finite population
# correction of the stratum or none. The formulas are written out here for many draws at once; that R `survey`
# and Python `svy` give these very numbers is checked on a part of the draws (`kept.PACKAGES`).
#
# Notes
# -----
# With u_i = w_i2 z_i2 - w_i1 z_i1 the member's weighted linearised values, 0 in a wave in which it was not
# heard, n_h the stratum's clusters seen in either wave and f_h = n_h / N_h::
#
# V = sum_h (1 - f_h) n_h / (n_h - 1) sum_i (u_i - ubar_h)^2
#
# A member that changes stratum is a cluster in each (R: ``nest=TRUE``). Where more clusters are seen
# than the frame has members (turnover) f_h is cut to 1; R refuses such a design.
#
# References
# ----------
# Lumley (2010), Complex Surveys: a guide to analysis using R. doi:10.1002/9780470580066
# R: ``svydesign(ids=~member, strata=~stratum, weights=~w, fpc=~N, nest=TRUE)``, ``svyby(~y, ~wave, design,
# svymean, covmat=TRUE)``, ``svycontrast``.


def _figures(draws: Draws, wave: int, kind: Kind, inside: Flags) -> tuple[Floats, Floats]:
    """Give the weighted figure of a wave, [R], and each member's weighted linearised value, [R, M]."""
    stratum, seen = draws.stratum[wave], draws.seen[wave]
    w = np.zeros(seen.shape)
    for h in np.unique(stratum[stratum >= 0]):
        at = stratum == h
        w[:, at] = at.sum() / seen[:, at].sum(axis=1, keepdims=True)
    w = np.where(seen & inside[wave], w, 0.0)
    up = (w * draws.y[wave]).sum(axis=1)
    if kind == "total":
        return up, w * draws.y[wave]
    down = (w * draws.x[wave]).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = up / down
        return figure, w * (draws.y[wave] - figure[:, None] * draws.x[wave]) / down[:, None]


def stacked(
    draws: Draws, kind: Kind, inside: Flags, *, change: bool, corrected: bool, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Estimate the second wave's level or the change as the stacked design has it.

    Parameters
    ----------
    draws
        The panel with its respondents.
    kind
        {"share", "mean", "total", "ratio"}.
    inside
        [2, M] who is in the segment, in either wave.
    change
        The change, of a total relative to the first wave; else the second wave's level.
    corrected
        With the finite population correction, or without.

    Returns
    -------
    Estimate, standard error, half the width of the t interval (clusters - strata degrees of freedom): [R].
    """
    now, u2 = _figures(draws, 1, kind, inside)
    estimate = now
    values = np.stack([np.zeros_like(u2), u2])
    if change:
        then, u1 = _figures(draws, 0, kind, inside)
        with np.errstate(invalid="ignore", divide="ignore"):
            estimate = now / then - 1 if kind == "total" else now - then
            scale = then if kind == "total" else np.ones_like(then)
            growth = now / then if kind == "total" else scale
            values = np.stack([-u1 * growth[:, None], u2]) / scale[:, None]
    waves = (0, 1) if change else (1,)
    variance, df = _clustered(draws, values, waves, corrected=corrected)
    se = np.sqrt(variance)
    return estimate, se, stats.t.ppf(0.5 + level / 2, np.maximum(df, 1)) * se


def _clustered(
    draws: Draws, values: Floats, waves: tuple[int, ...], *, corrected: bool
) -> tuple[Floats, Floats]:
    variance, df = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for h in range(len(draws.panel.strata)):
        at = {w: draws.stratum[w] == h for w in waves}
        heard = np.logical_or.reduce([draws.seen[w] & at[w] for w in waves])
        u = sum(values[w] * at[w] for w in waves)
        n = heard.sum(axis=1)
        mean = np.where(heard, u, 0.0).sum(axis=1) / n
        squares = (np.where(heard, u - mean[:, None], 0.0) ** 2).sum(axis=1)
        size = at[1].sum() if 1 in at else at[0].sum()
        left = np.maximum(1 - n / size, 0.0) if corrected else 1.0
        variance += left * n / (n - 1) * squares
        df += n - 1
    return variance, df


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# the stacked design with and without the finite population correction
USUAL = ("fpc", "no_fpc")
_WAVES = ("1", "2")
_OURS = (
    "draws", "with_interval", "bias", "bias_error", "se_ratio", "se_ratio_error", "coverage",
    "coverage_error", "width", "warned", "coverage_unwarned",
)  # fmt: skip
_THEIRS = ("se_ratio", "coverage", "width")
COLUMNS = (
    "panel", "response", "correlation", "turnover", "variable", "estimator", "quantity", "segment", "members",
    "answers", *_OURS, *(f"{tool}_{name}" for tool in USUAL for name in _THEIRS),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Result:
    """Hold what one tool gives for one estimator in one segment: [R] each."""

    estimate: Floats
    se: Floats
    lower: Floats
    upper: Floats
    warned: Flags


def study(draws: Draws, scenario: Scenario, variable: Variable) -> pd.DataFrame:
    """Tally every estimator of a variable in every segment, by this kit and by the stacked design.

    Returns
    -------
    One row for each estimator, quantity and segment with the columns of `COLUMNS`; those that begin with
    `USUAL` tell the same of the stacked design with and without finite population correction. A total of
    members all in one stratum, or of all, is its mean times a known count: the mean's row speaks for both.

    See Also
    --------
    tally : what the columns hold.
    """
    kinds: dict[str, tuple[Kind, ...]] = {
        "share": ("share",), "amount": ("mean", "total"), "ratio": ("ratio",)
    }  # fmt: skip
    measurements, design = _tables(draws)
    rows = []
    for kind in kinds[variable.kind]:
        figures = _ours(measurements, design, kind, draws.y.shape[1])
        for segment, inside in _segments(draws).items():
            for quantity in ("level", "change"):
                if kind == "total" and quantity == "level" and segment != "domain":
                    continue
                head = {
                    "panel": draws.panel.name, "response": scenario.response,
                    "correlation": scenario.correlation, "turnover": scenario.turnover,
                    "variable": variable.name, "estimator": _name(kind, quantity, segment),
                    "quantity": quantity, "segment": segment, "members": int(inside[1].sum()),
                    "answers": (draws.seen[1] & inside[1]).sum(axis=1).mean(),
                }  # fmt: skip
                ours = _pick(figures[quantity], segment)
                rows.append({**head, **_compare(draws, kind, inside, ours, change=quantity == "change")})
    return pd.DataFrame(rows)[list(COLUMNS)]


def _compare(draws: Draws, kind: Kind, inside: Flags, ours: Result, *, change: bool) -> dict[str, float]:
    """Tally this kit's draws and the stacked design's."""
    truth, unit = _truth(draws, kind, inside, change=change), np.ones(draws.y.shape[1])
    if kind == "mean" or (kind == "total" and not change):
        unit = _truth(draws, kind, inside, change=False)
    found = tally(ours, truth, unit)
    for tool in USUAL:
        value, se, half = stacked(draws, kind, inside, change=change, corrected=tool == "fpc")
        usual = Result(value, se, value - half, value + half, np.zeros(value.shape, dtype=bool))
        theirs = tally(usual, truth, unit)
        found |= {f"{tool}_{name}": theirs[name] for name in _THEIRS}
    return found


def _name(kind: str, quantity: str, segment: str) -> str:
    if quantity == "change":
        return f"change of {kind}" + (", per cent" if kind == "total" else "")
    if kind != "share":
        return kind
    if segment.startswith("stratum"):
        return "share, exact"
    return "share, stratified" if segment == "total" else "share, domain"


def _segments(draws: Draws) -> dict[str, Flags]:
    """Choose the segments to tally: all, the smallest and largest stratum, a domain through strata."""
    member, last = draws.stratum >= 0, len(draws.panel.strata) - 1
    return {
        "total": member,
        "stratum 0": draws.stratum == 0,
        f"stratum {last}": draws.stratum == last,
        "domain": member & (draws.kind == 0),
    }


def _tables(draws: Draws) -> tuple[pd.DataFrame, Design]:
    """Lay out the draws as a report's tables: measurements and design."""
    count = draws.y.shape[1]
    names = np.array([f"m{i:04d}" for i in range(draws.stratum.shape[1])], dtype=object)
    kinds = np.array(["domain", "rest"], dtype=object)
    frames, tables = [], []
    for wave, label in enumerate(_WAVES):
        at = np.flatnonzero(draws.stratum[wave] >= 0)
        strata = [f"stratum {h}" for h in draws.stratum[wave][at]]
        frames.append(
            pd.DataFrame(
                {"wave": label, "member_id": names[at], "stratum": strata, "kind": kinds[draws.kind[at]]}
            )
        )
        y = np.where(draws.seen[wave], draws.y[wave], np.nan)[:, at]
        tables.append(
            pd.DataFrame(
                {
                    "indicator": np.repeat([f"q{r:05d}" for r in range(count)], at.size),
                    "wave": label,
                    "member_id": np.tile(names[at], count),
                    "asked": True,
                    "y": y.ravel(),
                    "x": draws.x[wave][:, at].ravel(),
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True)
    return pd.concat(tables, ignore_index=True), Design(frame, frame[["wave", "member_id"]])


def _ours(measurements: pd.DataFrame, design: Design, kind: Kind, count: int) -> dict[str, pd.DataFrame]:
    """Estimate levels and changes by the package itself, keyed by segment."""
    measures = [Measure(f"q{r:05d}", kind, Estimand.MEMBERS, "1") for r in range(count)]
    dimensions = ("total", "stratum", "kind")
    levels = estimate(measurements, measures, design, dimensions)
    levels = levels[levels["wave"] == _WAVES[1]].rename(columns={"method": "note"})
    moved = changes(measurements, measures, design, [_WAVES], dimensions)
    moved = moved.rename(columns={"change": "estimate"})
    if kind == "total":
        moved[["estimate", "se", "lower", "upper"]] /= 100.0
    return {"level": levels, "change": moved}


def _pick(table: pd.DataFrame, segment: str) -> Result:
    rows = table[table["segment"] == ("all" if segment == "total" else segment)].sort_values("indicator")
    estimated, se, lower, upper = (
        rows[c].to_numpy(dtype=float) for c in ("estimate", "se", "lower", "upper")
    )
    return Result(
        estimated, se, lower, upper, rows["note"].str.contains(MARK, regex=False).to_numpy(dtype=bool)
    )


def _truth(draws: Draws, kind: str, inside: Flags, *, change: bool) -> Floats:
    """Work out the figure over all members of the segment: [R]."""
    figures = []
    for wave in range(2):
        up = (draws.y[wave] * inside[wave]).sum(axis=1)
        down = (draws.x[wave] * inside[wave]).sum(axis=1)
        figures.append(up if kind == "total" else up / down)
    then, now = figures
    if not change:
        return np.asarray(now)
    return np.asarray(now / then - 1 if kind == "total" else now - then)


def tally(result: Result, truth: Floats, unit: Floats) -> dict[str, float]:
    """Hold R draws of one estimator against the truth of each.

    Parameters
    ----------
    result, truth
        What was estimated, and the figure over all members.
    unit
        What the width is measured in: the true figure for amounts, 1 for shares, ratios, changes in per cent.

    Returns
    -------
    ``bias`` the mean error in true standard errors; ``se_ratio`` the root of the mean estimated variance over
    the root of the mean squared error (frames differ between draws, so that the mean of the standard errors
    themselves would fall short even of perfect ones); ``coverage`` of the interval among the draws
    ``with_interval``, a share of all; ``width`` their mean width; ``warned`` the share marked as perhaps too
    narrow (`analysis.inference.reliability`) and ``coverage_unwarned`` among the others; ``*_error`` the
    standard error of the simulation itself. NaN where nothing varies.
    """
    known = np.isfinite(result.lower) & np.isfinite(result.upper)
    slack = 1e-9 * np.maximum(1.0, np.abs(truth))
    hit = ((result.lower <= truth + slack) & (truth <= result.upper + slack))[known]
    plain = hit[~result.warned[known]]
    coverage = float(hit.mean()) if hit.size else np.nan
    return {
        "draws": truth.size,
        "with_interval": float(known.mean()),
        **_errors(result, truth),
        "coverage": coverage,
        "coverage_error": float(np.sqrt(coverage * (1 - coverage) / max(hit.size, 1))),
        "width": float(((result.upper - result.lower) / unit)[known].mean()) if hit.size else np.nan,
        "warned": float(result.warned.mean()),
        "coverage_unwarned": float(plain.mean()) if plain.size else np.nan,
    }


def _errors(result: Result, truth: Floats) -> dict[str, float]:
    """Give bias and the ratio of estimated to true standard error, each with its own error."""
    told = np.isfinite(result.estimate) & np.isfinite(result.se)
    error, variance = (result.estimate - truth)[told], result.se[told] ** 2
    names = ("bias", "bias_error", "se_ratio", "se_ratio_error")
    # dust of rounding is no error
    if not told.any() or (error**2).mean() <= (1e-9 * max(1.0, float(np.abs(truth).mean()))) ** 2:
        return dict.fromkeys(names, np.nan)
    true = float(np.sqrt((error**2).mean()))
    ratio = float(np.sqrt(variance.mean()) / true)
    # of half the logarithm of mean variance over mean squared error
    wobble = np.std(variance / variance.mean() - error**2 / true**2) if ratio else 0.0
    errors = (error.mean() / true, error.std() / true / np.sqrt(error.size), ratio)
    return dict(zip(names, (*errors, ratio * wobble / 2 / np.sqrt(error.size)), strict=True))
