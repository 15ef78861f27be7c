"""Tables that tell which segments differ: figures with letters, effect sizes, and what could not be seen."""

from __future__ import annotations

import json
from string import ascii_letters
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.inference import unseen
from analysis.model import ArgumentError
from analysis.pieces import Cell as TableCell
from analysis.pieces import Head, Table, bilingual_table, number_cell, row_head
from analysis.sentences import is_known, size_of_effect, unseen_span
from analysis.tables.cell_tables import caption_of
from analysis.words import (
    Cell,
    Cells,
    Lexicon,
    Number,
    Text,
    compose,
    decimal_text,
    estimate_key,
    excludes_zero,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["assign_letters", "contrast_table", "letters"]

# Letters beside segments: two that share one have not been told apart.
#
# References
# ----------
# Piepho (2004), An algorithm for a letter-based representation of all-pairwise comparisons, Journal of
# Computational and Graphical Statistics 13, 456-466. doi:10.1198/1061860043515


def letters(comparison: Mapping[str, Any], order: Sequence[str] | None = None) -> dict[str, str]:
    """Give each segment of one row of `comparisons` its letters.

    Two segments differ where the interval of the pair, which speaks of this frame and holds together with
    those of the other pairs, excludes zero; segments that share a letter have not been shown to differ, which
    is not to say that they are alike.

    Parameters
    ----------
    comparison
        A row of `comparisons`; ``pairs`` is read.
    order
        Segments in the order letters are given, the first gets "a": high to low, say. Segments not named are
        left out; without it, those of the pairs as they come.

    Returns
    -------
    Segment -> letters, "" for all where no pair is left.
    """
    pairs = json.loads(str(comparison["pairs"]))
    named = (
        list(order) if order is not None else list(dict.fromkeys(s for p in pairs for s in (p["a"], p["b"])))
    )
    apart = [(p["a"], p["b"]) for p in pairs if {p["a"], p["b"]} <= set(named) and excludes_zero(p)]
    return assign_letters(named, apart)


def assign_letters(segments: Sequence[str], apart: Collection[tuple[str, str]]) -> dict[str, str]:
    """Give segments letters such that two share one just where they are not told apart, by insert and absorb.

    Start with one column of letters for all; for each pair told apart, double every column that holds both,
    once without the one and once without the other; drop columns contained in others; at last sweep out what
    no pair needs.

    Parameters
    ----------
    segments
        Names, in the order the letters are to run.
    apart
        Pairs of them that differ.

    Raises
    ------
    ArgumentError
        A segment named twice, a pair of a segment that is not named, more letters than the alphabet has.

    References
    ----------
    Piepho (2004), doi:10.1198/1061860043515. R: ``multcompView::multcompLetters(p)``.
    """
    names = list(segments)
    if len(set(names)) != len(names):
        raise ArgumentError("segments", "each segment once", "a name twice", "name each segment once")
    if not {name for pair in apart for name in pair} <= set(names):
        raise ArgumentError("apart", "pairs of the segments", "other names", "name every segment of a pair")
    columns: list[frozenset[str]] = [frozenset(names)] if names else []
    for a, b in sorted(apart, key=lambda pair: sorted(map(names.index, pair))):
        inserted = [part for c in columns for part in ((c - {a}, c - {b}) if {a, b} <= c else (c,))]
        columns = _absorbed(inserted)
    columns = _swept(columns, names)
    if len(columns) > len(ascii_letters):
        raise ArgumentError(
            "apart", f"at most {len(ascii_letters)} letters", str(len(columns)), "compare fewer segments"
        )
    columns.sort(key=lambda column: [name not in column for name in names])
    return {
        name: "".join(
            letter for letter, column in zip(ascii_letters, columns, strict=False) if name in column
        )
        for name in names
    }


def _absorbed(columns: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Drop columns that another one contains."""
    single = list(dict.fromkeys(columns))
    return [column for column in single if not any(column < other for other in single)]


def _swept(columns: Sequence[frozenset[str]], names: Sequence[str]) -> list[frozenset[str]]:
    """Take letters away, last segment first, that no pair and no segment needs; keep columns otherwise."""
    kept = [set(column) for column in columns]
    for column in kept:
        for name in reversed([n for n in names if n in column]):
            mates = column - {name}
            others = [c for c in kept if c is not column and name in c]
            if others and all(any(mate in c for c in others) for mate in mates):
                column.discard(name)
    return _absorbed([frozenset(column) for column in kept if column])


_NOT_SEEN = Text("无法判断", "cannot be told")


def contrast_table(
    cells: Cells, indicators: Sequence[str], segments: Sequence[str], head: Head, *, wave: str, dimension: str
) -> Table:
    """Set indicators against segments, each figure with its letters, with the size of the effect.

    Segments that share a letter have not been shown to differ (`letters`); no letters, no two have. The last
    column gives the differences between two segments that could not have been seen, from the pair best to the
    pair worst known (`detectable.unseen`).

    Parameters
    ----------
    cells : Cells
        Its `comparisons` rest on released cells alone.
    indicators, segments : sequence of str
        Rows and columns in order.
    head : Head
    wave, dimension : str
    """
    rows: list[list[TableCell]] = []
    every: list[Cell] = []
    for indicator in indicators:
        own = [cells.find(indicator, wave, dimension, segment) for segment in segments]
        known = [cell for cell in own if cell]
        every += known
        shown = sorted((cell for cell in known if cell.is_released), key=lambda cell: -cell.value)
        order = [cell.segment for cell in shown]
        test = cells.comparison(indicator, wave, dimension)
        tested = test is not None and is_known(test["p_value"])
        marks = letters(test, order) if test and tested else {}
        # one letter for all distinguishes nothing
        marks = marks if len(set(marks.values())) > 1 else {}
        row: list[TableCell] = [row_head(cells.lexicon, indicator)]
        row += [_lettered(cell, marks) for cell in own]
        row += [_effect(test), _unseen(test, order, cells.lexicon)] if test and tested else ["[x]", "[x]"]
        rows.append(row)
    header = [
        Text("指标", "Indicator"),
        *(cells.lexicon.segment(segment) for segment in segments),
        Text("差异大小", "Size of the difference"),
        Text("看不出的差距", "Not to be seen below"),
    ]
    data = pd.DataFrame([dict(cell.row) for cell in every])
    return bilingual_table(head.slug, caption_of(head), header, rows, data, notice=head.notice)


def _lettered(cell: Cell | None, marks: Mapping[str, str]) -> TableCell:
    """Write a figure with its letters behind it."""
    if cell is None:
        return "[x]"
    number = number_cell(cell.row, cell.cells.lexicon, with_unit=False)
    own = marks.get(cell.segment, "")
    if not (isinstance(number, Number) and own):
        return number
    return compose(Text.same("{number} {marks}"), number=number, marks=Text.same(own))


def _effect(test: Mapping[str, Any]) -> TableCell:
    indicator, effect = str(test["indicator"]), float(test["effect"])
    key = estimate_key(str(test["wave"]), indicator, str(test["dimension"]), "*")
    # only shares have tests of tables
    share = str(test["test"]).startswith("Fisher")
    word = size_of_effect(effect, share=share)
    number = Number(decimal_text(max(effect, 0.0), 2), effect, key, "effect")
    return compose(Text("{word}（{number}）", "{word} ({number})"), word=word, number=number)


def _unseen(test: Mapping[str, Any], shown: Sequence[str], lexicon: Lexicon) -> TableCell:
    indicator = str(test["indicator"])
    key = estimate_key(str(test["wave"]), indicator, str(test["dimension"]), "*")
    found = unseen(str(test["pairs"]), shown)
    if all(value is None for value in found):
        return _NOT_SEEN
    least, most = unseen_span(found, lexicon, indicator, key)
    if least is None:
        return compose(Text("约{most}", "about {most}"), most=most)
    return compose(Text("约{least}至{most}", "about {least} to {most}"), least=least, most=most)
