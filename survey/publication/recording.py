"""What an edition was made from: its inputs by name and hash, its definitions, written into the manifest.

The public edition knows no member, so the returns and replies it rests on are told by their hashes alone.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING

from survey.places import notebook_folder
from survey.publication.manifest import manifest, write_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.formatting import Lang
    from survey.production.bulletin import Bulletin
    from survey.production.figures import Figures
    from survey.production.parameters import Edition
    from survey.programme import Programme

__all__ = ["chapters_of", "definition_marks", "edition_inputs", "kit_version", "record_edition"]

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
#: Folders of a wave whose files are named after members.
_OF_MEMBERS = ("returns", "replies")


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
    names = ["programme.yaml", "indicators.yaml", "members.csv", "published.csv"]
    inputs = {f"{programme.code}/{name}": programme.folder / name for name in names}
    for wave in figures.waves:
        inputs |= dict(_wave_files(programme, wave, edition))
    return dict(sorted(inputs.items()))


def _wave_files(programme: Programme, wave: str, edition: Edition) -> Iterator[tuple[str, Path]]:
    folder = programme.folder / wave
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder)
            if edition == "public" and name.parts[0] in _OF_MEMBERS:
                yield f"{programme.code}/{wave}/{name.parts[0]}/{_mark(path.read_bytes())}", path
            else:
                yield f"{programme.code}/{wave}/{name.as_posix()}", path


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
    figures: Figures | Bulletin,
    publications: tuple[str, ...],
    edition: Edition,
    languages: tuple[Lang, ...],
    folder: Path,
) -> None:
    """Write the manifest of an edition: what it was made from, with what, and what came out."""
    programme, inputs = figures.programme, edition_inputs(figures, edition)
    for name in publications:
        inputs |= {f"notebooks/{path.name}": path for path in chapters_of(programme, name, edition)}
    text = manifest(
        folder,
        inputs=inputs,
        parameters={
            "programme": programme.code, "wave": figures.wave, "edition": edition,
            "languages": list(languages), "definitions": definition_marks(programme),
        },
        versions={"member-survey-kit": kit_version()} | {name: version(name) for name in PACKAGES},
        status=edition,
        demonstration=figures.questionnaire.demonstration is not None,
    )  # fmt: skip
    write_manifest(folder, text)
