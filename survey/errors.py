"""Errors the survey package raises, each one clear sentence.

SurveyError
└── PublicationError    a document could not be assembled, set or put in place
"""

from __future__ import annotations

__all__ = ["PublicationError", "SurveyError"]


class SurveyError(Exception):
    """Say in one sentence what the data or a check refused; the command leaves with `exit_status`."""

    exit_status = 1


class PublicationError(SurveyError):
    """Say why a document could not be assembled, set or put in place."""
