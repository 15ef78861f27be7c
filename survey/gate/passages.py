"""The texts of a file, as readers and programs read them: packages unpacked, pictures and attachments opened.

What a file is, its content says and not its name; a kind that is not known is read as text.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from PIL import Image
from pypdf.errors import PyPdfError

from survey.gate.pdf_texts import texts_of_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Passage", "passages"]

#: Encoded content in a page; a font holds no text.
_EMBEDDED = re.compile(r"data:(?!font/)[\w/+.-]+(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s]+)")
_ENCODED = re.compile(r"base64,[A-Za-z0-9+/=\s]+")
#: How PNG, JPEG, PDF and packages begin in base64.
_BEGINNINGS = ("iVBORw0KGgo", "/9j/", "JVBERi0", "UEsDB")
_PNG = b"\x89PNG\r\n\x1a\n"
_ZLIB = 0x78  # how what zlib packed begins
_DAMAGED = (struct.error, OSError, SyntaxError, ValueError, zipfile.BadZipFile, zlib.error, PyPdfError)
_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r"<style(?:\s[^>]*)?>.*?</style>", re.DOTALL)
#: What of a tag is read out or printed.
_SAID = re.compile(r'\s(?:alt|title|content|value|aria-label|descr)="([^"]*)"')
#: Addresses of cells in a workbook's markup, which look like codes of members (C14).
_ADDRESS = re.compile(r'\s(?:r|ref|sqref|activeCell|topLeftCell|location|[\w:-]*-address)="[^"]*"')
#: A cell that holds the number of a shared text.
_SHARED = re.compile(r'<c\b[^>]*\bt="s"[^>]*><v>\d+</v></c>')


@dataclass(frozen=True)
class Passage:
    """A text of a file.

    `of` tells what it can be searched for: markup and what is left of it without tags for words alone, its
    numbers being sizes and places; what stands between tags for numbers alone, tags being replaced by tabs.
    """

    text: str
    of: Literal["words", "numbers", "both"] = "both"


def passages(path: Path) -> Iterator[Passage]:
    """Yield the texts of a file, its name first."""
    yield Passage(path.name, "words")
    yield from _of(path.name, path.read_bytes())


def _of(name: str, data: bytes) -> Iterator[Passage]:
    for beginning, read in _BY_BEGINNING.items():
        if data.startswith(beginning):
            try:
                yield from list(read(data))
            except _DAMAGED:
                yield Passage(data.decode("utf-8", errors="replace"), "words")
            return
    text, suffix = data.decode("utf-8", errors="replace"), PurePosixPath(name).suffix.lower()
    if suffix in {".json", ".ipynb"}:
        yield from _of_json(text, figures=name != "manifest.json")  # sizes and hashes are no answers
    elif suffix == ".csv":
        rows = csv.reader(io.StringIO(text))
        yield Passage("\n".join("\t".join(row) for row in rows))
    elif text.lstrip("\ufeff \r\n").startswith("<"):
        yield from _of_markup(text)
    else:
        yield Passage(text)


def _of_package(data: bytes) -> Iterator[Passage]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            yield Passage(name, "words")
            yield from _of(name, package.read(name))


def _of_pdf(data: bytes) -> Iterator[Passage]:
    document = texts_of_pdf(data)
    yield Passage("\n".join(document.said), "words")
    for lines in document.drawn:
        yield Passage(" ".join(lines))
        yield Passage("".join(lines), "words")  # Chinese has no blank where a line ends
    for name, content in document.attached:
        yield Passage(name, "words")
        yield from _of(name, content)


def _of_picture(data: bytes) -> Iterator[Passage]:
    with Image.open(io.BytesIO(data)) as picture:
        said = [*picture.info.items(), *picture.getexif().items()]
    yield Passage("\n".join(f"{key} {value}" for key, value in said), "words")


def _of_png(data: bytes) -> Iterator[Passage]:
    """Yield the texts of a picture, before and behind what it shows, without drawing it."""
    at, said = len(_PNG), []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        chunk, at = data[at + 8 : at + 8 + size], at + 12 + size
        if kind in {b"tEXt", b"eXIf"}:
            said.append(chunk.decode("utf-8", errors="replace"))
        elif kind in {b"zTXt", b"iTXt"}:
            said.append(_packed_text(chunk).decode("utf-8", errors="replace"))
    yield Passage("\n".join(said), "words")


def _packed_text(chunk: bytes) -> bytes:
    """Return a text chunk of PNG, what follows its key and marks unpacked where it was packed."""
    key, _, rest = chunk.partition(b"\0")
    for start in (at for at, byte in enumerate(rest) if byte == _ZLIB):
        with suppress(zlib.error):
            return key + b" " + zlib.decompress(rest[start:])
    return chunk


def _of_markup(text: str) -> Iterator[Passage]:
    """Yield markup as written, and with tags taken out, so that none hides a name or joins two numbers."""
    for packed in _EMBEDDED.findall(text):
        yield from _of_base64(packed)
    bare = _ADDRESS.sub(" ", _ENCODED.sub("", text))
    yield Passage(bare, "words")
    yield Passage(unescape(_TAG.sub("", bare)), "words")
    shown = _TAG.sub("\t", _SHARED.sub("", _STYLE.sub("", bare)))
    yield Passage(unescape("\t".join((shown, *_SAID.findall(bare)))), "numbers")


def _of_base64(packed: str) -> Iterator[Passage]:
    try:
        yield from _of("", base64.b64decode(packed))
    except binascii.Error:
        return  # a word that only looks like it; it was searched as text


def _of_json(text: str, *, figures: bool) -> Iterator[Passage]:
    try:
        content = json.loads(text)
    except ValueError:
        yield Passage(text)
        return
    plain: list[str] = []
    for leaf in _leaves(content):
        if leaf.startswith(_BEGINNINGS):
            yield from _of_base64(leaf)
        elif leaf.lstrip().startswith("<"):
            yield from _of_markup(leaf)
        else:
            plain.append(leaf)
    yield Passage("\t".join(plain), "both" if figures else "words")


def _leaves(content: Any) -> Iterator[str]:
    """Yield keys and values in their order; lines of a notebook's text, which are a list there, as one."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield str(key)
            yield from _leaves(value)
    elif isinstance(content, list):
        if content and all(isinstance(line, str) for line in content) and content[0].endswith("\n"):
            yield "".join(content)
        else:
            for value in content:
                yield from _leaves(value)
    elif content is not None:
        yield str(content)


#: What a file is, by how it begins -> what reads it.
_BY_BEGINNING: Final[Mapping[bytes, Callable[[bytes], Iterator[Passage]]]] = MappingProxyType({
    b"PK\x03\x04": _of_package,
    b"%PDF-": _of_pdf,
    _PNG: _of_png,
    b"\xff\xd8\xff": _of_picture,
    b"GIF8": _of_picture,
})  # fmt: skip
