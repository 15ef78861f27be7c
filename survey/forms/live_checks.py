"""The live check: what the form tells the clerk beside each answer, as formulas and as they stand unfilled.

Each row has three hidden cells. `applies` is 1, 0, or 2 while the answers that decide it are missing;
`value` is the answer as a number, or empty where it is not known for certain; `problems` are the sentences
of what is wrong. The check column shows one of them, or that all is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from survey.forms.formulas import Truth, UntranslatableError, literal, translate
from survey.forms.layout import ANSWER, APPLIES, CHECK, FINE, HARD, NO, NONE, PROBLEMS, SOFT, VALUE, YES, say
from survey.programme import Expression

if TYPE_CHECKING:
    from survey.forms.layout import Line, Plan
    from survey.programme import Question, Questionnaire, Rule

__all__ = ["Checks", "Formula", "exact", "plain_number"]

LONGEST_FORMULA = 6000  # a spreadsheet takes 8192 characters; the answer's own check takes its part
SAID = ("不适用", "拒答", "N/A", "refused")  # words that intake reads as what they say
NEW_LINE = "CHAR(10)"


@dataclass(frozen=True)
class Formula:
    """A formula and the value it has in the unfilled form; a value that never changes has no formula."""

    text: str
    value: str | int = ""


@dataclass(frozen=True)
class _RuleHere:
    """A rule told in a row: what holds where it fails, its sentence, whether it fails unfilled."""

    failed: str
    sentence: str
    fails_empty: bool

    @property
    def told(self) -> str:
        """The formula of the sentence where the rule fails."""
        return f'IF({self.failed},{_line(self.sentence)},"")'


class Checks:
    """The check formulas of one form.

    Attributes
    ----------
    formulas : dict
        Item code to the formulas of its row, by column.
    untranslated : tuple of (str, str)
        What the form cannot check: the name of the rule or routing, and why.
    by_hand : tuple of str
        The messages of rules among them, for the cover.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines, self.cells = plan.lines, plan.cells
        self.questions = plan.questionnaire.by_code
        failures: list[tuple[str, str]] = []
        self.routing = self._routing(failures)
        self.by_hand: tuple[str, ...] = ()
        self.rules = self._rules(failures)
        self.untranslated = tuple(failures)
        self.formulas = {
            code: {
                CHECK: self.check(line),
                APPLIES: self.applies(line),
                VALUE: self.value(line),
                PROBLEMS: self.problems(line),
            }
            for code, line in self.lines.items()
        }

    @cached_property
    def unfilled(self) -> pd.DataFrame:
        """The answers of a form that nobody has filled yet, typed for expressions."""
        return pd.DataFrame(
            {
                code: pd.array([pd.NA], dtype=_dtype(line.question))  # type: ignore[call-overload]
                for code, line in self.lines.items()
            }
        )

    def _routing(self, failures: list[tuple[str, str]]) -> dict[str, Truth]:
        """Translate the routing of every question; one that leads back to itself has no formula."""
        found: dict[str, Truth] = {}
        for question in self.plan.questionnaire.questions:
            if question.ask_if is None:
                continue
            if _leads_back(question.code, self.plan.questionnaire):
                failures.append((f"ask_if {question.code}", "it depends on itself"))
                continue
            try:
                found[question.code] = translate(question.ask_if, self.cells, self.questions)
            except UntranslatableError as error:
                failures.append((f"ask_if {question.code}", str(error)))
        return found

    def _rules(self, failures: list[tuple[str, str]]) -> dict[str, list[_RuleHere]]:
        """Translate the rules, each to be told in the last row it names; hard ones first."""
        found: dict[str, list[_RuleHere]] = {}
        order = {code: place for place, code in enumerate(self.lines)}
        for rule in sorted(self.plan.questionnaire.rules, key=lambda rule: rule.severity == "soft"):
            named = sorted(Expression(rule.check).names & order.keys(), key=order.__getitem__)
            if not named:
                continue  # it says nothing of any answer
            try:
                failed = translate(rule.check, self.cells, self.questions).false
            except UntranslatableError as error:
                failures.append((f"rule {rule.id}", str(error)))
                self.by_hand += (getattr(rule.message, self.plan.lang),)
                continue
            here = _RuleHere(failed, self._sentence(rule, named), self._holds_empty(rule.check) is False)
            rows = found.setdefault(named[-1], [])
            if sum(len(other.told) for other in (*rows, here)) > LONGEST_FORMULA:
                failures.append((f"rule {rule.id}", "its row has too many rules for a spreadsheet's formula"))
                self.by_hand += (getattr(rule.message, self.plan.lang),)
            else:
                rows.append(here)
        return found

    def _sentence(self, rule: Rule, named: list[str]) -> str:
        numbers = [str(n) for n in sorted({self.lines[code].number for code in named})]
        lang = self.plan.lang
        rows = say("comma", lang).join(numbers)
        mark = HARD if rule.severity == "hard" else SOFT
        where = say("row" if len(numbers) == 1 else "rows", lang, rows=rows)
        return f"{mark} {getattr(rule.message, lang)}{where}"

    def _holds_empty(self, expression: str) -> bool | None:
        """Say whether a condition holds in the unfilled form; None where it is unknown."""
        value = Expression(expression).evaluate(self.unfilled).iloc[0]
        return None if pd.isna(value) else bool(value)

    # -- the four formulas of a row ----------------------------------------------------------------------

    def applies(self, line: Line) -> Formula:
        """Return whether a row applies: 1, 0, or 2 for not yet known."""
        question = line.question
        if question.ask_if is None:
            return Formula("", 1)
        truth = self.routing.get(question.code)
        if truth is None:
            return Formula("", 2)
        held = self._holds_empty(question.ask_if)
        return Formula(f"=IF({truth.true},1,IF({truth.false},0,2))", 2 if held is None else int(held))

    def value(self, line: Line) -> Formula:
        """Return the answer as a number; empty unless it is certain that intake reads the same."""
        question, answer = line.question, line.at(ANSWER)
        if question.numeric:
            certain = f'IF(ISNUMBER({answer}),IF({_fits(question, answer)},{answer},""),"")'
        elif question.type == "single":
            options = self.plan.list_of(question)
            place = f"SUMPRODUCT(({options}={answer})*COLUMN({options}))-1"
            certain = f'IF(SUMPRODUCT(--({options}={answer}))=1,{place},"")'
        elif question.type == "multi":
            yes, no = (
                _is_one(answer, (getattr(w, self.plan.lang), sign)) for w, sign in ((YES, FINE), (NO, HARD))
            )
            certain = f'IF({yes},1,IF({no},0,""))'
        else:
            certain = f'IF(LEN(TRIM({answer}))>0,1,"")'
        return Formula(f'=IF({line.at(APPLIES)}=0,"",IF(ISERROR({answer}),"",{certain}))')

    def problems(self, line: Line) -> Formula:
        """Return the sentences of what is wrong in a row, each behind a line break."""
        told = [self._misfit(line)] if line.question.type != "text" else []
        rules = self.rules.get(line.code, [])
        told += [rule.told for rule in rules]
        text = "&".join(told)
        empty = "".join(f"\n{rule.sentence}" for rule in rules if rule.fails_empty)
        return Formula(f"={text}" if text else "", empty)

    def _misfit(self, line: Line) -> str:
        """Return the formula that says what is wrong with an answer by itself."""
        lang, question, answer = self.plan.lang, line.question, line.at(ANSWER)
        said = _is_one(answer, SAID)
        if question.numeric:
            wrong = _misfit_number(question, answer, lang)
            sentence = f'IF(ISNUMBER({answer}),{wrong},IF({said},"",{_line(say("digits", lang))}))'
        elif question.type == "date":
            sentence = f'IF(OR(ISNUMBER({answer}),{said}),"",{_line(say("date", lang))})'
        else:
            words = say("tick" if question.type == "multi" else "choose", lang)
            sentence = f'IF(OR({line.at(VALUE)}<>"",{said}),"",{_line(words)})'
        return f'IF(ISERROR({answer}),"",IF(LEN(TRIM({answer}))=0,"",{sentence}))'

    def check(self, line: Line) -> Formula:
        """Return what the check column shows."""
        lang, answer, applies, problems = (
            self.plan.lang, line.at(ANSWER), line.at(APPLIES), line.at(PROBLEMS)
        )  # fmt: skip
        optional = line.question.type == "text"
        missing = (
            literal(NONE) if optional else f"IF({applies}=2,{literal(NONE)},{literal(say('missing', lang))})"
        )
        shown = f"MID({problems},2,2000)"
        text = (
            f"=IF(ISERROR({answer}),{literal(say('broken', lang))},"
            f"IF({applies}=0,IF(LEN(TRIM({answer}))=0,{literal(NONE)},{literal(say('leave_empty', lang))}),"
            f'IF({problems}<>"",{shown},IF(LEN(TRIM({answer}))=0,{missing},{literal(FINE)}))))'
        )
        return Formula(text, self._check_unfilled(line))

    def _check_unfilled(self, line: Line) -> str:
        applies, problems = self.applies(line).value, str(self.problems(line).value)
        if applies == 0:
            return NONE
        if problems:
            return problems[1:]
        return NONE if line.question.type == "text" or applies == 2 else say("missing", self.plan.lang)  # noqa: PLR2004 - not yet known

    def longest(self, line: Line) -> str:
        """Return the longest sentence that the check column may have to show in a row."""
        return max((rule.sentence for rule in self.rules.get(line.code, [])), key=len, default="")


def exact(number: float) -> int | float:
    """Return a whole number as one, so that a formula says 1 and not 1.0."""
    return int(number) if float(number).is_integer() else number


def plain_number(number: float) -> str:
    """Return a number as a reader meets it: thousands apart, no idle zeros."""
    return f"{number:,.15g}" if abs(number) < 1e15 else f"{number:g}"  # noqa: PLR2004 - beyond it digits are not exact


def _dtype(question: Question) -> str:
    if question.type == "multi":
        return "boolean"
    return "Float64" if question.numeric else "string"


def _leads_back(code: str, questionnaire: Questionnaire) -> bool:
    """Say whether a question's routing depends, over whatever others, on the question itself."""
    seen: set[str] = set()
    todo = {code}
    while todo:
        routing = questionnaire.by_code[todo.pop()].ask_if
        gates = {name.partition(".")[0] for name in Expression(routing).names} if routing else set()
        gates &= questionnaire.by_code.keys()
        if code in gates:
            return True
        todo |= gates - seen
        seen |= gates
    return False


def _fits(question: Question, answer: str) -> str:
    """Return the formula of a number that intake takes as it stands."""
    conditions = [f"OR({answer}>1,{answer}=0)"] if question.per_cent else []
    if question.type == "count":
        conditions.append(f"{answer}=INT({answer})")
    if question.range:
        low, high = map(exact, question.range)
        conditions += [f"{answer}>={low!r}", f"{answer}<={high!r}"]
    return f"AND({','.join(conditions or ['TRUE'])})"


def _misfit_number(question: Question, answer: str, lang: Any) -> str:
    """Return the formula of what is wrong with a number, the unit before the range."""
    sentence = '""'
    if question.range:
        low, high = map(exact, question.range)
        words = say("between", lang, low=plain_number(low), high=plain_number(high))
        sentence = f"IF(OR({answer}<{low!r},{answer}>{high!r}),{_line(words)},{sentence})"
    if question.type == "count":
        sentence = f"IF({answer}<>INT({answer}),{_line(say('whole', lang))},{sentence})"
    if question.per_cent:
        unclear = f"AND({answer}>0,{answer}<=1)"
        sentence = f"IF({unclear},{_line(say('per_cent', lang))},{sentence})"
    return sentence


def _line(words: str) -> str:
    return f"{NEW_LINE}&{literal(words)}"


def _is_one(answer: str, words: tuple[str, ...]) -> str:
    return f"OR({','.join(f'{answer}={literal(word)}' for word in words)})"
