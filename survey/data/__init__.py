"""The tables of an edition as workbooks and data files."""

from survey.data.csv_files import (
    DataFile,
    bulletin_files,
    wave_files,
    write_books,
    write_data,
    write_internal,
)
from survey.data.edition_tables import bulletin_tables, sheet_tables
from survey.data.sheet_layout import SheetTable

__all__ = [
    "DataFile",
    "SheetTable",
    "bulletin_files",
    "bulletin_tables",
    "sheet_tables",
    "wave_files",
    "write_books",
    "write_data",
    "write_internal",
]
