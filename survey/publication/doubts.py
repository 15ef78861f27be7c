"""Figures of a return that do not agree, told to the reader: courteously, each with its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.formatting import Lang, Text, data_element
from survey.publication.findings import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from survey.questionnaire import Questionnaire, Wording

__all__ = ["Doubts", "Tally"]

#: What a check that fails means, in plain words: it says what is at odds, not who was wrong.
MEANINGS: Final[Mapping[tuple[str, str], Text]] = MappingProxyType({
    ("ratio", "contradiction"): Text(
        "所列比率与同一栏目的分子、分母不符，三个数字中或有一个抄录有误",
        "The rate does not agree with the two figures it is made of; one of the three may be miscopied",
    ),
    ("ratio", "base"): Text(
        "所列占比不是以本栏目的总量为分母计算的，宜注明分母，或改以总量计算",
        "The shares are not of the total given with them; it would help to name what they are shares of",
    ),
    ("total", "contradiction"): Text(
        "各部分相加与合计不符，其中或有一个数字抄录有误",
        "The parts do not make the total; one of the figures may have been miscopied",
    ),
    ("former_count", "impossible"): Text(
        "由本季数与同比倒推，上年同期得不到整数",
        "Taken back by the change given, the year before comes out as no whole number",
    ),
    ("duplicate", "suspicious"): Text(
        "两个不同指标的数字完全相同", "Two unlike figures read exactly the same"
    ),
    ("per_head", "impossible"): Text(
        "人均数与总数之间推不出整数人数",
        "No whole number of heads leads from the total to the figure a head",
    ),
    ("paired_change", "contradiction"): Text(
        "同比增减数与同比变化率不能同时成立",
        "The change in number and the change in per cent do not go together",
    ),
    ("parts", "contradiction"): Text(
        "各部分占比之和不为百分之百", "The shares do not make a hundred per cent"
    ),
    ("change_unit", "unit"): Text(
        "变化的单位与指标不相称", "The change is given in a unit that does not fit"
    ),
})  # fmt: skip
_OTHERWISE = Text("所列数字之间不能同时成立", "The figures do not go together")


@dataclass(frozen=True)
class Doubts:
    """Doubts one under the other; those of one kind on parts of one whole are told together.

    `rows` are the doubted ones of `arithmetic.hold_figures`, `lines` the names of the questions.
    """

    rows: pd.DataFrame
    questionnaire: Questionnaire
    lines: Mapping[str, Wording]

    def fragment(self, lang: Lang) -> str:
        """Return them as HTML."""
        bonds = self.questionnaire.bonds
        wholes = [bonds[c].parts_of if c in bonds else "" for c in self.rows["question"]]
        alone = [whole or code for whole, code in zip(wholes, self.rows["question"], strict=True)]
        groups = self.rows.assign(_whole=alone).groupby(["check", "verdict", "_whole"], sort=False)
        return "".join(
            self._group([{str(k): str(v) for k, v in row.items()} for row in rows.to_dict("records")], lang)
            for _, rows in groups
        )

    def _group(self, rows: list[dict[str, str]], lang: Lang) -> str:
        zh = lang == "zh"
        stop = "。" if zh else "."
        meaning = MEANINGS.get((rows[0]["check"], rows[0]["verdict"]), _OTHERWISE).in_(lang)
        if len(rows) == 1:
            head, told = self._head(rows[0], lang), self._told(rows[0], lang)
            text = escape(meaning + stop + ("" if zh else " ") + told)
            return f'<p class="statement finding"><strong>{escape(head)}</strong><br>{text}</p>'
        items = "".join(
            f"<li>{escape(self._head(row, lang))}{'。' if zh else '. '}{escape(self._told(row, lang))}</li>"
            for row in rows
        )
        section = next(
            s.title
            for s in self.questionnaire.sections
            if rows[0]["question"] in {q.code for q in s.questions}
        )
        head = f"{section.zh}（{len(rows)}项）" if zh else f"{section.en} ({len(rows)} figures)"
        lead = f'<p class="statement finding"><strong>{escape(head)}</strong><br>{escape(meaning + stop)}</p>'
        return f'{lead}<ul class="finding">{items}</ul>'

    def _head(self, row: dict[str, str], lang: Lang) -> str:
        printed = _printed(row["printed"], self.questionnaire, lang)
        name = getattr(self.lines[row["question"]], lang)
        return f"{name}：{printed}" if lang == "zh" else f"{name}: {printed}"

    @staticmethod
    def _told(row: dict[str, str], lang: Lang) -> str:
        text = row[f"arithmetic_{lang}"]
        fits = row[f"reconciles_{lang}"]
        if lang == "zh":
            return plain(f"{text}。{fits}。" if fits else f"{text}。")
        whole = f"{text[:1].upper()}{text[1:]}."
        return plain(f"{whole} {fits[:1].upper()}{fits[1:]}." if fits else whole)


def _printed(text: str, questionnaire: Questionnaire, lang: Lang) -> str:
    """Print a figure as given; a unit that is a word is left to the form in English."""
    if lang == "zh":
        return plain(text)
    units = {q.unit.zh for q in questionnaire.questions if q.unit} - {"%"}
    for unit in sorted(units, key=len, reverse=True):
        text = text.replace(f" {unit}", "")
    return plain(text)


@dataclass(frozen=True)
class Tally:
    """A sentence that counts: figures held, arithmetic that holds, figures in doubt."""

    figures: int
    held: pd.DataFrame

    def fragment(self, lang: Lang) -> str:
        """Return it as HTML."""
        severity = self.held["severity"]
        counts = {
            "figures": self.figures,
            "checks": len(self.held),
            "holds": int((severity == "").sum()),
            "hard": int((severity == "hard").sum()),
            "soft": int((severity == "soft").sum()),
        }
        deserve = "deserves" if counts["soft"] == 1 else "deserve"
        template = Text(
            "本季所填{figures}个数字，按相互关系作了{checks}项算术核对：{holds}项成立（修约所致的尾差视为成立），"
            "{hard}项所涉数字不能同时成立，{soft}项宜对照原始数据核实。",
            "The {figures} figures of the quarter were held against each other in {checks} checks of "
            "arithmetic: {holds} hold, allowing for rounding; in {hard} the figures cannot all be true, and "
            f"{{soft}} {deserve} a look at the source.",
        )
        slots = {name: data_element(str(n), n, "", "count") for name, n in counts.items()}
        return f'<p class="statement">{escape(template.in_(lang)).format(**slots)}</p>'
