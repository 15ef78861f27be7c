"""Is there a set of whole-number answers behind a printed mean and standard deviation? If so, one is shown.

SPRITE shuffles answers until they fit; here the question is decided. Answers on a scale from a to b with
sum S have sums of squares of one parity, from that of answers as equal as can be to that of answers at both
ends. Raising one answer and lowering another that is no greater, d apart, adds 2 (d + 1): a few steps of the
largest size that fits reach almost every sum of squares at once. Where they do not, all that n answers can
reach is listed, so that "none" is a proof.

References
----------
Heathers, Anaya, van der Zee & Brown (2018), Recovering data from summary statistics: Sample Parameter
Reconstruction via Iterative TEchniques (SPRITE). doi:10.7287/peerj.preprints.26968v1
Anaya (2016), The GRIMMER test. doi:10.7287/peerj.preprints.2400v1
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from analysis.consistency.findings import Explanation, LedgerFinding, finding
from analysis.consistency.whole_numbers import attainable, grim, printed_interval
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from analysis.consistency.ledger import Ledger, LedgerFigure

__all__ = ["bounded_shares", "nested_shares", "reconstruct", "reconstruct_shares", "sets_of_answers"]

Counts = dict[int, int]
#: Answers up to which everything that can be reached is listed; beyond it the steps reach all but the ends.
LISTED = 120


def reconstruct(mean: str | Decimal, sd: str | Decimal, n: int, least: int, most: int) -> Counts | None:
    """Find n whole-number answers from ``least`` to ``most`` with the printed mean and standard deviation.

    Parameters
    ----------
    mean, sd
        As printed, digits included; the deviation with n - 1 below the line.
    n
        Answers, at least 2.
    least, most
        Ends of the scale, as ``1`` and ``5``.

    Returns
    -------
    How often each value of the scale is answered, in one set that fits; None if no set does.

    Raises
    ------
    ArgumentError
        Text that is no number, n below 2, a scale without two values.

    Notes
    -----
    Held against the parameters of the examples and tests of R's rsprite2 and of pysprite.

    Examples
    --------
    >>> sum(reconstruct("2.2", "1.3", 20, 1, 5).values())
    20
    >>> reconstruct("2.2", "2.3", 20, 1, 5) is None
    True
    """
    if n < 2:  # noqa: PLR2004 - one answer has no standard deviation
        raise ArgumentError("n", "at least 2", str(n), "give the number of answers")
    _scale(least, most)
    for total in grim(mean, n):
        if least * n <= total <= most * n:
            wanted = _squares(sd, n, total - least * n)
            found = _fit(total - least * n, wanted, n, most - least)
            if found is not None:
                return {least + value: count for value, count in sorted(found.items())}
    return None


def _scale(least: int, most: int) -> None:
    if least >= most:
        raise ArgumentError(
            "least", "a value below most", f"{least} and {most}", "give both ends of the scale"
        )


def _squares(sd: str | Decimal, n: int, total: int) -> range:
    """Give the sums of squares, the scale starting from zero, that lead to the printed deviation."""
    low, high = printed_interval(sd, "sd")
    low = max(low, Fraction(0))
    base = Fraction(total * total, n)
    least, most = ceil(low**2 * (n - 1) + base), floor(high**2 * (n - 1) + base)
    least += (least - total) % 2  # squares are odd where their roots are
    return range(least, most + 1, 2)


def _fit(total: int, wanted: range, n: int, top: int) -> Counts | None:
    if not wanted or _high_square(total, n, top) < wanted[0] or _low_square(total, n) > wanted[-1]:
        return None
    near = _stepped(total, wanted, n, top)
    return near if near is not None or n > LISTED else _listed(total, wanted, n, top)


def _low_square(total: int, n: int) -> int:
    """Give the least sum of squares of n whole numbers with a sum: all as equal as can be."""
    each, rest = divmod(total, n)
    return (n - rest) * each**2 + rest * (each + 1) ** 2


def _high_square(total: int, n: int, top: int) -> int:
    """Give the greatest: all at both ends of the scale but one."""
    full, rest = divmod(total, top)
    return full * top**2 + rest**2 if full < n else n * top**2


def _stepped(total: int, wanted: range, n: int, top: int) -> Counts | None:
    """Start from answers as equal as can be, and spread them by the largest step that does not overshoot."""
    each, rest = divmod(total, n)
    counts = defaultdict(int, {each: n - rest})
    if rest:
        counts[each + 1] += rest
    square = _low_square(total, n)
    while square < wanted[0]:
        room = (wanted[-1] - square) // 2
        step = _step(counts, room, top)
        if step is None:
            return None
        low, high = step
        for value, change in ((low, -1), (high, -1), (low - 1, 1), (high + 1, 1)):
            counts[value] += change
        square += 2 * (high - low + 1)
    return {value: count for value, count in counts.items() if count}


def _step(counts: Mapping[int, int], room: int, top: int) -> tuple[int, int] | None:
    """Choose the pair to be spread: as far apart as the room allows."""
    values = [value for value, count in counts.items() if count]
    pairs = [
        (low, high)
        for low in values
        for high in values
        if low > 0
        and high < top
        and high - low + 1 <= room
        and (low < high or (low == high and counts[low] > 1))
    ]
    return max(pairs, key=lambda pair: (pair[1] - pair[0], -pair[0]), default=None)


def _listed(total: int, wanted: range, n: int, top: int) -> Counts | None:
    """Reach every sum of squares that n answers can have; read the answers off backwards.

    ``reached[k][s]`` is a number whose bit q tells whether k answers can sum to s with squares that sum to q.
    """
    reached = [{0: 1}]
    for answered in range(1, n + 1):
        layer: dict[int, int] = defaultdict(int)
        left = (n - answered) * top
        for so_far, bits in reached[-1].items():
            for value in range(min(top, total - so_far) + 1):
                if so_far + value + left >= total:
                    layer[so_far + value] |= bits << value * value
        reached.append(dict(layer))
    square = next((q for q in wanted if reached[n].get(total, 0) >> q & 1), None)
    if square is None:
        return None
    counts: Counts = defaultdict(int)
    for before in reversed(reached[:-1]):
        value = next(
            v for v in range(top + 1)
            if v <= total and v * v <= square and before.get(total - v, 0) >> (square - v * v) & 1
        )  # fmt: skip
        counts[value] += 1
        total, square = total - value, square - value * value
    return dict(counts)


def reconstruct_shares(
    shares: Mapping[int, str | Decimal], n: int, mean: str | Decimal, sd: str | Decimal | None = None
) -> Counts | None:
    """Find n answers that give the printed share of every value, the mean and, if printed, the deviation.

    Parameters
    ----------
    shares
        Per cent of the answers at each value of the scale, as printed; all of them.
    n
        Answers, at least 2.
    mean, sd
        As printed.

    Returns
    -------
    How often each value is answered, in one set that fits; None if no set does.

    Examples
    --------
    >>> reconstruct_shares({1: "10", 2: "30", 3: "60"}, 10, "2.5", "0.71")
    {1: 1, 2: 3, 3: 6}
    >>> reconstruct_shares({1: "10", 2: "30", 3: "60"}, 10, "2.7") is None
    True
    """
    if n < 2:  # noqa: PLR2004 - one answer has no standard deviation
        raise ArgumentError("n", "at least 2", str(n), "give the number of answers")
    sums = set(grim(mean, n))
    ways: dict[tuple[int, int, int], tuple[int, ...]] = {(0, 0, 0): ()}
    for value, share in shares.items():
        further: dict[tuple[int, int, int], tuple[int, ...]] = {}
        for (answers, total, square), counts in ways.items():
            for k in attainable(share, n):
                if answers + k <= n:
                    place = (answers + k, total + k * value, square + k * value * value)
                    further.setdefault(place, (*counts, k))
        ways = further
    for (answers, total, square), counts in ways.items():
        if answers == n and total in sums and _deviates(sd, n, total, square):
            return dict(zip(shares, counts, strict=True))
    return None


def _deviates(sd: str | Decimal | None, n: int, total: int, square: int) -> bool:
    if sd is None:
        return True
    low, high = printed_interval(sd, "sd")
    variance = (square - Fraction(total * total, n)) / (n - 1)
    return max(low, Fraction(0)) ** 2 <= variance <= high**2


# Answers behind a printed mean and deviation; classes within classes; shares given as bounds.


def sets_of_answers(ledger: Ledger) -> list[LedgerFinding]:
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


def _set_of(
    figure: LedgerFigure, deviation: LedgerFigure, base: int, scale: tuple[int, int]
) -> LedgerFinding:
    answers = reconstruct(figure.text, deviation.text, base, *scale)
    printed = f"{figure.text} ± {deviation.text}, n = {base}, {scale[0]}–{scale[1]}"
    if answers is None:
        words = Explanation(
            f"{printed}：没有一组整数答案同时给出二者",
            f"{printed}: no set of whole-number answers gives both",
        )
        return finding(figure, "answers", "impossible", words)
    listed = ", ".join(f"{count} × {value}" for value, count in answers.items())
    return finding(
        figure,
        "answers",
        "holds",
        Explanation(f"{printed}，例如{listed}", f"{printed}, for example {listed}"),
    )


def nested_shares(ledger: Ledger) -> list[LedgerFinding]:
    """Check the share of a narrower class against the wider it lies in: above 95 within above 90."""
    found = []
    for figure in ledger.figures:
        wider = ledger.at(figure.meaning.within, figure.year, figure) if figure.meaning.within else None
        if wider is None or figure.printed is None:
            continue
        values = f"{figure.value} ≤ {wider.value}"
        if figure.low * figure.unit.factor <= wider.high * wider.unit.factor:
            found.append(finding(figure, "nested", "holds", Explanation(values, values)))
            continue
        zh = f"“{figure.label}”{figure.value}大于包含它的“{wider.label}”{wider.value}"
        en = f"{figure.value} is more than {wider.value} of {wider.meaning.english()}, which contains it"
        found.append(finding(figure, "nested", "contradiction", Explanation(zh, en)))
    return found


def bounded_shares(ledger: Ledger) -> list[LedgerFinding]:
    """Check shares given as bounds or roughly (>30, ≈90) against the whole numbers of their base."""
    found = []
    for figure in ledger.figures:
        rough = figure.printed is not None and not figure.exact and figure.unit.family == "percent"
        base = ledger.base_of(figure) if rough and figure.meaning.kind == "share" else None
        if base is None:
            continue
        least, most = max(0, ceil(figure.low * base / 100)), min(base, floor(figure.high * base / 100))
        if least <= most:
            zh, en = f"{base}家中{least}至{most}家", f"{least} to {most} of {base}"
            found.append(finding(figure, "bound", "holds", Explanation(zh, en)))
            continue
        words = Explanation(
            f"{base}家中没有整数家合乎{figure.value}%", f"no whole number of {base} is {figure.value} %"
        )
        found.append(finding(figure, "bound", "impossible", words))
    return found
