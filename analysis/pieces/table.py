"""How tables are made: cells of estimates and bases, heads of rows, notes on markers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.model import AnalysisError
from analysis.pieces.piece import Cell, Table
from analysis.words import (
    MARKERS,
    Lexicon,
    Number,
    Text,
    decimal_text,
    estimate_key,
    estimate_text,
    round_half_up,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

__all__ = [
    "base_cell",
    "bilingual_table",
    "marker_notes",
    "number_cell",
    "printed",
    "row_head",
    "rows_by_key",
    "units_in_heads",
]


def marker_notes(rows: Sequence[Sequence[Cell]], among: Container[str] = MARKERS) -> tuple[Text, ...]:
    """Explain the markers that stand in a table, as far as they are `among` these."""
    used = {cell for row in rows for cell in row if isinstance(cell, str)}
    shown = [marker for marker in MARKERS.values() if marker.symbol in used and marker.symbol in among]
    return tuple(Text(f"{m.symbol} {m.meaning.zh}。", f"{m.symbol} {m.meaning.en}.") for m in shown)


def bilingual_table(
    slug: str,
    caption: Text,
    header: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    data: pd.DataFrame,
    *,
    groups: Sequence[tuple[Text, int]] = (),
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Make a table with its notes: the caller's, the markers', the notice of the data."""
    if not rows:
        raise AnalysisError(
            argument="estimates",
            expected="at least one row",
            got="none",
            remedy="check the keys of the table",
        )
    whole = (*notes, *marker_notes(rows), *([notice] if notice else []))
    cells = tuple(tuple(row) for row in rows)
    return Table(slug, caption, tuple(header), cells, tuple(groups), whole, data.reset_index(drop=True))


def row_head(lexicon: Lexicon, indicator: str, waves: Sequence[str] = ()) -> Text:
    """Name an indicator at the head of a row, with its unit over `waves`, which its cells leave out."""
    name, unit = lexicon.name(indicator), lexicon.unit_over(indicator, waves)
    if not unit.zh:
        return name
    if "（" in unit.zh:
        return Text(f"{name.zh}，{unit.zh}", f"{name.en}, {unit.en}")
    return Text(f"{name.zh}（{unit.zh}）", f"{name.en} ({unit.en})")


def number_cell(row: Mapping[str, Any], lexicon: Lexicon, *, with_unit: bool = True) -> Number | str:
    """Make the cell of an estimate: its number, ``[low]`` above zero but printed as zero, or a marker.

    Without unit it is left to the row's head, so that no row repeats it.
    """
    marks = {"suppressed": "[c]", "empty": "[z]"}
    if row["status"] != "released":
        return marks[row["status"]]
    if pd.isna(row["estimate"]):
        return "[x]"
    value, indicator = float(row["estimate"]), row["indicator"]
    if value > 0 and round_half_up(value, lexicon.measure(indicator).digits).is_zero():
        return "[low]"
    key = estimate_key(row["wave"], indicator, row["dimension"], row["segment"])
    unit = lexicon.unit(indicator, row["wave"])
    if with_unit:
        return Number(estimate_text(value, lexicon, indicator, row["wave"]), value, key)
    digits = lexicon.measure(indicator).digits
    return Number(decimal_text(value, digits, power={"en": unit.en_power}), value, key)


_UNIT = re.compile(r"^([−-]?[\d.,]+)(\D+)$")


def units_in_heads(
    header: Sequence[Text], rows: Sequence[Sequence[Cell]]
) -> tuple[list[Text], list[list[Cell]]]:
    """Put the unit that all numbers of a column carry into the column's head, once."""
    heads, columns = list(header), [list(column) for column in zip(*rows, strict=True)]
    for place, column in enumerate(columns):
        numbers = [cell for cell in column if isinstance(cell, Number)]
        found = {(_unit_of(one.text.zh), _unit_of(one.text.en)) for one in numbers}
        zh, en = found.pop() if len(found) == 1 else ("", "")
        if not (zh and en):
            continue
        heads[place] = Text(f"{heads[place].zh}（{zh}）", f"{heads[place].en} ({en.strip()})")
        columns[place] = [_without(cell, zh, en) if isinstance(cell, Number) else cell for cell in column]
    return heads, [list(row) for row in zip(*columns, strict=True)]


def _unit_of(text: str) -> str:
    found = _UNIT.match(text)
    return found[2] if found else ""


def _without(number: Number, zh: str, en: str) -> Number:
    text = Text(number.text.zh.removesuffix(zh), number.text.en.removesuffix(en))
    return replace(number, text=text)


def printed(row: Mapping[str, Any], lexicon: Lexicon) -> Text:
    """Print what a cell shows, number or marker, as words without an element."""
    cell = number_cell(row, lexicon)
    return cell.text if isinstance(cell, Number) else Text.same(cell)


def base_cell(row: Mapping[str, Any]) -> Cell:
    """Make the cell of a base: its number of members, or ``[c]`` where the figure is withheld."""
    if row["status"] == "suppressed":
        return "[c]"  # how many stand behind it is not said either
    if pd.isna(row["n"]):
        return "[x]"
    key = estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
    return Number(decimal_text(float(row["n"]), 0), float(row["n"]), key, "n")


def rows_by_key(frame: pd.DataFrame, *columns: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Take the rows of a frame by the columns that name them."""
    out: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        named = {str(name): value for name, value in row.items()}
        key = tuple(str(named[column]) for column in columns)
        if key in out:
            raise AnalysisError(
                argument="estimates",
                expected="one row for each cell",
                got=f"several for {', '.join(key)}",
                remedy="pass the rows of one method alone",
            )
        out[key] = named
    return out
