"""The words of a programme in the form the sentences, tables and charts take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting import UNITS, Lexicon, Text, Unit

if TYPE_CHECKING:
    from survey.production.figures import Figures
    from survey.questionnaire import Wording

__all__ = ["text", "words_of"]


def text(wording: Wording) -> Text:
    """Return a definition's wording as the text that `analysis` prints."""
    return Text(wording.zh, wording.en)


def words_of(figures: Figures) -> Lexicon:
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
        segments={s.code: Text(s.zh, s.en) for d in settings.dimensions for s in d.segments},
        dimensions={d.code: text(d.label) for d in settings.dimensions},
        units={**UNITS, **own},
        former_units={i.code: (i.unit_until.wave, i.unit_until.unit) for i in indicators if i.unit_until},
    )
