"""A survey that repeats, as data: questionnaire, rules, indicators, members, settings."""

from survey.programme.definitions import Definition, Wording, read_definition, read_rows
from survey.programme.expressions import LAST, Expression, dotted
from survey.programme.indicators import Indicator, SeriesBreak
from survey.programme.members import MemberFrame, Membership, normal_name
from survey.programme.programme import DEFAULT, NOT_STATED, Dimension, Programme, Reading, open_programme
from survey.programme.questionnaire import AnswerBond, Option, Question, Questionnaire, Section, items_of
from survey.programme.rules import (
    CopyEdit,
    Deduction,
    DuplicateEdit,
    OutlierEdit,
    RangeEdit,
    Rule,
    Severity,
)
from survey.programme.story import Case, KeyMessages, Story, Theme, WrittenText

__all__ = [
    "DEFAULT",
    "LAST",
    "NOT_STATED",
    "AnswerBond",
    "Case",
    "CopyEdit",
    "Deduction",
    "Definition",
    "Dimension",
    "DuplicateEdit",
    "Expression",
    "Indicator",
    "KeyMessages",
    "MemberFrame",
    "Membership",
    "Option",
    "OutlierEdit",
    "Programme",
    "Question",
    "Questionnaire",
    "RangeEdit",
    "Reading",
    "Rule",
    "Section",
    "SeriesBreak",
    "Severity",
    "Story",
    "Theme",
    "Wording",
    "WrittenText",
    "dotted",
    "items_of",
    "normal_name",
    "open_programme",
    "read_definition",
    "read_rows",
]
