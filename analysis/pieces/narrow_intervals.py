"""Which intervals may be too narrow, said to the reader beside the figures.

`analysis.inference.reliability` marks them in the method of an estimate and in the note of a change; here the
marks of a wave's figures for all members are gathered into one remark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.inference import FEW, MARK, SKEWED
from analysis.pieces.piece import Aside
from analysis.words import Lexicon, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["narrow_intervals"]

_REASONS = {
    FEW: Text("误差只靠不足十家单位的答案得出", "the error rests on fewer than ten answers"),
    SKEWED: Text("各单位的数值偏斜，少数单位影响较大", "skewed values, on which a few members weigh heavily"),
}
_LEAD = Text(
    "以下指标推及全体成员时，区间可能偏窄，判断时宜留有余地。",
    "Told of all members, the intervals of these indicators may be too narrow; "
    "leave a margin when judging by them.",
)
_LEVEL, _CHANGE = Text("水平", "level"), Text("变化", "change")


def narrow_intervals(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    *,
    wave: str,
    base_wave: str | None,
    dimension: str = "total",
    segment: str = "all",
) -> Aside | None:
    """Gather the marks of some indicators in a segment; nothing where none is marked.

    Parameters
    ----------
    estimates, changes
        Released cells.
    indicators
        Codes; the figures for all members (``.members``) are looked at.
    wave, base_wave
        The wave reported, and the one its changes are measured from, if there is any.
    """
    lines = []
    for code in indicators:
        keys = {"indicator": f"{code}.members", "wave": wave, "dimension": dimension, "segment": segment}
        level = _marks(estimates, keys, "method")
        change = _marks(changes, {**keys, "base_wave": base_wave}, "note") if base_wave else ""
        if level or change:
            of = [name for name, mark in ((_LEVEL, level), (_CHANGE, change)) if mark]
            lines.append(_line(lexicon.name(code), of, _REASONS[FEW if FEW in level + change else SKEWED]))
    return Aside("warning", _LEAD, tuple(lines)) if lines else None


def _line(name: Text, of: Sequence[Text], reason: Text) -> Text:
    """Name an indicator, what of it is marked, and why."""
    zh, en = "、".join(one.zh for one in of), " and ".join(one.en for one in of)
    return Text(f"{name.zh}（{zh}）：{reason.zh}", f"{name.en} ({en}): {reason.en}")


def _marks(table: pd.DataFrame, keys: Mapping[str, str | None], column: str) -> str:
    chosen = table
    for name, value in keys.items():
        chosen = chosen[chosen[name] == value]
    return "".join(text for text in chosen[column].astype("str") if MARK in text)
