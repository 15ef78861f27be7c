"""What a draft states: a number, of which indicator, year and segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from survey.audit.record import WHOLE

if TYPE_CHECKING:
    from survey.audit.numbers_in_text import Quantity, Streak

__all__ = ["Kind", "Statement"]

Kind = Literal["level", "change", "streak"]


@dataclass(frozen=True)
class Statement:
    """A number of a draft with what it is said of.

    `codes` are the indicators it may be of (none: not known), `year` "" where no year is told, `base` the
    year a change is told against ("" if none is named); a `yearly` change is one a year over
    several. `listed` numbers the lists of a draft; `names` and `numbers` count what a list names and gives.
    """

    where: str
    sentence: str
    text: str
    kind: Kind
    quantity: Quantity | None = None
    streak: Streak | None = None
    codes: tuple[str, ...] = ()
    name: str = ""
    year: str = ""
    base: str = ""
    place: str = WHOLE
    sign: int = 1
    yearly: bool = False
    listed: int = 0
    names: int = 0
    numbers: int = 0
