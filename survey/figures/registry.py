"""The registry of publications: what each edition showed, and the answers it rested on; for the inside alone.

What was published once is known. Every later edition is checked together with all that came before: the
difference of two is the answer of whoever came in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.disclosure import KEY

if TYPE_CHECKING:
    import pandas as pd

    from analysis.disclosure import CellKey
    from survey.archive import Archive
    from survey.figures.figures import Figures

__all__ = ["Publication", "earlier_publications", "forget_publications", "moved_answers", "register"]

_BEGINNING = "published-"
_ANSWERS = ["indicator", "wave", "member_id", "asked", "y", "x"]


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
    """

    wave: str
    measurements: pd.DataFrame
    frame: pd.DataFrame
    respondents: pd.DataFrame
    shown: frozenset[CellKey]


def register(archive: Archive, figures: Figures, basis: str) -> None:
    """Keep what an edition shows, once for the same answers, definitions and code.

    Parameters
    ----------
    archive : Archive
    figures : Figures
    basis : str
        Mark of all that the figures depend on but earlier publications.
    """
    released = figures.estimates[figures.estimates["status"] == "released"]
    archive.frames(
        f"{_BEGINNING}{figures.wave}-{basis[:16]}",
        basis,
        lambda: {
            "measurements": figures.measurements[_ANSWERS],
            "frame": figures.frame,
            "respondents": figures.respondents,
            "shown": released[[*KEY]].reset_index(drop=True),
        },
    )


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


def moved_answers(before: Publication, figures: Figures) -> pd.DataFrame:
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
    table = old.join(new, how="outer", lsuffix="_old")
    same = (table["y"] == table["y_old"]) & (table["x"] == table["x_old"])
    moved = table.index[~same].to_frame(index=False)
    here = [pair in both for pair in zip(moved["indicator"], moved["wave"], strict=True)]
    counted = moved[here].groupby(["indicator", "wave"]).size()
    return counted.rename("members").reset_index()
