"""Write the sheet of one section: questions, cells to fill, last year's answers, checks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from survey.forms.checks import exact, plain_number
from survey.forms.layout import (
    ANSWER,
    APPLIES,
    CHECK,
    CODE,
    HEAD_ROW,
    HEADS,
    LAST,
    NUMBER,
    OPTION,
    PROBLEMS,
    REMARK,
    TEXT,
    TEXT_ROW,
    UNIT,
    VALUE,
    mark,
)
from survey.forms.plan import FIRST_ROW, LETTERS
from survey.forms.styles import grey_and_marks, height
from survey.forms.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.forms.checks import Checks
    from survey.forms.plan import Line, Sheet

__all__ = ["FIRST_DATE", "LAST_DATE", "SectionWriter"]

# together what A4 across takes at nearly full size
WIDTHS = {NUMBER: 5, TEXT: 34, OPTION: 24, ANSWER: 18, UNIT: 9, LAST: 16, CHECK: 30, REMARK: 18}
WITHOUT_LAST = {TEXT: 40, OPTION: 26, CHECK: 34, REMARK: 20, LAST: 0}
FREE_LINES = 7
FORMATS = {
    "count": "number", "amount": "amount", "rate": "amount", "share": "amount", "single": "choice",
    "multi": "choice", "date": "date", "text": "free",
}  # fmt: skip
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2199, 12, 31)
LONGEST_PROMPT, LONGEST_TITLE = 255, 32
LONGEST_LAST = 300


class SectionWriter:
    """Writes the sections of one form.

    Parameters
    ----------
    book : Workbook
        The xlsxwriter workbook.
    styles : dict
        Its formats by name.
    checks : Checks
        The check formulas.
    last : mapping
        Item code to the answer of the wave before, as words.
    last_wave : str
        That wave; empty where there is none.
    """

    def __init__(
        self, book: Any, styles: dict[str, Any], checks: Checks, last: Mapping[str, str], last_wave: str
    ) -> None:
        self.book, self.styles, self.checks = book, styles, checks
        self.plan, self.lang = checks.plan, checks.plan.lang
        self.last, self.last_wave = last, last_wave
        self.widths: Mapping[int, int] = {}

    def write(self, sheet: Sheet) -> Any:
        """Write one section's sheet and return it."""
        page = self.book.add_worksheet(sheet.name)
        self.widths = self._widths(sheet)
        for column, width in self.widths.items():
            page.set_column(column, column, width, None, {"hidden": not width})
        for column in (CODE, APPLIES, VALUE, PROBLEMS):
            page.set_column(column, column, 8, None, {"hidden": True})
        self._write_head(page, sheet)
        for line in sheet.lines:
            self._write_line(page, line)
        if sheet.lines:
            rows = (FIRST_ROW + 1, FIRST_ROW + len(sheet.lines))
            columns = {"from": NUMBER, "to": REMARK, "answer": ANSWER, "check": CHECK, "applies": APPLIES}
            grey_and_marks(page, self.styles, rows, {name: LETTERS[c] for name, c in columns.items()})
            page.ignore_errors({"number_stored_as_text": f"B{rows[0]}:I{rows[1]}"})
        return page

    def _widths(self, sheet: Sheet) -> dict[int, int]:
        """Return the widths of a section's columns; what holds nothing takes no room."""
        widths = WIDTHS | ({} if self.last else WITHOUT_LAST)
        if not any(line.option for line in sheet.lines):
            widths |= {TEXT: widths[TEXT] + widths[OPTION], OPTION: 0}
        return widths

    def _write_head(self, page: Any, sheet: Sheet) -> None:
        notice = self.plan.questionnaire.demonstration
        second = getattr(notice, self.lang) if notice else say("answers", self.lang)
        title = getattr(sheet.section.title, self.lang)
        for row, (text, style) in enumerate(
            ((title, "title"), (second, "notice_line" if notice else "plain"))
        ):
            page.write_string(row, CODE, mark(TEXT_ROW, [text]))
            page.write_string(row, NUMBER, text, self.styles[style])
        page.set_row(0, 26)
        heads = list(HEADS[self.lang])
        if self.last_wave:
            heads[LAST] = say("last", self.lang, wave=self.last_wave)
        page.write_string(FIRST_ROW - 1, CODE, mark(HEAD_ROW, heads))
        for column, head in enumerate(heads):
            if column != CODE:
                page.write_string(FIRST_ROW - 1, column, head, self.styles["head"])
        page.set_row(
            FIRST_ROW - 1,
            height({head: self.widths[c] for c, head in enumerate(heads) if self.widths.get(c)}),
        )
        page.freeze_panes(FIRST_ROW, 0)

    def _write_line(self, page: Any, line: Line) -> None:
        """Write one row: the form's own texts under seal, the cell to fill, the check."""
        question, row = line.question, line.row
        texts = {
            NUMBER: str(line.number) if line.first else "",
            TEXT: getattr(question.text, self.lang) if line.first else "",
            OPTION: getattr(line.option, self.lang) if line.option else "",
            UNIT: self._unit(line),
            LAST: self.last.get(line.code, ""),
        }
        texts[LAST] = texts[LAST] if len(texts[LAST]) <= LONGEST_LAST else f"{texts[LAST][:LONGEST_LAST]}…"
        note = self._note(line) if line.first else ""
        own = [*(text for column, text in texts.items() if column != TEXT), f"{texts[TEXT]}{note}"]
        page.write_string(row, CODE, mark(line.code, own))
        for column, text in texts.items():
            style = {NUMBER: "centre", UNIT: "centre", LAST: "last"}.get(column, "text")
            page.write_string(row, column, text, self.styles[style]) if text else page.write_blank(
                row, column, None, self.styles[style]
            )
        if note:
            page.write_rich_string(
                row, TEXT, texts[TEXT], self.styles["note"], f"\n{note}", self.styles["text"]
            )
        page.write_blank(row, ANSWER, None, self.styles[FORMATS[question.type]])
        page.write_blank(row, REMARK, None, self.styles["remark"])
        self._write_checks(page, line)
        self._validate(page, line)
        self._set_height(page, line, texts, note)

    def _unit(self, line: Line) -> str:
        if line.question.unit:
            return str(getattr(line.question.unit, self.lang))
        return "%" if line.question.per_cent else ""

    def _note(self, line: Line) -> str:
        """Return what stands under a question: its note, and that its routing is for the clerk to judge."""
        question = line.question
        notes = [str(getattr(question.note, self.lang))] if question.note else []
        if question.ask_if and question.code not in self.checks.routing:
            notes.append(say("routed", self.lang))
        return "\n".join(notes)

    def _write_checks(self, page: Any, line: Line) -> None:
        for column, formula in self.checks.formulas[line.code].items():
            style = self.styles["check" if column == CHECK else "hidden"]
            if formula.text:
                page.write_formula(line.row, column, formula.text, style, formula.value)
            elif formula.value:
                page.write_number(line.row, column, formula.value, style)

    def _set_height(self, page: Any, line: Line, texts: Mapping[int, str], note: str) -> None:
        shown: dict[str, float] = {
            text: self.widths.get(column, 20) for column, text in texts.items() if text
        }
        shown[f"{texts[TEXT]}\n{note}" if note else texts[TEXT]] = self.widths[TEXT]
        shown[self.checks.longest(line)] = self.widths[CHECK]
        if line.question.type == "text":
            shown["\n" * FREE_LINES] = self.widths[ANSWER]
        page.set_row(line.row, height(shown))

    def _validate(self, page: Any, line: Line) -> None:
        """Let the cell refuse what nobody could read, and warn of a number that cannot be true."""
        question = line.question
        if question.options:
            rule: dict[str, Any] = {
                "validate": "list", "source": f"={self.plan.list_of(question)}", "error_type": "stop",
                **self._words("list_title", say("list_text", self.lang)),
            }  # fmt: skip
        elif question.type == "date":
            rule = {
                "validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": LAST_DATE,
                "error_type": "stop", **self._words("date_title", say("date_text", self.lang)),
                "input_message": say("date_text", self.lang),
            }  # fmt: skip
        elif question.numeric:
            hint = self._hint(line)
            low, high = map(exact, question.range or (-1e15, 1e15))
            rule = {
                "validate": "integer" if question.type == "count" else "decimal", "criteria": "between",
                "minimum": low, "maximum": high, "error_type": "warning",
                **self._words("number_title", hint + say("number_keep", self.lang)),
                "input_message": (hint + say("stop", self.lang))[:LONGEST_PROMPT],
            }  # fmt: skip
        else:
            return
        page.data_validation(line.row, ANSWER, line.row, ANSWER, rule)

    def _words(self, title: str, text: str) -> dict[str, str]:
        return {"error_title": say(title, self.lang)[:LONGEST_TITLE], "error_message": text[:LONGEST_PROMPT]}

    def _hint(self, line: Line) -> str:
        question, lang = line.question, self.lang
        hint = say("number_whole" if question.type == "count" else "number_any", lang)
        if question.range:
            low, high = (plain_number(limit) for limit in question.range)
            hint += say("number_span", lang, low=low, high=high)
        if unit := self._unit(line):
            hint += say("number_unit", lang, unit=unit)
        return hint + (say("per_cent_hint", lang) if question.per_cent else "")
