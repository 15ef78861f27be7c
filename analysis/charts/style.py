"""The look of the charts: media, colours, sizes, settings and the measuring of words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.textpath import text_to_path

from analysis.charts.typefaces import SANS, font_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Cell, Lang

__all__ = [
    "ACCENT",
    "AXIS",
    "DARK",
    "GRID",
    "INK",
    "MUTED",
    "ORDERED",
    "PAGE",
    "PALE",
    "PAPER",
    "PHONE",
    "PRINT",
    "SERIES",
    "SERIES_TEXT",
    "SHAPES",
    "SLIDE",
    "Medium",
    "colour_of",
    "fit",
    "ink_on",
    "marker_of",
    "on_dark",
    "settings",
    "text_width",
    "widest",
    "wrap",
]

PAPER: Final = "#FFFFFF"
INK: Final = "#1F2933"
MUTED: Final = "#5B6570"
AXIS: Final = "#8A949E"
GRID: Final = "#E4E7EB"
ACCENT: Final = "#1F4E79"
PALE: Final = "#A9BDD1"
SERIES: Final = ("#1F4E79", "#B5523B", "#2A9D8F", "#C77F1A")
# Words in a line's colour need more contrast with the paper than the line: 4.5 to 1 at least.
SERIES_TEXT: Final = ("#1F4E79", "#A3472F", "#1B7268", "#8F570C")
#: Ordered classes in one hue: the lowest pale, the highest dark; no two of a count are equally light.
ORDERED: Final = (
    ("#1F4E79",),
    ("#A4C2DE", "#1F4E79"),
    ("#BFD4E8", "#638FBD", "#1F4E79"),
    ("#CFDFEE", "#88ADD3", "#4D7CAD", "#1F4E79"),
    ("#D7E4F1", "#9DBCDB", "#6995C1", "#3E6E9D", "#1D4972"),
    ("#DDE8F3", "#A9C5E0", "#7AA2CC", "#5180B0", "#305F8D", "#184065"),
    ("#DFE9F4", "#B0CAE3", "#85ABD2", "#608DBA", "#3F6F9E", "#23527D", "#143658"),
)
SHAPES: Final = ("o", "s", "D", "^", "v", "P")
_HALF_LIGHT = 0.5


@dataclass(frozen=True)
class Medium:
    """What a chart is drawn for: it is laid out anew in each, never scaled.

    Attributes
    ----------
    name : str
    width : float
        In points; one is a CSS pixel on a phone.
    label, tick, note : float
        Sizes of type: names and values, axes and keys, notes below.
    narrow : bool
        Whether names stand above their marks, for want of room beside them.
    dark : bool
        Whether it is read light on dark.
    """

    name: str
    width: float
    label: float = 11.0
    tick: float = 10.0
    note: float = 9.0
    narrow: bool = False
    dark: bool = False

    def points(self, length: float) -> float:
        """Return a length that goes with labels of 11 points at this medium's size of type."""
        return length * self.label / 11.0

    def style(self, style: str) -> str:
        """Return a style of an SVG with the colours that stand here for those chosen for white paper."""
        if not self.dark:
            return style
        parts = (part.strip().partition(": ") for part in style.split(";") if part.strip())
        return "; ".join(f"{n}: {on_dark(v) if v.startswith('#') else v}" for n, _, v in parts)


#: In a column of 720 pixels its labels show as 17 pixels.
PAGE: Final = Medium("page", 460.8)
PHONE: Final = Medium("phone", 340.0, 12.5, 11.5, 10.5, narrow=True)
PRINT: Final = Medium("print", 453.6, 9.5, 8.5, 8.0)
SLIDE: Final = Medium("slide", 640.0, 16.0, 14.0, 12.0)
DARK: Final = Medium("dark", 460.8, dark=True)

# Oklab: lightness, and two axes of hue and strength (Ottosson 2020, https://bottosson.github.io/posts/oklab).
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
#: What stands on dark paper for each colour chosen for white paper; `on_dark` turns those of programmes.
_CHOSEN: Final = {
    PAPER: "#12171E", INK: "#E3E8EE", MUTED: "#A9B5C3", AXIS: "#7D8A98", GRID: "#2E3945",
    PALE: "#46617C", "#1F4E79": "#8DBDE6", "#B5523B": "#E08A74", "#2A9D8F": "#4FC3B5", "#C77F1A": "#E0A04A",
    "#A3472F": "#EDA08D", "#1B7268": "#6FCABD", "#8F570C": "#EDB968",
    "#A4C2DE": "#314E6B",
    "#BFD4E8": "#2B425A",
    "#638FBD": "#4A739C",
    "#CFDFEE": "#2A4057",
    "#88ADD3": "#41668C",
    "#4D7CAD": "#6895C1",
    "#D7E4F1": "#273B50",
    "#9DBCDB": "#395A7B",
    "#6995C1": "#507AA6",
    "#3E6E9D": "#749FCA",
    "#1D4972": "#A2CBEF",
    "#DDE8F3": "#273B50",
    "#A9C5E0": "#365575",
    "#7AA2CC": "#4A739C",
    "#5180B0": "#6592BE",
    "#305F8D": "#88B2DA",
    "#184065": "#ADD3F4",
    "#DFE9F4": "#253749",
    "#B0CAE3": "#304B67",
    "#85ABD2": "#3E6185",
    "#608DBA": "#507AA6",
    "#3F6F9E": "#6B97C3",
    "#23527D": "#8EB8DF",
    "#143658": "#B9DCF6",
}  # fmt: skip
_DARKEST, _LIFT = 0.205, 0.8


@lru_cache(maxsize=256)
def on_dark(colour: str) -> str:
    """Return the colour that stands on dark paper for one on white, each as ``#RRGGBB``.

    The house's colours have theirs chosen; of any other the lightness is turned about, middle tones lifted,
    and hue and strength stay.
    """
    if chosen := _CHOSEN.get(colour.upper()):
        return chosen
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
    lab = _TO_LAB @ np.cbrt(_TO_CONES @ linear)
    lab[0] = min(0.95, _DARKEST + (1 - lab[0]) ** _LIFT)
    back = np.clip(np.linalg.inv(_TO_CONES) @ (np.linalg.inv(_TO_LAB) @ lab) ** 3, 0, 1)
    out = np.where(back <= 0.0031308, back * 12.92, 1.055 * back ** (1 / 2.4) - 0.055)  # noqa: PLR2004
    return str(to_hex(np.clip(out, 0, 1)))


def ink_on(colour: str) -> str:
    """Return the colour of words that stand on a colour."""
    red, green, blue = to_rgb(colour)
    return PAPER if 0.3 * red + 0.59 * green + 0.11 * blue < _HALF_LIGHT else INK


def colour_of(cell: Cell, place: int) -> str:
    """Return the colour of a cell's segment: the programme's, else one by its place."""
    return cell.cells.lexicon.colours.get(cell.segment, SERIES[place % len(SERIES)])


def marker_of(cell: Cell, place: int) -> str:
    """Return the marker of a cell's segment, by which it is recognised without colour."""
    return cell.cells.lexicon.shapes.get(cell.segment, SHAPES[place % len(SHAPES)])


def settings(salt: str, medium: Medium) -> dict[str, Any]:
    """Return the matplotlib settings of a chart, to be used in a context of its own.

    Text stays text (readers can search and copy it; the page brings the typeface), and ids are hashed with
    `salt`, so that the same chart has the same bytes.
    """
    _know_typeface()
    return {
        **sns.axes_style("white"),
        "font.family": [SANS],
        "font.size": medium.label,
        "text.color": INK,
        "axes.edgecolor": AXIS,
        "axes.linewidth": 0.8,
        "axes.labelcolor": MUTED,
        "axes.unicode_minus": True,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": medium.tick,
        "ytick.labelsize": medium.tick,
        "lines.solid_capstyle": "round",
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "figure.dpi": 72,
        "savefig.dpi": 72,
        "path.simplify": False,
    }


def _know_typeface() -> None:
    """Add the Chinese typeface to matplotlib's list once a process; no setting changes."""
    if SANS not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(font_files()[SANS])


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in points."""
    face = font_manager.FontProperties(fname=str(font_files()[SANS]), size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, face, ismath=False)
    return float(width)


def widest(blocks: Sequence[Sequence[str]], size: float) -> float:
    """Return the width of the widest line of several names, in points."""
    return max((text_width(line, size) for lines in blocks for line in lines), default=0.0)


def wrap(text: str, width: float, size: float, lang: Lang) -> list[str]:
    """Break a text into lines no wider than `width` points; Chinese between characters, English at spaces.

    An English word that is wider than a line is broken where the line ends.
    """
    pieces = list(text) if lang == "zh" else [p for w in text.split(" ") for p in _broken(w, width, size)]
    between = "" if lang == "zh" else " "
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + between + piece if lines else piece
        fits = bool(lines) and text_width(longer, size) <= width
        if fits or (lines and lang == "zh" and piece in ",。、;:)」》!?%"):
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _broken(word: str, width: float, size: float) -> list[str]:
    """Break a word that no line holds; others stay whole."""
    pieces = [""]
    for letter in word if text_width(word, size) > width else []:
        if pieces[-1] and text_width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces if pieces != [""] else [word]


_CUT = "…"


def fit(text: str, width: float, size: float, lang: Lang, *, lines: int = 2) -> list[str]:
    """Break a text into at most so many lines no wider than `width` points, the last cut where it must be.

    What is cut ends in an ellipsis; the alternative text and the table of data hold the name whole.
    """
    broken = wrap(text, width, size, lang)
    fitting = next((at for at, line in enumerate(broken) if text_width(line, size) > width), len(broken))
    if fitting == len(broken) <= lines:
        return broken
    last = min(fitting, lines - 1)
    return [*broken[:last], _cut(broken[last], width, size)]


def _cut(line: str, width: float, size: float) -> str:
    while line and text_width(line + _CUT, size) > width:
        line = line[:-1]
    return line.rstrip(" ，、,") + _CUT
