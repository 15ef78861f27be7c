"""Write a form as a workbook: same arguments, same bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from survey.forms.books import begin_book
from survey.forms.checks import Checks
from survey.forms.cover import CoverWriter
from survey.forms.layout import CODE, LIST_ROW, NUMBER, REMARK, mark
from survey.forms.plan import FIRST_ROW, LIST_SHEET, make_plan
from survey.forms.sections import SectionWriter
from survey.forms.styles import make_styles
from survey.forms.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.forms.layout import Lang
    from survey.forms.plan import Plan
    from survey.questionnaire import Questionnaire, Wording

__all__ = ["FormWriter", "Recipient"]

UNLOCKED = {"format_columns": True, "format_rows": True, "select_locked_cells": False}
A4 = 9
LONGEST_HEADER = 60  # of the 255 characters that header and footer have each


@dataclass(frozen=True)
class Recipient:
    """The member a form is for, and what it answered last time, as words by item code."""

    member_id: str = ""
    name: str = ""
    last: Mapping[str, str] = field(default_factory=dict)
    last_wave: str = ""


class FormWriter:
    """Draws one questionnaire as workbooks to be filled; same recipient, same bytes.

    Parameters
    ----------
    questionnaire : Questionnaire
        What is asked.
    organisation : Wording
        Who asks.
    lang : {"zh", "en"}
        The forms' language.
    contact : Wording, optional
        How the secretariat is reached.
    """

    def __init__(
        self, questionnaire: Questionnaire, organisation: Wording, lang: Lang, contact: Wording | None = None
    ) -> None:
        self.plan = make_plan(questionnaire, lang)
        self.checks = Checks(self.plan)
        self.organisation, self.contact = organisation, contact

    @property
    def untranslated(self) -> tuple[tuple[str, str], ...]:
        """What the forms cannot check: the name of a rule or routing, and why."""
        return self.checks.untranslated

    def draw(self, recipient: Recipient | None = None) -> bytes:
        """Draw the form of a member; without one it asks for the member's number and name."""
        whose, plan, content = recipient or Recipient(), self.plan, BytesIO()
        form = plan.questionnaire
        with begin_book(content, getattr(form.title, plan.lang)) as book:
            styles = make_styles(book, plan.lang)
            given = {"form": form.form, "member_id": whose.member_id, "name": whose.name}
            page = CoverWriter(book, styles, self.checks).write(self.organisation, self.contact, given)
            _finish(page, plan, whose, landscape=False)
            sections = SectionWriter(book, styles, self.checks, whose.last, whose.last_wave)
            for sheet in plan.sheets:
                page = sections.write(sheet)
                page.repeat_rows(0, FIRST_ROW - 1)
                page.print_area(0, NUMBER, max(FIRST_ROW, FIRST_ROW + len(sheet.lines) - 1), REMARK)
                _finish(page, plan, whose, landscape=True)
            _write_lists(book, plan)
        return content.getvalue()


def _write_lists(book: Any, plan: Plan) -> None:
    """Write what drop-downs offer on a hidden sheet: in a cell's own rule it could not exceed 255 signs."""
    page = book.add_worksheet(LIST_SHEET)
    for labels, row in plan.lists.items():
        page.write_string(row, CODE, mark(LIST_ROW, labels))
        for column, label in enumerate(labels, start=NUMBER):
            page.write_string(row, column, label)
    page.protect()
    page.hide()


def _finish(page: Any, plan: Plan, whose: Recipient, *, landscape: bool) -> None:
    """Lock a sheet and set it up for A4."""
    page.protect("", UNLOCKED)
    page.set_paper(A4)
    if landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
    page.hide_gridlines(2)
    title = _plain(getattr(plan.questionnaire.title, plan.lang))
    who = _plain(" ".join(filter(None, (whose.member_id, whose.name))))
    page.set_header(f"&L&9{title}&R&9{who}")
    page.set_footer(f"&L&9{_plain(plan.questionnaire.form)}&R&9{say('page', plan.lang)}")


def _plain(text: str) -> str:
    """Return a text as a header takes it: its ampersands are commands, and it is short.

    A blank leads, since a digit behind the font's size would be read as part of it.
    """
    short = text if len(text) <= LONGEST_HEADER else f"{text[: LONGEST_HEADER - 1]}…"
    return " " + short.replace("&", "&&")
