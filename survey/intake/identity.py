"""Whose return it is: by code, name or alias; what is only similar is asked, never taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from survey.members import core_name, normal_name
from survey.questionnaire import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.members import Frame, Membership

__all__ = ["Identity", "identify"]

SIMILAR = 70.0  # of 100, as rapidfuzz counts: below, a candidate reads like a guess
MOST_CANDIDATES = 3


@dataclass(frozen=True)
class Identity:
    """The member a return is of (empty: unknown), and the finding to be told with it, if any."""

    member_id: str = ""
    code: str = ""
    words: dict[str, object] = field(default_factory=dict)


def identify(cover: Mapping[str, str], frame: Frame, wave: str) -> Identity:
    """Say which member of `wave` a cover names.

    Parameters
    ----------
    cover : mapping
        ``member_id`` and ``name`` as they stand, either may be missing.
    frame : Frame
        The members over time with their names and aliases.
    wave : str
        The wave.

    Returns
    -------
    Identity
        By code where it is in the frame, unless the name is another member's; by name or alias (full-width,
        traditional characters and the company's legal form aside); by the name's main part where one member
        alone has it, which is told. Without a member the finding says what is known: similar names, or that
        the member belongs to other waves.
    """
    members = frame.of(wave)
    code, name = cover.get("member_id", "").strip(), cover.get("name", "").strip()
    named = frame.names.get(normal_name(name), "") if name else ""
    if code in members:
        if named and named != code:
            return Identity("", "member_contradicts", {"member": code, "name": name, "other": named})
        return Identity(code)
    if named in members:
        return Identity(named)
    if named:
        return Identity("", "member_elsewhere", {"name": name, "member": named})
    return _by_main_part(name or code or "—", members, frame)


def _by_main_part(name: str, members: Mapping[str, Membership], frame: Frame) -> Identity:
    cores: dict[str, set[str]] = {}
    for known, member in frame.names.items():
        if member in members:
            cores.setdefault(core_name(known), set()).add(member)
    same = cores.get(core_name(name), set())
    if len(same) == 1 and core_name(name):
        (member,) = same
        return Identity(member, "member_by_core_name", {"name": name, "member": member})
    near = same or _similar(core_name(name), cores)
    if not near:
        return Identity("", "member_unknown", {"name": name})
    listed = [f"{members[member].name}({member})" for member in sorted(near)]
    candidates = Wording(zh="或".join(listed), en=" or ".join(listed))
    return Identity("", "member_near", {"name": name, "candidates": candidates})


def _similar(core: str, cores: Mapping[str, set[str]]) -> set[str]:
    found = process.extract(core, list(cores), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=MOST_CANDIDATES)
    return {member for known, _, _ in found for member in cores[known]}
