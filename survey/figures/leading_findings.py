"""The findings of a wave that lead its report, deck, release and digest: one ranked list for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.model import Status
from analysis.sentences import Candidate, Scoring, key_message, lead
from survey.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.sentences import KeyMessage
    from analysis.words import Cell
    from survey.figures.figures import Figures
    from survey.programme import KeyMessages, Programme

__all__ = ["all_messages", "has_change", "leading_messages"]


def leading_messages(figures: Figures) -> list[KeyMessage]:
    """Choose the key messages of a wave, the editor's choice in its story first."""
    settings = figures.programme.settings.key_messages
    choice = figures.programme.story(figures.wave).messages
    _check_names(figures.programme, [*choice.first, *choice.out], f"{figures.wave}/story.yaml, `messages`")
    return lead(
        all_messages(figures), settings.most, of_a_section=settings.of_a_section,
        first=choice.first, out=choice.out,
    )  # fmt: skip


def all_messages(figures: Figures) -> list[KeyMessage]:
    """Score every indicator that the wave gives; those with nothing remarkable are left out."""
    settings = figures.programme.settings.key_messages
    _check_names(figures.programme, settings.indicators, "programme.yaml, `key_messages`")
    scoring, respondents = _scoring(settings), int((figures.respondents["wave"] == figures.wave).sum())
    found = [
        key_message(_finding(figures, code, respondents), scoring)
        for code in figures.indicators
        if not code.endswith(".members")
    ]
    return [one for one in found if one is not None]


def _scoring(settings: KeyMessages) -> Scoring:
    """Return a programme's settings as `analysis` takes them."""
    return Scoring(
        settings.weights.model_dump(),
        {"percentage points": settings.points, "percent": settings.percent},
        {code: one.relevance for code, one in settings.indicators.items()},
        settings.usual,
    )


def _finding(figures: Figures, code: str, respondents: int) -> Candidate:
    cell, before = figures.cells.cell(code, figures.wave), figures.before
    series = figures.series
    history = series[(series["indicator"] == code) & (series["wave"] <= figures.wave)]
    is_new = before is not None and len(history) <= 1
    section = figures.programme.indicators[code].section
    return Candidate(
        cell, before if has_change(figures, cell) else None, history, respondents, section, is_new
    )


def has_change(figures: Figures, cell: Cell) -> bool:
    """Return whether a figure's change since the wave before is stated."""
    then = cell.in_wave(figures.before) if figures.before else None
    if figures.before is None or then is None or then.status == Status.EMPTY:
        return False
    return cell.changed_since(figures.before) is not None


def _check_names(programme: Programme, codes: Iterable[str], where: str) -> None:
    unknown = sorted(set(codes) - set(programme.indicators))
    if unknown:
        raise UsageError(f"{where} names {', '.join(unknown)}, which is no indicator; see indicators.yaml")
