"""What a release and a digest say: who published what, one clause an indicator, how changes are judged."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from babel.dates import format_date

from analysis import sentences
from analysis.inference import streak
from analysis.pieces import Aside, SectionHeading
from analysis.sentences import ordinal
from analysis.words import Number, Phrase, Text, compose, estimate_key, join, unit_text, wave_text
from survey.figures import particulars
from survey.folders import notebook_folder
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.words import Lang
    from survey.programme import Break

__all__ = ["Press"]

_ANNOUNCED = Text(
    "{date}，{organisation}发布《{title}（{year}）》，这是该报告连续第{reports}年发布",
    "{date} — The {organisation} today published the {title} ({year}), the {reports} edition in as many "
    "years",
)
_FIRST = Text(
    "{date}，{organisation}发布《{title}（{year}）》",
    "{date} — The {organisation} today published the {title} ({year})",
)
_WRITTEN = Text(
    "{led}报告由{authors}成员单位共同撰写，{surveyed}成员单位参与调研",
    "{led}the report was written by {authors} and rests on a survey answered by {surveyed}",
)
_SURVEYED = Text("{led}{surveyed}成员单位参与调研", "{led}{surveyed} answered the survey")
_CHAPTERS = Text("报告各章依次为{list}", "its chapters are {list}")
_ANSWERED = Text(
    "参与调研的{surveyed}成员单位中，{list}",
    "of {surveyed} that answered the survey, {list}",
)
_OF_SEGMENT = Text("{name}{count}", "{count} were {name}")
_STANDING = Text("{organisation}现有{count}常委单位", "the {organisation} has {count} standing members")
_JUDGED = Text(
    "编者注：文中数字描述作答单位，各项指标有{bases}家作答，占比以作答该项的单位为基数。“提高”“下降”等说法按推及全体成员的"
    "{confidence}置信区间判断：区间不含零才称升降，否则称“基本持平”，括号内为作答单位的变动",
    "editor's note: figures describe the members that answered, {bases} of them depending on the question, "
    "and shares are of those that answered it. Whether a figure rose or fell is judged by the {confidence} "
    "confidence interval for all members: only where it excludes zero is a rise or fall reported, and a "
    'figure is "about the same" otherwise, with the change among respondents in brackets',
)


class Press(Showing):
    """Verbs of a press release and a digest. One that finds nothing asked shows nothing."""

    def announce(self) -> None:
        """Say who published the report when, the how manieth in a row, who wrote it and how many answered."""
        settings, counts = self.figures.programme.settings, self._counts()
        slots: dict[str, Text | Number | Phrase] = {
            "date": _day(self.figures.questionnaire.released),
            "organisation": Text(settings.organisation.zh, settings.organisation.en),
            "title": Text(settings.title.zh, settings.title.en),
            "year": Text.same(self.wave),
        }
        reports = counts.get("n_consecutive_reports", 1.0)
        key = estimate_key(self.wave, "n_consecutive_reports")
        slots["reports"] = Number(Text(f"{reports:.0f}", ordinal(int(reports))), reports, key)
        led = settings.leadership.get(self.wave)
        slots["led"] = Text(f"{led.zh}，", f"{led.en}; ") if led else Text.same("")
        slots["surveyed"] = self._answered()
        authors = counts.get("n_members_authoring")
        if authors:
            key = estimate_key(self.wave, "n_members_authoring")
            slots["authors"] = Number(_members(authors), authors, key)
        first = compose(_ANNOUNCED if reports > 1 else _FIRST, **slots)
        self.show(sentences.paragraph([first, compose(_WRITTEN if authors else _SURVEYED, **slots)]))

    def list_chapters(self, publication: str = "report") -> None:
        """Name the chapters of a publication, as their notebooks head them."""
        listed = self.figures.programme.settings.publications.get(publication, ())
        heads: dict[Lang, list[str]] = {"zh": [], "en": []}
        for chapter in listed:
            if self.edition == "internal" or chapter.edition == "public":
                for lang, names in heads.items():
                    names.extend(_headings(chapter.notebook, lang))
        if heads["zh"]:
            titles = [compose(Text(*pair)) for pair in zip(heads["zh"], heads["en"], strict=True)]
            text = join(titles, Text("、", ", "), Text("和", " and "))
            self.show(sentences.paragraph([compose(_CHAPTERS, list=text)]))

    def section(self, zh: str, en: str, *indicators: str) -> bool:
        """Open a section if the wave gives any of `indicators`, and tell whether it does."""
        given = bool(self.asked(*indicators))
        if given:
            self.show(SectionHeading(1, Text(zh, en), listed=True))
        return given

    def state(
        self,
        *indicators: str,
        above: Mapping[str, Sequence[float]] | None = None,
        points: bool = False,
        dated: bool = False,
        of_which: tuple[str, str] | None = None,
        base: bool = False,
    ) -> None:
        """State indicators in one paragraph, a clause each: level, then change, then run of years.

        Parameters
        ----------
        indicators : str
        above : mapping of str to sequence of float, optional
            Round values an indicator's run of years may be told for: of those below this wave's figure the
            highest is taken, whatever run is longest.
        points : bool
            Count the clauses in Chinese: 一是…；二是…。
        dated : bool
            Begin with the year.
        of_which : tuple of (str, str), optional
            Dimension and segment whose level ends each clause.
        base : bool
            Tell how many answered each.
        """
        asked = self.asked(*indicators)
        if asked:
            clauses = [self._clause(code, (above or {}).get(code, ()), of_which, base=base) for code in asked]
            self.show(sentences.paragraph(clauses, points=points, opening=self._year() if dated else None))

    def _year(self) -> Text:
        name = wave_text(self.wave)
        return Text(f"{name.zh}，", f"In {name.en}, ")

    def _clause(
        self, code: str, above: Sequence[float], of_which: tuple[str, str] | None, *, base: bool
    ) -> Phrase:
        figures, crossed = self.figures, [b.wave for b in self._breaks(code)]
        return sentences.news(
            figures.estimates, figures.changes, self.lexicon, code, self.wave,
            base_wave=self.before if self._has_change(code) else None,
            broke=crossed[-1] if crossed else None,
            milestone=self._milestone(code, above), of_which=of_which, base=base,
        )  # fmt: skip

    def _has_change(self, code: str) -> bool:
        """Tell whether there is a change to tell of; the bands of a distribution have none."""
        then = self.figures.estimate(code, wave=self.before) if self.before else None
        rows = self.figures.changes
        known = (
            (rows["indicator"] == code) & (rows["base_wave"] == self.before) & (rows["dimension"] == "total")
        )
        return bool(then is not None and then.status != "empty" and known.any())

    def _milestone(self, code: str, above: Sequence[float]) -> sentences.Milestone | None:
        row = self.figures.estimate(code)
        passed = [value for value in above if row is not None and float(row.estimate) > value]
        if not passed:
            return None
        rows = self.figures.series[self.figures.series["indicator"] == code]
        limit = float(max(passed))
        return sentences.Milestone(streak(rows, "above", limit, splice=True), limit)

    def rank(
        self,
        indicators: Sequence[str],
        zh: str,
        en: str,
        *,
        dated: bool = False,
        in_order: bool = False,
        base: bool = False,
    ) -> None:
        """List several shares from high to low, or in the order given; `zh`, `en` say what they are of.

        `dated` begins with the year, `base` tells how many answered.
        """
        asked = self.asked(*indicators)
        if asked:
            listed = sentences.high_to_low(
                self.figures.estimates, self.lexicon, asked, self.wave, subject=Text(zh, en),
                in_order=in_order, base=base,
            )  # fmt: skip
            self.show(sentences.paragraph([listed], opening=self._year() if dated else None))

    def rank_by(self, dimension: str, *indicators: str) -> None:
        """Rank a dimension's segments for each indicator, and say whether they differ by more than chance."""
        clauses = [
            sentences.by_segment(
                self.figures.estimates, self.figures.comparisons, self.lexicon, code, self.wave,
                dimension=dimension,
            )
            for code in self.asked(*indicators)
        ]  # fmt: skip
        if clauses:
            self.show(sentences.paragraph(clauses))

    def answered_by(self, dimension: str) -> None:
        """Say how many members answered, in all and of each segment."""
        rows = particulars(self.figures)
        rows = rows[(rows["indicator"] == "response") & (rows["dimension"] == dimension) & (rows["n"] > 0)]
        items = []
        for row in rows.to_dict("records"):
            segment, n = str(row["segment"]), float(row["n"])
            key = estimate_key(self.wave, "response", dimension, segment)
            number = Number(Text(_members(n).zh, f"{n:.0f}"), n, key, "n")
            name = self.lexicon.segment(segment)
            small = Text(name.zh, name.en[:1].lower() + name.en[1:])
            items.append(compose(_OF_SEGMENT, name=small, count=number))
        if items:
            listed = join(items, Text("、", ", "), Text("、", " and "))
            self.show(sentences.paragraph([compose(_ANSWERED, surveyed=self._answered(), list=listed)]))

    def standing(self) -> None:
        """Say how many standing members the organisation has, where that is known of the wave."""
        count, name = self._counts().get("n_standing_members"), self.figures.programme.settings.organisation
        if count:
            key = estimate_key(self.wave, "n_standing_members")
            number = Number(Text(f"{count:.0f}家", f"{count:.0f}"), count, key)
            told = compose(_STANDING, organisation=Text(name.zh, name.en), count=number)
            self.show(sentences.paragraph([told]))

    def explain(self, *indicators: str) -> None:
        """Say in an editor's note whom figures describe, how changes are judged, and what broke a series."""
        asked = self.asked(*indicators)
        rows = [
            row for row in map(self.figures.estimate, asked) if row is not None and row.status == "released"
        ]
        if not rows:
            return
        level = 100 * self.figures.programme.settings.level
        confidence = Number(unit_text(level, self.lexicon.units["%"], 0), level, "", "level")
        told = compose(_JUDGED, bases=self._bases(rows), confidence=confidence)
        self.show(Aside("method", sentences.paragraph([told]), tuple(self._broken(asked))))

    def _broken(self, asked: Sequence[str]) -> Iterator[Text]:
        """Say of every break since the wave before what it is, and which indicators it touches."""
        touched: dict[tuple[str, str, str], list[Text]] = {}
        for code in asked:
            for crossed in self._breaks(code):
                clause = (crossed.wave, crossed.note.zh, crossed.note.en[:1].lower() + crossed.note.en[1:])
                touched.setdefault(clause, []).append(self.lexicon.name(code))
        for (wave, zh, en), names in touched.items():
            since = wave_text(wave)
            yield Text(
                f"自{since.zh}起，{zh}（{'、'.join(dict.fromkeys(name.zh for name in names))}）",
                f"Since {since.en}: {en} ({', '.join(dict.fromkeys(name.en for name in names))})",
            )

    def _bases(self, rows: Sequence[object]) -> Phrase:
        """Tell the least and the most members behind an indicator's total."""
        by_base = sorted(rows, key=lambda row: float(row.n))  # type: ignore[attr-defined]
        numbers = []
        for row in (by_base[0], by_base[-1]):
            n = float(row.n)  # type: ignore[attr-defined]
            key = estimate_key(self.wave, str(row.indicator))  # type: ignore[attr-defined]
            numbers.append(Number(Text.same(f"{n:.0f}"), n, key, "n"))
        least, most = numbers
        if least.value == most.value:
            return compose(Text("{most}", "{most}"), most=most)
        return compose(Text("{least}至{most}", "{least} to {most}"), least=least, most=most)

    def _breaks(self, code: str) -> list[Break]:
        known = self.figures.programme.indicators[code.removesuffix(".members")].breaks
        return [b for b in known if self.before and self.before < b.wave <= self.wave]

    def _answered(self) -> Number:
        counted = float((self.figures.respondents["wave"] == self.wave).sum())
        return Number(_members(counted), counted, estimate_key(self.wave, "response"), "n")

    def _counts(self) -> dict[str, float]:
        rows = particulars(self.figures)
        rows = rows[rows["indicator"] != "response"]
        return dict(zip(rows["indicator"], rows["estimate"].astype(float), strict=True))


def _members(count: float) -> Text:
    return Text(f"{count:.0f}家", f"{count:.0f} member" + "s" * (count != 1))


def _day(released: str) -> Number:
    """Take the day of release as a number of a sentence; it belongs to no cell."""
    day = dt.date.fromisoformat(released)
    words = Text(f"{day.year}年{day.month}月{day.day}日", format_date(day, "d MMMM y", locale="en"))
    return Number(words, float(day.strftime("%Y%m%d")), "", "date")


def _headings(notebook: str, lang: Lang) -> Iterator[str]:
    """Yield the chapters' names a notebook heads its cells with, in one language."""
    book = json.loads((notebook_folder() / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    for cell in book["cells"]:
        source = "".join(cell["source"])
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown" and lang in tags and "internal" not in tags:
            yield from (line[2:].strip() for line in source.splitlines() if line.startswith("# "))
