"""Shares of respondents: whether there is a whole number behind each, and behind all of them together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from analysis.consistency.findings import Explanation, LedgerFinding, finding, show
from analysis.consistency.whole_numbers import (
    attainable,
    attainable_bases,
    grim,
    grim_neighbours,
    nearest,
    printed_units,
    rounding_rules,
    share_text,
)
from analysis.model import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from analysis.consistency.ledger import Ledger, LedgerFigure
    from analysis.consistency.whole_numbers import Rounding

__all__ = [
    "Repair",
    "attainable_shares",
    "common_bases",
    "means_of_whole_numbers",
    "partitions",
    "pooled_ranges",
    "rounding_of_lists",
    "segment_ranges",
    "smallest_repairs",
]

# The smallest change of the sizes of some groups with which printed shares and their total all close.


@dataclass(frozen=True)
class Repair:
    """Holds the sizes and the counts with which all shares close, and how many members had to move.

    Attributes
    ----------
    sizes
        Members of each group; the same in all as before.
    counts
        Members behind each share.
    moved
        Members that changed group; 0: the sizes close as they are.
    """

    sizes: tuple[int, ...]
    counts: tuple[int, ...]
    moved: int


def smallest_repairs(
    printed: Sequence[str | Decimal], sizes: Sequence[int], total: str | Decimal, *, moves: int = 3
) -> tuple[Repair, ...]:
    """Move as few members between groups as make every group's share and the share of all attainable.

    Parameters
    ----------
    printed, sizes
        Share (in per cent as printed) and members of each group; the groups part the whole. At most 8.
    total
        Share of all as printed.
    moves
        Most members to be moved.

    Returns
    -------
    Every repair with the least number of members moved, in ascending order; none within ``moves``: empty.

    Raises
    ------
    ArgumentError
        Different numbers of shares and sizes, a size below 1, more than 8 groups.

    Examples
    --------
    >>> smallest_repairs(["100", "50", "44", "45"], [8, 21, 24, 20], "52")
    (Repair(sizes=(8, 20, 25, 20), counts=(8, 10, 11, 9), moved=1),)
    """
    if len(printed) != len(sizes) or len(sizes) > 8 or min(sizes, default=0) < 1:  # noqa: PLR2004 - as documented
        raise ArgumentError(
            "sizes",
            "one size of at least 1 for each of up to 8 shares",
            str(len(sizes)),
            "give as many sizes",
        )
    whole = attainable(total, sum(sizes))
    for moved in range(moves + 1):
        found = [
            Repair(new, counts, moved)
            for new in _moved(tuple(sizes), moved)
            for counts in _closing_sizes(printed, new, whole)
        ]
        if found:
            return tuple(found)
    return ()


def _moved(sizes: tuple[int, ...], moved: int) -> Iterator[tuple[int, ...]]:
    """Give all sizes that differ by so many members moved."""
    if not moved:
        yield sizes
        return
    for steps in product(range(-moved, moved + 1), repeat=len(sizes) - 1):
        last = -sum(steps)
        if sum(map(abs, steps)) + abs(last) == 2 * moved:
            new = tuple(size + step for size, step in zip(sizes, (*steps, last), strict=True))
            if min(new) >= 1:
                yield new


def _closing_sizes(
    printed: Sequence[str | Decimal], sizes: tuple[int, ...], whole: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Give the counts of the groups, if any, that add up to a count of all; the first of them will do."""
    choices = [attainable(share, size) for share, size in zip(printed, sizes, strict=True)]
    if all(choices) and whole:
        fitting = (counts for counts in product(*choices) if sum(counts) in whole)
        yield from list(fitting)[:1] if _few(choices) else _extremes(choices, whole)


def _few(choices: list[tuple[int, ...]]) -> bool:
    size = 1
    for counts in choices:
        size *= len(counts)
    return size <= 10_000  # noqa: PLR2004 - beyond it the sums are runs of whole numbers anyway


def _extremes(choices: list[tuple[int, ...]], whole: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Fill counts up from the least until their sum is a count of all: attainable counts have no gaps."""
    counts = [options[0] for options in choices]
    for place, options in enumerate(choices):
        short = max(0, whole[0] - sum(counts))
        counts[place] = min(options[-1], counts[place] + short)
    if sum(counts) in whole:
        yield tuple(counts)


RULES: dict[str, Explanation] = {
    "half-up": Explanation("四舍五入", "half up"),
    "half-even": Explanation("四舍六入五成双", "half to even"),
    "down": Explanation("截尾", "digits cut off"),
    "ceiling": Explanation("进一", "any rest counted up"),
}
#: Shares that a list needs before its rule of rounding shows.
LIST = 3


def attainable_shares(ledger: Ledger) -> list[LedgerFinding]:
    """Check every share with a known base against the whole numbers of that base."""
    found = []
    for figure, base in _based(ledger):
        counts = attainable(figure.text, base)
        other = _other_rules(figure, base)
        if counts:
            found.append(finding(figure, "attainable", "holds", _behind(figure, base, counts)))
        elif other:
            words, near = _otherwise(figure, base, other), _nearest_bases(ledger, figure, base)
            found.append(finding(figure, "attainable", "rounding", words, near))
        else:
            found.append(finding(figure, "attainable", "impossible", *_unattainable(ledger, figure, base)))
    return found


def _otherwise(figure: LedgerFigure, base: int, rules: tuple[Rounding, ...]) -> Explanation:
    """Show the counts that give a share by other rules of rounding alone."""
    texts = [share_text(attainable(figure.text, base, r)[0], base, 10 ** (figure.digits + 1)) for r in rules]
    zh = "，".join(f"{text}（{RULES[rule].zh}）" for text, rule in zip(texts, rules, strict=True))
    en = ", ".join(f"{text} ({RULES[rule].en})" for text, rule in zip(texts, rules, strict=True))
    return Explanation(
        f"{zh}：四舍五入得不到{figure.text}%", f"{en}: rounded half up, none of them gives {figure.text} %"
    )


def _based(ledger: Ledger) -> Iterator[tuple[LedgerFigure, int]]:
    """Give the plain shares whose base is known."""
    for figure in ledger.figures:
        if figure.meaning.kind == "share" and figure.exact and figure.unit.family == "percent":
            base = ledger.base_of(figure)
            if base is not None:
                yield figure, base


def _other_rules(figure: LedgerFigure, base: int) -> tuple[Rounding, ...]:
    return rounding_rules([figure.text], base)


def _behind(figure: LedgerFigure, base: int, counts: tuple[int, ...]) -> Explanation:
    text = share_text(counts[0], base, 10**figure.digits)
    if len(counts) == 1:
        return Explanation(text, text)
    zh = f"{base}家中{counts[0]}至{counts[-1]}家均印作{figure.text}%"
    return Explanation(zh, f"{counts[0]} to {counts[-1]} of {base} all print as {figure.text} %")


def _unattainable(ledger: Ledger, figure: LedgerFigure, base: int) -> tuple[Explanation, Explanation]:
    """Show both neighbours a digit finer than printed, and the nearest bases that would give the share."""
    _, unit = printed_units(figure.text)
    below, above = (int(text.split("/")[0]) for text in nearest(figure.text, base))
    sides = [share_text(k, base, unit * 10) for k in dict.fromkeys((below, above))]
    zh = f"{'，'.join(sides)}：{base}家中没有整数家对应{figure.text}%"
    en = f"{', '.join(sides)}: no whole number of {base} gives {figure.text} %"
    return Explanation(zh, en), _nearest_bases(ledger, figure, base)


def _nearest_bases(ledger: Ledger, figure: LedgerFigure, base: int) -> Explanation:
    """Name the nearest numbers of respondents, fewer and more, of which the share is attainable."""
    bases = attainable_bases([figure.text], max(ledger.bound, base + 10))
    fewer = max((b for b in bases if b < base), default=None)
    more = min((b for b in bases if b > base), default=None)
    near = [b for b in (fewer, more) if b is not None]
    texts = [share_text(attainable(figure.text, b)[0], b, 10**figure.digits) for b in near]
    if not texts:
        return Explanation()
    zh, en = f"最接近且可得的家数：{'，'.join(texts)}", f"nearest numbers that give it: {', '.join(texts)}"
    return Explanation(zh, en)


def rounding_of_lists(ledger: Ledger) -> list[LedgerFinding]:
    """Tell by which rule the shares of one year and base were rounded, where the list has at least three."""
    groups: dict[tuple[int, int], list[LedgerFigure]] = defaultdict(list)
    for figure, base in _based(ledger):
        if _other_rules(figure, base):
            groups[figure.year, base].append(figure)
    found = []
    for (_, base), figures in groups.items():
        if len(figures) >= LIST:
            rules = _common_rules(figures, base)
            found += [_rule_of(figure, base, rules, len(figures)) for figure in figures]
    return found


def _common_rules(figures: Sequence[LedgerFigure], base: int) -> tuple[Rounding, ...]:
    return rounding_rules([figure.text for figure in figures], base)


def _rule_of(figure: LedgerFigure, base: int, rules: tuple[Rounding, ...], size: int) -> LedgerFinding:
    zh, en = f"{base}家的{size}个占比", f"{size} shares of {base}"
    if attainable(figure.text, base):
        whole = "half-up" in rules
        zh = f"{zh}均按四舍五入" if whole else "该占比按四舍五入成立，同列有不成立者"
        en = f"all {en} are rounded half up" if whole else "rounded half up, unlike others of its list"
        return finding(figure, "rounding", "holds", Explanation(zh, en))
    if rules:
        named = [RULES[rule] for rule in rules]
        zh = f"{zh}一致符合的只有{'、'.join(r.zh for r in named)}"
        en = f"all {en} have in common only {', '.join(r.en for r in named)}"
    else:
        zh, en = f"{zh}没有共同的修约规则", f"no one rule of rounding gives all {en}"
    return finding(figure, "rounding", "rounding", Explanation(zh, en))


def common_bases(ledger: Ledger) -> list[LedgerFinding]:
    """Find the bases that fit all shares of a year and segment whose base is not known."""
    groups: dict[tuple[int, str], list[LedgerFigure]] = defaultdict(list)
    for figure in ledger.figures:
        plain = figure.meaning.kind == "share" and figure.exact and figure.unit.family == "percent"
        if plain and not figure.meaning.numerator and ledger.base_of(figure) is None:
            groups[figure.year, figure.segment].append(figure)
    found = []
    for figures in groups.values():
        texts = [figure.text for figure in figures]
        bases = attainable_bases(texts, ledger.bound)
        words, implied = _fitting(bases, texts, ledger.bound), _implied(ledger, figures)
        fits = bool(bases)
        if implied is not None and implied[0] not in bases:
            fits = False
            words = Explanation(f"{words.zh}；但{implied[1].zh}", f"{words.en}; but {implied[1].en}")
        found += [finding(figure, "bases", "holds" if fits else "base", words) for figure in figures]
    return found


def _implied(ledger: Ledger, figures: Sequence[LedgerFigure]) -> tuple[int, Explanation] | None:
    """Find the number of respondents that another printed share gives: 52 % of 73 are 38."""
    for figure in figures:
        for code in figure.meaning.base.split():
            row = ledger.bound_to(code, figure)
            base = ledger.base_of(row) if row is not None and row.meaning.kind == "share" else None
            counts = attainable(row.text, base) if row is not None and row.exact and base else ()
            if base and row is not None and len(counts) == 1:
                share = share_text(counts[0], base, 10**row.digits)
                zh = f"“{row.label}”为{share}，即{counts[0]}家"
                en = f"{row.meaning.english()} is {share}, that is {counts[0]} respondents"
                return counts[0], Explanation(zh, en)
    return None


def _fitting(bases: tuple[int, ...], texts: list[str], bound: int) -> Explanation:
    listed = "、".join(texts)
    if not bases:
        zh = f"{bound}以内没有一个家数能同时给出{listed}%"
        return Explanation(zh, f"no one base up to {bound} gives {', '.join(texts)} % together")
    some = [str(base) for base in bases[:5]]
    more_zh, more_en = ("等", ", …") if len(bases) > len(some) else ("", "")
    zh = f"家数未公布；{listed}%同时成立的最小家数为{bases[0]}（可为{'、'.join(some)}{more_zh}）"
    en = (
        f"base not printed; {', '.join(texts)} % fit together from {bases[0]} on ({', '.join(some)}{more_en})"
    )
    return Explanation(zh, en)


def partitions(ledger: Ledger) -> list[LedgerFinding]:
    """Check a total's share against those of the segments that part it, in whole numbers."""
    return [
        _partition(total, parts, sizes)
        for total, base, segments in _families(ledger)
        for parts in [[figure for figure, _ in segments]]
        for sizes in [[size for _, size in segments]]
        if 1 < len(parts) <= 8 and sum(sizes) == base  # noqa: PLR2004 - as many as repairs are sought for
    ]


def _families(ledger: Ledger) -> Iterator[tuple[LedgerFigure, int, list[tuple[LedgerFigure, int]]]]:
    """Give everybody's share of an indicator and year with those of its segments."""
    groups: dict[tuple[int, str], list[tuple[LedgerFigure, int]]] = defaultdict(list)
    for figure, base in _based(ledger):
        groups[figure.year, figure.indicator].append((figure, base))
    for members in groups.values():
        totals = [(figure, base) for figure, base in members if figure.whole]
        segments = {figure.segment: (figure, base) for figure, base in members if not figure.whole}
        if totals and segments:
            yield *totals[0], list(segments.values())


def _partition(total: LedgerFigure, parts: list[LedgerFigure], sizes: list[int]) -> LedgerFinding:
    texts = [part.text for part in parts]
    repairs = smallest_repairs(texts, sizes, total.text)
    listed = "/".join(texts)
    zh = f"{'/'.join(map(str, sizes))}家的{listed}%对合计{total.text}%"
    en = f"{listed} % of {'/'.join(map(str, sizes))} against {total.text} % of all {sum(sizes)}"
    if not repairs:
        return finding(
            total,
            "partition",
            "contradiction",
            Explanation(f"{zh}：整数不闭合", f"{en}: no whole numbers close"),
        )
    closing = _closing(repairs[0], total)
    if repairs[0].moved == 0:
        return finding(total, "partition", "holds", Explanation(f"{zh}：{closing}", f"{en}: {closing}"))
    return finding(
        total,
        "partition",
        "base",
        Explanation(f"{zh}：整数不闭合", f"{en}: no whole numbers close"),
        Explanation(
            f"移动{repairs[0].moved}家，各类为{'/'.join(map(str, repairs[0].sizes))}家则闭合：{closing}",
            f"with {repairs[0].moved} moved, {'/'.join(map(str, repairs[0].sizes))} close: {closing}",
        ),
    )


def _closing(repair: Repair, total: LedgerFigure) -> str:
    counts = [f"{k}/{n}" for k, n in zip(repair.counts, repair.sizes, strict=True)]
    return ", ".join(counts) + ", " + share_text(sum(repair.counts), sum(repair.sizes), 10**total.digits)


def segment_ranges(ledger: Ledger) -> list[LedgerFinding]:
    """Check a segment's share against the range that the total leaves it.

    Of N members K, of the n of a segment k: ``max(0, K - (N - n)) <= k <= min(n, K)``.
    """
    found = []
    for total, base, segments in _families(ledger):
        whole = attainable(total.text, base)
        for figure, size in segments:
            counts = attainable(figure.text, size)
            if whole and counts and size <= base:
                found.append(_within(figure, size, total, base))
    return found


def _within(figure: LedgerFigure, size: int, total: LedgerFigure, base: int) -> LedgerFinding:
    counts, whole = attainable(figure.text, size), attainable(total.text, base)
    least, most = max(0, whole[0] - (base - size)), min(size, whole[-1])
    low, high = show(least * 100 / size, figure.digits), show(most * 100 / size, figure.digits)
    fits = counts[0] <= most and counts[-1] >= least
    zh = f"合计{total.text}%（{whole[0]}/{base}）时，{size}家的占比只能在{low}%与{high}%之间"
    en = f"with {total.text} % in all ({whole[0]}/{base}) a share of {size} lies between {low} and {high} %"
    return finding(figure, "segment", "holds" if fits else "contradiction", Explanation(zh, en))


def pooled_ranges(ledger: Ledger) -> list[LedgerFinding]:
    """Check a ratio or mean of everybody against its segments': it lies among them if they cover all."""
    groups: dict[tuple[int, str], list[LedgerFigure]] = defaultdict(list)
    for figure in ledger.figures:
        if figure.exact and figure.meaning.kind in {"ratio", "mean"} and not figure.meaning.change_of:
            groups[figure.year, figure.indicator].append(figure)
    found = []
    for figures in groups.values():
        parts = [figure for figure in figures if not figure.whole]
        for total in [figure for figure in figures if figure.whole][:1] if len(parts) > 1 else []:
            least, most = min(part.low for part in parts), max(part.high for part in parts)
            inside = total.high >= least and total.low <= most
            listed = ", ".join(part.text for part in parts)
            zh = f"各分组为{listed}，合计{total.text}{'在其间' if inside else '不在其间'}"
            en = f"segments {listed}, in all {total.text}: {'among' if inside else 'not among'} them"
            found.append(finding(total, "pooled", "holds" if inside else "suspicious", Explanation(zh, en)))
    return found


def means_of_whole_numbers(ledger: Ledger) -> list[LedgerFinding]:
    """Check means of whole-number answers against their base (GRIM)."""
    found = []
    for figure in ledger.figures:
        base = ledger.base_of(figure) if figure.meaning.kind == "mean" and figure.meaning.items else None
        if base is None or not figure.exact:
            continue
        sums = grim(figure.text, base, figure.meaning.items)
        low, high = (
            show(x, figure.digits + 1) for x in grim_neighbours(figure.text, base, figure.meaning.items)
        )
        zh, en = (
            f"{base}个整数的平均数只能是…{low}、{high}…",
            f"whole numbers of {base} average …{low}, {high}…",
        )
        found.append(finding(figure, "grim", "holds" if sums else "impossible", Explanation(zh, en)))
    return found
