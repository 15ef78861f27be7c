"""From executed notebooks to the documents readers open."""

from survey.documents import pictures
from survey.documents.assembly import assemble
from survey.documents.blocks import (
    Block,
    Edition,
    Prose,
    chapter_name,
    is_published,
    kind_of,
    read_blocks,
    unpublished_outputs,
)
from survey.documents.declared_outputs import undeclared_outputs
from survey.documents.faults import Fault, report_faults
from survey.documents.fonts import FAMILIES, covered, font_files
from survey.documents.markdown import markdown
from survey.documents.markup import parse, select, text_of
from survey.documents.page import Page, Placed, numbers_of, published_page, write_blocks
from survey.documents.page_controls import Live, live
from survey.documents.pdf import typeset
from survey.documents.quotes import Quotable, quotable_figures, quotable_settings, with_quotes
from survey.documents.word import wordfile

__all__ = [
    "FAMILIES",
    "Block",
    "Edition",
    "Fault",
    "Live",
    "Page",
    "Placed",
    "Prose",
    "Quotable",
    "assemble",
    "chapter_name",
    "covered",
    "font_files",
    "is_published",
    "kind_of",
    "live",
    "markdown",
    "numbers_of",
    "parse",
    "pictures",
    "published_page",
    "quotable_figures",
    "quotable_settings",
    "read_blocks",
    "report_faults",
    "select",
    "text_of",
    "typeset",
    "undeclared_outputs",
    "unpublished_outputs",
    "with_quotes",
    "wordfile",
    "write_blocks",
]
