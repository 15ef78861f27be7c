"""Sentences on several cells, from high to low, and on whether segments differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.inference import unseen
from analysis.model import AnalysisError, ChangeUnit
from analysis.sentences.wordings import (
    base_span,
    capitalised,
    listed,
    probability,
    registers,
    running_name,
    worded,
)
from analysis.words import (
    Claim,
    Lexicon,
    Number,
    Phrase,
    Text,
    bound_texts,
    change_unit,
    round_half_up,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Cell, Comparison

__all__ = [
    "SIZES",
    "case_of_test",
    "channels",
    "comparison",
    "ranked",
    "significance",
    "size_of_effect",
    "unseen_span",
    "within",
]

#: Least Cramér's V and epsilon squared, both corrected for chance, of each size: Cohen (1988), 7.2.3, 8.2.2.
SIZES: Final = (("large", 0.5, 0.14), ("medium", 0.3, 0.06), ("small", 0.1, 0.01))


def size_of_effect(effect: float, *, share: bool) -> Text:
    """Name the size of an effect: Cramér's V of a share, epsilon squared of an amount or ratio.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed.: w of 0.1, 0.3, 0.5 (for
    yes and no V is w) and eta squared of 0.01, 0.06, 0.14.
    """
    found = (name for name, least_v, least_e in SIZES if effect >= (least_v if share else least_e))
    return registers().text("effect", next(found, "negligible"), "table")


def ranked(cells: Sequence[Cell]) -> list[Cell]:
    """Return the released cells, highest first; equal ones by their keys.

    Raises
    ------
    AnalysisError
        None is released.
    """
    shown = [cell for cell in cells if cell.is_released]
    if not shown:
        raise AnalysisError(
            argument="cells",
            expected="released cells",
            got=f"{len(cells)}, none of them released",
            remedy="check the keys, or leave the sentence out",
        )
    return sorted(shown, key=lambda cell: (-cell.value, cell.indicator, cell.segment))


def comparison(cell: Cell, dimension: str) -> Claim:
    """Rank the segments of a dimension from high to low and say whether they differ.

    Suppressed segments are left out of the list. Whether the members of this frame differ comes first, then,
    marked as such, whether that would hold more widely. Where neither is shown the sentence says, from the
    pairs' ``detectable``, what could not have been.

    Parameters
    ----------
    cell : Cell
        Any of the indicator and wave, say the total.
    dimension : str
    """
    rows = ranked(cell.segments(dimension))
    items = [
        worded("ranked", "segment", name=row.segment_name, level=row.number, base=row.base_number)
        for row in rows
    ]
    slots: dict[str, Text | Number | Phrase] = {
        "dimension": cell.cells.lexicon.dimension(dimension),
        "wave": wave_text(cell.wave),
        "label": cell.label,
        "list": listed(items),
        "test": _test(cell.compared_by(dimension), rows),
    }
    return Claim("comparison", worded("ranking", "segments", **slots))


def significance(cell: Cell, dimension: str) -> Claim:
    """Say alone whether the segments of a dimension differ; see `comparison`."""
    return Claim("evidence", _test(cell.compared_by(dimension), ranked(cell.segments(dimension))))


def case_of_test(tested: Comparison | None) -> str:
    """Return what is found of segments: ``differ``, ``as they stand``, ``alike`` or ``untested``.

    ``as they stand``: the members of this frame differ, by the intervals of the pairs, but by no more than
    chance would deal to as few; ``differ``: by more than that; ``alike``: neither is shown.
    """
    if tested is None or not tested.is_tested:
        return "untested"
    if tested.is_significant:
        return "differ"
    return "as they stand" if tested.differs_as_it_stands else "alike"


def _test(tested: Comparison | None, rows: Sequence[Cell]) -> Phrase:
    case = case_of_test(tested)
    if tested is None or case == "untested":
        return worded("segments", case)
    detectable = unseen(tested.pairs, {row.segment for row in rows})
    slots: dict[str, Text | Number | Phrase] = dict(probability(tested.p_value, tested.key, "p_adjusted"))
    slots["unseen"] = _unseen(detectable, rows[0], tested.key)
    return worded("segments", case, **slots)


def _unseen(detectable: Sequence[float | None], cell: Cell, key: str) -> Phrase | Text:
    """Say how large a difference between two of the segments listed would have had to be to be found."""
    if not detectable:
        return Text.same("")
    if all(value is None for value in detectable):
        return worded("unseen", "any")
    least, most = unseen_span(detectable, cell.cells.lexicon, cell.indicator, key)
    return (
        worded("unseen", "one", least=most)
        if least is None
        else worded("unseen", "several", least=least, most=most)
    )


def unseen_span(
    detectable: Sequence[float | None], lexicon: Lexicon, indicator: str, key: str
) -> tuple[Number | None, Number]:
    """Give the least and the most that tests of two segments could not see; no least where both print alike.

    Parameters
    ----------
    detectable : sequence of float or None
        As `detectable.unseen` gives it, at least one of them a number.
    lexicon : Lexicon
    indicator, key : str
        Whose unit is printed, and the key of the comparison.
    """
    known = [value for value in detectable if value is not None]
    measure = lexicon.measure(indicator)
    points = measure.change == ChangeUnit.POINTS
    unit = change_unit(lexicon, indicator, ChangeUnit.POINTS if points else ChangeUnit.OWN)
    digits = 0 if points and known[0] >= 1 else measure.digits
    low, high = bound_texts(known[0], known[-1], unit, digits)
    most = Number(high, known[-1], key, "unseen_most")
    if round_half_up(known[0], digits) == round_half_up(known[-1], digits):
        return None, most
    return Number(low, known[0], key, "unseen_least"), most


def within(cell: Cell, dimension: str, fixed: str) -> Claim | None:
    """Say that segments differ otherwise once another grouping is held fixed; None where the verdict stays.

    Parameters
    ----------
    cell : Cell
        Any of the indicator and wave; its collection holds the tests within the other grouping.
    dimension, fixed : str
        The dimension compared, and the one held fixed.
    """
    whole, given = (cell.compared_by(dimension, within=inside) for inside in (False, True))
    if whole is None or given is None or not (whole.is_tested and given.is_tested):
        return None
    if whole.is_significant == given.is_significant:
        return None
    case = "found" if given.is_significant else "gone"
    slots = probability(given.p_value, given.key, "p_within")
    return Claim("within", worded("within", case, kind=cell.cells.lexicon.dimension(fixed), **slots))


def channels(cells: Sequence[Cell], subject: Text) -> Claim:
    """List the items of a question from high to low in one sentence, as the yearly release does.

    Parameters
    ----------
    cells : sequence of Cell
        The total of every indicator in one wave.
    subject : Text
        What the shares are of, as a noun phrase.
    """
    rows = ranked(cells)
    items = [
        worded("ranked", "item", name=running_name(row.name, row.label.en), level=row.number) for row in rows
    ]
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(rows[0].wave),
        "subject": capitalised(subject),
        "list": listed(items),
        "base": base_span(rows),
    }
    return Claim("channels", worded("ranking", "items", **slots))
