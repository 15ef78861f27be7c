"""What a notebook works with: the figures of a wave and verbs to put them before the reader.

``chapter.say`` states figures in sentences, ``chapter.draw`` draws them, ``chapter.table`` sets tables, each
in every language of the run. An indicator that the wave did not ask is left out of a list; a name that is no
indicator at all is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from survey.archive import archive_of
from survey.errors import UsageError
from survey.figures import QUALITY, compute_figures
from survey.notebooks.declared_base import mark_cleared
from survey.notebooks.display import Showing
from survey.notebooks.draw import Draw
from survey.notebooks.parameters import notebook_values
from survey.notebooks.press_text import Press
from survey.notebooks.say import Say
from survey.notebooks.slide_text import Slide
from survey.notebooks.storyline import Storyline
from survey.notebooks.tabulate import Tables
from survey.programme import open_programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Cell, Lang
    from survey.figures import Figures

__all__ = ["Chapter", "open_chapter"]


class Chapter:
    """A wave's figures, and how to show them.

    Attributes
    ----------
    say, draw, table : Say, Draw, Tables
        Sentences, charts and tables: ``chapter.say("staff_total")``, ``chapter.draw.trend("staff_total",
        slug="staff")``, ``chapter.table.by("region", "staff_total", slug="by-region", zh=…, en=…)``.
    publish : callable
        Shows what was made without this package: ``chapter.publish(figure, "slug", zh=…, en=…, base=…)``.
    story : Storyline
        What the report tells: key messages, heads, reasons, cases, outlook.
    slide, press : Slide, Press
        What stands beside the charts of a deck, and the paragraphs of a release or digest.
    """

    def __init__(
        self, figures: Figures, languages: tuple[Lang, ...], edition: Literal["public", "internal"]
    ) -> None:
        self._own = Showing(figures, languages, edition)
        self.publish = self._own.publish
        self.say = Say(figures, languages, edition)
        self.draw = Draw(figures, languages, edition)
        self.table = Tables(figures, languages, edition)
        self.slide = Slide(figures, languages, edition)
        self.story = Storyline(figures, languages, edition)
        self.press = Press(figures, languages, edition)

    def __repr__(self) -> str:
        """Say in a line what is open."""
        figures, own = self._own.figures, self._own
        return (
            f"Chapter of {figures.programme.code} {self.wave} ({own.edition}; {', '.join(own.languages)}): "
            f"{len(figures.indicators)} indicators, waves {', '.join(figures.waves)}"
        )

    @property
    def wave(self) -> str:
        """The wave reported."""
        return self._own.wave

    @property
    def before(self) -> str | None:
        """The wave that changes are stated since, None in the first."""
        return self._own.before

    @property
    def edition(self) -> str:
        """The edition: ``public`` or ``internal``."""
        return self._own.edition

    @property
    def responses(self) -> pd.DataFrame:
        """Frame `responses` of the wave: members' clean answers, confidential in every edition."""
        return self._own.figures.clean[self.wave].responses.copy()

    @property
    def estimates(self) -> pd.DataFrame:
        """Frame `estimates` of all waves, withheld cells without numbers."""
        return mark_cleared(self._own.figures.estimates.copy(), "released estimates")

    def cells(
        self, *indicators: str, dimension: str = "total", waves: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return released figures as a plain frame, one row each, of this wave if no others are named.

        Columns: indicator, wave, segment, label, text (both as printed in the run's first language), value,
        lower, upper, n, N, status, key.
        """
        lang = self._own.languages[0]
        segments = ["all"] if dimension == "total" else self._own.segments_of(dimension)
        found = self._own.figures.cells.of(self.asked(*indicators), waves or [self.wave], dimension, segments)
        frame = pd.DataFrame([_plain(cell, lang) for cell in found], columns=list(_COLUMNS))
        return mark_cleared(frame, "released figures")

    def asked(self, *indicators: str) -> list[str]:
        """Return those of `indicators` that the wave gives, in this order.

        Raises
        ------
        UsageError
            For a name that is no indicator of the programme.
        """
        return self._own.asked(*indicators)

    def indicators(self, section: str | None = None, *, differing_by: str | None = None) -> list[str]:
        """Return the indicators that the wave gives, in the programme's order.

        Parameters
        ----------
        section : str, optional
            Of this section alone.
        differing_by : str, optional
            Those alone whose segments of this dimension differ by more than chance.
        """
        given = self._own.of_section(section) if section else list(self._own.figures.indicators)
        differing = set(self._own.differing(differing_by)) if differing_by else set(given)
        return [code for code in given if code in differing]

    def compare(self, *indicators: str, dimension: str) -> None:
        """Rank a dimension's segments for each indicator; say whether they differ by more than chance."""
        self.say.compare(*indicators, dimension=dimension)

    def rank(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """State several shares in one sentence, high to low; `zh` and `en` say what they are shares of."""
        self.say.rank(indicators, zh, en)

    def note(self, zh: str, en: str, kind: str = "p") -> None:
        """Show a plain remark that needs code to be chosen."""
        self._own.note(zh, en, kind)

    def quality(self, name: str) -> pd.DataFrame:
        """Return a frame on the quality of the data, for ``chapter.table.frame``.

        Raises
        ------
        UsageError
            For a name that is none: with those there are.
        """
        if name not in QUALITY:
            raise UsageError(f"quality {name!r} does not exist; there are {', '.join(QUALITY)}")
        return mark_cleared(QUALITY[name](self._own.figures, self._own.lexicon), "counts of the kit's own")


_COLUMNS = (
    "indicator",
    "wave",
    "segment",
    "label",
    "text",
    "value",
    "lower",
    "upper",
    "n",
    "N",
    "status",
    "key",
)


def _plain(cell: Cell, lang: Lang) -> dict[str, object]:
    """Return a cell as a row of plain values."""
    lower, upper = cell.interval or (None, None)
    return {
        "indicator": cell.indicator, "wave": cell.wave, "segment": cell.segment, "label": cell.name.in_(lang),
        "text": cell.text.in_(lang) if cell.is_released else "", "value": cell.value, "lower": lower,
        "upper": upper, "n": cell.base, "N": cell.population, "status": cell.status.value, "key": cell.key,
    }  # fmt: skip


def open_chapter(programme: str, wave: str, edition: str = "public", languages: str = "zh,en") -> Chapter:
    """Open a wave for a notebook, cleaning what the archive does not hold fresh.

    Parameters
    ----------
    programme, wave, edition, languages : str
        The notebook's parameters. `wave` may be a number, as ``papermill -p wave 2022`` makes it.

    Raises
    ------
    UsageError
        A programme or wave that does not exist, an edition or language that is none, a parameter the notebook
        does not have: with the list of what exists.
    """
    values = notebook_values(programme=programme, wave=wave, edition=edition, languages=languages)
    opened = open_programme(values.programme)
    return Chapter(compute_figures(archive_of(opened), values.wave), values.languages, values.edition)
