"""What a slide says beside its chart: the headline, the box with the figure, the line of its source.

The pieces are ordinary output of a notebook: a slide is made of the cells it is marked to be made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import sentences
from analysis.pieces import Box
from analysis.words import Number, Text, estimate_key, estimate_text
from survey.notebooks.display import Showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Claim

__all__ = ["Presenting"]

_ALL = Text("全部答卷单位", "All respondents")


class Presenting(Showing):
    """Verbs that fill a slide, but for its chart."""

    def boxes(self, *indicators: str, most: int = 3) -> None:
        """Show the first `most` indicators that the wave gives, each in a box that says how it moved."""
        for indicator in self._given(indicators)[:most]:
            label = self.lexicon.label(indicator)
            label = Text(label.zh, label.en[:1].upper() + label.en[1:])
            self.show(self._box(indicator, label, self._said(indicator)[0]))

    def present(self, indicator: str) -> None:
        """Show what goes beside the chart of one indicator: headline, box with its interval, source."""
        if not self._given([indicator]):
            return
        figures = self.figures
        told = (figures.estimates, figures.changes, self.lexicon, indicator, self.wave)
        self.show(
            sentences.headline(*told, base_wave=self._base_of(indicator)),
            self._box(indicator, self.lexicon.name(indicator), self._said(indicator)[1]),
            self._source([indicator]),
        )

    def present_items(self, indicators: Sequence[str], zh: str, en: str) -> None:
        """Show what goes beside bars of several shares; `zh` and `en` say what they are shares of."""
        given = self._given(indicators)
        if not given:
            return
        rows = {one: self.figures.estimate(one) for one in given}
        first = max(given, key=lambda one: float(rows[one].estimate))
        lead = sentences.leaders(self.figures.estimates, self.lexicon, given, self.wave, subject=Text(zh, en))
        moved, rests = self._said(first)
        said = [moved, rests] if self._base_of(first) else [rests]
        self.show(lead, self._box(first, self.lexicon.name(first), *said))
        self.show(self._source([first, *(one for one in given if one != first)]))

    def present_segments(self, indicator: str, dimension: str) -> None:
        """Show what goes beside one indicator by segment: the ends, the test, the source."""
        if not self._given([indicator]):
            return
        figures = self.figures
        told = (figures.estimates, figures.comparisons, self.lexicon, indicator, self.wave)
        differ = sentences.significance(*told, dimension=dimension)
        self.show(
            sentences.contrast(*told, dimension=dimension),
            self._box(indicator, _ALL, differ),
            self._source([indicator], dimension),
        )

    def _given(self, indicators: Sequence[str]) -> list[str]:
        """Return those that the wave gives and may print."""
        found = [(one, self.figures.estimate(one)) for one in self.asked(*indicators)]
        return [one for one, row in found if row is not None and row.status == "released"]

    def _base_of(self, indicator: str) -> str | None:
        """Return the wave before where it asked the same, else None."""
        then = self.figures.estimate(indicator, wave=self.before) if self.before else None
        return None if then is None or then.status == "empty" else self.before

    def _said(self, indicator: str) -> tuple[Claim, Claim]:
        """Say how an indicator moved, and what that rests on."""
        figures, base = self.figures, self._base_of(indicator)
        told = (figures.estimates, figures.changes, self.lexicon, indicator, self.wave)
        level = figures.programme.settings.level
        return (
            sentences.movement(*told, base_wave=base),
            sentences.evidence(*told, base_wave=base, confidence=level),
        )

    def _box(self, indicator: str, label: Text, *sentences: Claim) -> Box:
        row = self.figures.estimate(indicator)
        value = float(row.estimate)
        printed = estimate_text(value, self.lexicon, indicator, self.wave)
        return Box(Number(printed, value, estimate_key(self.wave, indicator)), label, sentences)

    def _source(self, indicators: Sequence[str], dimension: str = "total") -> Claim:
        return sentences.source(
            self.figures.estimates, self.lexicon, indicators, self.wave, dimension=dimension
        )
