"""From executed chapters to the files of a publication: pages past the gate, documents, charts, notebooks."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from survey.errors import PublicationError
from survey.places import output_folder
from survey.production.notebooks import FailedNotebook, run_notebooks
from survey.publication.assembly import assemble
from survey.publication.formats import FORMATS, WRITERS
from survey.publication.gate import check, report_faults
from survey.publication.traced import Cells, check_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from analysis.formatting import Lang
    from survey.production.parameters import Edition
    from survey.publication.edition import Draft
    from survey.publication.front import FrontMatter
    from survey.publication.proofreading import Proofreader

__all__ = ["Documents", "Watch", "checked_page", "run_chapters", "write_documents", "write_notebooks"]


@dataclass
class Watch:
    """Follows a run: tells what is under way and keeps the time of each stage.

    `tell` is called with stage, what of it is under way, steps done and steps in all.
    """

    tell: Callable[[str, str, int, int], None] = lambda *_: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        self.tell(name, "", 0, 1)
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        self.tell(name, "", 1, 1)


@dataclass(frozen=True)
class Documents:
    """What the documents of a publication share.

    `name` begins their files' names, `fronts` stand before the first chapter in each language, `cells`
    are the numbers they may print, and `proofs` holds their words against the record.
    """

    name: str
    edition: Edition
    fronts: Mapping[Lang, FrontMatter]
    cells: Cells
    proofs: Proofreader


def run_chapters(
    sources: Sequence[Path], given: Mapping[str, str], draft: Draft, watch: Watch
) -> list[NotebookNode]:
    """Run the chapters of a publication.

    Raises
    ------
    PublicationError
        If one raised; the executed copy, its failing cell marked, is kept where the message says.
    """
    with watch.stage("notebooks"):
        try:
            books = run_notebooks(
                sources, given, lambda name, cell, n: watch.tell("notebooks", name, cell, n)
            )
        except FailedNotebook as failed:
            text = nbformat.writes(failed.notebook)
            kept = draft.save(f"{failed.name}.ipynb", text.encode())
            raise PublicationError(
                f"{failed}\nThe executed copy, its failing cell marked, is {_below_output(kept)}; "
                f"the former edition is untouched."
            ) from None
    for source, book in zip(sources, books, strict=True):
        book.metadata["name"] = source.stem
    return books


def _below_output(path: Path) -> str:
    return str(Path("output") / path.relative_to(output_folder()))


def checked_page(documents: Documents, books: Sequence[NotebookNode], lang: Lang, watch: Watch) -> str:
    """Assemble the page of one language and send it past the gate and the audit.

    Raises
    ------
    PublicationError
        With every fault: what is wrong, in which notebook and cell; which number is not that of its cell;
        which sentence contradicts the record, with what it prints and what would be right.
    """
    with watch.stage("page"):
        page = assemble(books, lang, documents.edition, documents.fronts[lang])
        faults = [fault for fault in check(page) if fault.level == "error"]
        faults += check_numbers(page, documents.cells)
    with watch.stage("audit"):
        faults += documents.proofs.faults(page)
    if faults:
        file = f"{documents.name}.{lang}.{FORMATS[documents.name][0]}"
        raise PublicationError(f"{file} does not pass the gate:\n{report_faults(faults)}")
    return page


def write_documents(
    documents: Documents, books: Sequence[NotebookNode], lang: Lang, folder: Path, watch: Watch
) -> None:
    """Write one language of a publication in each of its formats."""
    page = checked_page(documents, books, lang, watch)
    for kind in FORMATS[documents.name]:
        with watch.stage(kind):
            content = WRITERS[kind](page, lang, documents.fronts[lang])
            (folder / f"{documents.name}.{lang}.{kind}").write_bytes(content)
    if {"html", "md"} & set(FORMATS[documents.name]):
        _write_charts(page, lang, folder / "charts")


def _write_charts(page: str, lang: Lang, folder: Path) -> None:
    """Write every chart of a page as a file of its own."""
    drawn = re.findall(r'<figure[^>]*id="fig-([^"]+)".*?(<svg.*?</svg>)', page, flags=re.DOTALL)
    if drawn:
        folder.mkdir(exist_ok=True)
    for figure, svg in drawn:
        (folder / f"{figure}.{lang}.svg").write_text(svg + "\n", encoding="utf-8", newline="\n")


def write_notebooks(books: Sequence[NotebookNode], edition: Edition, folder: Path) -> None:
    """Write the executed notebooks; in the public edition without the cells that stay inside."""
    folder.mkdir()
    for book in books:
        if edition == "public":
            book.cells = [cell for cell in book.cells if "internal" not in cell.metadata.get("tags", [])]
        text = nbformat.writes(book) + "\n"
        (folder / f"{book.metadata['name']}.ipynb").write_text(text, encoding="utf-8", newline="\n")
