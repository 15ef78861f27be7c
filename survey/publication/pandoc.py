"""The pandoc that came with the kit, called without asking it anything first.

pypandoc looks for the newest pandoc of the machine and keeps each candidate while it goes on looking: of two
documents written side by side one may be handed to an older program that knows no Typst, and a newer one
would write other bytes than the manifest's. Here only the wheel's own program runs. pypandoc also has it list
its formats before each document, which is a start of a large program for nothing.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypandoc

from survey.errors import PublicationError

__all__ = ["convert"]


def convert(html: str, to: str, *options: str) -> str:
    """Have pandoc write HTML in another format; return what it wrote, nothing where it wrote a file.

    Parameters
    ----------
    html : str
        The blocks to be written.
    to : str
        Format by pandoc's name, with extensions.
    *options : str
        Further arguments, such as ``--output=report.docx``.

    Raises
    ------
    PublicationError
        pandoc is not there, or refused.
    """
    program = shutil.which("pandoc", path=str(Path(pypandoc.__file__).parent / "files"))
    if program is None:
        raise PublicationError(
            "The program pandoc is missing: package pypandoc-binary is not installed whole; run `make` again."
        )
    done = subprocess.run(  # noqa: S603 - a program of the kit's own, its arguments as a list
        [program, "--from=html", f"--to={to}", *options],
        input=html.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise PublicationError(f"pandoc wrote no {to.partition('-')[0]}: {done.stderr.decode().strip()}")
    return done.stdout.decode().replace("\r\n", "\n")
