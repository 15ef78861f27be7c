"""The frame: which members belong to a wave, in which segments, and by which names they are known."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import pandas as pd
from opencc import OpenCC

from survey.errors import DefinitionError
from survey.programme.definitions import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["MemberFrame", "Membership", "normal_name", "read_frame"]

LEGAL_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "公司",
    "coltd",
    "companylimited",
    "limited",
    "ltd",
)

#: Columns of members.csv before and behind those of the dimensions.
NAMED, DATED = ("member_id", "name", "aliases"), ("valid_from", "valid_to")


@dataclass(frozen=True)
class Membership:
    """One line of members.csv: a member with its segment of each dimension from one wave to another.

    An empty `valid_to` means that it still holds.
    """

    member_id: str
    name: str
    aliases: tuple[str, ...]
    segments: Mapping[str, str]
    valid_from: str
    valid_to: str

    def holds_in(self, wave: str) -> bool:
        """Whether the line is true of `wave` (waves order as text)."""
        return self.valid_from <= wave and (not self.valid_to or wave <= self.valid_to)


@dataclass(frozen=True)
class MemberFrame:
    """The members of a programme over time.

    `dimensions` are the columns that say to which segment a member belongs; `endings` stand behind a member's
    name for the unit that answers. Where it `is_open`, nobody is listed and anybody may answer.
    """

    lines: tuple[Membership, ...]
    dimensions: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    is_open: bool = False

    def of(self, wave: str) -> dict[str, Membership]:
        """Return the members of `wave` by id."""
        return {line.member_id: line for line in self.lines if line.holds_in(wave)}

    def table(self, waves: tuple[str, ...]) -> pd.DataFrame:
        """Return one row per wave and member: wave, member_id and its segment of each dimension."""
        rows = [
            (wave, m.member_id, *(m.segments[dimension] for dimension in self.dimensions))
            for wave in waves
            for m in self.of(wave).values()
        ]
        return pd.DataFrame(rows, columns=["wave", "member_id", *self.dimensions], dtype="str")

    @cached_property
    def names(self) -> dict[str, str]:
        """Member ids by every normal form of their names and aliases; not those two share."""
        claims: dict[str, set[str]] = {}
        for line in self.lines:
            for name in (line.name, *line.aliases, line.member_id):
                claims.setdefault(normal_name(name), set()).add(line.member_id)
        return {name: next(iter(members)) for name, members in claims.items() if len(members) == 1}

    def core_name(self, name: str) -> str:
        """Return the main part of a name: its normal form without the unit that answers for the member."""
        endings = tuple(normal_name(ending) for ending in self.endings)
        return _without(_without(normal_name(name), endings), LEGAL_FORMS)


@cache
def normal_name(name: str) -> str:
    """Return a name as it is compared.

    Full-width is made half-width, traditional characters simplified ones; case, blanks, punctuation and the
    legal form of a company are dropped.
    """
    plain = _simplified().convert(unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(sign for sign in plain if sign.isalnum())
    return _without(plain, LEGAL_FORMS)


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def _without(name: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name


def read_frame(
    path: Path, dimensions: Mapping[str, Collection[str]], endings: tuple[str, ...] = ()
) -> MemberFrame:
    """Read members.csv.

    Parameters
    ----------
    path : Path
        The file.
    dimensions : mapping
        Each dimension that is a column, with the codes of its segments.
    endings : tuple of str
        What stands behind a member's name for the unit that answers.

    Raises
    ------
    DefinitionError
        If the file or a column is missing, a line has too few or too many fields or an unknown segment, or a
        member has two lines for one wave: with the line.
    """
    heading, rows = read_rows(path, "its frame of members")
    columns = (*NAMED, *dimensions, *DATED)
    missing = [column for column in columns if column not in heading]
    if missing:
        raise DefinitionError(
            path, 1, f"columns missing: {', '.join(missing)}; expected {', '.join(columns)}"
        )
    lines: list[Membership] = []
    for number, row in rows:
        for dimension, segments in dimensions.items():
            if row[dimension] not in segments:
                got = repr(row[dimension]) if row[dimension] else "empty"
                raise DefinitionError(
                    path, number, f"{dimension} is {got}; its segments are {', '.join(sorted(segments))}"
                )
        line = Membership(
            member_id=row["member_id"],
            name=row["name"],
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
            segments={dimension: row[dimension] for dimension in dimensions},
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        if any(_overlap(line, other) for other in lines if other.member_id == line.member_id):
            raise DefinitionError(
                path,
                number,
                f"member {line.member_id} has two lines for the same waves; end one with valid_to",
            )
        lines.append(line)
    return MemberFrame(tuple(lines), tuple(dimensions), endings)


def _overlap(one: Membership, other: Membership) -> bool:
    return one.valid_from <= (other.valid_to or "9") and other.valid_from <= (one.valid_to or "9")
