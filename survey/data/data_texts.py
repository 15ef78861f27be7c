"""What the data files of an edition are, and what their own columns mean, in both languages.

The columns of `estimates`, `changes` and `comparisons` are described in `analysis.words.columns`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from analysis.words import ESTIMATE_TEXTS, Described, Text
from survey.figures import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.words import Lexicon, Unit
    from survey.figures import Figures
    from survey.programme import Indicator, Questionnaire

__all__ = [
    "BACKTEST_TEXTS",
    "CHECK_TEXTS",
    "FILE_TEXTS",
    "INDICATOR_TEXTS",
    "REVISION_TEXTS",
    "SEGMENT_TEXTS",
    "definitions",
    "unit_name",
]

BACKTEST_TEXTS = {
    "indicator": Described(
        Text("印发项目", "Printed item"),
        Text(
            "印发数字的代码；以 .change 结尾的是随之印发的变化",
            "code of the printed figure; one ending in .change is the change printed beside it",
        ),
        required=True,
    ),
    "segment": Described(
        Text("印发的范围", "Printed scope"), Text("印发时所称范围", "whom the print speaks of"), required=True
    ),
    "published": Described(
        Text("印发值", "Printed"), Text("印发的数字与单位", "figure and unit as printed"), required=True
    ),
    "computed": Described(
        Text("计算值", "Computed"),
        Text("由答卷算得，无从计算时为空", "from the returns; empty where there is none"),
    ),
    "verdict": Described(
        Text("结果", "Verdict"),
        Text(
            "attained 一致，impossible 任何答卷都不可能得出，missed 可能而未得出",
            "attained, impossible (no returns could give it) or missed (they could and do not)",
        ),
        required=True,
    ),
    "reason": Described(Text("理由", "Reason"), Text("算式或原因（英文）", "arithmetic or cause")),
}
INDICATOR_TEXTS = {
    "indicator": Described(
        Text("指标", "Indicator"), Text("指标代码", "code of the indicator"), required=True
    ),
    "describes": Described(
        Text("描述对象", "Describes"),
        Text("respondents 答卷单位，members 全体成员", "respondents, or members (all of them)"),
        required=True,
    ),
    "label_zh": Described(
        Text("中文名称", "Chinese name"), Text("中文名称", "its name in Chinese"), required=True
    ),
    "label_en": Described(
        Text("英文名称", "English name"), Text("英文名称", "its name in English"), required=True
    ),
    "definition_zh": Described(
        Text("中文定义", "Chinese definition"), Text("中文定义", "what it is, in Chinese"), required=True
    ),
    "definition_en": Described(
        Text("英文定义", "English definition"), Text("英文定义", "what it is, in English"), required=True
    ),
    "unit_zh": Described(
        Text("中文单位", "Chinese unit"), Text("中文单位", "its unit in Chinese"), required=True
    ),
    "unit_en": Described(Text("英文单位", "English unit"), Text("英文单位", "its unit in English")),
    "sources": Described(
        Text("来源题目代码", "Source questions"),
        Text("来源题目代码，以空格分隔", "codes of the questions it is made of, blanks between"),
    ),
    "breaks_zh": Described(
        Text("序列中断（中文）", "Breaks (Chinese)"), Text("何时因何中断", "since when and why, in Chinese")
    ),
    "breaks_en": Described(
        Text("序列中断（英文）", "Breaks (English)"), Text("何时因何中断", "since when and why, in English")
    ),
}
SEGMENT_TEXTS = {
    "dimension": Described(
        Text("分组方式", "Dimension"), Text("分组方式代码", "code of the grouping"), required=True
    ),
    "segment": Described(Text("分组", "Segment"), Text("组别代码", "code of the segment"), required=True),
    "label_zh": Described(
        Text("中文名称", "Chinese name"), Text("中文名称", "its name in Chinese"), required=True
    ),
    "label_en": Described(
        Text("英文名称", "English name"), Text("英文名称", "its name in English"), required=True
    ),
}
_CHECKS = {
    "member_id": ("成员代码", "Member", "成员代码", "code of the member"),
    "question": ("题目", "Question", "题目代码", "code of the question"),
    "related": (
        "相关题目",
        "Related",
        "参与运算的题目代码，以空格分隔",
        "codes of all answers in the arithmetic",
    ),
    "check": ("核对", "Check", "核对方法代码", "which check"),
    "verdict": ("结论", "Verdict", "核对的结论", "what the check says"),
    "severity": (
        "程度",
        "Severity",
        "hard 不可能如此，soft 宜核对，空为无疑问",
        "hard, soft, or empty: no doubt",
    ),
    "printed": ("填报值", "As returned", "填报的数字与单位", "figure and unit as returned"),
    "arithmetic_zh": ("算式（中文）", "Arithmetic (Chinese)", "算式（中文）", "the arithmetic, in Chinese"),
    "arithmetic_en": ("算式（英文）", "Arithmetic (English)", "算式（英文）", "the arithmetic, in English"),
    "reconciles_zh": (
        "怎样才成立（中文）",
        "What would fit (Chinese)",
        "怎样才成立（中文）",
        "what would fit, in Chinese",
    ),
    "reconciles_en": (
        "怎样才成立（英文）",
        "What would fit (English)",
        "怎样才成立（英文）",
        "what would fit, in English",
    ),
}
FILE_TEXTS = {
    "estimates": (
        Text("估计值", "Estimates"),
        Text("各指标、各期、各组的估计值", "each indicator in each wave and segment"),
    ),
    "changes": (
        Text("变化", "Changes"),
        Text("本期与以前各期相比的变化", "changes of this wave from each earlier one"),
    ),
    "comparisons": (
        Text("分组检验", "Tests between segments"),
        Text("本期各组之间的检验", "whether segments differ in this wave"),
    ),
    "backtest": (
        Text("回溯检验", "Back-test"),
        Text("已印发数字能否由答卷得出", "whether the returns give the figures already printed"),
    ),
    "indicators": (
        Text("指标", "Indicators"),
        Text("各指标的名称、定义与单位", "name, definition and unit of each indicator"),
    ),
    "segments": (Text("组别", "Segments"), Text("各组别的名称", "name of each segment")),
    "revisions": (
        Text("修订", "Revisions"),
        Text(
            "首次公布以来印出值有变的数字及原因",
            "figures that print another way than when first published, and why",
        ),
    ),
    "checks": (
        Text("核对", "Checks"),
        Text("填报数字之间的核对", "the returned figures held against each other"),
    ),
}
_REVISIONS = {
    "first": ("首次公布", "First published", "未公布时为空", "empty where it was withheld"),
    "former": ("上次公布", "Published last", "未公布时为空", "empty where it was withheld"),
    "now": ("现为", "Now", "不予公布时为空", "empty where it is withheld"),
    "change": ("变动", "Change", "本次减上次", "now, less what was published last"),
    "reason_zh": ("原因（中文）", "Reason (Chinese)", "为何修订", "why it was revised, in Chinese"),
    "reason_en": ("原因（英文）", "Reason (English)", "为何修订（英文）", "why it was revised, in English"),
}
#: Columns of the revisions beside those of the key and the unit, which are as in the estimates.
REVISION_TEXTS: Final[Mapping[str, Described]] = MappingProxyType(
    {
        **{name: ESTIMATE_TEXTS[name] for name in ("indicator", "wave", "dimension", "segment", "unit")},
        **{name: Described(Text(*said[:2]), Text(*said[2:])) for name, said in _REVISIONS.items()},
    }
)
#: Columns of the checks of a bulletin.
CHECK_TEXTS: Final[Mapping[str, Described]] = MappingProxyType(
    {name: Described(Text(*said[:2]), Text(*said[2:])) for name, said in _CHECKS.items()}
)


# What each indicator of a publication is: definition, unit, base, source questions, breaks.


_NONE = Text("无", "none")
_ALL = Text("全部答卷单位", "All respondents")


def definitions(figures: Figures, lexicon: Lexicon) -> pd.DataFrame:
    """Describe the indicators that have an estimate, in the programme's order.

    Returns
    -------
    DataFrame
        code, sources (codes of questions, blanks between) as str; label, definition, unit, base, questions,
        breaks as Text.
    """
    shown = set(figures.estimates["indicator"].str.removesuffix(".members"))
    asked = _wordings(figures)
    rows = []
    for code, indicator in figures.programme.indicators.items():
        if code in shown:
            sources = list(
                dict.fromkeys(name.split(".")[0] for name in sorted(indicator.names & asked.keys()))
            )
            rows.append(
                {
                    "code": code,
                    "label": text(indicator.label),
                    "definition": text(indicator.definition),
                    "unit": unit_name(lexicon.unit(code)),
                    "base": text(indicator.base_note) if indicator.base_note else _ALL,
                    "sources": " ".join(sources),
                    "questions": _listed(asked[name] for name in sorted(indicator.names & asked.keys())),
                    "breaks": _breaks(indicator),
                }
            )
    return pd.DataFrame(rows)


def unit_name(unit: Unit) -> Text:
    """Name a unit as the numbers of a table stand in it: 万人 and 10,000 people."""
    return Text(unit.zh.strip(), (f"{10**unit.en_power:,} " if unit.en_power else "") + unit.en.strip())


def _wordings(figures: Figures) -> dict[str, Text]:
    """Word every item any wave asked, as the latest wave worded it."""
    programme = figures.programme
    found: dict[str, Text] = {}
    for wave in figures.waves[:-1]:
        found |= _items(programme.questionnaire(wave))
    return found | _items(figures.questionnaire)


def _items(questionnaire: Questionnaire) -> dict[str, Text]:
    found = {}
    for question in questionnaire.questions:
        found[question.code] = text(question.text)
        if question.type == "multi":
            for option in question.options:
                name = Text(f"{question.text.zh}：{option.zh}", f"{question.text.en}: {option.en}")
                found[f"{question.code}.{option.code}"] = name
    return found


def _listed(texts: Iterable[Text]) -> Text:
    kept = list(dict.fromkeys(texts))
    return Text("；".join(t.zh for t in kept), "; ".join(t.en for t in kept)) if kept else _NONE


def _breaks(indicator: Indicator) -> Text:
    return _listed(Text(f"{b.wave}：{b.note.zh}", f"{b.wave}: {b.note.en}") for b in indicator.breaks)
