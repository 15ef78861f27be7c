"""Estimates, changes, comparisons and slopes with intervals and tests; nothing is drawn or worded here."""

from analysis.inference.answers import Answers, Segments, item_weights, linearise, read_answers
from analysis.inference.changes import CHANGE_COLUMNS, changes, decompose
from analysis.inference.detectable import detectable_change, unseen
from analysis.inference.estimates import Sheet, estimate, estimate_sheet
from analysis.inference.group_tests import holm
from analysis.inference.independence import rao_scott, wald
from analysis.inference.panel import MATCHED_COLUMNS, TURNOVER_COLUMNS, matched_tests, turnover
from analysis.inference.recoding import all_of, any_of, bands, mean_of_ratios, number_chosen, volume_weighted
from analysis.inference.reliability import FEW, MARK, SKEWED, without_marks
from analysis.inference.sample import weighted_sample
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
    "Segments",
    "Sheet",
    "Streak",
    "all_of",
    "any_of",
    "bands",
    "changes",
    "compare",
    "decompose",
    "detectable_change",
    "estimate",
    "estimate_sheet",
    "holm",
    "item_weights",
    "linearise",
    "matched_tests",
    "mean_of_ratios",
    "number_chosen",
    "rao_scott",
    "read_answers",
    "series",
    "slopes",
    "streak",
    "turnover",
    "unseen",
    "volume_weighted",
    "wald",
    "weighted_sample",
    "without_marks",
]
