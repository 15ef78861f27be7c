"""What stands before the first chapter, and the words every document shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FrontMatter", "KeyFigure", "Language", "Words", "words"]

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class KeyFigure:
    """Hold one number of the cover: printed value, what it is, and the estimate it comes from.

    `estimate` is the key `WAVE/INDICATOR/DIMENSION/SEGMENT`, `value` the unrounded number as text;
    both may be empty where the number is no estimate (members asked, say).
    """

    printed: str
    label: str
    note: str = ""
    estimate: str = ""
    value: str = ""


@dataclass(frozen=True)
class FrontMatter:
    """Hold the front matter of one language's documents.

    `notice` is the announcement of demonstration data, or None where the data are real. `facts` are
    the pairs (name, value) the footer prints on how the document came about; nothing from the clock.
    `alternates` are the triples (language, label, relative address) of the same report elsewhere.
    `wave_label` heads the wave where it is no year. A `brief` document, of a page or a few, has neither
    cover nor contents.
    """

    title: str
    subtitle: str
    wave: str
    organisation: str
    release_date: str
    language: Language
    edition_label: str
    notice: str | None = None
    key_figures: tuple[KeyFigure, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    alternates: tuple[tuple[str, str, str], ...] = ()
    wave_label: str = ""
    brief: bool = False


@dataclass(frozen=True)
class Words:
    """Hold the words of the documents' frame in one language."""

    tag: str
    figure: str
    table: str
    section: str
    contents: str
    figures: str
    tables: str
    skip: str
    key_figures: str
    data_of: str
    data_table: str
    picture: str
    about: str
    wave: str
    released: str
    edition: str
    cover: str
    notes: str
    back: str
    sheet: str


_WORDS: dict[Language, Words] = {
    "zh": Words(
        tag="zh-Hans",
        figure="图 {}",
        table="表 {}",
        section="第 {} 节",
        contents="目录",
        figures="插图目录",
        tables="表格目录",
        skip="跳到正文",
        key_figures="主要数据",
        data_of="{}的数据",
        data_table="数据表",
        picture="图形",
        about="关于本报告",
        wave="调查年度",
        released="发布日期",
        edition="版本",
        cover="封面",
        notes="说明",
        back="返回目录",
        sheet="工作表",
    ),
    "en": Words(
        tag="en",
        figure="Figure {}",
        table="Table {}",
        section="Section {}",
        contents="Contents",
        figures="Figures",
        tables="Tables",
        skip="Skip to content",
        key_figures="Key figures",
        data_of="Data behind {}",
        data_table="Data table",
        picture="Chart",
        about="About this report",
        wave="Survey wave",
        released="Released",
        edition="Edition",
        cover="Cover",
        notes="Notes",
        back="Back to contents",
        sheet="Sheet",
    ),
}


def words(lang: Language) -> Words:
    """Give the frame's words in one language."""
    return _WORDS[lang]
