"""Tables that tell which segments differ: figures with letters, effect sizes, and what could not be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.detectable import unseen
from analysis.disclosure.suppression import require_released
from analysis.formatting import Lexicon, Number, Text, decimal_text, estimate_key
from analysis.grid import Cell, Table, bilingual_table, number_cell, row_head, rows_by_key
from analysis.letters import letters
from analysis.phrases import compose
from analysis.statements.cells import is_known
from analysis.statements.rankings import unseen_span
from analysis.statements.wording import size_of_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["contrast_table"]

_NOT_SEEN = Text("无法判断", "cannot be told")


def contrast_table(
    estimates: pd.DataFrame,
    comparisons: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    segments: Sequence[str],
    *,
    wave: str,
    dimension: str,
    slug: str,
    caption: Text,
    alpha: float = 0.05,
    notes: Sequence[Text] = (),
    notice: Text | None = None,
) -> Table:
    """Set indicators against segments, each figure with its letters, with the size of the effect.

    Segments that share a letter have not been shown to differ (`letters`); no letters, no two have. The last
    column gives the differences between two segments that the tests could not have seen, from the pair best
    to the pair worst known (`detectable.unseen`).

    Parameters
    ----------
    estimates, comparisons : DataFrame
        Released cells, and tests that rest on them alone.
    lexicon : Lexicon
    indicators, segments : sequence of str
        Rows and columns in order.
    wave, dimension : str
    slug, caption, notes, notice
        As for `tables.indicator_table`.
    alpha : float
        Level of the pairs' tests.
    """
    chosen = estimates[
        (estimates["dimension"] == dimension)
        & estimates["indicator"].isin(list(indicators))
        & (estimates["wave"] == wave)
    ]
    require_released(chosen)
    cells = rows_by_key(chosen, "indicator", "segment")
    chosen_tests = comparisons[(comparisons["wave"] == wave) & (comparisons["dimension"] == dimension)]
    tests = rows_by_key(chosen_tests, "indicator")
    rows: list[list[Cell]] = []
    for indicator in indicators:
        own = {s: cells.get((indicator, s)) for s in segments}
        shown = [s for s, cell in own.items() if cell and cell["status"] == "released"]
        shown.sort(key=lambda s: -float(cells[indicator, s]["estimate"]))
        test = tests.get((indicator,))
        tested = test is not None and is_known(test["p_value"])
        marks = letters(test, shown, alpha=alpha) if test and tested else {}
        # one letter for all tells nothing
        marks = marks if len(set(marks.values())) > 1 else {}
        row: list[Cell] = [row_head(lexicon, indicator)]
        row += [_lettered(cell, marks.get(s, ""), lexicon) for s, cell in own.items()]
        row += [_effect(test), _unseen(test, shown, lexicon)] if test and tested else ["[x]", "[x]"]
        rows.append(row)
    header = [
        Text("指标", "Indicator"),
        *(lexicon.segment(segment) for segment in segments),
        Text("差异大小", "Size of the difference"),
        Text("看不出的差距", "Not to be seen below"),
    ]
    return bilingual_table(slug, caption, header, rows, chosen, notes=notes, notice=notice)


def _lettered(cell: Mapping[str, Any] | None, marks: str, lexicon: Lexicon) -> Cell:
    """Write a figure with its letters behind it."""
    if cell is None:
        return "[x]"
    number = number_cell(cell, lexicon, with_unit=False)
    if not (isinstance(number, Number) and marks):
        return number
    return compose(Text.same("{number} {marks}"), number=number, marks=Text.same(marks))


def _effect(test: Mapping[str, Any]) -> Cell:
    indicator, effect = str(test["indicator"]), float(test["effect"])
    key = estimate_key(str(test["wave"]), indicator, str(test["dimension"]), "*")
    # only shares have tests of tables
    share = str(test["test"]).startswith("Fisher")
    word = size_of_effect(effect, share=share)
    number = Number(decimal_text(max(effect, 0.0), 2), effect, key, "effect")
    return compose(Text("{word}（{number}）", "{word} ({number})"), word=word, number=number)


def _unseen(test: Mapping[str, Any], shown: Sequence[str], lexicon: Lexicon) -> Cell:
    indicator = str(test["indicator"])
    key = estimate_key(str(test["wave"]), indicator, str(test["dimension"]), "*")
    found = unseen(str(test["pairs"]), shown)
    if all(value is None for value in found):
        return _NOT_SEEN
    least, most = unseen_span(found, lexicon, indicator, key)
    if least is None:
        return compose(Text("约{most}", "about {most}"), most=most)
    return compose(Text("约{least}至{most}", "about {least} to {most}"), least=least, most=most)
