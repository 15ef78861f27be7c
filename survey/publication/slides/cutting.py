"""From executed notebooks to a deck: slides cut by their marks, empty ones left out, heads numbered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lxml.html import tostring

from survey.errors import PublicationError
from survey.publication import pictures
from survey.publication.chapters import Edition, one_notebook, page_of
from survey.publication.markup import select, text_of
from survey.publication.slides.content import Content, keys_of, read
from survey.publication.slides.deck import Deck, Kind, Paragraph, Run, Slide
from survey.publication.slides.marks import Cut, Place, cuts, unmarked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement
    from nbformat import NotebookNode

    from survey.publication.faults import Fault
    from survey.publication.front import FrontMatter

__all__ = ["Draft", "cut_deck"]

_NUMERALS: Final = "一二三四五六七八九十"
_BETWEEN: Final = {"zh": "　", "en": "  "}


@dataclass(frozen=True)
class Draft:
    """A deck not yet looked at: the page its slides were cut from, and what went wrong while cutting."""

    deck: Deck
    page: str
    faults: tuple[Fault, ...]


def cut_deck(notebooks: Sequence[NotebookNode], edition: Edition, front: FrontMatter) -> Draft:
    """Cut the deck of one language.

    A slide whose code cells all printed nothing is left out: the wave did not ask what it tells.

    Parameters
    ----------
    notebooks : sequence of NotebookNode
        Executed notebooks whose cells carry slideshow metadata.
    edition : {"public", "internal"}
    front : FrontMatter
        In the language of the deck.

    Raises
    ------
    PublicationError
        If no cell is marked as the beginning of a slide.
    """
    lang = front.language
    kept = cuts(notebooks, lang, edition)
    merged = one_notebook(list(unmarked(notebooks, kept)), lang, edition)
    if not kept or not merged.cells:
        raise PublicationError(
            f"No cell printed in {lang!r} begins a slide; mark one as `slide` or `subslide` in JupyterLab's "
            "property inspector."
        )
    page, drawn = page_of(merged, front)
    blocks = _by_cell(page)
    slides, faults = _slides([cut for cut in kept if _holds(cut, blocks)], blocks, drawn, front)
    cover = Slide("cover", front.title, "programme.yaml, title")
    source = pictures.restore(tostring(page, encoding="unicode"), drawn)
    return Draft(Deck(lang, front, (cover, *slides)), source, tuple(faults))


def _by_cell(page: HtmlElement) -> dict[Place, HtmlElement]:
    found = {}
    for block in select(page, "//div[@data-report-cell]"):
        place = (str(block.get("data-notebook")), int(block.get("data-report-cell") or 0))
        block.set("data-cell", str(place[1]))
        found[place] = block
    return found


def _holds(cut: Cut, blocks: Mapping[Place, HtmlElement]) -> bool:
    """Tell whether a slide has anything on it; prose alone does not count where code was to fill it."""
    needed = cut.coded or cut.cells
    return any(place in blocks for place in needed)


def _slides(
    kept: Sequence[Cut], blocks: Mapping[Place, HtmlElement], drawn: Mapping[int, str], front: FrontMatter
) -> tuple[list[Slide], list[Fault]]:
    """Make slides of cuts, each told which head it belongs to; list the heads where that is asked for."""
    slides: list[Slide] = []
    faults: list[Fault] = []
    asked: list[int] = []
    heads: list[Slide] = []
    kicker = ""
    for cut in kept:
        where = f"{cut.first[0]}, cell {cut.first[1]}"
        own = [blocks[place] for place in cut.cells if place in blocks]
        spoken = [blocks[place] for place in cut.notes if place in blocks]
        content = read(own, drawn, where)
        faults += content.faults
        slide = _slide(content, where, kicker, keys_of([*own, *spoken]), spoken)
        if slide.kind == "head":
            numeral = _numeral(len(heads) + 1, front)
            slide = replace(slide, numeral=numeral, kicker="")
            heads.append(slide)
            kicker = f"{numeral}{_BETWEEN[front.language]}{slide.title}"
        elif content.level:
            kicker = ""
            slide = replace(slide, kicker="")
        if content.heads:
            asked.append(len(slides))
        slides.append(slide)
    for place in asked:
        slides[place] = replace(slides[place], body=(*slides[place].body, *_listed(heads, front)))
    return slides, faults


def _slide(
    content: Content, where: str, kicker: str, keys: Sequence[str], spoken: Sequence[HtmlElement]
) -> Slide:
    boxes_alone = content.cards and not (content.picture or content.table or content.title)
    kind: Kind = "part" if content.level == 1 else "head" if boxes_alone else "content"
    headed = content.title and content.heading
    return Slide(
        kind=kind,
        title=content.title or content.heading,
        where=where,
        kicker=content.heading if headed else kicker,
        body=tuple(content.body),
        cards=tuple(content.cards),
        picture=content.picture,
        table=content.table,
        source=content.source,
        notes=tuple(filter(None, (text_of(part) for block in spoken for part in block))),
        keys=tuple(keys),
    )


def _numeral(number: int, front: FrontMatter) -> str:
    chinese = front.language == "zh" and number <= len(_NUMERALS)
    return _NUMERALS[number - 1] if chinese else str(number)


def _listed(heads: Sequence[Slide], front: FrontMatter) -> list[Paragraph]:
    between = _BETWEEN[front.language]
    return [Paragraph((Run(head.numeral, strong=True), Run(f"{between}{head.title}"))) for head in heads]
