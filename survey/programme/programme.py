"""A programme: a survey that repeats, with its waves, indicators, frame and ledger of published figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pandas as pd
from pydantic import Field, model_validator

from analysis.consistency import FIGURE_COLUMNS
from survey.errors import DefinitionError, UsageError
from survey.folders import library
from survey.programme.definitions import Definition, read_definition, read_rows
from survey.programme.indicators import Indicator, read_indicators
from survey.programme.members import Frame, read_frame
from survey.programme.questionnaire import Bond, Questionnaire, Wording, read_questionnaire

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DEFAULT",
    "Bond",
    "Chapter",
    "Dimension",
    "Disclosure",
    "PrintedUnit",
    "Programme",
    "Reading",
    "Segment",
    "Settings",
    "open_programme",
    "programmes",
]

DEFAULT = "remote-banking"


class PrintedUnit(Wording):
    """A printed unit beyond the standard ones; English moves the decimal point by `en_power` places."""

    en_power: int = 0
    en_one: str = ""


class Segment(Definition):
    """One segment of a dimension."""

    code: str
    zh: str
    en: str
    members: tuple[str, ...] = ()


class Dimension(Definition):
    """A way to divide the members; `of` groups the segments of another dimension."""

    code: str
    label: Wording
    segments: tuple[Segment, ...]
    of: str | None = None


class Disclosure(Definition):
    """What may leave the house, and why.

    `own_figures`: a member publishes figures of its own, so that there is nobody to protect from the reader;
    a base of one is allowed then, and only then.
    """

    minimum_base: int = Field(ge=1)
    dominance_share: float = Field(gt=0, le=1)
    own_figures: bool = False
    why: Wording

    @model_validator(mode="after")
    def _one_member_speaks_for_itself(self) -> Disclosure:
        if self.minimum_base == 1 and not self.own_figures:
            raise ValueError(
                "minimum_base is at least 2; 1 is for a member that publishes its own figures "
                "(`own_figures: true`)"
            )
        return self


class Chapter(Definition):
    """A notebook of a publication; `internal` chapters stay out of the public edition."""

    notebook: str
    edition: Literal["public", "internal"] = "public"


class Reading(Definition):
    """What to compute for a printed line that is no indicator's level.

    One of: `level` of another indicator, `change` of one since the year before, `streak` of years (`above` a
    value, or in a `direction`), `yearly_change` since a wave, `from_to` (level of an earlier year and of
    this), `respondents` counted, `metadata` of the wave, or `outside`: no answer can give it, with the
    reason.
    """

    level: str | None = None
    segment: str | None = None
    change: str | None = None
    streak: str | None = None
    above: float | None = None
    direction: Literal["rising", "falling"] | None = None
    yearly_change: str | None = None
    from_to: str | None = None
    since: str | None = None
    respondents: bool = False
    metadata: Literal["released", "fieldwork", "reports", "authoring_members", "standing_members"] | None = (
        None
    )
    outside: Wording | None = None


class Settings(Definition):
    """What programme.yaml says.

    `titles` are the headlines of publications that are not called like the report (``{wave}`` is filled in);
    `leadership` says, by wave, who led the organisation.
    """

    title: Wording
    titles: dict[str, Wording] = Field(default_factory=dict)
    organisation: Wording
    contact: Wording | None = None  # how members reach the secretariat: stands on the forms sent out
    first_report: int
    languages: tuple[Literal["zh", "en"], ...]
    units: dict[str, PrintedUnit] = Field(default_factory=dict)
    dimensions: tuple[Dimension, ...]
    stratum: str
    level: float = Field(gt=0.5, lt=1)
    disclosure: Disclosure
    publications: dict[str, tuple[Chapter, ...]]
    highlights: tuple[str, ...] = ()
    ledger_segments: dict[str, str]
    ledger_readings: dict[str, Reading] = Field(default_factory=dict)
    ledger_names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ledger_subsets: dict[str, str] = Field(default_factory=dict)
    ledger_bonds: dict[str, Bond] = Field(default_factory=dict)
    standing_members: dict[str, int] = Field(default_factory=dict)
    leadership: dict[str, Wording] = Field(default_factory=dict)


@dataclass(frozen=True)
class Programme:
    """A programme's folder, read on demand.

    Parameters
    ----------
    folder : Path
        Holds programme.yaml, indicators.yaml, members.csv, published.csv and one folder a wave.
    """

    folder: Path

    @property
    def code(self) -> str:
        """The folder's name, by which the programme is called."""
        return self.folder.name

    @cached_property
    def settings(self) -> Settings:
        """What programme.yaml says."""
        return read_definition(self.folder / "programme.yaml", Settings)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators by code."""
        return read_indicators(self.folder / "indicators.yaml").by_code

    @cached_property
    def frame(self) -> Frame:
        """The members over time."""
        return read_frame(self.folder / "members.csv")

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """The waves that have a questionnaire, oldest first."""
        return tuple(sorted(path.parent.name for path in self.folder.glob("*/questionnaire.yaml")))

    def wave(self, wave: str) -> str:
        """Return `wave` if it exists; UsageError with the list of waves if it does not."""
        if wave not in self.waves:
            raise UsageError(
                f"wave {wave!r} does not exist in programme {self.code}; there are {', '.join(self.waves)} "
                f"(a new one is a folder with a questionnaire.yaml)"
            )
        return wave

    def questionnaire(self, wave: str) -> Questionnaire:
        """Read the questionnaire of a wave."""
        questionnaire = read_questionnaire(self.folder / self.wave(wave) / "questionnaire.yaml")
        if questionnaire.wave != wave:
            path = self.folder / wave / "questionnaire.yaml"
            raise DefinitionError(path, None, f"`wave` says {questionnaire.wave}, the folder says {wave}")
        return questionnaire

    @cached_property
    def item_codes(self) -> frozenset[str]:
        """The codes of all items that any wave asked."""
        return frozenset(item.code for wave in self.waves for item in self.questionnaire(wave).items)

    @cached_property
    def published(self) -> pd.DataFrame:
        """The ledger of published figures, every column as text, as printed."""
        path = self.folder / "published.csv"
        heading, rows = read_rows(path, "its ledger of published figures, if only a heading")
        missing = [column for column in FIGURE_COLUMNS if column not in heading]
        if missing:
            raise DefinitionError(
                path, 1, f"columns missing: {', '.join(missing)}; expected {', '.join(FIGURE_COLUMNS)}"
            )
        return pd.DataFrame([row for _, row in rows], columns=list(FIGURE_COLUMNS), dtype="str")

    def dimension(self, code: str) -> Dimension:
        """Return the dimension `code`; UsageError with the list if there is none."""
        for dimension in self.settings.dimensions:
            if dimension.code == code:
                return dimension
        known = ", ".join(d.code for d in self.settings.dimensions)
        raise UsageError(f"dimension {code!r} does not exist in programme {self.code}; there are {known}")

    def members_table(self, waves: tuple[str, ...]) -> pd.DataFrame:
        """Return the frame of `waves` with one column for each dimension, grouped ones included."""
        table = self.frame.table(waves)
        for dimension in self.settings.dimensions:
            if dimension.of:
                group = {code: s.code for s in dimension.segments for code in s.members}
                table[dimension.code] = table[dimension.of].map(group).astype("str")
        return table


def programmes(folder: Path | None = None) -> tuple[str, ...]:
    """Return the codes of the programmes in `folder` (default: `places.library`)."""
    return tuple(sorted(path.parent.name for path in (folder or library()).glob("*/programme.yaml")))


def open_programme(code: str = DEFAULT, folder: Path | None = None) -> Programme:
    """Open a programme by its code.

    Raises
    ------
    UsageError
        If there is none of that code; the message lists those there are.
    """
    if code not in programmes(folder):
        raise UsageError(f"programme {code!r} does not exist; there are {', '.join(programmes(folder))}")
    return Programme((folder or library()) / code)
