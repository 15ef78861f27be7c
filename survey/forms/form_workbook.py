"""Write a form as a workbook: same arguments, same bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from survey.forms.formulas import literal
from survey.forms.layout import (
    ANSWER,
    APPLIES,
    CHECK,
    CHECK_ROW,
    CODE,
    COVER_KEYS,
    COVER_LABELS,
    FIRST_ROW,
    HARD,
    HEAD_ROW,
    HEADS,
    INSTRUCTIONS,
    LAST,
    LETTERS,
    LIST_ROW,
    LIST_SHEET,
    MISSING,
    NUMBER,
    OPTION,
    PROBLEMS,
    REMARK,
    SOFT,
    TEXT,
    TEXT_ROW,
    UNIT,
    VALUE,
    WORDS,
    make_plan,
    mark,
    say,
)
from survey.forms.live_checks import Checks, exact, plain_number
from survey.forms.styles import begin_book, grey_and_marks, height, make_styles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.forms.layout import Lang, Line, Plan, Sheet
    from survey.programme import Questionnaire, Wording

__all__ = ["FIRST_DATE", "LAST_DATE", "CoverWriter", "FormWriter", "Recipient", "SectionWriter"]

# Write the sheet of one section: questions, cells to fill, last year's answers, checks.


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


# Write the cover: title, whom it is from, until when, how to fill in, who fills in, and how far it is.


LABEL_WIDTH, VALUE_WIDTH = 22, 78
COUNTED = {"hard": HARD, "soft": SOFT, "missing": MISSING}
COUNTS = "DEF"


class CoverWriter:
    """Writes the cover of one form, row by row."""

    def __init__(self, book: Any, styles: dict[str, Any], checks: Checks) -> None:
        self.styles, self.checks = styles, checks
        self.plan, self.lang = checks.plan, checks.plan.lang
        self.page = book.add_worksheet(self.plan.cover)
        self.row = 0
        self.page.set_column(CODE, CODE, 8, None, {"hidden": True})
        self.page.set_column(NUMBER, NUMBER, LABEL_WIDTH)
        self.page.set_column(TEXT, TEXT, VALUE_WIDTH)
        self.page.set_column(OPTION, OPTION + len(COUNTS) - 1, 6, None, {"hidden": True})

    def write(self, organisation: Wording, contact: Wording | None, given: Mapping[str, str]) -> Any:
        """Write the cover and return its sheet.

        Parameters
        ----------
        organisation : Wording
            Who sends the form.
        contact : Wording or None
            How to reach them.
        given : mapping
            What is filled in already: form, and member_id and name of a member's own form.
        """
        form = self.plan.questionnaire
        self._text(getattr(form.title, self.lang), "cover_title")
        if form.demonstration:
            self._text(getattr(form.demonstration, self.lang), "notice")
        self.row += 1
        self._write_answers(given)
        self.row += 1
        self._write_state()
        self.row += 1
        sender = getattr(organisation, self.lang)
        day = form.fieldwork[1].isoformat()
        self._pair("deadline", say("fieldwork", self.lang, day=day), "bold")
        self._pair("sender", sender)
        reach = [say("ask", self.lang, organisation=sender)]
        reach += [getattr(contact, self.lang)] if contact else []
        self._pair("contact", "\n".join(reach))
        self.row += 1
        self._write_instructions()
        return self.page

    def _text(self, text: str, style: str) -> None:
        """Write a line over both columns; it may wrap in the second, so it is merged for show alone."""
        self.page.write_string(self.row, CODE, mark(TEXT_ROW, [text]))
        self.page.merge_range(self.row, NUMBER, self.row, TEXT, "", self.styles[style])
        self.page.write_string(self.row, NUMBER, text, self.styles[style])
        points = height({text: (LABEL_WIDTH + VALUE_WIDTH) * (0.5 if style == "cover_title" else 1)})
        self.page.set_row(self.row, points * (1.6 if style == "cover_title" else 1))
        self.row += 1

    def _pair(self, name: str, text: str, style: str = "plain") -> None:
        label = str(getattr(WORDS[name], self.lang))
        self.page.write_string(self.row, CODE, mark(TEXT_ROW, [label, text]))
        self.page.write_string(self.row, NUMBER, label, self.styles["bold"])
        self.page.write_string(self.row, TEXT, text, self.styles[style])
        self.page.set_row(self.row, height({text: VALUE_WIDTH}))
        self.row += 1

    def _write_answers(self, given: Mapping[str, str]) -> None:
        """Write who answers and when: locked where the form knows it, to be filled where not."""
        for key in COVER_KEYS:
            label, value = getattr(COVER_LABELS[key], self.lang), given.get(key, "")
            self.page.write_string(self.row, CODE, mark(f"_{key}", [label]))
            self.page.write_string(self.row, NUMBER, label, self.styles["bold"])
            if value:
                self.page.write_string(self.row, TEXT, value, self.styles["given"])
            else:
                self.page.write_blank(
                    self.row, TEXT, None, self.styles["date" if key == "submitted" else "free"]
                )
            if key == "submitted":
                self.page.data_validation(self.row, TEXT, self.row, TEXT, {
                    "validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": LAST_DATE,
                    "error_title": say("date_title", self.lang), "error_message": say("date_text", self.lang),
                    "input_message": say("date_text", self.lang),
                })  # fmt: skip
            self.page.set_row(self.row, height({value: VALUE_WIDTH}))
            self.row += 1

    def _write_state(self) -> None:
        """Write how many points are open: in all, and by section."""
        total, first = self.row, self.row + 1
        self.row = first
        unfilled = [0, 0, 0]
        for sheet in self.plan.sheets:
            shown = [str(self.checks.formulas[line.code][CHECK].value)[:1] for line in sheet.lines]
            counts = [shown.count(sign) for sign in COUNTED.values()]
            unfilled = [a + b for a, b in zip(unfilled, counts, strict=True)]
            where = sheet.column(CHECK)
            formulas = [f'=SUMPRODUCT(--(LEFT({where},1)="{sign}"))' for sign in COUNTED.values()]
            self._write_counts(self.row, getattr(sheet.section.title, self.lang), formulas, counts, "done")
            self.row += 1
        sums = [f"=SUM({letter}{first + 1}:{letter}{self.row})" for letter in COUNTS]
        self._write_counts(total, say("state", self.lang), sums, unfilled, "ready")

    def _write_counts(self, row: int, label: str, formulas: list[str], counts: list[int], ready: str) -> None:
        style = "state" if ready == "ready" else "text"
        self.page.write_string(row, CODE, mark(CHECK_ROW, [label]))
        self.page.write_string(row, NUMBER, label, self.styles["bold" if ready == "ready" else "text"])
        for column, (formula, count) in enumerate(zip(formulas, counts, strict=True), start=OPTION):
            self.page.write_formula(row, column, formula, self.styles["hidden"], count)
        cells = [f"{letter}{row + 1}" for letter in COUNTS]
        names = dict(zip(COUNTED, cells, strict=True)) | {"n": f"SUM({cells[0]}:{cells[-1]})"}
        template = say("open", self.lang, n="{n}") + say(
            "of_which", self.lang, **{name: f"{{{name}}}" for name in COUNTED}
        )
        done = say(ready, self.lang)
        formula = f"=IF({names['n']}=0,{literal(done)},{_filled(template, names)})"
        values = dict(zip(COUNTED, counts, strict=True)) | {"n": sum(counts)}
        shown = template.format(**values) if sum(counts) else done
        self.page.write_formula(row, TEXT, formula, self.styles[style], shown)
        self.page.set_row(row, 30 if ready == "ready" else 20)
        for sign, paint in (("√", "green"), ("", "red")):
            criteria = f'=LEFT($C${row + 1},1)="{sign}"' if sign else f'=LEFT($C${row + 1},1)<>"√"'
            self.page.conditional_format(
                row, TEXT, row, TEXT, {"type": "formula", "criteria": criteria, "format": self.styles[paint]}
            )

    def _write_instructions(self) -> None:
        for number, text in enumerate(INSTRUCTIONS, start=1):
            self._numbered(
                say("how", self.lang) if number == 1 else "", f"{number}. {getattr(text, self.lang)}"
            )
        for number, message in enumerate(self.checks.by_hand):
            self._numbered(say("by_hand", self.lang) if number == 0 else "", message)

    def _numbered(self, label: str, text: str) -> None:
        self.page.write_string(self.row, CODE, mark(TEXT_ROW, [label, text]))
        self.page.write_string(self.row, NUMBER, label, self.styles["bold"])
        self.page.write_string(self.row, TEXT, text, self.styles["plain"])
        self.page.set_row(self.row, height({text: VALUE_WIDTH, label: LABEL_WIDTH}))
        self.row += 1


def _filled(template: str, cells: Mapping[str, str]) -> str:
    """Return a sentence with its numbers as a formula."""
    parts, rest = [], template
    while "{" in rest:
        text, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        parts += [literal(text)] if text else []
        parts.append(cells[name])
    return "&".join(parts + ([literal(rest)] if rest else []))


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
