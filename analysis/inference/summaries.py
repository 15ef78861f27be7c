"""One measure of a wave, counted out by segment and stratum: figures and variances without a dense array.

Answers within a stratum weigh the same, so that a figure and its variance follow from counts, sums and sums
of squares of the cells segment x stratum. These take one pass over a column of answers and one of the size
of the cells; squares are of deviations from the cell's own mean, so that large amounts lose no digits.
Variances are those of the notes of `analysis.inference.answers`. With given or raked weights the same figures
come from `analysis.inference.sample`.

References
----------
Särndal, Swensson & Wretman (1992), 5.5, 9.8, 10.3, 15.6. doi:10.1007/978-1-4612-4378-6
Woodruff (1952), doi:10.1080/01621459.1952.10483443
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.inference.answers import Item, Layout
from analysis.inference.intervals import t_interval
from analysis.inference.sample import Sample, weighted_quantile
from analysis.model import stratum_variance

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Summary", "summarise"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Summary:
    """Hold, unscaled, what levels and their intervals are made of: [P, K] each, [P, K, H] by stratum.

    ``figure`` of the frame with ``variance``, ``plain`` of the respondents; ``n`` answers, ``size`` members
    of the frame; sums of weights, of their squares and of w (w - 1); ``strata`` behind the figure;
    whether the segment is ``complete``, was partly ``routed`` out, holds the ``spanned`` strata ``whole``;
    whether ratios are of ``parts`` to wholes and ``amounts`` not negative, the sum ``reported``; ``yes``,
    ``answers`` and ``members`` by stratum; of quantiles the bounds ``low`` and ``high``.
    """

    figure: Floats
    variance: Floats
    plain: Floats
    n: Whole
    size: Whole
    weight: Floats
    weight_squared: Floats
    weight_excess: Floats
    strata: Whole
    complete: Flags
    routed: Flags
    spanned: Whole
    whole: Flags
    parts: Flags
    amounts: Flags
    reported: Floats
    yes: Whole
    answers: Whole
    members: Whole
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class _Counts:
    """Count one item by segment and joined stratum, [K, H] each, and over segments where named by stratum."""

    members: Floats
    responded: Floats
    asked: Floats
    answered: Floats

    def over_segments(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Give N, n, a and r of each stratum: [H]."""
        return tuple(getattr(self, f.name).sum(axis=0) for f in fields(self))


def summarise(items: Sequence[Item], layout: Layout, level: float) -> Summary:
    """Count out the items of a wave, one at a time, and stack what was found to [P, K].

    Both estimands of a question are counted out at once.
    """
    known: dict[tuple[str, str, float], dict[str, npt.NDArray[np.generic]]] = {}
    found = []
    for item in items:
        key = (item.measure.source, item.measure.kind, item.measure.p)
        if key not in known:
            known[key] = _summarise_one(item, layout, level)
        found.append(known[key])
    return Summary(**{f.name: np.stack([one[f.name] for one in found]) for f in fields(Summary)})


def _summarise_one(item: Item, layout: Layout, level: float) -> dict[str, npt.NDArray[np.generic]]:
    counts = _count(item, layout)
    n = counts.answered.sum(axis=1)
    members, weight = counts.members, _answer_weights(counts)
    spanned = (members > 0).sum(axis=1)
    known = counts.answered + counts.responded - counts.asked
    complete: Flags = np.asarray(known.sum(axis=1) == members.sum(axis=1))
    sums = _sums(item, layout)
    kind = item.measure.kind
    found: dict[str, npt.NDArray[np.generic]] = {
        "n": n.astype(np.int64), "size": members.sum(axis=1).astype(np.int64),
        "strata": (counts.answered > 0).sum(axis=1), "complete": complete,
        "routed": np.asarray((counts.responded > counts.asked).any(axis=1)), "spanned": spanned,
        "whole": np.asarray(((members == 0) | (members == members.sum(axis=0))).all(axis=1)),
        "parts": _throughout(item, layout, ask=kind == "ratio"),
        "amounts": _throughout(item, layout, ask=kind == "total"),
        "reported": sums[0].sum(axis=1),
        "yes": (_joined(sums[0], item.group) * (kind == "share" or item.counts)).astype(np.int64),
        "answers": counts.answered.astype(np.int64), "members": members.astype(np.int64),
        **_weight_sums(item, layout, weight, counts.answered),
    }  # fmt: skip
    if kind == "quantile":
        return found | _quantiles(item, layout, counts, complete, level)
    figure, variance = _estimate(item, layout, counts, sums, complete)
    plain = _divide(sums, total=kind == "total")
    nothing = np.full(len(n), np.nan)
    return found | {
        "figure": figure,
        "variance": variance,
        "plain": np.where(n > 0, plain, np.nan),
        "low": nothing,
        "high": nothing,
    }


def _count(item: Item, layout: Layout) -> _Counts:
    responded = layout.count()
    asked = responded if item.asked is None else layout.count(at=item.asked)
    answered = responded if item.answered is None else layout.count(at=item.answered)
    return _Counts(
        *(_joined(c, item.group) for c in (layout.members.astype(float), responded, asked, answered))
    )


def _joined(counts: Floats, group: Whole) -> Floats:
    """Add the columns of joined strata up in the place of the one that stands for them."""
    if (group == np.arange(len(group))).all():
        return counts
    return np.asarray(counts @ (group[:, None] == np.arange(len(group))[None]).astype(float))


def _answer_weights(counts: _Counts) -> Floats:
    """Weigh an answer of each stratum (N_h / n_h)(a_h / r_h): [H], 0 where there is none."""
    size, n, a, r = counts.over_segments()
    return np.divide(size * a, n * r, out=np.zeros_like(size), where=(r > 0) & (n > 0))


def _weight_sums(item: Item, layout: Layout, weight: Floats, answered: Floats) -> dict[str, Floats]:
    """Add up w, w^2 and w (w - 1) over the answers of each segment."""
    if item.weighting is None:
        return {
            "weight": answered @ weight,
            "weight_squared": answered @ weight**2,
            "weight_excess": answered @ (weight * np.maximum(weight - 1.0, 0.0)),
        }
    w = _final_weights(item, layout)
    powers = {"weight": w, "weight_squared": w**2, "weight_excess": w * np.maximum(w - 1.0, 0.0)}
    return {name: _by_segment(layout, value) for name, value in powers.items()}


def _by_segment(layout: Layout, values: npt.NDArray[np.generic]) -> Floats:
    return np.bincount(layout.segment, values, len(layout.names)).astype(float)


def _sums(item: Item, layout: Layout) -> tuple[Floats, Floats]:
    """Add y and x up by segment and stratum: [K, H] each."""
    below = layout.count(at=item.answered) if item.x is None else layout.count(item.x)
    return layout.count(item.y), below


def _divide(sums: tuple[Floats, Floats], *, total: bool) -> Floats:
    y, x = (np.asarray(s.sum(axis=1)) for s in sums)
    if total:
        return y
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = y / x
    return np.where(np.isfinite(ratio), ratio, np.nan)


def _throughout(item: Item, layout: Layout, *, ask: bool) -> Flags:
    """Tell of each segment whether 0 <= y (<= x of a ratio) for all its answers; False where not asked."""
    if not ask:
        return np.zeros(len(layout.names), dtype=bool)
    wrong = item.y < 0 if item.x is None else (item.y < 0) | (item.y > item.x)
    if not wrong.any():
        return np.ones(len(layout.names), dtype=bool)
    return np.asarray(_by_segment(layout, wrong) == 0)


def _estimate(
    item: Item, layout: Layout, counts: _Counts, sums: tuple[Floats, Floats], complete: Flags
) -> tuple[Floats, Floats]:
    """Work out the frame's figure and its variance for each segment: [K] each."""
    n, total = counts.answered.sum(axis=1), item.measure.kind == "total"
    if item.weighting is not None:
        figure, variance = _estimate_weighted(item, layout)
        variance = np.where(complete & _one_weight(item, layout) & (not total), 0.0, variance)
    else:
        weight = _answer_weights(counts)[item.group]
        figure = _divide((sums[0] * weight, sums[1] * weight), total=total)
        down = np.ones_like(figure) if total else (sums[1] * weight).sum(axis=1)
        variance = _variance(item, layout, counts, sums, figure=np.nan_to_num(figure), down=down)
        # one weight and all of the segment known: the figure is the frame's own, whoever else is missing
        spanned = (counts.members > 0).sum(axis=1)
        variance = np.where(complete & (spanned == 1) & (not total), 0.0, variance)
    figure = np.where(n > 0, figure, np.nan)
    unknown = np.isnan(figure) | ((n == 1) & ~complete)
    return figure, np.where(unknown, np.nan, variance)


def _variance(
    item: Item, layout: Layout, counts: _Counts, sums: tuple[Floats, Floats], *, figure: Floats, down: Floats
) -> Floats:
    """Work out the variance of figures with denominators ``down``: [K]."""
    ratio = figure * 0.0 if item.measure.kind == "total" else figure
    own = layout.count(at=item.answered)
    share = np.maximum(own, 1.0)
    below = sums[1] if item.x is not None else own
    centre = (sums[0] - ratio[:, None] * below) / share
    squares = _squares(item, layout, ratio, centre, own)
    # strata joined: the spread between them joins the spread within
    together = np.maximum(counts.answered, 1.0)
    mean = _joined(centre * own, item.group) / together
    between = own * (centre - mean[:, item.group]) ** 2
    within = _joined(squares + between, item.group)
    size, n, a, r = (c[None] for c in counts.over_segments())
    r_or_1 = np.maximum(r, 1.0)
    spread = within + counts.answered * mean**2 * (1.0 - counts.answered / r_or_1)
    parts = stratum_variance((size, n, a, r), counts.answered * mean / r_or_1, spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(parts.sum(axis=1) / down**2)


def _squares(item: Item, layout: Layout, ratio: Floats, centre: Floats, own: Floats) -> Floats:
    """Add up (y - R x - cell mean)^2 of each cell: [K, H]."""
    if item.measure.kind in {"share", "quantile"}:
        yes = layout.count(item.y)
        return np.asarray(yes * (1.0 - yes / np.maximum(own, 1.0)))
    if item.x is None:
        # the ratio is the same for all of a cell, so only its mean counts
        deviation = item.y - (layout.count(item.y) / np.maximum(own, 1.0)).ravel()[layout.cell]
    else:
        deviation = item.y - ratio[layout.segment] * item.x - centre.ravel()[layout.cell]
    if item.answered is not None:
        deviation[~item.answered] = 0.0
    deviation *= deviation
    return layout.count(deviation)


def _final_weights(item: Item, layout: Layout) -> Floats:
    """Weigh each answer by the wave's weights times its stratum's asked over answered weights: [n]."""
    assert item.weighting is not None  # noqa: S101 -- for the type checker, both callers asked
    w, home = item.weighting.weights, item.group[layout.stratum]
    asked = w if item.asked is None else np.where(item.asked, w, 0.0)
    answered = w if item.answered is None else np.where(item.answered, w, 0.0)
    above, below = (np.bincount(home, one, len(item.group)) for one in (asked, answered))
    return np.asarray(answered * np.divide(above, below, out=np.zeros_like(above), where=below > 0)[home])


def _estimate_weighted(item: Item, layout: Layout) -> tuple[Floats, Floats]:
    """Do the same by influences, for weights that differ within strata; those routed out count as known."""
    assert item.weighting is not None  # noqa: S101 -- for the type checker, the caller asked
    w, segments = _final_weights(item, layout), len(layout.names)
    x = (w > 0).astype(float) if item.x is None else item.x
    y_sum, x_sum = (_by_segment(layout, w * column) for column in (item.y, x))
    total = item.measure.kind == "total"
    figure = _divide((y_sum[:, None], x_sum[:, None]), total=total)
    ratio, down = (np.zeros(segments), np.ones(segments)) if total else (np.nan_to_num(figure), x_sum)
    down = np.where(down == 0, 1.0, down)
    influence = w * (item.y - ratio[layout.segment] * x) / down[layout.segment]
    known = np.ones(len(w), dtype=bool) if item.answered is None else item.answered | ~_asked(item)
    final = np.where(w > 0, w, item.weighting.weights)[known]
    home = item.group[layout.stratum]
    sizes = np.bincount(item.group, layout.members.sum(axis=0), len(item.group)).astype(float)
    margins = tuple(margin[known] for margin in item.weighting.margins)
    sample = Sample(final, item.weighting.base[known], home[known], sizes, margins)
    by_segment = np.zeros((int(known.sum()), segments))
    by_segment[np.arange(len(by_segment)), layout.segment[known]] = influence[known]
    return figure, sample.variance(by_segment)


def _one_weight(item: Item, layout: Layout) -> Flags:
    """Tell of each segment whether its answers all weigh the same, so that its figure is the plain one."""
    w = _final_weights(item, layout)
    n, first, second = (_by_segment(layout, power) for power in ((w > 0).astype(float), w, w * w))
    return np.asarray(np.abs(n * second - first * first) <= 1e-12 * first * first)


def _asked(item: Item) -> Flags:
    return np.ones(len(item.y), dtype=bool) if item.asked is None else item.asked


def _quantiles(
    item: Item, layout: Layout, counts: _Counts, complete: Flags, level: float
) -> dict[str, npt.NDArray[np.generic]]:
    """Estimate a quantile of each segment with Woodruff's interval, variances by what it implies.

    F(q), the share of answers up to the quantile, has its variance as any share; its t interval is carried
    over to the answers.
    """
    p, n = np.array([item.measure.p]), counts.answered.sum(axis=1)
    weights = (
        _final_weights(item, layout)
        if item.weighting
        else _answer_weights(counts)[item.group][layout.stratum]
    )
    sets = [_sorted_answers(item, layout, k, weights) for k in range(len(n))]
    figure = np.array([weighted_quantile(y, w, p)[0] if y.size else np.nan for y, w in sets])
    plain = np.array([weighted_quantile(y, np.ones_like(y), p)[0] if y.size else np.nan for y, _ in sets])
    reached = (item.y <= figure[layout.segment]).astype(float)
    if item.answered is not None:
        reached[~item.answered] = 0.0
    share = Item(
        item.measure, reached, None, item.answered, item.asked, item.group, item.joined, item.weighting
    )
    f, variance = _estimate(share, layout, counts, _sums(share, layout), complete)
    df = n - (counts.answered > 0).sum(axis=1)
    ends = t_interval(f, np.sqrt(variance), df, level)
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    for k, (y, w) in enumerate(sets):
        if np.isfinite(ends.lower[k]) and variance[k] > 0:
            order = np.clip([ends.lower[k], ends.upper[k]], 1e-300, 1.0)
            low[k], high[k] = weighted_quantile(y, w, order, inner=False)
    sure = complete & (variance == 0)
    low, high = np.where(sure, figure, low), np.where(sure, figure, high)
    reach = 2.0 * t_interval(np.zeros(len(n)), np.ones(len(n)), df, level).upper
    se = np.where(sure, 0.0, (high - low) / reach)
    return {"figure": figure, "variance": se**2, "plain": plain, "low": low, "high": high}


def _sorted_answers(item: Item, layout: Layout, k: int, weights: Floats) -> tuple[Floats, Floats]:
    here = layout.segment == k
    if item.answered is not None:
        here &= item.answered
    return item.y[here], weights[here]
