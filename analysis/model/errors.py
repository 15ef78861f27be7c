"""Errors of the analysis package, each saying what was expected, what was got and what to do.

::

    AnalysisError
    ├── ArgumentError    a setting or a number the function cannot take
    ├── FrameError       a table lacks a column, repeats a key or holds what it may not
    ├── DesignError      frame, respondents and strata do not fit together
    └── MeasureError     a measure contradicts itself

No error carries what a member answered: columns, waves, identifiers and counts only.
"""

__all__ = ["AnalysisError", "ArgumentError", "DesignError", "FrameError", "MeasureError"]


class AnalysisError(Exception):
    """Say in one sentence what went wrong, with its parts kept as attributes.

    Parameters
    ----------
    argument
        The argument, column or cell at fault.
    expected
        What it must be.
    got
        What it was: a setting, a count, a code; never an answer.
    remedy
        The likely way out, as an instruction.
    """

    def __init__(self, argument: str, expected: str, got: str, remedy: str) -> None:
        super().__init__(argument, expected, got, remedy)
        self.argument = argument
        self.expected = expected
        self.got = got
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.argument}: expected {self.expected}, got {self.got}; {self.remedy}."


class ArgumentError(AnalysisError):
    """A setting or a number the function cannot take."""


class FrameError(AnalysisError):
    """A table lacks a column, repeats a key or holds what it may not."""


class DesignError(AnalysisError):
    """Frame, respondents and strata do not fit together."""


class MeasureError(AnalysisError):
    """A measure contradicts itself."""
