"""Answers behind a printed mean and deviation; classes within classes; shares told as bounds."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from analysis.consistency.findings import Finding, Words, finding
from analysis.consistency.reconstruction import reconstruct

if TYPE_CHECKING:
    from analysis.consistency.ledger import Figure, Ledger

__all__ = ["bounded_shares", "nested_shares", "sets_of_answers"]


def sets_of_answers(ledger: Ledger) -> list[Finding]:
    """Seek whole-number answers on the scale with the printed mean and standard deviation (SPRITE)."""
    found = []
    for figure in ledger.figures:
        meaning = figure.meaning
        if meaning.scale is None or not meaning.deviation or meaning.items != 1 or not figure.exact:
            continue
        deviation, base = ledger.bound_to(meaning.deviation, figure), ledger.base_of(figure)
        if deviation is None or not deviation.exact or base is None or base < 2:  # noqa: PLR2004 - of one answer
            continue
        found.append(_set_of(figure, deviation, base, meaning.scale))
    return found


def _set_of(figure: Figure, deviation: Figure, base: int, scale: tuple[int, int]) -> Finding:
    answers = reconstruct(figure.text, deviation.text, base, *scale)
    told = f"{figure.text} ± {deviation.text}, n = {base}, {scale[0]}–{scale[1]}"
    if answers is None:
        words = Words(
            f"{told}：没有一组整数答案同时给出二者", f"{told}: no set of whole-number answers gives both"
        )
        return finding(figure, "answers", "impossible", words)
    listed = ", ".join(f"{count} × {value}" for value, count in answers.items())
    return finding(
        figure, "answers", "holds", Words(f"{told}，例如{listed}", f"{told}, for example {listed}")
    )


def nested_shares(ledger: Ledger) -> list[Finding]:
    """Hold the share of a narrower class against the wider it lies in: above 95 within above 90."""
    found = []
    for figure in ledger.figures:
        wider = ledger.at(figure.meaning.within, figure.year, figure) if figure.meaning.within else None
        if wider is None or figure.printed is None:
            continue
        values = f"{figure.value} ≤ {wider.value}"
        if figure.low * figure.unit.factor <= wider.high * wider.unit.factor:
            found.append(finding(figure, "nested", "holds", Words(values, values)))
            continue
        zh = f"“{figure.label}”{figure.value}大于包含它的“{wider.label}”{wider.value}"
        en = f"{figure.value} is more than {wider.value} of {wider.meaning.english()}, which contains it"
        found.append(finding(figure, "nested", "contradiction", Words(zh, en)))
    return found


def bounded_shares(ledger: Ledger) -> list[Finding]:
    """Hold shares told as bounds or roughly (>30, ≈90) against the whole numbers of their base."""
    found = []
    for figure in ledger.figures:
        rough = figure.printed is not None and not figure.exact and figure.unit.family == "percent"
        base = ledger.base_of(figure) if rough and figure.meaning.kind == "share" else None
        if base is None:
            continue
        least, most = max(0, ceil(figure.low * base / 100)), min(base, floor(figure.high * base / 100))
        if least <= most:
            zh, en = f"{base}家中{least}至{most}家", f"{least} to {most} of {base}"
            found.append(finding(figure, "bound", "holds", Words(zh, en)))
            continue
        words = Words(
            f"{base}家中没有整数家合乎{figure.value}%", f"no whole number of {base} is {figure.value} %"
        )
        found.append(finding(figure, "bound", "impossible", words))
    return found
