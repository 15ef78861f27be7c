"""The risk numbers of a release, each with the reason it has its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.model import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Nesting", "Policy"]


@dataclass(frozen=True)
class Nesting:
    """Segments of one dimension that add up to segments of another (regions into parts of the country)."""

    child: str
    parent: str
    parents: Mapping[str, str]


@dataclass(frozen=True)
class Policy:
    """Rules under which a cell may be published.

    Parameters
    ----------
    minimum_base : int
        Members that must stand behind a cell. Three, because with two either one knows the other's answer by
        taking its own away.
    quantile_base : int
        Members that must stand behind a median or other quantile. It is the answer of one of them; among ten
        nobody can say of whom, among three each of the others can.
    dominance_n, dominance_k : int, float
        (n, k) rule: a total or pooled ratio is withheld when its largest n members make up more than k per
        cent. One member above 85 per cent all but prints its own figure.
    p_percent : float
        A total is withheld when the second largest member could estimate the largest one to within p per cent
        by taking its own figure away. Ten per cent is the customary value.
    allow_unanimous : bool
        Whether a share of 0 or 100 per cent may be published. It tells every member's answer, yet past
        reports print "100 % of large members" of facts that are public, so it is allowed unless told
        otherwise.
    secondary : bool
        Whether cells are withheld so that others cannot be found by subtraction.
    nestings : tuple of Nesting
        Further sums that readers can build.
    """

    minimum_base: int = 3
    quantile_base: int = 10
    dominance_n: int = 1
    dominance_k: float = 85.0
    p_percent: float = 10.0
    allow_unanimous: bool = True
    secondary: bool = True
    nestings: tuple[Nesting, ...] = ()

    def __post_init__(self) -> None:
        _check("minimum_base", self.minimum_base, 1, None)
        _check("quantile_base", self.quantile_base, 1, None)
        _check("dominance_n", self.dominance_n, 1, None)
        _check("dominance_k", self.dominance_k, 0, 100)
        _check("p_percent", self.p_percent, 0, 100)


def _check(name: str, value: float, least: float, most: float | None) -> None:
    if value < least or (most is not None and value > most):
        expected = f"at least {least}" if most is None else f"{least} to {most}"
        raise AnalysisError(argument=name, expected=expected, got=repr(value), remedy="correct the policy")
