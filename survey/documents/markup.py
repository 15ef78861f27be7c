"""Parsing and selecting in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lxml import html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["parse", "select", "text_of"]


def parse(text: str) -> HtmlElement:
    """Give the root element of a page."""
    # the parser's own functions do not promise their types
    return cast("HtmlElement", html.document_fromstring(text))


def select(element: HtmlElement, path: str) -> list[HtmlElement]:
    """Give the elements an XPath finds, in the order of the page."""
    return cast("list[HtmlElement]", element.xpath(path))


def text_of(element: HtmlElement) -> str:
    """Give an element's text with its white space evened out."""
    return " ".join(element.text_content().split())
