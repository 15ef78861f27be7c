"""Tables of released cells: indicators by wave or segment, changes, contrasts, and plain frames."""

from analysis.tables.cell_tables import change_table, indicator_table, plain_table, segment_table
from analysis.tables.contrasts import assign_letters, contrast_table, letters

__all__ = [
    "assign_letters",
    "change_table",
    "contrast_table",
    "indicator_table",
    "letters",
    "plain_table",
    "segment_table",
]
