"""What a chapter shows: tables, remarks, cards of figures."""

from analysis.pieces.head import Head
from analysis.pieces.remarks import Card, Cards, Remark, narrow_intervals
from analysis.pieces.table import (
    Cell,
    Table,
    base_cell,
    bilingual_table,
    marker_notes,
    number_cell,
    printed,
    row_head,
    rows_by_key,
    table_element,
)

__all__ = [
    "Card",
    "Cards",
    "Cell",
    "Head",
    "Remark",
    "Table",
    "base_cell",
    "bilingual_table",
    "marker_notes",
    "narrow_intervals",
    "number_cell",
    "printed",
    "row_head",
    "rows_by_key",
    "table_element",
]
