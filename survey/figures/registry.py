"""The registry of publications: what each edition showed, and the answers it rested on; for the inside alone.

What was published once is known. Every later edition is checked together with all that came before: the
difference of two is the answer of whoever came in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from analysis.disclosure import ANSWERS, KEY, shown_splits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.disclosure import CellKey, Policy
    from analysis.model import Design, Measure
    from survey.archive import Archive
    from survey.programme import Programme

__all__ = [
    "Estimated",
    "Publication",
    "earlier_publications",
    "forget_publications",
    "loosened_rules",
    "moved_answers",
    "policy_rules",
    "register",
]

_BEGINNING = "published-"
_MORE_IS_STRICTER = (
    "minimum_base", "quantile_base", "contributors", "p_percent", "protection_points", "coalition",
    "interval_base", "outward_base", "revision_base",
)  # fmt: skip
_LESS_IS_STRICTER = ("dominance_k", "prior")
_ANSWERS = ["indicator", "wave", "member_id", "asked", "y", "x"]


class Estimated(Protocol):
    """What disclosure control reads of the figures of a wave; see `Figures`."""

    @property
    def programme(self) -> Programme:
        """The programme, for its policy, definitions and ledger."""

    @property
    def wave(self) -> str:
        """The wave reported."""

    @property
    def measurements(self) -> pd.DataFrame:
        """Frame `measurements` of all waves."""

    @property
    def frame(self) -> pd.DataFrame:
        """The members of all waves with their segments."""

    @property
    def respondents(self) -> pd.DataFrame:
        """wave, member_id of those whose return counts."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure by indicator."""

    @property
    def design(self) -> Design:
        """How the respondents stand for the frame."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions estimates are made for."""

    @property
    def policy(self) -> Policy:
        """The disclosure policy."""

    @property
    def raw_estimates(self) -> pd.DataFrame:
        """Frame `estimates` before disclosure control."""

    @property
    def estimates(self) -> pd.DataFrame:
        """Frame `estimates` as published."""

    @property
    def changes(self) -> pd.DataFrame:
        """Frame `changes` as published."""


@dataclass(frozen=True, eq=False)
class Publication:
    """What an edition rested on and showed.

    Attributes
    ----------
    wave : str
        The wave it reported on; the frames hold all waves up to it.
    measurements, frame, respondents : DataFrame
        As in `Figures`, at that time.
    shown : frozenset of CellKey
        The cells that had a number.
    policy : DataFrame
        Columns rule, strictness, loosened of the policy then; see `policy_rules`. Empty in old archives.
    """

    wave: str
    measurements: pd.DataFrame
    frame: pd.DataFrame
    respondents: pd.DataFrame
    shown: frozenset[CellKey]
    policy: pd.DataFrame = field(default_factory=pd.DataFrame)


def register(archive: Archive, figures: Estimated, basis: str) -> None:
    """Keep what an edition shows, once for the same answers, definitions and code.

    Parameters
    ----------
    archive : Archive
    figures : Figures
    basis : str
        Mark of all that the figures depend on but earlier publications.
    """
    released = figures.estimates.loc[figures.estimates["status"] == "released", [*KEY]]
    parted = pd.DataFrame(sorted(shown_splits(figures.changes)), columns=[*KEY], dtype="str")
    archive.frames(
        f"{_BEGINNING}{figures.wave}-{basis[:16]}",
        basis,
        lambda: {
            "measurements": figures.measurements[_ANSWERS],
            "frame": figures.frame,
            "respondents": figures.respondents,
            "shown": pd.concat([released, parted], ignore_index=True),
            "policy": policy_rules(figures),
        },
    )


def policy_rules(figures: Estimated) -> pd.DataFrame:
    """Return how strict each rule of the policy is, and how often a reason was given for loosening it.

    Returns
    -------
    DataFrame
        rule, strictness (more is stricter, to be compared within a rule only), loosened. ``answers to x`` is
        a rule for each question.
    """
    policy, settings = figures.policy, figures.programme.settings.disclosure
    strict = {name: float(getattr(policy, name)) for name in _MORE_IS_STRICTER}
    strict |= {name: -float(getattr(policy, name)) for name in _LESS_IS_STRICTER}
    strict |= {f"base_by_kind {kind}": float(base) for kind, base in policy.base_by_kind.items()}
    sources = sorted({measure.source for measure in figures.measures.values()})
    strict |= {f"answers to {source}": float(len(ANSWERS[policy.protects(source)])) for source in sources}
    given = [entry.rule for entry in settings.loosened]
    rows = [(rule, value, given.count(rule)) for rule, value in strict.items()]
    return pd.DataFrame(rows, columns=["rule", "strictness", "loosened"])


def loosened_rules(before: Publication, figures: Estimated) -> list[str]:
    """Name the rules that are weaker than when an edition was published, without a reason given since."""
    if before.policy.empty:
        return []
    then = before.policy.set_index("rule")
    now = policy_rules(figures).set_index("rule").reindex(then.index)
    # a question that is no longer asked, or a base by kind that is gone
    lower = now["strictness"].fillna(-float("inf")) < then["strictness"]
    gone = now["strictness"].isna() & then.index.str.startswith("answers to ")
    return [str(rule) for rule in then.index[lower & ~gone & ~(now["loosened"] > then["loosened"])]]


def earlier_publications(archive: Archive, basis: str) -> list[Publication]:
    """Return the publications that rested on other answers, definitions or code than `basis`, by name."""
    found = []
    for name, mark in archive.marks(_BEGINNING).items():
        if mark and mark != basis:
            frames = archive.stored(name, mark)
            shown = frames.pop("shown")[[*KEY]].itertuples(index=False, name=None)
            wave = name.removeprefix(_BEGINNING).rpartition("-")[0]
            found.append(Publication(wave, **frames, shown=frozenset(shown)))
    return found


def forget_publications(archive: Archive, wave: str) -> None:
    """Forget the editions of a wave, which were never given out."""
    for name in archive.marks(f"{_BEGINNING}{wave}-"):
        archive.forget(name)


def moved_answers(before: Publication, figures: Estimated) -> pd.DataFrame:
    """Count the members whose answers differ from those that a publication rested on.

    Returns
    -------
    DataFrame
        indicator, wave, members: one row for each indicator and wave that was published then and has moved.
    """
    key = ["indicator", "wave", "member_id"]
    old = before.measurements.dropna(subset=["y", "x"]).set_index(key)[["y", "x"]].round(9)
    new = figures.measurements.dropna(subset=["y", "x"]).set_index(key)[["y", "x"]].round(9)
    # a wave added since, or an indicator, has no difference to what was published
    both = {pair[:2] for pair in old.index} & {pair[:2] for pair in new.index}
    table = old.add_suffix("_old").join(new, how="outer")
    same = (table["y"] == table["y_old"]) & (table["x"] == table["x_old"])
    moved = table.index[~same].to_frame(index=False)
    pairs = zip(moved["indicator"], moved["wave"], strict=True)
    here = pd.Series([pair in both for pair in pairs], index=moved.index, dtype=bool)
    counted = moved[here].groupby(["indicator", "wave"]).size()
    return counted.rename("members").reset_index()
