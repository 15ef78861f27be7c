"""Which findings lead a report: scored by size, novelty, reversal, record, streak, times their relevance.

The score is an impact times a significance, as in the literature on finding insights: the impact is the
indicator's relevance times the share of respondents behind it; the significance adds up what is remarkable.
A change counts by the bound of its interval that is nearer to zero, so that a small base, whose interval is
wide, cannot lead by chance. Equal data give an equal ranking.

References
----------
Tang, Han, Yiu, Ding, Zhang (2017), Extracting top-k insights from multi-dimensional data, SIGMOD,
doi:10.1145/3035918.3035922. Ding, Han, Xu, Zhang, Zhang (2019), QuickInsights, SIGMOD,
doi:10.1145/3299869.3314037.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analysis.inference import streak
from analysis.model import AnalysisError, Verdict
from analysis.sentences.accounts import fact_of
from analysis.sentences.change_sentences import judge_change
from analysis.sentences.news import years_in_a_row
from analysis.sentences.wordings import begun, capitalised, labelled, parameter_number, worded
from analysis.words import Claim, Number, Phrase, Text, unit_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from analysis.sentences.change_sentences import JudgedChange
    from analysis.words import Cell

__all__ = ["ASPECTS", "Candidate", "KeyMessage", "Scoring", "headline_of", "key_message", "lead"]

#: What makes a finding remarkable; each has a weight.
ASPECTS: Final = ("size", "novelty", "reversal", "record", "crossing", "streak")
#: A series is worth a record or a reversal from this many waves on, a streak from this many years.
_FEWEST_WAVES: Final = 4
_SHORTEST_STREAK: Final = 3
_HALF: Final = 50.0
_ROUND: Final = (99.0, 98.0, 95.0, 90.0)
_Slots = dict[str, Text | Number | Phrase]


@dataclass(frozen=True)
class Scoring:
    """How findings are weighed.

    Attributes
    ----------
    weights : mapping of str to float
        By aspect, from 0; one that is not named does not count.
    scales : mapping of str to float
        By unit of change (``percentage points``, ``percent``): the change that counts half.
    relevance : mapping of str to float
        By indicator, 0 to 1; what is not named has `usual`.
    usual : float
    """

    weights: Mapping[str, float]
    scales: Mapping[str, float]
    relevance: Mapping[str, float] = field(default_factory=dict)
    usual: float = 0.4

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.weights) - set(ASPECTS)):
            raise AnalysisError(
                argument="weights",
                expected="aspects among " + ", ".join(ASPECTS),
                got=", ".join(unknown),
                remedy="correct the name",
            )


@dataclass(frozen=True)
class Candidate:
    """What is known of an indicator in a wave, before it is scored.

    Attributes
    ----------
    cell : Cell
        Of the respondents.
    base_wave : str or None
        The wave its change is stated since.
    history : DataFrame
        Rows of `series` of the indicator up to the wave.
    respondents : int
        Who answered the wave.
    section : str
        Part of the questionnaire, of which only some findings lead.
    is_new : bool
        No wave before gave it, and there was one.
    """

    cell: Cell
    base_wave: str | None
    history: pd.DataFrame
    respondents: int
    section: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class KeyMessage:
    """A finding with its score, by aspect and in all, and what it says.

    Attributes
    ----------
    finding : Candidate
    aspects : mapping of str to float
        From 0 to 1 each.
    score : float
    sentence : Claim
        What happened.
    headline : Phrase
        The same, shorter.
    """

    finding: Candidate
    aspects: Mapping[str, float]
    score: float
    sentence: Claim
    headline: Phrase

    @property
    def is_event(self) -> bool:
        """Whether something happened to the figure; that it is new is no event of its own."""
        return set(self.aspects) != {"novelty"}

    @property
    def indicator(self) -> str:
        """The indicator it is about."""
        return self.finding.cell.indicator


def key_message(finding: Candidate, scoring: Scoring) -> KeyMessage | None:
    """Score a finding and word it; None where nothing about it is remarkable, or it may not be shown."""
    cell = finding.cell
    if not cell.is_released:
        return None
    judged = judge_change(cell, finding.base_wave) if finding.base_wave else None
    aspects, said = _aspects(finding, judged, scoring)
    relevance = scoring.relevance.get(cell.indicator, scoring.usual)
    coverage = cell.base / finding.respondents if finding.respondents else 0.0
    score = (
        relevance * coverage * sum(scoring.weights.get(name, 0.0) * size for name, size in aspects.items())
    )
    if not score > 0:
        return None
    return KeyMessage(
        finding, aspects, round(score, 6), _sentence(finding, judged, said), _headline(cell, judged, said)
    )


def lead(
    messages: Iterable[KeyMessage],
    most: int,
    *,
    of_a_section: int = 2,
    first: Sequence[str] = (),
    out: Sequence[str] = (),
) -> list[KeyMessage]:
    """Choose the messages that lead: the editor's first, then by score, not too many of one section.

    Parameters
    ----------
    messages : iterable of KeyMessage
    most : int
        As many as are chosen.
    of_a_section : int
        As many of one section.
    first, out : sequence of str
        Indicators the editor wants at the head, or not at all.
    """
    by_score = sorted(messages, key=lambda one: (-one.score, one.indicator))
    known = {one.indicator: one for one in by_score}
    chosen = [known[code] for code in first if code in known]
    counted: dict[str, int] = {}
    for one in chosen:
        counted[one.finding.section] = counted.get(one.finding.section, 0) + 1
    for one in by_score:
        section = one.finding.section
        if len(chosen) >= most or one in chosen or one.indicator in out:
            continue
        if counted.get(section, 0) < of_a_section:
            chosen.append(one)
            counted[section] = counted.get(section, 0) + 1
    return chosen[:most]


def headline_of(messages: Sequence[KeyMessage], most: int = 2) -> Phrase | None:
    """Put the headlines of the first messages together; None where there are none."""
    parts = [one.headline for one in messages[:most]]
    if not parts:
        return None
    return worded("headlines", "two", first=parts[0], second=parts[1]) if len(parts) > 1 else parts[0]


# What is remarkable about a finding, each aspect from 0 to 1, with the words of the strongest.


def _aspects(
    finding: Candidate, judged: JudgedChange | None, scoring: Scoring
) -> tuple[dict[str, float], Phrase | None]:
    found: dict[str, tuple[float, Phrase | None]] = {}
    moved = judged is not None and judged.verdict.is_moved
    if judged is not None and moved:
        found["size"] = _size(judged, scoring), None
        found["reversal"] = _reversal(finding, up=judged.verdict.is_up)
        found["record"] = _record(finding, up=judged.verdict.is_up)
        found["crossing"] = _crossing(finding, judged)
    if not moved:
        found["streak"] = _streak(finding)
    if finding.is_new:
        found["novelty"] = 1.0, worded("context", "new")
    aspects = {name: round(size, 6) for name, (size, _) in found.items() if size > 0}
    told = [(scoring.weights.get(name, 0.0) * size, words) for name, (size, words) in found.items() if words]
    strongest = max(told, key=lambda one: one[0], default=(0.0, None))
    return aspects, strongest[1] if strongest[0] > 0 else None


def _size(judged: JudgedChange, scoring: Scoring) -> float:
    """Return the size of a change, 1/2 at its unit's scale, by the nearer bound of its interval."""
    if judged.tested is None or judged.tested.interval is None:
        return 0.0
    nearer = min(abs(bound) for bound in judged.tested.interval)
    scale = scoring.scales.get(judged.own.unit_name)
    return nearer / (nearer + scale) if scale else 0.0


def _unbroken(finding: Candidate) -> pd.DataFrame:
    """Return the series since its last break."""
    rows = finding.history.reset_index(drop=True)
    breaks = rows.index[rows["break_before"]]
    return rows.loc[breaks[-1] :] if len(breaks) else rows


def _reversal(finding: Candidate, *, up: bool) -> tuple[float, Phrase | None]:
    """Return how long the series went the other way before."""
    steps = _unbroken(finding)["estimate"].diff().iloc[1:-1].tolist()
    against = 0
    for step in reversed(steps):
        if step == 0 or (step > 0) == up:
            break
        against += 1
    if not against:
        return 0.0, None
    years = worded("context", "rise after" if up else "fall after")
    return against / (against + 1), years


def _record(finding: Candidate, *, up: bool) -> tuple[float, Phrase | None]:
    """Return whether the series was never as high, or as low, since it began or last broke."""
    rows = _unbroken(finding)
    if len(rows) < _FEWEST_WAVES:
        return 0.0, None
    last, before = float(rows["estimate"].iloc[-1]), rows["estimate"].iloc[:-1]
    if not (last > before.max() if up else last < before.min()):
        return 0.0, None
    first = wave_text(str(rows["wave"].iloc[0]))
    words = worded("record", "highest" if up else "lowest", "key message", first=first)
    return len(rows) / (len(rows) + _FEWEST_WAVES), words


def _crossing(finding: Candidate, judged: JudgedChange) -> tuple[float, Phrase | None]:
    """Return whether a share passed one half."""
    cell = finding.cell
    if cell.unit.key != "%" or finding.base_wave is None:
        return 0.0, None
    then = cell.in_wave(finding.base_wave)
    if then is None or not then.is_released:
        return 0.0, None
    up = judged.verdict.is_up
    passed = then.value < _HALF < cell.value if up else then.value > _HALF > cell.value
    return (1.0, worded("context", "above half" if up else "below half")) if passed else (0.0, None)


def _streak(finding: Candidate) -> tuple[float, Phrase | None]:
    """Return for how long a figure that did not move has been above a round value."""
    cell = finding.cell
    if cell.unit.key != "%":
        return 0.0, None
    limit = next((value for value in _ROUND if cell.value > value), None)
    run = streak(finding.history, "above", limit, splice=True) if limit else None
    if run is None or limit is None or run.length < _SHORTEST_STREAK:
        return 0.0, None
    shown = parameter_number(unit_text(limit, cell.unit, 0), limit)
    length = run.length
    years = years_in_a_row(cell, length)
    return length / (length + _SHORTEST_STREAK), worded("context", "above", years=years, limit=shown)


# What happened, and shorter.


def _sentence(finding: Candidate, judged: JudgedChange | None, said: Phrase | None) -> Claim:
    cell, fact = finding.cell, fact_of(finding.cell)
    if judged is not None and judged.verdict.is_moved:
        slots = judged.slots() | {"label": capitalised(cell.label)}
        form = "fact" if fact is not None else "first"
        what = worded("moved", judged.verdict, form, **(slots | ({"fact": fact} if fact is not None else {})))
    else:
        what = fact or worded(
            "short level", "released", "press", label=begun(labelled(cell)), level=cell.number
        )
    context: Text | Phrase = said if said is not None else Text.same("")
    return Claim("key message", worded("message", "stated", what=what, context=context))


def _headline(cell: Cell, judged: JudgedChange | None, said: Phrase | None) -> Phrase:
    fact = fact_of(cell)
    if fact is not None:
        return fact
    slots: _Slots = {"name": cell.name, "level": cell.number}
    verdict = judged.verdict if judged is not None else None
    if judged is not None and verdict is not None and verdict.is_moved:
        return worded("headline", "up" if verdict.is_up else "down", **(judged.slots() | slots))
    context = said if verdict != Verdict.NOT_COMPARABLE and said is not None else Text.same("")
    return worded("headline", "level", **slots, context=context)
