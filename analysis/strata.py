"""Strata: their part of a variance, and how those that cannot stand alone join a neighbour, by a named rule.

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

__all__ = ["JOINING_RULE", "join_strata", "stratum_variance"]

#: The rule of `join_strata`, as quality tables name it.
JOINING_RULE = "rule of the next smaller"

Floats = npt.NDArray[np.float64]


def join_strata(
    names: Sequence[str],
    members: npt.ArrayLike,
    answers: npt.ArrayLike,
    given: Mapping[str, str] | None = None,
    *,
    weak: npt.ArrayLike | None = None,
    apart: Sequence[str] = (),
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
    apart
        Strata that others join only where nothing else is left: those of members taken for certain.

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
        open_ = [g for g in order if g == joiner or names[g] not in apart]
        target = _neighbour(joiner, open_ if len(open_) > 1 else order, group, names, given or {})
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


def stratum_variance(counts: tuple[Floats, Floats, Floats, Floats], mean: Floats, spread: Floats) -> Floats:
    """Work out what a stratum adds to a variance; see the notes of `analysis.answers` for the formula.

    Parameters
    ----------
    counts
        N, n, a, r: members of the frame, respondents, those asked, those that answered; they
        broadcast with the rest.
    mean, spread
        Mean of the linearised values over the r answers, and their sum of squared deviations from it.

    Returns
    -------
    V_h; NaN where one answer of several asked stands alone, 0 where nobody was asked.

    References
    ----------
    Särndal, Swensson & Wretman (1992), 9.8 and 15.6. doi:10.1007/978-1-4612-4378-6
    """
    size, n, a, r = counts
    with np.errstate(invalid="ignore", divide="ignore"):
        s2 = np.where(r > 1, spread / (r - 1), np.where(r == a, 0.0, np.nan))
        inner = s2 * (a * (r - 1) / r + a / n * (a / r - 1)) + a * mean**2 * (1 - a / n)
        first = np.where(n < size, size * size * (1 / n - 1 / size) * inner / (n - 1), 0.0)
        second = np.where(r < a, (size * a / n) ** 2 * (1 / r - 1 / a) * s2, 0.0)
    return np.where(a > 0, first + second, 0.0)
