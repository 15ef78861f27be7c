"""A page as paper takes it: without what only a screen can show or run, its pictures beside it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from survey.publication import pictures
from survey.publication.markup import parse, select

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["dated", "for_paper", "stands_for"]

_SCREEN_ONLY = (
    ".//details[contains(concat(' ', @class, ' '), ' data ')] | .//script | .//style | .//template"
    " | .//button | .//dialog | .//*[contains(concat(' ', @class, ' '), ' screen-only ')]"
)


def for_paper(html: str) -> tuple[HtmlElement, dict[int, str]]:
    """Give the text of a page made by `assembly.assemble`, and its SVG pictures by their stand-ins' numbers.

    The numbers of the text lose the elements that tell a screen what they rest on; links to what is not
    printed keep their words alone.
    """
    page, lifted = pictures.lift(html)
    main = parse(page).get_element_by_id("text")
    for element in select(main, _SCREEN_ONLY):
        element.drop_tree()
    for number in select(main, ".//data"):
        number.drop_tag()
    printed = set(main.xpath(".//*[self::figure or self::table or starts-with(name(), 'h')]/@id"))
    for link in select(main, ".//a[starts-with(@href, '#')]"):
        if str(link.get("href"))[1:] not in printed:
            link.drop_tag()
    return main, lifted


def dated(released: str) -> dt.datetime:
    """Give the date an archive asks of a document: that of its release where told as one, no clock's."""
    try:
        day = dt.date.fromisoformat(released)
    except ValueError:
        day = dt.date(1980, 1, 1)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def stands_for(stand_in: HtmlElement) -> int:
    """Give the number of the picture a stand-in stands for."""
    return int(str(stand_in.get(f"data-{pictures.PLACEHOLDER}")))
