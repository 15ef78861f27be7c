"""The pieces and the prose of executed notebooks in their order, each with the cell it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.model import AnalysisError
from analysis.pieces import OWN_TYPES, PIECE_TYPE, SectionHeading, from_json, own_pieces
from analysis.words import LANGS, Text
from survey.documents.faults import Fault
from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from nbformat import NotebookNode

    from analysis.pieces import Piece
    from analysis.words import Lang

__all__ = [
    "Block",
    "Edition",
    "Prose",
    "chapter_name",
    "is_published",
    "kind_of",
    "printed_cells",
    "read_blocks",
    "unpublished_outputs",
]

Edition = Literal["public", "internal"]

_HEADING: Final = re.compile(r"\s*(#{1,6}) ")
_DEEPEST: Final = 6
_HIDDEN: Final = {"parameters", "injected-parameters"}
#: Where a cell's metadata hold the words of a figure or table of the researcher's own.
_OWN_WORDS: Final = "survey"
_REMEDY: Final = (
    "show it by `chapter.publish(it, slug, zh=…, en=…, alt_zh=…, alt_en=…, base=…)`, give the cell the "
    'metadata "survey": {"slug", "zh", "en", "alt_zh", "alt_en", "base"}, or take it out'
)


@dataclass(frozen=True)
class Prose:
    """What somebody wrote: a Markdown cell, or Markdown or HTML that a cell displays in a language.

    Attributes
    ----------
    source : str
    languages : tuple of str
        Those it is printed in.
    is_markup : bool
        HTML instead of Markdown.
    attachments : mapping
        Pictures kept in the cell.
    is_output : bool
        Shown by code, which had something to show.
    """

    source: str
    languages: tuple[Lang, ...]
    is_markup: bool = False
    attachments: Mapping[str, Any] = field(default_factory=dict)
    is_output: bool = False


@dataclass(frozen=True)
class Block:
    """A piece, or prose, where it stands: notebook and number of the cell."""

    content: Piece | Prose
    notebook: str
    cell: int

    @property
    def where(self) -> str:
        """Notebook and cell, as messages name them."""
        # a published page is one block, of no cell
        return f"{self.notebook}, cell {self.cell}" if self.cell else self.notebook

    def is_of(self, lang: Lang) -> bool:
        """Return whether the block is printed in a language; a piece is in each."""
        return not isinstance(self.content, Prose) or lang in self.content.languages


def chapter_name(notebook: NotebookNode, position: int) -> str:
    """Name a chapter by the notebook's file, which papermill writes down, else by its place."""
    run = notebook.metadata.get("papermill", {})
    name = notebook.metadata.get("name") or PurePosixPath(str(run.get("input_path") or "")).stem
    return str(name or f"chapter-{position}")


def read_blocks(notebooks: Sequence[NotebookNode], edition: Edition) -> list[Block]:
    """Read what an edition prints of executed chapters, in all languages.

    Output that is neither a piece nor in a language nor has words in its cell's metadata stays out, and
    `unpublished_outputs` reports it: a frame somebody left at the end of a cell is not released data.

    Raises
    ------
    PublicationError
        A cell of a chapter ended in an error, or an output is no piece of this version.
    """
    blocks: list[Block] = []
    silent: set[int] = set()  # places where a cell of code printed nothing
    unpublished: set[int] = set()  # and where it printed what is published nowhere, which is reported
    for name, number, cell in printed_cells(notebooks, edition):
        if cell.cell_type == "markdown":
            attached = cell.get("attachments", {})
            blocks.append(Block(Prose(cell.source, _languages(cell), attachments=attached), name, number))
        elif cell.cell_type == "code":
            try:
                shown = [Block(content, name, number) for content in _shown(cell)]
            except AnalysisError as error:
                raise PublicationError(f"{name}, cell {number}: {error}") from error
            except _EndedInError as error:
                raise PublicationError(
                    f"{name}, cell {number} ended in {error}; correct the chapter and run it again."
                ) from None
            if not shown:
                (unpublished if cell.outputs else silent).add(len(blocks))
            blocks += shown
    return _without_empty_sections(blocks, silent, unpublished)


def _without_empty_sections(
    blocks: Sequence[Block], silent: Collection[int], unpublished: Collection[int]
) -> list[Block]:
    """Leave out sections that show nothing: headings alone, or prose around code that printed nothing.

    Parameters
    ----------
    blocks : sequence of Block
    silent, unpublished : collection of int
        Places in `blocks` before which a cell of code printed nothing, or what is published nowhere.
    """
    kept: set[int] = set()
    for lang in LANGS:
        kept |= _living(blocks, silent, unpublished, lang)
    return [block for place, block in enumerate(blocks) if place in kept]


def _living(
    blocks: Sequence[Block], silent: Collection[int], unpublished: Collection[int], lang: Lang
) -> set[int]:
    """Return the places of what one language prints, read from the end: content comes after its heading.

    What stands in the other language alone fills a section too: that this one lacks it is a fault to report.
    """
    kept: set[int] = set()
    filled = [False] * (_DEEPEST + 1)  # by level: is there content before the next heading of that level?
    waiting: list[int] = []  # what stands before the next heading
    hushed = False
    for place in range(len(blocks), -1, -1):
        block = blocks[place] if place < len(blocks) else None
        level = _heading_level(block.content) if block and block.is_of(lang) else None
        if block and level is None:
            waiting += [place] if block.is_of(lang) else []
            if not _is_boilerplate(block.content):
                filled = [True] * len(filled)
        elif block and level is not None:
            told = not hushed and (bool(waiting) or _is_more_than_heading(block.content))
            if told or filled[level]:
                kept |= {place, *waiting}
                filled = [True] * level + [False] * (len(filled) - level)
            waiting, hushed = [], False
        hushed = hushed or place in silent
        filled = [True] * len(filled) if place in unpublished else filled
    return kept | set(waiting)


def _is_boilerplate(content: Piece | Prose) -> bool:
    """Return whether a block may stand around figures without being one: the prose of Markdown cells."""
    return isinstance(content, Prose) and not content.is_output


def _is_more_than_heading(content: Piece | Prose) -> bool:
    """Return whether prose that begins with a heading goes on with text."""
    if not isinstance(content, Prose):
        return False
    return any(line.strip() and not _HEADING.match(line) for line in content.source.splitlines())


def _heading_level(content: Piece | Prose) -> int | None:
    """Return the level of the heading that a block begins with, None where it begins otherwise."""
    if isinstance(content, SectionHeading):
        return content.level
    if isinstance(content, Prose) and not content.is_markup:
        found = _HEADING.match(content.source)
        return len(found[1]) if found else None
    return None


def unpublished_outputs(notebooks: Sequence[NotebookNode], edition: Edition) -> list[Fault]:
    """Warn of outputs that are printed nowhere: tables, pictures, texts of the researcher's own."""
    found = []
    for name, number, cell in printed_cells(notebooks, edition):
        kinds = [kind_of(output) for output in cell.get("outputs", ()) if not is_published(output, cell)]
        for kind in dict.fromkeys(filter(None, kinds)):
            message = f"{kind} is shown in the notebook and printed nowhere; {_REMEDY}."
            found.append(Fault("own-output", "warning", message, f"{name}, cell {number}"))
    return found


class _EndedInError(Exception):
    """A cell whose output is an error, by its name."""


def printed_cells(
    notebooks: Sequence[NotebookNode], edition: Edition
) -> Iterator[tuple[str, int, NotebookNode]]:
    """Yield the cells an edition prints, with notebook and number."""
    for position, notebook in enumerate(notebooks, start=1):
        name = chapter_name(notebook, position)
        for number, cell in enumerate(notebook.cells, start=1):
            tags = set(cell.metadata.get("tags", ()))
            if not (tags & _HIDDEN or ("internal" in tags and edition == "public")):
                yield name, number, cell


def _languages(cell: NotebookNode) -> tuple[Lang, ...]:
    tags = cell.metadata.get("tags", ())
    return tuple(lang for lang in LANGS if lang in tags) or LANGS


def _shown(cell: NotebookNode) -> Iterator[Piece | Prose]:
    """Yield what a code cell's outputs print."""
    for output in cell.outputs:
        data, lang = output.get("data", {}), output.get("metadata", {}).get("lang")
        if output.output_type == "error":
            raise _EndedInError(output.get("ename", "an error"))
        if PIECE_TYPE in data:
            yield from_json(data[PIECE_TYPE])
        elif lang in LANGS and _is_words(data):
            kind = "text/html" if "text/html" in data else "text/markdown"
            yield Prose("".join(data[kind]), (lang,), is_markup=kind == "text/html", is_output=True)
        elif (words := cell.metadata.get(_OWN_WORDS)) and any(kind in data for kind in OWN_TYPES):
            told = {name: str(words.get(name, "")) for name in ("slug", "zh", "en", "alt_zh", "alt_en")}
            caption, alt = Text(told["zh"], told["en"]), Text(told["alt_zh"], told["alt_en"])
            yield from own_pieces(data, told["slug"], caption, alt)


def _is_words(data: Mapping[str, Any]) -> bool:
    return "text/html" in data or "text/markdown" in data


def is_published(output: NotebookNode, cell: NotebookNode) -> bool:
    """Return whether a cell's output is printed: a piece, words in a language, what the cell describes."""
    data = output.get("data", {})
    own = _OWN_WORDS in cell.metadata and any(kind in data for kind in OWN_TYPES)
    in_language = output.get("metadata", {}).get("lang") in LANGS and _is_words(data)
    return PIECE_TYPE in data or in_language or own


def kind_of(output: NotebookNode) -> str:
    """Name what an output shows; nothing where it is empty."""
    data = output.get("data", {})
    if any(str(kind).startswith("image/") for kind in data):
        return "a picture"
    if "text/html" in data:
        return "a table or HTML without a language"
    if "text/markdown" in data:
        return "Markdown without a language"
    # the value of a cell's last line is for its author; what is printed was meant to be read
    text = "".join(output.get("text", "")) if output.get("name") == "stdout" else ""
    return "printed text" if text.strip() else ""
