"""Parts and wholes: shares that make 100, amounts that make their total, within what rounding allows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from analysis.consistency.findings import Explanation, LedgerFinding, Verdict, finding, show
from analysis.consistency.whole_numbers import closing_bases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.consistency.ledger import Ledger, LedgerFigure

__all__ = ["heads", "quotients", "share_sums", "totals"]

#: Parts of one whole beyond which whole-number closing is not sought: rounding then forgives too much.
MOST_PARTS = 8
#: Largest base for which closing is sought, so that a ledger audits at once.
MOST_RESPONDENTS = 400


def share_sums(ledger: Ledger) -> list[LedgerFinding]:
    """Check the shares of all parts of a whole against 100.

    Where parts named in the meanings were not printed, their sum may fall short of 100 but not pass it.
    """
    found = []
    for whole, figures in _groups(ledger, shares=True):
        declared = {m.indicator for m in ledger.meanings.values() if m.parts_of == whole}
        complete = declared <= {figure.indicator for figure in figures}
        words, verdict = _sum(figures, complete=complete)
        base = _closing(ledger, figures) if verdict in {"holds", "rounding"} and complete else Explanation()
        text = Explanation(words.zh + base.zh, words.en + base.en)
        found += [finding(figure, "parts", verdict, text) for figure in figures]
    return found


def _groups(ledger: Ledger, *, shares: bool) -> Iterator[tuple[str, list[LedgerFigure]]]:
    """Give the plain parts of each whole printed for one year and segment, each part once."""
    groups: dict[tuple[int, str, str], dict[str, LedgerFigure]] = defaultdict(dict)
    for figure in ledger.figures:
        whole = figure.meaning.parts_of
        if whole and figure.exact and (figure.unit.family == "percent") == shares:
            groups[figure.year, whole, figure.segment].setdefault(figure.indicator, figure)
    for (_, whole, _), parts in groups.items():
        if len(parts) > 1:
            yield whole, list(parts.values())


def _sum(figures: list[LedgerFigure], *, complete: bool) -> tuple[Explanation, Verdict]:
    digits = max(figure.digits for figure in figures)
    total = sum((figure.number for figure in figures), Fraction(0))
    low = sum((figure.low for figure in figures), Fraction(0))
    high = sum((figure.high for figure in figures), Fraction(0))
    arithmetic = f"{' + '.join(figure.text for figure in figures)} = {show(total, digits)} %"
    least, most = show(low, digits + 1), show(high, digits + 1)
    text = Explanation(
        f"{arithmetic}（修约允许{least}至{most}）", f"{arithmetic} (rounding allows {least} to {most})"
    )
    if low > 100 or (complete and high < 100):  # noqa: PLR2004 - per cent
        return text, "contradiction"
    if total == 100 or (not complete and total < 100):  # noqa: PLR2004
        return Explanation(arithmetic, arithmetic), "holds"
    return text, "rounding"


def _closing(ledger: Ledger, figures: list[LedgerFigure]) -> Explanation:
    """Name the numbers of respondents on which the parts close, where the parts are shares of respondents."""
    if any(figure.meaning.kind != "share" for figure in figures) or len(figures) > MOST_PARTS:
        return Explanation()
    if any(figure.meaning.numerator for figure in figures):
        return Explanation()
    texts = [figure.text for figure in figures]
    bases = closing_bases(texts, min(ledger.bound, MOST_RESPONDENTS))
    if not bases:
        return Explanation()
    some = [str(base) for base in bases[:4]]
    more_zh, more_en = ("等", ", …") if len(bases) > len(some) else ("", "")
    return Explanation(
        f"；可闭合的家数为{'、'.join(some)}{more_zh}", f"; closes on {', '.join(some)}{more_en} respondents"
    )


def totals(ledger: Ledger) -> list[LedgerFinding]:
    """Check printed amounts against the printed total of which they are the parts."""
    found = []
    for whole, figures in _groups(ledger, shares=False):
        total = ledger.at(whole, figures[0].year, figures[0])
        if total is not None and total.exact:
            found.append(_total(total, figures))
    return found


def _total(total: LedgerFigure, parts: list[LedgerFigure]) -> LedgerFinding:
    factor = Fraction(1, total.unit.factor)
    digits = max(total.digits, *(part.digits for part in parts))
    numbers = [part.number * part.unit.factor * factor for part in parts]
    low = sum((part.low * part.unit.factor * factor for part in parts), Fraction(0))
    high = sum((part.high * part.unit.factor * factor for part in parts), Fraction(0))
    whole = sum(numbers, Fraction(0))
    added = f"{' + '.join(show(number, digits) for number in numbers)} = {show(whole, digits)}"
    if whole == total.number:
        return finding(total, "total", "holds", Explanation(added, added))
    if low <= total.high and high >= total.low:
        words = Explanation(
            f"{added}，印作{total.text}，差在修约之内", f"{added}, printed {total.text}: rounding allows it"
        )
        return finding(total, "total", "rounding", words)
    words = Explanation(f"{added}，不是{total.text}", f"{added}, not {total.text}")
    if high < total.low and any(part.meaning.presumed for part in parts):
        other = Explanation("或另有未印出的部分", "there may be parts that were not printed")
        return finding(total, "total", "suspicious", words, other)
    return finding(total, "total", "contradiction", words, _instead(total, numbers, digits))


def _instead(total: LedgerFigure, numbers: list[Fraction], digits: int) -> Explanation:
    """Say what each part would have to be; digits set in another order are named first."""
    swapped_zh, swapped_en, plain_zh, plain_en = [], [], [], []
    for number in numbers:
        needed = total.number - (sum(numbers, Fraction(0)) - number)
        if needed <= 0:
            continue
        text, own = show(needed, digits), show(number, digits)
        if sorted(text) == sorted(own):
            swapped_zh.append(f"若{own}应为{text}（数字次序颠倒），则合计成立")
            swapped_en.append(f"with {text} for {own} (digits in another order) the total holds")
        else:
            plain_zh.append(f"若{own}应为{text}，则合计成立")
            plain_en.append(f"with {text} for {own} the total holds")
    return Explanation("；".join(swapped_zh or plain_zh), "; ".join(swapped_en or plain_en))


# Ratios against the numerator and denominator printed beside them; amounts per head.


#: Denominators that would reconcile a ratio, named at most.
CANDIDATES = 2


def quotients(ledger: Ledger) -> list[LedgerFinding]:
    """Check every ratio against its printed numerator and denominator, and find what would reconcile it."""
    found = []
    for figure, top, bottom in _ratios(ledger):
        low, high = _range(top, bottom, _scale(figure))
        words, fits = _divided(figure, top, bottom), low <= figure.high and high >= figure.low
        if not fits:
            verdict, instead = _reconciled(ledger, figure, top, bottom)
            if figure.meaning.presumed and verdict == "contradiction":
                verdict, words = "suspicious", _presumed(words, top, bottom)
            found.append(finding(figure, "ratio", verdict, words, instead))
        else:
            own = Fraction(_value(top) * _scale(figure), _value(bottom))
            exact = figure.printed is not None and figure.low <= own <= figure.high
            found.append(finding(figure, "ratio", "holds" if exact else "rounding", words))
    return found


def _ratios(ledger: Ledger) -> Iterator[tuple[LedgerFigure, LedgerFigure, LedgerFigure]]:
    for figure in ledger.figures:
        meaning = figure.meaning
        if not (figure.exact and meaning.numerator and meaning.denominator):
            continue
        top, bottom = (ledger.bound_to(code, figure) for code in (meaning.numerator, meaning.denominator))
        if top and bottom and top.exact and bottom.exact and bottom.low > 0:
            yield figure, top, bottom


def _scale(figure: LedgerFigure) -> Fraction:
    """Give what a quotient of 1 prints as."""
    return Fraction(100) if figure.unit.family == "percent" else Fraction(1, figure.unit.factor)


def _value(figure: LedgerFigure) -> Fraction:
    return figure.number * figure.unit.factor


def _range(top: LedgerFigure, bottom: LedgerFigure, scale: Fraction) -> tuple[Fraction, Fraction]:
    up, down = top.unit.factor * scale, bottom.unit.factor
    return top.low * up / (bottom.high * down), top.high * up / (bottom.low * down)


def _divided(figure: LedgerFigure, top: LedgerFigure, bottom: LedgerFigure) -> Explanation:
    sign = " %" if figure.unit.family == "percent" else ""
    quotient = show(_value(top) * _scale(figure) / _value(bottom), figure.digits)
    sum_ = f"{top.text}{_magnitude(top, bottom)} / {bottom.text}{_magnitude(bottom, top)} = {quotient}{sign}"
    if quotient == show(figure.number, figure.digits):
        return Explanation(sum_, sum_)
    low, high = (show(x, figure.digits + 1) for x in _range(top, bottom, _scale(figure)))
    if low == high:
        return Explanation(f"{sum_}，印作{figure.text}{sign}", f"{sum_}, printed {figure.text}{sign}")
    zh = f"{sum_}，印作{figure.text}{sign}（按修约可为{low}至{high}）"
    return Explanation(zh, f"{sum_}, printed {figure.text}{sign} (rounding allows {low} to {high})")


def _magnitude(figure: LedgerFigure, other: LedgerFigure) -> str:
    """Give the unit where both are not of the same magnitude."""
    return "" if figure.unit.factor == other.unit.factor else f" {figure.unit.text}"


def _reconciled(
    ledger: Ledger, figure: LedgerFigure, top: LedgerFigure, bottom: LedgerFigure
) -> tuple[Verdict, Explanation]:
    """Seek another whole for the ratio: the sum of its sisters, a printed amount; else the parts it needs."""
    sisters = _sisters(ledger, figure)
    added = sum((_value(sister) for sister in sisters), Fraction(0))
    scale = _scale(figure)
    if len(sisters) > 1 and added and figure.low <= _value(top) * scale / added <= figure.high:
        text = show(added / bottom.unit.factor, bottom.digits)
        own = show(_value(top) * scale / added, figure.digits)
        zh = f"各部分之和为{text}：{top.text} / {text} = {own}%，占比是对{text}而非{bottom.text}计算的"
        en = f"the parts make {text}: {top.text} / {text} = {own} %, a share of {text}, not of {bottom.text}"
        return "base", Explanation(zh, en)
    fitting = [
        other
        for other in ledger.figures
        if _may_replace(other, figure, bottom) and _fits(figure, top, other) and other.row != top.row
    ]
    needed = _needed(figure, top, bottom)
    if not fitting:
        return "contradiction", needed
    names = [
        (other.label or other.indicator, other.meaning.english(), other.text)
        for other in fitting[:CANDIDATES]
    ]
    zh = "；".join(f"以“{label}”{text}为分母则成立" for label, _, text in names)
    en = "; ".join(f"of {label} ({text}) it holds" for _, label, text in names)
    return "base", Explanation(f"{zh}；{needed.zh}", f"{en}; {needed.en}")


def _presumed(words: Explanation, top: LedgerFigure, bottom: LedgerFigure) -> Explanation:
    zh = f"若为“{top.label}”与“{bottom.label}”之比：{words.zh}"
    return Explanation(zh, f"if it is {top.meaning.english()} of {bottom.meaning.english()}: {words.en}")


def _sisters(ledger: Ledger, figure: LedgerFigure) -> list[LedgerFigure]:
    """Give the numerators of all parts of the same whole, once each."""
    whole = figure.meaning.parts_of
    codes = [m.numerator for m in ledger.meanings.values() if whole and m.parts_of == whole and m.numerator]
    found = [ledger.bound_to(code, figure) for code in dict.fromkeys(codes)]
    return [sister for sister in found if sister is not None and sister.exact]


def _may_replace(other: LedgerFigure, figure: LedgerFigure, bottom: LedgerFigure) -> bool:
    """Whether an amount is of the same year and counter as the denominator it would replace."""
    same = other.year == figure.year and other.unit.counter == bottom.unit.counter and other.row != bottom.row
    return same and other.exact and other.unit.family == "number" and other.low > 0


def _fits(figure: LedgerFigure, top: LedgerFigure, bottom: LedgerFigure) -> bool:
    low, high = _range(top, bottom, _scale(figure))
    return low <= figure.high and high >= figure.low


def _needed(figure: LedgerFigure, top: LedgerFigure, bottom: LedgerFigure) -> Explanation:
    if not figure.number or not _value(top):
        return Explanation()
    part = figure.number * _value(bottom) / (_scale(figure) * top.unit.factor)
    whole = _value(top) * _scale(figure) / (figure.number * bottom.unit.factor)
    part_text, whole_text = show(part, top.digits), show(whole, bottom.digits)
    sign = "%" if figure.unit.family == "percent" else ""
    zh = f"{figure.text}{sign}须由{part_text} / {bottom.text}或{top.text} / {whole_text}得出"
    return Explanation(
        zh, f"{figure.text} {sign} would need {part_text} / {bottom.text} or {top.text} / {whole_text}"
    )


def heads(ledger: Ledger) -> list[LedgerFinding]:
    """Check an amount per head against the total printed: heads that are not printed are a whole number."""
    found = []
    for figure in ledger.figures:
        meaning = figure.meaning
        if not (figure.exact and figure.unit.family == "number" and meaning.numerator and figure.low > 0):
            continue
        total = ledger.bound_to(meaning.numerator, figure)
        known = ledger.bound_to(meaning.denominator, figure) if meaning.denominator else None
        if total is not None and total.exact and known is None:
            found.append(_per_head(figure, total))
    return found


def _per_head(figure: LedgerFigure, total: LedgerFigure) -> LedgerFinding:
    factor = Fraction(total.unit.factor, figure.unit.factor)
    low, high = total.low * factor / figure.high, total.high * factor / figure.low
    least, most = ceil(low), floor(high)
    sum_ = f"{total.text} / {figure.text} = {show(_value(total) / _value(figure), 1)}"
    if least > most:
        zh = f"{sum_}：没有整数人数与人均{figure.text}相符"
        return finding(
            figure,
            "per_head",
            "impossible",
            Explanation(zh, f"{sum_}: no whole number of heads gives {figure.text} each"),
        )
    span = str(least) if least == most else f"{least}–{most}"
    return finding(
        figure,
        "per_head",
        "holds",
        Explanation(f"{sum_}，即{span}人", f"{sum_}, that is {span} heads (not printed)"),
    )
