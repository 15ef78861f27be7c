"""All checks by name, and the audit that runs them over a frame of printed figures."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.consistency.courses import (
    definitions,
    duplicates,
    labels,
    outliers,
    repeats,
    streak_numbering,
    streaks,
)
from analysis.consistency.findings import LedgerFinding, findings_frame
from analysis.consistency.ledger import WHOLES, Ledger, read_ledger
from analysis.consistency.parts_and_ratios import heads, quotients, share_sums, totals
from analysis.consistency.printed_changes import (
    former_counts,
    former_shares,
    level_changes,
    paired_changes,
    unit_of_changes,
)
from analysis.consistency.reconstruction import bounded_shares, nested_shares, sets_of_answers
from analysis.consistency.respondent_shares import (
    attainable_shares,
    common_bases,
    means_of_whole_numbers,
    partitions,
    pooled_ranges,
    rounding_of_lists,
    segment_ranges,
)
from analysis.consistency.spans import bounded_changes, chained_changes, stated_courses
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.consistency.meanings import Meaning

__all__ = ["CHECKS", "Check", "audit"]

Check = Callable[[Ledger], list[LedgerFinding]]


def _bounds(ledger: Ledger) -> list[LedgerFinding]:
    """Check shares and changes given as bounds or roughly."""
    return bounded_shares(ledger) + bounded_changes(ledger)


#: Every check by its name in findings, in the order in which they run.
CHECKS: Mapping[str, Check] = MappingProxyType({
    "attainable": attainable_shares,
    "rounding": rounding_of_lists,
    "bases": common_bases,
    "partition": partitions,
    "segment": segment_ranges,
    "pooled": pooled_ranges,
    "grim": means_of_whole_numbers,
    "answers": sets_of_answers,
    "nested": nested_shares,
    "bound": _bounds,
    "parts": share_sums,
    "total": totals,
    "change_unit": unit_of_changes,
    "change": level_changes,
    "former_count": former_counts,
    "former_share": former_shares,
    "paired_change": paired_changes,
    "chain": chained_changes,
    "course": stated_courses,
    "ratio": quotients,
    "per_head": heads,
    "streak": streaks,
    "numbering": streak_numbering,
    "repeat": repeats,
    "duplicate": duplicates,
    "outlier": outliers,
    "definition": definitions,
    "label": labels,
})  # fmt: skip


def audit(
    figures: pd.DataFrame,
    meanings: Mapping[str, Meaning],
    *,
    bases: Mapping[tuple[int, str], int] | None = None,
    checks: Sequence[str] = tuple(CHECKS),
    wholes: frozenset[str] = WHOLES,
    units: frozenset[str] = frozenset(),
    bound: int = 200,
) -> pd.DataFrame:
    """Check a frame of printed figures against arithmetic.

    Parameters
    ----------
    figures
        Columns year, indicator, label_zh, segment, value, unit, change, change_unit, source, all text, as
        printed; notes in brackets after a number or unit are allowed.
    meanings
        By indicator. An indicator without one is checked against nothing.
    bases
        (year, segment) -> number of respondents, for segments of which the ledger holds none.
    checks
        Names from `CHECKS`.
    wholes
        Names of segments that mean everybody.
    units
        Counters beyond those known (`units.COUNTERS`), such as ``"床"``.
    bound
        Largest number of respondents tried where none is known.

    Returns
    -------
    DataFrame of text with the columns `findings.FINDING_COLUMNS`, one row per check and figure checked, those
    that hold included; by year, place in ``figures`` and order of the checks.

    Raises
    ------
    ArgumentError
        An unknown check, a bound or base below 1.
    FrameError
        What cannot be read, with row and column; contradictory bases.

    References
    ----------
    Brown & Heathers (2017), doi:10.1177/1948550616673876.
    """
    for name in checks:
        if name not in CHECKS:
            raise ArgumentError(
                "checks", "names among " + ", ".join(CHECKS), repr(name), "choose among these"
            )
    ledger = read_ledger(figures, meanings, bases=bases, wholes=wholes, units=units, bound=bound)
    return findings_frame(found for name in CHECKS if name in checks for found in CHECKS[name](ledger))
