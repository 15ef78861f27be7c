"""Publish an edition: one way from the answers to the folder that readers open, whatever the publication.

An `EditionRecipe` says what is particular to a kind of edition; `publish` does what all of them share: a
folder beside its place, figures, notebooks, documents, tables, links, manifest, the folder swapped in whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from survey.archive import output_of
from survey.data import write_books, write_data, write_internal
from survey.edition.folder import edition_folder, staged
from survey.edition.manifest import Request, chapters_of, record_edition
from survey.edition.write_deck import write_slides
from survey.edition.write_publications import (
    Documents,
    Watch,
    run_chapters,
    stop_at,
    write_documents,
    write_notebooks,
)
from survey.errors import PublicationError, UsageError
from survey.gate import Confidential, broken_links, leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from nbformat import NotebookNode

    from analysis.words import Lang
    from survey.data import DataFile, SheetTable
    from survey.editing import CleanWave
    from survey.programme import Programme
    from survey.words import FrontMatter

    Writer = Callable[[Documents, Sequence[NotebookNode], Path, Watch], object]
    Fronts = Mapping[Lang, FrontMatter]

__all__ = ["WRITERS", "Basis", "EditionRecipe", "Published", "Tables", "publish"]

#: What writes a publication in all its languages and formats.
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "report": write_documents,
        "quality": write_documents,
        "tables": write_documents,
        "slides": write_slides,
        "press": write_documents,
        "digest": write_documents,
        "bulletin": write_documents,
        "audit": write_documents,
    }
)
F = TypeVar("F")


@dataclass(frozen=True)
class Tables:
    """What an edition holds beside its documents: tables of a workbook, data files, texts by file name."""

    sheets: Sequence[SheetTable] = ()
    files: Sequence[DataFile] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Basis:
    """What all publications of a run rest on.

    Attributes
    ----------
    documents : Documents
        What the documents share; name and front matter are those of the publication being written.
    inputs : mapping of str to Path
        The files of the programme that the edition was made from, as the manifest names them.
    tables : callable
        Gives tables, data files and texts.
    clean : CleanWave or None
        The answers, which the internal edition holds.
    demonstration : bool
        Whether the answers are invented.
    backtest : DataFrame or None
        Frame `backtest`; None where nothing can be tested back.
    respondents, members, open_queries : int
        How many answered, of how many, and what is still asked; nobody where no answer is read.
    confidential : callable
        Gives what no file of a public edition may hold.
    """

    documents: Documents
    inputs: Mapping[str, Path]
    tables: Callable[[], Tables]
    clean: CleanWave | None = None
    demonstration: bool = False
    backtest: pd.DataFrame | None = None
    respondents: int = 0
    members: int | None = 0
    open_queries: int = 0
    confidential: Callable[[], Confidential] = Confidential


@dataclass(frozen=True)
class EditionRecipe(Generic[F]):
    """What is particular to a kind of edition; a further kind is a further recipe.

    Attributes
    ----------
    publications : tuple of str
        Made in this order where programme.yaml lists them, each by its entry of `WRITERS`.
    read : callable
        Gives the figures, cleaning what the archive does not hold fresh.
    prepare : callable
        Gives what the documents rest on, once the notebooks have run.
    front : callable
        Gives the front matter of a publication in a language.
    folder : str
        Name of the edition's folder where it is not that of the edition.
    register : callable
        Keeps what the edition shows, once it is in place.
    """

    publications: tuple[str, ...]
    read: Callable[[Request, Watch], F]
    prepare: Callable[[F, Request, Watch], Basis]
    front: Callable[[F, Request, str, Lang], FrontMatter]
    folder: str = ""
    register: Callable[[F, Request], None] = lambda _figures, _request: None

    def listed(self, programme: Programme) -> tuple[str, ...]:
        """Return those of the publications that the programme lists.

        Raises
        ------
        UsageError
            There are none.
        """
        found = tuple(name for name in self.publications if programme.settings.publications.get(name))
        if not found:
            names = ", ".join(f"`{name}`" for name in self.publications)
            raise UsageError(
                f"programme {programme.code} lists no publication {names} in programme.yaml; add one"
            )
        return found


@dataclass(frozen=True)
class Published:
    """What a run put in place, and how the back-test went; None where nothing can be tested back."""

    folder: Path
    backtest: pd.DataFrame | None
    respondents: int
    members: int | None  # None in an open survey
    open_queries: int


def publish(recipe: EditionRecipe[Any], request: Request, watch: Watch) -> Published:
    """Publish one edition.

    Raises
    ------
    UsageError
        The programme lists no publication of the recipe.
    SurveyError
        Whatever stands in the way; the former edition is untouched then. A notebook that raised is kept, its
        failing cell marked, where the message says.
    """
    programme, edition = request.programme, request.edition
    parts = {name: chapters_of(programme, name, edition) for name in recipe.listed(programme)}
    sources = list(dict.fromkeys(source for part in parts.values() for source in part))
    place = (output_of(programme), request.wave, recipe.folder or edition)
    with staged(*place) as draft:
        figures = recipe.read(request, watch)
        books = dict(zip(sources, run_chapters(sources, request.parameters(), draft, watch), strict=True))
        basis = recipe.prepare(figures, request, watch)
        with watch.side_by_side():
            for name, part in parts.items():
                fronts = {lang: recipe.front(figures, request, name, lang) for lang in request.languages}
                documents = replace(basis.documents, name=name, fronts=fronts)
                WRITERS[name](documents, [books[source] for source in part], draft.folder, watch)
            with watch.stage("tables"):
                first = next(iter(parts))
                fronts = {lang: recipe.front(figures, request, first, lang) for lang in request.languages}
                _write_tables(basis.tables(), fronts, draft.folder)
            write_notebooks(list(books.values()), edition, draft.folder / "notebooks")
        if edition == "internal" and basis.clean is not None:
            write_internal(basis.clean, draft.folder / "data")
        stop_at(broken_links(draft.folder), f"the edition of {request.wave or recipe.folder}")
        inputs = {**basis.inputs, **{f"notebooks/{path.name}": path for path in sources}}
        record_edition(draft.folder, request, inputs, demonstration=basis.demonstration)
        if edition == "public":
            with watch.stage("leaks"):
                _stop_at_leaks(draft.folder, basis.confidential())
        # before the folder is swapped in: an edition that stands there is in the registry, come what may
        recipe.register(figures, request)
    return Published(
        edition_folder(*place), basis.backtest, basis.respondents, basis.members, basis.open_queries
    )


def _stop_at_leaks(folder: Path, confidential: Confidential) -> None:
    found = "\n".join(f"  {leak}" for leak in leaks(folder, confidential))
    if found:
        raise PublicationError(
            f"The edition would give members away; nothing was put in place:\n{found}\n"
            "What a notebook shows of answers stays in cells with the tag `internal`."
        )


def _write_tables(tables: Tables, fronts: Fronts, folder: Path) -> None:
    if tables.sheets:
        write_books(tables.sheets, list(fronts.values()), folder)
    if tables.files:
        write_data(tables.files, list(fronts.values()), folder / "data")
    for name, text in tables.texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
