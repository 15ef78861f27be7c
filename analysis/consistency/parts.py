"""Parts and wholes: shares that make 100, amounts that make their total, within what rounding allows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.consistency.bases import closing_bases
from analysis.consistency.findings import Finding, Verdict, Words, finding, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.consistency.ledger import Figure, Ledger

__all__ = ["share_sums", "totals"]

#: Parts of one whole beyond which whole-number closing is not sought: rounding then forgives too much.
MOST_PARTS = 8
#: Largest base for which closing is sought, so that a ledger audits at once.
MOST_RESPONDENTS = 400


def share_sums(ledger: Ledger) -> list[Finding]:
    """Hold the shares of all parts of a whole against 100.

    Where parts named in the meanings were not printed, their sum may fall short of 100 but not pass it.
    """
    found = []
    for whole, figures in _groups(ledger, shares=True):
        declared = {m.indicator for m in ledger.meanings.values() if m.parts_of == whole}
        complete = declared <= {figure.indicator for figure in figures}
        words, verdict = _sum(figures, complete=complete)
        base = _closing(ledger, figures) if verdict in {"holds", "rounding"} and complete else Words()
        text = Words(words.zh + base.zh, words.en + base.en)
        found += [finding(figure, "parts", verdict, text) for figure in figures]
    return found


def _groups(ledger: Ledger, *, shares: bool) -> Iterator[tuple[str, list[Figure]]]:
    """Give the plain parts of each whole printed for one year and segment, each part once."""
    groups: dict[tuple[int, str, str], dict[str, Figure]] = defaultdict(dict)
    for figure in ledger.figures:
        whole = figure.meaning.parts_of
        if whole and figure.exact and (figure.unit.family == "percent") == shares:
            groups[figure.year, whole, figure.segment].setdefault(figure.indicator, figure)
    for (_, whole, _), parts in groups.items():
        if len(parts) > 1:
            yield whole, list(parts.values())


def _sum(figures: list[Figure], *, complete: bool) -> tuple[Words, Verdict]:
    digits = max(figure.digits for figure in figures)
    total = sum((figure.number for figure in figures), Fraction(0))
    low = sum((figure.low for figure in figures), Fraction(0))
    high = sum((figure.high for figure in figures), Fraction(0))
    arithmetic = f"{' + '.join(figure.text for figure in figures)} = {show(total, digits)} %"
    least, most = show(low, digits + 1), show(high, digits + 1)
    text = Words(
        f"{arithmetic}（修约允许{least}至{most}）", f"{arithmetic} (rounding allows {least} to {most})"
    )
    if low > 100 or (complete and high < 100):  # noqa: PLR2004 - per cent
        return text, "contradiction"
    if total == 100 or (not complete and total < 100):  # noqa: PLR2004
        return Words(arithmetic, arithmetic), "holds"
    return text, "rounding"


def _closing(ledger: Ledger, figures: list[Figure]) -> Words:
    """Name the numbers of respondents on which the parts close, where the parts are shares of respondents."""
    if any(figure.meaning.kind != "share" for figure in figures) or len(figures) > MOST_PARTS:
        return Words()
    if any(figure.meaning.numerator for figure in figures):
        return Words()
    texts = [figure.text for figure in figures]
    bases = closing_bases(texts, min(ledger.bound, MOST_RESPONDENTS))
    if not bases:
        return Words()
    some = [str(base) for base in bases[:4]]
    more_zh, more_en = ("等", ", …") if len(bases) > len(some) else ("", "")
    return Words(
        f"；可闭合的家数为{'、'.join(some)}{more_zh}", f"; closes on {', '.join(some)}{more_en} respondents"
    )


def totals(ledger: Ledger) -> list[Finding]:
    """Hold printed amounts against the printed total of which they are the parts."""
    found = []
    for whole, figures in _groups(ledger, shares=False):
        total = ledger.at(whole, figures[0].year, figures[0])
        if total is not None and total.exact:
            found.append(_total(total, figures))
    return found


def _total(total: Figure, parts: list[Figure]) -> Finding:
    factor = Fraction(1, total.unit.factor)
    digits = max(total.digits, *(part.digits for part in parts))
    numbers = [part.number * part.unit.factor * factor for part in parts]
    low = sum((part.low * part.unit.factor * factor for part in parts), Fraction(0))
    high = sum((part.high * part.unit.factor * factor for part in parts), Fraction(0))
    whole = sum(numbers, Fraction(0))
    added = f"{' + '.join(show(number, digits) for number in numbers)} = {show(whole, digits)}"
    if whole == total.number:
        return finding(total, "total", "holds", Words(added, added))
    if low <= total.high and high >= total.low:
        words = Words(
            f"{added}，印作{total.text}，差在修约之内", f"{added}, printed {total.text}: rounding allows it"
        )
        return finding(total, "total", "rounding", words)
    words = Words(f"{added}，不是{total.text}", f"{added}, not {total.text}")
    if high < total.low and any(part.meaning.presumed for part in parts):
        other = Words("或另有未印出的部分", "there may be parts that were not printed")
        return finding(total, "total", "suspicious", words, other)
    return finding(total, "total", "contradiction", words, _instead(total, numbers, digits))


def _instead(total: Figure, numbers: list[Fraction], digits: int) -> Words:
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
    return Words("；".join(swapped_zh or plain_zh), "; ".join(swapped_en or plain_en))
