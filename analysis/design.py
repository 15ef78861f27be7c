"""What is measured, of which segments, and how the respondents stand for the frame.

The sampling model of the whole package: the members of a wave are a known frame, cut into strata
(bank types); within a stratum of N_h members those n_h whose return counted are taken as a simple random
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
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ArgumentError, DesignError, FrameError, MeasureError
from analysis.strata import join_strata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "ChangeUnit",
    "Design",
    "Dimension",
    "Estimand",
    "Kind",
    "Measure",
    "kish_effective_size",
    "require_columns",
]

Kind = Literal["share", "mean", "total", "ratio"]
Estimand = Literal["members", "respondents"]
ChangeUnit = Literal["percentage points", "percent", "own"]

_BY_KIND = cast("ChangeUnit", "by kind")


@dataclass(frozen=True)
class Measure:
    """Name one quantity to be estimated and how it is printed.

    Parameters
    ----------
    indicator
        Key of the estimate; ``"ch_app"`` for the respondents, ``"ch_app.members"`` for the frame.
    kind
        {"share", "mean", "total", "ratio"}.
    estimand
        {"members", "respondents"}: the whole frame, or those who answered and nobody else.
    unit
        Printed unit.
    scale
        The estimate is ``scale`` times the raw figure (100 for per cent, 1e-4 for 万人).
    change
        {"percentage points", "percent", "own"}. Without it: a share, or anything printed in %, changes in
        percentage points, a total in per cent, all else in its own unit.
    digits, change_digits
        Printed digits of the level and of the change.
    breaks
        Waves before which the series breaks: the wave named and those after it are not comparable with
        those before.
    source
        The indicator under which the measurements stand; without it the key without ``.members``.

    Raises
    ------
    MeasureError
        An unknown kind, estimand or unit of change, or a share that would change in per cent.
    """

    indicator: str
    kind: Kind
    estimand: Estimand
    unit: str
    scale: float = 1.0
    change: ChangeUnit = _BY_KIND
    digits: int = 0
    change_digits: int = 0
    breaks: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        where = f"measure {self.indicator!r}"
        if not self.source:
            object.__setattr__(self, "source", self.indicator.removesuffix(".members"))
        if self.change == _BY_KIND:
            object.__setattr__(self, "change", self._change_by_kind())
        for name, choices in (("kind", Kind), ("estimand", Estimand), ("change", ChangeUnit)):
            if getattr(self, name) not in get_args(choices):
                expected = "one of " + ", ".join(get_args(choices))
                raise MeasureError(
                    f"{where}, {name}", expected, repr(getattr(self, name)), "choose one of these"
                )
        if self.kind == "share" and self.change == "percent":
            raise MeasureError(
                f"{where}, change",
                "percentage points for a share",
                "percent",
                "set change='percentage points'",
            )
        if self.kind == "total" and self.change == "percentage points":
            raise MeasureError(
                f"{where}, change", "percent or own for a total", "percentage points", "set change='percent'"
            )
        if not (np.isfinite(self.scale) and self.scale > 0):
            raise MeasureError(
                f"{where}, scale", "a positive number", repr(self.scale), "set the printed unit's scale"
            )

    def _change_by_kind(self) -> ChangeUnit:
        if self.kind == "total":
            return "percent"
        return "percentage points" if self.kind == "share" or self.unit == "%" else "own"

    @property
    def change_unit(self) -> str:
        """Tell the unit in which a change of this measure is printed."""
        return self.unit if self.change == "own" else self.change


@dataclass(frozen=True)
class Dimension:
    """Cut the frame into segments: ``"total"``, one column, or columns crossed with ``*``.

    Examples
    --------
    >>> Dimension("bank_type*centre_kind").columns
    ('bank_type', 'centre_kind')
    """

    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        """List the frame's columns the segments are made of; none for the total."""
        return () if self.name == "total" else tuple(self.name.split("*"))

    def label(self, frame: pd.DataFrame) -> pd.Series[str]:
        """Give each row of the frame its segment: ``all``, ``large``, ``large*credit``.

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

    Raises
    ------
    FrameError
        Missing columns, a member listed twice in a wave.
    DesignError
        More respondents than members, a respondent outside the frame, a member in no stratum, a wave of
        the frame that nobody answered.
    ArgumentError
        A level outside (0, 1).
    """

    frame: pd.DataFrame
    respondents: pd.DataFrame
    stratum: str = "bank_type"
    level: float = 0.95
    joined: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ArgumentError("level", "a number between 0 and 1", repr(self.level), "use 0.95 for 95 %")
        require_columns(self.frame, ("wave", "member_id", self.stratum), "frame")
        require_columns(self.respondents, ("wave", "member_id"), "respondents")
        frame = self.frame.reset_index(drop=True)
        respondents = self.respondents[["wave", "member_id"]].reset_index(drop=True)
        for column in ("wave", "member_id", self.stratum):
            _refuse_missing(frame, column)
            frame[column] = frame[column].astype("str")
        respondents = respondents.astype("str")
        _refuse_repeats(frame, "frame")
        _refuse_repeats(respondents, "respondents")
        _refuse_strangers(frame, respondents)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "respondents", respondents)

    @property
    def waves(self) -> tuple[str, ...]:
        """List the waves of the frame, in order."""
        return tuple(sorted(self.frame["wave"].unique()))

    @property
    def strata(self) -> tuple[str, ...]:
        """List the strata of all waves, in order."""
        return tuple(sorted(self.frame[self.stratum].unique()))

    def sizes(self) -> pd.DataFrame:
        """Count members and respondents of each stratum and wave.

        Returns
        -------
        wave, stratum, joined (names of the strata that stand together, ``city+rural``), N, n (of the
        stratum itself), N_joined, n_joined, weight = N_joined / n_joined, fraction = n_joined / N_joined.
        """
        frame = self.frame.merge(
            self.respondents.assign(answered=1), on=["wave", "member_id"], how="left", validate="one_to_one"
        )
        counted = frame.groupby(["wave", self.stratum], sort=True).agg(
            N=("member_id", "size"), n=("answered", "count")
        )
        counted = counted.reset_index().rename(columns={self.stratum: "stratum"})
        parts = [self._join(part.reset_index(drop=True)) for _, part in counted.groupby("wave", sort=True)]
        return pd.concat(parts, ignore_index=True)

    def _join(self, part: pd.DataFrame) -> pd.DataFrame:
        names: list[str] = part["stratum"].tolist()
        group = join_strata(names, part["N"].to_numpy(), part["n"].to_numpy(), self.joined)
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
        wave, member_id, stratum, strata_standing_together, members_in_stratum, respondents_in_stratum,
        members_standing_together, respondents_standing_together, share_that_answered, weight,
        finite_population_correction (1 - n/N), sum_of_weights_of_wave (equals the frame's size),
        effective_respondents_of_wave (Kish).
        """
        names = {
            "joined": "strata_standing_together",
            "N": "members_in_stratum",
            "n": "respondents_in_stratum",
            "N_joined": "members_standing_together",
            "n_joined": "respondents_standing_together",
            "fraction": "share_that_answered",
        }
        keys = self.frame[["wave", "member_id", self.stratum]].rename(columns={self.stratum: "stratum"})
        rows = self.respondents.merge(keys, on=["wave", "member_id"], how="left", validate="one_to_one")
        rows = rows.merge(self.sizes(), on=["wave", "stratum"], how="left").rename(columns=names)
        rows["finite_population_correction"] = 1.0 - rows["share_that_answered"]
        by_wave = rows.groupby("wave")["weight"]
        rows["sum_of_weights_of_wave"] = by_wave.transform("sum")
        rows["effective_respondents_of_wave"] = by_wave.transform(kish_effective_size)
        return rows.sort_values(["wave", "member_id"], ignore_index=True)


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
