"""What editing did: to the answers rule by rule, and to every estimate (raw against edited).

The rates are those of the Generic Statistical Data Editing Model (UNECE 2019): of the members a rule could be
evaluated for, how many failed it; of the answers that failed, how many were changed and how many imputed. The
effect on an estimate is told only where no single member's correction can be read off it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.design import Design
from analysis.estimates import estimate
from survey.production.measurements import measure_wave

if TYPE_CHECKING:
    from collections.abc import Hashable

    from survey.production.figures import Figures

__all__ = ["WITHHELD", "effects", "rates"]

WITHHELD = "[c]"
CHANGED = ("null", "correct")
DUST = 1e-9


def rates(figures: Figures) -> pd.DataFrame:
    """Return by rule of the wave: how often it failed and what became of the answers.

    Returns
    -------
    rule, severity, evaluated (members), failed (members, before any reply), failure_rate, answers (that
    failing members gave to it), changed, change_rate, imputed, imputation_rate; rates in per cent, NaN of
    nothing.
    """
    clean = figures.clean[figures.wave]
    asked = clean.queries
    rule_of = dict(zip(asked["query_id"], asked["rule"], strict=True))
    ledger = clean.ledger.assign(rule=clean.ledger["rule"].map(lambda rule: rule_of.get(rule, rule)))
    rows = []
    for edit in clean.edits.to_dict("records"):
        own = asked[asked["rule"] == edit["rule"]]
        failed = own["member_id"].nunique()
        answers = sum(len(items.split("; ")) for items in own["items"])
        done = ledger[ledger["rule"] == edit["rule"]]
        changed = done[done["action"].isin(CHANGED)].drop_duplicates(["member_id", "question", "option"])
        imputed = int((done["action"] == "impute").sum())
        rows.append(
            (edit["rule"], edit["severity"], edit["evaluated"], failed, _part(failed, edit["evaluated"]),
             answers, len(changed), _part(len(changed), answers), imputed, _part(imputed, answers))
        )  # fmt: skip
    names = [
        "rule", "severity", "evaluated", "failed", "failure_rate", "answers", "changed", "change_rate",
        "imputed", "imputation_rate",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _part(count: int, of: int) -> float:
    return 100 * count / of if of else float("nan")


@dataclass(frozen=True)
class _Sides:
    """The measurements of a wave before and after editing."""

    raw: pd.DataFrame
    edited: pd.DataFrame


def effects(figures: Figures, dimensions: tuple[str, ...] = ("total",)) -> pd.DataFrame:
    """Hold each released estimate of the wave against what the answers as reported would have given.

    Returns
    -------
    DataFrame, greatest effect first: indicator, dimension, segment, raw, edited, difference (in percentage
    points of a per cent, else per cent of the edited figure), members (whose answers to it editing changed),
    open (bool: at least the policy's minimum of members, none of which makes up more than its share of the
    change; only such an effect may be published). Estimates that editing left alone have no row.
    """
    sides = _sides(figures)
    measures = [m for m in figures.measures.values() if m.source in set(sides.edited["indicator"])]
    known = figures.frame["wave"] == figures.wave
    answered = figures.respondents["wave"] == figures.wave
    settings = figures.programme.settings
    design = Design(
        figures.frame[known], figures.respondents[answered], stratum=settings.stratum, level=settings.level
    )
    raw, edited = (estimate(side, measures, design, dimensions) for side in (sides.raw, sides.edited))
    keys = ["indicator", "wave", "dimension", "segment"]
    both = edited[[*keys, "estimate", "unit"]].merge(raw[[*keys, "estimate"]], on=keys, suffixes=("", "_raw"))
    status = figures.estimates[[*keys, "status"]]
    both = both.merge(status[status["status"] == "released"], on=keys)
    both = both[(both["estimate"] - both["estimate_raw"]).abs() > DUST * both["estimate"].abs()]
    rows = [_effect(figures, sides, row) for row in both.to_dict("records")]
    names = ["indicator", "dimension", "segment", "raw", "edited", "difference", "members", "open"]
    table = pd.DataFrame(rows, columns=names)
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _sides(figures: Figures) -> _Sides:
    clean = figures.clean[figures.wave]
    indicators = figures.programme.indicators.values()
    raw = measure_wave(clean.intake.responses, figures.questionnaire, indicators)
    edited = figures.measurements[figures.measurements["wave"] == figures.wave]
    return _Sides(raw, edited)


def _effect(figures: Figures, sides: _Sides, row: dict[Hashable, Any]) -> tuple[object, ...]:
    now, before = float(str(row["estimate"])), float(str(row["estimate_raw"]))
    measure = figures.measures[str(row["indicator"])]
    points = measure.change == "percentage points"
    difference = now - before if points else 100 * (now - before) / now if now else float("nan")
    parts = _parts(sides, measure.source)
    rules = figures.programme.settings.disclosure
    several = len(parts) >= rules.minimum_base
    shared = bool(parts.max() <= rules.dominance_share * parts.sum()) if len(parts) else False
    return (
        row["indicator"], row["dimension"], row["segment"], before, now, difference, len(parts),
        several and shared,
    )  # fmt: skip


def _parts(sides: _Sides, source: str) -> pd.Series:
    """Return by member how far editing moved its answers to an indicator; members left alone have no row."""
    raw, edited = (
        side[side["indicator"] == source].set_index("member_id")[["asked", "y", "x"]].astype(float)
        for side in (sides.raw, sides.edited)
    )
    raw = raw.reindex(edited.index)
    numbers = ["y", "x"]
    moved = (edited[numbers].fillna(0.0) - raw[numbers].fillna(0.0)).abs().sum(axis=1)
    # an answer may also have gone, or no longer apply, which moves the weights of the others
    differs = (edited.isna() != raw.isna()).any(axis=1) | (edited["asked"] != raw["asked"])
    return moved[(moved > 0) | differs]
