"""Read all returns of a wave: which file counts for which member, every cell either parsed or a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survey.errors import IntakeError
from survey.frames import RESPONSES
from survey.intake.findings import Finding, findings_table
from survey.intake.forms import FilledForm, read_form
from survey.intake.parsing import parse
from survey.intake.workbooks import Cell, UnreadableWorkbookError, read_cells
from survey.members import normal_name
from survey.questionnaire import Questionnaire, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from survey.programme import Programme

__all__ = ["Intake", "read_returns"]

RAW = ("wave", "file", "sheet", "cell", "text", "disposition")
RETURNS = ("wave", "file", "member_id", "form", "submitted", "status")
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})


@dataclass(frozen=True)
class Intake:
    """What a wave's returns say.

    Attributes
    ----------
    cells : DataFrame
        Every cell that is not empty and no part of the form itself: wave, file, sheet, cell, text, and
        disposition (``parsed`` or ``finding``); each cell is exactly one of the two.
    responses : DataFrame
        One row for each member whose return counts and each item asked (DESIGN: frame `responses`).
    findings : DataFrame
        The findings, in the order of files and cells.
    returns : DataFrame
        One row a file: wave, file, member_id, form, submitted, status (``used``, ``superseded``,
        ``rejected``).
    """

    cells: pd.DataFrame
    responses: pd.DataFrame
    findings: pd.DataFrame
    returns: pd.DataFrame


@dataclass(frozen=True)
class _Return:
    """One file that could be opened and belongs to a member."""

    file: str
    member_id: str
    submitted: str
    form: FilledForm


class _Reader:
    """Collects cells, findings and returns of one wave while its files are read."""

    def __init__(self, programme: Programme, wave: str) -> None:
        self.programme, self.wave = programme, wave
        self.questionnaire: Questionnaire = programme.questionnaire(wave)
        self.frame = programme.frame.of(wave)
        self.cells: list[tuple[str, ...]] = []
        self.findings: list[Finding] = []
        self.returns: list[tuple[str, ...]] = []
        self.responses: list[tuple[str, ...]] = []

    def find(self, code: str, file: str, **rest: object) -> None:
        self.findings.append(Finding.of(code, wave=self.wave, file=file, **rest))

    def keep(self, file: str, cells: Iterable[Cell], disposition: str) -> None:
        self.cells += [(self.wave, file, c.sheet, c.address, c.text, disposition) for c in cells]

    def open(self, path: Path) -> _Return | None:
        """Open one file; None, and a finding, where it cannot count for a member."""
        file = path.name
        try:
            form = read_form(read_cells(path), self.programme.item_codes)
        except UnreadableWorkbookError as error:
            self.find("return_unreadable", file, why=error.why)
            self.returns.append((self.wave, file, "", "", "", "rejected"))
            return None
        version = form.cover.get("form", "")
        member = self._member(form)
        if not version.startswith(f"{self.programme.code}/"):
            self.find("form_unknown", file, expected=self.questionnaire.form, got=version or "—")
        elif member is None:
            self.find(
                "member_unknown", file, name=form.cover.get("name") or form.cover.get("member_id") or "—"
            )
        else:
            return _Return(file, member, form.cover.get("submitted", ""), form)
        self.keep(file, _all_cells(form), "finding")
        self.returns.append(
            (self.wave, file, member or "", version, form.cover.get("submitted", ""), "rejected")
        )
        return None

    def _member(self, form: FilledForm) -> str | None:
        code = form.cover.get("member_id", "").strip()
        if code in self.frame:
            return code
        known = self.programme.frame.names.get(normal_name(form.cover.get("name", "")))
        return known if known in self.frame else None

    def set_aside(self, earlier: _Return, later: _Return) -> None:
        """Keep a return that another one replaces."""
        code = "return_repeated" if earlier.submitted == later.submitted else "return_superseded"
        self.find(code, earlier.file, member_id=earlier.member_id, later=later.file)
        self.keep(earlier.file, _all_cells(earlier.form), "finding")
        version = earlier.form.cover.get("form", "")
        self.returns.append(
            (self.wave, earlier.file, earlier.member_id, version, earlier.submitted, "superseded")
        )

    def take(self, used: _Return) -> None:
        """Parse the answers of the return that counts for its member."""
        form, file, member_id = used.form, used.file, used.member_id
        version = form.cover.get("form", "")
        self.returns.append((self.wave, file, member_id, version, used.submitted, "used"))
        if version != self.questionnaire.form:
            absent = sum(item.code not in form.answers for item in self.questionnaire.items)
            self.find("form_old", file, member_id=member_id, got=version, n=absent)
        self.keep(file, form.cover_cells, "parsed")
        for item in self.questionnaire.items:
            self._take_item(used, item.question, item.option, item.code)
        asked = {item.code for item in self.questionnaire.items}
        dropped = [c for code, c in form.answers.items() if c and code not in asked]
        for cell in (*form.stray, *dropped):
            self.find("note_in_cell", file, member_id=member_id, sheet=cell.sheet, cell=cell.address)
        self.keep(file, (*form.stray, *dropped), "finding")
        for sheet, cells in form.extra.items():
            self.find("extra_sheet", file, member_id=member_id, sheet=sheet)
            self.keep(file, cells, "finding")

    def _take_item(self, used: _Return, code: str, option: str, item: str) -> None:
        question = self.questionnaire.by_code[code]
        cell = used.form.answers.get(item)
        sheet, place = used.form.places.get(item, ("", ""))
        text = cell.text if cell else ""
        answer = parse(question, option, text)
        where = {
            "member_id": used.member_id,
            "sheet": sheet,
            "cell": place,
            "question": code,
            "option": option,
        }
        if answer.status == "unreadable":
            self.find(answer.code, used.file, **where, **answer.words)
        if cell:
            self.keep(used.file, [cell], "finding" if answer.status == "unreadable" else "parsed")
        row = (
            self.wave,
            used.member_id,
            code,
            option,
            text,
            answer.value,
            answer.status,
            used.file,
            sheet,
            place,
        )
        self.responses.append(row)
        if (
            code == "bank_type"
            and answer.status == "ok"
            and answer.value != self.frame[used.member_id].bank_type
        ):
            self._mismatch(used, answer.value, where)

    def _mismatch(self, used: _Return, reported: str, where: dict[str, str]) -> None:
        labels = {o.code: Wording(zh=o.zh, en=o.en) for o in self.questionnaire.by_code["bank_type"].options}
        expected = self.frame[used.member_id].bank_type
        self.find("type_mismatch", used.file, **where, got=labels[reported], expected=labels[expected])


def read_returns(programme: Programme, wave: str) -> Intake:
    """Read the returns of a wave.

    A return that cannot be opened, is on a foreign form or of an unknown member becomes a finding and the
    others go through. Of several returns of one member the latest by the date on its cover counts (by file
    name where the dates are equal); the others are kept as findings.

    Raises
    ------
    IntakeError
        If the wave has no returns folder, or nothing in it.
    """
    folder = programme.folder / programme.wave(wave) / "returns"
    paths = sorted(
        p for p in folder.glob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~", "."))
    )
    if not paths:
        raise IntakeError(
            f"no returns of wave {wave}: {programme.code}/{wave}/returns holds no workbook; "
            f"put the members' workbooks (.xlsx) there"
        )
    reader = _Reader(programme, wave)
    by_member: dict[str, list[_Return]] = {}
    for path in paths:
        if opened := reader.open(path):
            by_member.setdefault(opened.member_id, []).append(opened)
    for member_id in sorted(by_member):
        ordered = sorted(by_member[member_id], key=lambda r: (r.submitted, r.file))
        for earlier in ordered[:-1]:
            reader.set_aside(earlier, ordered[-1])
        reader.take(ordered[-1])
    return Intake(
        cells=pd.DataFrame(reader.cells, columns=list(RAW), dtype="str"),
        responses=pd.DataFrame(reader.responses, columns=list(RESPONSES), dtype="str"),
        findings=findings_table(reader.findings),
        returns=pd.DataFrame(reader.returns, columns=list(RETURNS), dtype="str"),
    )


def _all_cells(form: FilledForm) -> list[Cell]:
    answers = [cell for cell in form.answers.values() if cell]
    return [*form.cover_cells, *answers, *form.stray, *(c for cells in form.extra.values() for c in cells)]
