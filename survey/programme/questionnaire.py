"""What a wave asked: sections, questions, options, units, routing and edit rules."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analysis.words import LANGS
from survey.programme.definitions import Definition, Labelled, Wording, read_definition
from survey.programme.expressions import LAST, Expression
from survey.programme.rules import EditingPolicy, Edits, Formula, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from analysis.words import Lang

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


class Option(Labelled):
    """One answer of a single or multi question."""

    code: str


class Question(Definition):
    """One question.

    `type` is one of {single, multi, count, rate, share, amount, text, date}; rates and shares are per cent, a
    count is a whole number in `unit`, an amount any number in `unit`. `range` holds the values that can be
    true: outside it an answer fails a hard edit. `ask_if` is the routing: where it is false the question does
    not apply. `reliability` weighs the answer where one of several must be wrong: the higher, the later it is
    suspected.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    text: Wording
    type: QuestionType
    unit: Wording | None = None
    options: tuple[Option, ...] = ()
    range: tuple[float, float] | None = None
    ask_if: Formula | None = None
    note: Wording | None = None
    reliability: float = Field(default=1.0, gt=0)

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
    edits: Edits = Edits()
    policy: EditingPolicy = EditingPolicy()

    @model_validator(mode="after")
    def _names_are_known(self) -> Questionnaire:
        codes = [question.code for question in self.questions]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"question code {', '.join(twice)} stands twice; codes are unique in a wave")
        known = self.vocabulary
        for where, names in self._names():
            unknown = sorted(name for name in names if name.removeprefix(LAST) not in known)
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

    @model_validator(mode="after")
    def _edits_fit(self) -> Questionnaire:
        ids = [*(rule.id for rule in self.rules), *self.edits.ids]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"edit {', '.join(twice)} stands twice; ids are unique in a wave")
        for where, code in self._numbers():
            question = self.by_code.get(code)
            if question is None or not question.numeric:
                raise ValueError(f"{where} names {code}, which is no question with a number for an answer")
        known = {rule.id for rule in self.rules}
        for deduction in self.policy.deductions:
            if deduction.rule and deduction.rule not in known:
                raise ValueError(
                    f"deduction {deduction.kind} names rule {deduction.rule}, which there is not"
                )
        return self

    def _numbers(self) -> Iterator[tuple[str, str]]:
        """Give each name that must be a question with a number, and where it stands."""
        for edit in self.edits.ranges:
            yield f"edit {edit.id}", edit.question
        for outlier in self.edits.outliers:
            if outlier.method == "hidiroglou_berthelot":
                yield f"edit {outlier.id}", outlier.of
        for duplicate in self.edits.duplicates:
            yield from ((f"edit {duplicate.id}", code) for code in duplicate.questions)
        for code in self.edits.heaping.questions if self.edits.heaping else ():
            yield "heaping", code
        for deduction in self.policy.deductions:
            for code in filter(None, (deduction.question, *deduction.parts)):
                yield f"deduction {deduction.kind}", code

    def _names(self) -> Iterator[tuple[str, frozenset[str]]]:
        for question in self.questions:
            if question.ask_if:
                yield f"routing of {question.code}", Expression(question.ask_if).names
        for rule in self.rules:
            yield f"rule {rule.id}", Expression(rule.check).names | frozenset(rule.nulls)
        for outlier in self.edits.outliers:
            yield f"edit {outlier.id}", Expression(outlier.of).names

    def divided_by(self, stratum: str) -> Questionnaire:
        """Return the questionnaire with `stratum` as the dimension of every edit that names none."""
        edits = self.edits
        ranges = tuple(edit.model_copy(update={"by": edit.by or stratum}) for edit in edits.ranges)
        outliers = tuple(
            edit.model_copy(update={"within": edit.within or stratum}) for edit in edits.outliers
        )
        update = {"ranges": ranges, "outliers": outliers}
        return self.model_copy(update={"edits": edits.model_copy(update=update)})

    @cached_property
    def looks_back(self) -> bool:
        """Whether an edit or a policy needs the members' answers of the wave before."""
        edits, policy = self.edits, self.policy
        named = (name for _, names in self._names() for name in names)
        return bool(
            edits.copies
            or any(edit.method == "hidiroglou_berthelot" for edit in edits.outliers)
            or any(deduction.kind == "unit_slip" for deduction in policy.deductions)
            or "last_ratio" in {policy.unanswered.hard, policy.unanswered.soft}
            or any(name.startswith(LAST) for name in named)
        )

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


def read_questionnaire(path: Path, languages: Sequence[Lang] = LANGS) -> Questionnaire:
    """Read a wave's questionnaire.yaml; DefinitionError with file and line where it is wrong."""
    return read_definition(path, Questionnaire, languages)
