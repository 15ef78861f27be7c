"""Charts of released cells: drawn by seaborn and matplotlib, given out as SVG with their words and data.

Charts compute nothing: every position is a number of the frame they were given.
"""

from analysis.charts.bars import bars
from analysis.charts.chart import Chart
from analysis.charts.dots import dots
from analysis.charts.grouped import grouped
from analysis.charts.growth import growth
from analysis.charts.segments import segments
from analysis.charts.slope import slope
from analysis.charts.stacked import stacked
from analysis.charts.trend import trend

__all__ = ["Chart", "bars", "dots", "grouped", "growth", "segments", "slope", "stacked", "trend"]
