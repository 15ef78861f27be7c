"""The sentences of a chapter: levels, changes, comparisons, streaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import sentences
from analysis.inference import streak
from analysis.sentences import count_number
from analysis.words import Claim, Text, wave_text
from survey.notebooks.display import Showing
from survey.words import worded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pieces import Piece

__all__ = ["Say"]


class Say(Showing):
    """State figures in sentences: ``chapter.say("staff")``, ``chapter.say.streak("staff", 4.0)``."""

    def __call__(self, *indicators: str, dimension: str = "total", segment: str = "all") -> None:
        """State indicators in one paragraph: what moved since the wave before, what did not, levels alone."""
        cells = [self.cell(indicator, dimension, segment) for indicator in self.asked(*indicators)]
        self.show(sentences.account([sentences.Account(cell, self.base_of(cell)) for cell in cells]))

    def rank(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """State several shares in one sentence, high to low; `zh` and `en` say what they are shares of."""
        if asked := self.asked(*indicators):
            self.show(sentences.channels([self.cell(one) for one in asked], Text(zh, en)))

    def level(self, *indicators: str) -> None:
        """State each indicator's level alone, with its interval where it has one."""
        for indicator in self.asked(*indicators):
            self.show(sentences.level(self.cell(indicator)))

    def compare(self, *indicators: str, dimension: str) -> None:
        """Rank a dimension's segments for each indicator; say whether they differ.

        Where they are compared within another dimension too, it is said if the verdict changes.
        """
        asked = self.asked(*indicators)
        for indicator in asked:
            claim = sentences.comparison(self.cell(indicator), dimension)
            self.show(claim, self._within(indicator, dimension))
        self._say_if_verdicts_stay(asked, dimension)

    def what_differs(self, dimension: str) -> None:
        """Say how many of the wave's indicators differ between a dimension's segments, and name them."""
        tested, found = len(self.tested(dimension)), self.differing(dimension)
        standing = len(self.differing(dimension, as_it_stands=True))
        names = [self.lexicon.name(indicator) for indicator in found]
        listed = Text(
            "：" * bool(found) + "、".join(name.zh for name in names),
            ": " * bool(found) + "; ".join(name.en for name in names),
        )
        self.show(
            Claim(
                "differing",
                worded(
                    "differing",
                    "counted",
                    tested=count_number(tested),
                    standing=count_number(standing),
                    found=count_number(len(found)),
                    label=self.lexicon.dimension(dimension),
                    names=listed,
                ),
            )
        )

    def _within(self, indicator: str, dimension: str) -> Piece | None:
        fixed = self.figures.programme.dimension(dimension).within
        return sentences.within(self.cell(indicator), dimension, fixed) if fixed else None

    def _say_if_verdicts_stay(self, asked: Sequence[str], dimension: str) -> None:
        fixed, cells = self.figures.programme.dimension(dimension).within, self.figures.cells
        if fixed is None:
            return
        tested = [code for code in asked if cells.compared(code, self.wave, dimension, within=True)]
        if tested and not any(self._within(indicator, dimension) for indicator in tested):
            kind, count = self.lexicon.dimension(fixed), count_number(len(tested))
            said = (
                worded("verdicts within", "stays", kind=kind)
                if len(tested) == 1
                else worded("verdicts within", "stay", count=count, kind=kind)
            )
            self.show(Claim("verdicts", said))

    def matched(self, *indicators: str) -> None:
        """State how many members that answered twice gained and lost, where it was hardly chance."""
        for indicator in self.asked(*indicators):
            moved = self.figures.cells.matched_change(indicator, self.wave, self.before or "")
            if moved is not None and moved.is_one_sided:
                self.show(sentences.matched(moved))

    def response(self) -> None:
        """State how many members answered; in an open survey, how many respondents there are."""
        both = (self.figures.respondents, self.figures.frame)
        counts = [int((table["wave"] == self.wave).sum()) for table in both]
        if self.figures.programme.open_survey:
            n = count_number(counts[0])
            self.show(Claim("response", worded("received", "returns", wave=wave_text(self.wave), n=n)))
            return
        self.show(sentences.response(self.lexicon, self.wave, *counts))

    def streak(self, indicator: str, above: float) -> None:
        """State for how many years in a row an indicator has been above a value, over breaks but naming them.

        A single year is no streak and is passed over.
        """
        rows = self.figures.series[self.figures.series["indicator"] == indicator]
        run = streak(rows, "above", above, splice=True) if self.asked(indicator) else None
        if run and run.length > 1:
            self.show(sentences.streak(self.cell(indicator), run, "above", above))

    def slope(self, *indicators: str) -> None:
        """State how each indicator changed a year over the waves since its last break, like members compared.

        An indicator with fewer than three such waves is passed over: they make no line.
        """
        for indicator in self.asked(*indicators):
            line = self.figures.cells.slope(indicator)
            if line is not None and line.is_comparable:
                self.show(sentences.slope(line))

    def policy(self) -> None:
        """Say why some figures are withheld, in the words of the programme's disclosure policy."""
        why = self.figures.programme.settings.disclosure.why
        self.note(why.zh, why.en)
