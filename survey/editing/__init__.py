"""From typed values to clean ones: corrections, routing, edit rules, and the ledger of every change."""

from survey.editing.cleaning import CleanWave, clean_wave
from survey.editing.editor import key_of
from survey.editing.figure_checks import HELD, as_typed, form_meanings, hold_figures, line_names
from survey.editing.queries import counted, read_register, register_text
from survey.editing.wide_answers import (
    NONRESPONSE,
    WITH_VALUE,
    segments_as_answered,
    wide_answers,
    wide_statuses,
)

__all__ = [
    "HELD",
    "NONRESPONSE",
    "WITH_VALUE",
    "CleanWave",
    "as_typed",
    "clean_wave",
    "counted",
    "form_meanings",
    "hold_figures",
    "key_of",
    "line_names",
    "read_register",
    "register_text",
    "segments_as_answered",
    "wide_answers",
    "wide_statuses",
]
