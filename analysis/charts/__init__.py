"""Charts of released cells: drawn by seaborn and matplotlib, given out as SVG with their words and data.

Charts compute nothing: every position is a number of the cells they were given. Each is drawn for a medium: a
page, a phone, print, a slide, the dark page.
"""

from analysis.charts.bars import bars, grouped_bars, growth
from analysis.charts.chart import DrawnChart
from analysis.charts.diverging import diverging
from analysis.charts.dots import dots
from analysis.charts.panels import panels
from analysis.charts.parts import parts
from analysis.charts.ranks import ranks
from analysis.charts.segment_dots import segments
from analysis.charts.strip import strip
from analysis.charts.style import DARK, PAGE, PHONE, PRINT, SLIDE, Medium, on_dark
from analysis.charts.trend import trend
from analysis.charts.typefaces import SANS, SERIF, covered, woff
from analysis.charts.waterfall import PARTS, waterfall

__all__ = [
    "DARK",
    "PAGE",
    "PARTS",
    "PHONE",
    "PRINT",
    "SANS",
    "SERIF",
    "SLIDE",
    "DrawnChart",
    "Medium",
    "bars",
    "covered",
    "diverging",
    "dots",
    "grouped_bars",
    "growth",
    "on_dark",
    "panels",
    "parts",
    "ranks",
    "segments",
    "strip",
    "trend",
    "waterfall",
    "woff",
]
