"""Which cells make which slide, by the metadata that Jupyter's own slide show reads.

`metadata.slideshow.slide_type` is set in JupyterLab's property inspector: `slide` and `subslide` begin a
slide, `fragment` and `-` (or nothing) go on with it, `skip` stays out, `notes` is for the speaker. Cells
before the first slide belong to none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from survey.errors import PublicationError
from survey.publication.chapters import chapter_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbformat import NotebookNode

    from survey.publication.chapters import Edition
    from survey.publication.front import Language

__all__ = ["Cut", "Place", "cuts", "slide_type", "unmarked"]

#: Notebook and number of a cell.
Place = tuple[str, int]

_BEGINS: Final = frozenset({"slide", "subslide"})
_TYPES: Final = (*sorted(_BEGINS), "fragment", "-", "", "skip", "notes")


@dataclass
class Cut:
    """The cells of one slide, and those of its notes; `coded` are those that may give an empty slide away."""

    first: Place
    cells: list[Place] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)
    coded: list[Place] = field(default_factory=list)
    inside: bool = False


def slide_type(cell: NotebookNode, where: str) -> str:
    """Return a cell's mark, "" where it has none.

    Raises
    ------
    PublicationError
        For a mark Jupyter does not know.
    """
    mark = str((cell.metadata.get("slideshow") or {}).get("slide_type") or "")
    if mark not in _TYPES:
        known = ", ".join(name for name in _TYPES if name)
        raise PublicationError(
            f"{where} is marked {mark!r} for the slide show, which is none of {known}; choose one of them."
        )
    return mark


def cuts(notebooks: Sequence[NotebookNode], lang: Language, edition: Edition) -> list[Cut]:
    """Return the slides that the marks of notebooks make in one language, whether they hold anything or not.

    A slide that a cell tagged `internal` begins is left out of the public edition with all it holds.
    """
    made: list[Cut] = []
    for position, notebook in enumerate(notebooks, start=1):
        for place, cell, mark in _marked(notebook, chapter_name(notebook, position)):
            if mark in _BEGINS and _spoken(cell, lang):
                made.append(Cut(place, inside=_kept_in(cell, edition)))
            if not made or made[-1].first[0] != place[0] or mark == "skip":
                continue
            if not _spoken(cell, lang) or _kept_in(cell, edition):
                continue
            cut = made[-1]
            (cut.notes if mark == "notes" else cut.cells).append(place)
            if cell.cell_type == "code" and mark != "notes":
                cut.coded.append(place)
    return [cut for cut in made if not cut.inside]


def unmarked(notebooks: Sequence[NotebookNode], kept: Sequence[Cut]) -> Iterator[NotebookNode]:
    """Yield the notebooks with nothing in the cells that are on no slide, numbers of cells unchanged."""
    wanted = {place for cut in kept for place in (*cut.cells, *cut.notes)}
    for position, notebook in enumerate(notebooks, start=1):
        name = chapter_name(notebook, position)
        copy = notebook.copy()
        copy.cells = [
            cell if (name, number) in wanted else _emptied(cell)
            for number, cell in enumerate(notebook.cells, start=1)
        ]
        yield copy


def _marked(notebook: NotebookNode, name: str) -> Iterator[tuple[Place, NotebookNode, str]]:
    for number, cell in enumerate(notebook.cells, start=1):
        yield (name, number), cell, slide_type(cell, f"{name}, cell {number}")


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def _spoken(cell: NotebookNode, lang: Language) -> bool:
    """Tell whether a cell is of this language, or of both."""
    languages = _tags(cell) & {"zh", "en"}
    return not languages or lang in languages


def _kept_in(cell: NotebookNode, edition: Edition) -> bool:
    return edition == "public" and "internal" in _tags(cell)


def _emptied(cell: NotebookNode) -> NotebookNode:
    copy = cell.copy()
    copy.cell_type, copy.source = "raw", ""
    return copy
