"""Answers laid out as arrays, and what linearisation needs of them.

`Answers` is the dense form of ``measurements``: one array cell for each indicator, wave and member, so that
all indicators and segments of a wave are worked through at once. `linearise` gives, for every measure and
segment of a wave, the figure, the linearised value of each member behind it and the variance; levels
(`analysis.inference.estimates`) and changes (`analysis.inference.changes`) are both made of these.

Notes
-----
Item non-response: within a stratum the r_h that answered an item are taken as a simple random subsample of
the a_h that were asked it (two-phase sampling, response homogeneous within strata), so an answer weighs
(N_h / n_h) (a_h / r_h). Members routed out are known not to be in the item's domain and count as such.
With e the linearised value (0 outside the domain) the total of a stratum has the variance ::

    V_h = N_h^2 (1/n_h - 1/N_h) s_z^2 + (N_h a_h / n_h)^2 (1/r_h - 1/a_h) s_e^2
    (n_h - 1) s_z^2 = s_e^2 [a_h (r_h - 1)/r_h + a_h/n_h (a_h/r_h - 1)] + a_h ebar^2 (1 - a_h/n_h)

s_e^2 over the r_h answers with divisor r_h - 1. Without routing this is N^2 (1/r - 1/N) s_e^2, without
item non-response the domain variance of R ``survey``.

References
----------
Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, 5.5, 9.8, 10.3, 15.6.
doi:10.1007/978-1-4612-4378-6
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.model import (
    Design,
    DesignError,
    Measure,
    MeasureError,
    Segmentation,
    check_measure,
    check_rows,
    join_strata,
    require_columns,
    stratum_variance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.model import Measure, Weighting

__all__ = [
    "Answers",
    "Item",
    "Layout",
    "Linearised",
    "Segments",
    "item_group",
    "item_weights",
    "joined_names",
    "lay_out",
    "linearise",
    "read_answers",
    "take_item",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_COLUMNS = ("indicator", "wave", "member_id", "asked", "y", "x")


@dataclass(frozen=True, eq=False)
class Answers:
    """Hold P measures, W waves and M members (all waves' together) as arrays.

    Attributes
    ----------
    y, x
        [P, W, M] numerators and denominators, 0 where there is no answer; x = 1 but for ratios.
    asked, answered
        [P, W, M] whether the item was put to the respondent, and answered.
    held
        [P, W] whether the indicator was in the questionnaire of the wave.
    member, responded
        [W, M] whether the member stands in the frame, and returned the questionnaire.
    stratum
        [P, W, M] index of the stratum (joined ones under one index), -1 outside the frame; joins differ by
        measure only where an item has too few answers.
    joined
        [P, W] names of the strata that stand together, empty where all stand alone.
    segments
        Dimension -> its segments.
    home
        [W, M] index of the stratum before joining, -1 outside the frame.
    group
        [P, W, H] the stratum that stands for each.
    weightings
        For each wave weights that are not N_h / n_h; empty where they are.
    """

    measures: tuple[Measure, ...]
    waves: tuple[str, ...]
    members: tuple[str, ...]
    strata: tuple[str, ...]
    y: Floats
    x: Floats
    asked: Flags
    answered: Flags
    held: Flags
    member: Flags
    responded: Flags
    stratum: Whole
    joined: npt.NDArray[np.object_]
    segments: dict[str, Segments]
    home: Whole
    group: Whole
    weightings: tuple[Weighting, ...] = ()


@dataclass(frozen=True, eq=False)
class Segments:
    """Hold the K segments of a dimension: their names and [W, K, M] who is in which."""

    names: tuple[str, ...]
    inside: Flags


def read_answers(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    dimensions: Sequence[str],
    *,
    levels: bool = False,
) -> Answers:
    """Lay out the measurements of some measures as arrays, refusing what does not fit the design.

    Parameters
    ----------
    measurements, measures, design, dimensions
        As in `estimates.estimate`.
    levels
        Whether levels alone are wanted: changes and comparisons know neither quantiles nor weights other
        than N_h / n_h and refuse them here.

    Raises
    ------
    MeasureError, DesignError
        A quantile, or given or raked weights, where more than levels is wanted.
    FrameError
        Missing columns, an indicator without measurements, rows of members who did not respond, repeated
        rows, a respondent without a row, an answer that was not asked for, or a share not of 0 and 1.
    """
    require_columns(measurements, _COLUMNS, "measurements")
    if not levels:
        _refuse_levels_only(measures, design)
    waves, strata = design.waves, design.strata
    members = tuple(sorted(design.frame["member_id"].unique()))
    sources = list(dict.fromkeys(m.source for m in measures))
    shape = (len(sources), len(waves), len(members))
    rows = measurements.loc[measurements["indicator"].isin(sources) & measurements["wave"].isin(waves)]
    place = (
        pd.Index(sources).get_indexer(pd.Index(rows["indicator"])),
        pd.Index(waves).get_indexer(pd.Index(rows["wave"])),
        pd.Index(members).get_indexer(pd.Index(rows["member_id"])),
    )
    frame_place = _places(design.frame, waves, members)
    member, responded = np.zeros(shape[1:], bool), np.zeros(shape[1:], bool)
    member[frame_place] = True
    responded[_places(design.respondents, waves, members)] = True
    home = np.full(shape[1:], -1, dtype=np.int64)
    home[frame_place] = pd.Index(strata).get_indexer(pd.Index(design.home()))
    y, x = np.full(shape, np.nan), np.full(shape, np.nan)
    asked = np.zeros(shape, bool)
    held = check_rows(rows, place, responded, sources, waves)
    y[place], x[place] = rows["y"].to_numpy(dtype=float), rows["x"].to_numpy(dtype=float)
    asked[place] = rows["asked"].to_numpy(dtype=bool)
    order = np.array([sources.index(m.source) for m in measures])
    y, x, asked, held = y[order], x[order], asked[order], held[order]
    for p, measure in enumerate(measures):
        check_measure(measure, y[p], asked[p])
        if measure.kind != "ratio":
            x[p] = np.where(np.isnan(y[p]), np.nan, 1.0)
    answered = asked & ~np.isnan(y) & ~np.isnan(x)
    stratum, joined, group = _item_strata(home, responded, asked, answered, design)
    segments = {name: _segments(Segmentation(name), design, frame_place, member.shape) for name in dimensions}
    return Answers(
        tuple(measures), waves, members, strata,
        np.where(answered, y, 0.0), np.where(answered, x, 0.0),
        asked, answered, held, member, responded, stratum, joined, segments, home, group,
        tuple(design.weightings().values()),
    )  # fmt: skip


def _refuse_levels_only(measures: Sequence[Measure], design: Design) -> None:
    quantiles = [m.indicator for m in measures if m.kind == "quantile"]
    if quantiles:
        raise MeasureError(
            f"measure {quantiles[0]!r}", "a share, mean, total or ratio for a change or a comparison",
            "a quantile", "estimate its level, or compare the shares above a threshold",
        )  # fmt: skip
    if design.weight or design.margins:
        raise DesignError(
            "design", "weights N_h / n_h for a change or a comparison", "given or raked weights",
            "pass the design without 'weight' and 'margins'",
        )  # fmt: skip


def _places(table: pd.DataFrame, waves: Sequence[str], members: Sequence[str]) -> tuple[Whole, Whole]:
    wave = pd.Index(waves).get_indexer(pd.Index(table["wave"]))
    member = pd.Index(members).get_indexer(pd.Index(table["member_id"]))
    return wave.astype(np.int64), member.astype(np.int64)


def _item_strata(
    home: Whole, responded: Flags, asked: Flags, answered: Flags, design: Design
) -> tuple[Whole, npt.NDArray[np.object_], Whole]:
    """Join strata of each wave, and further those in which an item has too few answers."""
    strata = design.strata
    stratum = np.broadcast_to(home, asked.shape).copy()
    joined = np.full(asked.shape[:2], "", dtype=object)
    inside = home[None] == np.arange(len(strata))[:, None, None]
    size, n = inside.sum(axis=2).T, (inside & responded).sum(axis=2).T
    a = np.einsum("pwm,hwm->pwh", asked.astype(np.int64), inside.astype(np.int64))
    r = np.einsum("pwm,hwm->pwh", answered.astype(np.int64), inside.astype(np.int64))
    groups = np.empty((*joined.shape, len(strata)), dtype=np.int64)
    # most items have the same answers asked and given by stratum
    known: dict[tuple[int, bytes, bytes], Whole] = {}
    for p, w in np.ndindex(*joined.shape):
        key = (w, a[p, w].tobytes(), r[p, w].tobytes())
        if key not in known:
            known[key] = item_group(strata, (size[w], n[w], a[p, w], r[p, w]), design)
        group = known[key]
        groups[p, w] = group
        if (group != np.arange(len(group))).any():
            stratum[p, w] = np.where(home[w] >= 0, group[home[w]], -1)
            joined[p, w] = joined_names(group, size[w], strata)
    return stratum, joined, groups


def item_group(strata: Sequence[str], counts: tuple[Whole, Whole, Whole, Whole], design: Design) -> Whole:
    """Join the strata of a wave for one item: [H], the stratum that stands for each.

    Parameters
    ----------
    strata
        H names.
    counts
        Members, respondents, those asked the item and those that answered it, [H] each.
    design
        Says which stratum joins which.
    """
    size, n, a, r = counts
    weak = (r < a) & (r <= 1)
    scarce = weak | (n == 0) if weak.any() else None
    return join_strata(strata, size, n, design.joining, weak=scarce, apart=design.apart)


def joined_names(group: Whole, size: Whole, strata: Sequence[str]) -> str:
    """Name the strata that stand together: ``city+rural``; those without members are left out."""
    together = [
        [name for h, name in enumerate(strata) if group[h] == g and size[h]] for g in np.unique(group)
    ]
    return ", ".join("+".join(names) for names in together if len(names) > 1)


def _segments(
    dimension: Segmentation, design: Design, place: tuple[Whole, Whole], shape: tuple[int, ...]
) -> Segments:
    label = dimension.label(design.frame)
    names = tuple(sorted(label.unique()))
    code = np.full(shape, -1, dtype=np.int64)
    code[place] = pd.Index(names).get_indexer(pd.Index(label))
    inside: Flags = code[:, None, :] == np.arange(len(names))[None, :, None]
    return Segments(names, inside)


@dataclass(frozen=True, eq=False)
class Linearised:
    """Hold, for one wave and dimension, the raw figures of P measures in K segments.

    Attributes
    ----------
    figure
        [P, K] unscaled figure; NaN where nobody stands behind it.
    parts
        [P, K, H] what each stratum adds to its variance; zero where the segment, within one stratum, is
        complete, NaN where one answer of several stands alone.
    z
        [P, K, M] linearised values: the figure's error is that of sum_i w_i z_i.
    weight
        [P, M] weight of each answer, 0 elsewhere.
    base
        [P, K, M] who stands behind the figure.
    known
        [P, M] who answered the item or is known to be routed out.
    strata
        [P, K] strata behind the figure.
    complete
        [P, K] whether of all the segment's members in the frame the answer is known.
    spanned, whole
        [P, K] strata the segment touches in the frame, and whether it holds all of each.
    """

    figure: Floats
    parts: Floats
    z: Floats
    weight: Floats
    base: Flags
    known: Flags
    strata: Whole
    complete: Flags
    spanned: Whole
    whole: Flags

    @property
    def variance(self) -> Floats:
        """Sum the strata's parts: [P, K]."""
        return np.asarray(self.parts.sum(axis=2))


def item_weights(answers: Answers, wave: int) -> Floats:
    """Weigh each answer (N_h / n_h)(a_h / r_h): [P, M], 0 where there is no answer."""
    stratum, answered = answers.stratum[:, wave], answers.answered[:, wave]
    weight = np.zeros(answered.shape)
    for g in range(len(answers.strata)):
        here = stratum == g
        size, n, a, r = _counts(answers, wave, here)
        with np.errstate(invalid="ignore", divide="ignore"):
            w = np.where((r > 0) & (n > 0), (size * a) / (n * r), 0.0)
        weight += np.where(here & answered, w[:, None], 0.0)
    return weight


def _counts(answers: Answers, wave: int, here: Flags) -> tuple[Floats, Floats, Floats, Floats]:
    """Count frame, respondents, asked and answers of one stratum: [P] each."""
    size = here.sum(axis=1)
    n = (here & answers.responded[wave]).sum(axis=1)
    a = (here & answers.asked[:, wave]).sum(axis=1)
    r = (here & answers.answered[:, wave]).sum(axis=1)
    return size.astype(float), n.astype(float), a.astype(float), r.astype(float)


def linearise(answers: Answers, wave: int, dimension: str) -> Linearised:
    """Work out all figures of a wave and dimension with their linearised values and variances.

    A share, mean or ratio R = sum w y / sum w x over the answers of the segment has
    z_i = (y_i - R x_i) / sum w x; a total sum w y has z_i = y_i; z = 0 outside the segment.

    References
    ----------
    Särndal, Swensson & Wretman (1992), 5.5 and 10.3. R: ``svymean``, ``svyratio``, ``svytotal``, ``svyby``
    with ``svydesign(ids=~1, strata=~h, fpc=~N)``.
    """
    y, x = answers.y[:, wave][:, None, :], answers.x[:, wave][:, None, :]
    answered = answers.answered[:, wave]
    base: Flags = answered[:, None, :] & answers.segments[dimension].inside[wave][None]
    weight = item_weights(answers, wave)
    total = np.array([m.kind == "total" for m in answers.measures])[:, None]
    share = weight[:, None, :] * base
    with np.errstate(invalid="ignore", divide="ignore"):
        down = np.where(total, 1.0, (share * x).sum(axis=2))
        ratio = np.where(total, 0.0, (share * y).sum(axis=2) / down)
        figure = np.where(total, (share * y).sum(axis=2), ratio)
        z = np.where(base, (y - ratio[:, :, None] * x) / down[:, :, None], 0.0)
    figure = np.where(base.any(axis=2) & np.isfinite(figure), figure, np.nan)
    known = answered | (answers.responded[wave][None] & ~answers.asked[:, wave])
    inside = answers.segments[dimension].inside[wave]
    complete = np.asarray((~inside[None] | known[:, None, :]).all(axis=2))
    spanned, whole = _strata_spanned(answers, wave, inside)
    # one weight and all of the segment known: the figure is the frame's own, whoever else is missing
    certain = complete & (spanned == 1) & ~total
    z = np.where(np.isfinite(z) & ~certain[:, :, None], z, 0.0)
    parts, strata = _variance(answers, wave, z, base)
    unknown = np.isnan(figure) | ((base.sum(axis=2) == 1) & ~complete)
    parts = np.where(unknown[:, :, None], np.nan, parts)
    return Linearised(figure, parts, z, weight, base, known, strata, complete, spanned, whole)


def _variance(answers: Answers, wave: int, z: Floats, base: Flags) -> tuple[Floats, Whole]:
    """Work out V_h of the module's notes, [P, K, H], and count the strata with answers behind a figure."""
    parts = np.zeros((*z.shape[:2], len(answers.strata)))
    strata = np.zeros(z.shape[:2], dtype=np.int64)
    answered = answers.answered[:, wave]
    for g in range(len(answers.strata)):
        here = answers.stratum[:, wave] == g
        if not here.any():
            continue
        size, n, a, r = (c[:, None] for c in _counts(answers, wave, here))
        inside = (here & answered)[:, None, :]
        strata += (base & inside).any(axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(inside, z, 0.0).sum(axis=2) / r
        spread = (np.where(inside, z - mean[:, :, None], 0.0) ** 2).sum(axis=2)
        parts[:, :, g] = stratum_variance((size, n, a, r), mean, spread)
    return parts, strata


def _strata_spanned(answers: Answers, wave: int, inside: Flags) -> tuple[Whole, Flags]:
    """Count the strata that each segment touches, and tell whether it holds them whole: [P, K]."""
    stratum = answers.stratum[:, wave]
    spanned = np.zeros((len(stratum), len(inside)), dtype=np.int64)
    whole = np.ones(spanned.shape, dtype=bool)
    for g in range(len(answers.strata)):
        here = stratum == g
        touched = (here[:, None, :] & inside[None]).any(axis=2)
        spanned += touched
        whole &= ~touched | (~here[:, None, :] | inside[None]).all(axis=2)
    return spanned, whole


# One measure of a wave, and where its respondents are: what is counted out.


@dataclass(frozen=True, eq=False)
class Layout:
    """Say of one wave and dimension who is where.

    Attributes
    ----------
    names
        K segments.
    members
        [K, H] members of the frame by segment and stratum.
    segment, stratum
        [n] places of each respondent.
    """

    names: tuple[str, ...]
    members: Whole
    segment: Whole
    stratum: Whole
    cell: Whole = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", self.segment * self.members.shape[1] + self.stratum)

    def count(self, weights: npt.NDArray[np.generic] | None = None, at: Flags | None = None) -> Floats:
        """Add up weights (or count) of respondents, all or those marked, by segment and stratum: [K, H]."""
        cell = self.cell if at is None else self.cell[at]
        added = weights if weights is None or at is None else weights[at]
        return np.bincount(cell, added, self.members.size).reshape(self.members.shape).astype(float)


@dataclass(frozen=True, eq=False)
class Item:
    """Hold the answers of a wave's n respondents to one measure.

    Attributes
    ----------
    y, x
        [n], 0 where there is no answer; x None stands for ones.
    answered, asked
        [n], or None where everybody was.
    group
        [H] the stratum that stands for each, itself or the first of those joined.
    joined
        Names of the strata that stand together.
    weighting
        Weights that are not N_h / n_h.
    """

    measure: Measure
    y: Floats
    x: Floats | None
    answered: Flags | None
    asked: Flags | None
    group: Whole
    joined: str = ""
    weighting: Weighting | None = None

    @property
    def counts(self) -> bool:
        """Whether it is a total of members that said yes: a share of them times their number."""
        return self.measure.kind == "total" and bool(((self.y == 0) | (self.y == 1)).all())


def lay_out(answers: Answers, wave: int, dimension: str) -> Layout:
    """Say where the respondents of a wave are, from the arrays of a report."""
    segments, home = answers.segments[dimension], answers.home[wave]
    inside = segments.inside[wave]
    shape = (len(segments.names), len(answers.strata))
    segment, at = inside.argmax(axis=0), inside.any(axis=0)
    members = np.bincount(segment[at] * shape[1] + home[at], minlength=shape[0] * shape[1]).reshape(shape)
    responded = answers.responded[wave]
    return Layout(segments.names, members, segment[responded].astype(np.int64), home[responded])


def take_item(answers: Answers, wave: int, place: int) -> Item:
    """Take one measure of a wave from the arrays of a report."""
    responded = answers.responded[wave]
    x = answers.x[place, wave][responded] if answers.measures[place].kind == "ratio" else None
    weighting = answers.weightings[wave] if answers.weightings else None
    return Item(
        answers.measures[place],
        answers.y[place, wave][responded],
        x,
        answers.answered[place, wave][responded],
        answers.asked[place, wave][responded],
        answers.group[place, wave],
        str(answers.joined[place, wave]),
        weighting,
    )
