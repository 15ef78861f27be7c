"""Links between the files of an edition: each leads to a file, and to a place in it, that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from survey.documents import Fault, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["broken_links"]

_MARKDOWN = re.compile(r"\]\(([^()\s]+)\)")


def broken_links(folder: Path) -> list[Fault]:
    """Find the links of an edition's pages and Markdown files that lead to nothing within it.

    Addresses elsewhere (https, mailto) are not followed: nothing of an edition depends on them.
    """
    return [fault for path in sorted(folder.rglob("*")) for fault in _faults(path, folder)]


def _faults(path: Path, folder: Path) -> Iterator[Fault]:
    for address in dict.fromkeys(_addresses(path)):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            continue  # places within the page itself are the gate's
        target, name = path.parent / unquote(parts.path), path.relative_to(folder).as_posix()
        if not target.is_file():
            yield Fault(
                "link", "error", f"{name} links to {address!r}, which is not there; correct or write it."
            )
        elif parts.fragment and target.suffix == ".html" and parts.fragment not in _places(target):
            yield Fault(
                "link", "error", f"{name} links to {address!r}: the page has no such place; correct the id."
            )


def _addresses(path: Path) -> Iterator[str]:
    if path.suffix == ".html":
        root = parse(path.read_text(encoding="utf-8"))
        yield from map(
            str, root.xpath("//a/@href | //link/@href | //img[not(starts-with(@src, 'data:'))]/@src")
        )
    elif path.suffix == ".md":
        yield from _MARKDOWN.findall(path.read_text(encoding="utf-8"))


def _places(page: Path) -> set[str]:
    return set(map(str, parse(page.read_text(encoding="utf-8")).xpath("//@id")))
