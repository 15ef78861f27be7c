"""Read all returns of a wave: which file counts for which member, every cell either parsed or a finding.

A file is read, parsed and let go before the next is opened: what is kept of it are columns, so that memory
grows with the answers and not with the files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz, process

from survey.errors import IntakeError
from survey.intake.answer_tables import heading_key
from survey.intake.formats import open_source
from survey.intake.intake_findings import Finding, findings_table
from survey.intake.parsing import FORM, Answer, parse
from survey.intake.response_frames import RESPONSES
from survey.intake.workbooks import UnreadableWorkbookError
from survey.programme import Questionnaire, Wording, normal_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from survey.intake.form_reader import FilledForm
    from survey.intake.formats import Source
    from survey.intake.workbooks import Cell
    from survey.programme import MemberFrame, Membership, Programme, Question

__all__ = ["Identity", "Intake", "identify", "read_returns"]

# Whose return it is: by code, name or alias; what is only similar is asked, never taken.


SIMILAR = 70.0  # of 100, as rapidfuzz counts: below, a candidate reads like a guess
MOST_CANDIDATES = 3


@dataclass(frozen=True)
class Identity:
    """The member a return is of (empty: unknown), and the finding to be told with it, if any."""

    member_id: str = ""
    code: str = ""
    words: dict[str, object] = field(default_factory=dict)


def identify(cover: Mapping[str, str], frame: MemberFrame, wave: str) -> Identity:
    """Say which member of `wave` a cover names.

    Parameters
    ----------
    cover : mapping
        ``member_id`` and ``name`` as they stand, either may be missing.
    frame : MemberFrame
        The members over time with their names and aliases.
    wave : str
        The wave.

    Returns
    -------
    Identity
        By code where it is in the frame, unless the name is another member's; by name or alias (full-width,
        traditional characters and the company's legal form aside); by the name's main part where one member
        alone has it, which is told. Without a member the finding says what is known: similar names, or that
        the member belongs to other waves.
    """
    members = frame.of(wave)
    if frame.is_open:
        return _respondent(cover)
    code, name = cover.get("member_id", "").strip(), cover.get("name", "").strip()
    named = frame.names.get(normal_name(name), "") if name else ""
    if code in members:
        if named and named != code:
            return Identity("", "member_contradicts", {"member": code, "name": name, "other": named})
        return Identity(code)
    if named in members:
        return Identity(named)
    if named:
        return Identity("", "member_elsewhere", {"name": name, "member": named})
    return _by_main_part(name or code or "—", members, frame)


def _respondent(cover: Mapping[str, str]) -> Identity:
    """Name the respondent of an open survey by its code, or else by its name as names are compared."""
    code, name = cover.get("member_id", "").strip(), cover.get("name", "").strip()
    own = code or normal_name(name)
    return Identity(own) if own else Identity("", "respondent_unnamed")


def _by_main_part(name: str, members: Mapping[str, Membership], frame: MemberFrame) -> Identity:
    cores: dict[str, set[str]] = {}
    for known, member in frame.names.items():
        if member in members:
            cores.setdefault(frame.core_name(known), set()).add(member)
    same = cores.get(frame.core_name(name), set())
    if len(same) == 1 and frame.core_name(name):
        (member,) = same
        return Identity(member, "member_by_core_name", {"name": name, "member": member})
    near = same or _similar(frame.core_name(name), cores)
    if not near:
        return Identity("", "member_unknown", {"name": name})
    listed = [f"{members[member].name}({member})" for member in sorted(near)]
    candidates = Wording(zh="或".join(listed), en=" or ".join(listed))
    return Identity("", "member_near", {"name": name, "candidates": candidates})


def _similar(core: str, cores: Mapping[str, set[str]]) -> set[str]:
    found = process.extract(core, list(cores), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=MOST_CANDIDATES)
    return {member for known, _, _ in found for member in cores[known]}


RAW = ("wave", "file", "sheet", "cell", "text", "disposition")
RETURNS = ("wave", "file", "member_id", "form", "submitted", "status")
SHORT = 12  # signs of an answer that is worth keeping to understand it once
LARGEST_HEAP = 20_000  # rows kept as they came before they are laid up as columns
NO_RETURNS = frozenset({"thumbs.db", "desktop.ini", "readme.md", "readme.txt"})


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
        One row a file, or a row of a table: wave, file, member_id, form, submitted, status (``used``,
        ``superseded``, ``rejected``).
    """

    cells: pd.DataFrame
    responses: pd.DataFrame
    findings: pd.DataFrame
    returns: pd.DataFrame


class _Asked(NamedTuple):
    """One item of the questionnaire; `chosen` where its answer is no number."""

    code: str
    question: Question
    option: str
    chosen: bool


class _Pile:
    """Rows of text laid up as columns, many returns at a time: small batches cost more than they hold."""

    def __init__(self, names: Sequence[str]) -> None:
        self.schema = pa.schema([(name, pa.string()) for name in names])
        self.rows: list[tuple[str, ...]] = []
        self.batches: list[pa.RecordBatch] = []
        self.count = 0

    def add(self, rows: Sequence[tuple[str, ...]]) -> range:
        """Lay rows up; return where they lie."""
        self.rows += rows
        self.count += len(rows)
        if len(self.rows) >= LARGEST_HEAP:
            self._stow()
        return range(self.count - len(rows), self.count)

    def frame(self, spans: Iterable[range]) -> pd.DataFrame:
        """Return the rows of some spans, in their order."""
        self._stow()
        places = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(s.start, s.stop) for s in spans)])
        table = pa.Table.from_batches(self.batches, self.schema).take(pa.array(places))
        frame: pd.DataFrame = table.to_pandas()
        return frame.astype("str")

    def _stow(self) -> None:
        if self.rows:
            columns = [pa.array(column, pa.string()) for column in zip(*self.rows, strict=True)]
            self.batches.append(pa.record_batch(columns, schema=self.schema))
            self.rows = []


@dataclass
class _Return:
    """What one member said in one file: where its cells and answers lie, and what is to be found in them."""

    file: str
    member_id: str
    form: str
    submitted: str
    status: str
    cells: range
    responses: range = range(0)
    findings: list[Finding] = field(default_factory=list)

    @property
    def age(self) -> tuple[str, str]:
        return self.submitted, self.file


class _Reader:
    """Reads the files of one wave, one after the other."""

    def __init__(self, programme: Programme, wave: str) -> None:
        self.programme, self.wave = programme, wave
        self.questionnaire: Questionnaire = programme.questionnaire(wave)
        self.codes, by_code = programme.item_codes, self.questionnaire.by_code
        self.frame = programme.frame.of(wave)
        self.name_headings = frozenset(map(heading_key, programme.settings.name_headings))
        self.frame_decides = {
            dimension.code: dimension
            for dimension in programme.settings.columns
            if self.frame and dimension.code in by_code and by_code[dimension.code].type == "single"
        }
        self.cells, self.responses = _Pile(RAW), _Pile(RESPONSES)
        self.items = tuple(
            _Asked(item.code, by_code[item.question], item.option, not by_code[item.question].numeric)
            for item in self.questionnaire.items
        )
        self.known: dict[tuple[str, str], Answer] = {}
        self.asked = frozenset(asked.code for asked in self.items)

    def read(self, path: Path) -> Iterator[_Return]:
        """Read one file: a return for each member it speaks for, rejected ones included."""
        file = path.name
        if path.is_symlink():
            yield self._unread(Finding.of("return_linked", wave=self.wave, file=file))
            return
        try:
            source = open_source(path, self.questionnaire, self.codes, self.name_headings)
        except UnreadableWorkbookError as error:
            yield self._unread(Finding.of("return_unreadable", wave=self.wave, file=file, why=error.why))
            return
        for number, form in enumerate(source.forms):
            one = self._take(file, form, source)
            if number == 0:
                one.findings += [
                    Finding.of("column_unknown", wave=self.wave, file=file, sheet=c.sheet, cell=c.address,
                               heading=c.text[:60])
                    for c in source.unknown
                ]  # fmt: skip
            yield one

    def _unread(self, found: Finding) -> _Return:
        return _Return(found.file, "", "", "", "rejected", self._cells(found.file, ()), findings=[found])

    def _take(self, file: str, form: FilledForm, source: Source) -> _Return:
        """Take one filled form, or reject it with a finding where it cannot count for a member."""
        version, submitted = form.cover.get("form", ""), form.cover.get("submitted", "")
        who = identify(form.cover, self.programme.frame, self.wave)
        ours = version.startswith(f"{self.programme.code}/")
        if not ours or not who.member_id:
            code, words = (who.code, who.words) if ours else ("form_unknown", self._versions(version))
            found = Finding.of(code, wave=self.wave, file=file, **words)
            cells = self._cells(file, form.cells)
            return _Return(file, who.member_id, version, submitted, "rejected", cells, findings=[found])
        findings = self._about(file, who.member_id, form, source)
        if who.code:
            findings.append(
                Finding.of(who.code, wave=self.wave, file=file, member_id=who.member_id, **who.words)
            )
        responses, unread = self._parse(file, who.member_id, form, findings)
        told = unread | frozenset((*form.stray, *self._dropped(form), *form.rest))
        told |= frozenset(cell for cells in form.extra.values() for cell in cells)
        cells = self._cells(file, form.cells, told)
        return _Return(file, who.member_id, version, submitted, "used", cells, responses, findings)

    def _versions(self, version: str) -> dict[str, object]:
        return {"expected": self.questionnaire.form, "got": version or "—"}

    def _dropped(self, form: FilledForm) -> list[Cell]:
        """Return the answers to what another wave's form asked."""
        return [cell for code, cell in form.answers.items() if cell and code not in self.asked]

    def _about(self, file: str, member_id: str, form: FilledForm, source: Source) -> list[Finding]:
        """Say what is to be said of a return besides its answers."""
        findings = []

        def find(code: str, **rest: object) -> None:
            findings.append(Finding.of(code, wave=self.wave, file=file, member_id=member_id, **rest))

        version = form.cover.get("form", "")
        if version != self.questionnaire.form:
            find("form_old", got=version, n=len(self.asked - form.answers.keys()))
        for cell in (*form.stray, *self._dropped(form)):
            find("note_in_cell", sheet=cell.sheet, cell=cell.address)
        for sheet in form.extra:
            find("extra_sheet", sheet=sheet)
        answers = {place: code for code, place in form.places.items() if code in self.asked}
        for place in sorted(source.formulas & answers.keys()):
            question, _, option = answers[place].partition(".")
            find("formula_in_answer", sheet=place[0], cell=place[1], question=question, option=option)
        for sheet, commented in source.comments:
            find("comment_on_cell", sheet=sheet, cell=commented)
        return findings

    def _parse(
        self, file: str, member_id: str, form: FilledForm, findings: list[Finding]
    ) -> tuple[range, frozenset[Cell]]:
        """Parse the answers of one return: where its responses lie, and the cells that could not be read."""
        rows: list[tuple[str, ...]] = []
        unread: set[Cell] = set()
        for asked in self.items:
            code, question, option = asked.code, asked.question, asked.option
            cell = form.answers.get(code)
            sheet, place = form.places.get(code, ("", ""))
            text = cell.text if cell else ""
            answer = self._understood(asked, text, form)
            rows.append(
                (self.wave, member_id, question.code, option, text, answer.value, answer.status, file, sheet,
                 place)
            )  # fmt: skip
            where = (member_id, sheet, place, question.code, option)
            if answer.status == "unreadable" and cell:
                # of several options in one cell the first asks for all
                if cell not in unread:
                    findings.append(self._find(answer.code, file, where, answer.words))
                unread.add(cell)
            elif code in self.frame_decides and answer.status == "ok":
                findings += self._mismatch(file, answer.value, where)
        return self.responses.add(rows), frozenset(unread)

    def _understood(self, asked: _Asked, text: str, form: FilledForm) -> Answer:
        """Parse an answer; what every second member chooses, once."""
        question, option, convention = asked.question, asked.option, form.convention
        if not asked.chosen or convention is not FORM or len(text) > SHORT:
            return parse(question, option, text, convention, joined=asked.code in form.joined)
        key = asked.code, text
        if key not in self.known:
            self.known[key] = parse(question, option, text)
        return self.known[key]

    def _find(
        self, code: str, file: str, where: tuple[str, str, str, str, str], words: Mapping[str, object]
    ) -> Finding:
        place = dict(zip(("member_id", "sheet", "cell", "question", "option"), where, strict=True))
        return Finding.of(code, wave=self.wave, file=file, **place, **words)

    def _mismatch(self, file: str, reported: str, where: tuple[str, str, str, str, str]) -> list[Finding]:
        member_id, _, _, code, _ = where
        dimension, expected = self.frame_decides[code], self.frame[member_id].segments[code]
        if reported == expected:
            return []
        labels = {
            **{one.code: Wording(zh=one.zh, en=one.en) for one in dimension.segments},
            **{one.code: Wording(zh=one.zh, en=one.en) for one in self.questionnaire.by_code[code].options},
        }
        words = {"got": labels[reported], "expected": labels[expected], "dimension": dimension.label}
        return [self._find("type_mismatch", file, where, words)]

    def _cells(self, file: str, cells: Iterable[Cell], told: frozenset[Cell] | None = None) -> range:
        """Keep cells: those in `told` (all of them by default) as findings, the others as parsed."""
        return self.cells.add(
            [
                (self.wave, file, c.sheet, c.address, c.text,
                 "finding" if told is None or c in told else "parsed")
                for c in cells
            ],
        )  # fmt: skip

    def set_aside(self, earlier: _Return, later: _Return) -> _Return:
        """Return a return as kept though another one replaces it."""
        code = "return_repeated" if earlier.submitted == later.submitted else "return_superseded"
        found = Finding.of(
            code, wave=self.wave, file=earlier.file, member_id=earlier.member_id, later=later.file
        )
        return _Return(
            earlier.file, earlier.member_id, earlier.form, earlier.submitted, "superseded", earlier.cells,
            findings=[found],
        )  # fmt: skip

    def gathered(self, returns: Sequence[_Return]) -> Intake:
        """Put together what was read, return by return; all cells of one set aside are findings."""
        rows = [(self.wave, one.file, one.member_id, one.form, one.submitted, one.status) for one in returns]
        cells = self.cells.frame(one.cells for one in returns)
        aside = np.repeat(
            [one.status == "superseded" for one in returns], [len(one.cells) for one in returns]
        )
        cells["disposition"] = cells["disposition"].mask(aside, "finding")
        return Intake(
            cells=cells,
            responses=self.responses.frame(one.responses for one in returns),
            findings=findings_table(finding for one in returns for finding in one.findings),
            returns=pd.DataFrame(rows, columns=list(RETURNS), dtype="str"),
        )


def read_returns(programme: Programme, wave: str) -> Intake:
    """Read the returns of a wave, of whatever format (see `sources`).

    A return that cannot be opened, is a link, is on a foreign form or of an unknown member becomes a finding
    and the others go through. Of several returns of one member the latest by the date on its cover counts (by
    file name where the dates are equal); the others are kept as findings.

    Raises
    ------
    IntakeError
        If the wave has no returns folder, or nothing in it.
    """
    folder = programme.folder / programme.wave(wave) / "returns"
    paths = sorted(
        p
        for p in folder.glob("*")
        if (p.is_file() or p.is_symlink())
        and not p.name.startswith(("~", "."))
        and p.name.lower() not in NO_RETURNS
    )
    if not paths:
        raise IntakeError(
            f"no returns of wave {wave}: {programme.code}/{wave}/returns holds no workbook; "
            f"put the members' workbooks (.xlsx) there"
        )
    reader = _Reader(programme, wave)
    rejected: list[_Return] = []
    by_member: dict[str, list[_Return]] = {}
    for one in (one for path in paths for one in reader.read(path)):
        if one.status == "rejected":
            rejected.append(one)
        else:
            by_member.setdefault(one.member_id, []).append(one)
    return reader.gathered([*rejected, *_decided(reader, by_member)])


def _decided(reader: _Reader, by_member: dict[str, list[_Return]]) -> Iterator[_Return]:
    """Decide which return of each member counts; the others before it, set aside."""
    for member_id in sorted(by_member):
        *others, latest = sorted(by_member[member_id], key=lambda one: one.age)
        yield from (reader.set_aside(earlier, latest) for earlier in others)
        yield latest
