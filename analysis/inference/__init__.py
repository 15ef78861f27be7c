"""Estimates, changes, comparisons and slopes with their intervals and tests; nothing is drawn or worded here."""

from analysis.inference.answers import Answers, linearise, read_answers
from analysis.inference.changes import CHANGE_COLUMNS, changes, decompose
from analysis.inference.detectable import detectable_change, unseen
from analysis.inference.estimates import estimate
from analysis.inference.group_tests import holm
from analysis.inference.panel import MATCHED_COLUMNS, TURNOVER_COLUMNS, matched_tests, turnover
from analysis.inference.reliability import FEW, MARK, SKEWED
from analysis.inference.segments import compare
from analysis.inference.series import Streak, series, streak
from analysis.inference.slopes import SLOPE_COLUMNS, slopes

__all__ = [
    "CHANGE_COLUMNS",
    "FEW",
    "MARK",
    "MATCHED_COLUMNS",
    "SKEWED",
    "SLOPE_COLUMNS",
    "TURNOVER_COLUMNS",
    "Answers",
    "Streak",
    "changes",
    "compare",
    "decompose",
    "detectable_change",
    "estimate",
    "holm",
    "linearise",
    "matched_tests",
    "read_answers",
    "series",
    "slopes",
    "streak",
    "turnover",
    "unseen",
]
