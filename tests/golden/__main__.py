"""Record anew what the kit makes, and show what differs from what was kept.

Usage: python -m tests.golden [--check] [--output FOLDER] [KIND ...]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .editions import KINDS, edition_record, listing_record, publish
from .frames import frames_record
from .record import differences, path_of, plain, read_record, report, write_record
from .transcript import calls_record, errors_record, runs_record

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLISHED = ("listing", *KINDS)
ALL = ("frames", "errors", "calls", "runs", *PUBLISHED)


def main() -> None:
    """Record the kinds asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"one of {', '.join(ALL)}; default: all")
    parser.add_argument("--check", action="store_true", help="show the differences, keep the old record")
    parser.add_argument("--output", type=Path, help="an output folder already published into")
    asked = parser.parse_args()
    if unknown := set(asked.kinds) - set(ALL):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        changed = [_record(kind, make, check=asked.check) for kind, make in _makers(asked, Path(folder))]
    sys.exit(1 if asked.check and any(changed) else 0)


def _makers(asked: argparse.Namespace, folder: Path) -> list[tuple[str, Callable[[], dict[str, list[Any]]]]]:
    """Return what makes each kind; all kinds of published files read one output folder."""
    kinds = asked.kinds or list(ALL)
    output: Path = asked.output or folder / "output"
    if not asked.output and set(kinds) & set(PUBLISHED):
        publish(output)
    makers: dict[str, Callable[[], dict[str, list[Any]]]] = {
        "frames": lambda: frames_record(folder / "archive"),
        "errors": lambda: errors_record(folder / "errors"),
        "calls": lambda: calls_record(folder / "calls"),
        "runs": lambda: runs_record(folder / "runs"),
        "listing": lambda: listing_record(output),
        **{kind: lambda kind=kind: edition_record(kind, output) for kind in KINDS},
    }
    return [(kind, makers[kind]) for kind in kinds]


def _record(kind: str, make: Callable[[], dict[str, list[Any]]], *, check: bool) -> bool:
    """Record one kind, print what differs; return whether anything does."""
    begun = time.monotonic()
    made = make()
    found = differences(read_record(kind), plain(made))
    print(report(kind, found))  # noqa: T201 - what the command is for
    if found and not check:
        write_record(kind, made)
    items, size = sum(map(len, made.values())), path_of(kind).stat().st_size if path_of(kind).exists() else 0
    print(f"  {len(made)} groups, {items:,} items, {size:,} bytes, {time.monotonic() - begun:.1f} s")  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    main()
