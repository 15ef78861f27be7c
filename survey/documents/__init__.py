"""From executed notebooks to the documents readers open."""

from survey.documents.assembly import assemble
from survey.documents.faults import Fault, report_faults
from survey.documents.fonts import FAMILIES, covered, font_files
from survey.documents.markdown import markdown
from survey.documents.markup import parse, select, text_of
from survey.documents.notebook_cells import Edition, chapter_name, one_notebook, page_of
from survey.documents.page_controls import Live, live
from survey.documents.pdf import typeset
from survey.documents.quotes import Quotable, quotable_figures, quotable_settings, with_quotes
from survey.documents.word import wordfile

__all__ = [
    "FAMILIES",
    "Edition",
    "Fault",
    "Live",
    "Quotable",
    "assemble",
    "chapter_name",
    "covered",
    "font_files",
    "live",
    "markdown",
    "one_notebook",
    "page_of",
    "parse",
    "quotable_figures",
    "quotable_settings",
    "report_faults",
    "select",
    "text_of",
    "typeset",
    "with_quotes",
    "wordfile",
]
