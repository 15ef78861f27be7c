"""The course of a figure over the waves, told in words for those who do not see its line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.formatting import Lexicon, Text, estimate_text, interval_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["course"]


def course(rows: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Text:
    """Tell the waves of a line one after the other, with the interval of the last."""
    zh, en = [], []
    for row in rows:
        wave = wave_text(row["wave"])
        if row["status"] != "released":
            zh.append(f"{wave.zh}不予公布")
            en.append(f"withheld in {wave.en}")
            continue
        value = estimate_text(float(row["estimate"]), lexicon, row["indicator"], row["wave"])
        zh.append(f"{wave.zh}{value.zh}")
        en.append(f"{value.en} in {wave.en}")
    span, last = Text.same(""), rows[-1]
    if last["status"] == "released" and not math.isnan(float(last["lower"])):
        unit, digits = (
            lexicon.unit(last["indicator"], last["wave"]),
            lexicon.measure(last["indicator"]).digits,
        )
        ends = interval_text(float(last["lower"]), float(last["upper"]), unit, digits)
        span = Text(f"（区间{ends.zh}）", f" (interval {ends.en})")
    return Text("，".join(zh) + span.zh, ", ".join(en) + span.en)
