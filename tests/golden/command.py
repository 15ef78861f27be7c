"""The command `survey`, called as people call it: in a process of its own, or quicker in this one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from survey.cli import main

HOUSE = Path(__file__).resolve().parents[2]
START = "from survey.cli import main; main(prog_name='survey')"
#: As wide a screen for everybody, and no colours.
SCREEN = {"COLUMNS": "110", "TERM": "dumb", "NO_COLOR": "1"}
LONGEST = 1800


@dataclass(frozen=True)
class Ended:
    """How a call of the command ended, and what it wrote."""

    status: int
    out: str
    err: str


def in_process_of_its_own(*arguments: str, **environment: Path) -> Ended:
    """Call the command in a new process; `environment` moves folders: SURVEY_OUTPUT and the like."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SURVEY_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    moved = {name: str(value) for name, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-c", START, *arguments],
        env=kept | SCREEN | {"PYTHONPATH": str(HOUSE)} | moved,
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def in_this_process(*arguments: str, folder: Path, **environment: Path) -> Ended:
    """Call the command here, standing in `folder`; quicker where nothing is published."""
    runner = CliRunner(env=SCREEN | {name: str(value) for name, value in environment.items()})
    with contextlib.chdir(folder):
        done = runner.invoke(main, list(arguments), prog_name="survey")
    crash = done.exception
    if crash is None or isinstance(crash, SystemExit):
        return Ended(done.exit_code, done.stdout, done.stderr)
    # what nobody foresaw would end in a traceback: its last line stands for it
    return Ended(done.exit_code, done.stdout, f"{done.stderr}Traceback\n{type(crash).__name__}: {crash}\n")
