"""Errors of the analysis package.

::

    Exception
    └── AnalysisError
"""

from __future__ import annotations

__all__ = ["AnalysisError"]


class AnalysisError(Exception):
    """Say which argument was wrong, what it must be, what was got and what to do.

    Parameters
    ----------
    argument : str
        Name of the argument, column or cell.
    expected : str
        What it must be.
    got : str
        What was met instead; never a respondent's value.
    remedy : str
        What the caller can do.
    """

    def __init__(self, *, argument: str, expected: str, got: str, remedy: str) -> None:
        self.argument = argument
        self.expected = expected
        self.got = got
        self.remedy = remedy
        super().__init__(f"{argument}: expected {expected}, got {got}; {remedy}.")
