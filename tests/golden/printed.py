"""PDF files as items: metadata, outline, pages with their text, texts of the structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METADATA = ("/Title", "/Author", "/Subject", "/Keywords")
TEXTS = ("/Alt", "/ActualText", "/E", "/T", "/Lang")


def pdf_items(path: Path) -> Iterator[Any]:
    """Yield what a PDF file says; nothing of the program that set it."""
    reader = PdfReader(path)
    catalog, about = reader.root_object, reader.metadata or {}
    yield {
        "metadata": {name: about.get(name) for name in METADATA},
        "lang": catalog.get("/Lang"),
        "marked": str(catalog.get("/MarkInfo", {}).get("/Marked")),
        "pages": len(reader.pages),
    }
    yield from ({"outline": title, "level": level} for level, title in _outline(reader.outline, 1))
    for number, page in enumerate(reader.pages, start=1):
        width, height = (round(float(side)) for side in (page.mediabox.width, page.mediabox.height))
        yield {"page": number, "size": [width, height], "turned": page.rotation}
        yield from ({"page": number, "line": line.strip()} for line in page.extract_text().splitlines())
    if "/StructTreeRoot" in catalog:
        yield from _structure(catalog["/StructTreeRoot"])


def _outline(entries: Any, level: int) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(entry, level + 1)
        else:
            yield level, str(entry.title)


def _structure(root: Any) -> Iterator[Any]:
    """Yield each element of the structure in order: its role, and the texts it carries."""
    waiting = [root]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, ArrayObject):
            waiting += reversed(node)
        elif isinstance(node, DictionaryObject):
            texts = {name: str(node[name]) for name in TEXTS if name in node}
            if "/S" in node and (texts or str(node["/S"]).startswith("/H")):
                yield {"role": str(node["/S"]), **texts}
            if "/K" in node:
                waiting.append(node["/K"])
