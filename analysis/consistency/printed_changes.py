"""Levels against changes: a change printed beside a figure leads back to the figure printed before.

With l the level now and l' then, each anywhere within its rounding, a change in points is l - l', in per cent
100 (l / l' - 1). A printed change holds if its own interval meets the interval these span.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

from analysis.consistency.findings import Explanation, LedgerFinding, Verdict, finding, show
from analysis.consistency.ledger import LedgerChange, LedgerFigure, own_change
from analysis.consistency.whole_numbers import attainable, share_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.consistency.ledger import Ledger

__all__ = [
    "Scale",
    "former_counts",
    "former_shares",
    "level_changes",
    "moved",
    "paired_changes",
    "stated_changes",
    "unit_of_changes",
]

Scale = Literal["difference", "per cent"]
Interval = tuple[Fraction, Fraction]


def stated_changes(ledger: Ledger) -> Iterator[tuple[LedgerFigure, LedgerFigure, LedgerChange]]:
    """Give every plain change printed: the row it stands on, the level that changed, the change."""
    for figure in ledger.figures:
        for change in figure.changes:
            if change.printed.exact and figure.printed is not None:
                yield figure, figure, change
        if figure.meaning.change_of and figure.exact:
            level, change_ = ledger.bound_to(figure.meaning.change_of, figure), own_change(figure)
            if level is not None and change_ is not None:
                yield figure, level, change_


def unit_of_changes(ledger: Ledger) -> list[LedgerFinding]:
    """Check the unit of every change against the figure: counts change in per cent, shares in points."""
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
                    figure,
                    "change_unit",
                    "holds",
                    Explanation("变化的单位相符", "the unit of the change fits"),
                )
            )
            continue
        found.append(
            finding(figure, "change_unit", "unit", Explanation(zh, en), _right_unit(ledger, level, change))
        )
    return found


def _right_unit(ledger: Ledger, level: LedgerFigure, change: LedgerChange) -> Explanation:
    before = ledger.at(level.indicator, change.against, level)
    if before is None:
        return Explanation()
    scale: Scale = "difference" if level.meaning.unit_change == "percentage points" else "per cent"
    if not _meets(moved(level, before, scale), change):
        return Explanation()
    text = _arithmetic(level, before, scale, change.printed.digits)
    return Explanation(
        f"作{'%' if scale == 'per cent' else '百分点'}则成立：{text}", f"it holds as {_named(scale)}: {text}"
    )


def level_changes(ledger: Ledger) -> list[LedgerFinding]:
    """Check every change against both years' levels; find the unit, year or indicator that reconciles."""
    found = []
    for figure, level, change in stated_changes(ledger):
        before = ledger.at(level.indicator, change.against, level)
        if before is None or (_scale(level, change) == "per cent" and before.low <= 0):
            continue
        if before.exact and level.exact:
            found.append(_held(ledger, figure, level, before, change))
    return found


def _scale(level: LedgerFigure, change: LedgerChange) -> Scale:
    """Read a change in the unit printed, but in the right one where the printed one cannot be meant."""
    if level.meaning.unit_change == "percent" and change.unit.family == "points":
        return "per cent"
    if level.meaning.unit_change == "percentage points" and change.unit.family == "percent":
        return "difference"
    return "per cent" if change.unit.family == "percent" else "difference"


def moved(level: LedgerFigure, before: LedgerFigure, scale: Scale) -> Interval:
    """Give the least and the most by which a figure changed, as far as rounding leaves it open."""
    now, then = level.unit.factor, before.unit.factor
    low, high, was_low, was_high = level.low * now, level.high * now, before.low * then, before.high * then
    if scale == "difference":
        return low - was_high, high - was_low
    return 100 * (low / was_high - 1), 100 * (high / was_low - 1)


def _meets(span: Interval, change: LedgerChange, *, sign: int = 1) -> bool:
    factor = change.unit.factor * sign
    low, high = sorted((change.low * factor, change.high * factor))
    return span[0] <= high and span[1] >= low


def _held(
    ledger: Ledger, figure: LedgerFigure, level: LedgerFigure, before: LedgerFigure, change: LedgerChange
) -> LedgerFinding:
    scale, digits = _scale(level, change), change.printed.digits
    text = _arithmetic(level, before, scale, digits)
    if not _meets(moved(level, before, scale), change):
        low, high = (show(x / change.unit.factor, digits + 1) for x in moved(level, before, scale))
        zh = f"{text}，印作{change.text}（按修约可为{low}至{high}）"
        words = Explanation(zh, f"{text}, printed {change.text} (rounding allows {low} to {high})")
        verdict, instead = _reconciled(ledger, level, before, change, scale)
        return finding(figure, "change", verdict, words, instead)
    crossed = [b for b in level.meaning.breaks if before.year < b <= level.year]
    if crossed:
        zh, en = f"{text}；但{crossed[0]}年口径有变", f"{text}; but what is measured changed in {crossed[0]}"
        return finding(figure, "change", "definition", Explanation(zh, en))
    exact = show(_plain(level, before, scale) / change.unit.factor, digits) == show(
        Fraction(change.printed.number), digits
    )
    if exact:
        return finding(figure, "change", "holds", Explanation(text, text))
    zh, en = f"{text}，印作{change.text}，差在修约之内", f"{text}, printed {change.text}: rounding allows it"
    return finding(figure, "change", "rounding", Explanation(zh, en))


def _plain(level: LedgerFigure, before: LedgerFigure, scale: Scale) -> Fraction:
    now, then = level.number * level.unit.factor, before.number * before.unit.factor
    if scale == "difference":
        return now - then
    return 100 * (now / then - 1) if then else Fraction(0)


def _arithmetic(level: LedgerFigure, before: LedgerFigure, scale: Scale, digits: int) -> str:
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
    ledger: Ledger, level: LedgerFigure, before: LedgerFigure, change: LedgerChange, scale: Scale
) -> tuple[Verdict, Explanation]:
    """Try the other unit, the other sign, other years, then the changes of other indicators."""
    digits = change.printed.digits
    other: Scale = "difference" if scale == "per cent" else "per cent"
    if (other == "difference" or before.low > 0) and _meets(moved(level, before, other), change):
        text = _arithmetic(level, before, other, digits)
        zh = f"作{'%' if other == 'per cent' else '差值'}则成立：{text}"
        return "unit", Explanation(zh, f"it holds as {_named(other)}: {text}")
    if _meets(moved(level, before, scale), change, sign=-1):
        return "contradiction", Explanation("正负号相反则成立", "it holds with the opposite sign")
    for year, then in ledger.series(level.indicator, level).items():
        if year < level.year and then.exact and then.low > 0 and _meets(moved(level, then, scale), change):
            text = _arithmetic(level, then, scale, digits)
            return "contradiction", Explanation(
                f"与{year}年相比则成立：{text}", f"it holds against {year}: {text}"
            )
    return "contradiction", _elsewhere(ledger, level, change, scale)


def _elsewhere(ledger: Ledger, level: LedgerFigure, change: LedgerChange, scale: Scale) -> Explanation:
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
                    return Explanation(
                        f"与“{now.label}”的变化相符：{text}", f"it fits {now.meaning.english()}: {text}"
                    )
    return Explanation()


# What printed changes imply: whole numbers a year before, and steps that chain over the years.


def former_counts(ledger: Ledger) -> list[LedgerFinding]:
    """Check growth in per cent of a number of things against the whole numbers it can have grown from."""
    found = []
    for figure, level, change in stated_changes(ledger):
        if change.unit.family != "percent" or level.meaning.unit_change != "percent" or not level.counted:
            continue
        if level.low > 0 and change.low > -100 and ledger.at(level.indicator, change.against, level) is None:  # noqa: PLR2004
            found.append(_grown_from(figure, level, change))
    return found


def _grown_from(figure: LedgerFigure, level: LedgerFigure, change: LedgerChange) -> LedgerFinding:
    now, digits = level.number, change.printed.digits
    least, most = ceil(100 * now / (100 + change.high)), floor(100 * now / (100 + change.low))
    then = 100 * now / (100 + Fraction(change.printed.number))
    if least <= most:
        text = _growth(now, least, digits)
        return finding(figure, "former_count", "holds", Explanation(text, text))
    sides = [_growth(now, whole, digits) for whole in (floor(then), ceil(then)) if whole > 0]
    division = f"{level.text} / {show(1 + Fraction(change.printed.number) / 100, digits + 2)} = {show(then)}"
    zh = f"{division}：没有整数的上年值给出{change.text}%"
    en = f"{division}: no whole number a year before gives {change.text} %"
    near = Explanation(f"最接近的整数：{'，'.join(sides)}", f"nearest whole numbers: {', '.join(sides)}")
    return finding(figure, "former_count", "impossible", Explanation(zh, en), near)


def _growth(now: Fraction, then: int, digits: int) -> str:
    return f"{show(now, 0)} / {then} − 1 = {show(100 * (now / then - 1), digits, sign=True)} %"


def paired_changes(ledger: Ledger) -> list[LedgerFinding]:
    """Check changes printed in two units beside one figure against each other: -137 and -47.57 % of 151."""
    found = []
    for figure in ledger.figures:
        amounts = [c for c in figure.changes if c.unit.family == "number" and c.printed.exact]
        growths = [c for c in figure.changes if c.unit.family == "percent" and c.printed.exact]
        if figure.exact and amounts and growths and figure.meaning.unit_change == "percent":
            found.append(_paired(figure, amounts[0], growths[0]))
    return found


def _paired(figure: LedgerFigure, amount: LedgerChange, growth: LedgerChange) -> LedgerFinding:
    scale = Fraction(amount.unit.factor, figure.unit.factor)
    then = [figure.low - amount.high * scale, figure.high - amount.low * scale]
    plain = figure.number - Fraction(amount.printed.number) * scale
    text = f"{figure.text} − ({amount.text}) = {show(plain, figure.digits)}"
    if then[0] <= 0:
        return finding(figure, "paired_change", "contradiction", Explanation(text, text))
    spans = [100 * (figure.low / then[1] - 1), 100 * (figure.high / then[0] - 1)]
    own = show(100 * (figure.number / plain - 1), growth.printed.digits, sign=True)
    text = f"{text}, {figure.text} / {show(plain, figure.digits)} − 1 = {own} %"
    if min(spans) <= growth.high and max(spans) >= growth.low:
        return finding(figure, "paired_change", "holds", Explanation(text, text))
    words = Explanation(f"{text}，印作{growth.text}%", f"{text}, printed {growth.text} %")
    return finding(figure, "paired_change", "contradiction", words)


def former_shares(ledger: Ledger) -> list[LedgerFinding]:
    """Check a share of the year before that only the change implies against that year's base."""
    found = []
    for figure, level, change in stated_changes(ledger):
        meaning = level.meaning
        if meaning.kind != "share" or not level.exact or change.unit.family == "number":
            continue
        base, former = ledger.base_of(level), _former_base(ledger, level, change.against)
        printed_then = ledger.at(level.indicator, change.against, level)
        if base is None or former is None or printed_then is not None or not attainable(level.text, base):
            continue
        found.append(_former_share(figure, level, change, base, former))
    return found


def _former_base(ledger: Ledger, level: LedgerFigure, year: int) -> int | None:
    """Find the base a figure would have had in another year."""
    if (year, level.segment) in ledger.bases:
        return ledger.bases[year, level.segment]
    rows = [ledger.at(code, year, level) for code in level.meaning.base.split()]
    return next((int(row.number) for row in rows if row and row.exact and row.meaning.kind != "share"), None)


def _former_share(
    figure: LedgerFigure, level: LedgerFigure, change: LedgerChange, base: int, former: int
) -> LedgerFinding:
    for k in attainable(level.text, base):
        low, high = (Fraction(100 * k, base) - bound for bound in (change.high, change.low))
        least, most = max(0, ceil(low * former / 100)), min(former, floor(high * former / 100))
        if least <= most:
            unit = 10**level.digits
            text = f"{share_text(k, base, unit)}, {share_text(least, former, unit)} ({change.against})"
            return finding(figure, "former_share", "holds", Explanation(text, text))
    then = level.number - Fraction(change.printed.number)
    text = show(then, max(level.digits, change.printed.digits))
    gap = f"{level.text} − {change.text} = {text}"
    zh, en = f"{gap}%（{change.against}年）", f"{gap} % in {change.against}"
    if attainable(text, former):
        k = attainable(text, former)[0]
        words = Explanation(
            f"{zh}，即{share_text(k, former, 10**level.digits)}；变化由修约后的占比相减得出",
            f"{en}, {share_text(k, former, 10**level.digits)}; the change is a difference of rounded shares",
        )
        return finding(figure, "former_share", "rounding", words)
    words = Explanation(f"{zh}：{former}家中没有对应的整数", f"{en}: no whole number of {former} leads to it")
    return finding(figure, "former_share", "impossible", words)
