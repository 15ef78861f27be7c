"""The invented members: who they are, when they belong, who answers, and what stays the same about them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survey.demo.solver import Decisions
from survey.programme import MemberFrame, Membership

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Traits", "draw_traits", "respondents", "stream", "write_members"]

LETTERS = {"L": "large", "J": "joint_stock", "C": "city", "R": "rural"}
# by letter how many members; who joined after the first wave, who left (last wave), who moved (to, from when)
POOL = {"L": 8, "J": 25, "C": 40, "R": 38}
JOINED = {
    "J24": "2017", "J25": "2023", "C37": "2017", "C38": "2017", "C39": "2020", "C40": "2021", "R30": "2017",
    "R31": "2017", "R32": "2019", "R33": "2019", "R34": "2019", "R35": "2020", "R36": "2020", "R37": "2021",
    "R38": "2023",
}  # fmt: skip
LEFT = {
    "J20": "2018", "J22": "2019", "J24": "2020", "J21": "2021", "J19": "2022", "C36": "2019", "C35": "2021",
    "C33": "2022", "R28": "2018", "R27": "2021", "R30": "2021",
}  # fmt: skip
MOVED = {"R05": ("city", "2019"), "R11": ("city", "2020"), "R17": ("city", "2023")}
DEBIT = {"L": range(4, 6), "J": range(1, 8), "C": range(1, 9), "R": range(1, 10)}
CREDIT = {"L": range(6, 9), "J": range(8, 19), "C": range(9, 12), "R": range(0)}
COMBINED_SINCE = {"J08": "2020", "J09": "2020", "C09": "2021"}


@dataclass(frozen=True)
class Traits:
    """What stays the same about a member: size, how digital, how good at service, how willing to answer."""

    size: float
    digital: float
    service: float
    willing: float


def stream(seed: str, *names: str) -> np.random.Generator:
    """Return a random stream of its own for each purpose, so that one more draw moves nothing else."""
    words = np.frombuffer("|".join((seed, *names)).encode(), dtype=np.uint8)
    return np.random.default_rng(np.random.SeedSequence(words.tolist()))


def write_members(path: Path) -> None:
    """Write members.csv, a line for each member and each stretch of waves with one type and kind."""
    lines: list[Membership] = []
    for letter, count in POOL.items():
        for number in range(1, count + 1):
            lines += _stretches(letter, number)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["member_id", "name", "aliases", "bank_type", "centre_kind", "valid_from", "valid_to"]
        )
        for m in lines:
            writer.writerow(
                [
                    m.member_id,
                    m.name,
                    "|".join(m.aliases),
                    m.segments["bank_type"],
                    m.segments["centre_kind"],
                    m.valid_from,
                    m.valid_to,
                ]
            )


def _stretches(letter: str, number: int) -> list[Membership]:
    member = f"{letter}{number:02d}"
    kind = "debit" if number in DEBIT[letter] else "credit" if number in CREDIT[letter] else "combined"
    start, end = JOINED.get(member, "2013"), LEFT.get(member, "")
    moves = []
    if member in MOVED:
        moves.append((MOVED[member][1], MOVED[member][0], kind))
    if member in COMBINED_SINCE:
        moves.append((COMBINED_SINCE[member], LETTERS[letter], "combined"))
    stretches = [(start, LETTERS[letter], kind), *moves]
    aliases = (f"样本{member}", f"Sample institution {member}")
    return [
        Membership(
            member, f"样本机构 {member}", aliases,
            {"bank_type": bank_type, "centre_kind": centre_kind}, since,
            str(int(stretches[i + 1][0]) - 1) if i + 1 < len(stretches) else end,
        )
        for i, (since, bank_type, centre_kind) in enumerate(stretches)
    ]  # fmt: skip


def draw_traits(seed: str, frame: MemberFrame) -> dict[str, Traits]:
    """Draw the traits of every member that ever was."""
    traits = {}
    for member in sorted({line.member_id for line in frame.lines}):
        rng = stream(seed, "traits", member)
        spread = 0.35 if member[0] == "L" else 0.7
        lead = {"L": 1.2, "J": 0.8, "C": 0.0, "R": -0.6}[member[0]]
        traits[member] = Traits(
            size=float(np.exp(rng.normal(0, spread))),
            digital=float(rng.normal(lead, 0.8)),
            service=float(rng.normal(0, 1)),
            willing=float(rng.normal(0, 1)),
        )
    return traits


def respondents(  # noqa: PLR0917 - seed and wave, whom to choose from, how many
    seed: str,
    wave: str,
    frame: Mapping[str, Membership],
    traits: Mapping[str, Traits],
    by_type: Mapping[str, int],
    by_kind: Mapping[str, int],
) -> list[str]:
    """Choose who answers a wave: the given number by type (and kind), the willing first, most each time."""
    rng = stream(seed, "respond", wave)
    choice = Decisions()
    for member in frame:
        choice.wish(member, 10 + 2 * traits[member].willing + float(rng.normal(0, 0.8)))
    for bank_type, n in by_type.items():
        choice.limit([m for m in frame if frame[m].segments["bank_type"] == bank_type], n, n)
    for kind, n in by_kind.items():
        choice.limit([m for m in frame if frame[m].segments["centre_kind"] == kind], n, n)
    return sorted(str(member) for member, yes in choice.decide().items() if yes)
