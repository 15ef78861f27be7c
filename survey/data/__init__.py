"""The tables of an edition as workbooks and data files."""

from survey.data.csv_files import bulletin_files, inert, wave_files, write_books, write_data
from survey.data.edition_tables import sheet_tables
from survey.data.sheet_layout import SheetTable

__all__ = ["SheetTable", "bulletin_files", "inert", "sheet_tables", "wave_files", "write_books", "write_data"]
