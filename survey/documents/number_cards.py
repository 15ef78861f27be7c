"""What each published number rests on, for the card that opens at it.

A card is written once for each key, in one language; the lower limit, base or p value of the same cell open
it under a heading of their own (`analysis.words.CARD_HEADINGS`). Only released cells have numbers here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis import sentences
from analysis.model import Status
from analysis.sentences import is_known, verdict
from analysis.words import (
    BASE_HEAD,
    Lang,
    Phrase,
    Text,
    change_text,
    decimal_text,
    estimate_key,
    estimate_text,
    join,
    method_text,
    text_of_test,
    wave_text,
    wording,
)
from survey.figures import text
from survey.words import worded

if TYPE_CHECKING:
    from analysis.words import Cell, Change, Comparison, Slope
    from survey.figures import Figures
    from survey.programme import Indicator, Questionnaire

__all__ = ["NumberCard", "NumberCards", "probability_text", "question_text"]

_MEMBERS = ".members"
_LEAST_SHOWN = 0.001
_Words = Text | Phrase
_Line = tuple[_Words, _Words]


@dataclass(frozen=True)
class NumberCard:
    """What one number rests on.

    Attributes
    ----------
    title : str
        What is measured.
    about : str
        Of whom and when.
    printed : str
        The number as printed; empty where it has no single one.
    lines : tuple of (name, text)
        Definition, base, interval, method, question, comparison, status: those that there are.
    traced : bool
        Whether `survey trace` walks back from it: from levels and changes, not from tests or old reports.
    """

    title: str
    about: str
    printed: str
    lines: tuple[tuple[str, str], ...]
    traced: bool = False


def _name(case: str, **slots: _Words) -> Phrase:
    """Name a line of a card."""
    return worded("card line", case, "card", **slots)


def _say(case: str, **slots: _Words) -> Phrase:
    """Word what stands on a line."""
    return worded("card text", case, "card", **slots)


def _about(case: str, **slots: _Words) -> Phrase:
    return worded("card about", case, "card", **slots)


def _figure(value: Any) -> Text:
    return Text.same(str(value))


def probability_text(value: float) -> str:
    """Print a p value."""
    return "< 0.001" if value < _LEAST_SHOWN else decimal_text(value, 3).en


def _p_values(row: Mapping[str, Any]) -> _Line:
    raw, adjusted = (_figure(probability_text(float(row[name]))) for name in ("p_value", "p_adjusted"))
    return _name("p value"), _say("p value", raw=raw, adjusted=adjusted)


def question_text(questionnaire: Questionnaire, name: str) -> Phrase | None:
    """Give a question's text and code; of one option of a multi question, the option too."""
    code, _, chosen = name.partition(".")
    question = questionnaire.by_code.get(code)
    if question is None:
        return None
    option = next((option for option in question.options if option.code == chosen), None)
    if option is None:
        return _say("question", question=text(question.text), name=_figure(name))
    return _say("option", question=text(question.text), option=Text(option.zh, option.en), name=_figure(name))


def _records(table: Any) -> list[Mapping[str, Any]]:
    names = [str(name) for name in table.columns]
    columns = (table[name].tolist() for name in table.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


class NumberCards(Mapping[str, NumberCard]):
    """The cards of a wave's figures in one language, each written when it is asked for.

    Parameters
    ----------
    figures : Figures
    lang : {"zh", "en"}
    revised : frozenset of str
        Keys of estimates that were published otherwise before.
    """

    def __init__(self, figures: Figures, lang: Lang, revised: frozenset[str] = frozenset()) -> None:
        self.figures = figures
        self.lang = lang
        self.revised = revised

    def __getitem__(self, key: str) -> NumberCard:
        """Return the card of a key; KeyError where no frame holds the number."""
        if key in self._levels:
            return replace(self._level(self._levels[key]), traced=True)
        if key in self._changes or key in self._slopes:
            return replace(self._change(key), traced=key in self._changes)
        if key in self._comparisons:
            return self._comparison(self._comparisons[key])
        if key in self._published:
            return self._as_published(self._published[key])
        if key == self._response_key:
            return self._response()
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Go over the keys."""
        known = (self._levels, self._changes, self._slopes, self._comparisons, self._published)
        yield from dict.fromkeys(key for keys in known for key in keys)
        yield self._response_key

    def __len__(self) -> int:
        """Return how many numbers have a card."""
        return sum(1 for _ in self)

    @cached_property
    def _levels(self) -> dict[str, Cell]:
        return {cell.key: cell for cell in self.figures.cells.all_cells()}

    @cached_property
    def _changes(self) -> dict[str, Change]:
        return {change.key: change for change in self.figures.cells.all_changes()}

    @cached_property
    def _slopes(self) -> dict[str, Slope]:
        return {line.key: line for line in self.figures.cells.all_slopes()}

    @cached_property
    def _comparisons(self) -> dict[str, Comparison]:
        return {test.key: test for test in self.figures.cells.all_comparisons()}

    @cached_property
    def _published(self) -> dict[str, Mapping[str, Any]]:
        table = self.figures.series
        rows = _records(table[table["source"] == "published"])
        return {estimate_key(str(row["wave"]), str(row["indicator"])): row for row in rows}

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {wave: self.figures.programme.questionnaire(wave) for wave in self.figures.waves}

    @property
    def _response_key(self) -> str:
        return f"{self.figures.wave}/response/total/all"

    def _written(
        self, title: _Words, about: _Words, printed: Text | None, lines: Iterator[_Line]
    ) -> NumberCard:
        lang = self.lang
        return NumberCard(
            wording(title).plain(lang),
            wording(about).plain(lang),
            printed.in_(lang) if printed else "",
            tuple((wording(name).plain(lang), wording(words).plain(lang)) for name, words in lines),
        )

    def _level(self, cell: Cell) -> NumberCard:
        printed = cell.text if cell.is_released and is_known(cell.value) else None
        about = _about("level", wave=wave_text(cell.wave), whom=cell.segment_name)
        return self._written(self._title(cell.indicator), about, printed, self._level_lines(cell))

    def _level_lines(self, cell: Cell) -> Iterator[_Line]:
        indicator = self._indicator(cell.indicator)
        yield _name("definition"), text(indicator.definition)
        withheld = cell.status is Status.SUPPRESSED  # how many stand behind it is not said either
        if not withheld:
            yield BASE_HEAD, _say("base", n=_figure(cell.base), frame=_figure(cell.population))
        if interval := self._interval(cell):
            yield interval
        if not withheld:
            yield _name("method"), method_text(str(cell.row["method"]))
        if asked := self._questions(indicator, cell.wave):
            yield _name("question"), asked
        before = self.figures.before
        if before and cell.wave == self.figures.wave:
            code = cell.indicator.removesuffix(_MEMBERS)
            own = cell.cells.change(code, cell.wave, before, cell.dimension, cell.segment)
            if own and (found := self._compared(own)):
                yield _name("since", base=wave_text(before)), found
        yield _name("status"), self._status(cell.key)

    def _interval(self, cell: Cell) -> _Line | None:
        """Give the interval of a cell; of the respondents' figure, the members' estimate beside it."""
        whole = cell.members or cell
        if not whole.is_released or whole.interval is None:
            return None
        name = _name("interval", level=_figure(f"{100 * float(whole.row['level']):g}%"))
        if whole.key == cell.key:
            return name, whole.interval_text
        return name, _say("for members", value=whole.text, span=whole.interval_text)

    def _compared(self, own: Change) -> _Words | None:
        """Say how a cell changed; all members' change with the interval, which is of it, and the verdict."""
        if own.row["status"] != "released":
            return None
        members = own.members
        found = sentences.registers().text("change", verdict(own, members), "card")
        if not own.is_comparable or not own.is_released:
            return found
        if members is None or members.interval is None:
            return _say("judged", change=own.text, verdict=found)
        whole = _say("for members", value=members.text, span=members.interval_text)
        return _say("judged with interval", change=own.text, whole=whole, verdict=found)

    def _change(self, key: str) -> NumberCard:
        change = self._changes.get(key)
        moved = change or self._slopes[key]
        printed = change.text if change and change.is_released else None
        about = _about(
            "change",
            base=wave_text(moved.base_wave),
            wave=wave_text(moved.wave),
            whom=moved.segment_name,
        )
        return self._written(self._title(moved.indicator), about, printed, self._change_lines(key, moved))

    def _change_lines(self, key: str, moved: Change | Slope) -> Iterator[_Line]:
        indicator = self._indicator(moved.indicator)
        yield _name("definition"), text(indicator.definition)
        if change := self._changes.get(key):
            yield from self._tested_lines(change)
        if key in self._slopes:
            yield from self._slope_lines(self._slopes[key])
        if asked := self._questions(indicator, moved.wave):
            yield _name("question"), asked
        yield _name("status"), self._edition_status()

    def _tested_lines(self, change: Change) -> Iterator[_Line]:
        own = change.cells.change(
            change.indicator.removesuffix(_MEMBERS), change.wave, change.base_wave, change.dimension,
            change.segment,
        )  # fmt: skip
        if own and (found := self._compared(own)):
            yield _name("change"), found
        if is_known(change.row["p_value"]):
            yield _p_values(change.row)
        if change.row["n_matched"]:
            yield _name("matched"), self._matched_text(change)
        if change.row["note"]:
            yield _name("note"), method_text(str(change.row["note"]))

    def _matched_text(self, change: Change) -> Phrase:
        count = _figure(int(change.row["n_matched"]))
        found = change.cells.matched_change(
            change.indicator, change.wave, change.base_wave, change.dimension, change.segment
        )
        if found is None or not is_known(found.row["gained"]):
            return _say("matched", count=count)
        gained, lost = (_figure(int(found.row[name])) for name in ("gained", "lost"))
        test: _Words = text_of_test(str(found.row["test"]))
        if is_known(found.p_value):
            test = _say("tested", test=test, p=_figure(probability_text(found.p_value)))
        return _say("matched and counted", count=count, gained=gained, lost=lost, test=test)

    def _slope_lines(self, line: Slope) -> Iterator[_Line]:
        if not is_known(line.value):
            return
        size: _Words = change_text(line.value, line.cells.lexicon, line.indicator, unit=line.unit_name)
        if line.interval is not None:
            size = _say("with interval", value=size, span=line.interval_text)
        yield _name("a year"), size
        waves, members = (_figure(int(line.row[name])) for name in ("waves", "n_members"))
        yield _name("rests on"), _say("line", waves=waves, members=members)
        yield _name("method"), method_text(str(line.row["method"]))

    def _comparison(self, test: Comparison) -> NumberCard:
        dimension = test.cells.lexicon.dimension(str(test.row["dimension"]))
        about = _about("comparison", wave=wave_text(str(test.row["wave"])), dimension=dimension)
        code = str(test.row["indicator"])
        return self._written(self._title(code), about, None, self._comparison_lines(test, code))

    def _comparison_lines(self, test: Comparison, code: str) -> Iterator[_Line]:
        row = test.row
        yield _name("definition"), text(self._indicator(code).definition)
        yield _name("test"), text_of_test(str(row["test"]))
        if test.is_tested:
            yield _p_values(row)
        if is_known(row["effect"]):
            size: _Words = decimal_text(float(row["effect"]), 2)
            if is_known(row["effect_lower"]) and is_known(row["effect_upper"]):
                lower, upper = (decimal_text(float(row[f"effect_{end}"]), 2) for end in ("lower", "upper"))
                size = _say("with interval", value=size, span=_say("span", lower=lower, upper=upper))
            yield _name("effect"), size
        yield _name("status"), self._edition_status()

    def _as_published(self, row: Mapping[str, Any]) -> NumberCard:
        lexicon, code, wave = self.figures.cells.lexicon, str(row["indicator"]), str(row["wave"])
        printed = estimate_text(float(row["estimate"]), lexicon, code, wave)
        about = _about("level", wave=wave_text(wave), whom=lexicon.whole(code))
        return self._written(self._title(code), about, printed, self._published_lines(code, wave))

    def _published_lines(self, code: str, wave: str) -> Iterator[_Line]:
        indicator = self._indicator(code)
        yield _name("definition"), text(indicator.definition)
        yield _name("source"), _say("published before", wave=wave_text(wave))
        for line in indicator.breaks:
            yield _name("break"), _say("break", wave=wave_text(line.wave), note=text(line.note))
        yield _name("status"), _say("as published")

    def _response(self) -> NumberCard:
        lines: list[_Line] = [
            (_name("definition"), _say("response rate")),
            (_name("question"), text(self.figures.questionnaire.title)),
            (_name("status"), self._edition_status()),
        ]
        return self._written(_about("response"), wave_text(self.figures.wave), None, iter(lines))

    def _title(self, code: str) -> _Words:
        label = text(self._indicator(code).label)
        return _about("members", label=label) if code.endswith(_MEMBERS) else label

    def _indicator(self, code: str) -> Indicator:
        return self.figures.programme.indicators[code.removesuffix(_MEMBERS)]

    def _questions(self, indicator: Indicator, wave: str) -> Phrase | None:
        """Give text and code of the questions an indicator reads, as the wave asked them."""
        if wave not in self.figures.waves:
            return None
        questionnaire = self._questionnaires[wave]
        asked = [said for name in sorted(indicator.names) if (said := question_text(questionnaire, name))]
        between = Text("；", "; ")
        return join(asked, between, between) if asked else None

    def _status(self, key: str) -> Phrase:
        status = self._edition_status()
        return _say("revised", status=status) if key in self.revised else status

    def _edition_status(self) -> Phrase:
        return _say("demonstration" if self.figures.questionnaire.demonstration else "final")
