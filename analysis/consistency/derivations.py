"""What printed changes imply: whole numbers a year before, and steps that chain over the years."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from analysis.consistency.findings import Finding, Words, finding, show
from analysis.consistency.movements import stated_changes
from analysis.consistency.shares import attainable, share_text

if TYPE_CHECKING:
    from analysis.consistency.ledger import Change, Figure, Ledger

__all__ = ["former_counts", "former_shares", "paired_changes"]


def former_counts(ledger: Ledger) -> list[Finding]:
    """Hold growth in per cent of a number of things against the whole numbers it can have grown from."""
    found = []
    for figure, level, change in stated_changes(ledger):
        if change.unit.family != "percent" or level.meaning.unit_change != "percent" or not level.counted:
            continue
        if level.low > 0 and change.low > -100 and ledger.at(level.indicator, change.against, level) is None:  # noqa: PLR2004
            found.append(_grown_from(figure, level, change))
    return found


def _grown_from(figure: Figure, level: Figure, change: Change) -> Finding:
    now, digits = level.number, change.printed.digits
    least, most = ceil(100 * now / (100 + change.high)), floor(100 * now / (100 + change.low))
    then = 100 * now / (100 + Fraction(change.printed.number))
    if least <= most:
        text = _growth(now, least, digits)
        return finding(figure, "former_count", "holds", Words(text, text))
    sides = [_growth(now, whole, digits) for whole in (floor(then), ceil(then)) if whole > 0]
    division = f"{level.text} / {show(1 + Fraction(change.printed.number) / 100, digits + 2)} = {show(then)}"
    zh = f"{division}：没有整数的上年值给出{change.text}%"
    en = f"{division}: no whole number a year before gives {change.text} %"
    near = Words(f"最接近的整数：{'，'.join(sides)}", f"nearest whole numbers: {', '.join(sides)}")
    return finding(figure, "former_count", "impossible", Words(zh, en), near)


def _growth(now: Fraction, then: int, digits: int) -> str:
    return f"{show(now, 0)} / {then} − 1 = {show(100 * (now / then - 1), digits, sign=True)} %"


def paired_changes(ledger: Ledger) -> list[Finding]:
    """Hold changes printed in two units beside one figure against each other: -137 and -47.57 % of 151."""
    found = []
    for figure in ledger.figures:
        amounts = [c for c in figure.changes if c.unit.family == "number" and c.printed.exact]
        growths = [c for c in figure.changes if c.unit.family == "percent" and c.printed.exact]
        if figure.exact and amounts and growths and figure.meaning.unit_change == "percent":
            found.append(_paired(figure, amounts[0], growths[0]))
    return found


def _paired(figure: Figure, amount: Change, growth: Change) -> Finding:
    scale = Fraction(amount.unit.factor, figure.unit.factor)
    then = [figure.low - amount.high * scale, figure.high - amount.low * scale]
    plain = figure.number - Fraction(amount.printed.number) * scale
    text = f"{figure.text} − ({amount.text}) = {show(plain, figure.digits)}"
    if then[0] <= 0:
        return finding(figure, "paired_change", "contradiction", Words(text, text))
    spans = [100 * (figure.low / then[1] - 1), 100 * (figure.high / then[0] - 1)]
    own = show(100 * (figure.number / plain - 1), growth.printed.digits, sign=True)
    text = f"{text}, {figure.text} / {show(plain, figure.digits)} − 1 = {own} %"
    if min(spans) <= growth.high and max(spans) >= growth.low:
        return finding(figure, "paired_change", "holds", Words(text, text))
    words = Words(f"{text}，印作{growth.text}%", f"{text}, printed {growth.text} %")
    return finding(figure, "paired_change", "contradiction", words)


def former_shares(ledger: Ledger) -> list[Finding]:
    """Hold a share of the year before that only the change implies against that year's base."""
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


def _former_base(ledger: Ledger, level: Figure, year: int) -> int | None:
    """Find the base a figure would have had in another year."""
    if (year, level.segment) in ledger.bases:
        return ledger.bases[year, level.segment]
    rows = [ledger.at(code, year, level) for code in level.meaning.base.split()]
    return next((int(row.number) for row in rows if row and row.exact and row.meaning.kind != "share"), None)


def _former_share(figure: Figure, level: Figure, change: Change, base: int, former: int) -> Finding:
    for k in attainable(level.text, base):
        low, high = (Fraction(100 * k, base) - bound for bound in (change.high, change.low))
        least, most = max(0, ceil(low * former / 100)), min(former, floor(high * former / 100))
        if least <= most:
            unit = 10**level.digits
            text = f"{share_text(k, base, unit)}, {share_text(least, former, unit)} ({change.against})"
            return finding(figure, "former_share", "holds", Words(text, text))
    then = level.number - Fraction(change.printed.number)
    text = show(then, max(level.digits, change.printed.digits))
    gap = f"{level.text} − {change.text} = {text}"
    zh, en = f"{gap}%（{change.against}年）", f"{gap} % in {change.against}"
    if attainable(text, former):
        k = attainable(text, former)[0]
        words = Words(
            f"{zh}，即{share_text(k, former, 10**level.digits)}；变化由修约后的占比相减得出",
            f"{en}, {share_text(k, former, 10**level.digits)}; the change is a difference of rounded shares",
        )
        return finding(figure, "former_share", "rounding", words)
    words = Words(f"{zh}：{former}家中没有对应的整数", f"{en}: no whole number of {former} leads to it")
    return finding(figure, "former_share", "impossible", words)
