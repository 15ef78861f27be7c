"""Numbers of headings, figures and tables, given once, here; contents and references made from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml.html import HtmlElement, fromstring
from lxml.html.builder import CAPTION, LI, OL, SPAN, A

from survey.publication.markup import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survey.publication.front import Words

__all__ = [
    "Heading",
    "Labelled",
    "contents_list",
    "number_figures",
    "number_headings",
    "number_tables",
    "resolve_references",
]

_HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
_NUMERALS = "一二三四五六七八九十"
_FURNITURE = "ancestor::aside or ancestor::figure or ancestor::table"


@dataclass(frozen=True)
class Heading:
    """Hold one numbered heading of the text: level 1 for a chapter."""

    level: int
    number: str
    text: str
    target: str


@dataclass(frozen=True)
class Labelled:
    """Hold one numbered figure or table: its label (`图 3`), its caption and where it is."""

    label: str
    caption: str
    target: str


def number_headings(main: HtmlElement, words: Words | None = None) -> list[Heading]:
    """Move headings one level down (the cover holds the only h1), give each a number and a lasting id.

    Headings of the class `listed`, as articles have them, are counted as their language does: 一、 in
    Chinese, not at all in English.

    The id is made of the notebook's name and the heading's place in it, so that it is the same in both
    languages and stays when chapters before it come or go.
    """
    found: list[Heading] = []
    counters = [0] * 6
    within: dict[str, int] = {}
    for element in main.xpath(f".//*[{_HEADINGS}]"):
        level = int(element.tag[1])
        element.tag = f"h{min(level + 1, 6)}"
        if element.xpath(_FURNITURE):
            continue
        counters[level - 1] += 1
        counters[level:] = [0] * (6 - level)
        number = ".".join(str(count) for count in counters[:level])
        target = _heading_id(element, within)
        text = text_of(element)
        if "listed" in element.classes:
            number = _counted(counters[0], words)
            if number:
                element.text = f"{number}{element.text or ''}"
        elif text:
            _put_first(element, number)
        found.append(Heading(level, number, text, target))
    return found


def _counted(place: int, words: Words | None) -> str:
    """Count a section of an article in Chinese, up to ten; English leaves sections uncounted."""
    chinese = words is not None and words.tag.startswith("zh")
    return f"{_NUMERALS[place - 1]}、" if chinese and place <= len(_NUMERALS) else ""


def number_figures(main: HtmlElement, words: Words) -> list[Labelled]:
    """Give figures their numbers in one sequence; name the table of data behind each after it."""
    found: list[Labelled] = []
    for figure in main.xpath(".//figure"):
        if figure.xpath("ancestor::figure"):
            continue
        label = words.figure.format(len(found) + 1)
        caption = figure.find(".//figcaption")
        text = text_of(caption) if caption is not None else ""
        if caption is not None:
            _put_first(caption, label)
            caption.drop_tree()  # read first, as it is seen first
            caption.tail = None
            figure.insert(0, caption)
        for table in figure.xpath(".//table[not(caption)]"):
            table.insert(0, CAPTION(words.data_of.format(label)))
        found.append(Labelled(label, text, figure.get("id", "")))
    return found


def number_tables(main: HtmlElement, words: Words) -> list[Labelled]:
    """Give numbers, in one sequence, to the tables outside figures in one sequence."""
    found: list[Labelled] = []
    for table in main.xpath(".//table[not(ancestor::figure) and caption]"):
        label = words.table.format(len(found) + 1)
        caption = table.find("caption")
        text = text_of(caption)
        _put_first(caption, label)
        found.append(Labelled(label, text, table.get("id", "")))
    return found


def resolve_references(main: HtmlElement, words: Words, *lists: Iterable[Heading | Labelled]) -> None:
    """Write the number of its target into each empty reference.

    A reference to nothing shows the address it names, for the gate to find and for an author to read.
    """
    labels: dict[str, str] = {}
    for entries in lists:
        for entry in entries:
            labels[entry.target] = (
                words.section.format(entry.number) if isinstance(entry, Heading) else entry.label
            )
    for link in main.xpath(".//a[starts-with(@href, '#')]"):
        if not text_of(link) and not len(link):
            target = link.get("href")[1:]
            link.text = labels.get(target, f"[{target}?]")
            link.set("class", "ref")


def contents_list(entries: Sequence[Heading], deepest: int = 2) -> HtmlElement:
    """Give the nested list of headings down to a level."""
    top = OL()
    open_lists: list[tuple[int, HtmlElement]] = [(1, top)]
    for entry in entries:
        if entry.level > deepest:
            continue
        while open_lists[-1][0] > entry.level and len(open_lists) > 1:
            open_lists.pop()
        if entry.level > open_lists[-1][0] and len(open_lists[-1][1]):
            inner = OL()
            open_lists[-1][1][-1].append(inner)
            open_lists.append((entry.level, inner))
        open_lists[-1][1].append(
            LI(A(SPAN(entry.number, {"class": "number"}), " ", entry.text, href=f"#{entry.target}"))
        )
    return top


def _heading_id(element: HtmlElement, within: dict[str, int]) -> str:
    notebook = str((element.xpath("ancestor-or-self::*[@data-notebook][1]/@data-notebook") or [""])[0])
    slug = re.sub(r"[^\w]+", "-", re.sub(r"^[\d_.-]+", "", notebook)).strip("-").lower() or "chapter"
    within[slug] = within.get(slug, 0) + 1
    if not element.get("id"):
        element.set("id", f"sec-{slug}" if within[slug] == 1 else f"sec-{slug}-{within[slug]}")
    return str(element.get("id"))


def _put_first(element: HtmlElement, number: str) -> None:
    mark = fromstring('<span class="number"></span>')
    mark.text = number
    mark.tail = " " + (element.text or "").lstrip()
    element.text = None
    element.insert(0, mark)
