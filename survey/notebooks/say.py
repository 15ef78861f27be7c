"""The sentences of a chapter: levels, changes, comparisons, streaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import sentences
from analysis.inference import streak
from analysis.pieces import narrow_intervals
from analysis.sentences import count_number
from analysis.words import Claim, Text, compose
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.pieces import Piece

__all__ = ["Telling"]

_ALPHA = 0.05
_DIFFERING = Text(
    "本次共比较{tested}项指标，其中{found}项在不同{label}之间有显著差异{names}。",
    "Of {tested} indicators compared by {label}, {found} differ by more than chance{names}.",
)
_HELD = Text(
    "其中{held}项又在同一中心类别之内比过，结论都不变：差异不是中心类别构成不同造成的。",
    "{held} of them were also compared among centres of one kind alone, and the verdict stays: the "
    "differences are not due to a different mix of kinds.",
)


class Telling(Showing):
    """Verbs that state figures in sentences."""

    def say(self, *indicators: str, dimension: str = "total", segment: str = "all") -> None:
        """State each indicator's level, and its change since the wave before where they can be compared."""
        for indicator in self.asked(*indicators):
            self.show(self._claim(indicator, dimension, segment))

    def _claim(self, indicator: str, dimension: str, segment: str) -> Piece:
        figures, before = self.figures, self.before
        then = figures.estimate(indicator, dimension, segment, before) if before else None
        if before is None or then is None or then.status == "empty":
            return sentences.level(
                figures.estimates, self.lexicon, indicator, self.wave, dimension=dimension, segment=segment
            )
        return sentences.change(
            figures.estimates, figures.changes, self.lexicon, indicator, self.wave,
            base_wave=before, dimension=dimension, segment=segment, note=self.break_note(indicator),
            confidence=figures.programme.settings.level,
        )  # fmt: skip

    def list_high_to_low(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """State several shares in one sentence, high to low; `zh` and `en` say what they are shares of."""
        asked = self.asked(*indicators)
        if asked:
            claim = sentences.channels(
                self.figures.estimates, self.lexicon, asked, self.wave, subject=Text(zh, en)
            )
            self.show(claim)

    def level(self, *indicators: str) -> None:
        """State each indicator's level alone, with its interval where it has one."""
        for indicator in self.asked(*indicators):
            self.show(sentences.level(self.figures.estimates, self.lexicon, indicator, self.wave))

    def compare(self, *indicators: str, dimension: str) -> None:
        """Rank a dimension's segments for each indicator; say whether they differ by more than chance.

        Types of bank are compared within kinds of centre too, which is said where the verdict changes.
        """
        figures, asked = self.figures, self.asked(*indicators)
        for indicator in asked:
            claim = sentences.comparison(
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
        listed = Text(
            "：" * bool(found) + "、".join(name.zh for name in names),
            ": " * bool(found) + "; ".join(name.en for name in names),
        )
        self.show(
            Claim(
                "differing",
                compose(
                    _DIFFERING,
                    tested=count_number(tested),
                    found=count_number(len(found)),
                    label=label,
                    names=listed,
                ),
            )
        )

    def _tests(self, dimension: str) -> pd.DataFrame:
        """Take the tests of a dimension, without totals: those of segments tell how many members each has."""
        tests, known = self.figures.comparisons, self.figures.measures
        total = tests["indicator"].map({code: measure.kind == "total" for code, measure in known.items()})
        return tests[(tests["dimension"] == dimension) & tests["p_adjusted"].notna() & ~total.astype(bool)]

    def _within(self, indicator: str, dimension: str) -> Piece | None:
        return sentences.within(
            self.figures.comparisons, self.figures.within, self.lexicon, indicator, self.wave,
            dimension=dimension, held="centre_kind",
        )  # fmt: skip

    def _say_if_verdicts_stay(self, asked: Sequence[str]) -> None:
        given = set(self.figures.within["indicator"])
        held = [indicator for indicator in asked if indicator in given]
        if held and not any(self._within(indicator, "bank_type") for indicator in held):
            self.show(Claim("held", compose(_HELD, held=count_number(len(held)))))

    def matched(self, *indicators: str) -> None:
        """State how many members that answered twice gained and lost, where it was hardly chance."""
        tests = self.figures.matched
        one_sided = (tests["p_value"] < _ALPHA) | (tests["test"] == "counted")
        told = set(tests.loc[(tests["base_wave"] == self.before) & one_sided, "indicator"])
        for indicator in self.asked(*indicators):
            if indicator in told and self.before:
                self.show(sentences.matched(tests, self.lexicon, indicator, self.wave, base_wave=self.before))

    def response(self) -> None:
        """State how many members answered."""
        both = (self.figures.respondents, self.figures.frame)
        counts = [int((table["wave"] == self.wave).sum()) for table in both]
        self.show(sentences.response(self.lexicon, self.wave, *counts))

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
                sentences.streak(
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
                    sentences.slope(
                        lines, self.lexicon, indicator, confidence=self.figures.programme.settings.level
                    )
                )
