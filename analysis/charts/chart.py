"""How a chart is drawn: the sheet, its marks, and the piece made of picture, words and data."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import escape, unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.charts.style import MUTED, NOTE, WIDTH, settings, wrap
from analysis.model import AnalysisError
from analysis.pieces import Cell, Chart, marker_notes
from analysis.words import LANGS, Lang, Phrase, Text, change_key, estimate_key, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Chart", "Plan", "Sheet", "change_mark", "draw", "label_mark", "mark", "tagged"]

# Marks of a chart that know the number they draw.
#
# Matplotlib carries one text along with what it draws, the `gid`, and writes it as an `id`. Two marks of one
# number would share it, so the sheet turns it into attributes of the mark: `data-estimate` and `data-column` as
# on the number's `data` element, `data-dimension` and `data-segment` where it belongs to a segment.


_LEAD = "mark|"
_MARK = re.compile(rf' id="{re.escape(_LEAD)}([^|"]*)\|([^|"]*)\|([^|"]*)\|([^|"]*)"')
_TOTAL = "total"


def mark(row: Mapping[str, Any], column: str = "estimate") -> str:
    """Return the `gid` of what draws a number of `estimates` or `series`.

    Parameters
    ----------
    row : mapping
        indicator and wave; dimension and segment, where it has them.
    column : str
        Column of the frame that is drawn; ``interval`` for a line from the lower to the upper limit.
    """
    dimension, segment = str(row.get("dimension", _TOTAL)), str(row.get("segment", "all"))
    return _gid(
        estimate_key(str(row["wave"]), str(row["indicator"]), dimension, segment), column, dimension, segment
    )


def change_mark(row: Mapping[str, Any], column: str = "change") -> str:
    """Return the `gid` of what draws a number of `changes`."""
    dimension, segment = str(row.get("dimension", _TOTAL)), str(row.get("segment", "all"))
    key = change_key(str(row["wave"]), str(row["base_wave"]), str(row["indicator"]), dimension, segment)
    return _gid(key, column, dimension, segment)


def label_mark(dimension: str, segment: str) -> str:
    """Return the `gid` of words and keys that name a segment: they stand for no number."""
    return _gid("", "", dimension, segment)


def tagged(svg: str) -> str:
    """Turn the `gid` of every mark into attributes."""
    return _MARK.sub(_attributes, svg)


def _gid(key: str, column: str, dimension: str, segment: str) -> str:
    return f"{_LEAD}{key}|{column}|{dimension}|{segment}"


def _attributes(found: re.Match[str]) -> str:
    key, column, dimension, segment = map(unescape, found.groups())
    told = {"data-estimate": key, "data-column": column} if key else {}
    if dimension != _TOTAL:
        told |= {"data-dimension": dimension, "data-segment": segment}
    return "".join(f' {name}="{escape(value)}"' for name, value in told.items())


_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_LEADING = 1.35
_DRAWN = ("[c]", "[low]")  # a chart shows no others; those of its table explain themselves


@dataclass(frozen=True)
class Sheet:
    """A figure measured in points from its top left corner, in one language."""

    figure: Figure
    height: float
    lang: Lang

    def axes(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Add axes between `left` and `right`, `top` and `bottom`."""
        box = (left / WIDTH, 1 - bottom / self.height, (right - left) / WIDTH, (bottom - top) / self.height)
        return self.figure.add_axes(box)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = NOTE,
        color: str = MUTED,
        ha: str = "left",
        gid: str | None = None,
    ) -> None:
        """Write a line whose baseline is `y` points below the top; `gid` as `marks` gives it."""
        self.figure.text(
            x / WIDTH, 1 - y / self.height, text, size=size, color=color, ha=ha, va="baseline", gid=gid
        )

    def dot(
        self,
        x: float,
        y: float,
        marker: str,
        color: str,
        *,
        size: float = 6.0,
        filled: bool = True,
        gid: str | None = None,
    ) -> None:
        """Draw a marker for a key; `gid` as `marks` gives it."""
        line = mpl.lines.Line2D(
            [x / WIDTH],
            [1 - y / self.height],
            marker=marker,
            markersize=size,
            color=color,
            markerfacecolor=color if filled else "white",
            markeredgewidth=1.2,
            linestyle="none",
            transform=self.figure.transFigure,
            gid=gid,
        )
        self.figure.add_artist(line)


@dataclass(frozen=True)
class Plan:
    """What a kind of chart tells the sheet: how tall it is above its notes, and how it paints."""

    height: Callable[[Lang], float]
    paint: Callable[[Sheet], None]
    notes: Sequence[Text] = ()


def draw(
    plan: Plan,
    *,
    slug: str,
    caption: Text | Phrase,
    alt: Text,
    header: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    data: pd.DataFrame,
    notice: Text | None,
) -> Chart:
    """Paint a chart in both languages and put its words and data beside it."""
    if not _SLUG.fullmatch(slug):
        raise AnalysisError(
            argument="slug",
            expected="small letters, digits and hyphens",
            got=repr(slug),
            remedy="rename it; it becomes an id of the page",
        )
    told = wording(caption)
    title = Text(told.plain("zh"), told.plain("en"))
    svg: dict[Lang, str] = {}
    for lang in LANGS:
        notes = [*plan.notes, *marker_notes(rows, _DRAWN), *([notice] if notice else [])]
        lines = [line for note in notes for line in wrap(note.in_(lang), WIDTH - 8, NOTE, lang)]
        body = plan.height(lang)
        height = body + (len(lines) * NOTE * _LEADING + 6 if lines else 0)
        with mpl.rc_context(settings(f"{slug}-{lang}")):  # type: ignore[arg-type]
            figure = Figure(figsize=(WIDTH / 72, height / 72))
            sheet = Sheet(figure, height, lang)
            plan.paint(sheet)
            for place, line in enumerate(lines):
                sheet.write(2, body + 4 + (place + 0.8) * NOTE * _LEADING, line)
            svg[lang] = _dress(_export(figure), slug, title.in_(lang), alt.in_(lang), lang)
    return Chart(
        slug,
        told,
        MappingProxyType(svg),
        MappingProxyType({lang: alt.in_(lang) for lang in LANGS}),
        tuple(header),
        tuple(tuple(row) for row in rows),
        data.reset_index(drop=True),
    )


def _export(figure: Figure) -> str:
    out = io.StringIO()
    without = {"Date": None, "Creator": None, "Format": None, "Type": None}
    FigureCanvasSVG(figure).print_svg(out, metadata=without)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _dress(svg: str, slug: str, title: str, alt: str, lang: Lang) -> str:
    """Make an SVG fit to stand in a page: title, description, ids of its own, no width, no style for all."""
    body = svg[svg.index("<svg") :]
    inner = body[body.index(">") + 1 :]
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"<defs>\s*<style.*?</defs>", "", inner, count=1, flags=re.DOTALL)
    inner = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", inner)
    inner = inner.replace("font-family: 'Noto Sans SC'", "font-family: 'Noto Sans SC', sans-serif")
    inner = re.sub(r"\s*\n\s*", " ", inner)
    prefix = f"fig-{slug}-{lang}"
    inner = _prefix_ids(tagged(inner), prefix)
    box = re.search(r'viewBox="[^"]+"', body)
    attributes = [
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"',
        box[0] if box else "",
        f'role="img" lang="{"zh-CN" if lang == "zh" else "en"}"',
        f'aria-labelledby="{prefix}-title {prefix}-desc"',
        'stroke-linejoin="round" stroke-linecap="butt"',
    ]
    return (
        f'<svg {" ".join(attributes)}><title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(alt)}</desc>{inner.strip()}'
    )


def _prefix_ids(svg: str, prefix: str) -> str:
    """Put a prefix before every id that is used, and drop the others, so that charts can share a page."""
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    svg = re.sub(
        r' id="([^"]+)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", svg
    )
    return re.sub(r'(href="|url\()#', rf"\1#{prefix}-", svg)
