"""The pandoc that came with the kit, called without asking it anything first.

pypandoc looks for the newest pandoc of the machine and keeps each candidate while it goes on looking: of two
documents written side by side one may be handed to an older program that knows no Typst, and a newer one
would write other bytes than the manifest's. Here only the wheel's own program runs. pypandoc also has it list
its formats before each document, which is a start of a large program for nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypandoc

from survey.errors import PublicationError, SurveyError

__all__ = ["PandocError", "read_blocks", "run_pandoc"]

#: Limits for a document that somebody sent: seconds, and the memory pandoc may take.
SECONDS = 60
_MEMORY = ("+RTS", "-M1500M", "-RTS")


class PandocError(SurveyError):
    """What pandoc said when it refused."""


def run_pandoc(source: bytes, *arguments: str, seconds: float | None = None) -> bytes:
    """Give a document to pandoc and return what it wrote.

    Parameters
    ----------
    source
        The document, read from standard input.
    *arguments
        Formats and options.
    seconds
        After which it is stopped; never, for a document of the kit's own.

    Raises
    ------
    PublicationError
        pandoc is not there.
    PandocError
        It refused, or took too long.
    """
    program = shutil.which("pandoc", path=str(Path(pypandoc.__file__).parent / "files"))
    if program is None:
        raise PublicationError(
            "The program pandoc is missing: package pypandoc-binary is not installed whole; run `make` again."
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program of the kit's own, its arguments as a list
            [program, *arguments], input=source, capture_output=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise PandocError(f"it took longer than {seconds:g} seconds") from None
    if done.returncode:
        raise PandocError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def read_blocks(source: bytes, form: str) -> list[dict[str, Any]]:
    """Read a document of unknown origin as pandoc's blocks: no file, network or program is within its reach.

    Parameters
    ----------
    source
        The document.
    form
        Its format by pandoc's name, with extensions.

    Raises
    ------
    PandocError
        It is no such document, or more than the limits allow.
    """
    written = run_pandoc(
        source, *_MEMORY, "--sandbox", "--ipynb-output=all", f"--from={form}", "--to=json", seconds=SECONDS
    )
    try:
        return list(json.loads(written)["blocks"])
    except RecursionError:
        raise PandocError("its parts are nested too deep") from None
