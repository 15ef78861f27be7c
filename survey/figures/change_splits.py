"""What lies behind a change: who stands behind it, and a membership made up otherwise.

Every function returns a frame whose words are texts in both languages, of released cells alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.inference import decompose
from analysis.words import Lexicon, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from survey.figures.figures import Figures

__all__ = ["SPLITS", "Split", "mixes", "parts", "reasons", "span_parts", "spans"]

UNITS = {"percentage points": Text("百分点", "% points"), "percent": Text("%", "%")}
_PARTS = ("change", "matched_change", "joiners", "leavers")
_NO_MIX = 1e-6  # of the change: what the make-up of the membership leaves to rounding


def spans(figures: Figures, indicators: Sequence[str]) -> dict[str, str]:
    """Return for each indicator the first wave that this one can be compared with, but for the one before.

    Indicators whose only comparable wave is the one before are left out: their change is told there.
    """
    table = figures.changes
    usable = table[
        (table["dimension"] == "total") & table["comparable"] & table["change"].notna()
        & (table["base_wave"] != figures.before)
    ]  # fmt: skip
    first = usable.groupby("indicator")["base_wave"].min()
    return {name: str(first[name]) for name in indicators if name in first}


def parts(figures: Figures, lexicon: Lexicon, indicators: Sequence[str]) -> pd.DataFrame:
    """Return the respondents' change since the wave before, split by who answered when, with their number."""
    return _parts(figures, lexicon, dict.fromkeys(indicators, figures.before or ""))


def span_parts(figures: Figures, lexicon: Lexicon, indicators: Sequence[str]) -> pd.DataFrame:
    """Return the same since the first comparable wave."""
    return _parts(figures, lexicon, spans(figures, indicators))


def _parts(figures: Figures, lexicon: Lexicon, bases: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for row in _rows(figures, bases):
        told = [_or_withheld(row[part]) for part in _PARTS]
        now = int(row["n_joined"] + row["n_returned"] + row["n_answered_anew"])
        then = int(row["n_left"] + row["n_absent"] + row["n_blank"])
        words = (_named(row, lexicon, figures.before), _unit(row))
        rows.append((*words, *told, int(row["n_matched"]), now, then))
    names = ["indicator", "unit", "change", "matched", "now", "then", "n_both", "n_now", "n_then"]
    return pd.DataFrame(rows, columns=names)


def reasons(figures: Figures, lexicon: Lexicon, indicators: Sequence[str]) -> pd.DataFrame:
    """Return the respondents' change since the first comparable wave, split by why members came or went.

    `listed`: in one wave's list of members alone; `answered`: in both lists, but with a return in one wave
    alone; `item`: with a return in both, but with an answer to this question in one alone. Changes whose
    reasons are withheld are left out.
    """
    rows = []
    for row in _rows(figures, spans(figures, indicators)):
        if pd.isna(row["joined"]):
            continue
        told = [
            _or_withheld(value)
            for value in (
                row["change"], row["matched_change"], row["joined"] + row["left"],
                row["returned"] + row["absent"], row["answered_anew"] + row["blank"],
            )
        ]  # fmt: skip
        words = (_named(row, lexicon, figures.before), _unit(row))
        rows.append((*words, *told, int(row["n_matched"])))
    names = ["indicator", "unit", "change", "matched", "listed", "answered", "item", "n_both"]
    return pd.DataFrame(rows, columns=names)


def mixes(figures: Figures, lexicon: Lexicon, indicators: Sequence[str]) -> pd.DataFrame:
    """Split changes of all members since the first comparable wave into figures of the strata and their mix.

    After Kitagawa (`composition.decompose`), from released figures of the strata. Left out are indicators
    whose figure for all is not the strata's weighed by their members (totals, pooled ratios, questions not
    put to all), of which a stratum is withheld, and waves whose mix is the same.
    """
    rows, bases = [], spans(figures, indicators)
    for name in bases:
        if (found := _mix(figures, name, bases[name])) is not None:
            unit = UNITS.get(str(found["unit"]), Text.same(str(found["unit"])))
            rows.append((lexicon.name(name), Text.same(bases[name]), unit, *found["effects"]))
    return pd.DataFrame(rows, columns=["indicator", "since", "unit", "change", "rates", "mix"])


def _mix(figures: Figures, indicator: str, base_wave: str) -> dict[str, Any] | None:
    measure = figures.measures.get(f"{indicator}.members")
    if measure is None or measure.kind not in {"share", "mean"} or measure.change == "percent":
        return None
    stratum, waves = figures.programme.settings.stratum, (base_wave, figures.wave)
    if stratum is None:
        return None
    codes = figures.programme.strata
    cells = [[figures.estimate(measure.indicator, stratum, code, wave) for code in codes] for wave in waves]
    whole = [figures.estimate(measure.indicator, wave=wave) for wave in waves]
    every = [*whole, *(cell for line in cells for cell in line)]
    if any(cell is None or cell.status != "released" for cell in every):
        return None
    sizes, rates = ([[getattr(c, name) for c in line] for line in cells] for name in ("N", "estimate"))
    found = decompose(codes, sizes[0], sizes[1], rates[0], rates[1])
    change = float(whole[1].estimate - whole[0].estimate)
    told = abs(found.change - change) <= _NO_MIX * max(1.0, abs(change))
    if not told or abs(found.composition_effect) <= _NO_MIX:
        return None
    effects = (found.change, found.rate_effect, found.composition_effect)
    return {"unit": measure.change_unit, "effects": effects}


def _rows(figures: Figures, bases: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Give the released row of each indicator's change since its base wave, in the order asked for."""
    table = figures.turnover
    chosen = table[(table["dimension"] == "total") & table["change"].notna()]
    cells = {(row["indicator"], row["base_wave"]): row for row in chosen.to_dict("records")}
    for cell in bases.items():
        if cell in cells:
            yield {str(name): value for name, value in cells[cell].items()}


def _named(row: Mapping[str, Any], lexicon: Lexicon, before: str | None) -> Text:
    """Name an indicator, and the wave since when where it is not the one before."""
    name, since = lexicon.name(str(row["indicator"])), str(row["base_wave"])
    if since == before:
        return name
    return Text(f"{name.zh}（自{wave_text(since).zh}）", f"{name.en} (since {wave_text(since).en})")


def _unit(row: Mapping[str, Any]) -> Text:
    return UNITS.get(str(row["unit"]), Text.same(str(row["unit"])))


def _or_withheld(value: float) -> float | str:
    return "[c]" if pd.isna(value) else float(value)


@dataclass(frozen=True)
class Split:
    """Hold how a change is split: what makes the frame, heads of its columns in both languages, decimals."""

    frame: Callable[[Figures, Lexicon, Sequence[str]], pd.DataFrame]
    heads: Mapping[str, tuple[str, str]]
    digits: Mapping[str, int]


_INDICATOR, _SINCE, _UNIT = ("指标", "Indicator"), ("自", "Since"), ("单位", "Unit")
_BOTH = ("两次都答", "Answered twice")

#: The ways a chapter splits changes.
SPLITS: Final[Mapping[str, Split]] = MappingProxyType(
    {
        "parts": Split(
            parts,
            {
                "indicator": _INDICATOR, "unit": _UNIT, "change": ("变化", "Change"), "matched": _BOTH,
                "now": ("只答本次", "Only now"), "then": ("只答上次", "Only then"),
                "n_both": ("都答家数", "Members, twice"), "n_now": ("只本次家数", "Members, now"),
                "n_then": ("只上次家数", "Members, then"),
            },
            dict.fromkeys(("change", "matched", "now", "then"), 2),
        ),
        "span_parts": Split(
            span_parts,
            {
                "indicator": _INDICATOR, "unit": _UNIT, "change": ("变化", "Change"), "matched": _BOTH,
                "now": ("只答本次", "Only now"), "then": ("只答当年", "Only then"),
                "n_both": ("都答家数", "Members, twice"), "n_now": ("只本次家数", "Members, now"),
                "n_then": ("只当年家数", "Members, then"),
            },
            dict.fromkeys(("change", "matched", "now", "then"), 2),
        ),
        "reasons": Split(
            reasons,
            {
                "indicator": _INDICATOR, "unit": _UNIT, "change": ("变化", "Change"), "matched": _BOTH,
                "listed": ("进出名单", "Joined or left"), "answered": ("一次未交卷", "One return missing"),
                "item": ("一次未答此题", "Question left out once"), "n_both": ("都答家数", "Members, twice"),
            },
            dict.fromkeys(("change", "matched", "listed", "answered", "item"), 2),
        ),
        "mixes": Split(
            mixes,
            {
                "indicator": _INDICATOR, "since": _SINCE, "unit": _UNIT,
                "change": ("全体成员的变化", "Change, all members"),
                "rates": ("各类单位自身变化", "Within types"),
                "mix": ("类型构成变化", "Mix of types"),
            },
            dict.fromkeys(("change", "rates", "mix"), 2),
        ),
    }
)  # fmt: skip
