"""From executed chapters to the files of a publication: pages past the gate, documents, charts, notebooks."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import nbformat
from nbformat import NotebookNode

from analysis.pieces import Chart, OwnFigure
from analysis.words import LANGS
from survey.documents import (
    Fault,
    Quotable,
    assemble,
    markdown,
    pictures,
    report_faults,
    select,
    typeset,
    undeclared_outputs,
    unpublished_outputs,
    with_quotes,
    wordfile,
)
from survey.edition.progress import Watch
from survey.edition.public_notebooks import strip_unreleased
from survey.errors import PublicationError
from survey.folders import output_folder
from survey.gate import Cells, check, check_numbers, disparities
from survey.notebooks.run import FailedNotebook, run_notebooks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analysis.words import Lang
    from survey.documents import Live, Page
    from survey.edition.folder import StagedEdition
    from survey.gate import Proofreader
    from survey.notebooks.parameters import Edition
    from survey.words import FrontMatter

__all__ = [
    "FORMATS",
    "WRITERS",
    "Documents",
    "Watch",
    "checked_page",
    "run_chapters",
    "stop_at",
    "write_documents",
    "write_notebooks",
]

# Which files a publication consists of, and what writes each kind of them from its page.


def _webpage(page: Page) -> bytes:
    """Give the page as it is: it is one file already."""
    return page.text.encode()


#: Kind of file, as its name ends -> what writes it from a page.
WRITERS: Final[Mapping[str, Callable[[Page], bytes]]] = MappingProxyType(
    {"html": _webpage, "pdf": typeset, "docx": wordfile, "md": markdown}
)

#: Publication -> the kinds of file it is written in; slides have a writer of their own.
FORMATS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "report": ("html", "pdf", "docx"),
        "quality": ("html", "pdf"),
        "tables": ("html", "pdf"),
        "bulletin": ("html", "pdf"),
        "audit": ("html", "pdf"),
        "press": ("docx", "md"),
        "digest": ("docx", "md"),
        "slides": ("pptx", "pdf"),
    }
)


@dataclass(frozen=True)
class Documents:
    """What the documents of a publication share.

    `name` begins their files' names, `fronts` stand before the first chapter in each language, `cells`
    are the numbers they may print, `proofs` holds their words against the record, `quotable` is what prose
    may quote, `names` are the programme's own words, whose digits are no figures, and `revised` the keys of
    estimates that print another way than when they were first published. `lives` tells what the numbers rest
    on, in each language where that is known; `minimum_base` is the fewest members that what a researcher
    shows may rest on, 0 where no answer needs protection.
    """

    name: str
    edition: Edition
    fronts: Mapping[Lang, FrontMatter]
    cells: Cells
    proofs: Proofreader
    quotable: Quotable
    names: frozenset[str]
    revised: frozenset[str] = frozenset()
    lives: Mapping[Lang, Live] = field(default_factory=dict)
    minimum_base: int = 0

    def undeclared(self, books: Sequence[NotebookNode]) -> list[Fault]:
        """Return what researchers show without saying of how many members, or of too few."""
        return undeclared_outputs(books, self.edition, self.minimum_base) if self.minimum_base else []


def run_chapters(
    sources: Sequence[Path], given: Mapping[str, str], draft: StagedEdition, watch: Watch
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
                sources,
                given,
                lambda name, cell, n: watch.tell("notebooks", name, cell, n),
                watch.kernels.append,
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


def checked_page(documents: Documents, books: Sequence[NotebookNode], lang: Lang, watch: Watch) -> Page:
    """Assemble the page of one language and send it past the gate and the audit.

    Raises
    ------
    PublicationError
        With every fault: what is wrong, in which notebook and cell; which number is not that of its cell;
        which sentence contradicts the record, with what it prints and what would be right.
    """
    with watch.stage("page"):
        live, on_screen = documents.lives.get(lang), "html" in FORMATS[documents.name]
        page = assemble(
            books, lang, documents.edition, documents.fronts[lang], live,
            revised=documents.revised, on_screen=on_screen,
        )  # fmt: skip
    with watch.stage("gate"):
        faults = [fault for fault in check(page, documents.names) if fault.level == "error"]
        faults += check_numbers(page, documents.cells)
        faults += [fault for fault in documents.undeclared(books) if fault.level == "error"]
    with watch.stage("audit"):
        faults += documents.proofs.faults(page)
    stop_at(faults, f"{documents.name}.{lang}")
    return page


def stop_at(faults: Sequence[Fault], name: str) -> None:
    """Stop a publication at its faults, all of them told."""
    if faults:
        raise PublicationError(f"{name} does not pass the gate:\n{report_faults(faults)}")


def write_documents(
    documents: Documents, books: Sequence[NotebookNode], folder: Path, watch: Watch
) -> dict[Lang, Page]:
    """Write a publication in each of its languages and formats; return its pages.

    Raises
    ------
    PublicationError
        As `checked_page`; also where the languages do not state the same, in the same order.
    """
    watch.warnings += unpublished_outputs(books, documents.edition)
    watch.warnings += [fault for fault in documents.undeclared(books) if fault.level == "warning"]
    with_quotes(books, documents.quotable)
    pages = {lang: checked_page(documents, books, lang, watch) for lang in documents.fronts}
    if len(pages) == len(LANGS):
        with watch.stage("gate"):
            stop_at(disparities((pages["zh"], pages["en"])), documents.name)
    with watch.side_by_side():
        for kind in FORMATS[documents.name]:
            for lang, page in pages.items():
                path = folder / f"{documents.name}.{lang}.{kind}"
                watch.write(kind, path, partial(WRITERS[kind], page))
    if {"html", "md"} & set(FORMATS[documents.name]):
        for page in pages.values():
            _write_charts(page, folder / "charts")
    return pages


def _write_charts(page: Page, folder: Path) -> None:
    """Write every chart of a page as a file of its own."""
    for placed in page.blocks:
        figure = placed.block.content
        if not isinstance(figure, Chart | OwnFigure):
            continue
        folder.mkdir(exist_ok=True)
        stem = folder / f"{figure.slug}.{page.lang}"
        if isinstance(figure, OwnFigure) and figure.media == "image/png":
            stem.with_name(f"{stem.name}.png").write_bytes(base64.b64decode(figure.content))
            continue
        (drawn,) = (
            one
            for element in placed.elements
            for one in select(element, f".//span[@data-{pictures.PLACEHOLDER}]")
        )
        svg = page.pictures[pictures.picture_of(drawn)].svg
        stem.with_name(f"{stem.name}.svg").write_text(svg + "\n", encoding="utf-8", newline="\n")


def write_notebooks(books: Sequence[NotebookNode], edition: Edition, folder: Path) -> None:
    """Write the executed notebooks; to the public what is released of them."""
    folder.mkdir()
    for book in books:
        text = nbformat.writes(strip_unreleased(book) if edition == "public" else book) + "\n"
        (folder / f"{book.metadata['name']}.ipynb").write_text(text, encoding="utf-8", newline="\n")
