"""What can go wrong, in one place.

::

    SurveyError                 the data or a check says no (exit status 1)
    ├── UsageError              the call names a wave, programme or parameter there is not (exit status 2)
    ├── DefinitionError         a programme's own file is wrong (file and line)
    ├── IntakeError             the returns as a whole cannot be read
    ├── CorrectionError         a hand correction does not fit the returns
    ├── FormError               forms cannot be written
    ├── ArchiveError            the archive cannot be written or read
    ├── FrameError              a frame lacks a column, repeats a key or holds a word it may not
    ├── NotebookError           a notebook raised; the executed copy is kept
    └── PublicationError        a publication cannot be made, checked or put in place

A message is one sentence or two: where (file, sheet, cell or argument), what was expected, what was got,
what to do. It never carries a respondent's answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ArchiveError",
    "CorrectionError",
    "DefinitionError",
    "FormError",
    "FrameError",
    "IntakeError",
    "NotebookError",
    "PublicationError",
    "SurveyError",
    "UsageError",
]


class SurveyError(Exception):
    """Base of every error a user of the kit may meet; `exit_status` is what the command ends with."""

    exit_status = 1


class UsageError(SurveyError):
    """The call asks for something that does not exist; the message lists what does."""

    exit_status = 2


class DefinitionError(SurveyError):
    """A file of a programme does not say what it must.

    Parameters
    ----------
    path : Path
        The file.
    line : int or None
        Line of the offending entry, counted from one.
    problem : str
        What was expected, what was found, what to do.
    """

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        where = f"{path.name}, line {line}" if line else path.name
        super().__init__(f"{path.parent.name}/{where}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class IntakeError(SurveyError):
    """The returns of a wave cannot be read as a whole."""


class CorrectionError(SurveyError):
    """A line of corrections.csv names something that is not there."""


class FormError(SurveyError):
    """The forms of a wave cannot be written."""


class ArchiveError(SurveyError):
    """The archive of a wave cannot be written or read."""


class FrameError(SurveyError):
    """A frame on its way to another room lacks a column, repeats a key or holds a word it may not."""


class NotebookError(SurveyError):
    """A notebook raised an error.

    Parameters
    ----------
    message : str
        Which notebook and cell, and what it said.
    kept : Path or None
        The executed copy with the failing cell marked.
    """

    def __init__(self, message: str, kept: Path | None = None) -> None:
        super().__init__(message)
        self.kept = kept


class PublicationError(SurveyError):
    """A publication cannot be made, does not pass its checks, or cannot be put in its place."""
