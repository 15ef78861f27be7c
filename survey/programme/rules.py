"""What a wave's answers are held against: edit rules, the edits with a named method, and the policy.

An edit is written in the questionnaire's YAML. A ``hard`` one cannot be true, a ``soft`` one may be: the
member is asked and the answer stands. Everything here is optional: a questionnaire without `edits` and
`policy` is edited by its ranges and rules alone.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from survey.programme.definitions import Definition, Wording
from survey.programme.expressions import Expression

__all__ = [
    "CopyEdit",
    "Deduction",
    "DuplicateEdit",
    "EditingPolicy",
    "Edits",
    "Formula",
    "Heaping",
    "OutlierEdit",
    "RangeEdit",
    "Rule",
    "Severity",
    "Slip",
    "Unanswered",
]

Severity = Literal["hard", "soft"]
Slip = Literal["unit_slip", "swapped", "sign"]
Handling = Literal["keep", "drop", "last_ratio", "median"]


def _readable(text: str) -> str:
    """Refuse an expression that cannot be read, when the file is read."""
    Expression(text)
    return text


Formula = Annotated[str, AfterValidator(_readable)]
"""An expression of a definition file, as text that can be read."""


class Rule(Definition):
    """An edit rule: `check` must hold wherever it can be evaluated.

    A `hard` failure cannot be true: the answers in `nulls` (or all that the rule names) are nulled until the
    member corrects them. A `soft` failure may be true: the member is asked and the answer stands. A name
    ``last.staff_total`` is the member's own answer of the wave before; without one the rule is not evaluated.
    """

    id: str
    severity: Severity
    check: Formula
    message: Wording
    nulls: tuple[str, ...] = ()


class RangeEdit(Definition):
    """A question's range in each segment of a dimension; a segment that is not listed is not checked.

    `by` is the dimension, the stratum where it is not named.
    """

    id: str
    severity: Severity
    question: str
    by: str = ""
    ranges: dict[str, tuple[float, float]] = Field(min_length=1)
    message: Wording

    @model_validator(mode="after")
    def _ranges_are_intervals(self) -> RangeEdit:
        wrong = sorted(segment for segment, (low, high) in self.ranges.items() if not low <= high)
        if wrong:
            raise ValueError(f"edit {self.id}: the range of {', '.join(wrong)} ends before it begins")
        return self


class OutlierEdit(Definition):
    """A value far from those of its group, by a named robust method.

    - ``hidiroglou_berthelot``: the ratio of `of` to the member's own last answer (`of` is a question); `u`
      weighs size, `a` keeps the quartiles apart, `c` sets the width;
    - ``mad``: distance from the median over `c` scaled median absolute deviations;
    - ``medcouple``: outside the boxplot adjusted for skewness, whiskers of `c` interquartile ranges.

    `log` takes logarithms first (values that are not above 0 are not evaluated). The groups are the segments
    of the dimension `within`, the stratum where it is not named; a group of fewer than `minimum` values is
    not evaluated.
    """

    id: str
    severity: Literal["soft"] = "soft"
    method: Literal["hidiroglou_berthelot", "mad", "medcouple"]
    of: Formula
    within: str = ""
    minimum: int = Field(default=8, ge=4)
    log: bool = False
    u: float = Field(default=0.5, ge=0, le=1)
    a: float = Field(default=0.05, ge=0)
    c: float = Field(gt=0)
    message: Wording


class DuplicateEdit(Definition):
    """Questions whose answers are hardly ever equal: the same number in two of them is asked about."""

    id: str
    severity: Literal["soft"] = "soft"
    questions: tuple[str, ...] = Field(min_length=2)
    besides: tuple[float, ...] = (0.0, 100.0)  # values that stand in many places by right
    message: Wording


class CopyEdit(Definition):
    """Numbers copied from last year: at least `share` of at least `minimum` numbers are the same."""

    id: str
    severity: Literal["soft"] = "soft"
    share: float = Field(default=1.0, gt=0, le=1)
    minimum: int = Field(default=4, ge=2)
    message: Wording


class Heaping(Definition):
    """Questions whose numbers are looked through for rounding, over the whole wave; nobody is asked."""

    questions: tuple[str, ...] = Field(min_length=1)
    digits: int = Field(default=2, ge=1)  # numbers of at most so many leading digits count as round


class Edits(Definition):
    """The edits beside `rules`, each kind by its method."""

    ranges: tuple[RangeEdit, ...] = ()
    outliers: tuple[OutlierEdit, ...] = ()
    duplicates: tuple[DuplicateEdit, ...] = ()
    copies: tuple[CopyEdit, ...] = ()
    heaping: Heaping | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of each edit."""
        return tuple(identity for identity, _ in self.messages)

    @property
    def messages(self) -> tuple[tuple[str, Wording], ...]:
        """The name of each edit and what it tells the member."""
        told = [(edit.id, edit.message) for edit in self.ranges]
        told += [(edit.id, edit.message) for edit in self.outliers]
        told += [(edit.id, edit.message) for edit in self.duplicates]
        told += [(edit.id, edit.message) for edit in self.copies]
        return tuple(told)


class Deduction(Definition):
    """A slip whose correction the answers themselves give.

    - ``unit_slip``: `question` is a `factor` too large or small against the member's own last answer, or
      where it has none against the median of its stratum, and within `near` of it once corrected;
    - ``swapped``: the answers to `parts` stand the wrong way round for `rule`, and fit it exchanged;
    - ``sign``: `question` is negative and `rule` holds with the sign turned.
    """

    kind: Slip
    question: str = ""
    factors: tuple[float, ...] = (10.0, 100.0, 1000.0, 10000.0)
    near: float = Field(default=1.5, gt=1)
    rule: str = ""
    parts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_what_it_needs(self) -> Deduction:
        if self.kind == "swapped" and (len(self.parts) != 2 or not self.rule):  # noqa: PLR2004 - a pair
            raise ValueError("a deduction of kind swapped names `rule` and two `parts`")
        if self.kind != "swapped" and not self.question:
            raise ValueError(f"a deduction of kind {self.kind} names its `question`")
        return self


class Unanswered(Definition):
    """What becomes of an answer whose query is not settled at the cut-off.

    ``keep`` lets it stand as it is, ``drop`` nulls it, ``last_ratio`` imputes the member's own last answer
    carried forward by the median ratio of its stratum, ``median`` the median of its stratum.
    """

    hard: Literal["drop", "last_ratio", "median"] = "drop"
    soft: Handling = "keep"


class EditingPolicy(Definition):
    """What may be done to an answer without asking.

    `apply` lists the deductions that are applied (the others are proposed); `hard` says whether a hard
    failure nulls all that the rule names or only what localisation suspects (where it has one solution);
    `cutoff` is the day after which no reply is waited for: `unanswered` holds from the moment it is given.
    """

    deductions: tuple[Deduction, ...] = ()
    apply: tuple[Slip, ...] = ()
    hard: Literal["named", "suspected"] = "named"
    cutoff: date | None = None
    unanswered: Unanswered = Unanswered()
