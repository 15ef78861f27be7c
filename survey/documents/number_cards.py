"""What each published number rests on, for the card that opens at it.

A dossier is written once for each key, in one language; the lower limit, base or p value of the same cell
open it under a heading of their own (`rationale.COLUMNS`). Only released cells have numbers here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.sentences import is_known, verdict
from analysis.words import (
    BASE_HEAD,
    Lang,
    Lexicon,
    Text,
    change_text,
    change_unit,
    decimal_text,
    estimate_key,
    estimate_text,
    interval_text,
    wave_text,
)
from survey.documents.code_words import VERDICTS, method_text, note_text, trial_text
from survey.figures import words_of

if TYPE_CHECKING:
    import pandas as pd

    from survey.figures import Figures
    from survey.programme import Indicator, Questionnaire, Wording

__all__ = [
    "DEFINITION",
    "METHOD",
    "QUESTION",
    "STATUS",
    "Dossier",
    "Dossiers",
    "after",
    "base_text",
    "interval_name",
    "joined",
    "probability_text",
    "question_text",
    "rows_of",
    "worded",
]

# The parts of a dossier: names of its lines, and the words of a base, a question, a break.


@dataclass(frozen=True)
class Dossier:
    """Hold what one number rests on.

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


DEFINITION: Final = Text("定义", "Definition")
METHOD: Final = Text("方法", "Method")
QUESTION: Final = Text("题目", "Question")
STATUS: Final = Text("状态", "Status")
_LEAST_SHOWN = 0.001


def rows_of(table: pd.DataFrame, first: str = "wave") -> dict[str, Mapping[str, Any]]:
    """Take the rows of a frame by the key of the number they hold."""
    names = (first, "indicator", "dimension", "segment")
    keys = zip(*(table[name].astype(str) for name in names), strict=True)
    return {"/".join(key): row for key, row in zip(keys, _records(table), strict=True)}


def worded(told: Wording) -> Text:
    """Return a definition's wording as a text."""
    return Text(told.zh, told.en)


def joined(first: Text, second: Text) -> Text:
    """Join two texts by a point."""
    return Text(f"{first.zh} · {second.zh}", f"{first.en} · {second.en}")


def after(wave: str, note: Text) -> Text:
    """Say what holds from a wave on."""
    when = wave_text(wave)
    return Text(f"{when.zh}起：{note.zh}", f"from {when.en}: {note.en}")


def base_text(row: Mapping[str, Any]) -> Text:
    """Say how many answered, of how many."""
    given, frame = int(row["n"]), int(row["N"])
    return Text(f"{given}家单位作答，名录共{frame}家", f"{given} answers of {frame} members in the frame")


def interval_name(level: float) -> Text:
    """Name an interval by its level."""
    per_cent = f"{100 * level:g}%"
    return Text(f"{per_cent}置信区间", f"{per_cent} interval")


def probability_text(value: float) -> str:
    """Print a p value."""
    return "< 0.001" if value < _LEAST_SHOWN else decimal_text(value, 3).en


def question_text(questionnaire: Questionnaire, name: str) -> Text | None:
    """Give a question's text and code; of one option of a multi question, the option too."""
    code, _, chosen = name.partition(".")
    question = questionnaire.by_code.get(code)
    if question is None:
        return None
    option = next((option for option in question.options if option.code == chosen), None)
    zh, en = question.text.zh, question.text.en
    if option is not None:
        zh, en = f"{zh}：{option.zh}", f"{en}: {option.en}"
    return Text(f"{zh}（{name}）", f"{en} ({name})")


def _records(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    names = [str(name) for name in table.columns]
    columns = (table[name].tolist() for name in table.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


_MEMBERS = ".members"
_Row = Mapping[str, Any]
_Line = tuple[Text, Text]


class Dossiers(Mapping[str, Dossier]):
    """The dossiers of a wave's figures in one language, each written when it is asked for.

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

    def __getitem__(self, key: str) -> Dossier:
        """Return the dossier of a key; KeyError where no frame holds the number."""
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
        told = (self._levels, self._changes, self._slopes, self._comparisons, self._published)
        yield from dict.fromkeys(key for keys in told for key in keys)
        yield self._response_key

    def __len__(self) -> int:
        """Return how many numbers have a dossier."""
        return sum(1 for _ in self)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return words_of(self.figures)

    @cached_property
    def _levels(self) -> dict[str, _Row]:
        return rows_of(self.figures.estimates)

    @cached_property
    def _changes(self) -> dict[str, _Row]:
        table = self.figures.changes
        return rows_of(table.assign(pair=table["wave"] + "-" + table["base_wave"]), first="pair")

    @cached_property
    def _slopes(self) -> dict[str, _Row]:
        table = self.figures.slopes
        pairs = table["last_wave"] + "-" + table["first_wave"]
        return rows_of(table.assign(wave=table["last_wave"], pair=pairs), first="pair")

    @cached_property
    def _matched(self) -> dict[str, _Row]:
        table = self.figures.matched
        return rows_of(table.assign(pair=table["wave"] + "-" + table["base_wave"]), first="pair")

    @cached_property
    def _comparisons(self) -> dict[str, _Row]:
        return rows_of(self.figures.comparisons.assign(wave=self.figures.wave, segment="*"))

    @cached_property
    def _published(self) -> dict[str, _Row]:
        table = self.figures.series
        told = table[table["source"] == "published"]
        return rows_of(told.assign(dimension="total", segment="all"))

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {wave: self.figures.programme.questionnaire(wave) for wave in self.figures.waves}

    @property
    def _response_key(self) -> str:
        return f"{self.figures.wave}/response/total/all"

    def _written(self, title: Text, about: Text, printed: Text | None, lines: Iterator[_Line]) -> Dossier:
        lang = self.lang
        return Dossier(
            title.in_(lang),
            about.in_(lang),
            printed.in_(lang) if printed else "",
            tuple((name.in_(lang), text.in_(lang)) for name, text in lines),
        )

    def _level(self, row: _Row) -> Dossier:
        printed = None
        if row["status"] == "released" and is_known(row["estimate"]):
            printed = estimate_text(float(row["estimate"]), self._lexicon, row["indicator"], row["wave"])
        about = joined(wave_text(row["wave"]), self._whom(row))
        return self._written(self._title(row["indicator"]), about, printed, self._level_lines(row))

    def _level_lines(self, row: _Row) -> Iterator[_Line]:
        indicator = self._indicator(row["indicator"])
        yield DEFINITION, worded(indicator.definition)
        yield BASE_HEAD, base_text(row)
        if interval := self._interval(row):
            yield interval
        yield METHOD, method_text(str(row["method"]))
        if asked := self._questions(indicator, str(row["wave"])):
            yield QUESTION, asked
        before = self.figures.before
        if before and row["wave"] == self.figures.wave:
            place = f"{row['dimension']}/{row['segment']}"
            own = row["indicator"].removesuffix(_MEMBERS)
            if told := self._compared(f"{row['wave']}-{before}", own, place):
                base = wave_text(before)
                yield Text(f"较{base.zh}", f"Since {base.en}"), told
        yield STATUS, self._status(row)

    def _interval(self, row: _Row) -> _Line | None:
        """Give the interval of a cell; of the respondents' figure, the members' estimate beside it."""
        told = row
        if not row["indicator"].endswith(_MEMBERS):
            key = "/".join((row["wave"], row["indicator"] + _MEMBERS, row["dimension"], row["segment"]))
            told = self._levels.get(key, row)
        if told["status"] != "released" or not is_known(told["lower"]) or not is_known(told["upper"]):
            return None
        unit = self._lexicon.unit(told["indicator"], told["wave"])
        digits = self._lexicon.measure(told["indicator"]).digits
        span = interval_text(float(told["lower"]), float(told["upper"]), unit, digits)
        name = interval_name(float(told["level"]))
        if told is row:
            return name, span
        value = estimate_text(float(told["estimate"]), self._lexicon, told["indicator"], told["wave"])
        return name, Text(f"推及全体成员为{value.zh}（{span.zh}）", f"for all members {value.en} ({span.en})")

    def _compared(self, pair: str, indicator: str, place: str) -> Text | None:
        """Say how a cell changed, with the members' interval and the verdict."""
        own = self._changes.get(f"{pair}/{indicator}/{place}")
        members = self._changes.get(f"{pair}/{indicator}{_MEMBERS}/{place}")
        if own is None or own["status"] != "released":
            return None
        digits = self._lexicon.measure(indicator).change_digits
        found = VERDICTS[verdict(own, members, digits=digits)]
        if not own["comparable"] or not is_known(own["change"]):
            return found
        moved = change_text(float(own["change"]), self._lexicon, indicator, unit=str(own["unit"]))
        span = self._change_interval(members) if members is not None else None
        if span is None:
            return Text(f"{moved.zh}；{found.zh}", f"{moved.en}; {found.en}")
        return Text(
            f"{moved.zh}（全体成员{span.zh}）；{found.zh}", f"{moved.en} (all members {span.en}); {found.en}"
        )

    def _change_interval(self, row: _Row) -> Text | None:
        if not is_known(row["lower"]) or not is_known(row["upper"]):
            return None
        digits = self._lexicon.measure(row["indicator"]).change_digits
        unit = change_unit(self._lexicon, row["indicator"], str(row["unit"]))
        return interval_text(float(row["lower"]), float(row["upper"]), unit, digits, sign="always")

    def _change(self, key: str) -> Dossier:
        row = self._changes.get(key)
        told = self._slopes[key] if row is None else row
        pair, code, *_ = key.split("/")
        printed = None
        if row is not None and is_known(row["change"]):
            printed = change_text(float(row["change"]), self._lexicon, code, unit=str(row["unit"]))
        wave, base = map(wave_text, pair.split("-"))
        whom = self._whom(told)
        about = Text(f"{base.zh}至{wave.zh} · {whom.zh}", f"{base.en} to {wave.en} · {whom.en}")
        return self._written(self._title(code), about, printed, self._change_lines(key, row))

    def _change_lines(self, key: str, row: _Row | None) -> Iterator[_Line]:
        pair, code, *place = key.split("/")
        own, indicator = code.removesuffix(_MEMBERS), self._indicator(code)
        yield DEFINITION, worded(indicator.definition)
        if row is not None:
            if told := self._compared(pair, own, "/".join(place)):
                yield Text("变动", "Change"), told
            if is_known(row["p_value"]):
                raw, adjusted = (probability_text(float(row[name])) for name in ("p_value", "p_adjusted"))
                yield (
                    Text("p值", "p value"),
                    Text(
                        f"{raw}（经多重比较调整{adjusted}）",
                        f"{raw} (adjusted for the number of tests {adjusted})",
                    ),
                )
            if is_known(row["n_matched"]):
                yield Text("同一单位", "Matched"), self._matched_text(key, row)
            if row["note"]:
                yield Text("说明", "Note"), note_text(str(row["note"]))
        if key in self._slopes:
            yield from self._slope_lines(self._slopes[key])
        if asked := self._questions(indicator, pair.split("-")[0]):
            yield QUESTION, asked
        yield STATUS, self._edition_status()

    def _matched_text(self, key: str, row: _Row) -> Text:
        count = int(row["n_matched"])
        told = Text(f"{count}家单位两次均作答", f"{count} members answered both times")
        found = self._matched.get(key)
        if found is None or not is_known(found["gained"]):
            return told
        gained, lost, test = int(found["gained"]), int(found["lost"]), trial_text(str(found["test"]))
        chance = "" if not is_known(found["p_value"]) else f", p {probability_text(float(found['p_value']))}"
        return Text(
            f"{told.zh}；升{gained}家，降{lost}家（{test.zh}{chance.replace(', ', '，')}）",
            f"{told.en}; {gained} gained, {lost} lost ({test.en}{chance})",
        )

    def _slope_lines(self, row: _Row) -> Iterator[_Line]:
        if not is_known(row["slope"]):
            return
        lexicon, code = self._lexicon, row["indicator"]
        size = change_text(float(row["slope"]), lexicon, code, unit=str(row["unit"]))
        unit, digits = change_unit(lexicon, code, str(row["unit"])), lexicon.measure(code).change_digits
        told = size
        if is_known(row["lower"]):
            span = interval_text(float(row["lower"]), float(row["upper"]), unit, digits, sign="always")
            told = Text(f"{size.zh}（{span.zh}）", f"{size.en} ({span.en})")
        yield Text("年均变动", "A year"), told
        yield (
            Text("所据", "Rests on"),
            Text(
                f"{int(row['waves'])}次调查、{int(row['n_members'])}家单位",
                f"{int(row['waves'])} waves, {int(row['n_members'])} members",
            ),
        )
        yield METHOD, method_text(str(row["method"]))

    def _comparison(self, row: _Row) -> Dossier:
        dimension = self._lexicon.dimension(str(row["dimension"]))
        wave = wave_text(str(row["wave"]))
        about = Text(f"{wave.zh} · 按{dimension.zh}比较", f"{wave.en} · compared by {dimension.en}")
        return self._written(self._title(row["indicator"]), about, None, self._comparison_lines(row))

    def _comparison_lines(self, row: _Row) -> Iterator[_Line]:
        yield DEFINITION, worded(self._indicator(row["indicator"]).definition)
        yield Text("检验", "Test"), trial_text(str(row["test"]))
        if is_known(row["p_adjusted"]):
            raw, adjusted = (probability_text(float(row[name])) for name in ("p_value", "p_adjusted"))
            yield (
                Text("p值", "p value"),
                Text(
                    f"{raw}（经多重比较调整{adjusted}）",
                    f"{raw} (adjusted for the number of tests {adjusted})",
                ),
            )
        if is_known(row["effect"]):
            ends = [decimal_text(float(row[name]), 2) for name in ("effect", "effect_lower", "effect_upper")
                    if is_known(row[name])]  # fmt: skip
            size, *span = ends
            told = size
            if len(span) == 2:  # noqa: PLR2004 - both ends
                told = Text(
                    f"{size.zh}（{span[0].zh}至{span[1].zh}）", f"{size.en} ({span[0].en} to {span[1].en})"
                )
            yield Text("效应量", "Effect size"), told
        yield STATUS, self._edition_status()

    def _as_published(self, row: _Row) -> Dossier:
        wave = wave_text(str(row["wave"]))
        printed = estimate_text(float(row["estimate"]), self._lexicon, row["indicator"], row["wave"])
        about = joined(wave, self._lexicon.whole(row["indicator"]))
        return self._written(self._title(row["indicator"]), about, printed, self._published_lines(row))

    def _published_lines(self, row: _Row) -> Iterator[_Line]:
        wave = wave_text(str(row["wave"]))
        yield DEFINITION, worded(self._indicator(row["indicator"]).definition)
        yield (
            Text("来源", "Source"),
            Text(
                f"{wave.zh}已发布的报告，本次未重新测算",
                f"the report published for {wave.en}; not computed anew",
            ),
        )
        yield from (
            (Text("口径", "Break"), after(line.wave, worded(line.note)))
            for line in self._indicator(row["indicator"]).breaks
        )
        yield STATUS, Text("以往公布", "as published")

    def _response(self) -> Dossier:
        title = Text("答卷情况", "Response")
        questionnaire = worded(self.figures.questionnaire.title)
        lines: list[_Line] = [
            (
                DEFINITION,
                Text(
                    "交回有效问卷的单位占名录内全部单位的百分比",
                    "Members with a usable return, per cent of all members",
                ),
            ),
            (QUESTION, questionnaire),
            (STATUS, self._edition_status()),
        ]
        return self._written(title, wave_text(self.figures.wave), None, iter(lines))

    def _title(self, code: str) -> Text:
        label = worded(self._indicator(code).label)
        if not code.endswith(_MEMBERS):
            return label
        return Text(f"{label.zh}（推及全体成员）", f"{label.en} (estimated for all members)")

    def _whom(self, row: _Row) -> Text:
        if row["dimension"] == "total":
            return self._lexicon.whole(row["indicator"])
        return self._lexicon.segment(str(row["segment"]))

    def _indicator(self, code: str) -> Indicator:
        return self.figures.programme.indicators[code.removesuffix(_MEMBERS)]

    def _questions(self, indicator: Indicator, wave: str) -> Text | None:
        """Give text and code of the questions an indicator reads, as the wave asked them."""
        if wave not in self.figures.waves:
            return None
        questionnaire = self._questionnaires[wave]
        asked = [told for name in sorted(indicator.names) if (told := question_text(questionnaire, name))]
        if not asked:
            return None
        return Text("；".join(text.zh for text in asked), "; ".join(text.en for text in asked))

    def _status(self, row: _Row) -> Text:
        told = self._edition_status()
        key = estimate_key(*(str(row[name]) for name in ("wave", "indicator", "dimension", "segment")))
        if key not in self.revised:
            return told
        return Text(f"{told.zh}；[r] 与此前公布的不同", f"{told.en}; [r] published otherwise before")

    def _edition_status(self) -> Text:
        if self.figures.questionnaire.demonstration:
            return Text("演示数据（虚构答卷）", "demonstration data (invented returns)")
        return Text("正式数据", "final")
