"""What charts say of their figures: the words of a cell, highest and lowest, what moved most, a course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.model import AnalysisError
from analysis.pieces import base_cell, number_cell
from analysis.words import Cell, Number, Text, wave_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.pieces import Cell as TableCell

__all__ = [
    "Extremes",
    "base_of",
    "capital",
    "course",
    "extremes",
    "fill",
    "joined",
    "moved_most",
    "named",
    "nothing_to_draw",
    "number_of",
    "printed",
    "said",
]

_WITHHELD = Text("不予公布", "withheld")


def fill(zh: str, en: str, **words: Text) -> Text:
    """Fill words into a template of each language."""
    return Text(
        zh.format(**{name: text.zh for name, text in words.items()}),
        en.format(**{name: text.en for name, text in words.items()}),
    )


def joined(texts: Iterable[Text], zh: str = "；", en: str = "; ") -> Text:
    """Join texts to a list."""
    every = list(texts)
    return Text(zh.join(text.zh for text in every), en.join(text.en for text in every))


def capital(text: Text) -> Text:
    """Begin a sentence with it."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def named(names: Sequence[Text]) -> Text:
    """List names: 甲、乙 / A and B."""
    *some, last = names
    lead = ", ".join(name.en for name in some)
    return Text("、".join(name.zh for name in names), f"{lead} and {last.en}" if some else last.en)


def number_of(cell: Cell | None) -> TableCell:
    """Make the cell of a table for a figure, or for its mark; ``[x]`` where there is none."""
    return "[x]" if cell is None else number_cell(cell.row, cell.cells.lexicon)


def base_of(cell: Cell) -> TableCell:
    """Make the cell of a table for a base."""
    return base_cell(cell.row)


def printed(cell: Cell) -> Text:
    """Print a figure, or its mark, as words."""
    found = number_of(cell)
    return found.text if isinstance(found, Number) else Text.same(str(found))


def said(cell: Cell) -> Text:
    """Say a figure, or that it is withheld."""
    return cell.text if cell.is_released else _WITHHELD


def nothing_to_draw(kind: str, slug: str, expected: str, remedy: str) -> AnalysisError:
    """Return the error of a chart without data, which names the chart and the way out."""
    return AnalysisError(argument=f"{kind} {slug}", expected=expected, got="nothing to draw", remedy=remedy)


@dataclass(frozen=True)
class Extremes:
    """Who is highest and lowest, at what.

    Attributes
    ----------
    first, last : Text
        Names of the highest and of the lowest; several where they print the same figure.
    high, low : Cell
        The first of each.
    count : int
        How many figures there are.
    """

    first: Text
    high: Cell
    last: Text
    low: Cell
    count: int

    @property
    def alike(self) -> bool:
        """Whether all print the same figure."""
        return self.high.text == self.low.text

    @property
    def spread(self) -> float:
        """How far the highest lies above the lowest."""
        return self.high.value - self.low.value

    @property
    def clause(self) -> Text:
        """Both ends in a clause for an alternative text."""
        if self.count == 1:
            return fill("{first}{most}", "{first} {most}", first=self.first, most=self.high.text)
        if self.alike:
            return fill("均为{most}", "all at {most}", most=self.high.text)
        return fill(
            "最高为{first}{most}，最低为{last}{least}", "highest {first} {most}, lowest {last} {least}",
            first=self.first, most=self.high.text, last=self.last, least=self.low.text,
        )  # fmt: skip


def extremes(cells: Sequence[tuple[Text, Cell]]) -> Extremes:
    """Find the highest and lowest of released figures, each given with its name; at least one of them."""
    high = max((cell for _, cell in cells), key=lambda cell: cell.value)
    low = min((cell for _, cell in cells), key=lambda cell: cell.value)
    return Extremes(
        named([name for name, cell in cells if cell.text == high.text]),
        high,
        named([name for name, cell in cells if cell.text == low.text]),
        low,
        len(cells),
    )


def moved_most(pairs: Iterable[tuple[Cell, Cell]]) -> Text:
    """Say which of several released figures, each then and now, moved most, from what to what.

    Nothing is said where none prints otherwise than before.
    """
    moved = [(then, now) for then, now in pairs if then.text != now.text]
    if not moved:
        return Text.same("")
    then, now = max(moved, key=lambda pair: abs(pair[1].value - pair[0].value))
    return fill(
        "变动最大的是{name}，由{base}{was}到{wave}{now}",
        "{name} moved most, from {was} in {base} to {now} in {wave}",
        name=now.name, base=wave_text(then.wave), was=then.text, wave=wave_text(now.wave), now=now.text,
    )  # fmt: skip


def course(cells: Sequence[Cell]) -> Text:
    """Tell the waves of a line one after the other, with the interval of the last."""
    told = joined(
        (
            fill("{wave}{value}", "{value} in {wave}", wave=wave_text(cell.wave), value=said(cell))
            for cell in cells
        ),
        "，",
        ", ",
    )
    last = cells[-1]
    if not last.is_released or last.interval is None:
        return told
    return fill("{told}（区间{ends}）", "{told} (interval {ends})", told=told, ends=last.interval_text)
