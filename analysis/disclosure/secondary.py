"""Find the cells that must be withheld so that withheld ones cannot be found by subtraction.

Two tests. In every single sum a reader can build at least two cells are hidden, and together they have the
minimum base. And all sums taken together, as linear equations in the hidden cells, leave every sensitive cell
undetermined: in a crossed table a cell can follow from several sums of which each alone is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from analysis.disclosure.policy import Nesting, Policy

__all__ = ["additive_sums", "determined_cells", "protecting_cells"]

_Cell = tuple[str, str]
_Sum = tuple[_Cell, list[_Cell]]
_PAIR = 2
_ZERO = 1e-9


def protecting_cells(
    reasons: Mapping[_Cell, str], bases: Mapping[_Cell, float], policy: Policy
) -> frozenset[_Cell]:
    """Name the cells of one question and wave to withhold beside those that already have a reason.

    Parameters
    ----------
    reasons : mapping of (dimension, segment) to str
        "" where a cell is shown, "empty" where nobody stands behind it, else why it is hidden.
    bases : mapping of (dimension, segment) to float
        Members behind each cell.
    policy : Policy
    """
    first = frozenset(cell for cell, reason in reasons.items() if reason not in ("", "empty"))
    if not first:
        return frozenset()
    hidden = set(first)
    filled = [cell for cell, reason in reasons.items() if reason != "empty"]
    sums = [
        (whole, [part for part in parts if part in filled])
        for whole, parts in additive_sums(list(reasons), policy.nestings)
    ]
    while True:
        before = len(hidden)
        for one in sums:
            hidden |= _next_hidden(one, hidden, bases, policy)
        if len(hidden) == before:
            hidden |= _against_equations(first, hidden, sums, bases)
        if len(hidden) == before:
            return frozenset(hidden) - first


def additive_sums(cells: list[_Cell], nestings: tuple[Nesting, ...]) -> Iterator[_Sum]:
    """Yield every (whole, parts) that a reader of these cells can add up."""
    known = set(cells)
    for dimension in dict.fromkeys(name for name, _ in cells):
        segments = [segment for name, segment in cells if name == dimension]
        if dimension != "total" and ("total", "all") in known:
            yield ("total", "all"), [(dimension, segment) for segment in segments]
        factors = dimension.split("*")
        for place, factor in enumerate(factors if len(factors) == _PAIR else []):
            for value in dict.fromkeys(segment.split("*")[place] for segment in segments):
                parts = [(dimension, s) for s in segments if s.split("*")[place] == value]
                if (factor, value) in known:
                    yield (factor, value), parts
    for nesting in nestings:
        for value in dict.fromkeys(nesting.parents.values()):
            parts = [(nesting.child, s) for s, to in nesting.parents.items() if to == value]
            if (nesting.parent, value) in known and set(parts) <= known:
                yield (nesting.parent, value), parts


def _next_hidden(
    one: _Sum, hidden: set[_Cell], bases: Mapping[_Cell, float], policy: Policy
) -> frozenset[_Cell]:
    """Name the cell to hide next in one sum; none where the sum is safe."""
    whole, parts = one
    shown = sorted((part for part in parts if part not in hidden), key=lambda part: (bases[part], part))
    covered = [part for part in parts if part in hidden]
    if whole in hidden:
        return frozenset(shown[:1] if not covered else [])
    together = sum(bases[part] for part in covered)
    if not covered or (len(covered) >= _PAIR and together >= policy.minimum_base):
        return frozenset()
    return frozenset([shown[0] if shown else whole])


def _against_equations(
    first: frozenset[_Cell], hidden: set[_Cell], sums: list[_Sum], bases: Mapping[_Cell, float]
) -> frozenset[_Cell]:
    """Name the cell to hide next so that all sums together do not give a sensitive cell."""
    found = sorted(determined_cells(hidden, sums) & first)
    if not found:
        return frozenset()
    around = {cell for whole, parts in sums if found[0] in (whole, *parts) for cell in (whole, *parts)}
    further = sorted(around - hidden, key=lambda cell: (bases[cell], cell))
    return frozenset(further[:1])


def determined_cells(hidden: Collection[_Cell], sums: Sequence[_Sum]) -> frozenset[_Cell]:
    """Name the hidden cells whose values follow from the shown ones.

    A hidden cell is undetermined if some change of the hidden cells that keeps every sum moves it: if its row
    in a basis of the null space of the equations is not zero.
    """
    order = sorted(hidden)
    equations = np.zeros((len(sums) + 1, len(order)))
    for line, (whole, parts) in zip(equations, sums, strict=False):
        line[:] = [float(cell in parts) - float(cell == whole) for cell in order]
    _, sizes, directions = np.linalg.svd(equations)
    rank = int((sizes > _ZERO).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0.0)
    return frozenset(cell for cell, move in zip(order, free, strict=True) if move <= _ZERO)
