"""The smallest change of the sizes of some groups with which printed shares and their total all close."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from analysis.consistency.shares import attainable
from analysis.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

__all__ = ["Repair", "smallest_repairs"]


@dataclass(frozen=True)
class Repair:
    """Hold the sizes and the counts with which all shares close, and how many members had to move.

    Attributes
    ----------
    sizes
        Members of each group; the same in all as before.
    counts
        Members behind each share.
    moved
        Members that changed group; 0: the sizes close as they are.
    """

    sizes: tuple[int, ...]
    counts: tuple[int, ...]
    moved: int


def smallest_repairs(
    printed: Sequence[str | Decimal], sizes: Sequence[int], total: str | Decimal, *, moves: int = 3
) -> tuple[Repair, ...]:
    """Move as few members between groups as make every group's share and the share of all attainable.

    Parameters
    ----------
    printed, sizes
        Share (in per cent as printed) and members of each group; the groups part the whole. At most 8.
    total
        Share of all as printed.
    moves
        Most members to be moved.

    Returns
    -------
    Every repair with the least number of members moved, in ascending order; none within ``moves``: empty.

    Raises
    ------
    ArgumentError
        Different numbers of shares and sizes, a size below 1, more than 8 groups.

    Examples
    --------
    >>> smallest_repairs(["100", "50", "44", "45"], [8, 21, 24, 20], "52")
    (Repair(sizes=(8, 20, 25, 20), counts=(8, 10, 11, 9), moved=1),)
    """
    if len(printed) != len(sizes) or len(sizes) > 8 or min(sizes, default=0) < 1:  # noqa: PLR2004 - as documented
        raise ArgumentError(
            "sizes",
            "one size of at least 1 for each of up to 8 shares",
            str(len(sizes)),
            "give as many sizes",
        )
    whole = attainable(total, sum(sizes))
    for moved in range(moves + 1):
        found = [
            Repair(new, counts, moved)
            for new in _moved(tuple(sizes), moved)
            for counts in _closing(printed, new, whole)
        ]
        if found:
            return tuple(found)
    return ()


def _moved(sizes: tuple[int, ...], moved: int) -> Iterator[tuple[int, ...]]:
    """Give all sizes that differ by so many members moved."""
    if not moved:
        yield sizes
        return
    for steps in product(range(-moved, moved + 1), repeat=len(sizes) - 1):
        last = -sum(steps)
        if sum(map(abs, steps)) + abs(last) == 2 * moved:
            new = tuple(size + step for size, step in zip(sizes, (*steps, last), strict=True))
            if min(new) >= 1:
                yield new


def _closing(
    printed: Sequence[str | Decimal], sizes: tuple[int, ...], whole: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Give the counts of the groups, if any, that add up to a count of all; the first of them will do."""
    choices = [attainable(share, size) for share, size in zip(printed, sizes, strict=True)]
    if all(choices) and whole:
        fitting = (counts for counts in product(*choices) if sum(counts) in whole)
        yield from list(fitting)[:1] if _few(choices) else _extremes(choices, whole)


def _few(choices: list[tuple[int, ...]]) -> bool:
    size = 1
    for counts in choices:
        size *= len(counts)
    return size <= 10_000  # noqa: PLR2004 - beyond it the sums are runs of whole numbers anyway


def _extremes(choices: list[tuple[int, ...]], whole: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Fill counts up from the least until their sum is a count of all: attainable counts have no gaps."""
    counts = [options[0] for options in choices]
    for place, options in enumerate(choices):
        short = max(0, whole[0] - sum(counts))
        counts[place] = min(options[-1], counts[place] + short)
    if sum(counts) in whole:
        yield tuple(counts)
