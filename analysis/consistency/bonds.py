"""What binds the figures of a table nobody described: named, and kept where the figures bear it out.

Names say what may belong together (`connect_rate`, `connected`; `video_x_share`, `video_x_n`; `items_total`).
Of those, a bond is taken as given only where it holds more often than it fails: what holds for one line
of business is then checked against the other. A bond that names alone suggest is *presumed*, and what
fails it is worth checking, no contradiction.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analysis.consistency.ledger import read_ledger
from analysis.consistency.meanings import Meaning, read_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from analysis.consistency.ledger import Ledger, LedgerFigure

__all__ = ["infer_meanings"]

Place = tuple[int, str]
RATE = re.compile(r"_(?:rate|share|ratio|pct|percent|percentage|proportion)$")
CHANGE = re.compile(r"_(?:change|growth)(?:_rate|_abs|_pct)?$")
TOTAL = re.compile(r"_(?:total|sum|all)$")
PER_HEAD = re.compile(r"_(?:per_(?:head|capita|person|member|employee)|each)$")
ABOVE = re.compile(r"^(?P<stem>.+)_(?:gt|above|over)(?P<limit>\d+)(?P<rest>_share)?$")
MEAN = re.compile(r"(?:^|_)(?:mean|average|avg|median|per)(?:_|$)")
RATE_ZH = re.compile(r"^(?P<part>.{2,}?)(?:占.*|率|比例|比重)$")
#: Figures that are names of something: 7x24, 2023Q1.
CODED = re.compile(r"\d\s*[A-Za-z×]|[A-Za-z]\s*\d")
#: Per cents with fewer figures than this may fit a quotient by chance.
SIGNIFICANT = 3
#: Parts sought for a sum, at most, and amounts of one place among which they are sought.
MOST_PARTS, MOST_AMOUNTS = 4, 12


def infer_meanings(
    figures: pd.DataFrame, known: Mapping[str, Meaning] | None = None, units: frozenset[str] = frozenset()
) -> dict[str, Meaning]:
    """Say what the indicators of a table are and what binds them, from names, units and figures.

    Parameters
    ----------
    figures
        As for `audit`.
    known
        Meanings that stand; to them is added only which classes lie within which.
    units
        Counters beyond those known.

    Returns
    -------
    A meaning for every indicator of the table. Per cents are taken for ratios: that one counts respondents
    nobody knows unasked. Taken as given: a change (`x_change`) of a row of its own; the quotient
    of two amounts of the same place where the name points to the first and some place bears it out; parts
    whose sum holds. Presumed: a quotient with one possible denominator, parts of what is called a total.

    Raises
    ------
    FrameError
        What cannot be read, with row and column.
    """
    given = dict(known or {})
    groups = {str(code): rows for code, rows in figures.groupby("indicator", sort=False)}
    plain = given | {code: _kind(code, rows, units) for code, rows in groups.items() if code not in given}
    ledger = read_ledger(figures, plain, units=units)
    found = {code: meaning for code, meaning in plain.items() if code not in given}
    codes = set(ledger.years) | set(found)
    for code in list(found):
        found[code] = _named_bonds(found[code], codes)
    for bound in (_families(ledger, found), _sums(ledger, found)):
        found |= {code: replace(found[code], parts_of=whole) for code, whole in bound.items()}
    found |= _totals(ledger, found)
    found |= {code: replace(found[code], **bond) for code, bond in _quotients(ledger, found).items()}
    return _nested(given | found)


def _nested(given: dict[str, Meaning]) -> dict[str, Meaning]:
    """Bind narrower classes to the next wider of the same name: `x_gt95_share` to `x_gt90_share`."""
    classes = {
        code: match
        for code in given
        if (match := ABOVE.match(code)) and given[code].kind in {"share", "ratio"}
    }
    for code, match in classes.items():
        wider = [
            (int(other["limit"]), name)
            for name, other in classes.items()
            if (other["stem"], other["rest"]) == (match["stem"], match["rest"])
            and int(other["limit"]) < int(match["limit"])
        ]
        if wider and not given[code].within and not given[code].parts_of:
            given[code] = replace(given[code], within=max(wider)[1])
    return given


def _kind(code: str, rows: pd.DataFrame, units: frozenset[str]) -> Meaning:
    """Tell the kind of an indicator by its unit and its figures."""
    unit = read_unit(str(rows["unit"].iloc[0]).strip(), units)
    label = str(rows["label_zh"].iloc[0])
    if unit is None or unit.text.strip() in {"日期", "年月", "版本", "date"}:
        return Meaning(code)
    if unit.family != "number":
        return Meaning(code, "ratio")
    texts = [str(value).strip().lstrip("+-") for value in rows["value"]]
    if any(CODED.search(text) for text in texts):
        return Meaning(code)
    if MEAN.search(code) or "均" in label or PER_HEAD.search(code):
        return Meaning(code, "mean", "own")
    whole = unit.whole and unit.factor == 1 and all(text.isdigit() for text in texts)
    if whole:
        return Meaning(code, "count", "percent")
    lasting = not unit.whole and unit.factor == 1
    return Meaning(code, "total", "own" if lasting else "percent")


def _named_bonds(meaning: Meaning, codes: set[str]) -> Meaning:
    """Bind a change or an amount per head to what its name is made of."""
    code = meaning.indicator
    level, each = CHANGE.sub("", code), PER_HEAD.sub("", code)
    if level != code and level in codes:
        return Meaning(code, change_of=level)
    if each != code and each in codes:
        return replace(meaning, kind="mean", numerator=each)
    return meaning


def _amounts(ledger: Ledger, found: Mapping[str, Meaning]) -> dict[Place, list[LedgerFigure]]:
    """Gather the plain amounts of each year and segment, once each."""
    places: dict[Place, dict[str, LedgerFigure]] = defaultdict(dict)
    for figure in ledger.figures:
        meaning = found.get(figure.indicator)
        amount = meaning is not None and meaning.kind in {"count", "total"} and not meaning.change_of
        if amount and figure.exact and figure.low >= 0 and figure.unit.family == "number":
            places[figure.year, figure.segment].setdefault(figure.indicator, figure)
    return {place: list(amounts.values()) for place, amounts in places.items()}


# -- quotients ------------------------------------------------------------------


def _quotients(ledger: Ledger, found: Mapping[str, Meaning]) -> dict[str, dict[str, Any]]:
    """Find for each per cent the numerator its name points to and the denominator the figures bear out."""
    amounts, bonds = _amounts(ledger, found), {}
    rates: dict[str, list[LedgerFigure]] = defaultdict(list)
    for figure in ledger.figures:
        meaning = found.get(figure.indicator)
        given = meaning is not None and meaning.kind == "ratio" and not meaning.change_of
        if given and figure.exact and figure.unit.family == "percent":
            rates[figure.indicator].append(figure)
    tops = {code: {top.indicator for figure in figures for top in _tops(figure, amounts)}
            for code, figures in rates.items()}  # fmt: skip
    for code, figures in rates.items():
        sisters = {top for other in tops for top in tops[other] if _sister(found, code, other)}
        bond = _quotient(figures, amounts, sisters)
        if bond:
            bonds[code] = bond
    return bonds


def _sister(found: Mapping[str, Meaning], one: str, other: str) -> bool:
    return one != other and bool(found[one].parts_of) and found[one].parts_of == found[other].parts_of


def _tops(figure: LedgerFigure, amounts: Mapping[Place, list[LedgerFigure]]) -> list[LedgerFigure]:
    """List the amounts beside a per cent that its code or label names as its part."""
    here = amounts.get((figure.year, figure.segment), [])
    stem = RATE.sub("", figure.indicator)
    by_code = [
        a for a in here if stem != figure.indicator and re.match(rf"{re.escape(stem)}(?:_|ed|$)", a.indicator)
    ]
    if by_code:
        return by_code
    words = RATE_ZH.match(figure.label)
    return [a for a in here if words and words["part"] in a.label]


def _quotient(
    figures: list[LedgerFigure], amounts: Mapping[Place, list[LedgerFigure]], sisters: set[str]
) -> dict[str, Any] | None:
    fits: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    certain = False
    for figure in figures:
        for top in _tops(figure, amounts):
            for bottom in amounts.get((figure.year, figure.segment), []):
                alike = bottom.unit.counter == top.unit.counter and bottom.indicator not in sisters
                if (
                    not alike
                    or bottom.indicator == top.indicator
                    or _worth(bottom) < _worth(top)
                    or bottom.low <= 0
                ):
                    continue
                pair = (top.indicator, bottom.indicator)
                tried[pair] += 1
                fit = _divides(figure, top, bottom)
                fits[pair] += fit
                certain |= fit and len(figure.text.replace(".", "").lstrip("0")) >= SIGNIFICANT
    best = max(fits.values(), default=0)
    leading = [pair for pair in tried if fits[pair] == best]
    if len(leading) != 1:
        return None
    top_code, bottom_code = leading[0]
    if best and (certain or best > 1):
        return {"numerator": top_code, "denominator": bottom_code}
    return {"numerator": top_code, "denominator": bottom_code, "presumed": True} if len(tried) == 1 else None


def _worth(figure: LedgerFigure) -> Fraction:
    return figure.number * figure.unit.factor


def _divides(figure: LedgerFigure, top: LedgerFigure, bottom: LedgerFigure) -> bool:
    up, down = 100 * top.unit.factor, bottom.unit.factor
    return (
        top.low * up / (bottom.high * down) <= figure.high
        and top.high * up / (bottom.low * down) >= figure.low
    )


# -- sums -------------------------------------------------------------------------


def _families(ledger: Ledger, found: Mapping[str, Meaning]) -> dict[str, str]:
    """Find per cents of one heading (``业务占比:理财``) that make a hundred more often than not."""
    groups: dict[tuple[Place, str], dict[str, LedgerFigure]] = defaultdict(dict)
    for figure in ledger.figures:
        meaning = found.get(figure.indicator)
        if meaning and meaning.kind == "ratio" and figure.exact and figure.unit.family == "percent":
            groups[(figure.year, figure.segment), _heading(figure)].setdefault(figure.indicator, figure)
    held: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    for (_, heading), members in groups.items():
        if heading and len(members) > 2:  # noqa: PLR2004 - two shares make a hundred by chance too often
            low, high = (
                sum((getattr(f, end) for f in members.values()), Fraction(0)) for end in ("low", "high")
            )
            held[heading, frozenset(members)] += 1 if low <= 100 <= high else -1  # noqa: PLR2004 - per cent
    return {code: heading for (heading, codes), more in held.items() if more > 0 for code in codes}


def _heading(figure: LedgerFigure) -> str:
    head, colon, _ = figure.label.replace("：", ":").partition(":")
    return head if colon else ""


def _sums(ledger: Ledger, found: Mapping[str, Meaning]) -> dict[str, str]:
    """Find amounts akin by name that make another of the same place, more often than they fail to."""
    held: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    places = list(_amounts(ledger, found).values())
    for here in places:
        for whole, parts in _adding_up(here):
            held[whole, parts] += 1
    for whole, parts in held:
        for here in places:
            beside = {figure.indicator: figure for figure in here}
            if {whole, *parts} <= set(beside) and not _adds_up(beside[whole], [beside[p] for p in parts]):
                held[whole, parts] -= 1
    bound: dict[str, str] = {}
    for (whole, parts), more in sorted(held.items(), key=lambda item: (-item[1], item[0][0])):
        if more > 0 and whole not in bound.values() and not parts & set(bound):
            bound |= dict.fromkeys(parts, whole)
    return bound


def _adding_up(here: list[LedgerFigure]) -> Iterator[tuple[str, frozenset[str]]]:
    for whole in here[:MOST_AMOUNTS]:
        kin = [a for a in here[:MOST_AMOUNTS] if a is not whole and a.unit.counter == whole.unit.counter
               and _words(a) & _words(whole) and 0 < _worth(a) < _worth(whole)]  # fmt: skip
        for size in range(2, MOST_PARTS + 1):
            for parts in combinations(kin, size):
                shared = set.intersection(*(_words(part) for part in (whole, *parts)))
                if shared and _adds_up(whole, list(parts)):
                    yield whole.indicator, frozenset(part.indicator for part in parts)


def _words(figure: LedgerFigure) -> set[str]:
    return {word.removesuffix("s") for word in figure.indicator.split("_") if word not in {"n", "of"}}


def _adds_up(whole: LedgerFigure, parts: list[LedgerFigure]) -> bool:
    low = sum((part.low * part.unit.factor for part in parts), Fraction(0))
    high = sum((part.high * part.unit.factor for part in parts), Fraction(0))
    return low <= whole.high * whole.unit.factor and high >= whole.low * whole.unit.factor


def _totals(ledger: Ledger, found: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """Bind what stands beside a figure called a total to it, presumed: other parts may not be printed."""
    bound: dict[str, Meaning] = {}
    for here in _amounts(ledger, found).values():
        for whole in here:
            stem = TOTAL.sub("", whole.indicator)
            if stem == whole.indicator:
                continue
            parts = [a for a in here if a.indicator.startswith(f"{stem}_") and a is not whole
                     and a.unit.counter == whole.unit.counter
                     and not found[a.indicator].parts_of]  # fmt: skip
            if len(parts) > 1:
                bound |= {a.indicator: replace(found[a.indicator], parts_of=whole.indicator, presumed=True)
                          for a in parts}  # fmt: skip
    return bound
