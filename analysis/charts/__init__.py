"""Charts of released cells: drawn by seaborn and matplotlib, given out as SVG with their words and data.

Charts compute nothing: every position is a number of the frame they were given.
"""

from analysis.charts.bars import bars
from analysis.charts.bump import bump
from analysis.charts.chart import Chart
from analysis.charts.diverging import diverging
from analysis.charts.dots import dots
from analysis.charts.grouped import grouped
from analysis.charts.growth import growth
from analysis.charts.multiples import multiples
from analysis.charts.segments import segments
from analysis.charts.slope import slope
from analysis.charts.stacked import stacked
from analysis.charts.standing import standing
from analysis.charts.strip import strip
from analysis.charts.trend import trend
from analysis.charts.waterfall import PARTS, waterfall

__all__ = [
    "PARTS",
    "Chart",
    "bars",
    "bump",
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
]
