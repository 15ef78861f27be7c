"""What a notebook works with: the figures of a wave and verbs to put them before the reader.

``chapter.say`` prints sentences, ``chapter.show`` charts and tables, each in every language of the run. An
indicator the wave did not ask is left out of a list; a name that is no indicator at all is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd
from IPython.display import publish_display_data

from analysis import charts, contrasts, statements, tables
from analysis.formatting import Lang, Lexicon, Text
from analysis.series import streak
from survey.archive import Archive
from survey.errors import UsageError
from survey.places import output_folder
from survey.production import movement
from survey.production.figures import Figures, compute_figures
from survey.production.parameters import check_namespace, check_values
from survey.programme import open_programme
from survey.publication.cautions import narrow_intervals
from survey.publication.lexicon import text, words_of
from survey.publication.markup import Remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Chapter", "Piece", "open_chapter"]

_ALPHA = 0.05


class Piece(Protocol):
    """A sentence, chart or table: anything that writes itself in a language."""

    def fragment(self, lang: Lang) -> str:
        """Return it as HTML."""


@dataclass(frozen=True)
class Chapter:
    """A wave's figures, and how to show them.

    Attributes
    ----------
    figures : Figures
        Estimates, changes, comparisons and series, suppressed cells without numbers.
    languages : tuple of str
        What every piece is shown in.
    """

    figures: Figures
    languages: tuple[Lang, ...]
    edition: Literal["public", "internal"]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The programme's words."""
        return words_of(self.figures)

    @property
    def wave(self) -> str:
        """The wave reported."""
        return self.figures.wave

    @property
    def before(self) -> str | None:
        """The wave that changes are told against, None in the first."""
        return self.figures.before

    @cached_property
    def notice(self) -> Text | None:
        """The announcement of demonstration data, None where the returns are real."""
        announced = self.figures.questionnaire.demonstration
        return text(announced) if announced else None

    def asked(self, *indicators: str) -> list[str]:
        """Return those of `indicators` that the wave gives, in this order.

        Raises
        ------
        UsageError
            For a name that is no indicator of the programme.
        """
        known = self.figures.programme.indicators
        for name in indicators:
            if name.removesuffix(".members") not in known:
                raise UsageError(
                    f"indicator {name!r} does not exist in programme {self.figures.programme.code}; "
                    f"indicators.yaml has {', '.join(sorted(known))}"
                )
        return [name for name in indicators if name.removesuffix(".members") in self.figures.indicators]

    def of_section(self, section: str) -> list[str]:
        """Return the indicators of a section that the wave gives."""
        known = self.figures.programme.indicators
        return [code for code in self.figures.indicators if known[code].section == section]

    def segments_of(self, dimension: str) -> list[str]:
        """Return the codes of a dimension's segments, in the programme's order."""
        return [segment.code for segment in self.figures.programme.dimension(dimension).segments]

    # -- showing ---------------------------------------------------------------------------------------------

    def show(self, *pieces: Piece | None) -> None:
        """Show sentences, charts or tables, once in each language; None is passed over."""
        for piece in pieces:
            if piece is not None:
                for lang in self.languages:
                    html = {"text/html": piece.fragment(lang)}
                    publish_display_data(html, metadata={"lang": lang})  # type: ignore[no-untyped-call]

    def words(self, zh: str, en: str, kind: str = "p") -> None:
        """Show a plain remark that needs code to be chosen, escaped."""
        self.show(Remark(Text(zh, en), kind))

    def say_if_not_asked(self, *indicators: str) -> None:
        """Say that this wave asked nothing on the matter, where it gives none of `indicators`."""
        if not self.asked(*indicators):
            zh, en = (
                "本次问卷未设本部分题目。",
                "The questionnaire of this wave had no questions on this matter.",
            )
            self.words(zh, en)

    # -- sentences -------------------------------------------------------------------------------------------

    def say(self, *indicators: str, dimension: str = "total", segment: str = "all") -> None:
        """State each indicator's level, and its change since the wave before where they can be compared."""
        for indicator in self.asked(*indicators):
            self.show(self._claim(indicator, dimension, segment))

    def _claim(self, indicator: str, dimension: str, segment: str) -> Piece:
        figures, before = self.figures, self.before
        then = figures.estimate(indicator, dimension, segment, before) if before else None
        if before is None or then is None or then.status == "empty":
            return statements.level(
                figures.estimates, self.lexicon, indicator, self.wave, dimension=dimension, segment=segment
            )
        return statements.change(
            figures.estimates, figures.changes, self.lexicon, indicator, self.wave,
            base_wave=before, dimension=dimension, segment=segment, note=self._break_note(indicator),
            confidence=figures.programme.settings.level,
        )  # fmt: skip

    def _break_note(self, indicator: str) -> Text | None:
        breaks = self.figures.programme.indicators[indicator].breaks
        crossed = [b for b in breaks if self.before and self.before < b.wave <= self.wave]
        if not crossed:
            return None
        note = crossed[-1].note
        # it becomes a clause of the sentence
        return Text(note.zh, note.en[:1].lower() + note.en[1:])

    def list_high_to_low(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """State several shares in one sentence, high to low; `zh` and `en` say what they are shares of."""
        asked = self.asked(*indicators)
        if asked:
            claim = statements.channels(
                self.figures.estimates, self.lexicon, asked, self.wave, subject=Text(zh, en)
            )
            self.show(claim)

    def level(self, *indicators: str) -> None:
        """State each indicator's level alone, with its interval where it has one."""
        for indicator in self.asked(*indicators):
            self.show(statements.level(self.figures.estimates, self.lexicon, indicator, self.wave))

    def compare(self, *indicators: str, dimension: str) -> None:
        """Rank a dimension's segments for each indicator; say whether they differ by more than chance.

        Types of bank are compared within kinds of centre too, which is said where the verdict changes.
        """
        figures, asked = self.figures, self.asked(*indicators)
        for indicator in asked:
            claim = statements.comparison(
                figures.estimates,
                figures.comparisons,
                self.lexicon,
                indicator,
                self.wave,
                dimension=dimension,
            )
            self.show(claim, self._within(indicator, dimension))
        if dimension == "bank_type":
            self._say_if_verdicts_stay(asked)

    def differing(self, dimension: str) -> list[str]:
        """Return the indicators whose segments differ by more than chance, in the programme's order."""
        tests = self._tests(dimension)
        found = tests[tests["p_adjusted"] < _ALPHA]
        return self.asked(*[code for code in self.figures.indicators if code in set(found["indicator"])])

    def say_what_differs(self, dimension: str) -> None:
        """Say how many of the wave's indicators differ between a dimension's segments, and name them."""
        tested, found = len(self._tests(dimension)), self.differing(dimension)
        label = self.lexicon.dimension(dimension)
        names = [self.lexicon.name(indicator) for indicator in found]
        zh = "：" * bool(found) + "、".join(name.zh for name in names)
        en = ": " * bool(found) + "; ".join(name.en for name in names)
        self.words(
            f"本次共比较{tested}项指标，其中{len(found)}项在不同{label.zh}之间有显著差异{zh}。",
            f"Of {tested} indicators compared by {label.en}, {len(found)} differ by more than chance{en}.",
        )

    def _tests(self, dimension: str) -> pd.DataFrame:
        """Take the tests of a dimension, without totals: those of segments tell how many members each has."""
        tests, known = self.figures.comparisons, self.figures.measures
        total = tests["indicator"].map({code: measure.kind == "total" for code, measure in known.items()})
        return tests[(tests["dimension"] == dimension) & tests["p_adjusted"].notna() & ~total.astype(bool)]

    def _within(self, indicator: str, dimension: str) -> Piece | None:
        return statements.within(
            self.figures.comparisons, self.figures.within, self.lexicon, indicator, self.wave,
            dimension=dimension, held="centre_kind",
        )  # fmt: skip

    def _say_if_verdicts_stay(self, asked: Sequence[str]) -> None:
        given = set(self.figures.within["indicator"])
        held = [indicator for indicator in asked if indicator in given]
        if held and not any(self._within(indicator, "bank_type") for indicator in held):
            self.words(
                f"其中{len(held)}项又在同一中心类别之内比过，结论都不变：差异不是中心类别构成不同造成的。",
                f"{len(held)} of them were also compared among centres of one kind alone, and the verdict "
                "stays: the differences are not due to a different mix of kinds.",
            )

    def matched(self, *indicators: str) -> None:
        """State how many members that answered twice gained and lost, where it was hardly chance."""
        tests = self.figures.matched
        one_sided = (tests["p_value"] < _ALPHA) | (tests["test"] == "counted")
        told = set(tests.loc[(tests["base_wave"] == self.before) & one_sided, "indicator"])
        for indicator in self.asked(*indicators):
            if indicator in told and self.before:
                self.show(
                    statements.matched(tests, self.lexicon, indicator, self.wave, base_wave=self.before)
                )

    def response(self) -> None:
        """State how many members answered."""
        both = (self.figures.respondents, self.figures.frame)
        counts = [int((table["wave"] == self.wave).sum()) for table in both]
        self.show(statements.response(self.lexicon, self.wave, *counts))

    def warn_of_narrow_intervals(self, *indicators: str) -> None:
        """Name the indicators whose intervals for all members may be too narrow; nothing where none is."""
        self.show(
            narrow_intervals(
                self.figures.estimates, self.figures.changes, self.lexicon, self.asked(*indicators),
                wave=self.wave, base_wave=self.before,
            )
        )  # fmt: skip

    def streak(self, indicator: str, above: float) -> None:
        """State for how many years in a row an indicator has been above a value, over breaks but naming them.

        A single year is no streak and is passed over.
        """
        rows = self.figures.series[self.figures.series["indicator"] == indicator]
        counted = streak(rows, "above", above, splice=True) if self.asked(indicator) else None
        if counted and counted.length > 1:
            self.show(
                statements.streak(
                    rows, self.lexicon, indicator, self.wave, counted=counted, rule="above", threshold=above
                )
            )

    def slope(self, *indicators: str) -> None:
        """State how each indicator moved a year over the waves since its last break, like members compared.

        Passed over where there are fewer than three such waves: there is no line to tell.
        """
        lines = self.figures.slopes
        told = set(lines.loc[lines["comparable"], "indicator"])
        for indicator in self.asked(*indicators):
            if indicator in told:
                self.show(
                    statements.slope(
                        lines, self.lexicon, indicator, confidence=self.figures.programme.settings.level
                    )
                )

    # -- charts ----------------------------------------------------------------------------------------------

    def trend(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw up to four indicators of one unit over all years that are known."""
        asked = self.asked(*indicators)
        known = self.figures.series
        if drawn := [i for i in asked if (known["indicator"] == i).sum() > 1]:
            caption = Text(zh, en) if zh else None
            self.show(
                charts.trend(known, self.lexicon, drawn, slug=slug, caption=caption, notice=self.notice)
            )

    def bars(self, *indicators: str, slug: str, zh: str = "", en: str = "") -> None:
        """Draw several shares as bars, highest first, with the wave before as a tick."""
        asked = self.asked(*indicators)
        if asked:
            caption = Text(zh, en) if zh else None
            self.show(
                charts.bars(
                    self.figures.estimates, self.lexicon, asked, wave=self.wave, slug=slug, caption=caption,
                    previous=self._comparable_before(asked), notice=self.notice,
                )
            )  # fmt: skip

    def _comparable_before(self, indicators: Iterable[str]) -> str | None:
        return None if any(self._break_note(i) for i in indicators) else self.before

    def segments(self, indicator: str, dimension: str, slug: str) -> None:
        """Draw one indicator by segment, with the members' interval."""
        if self.asked(indicator):
            self.show(
                charts.segments(
                    self.figures.estimates, self.lexicon, f"{indicator}.members", self.segments_of(dimension),
                    wave=self.wave, dimension=dimension, slug=slug, notice=self.notice,
                )
            )  # fmt: skip

    def stacked(self, *parts: str, slug: str, zh: str, en: str) -> None:
        """Draw shares that make up a whole, by bank type."""
        asked = self.asked(*parts)
        if len(asked) == len(parts):
            self.show(
                charts.stacked(
                    self.figures.estimates, self.lexicon, asked, self.segments_of("bank_type"), by="segment",
                    wave=self.wave, dimension="bank_type", slug=slug, caption=Text(zh, en),
                    notice=self.notice,
                )
            )  # fmt: skip

    # -- tables ----------------------------------------------------------------------------------------------

    def table_over_time(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the waves of the archive."""
        asked = self.asked(*indicators)
        if asked:
            self.show(
                tables.indicator_table(
                    self.figures.estimates, self.lexicon, asked, self.figures.waves, slug=slug,
                    caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_by(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set indicators against the segments of a dimension, each with its base."""
        asked = self.asked(*indicators)
        if asked:
            self.show(
                tables.segment_table(
                    self.figures.estimates, self.lexicon, asked, self.segments_of(dimension), wave=self.wave,
                    dimension=dimension, slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_of_changes(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the wave before beside its interval and verdict."""
        asked = self.asked(*indicators)
        told = [i for i in asked if self.before and self.figures.estimate(i, wave=self.before) is not None]
        if told and self.before:
            self.show(
                tables.change_table(
                    self.figures.changes, self.lexicon, told, wave=self.wave, base_wave=self.before,
                    slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip
        else:
            # a table all the same: the text refers to it
            nothing = Text("没有可比的前一次调查", "There is no wave before to compare with")
            remark = pd.DataFrame({"remark": [nothing]})
            self.table_of(remark, slug=slug, zh=zh, en=en, remark=("说明", "Note"))

    def spans(self, *indicators: str) -> dict[str, str]:
        """Return for each indicator the first wave this one can be compared with, unless it is the last."""
        return movement.spans(self.figures, self.asked(*indicators))

    def table_of_span(self, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set the change since the first comparable wave beside its interval and verdict; none, no table."""
        if bases := self.spans(*indicators):
            self.show(
                tables.change_table(
                    self.figures.changes, self.lexicon, list(bases), wave=self.wave, base_wave=bases,
                    slug=slug, caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_behind(self, split: str, *indicators: str, slug: str, zh: str, en: str) -> bool:
        """Split changes one of the ways of `movement.SPLITS`, and tell whether anything could be shown."""
        way = movement.SPLITS[split]
        told = way.frame(self.figures, self.lexicon, self.asked(*indicators))
        if len(told):
            self.table_of(told, slug=slug, zh=zh, en=en, digits=way.digits, **way.heads)
        return bool(len(told))

    def contrasts(self, dimension: str, *indicators: str, slug: str, zh: str, en: str) -> None:
        """Set segments side by side with letters, effect sizes and what could not be seen."""
        compared = set(self.figures.comparisons["indicator"])
        if asked := [indicator for indicator in self.asked(*indicators) if indicator in compared]:
            self.show(
                contrasts.contrast_table(
                    self.figures.estimates, self.figures.comparisons, self.lexicon, asked,
                    self.segments_of(dimension), wave=self.wave, dimension=dimension, slug=slug,
                    caption=Text(zh, en), notice=self.notice,
                )
            )  # fmt: skip

    def table_of(
        self,
        frame: pd.DataFrame,
        slug: str,
        zh: str,
        en: str,
        *,
        digits: Mapping[str, int] | None = None,
        **columns: tuple[str, str],
    ) -> None:
        """Set a frame of counts and words as a table; each column with its heading in both languages."""
        heads = {name: Text(*head) for name, head in columns.items()}
        caption = Text(zh, en)
        self.show(
            tables.plain_table(frame, heads, slug=slug, caption=caption, digits=digits, notice=self.notice)
        )


def open_chapter(programme: str, wave: str, edition: str = "public", languages: str = "zh,en") -> Chapter:
    """Open a wave for a notebook, cleaning what the archive does not hold fresh.

    Parameters
    ----------
    programme, wave, edition, languages : str
        The notebook's parameters. `wave` may be a number, as ``papermill -p wave 2022`` makes it.

    Raises
    ------
    UsageError
        A programme or wave that does not exist, an edition or language that is none, a parameter the notebook
        does not have: with the list of what exists.
    """
    check_namespace()
    values = check_values(programme=programme, wave=wave, edition=edition, languages=languages)
    opened = open_programme(values.programme)
    archive = Archive(opened, output_folder() / "archive" / opened.code)
    return Chapter(compute_figures(archive, values.wave), values.languages, values.edition)
