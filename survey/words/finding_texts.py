"""Findings of the audit as a reader meets them: verdict, figure as printed, arithmetic, what would fit."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from analysis.pieces import CheckFinding, CheckFindings
from analysis.words import LANGS, Claim, Number, Text, compose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.words import Lang
    from survey.programme import Programme

__all__ = [
    "VERDICT_NAMES",
    "count_sentence",
    "finding_list",
    "judgement_list",
    "named",
    "of_verdicts",
    "plain",
    "verdict_counts",
]

VERDICT_NAMES: Final = MappingProxyType({
    "impossible": Text("不可能", "Impossible"),
    "contradiction": Text("相互矛盾", "Contradiction"),
    "unit": Text("单位", "Unit"),
    "base": Text("基数", "Base"),
    "streak": Text("连续年数", "Streak"),
    "definition": Text("口径", "Definition"),
    "suspicious": Text("宜核对", "Worth checking"),
    "rounding": Text("修约", "Rounding"),
    "holds": Text("成立", "Holds"),
    "contradicted": Text("不符", "Contradicted"),
    "unknown": Text("无从核对", "Unknown"),
    "confirmed": Text("相符", "Confirmed"),
})  # fmt: skip
MEANINGS: Final = MappingProxyType({
    "impossible": Text("没有任何整数家数能得出所印数字", "No whole number of members gives the figure"),
    "contradiction": Text("与同时印发的其他数字不能同时成立", "Cannot be true beside other printed figures"),
    "unit": Text("数值成立，所印单位不对", "The number holds, the printed unit does not"),
    "base": Text("分组家数与分组占比、合计不能同时闭合", "Sizes, shares and total do not close"),
    "streak": Text("与历年数字数出的连续年数不一致", "Not the number of years that the series itself gives"),
    "definition": Text("跨越了指标名称、单位或口径的变化", "Reaches over a change of definition"),
    "suspicious": Text("可能属实，宜对照原始数据核对", "May well be true; worth a look at the source"),
    "rounding": Text("只有按不同的修约方法才成立", "Holds only under another rounding than the rest"),
    "holds": Text("核对成立", "The check holds"),
})  # fmt: skip
_ORDER = tuple(MEANINGS)
#: Chinese words beside a printed figure and what they say, longer ones first.
_ENGLISH_UNITS: Final = (
    (r"[;；]\s*较\s*(\d{4})\s*年", r", on \1"),
    (r"原文", "as printed"),
    (r"\s*\((?=as printed)", " ("),
    (r"个?百分点", " percentage points"),
    (r"亿通", " hundred million calls"),
    (r"亿人次", " hundred million contacts"),
    (r"万人", " ten thousand people"),
    (r"/年", " a year"),
    (r"年", " years"),
    (r"家", " members"),
    (r"秒", " seconds"),
)


def named(programme: Programme, indicator: str, segment: str, label_zh: str = "") -> Text:
    """Name a printed line: indicator and segment, everybody left unsaid."""
    known = programme.indicators.get(indicator)
    zh = label_zh or (known.label.zh if known else _chinese(programme, indicator))
    en = known.label.en if known else _english(programme, indicator)
    place = programme.settings.ledger_segments.get(segment, "")
    if place == "total/all" or not segment:
        return Text(zh, en)
    dimension, _, code = place.partition("/")
    dimensions = {d.code: d for d in programme.settings.dimensions}
    found = (
        [s.en for s in dimensions[dimension].segments if s.code == code] if dimension in dimensions else []
    )
    return Text(f"{zh}（{segment}）", f"{en} ({found[0] if found else segment})")


def _chinese(programme: Programme, code: str) -> str:
    """Name in Chinese a line that is no indicator's level, as it was last printed."""
    ledger = programme.published
    labels = ledger.loc[ledger["indicator"] == code, "label_zh"]
    return str(labels.iloc[-1]) if len(labels) else code


def _english(programme: Programme, code: str) -> str:
    """Name in English a line that is no indicator's level, by what it is read as."""
    reading = programme.settings.ledger_readings.get(code)
    about = reading and (reading.streak or reading.change or reading.yearly_change or reading.from_to)
    of = programme.indicators.get(about or "")
    if reading is None or of is None:
        return code.removeprefix("n_").replace("_", " ").capitalize()
    if reading.change:
        return f"{of.label.en}, change on the year before"
    if reading.yearly_change:
        return f"{of.label.en}, mean change a year since {reading.since}"
    if reading.from_to:
        return f"{of.label.en}, since {reading.since}"
    kept = f"above {reading.above:g}" if reading.above is not None else reading.direction or "rising"
    return f"{of.label.en}, years in a row {kept}"


def verdict_counts(findings: pd.DataFrame) -> pd.DataFrame:
    """Count findings by verdict, the gravest first: verdict, meaning, n."""
    counts = findings["verdict"].value_counts()
    rows = [(VERDICT_NAMES[v], MEANINGS[v], int(counts[v])) for v in _ORDER if v in counts]
    return pd.DataFrame(rows, columns=["verdict", "meaning", "n"])


def count_sentence(template: Text, counts: Mapping[str, int]) -> Claim:
    """Fill the slots of a sentence with numbers of its own count, which belong to no cell."""
    slots = {name: Number(Text.same(f"{count:,}"), count, "", "count") for name, count in counts.items()}
    return Claim("count", compose(template, **slots))


def finding_list(findings: pd.DataFrame, programme: Programme) -> CheckFindings:
    """Set findings one under the other; those with the same arithmetic once, with all they concern."""
    keys = ["year", "check", "verdict", "arithmetic_zh"]
    return CheckFindings(tuple(_finding(rows, programme) for _, rows in findings.groupby(keys, sort=False)))


def _finding(rows: pd.DataFrame, programme: Programme) -> CheckFinding:
    first = {str(name): str(value) for name, value in rows.iloc[0].items()}
    labels = rows["label_zh"] if "label_zh" in rows else [""] * len(rows)
    cells = list(zip(rows["indicator"], rows["segment"], rows["printed"], labels, strict=True))
    heads, bodies = {}, {}
    for lang in LANGS:
        zh = lang == "zh"
        concerned = (
            f"{named(programme, code, segment, label).in_(lang)}{'：' if zh else ': '}{plain(value, lang)}"
            for code, segment, value, label in cells
        )
        year = f"{first['year']}年　" if zh else f"{first['year']} – "
        heads[lang] = year + ("；" if zh else "; ").join(concerned)
        shown, fits, stop = first[f"arithmetic_{lang}"], first[f"reconciles_{lang}"], "。" if zh else "."
        lead = "怎样才成立：" if zh else " What would reconcile it: "
        bodies[lang] = shown[:1].upper() + shown[1:] + stop + (f"{lead}{fits}{stop}" if fits else "")
    return CheckFinding(Text(heads["zh"], heads["en"]), Text(bodies["zh"], bodies["en"]))


def judgement_list(rows: pd.DataFrame, programme: Programme) -> CheckFindings:
    """Set the numbers of a draft one under the other, each with its verdict."""
    judged = ({str(k): str(v) for k, v in row.items()} for row in rows.to_dict("records"))
    return CheckFindings(tuple(_judgement(row, programme) for row in judged))


def _judgement(row: Mapping[str, str], programme: Programme) -> CheckFinding:
    heads, bodies = {}, {}
    for lang in LANGS:
        zh = lang == "zh"
        name = named(programme, row["indicator"], "").in_(lang) if row["indicator"] else ""
        colon, stop = ("：", "。") if zh else (": ", ". ")
        parts = " ".join(part for part in (row["year"], name, row["printed"]) if part)
        heads[lang] = f"{VERDICT_NAMES[row['verdict']].in_(lang)}{colon}{parts}"
        text = ""
        if row["right"] and row["verdict"] != "confirmed":
            text += f"{'应为' if zh else 'On record: '}{row['right']}{stop}"
        if row[f"reason_{lang}"]:
            text += row[f"reason_{lang}"] + stop
        place = _place(row["place"]) if zh else row["place"]
        where = ("，" if zh else ", ").join(filter(None, (place, row["source"])))
        bodies[lang] = f"{text}“{row['sentence']}” {where}"
    return CheckFinding(Text(heads["zh"], heads["en"]), Text(bodies["zh"], bodies["en"]))


def _place(place: str) -> str:
    """Say in Chinese where in a draft: ``paragraph 3`` is 第3段."""
    kind, _, number = place.partition(" ")
    return f"第{number}{ {'paragraph': '段', 'page': '页', 'cell': '个单元格'}.get(kind, kind) }"


def plain(printed: str, lang: Lang = "zh") -> str:
    """Close the gap before a per cent sign; in English say what the printed unit is."""
    text = printed.replace(" %", "%")
    if lang == "en":
        for chinese, english in _ENGLISH_UNITS:
            text = re.sub(chinese, english, text)
    return " ".join(text.split())


def of_verdicts(findings: pd.DataFrame, *verdicts: str) -> pd.DataFrame:
    """Select findings by verdict, in the order of the verdicts given."""
    parts: Sequence[pd.DataFrame] = [findings[findings["verdict"] == verdict] for verdict in verdicts]
    return pd.concat(parts, ignore_index=True)
