"""Executed notebooks as the public gets them: released pieces, and a line where anything was left out.

What a cell shows beside what is printed, a frame of answers say, has passed no disclosure control.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nbformat.v4 import new_output

from analysis.pieces import OWN_TYPES, PIECE_TYPE
from survey.documents import is_published, kind_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["strip_unreleased"]

_OF_BOOK: Final = ("kernelspec", "language_info", "name")
_OF_CELL: Final = ("tags", "slideshow", "survey")
_OF_OUTPUT: Final = ("lang",)
_WORDS: Final = ("text/html", "text/markdown")


def strip_unreleased(book: NotebookNode) -> NotebookNode:
    """Take out of an executed notebook what is not released, cells of the internal edition among it."""
    _keep(book.metadata, _OF_BOOK)
    book.cells = [cell for cell in book.cells if "internal" not in cell.metadata.get("tags", [])]
    for cell in book.cells:
        _keep(cell.metadata, _OF_CELL)
        attached = cell.pop("attachments", {})
        if used := {name: one for name, one in attached.items() if f"attachment:{name}" in cell.source}:
            cell["attachments"] = used
        if cell.cell_type == "code":
            left_out = [output for output in cell.outputs if not is_published(output, cell)]
            cell.outputs = [_released(output) for output in cell.outputs if is_published(output, cell)]
            if kinds := dict.fromkeys(kind_of(output) or "other output" for output in left_out):
                told = f"Left out of the public edition: {', '.join(kinds)}.\n"
                cell.outputs.append(new_output("stream", name="stdout", text=told))
    return book


def _released(output: NotebookNode) -> NotebookNode:
    """Leave of an output what is printed: of a researcher's own the picture or table, not its text."""
    _keep(output.metadata, _OF_OUTPUT)
    if PIECE_TYPE not in output.data:
        kinds = (
            _WORDS if "lang" in output.metadata else [kind for kind in OWN_TYPES if kind in output.data][:1]
        )
        _keep(output.data, kinds)
    return output


def _keep(mapping: NotebookNode, names: tuple[str, ...] | list[str]) -> None:
    for name in [name for name in mapping if name not in names]:
        del mapping[name]
