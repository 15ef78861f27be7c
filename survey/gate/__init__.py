"""What must hold before an edition may be released."""

from survey.gate.languages_agree import disparities
from survey.gate.leaks import leaks, member_names, readable_texts
from survey.gate.links import broken_links
from survey.gate.numbers_match_cells import Cells, cells_of, check_numbers, released_cells
from survey.gate.page_rules import check
from survey.gate.prose_matches_record import Proofreader, proofreader

__all__ = [
    "Cells",
    "Proofreader",
    "broken_links",
    "cells_of",
    "check",
    "check_numbers",
    "disparities",
    "leaks",
    "member_names",
    "proofreader",
    "readable_texts",
    "released_cells",
]
