"""Tables of released cells for a report; every number sits in a `data` element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.disclosure import require_released
from analysis.model import AnalysisError, Verdict
from analysis.pieces import Cell, Table, base_cell, bilingual_table, number_cell, row_head, rows_by_key
from analysis.sentences import registers, verdict
from analysis.words import (
    BASE_HEAD,
    MARKERS,
    Cells,
    Lexicon,
    Number,
    Text,
    change_key,
    change_unit,
    decimal_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["change_table", "indicator_table", "plain_table", "segment_table"]

_INDICATOR = Text("指标", "Indicator")
_FIGURE = Text("数值", "Figure")
_POINTS = Text("百分点", "% points")


def indicator_table(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    waves: Sequence[str],
    *,
    slug: str,
    caption: Text,
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Set indicators against waves, with the base of the last wave.

    Parameters
    ----------
    estimates : DataFrame
        Released cells; the totals are read.
    lexicon : Lexicon
    indicators, waves : sequence of str
        Rows and columns in order. A wave without a row reads ``[x]``.
    slug, caption, notes
        Of the table.
    notice : Text, optional
        Printed below: announces demonstration data.

    Raises
    ------
    AnalysisError
        If a cell has not been through disclosure control, or a cell has two rows.
    """
    chosen = estimates[
        (estimates["dimension"] == "total")
        & estimates["indicator"].isin(list(indicators))
        & estimates["wave"].isin(list(waves))
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "wave")
    rows: list[list[Cell]] = []
    for indicator in indicators:
        found = [cells.get((indicator, wave)) for wave in waves]
        row: list[Cell] = [
            row_head(lexicon, indicator, [wave for wave, cell in zip(waves, found, strict=True) if cell])
        ]
        row += [number_cell(cell, lexicon, with_unit=False) if cell else "[x]" for cell in found]
        row.append(base_cell(found[-1]) if found[-1] else "[x]")
        rows.append(row)
    last = wave_text(waves[-1])
    base = Text(f"{BASE_HEAD.zh}（{last.zh}）", f"{BASE_HEAD.en} ({last.en})")
    header = [_INDICATOR, *(wave_text(wave) for wave in waves), base]
    return bilingual_table(slug, caption, header, rows, chosen, notes=notes, notice=notice)


def segment_table(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    segments: Sequence[str],
    *,
    wave: str,
    dimension: str,
    slug: str,
    caption: Text,
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Set indicators against the segments of one dimension and the total, each with its base.

    Parameters
    ----------
    estimates : DataFrame
        Released cells.
    lexicon : Lexicon
    indicators, segments : sequence of str
        Rows and columns in order.
    wave, dimension : str
    slug, caption, notes, notice
        As for `indicator_table`.
    """
    chosen = estimates[
        estimates["dimension"].isin(["total", dimension])
        & estimates["indicator"].isin(list(indicators))
        & (estimates["wave"] == wave)
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "dimension", "segment")
    columns = [("total", "all"), *((dimension, segment) for segment in segments)]
    rows: list[list[Cell]] = []
    for indicator in indicators:
        row: list[Cell] = [row_head(lexicon, indicator, [wave])]
        for column in columns:
            found = cells.get((indicator, *column))
            number = number_cell(found, lexicon, with_unit=False) if found else "[x]"
            row += [number, base_cell(found) if found else "[x]"]
        rows.append(row)
    header = [_INDICATOR, *(head for _ in columns for head in (_FIGURE, BASE_HEAD))]
    groups = [(lexicon.segment(segment), 2) for _, segment in columns]
    return bilingual_table(slug, caption, header, rows, chosen, groups=groups, notes=notes, notice=notice)


def change_table(
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    wave: str,
    base_wave: str | Mapping[str, str],
    slug: str,
    caption: Text,
    dimension: str = "total",
    segment: str = "all",
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Set the respondents' change beside the members' estimate of it, its interval and the verdict.

    Parameters
    ----------
    changes : DataFrame
        Released changes, of the respondents (`indicator`) and the members (`indicator` + ".members").
    lexicon : Lexicon
    indicators : sequence of str
    wave, dimension, segment : str
    base_wave : str or mapping of str to str
        The earlier wave, or each indicator's own; then the row's head names it.
    slug, caption, notes, notice
        As for `indicator_table`.
    """
    own = {} if isinstance(base_wave, str) else dict(base_wave)
    bases = changes["indicator"].str.removesuffix(".members").map(own) if own else base_wave
    chosen = changes[
        (changes["wave"] == wave)
        & (changes["base_wave"] == bases)
        & (changes["dimension"] == dimension)
        & (changes["segment"] == segment)
    ]
    chosen = chosen[chosen["indicator"].str.removesuffix(".members").isin(list(indicators))]
    if "status" not in chosen.columns:
        raise AnalysisError(
            argument="changes",
            expected="a column status",
            got="none",
            remedy="pass what disclosure.suppression.release_changes returns",
        )
    cells = rows_by_key(chosen, "indicator")
    rows = [_change_row(cells, lexicon, indicator) for indicator in indicators]
    for row, indicator in zip(rows, indicators, strict=True):
        if own:
            name, since = lexicon.name(indicator), wave_text(own[indicator])
            row[0] = Text(f"{name.zh}（自{since.zh}）", f"{name.en} (since {since.en})")
    header = [
        _INDICATOR,
        Text("单位", "Unit"),
        Text("答卷单位变动", "Change, respondents"),
        Text("推及全体成员的变动", "Change, all members"),
        Text("置信下限", "Lower limit"),
        Text("置信上限", "Upper limit"),
        Text("同一单位数", "Matched members"),
        Text("判断", "Verdict"),
    ]
    return bilingual_table(slug, caption, header, rows, chosen, notes=notes, notice=notice)


def _change_row(
    cells: Mapping[tuple[str, ...], dict[str, Any]], lexicon: Lexicon, indicator: str
) -> list[Cell]:
    own, members = cells.get((indicator,)), cells.get((f"{indicator}.members",))
    name = lexicon.name(indicator)
    if own is None:
        return [name, Text.same(""), "[x]", "[x]", "[x]", "[x]", "[x]", Text.same("")]
    moved = change_unit(lexicon, indicator, own["unit"])
    unit = _POINTS if own["unit"] == "percentage points" else Text(moved.zh, moved.en)
    if own["status"] != "released":
        return [name, unit, "[c]", "[c]", "[c]", "[c]", "[c]", Text.same("")]
    rows = pd.DataFrame([row for row in (own, members) if row])
    change = Cells(pd.DataFrame(), lexicon, rows).change(
        indicator, own["wave"], own["base_wave"], own["dimension"], own["segment"]
    )
    found = verdict(change, change.members) if change else Verdict.UNTESTED
    words = registers().text("change", found, "table")
    if found == Verdict.NOT_COMPARABLE:
        return [name, unit, "[z]", "[z]", "[z]", "[z]", _matched(own), words]
    low, high = _limits(members, lexicon)
    return [
        name,
        unit,
        _change_cell(own, lexicon),
        _change_cell(members, lexicon),
        low,
        high,
        _matched(own),
        words,
    ]


def _change_cell(row: Mapping[str, Any] | None, lexicon: Lexicon) -> Cell:
    if row is None or pd.isna(row["change"]):
        return "[x]"
    return Number(_bare(row, "change", lexicon), float(row["change"]), _key(row), "change")


def _bare(row: Mapping[str, Any], column: str, lexicon: Lexicon) -> Text:
    """Print a change or a bound of it with its sign; the unit stands in a column of its own."""
    unit = change_unit(lexicon, row["indicator"], row["unit"])
    digits = lexicon.measure(row["indicator"]).change_digits
    return decimal_text(float(row[column]), digits, power={"en": unit.en_power}, sign="always")


def _limits(row: Mapping[str, Any] | None, lexicon: Lexicon) -> tuple[Cell, Cell]:
    if row is None or pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return "[x]", "[x]"
    low, high = (
        Number(_bare(row, bound, lexicon), float(row[bound]), _key(row), bound)
        for bound in ("lower", "upper")
    )
    return low, high


def _matched(row: Mapping[str, Any]) -> Cell:
    if pd.isna(row["n_matched"]):
        return "[x]"
    return Number(decimal_text(float(row["n_matched"]), 0), float(row["n_matched"]), _key(row), "n_matched")


def _key(row: Mapping[str, Any]) -> str:
    return change_key(row["wave"], row["base_wave"], row["indicator"], row["dimension"], row["segment"])


def plain_table(
    frame: pd.DataFrame,
    columns: Mapping[str, Text],
    *,
    slug: str,
    caption: Text,
    digits: Mapping[str, int] | None = None,
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Set a frame of counts and words as a table; the first of `columns` heads the rows.

    Parameters
    ----------
    frame : DataFrame
        Words (str or Text) and numbers that are no estimates: response counts, the edit ledger's totals.
    columns : mapping of column name to Text
        Which columns, in order, under which heads.
    slug, caption, notes, notice
        As for `indicator_table`.
    digits : mapping of column name to int, optional
        Decimals of number columns, 0 where not given.
    """
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise AnalysisError(
            argument="columns",
            expected="columns of the frame",
            got=", ".join(absent),
            remedy="name columns among " + ", ".join(map(str, frame.columns)),
        )
    decimals = digits or {}
    rows = [
        [_plain_cell(row[name], decimals.get(name, 0)) for name in columns]
        for row in frame.to_dict("records")
    ]
    return bilingual_table(
        slug, caption, list(columns.values()), rows, frame[list(columns)], notes=notes, notice=notice
    )


def _plain_cell(value: Any, digits: int) -> Cell:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return value if value in MARKERS else Text.same(value)
    if pd.isna(value):
        return "[x]"
    return Number(decimal_text(float(value), digits), float(value), "", "count")
