"""What is measured, of which segments, and how the respondents stand for the frame.

The sampling model of the whole package: the members of a wave are a known frame, cut into
strata; within a stratum of N_h members those n_h whose return counted are taken as a simple random
sample drawn without replacement, so a respondent stands for N_h / n_h members and nothing is left uncertain
where everybody answered.

References
----------
Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, ch. 3 and 15.
doi:10.1007/978-1-4612-4378-6
Cochran (1977), Sampling Techniques, 3rd ed., 5A.12 (joining strata).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.model.errors import ArgumentError, DesignError, FrameError
from analysis.model.measure import ChangeUnit, Estimand, Kind, Measure
from analysis.model.weights import Weighting, check_certainty, check_weights, fit_margins, kish_design_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "JOINING_RULE",
    "ChangeUnit",
    "Design",
    "Estimand",
    "Kind",
    "Measure",
    "Segmentation",
    "join_strata",
    "kish_effective_size",
    "require_columns",
    "stratum_variance",
]

# Strata: their part of a variance, and how those that cannot stand alone join a neighbour, by a named rule.
#
# References
# ----------
# Cochran (1977), Sampling Techniques, 3rd ed., 5A.12.


#: The rule of `join_strata`, as quality tables name it.
JOINING_RULE = "rule of the next smaller"

Floats = npt.NDArray[np.float64]


def join_strata(
    names: Sequence[str],
    members: npt.ArrayLike,
    answers: npt.ArrayLike,
    given: Mapping[str, str] | None = None,
    *,
    weak: npt.ArrayLike | None = None,
    apart: Sequence[str] = (),
) -> npt.NDArray[np.int64]:
    """Join strata that cannot stand alone to a neighbour.

    A stratum is too weak when none of its members answered, or one alone of several: the first has no
    weight, the second no variance. **Rule of the next smaller**: the smallest weak stratum joins the one it
    is mapped to in ``given``; without a mapping the next smaller stratum by members of the frame (ties by
    name), as the list of strata runs from the largest institutions to the smallest; the smallest of all joins
    the next larger. This is repeated until no weak stratum is left or all are one.

    Parameters
    ----------
    names, members, answers
        Name, frame size N_h and respondents n_h of each of the H strata. Strata with no member are left.
    given
        Stratum -> stratum it joins, where the secretariat knows better.
    weak
        Booleans of H strata, in place of the rule above, for one item whose answers are too few.
    apart
        Strata that others join only where nothing else is left: those of members taken for certain.

    Returns
    -------
    Array of H integers: the index of the stratum (the first by position) that stands for the joined ones.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., 5A.12.
    """
    size = np.asarray(members, dtype=float)
    count = np.asarray(answers, dtype=float)
    marked = np.zeros(len(size), dtype=bool) if weak is None else np.asarray(weak, dtype=bool)
    group = np.arange(len(size))
    while True:
        live = [g for g in np.unique(group) if size[group == g].sum() > 0]
        total = {g: size[group == g].sum() for g in live}
        found = {g: count[group == g].sum() for g in live}
        frail = [
            g
            for g in live
            if found[g] == 0 or (found[g] == 1 < total[g]) or (marked[group == g].all() and marked.any())
        ]
        if not frail or len(live) == 1:
            return group
        order = sorted(live, key=lambda g: (total[g], names[g]))
        joiner = min(frail, key=order.index)
        open_ = [g for g in order if g == joiner or names[g] not in apart]
        target = _neighbour(joiner, open_ if len(open_) > 1 else order, group, names, given or {})
        group[(group == joiner) | (group == target)] = min(joiner, target)


def _neighbour(
    joiner: int,
    order: list[int],
    group: npt.NDArray[np.int64],
    names: Sequence[str],
    given: Mapping[str, str],
) -> int:
    for name in [name for h, name in enumerate(names) if group[h] == joiner]:
        if name in given and given[name] in names:
            target = int(group[list(names).index(given[name])])
            if target != joiner and target in order:
                return target
    place = order.index(joiner)
    return int(order[place - 1] if place else order[1])


def stratum_variance(counts: tuple[Floats, Floats, Floats, Floats], mean: Floats, spread: Floats) -> Floats:
    """Work out what a stratum adds to a variance; the notes of `analysis.inference.answers` give the formula.

    Parameters
    ----------
    counts
        N, n, a, r: members of the frame, respondents, those asked, those that answered; they
        broadcast with the rest.
    mean, spread
        Mean of the linearised values over the r answers, and their sum of squared deviations from it.

    Returns
    -------
    V_h; NaN where one answer of several asked stands alone, 0 where nobody was asked.

    References
    ----------
    Särndal, Swensson & Wretman (1992), 9.8 and 15.6. doi:10.1007/978-1-4612-4378-6
    """
    size, n, a, r = counts
    with np.errstate(invalid="ignore", divide="ignore"):
        s2 = np.where(r > 1, spread / (r - 1), np.where(r == a, 0.0, np.nan))
        inner = s2 * (a * (r - 1) / r + a / n * (a / r - 1)) + a * mean**2 * (1 - a / n)
        first = np.where(n < size, size * size * (1 / n - 1 / size) * inner / (n - 1), 0.0)
        second = np.where(r < a, (size * a / n) ** 2 * (1 / r - 1 / a) * s2, 0.0)
    return np.where(a > 0, first + second, 0.0)


_CERTAIN = ", certain"
_WEIGHT_COLUMNS = (
    "wave", "member_id", "stratum", "strata_standing_together", "rule", "members_in_stratum",
    "respondents_in_stratum", "members_standing_together", "respondents_standing_together",
    "share_that_answered", "base_weight", "raking_factor", "weight", "finite_population_correction",
    "sum_of_weights_of_wave", "design_effect_of_wave", "effective_respondents_of_wave",
)  # fmt: skip


@dataclass(frozen=True)
class Segmentation:
    """Cut the frame into segments: ``"total"``, one column, or columns crossed with ``*``.

    Examples
    --------
    >>> Segmentation("region*size").columns
    ('region', 'size')
    """

    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        """List the frame's columns the segments are made of; none for the total."""
        return () if self.name == "total" else tuple(self.name.split("*"))

    def label(self, frame: pd.DataFrame) -> pd.Series[str]:
        """Give each row of the frame its segment: ``all``, ``large``, ``north*large``.

        Raises
        ------
        FrameError
            The frame lacks one of the columns, or a member has no entry in it.
        """
        if not self.columns:
            return pd.Series("all", index=frame.index, dtype="str")
        require_columns(frame, self.columns, "frame")
        parts = [frame[column] for column in self.columns]
        for column, part in zip(self.columns, parts, strict=True):
            missing = int((part.isna() | (part.astype("str") == "")).sum())
            if missing:
                raise FrameError(
                    f"frame, column {column!r}",
                    "a segment for every member",
                    f"{missing} members without one",
                    "complete the column in the list of members",
                )
        label = parts[0].astype("str")
        for part in parts[1:]:
            label = label + "*" + part.astype("str")
        return label.astype("str")


def require_columns(frame: pd.DataFrame, columns: Sequence[str], argument: str) -> None:
    """Refuse a table that lacks columns, naming them.

    Raises
    ------
    FrameError
        At least one column is missing.
    """
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        raise FrameError(
            argument,
            "the columns " + ", ".join(columns),
            "a table without " + ", ".join(lacking),
            "add the columns or pass the right table",
        )


def kish_effective_size(weights: npt.ArrayLike) -> float:
    """Count the equally weighted members worth as much as these weighted ones.

    n_effective = (sum w)^2 / sum w^2; 0 for no weights. Kish (1965), Survey Sampling, 11.7; R:
    ``sum(w)^2 / sum(w^2)``.
    """
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if w.size else 0.0


@dataclass(frozen=True, eq=False)
class Design:
    """Know the frame of each wave, who answered, and what weight that gives them.

    Parameters
    ----------
    frame
        wave, member_id, the stratum's column and any further dimension; one row per member of a wave.
    respondents
        wave, member_id of those whose return counted.
    stratum
        Column of the frame that holds the stratum.
    level
        Confidence level of every interval, between 0 and 1.
    joined
        Stratum -> stratum it joins should it stay without answers (see `join_strata`).
    certainty
        Column of the frame, True for members known to be taken for certain: those of a stratum stand in one
        of their own, ``large, certain``, which adds nothing to a variance once all of them answered.
    weight
        Column of the respondents, weights that stand for N_h / n_h; frame sizes still correct variances.
    margins
        Columns of the frame to whose counts weights are raked, wave by wave.

    Raises
    ------
    FrameError
        Missing columns, a member listed twice in a wave.
    DesignError
        More respondents than members, a respondent outside the frame, a member in no stratum, a wave of
        the frame that nobody answered.
    ArgumentError
        A level outside (0, 1), or weights that are negative, missing or all zero.
    """

    frame: pd.DataFrame
    respondents: pd.DataFrame
    stratum: str = "stratum"
    level: float = 0.95
    joined: Mapping[str, str] = field(default_factory=dict)
    certainty: str | None = None
    weight: str | None = None
    margins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ArgumentError("level", "a number between 0 and 1", repr(self.level), "use 0.95 for 95 %")
        known = ("wave", "member_id", self.stratum)
        further = (*self.margins, *([self.certainty] if self.certainty else []))
        given = [self.weight] if self.weight else []
        require_columns(self.frame, (*known, *further), "frame")
        require_columns(self.respondents, ("wave", "member_id", *given), "respondents")
        frame = self.frame.reset_index(drop=True)
        respondents = self.respondents[["wave", "member_id", *given]].reset_index(drop=True)
        for column in (*known, *self.margins):
            _refuse_missing(frame, column)
        for column in known:
            frame[column] = frame[column].astype("str")
        respondents = respondents.astype({"wave": "str", "member_id": "str"})
        if self.certainty:
            check_certainty(frame, self.certainty)
        if self.weight:
            check_weights(respondents[self.weight].to_numpy())
        _refuse_repeats(frame, "frame")
        _refuse_repeats(respondents, "respondents")
        _refuse_strangers(frame, respondents)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "respondents", respondents)

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """List the waves of the frame, in order."""
        return tuple(sorted(self.frame["wave"].unique()))

    @cached_property
    def strata(self) -> tuple[str, ...]:
        """List the strata of all waves, in order."""
        return tuple(sorted(self.home().unique()))

    def home(self) -> pd.Series[str]:
        """Give each row of the frame its stratum; those taken for certain stand apart."""
        stratum = self.frame[self.stratum]
        if self.certainty is None:
            return stratum
        return stratum.where(~self.frame[self.certainty].astype("bool"), stratum + _CERTAIN).astype("str")

    @cached_property
    def apart(self) -> tuple[str, ...]:
        """List the strata of members taken for certain, which others do not join."""
        return tuple(name for name in self.strata if self.certainty and name.endswith(_CERTAIN))

    @property
    def joining(self) -> dict[str, str]:
        """Say which stratum one joins: as given, and members taken for certain the rest of their own."""
        return {name: name.removesuffix(_CERTAIN) for name in self.apart} | dict(self.joined)

    def sizes(self) -> pd.DataFrame:
        """Count members and respondents of each stratum and wave.

        Returns
        -------
        wave, stratum, joined (names of the strata that stand together, ``city+rural``), N, n (of the
        stratum itself), N_joined, n_joined, weight = N_joined / n_joined, fraction = n_joined / N_joined.
        """
        keys = ["wave", "member_id"]
        frame = self.frame[keys].assign(stratum=self.home())
        frame = frame.merge(
            self.respondents[keys].assign(answered=1), on=keys, how="left", validate="one_to_one"
        )
        counted = frame.groupby(["wave", "stratum"], sort=True).agg(
            N=("member_id", "size"), n=("answered", "count")
        )
        counted = counted.reset_index()
        parts = [self._join(part.reset_index(drop=True)) for _, part in counted.groupby("wave", sort=True)]
        return pd.concat(parts, ignore_index=True)

    def _join(self, part: pd.DataFrame) -> pd.DataFrame:
        names: list[str] = part["stratum"].tolist()
        group = join_strata(names, part["N"].to_numpy(), part["n"].to_numpy(), self.joining, apart=self.apart)
        labels = {g: "+".join(np.array(names)[group == g]) for g in np.unique(group)}
        sums = part[["N", "n"]].groupby(group).transform("sum")
        return pd.DataFrame(
            {
                "wave": part["wave"].astype("str"),
                "stratum": part["stratum"].astype("str"),
                "joined": pd.Series([labels[g] for g in group], dtype="str"),
                "N": part["N"].astype("int64"),
                "n": part["n"].astype("int64"),
                "N_joined": sums["N"].astype("int64"),
                "n_joined": sums["n"].astype("int64"),
                "weight": sums["N"] / sums["n"],
                "fraction": sums["n"] / sums["N"],
            }
        )

    def weights(self) -> pd.DataFrame:
        """Show each respondent's weight beside all it is made of, for checking by hand.

        Returns
        -------
        wave, member_id, stratum, strata_standing_together, rule (how strata came to stand together, empty
        where they stand alone), members_in_stratum, respondents_in_stratum, members_standing_together,
        respondents_standing_together, share_that_answered, base_weight (N / n of the strata standing
        together, or as given), raking_factor (1 without margins), weight (their product),
        finite_population_correction (1 - n/N), sum_of_weights_of_wave (the frame's size but for given
        weights), design_effect_of_wave (Kish's, of unequal weights), effective_respondents_of_wave (Kish's).
        """
        names = {
            "joined": "strata_standing_together",
            "N": "members_in_stratum",
            "n": "respondents_in_stratum",
            "N_joined": "members_standing_together",
            "n_joined": "respondents_standing_together",
            "fraction": "share_that_answered",
        }
        keys = self.frame[["wave", "member_id", *self.margins]].assign(stratum=self.home())
        rows = self.respondents.rename(columns={self.weight or "": "given"})
        rows = rows.merge(keys, on=["wave", "member_id"], how="left", validate="one_to_one")
        rows = rows.merge(self.sizes(), on=["wave", "stratum"], how="left").rename(columns=names)
        rows["rule"] = np.where(rows["strata_standing_together"] == rows["stratum"], "", JOINING_RULE)
        rows["base_weight"] = rows["given"] if self.weight else rows["weight"]
        rows["raking_factor"] = self._raking_factors(rows)
        rows["weight"] = rows["base_weight"] * rows["raking_factor"]
        rows["finite_population_correction"] = 1.0 - rows["share_that_answered"]
        by_wave = rows.groupby("wave")["weight"]
        rows["sum_of_weights_of_wave"] = by_wave.transform("sum")
        rows["design_effect_of_wave"] = by_wave.transform(kish_design_effect)
        rows["effective_respondents_of_wave"] = by_wave.transform(kish_effective_size)
        return rows[list(_WEIGHT_COLUMNS)].sort_values(["wave", "member_id"], ignore_index=True)

    def _raking_factors(self, rows: pd.DataFrame) -> npt.NDArray[np.float64]:
        factor = np.ones(len(rows))
        if self.margins:
            for wave, at in rows.groupby("wave", sort=True).indices.items():
                frame = self.frame[self.frame["wave"] == wave]
                part = rows.iloc[at]
                fitted = fit_margins(str(wave), part["base_weight"], part, frame, self.margins)
                factor[at] = fitted.factor
        return factor

    def weightings(self) -> dict[str, Weighting]:
        """Give each wave its weights by member, in the order of member_id; none where they are N_h / n_h."""
        if not (self.weight or self.margins):
            return {}
        name = ", ".join(
            (["weights given"] if self.weight else [])
            + (["raked to " + " x ".join(self.margins)] if self.margins else [])
        )
        keys = ["wave", "member_id"]
        # a margin may bear the name of a column of the weights, such as "stratum"
        weights = self.weights()[[*keys, "weight", "base_weight"]]
        rows = weights.merge(self.frame[[*keys, *self.margins]], on=keys, how="left")
        return {
            str(wave): Weighting(
                part["weight"].to_numpy(),
                part["base_weight"].to_numpy(),
                tuple(pd.factorize(part[margin])[0].astype(np.int64) for margin in self.margins),
                name,
            )
            for wave, part in rows.groupby("wave", sort=True)
        }


def _refuse_missing(frame: pd.DataFrame, column: str) -> None:
    missing = int((frame[column].isna() | (frame[column].astype("str").str.strip() == "")).sum())
    if missing:
        raise DesignError(
            f"frame, column {column!r}",
            "an entry for every member",
            f"{missing} members without one",
            "complete the list of members",
        )


def _refuse_repeats(table: pd.DataFrame, argument: str) -> None:
    repeated = table.duplicated(["wave", "member_id"])
    if repeated.any():
        first = table.loc[repeated].iloc[0]
        raise FrameError(
            argument,
            "each member once in a wave",
            f"{int(repeated.sum())} repeated, first {first['member_id']} in wave {first['wave']}",
            "remove the repeated rows",
        )


def _refuse_strangers(frame: pd.DataFrame, respondents: pd.DataFrame) -> None:
    size = frame.groupby("wave").size()
    answered = respondents.groupby("wave").size().reindex(size.index, fill_value=0)
    if (answered > size).any():
        wave = str(size.index[(answered > size).to_numpy()][0])
        raise DesignError(
            f"respondents, wave {wave}",
            f"at most the {size[wave]} members of the frame",
            f"{answered[wave]} respondents",
            "complete the list of members or remove returns that do not count",
        )
    known = pd.MultiIndex.from_frame(frame[["wave", "member_id"]])
    strange = ~pd.MultiIndex.from_frame(respondents).isin(known)
    if strange.any():
        first = respondents.loc[strange].iloc[0]
        raise DesignError(
            "respondents",
            "members of the wave's frame",
            f"{int(strange.sum())} outside it, first {first['member_id']} in wave {first['wave']}",
            "add the member to the list of members, with its dates, or correct the identifier",
        )
    if (answered == 0).any():
        raise DesignError(
            "respondents",
            "an answer in every wave of the frame",
            f"none in wave {answered.index[(answered == 0).to_numpy()][0]}",
            "leave the wave out of the frame until returns have come in",
        )
