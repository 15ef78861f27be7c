"""The project's frames as records: the one module here that knows the modules they come from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from survey.archive import Archive
from survey.figures.backtest import backtest
from survey.figures.bulletin_figures import open_quarter
from survey.figures.figures import compute_figures
from survey.programme import open_programme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INTAKE = ("cells", "responses", "findings", "returns")
CLEAN = ("responses", "ledger", "queries", "edits", "replies")
FIGURES = (
    "raw_estimates", "estimates", "changes", "comparisons", "within", "turnover", "matched", "slopes", "series",
)  # fmt: skip
OF_ALL_WAVES = ("measurements", "frame", "respondents")
BULLETIN = ("estimates", "changes", "held", "doubts")


def frames(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield every frame of the shipped programmes with its name, made anew with its archive in `folder`."""
    programme = open_programme("remote-banking")
    archive = Archive(programme, folder / programme.code)
    for wave in programme.waves:
        yield from _of_wave(archive, wave)
        figures = compute_figures(archive, wave)
        for name in FIGURES:
            yield f"{programme.code}/{wave}/{name}", getattr(figures, name)
        yield f"{programme.code}/{wave}/backtest", backtest(figures)
    for name in OF_ALL_WAVES:
        yield f"{programme.code}/{name}", getattr(figures, name)
    operations = open_programme("operations")
    quarters = Archive(operations, folder / operations.code)
    for wave in operations.waves:
        yield from _of_wave(quarters, wave)
        bulletin = open_quarter(quarters, wave)
        for name in BULLETIN:
            yield f"{operations.code}/{wave}/{name}", getattr(bulletin, name)


def _of_wave(archive: Archive, wave: str) -> Iterator[tuple[str, pd.DataFrame]]:
    clean = archive.wave(wave)
    for name in INTAKE:
        yield f"{archive.programme.code}/{wave}/intake {name}", getattr(clean.intake, name)
    for name in CLEAN:
        yield f"{archive.programme.code}/{wave}/{name}", getattr(clean, name)


def frames_record(folder: Path) -> dict[str, list[Any]]:
    """Return the record of all frames: first the columns, then each row."""
    return {
        name: [{"columns": list(map(str, frame.columns))}, *_rows(frame)] for name, frame in frames(folder)
    }


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    """Return a cell as JSON holds it, what is missing as nothing."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return None if math.isnan(value) else value if math.isfinite(value) else str(value)
    return value if isinstance(value, (str, int, bool)) else str(value)
