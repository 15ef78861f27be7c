"""What stands before the first chapter, and the words every document shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from babel.messages.pofile import read_po

from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FrontMatter", "KeyFigure", "Language", "Words", "messages", "read_catalogues", "words"]

# The words of the frame in each language, from the catalogues in ``locale``: the same entries in each file.
#
# Sentences of the report are no part of it: a claim holds both its languages beside its numbers.


_FOLDER = Path(__file__).parent / "locale"
_LANGUAGES = ("zh", "en")
_SLOT = re.compile(r"\{\w*\}")


def messages(context: str, lang: Literal["zh", "en"]) -> Mapping[str, str]:
    """Return the entries of a context (``frame``, ``controls``) in one language, by their names."""
    return _read_once(_FOLDER)[lang][context]


@cache
def _read_once(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    return read_catalogues(folder)


def read_catalogues(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Read the catalogues: language, context, entry.

    Raises
    ------
    PublicationError
        An entry is empty, unsure (fuzzy), missing in a language or has other slots than its twin: with the
        file, the line and the entry.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for lang in _LANGUAGES:
        path = folder / f"{lang}.po"
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=lang)
        entries: dict[str, dict[str, str]] = {}
        for message in catalogue:
            if message.id:
                if not message.string or message.fuzzy:
                    state = "unsure" if message.fuzzy else "empty"
                    raise PublicationError(
                        f"{path.name}, line {message.lineno}: {message.id!r} is {state}; translate it."
                    )
                entries.setdefault(str(message.context), {})[str(message.id)] = str(message.string)
        found[lang] = entries
    _hold_against_each_other(found)
    return found


def _hold_against_each_other(found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    flat = {
        lang: {(context, name): text for context, entries in of.items() for name, text in entries.items()}
        for lang, of in found.items()
    }
    zh, en = (flat[lang] for lang in _LANGUAGES)
    for context, name in sorted(zh.keys() ^ en.keys()):
        lacking = "en" if (context, name) in zh else "zh"
        raise PublicationError(
            f"{lacking}.po lacks {name!r} of {context!r}, which the other language has; add it."
        )
    for context, name in sorted(zh):
        slots = [sorted(_SLOT.findall(side[context, name])) for side in (zh, en)]
        if slots[0] != slots[1]:
            raise PublicationError(
                f"zh.po and en.po have other slots in {name!r} of {context!r}: {slots[0]} and {slots[1]}; "
                "make them the same."
            )


Language = Literal["zh", "en"]


@dataclass(frozen=True)
class KeyFigure:
    """Hold one number of the cover: printed value, what it is, and the estimate it comes from.

    `estimate` is the key `WAVE/INDICATOR/DIMENSION/SEGMENT`, `value` the unrounded number as text;
    both may be empty where the number is no estimate (members asked, say). `change` says how it moved,
    `course` draws its years as a path in a box of 100 by 24.
    """

    printed: str
    label: str
    note: str = ""
    estimate: str = ""
    value: str = ""
    change: str = ""
    course: str = ""


@dataclass(frozen=True)
class FrontMatter:
    """Hold the front matter of one language's documents.

    `notice` is the announcement of demonstration data, or None where the data are real. `facts` are
    the pairs (name, value) the footer prints on how the document came about; nothing from the clock.
    `alternates` are the triples (language, label, relative address) of the same report elsewhere.
    `volumes` are the pairs (label, relative address) of what else was published with it.
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
    volumes: tuple[tuple[str, str], ...] = ()
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
