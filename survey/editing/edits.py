"""Every edit of a questionnaire as one kind of object: where it holds, and which answers it speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey.editing.wide_answers import FRAME
from survey.programme import LAST, Expression, Severity, Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survey.programme import (
        CopyEdit,
        DuplicateEdit,
        OutlierEdit,
        Question,
        Questionnaire,
        RangeEdit,
        Rule,
    )

__all__ = ["Check", "checks_of", "hidiroglou_berthelot", "mad", "medcouple", "skewed_boxplot"]

# Robust limits for a group of numbers: which of them stand too far from the others.
#
# Every method returns True where a value is inside, False where it is outside; None where the group has no
# spread to measure by.
#
# References
# ----------
# Hidiroglou & Berthelot (1986), Statistical editing and imputation for periodic business surveys, Survey
# Methodology 12(1), 73-83.
# Leys et al. (2013), Detecting outliers: do not use standard deviation around the mean, use absolute
# deviation around the median, J. Exp. Soc. Psychology 49(4). doi:10.1016/j.jesp.2013.03.013 Brys, Hubert &
# Struyf (2004), A robust measure of skewness, J. Comput. Graph. Stat. 13(4). doi:10.1198/106186004X12632
# Hubert & Vandervieren (2008), An adjusted boxplot for skewed distributions, CSDA 52(12).
# doi:10.1016/j.csda.2007.11.008. R: ``robustbase::adjboxStats``, ``univOutl::HBmethod``.


Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NORMAL = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


def hidiroglou_berthelot(
    now: Floats, before: Floats, *, u: float = 0.5, a: float = 0.05, c: float = 4.0
) -> Flags | None:
    """Hold the ratios now / before against each other; the larger a member, the smaller a change counts.

    The ratio r is centred at the median R as s = 1 - R/r below it and r/R - 1 above it, and weighed by size:
    E = s max(now, before)^u. Inside lies what is between E_med - c d1 and E_med + c d3 with
    d1 = max(E_med - E_Q1, |a E_med|), d3 = max(E_Q3 - E_med, |a E_med|).

    Parameters
    ----------
    now, before : array, [M]
        Positive numbers.
    u, a, c : float
        Weight of size, least distance of the quartiles in parts of the median, width.
    """
    ratio = now / before
    middle = np.median(ratio)
    centred = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect = centred * np.maximum(now, before) ** u
    low, median, high = np.quantile(effect, [0.25, 0.5, 0.75])
    below, above = max(median - low, abs(a * median)), max(high - median, abs(a * median))
    if below == 0 and above == 0:
        return None
    inside: Flags = (effect >= median - c * below) & (effect <= median + c * above)
    return inside


def mad(values: Floats, *, c: float = 3.5) -> Flags | None:
    """Say which values lie within `c` scaled median absolute deviations of the median."""
    distance = np.abs(values - np.median(values))
    spread = NORMAL * float(np.median(distance))
    if spread == 0:
        return None
    inside: Flags = distance <= c * spread
    return inside


def medcouple(values: Floats) -> float:
    """Measure skewness between -1 and 1: the median of ((z+ - m) - (m - z-)) / (z+ - z-) over the median m.

    Values tied with the median are compared by their order, as Brys, Hubert & Struyf define it.
    """
    z = np.sort(values) - np.median(values)
    upper, lower = z[z >= 0][:, None], z[z <= 0][None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        kernel = (upper + lower) / (upper - lower)
    ties = int((z == 0).sum())
    if ties:
        order = np.arange(ties)[:, None] + np.arange(ties)[None, :]
        # the tied values stand first among the upper, last among the lower
        kernel[:ties, -ties:] = np.sign(order - (ties - 1))
    return float(np.median(kernel))


def skewed_boxplot(values: Floats, *, c: float = 1.5) -> Flags | None:
    """Say which values lie within the boxplot adjusted for skewness.

    With the medcouple MC not below 0: Q1 - c exp(-4 MC) IQR to Q3 + c exp(3 MC) IQR; below 0 the exponents
    are -3 MC and 4 MC.
    """
    low, high = np.quantile(values, [0.25, 0.75])
    if low == high:
        return None
    skew = medcouple(values)
    down, up = (-4, 3) if skew >= 0 else (-3, 4)
    width = c * (high - low)
    inside: Flags = (values >= low - width * np.exp(down * skew)) & (
        values <= high + width * np.exp(up * skew)
    )
    return inside


Held = pd.Series  # boolean, indexed by member: missing where the edit cannot be evaluated


@dataclass(frozen=True)
class Check:
    """One edit.

    Attributes
    ----------
    id, severity, message
        As in the questionnaire; a range's id is ``range`` and the question.
    hold : callable
        From the wide table of answers (``last.…`` columns and the ``frame.…`` ones with it) to where the
        edit holds.
    names : callable
        The items it speaks of in one member's row, in the order they are told.
    whole : bool
        Whether the answer that fails is nulled whatever localisation says: it is out of its range.
    """

    id: str
    severity: Severity
    message: Wording
    hold: Callable[[pd.DataFrame], Held]
    names: Callable[[pd.Series], tuple[str, ...]]
    whole: bool = False
    expression: Expression | None = field(default=None, compare=False)


def checks_of(questionnaire: Questionnaire) -> Iterator[Check]:
    """Yield the edits in the order they are applied: ranges, rules, then those with a named method."""
    for question in questionnaire.questions:
        if question.range is not None:
            yield _range(question, *question.range)
    yield from map(_rule, questionnaire.rules)
    edits = questionnaire.edits
    yield from map(_range_by, edits.ranges)
    yield from map(_outlier, edits.outliers)
    yield from map(_duplicate, edits.duplicates)
    numbers = tuple(question.code for question in questionnaire.questions if question.numeric)
    yield from (_copy(edit, numbers) for edit in edits.copies)


def _always(*names: str) -> Callable[[pd.Series], tuple[str, ...]]:
    return lambda _: names


def _range(question: Question, low: float, high: float) -> Check:
    words = Wording(
        zh=f"{question.text.zh}应在 {low:,.0f} 至 {high:,.0f} 之间，请核对数值与单位",
        en=f"{question.text.en}: should lie between {low:,.0f} and {high:,.0f}; please check number and unit",
    )
    return Check(
        f"range {question.code}", "hard", words, lambda answers: answers[question.code].between(low, high),
        _always(question.code), whole=True,
    )  # fmt: skip


def _rule(rule: Rule) -> Check:
    expression = Expression(rule.check)
    own = {name for name in expression.names if not name.startswith(LAST)}
    names = rule.nulls or tuple(sorted(own))
    return Check(
        rule.id, rule.severity, rule.message, lambda answers: expression.evaluate(answers).astype("boolean"),
        _always(*names), expression=expression,
    )  # fmt: skip


def _range_by(edit: RangeEdit) -> Check:
    def hold(answers: pd.DataFrame) -> Held:
        value = answers[edit.question]
        held = pd.Series(pd.NA, index=answers.index, dtype="boolean")
        for segment, (low, high) in edit.ranges.items():
            own = (answers[FRAME + edit.by] == segment).fillna(value=False)
            held = held.mask(own & value.notna(), value.between(low, high))
        return held

    return Check(edit.id, edit.severity, edit.message, hold, _always(edit.question), whole=True)


def _outlier(edit: OutlierEdit) -> Check:
    expression = Expression(edit.of)
    own = tuple(sorted(name for name in expression.names if not name.startswith(LAST)))

    def hold(answers: pd.DataFrame) -> Held:
        value = expression.evaluate(answers).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        before = np.ones_like(value)
        if edit.method == "hidiroglou_berthelot":
            last = answers[f"{LAST}{edit.of}"].astype("Float64")
            before = last.to_numpy(dtype=float, na_value=np.nan)
        positive = edit.log or edit.method == "hidiroglou_berthelot"
        with np.errstate(invalid="ignore"):
            known = np.isfinite(value) & np.isfinite(before) & ~(positive & ~((value > 0) & (before > 0)))
        held = pd.Series(pd.NA, index=answers.index, dtype="boolean")
        groups = answers[FRAME + edit.within].astype("str").to_numpy()
        for group in np.unique(groups[known]):
            place = np.flatnonzero(known & (groups == group))
            if len(place) >= edit.minimum:
                inside = _inside(edit, value[place], before[place])
                if inside is not None:
                    held.iloc[place] = inside
        return held

    return Check(edit.id, edit.severity, edit.message, hold, _always(*own))


def _inside(edit: OutlierEdit, value: Any, before: Any) -> Any:
    if edit.method == "hidiroglou_berthelot":
        return hidiroglou_berthelot(value, before, u=edit.u, a=edit.a, c=edit.c)
    levels = np.log(value) if edit.log else value
    return {"mad": mad, "medcouple": skewed_boxplot}[edit.method](levels, c=edit.c)


def _duplicate(edit: DuplicateEdit) -> Check:
    def equal(row: pd.Series) -> tuple[str, ...]:
        told = {name: row[name] for name in edit.questions if pd.notna(row[name])}
        told = {name: value for name, value in told.items() if value not in edit.besides}
        values = list(told.values())
        return tuple(name for name, value in told.items() if values.count(value) > 1)

    def hold(answers: pd.DataFrame) -> Held:
        several = answers[list(edit.questions)].notna().sum(axis=1) > 1
        different = [not equal(row) for _, row in answers.iterrows()]
        return pd.Series(different, index=answers.index, dtype="boolean").mask(~several)

    return Check(edit.id, edit.severity, edit.message, hold, equal)


def _copy(edit: CopyEdit, numbers: tuple[str, ...]) -> Check:
    def same(row: pd.Series) -> tuple[str, ...]:
        pairs = ((name, row[name], row[LAST + name]) for name in numbers)
        return tuple(name for name, now, last in pairs if pd.notna(now) and pd.notna(last) and now == last)

    def hold(answers: pd.DataFrame) -> Held:
        last = answers[[LAST + name for name in numbers]].set_axis(list(numbers), axis=1)
        both = (answers[list(numbers)].notna() & last.notna()).sum(axis=1)
        equal = pd.Series([len(same(row)) for _, row in answers.iterrows()], answers.index)
        return (equal < edit.share * both).astype("boolean").mask(both < edit.minimum)

    return Check(edit.id, edit.severity, edit.message, hold, same)
