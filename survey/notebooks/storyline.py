"""What a report tells: key messages, heads with their claims, and what people wrote beside the figures."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from IPython.display import publish_display_data

from analysis.pieces import KeyPoint, KeyPoints, SectionHeading
from analysis.sentences import headline_of
from analysis.words import Text
from survey.errors import UsageError
from survey.figures import all_messages, leading_messages, text
from survey.notebooks.display import Showing
from survey.words import messages, worded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.sentences import KeyMessage
    from survey.programme import Story, Wording, WrittenText

__all__ = ["Storyline", "agreed_claim"]


class Storyline(Showing):
    """Verbs of the report's story. One that finds nothing written or asked shows nothing."""

    @cached_property
    def _story(self) -> Story:
        return self.figures.programme.story(self.wave)

    @cached_property
    def _scored(self) -> list[KeyMessage]:
        return all_messages(self.figures)

    def key_messages(self) -> None:
        """List the findings that lead: what happened, then why it matters."""
        known = self.figures.programme.settings.key_messages.indicators
        points = []
        for message in leading_messages(self.figures):
            matters = known[message.indicator].matters if message.indicator in known else None
            points.append(KeyPoint(message.sentence, text(matters) if matters else None))
        if points:
            self.show(KeyPoints(tuple(points)))

    def foreword(self) -> None:
        """Print the foreword."""
        self._passages([self._story.foreword])

    def outlook(self) -> None:
        """Print what comes next."""
        self._passages([self._story.outlook])

    def theme(self, code: str, level: int = 1) -> bool:
        """Head a chapter with a theme's claim, or its title; return whether the wave asked for it.

        `level` is that of the heading: a slide's is 2.

        Raises
        ------
        UsageError
            programme.yaml has no such theme.
        """
        themes = {theme.code: theme for theme in self.figures.programme.settings.themes}
        if code not in themes:
            raise UsageError(
                f"theme {code!r} does not exist in programme {self.figures.programme.code}; "
                f"programme.yaml has {', '.join(themes) or 'none'}"
            )
        if not self.asked(*themes[code].indicators):
            return False
        claim = agreed_claim(self._story, code, self.edition) or themes[code].title
        self.show(SectionHeading(level, text(claim)))
        return True

    def heading(self, *indicators: str, zh: str, en: str) -> None:
        """Head a section with what is most remarkable of indicators; `zh`, `en` where nothing is."""
        asked = self.asked(*indicators)
        if not asked:
            return
        found = [one for one in self._scored if one.indicator in asked and one.is_event]
        best = headline_of(sorted(found, key=lambda one: (-one.score, one.indicator)), most=1)
        self.show(SectionHeading(2, best or Text(zh, en)))

    def reasons(self, code: str) -> None:
        """Print why the figures of a theme moved, as members see it."""
        theme = self._story.theme(code)
        self._passages(theme.reasons if theme else ())

    def cases(self, code: str) -> None:
        """Print what members did, under a head of its own."""
        theme = self._story.theme(code)
        shown = [case for case in theme.cases if self._is_shown(case)] if theme else []
        if shown:
            self.show(SectionHeading(2, _words_of("cases", "head")))
            self._passages(shown)

    def _is_shown(self, passage: WrittenText | None) -> bool:
        return passage is not None and (passage.state == "agreed" or self.edition == "internal")

    def _passages(self, passages: Iterable[WrittenText | None]) -> None:
        for passage in passages:
            if passage is not None and self._is_shown(passage):
                for lang in self.languages:
                    self._write(passage, lang)

    def _write(self, passage: WrittenText, lang: Any) -> None:
        """Show a text as prose of a language, and behind it what readers must know of it."""
        said = getattr(passage.text, lang).strip()
        marks = [
            mark
            for mark, holds in (("invented", passage.invented), ("draft", passage.state == "draft"))
            if holds
        ]
        notes = " ".join(messages("story", lang)[mark] for mark in marks)
        written = f"{said}\n\n*{notes}*" if notes else said
        publish_display_data({"text/markdown": written}, metadata={"lang": lang})  # type: ignore[no-untyped-call]


def agreed_claim(story: Story, theme: str, edition: str) -> Wording | None:
    """Return the claim of a theme; None where nobody wrote one, or not yet for the public."""
    written = story.theme(theme)
    if written is None or (written.state == "draft" and edition == "public"):
        return None
    return written.claim


def _words_of(finding: str, case: str) -> Text:
    """Return words of the catalogue that hold no number."""
    phrase = worded(finding, case)
    return Text(phrase.plain("zh"), phrase.plain("en"))
