"""The finished page: style, fonts cut to the characters used, the small script, a policy against the rest."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from lxml.html import HtmlElement, tostring
from lxml.html.builder import META

from survey.documents.fonts import FAMILIES, Face, covered, font_files, woff
from survey.documents.markup import text_of
from survey.documents.page_controls import data_block
from survey.documents.pictures import dark_colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survey.documents.page_controls import Live
    from survey.documents.pictures import Picture
    from survey.words import Language

__all__ = ["bare", "characters_by_face", "finish"]

_FOLDER = Path(__file__).parent / "templates" / "report"
#: The parts of the script in their order: what later ones use comes first.
_SCRIPTS = (
    "page", "clipboard", "links", "contents", "dossiers", "highlight", "tables", "charts",
    "appearance", "boxes",
)  # fmt: skip
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))
_SERIF = {"p", "li", "dd", "blockquote", "aside"}
_SANS = {
    "strong",
    "b",
    "em",
    "i",
    "th",
    "td",
    "caption",
    "figcaption",
    "dt",
    "nav",
    "header",
    "footer",
    "summary",
}
_DARK = "screen and (prefers-color-scheme: dark)"
_UNSEEN = {"style", "script", "title", "meta"}


def finish(page: HtmlElement, pictures: Mapping[int, Picture], lang: Language, live: Live | None) -> str:
    """Give the page as text: everything it needs inside it, stand-ins where its pictures are."""
    script = _script()
    data = data_block(_keys(page, pictures), lang, live)
    style = _faces(characters_by_face(page, pictures, data)) + _sheet("report")
    style += _printed_foot(page)
    if page.find(".//div[@class='card']") is not None:
        style += _sheet("cards")
    style += _sheet("controls")
    head = page.find("head")
    head.insert(1, META({"http-equiv": "Content-Security-Policy", "content": _policy(script)}))
    text = tostring(page, encoding="unicode", doctype="<!doctype html>")
    # of its own, so that the reader's choice can set aside what the system asks for
    colours = dark_colours(pictures.values())
    dark = f'<style id="dark" media="{_DARK}">\n{_sheet("dark")}.picture > svg {{ {colours} }}\n</style>'
    text = text.replace("</head>", f"<style>\n{style}</style>\n{dark}\n</head>", 1)
    before, body_end, after = text.rpartition("</body>")
    block = f'<script type="application/json" id="page-data">{data}</script>'
    return f"{before}{block}\n<script>{script}</script>\n{body_end}{after}\n"


def bare(page: HtmlElement) -> str:
    """Give the page as text without style and script: what other files are written from, and nobody opens."""
    written: str = tostring(page, encoding="unicode", doctype="<!doctype html>")
    return f"{written}\n"


def _sheet(name: str) -> str:
    return (_FOLDER / f"{name}.css").read_text(encoding="utf-8")


def _script() -> str:
    """Join the parts of the script to one that leaves no name behind on the page."""
    parts = ((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{"".join(parts)}}})();\n'


def _keys(page: HtmlElement, pictures: Mapping[int, Picture]) -> set[str]:
    """Give the keys of all numbers and marks of a page."""
    drawn = {key for picture in pictures.values() for key in picture.keys}
    return drawn | {str(key) for key in page.xpath("//data/@data-estimate")}


def characters_by_face(
    page: HtmlElement, pictures: Mapping[int, Picture], data: str = ""
) -> dict[Face, frozenset[str]]:
    """Give the characters each typeface has to draw; what songti lacks falls to heiti.

    `data` is what the page's script may show: all of it in heiti.
    """
    used: dict[Face, set[str]] = {"sans": set(_ASCII) | set("·—–→↑×±≈≤≥−…") | set(data), "serif": set(_ASCII)}
    for face, text in _texts(page):
        used[face].update(text)
    for picture in pictures.values():
        used["sans"].update(picture.letters)
    files = font_files()
    return {
        face: frozenset(character for character in used[face] if ord(character) in covered(files[face]))
        for face in used
    }


def _texts(page: HtmlElement) -> Iterator[tuple[Face, str]]:
    for element in page.iter():
        if isinstance(element.tag, str) and element.tag not in _UNSEEN:
            if element.text:
                yield _face(element), element.text
            if element.tail and element.getparent() is not None:
                yield _face(element.getparent()), element.tail


def _face(element: HtmlElement) -> Face:
    """Give the face the style sheet sets an element's own text in."""
    current: HtmlElement | None = element
    while current is not None:
        kind = current.get("class", "")
        if current.tag in _SANS or kind == "number" or kind.startswith("card-"):
            return "sans"
        if current.tag in _SERIF:
            return (
                "sans" if current.xpath("ancestor::header or ancestor::footer or ancestor::nav") else "serif"
            )
        current = current.getparent()
    return "sans"


def _faces(characters: Mapping[Face, frozenset[str]]) -> str:
    files = font_files()
    with ThreadPoolExecutor(len(characters)) as workers:  # compression runs outside the interpreter's lock
        jobs = {face: workers.submit(woff, files[face], used) for face, used in characters.items()}
        packed = {face: job.result() for face, job in jobs.items()}
    return "".join(
        f'@font-face{{font-family:"{FAMILIES[face]}";font-display:swap;'
        f"src:url(data:font/woff;base64,{base64.b64encode(font).decode()}) format('woff')}}\n"
        for face, font in packed.items()
    )


def _printed_foot(page: HtmlElement) -> str:
    """Repeat the notice at the foot of each printed page, where the browser knows margin boxes."""
    notices = page.find_class("running")
    if not notices:
        return ""
    text = "".join(f"\\{ord(letter):x} " for letter in text_of(notices[0]))
    return (
        f'@page{{@bottom-left{{content:"{text}";font:8pt "{FAMILIES["sans"]}",sans-serif;color:#7a4b00}}}}\n'
    )


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
