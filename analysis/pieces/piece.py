"""What a chapter shows, as data in both languages: sentences, charts, tables, cards, remarks, headings.

A piece holds its numbers with the cells they come from, once for all languages and formats. What writes it
(`html`, `plain`), stores it (`stored`), checks it or marks its revised numbers reads these classes, never
what was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pandas as pd

from analysis.words import Claim, Lang, Number, Phrase, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Aside",
    "Box",
    "Card",
    "Cards",
    "Cell",
    "Chart",
    "CheckFinding",
    "CheckFindings",
    "KeyPoint",
    "KeyPoints",
    "OwnFigure",
    "Piece",
    "Remark",
    "SectionHeading",
    "Table",
    "numbers_in",
    "with_numbers",
]

Cell = Number | Text | Phrase | str
"""A number, words, both, a marker such as ``[c]``, or an empty text where there is nothing to say."""

_Any = TypeVar("_Any")


@dataclass(frozen=True)
class SectionHeading:
    """A heading that code decides on, of level 1 (a chapter's) to 6.

    `listed` headings are counted as their language does: 一、 in Chinese, not at all in English.
    """

    level: int
    words: Text | Phrase
    listed: bool = False


@dataclass(frozen=True)
class Remark:
    """A remark of plain words; `kind` is the class of its paragraph."""

    words: Text
    kind: str


@dataclass(frozen=True)
class Aside:
    """A remark set apart, with what belongs to it as a list; `kind` is ``method`` or ``warning``."""

    kind: str
    lead: Claim | Text
    items: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Card:
    """One figure: what it is, the number, how it changed, and a remark; the last two may be missing."""

    label: Text
    number: Number
    change: Phrase | None = None
    remark: Text | None = None


@dataclass(frozen=True)
class Cards:
    """Cards of key figures side by side: a line of business at a glance."""

    cards: tuple[Card, ...]
    name: Text


@dataclass(frozen=True)
class Box:
    """What stands beside a slide's chart: one figure, what it is, and sentences on it."""

    number: Number
    label: Text
    sentences: tuple[Claim, ...]


@dataclass(frozen=True)
class CheckFinding:
    """What a check of printed figures found: what it concerns, the arithmetic, the figures one by one."""

    head: Text
    body: Text
    items: tuple[Text, ...] = ()


@dataclass(frozen=True)
class CheckFindings:
    """Findings one under the other."""

    items: tuple[CheckFinding, ...]


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    slug : str
        Its element's id is ``tbl-`` + slug.
    caption : Text
    header : tuple of Text
    rows : tuple of tuples of Cell
        The first cell of a row heads it.
    groups : tuple of (Text, int)
        Heads over several columns each, from the second column on.
    notes : tuple of Text
    data : DataFrame
        The rows the table was made from, with unrounded numbers; they stay in the notebook.
    """

    slug: str
    caption: Text
    header: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[tuple[Text, int], ...] = ()
    notes: tuple[Text, ...] = ()
    data: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False, repr=False)


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes
    ----------
    slug : str
        Its element's id is ``fig-`` + slug.
    caption : Phrase
    svg : mapping of {"zh", "en"} to str
        Whole SVG documents without declaration, fit for a page or a file.
    alt : mapping of {"zh", "en"} to str
    header, rows
        The table of what is drawn, as of a `Table`.
    kind : str
        ``bars``, ``lines`` or ``dots``, of which the rows tell all; empty for any other.
    measure : Text
        What stands below the caption: measure, unit, whom it describes, base.
    notes : tuple of Text
        What stands below the picture.
    breaks : tuple of str
        Waves before which lines stop.
    data : DataFrame
        The rows drawn, unrounded; they stay in the notebook.
    """

    slug: str
    caption: Phrase
    svg: Mapping[Lang, str]
    alt: Mapping[Lang, str]
    header: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str = ""
    measure: Text | None = None
    notes: tuple[Text, ...] = ()
    breaks: tuple[str, ...] = ()
    data: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False, repr=False)


@dataclass(frozen=True)
class OwnFigure:
    """A picture a researcher made without this package.

    Attributes
    ----------
    slug : str
        Its element's id is ``fig-`` + slug.
    caption, alt : Text
        What it states, and what it shows for those who cannot see it.
    media : str
        ``image/svg+xml`` or ``image/png``.
    content : str
        The SVG itself, or the PNG in base64.
    """

    slug: str
    caption: Text
    alt: Text
    media: str
    content: str


@dataclass(frozen=True)
class KeyPoint:
    """A key message: what happened, and why it matters where that is said."""

    sentence: Claim
    matters: Text | None = None


@dataclass(frozen=True)
class KeyPoints:
    """The key messages of a report, the first first."""

    points: tuple[KeyPoint, ...]


Piece = (
    KeyPoints
    | Claim
    | SectionHeading
    | Remark
    | Aside
    | Cards
    | Box
    | CheckFindings
    | Table
    | Chart
    | OwnFigure
)


def numbers_in(piece: object, lang: Lang) -> Iterator[Number]:
    """Yield every number a piece prints in a language, in order."""
    if isinstance(piece, Number):
        yield piece
    elif isinstance(piece, Phrase):
        yield from (part for part in piece.in_(lang) if isinstance(part, Number))
    elif isinstance(piece, tuple):
        for part in piece:
            yield from numbers_in(part, lang)
    elif is_dataclass(piece):
        for one in fields(piece):
            yield from numbers_in(getattr(piece, one.name), lang)


def with_numbers(piece: _Any, change: Callable[[Number], Number]) -> _Any:
    """Return a piece with each of its numbers as `change` gives it."""
    made: Any = piece
    if isinstance(piece, Number):
        made = change(piece)
    elif isinstance(piece, tuple):
        parts = tuple(with_numbers(part, change) for part in piece)
        made = parts if any(new is not old for new, old in zip(parts, piece, strict=True)) else piece
    elif is_dataclass(piece) and not isinstance(piece, type):
        old = {one.name: getattr(piece, one.name) for one in fields(piece)}
        new = {name: with_numbers(value, change) for name, value in old.items()}
        if any(new[name] is not old[name] for name in old):
            made = replace(piece, **new)
    return cast("_Any", made)
