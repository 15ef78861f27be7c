"""Tables of released cells for a report; every number sits in a `data` element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.model import AnalysisError, Verdict
from analysis.pieces import Cell as TableCell
from analysis.pieces import Head, Table, base_cell, bilingual_table, number_cell, row_head
from analysis.sentences import registers, verdicts
from analysis.words import (
    BASE_HEAD,
    MARKERS,
    Cell,
    Cells,
    Change,
    Lang,
    Number,
    Text,
    decimal_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["caption_of", "change_table", "indicator_table", "plain_table", "segment_table"]

_INDICATOR = Text("指标", "Indicator")
_FIGURE = Text("数值", "Figure")
_POINTS = Text("百分点", "% points")


def indicator_table(cells: Cells, indicators: Sequence[str], waves: Sequence[str], head: Head) -> Table:
    """Set the totals of indicators against waves, with the base of the last wave.

    Parameters
    ----------
    cells : Cells
    indicators, waves : sequence of str
        Rows and columns in order. A wave without a figure reads ``[x]``.
    head : Head

    Raises
    ------
    AnalysisError
        If a cell has not been through disclosure control.
    """
    rows: list[list[TableCell]] = []
    for indicator in indicators:
        found = [cells.find(indicator, wave) for wave in waves]
        known = [cell.wave for cell in found if cell]
        rows.append([row_head(cells.lexicon, indicator, known), *map(_figure, found), _base_of(found[-1])])
    last = wave_text(waves[-1])
    base = Text(f"答复单位数（{last.zh}）", f"Base ({last.en})")
    header = [_INDICATOR, *(wave_text(wave) for wave in waves), base]
    return _table(head, header, rows, cells.of(indicators, waves))


def segment_table(
    cells: Cells, indicators: Sequence[str], segments: Sequence[str], head: Head, *, wave: str, dimension: str
) -> Table:
    """Set indicators against the segments of one dimension and the total, each with its base.

    Parameters
    ----------
    cells : Cells
    indicators, segments : sequence of str
        Rows and columns in order.
    head : Head
    wave, dimension : str
    """
    rows: list[list[TableCell]] = []
    shown: list[Cell | None] = []
    for indicator in indicators:
        found = [cells.find(indicator, wave), *(cells.find(indicator, wave, dimension, s) for s in segments)]
        pairs = [part for cell in found for part in (_figure(cell), _base_of(cell))]
        rows.append([row_head(cells.lexicon, indicator, [wave]), *pairs])
        shown += found
    groups = [(cells.lexicon.segment(segment), 2) for segment in ("all", *segments)]
    header = [_INDICATOR, *[_FIGURE, BASE_HEAD] * len(groups)]
    return _table(head, header, rows, [cell for cell in shown if cell], groups)


def _table(
    head: Head,
    header: Sequence[Text],
    rows: Sequence[Sequence[TableCell]],
    shown: Sequence[Cell],
    groups: Sequence[tuple[Text, int]] = (),
) -> Table:
    data = pd.DataFrame([dict(cell.row) for cell in shown])
    return bilingual_table(head.slug, caption_of(head), header, rows, data, groups=groups, notice=head.notice)


def caption_of(head: Head) -> Text:
    """Return the caption of a table, which has no finding to state by itself.

    Raises
    ------
    AnalysisError
        There is none.
    """
    if head.caption is None:
        raise AnalysisError(
            argument="head", expected=f"a caption of table {head.slug}", got="none", remedy="write one"
        )
    return head.caption


def _figure(cell: Cell | None) -> TableCell:
    return "[x]" if cell is None else number_cell(cell.row, cell.cells.lexicon, with_unit=False)


def _base_of(cell: Cell | None) -> TableCell:
    return "[x]" if cell is None else base_cell(cell.row)


_CHANGES = (
    _INDICATOR,
    Text("单位", "Unit"),
    Text("答卷单位变动", "Change, respondents"),
    Text("推及全体成员的变动", "Change, all members"),
    Text("置信下限", "Lower limit"),
    Text("置信上限", "Upper limit"),
    Text("同一单位数", "Matched members"),
    Text("判断", "Verdict"),
)


def change_table(
    cells: Cells, indicators: Sequence[str], head: Head, *, wave: str, base_wave: str | Mapping[str, str]
) -> Table:
    """Set the respondents' change beside the members' estimate of it, its interval and the verdict.

    Verdicts are those of the table's tests together (`sentences.verdicts`).

    Parameters
    ----------
    cells : Cells
        Its `changes` hold the respondents' (`indicator`) and the members' (`indicator` + ".members").
    indicators : sequence of str
        Rows in order.
    head : Head
    wave : str
    base_wave : str or mapping of indicator to str
        What every change is since, or each indicator's own; then the row's head names it.
    """
    if "status" not in cells.changes.columns:
        raise AnalysisError(
            argument="changes",
            expected="a column status",
            got="none",
            remedy="pass what disclosure.suppression.release_changes returns",
        )
    bases = {i: base_wave if isinstance(base_wave, str) else base_wave[i] for i in indicators}
    known = [change for i, base in bases.items() if (change := cells.change(i, wave, base))]
    judged = {change.key: found for change, found in zip(known, verdicts(known), strict=True)}
    rows, shown = [], []
    for indicator, base in bases.items():
        change = cells.change(indicator, wave, base)
        name, since = cells.lexicon.name(indicator), wave_text(base)
        if not isinstance(base_wave, str):
            name = Text(f"{name.zh}（自{since.zh}）", f"{name.en} (since {since.en})")
        rows.append([name, *_change_cells(change, judged)])
        shown += [dict(one.row) for one in (change, change.members if change else None) if one]
    return bilingual_table(
        head.slug, caption_of(head), _CHANGES, rows, pd.DataFrame(shown), notice=head.notice
    )


def _change_cells(own: Change | None, judged: Mapping[str, Verdict]) -> list[TableCell]:
    nothing = Text.same("")
    if own is None:
        return [nothing, *["[x]"] * 5, nothing]
    points = own.row["unit"] == "percentage points"
    unit = _POINTS if points else Text(own.unit.zh, own.unit.en)
    if own.row["status"] != "released":
        return [unit, *["[c]"] * 5, nothing]
    members, digits = own.members, own.measure.change_digits
    found = judged[own.key]
    words = registers().text("change", found, "table")
    if found is Verdict.NOT_COMPARABLE:
        return [unit, *["[z]"] * 4, _moved(own, "n_matched", 0), words]
    limits: list[TableCell] = ["[x]", "[x]"]
    if members is not None and members.interval is not None:
        limits = [_moved(members, bound, digits) for bound in ("lower", "upper")]
    return [
        unit, _moved(own, "change", digits), _moved(members, "change", digits), *limits,
        _moved(own, "n_matched", 0), words,
    ]  # fmt: skip


def _moved(change: Change | None, column: str, digits: int) -> TableCell:
    """Print a change, a bound of it or its members; the unit stands in a column of its own."""
    if change is None or pd.isna(change.row[column]):
        return "[x]"
    value = float(change.row[column])
    counted = column == "n_matched"
    if counted and not value:
        return "[c]"
    power: Mapping[Lang, int] = {} if counted else {"en": change.unit.en_power}
    text = decimal_text(value, digits, power=power, sign="auto" if counted else "always")
    return Number(text, value, change.key, column)


def plain_table(
    frame: pd.DataFrame,
    columns: Mapping[str, Text],
    head: Head,
    *,
    digits: Mapping[str, int] | None = None,
    notes: Sequence[Text] = (),
) -> Table:
    """Set a frame of counts and words as a table; the first of `columns` heads the rows.

    Parameters
    ----------
    frame : DataFrame
        Words (str or Text) and numbers that are no estimates: response counts, the edit ledger's totals.
    columns : mapping of column name to Text
        Which columns, in order, under which heads.
    head : Head
    digits : mapping of column name to int, optional
        Decimals of number columns, 0 where not given.
    notes : sequence of Text
        What stands below.
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
    rows: list[list[TableCell]] = [
        [_plain_cell(row[name], decimals.get(name, 0)) for name in columns]
        for row in frame.to_dict("records")
    ]
    return bilingual_table(
        head.slug, caption_of(head), list(columns.values()), rows, frame[list(columns)], notes=notes,
        notice=head.notice,
    )  # fmt: skip


def _plain_cell(value: Any, digits: int) -> TableCell:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return value if value in MARKERS else Text.same(value)
    if pd.isna(value):
        return "[x]"
    return Number(decimal_text(float(value), digits), float(value), "", "count")
