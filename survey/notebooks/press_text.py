"""What a release and a digest say: who published what, one clause an indicator, how changes are judged."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel.dates import format_date

from analysis import sentences
from analysis.inference import streak
from analysis.pieces import Aside, SectionHeading
from analysis.sentences import ordinal
from analysis.words import (
    LANGS,
    Claim,
    Number,
    Phrase,
    Text,
    estimate_key,
    join,
    unit_text,
    wave_text,
)
from survey.figures import leading_messages, particulars, text
from survey.notebooks.display import Showing
from survey.notebooks.storyline import agreed_claim
from survey.words import worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.words import Cell, Lang, Part
    from survey.programme import SeriesBreak

__all__ = ["Press"]


class Press(Showing):
    """Verbs of a press release and a digest. One that finds nothing asked shows nothing."""

    def announce(self) -> None:
        """Say who published the report when, which one in a row it is, who wrote it and how many answered."""
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
        slots["led"] = _worded("led", "by", name=Text(led.zh, led.en)) if led else Text.same("")
        slots["surveyed"] = self._answered()
        authors = counts.get("n_members_authoring")
        if authors:
            key = estimate_key(self.wave, "n_members_authoring")
            slots["authors"] = Number(_members(authors), authors, key)
        first = _worded("published", "again" if reports > 1 else "first", **slots)
        second = _worded("written", "by members" if authors else "surveyed", **slots)
        self.show(sentences.paragraph([first, second]))

    def chapters(self) -> None:
        """Name the heads of the report that the wave has something for, by their claims."""
        story = self.figures.programme.story(self.wave)
        names = []
        for theme in self.figures.programme.settings.themes:
            if self.asked(*theme.indicators):
                written = story.theme(theme.code)
                names.append(text(written.claim if written else theme.title))
        if names:
            quoted = [_worded("chapters", "one", name=name) for name in names]
            listed = join(quoted, Text("、", ", "), Text("和", " and "))
            count = Number(Text(f"{len(names)}", str(len(names))), len(names), "", "count")
            self.show(sentences.paragraph([_worded("chapters", "listed", list=listed, count=count)]))

    def lead(self) -> None:
        """State the two findings that lead, each with its change."""
        said = [message.sentence.phrase for message in leading_messages(self.figures)[:2]]
        if said:
            self.show(Claim("news", Phrase(*(_in_a_row(said, lang) for lang in LANGS))))

    def section(self, zh: str, en: str, *indicators: str, theme: str = "") -> bool:
        """Open a section if the wave gives any of `indicators`, and return whether it does.

        Its heading is the claim that people wrote for the report's `theme`, `zh` and `en` where nobody did.
        """
        given = bool(self.asked(*indicators))
        if given:
            claim = agreed_claim(self.figures.programme.story(self.wave), theme, self.edition)
            self.show(SectionHeading(1, text(claim) if claim else Text(zh, en), listed=True))
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
            Round values an indicator's run of years may be stated for: of those below this wave's figure
            the highest is taken, whatever run is longest.
        points : bool
            Count the clauses in Chinese: 一是…；二是…。
        dated : bool
            Begin with the year.
        of_which : tuple of (str, str), optional
            Dimension and segment whose level ends each clause.
        base : bool
            Say how many answered each.
        """
        asked = self.asked(*indicators)
        if asked:
            clauses = [self._clause(code, (above or {}).get(code, ()), of_which, base=base) for code in asked]
            self.show(sentences.paragraph(clauses, points=points, opening=self._year() if dated else None))

    def _year(self) -> Text:
        opening = _worded("year", "reported", wave=wave_text(self.wave))
        return Text(opening.plain("zh"), opening.plain("en"))

    def _clause(
        self, code: str, above: Sequence[float], of_which: tuple[str, str] | None, *, base: bool
    ) -> Phrase:
        cell, crossed = self.cell(code), self._breaks(code)
        return sentences.news(
            cell, self.base_of(cell), broke=crossed[-1].wave if crossed else None,
            milestone=self._milestone(cell, above), of_which=self.cell(code, *of_which) if of_which else None,
            base=base,
        )  # fmt: skip

    def _milestone(self, cell: Cell, above: Sequence[float]) -> sentences.Milestone | None:
        passed = [value for value in above if cell.value > value]
        if not passed:
            return None
        rows = self.figures.series[self.figures.series["indicator"] == cell.indicator]
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

        `dated` begins with the year, `base` says how many answered.
        """
        if cells := [self.cell(one) for one in self.asked(*indicators)]:
            listed = sentences.high_to_low(cells, Text(zh, en), in_order=in_order, base=base)
            self.show(sentences.paragraph([listed], opening=self._year() if dated else None))

    def rank_by(self, dimension: str, *indicators: str) -> None:
        """Rank a dimension's segments for each indicator, and say whether they differ by more than chance."""
        clauses = [sentences.by_segment(self.cell(code), dimension) for code in self.asked(*indicators)]
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
            items.append(_worded("answered", "of segment", name=small, count=number))
        if items:
            listed = join(items, Text("、", ", "), Text("、", " and "))
            clause = _worded("answered", "by segment", surveyed=self._answered(), list=listed)
            self.show(sentences.paragraph([clause]))

    def standing(self) -> None:
        """Say how many standing members the organisation has, where that is known of the wave."""
        count, name = self._counts().get("n_standing_members"), self.figures.programme.settings.organisation
        if count:
            key = estimate_key(self.wave, "n_standing_members")
            number = Number(Text(f"{count:.0f}家", f"{count:.0f}"), count, key)
            clause = _worded("standing", "counted", organisation=Text(name.zh, name.en), count=number)
            self.show(sentences.paragraph([clause]))

    def explain(self, *indicators: str) -> None:
        """Say in an editor's note whom figures describe, how changes are judged, and what broke a series."""
        asked = self.asked(*indicators)
        cells = [cell for cell in self.figures.cells.of(asked, [self.wave]) if cell.is_released]
        if not cells:
            return
        level = 100 * self.figures.programme.settings.level
        confidence = Number(unit_text(level, self.lexicon.units["%"], 0), level, "", "level")
        judged = _worded("judged", "how", bases=_bases(cells), confidence=confidence)
        self.show(Aside("method", sentences.paragraph([judged]), tuple(self._broken(asked))))

    def _broken(self, asked: Sequence[str]) -> Iterator[Text]:
        """Say of every break since the wave before what it is, and which indicators it touches."""
        touched: dict[tuple[str, str, str], list[Text]] = {}
        for code in asked:
            for crossed in self._breaks(code):
                clause = (crossed.wave, crossed.note.zh, crossed.note.en[:1].lower() + crossed.note.en[1:])
                touched.setdefault(clause, []).append(self.lexicon.name(code))
        for (wave, zh, en), names in touched.items():
            joined = Text(
                "、".join(dict.fromkeys(name.zh for name in names)),
                ", ".join(dict.fromkeys(name.en for name in names)),
            )
            said = _worded("break", "since", since=wave_text(wave), note=Text(zh, en), names=joined)
            yield Text(said.plain("zh"), said.plain("en"))

    def _breaks(self, code: str) -> list[SeriesBreak]:
        known = self.figures.programme.indicators[code.removesuffix(".members")].breaks
        return [b for b in known if self.before and self.before < b.wave <= self.wave]

    def _answered(self) -> Number:
        counted = float((self.figures.respondents["wave"] == self.wave).sum())
        return Number(_members(counted), counted, estimate_key(self.wave, "response"), "n")

    def _counts(self) -> dict[str, float]:
        rows = particulars(self.figures)
        rows = rows[rows["indicator"] != "response"]
        return dict(zip(rows["indicator"], rows["estimate"].astype(float), strict=True))


def _worded(finding: str, case: str, **slots: Text | Number | Phrase) -> Phrase:
    return worded(finding, case, "press", **slots)


def _bases(cells: Sequence[Cell]) -> Phrase:
    """Give the least and the most members behind an indicator's total."""
    by_base = sorted(cells, key=lambda cell: cell.base)
    least, most = (
        Number(Text.same(str(cell.base)), float(cell.base), cell.key, "n")
        for cell in (by_base[0], by_base[-1])
    )
    return _worded("bases", "one" if least.value == most.value else "several", least=least, most=most)


def _in_a_row(said: Sequence[Phrase], lang: Lang) -> tuple[Part, ...]:
    """Put whole sentences one behind the other."""
    parts: list[Part] = []
    for place, phrase in enumerate(said):
        parts += [" "] if place and lang == "en" else []
        parts += phrase.in_(lang)
    return tuple(parts)


def _members(count: float) -> Text:
    return Text(f"{count:.0f}家", f"{count:.0f} member" + "s" * (count != 1))


def _day(released: str) -> Number:
    """Take the day of release as a number of a sentence; it belongs to no cell."""
    day = dt.date.fromisoformat(released)
    words = Text(f"{day.year}年{day.month}月{day.day}日", format_date(day, "d MMMM y", locale="en"))
    return Number(words, float(day.strftime("%Y%m%d")), "", "date")
