"""What members sent back: raw cells, typed values, findings."""

from survey.intake.form_reader import write_form
from survey.intake.inspect_table import recognise
from survey.intake.intake_findings import CATALOGUE, Finding
from survey.intake.parsing import Answer, parse
from survey.intake.response_frames import (
    LEDGER,
    QUERIES,
    REPLIES,
    STATES,
    check_ledger,
    check_queries,
    check_responses,
)
from survey.intake.returns import Intake, read_returns
from survey.intake.workbooks import Cell, UnreadableWorkbookError, read_workbook

__all__ = [
    "CATALOGUE",
    "LEDGER",
    "QUERIES",
    "REPLIES",
    "STATES",
    "Answer",
    "Cell",
    "Finding",
    "Intake",
    "UnreadableWorkbookError",
    "check_ledger",
    "check_queries",
    "check_responses",
    "parse",
    "read_returns",
    "read_workbook",
    "recognise",
    "write_form",
]
