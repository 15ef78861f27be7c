"""What people write for a wave's report (foreword, themes, cases, outlook); how key messages are chosen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from survey.errors import DefinitionError
from survey.programme.definitions import Definition, Wording, read_definition
from survey.programme.members import normal_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from analysis.words import Lang
    from survey.programme.members import MemberFrame

__all__ = [
    "Case",
    "Cleared",
    "EditorsChoice",
    "KeyMessages",
    "Relevance",
    "Story",
    "Theme",
    "ThemeOfProgramme",
    "Weights",
    "WrittenText",
    "read_story",
]

_SHORTEST_NAME = 3  # shorter ones stand in other words too


class WrittenText(Definition):
    """A text somebody is answerable for.

    `text` is Markdown; `{{human_connect_rate}}` quotes a figure. Only what is ``agreed`` is printed in a
    public edition; `invented` marks an example of the demonstration.
    """

    text: Wording
    owner: str = Field(min_length=1)
    state: Literal["draft", "agreed"] = "draft"
    invented: bool = False


class Cleared(Definition):
    """Who of a member agreed that it is named, and when."""

    by: str = Field(min_length=1)
    date: date


class Case(WrittenText):
    """What a member did; one that is named has `cleared` it."""

    cleared: Cleared | None = None


class Theme(Definition):
    """A head of the report: its claim, and what stands under it beside the figures."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    claim: Wording
    owner: str = Field(min_length=1)
    state: Literal["draft", "agreed"] = "draft"
    reasons: tuple[WrittenText, ...] = ()
    cases: tuple[Case, ...] = ()


class ThemeOfProgramme(Definition):
    """A head that every report has where its wave asked for one of its indicators."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Wording
    indicators: tuple[str, ...] = Field(min_length=1)


class EditorsChoice(Definition):
    """Which key messages lead, whatever their score, which stay out, and a headline of the editor's own."""

    first: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    headline: Wording | None = None

    @model_validator(mode="after")
    def _no_one_twice(self) -> EditorsChoice:
        if both := sorted(set(self.first) & set(self.out)):
            raise ValueError(f"{', '.join(both)} stands under `first` and `out`; keep one of them")
        return self


class Story(Definition):
    """What people wrote for a wave; empty where nobody did."""

    messages: EditorsChoice = EditorsChoice()
    foreword: WrittenText | None = None
    themes: tuple[Theme, ...] = ()
    outlook: WrittenText | None = None

    @field_validator("themes")
    @classmethod
    def _themes_are_unique(cls, themes: tuple[Theme, ...], _info: ValidationInfo) -> tuple[Theme, ...]:
        codes = [theme.code for theme in themes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"theme {', '.join(twice)} stands twice; write its texts under one entry")
        return themes

    def theme(self, code: str) -> Theme | None:
        """Return the theme of a code, None where nobody wrote one."""
        return next((theme for theme in self.themes if theme.code == code), None)

    def passages(self) -> Iterator[tuple[str, WrittenText]]:
        """Yield each text with its place in the file."""
        for name, passage in (("foreword", self.foreword), ("outlook", self.outlook)):
            if passage is not None:
                yield name, passage
        for theme in self.themes:
            for kind, written in (("reasons", theme.reasons), ("cases", theme.cases)):
                for place, passage in enumerate(written, start=1):
                    yield f"theme {theme.code}, {kind} {place}", passage


class Weights(Definition):
    """What each aspect of a finding counts for, from 0; see `analysis.sentences.key_message`."""

    size: float = Field(default=1.0, ge=0)
    novelty: float = Field(default=0.6, ge=0)
    reversal: float = Field(default=0.5, ge=0)
    record: float = Field(default=0.5, ge=0)
    crossing: float = Field(default=0.5, ge=0)
    streak: float = Field(default=0.6, ge=0)


class Relevance(Definition):
    """What an indicator is worth as a key message, from 0 to 1, and why its figure matters."""

    relevance: float = Field(default=0.4, ge=0, le=1)
    matters: Wording | None = None


class KeyMessages(Definition):
    """How the findings that lead are chosen: `most` in all and of a section, the weight of each aspect.

    `points` and `percent` are the changes that count half; `indicators` says what each is worth, `usual` is
    the relevance of those not named.
    """

    most: int = Field(default=6, ge=1, le=6)
    of_a_section: int = Field(default=2, ge=1)
    weights: Weights = Weights()
    points: float = Field(default=5.0, gt=0)
    percent: float = Field(default=10.0, gt=0)
    usual: float = Field(default=0.4, ge=0, le=1)
    indicators: dict[str, Relevance] = Field(default_factory=dict)


def read_story(path: Path, languages: Sequence[Lang], frame: MemberFrame) -> Story:
    """Read what people wrote for a wave; an empty story where there is no such file.

    Raises
    ------
    DefinitionError
        The file does not fit, a text is missing in a language, or one names a member that did not clear it:
        with file, line or place, and the remedy.
    """
    if not path.exists():
        return Story()
    story = read_definition(path, Story, languages)
    names = sorted((name for name in frame.names if len(name) >= _SHORTEST_NAME), key=len, reverse=True)
    for place, passage in story.passages():
        texts = [normal_name(text) for text in (passage.text.zh, passage.text.en)]
        named = [name for name in names if any(name in text for text in texts)]
        if named and not (isinstance(passage, Case) and passage.cleared):
            raise DefinitionError(
                path,
                None,
                f"{place} names {named[0]}, which has not agreed to be named; add "
                "`cleared: {by: …, date: …}` to a case, or take the name out",
            )
    return story
