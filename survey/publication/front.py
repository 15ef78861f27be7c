"""What stands before the first chapter, and the words every document shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from survey.publication.catalogue import messages

__all__ = ["FrontMatter", "KeyFigure", "Language", "Words", "words"]

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class KeyFigure:
    """Hold one number of the cover: printed value, what it is, and the estimate it comes from.

    `estimate` is the key `WAVE/INDICATOR/DIMENSION/SEGMENT`, `value` the unrounded number as text;
    both may be empty where the number is no estimate (members asked, say).
    """

    printed: str
    label: str
    note: str = ""
    estimate: str = ""
    value: str = ""


@dataclass(frozen=True)
class FrontMatter:
    """Hold the front matter of one language's documents.

    `notice` is the announcement of demonstration data, or None where the data are real. `facts` are
    the pairs (name, value) the footer prints on how the document came about; nothing from the clock.
    `alternates` are the triples (language, label, relative address) of the same report elsewhere.
    `wave_label` heads the wave where it is no year. A `brief` document, of a page or a few, has neither
    cover nor contents.
    """

    title: str
    subtitle: str
    wave: str
    organisation: str
    release_date: str
    language: Language
    edition_label: str
    notice: str | None = None
    key_figures: tuple[KeyFigure, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    alternates: tuple[tuple[str, str, str], ...] = ()
    wave_label: str = ""
    brief: bool = False


@dataclass(frozen=True)
class Words:
    """Hold the words of the documents' frame in one language."""

    tag: str
    figure: str
    table: str
    section: str
    contents: str
    figures: str
    tables: str
    skip: str
    key_figures: str
    data_of: str
    data_table: str
    picture: str
    about: str
    wave: str
    released: str
    edition: str
    cover: str
    notes: str
    back: str
    sheet: str


@cache
def words(lang: Language) -> Words:
    """Give the frame's words in one language, from the catalogue."""
    return Words(**messages("frame", lang))
