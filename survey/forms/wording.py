"""What the form itself says, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey.questionnaire import Wording

if TYPE_CHECKING:
    from survey.forms.layout import Lang

__all__ = ["COVER_LABELS", "INSTRUCTIONS", "NO", "WORDS", "YES", "say"]

YES = Wording(zh="是", en="Yes")
NO = Wording(zh="否", en="No")

COVER_LABELS = {
    "form": Wording(zh="问卷版本", en="Version of the form"),
    "member_id": Wording(zh="机构编号", en="Member number"),
    "name": Wording(zh="机构名称", en="Name of the institution"),
    "submitted": Wording(zh="填报日期", en="Date of filling in"),
}

WORDS = {
    "cover": Wording(zh="封面", en="Cover"),
    "how": Wording(zh="填写说明", en="How to fill in"),
    "deadline": Wording(zh="截止日期", en="Deadline"),
    "sender": Wording(zh="发放单位", en="Sent by"),
    "contact": Wording(zh="联系方式", en="Contact"),
    "fieldwork": Wording(zh="请于 {day} 前将本文件发回。", en="Please send this file back by {day}."),
    "ask": Wording(
        zh="如有疑问，请联系{organisation}秘书处。",
        en="With questions please turn to the secretariat: {organisation}.",
    ),
    "state": Wording(zh="核对结果", en="State of the check"),
    "open": Wording(zh="尚有 {n} 处待处理：", en="Open points: {n} – "),
    "of_which": Wording(
        zh="× 必须改正 {hard}，▲ 请确认 {soft}，○ 未填 {missing}",
        en="× to correct {hard}, ▲ to confirm {soft}, ○ missing {missing}",
    ),
    "ready": Wording(zh="√ 已填妥，可以发回", en="√ Complete: ready to be sent"),
    "done": Wording(zh="√ 已填妥", en="√ Complete"),
    "by_hand": Wording(
        zh="以下要求表内无法自动核对，请自行留意：",
        en="Not checked in this form; please mind:",
    ),
    "last": Wording(zh="上期填报（{wave}）", en="Last time ({wave})"),
    "answers": Wording(zh="请只填写黄色单元格。", en="Please fill in the yellow cells only."),
    "routed": Wording(
        zh="是否适用与其他题目的回答有关，表内无法自动判断；不适用时请留空。",
        en="Whether this applies depends on other answers and cannot be told here; leave it empty if not.",
    ),
    "leave_empty": Wording(zh="▲ 本题不适用，请清空", en="▲ Does not apply: please clear"),
    "missing": Wording(zh="○ 未填", en="○ Missing"),
    "broken": Wording(zh="× 单元格出错，请重新填写", en="× Cell in error: please enter again"),
    "whole": Wording(zh="× 应为整数", en="× Should be a whole number"),
    "between": Wording(zh="× 应在 {low} 至 {high} 之间", en="× Should lie between {low} and {high}"),
    "per_cent": Wording(
        zh="▲ 请填百分数的数值：94.55 表示 94.55%", en="▲ Please enter per cent: 94.55 for 94.55%"
    ),
    "digits": Wording(zh="▲ 请只填数字，单位见右", en="▲ Please enter digits alone; the unit stands right"),
    "choose": Wording(zh="× 请从下拉列表中选择", en="× Please choose from the list"),
    "tick": Wording(zh="× 请填“是”或“否”", en="× Please enter Yes or No"),
    "date": Wording(zh="▲ 请填日期，如 2024-01-31", en="▲ Please enter a date, as 2024-01-31"),
    "rows": Wording(zh="（第 {rows} 题）", en=" (questions {rows})"),
    "row": Wording(zh="（第 {rows} 题）", en=" (question {rows})"),
    "comma": Wording(zh="、", en=", "),
    # what a drop-down and its refusal say
    "number_title": Wording(zh="请核对数值", en="Please check the number"),
    "number_whole": Wording(zh="整数", en="A whole number"),
    "number_any": Wording(zh="数值", en="A number"),
    "number_span": Wording(zh="，{low} 至 {high}", en=" between {low} and {high}"),
    "number_unit": Wording(zh="，单位：{unit}", en=", in {unit}"),
    "per_cent_hint": Wording(zh="；94.55 表示 94.55%", en="; 94.55 for 94.55%"),
    "number_keep": Wording(zh="。确需填写其他内容，请选“是”。", en=". Choose Yes to keep what you typed."),
    "stop": Wording(zh="。", en="."),
    "list_title": Wording(zh="请从列表中选择", en="Please choose from the list"),
    "list_text": Wording(
        zh="请点单元格右侧箭头，从列表中选择；其他情况请写在备注栏。",
        en="Please choose with the arrow beside the cell; anything else belongs in the remarks.",
    ),
    "date_title": Wording(zh="请填日期", en="Please enter a date"),
    "date_text": Wording(zh="请填日期，如 2024-01-31。", en="Please enter a date, as 2024-01-31."),
    "page": Wording(zh="第 &P 页，共 &N 页", en="Page &P of &N"),
}

INSTRUCTIONS = (
    Wording(
        zh="只需填写黄色单元格（备注栏可写可不写），其余已锁定；按 Tab 键跳到下一格。",
        en="Fill in the yellow cells (remarks are optional), the others are locked; Tab goes to the next.",
    ),
    Wording(
        zh="选择题从下拉列表中选；多选题每一选项都请填“是”或“否”。",
        en="Choose from the list where there is one; where several may apply, say Yes or No to each.",
    ),
    Wording(
        zh="数字按右侧所列单位填写，不必写单位；百分比填 94.55 表示 94.55%。",
        en="Enter numbers in the unit beside the cell, without the unit; 94.55 stands for 94.55%.",
    ),
    Wording(
        zh="变灰的题目不适用，请留空。没有数据请留空，并在备注栏说明原因。",
        en="What turns grey does not apply: leave it empty. Leave empty what you do not know, and say why "
        "in the remarks.",
    ),
    Wording(
        zh="“核对”栏随填随查：× 必须改正，▲ 请确认（无误可保留，并在备注栏说明），"
        "○ 未填，√ 无误，－ 不适用。",
        en="The check column answers at once: × must be corrected, ▲ please confirm (keep it if right, and "
        "say why in the remarks), ○ missing, √ fine, － does not apply.",
    ),
    Wording(
        zh="请勿增删题目、改动表内文字；可以拉宽列、加高行。",
        en="Please leave questions and texts as they are; columns and rows may be made wider and higher.",
    ),
)


def say(name: str, lang: Lang, **values: object) -> str:
    """Return one of the form's own sentences."""
    return str(getattr(WORDS[name], lang)).format(**values)
