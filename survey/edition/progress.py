"""The clock of a run, and the workers beside it: files are set while the next page is put together."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from survey.documents import Fault

__all__ = ["Watch"]

#: Files under way at once. pandoc and Typst run outside the interpreter's lock, so that they fill the cores
#: the interpreter leaves; more at once would only hold more documents in memory.
_BESIDE: Final = 4


@dataclass
class Watch:
    """Follows a run: tells what is under way and keeps the time of each stage.

    `tell` is called with stage, what of it is under way, steps done and steps in all. The seconds of stages
    that run side by side add up to more than `elapsed`. `kernels` says how the notebooks' kernels were
    started; `warnings` are what the gate lets pass and an author should know.
    """

    tell: Callable[[str, str, int, int], None] = lambda *_: None
    seconds: dict[str, float] = field(default_factory=dict)
    kernels: list[str] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    _workers: ThreadPoolExecutor | None = field(default=None, init=False, repr=False)
    _waiting: list[Future[None]] = field(default_factory=list, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @property
    def elapsed(self) -> float:
        """The seconds since the run began."""
        return time.perf_counter() - self.started

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        self.tell(name, "", 0, 1)
        start = time.perf_counter()
        yield
        self._add(name, start)
        self.tell(name, "", 1, 1)

    @contextmanager
    def side_by_side(self) -> Iterator[None]:
        """Let files be written by workers until the end of the block, which waits for all of them.

        The first of the files handed over that failed raises there, whichever failed first by the clock; what
        the block itself raises goes before. Within another such block the outer one waits.
        """
        if self._workers is not None:
            yield
            return
        try:
            with ThreadPoolExecutor(_BESIDE) as workers:
                self._workers = workers
                try:
                    yield
                    for job in self._waiting:
                        job.result()
                finally:
                    workers.shutdown(cancel_futures=True)
        finally:
            self._workers = None
            self._waiting.clear()

    def write(self, name: str, path: Path, make: Callable[[], bytes]) -> None:
        """Hand a file over to the workers of `side_by_side`, its time counted to a stage."""
        if self._workers is None:
            message = "a file was handed over outside of side_by_side"
            raise RuntimeError(message)
        self.tell(name, "", 0, 1)
        self._waiting.append(self._workers.submit(self._written, name, path, make))

    def _written(self, name: str, path: Path, make: Callable[[], bytes]) -> None:
        start = time.perf_counter()
        path.write_bytes(make())
        self._add(name, start)

    def _add(self, name: str, start: float) -> None:
        with self._lock:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
