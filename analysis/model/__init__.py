"""What a figure is: measures, the design, weights, frames, printed numbers, errors."""

from analysis.model.design import (
    JOINING_RULE,
    Design,
    Kind,
    Segmentation,
    join_strata,
    require_columns,
    stratum_variance,
)
from analysis.model.errors import AnalysisError, ArgumentError, DesignError, FrameError, MeasureError
from analysis.model.frames import (
    CHANGE_COLUMNS,
    COMPARISON_COLUMNS,
    ESTIMATE_COLUMNS,
    check_changes,
    check_comparisons,
    check_estimates,
    faults,
    require_released,
    schema,
)
from analysis.model.measure import ChangeUnit, Estimand, Measure, Status, Verdict, check_measure, check_rows
from analysis.model.printed import Printed, read_printed
from analysis.model.weights import Calibrated, Weighting, check_weights

__all__ = [
    "CHANGE_COLUMNS",
    "COMPARISON_COLUMNS",
    "ESTIMATE_COLUMNS",
    "JOINING_RULE",
    "AnalysisError",
    "ArgumentError",
    "Calibrated",
    "ChangeUnit",
    "Design",
    "DesignError",
    "Estimand",
    "FrameError",
    "Kind",
    "Measure",
    "MeasureError",
    "Printed",
    "Segmentation",
    "Status",
    "Verdict",
    "Weighting",
    "check_changes",
    "check_comparisons",
    "check_estimates",
    "check_measure",
    "check_rows",
    "check_weights",
    "faults",
    "join_strata",
    "read_printed",
    "require_columns",
    "require_released",
    "schema",
    "stratum_variance",
]
