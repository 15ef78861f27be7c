"""Pages, charts and plain texts of an edition as items.

A page becomes its blocks in the order read: what holds text of its own, with the language it is in, the keys
of its numbers, and the words for those who do not see it. Wrappers that hold nothing themselves leave no trace.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
SILENT = frozenset({"style", "script", "template", "noscript"})
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"})
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
STYLE = re.compile(r"(?:^|;)\s*(fill|stroke):\s*([^;]+)")
SPACES = re.compile(r"\s+")
SHOWN = ("aria-label", "data-claim", "hreflang", "href", "scope", "colspan", "rowspan")


def page_items(path: Path) -> Iterator[Any]:
    """Yield the head of a page, then its blocks in order."""
    root = html.document_fromstring(path.read_text(encoding="utf-8"))
    yield {"page": root.get("lang"), "title": _text(root.findtext(".//title") or "")}
    for meta in root.iterfind(".//head/meta[@name]"):
        yield {"meta": meta.get("name"), "content": meta.get("content")}
    for script in root.iterfind(".//script"):
        if "json" in (script.get("type") or ""):
            yield {"data": _text(script.text or "")}
    yield from _Blocks().of(root.body, root.get("lang") or "")


class _Blocks:
    """Collects the text that stands directly in a block, and what belongs to it, until the block ends."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.numbers: list[list[str]] = []
        self.noted: dict[str, str] = {}

    def of(self, block: Any, lang: str) -> Iterator[Any]:
        lang = block.get("lang") or lang
        self._note(block)
        yield from self._children(block, block.tag, lang)
        yield from self._flush(block.tag, lang)

    def _children(self, element: Any, tag: str, lang: str) -> Iterator[Any]:
        self.words.append(element.text or "")
        for child in element:
            if not isinstance(child.tag, str) or child.tag in SILENT:
                pass
            elif child.tag == "svg" or child.tag.endswith("}svg"):
                yield from self._flush(tag, lang)
                yield from chart_items(child)
            elif child.tag == "img":
                yield from self._flush(tag, lang)
                yield {"picture": child.get("alt"), "lang": child.get("lang") or lang}
            elif child.tag in INLINE:
                if child.get("lang") not in {None, lang}:
                    self.noted["lang of " + _text(child.text_content())] = child.get("lang")
                self._note(child)
                yield from self._children(child, tag, lang)
            else:
                yield from self._flush(tag, lang)
                yield from self.of(child, lang)
            self.words.append(child.tail or "")

    def _note(self, element: Any) -> None:
        for name in SHOWN:
            if element.get(name) and not element.get(name).startswith("data:"):
                self.noted[name] = self.noted.get(name, "") + " " + element.get(name)
        if element.get("data-estimate"):
            shown = _text(element.text_content()) if element.tag == "data" else ""
            self.numbers.append(
                [element.get("data-estimate"), element.get("class") or "", element.get("value") or "", shown]
            )

    def _flush(self, tag: str, lang: str) -> Iterator[Any]:
        text = _text("".join(self.words))
        item: dict[str, Any] = {"in": tag, "lang": lang, "text": text}
        if self.numbers:
            item["numbers"] = self.numbers
        if self.noted:
            item["noted"] = {name: words.strip() for name, words in self.noted.items()}
        if text or self.numbers or self.noted:
            yield item
        self.words, self.numbers, self.noted = [], [], {}


def svg_items(path: Path) -> Iterator[Any]:
    """Yield what a chart file says and where its marks stand."""
    return chart_items(etree.fromstring(path.read_bytes()))


def chart_items(root: Any) -> Iterator[Any]:
    """Yield a chart's alternative text, then its texts and keyed marks with place and colours."""
    named = {etree.QName(e).localname: _text("".join(e.itertext())) for e in root if isinstance(e.tag, str)}
    yield {
        "chart": named.get("title"),
        "description": named.get("desc"),
        "lang": root.get("lang"),
        "box": root.get("viewbox") or root.get("viewBox"),
    }
    for element in root.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "text":
            yield {"text": _text("".join(element.itertext())), "at": _place(element), **_mark(element)}
        elif name in SHAPES and not _defined(element) and _mark(element):
            yield {"mark": name, "at": _place(element), "colours": _colours(element), **_mark(element)}


def _mark(element: Any) -> dict[str, str]:
    """Return what the nearest keyed group says a mark is of."""
    for one in (element, *element.iterancestors()):
        found = {name: value for name, value in one.attrib.items() if name.startswith("data-")}
        if "data-estimate" in found:
            return found
    return {}


def _defined(element: Any) -> bool:
    return any(
        etree.QName(one).localname in {"defs", "clippath", "clipPath"} for one in element.iterancestors()
    )


def _place(element: Any) -> list[float]:
    """Return where a mark begins and ends, to one decimal; of a text where it is set."""
    if element.get("d"):
        numbers = [float(n) for n in NUMBER.findall(element.get("d"))]
        xs, ys = numbers[0::2], numbers[1::2]
        return [round(f(v), 1) for f in (min, max) for v in (xs, ys) if v]
    names = ("x", "y", "width", "height", "cx", "cy", "r", "x1", "y1", "x2", "y2")
    placed = [round(float(element.get(n)), 1) for n in names if NUMBER.fullmatch(element.get(n) or "")]
    turned = [round(float(n), 1) for n in NUMBER.findall(element.get("transform") or "")]
    return placed + turned


def _colours(element: Any) -> dict[str, str]:
    styles = {name: value.strip() for name, value in STYLE.findall(element.get("style") or "")}
    plain = {name: element.get(name) for name in ("fill", "stroke", "class") if element.get(name)}
    return plain | styles


def csv_items(path: Path) -> Iterator[Any]:
    """Yield the hash of a table's bytes, then its rows as text."""
    content = path.read_bytes()
    yield {"sha256": hashlib.sha256(content).hexdigest()}
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    yield {"columns": rows[0] if rows else []}
    yield from rows[1:]


def text_items(path: Path) -> Iterator[Any]:
    """Yield the lines of a text as they are."""
    yield from path.read_text(encoding="utf-8").split("\n")


def _text(words: str) -> str:
    return SPACES.sub(" ", words).strip()
