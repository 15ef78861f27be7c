"""The secretariat's desk: what `survey check` does with a wave and how it tells it.

The wave is cleaned, the members' query workbooks are written below the output folder, and the state of every
query is listed on one screen. Marking queries as sent is the one thing written into the wave's own folder.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey.archive import archive_of, output_of
from survey.editing import counted, key_of, read_register, register_text
from survey.errors import ArchiveError
from survey.folders import make_private, private_folder
from survey.forms import begin_book, height
from survey.spreadsheets import guarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from survey.editing import CleanWave
    from survey.programme import Programme, Questionnaire

__all__ = ["HEADS", "Desk", "open_desk", "queries_folder", "query_workbook"]

# The workbook a member gets its queries in: its own cells only, and room for the answer.
#
# One sheet; a row for each cell of each query. The hidden first column holds the query's number and the item,
# by which the reply is read back (`replies`). Everything is written as text, and nothing in it can run.


HEADS = (
    "code", "序号 No.", "位置 Cell", "题目 Question", "填报 Reported", "疑问 Why we ask", "疑点 Suspected",
    "可行取值 What would fit", "更正 Your answer", "确认原值 Correct as reported", "说明 Remark",
)  # fmt: skip
WIDTHS = (0, 5, 15, 34, 15, 36, 10, 20, 16, 12, 18)
HEAD_HEIGHT = 32
FIRST = 6
ANSWER, CONFIRMED, REMARK = 8, 9, 10
TEXT_LIMIT = 32_000  # Excel takes 32,767 characters in a cell


def query_workbook(clean: CleanWave, questionnaire: Questionnaire, member_id: str, name: str) -> bytes | None:
    """Write the unsettled queries of one member as `.xlsx`; None where there are none. Same wave, same bytes.

    Parameters
    ----------
    clean : CleanWave
        The wave.
    questionnaire : Questionnaire
        What it asked.
    member_id, name : str
        The member.
    """
    own = clean.queries[(clean.queries["member_id"] == member_id) & (clean.queries["state"] != "closed")]
    if not len(own):
        return None
    packed = io.BytesIO()
    with begin_book(packed, questionnaire.title.zh) as book:
        _write(book, own.to_dict("records"), clean, questionnaire, f"{member_id} {name}")
    return packed.getvalue()


def _write(
    book: Any, queries: Sequence[Mapping[Any, str]], clean: CleanWave, questionnaire: Questionnaire, who: str
) -> None:
    styles = _styles(book)
    sheet = book.add_worksheet("核对 Queries")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, None, {"hidden": width == 0})
    opening = (
        f"{questionnaire.title.zh}：数据核对 {questionnaire.title.en}: queries",
        who,
        "请在“更正”栏填写正确数值；原填无误的，在“确认原值”栏填“是”。请勿改动其他栏目。",
        "Please enter the right value under “Your answer”; where the reported one is right, choose “yes”.",
        *(
            [f"{questionnaire.demonstration.zh} {questionnaire.demonstration.en}"]
            if questionnaire.demonstration
            else []
        ),
    )
    for row, line in enumerate(opening):
        sheet.write_string(row, 1, line, styles["title" if row == 0 else "plain"])
    for column, head in enumerate(HEADS):
        sheet.write_string(FIRST - 1, column, head, styles["head"])
    sheet.set_row(FIRST - 1, HEAD_HEIGHT)
    sheet.freeze_panes(FIRST, 0)
    sheet.repeat_rows(FIRST - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    read = clean.intake.responses.set_index(["member_id", "question", "option"])
    row = FIRST
    for number, query in enumerate(queries, start=1):
        for item in query["items"].split("; "):
            _write_row(sheet, styles, row, _texts(number, query, item, read, questionnaire))
            row += 1


def _texts(
    number: int, query: Mapping[Any, str], item: str, read: Any, questionnaire: Questionnaire
) -> tuple[str, ...]:
    """Return the texts of the columns before the answer, the hidden code first."""
    code = f"_query|{query['query_id']}|{item}"
    why = f"{query['text_zh']}\n{query['text_en']}"
    if not item:  # the return as a whole is asked about
        return code, str(number), query["cell"], "", "", why, "", ""
    key = key_of(query["member_id"], item)
    answer = read.loc[key]
    question = questionnaire.by_code[key[1]]
    option = next((f"：{o.zh} {o.en}" for o in question.options if o.code == key[2]), "")
    unit = f"（{question.unit.zh}）" if question.unit else ""
    cell = f"{answer['sheet']}!{answer['cell']}"
    places = [place for one in query["suspected"].split(" | ") for place in one.split("; ")]
    fits = [part for part in query["fits"].split(" | ") if part.startswith(f"{cell}: ")]
    return (
        code, str(number), cell, f"{question.text.zh}{unit}\n{question.text.en}{option}",
        str(answer["raw"]), why, "●" if cell in places else "",
        "; ".join(part.removeprefix(f"{cell}: ") for part in fits),
    )  # fmt: skip


def _write_row(sheet: Any, styles: Mapping[str, Any], row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text[:TEXT_LIMIT], styles["text"])
    sheet.set_row(row, height({text: width for text, width in zip(texts, WIDTHS, strict=False) if width}))
    for column in (ANSWER, CONFIRMED, REMARK):
        sheet.write_blank(row, column, None, styles["answer"])
    sheet.data_validation(
        row, CONFIRMED, row, CONFIRMED, {"validate": "list", "source": ["是", "yes"], "error_type": "warning"}
    )


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    wrapped = {**base, "text_wrap": True}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 14, "font_color": "#1F4E79"}),
        "plain": book.add_format(base),
        "head": book.add_format({**wrapped, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
        "text": book.add_format({**wrapped, "border": 1, "border_color": "#C9C9C9"}),
        "answer": book.add_format(
            {
                **wrapped,
                "bg_color": "#FFF8E1",
                "border": 1,
                "border_color": "#C9C9C9",
                "locked": False,
                "num_format": "@",
            }
        ),
    }


def queries_folder(programme: Programme, wave: str) -> Path:
    """Return where a wave's query workbooks lie: ``output/<wave>/queries``."""
    return output_of(programme) / wave / "queries"


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
        answered = dict.fromkeys(self.clean.intake.returns["member_id"])
        listed = {m.member_id: m.name for m in self.programme.frame.of(self.wave).values()}
        names = {str(m): str(m) for m in answered if m} if self.programme.open_survey else listed
        questionnaire = self.programme.questionnaire(self.wave)
        written = []
        try:
            private_folder(folder)
            for member_id, name in sorted(names.items()):
                path = folder / f"{member_id}.xlsx"
                book = query_workbook(self.clean, questionnaire, member_id, name)
                if book is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(book)
                    written.append(path)
            table = self.clean.queries.map(guarded)
            table.to_csv(folder / "queries.csv", index=False, lineterminator="\n", encoding="utf-8-sig")
            make_private(folder)
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
        """Yield what is printed on the screen."""
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
    return Desk(programme, archive_of(programme).wave(programme.wave(wave)))


def _suspicion(query: Any) -> str:
    """Say which cells are suspected, where that is fewer than those asked about."""
    if query["suspected"] == query["cell"] and not query["fits"]:
        return ""
    return f" (suspected: {query['fits'] or query['suspected']})"
