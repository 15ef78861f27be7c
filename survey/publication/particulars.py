"""The parts of a dossier: names of its lines, and the words of a base, a question, a break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.formatting import Text, decimal_text, wave_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from survey.questionnaire import Questionnaire, Wording

__all__ = [
    "BASE", "DEFINITION", "METHOD", "QUESTION", "STATUS", "Dossier", "after", "base_text", "interval_name",
    "joined", "probability_text", "question_text", "rows_of", "worded",
]  # fmt: skip


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
BASE: Final = Text("基数", "Base")
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
