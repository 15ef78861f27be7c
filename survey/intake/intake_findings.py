"""What intake has to say about a return or a cell, in both languages."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CATALOGUE", "Finding", "findings_table"]

# code: (is the member asked?, zh, en); {} fields are filled by `Finding.of`
CATALOGUE: dict[str, tuple[bool, str, str]] = {
    "return_unreadable": (
        True,
        "文件无法打开({why})，请重新发送",
        "the workbook cannot be opened ({why}); please send it again",
    ),
    "return_linked": (
        False,
        "文件是指向别处的链接，未读取；请将文件本身放入 returns",
        "this is a link to another place, which is not followed; put the file itself into returns",
    ),
    "form_unknown": (
        True,
        "不是本次调查的问卷（期望 {expected}，实为 {got}），请使用本次问卷填报",
        "this is no form of the survey (expected {expected}, got {got}); please use this wave's form",
    ),
    "form_old": (
        True,
        "使用了往年问卷({got})，本次新增的 {n} 项未填",
        "returned on an earlier form ({got}); {n} items new in this wave are missing",
    ),
    "respondent_unnamed": (
        False,
        "答卷未写编号或名称，无法与其他答卷区分，不予采用",
        "the return gives neither a number nor a name; it cannot be told from others and is not used",
    ),
    "member_unknown": (
        True,
        "机构“{name}”不在成员名单中，请核对名称或在 members.csv 中登记别名",
        "member “{name}” is not in the frame; check the name or add it to the aliases in members.csv",
    ),
    "member_near": (
        True,
        "机构“{name}”不在成员名单中，是否为{candidates}？请核对名称或登记别名",
        "member “{name}” is not in the frame; is it {candidates}? Check the name or add it to the aliases",
    ),
    "member_elsewhere": (
        True,
        "机构“{name}”({member})不在本期成员名单中；如已合并或更名，请在 members.csv 中登记",
        "member “{name}” ({member}) is not in this wave's frame; a merger or new name belongs in members.csv",
    ),
    "member_contradicts": (
        True,
        "机构编号 {member} 与机构名称“{name}”({other})不一致，请核对",
        "member {member} and the name “{name}” ({other}) contradict each other; please check",
    ),
    "member_by_core_name": (
        False,
        "机构名称“{name}”按主体名称认作 {member}",
        "“{name}” was taken for {member} by the main part of its name",
    ),
    "column_unknown": (
        False,
        "“{heading}”列不对应本次问卷的任何题目，已保留、未采用",
        "column “{heading}” answers nothing that this wave asked; it is kept, not used",
    ),
    "formula_in_answer": (
        False,
        "单元格中为公式，采用其已计算的值",
        "the answer is a formula; its computed value is taken",
    ),
    "comment_on_cell": (False, "单元格有批注，已记录", "a comment hangs on the cell; it is kept"),
    "return_superseded": (
        False,
        "该机构有更晚的填报({later})，本文件保留但不采用",
        "a later return of this member is used ({later}); this file is kept, not used",
    ),
    "return_repeated": (
        False,
        "与已采用的填报({later})日期相同，按文件名取后者；本文件保留但不采用",
        "same date as the return used ({later}); the last by file name is used, this file is kept",
    ),
    "type_mismatch": (
        True,
        "填报的{dimension}为“{got}”，成员名单为“{expected}”；统计以名单为准",
        "reported {dimension} is “{got}”, the frame says “{expected}”; the frame is used",
    ),
    "number_unreadable": (
        True,
        "“{text}”不是数字，请填写数字",
        "“{text}” is no number; please enter a number",
    ),
    "number_not_whole": (True, "“{text}”应为整数，请核对", "“{text}” should be a whole number; please check"),
    "unit_unclear": (
        True,
        "“{text}”的单位无法判断，可能是{candidates}；请注明单位",
        "the unit of “{text}” cannot be told: it may be {candidates}; please state the unit",
    ),
    "unit_wrong": (
        True,
        "“{text}”的单位与本题要求（{unit}）不符，请换算后填写",
        "the unit of “{text}” is not the one asked for ({unit}); please convert it",
    ),
    "number_not_exact": (
        True,
        "“{text}”不是确切数字（所写为 {candidates}），请填写一个确切数字",
        "“{text}” is no exact number (it names {candidates}); please enter one exact number",
    ),
    "number_unclear": (
        True,
        "“{text}”可能是 {candidates}，请写明",
        "“{text}” may be {candidates}; please state which",
    ),
    "option_unclear": (
        True,
        "“{text}”可能指：{options}；请写全",
        "“{text}” may mean: {options}; please write it in full",
    ),
    "date_unclear": (
        True,
        "“{text}”可能是 {candidates}，请按 2023-12-31 填写",
        "“{text}” may be {candidates}; please write it as 2023-12-31",
    ),
    "option_unknown": (
        True,
        "“{text}”不是选项；可选：{options}",
        "“{text}” is not an option; there are: {options}",
    ),
    "date_unreadable": (
        True,
        "“{text}”不是日期，请按 2023-12-31 填写",
        "“{text}” is no date; please write it as 2023-12-31",
    ),
    "note_in_cell": (
        False,
        "单元格中有附注，已记录，不影响数值",
        "a note stands beside the answers; it is kept and changes no value",
    ),
    "extra_sheet": (
        False,
        "工作表“{sheet}”不属于问卷，已记录",
        "sheet “{sheet}” is not of the form; it is kept",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One remark on a return, a sheet or a cell.

    `message_zh` and `message_en` may quote the one cell they ask about, and no other answer.
    """

    wave: str
    member_id: str
    file: str
    sheet: str
    cell: str
    question: str
    option: str
    code: str
    query: bool
    message_zh: str
    message_en: str

    @classmethod
    def of(cls, code: str, *, wave: str, file: str, **rest: object) -> Finding:
        """Make the finding `code` of the catalogue, filling its words from `rest`."""
        query, zh, en = CATALOGUE[code]
        place = {
            name: str(rest.get(name, "")) for name in ("member_id", "sheet", "cell", "question", "option")
        }
        zh_words = {name: getattr(value, "zh", value) for name, value in rest.items()}
        en_words = {name: getattr(value, "en", value) for name, value in rest.items()}
        return cls(
            wave=wave,
            file=file,
            code=code,
            query=query,
            message_zh=zh.format(**zh_words),
            message_en=en.format(**en_words),
            **place,
        )


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return findings as a frame, one row each, in the order they were made."""
    columns = [field.name for field in fields(Finding)]
    table = pd.DataFrame([asdict(finding) for finding in findings], columns=columns)
    return table.astype({name: "bool" if name == "query" else "str" for name in columns})
