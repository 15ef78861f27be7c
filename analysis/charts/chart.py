"""A chart with its words and data, the sheet it is drawn on, and the marks that know the number they draw."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from lxml import etree
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.charts.style import INK, MUTED, PAGE, PAPER, Medium, settings, wrap
from analysis.model import AnalysisError
from analysis.pieces import Cell as TableCell
from analysis.pieces import Chart, Head, marker_notes, table_html, units_in_heads
from analysis.words import LANGS, Cell, Change, Lang, Phrase, Text, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes

__all__ = ["LINE", "DataTable", "DrawnChart", "Plan", "Sheet", "chart", "frame_of", "label_mark", "mark"]

# Matplotlib carries one text along with what it draws, the `gid`, and writes it as an `id`. Two marks of one
# number would share it, so it is turned into attributes of the mark: `data-estimate` and `data-column` as on
# the number's `data` element, `data-dimension` and `data-segment` where it belongs to a segment.

_LEAD = "mark|"
_TOTAL = "total"


def mark(figure: Cell | Change, column: str = "") -> str:
    """Return the `gid` of what draws a figure.

    Parameters
    ----------
    figure : Cell or Change
    column : str
        Column of the frame that is drawn, by default the figure itself; ``interval`` for a line from the
        lower to the upper limit.
    """
    drawn = column or ("estimate" if isinstance(figure, Cell) else "change")
    return "|".join((f"{_LEAD}{figure.key}", drawn, figure.dimension, figure.segment))


def label_mark(cell: Cell) -> str:
    """Return the `gid` of words and keys that name a cell's segment: they stand for no number."""
    return f"{_LEAD}||{cell.dimension}|{cell.segment}"


#: The distance of two lines, as parts of the size of type.
LINE = 1.22
_LEADING = 1.35
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_DRAWN = ("[c]", "[low]")  # a chart shows no others; those of its table explain themselves


@dataclass(frozen=True)
class Sheet:
    """A figure measured in points from its left edge and from below its subtitle, for one medium.

    `height` is that of the whole figure, `above` what the subtitle takes of it.
    """

    figure: Figure
    height: float
    lang: Lang
    medium: Medium
    above: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is, in points."""
        return self.medium.width

    def share(self, y: float) -> float:
        """Return a height below the subtitle as a part of the figure, counted from its foot."""
        return 1 - (self.above + y) / self.height

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Add axes between `left` and `right`, `top` and `bottom`."""
        box = (
            left / self.width,
            self.share(bottom),
            (right - left) / self.width,
            (bottom - top) / self.height,
        )
        axes = self.figure.add_axes(box)
        axes.tick_params(length=0, pad=6)
        return axes

    def write(
        self, x: float, y: float, text: str, *, size: float = 0.0, color: str = MUTED, ha: str = "left",
        gid: str | None = None, cover: bool = False,
    ) -> None:  # fmt: skip
        """Write a line whose baseline is `y` points below the top, by default in the size of a tick.

        It may `cover` what is drawn behind it.
        """
        self.figure.text(
            x / self.width, self.share(y), text, size=size or self.medium.tick, color=color, ha=ha,
            va="baseline", gid=gid,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8} if cover else None,
        )  # fmt: skip

    def lines(
        self, x: float, middle: float, lines: Sequence[str], *, color: str = INK, ha: str = "left",
        gid: str | None = None, cover: bool = False,
    ) -> None:  # fmt: skip
        """Write the lines of a name so that they stand about a height, `middle` points below the top."""
        size = self.medium.label
        for place, line in enumerate(lines):
            below = (place - (len(lines) - 1) / 2) * size * LINE
            self.write(
                x, middle + size * 0.36 + below, line, size=size, color=color, ha=ha, gid=gid, cover=cover
            )

    def dot(
        self, x: float, y: float, marker: str, color: str, *, size: float = 6.0, filled: bool = True,
        gid: str | None = None,
    ) -> None:  # fmt: skip
        """Draw a marker of a key."""
        line = mpl.lines.Line2D(
            [x / self.width], [self.share(y)], marker=marker, markersize=size, color=color,
            markerfacecolor=color if filled else PAPER, markeredgewidth=1.2, linestyle="none",
            transform=self.figure.transFigure, gid=gid,
        )  # fmt: skip
        self.figure.add_artist(line)


@dataclass(frozen=True)
class Plan:
    """How a kind of chart is drawn: its height above the notes, how it is painted, what is noted below.

    `kind` is ``bars``, ``lines`` or ``dots`` where the table of data tells all that is drawn, together with
    the `breaks`, waves before which lines stop.
    """

    height: Callable[[Lang, Medium], float]
    paint: Callable[[Sheet], None]
    notes: Sequence[Text] = ()
    kind: str = ""
    breaks: Sequence[str] = ()


@dataclass(frozen=True)
class DataTable:
    """The data of a chart: heads and rows as readers see them, and the figures drawn, unrounded."""

    header: Sequence[Text]
    rows: Sequence[Sequence[TableCell]]
    frame: pd.DataFrame


@dataclass(frozen=True)
class DrawnChart:
    """One chart in all languages, drawn for the medium it is asked for.

    Attributes
    ----------
    slug : str
        Its element's id is ``fig-`` + slug.
    caption : Phrase
        Its message.
    measure : Text
        What stands below the message: measure, unit, whom it describes, base.
    alt : Text
        What it shows, for those who do not see it.
    table : DataTable
    notes : sequence of Text
        What stands below it: breaks, markers, the notice of the data.
    plan : Plan
    """

    slug: str
    caption: Phrase
    measure: Text
    alt: Text
    table: DataTable
    notes: Sequence[Text]
    plan: Plan = field(repr=False, compare=False)
    _drawn: dict[tuple[Lang, Medium], str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def data(self) -> pd.DataFrame:
        """The figures drawn, unrounded."""
        return self.table.frame

    def svg(self, lang: Lang, medium: Medium = PAGE) -> str:
        """Return the picture as an SVG document without declaration, fit for a page or a file."""
        if (lang, medium) not in self._drawn:
            self._drawn[lang, medium] = self._draw(lang, medium)
        return self._drawn[lang, medium]

    def _draw(self, lang: Lang, medium: Medium) -> str:
        lines = [
            line for note in self.notes for line in wrap(note.in_(lang), medium.width - 8, medium.note, lang)
        ]
        told = wrap(self.measure.in_(lang), medium.width - 4, medium.tick, lang) if self.measure.zh else []
        above = len(told) * medium.tick * _LEADING + 6 if told else 0.0
        body, leading = self.plan.height(lang, medium), medium.note * _LEADING
        height = above + body + (len(lines) * leading + 6 if lines else 0)
        with mpl.rc_context(settings(f"{self.slug}-{lang}", medium)):  # type: ignore[arg-type]
            figure = Figure(figsize=(medium.width / 72, height / 72))
            sheet = Sheet(figure, height, lang, medium, above)
            for place, line in enumerate(told):
                sheet.write(2, (place + 0.85) * medium.tick * _LEADING - above, line)
            self.plan.paint(sheet)
            for place, line in enumerate(lines):
                sheet.write(2, body + 4 + (place + 0.8) * leading, line, size=medium.note)
            return _dress(_export(figure), self, lang, medium)

    def data_table(self, lang: Lang) -> str:
        """Return the data as an HTML table."""
        title = Text(self.caption.plain("zh"), self.caption.plain("en"))
        return table_html(f"data-{self.slug}", title, self.table.header, self.table.rows, lang)

    def piece(self, medium: Medium = PAGE) -> Chart:
        """Return the chart as a piece, its picture drawn in every language for one medium."""
        return Chart(
            self.slug,
            self.caption,
            {lang: self.svg(lang, medium) for lang in LANGS},
            {lang: self.alt.in_(lang) for lang in LANGS},
            tuple(self.table.header),
            tuple(tuple(row) for row in self.table.rows),
            self.plan.kind,
            self.measure,
            tuple(self.notes),
            tuple(self.plan.breaks),
            self.table.frame.reset_index(drop=True),
        )


def chart(
    head: Head, finding: Callable[[], Text | Phrase], alt: Text, table: DataTable, plan: Plan,
    *, measure: Phrase | None = None,
) -> DrawnChart:  # fmt: skip
    """Put a chart together: under the caption of its head, or under the finding it states itself.

    `measure` is the line below the title, which the alternative text ends with.

    Raises
    ------
    AnalysisError
        The slug is none.
    """
    if not head.slug or head.slug[0] == "-" or set(head.slug) - _SLUG:
        raise AnalysisError(
            argument="slug",
            expected="small letters, digits and hyphens",
            got=repr(head.slug),
            remedy="rename it; it becomes an id of the page",
        )
    notes = [*plan.notes, *marker_notes(table.rows, _DRAWN), *([head.notice] if head.notice else [])]
    caption = wording(head.caption or finding())
    said = Text(measure.plain("zh"), measure.plain("en")) if measure else Text.same("")
    whole = Text(f"{alt.zh}{said.zh}。", f"{alt.en} {said.en}.") if measure else alt
    header, rows = units_in_heads(table.header, table.rows)
    table = DataTable(header, rows, table.frame)
    return DrawnChart(head.slug, caption, said, whole, table, tuple(notes), plan)


def frame_of(figures: Iterable[Cell | Change]) -> pd.DataFrame:
    """Return the rows of some figures."""
    return pd.DataFrame([dict(one.row) for one in figures])


def _export(figure: Figure) -> bytes:
    out = io.BytesIO()
    without = {"Date": None, "Creator": None, "Format": None, "Type": None}
    FigureCanvasSVG(figure).print_svg(out, metadata=without)  # type: ignore[no-untyped-call]
    return out.getvalue()


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_FACE = "font-family: 'Noto Sans SC'"


def _dress(drawn: bytes, made: DrawnChart, lang: Lang, medium: Medium) -> str:
    """Make an SVG fit to stand in a page: title, description, ids of its own, no width, no style for all."""
    prefix = f"fig-{made.slug}-{lang}"
    root = etree.fromstring(drawn, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for found in (*root.findall(f"{_SVG}metadata"), *root.findall(f"{_SVG}defs[{_SVG}style]")):
        root.remove(found)
    _name_marks(root, prefix)
    for one in root.iterfind(".//*[@style]"):
        one.set("style", medium.style(str(one.get("style")).replace(_FACE, f"{_FACE}, sans-serif")))
    box = str(root.get("viewBox"))
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": box, "role": "img", "lang": "zh-CN" if lang == "zh" else "en",
            "aria-labelledby": f"{prefix}-title {prefix}-desc", "stroke-linejoin": "round",
            "stroke-linecap": "butt",
        }
    )  # fmt: skip
    for place, (name, text) in enumerate((("title", made.caption.plain(lang)), ("desc", made.alt.in_(lang)))):
        element = etree.Element(f"{_SVG}{name}", id=f"{prefix}-{name}")
        element.text = text
        root.insert(place, element)
    return etree.tostring(root, encoding="unicode")


def _name_marks(root: Any, prefix: str) -> None:
    """Turn the `gid` of every mark into attributes; prefix ids that are used, so that charts share a page."""
    used = {value for one in root.iter() for value in map(_target, one.attrib.items()) if value}
    for one in root.iter():
        name = one.attrib.pop("id", "")
        if name.startswith(_LEAD):
            one.attrib.update(_attributes(name.removeprefix(_LEAD)))
        elif name in used:
            one.set("id", f"{prefix}-{name}")
        for attribute, value in one.attrib.items():
            if target := _target((attribute, value)):
                one.set(attribute, value.replace(f"#{target}", f"#{prefix}-{target}"))
        if one.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
            del one.attrib["transform"]


def _target(attribute: tuple[str, str]) -> str:
    """Return the id an attribute points to, if any."""
    name, value = attribute
    if name == _HREF:
        return value.removeprefix("#")
    return value[len("url(#") : -1] if value.startswith("url(#") else ""


def _attributes(gid: str) -> dict[str, str]:
    key, column, dimension, segment = gid.split("|")
    out = {"data-estimate": key, "data-column": column} if key else {}
    if dimension != _TOTAL:
        out |= {"data-dimension": dimension, "data-segment": segment}
    return out
