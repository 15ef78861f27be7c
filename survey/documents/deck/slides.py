"""What a deck consists of, before anything is measured or drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analysis.words import Lang
    from survey.documents.deck.native import NativeChart
    from survey.words import FrontMatter

__all__ = ["Deck", "Kind", "Run", "Slide", "SlideCard", "SlideParagraph", "SlidePicture", "SlideTable"]

Kind = Literal["cover", "part", "head", "content"]


@dataclass(frozen=True)
class Run:
    """A stretch of text, plain or set off."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class SlideParagraph:
    """One paragraph or bullet."""

    runs: tuple[Run, ...]
    bullet: bool = False

    @classmethod
    def plain(cls, text: str) -> SlideParagraph:
        """Make a paragraph of plain text."""
        return cls((Run(text),))

    @property
    def text(self) -> str:
        """The paragraph's text alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class SlidePicture:
    """A chart: its name, the SVG, what it shows in words, and what PowerPoint can draw of it."""

    slug: str
    svg: str
    alt: str
    native: NativeChart | None = None


@dataclass(frozen=True)
class SlideTable:
    """A small table; the first column names the rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SlideCard:
    """One figure with its name and what is said of it."""

    figure: str
    label: str
    sentences: tuple[SlideParagraph, ...]


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    kind : {"cover", "part", "head", "content"}
        Title page; a page on dark ground; one of the numbered heads with its boxes; any other.
    title, kicker, numeral : str
        Headline; the head it belongs to; the head's number.
    where : str
        Notebook and cell it begins with.
    body : tuple of SlideParagraph
    cards : tuple of SlideCard
    picture : SlidePicture, optional
    table : SlideTable, optional
    source : str
    notes : tuple of str
        What the speaker reads.
    keys : tuple of str
        Every cell the slide and its notes print a number of.
    """

    kind: Kind
    title: str
    where: str
    kicker: str = ""
    numeral: str = ""
    body: tuple[SlideParagraph, ...] = ()
    cards: tuple[SlideCard, ...] = ()
    picture: SlidePicture | None = None
    table: SlideTable | None = None
    source: str = ""
    notes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """All slides of one language."""

    language: Lang
    front: FrontMatter
    slides: tuple[Slide, ...]
