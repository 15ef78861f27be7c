"""Parsing and selecting in pages, and marking up plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, cast

from lxml import html

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from analysis.formatting import Lang, Text

__all__ = ["Remark", "parse", "select", "text_of", "writable"]

#: What no XML may hold: control characters, halves of surrogate pairs, two code points of no character.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Remark:
    """A remark of plain words; `kind` is the class of its paragraph."""

    words: Text
    kind: str

    def fragment(self, lang: Lang) -> str:
        """Give the remark as a paragraph."""
        return f'<p class="{escape(self.kind)}">{escape(self.words.in_(lang))}</p>'


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


def writable(text: str) -> str:
    """Give a text as every format can hold it; what cannot be written becomes U+FFFD, never nothing."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
