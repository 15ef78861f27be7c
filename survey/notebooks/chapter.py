"""What a notebook works with: the figures of a wave and verbs to put them before the reader.

``chapter.say`` prints sentences, ``chapter.show`` charts and tables, each in every language of the run. An
indicator the wave did not ask is left out of a list; a name that is no indicator at all is an error.
"""

from __future__ import annotations

from survey.archive import archive_of
from survey.figures import compute_figures
from survey.notebooks.draw import Drawing
from survey.notebooks.parameters import notebook_values
from survey.notebooks.press_text import PressVerbs
from survey.notebooks.say import SentenceVerbs
from survey.notebooks.slide_text import SlideVerbs
from survey.notebooks.tabulate import Tabling
from survey.programme import open_programme

__all__ = ["Chapter", "open_chapter"]


class Chapter(SentenceVerbs, Drawing, Tabling, SlideVerbs, PressVerbs):
    """A wave's figures, and how to show them: in sentences, charts and tables."""


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
