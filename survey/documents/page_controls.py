"""The words of the page's controls, which its script makes, and the data behind them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.words import CARD_HEADINGS
from survey.documents.number_cards import NumberCards

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.words import Lang
    from survey.documents.number_cards import NumberCard
    from survey.figures import Figures

__all__ = ["Live", "data_block", "live"]

_WORDS: Final[Mapping[Lang, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": {
            "all": "全部",
            "appearance": "外观",
            "auto": "跟随系统",
            "close": "关闭",
            "contents": "目录",
            "copied": "已复制",
            "copy": "复制表格",
            "copyKey": "复制",
            "dark": "深色",
            "data": "数据与下载",
            "dialog": "数字说明",
            "failed": "浏览器不允许复制",
            "highlight": "突出显示",
            "keyboard": "方向键换数字，回车键看说明",
            "light": "浅色",
            "link": "复制此处链接",
            "menu": "目录与设置",
            "number": "数字",
            "numberKey": "数字编号",
            "printed": "显示值",
            "row": "行",
            "column": "列",
            "value": "数值",
            "key": "编号",
            "kind": "类型",
            "sort": "点按排序",
            "trace": "溯源命令",
        },
        "en": {
            "all": "All",
            "appearance": "Appearance",
            "auto": "As the system",
            "close": "Close",
            "contents": "Contents",
            "copied": "Copied",
            "copy": "Copy table",
            "copyKey": "Copy",
            "dark": "Dark",
            "data": "Data and downloads",
            "dialog": "About this number",
            "failed": "The browser does not allow copying",
            "highlight": "Highlight",
            "keyboard": "Arrow keys move between numbers, Enter tells about one",
            "light": "Light",
            "link": "Copy the link to this place",
            "menu": "Contents and settings",
            "number": "number",
            "numberKey": "Key of the number",
            "printed": "printed",
            "row": "row",
            "column": "column",
            "value": "value",
            "key": "key",
            "kind": "kind",
            "sort": "Press to sort",
            "trace": "To trace it",
        },
    }
)


@dataclass(frozen=True)
class Live:
    """Hold what makes the numbers of a page speak.

    Attributes
    ----------
    dossiers : mapping of key to NumberCard
    dimension, label : str
        Code and name of the dimension whose segments can be picked out.
    segments : tuple of (code, name)
        They themselves.
    within : mapping of ``dimension/segment`` to tuple of codes
        Which of them stand behind each segment, of the dimension itself and of those derived from it.
    command : str
        What walks back from a key; empty in a public edition, whose readers have no archive to walk to.
    """

    dossiers: Mapping[str, NumberCard]
    dimension: str
    label: str
    segments: tuple[tuple[str, str], ...]
    within: Mapping[str, tuple[str, ...]]
    command: str = ""


def live(
    figures: Figures, lang: Lang, revised: frozenset[str] = frozenset(), *, edition: str = "public"
) -> Live:
    """Gather what a page on these figures can tell; the stratum's segments are those to pick out."""
    settings = figures.programme.settings
    command = "survey trace " if edition == "internal" else ""
    if settings.stratum is None:
        return Live(NumberCards(figures, lang, revised), "", "", (), {}, command)
    stratum = figures.programme.dimension(settings.stratum)
    within = {
        f"{dimension.code}/{segment.code}": segment.members or (segment.code,)
        for dimension in settings.dimensions
        if stratum.code in {dimension.code, dimension.of}
        for segment in dimension.segments
    }
    return Live(
        dossiers=NumberCards(figures, lang, revised),
        dimension=stratum.code,
        label=getattr(stratum.label, lang),
        segments=tuple((segment.code, getattr(segment, lang)) for segment in stratum.segments),
        within=within,
        command=command,
    )


def data_block(keys: Iterable[str], lang: Lang, told: Live | None) -> str:
    """Write what the script needs as JSON fit to stand in a `script` element: each text once.

    Parameters
    ----------
    keys : iterable of str
        The keys on the page; those without a dossier get no card.
    lang : {"zh", "en"}
    told : Live, optional
        None for a page whose numbers have no dossiers: it has the other controls.
    """
    pool: dict[str, int] = {}

    def place(text: str) -> int:
        return pool.setdefault(text, len(pool))

    dossiers = {key: told.dossiers[key] for key in sorted(set(keys)) if told and key in told.dossiers}
    packed = {
        key: [int(found.traced), place(found.title), place(found.about), place(found.printed),
              *(place(text) for line in found.lines for text in line)]
        for key, found in dossiers.items()
    }  # fmt: skip
    block: dict[str, object] = {
        "lang": lang,
        "words": dict(_WORDS[lang]),
        "columns": {name: text.in_(lang) for name, text in CARD_HEADINGS.items()} if packed else {},
        "dossiers": packed,
        "texts": list(pool),
        "command": told.command if told else "",
    }
    if told and packed and told.segments:
        block["filter"] = {
            "dimension": told.dimension, "label": told.label, "segments": told.segments,
            "within": dict(told.within),
        }  # fmt: skip
    text = json.dumps(block, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    # nothing in a text may end the element, or open a comment or a script within it
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
