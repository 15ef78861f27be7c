"""Levels against changes: a change printed beside a figure leads back to the figure printed before.

With l the level now and l' then, each anywhere within its rounding, a change in points is l - l', in per cent
100 (l / l' - 1). A printed change holds if its own interval meets the interval these span.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from analysis.consistency.findings import Finding, Verdict, Words, finding, show
from analysis.consistency.ledger import Change, Figure, own_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.consistency.ledger import Ledger

__all__ = ["Scale", "level_changes", "moved", "stated_changes", "unit_of_changes"]

Scale = Literal["difference", "per cent"]
Interval = tuple[Fraction, Fraction]


def stated_changes(ledger: Ledger) -> Iterator[tuple[Figure, Figure, Change]]:
    """Give every plain change printed: the row it stands on, the level that changed, the change."""
    for figure in ledger.figures:
        for change in figure.changes:
            if change.printed.exact and figure.printed is not None:
                yield figure, figure, change
        if figure.meaning.change_of and figure.exact:
            level, change_ = ledger.bound_to(figure.meaning.change_of, figure), own_change(figure)
            if level is not None and change_ is not None:
                yield figure, level, change_


def unit_of_changes(ledger: Ledger) -> list[Finding]:
    """Hold the unit of every change against the figure: counts change in per cent, shares in points."""
    found = []
    for figure, level, change in stated_changes(ledger):
        expected, family, name = level.meaning.unit_change, change.unit.family, level.meaning.english()
        if level.meaning.kind in {"other", "date"}:
            continue
        if expected == "percent" and family == "points":
            zh = f"“{level.label}”是数量，变化应以%计，不是百分点"
            en = f"{name} is an amount: it changes in per cent, not in percentage points"
        elif expected == "percentage points" and family == "percent":
            zh = f"“{level.label}”是占比，变化应以百分点计；“%”会被读作相对变化"
            en = f"{name} is a share: it changes in percentage points; per cent reads as relative"
        else:
            found.append(
                finding(
                    figure, "change_unit", "holds", Words("变化的单位相符", "the unit of the change fits")
                )
            )
            continue
        found.append(
            finding(figure, "change_unit", "unit", Words(zh, en), _right_unit(ledger, level, change))
        )
    return found


def _right_unit(ledger: Ledger, level: Figure, change: Change) -> Words:
    before = ledger.at(level.indicator, change.against, level)
    if before is None:
        return Words()
    scale: Scale = "difference" if level.meaning.unit_change == "percentage points" else "per cent"
    if not _meets(moved(level, before, scale), change):
        return Words()
    text = _arithmetic(level, before, scale, change.printed.digits)
    return Words(
        f"作{'%' if scale == 'per cent' else '百分点'}则成立：{text}", f"it holds as {_named(scale)}: {text}"
    )


def level_changes(ledger: Ledger) -> list[Finding]:
    """Hold every change against both years' levels; seek the unit, year or indicator that reconciles."""
    found = []
    for figure, level, change in stated_changes(ledger):
        before = ledger.at(level.indicator, change.against, level)
        if before is None or (_scale(level, change) == "per cent" and before.low <= 0):
            continue
        if before.exact and level.exact:
            found.append(_held(ledger, figure, level, before, change))
    return found


def _scale(level: Figure, change: Change) -> Scale:
    """Read a change in the unit printed, but in the right one where the printed one cannot be meant."""
    if level.meaning.unit_change == "percent" and change.unit.family == "points":
        return "per cent"
    if level.meaning.unit_change == "percentage points" and change.unit.family == "percent":
        return "difference"
    return "per cent" if change.unit.family == "percent" else "difference"


def moved(level: Figure, before: Figure, scale: Scale) -> Interval:
    """Give the least and the most by which a figure changed, as far as rounding leaves it open."""
    now, then = level.unit.factor, before.unit.factor
    low, high, was_low, was_high = level.low * now, level.high * now, before.low * then, before.high * then
    if scale == "difference":
        return low - was_high, high - was_low
    return 100 * (low / was_high - 1), 100 * (high / was_low - 1)


def _meets(span: Interval, change: Change, *, sign: int = 1) -> bool:
    factor = change.unit.factor * sign
    low, high = sorted((change.low * factor, change.high * factor))
    return span[0] <= high and span[1] >= low


def _held(ledger: Ledger, figure: Figure, level: Figure, before: Figure, change: Change) -> Finding:
    scale, digits = _scale(level, change), change.printed.digits
    text = _arithmetic(level, before, scale, digits)
    if not _meets(moved(level, before, scale), change):
        low, high = (show(x / change.unit.factor, digits + 1) for x in moved(level, before, scale))
        zh = f"{text}，印作{change.text}（按修约可为{low}至{high}）"
        words = Words(zh, f"{text}, printed {change.text} (rounding allows {low} to {high})")
        verdict, instead = _reconciled(ledger, level, before, change, scale)
        return finding(figure, "change", verdict, words, instead)
    crossed = [b for b in level.meaning.breaks if before.year < b <= level.year]
    if crossed:
        zh, en = f"{text}；但{crossed[0]}年口径有变", f"{text}; but what is measured changed in {crossed[0]}"
        return finding(figure, "change", "definition", Words(zh, en))
    exact = show(_plain(level, before, scale) / change.unit.factor, digits) == show(
        Fraction(change.printed.number), digits
    )
    if exact:
        return finding(figure, "change", "holds", Words(text, text))
    zh, en = f"{text}，印作{change.text}，差在修约之内", f"{text}, printed {change.text}: rounding allows it"
    return finding(figure, "change", "rounding", Words(zh, en))


def _plain(level: Figure, before: Figure, scale: Scale) -> Fraction:
    now, then = level.number * level.unit.factor, before.number * before.unit.factor
    if scale == "difference":
        return now - then
    return 100 * (now / then - 1) if then else Fraction(0)


def _arithmetic(level: Figure, before: Figure, scale: Scale, digits: int) -> str:
    plain = _plain(level, before, scale)
    if scale == "difference":
        number = show(plain / level.unit.factor, max(digits, level.digits), sign=True)
        return f"{level.year} − {before.year}: {level.text} − {before.text} = {number}"
    return (
        f"{level.year} / {before.year}: {level.text} / {before.text} − 1 = {show(plain, digits, sign=True)} %"
    )


def _named(scale: Scale) -> str:
    return "per cent" if scale == "per cent" else "a difference"


def _reconciled(
    ledger: Ledger, level: Figure, before: Figure, change: Change, scale: Scale
) -> tuple[Verdict, Words]:
    """Try the other unit, the other sign, other years, then the changes of other indicators."""
    digits = change.printed.digits
    other: Scale = "difference" if scale == "per cent" else "per cent"
    if (other == "difference" or before.low > 0) and _meets(moved(level, before, other), change):
        text = _arithmetic(level, before, other, digits)
        zh = f"作{'%' if other == 'per cent' else '差值'}则成立：{text}"
        return "unit", Words(zh, f"it holds as {_named(other)}: {text}")
    if _meets(moved(level, before, scale), change, sign=-1):
        return "contradiction", Words("正负号相反则成立", "it holds with the opposite sign")
    for year, then in ledger.series(level.indicator, level).items():
        if year < level.year and then.exact and then.low > 0 and _meets(moved(level, then, scale), change):
            text = _arithmetic(level, then, scale, digits)
            return "contradiction", Words(f"与{year}年相比则成立：{text}", f"it holds against {year}: {text}")
    return "contradiction", _elsewhere(ledger, level, change, scale)


def _elsewhere(ledger: Ledger, level: Figure, change: Change, scale: Scale) -> Words:
    """Name the first other indicator of the same years that changed by just as much."""
    ways: tuple[Scale, ...] = (scale, "difference" if scale == "per cent" else "per cent")
    for (code, year), figures in sorted(ledger.places.items()):
        if year != level.year or code == level.indicator:
            continue
        for now in figures:
            then = ledger.at(code, change.against, now)
            if (
                then is None
                or not (now.exact and then.exact and then.low > 0)
                or now.unit.family != then.unit.family
            ):
                continue
            for way in ways:
                plain = show(_plain(now, then, way) / now.unit.factor, change.printed.digits)
                if (
                    plain == show(Fraction(change.printed.number), change.printed.digits)
                    and change.printed.number
                ):
                    text = _arithmetic(now, then, way, change.printed.digits)
                    return Words(
                        f"与“{now.label}”的变化相符：{text}", f"it fits {now.meaning.english()}: {text}"
                    )
    return Words()
