"""The data of an edition: tables for the workbook, frames for the CSV files; released cells alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.model import CHANGE_COLUMNS, COMPARISON_COLUMNS, ESTIMATE_COLUMNS
from analysis.words import BASE_HEAD, Lexicon, Text, change_key, change_unit, estimate_key, round_half_up
from survey.data.data_texts import definitions, unit_name
from survey.data.sheet_layout import SheetTable
from survey.editing import HELD, line_names
from survey.figures import BACKTEST, described, response_by_type, text
from survey.words import VERDICT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from analysis.model import Measure
    from analysis.words import Lang
    from survey.figures import Bulletin, Figures
    from survey.programme import Wording

__all__ = ["broken_at", "bulletin_tables", "csv_frames", "rounds_away", "sheet_tables", "signs"]

# The signs beside the numbers of a table: a break before the wave, a revision, one that rounds to zero.


def broken_at(estimates: pd.DataFrame, measures: Mapping[str, Measure]) -> frozenset[tuple[str, str]]:
    """Find each (indicator, wave) before which its series breaks.

    A break lies at the first wave with a figure at or after the one its definition names, where an earlier
    wave has a figure too: a first figure is compared with nothing.
    """
    known = estimates.loc[
        (estimates["dimension"] == "total") & (estimates["status"] != "empty"), ["indicator", "wave"]
    ].drop_duplicates()
    found: set[tuple[str, str]] = set()
    for name, own in known.groupby("indicator"):
        waves = sorted(str(wave) for wave in own["wave"])
        for before, wave in pairwise(waves):
            if any(before < broken <= wave for broken in measures[str(name)].breaks):
                found.add((str(name), wave))
    return frozenset(found)


def rounds_away(value: object, digits: int) -> bool:
    """Whether a number is not zero but is shown as zero."""
    if not isinstance(value, float) or not math.isfinite(value) or not value:
        return False
    return round_half_up(value, digits).is_zero()


def signs(
    keys: Iterable[str],
    broken: Iterable[bool],
    shown: Iterable[object],
    digits: Iterable[int],
    revised: Container[str],
) -> list[str]:
    """Give the signs of each row, in brackets with blanks between, empty where there is none.

    Parameters
    ----------
    keys : iterable of str
        Keys of the rows' estimates.
    broken : iterable of bool
        Whether the series breaks before the row's wave.
    shown : iterable
        What stands in the row's main column: a number, or a sign for one.
    digits : iterable of int
        Its shown decimals.
    revised : container of str
        Keys of the estimates that were published before with another value.
    """
    rows = []
    for key, is_broken, value, places in zip(keys, broken, shown, digits, strict=True):
        told = {"[b]": is_broken, "[r]": key in revised, "[low]": rounds_away(value, places)}
        rows.append(" ".join(sign for sign, holds in told.items() if holds))
    return rows


HEADS = {
    "indicator": Text("指标", "Indicator"),
    "wave": Text("调查年度", "Wave"),
    "estimand": Text("描述对象", "Describes"),
    "segment": Text("分组", "Segment"),
    "estimate": Text("估计值", "Estimate"),
    "lower": Text("区间下限", "Lower limit"),
    "upper": Text("区间上限", "Upper limit"),
    "unit": Text("单位", "Unit"),
    "n": BASE_HEAD,
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
    "marks": Text("标记", "Marks"),
    "key": Text("追溯键", "Key"),
    "code": Text("代码", "Code"),
    "label": Text("名称", "Name"),
    "definition": Text("定义", "Definition"),
    "base": Text("作答范围", "Asked of"),
    "sources": Text("来源题目代码", "Codes of source questions"),
    "questions": Text("来源题目", "Source questions"),
    "breaks": Text("序列中断", "Breaks in the series"),
}
DIGITS = {"p_value": 3, "p_adjusted": 3, "effect": 2, "weight": 2}
ESTIMANDS = {False: Text("答卷单位", "Respondents"), True: Text("全体成员", "All members")}
_BOUNDS = ["lower", "upper"]
_NUMBERS = ["estimate", *_BOUNDS]
_DESCRIBED = Text(
    "“答卷单位”描述作答者，不带区间；“全体成员”加权推及成员名单",
    "Respondents: those that answered, without interval. All members: weighted to the list of members",
)
_RESPONDENTS = Text(
    "数字描述答卷单位；[b] 后为序列中断之年，此前不可比",
    "Figures describe the respondents; behind [b] stands the year of a break, not comparable before",
)
_MARKED = Text(
    "“标记”列为空即无标记；序列为何中断见工作表 indicators；“追溯键”是数字的编号",
    "No mark: the column Marks is empty; why a series breaks: sheet indicators; a Key names a number",
)
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


def csv_frames(figures: Figures, tested: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the frames of ``data/*.csv`` by name, with the columns other programs rely on."""
    estimates = figures.estimates[list(ESTIMATE_COLUMNS)]
    withheld = estimates["status"] == "suppressed"  # how many stand behind it is not said either
    counts = {name: estimates[name].astype("Int64").mask(withheld) for name in ("n", "N")}
    return {
        "estimates": estimates.assign(n_effective=estimates["n_effective"].mask(withheld), **counts),
        "changes": figures.changes[list(CHANGE_COLUMNS)],
        "comparisons": figures.comparisons[list(COMPARISON_COLUMNS)],
        "backtest": tested[list(BACKTEST)],
    }


def sheet_tables(
    figures: Figures, lexicon: Lexicon, tested: pd.DataFrame, revised: Container[str] = frozenset()
) -> list[SheetTable]:
    """Return the tables of a wave: subjects over the years, levels, changes, tests, response, definitions.

    Parameters
    ----------
    figures : Figures
    lexicon : Lexicon
    tested : DataFrame
        What `backtest` returned.
    revised : container of str
        Keys of the estimates that were published before with another value: marked ``[r]``.
    """
    sheets = _Sheets(figures, lexicon, revised)
    tables = sheets.subjects()
    tables.append(sheets.levels("total", "levels", Text("全部指标，历次调查", "All indicators by wave")))
    for dimension in figures.programme.settings.dimensions:
        title = Text(f"全部指标，按{dimension.label.zh}", f"All indicators by {dimension.label.en.lower()}")
        tables.append(sheets.levels(dimension.code, dimension.code, title))
    if figures.before:
        tables.append(sheets.changes(figures.before))
    tables.append(_comparisons(figures, lexicon))
    if not figures.programme.open_survey:
        response = response_by_type(figures, lexicon)
        tables.append(_sheet("response", Text("成员、答卷与权数", "Members, returns and weights"), response))
    names = ["indicator", "segment", "published", "computed", "verdict", "reason"]
    if len(tested):
        title = Text("已公布数字的回溯检验", "Back-test of printed figures")
        tables.append(_sheet("backtest", title, described(tested)[names]))
    title = Text("指标定义", "Definitions of the indicators")
    tables.append(_sheet("indicators", title, definitions(figures, lexicon)))
    languages = figures.programme.settings.languages
    return tables if len(languages) > 1 else [_in_one_language(table, languages[0]) for table in tables]


def _in_one_language(table: SheetTable, lang: Lang) -> SheetTable:
    """Return a sheet with one column where there is one in each language."""
    heads: dict[str, Text] = {}
    for name, head in table.columns.items():
        if name.removesuffix("_en") == name and f"{name}_en" not in table.columns:
            heads[name] = head
        elif name.endswith("_en") == (lang == "en"):
            heads[name] = HEADS[name.removesuffix("_en")]
    return replace(table, data=table.data[list(heads)], columns=heads)


def _sheet(
    slug: str,
    title: Text,
    data: pd.DataFrame,
    notes: Sequence[Text] = (),
    digits: Mapping[str, Sequence[int]] | None = None,
    *,
    named: Mapping[str, Text] = MappingProxyType({}),
) -> SheetTable:
    """Make a sheet; a column of texts becomes two, one a language, so that each can be filtered.

    `digits` are the shown decimals of columns whose rows have their own, `named` the heads of columns that
    this sheet alone has.
    """
    columns: dict[str, pd.Series] = {}
    heads: dict[str, Text] = {}
    for name in data.columns:
        head, values = named.get(name) or HEADS[name], list(data[name])
        if values and all(isinstance(value, Text) for value in values):
            columns[name] = pd.Series([value.zh for value in values], dtype="str")
            columns[f"{name}_en"] = pd.Series([value.en for value in values], dtype="str")
            heads[name] = Text(f"{head.zh}（中文）", f"{head.en} (Chinese)")
            heads[f"{name}_en"] = Text(f"{head.zh}（英文）", f"{head.en} (English)")
        else:
            columns[name] = data[name].reset_index(drop=True)
            heads[name] = head
    shown = {name: DIGITS[name] for name in columns if name in DIGITS}
    return SheetTable(slug, title, pd.DataFrame(columns), heads, tuple(notes), {**shown, **(digits or {})})


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


@dataclass(frozen=True)
class _Sheets:
    """Make the tables of levels and changes, their signs beside the numbers and their keys at the end."""

    figures: Figures
    lexicon: Lexicon
    revised: Container[str]

    @cached_property
    def _broken(self) -> frozenset[tuple[str, str]]:
        return broken_at(self.figures.estimates, self.figures.measures)

    def subjects(self) -> list[SheetTable]:
        """Return a table for each section: what respondents said, an indicator a row, the waves across."""
        known = self.figures.programme.indicators
        named = self.figures.programme.settings.sections
        codes = dict.fromkeys([*named, *(known[code].section for code in self.figures.indicators)])
        tables = []
        for section in codes:
            rows = [code for code in self.figures.indicators if known[code].section == section]
            if rows:
                tables.append(self._subject(section, named.get(section), rows))
        return tables

    def _subject(self, section: str, name: Wording | None, codes: Sequence[str]) -> SheetTable:
        table = self.figures.estimates
        own = table[(table["dimension"] == "total") & table["indicator"].isin(codes)]
        waves = sorted(map(str, own.loc[own["status"] != "empty", "wave"].unique()))
        grid: dict[tuple[str, str], Mapping[Any, Any]] = {
            (str(row["indicator"]), str(row["wave"])): row for row in own.to_dict("records")
        }
        last = self.figures.wave
        data: dict[str, list[object]] = {
            "indicator": [self.lexicon.name(code) for code in codes],
            "unit": [unit_name(self.lexicon.unit(code, last)) for code in codes],
            **{wave: [_level_in(grid.get((code, wave))) for code in codes] for wave in waves},
            "n": [_level_in(grid.get((code, last)), "n") for code in codes],
            "marks": [
                " ".join(f"[b] {wave}" for wave in waves if (code, wave) in self._broken) for code in codes
            ],
        }
        title = text(name) if name else Text.same(section)
        title = Text(f"{title.zh}：历次调查", f"{title.en}: by wave")
        base = Text(f"答复单位数（{last}年）", f"Base ({last})")
        named = {**{wave: Text.same(wave) for wave in waves}, "n": base}
        places = [self.figures.measures[code].digits for code in codes]
        digits = dict.fromkeys(waves, places)
        return _sheet(section, title, pd.DataFrame(data), [_RESPONDENTS], digits, named=named)

    def levels(self, dimension: str, slug: str, title: Text) -> SheetTable:
        """Return the levels of a dimension: of all waves for the total, of this wave for its segments."""
        table = self.figures.estimates
        rows = table[(table["dimension"] == dimension) & (table["status"] != "empty")]
        if dimension != "total":
            rows = rows[rows["wave"] == self.figures.wave]
        hidden = rows["status"] == "suppressed"
        # how many stand behind a withheld figure is not said either
        shown = rows[[*_NUMBERS, "n", "N"]].astype(object).mask(hidden, "[c]")
        described = rows["lower"].isna() & ~hidden
        shown[_BOUNDS] = shown[_BOUNDS].mask(described, "[z]")
        keys = _keys(rows, estimate_key, "wave")
        broken = [pair in self._broken for pair in zip(rows["indicator"], rows["wave"], strict=True)]
        units = zip(rows["indicator"], rows["wave"], strict=True)
        digits = [self.figures.measures[name].digits for name in rows["indicator"]]
        rows = rows.assign(
            **shown,
            unit=pd.Series([unit_name(self.lexicon.unit(name, wave)) for name, wave in units], rows.index),
            marks=signs(keys, broken, shown["estimate"], digits, self.revised),
            key=keys,
            _digits=digits,
        )
        rows = _named(self.figures, rows)
        rows = rows.assign(segment=rows["segment"].map(self.lexicon.segment))
        place = "wave" if dimension == "total" else "segment"
        columns = ["indicator", "estimand", place, *_NUMBERS, "marks", "unit", "n", "N", "key"]
        places = dict.fromkeys(_NUMBERS, rows["_digits"].tolist())
        return _sheet(slug, title, rows[columns], [_DESCRIBED, _MARKED], places)

    def changes(self, before: str) -> SheetTable:
        """Return the changes since the wave before; one over a break is not given, and says so."""
        table = self.figures.changes
        rows = table[(table["dimension"] == "total") & (table["base_wave"] == before)]
        numbers = ["change", *_BOUNDS]
        shown = rows[[*numbers, "n_matched"]].astype(object)
        unbounded = rows["change"].notna() & rows["lower"].isna()
        shown[_BOUNDS] = shown[_BOUNDS].mask(unbounded, "[z]")
        shown = shown.mask(rows["status"] == "suppressed", "[c]")
        shown["n_matched"] = shown["n_matched"].mask(rows["n_matched"] == 0, "[c]")
        shown[numbers] = shown[numbers].mask(rows["note"].str.startswith("no answers"), "[x]")
        shown[numbers] = shown[numbers].mask(~rows["comparable"], "[z]")
        keys = _keys(rows, change_key, "wave", "base_wave")
        units = zip(rows["indicator"], rows["unit"], strict=True)
        digits = [self.figures.measures[name].change_digits for name in rows["indicator"]]
        rows = rows.assign(
            **shown,
            unit=pd.Series([unit_name(change_unit(self.lexicon, *of)) for of in units], rows.index),
            comparable=rows["comparable"].map(YES_NO),
            marks=signs(keys, ~rows["comparable"], shown["change"], digits, self.revised),
            key=keys,
            _digits=digits,
        )
        rows = _named(self.figures, rows)
        title = Text(
            f"{self.figures.wave}年与{before}年相比的变化", f"Changes from {before} to {self.figures.wave}"
        )
        columns = ["indicator", "estimand", *numbers, "marks", "unit", "n_matched", "comparable", "key"]
        places = dict.fromkeys(numbers, rows["_digits"].tolist())
        return _sheet("changes", title, rows[columns], [_DESCRIBED, _MARKED], places)


def _level_in(row: Mapping[Any, Any] | None, column: str = "estimate") -> object:
    """Return a number of a released figure, or the sign in its place."""
    if row is None:
        return "[x]"
    sign = {"suppressed": "[c]", "empty": "[z]"}.get(str(row["status"]))
    return sign or float(row[column])


def _keys(rows: pd.DataFrame, key: Callable[..., str], *waves: str) -> list[str]:
    """Give the key of each row, by which `survey trace` takes a number."""
    columns = [*waves, "indicator", "dimension", "segment"]
    return [key(*map(str, row)) for row in rows[columns].itertuples(index=False)]


def _comparisons(figures: Figures, lexicon: Lexicon) -> SheetTable:
    rows = _named(figures, figures.comparisons)
    rows = rows.assign(segment=rows["dimension"].map(lexicon.dimension))
    title = Text("分组比较的检验", "Tests between segments")
    return _sheet(
        "comparisons", title, rows[["indicator", "segment", "test", "p_value", "p_adjusted", "effect"]]
    )


# The tables of a bulletin.


_CHANGE_UNITS = {"percent": "%", "percentage points": "个百分点"}


def bulletin_tables(figures: Bulletin) -> list[SheetTable]:
    """Return the tables of tables.xlsx: the figures as returned, then those in doubt."""
    lines = line_names(figures.questionnaire)
    units = dict(zip(figures.estimates["indicator"], figures.estimates["unit"], strict=True))
    rows = []
    for (code, wave), value in figures.levels.items():
        if code in lines:
            grown = figures.growth.get(code) if wave == figures.wave else None
            change = (grown[0], _CHANGE_UNITS[grown[1]]) if grown else ("[z]", "")
            rows.append((wave, lines[code].zh, lines[code].en, value, units[code], *change))
    heads = {
        "wave": Text("季度", "Quarter"), "zh": Text("指标（中文）", "Figure (Chinese)"),
        "en": Text("指标（英文）", "Figure (English)"), "value": Text("填报", "As returned"),
        "unit": Text("单位", "Unit"), "change": Text("同比", "On the year before"),
        "change_unit": Text("同比单位", "Unit of the change"),
    }  # fmt: skip
    title = Text("全部填报数字", "All figures as returned")
    tables = [SheetTable("figures", title, pd.DataFrame(rows, columns=list(heads)), heads)]
    if len(figures.doubts):
        tables.append(_doubt_sheet(figures))
    return tables


def _doubt_sheet(figures: Bulletin) -> SheetTable:
    lines, doubts = line_names(figures.questionnaire), figures.doubts
    table = pd.DataFrame(
        {
            "zh": [lines[code].zh for code in doubts["question"]],
            "en": [lines[code].en for code in doubts["question"]],
            "printed": doubts["printed"].tolist(),
            "verdict": [VERDICT_NAMES[verdict].zh for verdict in doubts["verdict"]],
            "verdict_en": [VERDICT_NAMES[verdict].en for verdict in doubts["verdict"]],
            **{name: doubts[name].tolist() for name in HELD[-4:]},
        }
    )
    heads = {
        "zh": Text("指标（中文）", "Figure (Chinese)"), "en": Text("指标（英文）", "Figure (English)"),
        "printed": Text("填报", "As returned"), "verdict": Text("结论（中文）", "Verdict (Chinese)"),
        "verdict_en": Text("结论（英文）", "Verdict (English)"),
        "arithmetic_zh": Text("算式（中文）", "Arithmetic (Chinese)"),
        "arithmetic_en": Text("算式（英文）", "Arithmetic (English)"),
        "reconciles_zh": Text("怎样才成立（中文）", "What would fit (Chinese)"),
        "reconciles_en": Text("怎样才成立（英文）", "What would fit (English)"),
    }  # fmt: skip
    return SheetTable("checks", Text("待核对的数字", "Figures to be checked"), table, heads)
