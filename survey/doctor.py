"""What this machine lacks to make a report, and how to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Checkup", "examine"]

AGAIN = "run `make` again, or: pip install --require-hashes -r requirements.lock"
PACKAGES = {
    "pandas": "the numbers",
    "statsmodels": "the tests",
    "python_calamine": "reading workbooks",
    "pandera": "checking frames",
    "matplotlib": "charts",
    "seaborn": "charts",
    "papermill": "running notebooks",
    "nbconvert": "assembling notebooks",
    "ipykernel": "a kernel for the notebooks",
    "jupyterlab": "`survey lab`",
    "pypandoc": "HTML to Typst",
    "typst": "PDF",
    "pptx": "slides",
    "pylopdf_fonts_zh_cn": "Chinese type",
    "xlsxwriter": "tables.xlsx",
}
LEAST_FREE = 200 * 2**20


@dataclass(frozen=True)
class Checkup:
    """One thing looked at: what, whether it is well, what was found, and the remedy where it is not."""

    name: str
    well: bool
    found: str
    remedy: str = ""


def examine(output: Path, notebooks: Path) -> list[Checkup]:
    """Look at Python, packages, type, bytecode, notebooks and the output folder; change nothing."""
    return [
        _python(),
        *(_package(name, use) for name, use in PACKAGES.items()),
        _bytecode(),
        _notebooks(notebooks),
        _writable(output),
        _space(output),
    ]


def _python() -> Checkup:
    found = ".".join(map(str, sys.version_info[:3]))
    return Checkup("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def _package(name: str, use: str) -> Checkup:
    there = importlib.util.find_spec(name) is not None
    return Checkup(f"package {name} ({use})", there, "installed" if there else "missing", AGAIN)


def _bytecode() -> Checkup:
    """Uncompiled packages cost seconds at every start of every kernel."""
    spec = importlib.util.find_spec("pandas")
    compiled = bool(spec and spec.cached and Path(spec.cached).exists())
    forbidden = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    found = (
        "compiled"
        if compiled
        else "not compiled" + (", and PYTHONDONTWRITEBYTECODE is set" if forbidden else "")
    )
    compiling = f"{Path(sys.executable).name} -m compileall -q {Path(sys.prefix).name}"
    remedy = f"unset PYTHONDONTWRITEBYTECODE and run: {compiling}"
    return Checkup("bytecode", compiled, found, remedy)


def _notebooks(folder: Path) -> Checkup:
    count = len(list(folder.glob("*.ipynb")))
    return Checkup(
        "notebooks", count > 0, f"{count} found", "clone the project whole, or set SURVEY_NOTEBOOKS"
    )


def _writable(output: Path) -> Checkup:
    place = next((path for path in (output, *output.parents) if path.exists()), output)
    try:
        with tempfile.TemporaryFile(dir=place):
            return Checkup("output folder", well=True, found="can be written")
    except OSError as error:
        remedy = "allow writing there, or set SURVEY_OUTPUT to a folder that can be written"
        return Checkup(
            "output folder", well=False, found=error.strerror or "cannot be written", remedy=remedy
        )


def _space(output: Path) -> Checkup:
    place = next((path for path in (output, *output.parents) if path.exists()), output)
    free = shutil.disk_usage(place).free
    return Checkup(
        "disk", free > LEAST_FREE, f"{free / 2**30:.1f} GiB free", "free some space: a run needs 200 MiB"
    )
