"""Write a programme's demonstration returns: members.csv, a workbook a member and wave, corrections.csv."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survey.demo.choices import Choices, decide_choices
from survey.demo.invented_answers import Answers, answer
from survey.demo.invented_panel import Traits, draw_traits, respondents, stream, write_members
from survey.demo.targets import Recipe, read_recipe, wave_targets
from survey.intake import write_form
from survey.programme import Programme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np

    from survey.programme import Indicator, Question, Questionnaire

__all__ = ["typed", "write_demonstration"]

# How real returns look: the same answers, typed in the many ways people type them.


FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
# how a member types: as it is, in full width, in 亿 or 万, in 万, with the unit, with commas
PLAIN, WIDE, MULTIPLES, TEN_THOUSANDS, WITH_UNIT, COMMAS = range(6)
AS_NUMBER = 0.55  # of the cells; the others hold text
TICKS = (("是", "否"), ("√", "×"), ("有", "否"), ("是", "否"))


def typed(
    rng: np.random.Generator,
    questionnaire: Questionnaire,
    answers: Mapping[str, str],
    blank: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a member types for its clean answers.

    Parameters
    ----------
    rng : Generator
        The member's own stream: its habits of typing.
    answers : mapping
        Item code to canonical value.
    blank : mapping
        Item code to the words that stand where an answer is missing, such as ``不适用``; empty for nothing.
    """
    habit = int(rng.integers(PLAIN, COMMAS + 1))
    yes, no = TICKS[int(rng.integers(0, len(TICKS)))]
    cells: dict[str, Any] = dict(blank)
    for item in questionnaire.items:
        if item.code not in answers:
            continue
        question, value = questionnaire.by_code[item.question], answers[item.code]
        if item.option:
            cells[item.code] = yes if value == "1" else no
        elif question.type == "single":
            labels = {o.code: o.zh for o in question.options}
            cells[item.code] = labels[value] if habit != PLAIN else value
        elif question.numeric:
            cells[item.code] = _number(rng, question, Decimal(value), habit)
        else:
            cells[item.code] = value
    return cells


def _number(rng: np.random.Generator, question: Question, value: Decimal, habit: int) -> Any:
    """Type one number: mostly as a number, now and then as text, in full width, with a unit or a multiple."""
    if rng.random() < AS_NUMBER:
        return float(value) if value != value.to_integral_value() else int(value)
    if question.per_cent:
        return _per_cent(question, value, habit)
    if question.type != "count" or habit == PLAIN:
        return f"{value}"
    return _count(question, value, habit)


def _count(question: Question, value: Decimal, habit: int) -> str:
    if habit == WIDE:
        return f"{value:,}".translate(FULL_WIDTH)
    if habit == MULTIPLES and value >= 10**7 and value % 100 == 0:
        return f"{_plain(value / 10**8)}亿"
    if habit in {MULTIPLES, TEN_THOUSANDS} and value >= 10**4 and value % 100 == 0:
        return f"{_plain(value / 10**4)}万"
    unit = question.unit.zh if question.unit else ""
    return f"{value:,}{unit}" if habit == WITH_UNIT else f"{value:,}"


def _per_cent(question: Question, value: Decimal, habit: int) -> Any:
    if habit == PLAIN:
        return f"{value}%"
    if habit == WIDE:
        return f"{value}%".translate(FULL_WIDTH)
    low = question.range[0] if question.range else 0
    return float(value / 100) if habit == MULTIPLES and low > 1 else f"{value}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


REMARK = "口径说明:含外包坐席"
REMARKING = 0.15  # of the members write it
WORDED = 0.4  # of the ticks without an answer hold words instead
MARKED = 0.5  # of the cells that do not apply say so
MOVED = ("R17", "R05")  # changed type: the later one of the two first


@dataclass(frozen=True)
class _Cast:
    """Which member plays which part in a wave: the trouble that real returns bring."""

    repeated: str
    corrected_late: str
    extra_sheet: str
    slip_of_unit: str
    extra_zero: str
    old_type: str
    by_alias: str
    unreadable: str
    old_form: str


def write_demonstration(programme: Programme, target: Path | None = None) -> dict[str, int]:
    """Write the invented frame and returns of every wave in demo.yaml.

    Parameters
    ----------
    programme : Programme
        Its demo.yaml and ledger say what the returns must give back.
    target : Path, optional
        A copy of the programme's folder to write to; default the programme itself.

    Returns
    -------
    dict
        Number of workbooks by wave. Same seed and ledger, same bytes.
    """
    folder = target or programme.folder
    recipe = read_recipe(programme)
    write_members(folder / "members.csv")
    programme = Programme(programme.folder if target is None else folder)
    traits = draw_traits(recipe.seed, programme.frame)
    before, written = Choices(), {}
    for wave in recipe.waves:
        before = _write_wave(programme, wave, recipe, traits, before=before, folder=folder / wave)
        written[wave] = len(list((folder / wave / "returns").glob("*.xlsx")))
    return written


def _write_wave(
    programme: Programme,
    wave: str,
    recipe: Recipe,
    traits: Mapping[str, Traits],
    *,
    before: Choices,
    folder: Path,
) -> Choices:
    questionnaire, frame, plan = programme.questionnaire(wave), programme.frame.of(wave), recipe.waves[wave]
    members = respondents(recipe.seed, wave, frame, traits, plan.respondents, plan.kinds)
    cast = _cast(recipe.seed, wave, members, sorted(frame), plan.last_years_form)
    earlier = programme.waves[max(0, programme.waves.index(wave) - 1)]
    old = programme.questionnaire(earlier)
    known = {item.code for item in old.items}
    absent = {cast.old_form: frozenset(i.code for i in questionnaire.items) - known} if cast.old_form else {}
    indicators = {c: i for c, i in programme.indicators.items() if i.names <= questionnaire.vocabulary}
    targets = wave_targets(programme, wave, plan)
    choices = decide_choices(
        recipe.seed,
        wave,
        frame,
        traits,
        members,
        indicators,
        targets,
        plan,
        absent,
        before,
        frozenset(item.code for item in questionnaire.items),
    )
    answers = answer(recipe.seed, questionnaire, members, frame, traits, indicators, targets, plan, choices)
    blank = _left_blank(choices, indicators)
    _Writer(recipe.seed, questionnaire, old, folder, answers, cast, blank, plan.swapped_card_line).write()
    return choices


def _left_blank(choices: Choices, indicators: Mapping[str, Indicator]) -> dict[str, frozenset[str]]:
    """Return, by member, the items it was asked and leaves without an answer."""
    blank: dict[str, set[str]] = {}
    for code, said in choices.yes.items():
        for member, yes in said.items():
            if yes is None:
                blank.setdefault(member, set()).update(indicators[code].names)
    return {member: frozenset(items) for member, items in blank.items()}


def _cast(seed: str, wave: str, members: list[str], frame: list[str], old_form: bool) -> _Cast:
    """Draw the cast from city and rural members; one that changed type, if it answers, says the old one."""
    small = [m for m in members if m[0] in "CR"]
    stream(seed, "cast", wave).shuffle(small)
    moved = [m for m in MOVED if m in members]
    drawn = [m for m in small if m not in moved]
    if moved:
        drawn.insert(5, moved[0])
    return _Cast(
        repeated=drawn[0],
        corrected_late=drawn[1],
        extra_sheet=drawn[2],
        slip_of_unit=drawn[3],
        extra_zero=drawn[4],
        old_type=drawn[5],
        by_alias=drawn[6],
        unreadable=next(m for m in frame if m not in members),
        old_form=drawn[8 if moved else 7] if old_form else "",
    )


@dataclass(frozen=True)
class _Writer:
    """Writes one wave's workbooks and corrections."""

    seed: str
    questionnaire: Questionnaire
    old: Questionnaire
    folder: Path
    answers: Answers
    cast: _Cast
    blank: Mapping[str, frozenset[str]]
    swapped_card_line: bool

    def write(self) -> None:
        returns = self.folder / "returns"
        shutil.rmtree(returns, ignore_errors=True)
        returns.mkdir(parents=True)
        for member in self.answers:
            self._write_member(returns, member)
        self._write_repeated(returns)
        whole = returns / self._file(self.cast.repeated)
        broken = whole.read_bytes()
        (returns / self._file(self.cast.unreadable)).write_bytes(broken[: len(broken) * 2 // 5])
        self._write_corrections()

    def _file(self, member: str, mark: str = "") -> str:
        return f"{self.questionnaire.wave}_{member}{mark}.xlsx"

    def _cover(self, member: str, day: int) -> dict[str, str]:
        first = self.questionnaire.fieldwork[0]
        date = first.replace(month=min(first.month + 1, 12), day=day).isoformat()
        number = "" if member == self.cast.by_alias else member
        name = f"样本{member}" if member == self.cast.by_alias else f"样本机构 {member}"
        return {"form": self._form(member).form, "member_id": number, "name": name, "submitted": date}

    def _form(self, member: str) -> Questionnaire:
        return self.old if member == self.cast.old_form else self.questionnaire

    def _write_member(self, returns: Path, member: str) -> None:
        rng = stream(self.seed, "typing", self.questionnaire.wave, member)
        day = int(rng.integers(3, 20))
        own = dict(self.answers[member])
        if member == self.cast.old_type:
            own["bank_type"] = "rural" if own["bank_type"] == "city" else "city"
        form = self._form(member)
        cells = typed(rng, form, own, self._blanks(rng, form, member, own))
        if member == self.cast.slip_of_unit:
            cells["calls_requested"] = float(own["calls_requested"]) / 1e4
        if member == self.cast.extra_zero:
            cells["staff_total"] = f"{own['staff_total']}0000"
        if self.swapped_card_line and member == self._with_card_line():
            cells["creditcard_requested"], cells["creditcard_handled"] = (
                int(own["creditcard_handled"]),
                int(own["creditcard_requested"]),
            )
        if member == self.cast.corrected_late:
            self._write_first_try(returns, member, cells, day)
            day += 6
        if rng.random() < REMARKING:
            cells["staff_total#remark"] = REMARK
        extra = (
            {"填表说明": ("填报部门:客户服务中心", "数据来源:呼叫中心系统")}
            if member == self.cast.extra_sheet
            else {}
        )
        mark = "_更正" if member == self.cast.corrected_late else ""
        write_form(returns / self._file(member, mark), form, self._cover(member, day), cells, extra)

    def _with_card_line(self) -> str:
        """Return the last member with a credit-card line: the one that swaps its two numbers."""
        return max(m for m, own in self.answers.items() if "creditcard_requested" in own)

    def _write_first_try(self, returns: Path, member: str, cells: Mapping[str, Any], day: int) -> None:
        """Write the return that is corrected later: requested and handled calls swapped."""
        swapped = dict(cells)
        swapped["calls_requested"], swapped["calls_handled_human"] = (
            cells["calls_handled_human"],
            cells["calls_requested"],
        )
        write_form(returns / self._file(member), self._form(member), self._cover(member, day), swapped)

    def _write_repeated(self, returns: Path) -> None:
        """Send one return twice; the copy has the earlier name: either counts, with the same answers."""
        member = self.cast.repeated
        shutil.copyfile(returns / self._file(member), returns / self._file(member, "(副本)"))

    def _blanks(self, rng: Any, form: Questionnaire, member: str, own: Mapping[str, str]) -> dict[str, str]:
        """Say what stands where an answer is missing: nothing, 不适用 where it was not asked, or words."""
        words: dict[str, str] = {}
        for item in form.items:
            question = form.by_code[item.question]
            if item.code in own or question.type == "text":
                continue
            if item.code in self.blank.get(member, frozenset()):
                words[item.code] = "部分网点试点" if item.option and rng.random() < WORDED else ""
            elif question.ask_if:
                words[item.code] = "不适用" if rng.random() < MARKED else ""
        return words

    def _write_corrections(self) -> None:
        wave, cast = self.questionnaire.wave, self.cast
        day = self.questionnaire.fieldwork[1].isoformat()
        lines = [
            (cast.slip_of_unit, "calls_requested", "电话核实:原填数值单位为万,已换算"),
            (cast.extra_zero, "staff_total", "电话核实:原填数值多写四个零"),
        ]
        with (self.folder / "corrections.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["date", "member_id", "question", "option", "value", "reason", "author"])
            for member, question, reason in lines:
                writer.writerow(
                    [day, member, question, "", self.answers[member][question], reason, f"秘书处{wave}"]
                )
