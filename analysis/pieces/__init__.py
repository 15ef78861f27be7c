"""What a chapter shows, as data, and how it is written: sentences, charts, tables, cards, remarks."""

from analysis.pieces.head import Head
from analysis.pieces.html import data_element, escaped, html_of, number_html, table_html
from analysis.pieces.narrow_intervals import narrow_intervals
from analysis.pieces.own_outputs import OWN_TYPES, own_pieces
from analysis.pieces.piece import (
    Aside,
    Box,
    Card,
    Cards,
    Cell,
    Chart,
    CheckFinding,
    CheckFindings,
    OwnFigure,
    Piece,
    Remark,
    SectionHeading,
    Table,
    numbers_in,
    with_numbers,
)
from analysis.pieces.plain import cell_text, markdown_of, plain_of
from analysis.pieces.stored import PIECE_TYPE, from_json, to_json
from analysis.pieces.table import (
    base_cell,
    bilingual_table,
    marker_notes,
    number_cell,
    printed,
    row_head,
    rows_by_key,
    units_in_heads,
)

__all__ = [
    "OWN_TYPES",
    "PIECE_TYPE",
    "Aside",
    "Box",
    "Card",
    "Cards",
    "Cell",
    "Chart",
    "CheckFinding",
    "CheckFindings",
    "Head",
    "OwnFigure",
    "Piece",
    "Remark",
    "SectionHeading",
    "Table",
    "base_cell",
    "bilingual_table",
    "cell_text",
    "data_element",
    "escaped",
    "from_json",
    "html_of",
    "markdown_of",
    "marker_notes",
    "narrow_intervals",
    "number_cell",
    "number_html",
    "numbers_in",
    "own_pieces",
    "plain_of",
    "printed",
    "row_head",
    "rows_by_key",
    "table_html",
    "to_json",
    "units_in_heads",
    "with_numbers",
]
