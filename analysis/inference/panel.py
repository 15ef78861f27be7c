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
from scipy import stats

from analysis.inference.answers import linearise, read_answers
from analysis.inference.estimates import describe
from analysis.inference.group_tests import holm
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.inference.answers import Answers, Linearised
    from analysis.model import Design, Measure

__all__ = [
    "MATCHED_COLUMNS",
    "TURNOVER_COLUMNS",
    "MatchedTest",
    "Pair",
    "broken_between",
    "figure_over",
    "lay_out_pairs",
    "matched_tests",
    "mcnemar",
    "printed_factor",
    "sign_flip",
    "split",
    "turnover",
]

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


# Did the members that answered twice change? Tests that count out the matched answers.
#
# Both tests ask one thing: among members asked in both waves, do gains and losses balance? They are
# conditional on the members that changed. They say nothing of joiners and leavers: the net change of the
# whole frame has its own interval and test in `analysis.inference.changes`.
#
# Notes
# -----
# *The frame is finite.* The tests read the matched members as a sample, which another might contradict. Where
# every member that stood in the segment in both waves has answered both times there is no other sample: the
# change is a fact, is reported as one, and has no p-value. Where most have answered, the p-value is on the
# careful side.
#
# *Mid-p.* The exact test keeps below its level, for few changes far below it. Counting the observed split
# half brings the rate of false alarms near the level and over it at times by little; it is given beside the
# exact value, never in place of it.
#
# References
# ----------
# McNemar (1947), Psychometrika 12, 153-157. doi:10.1007/BF02295996
# Fagerland, Lydersen & Laake (2013), The McNemar test for binary matched-pairs data: mid-p and asymptotic are
# better than exact conditional, BMC Med. Res. Methodol. 13, 91. doi:10.1186/1471-2288-13-91
# Fisher (1935), The Design of Experiments, section 21 (sign flips); Phipson & Smyth (2010),
# doi:10.2202/1544-6115.1585 (p-values from random orders).


#: Columns of what `matched_tests` returns in order, with their types.
MATCHED_COLUMNS = {
    "indicator": "str", "wave": "str", "base_wave": "str", "dimension": "str", "segment": "str",
    "n_matched": "int64", "N_matched": "int64", "gained": "int64", "lost": "int64", "mean_change": "float64",
    "unit": "str", "test": "str", "p_value": "float64", "p_mid": "float64", "p_adjusted": "float64",
    "note": "str",
}  # fmt: skip

# Changed amounts up to which all 2^n patterns of signs are counted out.
_FLIPPABLE = 16


@dataclass(frozen=True)
class MatchedTest:
    """Hold a test of matched answers.

    Attributes
    ----------
    test
        Its name, with the number of random patterns where it is not exact.
    p_value
        Two-sided.
    p_mid
        With the observed split counted half; NaN for a test of random patterns.
    """

    test: str
    p_value: float
    p_mid: float


def mcnemar(gained: int, lost: int) -> MatchedTest:
    """Test whether as many members took up something as gave it up, given how many changed.

    With m = gained + lost and k = min(gained, lost), X ~ Binomial(m, 1/2)::

        p   = min(1, 2 P(X <= k)),      mid-p = 2 P(X < k) + P(X = k)

    Members that answered the same both times do not enter. Where nobody changed both are 1.

    Parameters
    ----------
    gained, lost
        Members with no then and yes now, and with yes then and no now.

    Raises
    ------
    ArgumentError
        A count that is negative or not whole.

    References
    ----------
    McNemar (1947), doi:10.1007/BF02295996; Fagerland et al. (2013), doi:10.1186/1471-2288-13-91.
    R: ``binom.test(gained, gained + lost)$p.value``, ``exact2x2::mcnemar.exact(x)``.
    """
    for name, count in (("gained", gained), ("lost", lost)):
        if count < 0 or int(count) != count:
            raise ArgumentError(name, "a whole number from 0", repr(count), "count the members that changed")
    changed, least = int(gained + lost), int(min(gained, lost))
    seen = float(stats.binom.pmf(least, changed, 0.5))
    at_most = float(stats.binom.cdf(least, changed, 0.5))
    return MatchedTest("McNemar exact", min(1.0, 2 * at_most), min(1.0, 2 * at_most - seen))


def sign_flip(differences: npt.ArrayLike, *, resamples: int = 9999, seed: int = 20230701) -> MatchedTest:
    """Test whether amounts moved, by giving each member's difference either sign.

    If nothing but chance moved the amounts, each difference d_i could as well have had the other sign. The
    p-value is the share of sign patterns with |sum s_i d_i| no smaller than the one seen: all 2^n of the n
    differences that are not zero up to n = 16, else random ones, p = (1 + hits) / (1 + patterns). The test
    is of means; one member with a large difference rules it, as it rules the mean.

    Parameters
    ----------
    differences
        [n] amounts now less amounts then, any unit.
    resamples, seed
        Number and seed of random patterns.

    Raises
    ------
    ArgumentError
        A difference that is not finite.

    References
    ----------
    Fisher (1935), section 21; Phipson & Smyth (2010), doi:10.2202/1544-6115.1585.
    R: ``coin::symmetry_test(y ~ wave | member, distribution = "exact")``.
    """
    d = np.asarray(differences, dtype=float).ravel()
    if not np.isfinite(d).all():
        raise ArgumentError(
            "differences", "finite numbers", f"{int((~np.isfinite(d)).sum())} others", "leave blanks out"
        )
    d = d[d != 0]
    seen = abs(d.sum()) - 1e-9 * np.abs(d).sum()
    if d.size <= _FLIPPABLE:
        sums = np.zeros(1)
        for step in d:
            sums = np.concatenate([sums + step, sums - step])
        beyond, level = np.abs(sums) >= seen, np.abs(sums) <= abs(d.sum()) + 1e-9 * np.abs(d).sum()
        p_value = float(beyond.mean())
        return MatchedTest("sign flips, exact", p_value, p_value - float((beyond & level).mean()) / 2)
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(resamples, d.size))
    hits = int((np.abs(signs @ d) >= seen).sum())
    return MatchedTest(f"sign flips, {resamples} random patterns", (1 + hits) / (1 + resamples), float("nan"))


def matched_tests(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    pairs: Sequence[tuple[str, str]],
    dimensions: Sequence[str] = ("total",),
    *,
    breaks: Mapping[str, Sequence[str]] | None = None,
    resamples: int = 9999,
    seed: int = 20230701,
) -> pd.DataFrame:
    """Test, for every measure and segment, whether the members asked in both waves changed.

    Shares by `mcnemar`; means and totals by `sign_flip` of each member's y, ratios of its y / x. Members are
    those behind both figures of the segment. Where these are all that stood in the segment in both waves, the
    change is a fact of the frame: ``test`` is "counted", p-values are NaN and ``note`` says why.

    ``gained`` and ``lost`` count members (of amounts: those with more, with less). Counts of one or two tell
    answers: the table is for inside use, or goes out without these columns for segments above the minimum.

    Parameters
    ----------
    measurements, measures, design, pairs, dimensions, breaks
        As in `trends.changes`; any two waves, the earlier first. Both estimands of a question have the same
        matched test: naming one of them is enough, and keeps the adjustment from counting it twice.
    resamples, seed
        Of random patterns.

    Returns
    -------
    DataFrame sorted by indicator, wave, base_wave, dimension, segment with the columns of `MATCHED_COLUMNS`.
    ``mean_change`` in the printed unit over the matched members, unweighted: for a share in percentage
    points, for others in the measure's own unit (``unit``). ``p_adjusted``: Holm's over the call's rows of
    one (wave, base_wave, dimension). Pairs over a break have no row: their questions differ.
    """
    rows: list[dict[str, object]] = []
    for pair in lay_out_pairs(measurements, measures, design, pairs, dimensions):
        answers, places = pair.answers, [pair.base_wave, pair.wave]
        usable = ~broken_between(pair, breaks or {}) & answers.held[:, places].all(axis=1)
        inside = answers.segments[pair.dimension].inside
        stayed = inside[pair.base_wave] & inside[pair.wave]
        rows += [
            _row(pair, (int(p), int(k)), int(stayed[k].sum()), resamples, seed)
            for p in np.flatnonzero(usable)
            for k in np.flatnonzero(stayed.any(axis=1))
        ]
    table = pd.DataFrame(rows, columns=list(MATCHED_COLUMNS))
    table["p_adjusted"] = table["p_adjusted"].astype("float64")
    for _, family in table[table["p_value"].notna()].groupby(["wave", "base_wave", "dimension"]):
        table.loc[family.index, "p_adjusted"] = holm(family["p_value"].to_numpy(dtype=float))
    keys = ["indicator", "wave", "base_wave", "dimension", "segment"]
    return table.sort_values(keys, ignore_index=True).astype(MATCHED_COLUMNS)


def _row(pair: Pair, at: tuple[int, int], size: int, resamples: int, seed: int) -> dict[str, object]:
    p, k = at
    answers, measure = pair.answers, pair.answers.measures[p]
    both = pair.old.base[p, k] & pair.new.base[p, k]
    then, now = (_amounts(pair, p, wave)[both] for wave in (pair.base_wave, pair.wave))
    difference = now - then
    difference = difference[np.isfinite(difference)]
    n, gained, lost = difference.size, int((difference > 0).sum()), int((difference < 0).sum())
    if not n:
        found, note = MatchedTest("none", np.nan, np.nan), "no matched members"
    elif n == size:
        found = MatchedTest("counted", np.nan, np.nan)
        note = "all members of both waves answered both times: the change is a fact, not a sample's"
    else:
        share = measure.kind == "share"
        found = mcnemar(gained, lost) if share else sign_flip(difference, resamples=resamples, seed=seed)
        note = f"{n} of the {size} members of both waves answered both times"
    return {
        "indicator": measure.indicator, "wave": answers.waves[pair.wave],
        "base_wave": answers.waves[pair.base_wave], "dimension": pair.dimension,
        "segment": answers.segments[pair.dimension].names[k], "n_matched": n, "N_matched": size,
        "gained": gained, "lost": lost, "mean_change": difference.mean() * measure.scale if n else np.nan,
        "unit": "percentage points" if measure.change == "percentage points" else measure.unit,
        "test": found.test, "p_value": found.p_value, "p_mid": found.p_mid, "p_adjusted": np.nan,
        "note": note,
    }  # fmt: skip


def _amounts(pair: Pair, p: int, wave: int) -> Floats:
    """Give each member's amount in a wave, of a ratio y / x: [M]."""
    y, x = pair.answers.y[p, wave], pair.answers.x[p, wave]
    if pair.answers.measures[p].kind != "ratio":
        return np.asarray(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(x != 0, y / x, np.nan))
