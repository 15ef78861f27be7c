"""Kernels that talk over files instead of ports, so that several can start at once without racing for one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["QuietKernelManager", "own_sockets"]

PORTS_ONLY = sys.platform == "win32"


class QuietKernelManager(AsyncKernelManager):
    """A kernel manager over inter-process sockets where the system has them."""

    @default("transport")
    def _default_transport(self) -> str:
        return "tcp" if PORTS_ONLY else "ipc"


def own_sockets(folder: Path) -> Config:
    """Return the configuration by which a kernel's sockets lie in `folder`, which must be its alone."""
    return Config() if PORTS_ONLY else Config({"QuietKernelManager": {"ip": str(folder / "kernel")}})
