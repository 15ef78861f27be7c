"""Whether an edition gives a member away: names looked for in every file, as readers and programs read it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from survey.programme import Programme

__all__ = ["Leak", "leaks", "member_names", "readable_texts"]

_PACKAGES = {".xlsx", ".ods", ".docx", ".pptx"}
_TEXTS = {".html", ".svg", ".csv", ".json", ".md", ".txt", ".ipynb", ".xml", ".rels"}
_EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
_MARKUP = re.compile(r"<[^>]*>")
#: Addresses of cells in a workbook's markup, which look like codes of members (C14).
_ADDRESS = re.compile(r'\s(?:r|ref|sqref|activeCell|topLeftCell|location|[\w:-]*-address)="[^"]*"')
_LATIN = re.compile(r"[A-Za-z0-9]")
_SHORTEST = 3  # Latin signs from which a name is looked for: shorter ones stand in other words


@dataclass(frozen=True)
class Leak:
    """A name of a member in a file of an edition."""

    file: str
    name: str

    def __str__(self) -> str:
        """Say it in one line, without the name: the line may be logged."""
        return f"{self.file} names a member (its name has {len(self.name)} signs); take it out."


def member_names(programme: Programme) -> frozenset[str]:
    """Return every name and code by which members of the frame are known."""
    names: set[str] = set()
    for line in programme.frame.lines:
        names.update((line.member_id, line.name, *line.aliases))
    return frozenset(name for name in names if len(name) >= _SHORTEST or not name.isascii())


def leaks(folder: Path, names: Iterable[str]) -> list[Leak]:
    """Find the names of members in all files of an edition, hidden text and metadata among it.

    Parameters
    ----------
    folder : Path
        The edition.
    names : iterable of str
        See `member_names`. A code (L01) is looked for as a word of its own, a name anywhere.
    """
    patterns = {name: _alone(name) for name in names}
    found: dict[Leak, None] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            place = path.relative_to(folder).as_posix()
            for text in readable_texts(path):
                held = [name for name in patterns if name in text and patterns[name].search(text)]
                found.update({Leak(place, name): None for name in held})
    return list(found)


def _alone(name: str) -> re.Pattern[str]:
    """Match a name: an end in Latin letters or digits is a word's end, a Chinese one may touch anything."""
    before, after = (r"(?<![A-Za-z0-9])" if _LATIN.match(name) else "", r"(?![A-Za-z0-9])")
    return re.compile(f"{before}{re.escape(name)}{after if _LATIN.match(name[-1]) else ''}")


def readable_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a file: as written, and with markup taken out, so that no tag hides a name."""
    suffix = path.suffix.lower()
    yield path.name
    if suffix == ".pdf":
        yield from _of_pdf(path)
    elif suffix in _PACKAGES:
        yield from _of_package(path)
    elif suffix in _TEXTS:
        yield from _both(path.read_text(encoding="utf-8"))


def _both(text: str) -> Iterator[str]:
    bare = _EMBEDDED.sub("", text)
    yield bare
    if "<" in bare:
        yield unescape(_MARKUP.sub("", bare))


def _of_pdf(path: Path) -> Iterator[str]:
    document = PdfReader(path)
    yield " ".join(str(value) for value in (document.metadata or {}).values())
    for page in document.pages:
        yield page.extract_text()
    # alternative texts and titles stand in the structure tree, bookmarks in the outline
    for number in range(1, int(str(document.trailer["/Size"]))):
        thing = document.get_object(number)
        if isinstance(thing, DictionaryObject):
            yield " ".join(str(thing[key]) for key in ("/Alt", "/ActualText", "/Title", "/E") if key in thing)


def _of_package(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            yield name
            if PurePosixPath(name).suffix.lower() in _TEXTS:
                yield from _both(_ADDRESS.sub(" ", package.read(name).decode("utf-8")))
