"""Who is highest and lowest among several figures, all that print the same named together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.formatting import Lexicon, Number, Text, wave_text
from analysis.statements.cells import estimate_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Extremes", "extremes", "moved_most", "named"]


@dataclass(frozen=True)
class Extremes:
    """Who is highest and lowest, at what.

    Attributes
    ----------
    first, last : Text
        Names of the highest and of the lowest; several where they print the same figure.
    most, least : Number
    count : int
        How many figures there are.
    """

    first: Text
    most: Number
    last: Text
    least: Number
    count: int

    @property
    def alike(self) -> bool:
        """Whether all print the same figure."""
        return self.most.text == self.least.text

    @property
    def told(self) -> Text:
        """Say both ends in a clause for an alternative text."""
        if self.count == 1:
            return Text(f"{self.first.zh}{self.most.text.zh}", f"{self.first.en} {self.most.text.en}")
        if self.alike:
            return Text(f"均为{self.most.text.zh}", f"all at {self.most.text.en}")
        return Text(
            f"最高为{self.first.zh}{self.most.text.zh}，最低为{self.last.zh}{self.least.text.zh}",
            f"highest {self.first.en} {self.most.text.en}, lowest {self.last.en} {self.least.text.en}",
        )


def extremes(cells: Sequence[tuple[Text, Mapping[str, Any]]], lexicon: Lexicon) -> Extremes:
    """Find the highest and lowest of released figures, each given with its name; at least one of them."""
    numbers = [(name, estimate_number(row, lexicon)) for name, row in cells]
    most = max((number for _, number in numbers), key=lambda number: number.value)
    least = min((number for _, number in numbers), key=lambda number: number.value)
    return Extremes(
        named([name for name, number in numbers if number.text == most.text]),
        most,
        named([name for name, number in numbers if number.text == least.text]),
        least,
        len(numbers),
    )


def moved_most(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], lexicon: Lexicon) -> Text:
    """Say which of several released figures, each then and now, moved most, from what to what.

    Nothing is said where none prints otherwise than before.
    """
    moved = [(then, now) for then, now in pairs if _printed(then, lexicon) != _printed(now, lexicon)]
    if not moved:
        return Text.same("")
    then, now = max(moved, key=lambda pair: abs(float(pair[1]["estimate"]) - float(pair[0]["estimate"])))
    name, base, wave = lexicon.name(now["indicator"]), wave_text(then["wave"]), wave_text(now["wave"])
    was, is_now = _printed(then, lexicon), _printed(now, lexicon)
    return Text(
        f"变动最大的是{name.zh}，由{base.zh}{was.zh}到{wave.zh}{is_now.zh}",
        f"{name.en} moved most, from {was.en} in {base.en} to {is_now.en} in {wave.en}",
    )


def _printed(row: Mapping[str, Any], lexicon: Lexicon) -> Text:
    return estimate_number(row, lexicon).text


def named(names: Sequence[Text]) -> Text:
    """List names: 甲、乙 / A and B."""
    *some, last = names
    lead = ", ".join(name.en for name in some)
    return Text("、".join(name.zh for name in names), f"{lead} and {last.en}" if some else last.en)
