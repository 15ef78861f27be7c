"""What is measured: one quantity, how it is estimated and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from analysis.model.errors import FrameError, MeasureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["ChangeUnit", "Estimand", "Kind", "Measure", "Status", "Verdict", "check_measure", "check_rows"]

Kind = Literal["share", "mean", "total", "ratio", "quantile"]


class Estimand(StrEnum):
    """Whom a figure describes."""

    MEMBERS = "members"
    RESPONDENTS = "respondents"


class ChangeUnit(StrEnum):
    """What a change is printed in."""

    POINTS = "percentage points"
    PERCENT = "percent"
    OWN = "own"


class Status(StrEnum):
    """Whether a cell may be printed."""

    RELEASED = "released"
    SUPPRESSED = "suppressed"
    EMPTY = "empty"


class Verdict(StrEnum):
    """What is found of a change, by its test and its size."""

    RISE = "rise"
    EDGED_UP = "edged up"
    FALL = "fall"
    EDGED_DOWN = "edged down"
    SAME = "same"
    NOT_SHOWN = "not shown"
    TOO_FEW = "too few"
    MIXED = "mixed"
    UNTESTED = "untested"
    NOT_COMPARABLE = "not comparable"
    WITHHELD = "withheld"

    @property
    def is_up(self) -> bool:
        """Whether a rise was found, a small one included."""
        return self in {Verdict.RISE, Verdict.EDGED_UP}

    @property
    def is_moved(self) -> bool:
        """Whether a rise or fall was found, a small one included."""
        return self.is_up or self in {Verdict.FALL, Verdict.EDGED_DOWN}


_BY_KIND = cast("ChangeUnit", "by kind")


@dataclass(frozen=True)
class Measure:
    """Name one quantity to be estimated and how it is printed.

    Parameters
    ----------
    indicator
        Key of the estimate; ``"ch_app"`` for the respondents, ``"ch_app.members"`` for the frame.
    kind
        {"share", "mean", "total", "ratio", "quantile"}.
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
    p
        Of a quantile, its order: 0.5 for the median.

    Raises
    ------
    MeasureError
        An unknown kind, estimand or unit of change, a share that would change in per cent, or a quantile
        whose order is not between 0 and 1.
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
    p: float = 0.5

    def __post_init__(self) -> None:
        where = f"measure {self.indicator!r}"
        if not self.source:
            object.__setattr__(self, "source", self.indicator.removesuffix(".members"))
        if self.change == _BY_KIND:
            object.__setattr__(self, "change", self._change_by_kind())
        for name, choices in (("kind", get_args(Kind)), ("estimand", Estimand), ("change", ChangeUnit)):
            if getattr(self, name) not in tuple(choices):
                expected = "one of " + ", ".join(choices)
                raise MeasureError(
                    f"{where}, {name}", expected, repr(str(getattr(self, name))), "choose one of these"
                )
        # plain strings, as settings files hold them, are taken too
        object.__setattr__(self, "estimand", Estimand(self.estimand))
        object.__setattr__(self, "change", ChangeUnit(self.change))
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
        if not 0 < self.p < 1:
            raise MeasureError(
                f"{where}, p", "a number between 0 and 1, neither included", repr(self.p),
                "use 0.5 for the median",
            )  # fmt: skip
        if not (np.isfinite(self.scale) and self.scale > 0):
            raise MeasureError(
                f"{where}, scale", "a positive number", repr(self.scale), "set the printed unit's scale"
            )

    def _change_by_kind(self) -> ChangeUnit:
        if self.kind == "total":
            return ChangeUnit.PERCENT
        return ChangeUnit.POINTS if self.kind == "share" or self.unit == "%" else ChangeUnit.OWN

    @property
    def change_unit(self) -> str:
        """Tell the unit in which a change of this measure is printed."""
        return self.unit if self.change is ChangeUnit.OWN else self.change.value


# Checks of the measurements: one row for each respondent of a wave and indicator, and nothing beside it.


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def check_rows(
    rows: pd.DataFrame,
    place: tuple[npt.NDArray[np.intp], ...],
    responded: Flags,
    sources: Sequence[str],
    waves: Sequence[str],
) -> Flags:
    """Hold the rows against the respondents; return which indicator was held in which wave.

    Parameters
    ----------
    rows
        Measurements of the sources.
    place
        Source, wave and member of each row as places; -1 for a member not in any frame.
    responded
        [W, M].
    sources, waves
        Names of the places.

    Raises
    ------
    FrameError
        An indicator without rows, rows of members who did not respond, repeated or missing rows, no entry
        in ``asked``.
    """
    source, wave, member = place
    missing = [name for p, name in enumerate(sources) if not (source == p).any()]
    if missing:
        raise FrameError(
            "measurements", "rows for every measure", f"none for {missing[0]}",
            "derive the indicator first or leave the measure out",
        )  # fmt: skip
    strange = (member < 0) | ~responded[wave, member]
    if strange.any():
        first = rows.loc[strange].iloc[0]
        raise FrameError(
            "measurements", "respondents of the wave alone",
            f"{int(strange.sum())} rows of others, first {first['indicator']} in wave {first['wave']}",
            "add the member to the respondents or remove the rows",
        )  # fmt: skip
    unclear = int(rows["asked"].isna().sum())
    if unclear:
        raise FrameError(
            "measurements, column 'asked'", "True or False in every row", f"{unclear} rows without",
            "say of each respondent whether the item was put to it",
        )  # fmt: skip
    count = np.zeros((len(sources), *responded.shape), dtype=np.int64)
    np.add.at(count, place, 1)
    held: Flags = np.asarray(count.any(axis=2))
    for wrong, got in ((count > 1, "repeated"), (held[:, :, None] & responded & (count == 0), "missing")):
        if wrong.any():
            p, w, _ = (int(i[0]) for i in np.nonzero(wrong))
            raise FrameError(
                f"measurements, indicator {sources[p]}, wave {waves[w]}", "one row for each respondent",
                f"{int(wrong[p, w].sum())} {got}", "mark those routed out asked=False, leave a blank NaN",
            )  # fmt: skip
    return held


def check_measure(measure: Measure, y: Floats, asked: Flags) -> None:
    """Refuse answers not asked for, infinite ones, and of a share others than 0 and 1.

    Raises
    ------
    FrameError
        As said.
    """
    where = f"measurements, indicator {measure.source}"
    unasked = int((~asked & ~np.isnan(y)).sum())
    if unasked:
        raise FrameError(
            where,
            "no answer where asked is False",
            f"{unasked} answers",
            "edit the routing before estimating",
        )
    if np.isinf(y).any():
        raise FrameError(where, "finite numbers", "infinite ones", "edit the answers before estimating")
    if measure.kind == "share" and not ((y == 0.0) | (y == 1.0) | np.isnan(y)).all():
        raise FrameError(where, "0 or 1 for a share", "other numbers", "set the measure's kind to 'mean'")
