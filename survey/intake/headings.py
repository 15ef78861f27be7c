"""The heading of a table of answers: which column holds what, as lists and survey platforms write it.

Known notations: an item's code (``channels.app``); a question's text in either language, with or without its
number (``3、…``) and the platform's remark of its kind (``(多选题 *必答)``); ``第3题(选项)`` for one option
of a multi question; ``text—row`` with bare rows in the columns after it for a matrix.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MEMBER", "META", "NAME", "SUBMITTED", "Heading", "heading_key", "read_headings"]

Kind = Literal["meta", "question", "option", "matrix", "ranking"]

#: Columns that a survey platform puts first.
META = frozenset({"序号", "提交答卷时间", "所用时间", "来自IP", "来源", "来源详情", "总分"})
MEMBER = frozenset({"member_id", "memberid", "member", "机构编号", "成员编号", "机构编号member"})
NAME = frozenset(
    {"name", "institution", "机构名称", "单位名称", "银行名称", "机构名称name", "贵单位名称", "贵行名称"}
)
SUBMITTED = frozenset({"submitted", "date", "填报日期", "提交答卷时间", "填报日期date"})
NUMBERED = re.compile(r"(?P<number>[0-9]{1,3}) ?[、.．] ?(?P<text>.+)", re.DOTALL)
OPTION = re.compile(r"第(?P<number>[0-9]{1,3})题\((?P<option>.+)\)", re.DOTALL)
REMARK = re.compile(
    r" ?\((?P<kind>[^()]*(?:单选|多选|填空|矩阵|排序|量表|下拉)[^()]*)\)(?:—(?P<row>.+))?$", re.DOTALL
)


@dataclass(frozen=True)
class Heading:
    """One column's heading.

    Attributes
    ----------
    text : str
        As it stands.
    kind : {"meta", "question", "option", "matrix", "ranking"}
        What the column is, as far as the heading alone tells.
    number : int
        The question's number where one is written, else 0.
    question : str
        The question's text without number and remark; empty where only its number is given.
    option : str
        The option, or the matrix' row, the column is of.
    """

    text: str
    kind: Kind
    number: int = 0
    question: str = ""
    option: str = ""


def read_headings(texts: Sequence[str]) -> tuple[Heading, ...]:
    """Read a table's heading from left to right; columns after a matrix' first row are its further rows."""
    platform = len(META & set(texts)) > 1
    headings: list[Heading] = []
    for text in texts:
        heading = _read(text)
        before = headings[-1] if headings else None
        follows = platform and before and before.kind == "matrix" and heading.kind == "question"
        if before and follows and not heading.number and not text.endswith(":"):
            heading = Heading(text, "matrix", before.number, before.question, text.strip())
        headings.append(heading)
    return tuple(headings)


def heading_key(text: str) -> str:
    """Return a heading as it is compared: full-width made half-width, case, blanks and end marks dropped."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("?:：？。*")


def _read(text: str) -> Heading:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in META:
        return Heading(text, "meta")
    if match := OPTION.fullmatch(plain):
        return Heading(text, "option", int(match["number"]), "", match["option"].strip())
    number = 0
    if match := NUMBERED.fullmatch(plain):
        number, plain = int(match["number"]), match["text"].strip()
    if match := REMARK.search(plain):
        plain = plain[: match.start()].strip()
        if "矩阵" in match["kind"]:
            return Heading(text, "matrix", number, plain, (match["row"] or "").strip())
        if "排序" in match["kind"]:
            return Heading(text, "ranking", number, plain)
    return Heading(text, "question", number, plain)
