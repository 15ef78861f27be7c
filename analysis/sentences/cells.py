"""Rows of the frames as numbers of a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.model import AnalysisError
from analysis.words import (
    Lexicon,
    Number,
    Phrase,
    Text,
    bound_texts,
    change_key,
    change_text,
    change_unit,
    compose,
    estimate_key,
    estimate_text,
    round_half_up,
    unit_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "among",
    "base_number",
    "confidence_number",
    "count_number",
    "estimate_number",
    "interval_phrase",
    "is_known",
    "label_among",
    "moved_number",
    "parameter_number",
    "pick",
]


def count_number(count: int) -> Number:
    """Take a count that a sentence makes itself (of indicators, say) as a number of it."""
    return Number(Text.same(f"{count:,}"), float(count), "", "count")


def pick(frame: pd.DataFrame, argument: str, **keys: str) -> Mapping[str, Any]:
    """Pick the one row with these keys."""
    chosen = frame
    for column, value in keys.items():
        chosen = chosen[chosen[column] == value]
    if len(chosen) != 1:
        wanted = ", ".join(f"{column} {value}" for column, value in keys.items())
        raise AnalysisError(
            argument=argument,
            expected=f"one row with {wanted}",
            got=f"{len(chosen)} rows",
            remedy="check the keys and that the frame holds the cell",
        )
    return {str(name): value for name, value in chosen.iloc[0].items()}


def estimate_number(row: Mapping[str, Any], lexicon: Lexicon) -> Number:
    """Take the estimate of a row as a number of a sentence."""
    key = estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
    return Number(
        estimate_text(row["estimate"], lexicon, row["indicator"], row["wave"]), float(row["estimate"]), key
    )


def base_number(row: Mapping[str, Any], lexicon: Lexicon) -> Number:
    """Take the base of a row as a number of a sentence, counted in members."""
    key = estimate_key(row["wave"], row["indicator"], row["dimension"], row["segment"])
    return Number(unit_text(float(row["n"]), lexicon.respondent, 0), float(row["n"]), key, "n")


def is_known(value: Any) -> bool:
    """Tell whether a bound or p-value is there."""
    return value is not None and not math.isnan(float(value))


def confidence_number(level: float) -> Number:
    """Print a confidence level, 0.95 as 95%: a parameter, which no cell holds."""
    return parameter_number(Text.same(f"{round_half_up(100 * level, 0)}%"), 100 * level)


def parameter_number(text: Text, value: float) -> Number:
    """Take a setting (a level, a threshold) as a number of a sentence, which no cell holds."""
    return Number(text, float(value), "", "parameter")


def among(lexicon: Lexicon, dimension: str, segment: str) -> Text:
    """Name the segment as an addition to a noun; nothing for the total."""
    if dimension == "total":
        return Text.same("")
    name = lexicon.segment(segment)
    return Text(f"{name.zh}中", f" among {name.en}")


def interval_phrase(row: Mapping[str, Any], lexicon: Lexicon) -> Phrase:
    """Write both bounds of an estimate, change or slope, each as a number of its own."""
    indicator, measure = row["indicator"], lexicon.measure(row["indicator"])
    moved = "base_wave" in row or "slope" in row
    if moved:
        unit, digits = change_unit(lexicon, indicator, row["unit"]), measure.change_digits
        ends = ("wave", "base_wave") if "base_wave" in row else ("last_wave", "first_wave")
        key = change_key(row[ends[0]], row[ends[1]], indicator, row["dimension"], row["segment"])
    else:
        unit, digits = lexicon.unit(indicator, row["wave"]), measure.digits
        key = estimate_key(row["wave"], indicator, row["dimension"], row["segment"])
    bounds = float(row["lower"]), float(row["upper"])
    low, high = bound_texts(*bounds, unit, digits, sign="always" if moved else "auto")
    return compose(
        Text("{lower}至{upper}", "{lower} to {upper}"),
        lower=Number(low, bounds[0], key, "lower"),
        upper=Number(high, bounds[1], key, "upper"),
    )


def moved_number(row: Mapping[str, Any], lexicon: Lexicon, key: str, column: str, *, signed: bool) -> Number:
    """Take a change in a column of a row as a number; one found that rounds to zero is "less than" a step."""
    value, indicator = float(row[column]), str(row["indicator"])
    digits = lexicon.measure(indicator).change_digits
    if signed or round_half_up(value, digits):
        text = change_text(value, lexicon, indicator, unit=row["unit"], sign="always" if signed else "never")
    else:
        step = unit_text(10.0**-digits, change_unit(lexicon, indicator, row["unit"]), digits)
        text = Text(f"不到{step.zh}", f"less than {step.en}")
    return Number(text, value, key, column)


def label_among(label: Text, where: Text) -> Text:
    """Join a label with the segment it is told of."""
    return Text(where.zh + label.zh, label.en + where.en)
