"""Facts of a wave's report that are no estimates: which report it is, who wrote it, who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey.figures.figures import Figures

__all__ = ["PARTICULARS", "particulars"]

#: Columns of `particulars`, with their types; its keys are those of the ledger's lines.
PARTICULARS = {
    "wave": "str", "indicator": "str", "dimension": "str", "segment": "str", "estimate": "float64",
    "n": "float64", "N": "float64",
}  # fmt: skip


def particulars(figures: Figures) -> pd.DataFrame:
    """Return the particulars of the wave, one row each, under the key a sentence prints them with.

    Returns
    -------
    DataFrame with the columns of `PARTICULARS`. ``n_consecutive_reports``, ``n_members_authoring`` and
    ``n_standing_members`` have their number as `estimate`; ``response`` has the respondents as `n`, the
    members of the frame as `N` and the rate in per cent, for each segment of each dimension.
    """
    rows = [*_of_the_report(figures), *_of_the_response(figures)]
    return pd.DataFrame(rows, columns=list(PARTICULARS)).astype(PARTICULARS)


def _of_the_report(figures: Figures) -> Iterator[tuple[str | float, ...]]:
    settings, nan = figures.programme.settings, float("nan")
    counted = {
        "n_members_authoring": figures.questionnaire.authoring_members,
        "n_standing_members": settings.standing_members.get(figures.wave),
    }
    if figures.wave[:4].isdigit():
        counted["n_consecutive_reports"] = int(figures.wave[:4]) - settings.first_report + 1
    for name, value in counted.items():
        if value:
            yield figures.wave, name, "total", "all", float(value), nan, nan


def _of_the_response(figures: Figures) -> Iterator[tuple[str | float, ...]]:
    if figures.programme.open_survey:
        return  # nobody can say how many might have answered
    frame = figures.frame[figures.frame["wave"] == figures.wave]
    answered = figures.respondents[figures.respondents["wave"] == figures.wave].merge(frame)
    for dimension in figures.programme.settings.dimensions:
        if dimension.code not in frame.columns:
            continue
        for segment in dimension.segments:
            n, members = (int((t[dimension.code] == segment.code).sum()) for t in (answered, frame))
            if members:
                yield figures.wave, "response", dimension.code, segment.code, 100 * n / members, n, members
