"""The course of an indicator over the years, and figures that repeat: breaks, outliers, doubles."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import expm1, log
from statistics import median
from typing import TYPE_CHECKING

from analysis.consistency.findings import Finding, Words, finding, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.consistency.ledger import Figure, Ledger
    from analysis.consistency.meanings import Meaning

__all__ = ["definitions", "duplicates", "labels", "outliers", "repeats", "streak_numbering", "streaks"]

#: Years a series needs, and the modified z-score beyond which a year stands out (Iglewicz & Hoaglin 1993).
YEARS, OUTSTANDING = 8, 3.5
#: Notes, and words that say only that a thing is offered.
NOTE = re.compile(r"[（(][^）)]*[）)]")
QUALIFYING = frozenset({"均", "总", "新", "累", "净", "mean", "average", "total", "new", "net", "median"})
EMPTY = re.compile(r"提供|推出|已|同步|具备|参与|共同|服务|中心|全年|功能|的|、")
#: Digits from which on the same number in unlike indicators is worth a look.
SIGNIFICANT = 4


def definitions(ledger: Ledger) -> list[Finding]:
    """Name the first figure after each change of definition, and changes of unit nobody declared."""
    found = []
    for figure in ledger.figures:
        if figure.printed is None or figure.meaning.kind in {"streak", "date", "other"}:
            continue
        years = [year for year in ledger.series(figure.indicator, figure) if year < figure.year]
        before = ledger.at(figure.indicator, years[-1], figure) if years else None
        if before is None:
            continue
        found.append(_definition(figure, before))
    return found


def _definition(figure: Figure, before: Figure) -> Finding:
    crossed = [b for b in figure.meaning.breaks if before.year < b <= figure.year]
    units = (before.unit.text, figure.unit.text)
    text = f"{before.year}: {before.shown}; {figure.year}: {figure.shown}"
    if crossed:
        zh = f"{text}；“{before.label}”自{crossed[-1]}年起为“{figure.label}”，不可直接比较"
        en = f"{text}; what is measured changed in {crossed[-1]}: not comparable"
        return finding(figure, "definition", "definition", Words(zh, en))
    if before.unit.counter != figure.unit.counter or before.unit.family != figure.unit.family:
        zh, en = (
            f"{text}；单位由{units[0]}改为{units[1]}",
            f"{text}; the unit changed from {units[0]} to {units[1]}",
        )
        return finding(figure, "definition", "definition", Words(zh, en))
    return finding(
        figure, "definition", "holds", Words("与上一年口径相同", "same definition as the year before it")
    )


def labels(ledger: Ledger) -> list[Finding]:
    """Name figures whose label drifted from the one before where no change of definition is declared.

    Words of offering, notes in brackets and the order of words do not count.
    """
    found = []
    for figure in ledger.figures:
        level = figure.printed is not None and figure.meaning.kind not in {"streak", "date", "other"}
        if not level or figure.meaning.change_of:
            continue
        years = [year for year in ledger.series(figure.indicator, figure) if year < figure.year]
        before = ledger.at(figure.indicator, years[-1], figure) if years else None
        if before is None or any(before.year < b <= figure.year for b in figure.meaning.breaks):
            continue
        former = [f for f in ledger.places[figure.indicator, before.year] if f.same_place(figure)]
        if before.unit.counter != figure.unit.counter:
            continue  # told by `definitions` already
        if any(not _drifted(_meant(other.label), _meant(figure.label)) for other in former):
            words = Words("名称与前次相同", "the same label as before")
            found.append(finding(figure, "label", "holds", words))
            continue
        zh = f"{before.year}年“{before.label}”，{figure.year}年“{figure.label}”：名称有变，未说明口径是否改变"
        en = (
            f"“{before.label}” in {before.year}, “{figure.label}” in {figure.year}: the label changed, "
            "and no change of definition was declared"
        )
        found.append(finding(figure, "label", "definition", Words(zh, en)))
    return found


def _drifted(before: frozenset[str], now: frozenset[str]) -> bool:
    """Whether words were changed for others, or one that qualifies a figure came or went."""
    return bool(before - now and now - before) or bool((before ^ now) & QUALIFYING)


def _meant(label: str) -> frozenset[str]:
    """Give what a label is made of: its letters in Chinese, its words elsewhere."""
    plain = EMPTY.sub("", NOTE.sub("", label)).lower()
    return frozenset(re.findall(r"[\u4e00-\u9fff]|[a-z0-9]+", plain))


def outliers(ledger: Ledger) -> list[Finding]:
    """Name years that stand out of their series by a modified z-score of the distance from their neighbours.

    A Hampel filter: d = x - median of the two years before and the two after, nought for a steady rise;
    flagged where 0.6745 |d - median d| / MAD > 3.5, in series of at least eight plain figures. Amounts are
    held as logarithms, as they grow by rates. Median and median absolute deviation stand up to almost half of
    the years being wrong; more efficient scales (Rousseeuw & Croux's Sn, Qn) gain little on eight to twelve
    years and could not be done by hand. A deviation is never taken for less than the last digit printed:
    a series that stood still would else make an outlier of its first step.

    Notes
    -----
    `tests/analysis/consistency` holds the rate at which honest series are flagged.

    References
    ----------
    Hampel (1974), The influence curve and its role in robust estimation. doi:10.1080/01621459.1974.10482962
    Rousseeuw & Croux (1993), Alternatives to the median absolute deviation.
    doi:10.1080/01621459.1993.10476408
    Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Quality Press.
    """
    found: list[Finding] = []
    done: set[tuple[str, str]] = set()
    for figure in ledger.figures:
        place = (figure.indicator, "" if figure.whole else figure.segment)
        if place in done or figure.meaning.kind not in {"share", "ratio", "mean", "total"}:
            continue
        done.add(place)
        series = [f for f in ledger.series(figure.indicator, figure).values() if f.exact]
        if len(series) >= YEARS:
            found += _standing_out(series)
    return found


def _standing_out(series: list[Figure]) -> list[Finding]:
    grown = series[0].meaning.kind == "total" and all(f.low > 0 for f in series)
    values = [_level(f, f.number, grown=grown) for f in series]
    distances = [
        values[i] - median(values[i - 2 : i] + values[i + 1 : i + 3]) for i in range(2, len(values) - 2)
    ]
    middle = median(distances)
    least = max(_level(f, f.high, grown=grown) - _level(f, f.low, grown=grown) for f in series)
    spread = max(median(abs(d - middle) for d in distances), least)
    return [
        _beside(figure, distance, 0.6745 * abs(distance - middle) / spread if spread else 0.0, grown=grown)
        for figure, distance in zip(series[2:-2], distances, strict=True)
    ]


def _level(figure: Figure, number: Fraction, *, grown: bool) -> float:
    value = float(number * figure.unit.factor)
    return 100 * log(value) if grown else value


def _beside(figure: Figure, distance: float, score: float, *, grown: bool) -> Finding:
    if grown:
        off = f"{show(Fraction(100 * expm1(distance / 100)), 1, sign=True)} %"
    else:
        off = show(distance / figure.unit.factor, figure.digits, sign=True)
    words = Words(
        f"与前后各两年的中位数相差{off}，稳健z值{score:.1f}（界限{OUTSTANDING}）",
        f"{off} from the median of the years around it, modified z {score:.1f} (limit {OUTSTANDING})",
    )
    if score <= OUTSTANDING:
        return finding(figure, "outlier", "holds", words)
    broken = figure.year in figure.meaning.breaks
    near = Words("该年口径有变", "its definition changed that year") if broken else Words()
    return finding(figure, "outlier", "suspicious", words, near)


def repeats(ledger: Ledger) -> list[Finding]:
    """Hold a figure printed more than once for one year, indicator and place against itself."""
    found = []
    for figures in ledger.places.values():
        for i, figure in enumerate(figures):
            before = next((other for other in figures[:i] if other.same_place(figure)), None)
            if before is not None:
                found.append(_repeat(figure, before))
    return found


def _repeat(figure: Figure, before: Figure) -> Finding:
    one, two = (f"{f.value} {f.unit.text}".strip() for f in (before, figure))
    if before.unit.family != figure.unit.family:
        words = Words(f"两处单位不同：{one}，{two}", f"printed in two units: {one}, {two}")
        return finding(figure, "repeat", "unit", words)
    if (
        before.number * before.unit.factor == figure.number * figure.unit.factor
        and before.exact == figure.exact
    ):
        return finding(figure, "repeat", "holds", Words(f"两处均为{two}", f"{two} in both places"))
    ours, theirs = figure.unit.factor, before.unit.factor
    if figure.low * ours <= before.high * theirs and figure.high * ours >= before.low * theirs:
        words = Words(f"两处修约不同：{one}，{two}", f"rounded differently: {one}, {two}")
        return finding(figure, "repeat", "rounding", words)
    words = Words(f"同一指标两处不同：{one}，{two}", f"two values of one figure: {one}, {two}")
    return finding(figure, "repeat", "contradiction", words)


def duplicates(ledger: Ledger) -> list[Finding]:
    """Name long numbers that stand for unlike indicators of one year, or for two years running."""
    groups: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    for figure in _long(ledger):
        groups[figure.year, figure.text, figure.unit.family].append(figure)
    found = []
    for figure in _long(ledger):
        twins = [
            other
            for year in (figure.year, figure.year - 1)
            for other in groups.get((year, figure.text, figure.unit.family), ())
            if (other.indicator != figure.indicator) == (year == figure.year) and not _kin(figure, other)
        ]
        found.append(_duplicate(figure, twins))
    return found


def _long(ledger: Ledger) -> Iterator[Figure]:
    kinds = {"share", "ratio", "mean", "total"}
    for figure in ledger.figures:
        level = figure.exact and figure.meaning.kind in kinds and not figure.meaning.change_of
        significant = len(figure.text.replace(".", "").lstrip("-0"))
        if level and figure.digits and significant >= SIGNIFICANT and figure.number != 100:  # noqa: PLR2004
            yield figure


def _kin(figure: Figure, other: Figure) -> bool:
    """Whether two indicators are bound so that they may well be equal: a whole and its part."""
    mine, theirs = figure.meaning, other.meaning
    if figure.indicator == other.indicator:
        return not figure.same_place(other)
    return theirs.indicator in {mine.parts_of, mine.numerator, mine.denominator} or mine.indicator in {
        theirs.parts_of, theirs.numerator, theirs.denominator,
    }  # fmt: skip


def _duplicate(figure: Figure, twins: list[Figure]) -> Finding:
    if not twins:
        words = Words("同年其他指标没有相同的数字", "no unlike figure reads the same")
        return finding(figure, "duplicate", "holds", words)
    names_zh = "、".join(f"{t.year}年“{t.label or t.indicator}”" for t in twins)
    names_en = ", ".join(f"{t.meaning.english()} of {t.year}" for t in twins)
    zh, en = f"{figure.text}与{names_zh}完全相同", f"{figure.text} is also {names_en}"
    near = Words(
        "可能属实，也可能误抄，宜核对原始数据", "it may be so, or copied by mistake: check the source"
    )
    return finding(figure, "duplicate", "suspicious", Words(zh, en), near)


# Streaks as printed against the printed series: years counted back, breaks and gaps named.


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
