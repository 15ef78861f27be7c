"""The data of an edition: tables for the workbook, frames for the CSV files; released cells alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.formatting import Lexicon, Text
from analysis.frames import CHANGE_COLUMNS, COMPARISON_COLUMNS, ESTIMATE_COLUMNS
from survey.production.backtest import BACKTEST
from survey.production.quality import response_by_type, told
from survey.publication.lexicon import text
from survey.publication.workbook import SheetTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey.production.figures import Figures

__all__ = ["csv_frames", "sheet_tables"]

HEADS = {
    "indicator": Text("指标", "Indicator"),
    "wave": Text("调查年度", "Wave"),
    "estimand": Text("描述对象", "Describes"),
    "segment": Text("分组", "Segment"),
    "estimate": Text("估计值", "Estimate"),
    "lower": Text("区间下限", "Lower limit"),
    "upper": Text("区间上限", "Upper limit"),
    "unit": Text("单位", "Unit"),
    "n": Text("答卷单位数", "Base"),
    "N": Text("成员数", "Members"),
    "base_wave": Text("比较年度", "Base wave"),
    "change": Text("变化", "Change"),
    "n_matched": Text("重合单位数", "Matched members"),
    "comparable": Text("可比", "Comparable"),
    "test": Text("检验", "Test"),
    "p_value": Text("p 值", "p value"),
    "p_adjusted": Text("调整后 p 值", "Adjusted p value"),
    "effect": Text("效应量", "Effect size"),
    "published": Text("印发值", "Printed"),
    "computed": Text("计算值", "Computed"),
    "verdict": Text("结果", "Verdict"),
    "reason": Text("理由", "Reason"),
    "members": Text("成员", "Members"),
    "respondents": Text("答卷", "Returns"),
    "weight": Text("权数", "Weight"),
}
DIGITS = {
    "estimate": 2,
    "lower": 2,
    "upper": 2,
    "change": 2,
    "p_value": 3,
    "p_adjusted": 3,
    "effect": 2,
    "weight": 2,
}
ESTIMANDS = {False: Text("答卷单位", "Respondents"), True: Text("全体成员", "All members")}
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


def csv_frames(figures: Figures, tested: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the frames of ``data/*.csv`` by name, with the columns other programs rely on."""
    return {
        "estimates": figures.estimates[list(ESTIMATE_COLUMNS)],
        "changes": figures.changes[list(CHANGE_COLUMNS)],
        "comparisons": figures.comparisons[list(COMPARISON_COLUMNS)],
        "backtest": tested[list(BACKTEST)],
    }


def sheet_tables(figures: Figures, lexicon: Lexicon, tested: pd.DataFrame) -> list[SheetTable]:
    """Return the tables of tables.xlsx: levels by wave and segment, changes, tests, response, back-test."""
    tables = [
        _levels(figures, lexicon, "total", "levels", Text("全部指标，历次调查", "All indicators by wave"))
    ]
    for dimension in figures.programme.settings.dimensions:
        title = Text(f"全部指标，按{dimension.label.zh}", f"All indicators by {dimension.label.en.lower()}")
        tables.append(_levels(figures, lexicon, dimension.code, dimension.code, title))
    if figures.before:
        tables.append(_changes(figures))
    tables.append(_comparisons(figures, lexicon))
    response = response_by_type(figures, lexicon)
    tables.append(_sheet("response", Text("成员、答卷与权数", "Members, returns and weights"), response))
    names = ["indicator", "segment", "published", "computed", "verdict", "reason"]
    if len(tested):
        title = Text("已公布数字的回溯检验", "Back-test of printed figures")
        tables.append(_sheet("backtest", title, told(tested)[names]))
    return tables


def _sheet(slug: str, title: Text, data: pd.DataFrame, notes: Sequence[Text] = ()) -> SheetTable:
    """Make a sheet; a column of texts becomes two, one a language, so that each can be filtered."""
    columns: dict[str, pd.Series] = {}
    heads: dict[str, Text] = {}
    for name in data.columns:
        head, values = HEADS[name], list(data[name])
        if values and all(isinstance(value, Text) for value in values):
            columns[name] = pd.Series([value.zh for value in values], dtype="str")
            columns[f"{name}_en"] = pd.Series([value.en for value in values], dtype="str")
            heads[name] = Text(f"{head.zh}（中文）", f"{head.en} (Chinese)")
            heads[f"{name}_en"] = Text(f"{head.zh}（英文）", f"{head.en} (English)")
        else:
            columns[name] = data[name].reset_index(drop=True)
            heads[name] = head
    digits = {name: DIGITS[name] for name in columns if name in DIGITS}
    return SheetTable(slug, title, pd.DataFrame(columns), heads, tuple(notes), digits)


def _named(figures: Figures, rows: pd.DataFrame) -> pd.DataFrame:
    """Put the indicator's name and whom it describes in the place of its code, in the programme's order."""
    order = {code: place for place, code in enumerate(figures.programme.indicators)}
    own = rows["indicator"].str.removesuffix(".members")
    members = rows["indicator"].str.endswith(".members")
    rows = rows.assign(_place=own.map(order), _members=members).sort_values(
        ["_place", "_members", *[c for c in ("wave", "segment") if c in rows]], kind="stable"
    )
    labels = figures.programme.indicators
    return rows.assign(
        indicator=rows["indicator"].str.removesuffix(".members").map(lambda code: text(labels[code].label)),
        estimand=rows["_members"].map(ESTIMANDS),
    )


def _levels(figures: Figures, lexicon: Lexicon, dimension: str, slug: str, title: Text) -> SheetTable:
    table = figures.estimates
    rows = table[(table["dimension"] == dimension) & (table["status"] != "empty")]
    if dimension != "total":
        rows = rows[rows["wave"] == figures.wave]
    rows = _named(figures, rows)
    numbers = ["estimate", "lower", "upper"]
    hidden = rows["status"] == "suppressed"
    shown = rows[numbers].astype(object).mask(hidden, "[c]")
    described = rows["lower"].isna() & ~hidden
    shown[["lower", "upper"]] = shown[["lower", "upper"]].mask(described, "[z]")
    rows = rows.assign(**shown, segment=rows["segment"].map(lexicon.segment))
    place = "wave" if dimension == "total" else "segment"
    note = Text(
        "“答卷单位”描述作答者，不带区间；“全体成员”加权推及成员名单。",
        "Respondents: those that answered, without interval. All members: weighted to the list of members.",
    )
    return _sheet(slug, title, rows[["indicator", "estimand", place, *numbers, "unit", "n", "N"]], [note])


def _changes(figures: Figures) -> SheetTable:
    table = figures.changes
    rows = table[(table["dimension"] == "total") & (table["base_wave"] == figures.before)]
    rows = _named(figures, rows)
    units = {"percentage points": Text("百分点", "percentage points"), "percent": Text("%", "%")}
    rows = rows.assign(
        unit=rows["unit"].map(lambda unit: units.get(unit, Text.same(unit))),
        comparable=rows["comparable"].map(YES_NO),
    )
    title = Text("与上一次调查相比的变化", "Changes since the wave before")
    return _sheet(
        "changes",
        title,
        rows[["indicator", "estimand", "change", "lower", "upper", "unit", "n_matched", "comparable"]],
    )


def _comparisons(figures: Figures, lexicon: Lexicon) -> SheetTable:
    rows = _named(figures, figures.comparisons)
    rows = rows.assign(segment=rows["dimension"].map(lexicon.dimension))
    title = Text("分组比较的检验", "Tests between segments")
    return _sheet(
        "comparisons", title, rows[["indicator", "segment", "test", "p_value", "p_adjusted", "effect"]]
    )
