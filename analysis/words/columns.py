"""What each column of the published frames is called and means, in both languages: said once, here.

Types and order are those of `analysis.model.frames`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.words.text import Lang, Text, look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BASE_HEAD",
    "CHANGE_TEXTS",
    "COMPARISON_TEXTS",
    "ESTIMATE_TEXTS",
    "MARKERS",
    "Described",
    "Marker",
    "marker_element",
]

#: What heads the members behind a number, in every table, chart and card: said once, so that it has one name.
BASE_HEAD: Final = Text("答复单位数", "Base")


@dataclass(frozen=True)
class Described:
    """The heading and the meaning of a column; whether each row must fill it."""

    title: Text
    meaning: Text
    required: bool = False


def _said(title: tuple[str, str], zh: str, en: str, *, required: bool = False) -> Described:
    return Described(Text(*title), Text(zh, en), required)


_INDICATOR = _said(
    ("指标", "Indicator"),
    "指标代码；以 .members 结尾的推及全体成员，其余描述答卷单位",
    "code of the indicator; one ending in .members describes all members, any other the respondents",
    required=True,
)
_WAVE = _said(("调查期", "Wave"), "调查年度或季度", "year or quarter surveyed", required=True)
_DIMENSION = _said(
    ("分组方式", "Dimension"),
    "分组方式代码；total 为全部",
    "code of the grouping; total is all",
    required=True,
)
_SEGMENT = _said(
    ("分组", "Segment"),
    "组别代码；all 为全部，* 连接交叉的两组",
    "code of the segment; all is everybody, * joins two that are crossed",
    required=True,
)
_P = _said(("p 值", "p value"), "检验的 p 值", "p value of the test")
_ADJUSTED = _said(
    ("调整后 p 值", "Adjusted p value"),
    "在同一组检验内作多重性调整后的 p 值",
    "p value adjusted for the number of tests in its family",
)

#: Columns of ``estimates``.
ESTIMATE_TEXTS: Final[Mapping[str, Described]] = MappingProxyType(
    {
        "indicator": _INDICATOR,
        "wave": _WAVE,
        "dimension": _DIMENSION,
        "segment": _SEGMENT,
        "estimate": _said(
            ("估计值", "Estimate"),
            "以公布单位计的估计值，未修约；不予公布或无人作答时为空",
            "the estimate in its printed unit, not rounded; empty where withheld or nobody answered",
        ),
        "se": _said(
            ("标准误", "Standard error"),
            "估计值的标准误；描述答卷单位者无标准误",
            "standard error of the estimate; one that describes the respondents has none",
        ),
        "lower": _said(("区间下限", "Lower limit"), "置信区间下限", "lower limit of the confidence interval"),
        "upper": _said(("区间上限", "Upper limit"), "置信区间上限", "upper limit of the confidence interval"),
        "level": _said(("置信水平", "Level"), "区间的置信水平", "confidence level of the interval"),
        "method": _said(("方法", "Method"), "区间的计算方法", "how the interval was computed", required=True),
        "unit": _said(("单位", "Unit"), "公布单位", "printed unit", required=True),
        "n": _said(
            (BASE_HEAD.zh, BASE_HEAD.en),
            "估计值背后的作答单位数",
            "members whose answers are behind the estimate",
            required=True,
        ),
        "N": _said(
            ("成员数", "Members"), "名单中该组的成员数", "members of the segment in the frame", required=True
        ),
        "n_effective": _said(
            ("有效样本量", "Effective base"),
            "与加权后精度相当的等权样本量",
            "size of the unweighted sample that would be as precise",
        ),
        "status": _said(
            ("状态", "Status"),
            "released 已公布，suppressed 不予公布，empty 无人作答",
            "released, suppressed (withheld), or empty (nobody answered)",
            required=True,
        ),
    }
)

#: Columns of ``changes``.
CHANGE_TEXTS: Final[Mapping[str, Described]] = MappingProxyType(
    {
        "indicator": _INDICATOR,
        "wave": _WAVE,
        "base_wave": _said(
            ("比较期", "Base wave"), "与之相比的一期", "wave it is compared with", required=True
        ),
        "dimension": _DIMENSION,
        "segment": _SEGMENT,
        "change": _said(
            ("变化", "Change"),
            "两期之差或增长率，未修约；不可比或不予公布时为空",
            "difference or growth between the waves, not rounded; empty where not comparable or withheld",
        ),
        "unit": _said(
            ("变化的单位", "Unit of the change"),
            "percentage points 百分点，percent 百分比，否则为指标自身单位",
            "percentage points, percent, or the indicator's own unit",
            required=True,
        ),
        "se": _said(("标准误", "Standard error"), "变化的标准误", "standard error of the change"),
        "lower": _said(
            ("区间下限", "Lower limit"), "变化的置信区间下限", "lower limit of the change's interval"
        ),
        "upper": _said(
            ("区间上限", "Upper limit"), "变化的置信区间上限", "upper limit of the change's interval"
        ),
        "p_value": _P,
        "p_adjusted": _ADJUSTED,
        "n_matched": _said(
            ("重合单位数", "Matched members"),
            "两期均作答的单位数",
            "members that answered in both waves",
            required=True,
        ),
        "matched_change": _said(
            ("重合单位的变化", "Matched change"),
            "重合单位贡献的变化",
            "part of the change of members in both waves",
        ),
        "joiners": _said(
            ("新增单位", "Joiners"), "新增单位贡献的变化", "part of the change of members that joined"
        ),
        "leavers": _said(
            ("退出单位", "Leavers"), "退出单位贡献的变化", "part of the change of members that left"
        ),
        "reclassified": _said(
            ("改变组别的单位", "Reclassified"),
            "改变组别的单位贡献的变化",
            "part of the change of members that moved between segments",
        ),
        "comparable": _said(
            ("可比", "Comparable"),
            "两期之间序列未中断",
            "whether the series does not break in between",
            required=True,
        ),
        "note": _said(("说明", "Note"), "为何没有变化值或应谨慎使用", "why there is no change, or a caution"),
    }
)

#: Columns of ``comparisons``.
COMPARISON_TEXTS: Final[Mapping[str, Described]] = MappingProxyType(
    {
        "indicator": _INDICATOR,
        "wave": _WAVE,
        "dimension": _DIMENSION,
        "test": _said(("检验", "Test"), "检验方法", "which test", required=True),
        "statistic": _said(("统计量", "Statistic"), "检验统计量", "test statistic"),
        "p_value": _P,
        "p_adjusted": _ADJUSTED,
        "effect": _said(
            ("效应量", "Effect size"),
            "组间差异的效应量",
            "effect size of the difference between segments",
        ),
        "effect_lower": _said(
            ("效应量下限", "Lower limit of effect"),
            "效应量的区间下限",
            "lower limit of the effect size",
        ),
        "effect_upper": _said(
            ("效应量上限", "Upper limit of effect"),
            "效应量的区间上限",
            "upper limit of the effect size",
        ),
        "pairs": _said(
            ("两两比较", "Pairs"),
            "JSON：每两组的差、区间和调整后 p 值",
            "JSON: difference, interval and adjusted p value of each pair of segments",
        ),
    }
)


# The shorthand of tables, each sign with its one meaning: for pages, for sheets and for data files.
#
# ``[c]``, ``[z]``, ``[x]`` stand where a number cannot; ``[low]`` does on a page, and in a sheet stands beside
# the number, as ``[b]`` and ``[r]`` do. The signs are those of the British statistical service's guidance.


@dataclass(frozen=True)
class Marker:
    """A sign that stands in a table for a number or beside one, and what it means."""

    symbol: str
    meaning: Text


_ALL_MARKERS = (
    Marker(
        "[c]",
        Text(
            "答复单位过少或可推知个别单位数据，不予公布", "withheld to protect the answers of single members"
        ),
    ),
    Marker(
        "[z]",
        Text(
            "不适用（无单位被询问，或不作计算）", "not applicable (nobody was asked, or nothing is computed)"
        ),
    ),
    Marker("[x]", Text("无数据", "not available")),
    Marker("[low]", Text("不为零，但不足最小显示单位的一半", "not zero but rounds to zero")),
    Marker(
        "[b]",
        Text(
            "序列在此中断，与以前各期不可比", "the series breaks here: not comparable with the waves before"
        ),
    ),
    Marker("[r]", Text("与上次公布相比已修订", "revised since it was last published")),
)
MARKERS: Final[Mapping[str, Marker]] = MappingProxyType({marker.symbol: marker for marker in _ALL_MARKERS})


def marker_element(symbol: str, lang: Lang) -> str:
    """Write the element of a cell without a number; its meaning is given to readers of the page by `abbr`."""
    marker = look_up(MARKERS, symbol, "symbol")
    return f'<abbr class="marker" title="{escape(marker.meaning.in_(lang))}">{escape(symbol)}</abbr>'
