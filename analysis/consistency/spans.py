"""What is said of several years at once: growth chained over years, courses from one year to another, bounds.

Growth by r1, r2, … in years running leads from the first level to the last: l0 (1 + r1) (1 + r2) … = ln. Each
is anywhere within its rounding; the chain holds if the interval it spans meets that of the last level.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.consistency.findings import Explanation, LedgerFinding, Verdict, finding, show
from analysis.consistency.ledger import own_change
from analysis.consistency.printed_changes import moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.consistency.ledger import Ledger, LedgerChange, LedgerFigure

__all__ = ["bounded_changes", "chained_changes", "stated_courses"]

Interval = tuple[Fraction, Fraction]
#: A growth chained over fewer years is held by `movements` already.
YEARS = 2


def chained_changes(ledger: Ledger) -> list[LedgerFinding]:
    """Check changes of years running against the levels at both ends, where none was printed between."""
    changes = _by_year(ledger)
    found = []
    for figure, before in _gaps(ledger):
        chain = [
            changes.get((figure.indicator, _place(figure), y))
            for y in range(before.year + 1, figure.year + 1)
        ]
        steps = [change for change in chain if change is not None]
        families = {step.unit.family for step in steps}
        if len(steps) == len(chain) and len(families) == 1 and before.low > 0:
            found.append(_chain(figure, before, steps))
    return found


def _place(figure: LedgerFigure) -> str:
    return "" if figure.whole else figure.segment


def _by_year(ledger: Ledger) -> dict[tuple[str, str, int], LedgerChange]:
    """Gather the plain changes on the year before: beside a level, or on a row of their own."""
    found: dict[tuple[str, str, int], LedgerChange] = {}
    for figure in ledger.figures:
        code = figure.meaning.change_of or figure.indicator
        own = own_change(figure) if figure.meaning.change_of and figure.exact else None
        for change in (*figure.changes, *([own] if own else [])):
            if change.printed.exact and change.against == figure.year - 1:
                found.setdefault((code, _place(figure), figure.year), change)
    return found


def _gaps(ledger: Ledger) -> Iterator[tuple[LedgerFigure, LedgerFigure]]:
    """Give each plain level with the one printed before it, where years lie between the two."""
    seen: set[int] = set()
    for figure in ledger.figures:
        if figure.meaning.change_of or not figure.exact or figure.meaning.kind in {"other", "date", "streak"}:
            continue
        levels = [f for f in ledger.series(figure.indicator, figure).values() if f.exact]
        for before, now in pairwise(levels):
            if (
                now.row not in seen
                and now.year - before.year >= YEARS
                and before.unit.counter == now.unit.counter
            ):
                seen.add(now.row)
                yield now, before


def _chain(figure: LedgerFigure, before: LedgerFigure, steps: Sequence[LedgerChange]) -> LedgerFinding:
    points = steps[0].unit.family != "percent"
    spans = [(step.low * step.unit.factor, step.high * step.unit.factor) for step in steps]
    low, high = _run(
        (before.low * before.unit.factor, before.high * before.unit.factor), spans, points=points
    )
    plain, _ = _run(
        _plain(before), [(Fraction(s.printed.number) * s.unit.factor,) * 2 for s in steps], points=points
    )
    words = _chained_words(figure, before, steps, plain, points=points)
    if low <= figure.high * figure.unit.factor and high >= figure.low * figure.unit.factor:
        crossed = [b for b in figure.meaning.breaks if before.year < b <= figure.year]
        exact = show(plain / figure.unit.factor, figure.digits) == show(figure.number, figure.digits)
        verdict: Verdict = "definition" if crossed else "holds" if exact else "rounding"
        return finding(figure, "chain", verdict, words)
    least, most = (show(x / figure.unit.factor, figure.digits + 1) for x in (low, high))
    text = Explanation(
        f"{words.zh}，印作{figure.text}（按修约可为{least}至{most}）",
        f"{words.en}, printed {figure.text} (rounding allows {least} to {most})",
    )
    return finding(figure, "chain", "contradiction", text, _needed(figure, before, steps, points=points))


def _plain(figure: LedgerFigure) -> Interval:
    return (figure.number * figure.unit.factor,) * 2


def _run(start: Interval, spans: Sequence[Sequence[Fraction]], *, points: bool) -> Interval:
    low, high = start
    for span in spans:
        low, high = (low + span[0], high + span[-1]) if points else (
            low * (1 + span[0] / 100), high * (1 + span[-1] / 100)
        )  # fmt: skip
    return low, high


def _chained_words(
    figure: LedgerFigure,
    before: LedgerFigure,
    steps: Sequence[LedgerChange],
    plain: Fraction,
    *,
    points: bool,
) -> Explanation:
    end = show(plain / figure.unit.factor, figure.digits)
    if points:
        added = " ".join(
            f"{'+' if step.printed.number >= 0 else '−'} {abs(step.printed.number)}" for step in steps
        )
        text = f"{before.year}–{figure.year}: {before.text} {added} = {end}"
    else:
        grown = " ".join(
            f"× {show(1 + Fraction(s.printed.number) / 100, s.printed.digits + 2)}" for s in steps
        )
        text = f"{before.year}–{figure.year}: {before.text} {grown} = {end}"
    return Explanation(text, text)


def _needed(
    figure: LedgerFigure, before: LedgerFigure, steps: Sequence[LedgerChange], *, points: bool
) -> Explanation:
    """Say what each year's change would have to be, the others standing."""
    zh, en = [], []
    for place, step in enumerate(steps):
        others = [
            (Fraction(s.printed.number) * s.unit.factor,) * 2 for s in (*steps[:place], *steps[place + 1 :])
        ]
        reached, _ = _run(_plain(before), others, points=points)
        goal = figure.number * figure.unit.factor
        due = goal - reached if points else 100 * (goal / reached - 1) if reached else Fraction(0)
        text = show(due / step.unit.factor, step.printed.digits, sign=True)
        year = before.year + place + 1
        zh.append(f"{year}年若为{text}则成立")
        en.append(f"with {text} in {year} it holds")
    return Explanation("；".join(zh), "; ".join(en))


def stated_courses(ledger: Ledger) -> list[LedgerFinding]:
    """Check a course (``≈-10 %/年``, ``5.44→4.17``) against the levels at both of its ends."""
    found = []
    for figure in ledger.figures:
        meaning = figure.meaning
        if not meaning.course_of or figure.printed is None or not meaning.since:
            continue
        now, then = (ledger.at(meaning.course_of, year, figure) for year in (figure.year, meaning.since))
        now = now or _everybodys(ledger, meaning.course_of, figure.year)
        then = then or _everybodys(ledger, meaning.course_of, meaning.since)
        if now is None or then is None or then.low <= 0:
            continue
        found.append(_from_to(figure, then, now) if "→" in figure.value else _yearly(figure, then, now))
    return found


def _everybodys(ledger: Ledger, code: str, year: int) -> LedgerFigure | None:
    return next((f for f in ledger.places.get((code, year), ()) if f.whole), None)


def _broken(then: LedgerFigure, now: LedgerFigure) -> Explanation:
    crossed = [b for b in now.meaning.breaks if then.year < b <= now.year]
    if not crossed:
        return Explanation()
    at = "、".join(map(str, crossed))
    return Explanation(
        f"；跨越{at}年的口径变化",
        f"; it runs over the change of definition in {', '.join(map(str, crossed))}",
    )


def _from_to(figure: LedgerFigure, then: LedgerFigure, now: LedgerFigure) -> LedgerFinding:
    first, last = (Fraction(text) for text in figure.value.split("→"))
    apart = [
        (level, stated)
        for level, stated in ((then, first), (now, last))
        if not level.low * level.unit.factor <= stated * figure.unit.factor <= level.high * level.unit.factor
    ]
    listed = f"{then.year}: {then.text}, {now.year}: {now.text}"
    broken = _broken(then, now)
    if not apart:
        verdict: Verdict = "definition" if broken.en else "holds"
        return finding(figure, "course", verdict, Explanation(listed + broken.zh, listed + broken.en))
    near = "; ".join(f"{level.text} ({level.year})" for level, _ in apart)
    words = Explanation(f"{listed}，印作{figure.value}", f"{listed}, printed {figure.value}")
    return finding(figure, "course", "contradiction", words, Explanation(near, near))


def _yearly(figure: LedgerFigure, then: LedgerFigure, now: LedgerFigure) -> LedgerFinding:
    years = now.year - then.year
    low, high = (1 + max(x, Fraction(-100)) / 100 for x in (figure.low, figure.high))
    least = now.low * now.unit.factor / (then.high * then.unit.factor)
    most = now.high * now.unit.factor / (then.low * then.unit.factor)
    fits = low**years <= most and high**years >= least
    rate = 100 * (float(now.number * now.unit.factor / (then.number * then.unit.factor)) ** (1 / years) - 1)
    text = f"({now.text} / {then.text})^(1/{years}) − 1 = {show(Fraction(rate), 1, sign=True)} %"
    broken = _broken(then, now)
    zh, en = f"{then.year}–{now.year}: {text}/年", f"{then.year}–{now.year}: {text} a year"
    if fits:
        verdict: Verdict = "definition" if broken.en else "holds"
        return finding(figure, "course", verdict, Explanation(zh + broken.zh, en + broken.en))
    words = Explanation(f"{zh}，印作{figure.value}", f"{en}, printed {figure.value}")
    return finding(figure, "course", "contradiction" if figure.exact else "suspicious", words)


def bounded_changes(ledger: Ledger) -> list[LedgerFinding]:
    """Check changes against levels where one of the three is a bound (>10) or an approximation (≈90).

    A bound that cannot be met contradicts; an approximation that is far off is worth checking.
    """
    found = []
    for figure, level, change in _rough_changes(ledger):
        before = ledger.at(level.indicator, change.against, level)
        if before is None or before.low <= 0 or (before.exact and level.exact and change.printed.exact):
            continue
        percent = change.unit.family == "percent"
        if percent != (level.meaning.unit_change == "percent"):
            continue
        low, high = moved(level, before, "per cent" if percent else "difference")
        ends = sorted((change.low * change.unit.factor, change.high * change.unit.factor))
        fits = low <= ends[1] and high >= ends[0]
        found.append(_bounded(figure, level, before, change, fits=fits))
    return found


def _rough_changes(ledger: Ledger) -> Iterator[tuple[LedgerFigure, LedgerFigure, LedgerChange]]:
    for figure in ledger.figures:
        if figure.printed is not None:
            yield from ((figure, figure, change) for change in figure.changes)
        level = ledger.bound_to(figure.meaning.change_of, figure) if figure.meaning.change_of else None
        own = own_change(figure)
        if level is not None and own is not None:
            yield figure, level, own


def _bounded(
    figure: LedgerFigure, level: LedgerFigure, before: LedgerFigure, change: LedgerChange, *, fits: bool
) -> LedgerFinding:
    values = f"{before.year}: {before.value}, {level.year}: {level.value}"
    text = f"{values}; {change.text} {change.unit.text}".strip()
    if fits:
        return finding(
            figure, "bound", "holds", Explanation(f"{text}：可同时成立", f"{text}: both can be true")
        )
    rough = any("≈" in part for part in (before.value, level.value, change.text))
    words = Explanation(f"{text}：不能同时成立", f"{text}: they cannot both be true")
    return finding(figure, "bound", "suspicious" if rough else "contradiction", words)
