"""Check each number of a draft against the record: confirmed, contradicted with the right value, unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from survey.audit.record import CHANGE_UNITS, Fact, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.model import Printed
    from survey.audit.claims import DraftClaim
    from survey.programme import Programme

__all__ = ["Judge", "JudgedClaim", "confront"]

Verdict = Literal["confirmed", "contradicted", "unknown"]
#: Units in which running numbers are printed: the tenth report in a row.
_TIMES = frozenset({"年", "次", "届", "years", "times"})


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its verdict, the right value, where that stands, and the reason in both languages."""

    claim: DraftClaim
    verdict: Verdict
    code: str = ""
    right: str = ""
    source: str = ""
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class Judge:
    """Judges claims by a record."""

    programme: Programme
    record: Record

    def fits(self, code: str, quantity: Printed) -> bool:
        """Whether an indicator is printed in a number's unit."""
        return any(_same_unit(quantity.unit, unit) for unit in self.record.units(code))

    def judge(self, claim: DraftClaim) -> JudgedClaim:
        """Judge one claim."""
        if claim.names != claim.numbers:
            return _uneven(claim)
        if not claim.codes or not claim.year:
            return _unknown(
                claim, "未能确定所指的指标或年份", "which indicator or year is meant is not plain"
            )
        if claim.yearly:
            return _unknown(claim, "每年平均的变化没有记录可对", "a mean change a year is not on record")
        judged = [self._of(replace(claim, codes=(code,)), code) for code in claim.codes]
        known = [j for j in judged if j.verdict != "unknown"]
        if len({j.verdict for j in known}) == 1:
            return known[0]
        if known:
            return _unknown(claim, "名称可指多个指标", "the name may mean several indicators")
        return judged[0]

    def _of(self, claim: DraftClaim, code: str) -> JudgedClaim:
        judged = {"level": self._level, "change": self._change, "streak": self._streak}[claim.kind](
            claim, code
        )
        return replace(judged, code=code)

    # -- levels ------------------------------------------------------------

    def _level(self, claim: DraftClaim, code: str) -> JudgedClaim:
        quantity = _held(claim)
        facts = self.record.levels(code, claim.year, claim.place)
        if not facts:
            return _unknown(claim, f"{claim.year}年没有该指标的数字", f"no figure of it for {claim.year}")
        judged = [self._against(claim, quantity, fact) for fact in facts]
        best = next(
            (j for v in ("confirmed", "contradicted", "unknown") for j in judged if j.verdict == v), judged[0]
        )
        wrong = best.verdict == "contradicted" and not best.reason_en.startswith("the unit is")
        return self._explained(best, code, quantity) if wrong else best

    def _against(self, claim: DraftClaim, quantity: Printed, fact: Fact) -> JudgedClaim:
        if quantity.unit and not _same_unit(quantity.unit, fact.unit):
            if _digits(quantity.number) == _digits(fact.number):
                zh, en = f"单位应为{fact.unit}", f"the unit is {fact.unit}"
                return _contradicted(claim, fact, zh, en)
            return _unknown(claim, "单位与该指标不符", "the unit is not that indicator's")
        if quantity.approximation or not fact.exact:
            return self._roughly(claim, quantity, fact)
        return self._exactly(claim, quantity, fact)

    def _exactly(self, claim: DraftClaim, quantity: Printed, fact: Fact) -> JudgedClaim:
        if quantity.step >= fact.step:
            rounded = fact.number.quantize(quantity.step, ROUND_HALF_UP)
            if rounded == quantity.number:
                return _confirmed(claim, fact)
            return _contradicted(claim, fact, "与已公布数字不符", "not what was printed")
        if quantity.number == fact.number:
            return _confirmed(claim, fact)
        if fact.low <= quantity.number < fact.high:
            return _unknown(claim, "比已公布数字更细", "finer than anything on record", fact)
        return _contradicted(claim, fact, "与已公布数字不符", "not what was printed")

    def _roughly(self, claim: DraftClaim, quantity: Printed, fact: Fact) -> JudgedClaim:
        low, high = fact.low, fact.high
        if not quantity.approximation:
            if low <= quantity.number <= high:
                return _unknown(claim, "已公布的只是约数", "only an approximate figure is on record", fact)
            return _contradicted(claim, fact, "超出已公布的范围", "outside what was printed")
        if low <= quantity.high and quantity.low <= high:
            return _confirmed(claim, fact)
        return _contradicted(claim, fact, "概数与数字不符", "the words do not cover the figure")

    def _explained(self, judged: JudgedClaim, code: str, quantity: Printed) -> JudgedClaim:
        """Say of what the wrong number would be right: another year, another indicator of the same year."""
        claim = judged.claim
        for fact in self.record.all():
            same = fact.kind == "level" and fact.exact and fact.number == quantity.number
            if not same or not _same_unit(quantity.unit, fact.unit) or fact.place != claim.place:
                continue
            if fact.code == code:
                zh, en = f"这是{fact.year}年的数字", f"that is the figure of {fact.year}"
                return replace(judged, reason_zh=zh, reason_en=en)
        for fact in self.record.all():
            same = (
                fact.kind == "level"
                and fact.exact
                and fact.number == quantity.number
                and fact.year == claim.year
            )
            if same and fact.code in self.programme.indicators and _same_unit(quantity.unit, fact.unit):
                label = self.programme.indicators[fact.code].label
                return replace(
                    judged,
                    reason_zh=f"这是“{label.zh}”的数字",
                    reason_en=f"that is the figure of “{label.en}”",
                )
        right, stated = (_digits(n) for n in (self._first(code, claim), quantity.number))
        if right == stated and _same_unit(quantity.unit, *self.record.units(code)):
            return replace(judged, reason_zh="数量级不符", reason_en="its order of magnitude is off")
        if right != stated and sorted(right) == sorted(stated):
            return replace(judged, reason_zh="数字位置颠倒", reason_en="its digits are out of order")
        return judged

    def _first(self, code: str, claim: DraftClaim) -> Decimal:
        return self.record.levels(code, claim.year, claim.place)[0].number

    # -- changes ------------------------------------------------------------

    def _change(self, claim: DraftClaim, code: str) -> JudgedClaim:
        quantity = _held(claim)
        printed = self.record.changes(code, claim.year, claim.place)
        base = claim.base or str(int(claim.year) - 1)
        wrong_unit = self._unit_of_change(code, quantity)
        same = [f for f in printed if abs(f.number) == abs(quantity.number)]
        if wrong_unit and same:
            zh, en = f"变化的单位应为{wrong_unit[0]}", f"its change is given in {wrong_unit[1]}"
            return _contradicted(claim, same[0], zh, en)
        signed = replace(quantity, number=claim.sign * quantity.number)
        agreeing = [f for f in same if f.base == base and _sign(f) * f.number >= 0 and _agrees(signed, f)]
        if agreeing:
            return _confirmed(claim, agreeing[0])
        judged = [
            self._by_levels(claim, quantity, span, base, printed)
            for span in self._computed(code, claim, base, quantity.unit)
        ]
        if judged:
            return next((j for j in judged if j.verdict == "confirmed"), judged[0])
        other = [f for f in same if f.base != base]
        if other and claim.base:
            return _contradicted(
                claim,
                other[0],
                f"这是较{other[0].base}年的变化",
                f"that is the change since {other[0].base}",
            )
        against = [f for f in printed if f.base == base and f.exact and _same_unit(quantity.unit, f.unit)]
        if against and not quantity.approximation:
            return _contradicted(claim, against[0], "与已公布的变化不符", "not the change printed")
        return _unknown(claim, f"没有{base}年的数字可比", f"nothing of {base} to compare with")

    def _by_levels(
        self,
        claim: DraftClaim,
        quantity: Printed,
        span: tuple[Decimal, Decimal, str, str],
        base: str,
        printed: Sequence[Fact],
    ) -> JudgedClaim:
        low, high, right, source = span
        half = Decimal(0) if quantity.approximation else quantity.step / 2
        rough = bool(quantity.approximation)
        least, most = (
            (quantity.low, quantity.high) if rough else (quantity.number - half, quantity.number + half)
        )
        bounds = sorted((claim.sign * least, claim.sign * most))
        if low <= bounds[1] and bounds[0] <= high:
            return JudgedClaim(claim, "confirmed", right=right, source=source)
        other = [f for f in printed if abs(f.number) == abs(quantity.number) and f.base != base]
        zh, en = "与两年的数字不符", "not the difference of the two years' figures"
        if other:
            zh, en = f"这是较{other[0].base}年的变化", f"that is the change since {other[0].base}"
        return JudgedClaim(claim, "contradicted", right=right, source=source, reason_zh=zh, reason_en=en)

    def _unit_of_change(self, code: str, quantity: Printed) -> tuple[str, str] | None:
        known = self.programme.indicators.get(code)
        wanted = CHANGE_UNITS[known.change_unit] if known else quantity.unit
        if wanted == "pp" and quantity.unit == "%":
            return "百分点", "percentage points"
        return ("%", "per cent") if wanted == "%" and quantity.unit == "pp" else None

    def _computed(
        self, code: str, claim: DraftClaim, base: str, unit: str
    ) -> list[tuple[Decimal, Decimal, str, str]]:
        """Return the changes that both years' levels allow: least, most, as printed, source."""
        now = self.record.levels(code, claim.year, claim.place)
        then = self.record.levels(code, base, claim.place)
        pairs = [(a, b) for a in now for b in then if a.exact and b.exact and a.unit == b.unit]
        found = []
        for a, b in pairs:
            source = f"{a.where}; {b.where}"
            if unit == "%" and b.low > 0:
                low, high = 100 * (a.low / b.high - 1), 100 * (a.high / b.low - 1)
                found.append((low, high, f"{100 * (a.number / b.number - 1):+.2f}%", source))
            elif unit != "%":
                shown = "个百分点" if unit == "pp" else ""
                found.append((a.low - b.high, a.high - b.low, f"{a.number - b.number:+}{shown}", source))
        return found

    # -- streaks ------------------------------------------------------------

    def _streak(self, claim: DraftClaim, code: str) -> JudgedClaim:
        run = claim.streak
        levels = self.record.levels(code, claim.year)
        if run is None or (not run.rule and not any(fact.unit in _TIMES for fact in levels[:1])):
            return _unknown(claim, "未说明连续的是什么", "what was kept to is not said")
        if not run.rule:
            fact = self.record.levels(code, claim.year)[0]
            if fact.number == run.length:
                return _confirmed(claim, fact)
            return _contradicted(claim, fact, "与已公布次数不符", "not the count printed")
        printed = [
            f for f in self.record.streaks(code, claim.year) if f.rule == run.rule and f.limit == run.limit
        ]
        if printed:
            if printed[0].number == run.length:
                return _confirmed(claim, printed[0])
            return _contradicted(claim, printed[0], "与已公布年数不符", "not the number of years printed")
        return self._counted(claim, code)

    def _counted(self, claim: DraftClaim, code: str) -> JudgedClaim:
        """Count a streak in the levels on record, back to the first year that breaks it or is missing."""
        run = claim.streak
        if run is None:
            return _unknown(claim, "", "")
        year, length = int(claim.year), 0
        first = year
        while True:
            here, before = self.record.levels(code, str(year)), self.record.levels(code, str(year - 1))
            keeps = _keeps(run.rule, run.limit, here, before)
            if not keeps:
                break
            length, first, year = length + 1, year, year - 1
        broken = keeps is False
        known = self.record.levels(code, str(year)) or self.record.levels(code, claim.year)
        fact = known[0] if known else None
        if length == run.length and length:
            return JudgedClaim(claim, "confirmed", right=f"{length}", source=f"{first}–{claim.year}")
        if broken and fact and length < run.length:
            zh, en = (
                f"{year}年为{fact.text}，连续至多{length}年",
                f"{fact.text} in {year}: {length} years at most",
            )
            return _contradicted(claim, fact, zh, en)
        return _unknown(claim, "序列不足以计数", "the series is too short to count")


def confront(judge: Judge, claims: Iterable[DraftClaim]) -> list[JudgedClaim]:
    """Judge all claims; a list whose numbers are the right ones in the wrong order is one finding."""
    judged = [judge.judge(claim) for claim in claims]
    lists: dict[int, list[JudgedClaim]] = {}
    for one in judged:
        if one.claim.listed:
            lists.setdefault(one.claim.listed, []).append(one)
    dropped: set[int] = set()
    swapped: dict[int, JudgedClaim] = {}
    for members in lists.values():
        wrong = [m for m in members if m.verdict == "contradicted"]
        if len(wrong) < 2:  # noqa: PLR2004 - one wrong number is wrong by itself
            continue
        uneven = wrong[0].claim.names != wrong[0].claim.numbers
        stated = sorted(_held(m.claim).number for m in wrong)
        right = (
            sorted(Decimal(m.right.rstrip("%")) for m in wrong) if not uneven and _all_shares(wrong) else []
        )
        if uneven or stated == right:
            swapped[id(wrong[0])] = wrong[0] if uneven else _in_order(wrong)
            dropped.update(id(m) for m in wrong[1:])
    return [swapped.get(id(j), j) for j in judged if id(j) not in dropped]


def _all_shares(judged: Sequence[JudgedClaim]) -> bool:
    return all(j.right.endswith("%") and j.right[:1].isdigit() for j in judged)


def _in_order(wrong: Sequence[JudgedClaim]) -> JudgedClaim:
    first = wrong[0]
    texts = "、".join(m.claim.text for m in wrong)
    return replace(
        first,
        claim=replace(first.claim, text=texts),
        right="、".join(m.right for m in wrong),
        reason_zh="数字无误，次序与名称不对应",
        reason_en="the numbers are right, their order is not that of the names",
    )


def _uneven(claim: DraftClaim) -> JudgedClaim:
    zh = f"列举了{claim.names}项，却有{claim.numbers}个数字"
    en = f"{claim.names} names and {claim.numbers} numbers in one list"
    return JudgedClaim(claim, "contradicted", reason_zh=zh, reason_en=en)


def _keeps(rule: str, limit: Decimal | None, here: Sequence[Fact], before: Sequence[Fact]) -> bool | None:
    """Whether a year keeps to a rule; None where a figure is missing."""
    if not here or not here[0].exact:
        return None
    if rule == "above":
        return limit is not None and here[0].number > limit
    if not before or not before[0].exact:
        return None
    moved = here[0].number - before[0].number
    return moved > 0 if rule == "rising" else moved < 0


def _held(claim: DraftClaim) -> Printed:
    if claim.quantity is None:
        raise TypeError("a level or change holds a quantity")
    return claim.quantity


def _same_unit(stated: str, *printed: str) -> bool:
    """Whether a unit in a text is one of the printed ones; English calls are 通 and 人次 alike."""
    if stated == "calls":
        return bool({"通", "人次"} & set(printed))
    return stated in {"", *printed}


def _digits(number: Decimal) -> str:
    return "".join(map(str, number.normalize().as_tuple().digits))


def _sign(fact: Fact) -> int:
    return -1 if fact.number < 0 else 1


def _agrees(signed: Printed, fact: Fact) -> bool:
    """Whether direction and unit agree; a change printed without a sign is a rise or a fall by its words."""
    direction = signed.number == fact.number or fact.text[:1].isdigit()
    return direction and (_same_unit(signed.unit, fact.unit) or not fact.unit)


def _confirmed(claim: DraftClaim, fact: Fact) -> JudgedClaim:
    return JudgedClaim(claim, "confirmed", right=fact.text, source=fact.where)


def _contradicted(claim: DraftClaim, fact: Fact, zh: str, en: str) -> JudgedClaim:
    return JudgedClaim(claim, "contradicted", right=fact.text, source=fact.where, reason_zh=zh, reason_en=en)


def _unknown(claim: DraftClaim, zh: str, en: str, fact: Fact | None = None) -> JudgedClaim:
    right, source = (fact.text, fact.where) if fact else ("", "")
    return JudgedClaim(claim, "unknown", right=right, source=source, reason_zh=zh, reason_en=en)
