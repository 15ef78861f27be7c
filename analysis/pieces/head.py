"""What stands over a chart or a table: its slug, its caption, and a notice that applies to all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.words import Text

__all__ = ["Head"]


@dataclass(frozen=True)
class Head:
    """The head of a chart or table.

    Attributes
    ----------
    slug : str
        By which texts refer to it, ``channels`` for ``[](#fig-channels)``.
    caption : Text, optional
        The message; without it a chart states its own finding.
    subject : Text, optional
        What several figures of a chart are, for the line below its title.
    notice : Text, optional
        What readers must know of all figures in it (that the data are invented, say).
    """

    slug: str
    caption: Text | None = None
    notice: Text | None = None
    subject: Text | None = None
