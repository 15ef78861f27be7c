"""Figures from the archive, the back-test, and the running of notebooks."""

from survey.figures.backtest import BACKTEST, backtest
from survey.figures.bulletin_figures import Bulletin, open_quarter
from survey.figures.figures import Figures, compute_figures, latest_estimates, register_publication
from survey.figures.leading_findings import all_messages, has_change, leading_messages
from survey.figures.programme_words import names_of, text, words_of
from survey.figures.quality import QUALITY, described, response_by_type
from survey.figures.registry import Publication, forget_publications, loosened_rules, moved_answers
from survey.figures.report_facts import particulars
from survey.figures.trace import trace_number

__all__ = [
    "BACKTEST",
    "QUALITY",
    "Bulletin",
    "Figures",
    "Publication",
    "all_messages",
    "backtest",
    "compute_figures",
    "described",
    "forget_publications",
    "has_change",
    "latest_estimates",
    "leading_messages",
    "loosened_rules",
    "moved_answers",
    "names_of",
    "open_quarter",
    "particulars",
    "register_publication",
    "response_by_type",
    "text",
    "trace_number",
    "words_of",
]
