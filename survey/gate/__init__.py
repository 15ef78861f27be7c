"""What must hold before an edition may be released."""

from survey.gate.confidential import Confidential, confidential_of, member_names
from survey.gate.languages_agree import disparities
from survey.gate.leaks import leaks
from survey.gate.links import broken_links
from survey.gate.numbers_match_cells import Cells, cells_of, check_numbers, released_cells
from survey.gate.page_rules import check
from survey.gate.passages import passages
from survey.gate.prose_matches_record import Proofreader, proofreader

__all__ = [
    "Cells",
    "Confidential",
    "Proofreader",
    "broken_links",
    "cells_of",
    "check",
    "check_numbers",
    "confidential_of",
    "disparities",
    "leaks",
    "member_names",
    "passages",
    "proofreader",
    "released_cells",
]
