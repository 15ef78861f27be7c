"""What every chapter starts from: the figures of a wave, and putting pieces before the reader.

A piece is shown in each language of the run. An indicator the wave did not ask is left out of a list; a name
that is no indicator at all is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from IPython.display import publish_display_data

from analysis.model import Status
from analysis.pieces import Remark
from analysis.words import Lang, Lexicon, Text
from survey.errors import UsageError
from survey.figures import text, words_of

if TYPE_CHECKING:
    from analysis.words import Cell
    from survey.figures import Figures

__all__ = ["Piece", "Showing", "Shown"]


class Piece(Protocol):
    """A sentence, chart or table: anything that writes itself in a language."""

    def fragment(self, lang: Lang) -> str:
        """Return it as HTML."""


class Shown:
    """Something that shows pieces in the languages of the run."""

    languages: tuple[Lang, ...]

    def show(self, *pieces: Piece | None) -> None:
        """Show sentences, charts or tables, once in each language; None is passed over."""
        for piece in pieces:
            if piece is not None:
                for lang in self.languages:
                    html = {"text/html": piece.fragment(lang)}
                    publish_display_data(html, metadata={"lang": lang})  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Showing(Shown):
    """A wave's figures, and how to show them.

    Attributes
    ----------
    figures : Figures
        Estimates, changes, comparisons and series, suppressed cells without numbers.
    languages : tuple of str
        What every piece is shown in.
    """

    figures: Figures
    languages: tuple[Lang, ...]
    edition: Literal["public", "internal"]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The programme's words."""
        return words_of(self.figures)

    @property
    def wave(self) -> str:
        """The wave reported."""
        return self.figures.wave

    @property
    def before(self) -> str | None:
        """The wave that changes are told against, None in the first."""
        return self.figures.before

    def cell(self, indicator: str, dimension: str = "total", segment: str = "all") -> Cell:
        """Return a released figure of the wave."""
        return self.figures.cells.cell(indicator, self.wave, dimension, segment)

    def base_of(self, cell: Cell) -> str | None:
        """Return the wave that a figure's change is stated since; None where there is no such change."""
        then = cell.in_wave(self.before) if self.before else None
        if self.before is None or then is None or then.status == Status.EMPTY:
            return None
        return self.before if cell.changed_since(self.before) else None

    @cached_property
    def notice(self) -> Text | None:
        """The announcement of demonstration data, None where the returns are real."""
        announced = self.figures.questionnaire.demonstration
        return text(announced) if announced else None

    def asked(self, *indicators: str) -> list[str]:
        """Return those of `indicators` that the wave gives, in this order.

        Raises
        ------
        UsageError
            For a name that is no indicator of the programme.
        """
        known = self.figures.programme.indicators
        for name in indicators:
            if name.removesuffix(".members") not in known:
                raise UsageError(
                    f"indicator {name!r} does not exist in programme {self.figures.programme.code}; "
                    f"indicators.yaml has {', '.join(sorted(known))}"
                )
        return [name for name in indicators if name.removesuffix(".members") in self.figures.indicators]

    def extended(self, indicator: str) -> str:
        """Return the key of an indicator for all members; of an open survey's respondents its own."""
        return indicator if self.figures.programme.open_survey else f"{indicator}.members"

    def of_section(self, section: str) -> list[str]:
        """Return the indicators of a section that the wave gives."""
        known = self.figures.programme.indicators
        return [code for code in self.figures.indicators if known[code].section == section]

    def segments_of(self, dimension: str) -> list[str]:
        """Return the codes of a dimension's segments, in the programme's order."""
        return [segment.code for segment in self.figures.programme.dimension(dimension).segments]

    def words(self, zh: str, en: str, kind: str = "p") -> None:
        """Show a plain remark that needs code to be chosen, escaped."""
        self.show(Remark(Text(zh, en), kind))

    def say_if_not_asked(self, *indicators: str) -> None:
        """Say that this wave asked nothing on the matter, where it gives none of `indicators`."""
        if not self.asked(*indicators):
            zh, en = (
                "本次问卷未设本部分题目。",
                "The questionnaire of this wave had no questions on this matter.",
            )
            self.words(zh, en)

    def break_note(self, indicator: str) -> Text | None:
        """Return, as a clause, what broke a series since the wave before; None where nothing did."""
        breaks = self.figures.programme.indicators[indicator].breaks
        crossed = [b for b in breaks if self.before and self.before < b.wave <= self.wave]
        if not crossed:
            return None
        note = crossed[-1].note
        # it becomes a clause of the sentence
        return Text(note.zh, note.en[:1].lower() + note.en[1:])
