"""The look of the charts: colours, sizes, settings and the measuring of words.

A chart is 460.8 points (6.4 inches) wide. In a 720 pixel column its 11 point labels show as 17 pixels, on a
360 pixel telephone as 8.6, on A4 paper as 10.8 points: one drawing serves all three.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import seaborn as sns
from matplotlib import font_manager
from matplotlib.textpath import text_to_path

from analysis.charts.typefaces import SANS, font_files

if TYPE_CHECKING:
    from analysis.words import Lang, Lexicon

__all__ = [
    "ACCENT",
    "AXIS",
    "GRID",
    "INK",
    "LABEL",
    "MUTED",
    "NOTE",
    "PALE",
    "SERIES",
    "SERIES_TEXT",
    "SHAPES",
    "TICK",
    "WIDTH",
    "colour_of",
    "marker_of",
    "settings",
    "text_width",
    "wrap",
]

WIDTH: Final = 460.8
LABEL: Final = 11.0
TICK: Final = 10.0
NOTE: Final = 9.0

INK: Final = "#1F2933"
MUTED: Final = "#5B6570"
AXIS: Final = "#8A949E"
GRID: Final = "#E4E7EB"
ACCENT: Final = "#1F4E79"
PALE: Final = "#A9BDD1"

SERIES: Final = ("#1F4E79", "#B5523B", "#2A9D8F", "#C77F1A")
# Words in a line's colour need more contrast with the paper than the line: 4.5 to 1 at least.
SERIES_TEXT: Final = ("#1F4E79", "#A3472F", "#1B7268", "#8F570C")
SHAPES: Final = ("o", "s", "D", "^", "v", "P")


def colour_of(segment: str, place: int, lexicon: Lexicon) -> str:
    """Return a segment's own colour, else one by its place."""
    return lexicon.colours.get(segment, SERIES[place % len(SERIES)])


def marker_of(segment: str, place: int, lexicon: Lexicon) -> str:
    """Return a segment's own marker, else one by its place: it is told apart without colour."""
    return lexicon.shapes.get(segment, SHAPES[place % len(SHAPES)])


def settings(salt: str) -> dict[str, Any]:
    """Return the matplotlib settings of a chart, to be used in a context of its own.

    Text stays text (readers can search and copy it; the page brings the typeface), and ids are hashed with
    `salt`, so that the same chart has the same bytes.
    """
    _know_typeface()
    return {
        **sns.axes_style("white"),
        "font.family": [SANS],
        "font.size": LABEL,
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
        "xtick.labelsize": TICK,
        "ytick.labelsize": TICK,
        "lines.solid_capstyle": "round",
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "figure.dpi": 72,
        "savefig.dpi": 72,
        "path.simplify": False,
    }


def _know_typeface() -> None:
    """Tell matplotlib of the Chinese typeface once a process; it adds to its list and changes no setting."""
    if SANS not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(font_files()[SANS])


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in points."""
    face = font_manager.FontProperties(fname=str(font_files()[SANS]), size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, face, ismath=False)
    return float(width)


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
