"""What went into an edition and what came out: hashes, parameters, versions; no clock, no chance."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from survey.errors import PublicationError
from survey.folders import notebook_folder, output_folder, private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from analysis.words import Lang
    from survey.figures import Bulletin, Figures
    from survey.notebooks.parameters import Edition
    from survey.programme import Programme

__all__ = [
    "NAME",
    "Request",
    "Status",
    "chapters_of",
    "definition_marks",
    "differences",
    "edition_inputs",
    "input_facts",
    "kit_version",
    "manifest",
    "record_edition",
    "write_manifest",
]

NAME = "manifest.json"
Status = Literal["public", "internal"]

_PIECE = 1 << 20
_KEY_SIZE = 32


@dataclass(frozen=True)
class Request:
    """What a run is asked for; `wave` is empty where a publication is of the whole programme.

    `revision` is what to do where a public edition was published before and the answers of a few members
    have changed since: refuse, publish without the figures that would give them away, or forget an edition
    that was never given out.
    """

    programme: Programme
    wave: str
    edition: Edition
    languages: tuple[Lang, ...]
    revision: Literal["refuse", "withhold", "forget"] = "refuse"

    def parameters(self) -> dict[str, str]:
        """Return what every notebook of the run is given."""
        given = {"programme": self.programme.code, "languages": ",".join(self.languages)}
        return given | ({"wave": self.wave, "edition": self.edition} if self.wave else {})


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
    if not path.exists():
        raise PublicationError(f"Input {name!r} is listed for {NAME} but is no file.")
    return input_facts(name, path)


def input_facts(name: str, path: Path) -> dict[str, Any]:
    """Return what a manifest says of an input: hash and size, of members' answers a keyed hash of them all.

    Whoever has a guess at a return could hash it and compare; without the key, which stays in the archive,
    the hash tells only whether the answers are the same as before.
    """
    parts = name.split("/")
    if path.is_dir() or parts[-1] in _ANSWERS:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        marks = sorted(_facts(file)["sha256"] for file in files if file.is_file() and not file.is_symlink())
        return {"keyed": hashlib.blake2b("".join(marks).encode(), key=_key(), digest_size=32).hexdigest()}
    return _facts(path)


def _key() -> bytes:
    """Return the key of this house's manifests; made when it is first asked for, readable by its owner.

    Raises
    ------
    PublicationError
        It was cut short by a full disk, say: with an empty key anybody could make the hash.
    """
    place = private_folder(output_folder() / "archive") / "manifest.key"
    with suppress(FileExistsError):
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(_KEY_SIZE))
    key = place.read_bytes()
    if len(key) != _KEY_SIZE:
        raise PublicationError(
            f"output/archive/{place.name}, the key of the hashes of answers, has {len(key)} bytes instead of "
            f"{_KEY_SIZE}; delete it and run again: a new one is made."
        )
    return key


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


# What an edition was made from: its inputs by name and hash, its definitions, written into the manifest.
#
# The public edition knows no member, so of the returns and replies it rests on one keyed hash is given.


PACKAGES = (
    "pandas",
    "statsmodels",
    "nbconvert",
    "papermill",
    "typst",
    "pypandoc-binary",
    "matplotlib",
    "seaborn",
)
#: What holds answers in a wave's folder.
_ANSWERS = ("returns", "replies", "corrections.csv", "queries.csv")


def chapters_of(programme: Programme, publication: str, edition: Edition) -> list[Path]:
    """Return the notebooks of a publication that an edition prints, in order."""
    listed = programme.settings.publications[publication]
    return [
        notebook_folder() / f"{c.notebook}.ipynb"
        for c in listed
        if edition == "internal" or c.edition == "public"
    ]


def edition_inputs(figures: Figures | Bulletin, edition: Edition) -> dict[str, Path]:
    """Return the files of the programme that an edition rests on, by the name the manifest tells them by."""
    programme = figures.programme
    members = [] if programme.open_survey else ["members.csv"]
    names = ["programme.yaml", "indicators.yaml", *members, "published.csv"]
    inputs = {f"{programme.code}/{name}": programme.folder / name for name in names}
    for wave in figures.waves:
        inputs |= dict(_wave_files(programme, wave, edition))
    return dict(sorted(inputs.items()))


def _wave_files(programme: Programme, wave: str, edition: Edition) -> Iterator[tuple[str, Path]]:
    """Give a wave's files; to the public only those that the kit reads: others may be named after members."""
    folder = programme.folder / wave
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder)
            if edition == "internal":
                yield f"{programme.code}/{wave}/{name.as_posix()}", path
            elif name.parts[0] in {"questionnaire.yaml", *_ANSWERS}:
                yield f"{programme.code}/{wave}/{name.parts[0]}", folder / name.parts[0]


def definition_marks(programme: Programme) -> dict[str, str]:
    """Return a mark of each indicator's definition, which changes when the definition does."""
    return {
        code: _mark(indicator.model_dump_json().encode()) for code, indicator in programme.indicators.items()
    }


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def kit_version() -> str:
    """Return the version of the kit."""
    return version("member-survey-kit")


def record_edition(
    folder: Path, request: Request, inputs: Mapping[str, Path], *, demonstration: bool
) -> None:
    """Write the manifest of an edition: what it was made from, with what, and what came out."""
    asked = {"wave": request.wave} if request.wave else {}
    text = manifest(
        folder,
        inputs=inputs,
        parameters={
            "programme": request.programme.code, **asked, "edition": request.edition,
            "languages": list(request.languages), "definitions": definition_marks(request.programme),
        },
        versions={"member-survey-kit": kit_version()} | {name: version(name) for name in PACKAGES},
        status=request.edition,
        demonstration=demonstration,
    )  # fmt: skip
    write_manifest(folder, text)
