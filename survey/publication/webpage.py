"""The finished page: style, fonts cut to the characters used, the small script, a policy against the rest."""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HtmlElement, tostring
from lxml.html.builder import META

from survey.publication.fonts import FAMILIES, Face, covered, font_files, woff2
from survey.publication.markup import text_of
from survey.publication.pictures import restore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["characters_by_face", "finish"]

_FOLDER = Path(__file__).parent / "templates" / "report"
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
_UNSEEN = {"style", "script", "title", "meta"}


def finish(page: HtmlElement, pictures: Mapping[int, str]) -> str:
    """Give the page as text: pictures back in place, everything it needs inside it."""
    script = (_FOLDER / "report.js").read_text(encoding="utf-8")
    style = _faces(characters_by_face(page, pictures)) + (_FOLDER / "report.css").read_text(encoding="utf-8")
    style += _printed_foot(page)
    if page.find(".//div[@class='card']") is not None:
        style += (_FOLDER / "cards.css").read_text(encoding="utf-8")
    head = page.find("head")
    head.insert(1, META({"http-equiv": "Content-Security-Policy", "content": _policy(script)}))
    text = tostring(page, encoding="unicode", doctype="<!doctype html>")
    text = text.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)
    before, body_end, after = text.rpartition("</body>")
    return restore(f"{before}<script>{script}</script>\n{body_end}{after}\n", pictures)


def characters_by_face(page: HtmlElement, pictures: Mapping[int, str]) -> dict[Face, frozenset[str]]:
    """Give the characters each typeface has to draw; what songti lacks falls to heiti."""
    used: dict[Face, set[str]] = {"sans": set(_ASCII) | set("·—–→↑×±≈≤≥−…"), "serif": set(_ASCII)}
    for face, text in _texts(page):
        used[face].update(text)
    for picture in pictures.values():
        used["sans"].update("".join(map(str, etree.fromstring(picture).itertext())))
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
        jobs = {face: workers.submit(woff2, files[face], used) for face, used in characters.items()}
        packed = {face: job.result() for face, job in jobs.items()}
    return "".join(
        f'@font-face{{font-family:"{FAMILIES[face]}";font-display:swap;'
        f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2')}}\n"
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
