"""Hold estimates of many draws against the truth: bias, standard error, coverage, width.

The draws go through `estimates.estimate` and `trends.changes` as they are used in a report: each draw is an
indicator of its own over one frame. All members return; those that a draw does not hear leave its item blank,
which without routing is the same sampling (`analysis.answers`), and lets one call do them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.design import Design, Kind, Measure
from analysis.estimates import estimate
from analysis.reliability import MARK
from analysis.simulation.usual import stacked
from analysis.trends import changes

if TYPE_CHECKING:
    from analysis.simulation.populations import Draws, Scenario, Variable

__all__ = ["COLUMNS", "TOOLS", "study", "tally"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TOOLS = ("stacked with fpc", "stacked without fpc")
_OURS = "this kit"
_WAVES = ("1", "2")
COLUMNS = (
    "panel", "response", "correlation", "turnover", "variable", "estimator", "quantity", "segment", "members",
    "answers", "tool", "draws", "with_interval", "bias", "bias_error", "se_ratio", "se_ratio_error",
    "coverage", "coverage_error", "width", "warned", "coverage_unwarned",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Result:
    """Hold what one tool gives for one estimator in one segment: [R] each."""

    estimate: Floats
    se: Floats
    lower: Floats
    upper: Floats
    warned: Flags


def study(draws: Draws, scenario: Scenario, variable: Variable) -> pd.DataFrame:
    """Tally every estimator of a variable in every segment, by this kit and the usual tools.

    Returns
    -------
    One row for each estimator, quantity, segment and tool, with the columns of `COLUMNS`: ``bias`` in units
    of the true standard error; ``se_ratio`` the root of the mean estimated variance over the standard
    deviation of estimate less truth; ``coverage`` of the 95 % interval among draws ``with_interval`` (a
    share of the draws); ``width`` the mean width (a share's and a ratio's as such, an amount's and total's
    relative to the true figure's mean); ``warned`` the share of draws whose interval is marked as perhaps
    too narrow (`analysis.reliability`), ``coverage_unwarned`` among the others. ``*_error`` are the standard
    errors of simulation. NaN where nothing varies.
    """
    kinds = {"share": ("share",), "amount": ("mean", "total"), "ratio": ("ratio",)}[variable.kind]
    measurements, design = _tables(draws)
    rows = []
    for kind in kinds:
        figures = _ours(measurements, design, kind, draws.y.shape[1])
        for segment, inside in _segments(draws).items():
            for quantity in ("level", "change"):
                truth = _truth(draws, kind, inside, change=quantity == "change")
                unit = truth if kind in {"mean", "total"} and quantity == "level" else np.ones(truth.shape)
                if kind == "mean" and quantity == "change":
                    unit = _truth(draws, kind, inside, change=False)
                results = {_OURS: _pick(figures[quantity], segment)}
                for tool in TOOLS:
                    results[tool] = _usual(draws, kind, inside, quantity, tool)
                head = {
                    "panel": "/".join(map(str, draws.panel.strata)), "response": scenario.response,
                    "correlation": scenario.correlation, "turnover": scenario.turnover,
                    "variable": variable.name, "estimator": _name(kind, quantity, segment),
                    "quantity": quantity, "segment": segment, "members": int(inside[1].sum()),
                    "answers": (draws.seen[1] & inside[1]).sum(axis=1).mean(),
                }  # fmt: skip
                rows += [{**head, "tool": t, **tally(r, truth, unit)} for t, r in results.items()]
    return pd.DataFrame(rows)[list(COLUMNS)]


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
            pd.DataFrame({"wave": label, "member_id": names[at], "bank_type": strata, "kind": kinds[draws.kind[at]]})
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
    measures = [Measure(f"q{r:05d}", kind, "members", "1") for r in range(count)]
    dimensions = ("total", "bank_type", "kind")
    levels = estimate(measurements, measures, design, dimensions)
    levels = levels[levels["wave"] == _WAVES[1]].rename(columns={"method": "note"})
    moved = changes(measurements, measures, design, [_WAVES], dimensions)
    moved = moved.rename(columns={"change": "estimate"})
    if kind == "total":
        moved[["estimate", "se", "lower", "upper"]] /= 100.0
    return {"level": levels, "change": moved}


def _pick(table: pd.DataFrame, segment: str) -> _Result:
    rows = table[table["segment"] == ("all" if segment == "total" else segment)].sort_values("indicator")
    columns = (rows[c].to_numpy(dtype=float) for c in ("estimate", "se", "lower", "upper"))
    return _Result(*columns, rows["note"].str.contains(MARK, regex=False).to_numpy(dtype=bool))


def _usual(draws: Draws, kind: str, inside: Flags, quantity: str, tool: str) -> _Result:
    value, se, half = stacked(draws, kind, inside, change=quantity == "change", corrected=tool == TOOLS[0])
    return _Result(value, se, value - half, value + half, np.zeros(value.shape, dtype=bool))


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


def tally(result: _Result, truth: Floats, unit: Floats) -> dict[str, float]:
    """Summarise one tool's draws against the truth (see `study`)."""
    known = np.isfinite(result.lower) & np.isfinite(result.upper)
    error, count = (result.estimate - truth)[np.isfinite(result.estimate)], int(np.isfinite(result.estimate).sum())
    true_se = float(np.sqrt((error**2).mean())) if count else np.nan
    # dust of rounding is no error
    varies = true_se > 1e-9 * max(1.0, float(np.abs(truth).mean()))
    slack = 1e-9 * np.maximum(1.0, np.abs(truth))
    hit = ((result.lower <= truth + slack) & (truth <= result.upper + slack))[known]
    plain = hit[~result.warned[known]]
    coverage = float(hit.mean()) if hit.size else np.nan
    variance = result.se[np.isfinite(result.se)] ** 2
    ratio, ratio_error = np.nan, np.nan
    if varies and variance.size:
        ratio = float(np.sqrt(variance.mean()) / true_se)
        squares = error**2 / true_se**2
        ratio_error = 0.5 * ratio * float(np.hypot(squares.std(), variance.std() / variance.mean() if ratio else 0.0))
        ratio_error /= np.sqrt(count)
    return {
        "draws": truth.size,
        "with_interval": float(known.mean()),
        "bias": float(error.mean() / true_se) if varies else np.nan,
        "bias_error": float(error.std() / true_se / np.sqrt(count)) if varies else np.nan,
        "se_ratio": ratio,
        "se_ratio_error": ratio_error,
        "coverage": coverage,
        "coverage_error": float(np.sqrt(max(coverage * (1 - coverage), 0.0) / hit.size)) if hit.size else np.nan,
        "width": float(((result.upper - result.lower) / unit)[known].mean()) if hit.size else np.nan,
        "warned": float(result.warned.mean()),
        "coverage_unwarned": float(plain.mean()) if plain.size else np.nan,
    }
