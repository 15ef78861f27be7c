"""Sentences on several cells, from high to low."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from analysis.disclosure import require_released
from analysis.inference import unseen
from analysis.model import AnalysisError
from analysis.sentences.cells import base_number, estimate_number, is_known
from analysis.words import (
    Claim,
    Lexicon,
    Number,
    Phrase,
    Text,
    bound_texts,
    change_unit,
    compose,
    estimate_key,
    join,
    round_half_up,
    unit_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = [
    "base_span",
    "channels",
    "comparison",
    "differ",
    "ranked",
    "significance",
    "tested_p",
    "unseen_span",
    "within",
]

_ITEM = Text("{name}{level}", "{name} {level}")
_SEGMENT_ITEM = Text("{name}{level}（{base}）", "{name} {level} ({base})")
_TINY = 0.001
_UNSEEN: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "one": Text(
            "；两类之间小于约{least}的差距难以察觉",
            "; a difference between two groups smaller than about {least} could not be seen",
        ),
        "several": Text(
            "；视两类而定，小于约{least}至{most}的差距难以察觉",
            "; a difference between two groups smaller than about {least} to {most}, "
            "depending on the groups, could not be seen",
        ),
        "any": Text(
            "；样本不足，任何两类之间的差距都难以察觉",
            "; there are too few answers to see a difference between any two groups",
        ),
        "none": Text("", ""),
    }
)
_LAST = Text("、", " and ")
_COMPARISON = Text(
    "分{dimension}看，{wave}{label}由高到低依次为{list}。{test}",
    "By {dimension}, {label} in {wave} was, from high to low: {list}. {test}",
)
_TESTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "differ": Text(
            "各类之间的差异具有统计显著性（校正后p{sign}{p}）。",
            "The groups differ by more than chance (adjusted p {sign} {p}).",
        ),
        "alike": Text(
            "各类之间的差异不具有统计显著性（校正后p{sign}{p}）{unseen}。",
            "The differences are within what chance would bring (adjusted p {sign} {p}){unseen}.",
        ),
        "untested": Text("以上差异未作检验。", "The differences have not been tested."),
    }
)


def comparison(
    estimates: pd.DataFrame,
    comparisons: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str,
    alpha: float = 0.05,
) -> Claim:
    """Rank the segments of one dimension from high to low and say whether they differ by more than chance.

    Parameters
    ----------
    estimates : DataFrame
        Released cells; suppressed ones are left out of the list and said so.
    comparisons : DataFrame
        The test of the dimension, read at `p_adjusted`; may hold no row of it. Where it finds nothing the
        sentence says, from the pairs' ``detectable_by_test``, what it could not have found.
    lexicon : Lexicon
    indicator, wave, dimension : str
    alpha : float
        Level of the test.
    """
    rows = ranked(estimates, indicator=[indicator], wave=wave, dimension=dimension)
    items = [
        compose(
            _SEGMENT_ITEM,
            name=lexicon.segment(row["segment"]),
            level=estimate_number(row, lexicon),
            base=base_number(row, lexicon),
        )
        for row in rows
    ]
    listed = join(items, Text("、", ", "), _LAST)
    return Claim(
        "comparison",
        compose(
            _COMPARISON,
            dimension=lexicon.dimension(dimension),
            wave=wave_text(wave),
            label=lexicon.label(indicator),
            list=listed,
            test=_test(comparisons, lexicon, rows, alpha),
        ),
    )


def _test(
    comparisons: pd.DataFrame, lexicon: Lexicon, rows: Sequence[Mapping[str, Any]], alpha: float
) -> Phrase:
    indicator, wave, dimension = (str(rows[0][name]) for name in ("indicator", "wave", "dimension"))
    p = tested_p(comparisons, indicator, wave, dimension)
    if p is None:
        return compose(_TESTS["untested"])
    chosen = _tests_of(comparisons, indicator, wave, dimension)
    key = estimate_key(wave, str(chosen["indicator"].iloc[0]), dimension, "*")
    tiny = p < _TINY
    printed = Text.same("0.001" if tiny else str(round_half_up(p, 3)))
    shown = {str(row["segment"]) for row in rows}
    unseen_by_test = unseen(str(chosen.iloc[0].get("pairs", "[]")), shown)
    return compose(
        _TESTS["differ" if p < alpha else "alike"],
        sign=Text.same("<" if tiny else "="),
        p=Number(printed, p, key, "p_adjusted"),
        unseen=_unseen(unseen_by_test, lexicon, indicator, key),
    )


def _tests_of(comparisons: pd.DataFrame, indicator: str, wave: str, dimension: str) -> pd.DataFrame:
    return comparisons[
        comparisons["indicator"].isin([indicator, f"{indicator}.members"])
        & (comparisons["wave"] == wave)
        & (comparisons["dimension"] == dimension)
    ]


def tested_p(comparisons: pd.DataFrame, indicator: str, wave: str, dimension: str) -> float | None:
    """Return the adjusted p-value of a dimension's test; None where nothing was tested."""
    chosen = _tests_of(comparisons, indicator, wave, dimension)
    if chosen.empty or not is_known(chosen.iloc[0]["p_adjusted"]):
        return None
    return float(chosen["p_adjusted"].iloc[0])


def significance(
    estimates: pd.DataFrame,
    comparisons: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str,
    alpha: float = 0.05,
) -> Claim:
    """Say alone whether the segments of a dimension differ by more than chance; see `comparison`."""
    rows = ranked(estimates, indicator=[indicator], wave=wave, dimension=dimension)
    return Claim("evidence", _test(comparisons, lexicon, rows, alpha))


def differ(
    comparisons: pd.DataFrame, indicator: str, wave: str, dimension: str, *, alpha: float = 0.05
) -> bool | None:
    """Tell whether a dimension's segments differ by more than chance; None where nothing was tested."""
    p = tested_p(comparisons, indicator, wave, dimension)
    return None if p is None else p < alpha


def _unseen(detectable: Sequence[float | None], lexicon: Lexicon, indicator: str, key: str) -> Phrase:
    """Say how large a difference between two of the segments listed would have had to be to be found."""
    if all(value is None for value in detectable):
        return compose(_UNSEEN["any" if detectable else "none"])
    least, most = unseen_span(detectable, lexicon, indicator, key)
    return (
        compose(_UNSEEN["one"], least=most)
        if least is None
        else compose(_UNSEEN["several"], least=least, most=most)
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
    points = measure.change == "percentage points"
    unit = change_unit(lexicon, indicator, "percentage points" if points else "own")
    digits = 0 if points and known[0] >= 1 else measure.digits
    low, high = bound_texts(known[0], known[-1], unit, digits)
    most = Number(high, known[-1], key, "unseen_most")
    if round_half_up(known[0], digits) == round_half_up(known[-1], digits):
        return None, most
    return Number(low, known[0], key, "unseen_least"), most


_WITHIN: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "gone": Text(
            "但在同一{kind}之内比较，上述差异不再显著（校正后p{sign}{p}）：它可能来自{kind}构成不同。",
            "Within one {kind}, however, the difference is no more than chance would bring (adjusted p "
            "{sign} {p}): it may come from a different mix of them.",
        ),
        "found": Text(
            "但在同一{kind}之内比较，各类之间有显著差异（校正后p{sign}{p}）：总数把它掩盖了。",
            "Within one {kind}, however, the groups do differ by more than chance (adjusted p {sign} {p}), "
            "which the whole figures hide.",
        ),
    }
)


def within(
    comparisons: pd.DataFrame,
    given: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str,
    held: str,
    alpha: float = 0.05,
) -> Claim | None:
    """Say that segments differ otherwise once another grouping is held fixed; None where the verdict stays.

    Parameters
    ----------
    comparisons, given : DataFrame
        As `segments.compare` returns it, the second with ``within=held``.
    lexicon : Lexicon
    indicator, wave, dimension, held : str
        `held` is the dimension held fixed.
    alpha : float
        Level of the tests, read at `p_adjusted`.
    """
    p_values = []
    for table in (comparisons, given):
        chosen = table[
            (table["indicator"] == indicator) & (table["wave"] == wave) & (table["dimension"] == dimension)
        ]
        if chosen.empty or not is_known(chosen["p_adjusted"].iloc[0]):
            return None
        p_values.append(float(chosen["p_adjusted"].iloc[0]))
    before, p = p_values
    if (before < alpha) == (p < alpha):
        return None
    tiny = p < _TINY
    printed = Text.same("0.001" if tiny else str(round_half_up(p, 3)))
    number = Number(printed, p, estimate_key(wave, indicator, dimension, "*"), "p_within")
    sign = Text.same("<" if tiny else "=")
    found = "found" if p < alpha else "gone"
    return Claim("within", compose(_WITHIN[found], kind=lexicon.dimension(held), sign=sign, p=number))


def ranked(
    estimates: pd.DataFrame, *, indicator: Sequence[str], wave: str, dimension: str
) -> list[Mapping[str, Any]]:
    """Pick released rows, highest first; equal ones keep the order given."""
    chosen = estimates[
        estimates["indicator"].isin(list(indicator))
        & (estimates["wave"] == wave)
        & (estimates["dimension"] == dimension)
    ]
    require_released(chosen)
    shown = chosen[chosen["status"] == "released"].sort_values("estimate", ascending=False, kind="stable")
    if shown.empty:
        raise AnalysisError(
            argument="estimates",
            expected=f"released rows of {', '.join(indicator)} in {wave} by {dimension}",
            got="none",
            remedy="check the keys, or leave the sentence out",
        )
    return [{str(name): value for name, value in row.items()} for row in shown.to_dict("records")]


_CHANNELS = Text(
    "{wave}，{subject}由高到低依次为：{list}（{base}）。",
    "In {wave}, {subject} was, from high to low: {list} ({base}).",
)


def channels(
    estimates: pd.DataFrame, lexicon: Lexicon, indicators: Sequence[str], wave: str, *, subject: Text
) -> Claim:
    """List the items of a question from high to low in one sentence, as the yearly release does.

    Parameters
    ----------
    estimates : DataFrame
        Released cells; the total of every indicator.
    lexicon : Lexicon
    indicators : sequence of str
    wave : str
    subject : Text
        What the shares are of, as a noun phrase.
    """
    rows = ranked(estimates, indicator=indicators, wave=wave, dimension="total")
    items = [
        compose(_ITEM, name=lexicon.name(row["indicator"]), level=estimate_number(row, lexicon))
        for row in rows
    ]
    base = base_span(rows, lexicon)
    listed = join(items, Text("、", ", "), _LAST)
    return Claim(
        "channels", compose(_CHANNELS, wave=wave_text(wave), subject=subject, list=listed, base=base)
    )


def base_span(rows: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> Phrase:
    """Tell how many answered the items of a question: one number, or the least and the most."""
    bases = sorted({float(row["n"]) for row in rows})
    ends = [next(row for row in rows if float(row["n"]) == base) for base in (bases[0], bases[-1])]
    if len(bases) == 1:
        return compose(Text("{n}作答", "base: {n}"), n=base_number(ends[0], lexicon))
    least = unit_text(bases[0], lexicon.respondent, 0)
    bare = Text(least.zh.removesuffix(lexicon.respondent.zh), least.en.split(" ")[0])
    low = Number(bare, bases[0], base_number(ends[0], lexicon).key, "n")
    return compose(
        Text("各项{low}至{n}作答", "bases: {low} to {n}"), low=low, n=base_number(ends[1], lexicon)
    )
