"""The workbook a member gets its queries in: its own cells only, and room for the answer.

One sheet; a row for each cell of each query. The hidden first column holds the query's number and the item,
by which the reply is read back (`replies`). Everything is written as text, and nothing in it can run.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from survey.editing.editor import key_of
from survey.forms.books import begin_book
from survey.forms.styles import height

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey.editing.cleaning import CleanWave
    from survey.questionnaire import Questionnaire

__all__ = ["HEADS", "query_workbook"]

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
