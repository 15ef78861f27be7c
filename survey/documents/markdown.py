"""From the page to Markdown: paragraphs, pipe tables, pictures as files beside it, no raw HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml.html import HtmlElement, tostring
from lxml.html.builder import BLOCKQUOTE, EM, H1, HR, IMG, TH, P

from survey.documents import pictures
from survey.documents.markup import text_of
from survey.documents.pandoc import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.documents.page import Page
    from survey.words import FrontMatter, Language

__all__ = ["markdown"]

#: GitHub's dialect, of it only what every reader of Markdown shows: no raw HTML, no e-mail or footnote forms.
#: Formulas between dollars stay known, for what is known is escaped: a name in dollars is no formula.
_DIALECT = "gfm-raw_html-footnotes-tex_math_gfm-alerts-emoji-task_lists"
_ENTITY = re.compile(r"&(?=#?\w+;)")
_HELD = "\ue000"  # of no script, and in no typeface: the gate lets no page with it through
_SCREEN_ONLY = ".//details | .//script | .//style"


def markdown(page: Page) -> bytes:
    """Write a page as a Markdown file in UTF-8; same page, same bytes.

    The announcement of demonstration data stands first and last. Charts become pictures with their
    alternative text, looked for in ``charts/`` beside the file; the tables behind them stay out. A table's
    heads over several columns are repeated in the columns' own heads, as Markdown has no others.
    """
    front = page.front
    foot = [HR(), *_notice(front)] if front.notice else []
    blocks = [*_head(front), *_prepared(page), *foot]
    body = "".join(tostring(block, encoding="unicode") for block in blocks)
    return (convert(body, _DIALECT, "--wrap=none").replace(_HELD, "\\&").rstrip("\n") + "\n").encode()


def _head(front: FrontMatter) -> list[HtmlElement]:
    told = " · ".join(filter(None, (front.organisation, front.subtitle, front.release_date)))
    return [*_notice(front), H1(front.title), P(told)]


def _notice(front: FrontMatter) -> list[HtmlElement]:
    return [BLOCKQUOTE(P(front.notice))] if front.notice else []


def _prepared(page: Page) -> list[HtmlElement]:
    """Give the blocks of the body with nothing that Markdown lacks."""
    main = page.main()
    for element in main.xpath(_SCREEN_ONLY):
        element.drop_tree()
    for figure in main.xpath(".//figure"):
        _plain_figure(figure, page.pictures, page.lang)
    for table in main.iter("table"):
        _plain_table(table)
    for aside in main.iter("aside"):
        aside.tag = "blockquote"
    for link in main.xpath(".//a[starts-with(@href, '#')]"):
        link.drop_tag()  # the words of a reference say where to look; Markdown has no lasting ids
    for element in main.xpath(".//data | .//span | .//div | .//section | .//time"):
        element.drop_tag()
    for element in main.iter():
        if element.tag not in {"code", "pre"}:
            element.text = _hold(element.text)
        element.tail = _hold(element.tail)
    return list(main)


def _hold(text: str | None) -> str | None:
    """Hold the sign before a name such as ``lt;``, which pandoc leaves to be read as another character."""
    return _ENTITY.sub(_HELD, text) if text else text


def _plain_figure(figure: HtmlElement, drawn: Mapping[int, pictures.Picture], lang: Language) -> None:
    """Swap a figure for its picture and its caption below."""
    name = figure.get("id", "").removeprefix("fig-")
    caption = figure.find(".//figcaption")
    told = text_of(caption) if caption is not None else ""
    stand_ins = figure.xpath(f".//span[@data-{pictures.PLACEHOLDER}]")
    images = figure.xpath("./img")
    if stand_ins:
        alt, kind = drawn[pictures.picture_of(stand_ins[0])].alt, "svg"
    elif images:
        alt, kind = images[0].get("alt", ""), "png"
    else:
        return
    below = [P(IMG(src=f"charts/{name}.{lang}.{kind}", alt=alt)), P(EM(told))]
    for made in below:
        figure.addprevious(made)
    figure.drop_tree()


def _plain_table(table: HtmlElement) -> None:
    """Put a table's caption before it, and one row of heads over it."""
    caption = table.find("caption")
    if caption is not None:
        table.addprevious(P(EM(text_of(caption))))
        caption.drop_tree()
    rows = table.xpath("./thead/tr")
    heads = _heads(rows)
    for row in rows[1:]:
        row.drop_tree()
    if rows and len(rows) > 1:
        first = rows[0]
        for cell in list(first):
            cell.drop_tree()
        for text in heads:
            first.append(TH(text))


def _heads(rows: list[HtmlElement]) -> list[str]:
    """Give each column its heads from top to bottom in one text."""
    grid: dict[tuple[int, int], str] = {}
    for place, row in enumerate(rows):
        column = 0
        for cell in row:
            while (place, column) in grid:
                column += 1
            wide, tall = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            for down in range(tall):
                for right in range(wide):
                    grid[place + down, column + right] = text_of(cell) if not down else ""
            column += wide
    width = max((column for _, column in grid), default=-1) + 1
    return [
        " ".join(filter(None, (grid.get((row, column), "") for row in range(len(rows)))))
        for column in range(width)
    ]
