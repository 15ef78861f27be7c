"""Sentences as a newspaper prints them: short, without intervals, the verb still chosen by the test.

Each function makes a clause; `paragraph` puts clauses together as sentences or as counted points. Numbers
stand in the same order in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analysis.disclosure import require_released
from analysis.sentences.cells import estimate_number, is_known, moved_number, pick
from analysis.sentences.change_sentences import base_wave_name, change_verb, verdict
from analysis.sentences.rankings import base_span, differ, ranked
from analysis.words import (
    Claim,
    Lexicon,
    Number,
    Part,
    Phrase,
    Text,
    change_key,
    compose,
    join,
    unit_text,
    wave_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.sentences.level_sentences import CountedStreak

__all__ = ["Milestone", "by_segment", "high_to_low", "news", "ordinal", "paragraph"]

_LEVEL: Final = Text("{label}为{level}", "{label} was {level}")
_WITHHELD: Final = Text(
    "{label}因可推知个别单位答复，不予公布", "{label} is withheld to protect the answers of single members"
)
_UP, _DOWN = "rose to {level}, up {change} on {base}", "fell to {level}, down {change} on {base}"
_MOVED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "rise": Text("{label}为{level}，较{base}{verb}{change}", "{label} " + _UP),
        "fall": Text("{label}为{level}，较{base}{verb}{change}", "{label} " + _DOWN),
        "edged up": Text(
            "{label}为{level}，较{base}{verb}{change}",
            "{label} edged up to {level}, {change} more than {then}",
        ),
        "edged down": Text(
            "{label}为{level}，较{base}{verb}{change}",
            "{label} edged down to {level}, {change} less than {then}",
        ),
        "same": Text(
            "{label}为{level}，与{base}基本持平（{change}）",
            "{label} was {level}, about the same as {then} ({change})",
        ),
        "too few": Text(
            "{label}为{level}，样本不足，较{base}是否变动（{change}）尚难判断",
            "{label} was {level}, with too few answers to say whether the change from {base} ({change}) is "
            "more than chance",
        ),
        "mixed": Text(
            "{label}为{level}，较{base}的升降（{change}）尚难判断",
            "{label} was {level}, and whether it rose or fell since {base} ({change}) cannot be told",
        ),
        "untested": Text(
            "{label}为{level}，作答单位较{base}变动{change}（未作检验）",
            "{label} was {level}, among respondents a change from {base} of {change} (not tested)",
        ),
        "not comparable": Text(
            "{label}为{level}（{broke}口径有调整，与{base}不可比）",
            "{label} was {level} (on a new definition{broke}, not to be compared with {base})",
        ),
    }
)
_SIGNED: Final = frozenset({"same", "too few", "mixed", "untested"})
_RUN: Final = Text("，连续{years}高于{limit}{spliced}", ", the {years} in a row above {limit}{spliced}")
_RANKED: Final = Text("{subject}由高到低依次为{list}{base}", "{subject} was, from high to low: {list}{base}")
_LISTED: Final = Text("{subject}依次为{list}{base}", "{subject} was: {list}{base}")
_BASE: Final = Text("（{base}）", " ({base})")
_ITEM: Final = Text("{name}（{level}）", "{name} ({level})")
_BY: Final = Text(
    "分{dimension}看，{label}由高到低依次为{list}{held}{test}",
    "by {dimension}, {label} was, from high to low: {list}{held}{test}",
)
_TESTS: Final[Mapping[bool | None, Text]] = MappingProxyType(
    {
        True: Text("，各类之间有显著差异", "; the groups differ by more than chance"),
        False: Text("，各类之间的差异不显著", "; the differences are within what chance would bring"),
        None: Text("", ""),
    }
)
_SHARE, _THAT = "the share of ", "that of "
_OF_WHICH: Final = Text("，其中{name}为{level}", ", and {level} among {name}")
_POINTS: Final = "一二三四五六七八九十"


@dataclass(frozen=True)
class Milestone:
    """A round value that an indicator has been above for some years: the run, and the value."""

    counted: CountedStreak
    above: float


def news(
    estimates: pd.DataFrame,
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    base_wave: str | None = None,
    dimension: str = "total",
    segment: str = "all",
    broke: str | None = None,
    milestone: Milestone | None = None,
    of_which: tuple[str, str] | None = None,
    base: bool = False,
) -> Phrase:
    """Tell an indicator's level, then its change where there is one, then its run of years.

    Parameters
    ----------
    estimates, changes : DataFrame
        Released cells; `changes` holds the respondents' row and, for the test, the members' (".members").
    lexicon : Lexicon
    indicator, wave, dimension, segment : str
    base_wave : str, optional
        The wave the change is told against; the level alone is told without it.
    broke : str, optional
        The wave from which on the definition is another than in `base_wave`.
    milestone : Milestone, optional
        Told where it holds for two years or more; it names the breaks it was counted over.
    of_which : tuple of (str, str), optional
        Dimension and segment whose level is told last; nothing is told of one that is not released.
    base : bool
        Tell how many answered: where few were asked.
    """
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension=dimension, segment=segment)
    require_released(pd.DataFrame([row]))
    slots: dict[str, Text | Number | Phrase] = {"label": _label(lexicon, indicator, dimension, segment)}
    if row["status"] != "released":
        return compose(_WITHHELD, **slots)
    slots["level"] = _level(row, lexicon)
    spliced = (
        milestone is not None and milestone.counted.length > 1 and broke in milestone.counted.spliced_over
    )
    run = _run(row, lexicon, milestone)
    if base_wave is None or spliced:  # the run says of a break what is to be said
        told = compose(_LEVEL, **slots)
    else:
        cell = {"wave": wave, "base_wave": base_wave, "dimension": dimension, "segment": segment}
        told = _moved(changes, lexicon, indicator, slots, cell, broke=broke)
    answered = compose(_BASE, base=base_span([row], lexicon)) if base else None
    ends = (run, _of_which(estimates, lexicon, indicator, wave, of_which), answered)
    for end in ends:
        told = told if end is None else Phrase(told.zh + end.zh, told.en + end.en)
    return told


def _of_which(
    estimates: pd.DataFrame, lexicon: Lexicon, indicator: str, wave: str, place: tuple[str, str] | None
) -> Phrase | None:
    if place is None:
        return None
    dimension, segment = place
    row = pick(estimates, "estimates", indicator=indicator, wave=wave, dimension=dimension, segment=segment)
    if row["status"] != "released":
        return None
    name = _running_segment(lexicon.segment(segment))
    return compose(_OF_WHICH, name=name, level=estimate_number(row, lexicon))


def _moved(
    changes: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    slots: Mapping[str, Text | Number | Phrase],
    cell: Mapping[str, str],
    *,
    broke: str | None,
) -> Phrase:
    """Tell level and change, the verb as `changes.verdict` finds."""
    own = pick(changes, "changes", indicator=indicator, **cell)
    tested = f"{indicator}.members"
    known = (changes["indicator"] == tested).any()
    members = pick(changes, "changes", indicator=tested, **cell) if known else None
    found = verdict(own, members, digits=lexicon.measure(indicator).change_digits)
    base, then = _then(cell["wave"], cell["base_wave"])
    if found == "not comparable":
        since = wave_text(broke) if broke else None
        told = Text(f"自{since.zh}起", f" since {since.en}") if since else Text.same("")
        return compose(_MOVED[found], base=base, broke=told, **slots)
    if not is_known(own["change"]):
        return compose(_LEVEL, **slots)
    key = change_key(own["wave"], own["base_wave"], indicator, own["dimension"], own["segment"])
    change = moved_number(own, lexicon, key, "change", signed=found in _SIGNED)
    verb = change_verb(str(own["unit"]), found)
    return compose(_MOVED[found], base=base, then=then, verb=verb, change=change, **slots)


def _then(wave: str, base_wave: str) -> tuple[Text, Text]:
    """Name the wave before as a noun and as a time: 2017, in 2017; and "the year before"."""
    name = base_wave_name(wave, base_wave)
    if name.zh.startswith(base_wave):
        return name, Text(name.zh, f"in {name.en}")
    return Text(name.zh, "the year before"), Text(name.zh, "the year before")


def _label(lexicon: Lexicon, indicator: str, dimension: str, segment: str) -> Text:
    label = lexicon.label(indicator)
    if dimension == "total":
        return label
    name = _running_segment(lexicon.segment(segment))
    return Text(f"{name.zh}{label.zh}", f"{label.en} among {name.en}")


def _level(row: Mapping[str, Any], lexicon: Lexicon) -> Number:
    """Take a level as a number; English leaves out what is counted where the label names it."""
    number, label = estimate_number(row, lexicon), lexicon.label(row["indicator"]).en
    unit = lexicon.unit(row["indicator"], row["wave"])
    *before, counted = unit.en.split(" ") if unit.en else [""]
    if not counted or not (label.startswith("the number of ") or counted in label.split(" ")):
        return number
    bare = " ".join([number.text.en.split(" ")[0], *(word for word in before if word == "million")])
    return Number(Text(number.text.zh, bare), number.value, number.key, number.column)


def _run(row: Mapping[str, Any], lexicon: Lexicon, milestone: Milestone | None) -> Phrase | None:
    if milestone is None or milestone.counted.length < 2:  # noqa: PLR2004 - one year is no run
        return None
    unit, digits = lexicon.unit(row["indicator"], row["wave"]), lexicon.measure(row["indicator"]).digits
    shown = unit_text(milestone.above, unit, 0 if milestone.above.is_integer() else digits)
    limit = Number(shown, milestone.above, "", "limit")  # the sentence's own, of no cell
    length = float(milestone.counted.length)
    key = estimate_number(row, lexicon).key
    words = Text(unit_text(length, lexicon.units["年"], 0).zh, f"{ordinal(int(length))} year")
    years = Number(words, length, key, "streak")
    return compose(_RUN, years=years, limit=limit, spliced=_spliced(milestone.counted.spliced_over))


def ordinal(number: int) -> str:
    """Print the English ordinal of a number: 1st, 2nd, 3rd, 4th, 11th."""
    teens = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _spliced(waves: Sequence[str]) -> Text:
    if not waves:
        return Text.same("")
    names = [wave_text(wave) for wave in waves]
    return Text(
        f"（自{'、'.join(name.zh for name in names)}起口径有调整，此前年份按原口径计）",
        f" (on a new definition since {' and '.join(name.en for name in names)}; earlier years are counted "
        "by the former one)",
    )


def high_to_low(
    estimates: pd.DataFrame,
    lexicon: Lexicon,
    indicators: Sequence[str],
    wave: str,
    *,
    subject: Text,
    in_order: bool = False,
    base: bool = False,
) -> Phrase:
    """List the items of a question from high to low.

    Parameters
    ----------
    estimates : DataFrame
        Released cells; items that are withheld are left out.
    lexicon : Lexicon
    indicators : sequence of str
    wave : str
    subject : Text
        What the shares are of, as a noun phrase.
    in_order : bool
        Keep the order given, as classes have it.
    base : bool
        Tell how many answered: where few were asked.
    """
    rows = ranked(estimates, indicator=indicators, wave=wave, dimension="total")
    if in_order:
        rows.sort(key=lambda row: list(indicators).index(row["indicator"]))
    items = [
        compose(
            _ITEM,
            name=_running(lexicon.name(row["indicator"]), lexicon.label(row["indicator"]).en),
            level=estimate_number(row, lexicon),
        )
        for row in rows
    ]
    listed = join(items, Text("、", ", "), Text("和", " and "))
    told = compose(_BASE, base=base_span(rows, lexicon)) if base else compose(Text.same(""))
    return compose(_LISTED if in_order else _RANKED, subject=subject, list=listed, base=told)


def by_segment(
    estimates: pd.DataFrame,
    comparisons: pd.DataFrame,
    lexicon: Lexicon,
    indicator: str,
    wave: str,
    *,
    dimension: str,
) -> Phrase:
    """Rank a dimension's segments; say whether they differ by more than chance, and which are withheld."""
    rows = ranked(estimates, indicator=[indicator], wave=wave, dimension=dimension)
    items = [
        compose(
            _ITEM, name=_running_segment(lexicon.segment(row["segment"])), level=estimate_number(row, lexicon)
        )
        for row in rows
    ]
    return compose(
        _BY,
        dimension=lexicon.dimension(dimension),
        label=lexicon.label(indicator),
        list=join(items, Text("、", ", "), Text("和", " and ")),
        held=_held(estimates, lexicon, indicator, wave, dimension),
        test=_TESTS[differ(comparisons, indicator, wave, dimension)],
    )


def _held(estimates: pd.DataFrame, lexicon: Lexicon, indicator: str, wave: str, dimension: str) -> Text:
    rows = estimates[
        (estimates["indicator"] == indicator)
        & (estimates["wave"] == wave)
        & (estimates["dimension"] == dimension)
        & (estimates["status"] == "suppressed")
    ]
    names = [_running_segment(lexicon.segment(str(code))) for code in rows["segment"]]
    if not names:
        return Text.same("")
    zh, en = "、".join(n.zh for n in names), " and ".join(n.en for n in names)
    return Text(f"（{zh}为保密不予公布）", f" ({en} withheld to protect single members)")


def _running(name: Text, phrase: str) -> Text:
    """Write a heading's name as it stands within a sentence: with a capital where the phrase has it so."""
    first = name.en.split(" ")[0]
    if first in phrase.replace(",", " ").split(" ") or first[1:] != first[1:].lower():
        return name
    return Text(name.zh, name.en[:1].lower() + name.en[1:])


def _running_segment(name: Text) -> Text:
    """Write a segment's name as it stands within a sentence; names of one word or with capitals stay."""
    rest = name.en.split(" ")[1:]
    if not rest or any(word[:1].isupper() for word in rest):
        return name
    return Text(name.zh, name.en[:1].lower() + name.en[1:])


def paragraph(clauses: Sequence[Phrase], *, points: bool = False, opening: Text | None = None) -> Claim:
    """Put clauses together as one paragraph: a sentence each, or counted points (一是…；二是…).

    Parameters
    ----------
    clauses : sequence of Phrase
    points : bool
        Count the clauses in Chinese, where there are several; English puts semicolons between them.
    opening : Text, optional
        Words before the first clause, which it belongs to: "In 2022, ".
    """
    counted = points and 1 < len(clauses) <= len(_POINTS)
    between = Text("；", "; ") if counted else Text("。", ". ")
    zh: list[Part] = [opening.zh] if opening else []
    en: list[Part] = [opening.en] if opening else []
    for place, clause in enumerate(clauses):
        last = place == len(clauses) - 1
        zh += [f"{_POINTS[place]}是"] if counted else []
        zh += [*clause.zh, "。" if last else between.zh]
        if counted and place:
            en += _resumed(clause.en)
        else:
            en += clause.en if opening and not place else _begun(clause.en)
        en.append("." if last else between.en)
    return Claim("news", Phrase(_tidy(zh), _tidy(en)))


def _begun(parts: Sequence[Part]) -> list[Part]:
    """Begin a sentence with a capital letter."""
    first, *rest = parts
    return [first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest]


def _resumed(parts: Sequence[Part]) -> list[Part]:
    """Take up a noun of the clause before: "the share of members with …" as "that of members with …"."""
    first, *rest = parts
    if isinstance(first, str) and first.startswith(_SHARE):
        return [_THAT + first[len(_SHARE) :], *rest]
    return [*parts]


def _tidy(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part != "")
