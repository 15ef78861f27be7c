"""Checks of the measurements: one row for each respondent of a wave and indicator, and nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.measures import Measure

__all__ = ["check_measure", "check_rows"]

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
