"""The figures of a bulletin: what one member reports of itself, as it reports it, held against each other.

Nothing is estimated. A lone member's figures count all it did, so that there is neither a sample nor anybody
else behind a number: no interval is computed and nothing is withheld. The frames have the columns of
`estimates` and `changes` all the same, so that charts, pages and other programs read them as any others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis.consistency import read_unit
from analysis.model import (
    CHANGE_COLUMNS,
    ESTIMATE_COLUMNS,
    ChangeUnit,
    Estimand,
    Measure,
    check_changes,
    check_estimates,
    read_printed,
)
from analysis.words import UNITS, Lexicon, Text, Unit
from survey.editing import WITH_VALUE, as_typed, hold_figures
from survey.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey.archive import Archive
    from survey.editing import CleanWave
    from survey.programme import Indicator, Programme, Question, Questionnaire

__all__ = ["Bulletin", "open_quarter", "year_before"]

METHOD = "as returned by the member"
NAN = float("nan")


@dataclass(frozen=True)
class Bulletin:
    """One member's figures of a wave, with those of the wave before where there is one.

    Attributes
    ----------
    programme : Programme
    wave : str
        The wave reported.
    clean : dict of str to CleanWave
        The wave reported and the one before it, in order.
    """

    programme: Programme
    wave: str
    clean: dict[str, CleanWave]

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves read, the one reported last."""
        return tuple(self.clean)

    @property
    def before(self) -> str | None:
        """The wave before, None in the first."""
        return self.waves[-2] if len(self.waves) > 1 else None

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What the wave asked."""
        return self.programme.questionnaire(self.wave)

    @cached_property
    def answers(self) -> dict[str, str]:
        """The answers of the wave by question as typed, per cents without their sign, texts as they are."""
        return self._answers(self.wave)

    def _answers(self, wave: str) -> dict[str, str]:
        rows = self.clean[wave].responses
        rows = rows[rows["status"].isin(sorted(WITH_VALUE))]
        asked = self.programme.questionnaire(wave).by_code
        cells = zip(rows["question"], rows["raw"], rows["value"], strict=True)
        return {
            str(code): as_typed(str(raw), str(value)) if asked[code].numeric else str(value)
            for code, raw, value in cells
        }

    def indicators(self, section: str) -> list[Indicator]:
        """Return the indicators of a section that the wave answers, in the programme's order."""
        known = self.programme.indicators.values()
        return [i for i in known if i.section == section and i.of in self.answers]

    # -- frames ----------------------------------------------------------------------------------------------

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Frame `estimates` of the waves read: every answer that is a number, growth apart."""
        rows = [row for wave in self.waves for row in self._levels(wave)]
        return check_estimates(pd.DataFrame(rows, columns=list(ESTIMATE_COLUMNS)).astype(ESTIMATE_COLUMNS))

    def _levels(self, wave: str) -> Iterator[tuple[object, ...]]:
        questionnaire, answers = self.programme.questionnaire(wave), self._answers(wave)
        for question in questionnaire.questions:
            if question.code in answers and question.numeric and not _is_growth(question, questionnaire):
                value = float(answers[question.code])
                yield (
                    question.code, wave, "total", "all", value, NAN, NAN, NAN, NAN, METHOD, _unit(question),
                    1, 1, 1.0, "released",
                )  # fmt: skip

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Frame `changes` on the same quarter a year before: growth as the member tells it, signed."""
        base, rows = year_before(self.wave), []
        for code, bond in self.questionnaire.bonds.items():
            question = self.questionnaire.by_code[code]
            if code in self.answers and _is_growth(question, self.questionnaire):
                unit = "percent" if _unit(question) == "%" else "percentage points"
                typed = float(self.answers[code])
                value = -abs(typed) if bond.falls else typed
                rows.append(
                    (bond.change_of, self.wave, base, "total", "all", value, unit, NAN, NAN, NAN, NAN, NAN,
                     NAN, 1, NAN, NAN, NAN, NAN, True, METHOD)
                )  # fmt: skip
        return check_changes(pd.DataFrame(rows, columns=list(CHANGE_COLUMNS)).astype(CHANGE_COLUMNS))

    @cached_property
    def levels(self) -> dict[tuple[str, str], float]:
        """The numbers of `estimates` by question and wave."""
        columns = (self.estimates[name].tolist() for name in ("indicator", "wave", "estimate"))
        return {(code, wave): value for code, wave, value in zip(*columns, strict=True)}

    @cached_property
    def growth(self) -> dict[str, tuple[float, str, str]]:
        """The changes of `changes` by question: how much, in what, since which wave."""
        columns = (self.changes[name].tolist() for name in ("indicator", "change", "unit", "base_wave"))
        return {code: (value, unit, base) for code, value, unit, base in zip(*columns, strict=True)}

    @cached_property
    def held(self) -> pd.DataFrame:
        """What arithmetic says of the wave's figures; see `arithmetic.hold_figures`."""
        return hold_figures(self.questionnaire, self.clean[self.wave].responses)

    @cached_property
    def doubts(self) -> pd.DataFrame:
        """Those of `held` that do not hold, the gravest first, else in the order of the form."""
        found = self.held[self.held["severity"] != ""]
        order = {code: n for n, code in enumerate(self.questionnaire.by_code)}
        found = found.assign(_soft=found["severity"] != "hard", _place=found["question"].map(order))
        return found.sort_values(["_soft", "_place"], kind="stable").drop(columns=["_soft", "_place"])

    @cached_property
    def doubted(self) -> frozenset[str]:
        """The codes of the figures that are doubted."""
        return frozenset(self.doubts["question"])

    # -- words -----------------------------------------------------------------------------------------------

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of every question, its unit and the digits it was typed with."""
        known = self.programme.indicators
        texts = {q.code: Text(q.text.zh, q.text.en) for q in self.questionnaire.questions}
        told = {c: Text(i.phrase.zh, i.phrase.en) for c, i in known.items()}
        short = {c: Text(i.short.zh, i.short.en) for c, i in known.items()}
        measures = {q.code: self._measure(q) for q in self.questionnaire.questions if q.numeric}
        own = {
            key: Unit(key, u.zh, u.en, u.en_power, u.en_one)
            for key, u in self.programme.settings.units.items()
        }
        plain = {m.unit: Unit(m.unit, m.unit, m.unit) for m in measures.values()}
        return Lexicon(measures, labels=texts | told, names=texts | short, units={**plain, **UNITS, **own})

    def _measure(self, question: Question) -> Measure:
        growth = [
            code
            for code, bond in self.questionnaire.bonds.items()
            if bond.change_of == question.code
            and _is_growth(self.questionnaire.by_code[code], self.questionnaire)
        ]
        return Measure(
            question.code, "mean" if question.per_cent else "total", Estimand.RESPONDENTS, _unit(question),
            change=ChangeUnit.POINTS if question.per_cent else ChangeUnit.PERCENT,
            digits=self._digits(question.code),
            change_digits=max((self._digits(code) for code in growth), default=0),
        )  # fmt: skip

    def _digits(self, code: str) -> int:
        """Return the decimals a figure was typed with, the more of both waves."""
        typed = [self._answers(wave).get(code, "") for wave in self.waves]
        read = [read_printed(text) for text in typed]
        return max((figure.digits for figure in read if figure), default=0)


def _unit(question: Question) -> str:
    return question.unit.zh if question.unit else ""


def _is_growth(question: Question, questionnaire: Questionnaire) -> bool:
    """Whether an answer is a change in per cent or points of another: in things counted it is a level too."""
    bond = questionnaire.bonds.get(question.code)
    unit = read_unit(_unit(question))
    return bool(bond and bond.change_of and unit and unit.family != "number")


def year_before(wave: str) -> str:
    """Return the wave at the same time a year before: ``2022Q1`` follows on ``2021Q1``."""
    return f"{int(wave[:4]) - 1}{wave[4:]}"


def open_quarter(archive: Archive, wave: str) -> Bulletin:
    """Open the figures of a wave, cleaning what the archive does not hold fresh.

    Raises
    ------
    UsageError
        A wave that does not exist, or one with the returns of none or of several members: a bulletin speaks
        of one.
    """
    programme = archive.programme
    waves = programme.waves[: programme.waves.index(programme.wave(wave)) + 1][-2:]
    clean = {one: archive.wave(one) for one in waves}
    for one, cleaned in clean.items():
        members = cleaned.responses["member_id"].nunique()
        if members != 1:
            raise UsageError(
                f"wave {one} of programme {programme.code} has the returns of {members} members; a bulletin "
                f"speaks of one: keep its return alone in {one}/returns"
            )
    return Bulletin(programme, wave, clean)
