"""Two waves of one dimension side by side, and a change split by who stands behind it.

Parts are exact: all figures of a split are first rounded to one binary grid, 49 binary digits below the
largest of them (a relative 2e-15), so that their differences, and sums of these, carry no further rounding.
What is printed does not change; that the parts add up to the whole holds to the last bit and in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import linearise, read_answers
from analysis.errors import ArgumentError
from analysis.estimates import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.answers import Answers, Linearised
    from analysis.design import Design, Measure

__all__ = [
    "TURNOVER_COLUMNS", "Pair", "broken_between", "figure_over", "lay_out_pairs", "printed_factor", "split",
    "turnover",
]  # fmt: skip

#: Columns of what `turnover` returns in order, with their types.
TURNOVER_COLUMNS = {
    **dict.fromkeys(("indicator", "wave", "base_wave", "dimension", "segment", "unit"), "str"),
    **dict.fromkeys(
        (
            "change", "matched_change", "reclassified", "joiners", "joined", "returned", "answered_anew",
            "leavers", "left", "absent", "blank",
        ),
        "float64",
    ),
    **dict.fromkeys(
        ("n_matched", "n_joined", "n_returned", "n_answered_anew", "n_left", "n_absent", "n_blank"), "int64"
    ),
}  # fmt: skip

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Differences of numbers of 49 binary digits, and sums of up to eight of these, fit the 53 of a double.
_BINARY_DIGITS = 49


@dataclass(frozen=True, eq=False)
class Pair:
    """Hold both waves of a comparison in one dimension."""

    answers: Answers
    dimension: str
    base_wave: int
    wave: int
    old: Linearised
    new: Linearised


def lay_out_pairs(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    pairs: Sequence[tuple[str, str]],
    dimensions: Sequence[str],
) -> Iterator[Pair]:
    """Lay out any two waves of each pair side by side, dimension by dimension.

    Raises
    ------
    ArgumentError
        A pair whose waves are unknown or not in order, or no pair.
    """
    _check_pairs(pairs, design)
    answers = read_answers(measurements, measures, design, tuple(dict.fromkeys(dimensions)))
    for dimension in answers.segments:
        lines = {w: linearise(answers, answers.waves.index(w), dimension) for w in sorted({*sum(pairs, ())})}
        for base_wave, wave in dict.fromkeys(pairs):
            places = (answers.waves.index(base_wave), answers.waves.index(wave))
            yield Pair(answers, dimension, *places, lines[base_wave], lines[wave])


def _check_pairs(pairs: Sequence[tuple[str, str]], design: Design) -> None:
    for base_wave, wave in pairs:
        unknown = {base_wave, wave} - set(design.waves)
        if unknown or base_wave > wave:
            raise ArgumentError(
                "pairs", "waves of the frame, the earlier first", f"({base_wave!r}, {wave!r})",
                "choose from " + ", ".join(design.waves),
            )  # fmt: skip
    if not pairs:
        raise ArgumentError("pairs", "at least one pair of waves", "none", "give (base_wave, wave)")


def broken_between(pair: Pair, breaks: Mapping[str, Sequence[str]]) -> Flags:
    """Mark the measures whose series breaks after the earlier wave and not after the later one: [P]."""
    base_wave, wave = pair.answers.waves[pair.base_wave], pair.answers.waves[pair.wave]
    return np.array([_breaks_between(m, base_wave, wave, breaks) for m in pair.answers.measures])


def _breaks_between(measure: Measure, base_wave: str, wave: str, breaks: Mapping[str, Sequence[str]]) -> bool:
    known = {*measure.breaks, *breaks.get(measure.indicator, ()), *breaks.get(measure.source, ())}
    return any(base_wave < b <= wave for b in known)


def turnover(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    pairs: Sequence[tuple[str, str]],
    dimensions: Sequence[str] = ("total",),
    *,
    breaks: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Split changes by why members stand behind one figure and not behind the other.

    change = matched_change + reclassified + (joined + returned + answered_anew) + (left + absent + blank), to
    the last bit in any order; the first bracket is the joiners of `trends.changes`, the second its leavers.
    ``joined`` and ``left`` are of the frame; ``returned`` and ``absent`` are of unit non-response;
    ``answered_anew`` and ``blank`` of item non-response and routing. A part over a set
    nobody is left in (a mean of no one) is NaN, and so are its neighbours. ``n_joined`` and so on count the
    members behind each part.

    For inside use: a part may rest on one member. `disclosure.suppression.release_turnover` decides what of
    it may leave the house.

    Parameters
    ----------
    measurements, measures, design, pairs, dimensions, breaks
        As in `trends.changes`.

    Returns
    -------
    DataFrame sorted by indicator, wave, base_wave, dimension, segment with the columns of `TURNOVER_COLUMNS`;
    only comparable changes have a row.
    """
    tables = []
    for pair in lay_out_pairs(measurements, measures, design, pairs, dimensions):
        answers, names = pair.answers, pair.answers.segments[pair.dimension].names
        parts = split(pair)
        counts = _members_behind(pair)
        usable = ~broken_between(pair, breaks or {}) & answers.held[:, [pair.base_wave, pair.wave]].all(
            axis=1
        )
        p, k = np.nonzero(usable[:, None] & np.isfinite(parts["change"]))
        cells = {
            "indicator": [answers.measures[i].indicator for i in p],
            "wave": answers.waves[pair.wave],
            "base_wave": answers.waves[pair.base_wave],
            "dimension": pair.dimension,
            "segment": [names[j] for j in k],
            "unit": [answers.measures[i].change_unit for i in p],
        }
        found = {name: value[p, k] for name, value in (parts | counts).items()}
        tables.append(pd.DataFrame({**cells, **found}))
    rows = pd.concat(tables, ignore_index=True)[list(TURNOVER_COLUMNS)]
    keys = ["indicator", "wave", "base_wave", "dimension", "segment"]
    return rows.sort_values(keys, ignore_index=True).astype(TURNOVER_COLUMNS)


def printed_factor(pair: Pair) -> Floats:
    """Give what turns raw figures into units of the change, 100 / F1(B1) for one in per cent: [P, K]."""
    percent = np.array([m.change == "percent" for m in pair.answers.measures])[:, None]
    factor = np.where(percent, 100.0, np.array([m.scale for m in pair.answers.measures])[:, None])
    start = _started(pair)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(percent, np.where(start == 0, np.nan, factor / start), factor)
    return np.asarray(np.broadcast_to(unit, start.shape))


def figure_over(pair: Pair, wave: int, base: Flags) -> Floats:
    """Work out a wave's figure over a set of members, by its weights or plain as the estimand says."""
    answers = pair.answers
    line = pair.old if wave == pair.base_wave else pair.new
    share = line.weight[:, None, :] * base
    y = (share * answers.y[:, wave][:, None, :]).sum(axis=2)
    x = (share * answers.x[:, wave][:, None, :]).sum(axis=2)
    total = np.array([m.kind == "total" for m in answers.measures])[:, None]
    members = np.array([m.estimand == "members" for m in answers.measures])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        weighted = np.where(total, y, y / x)
    nobody = ~base.any(axis=2)
    plain = np.where(total & nobody, 0.0, describe(answers, wave, base))
    return np.where(members, np.where(nobody & ~total, np.nan, weighted), plain)


def split(pair: Pair) -> dict[str, Floats]:
    """Split F2(B2) - F1(B1) into its parts, coarse and fine, in units of the change.

    matched_change, reclassified, joiners = joined + returned + answered_anew and
    leavers = left + absent + blank.
    Going back from the later figure: ``joined`` were not in the frame then, ``returned`` had not responded,
    ``answered_anew`` had left the item blank or were routed past it; and ``left``, ``absent`` and
    ``blank`` likewise among those behind the earlier figure alone.
    """
    answers, w1, w2 = pair.answers, pair.base_wave, pair.wave
    b1, b2 = pair.old.base, pair.new.base
    sets = {}
    for name, base, other in (("1", b1, w2), ("2", b2, w1)):
        sets["in" + name] = base & answers.member[other][None, None]
        sets["back" + name] = base & answers.responded[other][None, None]
        sets["stayed" + name] = base & answers.answered[:, other][:, None, :]
        sets["both" + name] = b1 & b2
    raw = {name: figure_over(pair, w1 if "1" in name else w2, base) for name, base in sets.items()}
    figure = _on_one_grid(printed_factor(pair), {"all1": _started(pair), "all2": _ended(pair), **raw})
    return {
        "change": figure["all2"] - figure["all1"],
        "matched_change": figure["both2"] - figure["both1"],
        "joiners": figure["all2"] - figure["stayed2"],
        "leavers": figure["stayed1"] - figure["all1"],
        "reclassified": (figure["both1"] - figure["stayed1"]) + (figure["stayed2"] - figure["both2"]),
        "joined": figure["all2"] - figure["in2"],
        "returned": figure["in2"] - figure["back2"],
        "answered_anew": figure["back2"] - figure["stayed2"],
        "left": figure["in1"] - figure["all1"],
        "absent": figure["back1"] - figure["in1"],
        "blank": figure["stayed1"] - figure["back1"],
    }


def _members_behind(pair: Pair) -> dict[str, npt.NDArray[np.int64]]:
    """Count the members behind each part of the finer split: [P, K] each."""
    answers, w1, w2 = pair.answers, pair.base_wave, pair.wave
    counts = {"n_matched": pair.old.base & pair.new.base}
    for names, base, other in (
        (("n_joined", "n_returned", "n_answered_anew"), pair.new.base, w1),
        (("n_left", "n_absent", "n_blank"), pair.old.base, w2),
    ):
        member, responded = answers.member[other][None, None], answers.responded[other][None, None]
        answered = answers.answered[:, other][:, None, :]
        sets = (base & ~member, base & member & ~responded, base & responded & ~answered)
        counts |= dict(zip(names, sets, strict=True))
    return {name: those.sum(axis=2) for name, those in counts.items()}


def _started(pair: Pair) -> Floats:
    base = pair.old.base
    return np.where(base.any(axis=2), figure_over(pair, pair.base_wave, base), np.nan)


def _ended(pair: Pair) -> Floats:
    base = pair.new.base
    return np.where(base.any(axis=2), figure_over(pair, pair.wave, base), np.nan)


def _on_one_grid(unit: Floats, figures: dict[str, Floats]) -> dict[str, Floats]:
    """Bring figures into units of the change and onto one binary grid for each measure and segment."""
    scaled = np.stack([figure * unit for figure in figures.values()])
    largest = np.where(np.isfinite(scaled), np.abs(scaled), 0.0).max(axis=0)
    step = np.ldexp(1.0, np.frexp(largest)[1] - _BINARY_DIGITS)
    return dict(zip(figures, np.rint(scaled / step) * step, strict=True))
