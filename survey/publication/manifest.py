"""What went into an edition and what came out: hashes, parameters, versions; no clock, no chance."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from survey.errors import PublicationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NAME", "Status", "differences", "manifest", "write_manifest"]

NAME = "manifest.json"
Status = Literal["public", "internal"]

_PIECE = 1 << 20


def manifest(
    folder: Path,
    *,
    inputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    versions: Mapping[str, str],
    status: Status | Callable[[str], Status],
    demonstration: bool,
) -> str:
    """Describe an edition's folder as JSON text; same inputs, same text.

    Parameters
    ----------
    folder : Path
        Folder of the edition; every file below it is listed but the manifest itself.
    inputs : mapping of str to Path
        Files read, under the names they go by (relative; a path of this machine is refused).
    parameters : mapping
        What the run was asked for; values JSON can hold.
    versions : mapping of str to str
        Packages and their versions.
    status : {"public", "internal"} or callable
        Disclosure status of all outputs, or a function from an output's name to its status.
    demonstration : bool
        Whether the data are invented.

    Raises
    ------
    PublicationError
        An input is missing or named by an absolute path, or a parameter is not plain data.
    """
    status_of = status if callable(status) else lambda _name: status
    described = {
        "demonstration": demonstration,
        "inputs": {name: _input(name, path) for name, path in inputs.items()},
        "parameters": dict(parameters),
        "versions": dict(versions),
        "outputs": {
            name: {**_facts(path), "status": status_of(name)} for name, path in _files(folder).items()
        },
    }
    try:
        return json.dumps(described, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise PublicationError(
            f"A parameter of the run cannot be written to {NAME} ({error}); "
            "pass text, numbers, lists or mappings."
        ) from error


def write_manifest(folder: Path, text: str) -> Path:
    """Write the manifest into the edition's folder."""
    path = folder / NAME
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def differences(folder: Path) -> list[str]:
    """Hold a folder against its manifest: one sentence for each file missing, changed or not listed."""
    listed = json.loads((folder / NAME).read_text(encoding="utf-8"))["outputs"]
    present = _files(folder)
    found = [f"{name} is listed in {NAME} and missing." for name in sorted(listed.keys() - present.keys())]
    found += [f"{name} is not listed in {NAME}." for name in sorted(present.keys() - listed.keys())]
    for name in sorted(listed.keys() & present.keys()):
        if _facts(present[name])["sha256"] != listed[name]["sha256"]:
            found.append(f"{name} has changed since {NAME} was written.")
    return found


def _input(name: str, path: Path) -> dict[str, Any]:
    if Path(name).is_absolute():
        raise PublicationError(
            f"Input {name!r} is named by a path of this machine; name it relative to the survey."
        )
    if not path.is_file():
        raise PublicationError(f"Input {name!r} is listed for {NAME} but is no file.")
    return _facts(path)


def _files(folder: Path) -> dict[str, Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in found}
    return {name: named[name] for name in sorted(named) if name != NAME}


def _facts(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return {"sha256": digest.hexdigest(), "size": path.stat().st_size}
