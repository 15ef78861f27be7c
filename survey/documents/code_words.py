"""What the frames say of a figure in codes (methods, tests, verdicts, notes), in words of both languages."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.words import BASE_HEAD, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLUMNS", "VERDICTS", "method_text", "note_text", "trial_text"]

#: What each verdict of a change says.
VERDICTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "rise": Text("上升（区间不含零）", "rose (the interval excludes zero)"),
        "edged up": Text(
            "略有上升（区间不含零，幅度小）", "edged up (the interval excludes zero, a small step)"
        ),
        "fall": Text("下降（区间不含零）", "fell (the interval excludes zero)"),
        "edged down": Text(
            "略有下降（区间不含零，幅度小）", "edged down (the interval excludes zero, a small step)"
        ),
        "same": Text("基本持平（区间含零）", "about the same (the interval includes zero)"),
        "too few": Text("样本不足，无法判断", "too few answers to say"),
        "mixed": Text("方向难判断", "direction uncertain"),
        "untested": Text("未检验", "not tested"),
        "not comparable": Text("口径有调整，不可比", "not comparable: the series breaks"),
    }
)

#: What a number of each column is, as a card's second heading; estimates and changes speak for themselves.
COLUMNS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "estimate": Text("数值", "Value"),
        "interval": Text("置信区间", "Interval"),
        "lower": Text("置信下限", "Lower limit of the interval"),
        "upper": Text("置信上限", "Upper limit of the interval"),
        "n": BASE_HEAD,
        "N": Text("名录内单位数", "Members in the frame"),
        "change": Text("变动", "Change"),
        "matched_change": Text("同一单位的变动", "Change among matched members"),
        "n_matched": Text("两次均作答的单位数", "Members that answered both times"),
        "reach": Text("可察觉的最小变动", "Smallest change that could be seen"),
        "gained": Text("由否转是（或上升）的单位数", "Matched members that gained"),
        "lost": Text("由是转否（或下降）的单位数", "Matched members that lost"),
        "slope": Text("年均变动", "Change a year"),
        "waves": Text("调查次数", "Number of waves"),
        "streak": Text("连续年数", "Years in a row"),
        "effect": Text("效应量（0为无差异，1为最大）", "Effect size (0 none, 1 the largest)"),
        "unseen_least": Text("可察觉的最小差异（下端）", "Smallest difference that could be seen, best pair"),
        "unseen_most": Text("可察觉的最小差异（上端）", "Smallest difference that could be seen, worst pair"),
        "p_value": Text("p值", "p value"),
        "p_adjusted": Text("p值（经多重比较调整）", "p value, adjusted for the number of tests"),
        "p_matched": Text("p值（同一单位）", "p value, matched members"),
        "p_within": Text("p值（同类中心之内）", "p value, within centres of one kind"),
    }
)

_METHODS: Final = (
    (r"describes respondents", "如实描述答卷单位，不推及其他", "describes those who answered, nobody else"),
    (
        r"exact hypergeometric(.*)",
        "超几何分布的精确区间",
        "exact interval of the hypergeometric distribution",
    ),
    (
        r"Clopper-Pearson at the effective size",
        "有效样本量下的Clopper-Pearson区间",
        "Clopper-Pearson interval at the effective size",
    ),
    (r"linearisation, t\((\d+)\)", "线性化方差，t分布（自由度{}）", "linearised variance, t({})"),
    (r"Woodruff, t\((\d+)\)", "Woodruff区间，t分布（自由度{}）", "Woodruff interval, t({})"),
    (
        r"exact tails at the likeliest split",
        "最可能分布下的精确尾概率",
        "exact tail probabilities at the likeliest split over the strata",
    ),
    (r"all answered", "全部单位均已作答，没有抽样误差", "all members answered: no sampling error"),
    (r"no answers", "无单位作答", "no answers"),
    (
        r"no variation among the answers: no interval",
        "各单位答案相同，无法给出区间",
        "no variation among the answers: no interval",
    ),
    (
        r"estimating equation, (.+), members as clusters",
        "广义估计方程，以单位为组",
        "estimating equation ({}), members as clusters",
    ),
    (
        r"interval may be too narrow: skewed amounts",
        "数额偏斜，区间可能偏窄",
        "skewed amounts: may be too narrow",
    ),
    (
        r"not comparable: the series breaks between the waves",
        "两次调查之间口径有调整",
        "the series breaks between",
    ),
    (
        r"the answers show no error: interval from half an answer more on either side",
        "答案未显示误差，区间按两侧各加半个答案计算",
        "the answers show no error: half an answer more on either side",
    ),
    (r"no answers in (.+)", "{}无单位作答", "no answers in {}"),
)
_TESTS: Final = (
    (r"Fisher-Freeman-Halton exact", "Fisher-Freeman-Halton精确检验", "Fisher-Freeman-Halton exact test"),
    (
        r"Kruskal-Wallis, (\d+) random orders",
        "Kruskal-Wallis置换检验（{}次）",
        "Kruskal-Wallis, {} random orders",
    ),
    (r"Kruskal-Wallis(.*)", "Kruskal-Wallis检验", "Kruskal-Wallis test"),
    (r"McNemar exact", "McNemar精确检验", "McNemar exact test"),
    (r"sign flips, exact", "精确符号置换检验", "exact sign-flip test"),
    (r"sign flips, (\d+) random patterns", "符号置换检验（{}次）", "sign flips, {} random patterns"),
    (r"counted", "全部单位均已计数，无需检验", "all members counted: no test needed"),
    (r"none", "未检验", "not tested"),
)


def method_text(method: str) -> Text:
    """Say a method of `estimates` or `slopes` in both languages; its parts stand between semicolons."""
    parts = [_matched(part, _METHODS) for part in method.split("; ")]
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def note_text(note: str) -> Text:
    """Say a note of `changes` in both languages."""
    return method_text(note)


def trial_text(test: str) -> Text:
    """Say a test of `comparisons` or `matched` in both languages."""
    return _matched(test, _TESTS)


def _matched(code: str, known: tuple[tuple[str, str, str], ...]) -> Text:
    """Put a code into words; one nobody has worded yet stands as it is rather than not at all."""
    for pattern, zh, en in known:
        if found := re.fullmatch(pattern, code):
            return Text(zh.format(*found.groups()), en.format(*found.groups()))
    return Text.same(code)
