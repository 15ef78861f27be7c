"""What every chapter starts from: the figures of a wave, and putting pieces before the reader.

A piece is shown in each language of the run. An indicator the wave did not ask is left out of a list; a name
that is no indicator at all is an error.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import pandas as pd
from IPython.display import publish_display_data
from matplotlib.figure import Figure

from analysis.charts import DrawnChart
from analysis.pieces import (
    PIECE_TYPE,
    Remark,
    html_of,
    markdown_of,
    own_pieces,
    plain_of,
    to_json,
)
from analysis.words import Lang, Lexicon, Text
from survey.errors import UsageError
from survey.figures import has_change, text, words_of
from survey.notebooks.declared_base import declare, withhold_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.pieces import Piece
    from analysis.words import Cell
    from survey.figures import Figures

__all__ = ["Showing", "Shown", "output_of", "shown_of"]


def output_of(piece: Piece, languages: Iterable[Lang]) -> dict[str, Any]:
    """Return a piece as an output of a notebook: its data, and what JupyterLab shows of it.

    What is published is made from the data alone, which hold all languages.
    """
    written = list(languages)
    return {
        PIECE_TYPE: to_json(piece),
        "text/html": "".join(f'<div lang="{lang}">{html_of(piece, lang)}</div>' for lang in written),
        "text/markdown": "\n\n".join(markdown_of(piece, lang) for lang in written),
        "text/plain": "\n\n".join(plain_of(piece, lang) for lang in written),
    }


def shown_of(thing: Any) -> dict[str, str]:
    """Return what a notebook would show of an object: a figure as SVG, any other by its own HTML.

    Raises
    ------
    UsageError
        The object shows itself as text alone.
    """
    if isinstance(thing, Figure):
        drawn = io.StringIO()
        # letters as outlines: a researcher's typeface is on no reader's machine
        with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "own"}):
            thing.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
        return {"image/svg+xml": drawn.getvalue()}
    written = thing._repr_html_() if hasattr(thing, "_repr_html_") else None
    if not isinstance(written, str):
        raise UsageError(
            f"a {type(thing).__name__} shows itself as text alone; pass a matplotlib figure, a frame, a "
            "Styler or a model's summary, or write it in a Markdown cell"
        )
    return {"text/html": written}


class Shown:
    """Something that shows pieces in the languages of the run."""

    languages: tuple[Lang, ...]

    @property
    def minimum_base(self) -> int:
        """The fewest members that a published number may rest on."""
        return 0

    def show(
        self, *pieces: Piece | DrawnChart | None, metadata: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Show sentences, charts or tables, each in all languages; None is passed over."""
        for piece in pieces:
            if piece is not None:
                shown = piece.piece() if isinstance(piece, DrawnChart) else piece
                publish_display_data(output_of(shown, self.languages), metadata=dict(metadata))  # type: ignore[no-untyped-call]

    def publish(
        self,
        thing: Any,
        slug: str,
        *,
        zh: str,
        en: str,
        alt_zh: str = "",
        alt_en: str = "",
        base: int | str | None = None,
        cleared: str = "",
    ) -> None:
        """Show what was made without this package: a matplotlib figure, a frame, a Styler, a model's summary.

        Its numbers are of no released cell: disclosure control knows of them only what is declared here. A
        public edition stops where nothing is.

        Parameters
        ----------
        thing : object
        slug : str
            Names it on the page: small letters, digits and hyphens.
        zh, en : str
            The caption, which says what is found.
        alt_zh, alt_en : str
            What a picture shows, for those who cannot see it; a table needs none.
        base : int or str, optional
            The fewest members behind a number, or the column of a frame that counts them row by row (a column
            ``n`` need not be named): rows of fewer than the policy's minimum are shown as [c].
        cleared : str, optional
            Why no member's answer can be read from it: it does not come from answers, say.
        """
        if isinstance(thing, pd.DataFrame):
            thing = withhold_rows(thing, base, self.minimum_base)
        declared = declare(thing, base, cleared)
        pieces = own_pieces(shown_of(thing), slug, Text(zh, en), Text(alt_zh, alt_en))
        self.show(*pieces, metadata=declared.metadata())


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
    def minimum_base(self) -> int:
        """The fewest members that a published number may rest on, by the programme's policy."""
        return self.figures.policy.minimum_base

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
        return self.before if has_change(self.figures, cell) else None

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

    def tested(self, dimension: str) -> list[str]:
        """List the indicators tested by a dimension, but no totals: a segment's depends on its size."""
        tests, known = self.figures.comparisons, self.figures.measures
        rows = tests[(tests["dimension"] == dimension) & tests["p_adjusted"].notna()]
        return [code for code in rows["indicator"] if code not in known or known[code].kind != "total"]

    def differing(self, dimension: str, *, as_it_stands: bool = False) -> list[str]:
        """Return the indicators whose segments differ by more than chance, in the programme's order.

        `as_it_stands`: all those whose segments differ in this frame, by chance or not.
        """
        compared = [self.figures.cells.compared(one, self.wave, dimension) for one in self.tested(dimension)]
        found = {
            str(one.row["indicator"])
            for one in compared
            if one is not None and (one.differs_as_it_stands if as_it_stands else one.is_significant)
        }
        return self.asked(*[code for code in self.figures.indicators if code in found])

    def segments_of(self, dimension: str) -> list[str]:
        """Return the codes of a dimension's segments, in the programme's order."""
        return [segment.code for segment in self.figures.programme.dimension(dimension).segments]

    def note(self, zh: str, en: str, kind: str = "p") -> None:
        """Show a plain remark that needs code to be chosen, escaped."""
        self.show(Remark(Text(zh, en), kind))

    def break_note(self, indicator: str) -> Text | None:
        """Return, as a clause, what broke a series since the wave before; None where nothing did."""
        breaks = self.figures.programme.indicators[indicator].breaks
        crossed = [b for b in breaks if self.before and self.before < b.wave <= self.wave]
        if not crossed:
            return None
        note = crossed[-1].note
        # it becomes a clause of the sentence
        return Text(note.zh, note.en[:1].lower() + note.en[1:])
