"""The risk numbers of a release, each with the reason it has its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

from analysis.model import AnalysisError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Nesting", "Policy", "Sensitive"]

#: Which answer to a yes-or-no question no member may be known to have given; of amounts all but "neither"
#: mean that no member's amount may be known.
Sensitive: TypeAlias = Literal["both", "yes", "no", "neither"]


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
    base_by_kind : mapping of str to int
        The same for a kind of statistic that needs more: ``{"total": 5}``.
    quantile_base : int
        Members that must stand behind a median or other quantile. It is the answer of one of them; among ten
        nobody can say of whom, among three each of the others can.
    contributors : int
        Members whose amount is not zero that must stand behind a total, mean or ratio, if any has one.
    dominance_n, dominance_k : int, float
        (n, k) rule: a total or pooled ratio is withheld when its largest n members make up more than k per
        cent. One member above 85 per cent all but prints its own figure.
    p_percent : float
        No amount of a member may follow to within p per cent. Ten per cent is the customary value.
    prior : float
        To within how many per cent others can tell an amount before anything is published (the q of the
        p/q rule). 100: they know that it is not negative, and less than twice what it is.
    protection_points : float
        How many points of its scale an answer in per cent must be free to move by.
    coalition : int
        Members that may put their answers together. One: each reader that is a member knows its own.
    sensitive : mapping of str to Sensitive
        Whether a cell may say that all its members gave one answer, where it is not protected.
        none fits is protected wholly.
    interval_base : int
        Members behind a figure whose standard error and interval may be printed: they tell how far the
        answers are from each other, which among few tells the answers.
    outward_base : int
        Below so many members bounds are rounded outwards.
    revision_base : int
        Members whose answers must differ before a figure that was published may be published anew: the
        difference of both is the answer of those that differ.
    allow_unanimous : bool
        Whether a cell may say that all its members gave one answer that is not protected.
    secondary : bool
        Whether cells are withheld so that others cannot be found by subtraction.
    nestings : tuple of Nesting
        Further sums that readers can build.
    """

    minimum_base: int = 3
    base_by_kind: Mapping[str, int] = field(default_factory=dict)
    quantile_base: int = 10
    contributors: int = 1
    dominance_n: int = 1
    dominance_k: float = 85.0
    p_percent: float = 10.0
    prior: float = 100.0
    protection_points: float = 1.0
    coalition: int = 1
    sensitive: Mapping[str, Sensitive] = field(default_factory=dict)
    interval_base: int = 1
    outward_base: int = 1
    revision_base: int = 1
    allow_unanimous: bool = True
    secondary: bool = True
    nestings: tuple[Nesting, ...] = ()

    def __post_init__(self) -> None:
        for name in ("minimum_base", "quantile_base", "contributors", "dominance_n", "interval_base",
                     "outward_base", "revision_base"):  # fmt: skip
            _check(name, getattr(self, name), 1, None)
        for name in ("coalition", "protection_points"):
            _check(name, getattr(self, name), 0, None)
        for name in ("dominance_k", "p_percent", "prior"):
            _check(name, getattr(self, name), 0, 100)

    def least_base(self, kind: str) -> int:
        """Return how many members must stand behind a statistic of a kind."""
        least = self.quantile_base if kind == "quantile" else self.minimum_base
        return max(least, self.base_by_kind.get(kind, 0))

    def protects(self, source: str) -> Sensitive:
        """Return which answers to a question are protected."""
        fits = (which for pattern, which in self.sensitive.items() if fnmatchcase(source, pattern))
        return next(fits, "both")


def _check(name: str, value: float, least: float, most: float | None) -> None:
    if value < least or (most is not None and value > most):
        expected = f"at least {least}" if most is None else f"{least} to {most}"
        raise AnalysisError(argument=name, expected=expected, got=repr(value), remedy="correct the policy")
