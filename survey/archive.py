"""The archive of a programme, and the folder its output goes to.

One folder of Parquet files a wave, replaced whole, never half written.

A wave's fingerprint is the hash of everything its clean answers depend on: returns, questionnaire,
corrections, replies, frame, dimensions, the wave before where an edit looks back at it, and the code that
reads and edits them. Where it still holds the archive is read; where not it is made anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from survey.editing import CleanWave, clean_wave
from survey.errors import ArchiveError
from survey.folders import output_folder, private_folder, staged_folder
from survey.intake import Intake, check_ledger, check_queries, check_responses
from survey.programme import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from survey.programme import Programme

__all__ = ["Archive", "archive_of", "fingerprint", "output_of"]

INTAKE = ("cells", "responses", "findings", "returns")
CLEAN = ("responses", "ledger", "queries", "edits", "replies")
CODE = ("intake", "editing", "forms/layout.py", "programme", "spreadsheets.py")


@dataclass(frozen=True)
class Archive:
    """The archived waves of one programme below `folder` (``output/archive/<programme>``)."""

    programme: Programme
    folder: Path

    def wave(self, wave: str, note: Callable[[str], None] = lambda _: None) -> CleanWave:
        """Return the clean wave: from the archive where it is fresh, else cleaned now and stored.

        Parameters
        ----------
        wave : str
            The wave.
        note : callable
            Told ``"read"`` or ``"clean"``, for a progress bar.
        """
        print_now = fingerprint(self.programme, wave)
        if self._stored_fingerprint(wave) == print_now:
            with suppress(OSError, ValueError):  # a damaged file: the wave is cleaned anew
                stored = self.load(wave)
                note("read")
                return stored
        note("clean")
        cleaned = clean_wave(self.programme, wave, lambda before: self.wave(before).responses)
        self.store(cleaned, print_now)
        return cleaned

    def frames(
        self, name: str, mark: str, make: Callable[[], Mapping[str, pd.DataFrame]]
    ) -> dict[str, pd.DataFrame]:
        """Return derived frames: as stored under `name` where `mark` still holds, else made and stored."""
        if self._stored_fingerprint(name) != mark:
            self._write(name, mark, make())
        return self.stored(name, mark)

    def stored(self, name: str, mark: str) -> dict[str, pd.DataFrame]:
        """Return derived frames as stored under `name`; none where `mark` no longer holds."""
        if self._stored_fingerprint(name) != mark:
            return {}
        return {path.stem: pd.read_parquet(path) for path in sorted((self.folder / name).glob("*.parquet"))}

    def marks(self, beginning: str) -> dict[str, str]:
        """Return the names of stored frames that begin so, each with its mark."""
        names = sorted(path.name for path in self.folder.glob(f"{beginning}*") if path.is_dir())
        return {name: self._stored_fingerprint(name) for name in names}

    def forget(self, name: str) -> None:
        """Remove stored frames."""
        shutil.rmtree(self.folder / name)

    def store(self, clean: CleanWave, mark: str) -> None:
        """Write a wave beside its place and swap it in; the former one stays until then.

        Raises
        ------
        ArchiveError
            If the folder cannot be written: what to free or to allow.
        FrameError
            If responses, ledger or queries are not as agreed.
        """
        check_responses(clean.responses)
        check_ledger(clean.ledger)
        check_queries(clean.queries)
        intake = {f"intake_{name}": getattr(clean.intake, name) for name in INTAKE}
        self._write(clean.wave, mark, intake | {name: getattr(clean, name) for name in CLEAN})

    def _write(self, name: str, mark: str, frames: Mapping[str, pd.DataFrame]) -> None:
        try:
            with staged_folder(private_folder(self.folder) / name, private=True, wait=True) as stage:
                for stem, frame in frames.items():
                    frame.to_parquet(stage / f"{stem}.parquet", index=False)
                (stage / "fingerprint.json").write_text(json.dumps({"fingerprint": mark}), encoding="utf-8")
        except OSError as error:
            raise ArchiveError(
                f"the archive of {name} cannot be written below output/archive: {error.strerror}; "
                f"free space or allow writing there; the former archive is untouched"
            ) from error

    def load(self, wave: str) -> CleanWave:
        """Read a stored wave."""
        folder = self.folder / wave
        intake = Intake(**{name: pd.read_parquet(folder / f"intake_{name}.parquet") for name in INTAKE})
        return CleanWave(
            wave=wave, intake=intake, **{name: pd.read_parquet(folder / f"{name}.parquet") for name in CLEAN}
        )

    def _stored_fingerprint(self, wave: str) -> str:
        try:
            return str(
                json.loads((self.folder / wave / "fingerprint.json").read_text("utf-8"))["fingerprint"]
            )
        except (OSError, ValueError, KeyError):
            return ""  # nothing stored, or not whole: it is made anew


def archive_of(programme: Programme) -> Archive:
    """Return a programme's archive, below the output folder."""
    return Archive(programme, output_folder() / "archive" / programme.code)


def output_of(programme: Programme) -> Path:
    """Return where a programme's output goes: for all but the default programme, a folder of its name."""
    return output_folder() if programme.code == DEFAULT else output_folder() / programme.code


def fingerprint(programme: Programme, wave: str) -> str:
    """Return the hash of all that a wave's clean answers depend on."""
    own = programme.folder / wave
    code = Path(__file__).parent
    files = [
        programme.folder / "programme.yaml",  # dimensions, stratum, endings of members' names
        programme.folder / "members.csv",
        *sorted((code.parent / "analysis" / "model").glob("*.py")),
        *sorted((code.parent / "analysis" / "consistency").glob("*.py")),
        *sorted(own.rglob("*")),
        *(
            path
            for name in CODE
            for path in ([code / name] if name.endswith(".py") else sorted((code / name).glob("*.py")))
        ),
    ]
    digest = hashlib.sha256()
    for path in files:
        if path.is_symlink():  # among the returns it is a finding, wherever it leads
            digest.update(f"link {path.parent.name}/{path.name}\0".encode())
        if path.is_file():
            digest.update(f"{path.parent.name}/{path.name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    # edits may divide the members by a dimension: another grouping asks about other answers
    digest.update("\n".join(d.model_dump_json() for d in programme.settings.dimensions).encode())
    before = [earlier for earlier in programme.waves if earlier < wave]
    if before and programme.questionnaire(wave).looks_back:
        digest.update(fingerprint(programme, before[-1]).encode())
    return digest.hexdigest()
