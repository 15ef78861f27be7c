"""Streaks as printed against the printed series: years counted back, breaks and gaps named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.consistency.findings import Finding, Words, finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.consistency.ledger import Figure, Ledger
    from analysis.consistency.meanings import Meaning

__all__ = ["streak_numbering", "streaks"]

UNTIL = re.compile(r"(?:至|until |to )(\d{4})")


@dataclass(frozen=True)
class _Run:
    """Years that kept the rule, counted back; what ended the count; breaks gone over."""

    kept: tuple[int, ...]
    ended_by: int | None
    spliced: tuple[int, ...]


def streaks(ledger: Ledger) -> list[Finding]:
    """Hold every streak against the printed figures of its indicator."""
    found = []
    for figure in ledger.figures:
        if figure.meaning.kind == "streak" and figure.meaning.streak_of and figure.exact:
            values = ledger.series(figure.meaning.streak_of, figure)
            if not values:
                everybody = [other for other in ledger.figures if other.indicator == figure.meaning.streak_of]
                values = ledger.series(figure.meaning.streak_of, everybody[0]) if everybody else {}
            if values:
                found.append(_streak(ledger, figure, values))
    return found


def _streak(ledger: Ledger, figure: Figure, values: Mapping[int, Figure]) -> Finding:
    named = UNTIL.search(figure.label)
    last, meaning = int(named[1]) if named else figure.year, figure.meaning
    breaks = ledger.meanings[meaning.streak_of].breaks if meaning.streak_of in ledger.meanings else ()
    run = _count(values, last, int(figure.number), meaning, breaks)
    steps = " → " if meaning.streak_rule != "above" else ", "
    years = [y for y in sorted(values) if y <= last and y >= last - int(figure.number)]
    listed = steps.join(f"{y}: {values[y].text}" for y in years[-8:])
    if run.ended_by is not None:
        return finding(figure, "streak", "streak", *_broken(figure, values, run, listed))
    switch = _switched(ledger, figure, len(run.kept))
    if switch is not None:
        return finding(figure, "streak", "streak", *switch)
    shown = len(run.kept)
    zh, en = f"{listed}；已公布的{shown}年符合", f"{listed}; {shown} of {figure.text} years can be shown"
    if shown < figure.number:
        zh, en = f"{zh}，其余年份没有数字", f"{en}, the others have no printed figure"
    if shown == figure.number:
        longer = _count(values, last, shown + 1, meaning, breaks)
        if len(longer.kept) > shown and not longer.spliced:
            zh = f"{listed}；{min(longer.kept)}年也符合，可数到{len(longer.kept)}年以上"
            en = f"{listed}; {min(longer.kept)} keeps to it too, which makes {len(longer.kept)} years or more"
            return finding(figure, "streak", "suspicious", Words(zh, en))
    if run.spliced:
        at = "、".join(map(str, run.spliced))
        zh, en = f"{zh}；跨越{at}年的口径变化", f"{en}; it runs over the change of definition in {at}"
        return finding(figure, "streak", "definition", Words(zh, en))
    return finding(figure, "streak", "holds", Words(zh, en))


def _count(
    values: Mapping[int, Figure], last: int, length: int, meaning: Meaning, breaks: tuple[int, ...]
) -> _Run:
    """Go back year by year as far as the streak claims; a year without a figure neither keeps nor ends it."""
    kept: list[int] = []
    compares = meaning.streak_rule != "above"
    for year in range(last, last - length, -1):
        now, then = values.get(year), values.get(year - 1)
        if now is None or (compares and then is None):
            continue
        if not _keeps(now, then, meaning):
            return _Run(tuple(kept), year, ())
        kept.append(year)
    first = last - length + (0 if compares else 1)
    spliced = tuple(b for b in sorted(breaks) if first < b <= last and kept and b <= max(kept))
    return _Run(tuple(kept), None, tuple(b for b in spliced if b > min(kept) - compares))


def _keeps(now: Figure, then: Figure | None, meaning: Meaning) -> bool:
    """Whether a year keeps the rule; a bound such as >10 is given the benefit of the doubt."""
    if meaning.streak_rule == "above":
        return (
            now.high > Fraction(str(meaning.threshold))
            if not now.exact
            else now.number > Fraction(str(meaning.threshold))
        )
    if then is None or not (now.exact and then.exact):
        return True
    return now.number > then.number if meaning.streak_rule == "rising" else now.number < then.number


def _broken(figure: Figure, values: Mapping[int, Figure], run: _Run, listed: str) -> tuple[Words, Words]:
    year = run.ended_by or figure.year
    now, then, meaning = values[year], values.get(year - 1), figure.meaning
    if meaning.streak_rule == "above" or then is None:
        zh, en = (
            f"{year}年为{now.text}，不高于{meaning.threshold:g}",
            f"{now.text} in {year} is not above {meaning.threshold:g}",
        )
    elif now.number == then.number:
        zh, en = (
            f"{year - 1}年与{year}年均为{now.text}",
            f"{now.text} in both {year - 1} and {year}: no change",
        )
    else:
        zh, en = (
            f"{year - 1}年{then.text}，{year}年{now.text}",
            f"{then.text} in {year - 1}, {now.text} in {year}",
        )
    holds = len(run.kept)
    near = Words(f"按已公布数字为{holds}年", f"by the printed figures it is {holds}")
    return Words(
        f"{listed}；{zh}，连续{figure.text}年不成立", f"{listed}; {en}, so no streak of {figure.text}"
    ), near


def _switched(ledger: Ledger, figure: Figure, shown: int) -> tuple[Words, Words] | None:
    """Tell where a streak went on under another indicator in the year its own one broke."""
    meaning = figure.meaning
    if shown >= figure.number or meaning.streak_rule != "above":
        return None
    for other in ledger.figures:
        former = other.meaning
        alike = (former.kind, former.streak_rule, former.threshold) == ("streak", "above", meaning.threshold)
        if not alike or former.streak_of == meaning.streak_of or other.year != figure.year - 1:
            continue
        level = next((f for f in ledger.places.get((former.streak_of, figure.year), ()) if f.exact), None)
        if other.exact and other.number == figure.number - 1 and level and level.number <= _limit(meaning):
            limit = f"{meaning.threshold:g}"
            zh = f"{other.year}年连续{other.text}年的是“{level.label}”，"
            zh += f"{figure.year}年为{level.text}，不高于{limit}"
            en = (
                f"the {other.text} years of {other.year} were of {level.meaning.english()}, "
                f"{level.text} in {figure.year}: not above {limit}"
            )
            zh += f"；本指标已公布的只有{shown}年"
            en += f"; of this indicator {shown} of {figure.text} years can be shown"
            return Words(zh, en), Words("连续年数换了指标延续", "the streak went on under another indicator")
    return None


def _limit(meaning: Meaning) -> Fraction:
    return Fraction(str(meaning.threshold))


def streak_numbering(ledger: Ledger) -> list[Finding]:
    """Hold a streak or running number against those printed before: each year adds one."""
    found = []
    for figure in ledger.figures:
        if figure.meaning.kind != "streak" or not figure.exact:
            continue
        earlier = [
            f for y, f in ledger.series(figure.indicator, figure).items() if y < figure.year and f.exact
        ]
        if not earlier:
            continue
        before = earlier[-1]
        due = before.number + figure.year - before.year
        text = f"{before.year}: {before.text}, {figure.year}: {figure.text}"
        # a streak may start anew; it cannot grow by more than the years that passed
        if figure.number > due:
            words = Words(f"{text}；最多应为{due}", f"{text}; it can be {due} at most")
            found.append(finding(figure, "numbering", "streak", words))
        elif not figure.meaning.streak_of and figure.number != due:
            words = Words(f"{text}；应为{due}", f"{text}; it should be {due}")
            found.append(finding(figure, "numbering", "streak", words))
        else:
            found.append(finding(figure, "numbering", "holds", Words(text, text)))
    return found
