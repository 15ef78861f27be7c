"""Find the cells that must be withheld so that withheld ones cannot be found by subtraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.disclosure.policy import Nesting, Policy

__all__ = ["protecting_cells"]

_Cell = tuple[str, str]
_Sum = tuple[_Cell, list[_Cell]]
_PAIR = 2


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
    hidden = {cell for cell, reason in reasons.items() if reason not in ("", "empty")}
    first = frozenset(hidden)
    filled = [cell for cell, reason in reasons.items() if reason != "empty"]
    sums = [
        (whole, [part for part in parts if part in filled])
        for whole, parts in _sums(list(reasons), policy.nestings)
    ]
    changed = True
    while changed:
        changed = False
        for one in sums:
            cell = _next_hidden(one, hidden, bases, policy)
            if cell is not None:
                hidden.add(cell)
                changed = True
    return frozenset(hidden) - first


def _sums(cells: list[_Cell], nestings: tuple[Nesting, ...]) -> Iterator[_Sum]:
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


def _next_hidden(one: _Sum, hidden: set[_Cell], bases: Mapping[_Cell, float], policy: Policy) -> _Cell | None:
    """Name the cell to hide next in one sum, or None where the sum is safe."""
    whole, parts = one
    shown = sorted((part for part in parts if part not in hidden), key=lambda part: (bases[part], part))
    covered = [part for part in parts if part in hidden]
    if whole in hidden:
        return shown[0] if shown and not covered else None
    if not covered:
        return None
    together = sum(bases[part] for part in covered)
    if len(covered) >= _PAIR and together >= policy.minimum_base:
        return None
    return shown[0] if shown else whole
