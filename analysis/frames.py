"""The frames of figures that cross from room to room, each with its columns in one place."""

__all__ = ["CHANGE_COLUMNS", "COMPARISON_COLUMNS", "ESTIMATE_COLUMNS"]

#: Columns of ``estimates`` in order, with their types.
ESTIMATE_COLUMNS = {
    "indicator": "str", "wave": "str", "dimension": "str", "segment": "str",
    "estimate": "float64", "se": "float64", "lower": "float64", "upper": "float64", "level": "float64",
    "method": "str", "unit": "str", "n": "int64", "N": "int64", "n_effective": "float64", "status": "str",
}  # fmt: skip

#: Columns of ``changes`` in order, with their types.
CHANGE_COLUMNS = {
    "indicator": "str", "wave": "str", "base_wave": "str", "dimension": "str", "segment": "str",
    "change": "float64", "unit": "str", "se": "float64", "lower": "float64", "upper": "float64",
    "p_value": "float64", "p_adjusted": "float64", "n_matched": "int64", "matched_change": "float64",
    "joiners": "float64", "leavers": "float64", "reclassified": "float64", "comparable": "bool",
    "note": "str",
}  # fmt: skip

#: Columns of ``comparisons`` in order, with their types.
COMPARISON_COLUMNS = {
    "indicator": "str", "wave": "str", "dimension": "str", "test": "str", "statistic": "float64",
    "p_value": "float64", "p_adjusted": "float64", "effect": "float64", "effect_lower": "float64",
    "effect_upper": "float64", "pairs": "str",
}  # fmt: skip
