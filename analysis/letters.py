"""Letters beside segments: two that share one have not been told apart.

References
----------
Piepho (2004), An algorithm for a letter-based representation of all-pairwise comparisons, Journal of
Computational and Graphical Statistics 13, 456-466. doi:10.1198/1061860043515
"""

from __future__ import annotations

import json
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["assign_letters", "letters"]


def letters(
    comparison: Mapping[str, Any], order: Sequence[str] | None = None, *, alpha: float = 0.05
) -> dict[str, str]:
    """Give each segment of one row of `comparisons` its letters.

    Two segments differ where the pair's ``p_adjusted`` (Holm's within the question) lies below alpha;
    segments that share a letter have not been shown to differ, which is not to say that they are alike.

    Parameters
    ----------
    comparison
        A row of `comparisons`; ``pairs`` is read.
    order
        Segments in the order letters are given, the first gets "a": high to low, say. Segments not named are
        left out; without it, those of the pairs as they come.
    alpha
        Between 0 and 1.

    Returns
    -------
    Segment -> letters, "" for all where no pair is left.
    """
    pairs = json.loads(str(comparison["pairs"]))
    named = (
        list(order) if order is not None else list(dict.fromkeys(s for p in pairs for s in (p["a"], p["b"])))
    )
    apart = [
        (p["a"], p["b"])
        for p in pairs
        if {p["a"], p["b"]} <= set(named) and p["p_adjusted"] is not None and p["p_adjusted"] < alpha
    ]
    return assign_letters(named, apart)


def assign_letters(segments: Sequence[str], apart: Collection[tuple[str, str]]) -> dict[str, str]:
    """Give segments letters such that two share one just where they are not told apart, by insert and absorb.

    Start with one column of letters for all; for each pair told apart, double every column that holds both,
    once without the one and once without the other; drop columns contained in others; at last sweep out what
    no pair needs.

    Parameters
    ----------
    segments
        Names, in the order the letters are to run.
    apart
        Pairs of them that differ.

    Raises
    ------
    ArgumentError
        A segment named twice, a pair of a segment that is not named, more letters than the alphabet has.

    References
    ----------
    Piepho (2004), doi:10.1198/1061860043515. R: ``multcompView::multcompLetters(p)``.
    """
    names = list(segments)
    if len(set(names)) != len(names):
        raise ArgumentError("segments", "each segment once", "a name twice", "name each segment once")
    if not {name for pair in apart for name in pair} <= set(names):
        raise ArgumentError("apart", "pairs of the segments", "other names", "name every segment of a pair")
    columns: list[frozenset[str]] = [frozenset(names)] if names else []
    for a, b in sorted(apart, key=lambda pair: sorted(map(names.index, pair))):
        inserted = [part for c in columns for part in ((c - {a}, c - {b}) if {a, b} <= c else (c,))]
        columns = _absorbed(inserted)
    columns = _swept(columns, names)
    if len(columns) > len(ascii_letters):
        raise ArgumentError(
            "apart", f"at most {len(ascii_letters)} letters", str(len(columns)), "compare fewer segments"
        )
    columns.sort(key=lambda column: [name not in column for name in names])
    return {
        name: "".join(
            letter for letter, column in zip(ascii_letters, columns, strict=False) if name in column
        )
        for name in names
    }


def _absorbed(columns: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Drop columns that another one contains."""
    single = list(dict.fromkeys(columns))
    return [column for column in single if not any(column < other for other in single)]


def _swept(columns: Sequence[frozenset[str]], names: Sequence[str]) -> list[frozenset[str]]:
    """Take letters away, last segment first, that no pair and no segment needs; keep columns otherwise."""
    kept = [set(column) for column in columns]
    for column in kept:
        for name in reversed([n for n in names if n in column]):
            mates = column - {name}
            others = [c for c in kept if c is not column and name in c]
            if others and all(any(mate in c for c in others) for mate in mates):
                column.discard(name)
    return _absorbed([frozenset(column) for column in kept if column])
