"""The warm process: it has imported what a run's notebooks import, and becomes a kernel by forking itself.

Started once per run as ``python -m survey.notebooks.forkserver FD STATEMENT…`` in the notebooks' folder and
the run's environment. It runs the import statements that all notebooks of the run begin with, draws nothing,
reads no data, starts no thread of Python's own, and waits at the socket FD. Each order there makes one child,
which does what ``python -m ipykernel_launcher`` does and exits as that would; the parent only waits for
children to end, passes on their status, and kills them when the run is gone.

The figures are not computed here for all: reading the archive starts threads that a fork would lose, and
costs a notebook half a second where the imports cost three.

Libraries may run threads of their own (BLAS, allocators): those that do stop or renew them around a fork.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LAUNCHER", "NotFitError", "Order", "main"]

LAUNCHER = "ipykernel_launcher"
#: What the launcher itself imports, before any notebook's code.
KERNEL = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
)
#: Set by a kernel as it starts, where it is not set already; matplotlib reads it when it is imported.
BACKEND = "module://matplotlib_inline.backend_inline"
LARGEST = 1 << 16


class NotFitError(Exception):
    """Why this process cannot stand in for a fresh kernel."""


@dataclass(frozen=True)
class Order:
    """What a kernel is started with: the launcher's arguments and variables that are its alone."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


def main() -> None:
    """Prepare, then serve; in each child return from serving as a kernel."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    # a kernel ends when its parent does: its parent is this process, and ipykernel asks when it is imported
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    aside = _put_folder_aside()
    try:
        _prepare(sys.argv[2:])
    # whatever an import raises, the notebook will raise it in an ordinary kernel, where it is told
    except Exception as error:  # noqa: BLE001
        _tell(control, why=f"{type(error).__name__}: {error}")
        return
    _tell(control)
    order = _serve(control)
    if order is not None:
        _become_kernel(order, aside)


def _put_folder_aside() -> list[str]:
    """Take the working folder off the search path, as the launcher does while it imports."""
    return [sys.path.pop(0)] if sys.path[0] in {"", str(Path.cwd())} else []


def _prepare(statements: list[str]) -> None:
    """Import what is imported by every kernel, then by every notebook.

    Raises
    ------
    NotFitError
        A file beside the notebooks that would be imported instead; a thread that a fork would lose.
    """
    before = {name.partition(".")[0] for name in sys.modules}
    os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or BACKEND
    for name in KERNEL:
        importlib.import_module(name)
    for statement in statements:
        exec(statement, {})  # noqa: S102 - import statements of the notebooks that are about to be run
    imported = {name.partition(".")[0] for name in sys.modules} - before
    hidden = sorted(imported & _modules_in(Path.cwd()))
    if hidden:
        raise NotFitError(f"the notebooks' folder has a module {hidden[0]} of its own")
    if threading.active_count() > 1:
        raise NotFitError(f"importing started the thread {threading.enumerate()[-1].name}")
    gc.collect()
    gc.freeze()  # what is never collected is never written to, so the children share its memory


def _modules_in(folder: Path) -> set[str]:
    """Return the names of modules and packages that lie in a folder."""
    files = {path.name.partition(".")[0] for path in folder.iterdir() if path.suffix in {".py", ".so"}}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def _serve(control: socket.socket) -> Order | None:
    """Fork at every order; return it in the child, and None in the parent when the run is gone."""
    woken, waker = socket.socketpair()
    woken.setblocking(False)  # noqa: FBT003 - the standard library's signature
    waker.setblocking(False)  # noqa: FBT003
    before = signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno())
    kernels: dict[int, int] = {}
    try:
        while True:
            ready, _, _ = select.select([control, woken], [], [])
            if woken in ready:
                woken.recv(LARGEST)
                _pass_on_ends(kernels)
            if control in ready:
                order, status = _receive(control)
                if order is None:
                    return None
                pid = _fork(control)
                if pid == 0:
                    kernels[0] = status
                    return order
                if pid is None:
                    os.close(status)
                else:
                    kernels[pid] = status
    finally:
        if 0 in kernels:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, before)
            for fd in kernels.values():
                os.close(fd)
            for end in (control, woken, waker):
                end.close()
        else:
            _kill(kernels)


def _tell(control: socket.socket, **what: object) -> None:
    """Answer the run; that it is gone shows at the next reading."""
    with suppress(OSError):
        control.send(json.dumps(what).encode())


def _receive(control: socket.socket) -> tuple[Order | None, int]:
    """Read an order and the pipe its kernel's end is told over; None when the run is gone."""
    try:
        told, fds, _, _ = socket.recv_fds(control, LARGEST, 1)
    except ConnectionResetError:  # gone without having read the last answer
        return None, -1
    if not told:
        return None, -1
    order = json.loads(told)
    return Order(tuple(order["arguments"]), order["environment"]), fds[0]


def _fork(control: socket.socket) -> int | None:
    """Fork; the child answers itself, once it leads a session of its own and can be signalled as such."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        pid = os.fork()
    except OSError as error:
        _tell(control, why=f"fork: {error.strerror}")
        return None
    if pid == 0:
        os.setsid()
        _tell(control, pid=os.getpid())
    return pid


def _pass_on_ends(kernels: dict[int, int]) -> None:
    """Reap the children that have ended, and tell the run how: the exit status, negative for a signal."""
    for pid in list(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            fd = kernels.pop(pid)
            with suppress(BrokenPipeError):  # the run no longer asks
                os.write(fd, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(fd)


def _kill(kernels: dict[int, int]) -> None:
    """End every kernel that is left, with the processes it started, and wait for it."""
    for pid in kernels:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in kernels:
        os.waitpid(pid, 0)


def _become_kernel(order: Order, aside: list[str]) -> None:
    """Go on as a fresh process would that was started as a kernel: own chance, own arguments."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # else every kernel of the run would draw the same numbers
    os.environ.update(order.environment)
    sys.path[:0] = aside
    sys.argv = [LAUNCHER, *order.arguments]
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
