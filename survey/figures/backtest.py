"""Hold the answers against what was printed: each figure of the ledger attained, impossible or missed.

``attained``: the answers give the figure at its printed digits. ``impossible``: no whole-number answers of
the wave's respondents can give it, with the arithmetic. ``missed``: they could and do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.consistency import attainable, attainable_bases, nearest
from analysis.inference import streak
from analysis.model import Printed, read_printed
from analysis.words import decimal_text
from survey.programme import Reading, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey.figures.figures import Figures

__all__ = ["BACKTEST", "backtest"]

BACKTEST = ("indicator", "segment", "published", "computed", "verdict", "reason")
WORDS = ("reason_zh", "label_zh", "label_en", "segment_en")
NONE = Wording(zh="", en="")


@dataclass(frozen=True)
class _Verdict:
    computed: str
    verdict: str
    reason: Wording = NONE


def backtest(figures: Figures) -> pd.DataFrame:
    """Judge every ledger line of the wave, and every change printed beside one.

    Returns
    -------
    DataFrame
        One row a printed figure: indicator (``.change`` for a change), segment as printed, published,
        computed, verdict {attained, impossible, missed}, reason (en); then what a bilingual table needs:
        reason_zh, label_zh, label_en, segment_en.
    """
    rows: list[tuple[str, ...]] = []
    ledger = figures.programme.published
    for line in ledger[ledger["year"] == figures.wave].to_dict("records"):
        indicator, segment, value, unit = (line[name] for name in ("indicator", "segment", "value", "unit"))
        reading, place = _reading(figures, indicator, segment)
        found = _level(figures, reading, place, value, unit)
        zh, en = _label(figures, reading, indicator, line["label_zh"])
        where = _where(figures, place)
        rows.append((indicator, segment, f"{value} {unit}".strip(), *_words(found), zh, en, where))
        change, unit = line["change"], line["change_unit"]
        if change and reading.level:
            moved = _words(_change(figures, reading.level, place, change, unit))
            labels = (f"{zh}（变化）", f"{en} (change)")
            rows.append((f"{indicator}.change", segment, f"{change} {unit}".strip(), *moved, *labels, where))
    return pd.DataFrame(rows, columns=[*BACKTEST, *WORDS], dtype="str")


def _label(figures: Figures, reading: Reading, code: str, printed: str) -> tuple[str, str]:
    """Name a ledger line: as printed in Chinese, by the programme's indicator or its own code in English."""
    of = reading.level or reading.change or reading.streak or reading.yearly_change or reading.from_to or ""
    known = figures.programme.indicators.get(of)
    if reading.level and known:
        return printed, known.label.en
    return printed, (f"{known.label.en}: " if known else "") + code.replace("_", " ")


def _where(figures: Figures, place: tuple[str, str]) -> str:
    """Name a segment in English."""
    dimension, segment = place
    if dimension not in {d.code for d in figures.programme.settings.dimensions}:
        return "All respondents"
    segments = figures.programme.dimension(dimension).segments
    return next((s.en for s in segments if s.code == segment), segment)


def _words(found: _Verdict) -> tuple[str, str, str, str]:
    return found.computed, found.verdict, found.reason.en, found.reason.zh


def _reading(figures: Figures, indicator: str, segment: str) -> tuple[Reading, tuple[str, str]]:
    """Say what to compute for a ledger line, and of which segment."""
    settings = figures.programme.settings
    readings = settings.ledger_readings
    reading = readings.get(f"{indicator}@{segment}") or readings.get(indicator) or Reading(level=indicator)
    dimension, name = (reading.segment or settings.ledger_segments.get(segment, "/")).split("/")
    return reading, (dimension, name)


def _level(  # noqa: PLR0911 - one return for each kind of reading
    figures: Figures, reading: Reading, place: tuple[str, str], value: str, unit: str
) -> _Verdict:
    printed = read_printed(value)
    if reading.outside:
        return _Verdict("", "impossible", reading.outside)
    if reading.metadata:
        return _metadata(figures, reading.metadata, value)
    if printed is None:
        return _Verdict("", "missed", Wording(zh="印刷值不是数字", en="the printed value is no number"))
    if reading.respondents:
        return _judge(str(_count(figures, place)), _count(figures, place), printed)
    if reading.change:
        return _change(figures, reading.change, place, value, unit)
    if reading.streak:
        return _streak(figures, reading, printed)
    if reading.yearly_change:
        return _yearly_change(figures, reading, printed)
    return _figure(figures, reading.level or reading.from_to or "", place, printed)


def _judge(shown: str, value: float, printed: Printed, reason: Wording = NONE) -> _Verdict:
    return _Verdict(shown, "attained" if printed.allows(value) else "missed", reason)


def _figure(figures: Figures, code: str, place: tuple[str, str], printed: Printed) -> _Verdict:
    row = figures.estimate(code, *place)
    if row is None or row.status == "empty":
        text = Wording(zh="问卷未涉及或无人作答", en="not asked in this wave, or answered by nobody")
        return _Verdict("", "missed", text)
    if row.status == "suppressed":
        return _Verdict(
            "[c]", "missed", Wording(zh="分组过小，不予公布", en="withheld: the segment is too small")
        )
    measure, base = figures.measures[code], int(row.n)
    shown = decimal_text(float(row.estimate), measure.digits).en
    if measure.kind != "share":
        return _judge(shown, float(row.estimate), printed)
    counted = f"{round(float(row.estimate) * base / 100)}/{base}"
    if printed.allows(float(row.estimate)):
        return _Verdict(shown, "attained", Wording(zh=counted, en=counted))
    if printed.exact and not attainable(str(printed.number), base):
        return _Verdict(shown, "impossible", _arithmetic(printed, base))
    return _Verdict(shown, "missed", Wording(zh=counted, en=counted))


def _arithmetic(printed: Printed, base: int) -> Wording:
    """Show that no whole number of `base` prints as the figure, and the nearest base of which one does."""
    below, above = nearest(str(printed.number), base)
    bases = attainable_bases([str(printed.number)], base + 10)
    closest = min(bases, key=lambda b: (abs(b - base), b), default=None)
    zh, en = (
        f"{base}家中没有对应的整数：{below}，{above}",
        f"no whole number of {base} gives it: {below}, {above}",
    )
    if closest is not None:
        k = attainable(str(printed.number), closest)[0]
        zh, en = f"{zh}；若为{closest}家则可({k}/{closest})", f"{en}; of {closest} it would be {k}/{closest}"
    return Wording(zh=zh, en=en)


def _count(figures: Figures, place: tuple[str, str]) -> int:
    """Count the respondents of a segment."""
    dimension, segment = place
    own = figures.respondents[figures.respondents["wave"] == figures.wave].merge(figures.frame)
    return len(own) if dimension == "total" else int((own[dimension] == segment).sum())


def _metadata(figures: Figures, what: str, value: str) -> _Verdict:
    questionnaire, settings = figures.questionnaire, figures.programme.settings
    known: Iterable[str]
    if what in {"released", "fieldwork"}:
        day = questionnaire.released if what == "released" else questionnaire.fieldwork[0].isoformat()
        _, month, number = day.split("-")
        known = (day, day[:7], f"{int(month)}月{int(number)}日")
    elif what == "reports":
        known = (str(int(figures.wave) - settings.first_report + 1),)
    elif what == "authoring_members":
        known = (str(questionnaire.authoring_members),)
    else:
        known = (str(settings.standing_members.get(figures.wave, "")),)
    known = tuple(known)
    text = Wording(zh="报告元数据", en="a fact of the publication")
    return _Verdict(known[0], "attained" if value in known else "missed", text)


def _value_in(figures: Figures, code: str, place: tuple[str, str], year: str) -> float | None:
    """Return a figure of another year: from the archive, else as printed."""
    row = figures.estimate(code, *place, wave=year)
    if row is not None and row.status == "released":
        return float(row.estimate)
    printed = figures.printed_before
    known = printed.loc[(printed["indicator"] == code) & (printed["wave"] == year), "value"]
    return float(known.iloc[0]) if len(known) and place == ("total", "all") else None


def _change(figures: Figures, code: str, place: tuple[str, str], value: str, unit: str) -> _Verdict:
    printed, year = read_printed(value), str(int(figures.wave) - 1)
    now, then = _value_in(figures, code, place, figures.wave), _value_in(figures, code, place, year)
    if printed is None or now is None:
        return _Verdict("", "missed", Wording(zh="无法计算变化", en="the change cannot be computed"))
    if then is None:
        zh = f"{year}年没有公布过该指标，也没有答卷：变化无从计算"
        en = f"no figure of {year} was published and no returns of it exist: nothing to change from"
        return _Verdict("", "impossible", Wording(zh=zh, en=en))
    measure = figures.measures[code]
    per_cent = measure.change == "percent"
    moved = 100 * (now / then - 1) if per_cent else now - then
    shown = decimal_text(moved, max(printed.digits, 2), sign="always").en
    zh = f"{now:.4g} 对 {year} 年 {then:.4g}"
    en = f"{now:.4g} against {then:.4g} in {year}"
    if per_cent and "百分点" in unit:
        zh, en = (
            f"{zh}；原文作“百分点”，数量的变化应为%",
            f"{en}; printed as percentage points, a count changes in per cent",
        )
    elif measure.change == "percentage points" and unit.startswith("%"):
        zh, en = (
            f"{zh}；原文作“%”，占比的变化应为百分点",
            f"{en}; printed as per cent, a share changes in percentage points",
        )
    return _judge(shown, moved, printed, Wording(zh=zh, en=en))


def _streak(figures: Figures, reading: Reading, printed: Printed) -> _Verdict:
    """Count a streak in the long series, over breaks (as the reports did) but saying so."""
    rows = figures.series[figures.series["indicator"] == reading.streak]
    rule = "above" if reading.above is not None else reading.direction or "rising"
    found = streak(rows, rule, reading.above, splice=True)
    spliced = f"(跨口径变化 {'、'.join(found.spliced_over)})" if found.spliced_over else ""
    across = f" (across the breaks of {', '.join(found.spliced_over)})" if found.spliced_over else ""
    if printed.allows(found.length):
        text = Wording(zh=f"{found.first}—{found.last}{spliced}", en=f"{found.first}–{found.last}{across}")
        return _Verdict(str(found.length), "attained", text)
    waves = sorted(rows["wave"])
    before = [w for w in waves if w < (found.first or figures.wave)]
    reaches = not before or (rule in {"rising", "falling"} and len(before) == 1)
    if found.length and reaches and found.length < printed.number:
        zh = f"{printed.number}年中只有{found.length}年有据可查（{waves[0]}年以前没有数字）"
        en = f"{found.length} of {printed.number} years can be shown: there is no figure before {waves[0]}"
        return _Verdict(str(found.length), "impossible", Wording(zh=zh, en=en))
    return _contradicted(figures, rows, found.length, printed)


def _contradicted(figures: Figures, rows: pd.DataFrame, length: int, printed: Printed) -> _Verdict:
    """Tell a streak that printed levels themselves contradict from one our answers merely miss."""
    values = rows.set_index("wave")["estimate"]
    year = str(int(figures.wave) - 1)
    ledger = figures.printed_before.set_index(["indicator", "wave"])["value"]
    code = str(rows["indicator"].iloc[0])
    both = [(code, year) in ledger.index, (code, figures.wave) in ledger.index]
    if all(both) and float(ledger[code, year]) == float(ledger[code, figures.wave]) and year in values.index:
        same = f"{float(ledger[code, year]):g}"
        zh = f"{year}年与{figures.wave}年均为{same}：当年没有变化，连续{printed.number}年不成立"
        en = (
            f"{same} in {year} and in {figures.wave}: "
            f"no change in that year, so no streak of {printed.number}"
        )
        return _Verdict(str(length), "impossible", Wording(zh=zh, en=en))
    return _Verdict(str(length), "missed")


def _yearly_change(figures: Figures, reading: Reading, printed: Printed) -> _Verdict:
    code, since = reading.yearly_change or "", reading.since or ""
    place = ("total", "all")
    now, then = _value_in(figures, code, place, figures.wave), _value_in(figures, code, place, since)
    if now is None or then is None:
        return _Verdict("", "missed", Wording(zh="缺少起始年份", en="the first year is not in the archive"))
    years = int(figures.wave) - int(since)
    rate = 100 * ((now / then) ** (1 / years) - 1)
    text = Wording(zh=f"{since}—{figures.wave}年均", en=f"yearly mean {since}–{figures.wave}")
    return _judge(f"{rate:+.1f}", rate, printed, text)
