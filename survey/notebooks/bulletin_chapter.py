"""What the bulletin's notebook works with: one member's quarter, and verbs to put it before the reader.

``bulletin.line`` shows a line of business whole: cards, a sentence, a table; ``bulletin.bars`` and ``growth``
draw; ``bulletin.doubts`` tells which figures do not agree. Each in every language of the run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from analysis import charts
from analysis.pieces import (
    Aside,
    Card,
    Cards,
    CheckFinding,
    CheckFindings,
    Head,
    SectionHeading,
    bilingual_table,
)
from analysis.words import (
    LANGS,
    Cells,
    Claim,
    Lang,
    Number,
    Text,
    change_key,
    compose,
    estimate_key,
    estimate_text,
    join,
    unit_text,
    wave_text,
)
from analysis.words import change_unit as unit_of_change
from survey.archive import archive_of
from survey.editing import line_names
from survey.errors import UsageError
from survey.figures import Bulletin, open_quarter, text
from survey.notebooks.display import Shown
from survey.notebooks.parameters import notebook_values
from survey.programme import open_programme
from survey.words import count_sentence, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.pieces import Cell
    from analysis.words import Phrase
    from survey.programme import Indicator, Question, Questionnaire, Section, Wording

__all__ = ["BulletinChapter", "doubt_list", "open_bulletin", "tally"]

# Figures of a return that do not agree, told to the reader: courteously, each with its arithmetic.


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


def doubt_list(
    rows: pd.DataFrame, questionnaire: Questionnaire, lines: Mapping[str, Wording]
) -> CheckFindings:
    """Set doubts one under the other; those of one kind on parts of one whole together.

    `rows` are the doubted ones of `arithmetic.hold_figures`, `lines` the names of the questions.
    """
    bonds = questionnaire.bonds
    wholes = [bonds[code].parts_of if code in bonds else "" for code in rows["question"]]
    alone = [whole or code for whole, code in zip(wholes, rows["question"], strict=True)]
    groups = rows.assign(_whole=alone).groupby(["check", "verdict", "_whole"], sort=False)
    return CheckFindings(
        tuple(
            _doubt([{str(k): str(v) for k, v in row.items()} for row in group.to_dict("records")],
                   questionnaire, lines)
            for _, group in groups
        )
    )  # fmt: skip


def _doubt(
    rows: list[dict[str, str]], questionnaire: Questionnaire, lines: Mapping[str, Wording]
) -> CheckFinding:
    meaning = MEANINGS.get((rows[0]["check"], rows[0]["verdict"]), _OTHERWISE)
    meaning = Text(f"{meaning.zh}。", f"{meaning.en}.")
    heads = [_head(row, questionnaire, lines) for row in rows]
    sums = [_arithmetic(row) for row in rows]
    if len(rows) == 1:
        return CheckFinding(heads[0], Text(meaning.zh + sums[0].zh, f"{meaning.en} {sums[0].en}"))
    section = next(
        s.title for s in questionnaire.sections if rows[0]["question"] in {q.code for q in s.questions}
    )
    head = Text(f"{section.zh}（{len(rows)}项）", f"{section.en} ({len(rows)} figures)")
    items = (
        Text(f"{one.zh}。{worked.zh}", f"{one.en}. {worked.en}")
        for one, worked in zip(heads, sums, strict=True)
    )
    return CheckFinding(head, meaning, tuple(items))


def _head(row: dict[str, str], questionnaire: Questionnaire, lines: Mapping[str, Wording]) -> Text:
    zh, en = (_printed(row["printed"], questionnaire, lang) for lang in LANGS)
    name = lines[row["question"]]
    return Text(f"{name.zh}：{zh}", f"{name.en}: {en}")


def _arithmetic(row: dict[str, str]) -> Text:
    zh, fits_zh, en, fits_en = (
        row[f"{part}_{lang}"] for lang in LANGS for part in ("arithmetic", "reconciles")
    )
    whole = f"{en[:1].upper()}{en[1:]}."
    return Text(
        plain(f"{zh}。{fits_zh}。" if fits_zh else f"{zh}。"),
        plain(f"{whole} {fits_en[:1].upper()}{fits_en[1:]}." if fits_en else whole),
    )


def _printed(text: str, questionnaire: Questionnaire, lang: Lang) -> str:
    """Print a figure as given; a unit that is a word is left to the form in English."""
    if lang == "zh":
        return plain(text)
    units = {q.unit.zh for q in questionnaire.questions if q.unit} - {"%"}
    for unit in sorted(units, key=len, reverse=True):
        text = text.replace(f" {unit}", "")
    return plain(text)


def tally(figures: int, held: pd.DataFrame) -> Claim:
    """Count in a sentence: figures checked, arithmetic that holds, figures in doubt."""
    severity = held["severity"]
    counts = {
        "figures": figures,
        "checks": len(held),
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
    return count_sentence(template, counts)


CLAUSES = 6  # figures told in one sentence
TO_CHECK = Text("待核对", "to be checked")


@dataclass(frozen=True)
class BulletinChapter(Shown):
    """A quarter's figures, and how to show them.

    Attributes
    ----------
    figures : Bulletin
    languages : tuple of str
        What every piece is shown in.
    edition : {"public", "internal"}
    """

    figures: Bulletin
    languages: tuple[Lang, ...]
    edition: Literal["public", "internal"]

    @property
    def lines(self) -> list[str]:
        """The codes of the sections that the bulletin has figures of, in the order of the form."""
        return [s.code for s in self.figures.questionnaire.sections if self.figures.indicators(s.code)]

    # -- a line of business ----------------------------------------------------------------------------------

    def line(self, code: str) -> None:
        """Show a line: its heading, cards, sentences and table; nothing where the quarter gives no figure."""
        section = self._section(code)
        indicators = self.figures.indicators(code)
        if indicators:
            self.show(SectionHeading(2, text(section.title)))
            self.show(Cards(tuple(self._card(i) for i in indicators), text(section.title)))
            self.say(code)
            if self.figures.before or len(indicators) < len(self._told(section)):
                self.table(code)  # else the cards hold all of it

    def _section(self, code: str) -> Section:
        for section in self.figures.questionnaire.sections:
            if section.code == code:
                return section
        there = ", ".join(section.code for section in self.figures.questionnaire.sections)
        raise UsageError(f"section {code!r} does not exist in wave {self.figures.wave}; there are {there}")

    def _told(self, section: Section) -> list[Question]:
        """Return the questions of a section whose answers are figures of the quarter."""
        return [q for q in section.questions if (q.code, self.figures.wave) in self.figures.levels]

    def _level(self, code: str, wave: str | None = None) -> Number | None:
        wave = wave or self.figures.wave
        value = self.figures.levels.get((code, wave))
        if value is None:
            return None
        return Number(estimate_text(value, self.figures.lexicon, code), value, estimate_key(wave, code))

    def _change(self, code: str, *, signed: bool) -> tuple[Number, float] | None:
        if code not in self.figures.growth:
            return None
        value, unit, base = self.figures.growth[code]
        lexicon = self.figures.lexicon
        shown = value if signed else abs(value)
        told = unit_text(
            shown, unit_of_change(lexicon, code, unit), lexicon.measure(code).change_digits,
            sign="always" if signed else "auto",
        )  # fmt: skip
        return Number(told, value, change_key(self.figures.wave, base, code), "change"), value

    def _card(self, indicator: Indicator) -> Card:
        number = self._level(indicator.of)
        if number is None:
            raise UsageError(f"indicator {indicator.code!r} is no answer that is a number; correct its `of`")
        changed = self._change(indicator.of, signed=True)
        change = compose(Text("同比{n}", "{n} on the year before"), n=changed[0]) if changed else None
        doubted = indicator.of in self.figures.doubted
        return Card(text(indicator.label), number, change, TO_CHECK if doubted else None)

    def say(self, section: str) -> None:
        """State the figures of a line, with their change on the year before where it is given."""
        told = [self._clause(indicator) for indicator in self.figures.indicators(section)]
        wave, title = wave_text(self.figures.wave), text(self._section(section).title)
        for start in range(0, len(told), CLAUSES):
            clauses = join(told[start : start + CLAUSES], Text("；", "; "), Text("；", "; "))
            opening = (
                Text(f"{wave.zh}，{title.zh}：{{told}}。", f"{title.en}, {wave.en}: {{told}}.")
                if not start
                else Text("{told}。", "{told}.")
            )
            self.show(Claim("level", compose(opening, told=_opened(clauses) if start else clauses)))

    def _clause(self, indicator: Indicator) -> Phrase:
        code = indicator.of
        number = self._level(code)
        slots: dict[str, Text | Number | Phrase] = {"label": self.figures.lexicon.label(code)}
        if number is not None:
            slots["level"] = number
        words = Text("{label}{level}", "{label} was {level}")
        changed = self._change(code, signed=False)
        if changed:
            slots["change"] = changed[0]
            verb = self._verb(code, changed[1])
            words = Text(
                f"{words.zh}，同比{verb.zh}{{change}}", f"{words.en}, {verb.en} {{change}} on the year before"
            )
        if code in self.figures.doubted:
            words = Text(f"{words.zh}（{TO_CHECK.zh}）", f"{words.en} ({TO_CHECK.en})")
        return compose(words, **slots)

    def _verb(self, code: str, change: float) -> Text:
        share = self.figures.growth[code][1] == "percentage points"
        if change < 0:
            return Text("下降", "down")
        return Text("上升" if share else "增长", "up")

    def table(self, section: str) -> None:
        """Set all figures of a line as a table, those of the quarter before beside them if there are any."""
        questions = self._told(self._section(section))
        before = self.figures.before
        changed = any(q.code in self.figures.growth for q in questions)
        doubted = any(q.code in self.figures.doubted for q in questions)
        header = [Text("指标", "Figure"), Text("本季", "This quarter")]
        header += [wave_text(before)] if before else []
        header += [Text("同比", "On the year before")] if changed else []
        header += [Text("核对", "Check")] if doubted else []
        rows = [self._row(q, before, changed=changed, doubted=doubted) for q in questions]
        title = self._section(section).title
        data = self.figures.estimates[self.figures.estimates["indicator"].isin([q.code for q in questions])]
        caption = Text(f"{title.zh}：全部填报数字", f"{title.en}: all figures returned")
        self.show(bilingual_table(f"line-{section}".replace("_", "-"), caption, header, rows, data))

    def _row(self, question: Question, before: str | None, *, changed: bool, doubted: bool) -> list[Cell]:
        code = question.code
        row: list[Cell] = [text(question.text), self._level(code) or "[x]"]
        if before:
            row.append(self._level(code, before) or "[x]")
        if changed:
            change = self._change(code, signed=True)
            row.append(change[0] if change else "")
        if doubted:
            row.append(TO_CHECK if code in self.figures.doubted else Text("", ""))
        return row

    # -- charts ----------------------------------------------------------------------------------------------

    def bars(self, *codes: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw figures of one unit as bars, highest first, with the quarter before as a tick."""
        given = [code for code in codes if (code, self.figures.wave) in self.figures.levels]
        if given:
            self.show(
                charts.bars(
                    self._cells, given, _chart_head(slug, zh, en), wave=self.figures.wave,
                    previous=self.figures.before, base=False,
                )
            )  # fmt: skip

    def growth(self, slug: str, zh: str = "", en: str = "") -> None:
        """Draw every change in per cent that the quarter gives."""
        grown = [code for code, (_, unit, _) in self.figures.growth.items() if unit == "percent"]
        if grown:
            self.show(charts.growth(self._cells, grown, _chart_head(slug, zh, en)))

    @property
    def _cells(self) -> Cells:
        return Cells(self.figures.estimates, self.figures.lexicon, self.figures.changes)

    # -- remarks ---------------------------------------------------------------------------------------------

    def doubts(self) -> None:
        """Count what was held against what, and tell each figure in doubt with its arithmetic."""
        questionnaire, doubts = self.figures.questionnaire, self.figures.doubts
        given = sum(1 for q in questionnaire.questions if q.numeric and q.code in self.figures.answers)
        self.show(tally(given, self.figures.held))
        if len(doubts):
            self.show(doubt_list(doubts, questionnaire, line_names(questionnaire)))

    def policy(self) -> None:
        """Say why nothing is withheld and no interval given."""
        self.show(Aside("method", text(self.figures.programme.settings.disclosure.why)))

    def projects(self, section: str) -> None:
        """Set the answers of a section that are words, dates or counts without a line of their own."""
        rows: list[list[Cell]] = []
        for question in self._section(section).questions:
            given = self.figures.answers.get(question.code)
            if given is not None:
                number = self._level(question.code)
                rows.append([text(question.text), number.text if number else Text.same(given)])
        if rows:
            title = self._section(section).title
            header = [Text("事项", "Item"), Text("填报", "As returned")]
            data = self.figures.estimates.iloc[:0]
            self.show(SectionHeading(2, text(title)))
            self.show(bilingual_table(f"section-{section}", text(title), header, rows, data))


def _chart_head(slug: str, zh: str, en: str) -> Head:
    return Head(slug, Text(zh, en) if zh else None)


def _opened(phrase: Phrase) -> Phrase:
    """Begin an English sentence with a capital."""
    first, *rest = phrase.en
    return replace(phrase, en=(first[:1].upper() + first[1:], *rest)) if isinstance(first, str) else phrase


def open_bulletin(
    programme: str, wave: str, edition: str = "public", languages: str = "zh,en"
) -> BulletinChapter:
    """Open a quarter for the bulletin's notebook, cleaning what the archive does not hold fresh.

    Parameters
    ----------
    programme, wave, edition, languages : str
        The notebook's parameters.

    Raises
    ------
    UsageError
        A programme or wave that does not exist or is of several members, an edition or language that is none,
        a parameter the notebook does not have.
    """
    values = notebook_values(programme=programme, wave=wave, edition=edition, languages=languages)
    opened = open_programme(values.programme)
    return BulletinChapter(open_quarter(archive_of(opened), values.wave), values.languages, values.edition)
