"""The command `survey`, called as people call it: in a process of its own, or quicker in this one."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from survey.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUSE = Path(__file__).resolve().parents[2]
START = "from survey.cli import main; main(prog_name='survey')"
#: As wide a screen for everybody, and no colours.
SCREEN = {"COLUMNS": "110", "TERM": "dumb", "NO_COLOR": "1"}
LONGEST = 1800


@dataclass(frozen=True)
class Ended:
    """How a call ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def well(self) -> bool:
        """Whether it ended with 0 and complained of nothing.

        A kernel that ends may leave a line of its socket library's own on stderr, which is not ours to judge.
        """
        return self.status == 0 and not re.search(r"Traceback|Warning|Error|survey:", self.err)


def run_python(*arguments: str, **environment: Path) -> Ended:
    """Run Python with these arguments, our packages first; `environment` moves folders: SURVEY_OUTPUT and the like."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SURVEY_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=kept | _surroundings(environment),
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def in_process_of_its_own(*arguments: str, **environment: Path) -> Ended:
    """Call the command in a new process."""
    return run_python("-c", START, *arguments, **environment)


def in_this_process(*arguments: str, folder: Path = HOUSE, **environment: Path) -> Ended:
    """Call the command here, standing in `folder`: seconds quicker, for nothing has to be imported."""
    moved = dict.fromkeys(name for name in os.environ if name.startswith("SURVEY_"))
    runner = CliRunner(env=moved | _surroundings(environment))
    with contextlib.chdir(folder):
        done = runner.invoke(main, list(map(str, arguments)), prog_name="survey")
    crash = done.exception
    if crash is None or isinstance(crash, SystemExit):
        return Ended(done.exit_code, done.stdout, done.stderr)
    # what nobody foresaw would end in a traceback: its last line stands for it
    return Ended(done.exit_code, done.stdout, f"{done.stderr}Traceback\n{type(crash).__name__}: {crash}\n")


def _surroundings(environment: Mapping[str, Path]) -> dict[str, str]:
    """Return what is the same for every call, also for the kernels it starts, and the folders moved."""
    return SCREEN | {"PYTHONPATH": str(HOUSE)} | {name: str(value) for name, value in environment.items()}
