"""The ground plan of a slide: the frames of each layout, where they stand, how large their letters may be.

All measures are points; a slide is 960 by 540, which is 13.33 by 7.5 inches, or 16:9. Both the PowerPoint
layouts and the PDF are made from this one plan. Frames are listed in reading order.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AMBER",
    "COLOURS",
    "FAINT",
    "FOOT",
    "HEIGHT",
    "LAYOUTS",
    "LEADING",
    "LEAST_LETTER",
    "MARGIN",
    "NUMBER",
    "RULE",
    "WIDTH",
    "DeckLayout",
    "Frame",
    "Panel",
]

WIDTH: Final = 960.0
HEIGHT: Final = 540.0
MARGIN: Final = 48.0
LEADING: Final = 1.25  # from line to line, in the size of the letters
LEAST_LETTER: Final = 12.0  # nothing on a slide is set smaller, charts included

AMBER: Final = "accent3"
#: The line at the foot, on light ground and on dark.
FAINT: Final = ("D5DBE3", "7F9AB8")
#: Colours by the name PowerPoint's theme gives them.
COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dk1": "1F2933",  # ink
        "lt1": "FFFFFF",
        "dk2": "1F4E79",  # the house's blue
        "lt2": "F1F4F8",  # panels
        "accent1": "1F4E79",
        "accent2": "2A9D8F",
        "accent3": "C77F1A",
        "accent4": "B5523B",
        "accent5": "5B6570",  # muted words
        "accent6": "1B7268",  # teal dark enough for words
        "hlink": "1F4E79",
        "folHlink": "5B6570",
    }
)


@dataclass(frozen=True)
class Frame:
    """A place for words, a chart or a table.

    Attributes
    ----------
    name : str
    idx : int
        PowerPoint's number of the placeholder; 0 is the title.
    x, y, width, height : float
    best, least : float
        Size of letters: what is tried first, and what it may shrink to.
    colour : str
        Name in `COLOURS`.
    anchor : {"t", "ctr", "b"}
    kind : {"text", "picture", "table"}
    gap : float
        Space between paragraphs, in the size of the letters.
    """

    name: str
    idx: int
    x: float
    y: float
    width: float
    height: float
    best: float = 18
    least: float = 14
    colour: str = "dk1"
    anchor: Literal["t", "ctr", "b"] = "t"
    kind: Literal["text", "picture", "table"] = "text"
    gap: float = 0.5


@dataclass(frozen=True)
class Panel:
    """A coloured rectangle behind the frames."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class DeckLayout:
    """A kind of slide: its panels, its frames in reading order, and whether its ground is dark."""

    name: str
    frames: tuple[Frame, ...]
    panels: tuple[Panel, ...] = ()
    dark: bool = False
    foot: float = MARGIN  # where the line at the foot begins

    def frame(self, name: str) -> Frame | None:
        """Return the frame of this name, None where the layout has none."""
        return next((frame for frame in self.frames if frame.name == name), None)


FOOT: Final = Frame("foot", 40, MARGIN, 509, 560, 18, 12, 12, "accent5", "ctr")
NUMBER: Final = Frame("number", 41, WIDTH - MARGIN - 60, 509, 60, 18, 12, 12, "accent5", "ctr")
RULE: Final = 504.0

_TITLE = Frame("title", 0, MARGIN, 40, 864, 66, 26, 24, "dk2")
_KICKER = Frame("kicker", 10, MARGIN, 19, 864, 18, 13, 12, "accent6", "ctr")
_SOURCE = Frame("source", 11, MARGIN, 482, 864, 17, 12, 12, "accent5", "ctr")
_BODY = Frame("body", 12, MARGIN, 128, 864, 344, 20, 14, gap=0.7)
_CHART = Frame("picture", 13, MARGIN, 121, 624, 355, kind="picture")
_WHOLE = Frame("picture", 13, MARGIN, 121, 864, 355, kind="picture")
_TABLE = Frame("table", 14, MARGIN, 121, 560, 355, 20, 12, kind="table")
_WIDE = Frame("table", 14, MARGIN, 121, 864, 355, 20, 12, kind="table")
_SIDE = Panel(696, 121, 216, 355, "lt2")
_EDGE = Panel(696, 121, 216, 3, "accent2")


def _content(name: str, *frames: Frame, panels: tuple[Panel, ...] = ()) -> DeckLayout:
    return DeckLayout(name, (_TITLE, _KICKER, *frames, _SOURCE), panels)


def _head(boxes: int) -> DeckLayout:
    """Plan the page of a head with so many boxes, one above the other."""
    tall, between = 128.0, 20.0
    top = (RULE - boxes * tall - (boxes - 1) * between) / 2 + 2
    frames: list[Frame] = [
        Frame("title", 0, 36, 232, 212, 190, 30, 24, "lt1"),
        Frame("numeral", 10, 36, 104, 212, 104, 76, 60, "lt1", "b"),
    ]
    panels = [Panel(0, 0, 280, HEIGHT, "dk2"), Panel(36, 218, 48, 3, AMBER)]
    for box in range(boxes):
        y, idx = top + box * (tall + between), 20 + 4 * box
        panels += [Panel(316, y, 596, tall, "lt2"), Panel(316, y, 4, tall, "accent2")]
        frames += [
            Frame(f"mark{box}", idx, 338, y + 14, 180, 22, 15, 15, "accent6", "ctr"),
            Frame(f"figure{box}", idx + 1, 338, y + 40, 186, 76, 34, 20, "dk2"),
            Frame(f"label{box}", idx + 2, 540, y + 14, 356, 50, 18, 14, "dk2", "ctr"),
            Frame(f"sentence{box}", idx + 3, 540, y + 70, 356, 46, 17, 14),
        ]
    return DeckLayout(f"head{boxes}", tuple(frames), tuple(panels), foot=316)


_LAYOUTS = (
    DeckLayout(
        "cover",
        (
            Frame("title", 0, 72, 168, 816, 116, 44, 30, "lt1", "b"),
            Frame("subtitle", 10, 72, 312, 816, 34, 22, 16, "lt1"),
            Frame("organisation", 11, 72, 388, 816, 28, 18, 14, "lt1"),
            Frame("facts", 12, 72, 418, 816, 26, 16, 14, "lt1"),
        ),
        (Panel(72, 296, 72, 4, AMBER),),
        dark=True,
        foot=72,
    ),
    DeckLayout(
        "part",
        (
            Frame("title", 0, 72, 72, 816, 50, 36, 28, "lt1", "b"),
            Frame("body", 12, 72, 158, 816, 320, 24, 14, "lt1", gap=0.7),
        ),
        (Panel(72, 132, 72, 4, AMBER),),
        dark=True,
        foot=72,
    ),
    _head(1),
    _head(2),
    _head(3),
    _content(
        "finding",
        _CHART,
        Frame("figure", 15, 714, 134, 182, 80, 38, 22, "dk2", "b"),
        Frame("label", 16, 714, 220, 182, 42, 17, 14, "dk2"),
        Frame("sentence", 17, 714, 270, 182, 196, 16, 14),
        panels=(_SIDE, _EDGE),
    ),
    _content(
        "chart-and-text",
        _CHART,
        Frame("body", 12, 714, 136, 182, 330, 18, 14, gap=0.6),
        panels=(_SIDE, _EDGE),
    ),
    _content("chart", _WHOLE),
    _content(
        "table-and-text",
        _TABLE,
        Frame("body", 12, 650, 146, 246, 318, 18, 14, gap=0.6),
        panels=(Panel(632, 121, 280, 355, "lt2"), Panel(632, 121, 280, 3, "accent2")),
    ),
    _content("table", _WIDE),
    _content("text", _BODY),
)
LAYOUTS: Final[Mapping[str, DeckLayout]] = MappingProxyType({layout.name: layout for layout in _LAYOUTS})
