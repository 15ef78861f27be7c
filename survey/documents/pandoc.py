"""The kit's own pages written in other formats by pandoc."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from survey.documents.markup import select
from survey.errors import PublicationError
from survey.pandoc_program import PandocError, run_pandoc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from survey.documents.page import Page
    from survey.documents.pictures import Picture

__all__ = ["convert", "dated", "for_paper"]


def convert(html: str, to: str, *options: str) -> str:
    """Have pandoc write HTML in another format; return what it wrote, nothing where it wrote a file.

    Parameters
    ----------
    html : str
        The blocks to be written.
    to : str
        Format by pandoc's name, with extensions.
    *options : str
        Further arguments, such as ``--output=report.docx``.

    Raises
    ------
    PublicationError
        pandoc is not there, or refused.
    """
    try:
        written = run_pandoc(html.encode(), "--from=html", f"--to={to}", *options)
    except PandocError as error:
        raise PublicationError(f"pandoc wrote no {to.partition('-')[0]}: {error}") from None
    return written.decode().replace("\r\n", "\n")


# A page as paper takes it: without what only a screen can show or run, its pictures beside it.


_SCREEN_ONLY = (
    ".//details[contains(concat(' ', @class, ' '), ' data ')] | .//script | .//style | .//template"
    " | .//button | .//dialog | .//*[contains(concat(' ', @class, ' '), ' screen-only ')]"
)


def for_paper(page: Page) -> tuple[HtmlElement, Mapping[int, Picture]]:
    """Give the text of a page, to be taken apart, and its pictures by their stand-ins' numbers.

    The numbers of the text lose the elements that tell a screen what they rest on; links to what is not
    printed keep their words alone.
    """
    main = page.main()
    for element in select(main, _SCREEN_ONLY):
        element.drop_tree()
    for number in select(main, ".//data"):
        number.drop_tag()
    printed = set(main.xpath(".//*[self::figure or self::table or starts-with(name(), 'h')]/@id"))
    for link in select(main, ".//a[starts-with(@href, '#')]"):
        if str(link.get("href"))[1:] not in printed:
            link.drop_tag()
    return main, page.pictures


def dated(released: str) -> dt.datetime:
    """Give the date an archive asks of a document: that of its release where told as one, no clock's."""
    try:
        day = dt.date.fromisoformat(released)
    except ValueError:
        day = dt.date(1980, 1, 1)
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
