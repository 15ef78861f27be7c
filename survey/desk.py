"""The secretariat's desk: what `survey check` does with a wave and how it tells it.

The wave is cleaned, the members' query workbooks are written below the output folder, and the state of every
query is told on one screen. Marking queries as sent is the one thing written into the wave's own folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey.archive import Archive
from survey.editing.queries import counted, read_register, register_text
from survey.editing.queryforms import query_workbook
from survey.errors import ArchiveError
from survey.places import output_folder
from survey.programme import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from survey.editing.cleaning import CleanWave
    from survey.programme import Programme

__all__ = ["Desk", "open_desk", "queries_folder"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def queries_folder(programme: Programme, wave: str) -> Path:
    """Return where a wave's query workbooks lie: ``output/<wave>/queries``."""
    output = output_folder()
    own = output if programme.code == DEFAULT else output / programme.code
    return own / wave / "queries"


@dataclass(frozen=True)
class Desk:
    """One wave on the desk."""

    programme: Programme
    clean: CleanWave

    @property
    def wave(self) -> str:
        """The wave."""
        return self.clean.wave

    @property
    def faulty(self) -> bool:
        """Whether a return could not be used or a hard edit still fails."""
        edits = self.clean.edits
        hard = (edits["severity"] == "hard") & (edits["failed"] > 0)
        return bool(hard.any() or (self.clean.intake.returns["status"] == "rejected").any())

    def write(self) -> list[Path]:
        """Write a workbook for each member with unsettled queries, and ``queries.csv``; remove the others."""
        folder = queries_folder(self.programme, self.wave)
        names = {m.member_id: m.name for m in self.programme.frame.of(self.wave).values()}
        questionnaire = self.programme.questionnaire(self.wave)
        written = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for member_id, name in sorted(names.items()):
                path = folder / f"{member_id}.xlsx"
                book = query_workbook(self.clean, questionnaire, member_id, name)
                if book is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(book)
                    written.append(path)
            table = self.clean.queries.map(_no_formula)
            table.to_csv(folder / "queries.csv", index=False, lineterminator="\n", encoding="utf-8-sig")
        except OSError as error:
            raise ArchiveError(
                f"the query workbooks of {self.wave} cannot be written: {error.strerror}; "
                f"close them in Excel, or free space, and run again"
            ) from error
        return written

    def mark_sent(self, day: date) -> Desk:
        """Mark every open query as sent on a day, in the wave's register; earlier days stay."""
        path = self.programme.folder / self.wave / "queries.csv"
        text = register_text(read_register(path), self.clean.queries, day)
        stage = path.with_name(".queries.csv")
        stage.write_text(text, encoding="utf-8", newline="\n")
        stage.replace(path)
        return open_desk(self.programme, self.wave)

    def lines(self) -> Iterator[str]:
        """Yield what is told on the screen."""
        clean = self.clean
        status = clean.intake.returns["status"].value_counts()
        told = ", ".join(f"{count} {name}" for name, count in status.items())
        yield f"{self.wave}: {len(clean.intake.returns)} files: {told}"
        for finding in clean.intake.findings.to_dict("records"):
            place = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
            yield f"  {finding['file']}{place and ' '}{place}: {finding['message_en']}"
        of_findings = set(clean.intake.findings["code"])
        for query in clean.queries[~clean.queries["rule"].isin(of_findings)].to_dict("records"):
            if query["state"] != "closed":
                yield "  {member_id} {cell}: {text_en}".format_map(query) + _suspicion(query)
        for reply in clean.replies[clean.replies["status"] == "problem"].to_dict("records"):
            place = "!".join(part for part in (reply["sheet"], reply["cell"]) if part)
            yield f"  replies/{reply['file']}{place and ' '}{place}: {reply['message_en']}"
        failed = int(clean.edits["failed"].sum())
        unsettled = int((clean.queries["state"] != "closed").sum())
        yield f"  {len(clean.intake.findings)} findings, {failed} edits failed, {unsettled} queries"
        yield from self.states()

    def states(self) -> Iterator[str]:
        """Yield the state of the wave's queries; nothing where none was sent or answered."""
        states = counted(self.clean.queries)
        if len(self.clean.queries) and states["open"] != len(self.clean.queries):
            yield "  queries: " + ", ".join(f"{count} {state}" for state, count in states.items())
        imputed = int((self.clean.ledger["action"] == "impute").sum())
        if imputed:
            yield f"  {imputed} answers imputed after the cut-off"

    def report(self) -> dict[str, Any]:
        """Return the findings for machines."""
        frames = {
            "returns": self.clean.intake.returns, "findings": self.clean.intake.findings,
            "queries": self.clean.queries, "replies": self.clean.replies,
        }  # fmt: skip
        return {
            name: json.loads(frame.to_json(orient="records", force_ascii=False))
            for name, frame in frames.items()
        }


def open_desk(programme: Programme, wave: str) -> Desk:
    """Clean a wave, or take it from the archive where it is fresh."""
    archive = Archive(programme, output_folder() / "archive" / programme.code)
    return Desk(programme, archive.wave(programme.wave(wave)))


def _suspicion(query: Any) -> str:
    """Say which cells are suspected, where that is fewer than those asked about."""
    if query["suspected"] == query["cell"] and not query["fits"]:
        return ""
    return f" (suspected: {query['fits'] or query['suspected']})"


def _no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run: members' words are not to be trusted."""
    return f"'{text}" if text.startswith(FORMULA) else text
