"""Run the chapters: each notebook in a kernel of its own by papermill, two at a time."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from survey.errors import NotebookError
from survey.production.kernels import QuietKernelManager, own_sockets
from survey.production.parameters import check_given

__all__ = ["FailedNotebook", "run_notebook", "run_notebooks", "without_clock"]

Progress = Callable[[str, int, int], None]
AT_ONCE = 2
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class FailedNotebook(NotebookError):  # noqa: N818 - what is caught is the notebook, its executed copy
    """A chapter that raised; `notebook` is the executed copy with the failing cell marked."""

    def __init__(self, message: str, name: str, notebook: NotebookNode) -> None:
        super().__init__(message)
        self.name = name
        self.notebook = notebook


def run_notebook(
    source: Path, parameters: Mapping[str, Any], progress: Progress = lambda *_: None
) -> NotebookNode:
    """Execute one notebook.

    Parameters
    ----------
    source : Path
        The notebook; not changed.
    parameters : mapping
        For its parameters cell, checked before a kernel starts.
    progress : callable
        Told name, cell under way and number of cells.

    Raises
    ------
    UsageError
        A parameter the notebook does not have, or of another type.
    FailedNotebook
        If a cell raises; carries the executed copy, its failing cell marked.
    """
    check_given(source, parameters)
    book = nbformat.read(source, as_version=4)
    # ids are kept as stored: papermill would draw a random one for the cell it injects
    count = len(book.cells)
    with tempfile.TemporaryDirectory(prefix="survey-") as scratch:
        target = Path(scratch) / source.name
        try:
            papermill.execute_notebook(
                str(source),
                str(target),
                parameters=dict(parameters),
                progress_bar=False,
                log_output=False,
                cwd=str(source.parent),
                kernel_manager_class=QuietKernelManager,
                config=own_sockets(Path(scratch)),
                # a kernel reports the interrupt by which it is ended as an error of its own
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
                on_cell_execute=lambda cell_index, **_: progress(source.stem, cell_index + 1, count + 1),
            )
        except PapermillExecutionError as error:
            failed = nbformat.read(target, as_version=4)
            said = f"{error.ename}: {COLOURS.sub('', str(error.evalue))}"
            message = f"notebook {source.stem}, cell {error.cell_index + 1}: {said}"
            raise FailedNotebook(message, source.stem, failed) from None
        executed = nbformat.read(target, as_version=4)
    return without_clock(executed)


def without_clock(book: NotebookNode) -> NotebookNode:
    """Take out what papermill and the kernel leave of clock and chance, so that same runs give same bytes."""
    book.metadata.pop("papermill", None)
    for number, cell in enumerate(book.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    return book


def run_notebooks(
    sources: Sequence[Path], parameters: Mapping[str, Any], progress: Progress = lambda *_: None
) -> list[NotebookNode]:
    """Execute several notebooks, two at a time; return them in the order given.

    The first failure in that order is raised, after the others have ended.
    """
    for source in sources:
        check_given(source, parameters)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        running = [pool.submit(run_notebook, source, parameters, progress) for source in sources]
    return [one.result() for one in running]
