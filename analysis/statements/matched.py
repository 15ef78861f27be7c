"""Sentences on the members that answered twice: how many took something up, how many gave it up."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.formatting import Lexicon, Number, Text, change_key, round_half_up, unit_text, wave_text
from analysis.phrases import Claim, Phrase, compose
from analysis.statements.cells import is_known, pick

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["matched"]

_TINY = 0.001
_MATCHED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "share": Text(
            "{name}：{base}和{wave}都作答的{n}中，{gained}由“否”转“是”，{lost}由“是”转“否”{tested}。",
            "{name}: of the {n} seen in both {base} and {wave}, {gained} turned from no to yes and "
            "{lost} from yes to no{tested}.",
        ),
        "amount": Text(
            "{name}：{base}和{wave}都作答的{n}中，{gained}上升，{lost}下降。",
            "{name}: of the {n} seen in both {base} and {wave}, {gained} went up and {lost} down.",
        ),
    }
)
_TESTED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "beyond": Text("，仅凭偶然很难如此一边倒（p{sign}{p}）", ", hardly by chance (p {sign} {p})"),
        "chance": Text(
            "，单看这些单位，偶然也可能如此（p{sign}{p}）",
            ", which among these members chance alone may bring (p {sign} {p})",
        ),
        "fact": Text(
            "；两次都在的单位全部作答，这是事实而非推断",
            "; all members of both waves answered, so this is a fact",
        ),
    }
)


def matched(
    tests: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str,
    alpha: float = 0.05,
) -> Claim:
    """State how many of the members that answered twice gained and lost, and whether chance alone would do.

    Amounts are counted by whether they rose or fell, which no test is told of: theirs is one of the mean.

    Parameters
    ----------
    tests : DataFrame
        As `disclosure.release_matched` leaves it.
    lexicon : Lexicon
    indicator, wave, base_wave : str
    alpha : float
        Level of the test.

    Raises
    ------
    AnalysisError
        If there is no such row.
    """
    cell = {"wave": wave, "base_wave": base_wave, "dimension": "total", "segment": "all"}
    row = pick(tests, "tests", indicator=indicator, **cell)
    key = change_key(wave, base_wave, indicator)
    n = float(row["n_matched"])
    slots: dict[str, Text | Number | Phrase] = {
        "name": lexicon.name(indicator),
        "base": wave_text(base_wave),
        "wave": wave_text(wave),
        "n": Number(unit_text(n, lexicon.respondent, 0), n, key, "n_matched"),
        "gained": _count(row, "gained", key),
        "lost": _count(row, "lost", key),
    }
    share = str(row["test"]) in {"McNemar exact", "counted"} and str(row["unit"]) == "percentage points"
    if share:
        slots["tested"] = _tested(float(row["p_value"]), key, alpha)
    return Claim("matched", compose(_MATCHED["share" if share else "amount"], **slots))


def _count(row: Mapping[str, object], column: str, key: str) -> Number:
    """Count members, none of them in words."""
    count = int(str(row[column]))
    words = Text(f"{count}家", f"{count:,}") if count else Text("没有单位", "none")
    return Number(words, float(count), key, column)


def _tested(p: float, key: str, alpha: float) -> Phrase:
    if not is_known(p):
        return compose(_TESTED["fact"])
    tiny = p < _TINY
    printed = Text.same("0.001" if tiny else str(round_half_up(p, 3)))
    return compose(
        _TESTED["beyond" if p < alpha else "chance"],
        sign=Text.same("<" if tiny else "="),
        p=Number(printed, p, key, "p_matched"),
    )
