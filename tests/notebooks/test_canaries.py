"""Nothing that a return carries beside its released figures is in any byte of a public edition."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject

from fixtures import canaries
from fixtures.canaries import packed_in, png
from fixtures.notebooks import write_chapter
from fixtures.programmes import NAMES

EMBEDDED = re.compile(rb"(?:base64,|\")((?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2,3}={1,2})?)")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def unpacked(content):
    """Yield the bytes of a file and of whatever is packed in it: archives, streams, chunks, encoded parts."""
    yield content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                yield name.encode()
                yield from unpacked(package.read(name))
    elif content.startswith(b"%PDF-"):
        yield from (inflated(found[1]) for found in STREAM.finditer(content))
        yield "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    elif content.startswith(b"\x89PNG"):
        yield from (inflated(part) for part in re.split(rb"tEXt|zTXt|iTXt", content)[1:])
    else:
        for found in EMBEDDED.finditer(content):
            try:
                inner = base64.b64decode(found[1])
            except binascii.Error:
                continue
            if inner.startswith((b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"<")):
                yield from unpacked(inner)


def inflated(data):
    """Return data without compression, wherever in its first bytes a compressed stream begins."""
    for start in (0, *(found.end() for found in re.finditer(rb"\0", data[:80]))):
        try:
            return zlib.decompressobj().decompress(data[start:])
        except zlib.error:
            continue
    return data


def offenders(folder, words):
    """Return file and word for every word that stands in a file, as written, escaped or in UTF-16."""
    found = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        contents = [path.name.encode(), *unpacked(path.read_bytes())]
        for word in words:
            forms = {word.encode(), word.encode("utf-16-be"), word.encode("ascii", "backslashreplace")}
            if any(form in content for form in forms for content in contents):
                found.add((path.relative_to(folder).as_posix(), word))
    return sorted(found)


def test_what_was_planted_in_a_return_is_in_no_public_file(desk):
    path = desk.root / "small" / "2023" / "returns" / canaries.FILE
    carried = b"".join((path.name.encode(), *unpacked(path.read_bytes())))
    assert [what for what, word in canaries.CANARIES.items() if word.encode() not in carried] == []
    assert len(list(desk.edition.rglob("*.*"))) > 10
    assert offenders(desk.edition, canaries.CANARIES.values()) == []


def test_no_public_file_names_members_their_files_or_this_machine(desk, house):
    files = [path.name for path in desk.root.glob("small/*/returns/*")]
    machine = [str(desk.root), str(house), str(Path.home() / ".")]
    words = [*NAMES.values(), *files, *machine, "Traceback"]
    assert offenders(desk.edition, words) == []
    # the comment on a notebook's parameters says which editions there are
    assert [
        found for found in offenders(desk.edition, ["internal"]) if not found[0].endswith((".ipynb", ".pdf"))
    ] == []


def pdf(content):
    made, packed = PdfWriter(), io.BytesIO()
    made.add_blank_page(10, 10)
    made.add_attachment("a.txt", content)
    for thing in made._objects:
        if isinstance(thing, StreamObject):
            made._replace_object(thing.indirect_reference, thing.flate_encode())
    made.write(packed)
    return packed.getvalue()


WORD = "canary" * 20
PLACES = {
    "a.docx": packed_in("x/a.xlsx", packed_in("b.xml", WORD)),
    "a.png": png(WORD),
    "a.html": b'<img src="data:image/png;base64,' + base64.b64encode(png(WORD)) + b'">',
    "a.ipynb": b'{"image/png": "' + base64.b64encode(png(WORD)) + b'"}',
    "a.pdf": pdf(WORD.encode()),
    "a.json": json.dumps({"a": "机构"}).encode(),
}


@pytest.mark.parametrize("place", PLACES)
def test_this_search_is_not_blind(place, tmp_path):
    (tmp_path / place).write_bytes(PLACES[place])
    assert offenders(tmp_path, ["机构" if place == "a.json" else WORD])


# -- what a researcher shows of them ----------------------------------------------------------------

SHOWN = """\
import pandas as pd

rows = chapter.responses.query("question == 'turnover'")
own = pd.DataFrame({"turnover": rows["value"].astype(float)})
chapter.publish(own, "own", zh="营业额", en="Turnover", cleared="an oversight")"""


def test_a_run_stops_at_an_answer_and_says_the_file_and_not_the_answer(own_desk, survey):
    before = {path: path.read_bytes() for path in own_desk.edition.rglob("*.*")}
    write_chapter(own_desk.chapter, SHOWN)
    told = survey("run", "2023", "--programme", "small", **own_desk.environment)
    assert told.status == 1
    assert "The edition would give members away; nothing was put in place:" in told.err
    for name in ("report.zh.html", "report.en.docx", "report.zh.pdf", "notebooks/chapter.ipynb"):
        line = f"  {name} holds an answer of a member (a number of 5 digits that no released figure has); take it out."
        assert line in told.err.splitlines()
    assert "8642" not in told.out + told.err
    assert {path: path.read_bytes() for path in own_desk.edition.rglob("*.*")} == before


def test_a_run_stops_at_a_frame_that_says_nothing_of_its_base(own_desk, survey):
    write_chapter(own_desk.chapter, SHOWN.replace(', cleared="an oversight"', ""))
    told = survey("run", "2023", "--programme", "small", **own_desk.environment)
    assert told.status == 1
    assert "chapter, cell 6: a frame or chart says neither how many members stand behind it" in told.err
