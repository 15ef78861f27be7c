"""Kernels that talk over files instead of ports, so that several can start at once without racing for one.

A run's notebooks import the same three seconds of libraries each. `Launcher` imports them once, in a process
(`survey.notebooks.forkserver`) that every kernel of the run is forked from: its own process and memory as
ever, written pages its alone. Where that cannot stand in for a fresh kernel (no safe fork, another
interpreter, environment or folder, a warm process that did not start), the ordinary kernel is started and the
reason kept in `Launcher.ordinary`.

Only `QuietKernelManager` knows of it, through the provisioner it brings along: no entry point is registered,
so that JupyterLab, papermill and nbconvert start the python3 kernel as they do without this package.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default
from traitlets.config import Config

from survey.errors import NotebookError
from survey.notebooks.forkserver import LAUNCHER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from jupyter_client.connect import KernelConnectionInfo

__all__ = [
    "FORKS",
    "ForkedKernel",
    "Launcher",
    "NotForkedError",
    "QuietKernelManager",
    "manager_with",
    "own_sockets",
]

PORTS_ONLY = sys.platform == "win32"
#: Elsewhere there is no fork, or (macOS) the system's own libraries do not outlive one.
FORKS = sys.platform == "linux"
#: Variables that Jupyter sets anew for every kernel; all others must be those the warm process started with.
OWN = "JPY_"
PATIENCE = 60.0
LARGEST = 1 << 16
log = logging.getLogger(__name__)


class NotForkedError(Exception):
    """Why a kernel is not forked from the warm process."""


class _Process(Protocol):
    """What is asked of a kernel's process, forked or started by `subprocess`."""

    pid: int

    def poll(self) -> int | None: ...


class ForkedKernel:
    """A kernel's process as its provisioner sees it: like `subprocess.Popen`, its end told over a pipe."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, ended: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = ended

    def poll(self) -> int | None:
        """Return the exit status, negative for a signal; None while the process runs."""
        if self.returncode is None and select.select([self._ended], [], [], 0)[0]:
            told = os.read(self._ended, LARGEST)
            os.close(self._ended)
            if not told:  # the warm process is gone and can watch no longer
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def wait(self) -> int:
        """Wait for the end and return the exit status."""
        while (status := self.poll()) is None:
            select.select([self._ended], [], [])
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


class Launcher:
    """Starts the kernels of a run, forked from one warm process where that may be, and ends those left.

    Parameters
    ----------
    folder : Path
        The notebooks' folder, in which their kernels work.
    statements : sequence of str
        Import statements that every notebook of the run begins with.

    Attributes
    ----------
    forked : int
        Kernels forked so far.
    ordinary : list of str
        For each kernel started the ordinary way, why.
    """

    def __init__(self, folder: Path, statements: Sequence[str]) -> None:
        self.forked = 0
        self.ordinary: list[str] = []
        self._folder = folder.resolve()
        self._environment = _common(os.environ)
        self._kernels: list[_Process] = []
        self._lock = Lock()
        self._closed = False
        self._why = ""
        self._ready = False
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start(statements)
        except (NotForkedError, OSError) as error:
            self._why = str(error)

    def _start(self, statements: Sequence[str]) -> None:
        if not FORKS:
            raise NotForkedError(f"{sys.platform} has no safe fork")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(PATIENCE)
        fd = theirs.fileno()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "survey.notebooks.forkserver", str(fd), *statements],
                cwd=self._folder, pass_fds=[fd], stdin=subprocess.DEVNULL, start_new_session=True,
                # as jupyter_client does: libraries add to the system's copy what Python's does not show
                env=dict(os.environ),
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def launch(self, command: Sequence[str], keywords: Mapping[str, Any]) -> ForkedKernel | None:
        """Fork a kernel; None, with the reason kept, where an ordinary one is to be started.

        Raises
        ------
        NotebookError
            The run has ended meanwhile.
        """
        with self._lock:
            self._check_open()
            try:
                self._check_fits(command, keywords)
                kernel = self._fork(command[4:], keywords["env"])
            except NotForkedError as error:
                self._check_open()
                self.ordinary.append(str(error))
                log.info("ordinary kernel: %s", error)
                return None
            self.forked += 1
            self._kernels.append(kernel)
            return kernel

    def keep(self, kernel: _Process) -> None:
        """Take an ordinary kernel under the care of the run."""
        with self._lock:
            self._kernels.append(kernel)
            closed = self._closed
        if closed:
            _end([kernel])

    def _check_open(self) -> None:
        if self._closed:
            raise NotebookError("the run has ended; start it again")

    def _check_fits(self, command: Sequence[str], keywords: Mapping[str, Any]) -> None:
        if self._why:
            raise NotForkedError(self._why)
        if list(command[:4]) != [sys.executable, "-m", LAUNCHER, "-f"]:
            raise NotForkedError("the kernel is not this interpreter's own")
        changed = dict(_common(keywords["env"]).items() ^ self._environment.items())
        if changed:
            raise NotForkedError(f"the kernel's environment differs in {', '.join(sorted(changed))}")
        if Path(keywords.get("cwd") or Path.cwd()).resolve() != self._folder:
            raise NotForkedError("the notebook lies in another folder")
        further = sorted(keywords.keys() - {"env", "cwd", "kernel_id", "extra_arguments"})
        if further:
            raise NotForkedError(f"the kernel is started with {further[0]}")

    def _fork(self, arguments: Sequence[str], environment: Mapping[str, str]) -> ForkedKernel:
        """Order a kernel of the warm process; wait for it to be ready when it is asked first."""
        assert self._control is not None  # noqa: S101 - else there is a reason and no order
        try:
            if not self._ready:
                self._answer()
                self._ready = True
            own = {k: v for k, v in environment.items() if k.startswith(OWN) and k != "JPY_PARENT_PID"}
            order = json.dumps({"arguments": ["-f", *arguments], "environment": own}).encode()
            reading, writing = os.pipe()
            try:
                socket.send_fds(self._control, [order], [writing])
                return ForkedKernel(int(self._answer()["pid"]), reading)
            except BaseException:
                os.close(reading)
                raise
            finally:
                os.close(writing)
        except OSError as error:
            self._why = f"the warm process does not answer ({error})"
            raise NotForkedError(self._why) from None

    def _answer(self) -> dict[str, Any]:
        assert self._control is not None  # noqa: S101 - as above
        told = self._control.recv(LARGEST)
        if not told:
            raise BrokenPipeError("it has ended")
        answer: dict[str, Any] = json.loads(told)
        if "why" in answer:
            if not self._ready:
                self._why = answer["why"]
            raise NotForkedError(answer["why"])
        return answer

    def told(self) -> str:
        """Say how the kernels of the run were started."""
        reasons = "; ".join(dict.fromkeys(self.ordinary))
        plain = f", {len(self.ordinary)} started the ordinary way ({reasons})" if reasons else ""
        return f"{self.forked} forked from one process{plain}"

    def close(self) -> None:
        """End what is left: kernels of an interrupted run, and the warm process."""
        self._closed = True  # before the lock: who holds it may be waiting for the warm process
        if self._process is not None:
            self._process.terminate() if not self._ready else None
        with self._lock:
            _end(self._kernels)
            if self._control is not None:
                self._control.close()  # by which the warm process knows
            if self._process is not None:
                self._process.wait()


def _common(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(OWN)}


def _end(kernels: Sequence[_Process]) -> None:
    for kernel in kernels:
        if kernel.poll() is None:
            with suppress(ProcessLookupError):
                # each leads a session: what a notebook has started ends with it
                os.killpg(kernel.pid, signal.SIGKILL) if hasattr(os, "killpg") else os.kill(kernel.pid, 15)


class _Provisioner(LocalProvisioner):
    """Gives a kernel manager the kernels of a launcher."""

    launcher: Launcher

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it the ordinary way."""
        # blocks while the imports last: a notebook's thread has nothing else to do
        kernel = self.launcher.launch(cmd, kwargs)
        if kernel is None:
            told = await super().launch_kernel(cmd, **kwargs)
            if self.process is not None:
                self.launcher.keep(self.process)
            return told
        self.process = kernel  # type: ignore[assignment]  # what the base asks of a process, it answers
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


class QuietKernelManager(AsyncKernelManager):
    """A kernel manager over inter-process sockets where the system has them."""

    launcher: Launcher | None = None

    @default("transport")
    def _default_transport(self) -> str:
        return "tcp" if PORTS_ONLY else "ipc"

    async def start_kernel(self, **kw: Any) -> None:  # type: ignore[override]  # typed as the blocking one
        """Start a kernel, by the run's launcher where there is one."""
        if self.launcher is not None and self.provisioner is None:
            self.kernel_id = self.kernel_id or str(uuid.uuid4())
            self.provisioner = _Provisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.launcher = self.launcher
        await super().start_kernel(**kw)


def manager_with(launcher: Launcher | None) -> type[QuietKernelManager]:
    """Return the class of kernel managers that use a launcher; nbclient wants a class to make them of."""
    return type("QuietKernelManager", (QuietKernelManager,), {"launcher": launcher})


def own_sockets(folder: Path) -> Config:
    """Return the configuration by which a kernel's sockets lie in `folder`, which must be its alone."""
    return Config() if PORTS_ONLY else Config({"QuietKernelManager": {"ip": str(folder / "kernel")}})
