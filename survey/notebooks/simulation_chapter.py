"""What the notebook on the simulation works with: the kept table, brought together for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from analysis import charts
from analysis.pieces import Head
from analysis.simulation import kept, kept_of_packages, results, run
from analysis.tables import plain_table
from analysis.words import Lang, Text
from survey.errors import UsageError
from survey.notebooks.display import Shown
from survey.notebooks.parameters import notebook_values

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SimulationChapter", "open_simulation"]

KEPT = "kept"
_FEWEST = 20
_DESIGNS: Final = MappingProxyType({
    "": Text("本工具", "This kit"),
    "fpc_": Text("通用做法，有限总体校正", "Usual tools, with correction"),
    "no_fpc_": Text("通用做法，不校正", "Usual tools, without"),
})  # fmt: skip
_VARIABLES: Final = MappingProxyType({
    "share 0.02": Text("占比2%", "Share of 2%"),
    "share 0.1": Text("占比10%", "Share of 10%"),
    "share 0.5": Text("占比50%", "Share of 50%"),
    "share 0.9": Text("占比90%", "Share of 90%"),
    "amount even": Text("均匀的数量", "Even amounts"),
    "amount skewed": Text("偏斜的数量", "Skewed amounts"),
    "amount very skewed": Text("极偏斜的数量", "Very skewed amounts"),
    "ratio": Text("比率", "Ratio"),
})  # fmt: skip
_ESTIMATORS: Final = MappingProxyType({
    "share, exact": Text("层内占比", "Share within a stratum"),
    "share, stratified": Text("全体占比", "Share of all"),
    "share, domain": Text("跨层分组占比", "Share of a group across strata"),
    "change of share": Text("占比的变化", "Change of a share"),
    "mean": Text("平均数", "Mean"),
    "total": Text("跨层分组总量", "Total of a group across strata"),
    "ratio": Text("比率", "Ratio"),
    "change of mean": Text("平均数的变化", "Change of a mean"),
    "change of total, per cent": Text("总量的变化（百分比）", "Change of a total, per cent"),
    "change of ratio": Text("比率的变化", "Change of a ratio"),
})  # fmt: skip


@dataclass(frozen=True)
class SimulationChapter(Shown):
    """The simulation's table, and how to show it.

    Attributes
    ----------
    table : DataFrame
        With the columns of `analysis.simulation.tally.COLUMNS`.
    packages : DataFrame
        What R and Python packages gave on a part of the draws.
    languages : tuple of str
    """

    table: pd.DataFrame
    packages: pd.DataFrame
    languages: tuple[Lang, ...]

    @cached_property
    def _by_estimator(self) -> pd.DataFrame:
        rows = results.by_estimator(self.table)
        rows["code"] = rows["estimator"]
        rows = _with(rows, "variable", [_VARIABLES[name] for name in rows["variable"]])
        rows = _with(rows, "estimator", [_ESTIMATORS[name] for name in rows["estimator"]])
        percents = [
            "coverage",
            "coverage_error",
            "lowest",
            "short",
            "warned",
            "fpc_coverage",
            "no_fpc_coverage",
        ]
        rows[percents] *= 100.0
        return rows

    def levels(self, slug: str = "levels") -> None:
        """Set bias, standard error, coverage and warning of every level as a table."""
        self._results(slug, Text("各年水平：估计与真值之比", "Levels held against the truth"), change=False)

    def moves(self, slug: str = "changes") -> None:
        """Set bias, standard error, coverage and warning of every change as a table."""
        self._results(slug, Text("年际变化：估计与真值之比", "Changes held against the truth"), change=True)

    def _results(self, slug: str, caption: Text, *, change: bool) -> None:
        rows = self._by_estimator
        rows = rows[rows["code"].str.startswith("change") == change]
        heads = {
            "variable": Text("变量", "Variable"),
            "estimator": Text("估计量", "Estimator"),
            "cells": Text("情形数", "Cells"),
            "bias": Text("偏差", "Bias"),
            "se_ratio": Text("标准误之比", "Error, ratio"),
            "coverage": Text("覆盖率%", "Coverage %"),
            "coverage_error": Text("模拟误差", "±"),
            "lowest": Text("最低%", "Lowest %"),
            "short": Text("不足的情形%", "Short %"),
            "warned": Text("提示%", "Warned %"),
        }
        digits = {
            "bias": 2,
            "se_ratio": 2,
            "coverage": 1,
            "coverage_error": 2,
            "lowest": 1,
            "short": 0,
            "warned": 0,
        }
        notes = [
            Text(
                "偏差以真实标准误为单位；标准误之比为估计的标准误与真实标准误之比，1为恰好；最低为各情形中覆盖率最低者；"
                "不足的情形指覆盖率低于94%且超出模拟误差两倍者；提示指区间被标明可能偏窄的抽样所占比例。",
                "Bias in true standard errors; error, ratio: estimated over true standard error, 1 being "
                "right; lowest: the coverage of the worst cell; short: cells that cover less than 94% by "
                "more than twice the error of simulation; warned: draws whose interval is marked as perhaps "
                "too narrow.",
            )
        ]
        self.show(plain_table(rows, heads, Head(slug, caption), digits=digits, notes=notes))

    def usual(self, slug: str = "usual") -> None:
        """Set what this kit and the stacked design give for changes side by side."""
        rows = self._by_estimator
        rows = rows[rows["code"].str.startswith("change")]
        heads = {"variable": Text("变量", "Variable"), "estimator": Text("估计量", "Estimator")}
        for prefix, name in _DESIGNS.items():
            heads[f"{prefix}se_ratio"] = Text(f"{name.zh}：标准误之比", f"{name.en}: error, ratio")
            heads[f"{prefix}coverage"] = Text(f"{name.zh}：覆盖率%", f"{name.en}: coverage %")
        digits = {name: 2 if name.endswith("ratio") else 1 for name in heads}
        caption = Text("年际变化：本工具与通用做法", "Changes: this kit and the usual tools")
        self.show(plain_table(rows, heads, Head(slug, caption), digits=digits))

    def by_packages(self, slug: str = "packages") -> None:
        """Set what R and Python packages gave on a part of the draws as a table."""
        known = self.packages
        rows = known.assign(coverage=100.0 * known["coverage"], response=100.0 * known["response"])
        rows = _with(rows, "variable", [_VARIABLES[name] for name in known["variable"]])
        rows = _with(rows, "tool", [Text(_tool_zh(tool), tool) for tool in known["tool"]])
        rows = _with(rows, "correlation", [_together(float(c)) for c in known["correlation"]])
        heads = {
            "tool": Text("软件包", "Package"),
            "variable": Text("变量", "Variable"),
            "response": Text("回收率%", "Response %"),
            "correlation": Text("两年的作答单位", "Who answers twice"),
            "se_ratio": Text("标准误之比", "Error, ratio"),
            "coverage": Text("覆盖率%", "Coverage %"),
        }
        caption = Text(
            f"两个常用软件包对同一批抽样的结果（每格{int(rows['draws'].min())}次）",
            f"What two packages give on the same draws ({int(rows['draws'].min())} a row)",
        )
        digits = {"se_ratio": 2, "coverage": 1}
        self.show(plain_table(rows, heads, Head(slug, caption), digits=digits))

    def chart_by_size(self, slug: str = "size") -> None:
        """Draw the coverage of changes by the size of the segment."""
        rows = _percent(results.by_size(self.table, "change"))
        ends = [0, *results.SIZES]
        labels = {
            high: Text(f"{low + 1}—{high}家", f"{low + 1}–{high} members") for low, high in pairwise(ends)
        }
        rows = _with(rows, "label", [labels[int(size)] for size in rows["size"]])
        self._dots(rows, "coverage", slug, Text("各组成员数", "Members of the segment"), _told(rows))

    def chart_by_share(self, slug: str = "share") -> None:
        """Draw the coverage of levels by how large the share is."""
        rows = _percent(results.by_share(self.table, "level"))
        rows = _with(rows, "label", [_VARIABLES[name] for name in rows["variable"]])
        self._dots(rows, "coverage", slug, Text("占比", "Share"), _told(rows))

    def chart_by_overlap(self, slug: str = "overlap") -> None:
        """Draw estimated over true standard error of changes by how far the same members answer."""
        rows = results.by_overlap(self.table)
        ways = zip(rows["response"].astype(float), rows["correlation"].astype(float), strict=True)
        labels = [
            Text(
                f"回收率{100 * response:.0f}%，{_together(correlation).zh}",
                f"{100 * response:.0f}% answer, {_together(correlation).en}",
            )
            for response, correlation in ways
        ]
        ours, theirs = rows["se_ratio"], rows["fpc_se_ratio"]
        told = Text(
            f"本工具的标准误为真值的{ours.min():.2f}至{ours.max():.2f}倍，通用做法为{theirs.min():.2f}至{theirs.max():.2f}倍",
            f"This kit's standard error is {ours.min():.2f} to {ours.max():.2f} of the true one, "
            f"that of the usual tools {theirs.min():.2f} to {theirs.max():.2f}",
        )
        head = Text("作答情形", "How members answer")
        self._dots(_with(rows, "label", labels), "se_ratio", slug, head, told)

    def _dots(self, rows: pd.DataFrame, column: str, slug: str, head: Text, told: Text) -> None:
        goal, digits = (1.0, 2) if column == "se_ratio" else (95.0, 1)
        kinds = {f"{prefix}{column}": name for prefix, name in _DESIGNS.items()}
        self.show(charts.dots(rows, kinds, Head(slug, told), rows=head, goal=goal, digits=digits))

    def warning(self, slug: str = "warning") -> None:
        """Set how often the warning stands beside intervals that cover well, and that do not."""
        rows = results.by_warning(self.table)
        pairs = zip(rows["coverage_from"], rows["coverage_to"], strict=True)
        rows = _with(rows, "coverage", [_class_of(*pair) for pair in pairs])
        rows[["warned", "mostly"]] *= 100.0
        heads = {
            "coverage": Text("区间的实际覆盖率", "What the interval covers"),
            "cells": Text("情形数", "Cells"),
            "warned": Text("被提示的抽样%", "Draws warned of %"),
            "mostly": Text("多半被提示的情形%", "Cells mostly warned of %"),
        }
        caption = Text(
            "提示出现在哪里：平均数、总量、比率及其变化",
            "Where the warning stands: means, totals, ratios, changes",
        )
        self.show(plain_table(rows, heads, Head(slug, caption)))


def _with(rows: pd.DataFrame, name: str, texts: Sequence[Text]) -> pd.DataFrame:
    """Set a column of words."""
    out = rows.copy()
    out[name] = pd.Series(list(texts), index=out.index, dtype=object)
    return out


def _percent(rows: pd.DataFrame) -> pd.DataFrame:
    out = rows.copy()
    columns = [str(name) for name in out if str(name).endswith("coverage")]
    out[columns] *= 100.0
    return out


def _told(rows: pd.DataFrame) -> Text:
    """Say between which values the coverage lies, of this kit and of the corrected stacked design."""
    ours, theirs = rows["coverage"], rows["fpc_coverage"]
    return Text(
        f"95%区间的覆盖率：本工具{ours.min():.1f}%至{ours.max():.1f}%，通用做法{theirs.min():.1f}%至{theirs.max():.1f}%",
        f"Coverage of the 95% interval: this kit {ours.min():.1f}% to {ours.max():.1f}%, "
        f"the usual tools {theirs.min():.1f}% to {theirs.max():.1f}%",
    )


def _together(correlation: float) -> Text:
    names = {0.0: Text("两年各自随机", "each year by chance"), 1.0: Text("两年同一批", "the same both years")}
    return names.get(correlation, Text("两年部分重合", "partly the same"))


def _tool_zh(tool: str) -> str:
    name, _, correction = tool.rpartition(", ")
    return f"{name}，{'有限总体校正' if correction == 'with fpc' else '不校正'}"


def _class_of(low: float, high: float) -> Text:
    if low == 0:
        return Text(f"不足{100 * high:.0f}%", f"below {100 * high:.0f}%")
    return Text(f"{100 * low:.0f}%至{100 * high:.0f}%", f"{100 * low:.0f}% to {100 * high:.0f}%")


def open_simulation(
    languages: str = "zh,en", draws: str = KEPT, panels: Sequence[int] = (0, 1)
) -> SimulationChapter:
    """Open the kept table, or draw a small study anew.

    Parameters
    ----------
    languages : str
        What to show: zh, en or both.
    draws : str
        ``"kept"``, or how many draws of each cell to make now, of the panels named.
    panels : sequence of int
        Places in `analysis.simulation.PANELS`.

    Raises
    ------
    UsageError
        A language that is none, draws that are no number of 20 or more.
    """
    values = notebook_values(languages=languages)
    if draws != KEPT and (not str(draws).isdecimal() or int(draws) < _FEWEST):
        raise UsageError(f"parameter 'draws' is {KEPT!r} or a number of {_FEWEST} or more, got {draws!r}")
    table = kept() if draws == KEPT else run(panels, draws=int(draws))
    return SimulationChapter(table, kept_of_packages(), values.languages)
