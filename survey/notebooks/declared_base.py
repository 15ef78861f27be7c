"""How many members stand behind a frame or chart of a researcher's own, or why none needs protection.

A public edition stops at what declares neither. Frames of the kit's own are marked as cleared: they hold
counts and released figures alone, as long as no column is added to them.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.words import Text
from survey.errors import UsageError

__all__ = ["Declaration", "declare", "mark_cleared", "withhold_rows"]

if TYPE_CHECKING:
    from collections.abc import Hashable

COLUMN: Final = "n"
WITHHELD: Final = "[c]"
_MARK: Final = "cleared"
_UNDECLARED: Final = (
    "what is shown here says neither how many members stand behind it (base=…) nor why no answer can be read "
    "from it (cleared=…); a public edition stops at it"
)


@dataclass(frozen=True)
class Declaration:
    """The fewest members behind a number of what is shown, or why that is no matter."""

    base: int | None = None
    cleared: str = ""

    def metadata(self) -> dict[str, dict[str, object]]:
        """Return it as metadata of an output, where the gate reads it."""
        return {"survey": asdict(self)}


def mark_cleared(frame: pd.DataFrame, why: str) -> pd.DataFrame:
    """Mark a frame of the kit's own."""
    frame.attrs[_MARK] = (why, tuple(map(str, frame.columns)))
    return frame


def declare(thing: Any, base: int | str | None, cleared: str) -> Declaration:
    """Return what is declared of a frame, chart or other object; warn where nothing is.

    Parameters
    ----------
    thing : object
    base : int or str or None
        The fewest members behind a number, or the frame's column that tells how many stand behind each row;
        a frame's column ``n`` unless named.
    cleared : str
        Why no member's answer can be read from it.

    Raises
    ------
    UsageError
        The base is neither a number of members nor a column of the frame.
    """
    frame = _frame_of(thing)
    own, columns = frame.attrs.get(_MARK, ("", ())) if frame is not None else ("", ())
    if frame is not None and base is None and not cleared and set(map(str, frame.columns)) <= {*columns}:
        return Declaration(cleared=own)
    if frame is not None and (column := _column(frame, base)) is not None:
        numbers = pd.to_numeric(frame[column], errors="coerce").dropna()
        if len(numbers):
            return Declaration(int(numbers.min()), cleared)
        return Declaration(cleared=cleared or "every row is withheld")
    if isinstance(base, str) or (base is not None and base < 0):
        raise UsageError(
            f"base={base!r} is neither a number of members nor a column of what is shown; give the fewest "
            "members behind any of its numbers, or the column that counts them row by row"
        )
    if base is None and not cleared:
        warnings.warn(_UNDECLARED, stacklevel=4)
    return Declaration(base, cleared)


def withhold_rows(frame: pd.DataFrame, base: int | str | None, minimum: int) -> pd.DataFrame:
    """Return a frame whose rows of fewer members than the minimum show [c] for every number, their base too.

    Words stay: what a column of words tells of few members its author can see.
    """
    column = _column(frame, base)
    if column is None:
        return frame
    few = pd.to_numeric(frame[column], errors="coerce") < minimum
    numbers = [name for name in frame.columns if not frame[name].map(_is_word).all()]
    shown = frame.copy()
    shown[numbers] = shown[numbers].astype(object).mask(few, WITHHELD)
    return shown


def _is_word(value: object) -> bool:
    return isinstance(value, str | Text)


def _frame_of(thing: Any) -> pd.DataFrame | None:
    """Return a frame, or that of a Styler."""
    found = getattr(thing, "data", thing)
    return found if isinstance(found, pd.DataFrame) else None


def _column(frame: pd.DataFrame, base: int | str | None) -> Hashable | None:
    wanted = COLUMN if base is None else base
    return wanted if isinstance(wanted, str) and wanted in frame.columns else None
