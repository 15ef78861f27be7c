"""The kit's own pages written in other formats by pandoc."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from survey.documents import pictures
from survey.documents.markup import parse, select
from survey.errors import PublicationError
from survey.pandoc_program import PandocError, run_pandoc

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["convert", "dated", "for_paper", "stands_for"]


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
