"""Write the cover: title, whom it is from, until when, how to fill in, who fills in, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey.forms.formulas import literal
from survey.forms.layout import (
    CHECK,
    CHECK_ROW,
    CODE,
    COVER_KEYS,
    HARD,
    MISSING,
    NUMBER,
    OPTION,
    SOFT,
    TEXT,
    TEXT_ROW,
    mark,
)
from survey.forms.sections import FIRST_DATE, LAST_DATE
from survey.forms.styles import height
from survey.forms.wording import COVER_LABELS, INSTRUCTIONS, WORDS, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.forms.checks import Checks
    from survey.questionnaire import Wording

__all__ = ["CoverWriter"]

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
