"""A programme: a survey that repeats, with its waves, indicators, frame and ledger of published figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 -- a field is called date
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from analysis.consistency import FIGURE_COLUMNS
from analysis.words import LANGS, Lang
from survey.errors import DefinitionError, UsageError
from survey.folders import library
from survey.programme.definitions import Definition, Worded, Wording, read_definition, read_rows
from survey.programme.indicators import Indicator, read_indicators
from survey.programme.members import MemberFrame, read_frame
from survey.programme.questionnaire import Bond, Questionnaire, read_questionnaire
from survey.programme.story import KeyMessages, Story, ThemeOfProgramme, read_story

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from analysis.model import Measure

__all__ = [
    "DEFAULT",
    "NOT_STATED",
    "Bond",
    "Dimension",
    "Disclosure",
    "Exemption",
    "ListedChapter",
    "Loosened",
    "Margin",
    "PrintedUnit",
    "Programme",
    "ProtectedAnswers",
    "Reading",
    "Segment",
    "Settings",
    "open_programme",
    "programmes",
]

DEFAULT = "remote-banking"
WHOLE = "stratum"  # the column that holds the one stratum of members who are not divided
NOT_STATED = "not_stated"  # the segment of respondents of an open survey who did not answer
RESERVED = ("total", WHOLE, "wave", "member_id")  # no names for a dimension: frames use them


class PrintedUnit(Wording):
    """A printed unit beyond the standard ones; English moves the decimal point by `en_power` places."""

    en_power: int = 0
    en_one: str = ""


class Segment(Worded):
    """One segment of a dimension; `members` are the segments that it groups, `colour` and `marker` its look.

    Without a look of its own it takes the one of its place in the chart.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    members: tuple[str, ...] = ()
    colour: str = Field(default="", pattern=r"^(#[0-9A-F]{6})?$")
    marker: Literal["", "o", "s", "D", "^", "v", "P"] = ""


class Dimension(Definition):
    """A way to divide the members: a column of members.csv, or with `of` the segments of another one grouped.

    Changes are computed, and segments tested against each other, where it is `compared`; with `within` the
    test is made a second time inside the segments of another dimension.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Wording
    segments: tuple[Segment, ...]
    of: str | None = None
    compared: bool = True
    within: str | None = None

    @property
    def groups(self) -> dict[str, str]:
        """Which segment of this dimension each segment of the one it groups belongs to."""
        return {member: segment.code for segment in self.segments for member in segment.members}


class ProtectedAnswers(Definition):
    """Which answers of some indicators no member may be known to have given.

    `of` are codes, or patterns like ``ch_*``. Of a yes-or-no question ``both``, ``yes``, ``no`` or
    ``neither``; an amount is protected unless it says
    ``neither``.
    """

    of: tuple[str, ...] = Field(min_length=1)
    protect: Literal["both", "yes", "no", "neither"]
    because: str = Field(min_length=10)


class Exemption(Definition):
    """Figures published though the policy would withhold them; keys, or patterns like ``2016/ch_*/*``."""

    cells: tuple[str, ...] = Field(min_length=1)
    author: str = Field(min_length=1)
    date: Date
    because: str = Field(min_length=10)


class Loosened(Definition):
    """Why a rule of the policy is weaker than it was when an edition was published."""

    rule: str
    author: str = Field(min_length=1)
    date: Date
    because: str = Field(min_length=10)


#: Numbers of the policy whose reason `why` gives to the reader; all others say beside them why they are so.
_EXPLAINED = frozenset({"minimum_base", "dominance_share"})


class Disclosure(Definition):
    """What may leave the house, and why; `analysis.disclosure.Policy` says what each number does.

    A number stands alone or with its reason: ``coalition: {value: 1, because: "…"}``; `because` holds the
    reasons by name. `own_figures`: a member publishes figures of its own, so that there is nobody to protect
    from the reader; a base of one is allowed then, and only then.
    """

    minimum_base: int = Field(ge=1)
    base_by_kind: dict[Literal["share", "mean", "total", "ratio"], int] = Field(default_factory=dict)
    quantile_base: int = Field(default=10, ge=1)
    contributors: int = Field(default=1, ge=1)
    dominance_share: float = Field(gt=0, le=1)
    p_percent: float = Field(default=10, ge=0, le=100)
    prior: float = Field(default=100, ge=0, le=100)
    protection_points: float = Field(default=1, ge=0)
    coalition: int = Field(default=1, ge=0)
    interval_base: int = Field(default=5, ge=1)
    outward_base: int = Field(default=20, ge=1)
    revision_base: int = Field(default=3, ge=1)
    answers: tuple[ProtectedAnswers, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    loosened: tuple[Loosened, ...] = ()
    own_figures: bool = False
    because: dict[str, str] = Field(default_factory=dict)
    why: Wording

    @model_validator(mode="before")
    @classmethod
    def _take_reasons(cls, given: Any) -> Any:
        """Put the reasons that stand beside numbers into `because`."""
        if not isinstance(given, dict):
            return given
        values, reasons = dict(given), dict(given.get("because", {}))
        for name, value in given.items():
            if isinstance(value, dict) and set(value) == {"value", "because"}:
                values[name], reasons[name] = value["value"], value["because"]
            elif (
                name in cls.model_fields
                and type(value) in (int, float)
                and not (name in _EXPLAINED or reasons.get(name))
            ):
                raise ValueError(f"{name} needs its reason: {name}: {{value: {value}, because: …}}")
        return values | {"because": reasons}

    @model_validator(mode="after")
    def _one_member_speaks_for_itself(self) -> Disclosure:
        if self.minimum_base == 1 and not self.own_figures:
            raise ValueError(
                "minimum_base is at least 2; 1 is for a member that publishes its own figures "
                "(`own_figures: true`)"
            )
        return self


class Margin(Definition):
    """How large a change may be and still be as good as none, in a unit of changes, and why.

    Of all indicators whose change has the unit (``percentage points``, ``percent`` or a printed unit), or of
    those alone that `of` names: codes, or patterns like ``ch_*``.
    """

    unit: str = Field(min_length=1)
    value: float = Field(gt=0)
    of: tuple[str, ...] = ()
    because: str = Field(min_length=10)


class ListedChapter(Definition):
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
    `leadership` says, by wave, who led the organisation. Estimates are made for every dimension and for the
    segments of the dimensions `crossed` with each other; without a `stratum` the members are one.

    `population` is whom the figures describe: the members listed in members.csv, or in an open survey the
    respondents alone. There a respondent belongs to the segment that it gives in answer to the question with
    the dimension's code, and no figure is extended to others.
    """

    title: Wording
    titles: dict[str, Wording] = Field(default_factory=dict)
    organisation: Wording
    contact: Wording | None = None  # how members reach the secretariat: stands on the forms sent out
    first_report: int
    languages: tuple[Lang, ...]
    units: dict[str, PrintedUnit] = Field(default_factory=dict)
    sections: dict[str, Wording] = Field(default_factory=dict)  # of indicators, in order
    dimensions: tuple[Dimension, ...]
    crossed: tuple[tuple[str, ...], ...] = ()
    population: Literal["members", "respondents"] = "members"
    stratum: str | None = None
    name_endings: tuple[str, ...] = ()  # of a member's name, for the unit that answers: not compared
    name_headings: tuple[str, ...] = ()  # of a table's column with members' names, beside the usual ones
    member_words: tuple[str, ...] = ()  # what running text counts members as: 62 firms
    level: float = Field(gt=0.5, lt=1)
    margins: tuple[Margin, ...] = ()  # where changes are "about the same"; without, none is said to be
    disclosure: Disclosure
    publications: dict[str, tuple[ListedChapter, ...]]
    highlights: tuple[str, ...] = ()
    themes: tuple[ThemeOfProgramme, ...] = ()
    key_messages: KeyMessages = KeyMessages()
    ledger_segments: dict[str, str]
    ledger_readings: dict[str, Reading] = Field(default_factory=dict)
    ledger_names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ledger_subsets: dict[str, str] = Field(default_factory=dict)
    ledger_bonds: dict[str, Bond] = Field(default_factory=dict)
    standing_members: dict[str, int] = Field(default_factory=dict)
    leadership: dict[str, Wording] = Field(default_factory=dict)

    @field_validator("languages", mode="before")
    @classmethod
    def _in_their_order(cls, given: str | Sequence[str]) -> tuple[str, ...]:
        return tuple(lang for lang in LANGS if lang in ([given] if isinstance(given, str) else given))

    @field_validator("dimensions")
    @classmethod
    def _dimensions_fit(cls, dimensions: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
        _refuse_twice("dimension", [dimension.code for dimension in dimensions])
        if taken := [d.code for d in dimensions if d.code in RESERVED]:
            raise ValueError(
                f"dimension {', '.join(taken)} needs another code; this one names something else"
            )
        _refuse_twice("segment", [s.code for dimension in dimensions for s in dimension.segments])
        if any(s.code == NOT_STATED for dimension in dimensions for s in dimension.segments):
            raise ValueError(f"segment {NOT_STATED} needs another code; this one is for missing answers")
        columns = {d.code: {s.code for s in d.segments} for d in dimensions if not d.of}
        for dimension in dimensions:
            code = dimension.code
            if dimension.of is not None:
                _refuse_unknown(f"`of` of dimension {code}", [dimension.of], columns)
                whole, grouped = columns[dimension.of], set(dimension.groups)
                if whole != grouped:
                    raise ValueError(
                        f"dimension {code} groups {', '.join(sorted(grouped)) or 'nothing'}; "
                        f"the segments of {dimension.of} are {', '.join(sorted(whole))}"
                    )
            if dimension.within is not None:
                _refuse_unknown(f"`within` of dimension {code}", [dimension.within], columns)
        return dimensions

    @field_validator("margins")
    @classmethod
    def _one_margin_each(cls, margins: tuple[Margin, ...]) -> tuple[Margin, ...]:
        _refuse_twice("margin of the unit", [margin.unit for margin in margins if not margin.of])
        return margins

    @field_validator("stratum", "crossed")
    @classmethod
    def _names_dimensions(cls, named: Any, info: ValidationInfo) -> Any:
        columns = [dimension.code for dimension in info.data.get("dimensions", ()) if not dimension.of]
        if "dimensions" in info.data and named:
            for codes in [[named]] if isinstance(named, str) else named:
                _refuse_unknown(f"`{info.field_name}`", codes, columns)
        return named

    @property
    def columns(self) -> tuple[Dimension, ...]:
        """The dimensions that are columns of members.csv: those that group no other."""
        return tuple(dimension for dimension in self.dimensions if not dimension.of)

    @property
    def compared(self) -> tuple[Dimension, ...]:
        """The dimensions whose segments are compared with each other and with the waves before."""
        return tuple(dimension for dimension in self.dimensions if dimension.compared)


def _refuse_twice(what: str, codes: Sequence[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"{what} {', '.join(twice)} stands twice; codes are unique in a programme")


def _refuse_unknown(where: str, codes: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(codes) - set(known))
    if unknown:
        there_are = ", ".join(known) or "none"
        raise ValueError(
            f"{where} names {', '.join(unknown)}, which is no dimension with a column; there are {there_are}"
        )


class _Languages(Definition):
    """The languages alone, which decide how the other definitions are read."""

    model_config = ConfigDict(extra="ignore")

    languages: tuple[str, ...] = Field(min_length=1)

    @field_validator("languages", mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @field_validator("languages")
    @classmethod
    def _have_catalogues(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [lang for lang in given if lang not in LANGS]
        if unknown:
            raise ValueError(
                f"there is no catalogue for {', '.join(unknown)}; there are catalogues for {', '.join(LANGS)}"
            )
        _refuse_twice("language", given)
        return given


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
        return read_definition(self.folder / "programme.yaml", Settings, self._languages)

    @cached_property
    def _languages(self) -> tuple[Lang, ...]:
        """The languages that the other definitions are read in."""
        found = read_definition(self.folder / "programme.yaml", _Languages).languages
        return tuple(lang for lang in LANGS if lang in found)

    def published_in(self, languages: tuple[Lang, ...]) -> tuple[Lang, ...]:
        """Return `languages` if the programme is published in them; UsageError with its own if it is not."""
        unknown = [lang for lang in languages if lang not in self.settings.languages]
        if unknown:
            raise UsageError(
                f"programme {self.code} is not published in {', '.join(unknown)}; "
                f"its languages are {', '.join(self.settings.languages)} (programme.yaml)"
            )
        return languages

    @property
    def open_survey(self) -> bool:
        """Whether anybody may answer: there is no list of members, and figures describe respondents alone."""
        return self.settings.population == "respondents"

    @property
    def stratum(self) -> str:
        """The column of `members_table` that holds the stratum."""
        return self.settings.stratum or WHOLE

    @property
    def strata(self) -> list[str]:
        """The codes of the strata; ``all`` where the members are not divided."""
        stratum = self.settings.stratum
        return [segment.code for segment in self.dimension(stratum).segments] if stratum else ["all"]

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators by code."""
        path = self.folder / "indicators.yaml"
        found = read_indicators(path, self._languages).by_code
        if not self.open_survey:
            return found
        for indicator in found.values():
            if "estimands" in indicator.model_fields_set and "members" in indicator.estimands:
                raise DefinitionError(
                    path,
                    None,
                    f"indicator {indicator.code} has the estimand `members`, but the programme's population "
                    "is `respondents`; remove the estimand, or list the members in members.csv",
                )
        alone = {"estimands": ("respondents",)}
        return {code: indicator.model_copy(update=alone) for code, indicator in found.items()}

    @cached_property
    def margins(self) -> dict[str, float]:
        """The margin of each indicator that has one, in the unit of its change.

        Raises
        ------
        DefinitionError
            A margin that is of no indicator: its unit is that of no change, or `of` names none with it.
        """
        found: dict[str, float] = {}
        units = {code: measure.change_unit for code, measure in self._first_measures}
        # those of named indicators come last
        for margin in sorted(self.settings.margins, key=lambda one: bool(one.of)):
            alike = [code for code, unit in units.items() if unit == margin.unit]
            named = {p: [c for c in alike if fnmatchcase(c, p)] for p in margin.of or ("*",)}
            for pattern, codes in named.items():
                if not codes:
                    raise DefinitionError(
                        self.folder / "programme.yaml",
                        None,
                        f"margins: the margin of {margin.value:g} {margin.unit} is of no indicator "
                        f"({pattern}); changes have the units {', '.join(sorted(set(units.values())))}",
                    )
                found |= dict.fromkeys(codes, margin.value)
        return found

    @property
    def _first_measures(self) -> list[tuple[str, Measure]]:
        return [(code, indicator.measures()[0]) for code, indicator in self.indicators.items()]

    @cached_property
    def frame(self) -> MemberFrame:
        """The members over time."""
        columns = {d.code: frozenset(s.code for s in d.segments) for d in self.settings.columns}
        path = self.folder / "members.csv"
        if not self.open_survey:
            return read_frame(path, columns, self.settings.name_endings)
        if path.exists():
            raise DefinitionError(
                path, None, "`population` of programme.yaml is `respondents`; remove this list or that entry"
            )
        return MemberFrame((), tuple(columns), self.settings.name_endings, is_open=True)

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
        path = self.folder / self.wave(wave) / "questionnaire.yaml"
        questionnaire = read_questionnaire(path, self._languages)
        if questionnaire.wave != wave:
            raise DefinitionError(path, None, f"`wave` says {questionnaire.wave}, the folder says {wave}")
        return questionnaire.divided_by(self.stratum)

    def story(self, wave: str) -> Story:
        """Read what people wrote for a wave's report; an empty story where nobody did."""
        return read_story(self.folder / self.wave(wave) / "story.yaml", self._languages, self.frame)

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
        return self.with_derived_columns(self.frame.table(waves))

    def with_derived_columns(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a frame of members with the columns that its own ones give: grouped dimensions, stratum."""
        table = table.copy()
        for dimension in self.settings.dimensions:
            if dimension.of:
                table[dimension.code] = table[dimension.of].replace(dimension.groups).astype("str")
        return table if self.settings.stratum else table.assign(**{WHOLE: "all"}).astype("str")


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
