"""Sentences on one cell: its level, how many took part, and for how many years it has kept to a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.model import AnalysisError, Status
from analysis.sentences.wordings import (
    begun,
    confidence_number,
    interval_phrase,
    labelled,
    parameter_number,
    worded,
)
from analysis.words import Claim, Lexicon, Number, Phrase, Text, estimate_key, unit_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.inference import Streak
    from analysis.words import Cell

__all__ = ["level", "response", "spliced", "streak"]


def level(cell: Cell) -> Claim:
    """State a level with its base, and its interval where it has one."""
    where = Text.same("") if cell.dimension == "total" else worded("place", "among", name=cell.segment_name)
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(cell.wave),
        "where": where,
        "label": cell.label,
    }
    if not cell.is_released:
        case = "withheld" if cell.status == Status.SUPPRESSED else "empty"
        return Claim("level", worded("level", case, **slots))
    slots |= {"level": cell.number, "base": cell.base_number}
    if cell.interval is None:
        return Claim("level", worded("level", "respondents", **slots))
    slots |= {"confidence": confidence_number(cell.cells.level), "interval": interval_phrase(cell)}
    return Claim("level", worded("level", "members", **slots))


def response(lexicon: Lexicon, wave: str, responded: int, members: int) -> Claim:
    """State how many members answered out of how many in the frame.

    Parameters
    ----------
    lexicon : Lexicon
    wave : str
    responded, members : int
        Returns counted, and members in the frame.
    """
    if not 0 <= responded <= members or members == 0:
        raise AnalysisError(
            argument="responded",
            expected="between 0 and the members of the frame",
            got=f"{responded} of {members}",
            remedy="count each member once",
        )
    key = estimate_key(wave, "response")
    rate = 100 * responded / members
    slots: dict[str, Text | Number] = {
        "wave": wave_text(wave),
        "responded": Number(unit_text(responded, lexicon.respondent, 0), responded, key, "n"),
        "members": Number(unit_text(members, lexicon.respondent, 0), members, key, "N"),
        "rate": Number(unit_text(rate, lexicon.units["%"], 1), rate, key),
    }
    return Claim("response", worded("response", "rate", **slots))


_OPPOSITE: Final = {"above": "at most", "at least": "below", "below": "at least", "at most": "above"}
_STEPS: Final = ("rising", "falling")


def streak(cell: Cell, run: Streak, rule: str, threshold: float | None = None) -> Claim:
    """State for how many years in a row a figure has kept to a rule.

    Steps from year to year are of the figures ("above the year before"), never "rose": earlier published
    figures have no interval to test them by.

    Parameters
    ----------
    cell : Cell
    run : Streak
        The run up to the cell's wave.
    rule : {"above", "at least", "below", "at most", "rising", "falling"}
        What was counted.
    threshold : float, optional
        In the printed unit; of the first four rules.

    Raises
    ------
    AnalysisError
        If the rule is unknown, its threshold lacks or is out of place, or the run ends in another wave.
    """
    _check(run, cell.wave, rule, threshold)
    missed = run.length == 0
    words = worded("rule", _OPPOSITE[rule] if missed and rule in _OPPOSITE else rule)
    if threshold is not None:
        digits = 0 if float(threshold).is_integer() else cell.measure.digits
        bound = parameter_number(unit_text(threshold, cell.unit, digits), threshold)
        words = worded("rule", "bounded", words=words, bound=bound)
    slots: dict[str, Text | Number | Phrase] = {
        "wave": wave_text(cell.wave),
        "label": begun(labelled(cell)),
        "level": cell.number,
        "rule": words,
        "spliced": spliced(run.spliced_over),
    }
    if run.length < 2:  # noqa: PLR2004 one year is no run
        case = "not" if missed and rule in _STEPS else "once"
        return Claim("streak", worded("streak", case, **slots))
    years = unit_text(run.length, cell.cells.lexicon.units["年"], 0)
    slots["years"] = Number(years, float(run.length), cell.key, "streak")
    return Claim("streak", worded("streak", "run", **slots))


def _check(run: Streak, wave: str, rule: str, threshold: float | None) -> None:
    if rule not in (*_OPPOSITE, *_STEPS):
        raise AnalysisError(
            argument="rule",
            expected="one of " + ", ".join((*_OPPOSITE, *_STEPS)),
            got=repr(rule),
            remedy="choose one of these",
        )
    if (rule in _OPPOSITE) == (threshold is None):
        raise AnalysisError(
            argument="threshold",
            expected=f"{'a number' if rule in _OPPOSITE else 'none'} for {rule!r}",
            got=repr(threshold),
            remedy="give or drop the threshold",
        )
    if run.last not in ("", wave):
        raise AnalysisError(
            argument="run",
            expected=f"a run up to {wave}",
            got=f"one up to {run.last}",
            remedy="count the run on the series up to that wave",
        )


def spliced(waves: Sequence[str], form: str = "report") -> Phrase | Text:
    """Name the breaks a run of years was counted over; nothing where there are none."""
    if not waves:
        return Text.same("")
    names = [wave_text(wave) for wave in waves]
    joined = Text("、".join(name.zh for name in names), " and ".join(name.en for name in names))
    return worded("spliced", "over", form, waves=joined)
