"""Run the chapters: each notebook in a kernel of its own by papermill, two at a time."""

from __future__ import annotations

import ast
import logging
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from survey.errors import NotebookError
from survey.notebooks.kernels import Launcher, manager_with, own_sockets
from survey.notebooks.parameters import check_given

__all__ = ["FailedNotebook", "first_imports", "run_notebook", "run_notebooks", "without_clock"]

Progress = Callable[[str, int, int], None]
AT_ONCE = 2
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
DIED = "its process ended before the cell did: killed from outside, for want of memory, or by the cell itself"
log = logging.getLogger(__name__)


class FailedNotebook(NotebookError):  # noqa: N818 - what is caught is the notebook, its executed copy
    """A chapter that raised; `notebook` is the executed copy with the failing cell marked."""

    def __init__(self, message: str, name: str, notebook: NotebookNode) -> None:
        super().__init__(message)
        self.name = name
        self.notebook = notebook


def run_notebook(
    source: Path,
    parameters: Mapping[str, Any],
    progress: Progress = lambda *_: None,
    launcher: Launcher | None = None,
) -> NotebookNode:
    """Execute one notebook.

    Parameters
    ----------
    source : Path
        The notebook; not changed.
    parameters : mapping
        For its parameters cell, checked before a kernel starts.
    progress : callable
        Called with name, cell under way and number of cells.
    launcher : Launcher, optional
        Starts the kernel; without it, or where it cannot, the kernel is an ordinary one.

    Raises
    ------
    UsageError
        A parameter the notebook does not have, or of another type.
    FailedNotebook
        If a cell raises or ends its process; carries the executed copy, its failing cell marked.
    """
    check_given(source, parameters)
    with tempfile.TemporaryDirectory(prefix="survey-") as scratch:
        target = Path(scratch) / source.name
        try:
            _execute(source, target, parameters, progress, launcher)
        except PapermillExecutionError as error:
            failed = nbformat.read(target, as_version=4)
            said = f"{error.ename}: {COLOURS.sub('', str(error.evalue))}"
            message = f"notebook {source.stem}, cell {error.cell_index + 1}: {said}"
            raise FailedNotebook(message, source.stem, failed) from None
        executed = nbformat.read(target, as_version=4)
    return without_clock(executed)


def _execute(
    source: Path,
    target: Path,
    parameters: Mapping[str, Any],
    progress: Progress,
    launcher: Launcher | None,
) -> None:
    """Let papermill execute a notebook; a process that ends is reported as an error of the cell under way."""
    # ids are kept as stored: papermill would draw a random one for the cell it injects
    count = len(nbformat.read(source, as_version=4).cells)
    under_way = 0

    def tell(cell_index: int, **_: object) -> None:
        nonlocal under_way
        under_way = cell_index
        progress(source.stem, cell_index + 1, count + 1)

    try:
        papermill.execute_notebook(
            str(source),
            str(target),
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            # not as papermill's `cwd`: it moves this whole process, and two notebooks run at once
            resources={"metadata": {"path": str(source.parent.resolve())}},
            kernel_manager_class=manager_with(launcher),
            config=own_sockets(target.parent),
            # a kernel reports the interrupt by which it is ended as an error of its own
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            on_cell_execute=tell,
        )
    except DeadKernelError:
        book = nbformat.read(target, as_version=4)
        error = new_output(
            "error", ename="DeadKernelError", evalue=DIED, traceback=[f"DeadKernelError: {DIED}"]
        )
        book.cells[under_way].outputs.append(error)
        raise_for_execution_errors(book, str(target))


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
    sources: Sequence[Path],
    parameters: Mapping[str, Any],
    progress: Progress = lambda *_: None,
    note: Callable[[str], None] = log.info,
) -> list[NotebookNode]:
    """Execute several notebooks, two at a time; return them in the order given.

    Their kernels are forked from one process that has imported what all of them import. The first failure in
    that order is raised, after the others have ended; an interrupted run ends its kernels at once.

    Parameters
    ----------
    sources, parameters, progress
        As of `run_notebook`.
    note : callable
        Called with how the kernels were started, with the reason where one was not forked.
    """
    for source in sources:
        check_given(source, parameters)
    if not sources:
        return []
    pool = ThreadPoolExecutor(max_workers=AT_ONCE)
    with Launcher(sources[0].parent, first_imports(sources)) as launcher:
        try:
            running = [pool.submit(_run_in_thread, one, parameters, progress, launcher) for one in sources]
            pool.shutdown()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            launcher.close()  # the notebooks under way end with their kernels
            pool.shutdown()
            raise
        note(launcher.told())
    return [one.result() for one in running]


def _run_in_thread(
    source: Path, parameters: Mapping[str, Any], progress: Progress, launcher: Launcher
) -> NotebookNode:
    """Run a notebook and close the event loop that jupyter_client makes for every thread."""
    loop = ensure_event_loop()
    try:
        return run_notebook(source, parameters, progress, launcher)
    finally:
        loop.close()


def first_imports(sources: Sequence[Path]) -> list[str]:
    """Return the import statements that all notebooks make before they do anything else.

    What is imported after another statement is left to the notebook: that statement may bear on it.
    """
    found = [_leading_imports(source) for source in sources]
    return [statement for statement in found[0] if all(statement in own for own in found)]


def _leading_imports(source: Path) -> list[str]:
    statements: list[str] = []
    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        try:
            body = ast.parse(cell.source).body
        except SyntaxError:  # a line of IPython's own
            return statements
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                statements.append(ast.unparse(node))
            elif not _is_plain(node):
                return statements
    return statements


def _is_plain(node: ast.stmt) -> bool:
    """Whether a statement is a text or gives a name a constant, as parameters are given."""
    return (
        isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and all(isinstance(target, ast.Name) for target in getattr(node, "targets", ()))
    )
