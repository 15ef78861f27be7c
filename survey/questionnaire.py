"""What a wave asked: sections, questions, options, units, routing and edit rules."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from survey.definitions import Definition, read_definition
from survey.expressions import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "AnswerBond",
    "Bond",
    "Formula",
    "Item",
    "Option",
    "Question",
    "Questionnaire",
    "Rule",
    "Section",
    "Wording",
    "items_of",
    "read_questionnaire",
]

QuestionType = Literal["single", "multi", "count", "rate", "share", "amount", "text", "date"]
NUMERIC: frozenset[str] = frozenset({"count", "rate", "share", "amount"})


def _readable(text: str) -> str:
    """Refuse an expression that cannot be read, when the file is read."""
    Expression(text)
    return text


Formula = Annotated[str, AfterValidator(_readable)]
"""An expression of a definition file, as text that can be read."""


class Wording(Definition):
    """One text in both languages."""

    zh: str
    en: str


class Option(Definition):
    """One answer of a single or multi question."""

    code: str
    zh: str
    en: str


class Question(Definition):
    """One question.

    `type` is one of {single, multi, count, rate, share, amount, text, date}; rates and shares are per cent, a
    count is a whole number in `unit`, an amount any number in `unit`. `range` holds the values that can be
    true: outside it an answer fails a hard edit. `ask_if` is the routing: where it is false the question does
    not apply.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    text: Wording
    type: QuestionType
    unit: Wording | None = None
    options: tuple[Option, ...] = ()
    range: tuple[float, float] | None = None
    ask_if: Formula | None = None
    note: Wording | None = None

    @model_validator(mode="after")
    def _options_where_needed(self) -> Question:
        if (self.type in {"single", "multi"}) != bool(self.options):
            raise ValueError(
                f"question {self.code}: single and multi questions have options, the others have none"
            )
        return self

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.type in NUMERIC

    @property
    def per_cent(self) -> bool:
        """Whether the answer is a per cent."""
        return self.type in {"rate", "share"}


class Section(Definition):
    """A block of questions; one sheet of the form, one chapter's matter."""

    code: str
    title: Wording
    questions: tuple[Question, ...]


class Rule(Definition):
    """An edit rule: `check` must hold wherever it can be evaluated.

    A `hard` failure cannot be true: the answers in `nulls` (or all that the rule names) are nulled until the
    member corrects them. A `soft` failure may be true: the member is asked and the answer stands.
    """

    id: str
    severity: Literal["hard", "soft"]
    check: Formula
    message: Wording
    nulls: tuple[str, ...] = ()


class Bond(Definition):
    """What ties a printed figure to others: the whole it is a part of, or the two it is the quotient of."""

    parts_of: str = ""
    numerator: str = ""
    denominator: str = ""


class AnswerBond(Bond):
    """What ties an answer to others of the same form.

    `parts_of` names the answer that is the whole, or a whole that nobody is asked for (shares of it make a
    hundred). `change_of` names the answer whose change on the same time a year before this one is; `falls`
    says that the form asks for the size of a decrease, which is written without its sign.
    """

    change_of: str = ""
    falls: bool = False


class Item(Definition):
    """One cell to fill: a question, or one option of a multi question (option is empty for all others)."""

    question: str
    option: str = ""

    @property
    def code(self) -> str:
        """The item's name in forms and expressions: ``staff_total``, ``channels_offered.app``."""
        return f"{self.question}.{self.option}" if self.option else self.question


def items_of(question: Question) -> tuple[Item, ...]:
    """Return the cells of one question: one for each option of a multi question, else one."""
    if question.type == "multi":
        return tuple(Item(question=question.code, option=option.code) for option in question.options)
    return (Item(question=question.code),)


class Questionnaire(Definition):
    """The questionnaire of one wave."""

    wave: str
    form: str
    title: Wording
    fieldwork: tuple[date, date]
    released: str
    authoring_members: int | None = None
    demonstration: Wording | None = None
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    bonds: dict[str, AnswerBond] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_are_known(self) -> Questionnaire:
        codes = [question.code for question in self.questions]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"question code {', '.join(twice)} stands twice; codes are unique in a wave")
        known = self.vocabulary
        for where, names in self._names():
            unknown = sorted(names - known)
            if unknown:
                raise ValueError(
                    f"{where} names {', '.join(unknown)}, which is no question, option or answer here"
                )
        for code, bond in self.bonds.items():
            named = {code, bond.numerator, bond.denominator, bond.change_of} - {""}
            numbers = {question.code for question in self.questions if question.numeric}
            if unknown := sorted(named - numbers):
                raise ValueError(f"bond of {code} names {', '.join(unknown)}, which asks for no number here")
        return self

    def _names(self) -> Iterator[tuple[str, frozenset[str]]]:
        for question in self.questions:
            if question.ask_if:
                yield f"routing of {question.code}", Expression(question.ask_if).names
        for rule in self.rules:
            yield f"rule {rule.id}", Expression(rule.check).names | frozenset(rule.nulls)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order of the form."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_code(self) -> dict[str, Question]:
        """The questions by code."""
        return {question.code: question for question in self.questions}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every cell to fill, in the order of the form."""
        return tuple(item for question in self.questions for item in items_of(question))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every name an expression may use: questions, dotted options, option codes of single questions.

        A multi question has no answer of its own, only its options have.
        """
        singles = {o.code for q in self.questions if q.type == "single" for o in q.options}
        return frozenset({item.code for item in self.items} | singles)


def read_questionnaire(path: Path) -> Questionnaire:
    """Read a wave's questionnaire.yaml; DefinitionError with file and line where it is wrong."""
    return read_definition(path, Questionnaire)
