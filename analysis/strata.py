"""Strata that cannot stand alone join a neighbour, by a rule that is named and reported.

References
----------
Cochran (1977), Sampling Techniques, 3rd ed., 5A.12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["join_strata"]


def join_strata(
    names: Sequence[str],
    members: npt.ArrayLike,
    answers: npt.ArrayLike,
    given: Mapping[str, str] | None = None,
    *,
    weak: npt.ArrayLike | None = None,
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
        target = _neighbour(joiner, order, group, names, given or {})
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
