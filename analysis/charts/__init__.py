"""Charts of released cells: drawn by seaborn and matplotlib, given out as SVG with their words and data.

Charts compute nothing: every position is a number of the frame they were given.
"""

from analysis.charts.bars import bars
from analysis.charts.chart import Chart
from analysis.charts.diverging_bars import diverging
from analysis.charts.dots import dots
from analysis.charts.grouped_bars import grouped, growth
from analysis.charts.panels import multiples
from analysis.charts.ranks import bump
from analysis.charts.segment_dots import segments
from analysis.charts.slope_lines import slope
from analysis.charts.stacked_bars import stacked
from analysis.charts.strip import standing, strip
from analysis.charts.trend import trend
from analysis.charts.typefaces import SANS, SERIF, covered, woff
from analysis.charts.waterfall import PARTS, waterfall

__all__ = [
    "PARTS",
    "SANS",
    "SERIF",
    "Chart",
    "bars",
    "bump",
    "covered",
    "diverging",
    "dots",
    "grouped",
    "growth",
    "multiples",
    "segments",
    "slope",
    "stacked",
    "standing",
    "strip",
    "trend",
    "waterfall",
    "woff",
]
