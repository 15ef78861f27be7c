"""The words of a programme in the form the sentences, tables and charts take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel

from analysis.words import UNITS, Lexicon, Text, Unit
from survey.programme import NOT_STATED, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.model import Measure
    from survey.programme import Programme

__all__ = ["Measured", "names_of", "text", "words_of"]


def text(wording: Wording) -> Text:
    """Return a definition's wording as the text that `analysis` prints."""
    return Text(wording.zh, wording.en)


def names_of(programme: Programme, waves: Iterable[str]) -> frozenset[str]:
    """Collect every wording of a programme's definitions and of the questionnaires of some waves."""
    defined: list[object] = [programme.settings, *programme.indicators.values()]
    defined += [programme.questionnaire(wave) for wave in waves]
    return frozenset(words for one in defined for wording in _wordings(one) for words in wording)


def _wordings(defined: object) -> Iterator[tuple[str, str]]:
    """Yield the two languages of every wording in a definition, however deep."""
    if isinstance(defined, Wording):
        yield defined.zh, defined.en
    elif isinstance(defined, BaseModel):
        for name in type(defined).model_fields:
            yield from _wordings(getattr(defined, name))
    elif isinstance(defined, Mapping):
        for part in defined.values():
            yield from _wordings(part)
    elif isinstance(defined, tuple | list):
        for part in defined:
            yield from _wordings(part)


class Measured(Protocol):
    """Figures of a programme, as far as their words depend on them."""

    @property
    def programme(self) -> Programme:
        """Whose figures they are."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures by indicator, in the units of the wave."""


def words_of(figures: Measured) -> Lexicon:
    """Collect the labels, names and units of a programme, units as printed in the figures' wave."""
    settings = figures.programme.settings
    indicators = figures.programme.indicators.values()
    own = {
        key: Unit(key, unit.zh, unit.en, unit.en_power, unit.en_one) for key, unit in settings.units.items()
    }
    return Lexicon(
        measures=figures.measures,
        labels={i.code: text(i.phrase) for i in indicators},
        names={i.code: text(i.short) for i in indicators},
        facts={i.code: text(i.says) for i in indicators if i.says},
        segments={
            **{s.code: Text(s.zh, s.en) for d in settings.dimensions for s in d.segments},
            NOT_STATED: Text("未注明", "Not stated"),
        },
        dimensions={d.code: text(d.label) for d in settings.dimensions},
        colours={s.code: s.colour for d in settings.dimensions for s in d.segments if s.colour},
        shapes={s.code: s.marker for d in settings.dimensions for s in d.segments if s.marker},
        units={**UNITS, **own},
        margins=figures.programme.margins,
        former_units={i.code: (i.unit_until.wave, i.unit_until.unit) for i in indicators if i.unit_until},
    )
