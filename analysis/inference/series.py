"""An indicator over the years: estimates beside earlier published figures, with breaks and streaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis.model import ArgumentError, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.model import Measure

__all__ = ["SERIES_COLUMNS", "Streak", "series", "streak"]

#: Columns of ``series`` in order, with their types.
SERIES_COLUMNS = {
    "indicator": "str", "wave": "str", "estimate": "float64", "lower": "float64", "upper": "float64",
    "n": "float64", "source": "str", "break_before": "bool", "break_note_zh": "str", "break_note_en": "str",
}  # fmt: skip


@dataclass(frozen=True)
class Streak:
    """Tell how long a series has kept to something, counted back from its last wave.

    Attributes
    ----------
    length
        Waves of the streak; of a rising or falling one the steps, so 3 for four waves each above the last.
    first, last
        First and last wave of the streak, empty for length 0; of rising ones the wave of the first rise.
    spliced_over
        Waves before which the series breaks and over which the count was carried on request.
    """

    length: int
    first: str
    last: str
    spliced_over: tuple[str, ...] = ()


def series(
    estimates: pd.DataFrame,
    published: pd.DataFrame,
    measures: Sequence[Measure],
    *,
    notes: Mapping[tuple[str, str], tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """Join estimates of the archive to figures published before, the archive first.

    Parameters
    ----------
    estimates
        As `estimates.estimate` gives; only the total is taken, and of it only released rows.
    published
        indicator, wave, value in the printed unit; ``indicator`` is the measure's key or its source.
        Optional
        ``segment``, of which empty, ``all`` and ``total`` are taken. A wave's figure stands only where the
        archive has none.
    measures
        The indicators wanted, with their breaks.
    notes
        (indicator or source, wave) -> (Chinese, English) sentence on the break.

    Returns
    -------
    DataFrame sorted by indicator and wave with the columns of `SERIES_COLUMNS`; ``source`` {"archive",
    "published"}; ``n`` NaN where a publication gave no base; ``break_before`` on the first wave at or
    after a break that has an earlier one before it.

    Raises
    ------
    FrameError
        Missing columns.
    """
    require_columns(
        estimates,
        ("indicator", "wave", "dimension", "segment", "estimate", "lower", "upper", "n", "status"),
        "estimates",
    )
    require_columns(published, ("indicator", "wave", "value"), "published")
    parts = [_of_measure(estimates, published, measure, notes or {}) for measure in measures]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SERIES_COLUMNS))
    return rows.sort_values(["indicator", "wave"], ignore_index=True).astype(SERIES_COLUMNS)


def _of_measure(
    estimates: pd.DataFrame,
    published: pd.DataFrame,
    measure: Measure,
    notes: Mapping[tuple[str, str], tuple[str, str]],
) -> pd.DataFrame:
    own = estimates[
        (estimates["indicator"] == measure.indicator)
        & (estimates["dimension"] == "total")
        & (estimates["status"] == "released")
    ]
    archive = own[["wave", "estimate", "lower", "upper", "n"]].assign(source="archive")
    printed = published[published["indicator"].isin({measure.indicator, measure.source})]
    if "segment" in published.columns:
        printed = printed[printed["segment"].isna() | printed["segment"].isin({"", "all", "total"})]
    printed = printed.assign(wave=printed["wave"].astype("str"))
    printed = printed[~printed["wave"].isin(archive["wave"])].drop_duplicates("wave", keep="last")
    earlier = pd.DataFrame(
        {"wave": printed["wave"], "estimate": printed["value"].astype(float), "source": "published"}
    )
    filled = [part for part in (earlier, archive) if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(SERIES_COLUMNS))
    rows = pd.concat(filled, ignore_index=True).reindex(columns=list(SERIES_COLUMNS))
    rows = rows.sort_values("wave", ignore_index=True)
    rows["indicator"] = measure.indicator
    waves = rows["wave"].tolist()
    spans = list(zip(["", *waves[:-1]], waves, strict=True))
    crossed = [[b for b in measure.breaks if before and before < b <= wave] for before, wave in spans]
    told = [_sentence(measure, here, notes) for here in crossed]
    rows["break_before"] = [bool(here) for here in crossed]
    rows["break_note_zh"], rows["break_note_en"] = [zh for zh, _ in told], [en for _, en in told]
    return rows


def _sentence(
    measure: Measure, crossed: Sequence[str], notes: Mapping[tuple[str, str], tuple[str, str]]
) -> tuple[str, str]:
    if not crossed:
        return "", ""
    wave = crossed[-1]
    given = notes.get((measure.indicator, wave), notes.get((measure.source, wave)))
    return given or (
        f"自{wave}年起口径有变,与此前不可比",
        f"Definition changed in {wave}: not comparable with before",
    )


def streak(
    rows: pd.DataFrame,
    rule: Literal["above", "at least", "below", "at most", "rising", "falling"],
    threshold: float | None = None,
    *,
    splice: bool = False,
    waves: Sequence[str] | None = None,
) -> Streak:
    """Count for how many waves up to the last a series has kept to a rule.

    The count goes back from the last wave and stops at the first that breaks the rule, has no figure, or is
    missing from ``waves``; before a break in the series it stops too, unless ``splice`` is asked for; then
    the breaks gone over are named in the result.

    Parameters
    ----------
    rows
        One indicator of ``series``.
    rule
        {"above", "at least", "below", "at most"} hold each wave against ``threshold``; {"rising",
        "falling"} hold it against the wave before, strictly.
    threshold
        In the printed unit; for the first four rules only.
    splice
        Carry on over breaks.
    waves
        All waves there should be, so that a gap ends the streak; without it years are taken to follow each
        other where both are whole numbers.

    Returns
    -------
    Streak

    Raises
    ------
    ArgumentError
        Several indicators at once, an unknown rule, a threshold lacking or out of place.
    """
    _check_streak(rows, rule, threshold)
    table = rows.sort_values("wave", ignore_index=True)
    names, values = table["wave"].tolist(), table["estimate"].tolist()
    broken, expected = table["break_before"].tolist(), list(waves) if waves is not None else None
    length, spliced, first = 0, [], ""
    compares = rule in {"rising", "falling"}
    for i in range(len(names) - 1, -1 + compares, -1):
        follows = i > 0 and _follows(names[i - 1], names[i], expected)
        if not _keeps(rule, values[i], values[i - 1] if follows else None, threshold):
            break
        if compares and broken[i] and not splice:
            break
        length, first = length + 1, names[i]
        if compares and broken[i]:
            spliced.append(names[i])
        if not compares and (not follows or (broken[i] and not splice)):
            break
        if not compares and broken[i] and _keeps(rule, values[i - 1], None, threshold):
            spliced.append(names[i])
    return Streak(length, first, names[-1] if length else "", tuple(reversed(spliced)))


def _check_streak(rows: pd.DataFrame, rule: str, threshold: float | None) -> None:
    require_columns(rows, ("indicator", "wave", "estimate", "break_before"), "rows")
    several = set(rows["indicator"])
    if len(several) > 1:
        raise ArgumentError("rows", "one indicator", str(len(several)), "select one of them first")
    levels, steps = ("above", "at least", "below", "at most"), ("rising", "falling")
    if rule not in levels + steps:
        raise ArgumentError("rule", "one of " + ", ".join(levels + steps), repr(rule), "choose one of these")
    if (rule in levels) == (threshold is None):
        wanted = "a number" if rule in levels else "none"
        raise ArgumentError(
            "threshold", f"{wanted} for {rule!r}", repr(threshold), "give or drop the threshold"
        )


def _follows(before: str, wave: str, expected: Sequence[str] | None) -> bool:
    if expected is not None:
        order = list(expected)
        return before in order and wave in order and order.index(wave) == order.index(before) + 1
    return int(wave) - int(before) == 1 if before.isdigit() and wave.isdigit() else True


def _keeps(rule: str, value: float, before: float | None, threshold: float | None) -> bool:
    if rule in {"rising", "falling"}:
        return before is not None and (value > before if rule == "rising" else value < before)
    limit = float("nan") if threshold is None else threshold
    holds = {
        "above": value > limit,
        "at least": value >= limit,
        "below": value < limit,
        "at most": value <= limit,
    }
    return holds[rule]
