"""Whether every frame and chart of a researcher's own says how many members stand behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.pieces import PIECE_TYPE
from survey.documents.blocks import is_published, printed_cells
from survey.documents.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbformat import NotebookNode

    from survey.documents.blocks import Edition
    from survey.documents.faults import Level

__all__ = ["undeclared_outputs"]

_DECLARED = "survey"  # in the metadata of an output, or of its cell
_REMEDY = (
    "pass `base=` (the fewest members behind a number, or the column that counts them) or `cleared=` (why no "
    "answer can be read from it) to `chapter.publish` or `chapter.table.frame`, or put one of them into the "
    "metadata `survey` of the cell"
)


def undeclared_outputs(notebooks: Sequence[NotebookNode], edition: Edition, minimum_base: int) -> list[Fault]:
    """Find what may give few members away: errors in the public edition, warnings in the internal one.

    The kit's own pieces are made of released figures and declare nothing.
    """
    level: Level = "error" if edition == "public" else "warning"
    return [
        Fault("base", level, message, f"{name}, cell {number}")
        for name, number, cell in printed_cells(notebooks, edition)
        for told in _declarations(cell)
        if (message := _fault(told, minimum_base))
    ]


def _declarations(cell: NotebookNode) -> Iterator[Mapping[str, Any]]:
    """Yield what each output of the researcher's own declares."""
    of_cell = cell.metadata.get(_DECLARED, {})
    for output in cell.get("outputs", ()):
        told = output.get("metadata", {}).get(_DECLARED)
        if told is not None:
            yield told
        elif PIECE_TYPE not in output.get("data", {}) and is_published(output, cell) and _may_count(output):
            yield of_cell


def _may_count(output: NotebookNode) -> bool:
    """Whether an output is more than a paragraph: a picture or a table."""
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return True
    return "<table" in "".join(data.get("text/html", "")) or "|--" in _dense(data.get("text/markdown", ""))


def _dense(text: str | list[str]) -> str:
    return "".join(text).replace(" ", "").replace(":", "")


def _fault(told: Mapping[str, Any], minimum: int) -> str:
    base = told.get("base")
    if told.get("cleared"):
        return ""
    if not isinstance(base, int):
        lacking = "neither how many members stand behind it nor why that is no matter"
        return f"a frame or chart says {lacking}; {_REMEDY}."
    if base < minimum:
        return (
            f"a frame or chart rests on fewer members than the {minimum} of the disclosure policy; "
            "bring members together in larger groups, or leave it out."
        )
    return ""
