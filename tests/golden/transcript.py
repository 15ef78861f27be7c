"""A transcript of the command: every call with and without its defaults, every error it can end in.

Calls that publish nothing are made on the shipped programmes with a dozen returns a wave. Paths, durations and what differs
between machines are replaced by words of one kind before they are kept.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .calls import CALLS, ERRORS, RUNS, Call, Change
from .command import HOUSE, Ended, in_process_of_its_own, in_this_process

if TYPE_CHECKING:
    from collections.abc import Iterable

SHIPPED = HOUSE / "survey" / "programmes"
KEPT_WAVES = {"remote-banking": ("2016", "2017"), "operations": ("2022Q1",)}
MEMBERS = ("C01", "C02", "C25", "C35", "J01", "J02", "L01", "L02", "R03", "R09", "R10", "O01")
#: What differs from run to run or from machine to machine, and what stands for it.
REPLACED = (
    (re.compile(r'"seconds": \{[^}]*\}'), '"seconds": {}'),
    (re.compile(r"\b\d+\.\d+ s\b"), "<seconds> s"),
    (re.compile(r"\b3\.1\d\.\d+\b"), "<python>"),
    (re.compile(r"\b[\d.,]+ (?:GiB|MiB|GB|MB)\b"), "<space>"),
    (re.compile(r"(?m)^  kernels: .*$"), "  kernels: <how>"),
    (re.compile(r"\bpython(?:3(?:\.\d+)?)? -m compileall -q \S+"), "<python> -m compileall"),
    (re.compile(r"[ \t]+(?=\n|$)"), ""),
)


@dataclass(frozen=True)
class Stage:
    """A folder with programmes, drafts and an output folder to call the command in."""

    folder: Path

    @property
    def environment(self) -> dict[str, Path]:
        """Where the command is to look and to write."""
        return {"SURVEY_PROGRAMMES": self.folder / "programmes", "SURVEY_OUTPUT": self.folder / "output"}

    def set_up(self, *, whole: bool) -> Stage:
        """Copy the shipped programmes and notebooks, with the returns of a few members or the whole of them."""
        for code, waves in KEPT_WAVES.items():
            target = self.folder / "programmes" / code
            target.mkdir(parents=True)
            for path in SHIPPED.joinpath(code).iterdir():
                if path.is_file():
                    shutil.copy(path, target)
            for wave in waves:
                shutil.copytree(SHIPPED / code / wave, target / wave, ignore=None if whole else _others)
        shutil.copytree(HOUSE / "notebooks", self.folder / "notebooks")
        return self

    def changed(self, changes: Iterable[Change], folder: Path) -> Stage:
        """Return a copy of this stage with some of its files changed."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("cases", "output"))
        for change in changes:
            change.make(folder)
        return Stage(folder)

    def normalised(self, text: str) -> str:
        """Replace the paths of this stage, and what differs from run to run."""
        for path, word in ((self.folder, "<here>"), (HOUSE, "<house>")):
            text = text.replace(str(path.resolve()), word).replace(str(path), word)
        for pattern, word in REPLACED:
            text = pattern.sub(word, text)
        return text


def _others(folder: str, names: list[str]) -> list[str]:
    """Name the returns of members that are left out."""
    if Path(folder).name != "returns":
        return []
    return [name for name in names if not any(f"_{member}" in name for member in MEMBERS)]


def errors_record(folder: Path) -> dict[str, list[Any]]:
    """Return the transcript of the calls that are refused at once, made in this process."""
    return _record(folder, ERRORS, own=False)


def calls_record(folder: Path) -> dict[str, list[Any]]:
    """Return the transcript of the calls that read returns and figures, made in this process."""
    return _record(folder, CALLS, own=False)


def runs_record(folder: Path) -> dict[str, list[Any]]:
    """Return the transcript of the calls that publish, each in a process of its own."""
    return _record(folder, RUNS, own=True)


def _record(folder: Path, calls: Iterable[Call], *, own: bool) -> dict[str, list[Any]]:
    # what is printed passes the gate only where the answers give it: to publish takes all of them
    stage = Stage(folder / "stage").set_up(whole=own)
    record = {}
    for number, call in enumerate(calls):
        at = stage.changed(call.changes, folder / f"case{number}") if call.changes else stage
        environment = at.environment | {name: at.folder / path for name, path in call.moved.items()}
        arguments = [one.replace("<here>", str(at.folder)) for one in call.arguments]
        if own:
            ended = in_process_of_its_own(*arguments, **environment)
        else:
            ended = in_this_process(*arguments, folder=at.folder, **environment)
        record[call.title] = _items(at, ended)
    return record


def _items(stage: Stage, ended: Ended) -> list[Any]:
    """Return exit status and the lines of both streams; of JSON one item for each entry."""
    out = stage.normalised(ended.out)
    lines: list[Any] = []
    if out.startswith("["):
        lines = [{"json": entry} for entry in json.loads(out)]
    else:
        for line in out.splitlines():
            # a run prints one object a wave, each on a line of its own
            lines += _entries(json.loads(line)) if line.startswith("{") else [{"out": line}]
    return [
        {"status": ended.status}, *lines, *({"err": line} for line in stage.normalised(ended.err).splitlines())
    ]  # fmt: skip


def _entries(report: dict[str, Any]) -> list[Any]:
    return [{"json": name, "value": value} for name, value in report.items()]
