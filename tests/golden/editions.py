"""What the command publishes and sends out, as records by kind of file."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .command import in_process_of_its_own
from .office import docx_items, ods_items, pptx_items, xlsx_items
from .printed import pdf_items
from .web import csv_items, page_items, svg_items, text_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WAVES = ("2016", "2017", "2021", "2022", "2023")
#: What each kind of record keeps: the endings of file names, and how such a file is read.
KINDS: dict[str, dict[str, Callable[[Path], Iterable[Any]]]] = {
    "pages": {".html": page_items},
    "charts": {".svg": svg_items},
    "workbooks": {".xlsx": xlsx_items, ".ods": ods_items},
    "documents": {".docx": docx_items},
    "slides": {".pptx": pptx_items},
    "print": {".pdf": pdf_items},
    "data": {".csv": csv_items, "csv-metadata.json": text_items},
    "texts": {".md": text_items, ".txt": text_items},
}
#: Calls that write files: status, arguments. A check ends with 1 where a hard edit fails.
CALLS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("run", *WAVES, "--quiet")),
    (0, ("run", "--programme", "operations", "--quiet")),
    (0, ("audit", "--publish")),
    (1, ("check", "2016")),
    (1, ("check", "2017")),
    (1, ("check", "2021")),
    (1, ("check", "2022")),
    (1, ("check", "2023")),
    (1, ("check", "2022Q1", "--programme", "operations")),
    *(
        (0, ("form", wave, "--lang", lang, "--output", f"forms/{wave}.{lang}"))
        for wave in WAVES
        for lang in ("zh", "en")
    ),
    (0, ("form", "2022Q1", "--programme", "operations", "--output", "forms/operations")),
    (0, ("form", "2023", "--member", "C01", "--member", "J01", "--output", "forms/members")),
)


def publish(output: Path) -> Path:
    """Publish all waves in both languages, the bulletin and the audit chapter; write forms and queries."""
    for status, arguments in CALLS:
        placed = [str(output / one) if one.startswith("forms/") else one for one in arguments]
        ended = in_process_of_its_own(*placed, SURVEY_OUTPUT=output)
        if ended.status != status:
            raise RuntimeError(f"survey {' '.join(arguments)} ended with {ended.status}: {ended.err}")
    return output


def edition_record(kind: str, output: Path) -> dict[str, list[Any]]:
    """Return the record of one kind of file in a published output folder."""
    wanted = tuple(KINDS[kind])
    paths = [path for path in _files(output) if path.name.endswith(wanted)]
    # a PDF file takes seconds to read, and there are as many as all other documents together
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        items = list(pool.map(partial(_items, kind), paths))
    return {path.relative_to(output).as_posix(): own for path, own in zip(paths, items, strict=True)}


def _items(kind: str, path: Path) -> list[Any]:
    return next(list(read(path)) for ending, read in KINDS[kind].items() if path.name.endswith(ending))


def listing_record(output: Path) -> dict[str, list[Any]]:
    """Return which files there are, and what the manifests say but for hashes, sizes and versions."""
    record: dict[str, list[Any]] = {"files": [path.relative_to(output).as_posix() for path in _files(output)]}
    for path in output.rglob("manifest.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        record[path.relative_to(output).as_posix()] = [
            {"demonstration": told["demonstration"], "parameters": told["parameters"]},
            *({"input": name} for name in told["inputs"]),
            *({"output": name, "status": facts["status"]} for name, facts in told["outputs"].items()),
        ]
    return dict(sorted(record.items()))


def _files(output: Path) -> list[Path]:
    """Return the files of editions, forms and queries; the archive is no output that anybody reads."""
    found = (path for path in output.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path for path in found if path.relative_to(output).parts[0] != "archive")
