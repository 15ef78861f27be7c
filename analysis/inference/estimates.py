"""Levels: one row for each indicator, wave, dimension and segment, with the interval that fits it.

Two estimands are kept apart. `respondents` is the plain unweighted figure of those who answered, as past
reports printed it; it describes and carries no interval. `members` speaks of the whole frame: weights
N_h / n_h by stratum, item bases of its own, intervals with the finite population correction.

References
----------
Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling. doi:10.1007/978-1-4612-4378-6
Lumley (2004), Analysis of complex survey samples, J. Stat. Software 9(8). doi:10.18637/jss.v009.i08
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.answers import (
    Answers,
    Item,
    Layout,
    item_group,
    item_weights,
    joined_names,
    lay_out,
    linearise,
    read_answers,
    take_item,
)
from analysis.inference.intervals import effective_share, hypergeometric, stratified_share, t_interval
from analysis.inference.reliability import doubts
from analysis.inference.summaries import summarise
from analysis.model import (
    ESTIMATE_COLUMNS,
    JOINING_RULE,
    ArgumentError,
    FrameError,
    Segmentation,
    Weighting,
    check_measure,
    require_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.inference.summaries import Summary
    from analysis.model import Design, Measure

__all__ = [
    "ESTIMATE_COLUMNS",
    "Sheet",
    "bounds",
    "choose_bounds",
    "describe",
    "estimate",
    "estimate_sheet",
    "ingredients",
    "level_rows",
]

# From what was counted out to rows of levels: which interval fits, and the agreed columns.
#
# References
# ----------
# Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling. doi:10.1007/978-1-4612-4378-6
# Korn & Graubard (1998), Survey Methodology 24, 193-201.


# Exact tails are counted in frames of up to so many members, with so many outcomes of all strata but the
# largest; beyond, the interval at the effective size is as good and takes no time.
_COUNTED = 5000
_OUTCOMES = 2_000_000


def level_rows(
    items: Sequence[Item],
    summary: Summary,
    names: Sequence[str],
    place: tuple[str, str],
    level: float,
    *,
    doubted: Texts | None = None,
) -> pd.DataFrame:
    """Write the rows of a wave and dimension, unsorted, in printed units.

    Parameters
    ----------
    items, summary
        P measures and what was counted of them.
    names
        K segments; those without members in the wave get no row.
    place
        Wave and dimension.
    level
        Of the intervals.
    doubted
        [P, K] why an interval may be too narrow (`reliability.doubts`), empty where nothing says so.
    """
    measures = [item.measure for item in items]
    members = np.array([m.estimand == "members" for m in measures])[:, None]
    lower, upper, method = choose_bounds(items, summary, level, doubted)
    figure = np.where(members, summary.figure, summary.plain)
    scale = np.array([m.scale for m in measures])[:, None]
    n = summary.n
    with np.errstate(invalid="ignore", divide="ignore"):
        kish = np.where(members, summary.weight**2 / summary.weight_squared, n)
    keep = summary.size > 0
    p, k = (places.tolist() for places in np.nonzero(keep))
    empty = np.isnan(figure)
    silent = np.where(n > 0, "undefined: divided by zero", "no answers")
    hidden = empty | ~members
    columns = {
        "indicator": [measures[i].indicator for i in p],
        "wave": place[0],
        "dimension": place[1],
        "segment": [names[j] for j in k],
        "estimate": (figure * scale)[keep],
        "se": np.where(hidden, np.nan, np.sqrt(summary.variance) * scale)[keep],
        "lower": np.where(hidden, np.nan, lower * scale)[keep],
        "upper": np.where(hidden, np.nan, upper * scale)[keep],
        "level": level,
        "method": np.where(empty, silent, np.where(members, method, "describes respondents"))[keep],
        "unit": [measures[i].unit for i in p],
        "n": n[keep],
        "N": summary.size[keep],
        "n_effective": np.where(n > 0, kish, 0.0)[keep],
        "status": np.where(empty, "empty", "released")[keep],
    }
    return pd.DataFrame(columns)


def choose_bounds(
    items: Sequence[Item], summary: Summary, level: float, doubted: Texts | None = None
) -> tuple[Floats, Floats, Texts]:
    """Choose and compute the interval of each `members` figure, unscaled: lower, upper, method, [P, K] each.

    See `estimates.estimate` for which interval is chosen. ``doubted`` as in `level_rows`.
    """
    measures = [item.measure for item in items]
    lower, upper, method = _t_bounds(items, summary, level)
    asks = np.array([m.kind == "share" and m.estimand == "members" for m in measures])[:, None]
    asks = asks & (summary.n > 0)
    plain = np.array([item.weighting is None for item in items])[:, None]
    countable = asks & plain & ~summary.routed & (summary.size <= _COUNTED)
    # a count of members has the bounds of their share, times their number
    times = np.where(asks, 1, summary.size)
    counted = np.array([item.counts and item.measure.estimand == "members" for item in items])[:, None]
    counted = counted & plain & (summary.n > 0) & ~summary.routed & summary.whole & (summary.size <= _COUNTED)
    countable |= counted
    exact = countable & (summary.spanned == 1)
    several = countable & (summary.spanned > 1) & summary.whole & _few_outcomes(summary)
    yes = summary.yes.sum(axis=2)
    found = hypergeometric(yes[exact], summary.n[exact], summary.size[exact], level)
    lower[exact], upper[exact] = found.lower * times[exact], found.upper * times[exact]
    method[exact] = found.method
    for p, k in np.argwhere(several):
        found = stratified_share(summary.yes[p, k], summary.answers[p, k], summary.members[p, k], level)
        lower[p, k], upper[p, k] = found.lower * times[p, k], found.upper * times[p, k]
        method[p, k] = found.method
    rest = asks & ~exact & ~several
    found = effective_share(summary.figure[rest], _effective_size(summary, plain)[rest], level)
    lower[rest], upper[rest], method[rest] = found.lower, found.upper, found.method
    notes = [
        (f"; {JOINING_RULE}, strata joined: {item.joined}" if item.joined else "")
        + (f"; {item.weighting.name}" if item.weighting else "")
        for item in items
    ]
    if doubted is not None:
        told = np.isfinite(upper - lower) & (doubted != "") & ~exact & ~several
        method = method + np.where(told, "; " + doubted, "")
    return lower, upper, method + np.array(notes, dtype=object)[:, None]


def _few_outcomes(summary: Summary) -> Flags:
    answers = np.where(summary.answers < summary.members, summary.answers, 0).astype(float)
    outcomes = (answers + 1.0).prod(axis=2) / (answers.max(axis=2) + 1.0)
    return np.asarray(outcomes <= _OUTCOMES)


def _t_bounds(items: Sequence[Item], summary: Summary, level: float) -> tuple[Floats, Floats, Texts]:
    n, complete, figure, se = summary.n, summary.complete, summary.figure, np.sqrt(summary.variance)
    df = (n - summary.strata).astype(float)
    bound = t_interval(figure, se, df, level)
    quantile = np.array([item.measure.kind == "quantile" for item in items])[:, None] & np.ones(n.shape, bool)
    low = np.where(quantile, summary.low, bound.lower)
    high = np.where(quantile, summary.high, bound.upper)
    # identical values leave rounding dust in place of a zero
    flat = np.isnan(se) | (se <= 1e-12 * np.abs(figure))
    sure, unsure = flat & complete & ~np.isnan(se), flat & ~complete
    lower = np.where(sure, figure, np.where(unsure, np.nan, low))
    upper = np.where(sure, figure, np.where(unsure, np.nan, high))
    lower = np.where(summary.parts, np.clip(lower, 0.0, 1.0), lower)
    upper = np.where(summary.parts, np.clip(upper, 0.0, 1.0), upper)
    lower = np.where(summary.amounts, np.maximum(lower, summary.reported), lower)
    ways = np.where(quantile, "Woodruff", "linearisation").ravel()
    words = [f"{way}, t({int(d)})" for way, d in zip(ways, df.ravel(), strict=True)]
    method = np.array(words, dtype=object).reshape(df.shape)
    method[sure] = "all answered"
    method[unsure] = "no variation among the answers: no interval"
    method[(df < 1) & ~sure] = "too few answers: no interval"
    method[(n == 1) & ~complete] = "one answer: no interval"
    return lower, upper, method


def _effective_size(summary: Summary, plain: Flags) -> Floats:
    """Say how many answers out of an endless frame would tell as much: [P, K]."""
    with np.errstate(invalid="ignore", divide="ignore"):
        by_design = summary.weight**2 / summary.weight_excess
        by_answers = summary.figure * (1 - summary.figure) / summary.variance
    varied = (summary.figure > 0) & (summary.figure < 1) & (summary.variance > 0)
    known = summary.complete & ((summary.spanned == 1) | ~plain)
    return np.where(known, np.inf, np.where(varied, np.fmin(by_design, by_answers), by_design))


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Whole = npt.NDArray[np.int64]

_JUDGED = 5000  # members: among more the t interval holds, and the dense layout would not


def estimate(
    measurements: pd.DataFrame,
    measures: Sequence[Measure],
    design: Design,
    dimensions: Sequence[str] = ("total",),
) -> pd.DataFrame:
    """Estimate every measure in every wave and segment.

    Figures are sums over the answers of the segment: ``sum w y / sum w`` for shares and means,
    ``sum w y / sum w x`` for ratios, ``sum w y`` for totals; of a quantile the least answer at which the
    weighted share of answers up to it reaches p; w = (N_h / n_h)(a_h / r_h) for `members` (a_h of
    the stratum's respondents asked the item, r_h answered it), w = 1 for `respondents`.

    Intervals of `members`:

    * share in a segment within one stratum, nobody routed out: exact hypergeometric of its answers out of
      its members in the frame (given how many answered, they are a simple random sample of it);
    * share in a segment of several whole strata: `intervals.stratified_share`;
    * any other share (segments cutting through strata, routed items, given or raked weights, frames of more
      than 5,000 members): `intervals.effective_share` at
      min{p(1 - p)/V, (sum w)^2 / sum w(w - 1)}; the second is the size that the finite population correction
      gives without looking at the answers, so that 0 of n is not taken for certainty;
    * quantiles: Woodruff's, the t interval of the share of answers up to the quantile carried over to the
      answers, cut at the smallest and the largest of them;
    * means, totals, ratios: linearised standard error and t with (answers - strata behind them) degrees of
      freedom, bounds of a ratio of parts to wholes cut to [0, 1] and of a total to what was reported.

    A single answer, or answers without variation, from a segment not fully answered give no interval of
    zero width but none (NaN), and ``method`` says so. Where all of the segment answered it is a point.

    Parameters
    ----------
    measurements
        indicator, wave, member_id, asked, y, x (see `answers.read_answers` for what is refused).
    measures
        Each indicator at most once.
    design
        Frame, respondents, stratum and level.
    dimensions
        ``"total"``, columns of the frame, or columns crossed with ``*``.

    Returns
    -------
    DataFrame sorted by indicator, wave, dimension, segment, with the columns of `ESTIMATE_COLUMNS`: ``n`` the
    members behind the figure, ``N`` the segment's members in the frame, ``n_effective`` Kish's, ``status``
    ``released`` or ``empty`` (nobody answered, or a ratio's
    denominators add up to 0: NaN). Waves in which an indicator was not asked, and segments
    without members in a wave, have no row.

    References
    ----------
    R: ``svyby(~y, ~segment, svydesign(ids=~1, strata=~h, fpc=~N, data), svymean)`` and ``svytotal``,
    ``svyratio``; ``samplingbook::Sprop`` for the exact intervals.
    """
    if len({m.indicator for m in measures}) < len(measures) or not measures or not dimensions:
        raise ArgumentError(
            "measures, dimensions",
            "at least one, each indicator once",
            "none or repeated ones",
            "list each once",
        )
    answers = read_answers(measurements, measures, design, tuple(dict.fromkeys(dimensions)), levels=True)
    tables = []
    for wave, name in enumerate(answers.waves):
        items = [take_item(answers, wave, p) for p in np.flatnonzero(answers.held[:, wave]).tolist()]
        for dimension in answers.segments if items else ():
            layout = lay_out(answers, wave, dimension)
            summary = summarise(items, layout, design.level)
            doubted = _doubted(answers, wave, dimension)[answers.held[:, wave]]
            tables.append(
                level_rows(items, summary, layout.names, (name, dimension), design.level, doubted=doubted)
            )
    rows = pd.concat(tables, ignore_index=True)
    rows = rows.sort_values(["indicator", "wave", "dimension", "segment"], ignore_index=True)
    return rows.astype(ESTIMATE_COLUMNS)


def _doubted(answers: Answers, wave: int, dimension: str) -> Texts:
    """Say where an interval may be too narrow: [P, K]. Quantiles, other weights and crowds are not judged."""
    plain = np.array([m.kind != "quantile" for m in answers.measures])
    if answers.weightings or len(answers.members) > _JUDGED or not plain.any():
        return np.full((len(plain), len(answers.segments[dimension].names)), "", dtype=object)
    found = doubts(answers, (wave,), (linearise(answers, wave, dimension),))
    return np.where(plain[:, None], found, "").astype(object)


def describe(answers: Answers, wave: int, base: Flags) -> Floats:
    """Give the plain figures of the members in ``base`` [P, K, M]: [P, K], NaN where there is nobody."""
    y = np.einsum("pkm,pm->pk", base.astype(float), answers.y[:, wave])
    x = np.einsum("pkm,pm->pk", base.astype(float), answers.x[:, wave])
    total = np.array([m.kind == "total" for m in answers.measures])[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        figure = np.where(total, y, y / x)
    return np.where(base.any(axis=2) & np.isfinite(figure), figure, np.nan)


def bounds(
    answers: Answers, wave: int, dimension: str, level: float, which: Sequence[int] | Whole
) -> tuple[Floats, Floats, Texts]:
    """Choose and compute the interval of the `members` figure of some measures, unscaled.

    See `estimate` for which interval is chosen. Returns lower, upper and method, [len(which), K] each.
    """
    items = [take_item(answers, wave, int(p)) for p in which]
    summary = summarise(items, lay_out(answers, wave, dimension), level)
    return choose_bounds(items, summary, level)


def ingredients(
    measurements: pd.DataFrame,
    measure: Measure,
    design: Design,
    wave: str,
    *,
    dimension: str = "total",
    segment: str = "all",
) -> pd.DataFrame:
    """Show what one estimate is made of, stratum by stratum, so that it can be redone by hand.

    The estimate is ``scale * sum(weighted_sum_y) / sum(weighted_sum_x)``, of a total ``scale *
    sum(weighted_sum_y)``; its standard error ``scale * sqrt(sum(adds_to_variance))``.

    Returns
    -------
    One row for each stratum (joined strata as one): strata, members_in_frame, respondents, asked, answered,
    answered_in_segment, weight_of_an_answer, sum_y, sum_x, weighted_sum_y, weighted_sum_x, adds_to_variance
    (NaN for the respondents' estimand, whose weights are 1).

    Raises
    ------
    ArgumentError
        A wave, dimension or segment that the frame does not have.
    """
    answers = read_answers(measurements, [measure], design, (dimension,))
    names = answers.segments[dimension].names
    for argument, got, choices in (("wave", wave, answers.waves), ("segment", segment, names)):
        if got not in choices:
            raise ArgumentError(argument, "one of " + ", ".join(choices), repr(got), "choose one of these")
    w, k = answers.waves.index(wave), names.index(segment)
    lin = linearise(answers, w, dimension)
    plain = measure.estimand == "respondents"
    weight = answers.answered[0, w].astype(float) if plain else item_weights(answers, w)[0]
    rows = []
    for g in range(len(answers.strata)):
        here = answers.stratum[0, w] == g
        if not here.any():
            continue
        base = here & lin.base[0, k]
        y, x = answers.y[0, w][base], answers.x[0, w][base]
        rows.append(
            {
                "strata": _names_in(answers, w, g, design),
                "members_in_frame": int(here.sum()),
                "respondents": int((here & answers.responded[w]).sum()),
                "asked": int((here & answers.asked[0, w]).sum()),
                "answered": int((here & answers.answered[0, w]).sum()),
                "answered_in_segment": int(base.sum()),
                "weight_of_an_answer": float(weight[here].max()),
                "sum_y": y.sum(),
                "sum_x": x.sum(),
                "weighted_sum_y": (weight[base] * y).sum(),
                "weighted_sum_x": (weight[base] * x).sum(),
                "adds_to_variance": np.nan if plain else lin.parts[0, k, g],
            }
        )
    return pd.DataFrame(rows).astype({"strata": "str"})


def _names_in(answers: Answers, wave: int, g: int, design: Design) -> str:
    here = [m for m, s in zip(answers.members, answers.stratum[0, wave], strict=True) if s == g]
    inside = (design.frame["wave"] == answers.waves[wave]) & design.frame["member_id"].isin(here)
    return "+".join(sorted(design.home()[inside].unique()))


# Levels from a wide table, a row a respondent and a column an indicator: for surveys of many respondents.
#
# The long `measurements` name wave, member and indicator in every row, which suits a hundred members and is
# absurd for a million: a hundred indicators of theirs are 10^8 rows. A sheet is read a column at a time;
# beside it stand only each respondent's places and one column's deviations, so that memory stays near that of
# the data and time grows with respondents times indicators.


@dataclass(frozen=True, eq=False)
class Sheet:
    """Hold the answers of respondents side by side.

    Parameters
    ----------
    answers
        wave, member_id and a numeric column for each indicator (`Measure.source`); NaN is a blank. One row
        for each respondent of the design.
    denominators
        Source of a ratio -> column of its denominators.
    asked
        Source -> boolean column, False for those routed out; without it everybody was asked.

    Raises
    ------
    FrameError
        Columns named and not there.
    """

    answers: pd.DataFrame
    denominators: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = ("wave", "member_id", *self.denominators.values(), *self.asked.values())
        require_columns(self.answers, columns, "sheet")


def estimate_sheet(
    sheet: Sheet, measures: Sequence[Measure], design: Design, dimensions: Sequence[str] = ("total",)
) -> pd.DataFrame:
    """Estimate every measure of a sheet in every wave and segment.

    Figures, intervals and columns are those of `estimates.estimate`, which takes the same answers long; an
    indicator without any answer in a wave counts as not asked in it and has no row. Signs that an interval
    may be too narrow (`analysis.inference.reliability`) are not looked for.

    Raises
    ------
    ArgumentError
        No measure or dimension, an indicator twice, a ratio without denominators.
    FrameError
        Columns missing, rows that are not the design's respondents, one each, infinite answers, answers of
        those routed out, a share not of 0 and 1.

    References
    ----------
    As of `estimates.estimate`.
    """
    if len({m.indicator for m in measures}) < len(measures) or not measures or not dimensions:
        raise ArgumentError(
            "measures, dimensions", "at least one, each indicator once", "none or repeated ones",
            "list each once",
        )  # fmt: skip
    _check_ratios(sheet, measures)
    require_columns(sheet.answers, list(dict.fromkeys(m.source for m in measures)), "sheet")
    labels = {name: Segmentation(name).label(design.frame) for name in dict.fromkeys(dimensions)}
    weightings = design.weightings()
    tables: list[pd.DataFrame] = []
    for wave in design.waves:
        rows, layouts = _lay_out(sheet, design, wave, labels)
        weighting = _in_order(weightings[wave], sheet, rows) if weightings else None
        first = next(iter(layouts.values()))
        for item in _items(sheet, measures, design, rows, layout=first, weighting=weighting):
            for name, layout in layouts.items():
                summary = summarise([item], layout, design.level)
                tables.append(level_rows([item], summary, layout.names, (wave, name), design.level))
    if not tables:
        raise FrameError("sheet", "answers to the measures", "none", "pass the columns that were answered")
    found = pd.concat(tables, ignore_index=True)
    found = found.sort_values(["indicator", "wave", "dimension", "segment"], ignore_index=True)
    return found.astype(ESTIMATE_COLUMNS)


def _check_ratios(sheet: Sheet, measures: Sequence[Measure]) -> None:
    bare = [m.source for m in measures if m.kind == "ratio" and m.source not in sheet.denominators]
    if bare:
        raise ArgumentError(
            "sheet, denominators", "a column for every ratio", f"none for {bare[0]}",
            "name the column of its denominators",
        )  # fmt: skip


def _lay_out(
    sheet: Sheet, design: Design, wave: str, labels: Mapping[str, pd.Series[str]]
) -> tuple[Whole | slice, dict[str, Layout]]:
    """Find the wave's rows, all as a slice where they are all, and place their respondents."""
    inside = (design.frame["wave"] == wave).to_numpy()
    ids = pd.Index(design.frame["member_id"][inside])
    own = (sheet.answers["wave"].astype("str") == wave).to_numpy()
    rows: Whole | slice = slice(None) if own.all() else np.flatnonzero(own)
    place = ids.get_indexer(pd.Index(sheet.answers["member_id"].iloc[rows].astype("str")))
    respondents = design.respondents["member_id"][(design.respondents["wave"] == wave).to_numpy()]
    _check_respondents(place, ids.get_indexer(pd.Index(respondents)), wave)
    home = pd.Index(design.strata).get_indexer(pd.Index(design.home()[inside]))
    count, layouts = len(design.strata), {}
    for name, label in labels.items():
        names = tuple(sorted(label.unique()))
        segment = pd.Index(names).get_indexer(pd.Index(label[inside]))
        members = np.bincount(segment * count + home, minlength=len(names) * count)
        layouts[name] = Layout(names, members.reshape(len(names), count), segment[place], home[place])
    return rows, layouts


def _check_respondents(place: Whole, wanted: Whole, wave: str) -> None:
    found = np.bincount(
        place[place >= 0], minlength=int(max(wanted.max(initial=0), place.max(initial=0))) + 1
    )
    expected = np.bincount(wanted, minlength=len(found))
    strange = int((place < 0).sum() + found[expected == 0].sum())
    repeated, missing = int((found > 1).sum()), int(((found == 0) & (expected > 0)).sum())
    if strange or repeated or missing:
        raise FrameError(
            f"sheet, wave {wave}", "one row for each respondent of the design",
            f"{missing} missing, {repeated} repeated, {strange} of others",
            "give the design's respondents one row each",
        )  # fmt: skip


def _in_order(weighting: Weighting, sheet: Sheet, rows: Whole | slice) -> Weighting:
    """Put weights, which come in the order of member_id, in the order of the sheet's rows."""
    ids = sheet.answers["member_id"].iloc[rows].astype("str")
    back = np.empty(len(ids), dtype=np.int64)
    back[ids.argsort(kind="stable").to_numpy()] = np.arange(len(ids))
    margins = tuple(margin[back] for margin in weighting.margins)
    return Weighting(weighting.weights[back], weighting.base[back], margins, weighting.name)


def _items(
    sheet: Sheet,
    measures: Sequence[Measure],
    design: Design,
    rows: Whole | slice,
    *,
    layout: Layout,
    weighting: Weighting | None,
) -> Iterator[Item]:
    """Take the measures one after the other, so that no more than one column is copied at a time."""
    size = layout.members.sum(axis=0)
    n = np.bincount(layout.stratum, minlength=len(size))
    for measure in measures:
        y, x = _column(sheet, measure.source, rows), None
        if measure.kind == "ratio":
            x = _column(sheet, sheet.denominators[measure.source], rows)
        asked = None
        if measure.source in sheet.asked:
            asked = sheet.answers[sheet.asked[measure.source]].to_numpy()[rows].astype(bool)
        check_measure(measure, y, np.ones(1, dtype=bool) if asked is None else asked)
        blank = np.isnan(y) if x is None else np.isnan(y) | np.isnan(x)
        answered = None
        if blank.any():
            if blank.all() and (asked is None or not asked.any()):
                continue
            answered = ~blank
            y, x = np.where(blank, 0.0, y), None if x is None else np.where(blank, 0.0, x)
        a = n if asked is None else np.bincount(layout.stratum[asked], minlength=len(size))
        r = n if answered is None else np.bincount(layout.stratum[answered], minlength=len(size))
        group = item_group(design.strata, (size, n, a, r), design)
        joined = joined_names(group, size, design.strata)
        yield Item(measure, y, x, answered, asked, group, joined, weighting)


def _column(sheet: Sheet, name: str, rows: Whole | slice) -> Floats:
    column: Floats = sheet.answers[name].to_numpy(dtype=float)
    return column[rows]
