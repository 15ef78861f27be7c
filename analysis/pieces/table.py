"""Semantic HTML tables: cells, caption, scopes and notes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.model import AnalysisError
from analysis.words import (
    LANGS,
    MARKERS,
    Lang,
    Lexicon,
    Number,
    Phrase,
    Text,
    decimal_text,
    escaped,
    estimate_key,
    estimate_text,
    marker_element,
    round_half_up,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

__all__ = [
    "Cell",
    "Table",
    "base_cell",
    "bilingual_table",
    "marker_notes",
    "number_cell",
    "printed",
    "row_head",
    "rows_by_key",
    "table_element",
]

Cell = Number | Text | Phrase | str
"""A number, words, both, a marker such as ``[c]``, or an empty text where there is nothing to tell."""


@dataclass(frozen=True)
class Table:
    """One table in both languages, with its data.

    Parameters
    ----------
    slug : str
        Its element's id is ``tbl-`` + slug.
    caption : Text
    html : mapping of {"zh", "en"} to str
    data : DataFrame
        The rows the table was drawn from, with unrounded numbers.
    """

    slug: str
    caption: Text
    html: Mapping[Lang, str]
    data: pd.DataFrame

    def fragment(self, lang: Lang) -> str:
        """Return the table in one language."""
        return self.html[lang]


def _inner(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, Number):
        return cell.element(lang)
    if isinstance(cell, Text):
        return escaped(cell.in_(lang), lang)
    if isinstance(cell, Phrase):
        return cell.markup(lang)
    return marker_element(cell, lang) if cell else ""


def _is_words(cell: Cell) -> bool:
    """Tell whether a cell is read as words: those that open with one."""
    return isinstance(cell, Text) or (isinstance(cell, Phrase) and isinstance(cell.zh[0], str))


def _body_row(row: Sequence[Cell], lang: Lang) -> str:
    head, *cells = row
    out = [f'<th scope="row">{_inner(head, lang)}</th>']
    for cell in cells:
        kind = "text" if _is_words(cell) else "number"
        out.append(f'<td class="{kind}">{_inner(cell, lang)}</td>')
    return f"<tr>{''.join(out)}</tr>"


def table_element(
    element_id: str,
    caption: Text,
    header: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    lang: Lang,
    *,
    groups: Sequence[tuple[Text, int]] = (),
) -> str:
    """Write a table with caption and scopes as HTML in one language.

    `groups` are heads over several columns each, from the second column on; the first head then stands
    beside them over both rows.
    """
    heads = []
    for place, text in enumerate(header):
        words = place == 0 or any(_is_words(row[place]) for row in rows)
        tall = ' rowspan="2"' if groups and place == 0 else ""
        kind = "text" if words else "number"
        heads.append(f'<th scope="col"{tall} class="{kind}">{escape(text.in_(lang))}</th>')
    if groups:
        over = "".join(
            f'<th scope="colgroup" colspan="{wide}" class="number">{escape(text.in_(lang))}</th>'
            for text, wide in groups
        )
        head = f"<tr>{heads[0]}{over}</tr><tr>{''.join(heads[1:])}</tr>"
    else:
        head = f"<tr>{''.join(heads)}</tr>"
    body = "".join(_body_row(row, lang) for row in rows)
    return (
        f'<table id="{escape(element_id)}" class="estimates"><caption>{escape(caption.in_(lang))}</caption>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


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
    """Write a table in both languages with its notes: the caller's, the markers', the notice of the data."""
    if not rows:
        raise AnalysisError(
            argument="estimates",
            expected="at least one row",
            got="none",
            remedy="check the keys of the table",
        )
    whole = [*notes, *marker_notes(rows), *([notice] if notice else [])]
    html: dict[Lang, str] = {}
    for lang in LANGS:
        element = table_element(f"tbl-{slug}", caption, header, rows, lang, groups=groups)
        below = "".join(f'<p class="notes">{escape(text.in_(lang))}</p>' for text in whole)
        html[lang] = f'<div class="table-block">{element}{below}</div>'
    return Table(slug, caption, MappingProxyType(html), data.reset_index(drop=True))


def row_head(lexicon: Lexicon, indicator: str, waves: Sequence[str] = ()) -> Text:
    """Name an indicator at the head of a row, with its unit over `waves` where that is a word and no sign."""
    name, unit = lexicon.name(indicator), lexicon.unit_over(indicator, waves)
    if not unit.zh or unit.zh == "%":
        return name
    if "（" in unit.zh:
        return Text(f"{name.zh}，{unit.zh}", f"{name.en}, {unit.en}")
    return Text(f"{name.zh}（{unit.zh}）", f"{name.en} ({unit.en})")


def number_cell(row: Mapping[str, Any], lexicon: Lexicon, *, with_unit: bool = True) -> Number | str:
    """Make the cell of an estimate: its number, ``[low]`` above zero but printed as zero, or a marker.

    Without unit a word behind the number is left to the row's head; a per cent sign stays.
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
    if with_unit or unit.zh == "%":
        return Number(estimate_text(value, lexicon, indicator, row["wave"]), value, key)
    digits = lexicon.measure(indicator).digits
    return Number(decimal_text(value, digits, power={"en": unit.en_power}), value, key)


def printed(row: Mapping[str, Any], lexicon: Lexicon) -> Text:
    """Print what a cell shows, number or marker, as words without an element."""
    cell = number_cell(row, lexicon)
    return cell.text if isinstance(cell, Number) else Text.same(cell)


def base_cell(row: Mapping[str, Any]) -> Cell:
    """Make the cell of a base: its number of members."""
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
