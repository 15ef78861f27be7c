"""Records kept of what the kit makes: written compactly, read, and compared item by item.

A record has groups (a frame of a wave, a file of an edition, a call of the command) in which items stand in
order. An item is anything JSON holds. Numbers are compared to nine digits, all else exactly.
"""

from __future__ import annotations

import json
import lzma
import math
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER = Path(__file__).parent
RELATIVE = 1e-9
# below this a number is what rounding leaves of zero
ABSOLUTE = 1e-14
DIGITS = 9
LONGEST = 260
# waves repeat one another: what is alike is found over the whole record
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 5, "dict_size": 1 << 26}]
Record = dict[str, list[Any]]


@dataclass(frozen=True)
class Difference:
    """One item that is not as it was: where, and what differs before and after.

    `heading` names the entries of items that are rows of a table.
    """

    group: str
    place: int
    before: Any
    after: Any
    heading: tuple[str, ...] = ()

    def __str__(self) -> str:
        before, after = _apart(*(self._named(item) for item in (self.before, self.after)))
        return f"{self.group} [{self.place}]\n    - {before}\n    + {after}"

    def _named(self, item: Any) -> Any:
        whole = self.heading and isinstance(item, list) and len(item) == len(self.heading)
        return dict(zip(self.heading, item, strict=True)) if whole else item


def path_of(kind: str) -> Path:
    """Return the file that keeps a kind."""
    return FOLDER / f"{kind}.jsonl.xz"


def write_record(kind: str, record: Mapping[str, Iterable[Any]]) -> Path:
    """Write a record, one group a line; same record, same bytes."""
    lines = [json.dumps([group, list(items)], ensure_ascii=False) for group, items in record.items()]
    text = "\n".join(lines) + "\n"
    path = path_of(kind)
    path.write_bytes(lzma.compress(text.encode(), filters=FILTERS))
    return path


def read_record(kind: str) -> Record:
    """Read a kept record; an empty one where none is kept yet."""
    path = path_of(kind)
    if not path.exists():
        return {}
    text = lzma.decompress(path.read_bytes()).decode()
    return dict(json.loads(line) for line in text.splitlines())


def plain(record: Mapping[str, Iterable[Any]]) -> Record:
    """Return a record as it would be read back."""
    return {group: json.loads(json.dumps(list(items))) for group, items in record.items()}


def differences(before: Record, after: Record) -> list[Difference]:
    """Return every item that was added, removed or changed, in the order of groups and items."""
    found: list[Difference] = []
    for group in dict.fromkeys([*before, *after]):
        if group not in after:
            found.append(Difference(group, 0, f"{len(before[group])} items", "the group is missing"))
        elif group not in before:
            found.append(Difference(group, 0, "there was no such group", f"{len(after[group])} items"))
        else:
            found += _of_group(group, before[group], after[group])
    return found


def report(kind: str, found: list[Difference], first: int = 8) -> str:
    """Say how many items of a kind differ, in which groups, and show the first of them."""
    groups: dict[str, int] = {}
    for one in found:
        groups[one.group] = groups.get(one.group, 0) + 1
    most = sorted(groups.items(), key=lambda pair: -pair[1])[:first]
    lines = [f"{kind}: {len(found)} items differ in {len(groups)} groups"]
    lines += [f"  {count:6d}  {group}" for group, count in most]
    lines += [f"  {one}" for one in found[:first]]
    return "\n".join(lines)


def same(one: Any, other: Any) -> bool:
    """Whether two items are the same: numbers to nine digits, all else exactly."""
    if isinstance(one, float) or isinstance(other, float):
        return (
            isinstance(one, (int, float))
            and isinstance(other, (int, float))
            and math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return type(one) is type(other) and bool(one == other)


def _of_group(group: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Compare items one by one; where some were added or removed, find those that stayed first."""
    heading = _heading(before)
    if len(before) == len(after):
        pairs = zip(before, after, strict=True)
        yield from (Difference(group, n, a, b, heading) for n, (a, b) in enumerate(pairs) if not same(a, b))
        return
    matcher = SequenceMatcher(
        None, [_rounded(a) for a in before], [_rounded(b) for b in after], autojunk=False
    )
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag == "equal":
            continue
        for n in range(max(end - begin, stop - start)):
            old = before[begin + n] if begin + n < end else None
            new = after[start + n] if start + n < stop else None
            if not same(old, new):
                yield Difference(group, begin + n, old, new, heading)


def _heading(items: list[Any]) -> tuple[str, ...]:
    """Return the names of the columns where the first item of a group gives them."""
    first = items[0] if items else None
    return tuple(first["columns"]) if isinstance(first, dict) and first.keys() == {"columns"} else ()


def _rounded(item: Any) -> str:
    """Return an item as text that is the same for numbers the same to nine digits."""

    def of(value: Any) -> Any:
        if isinstance(value, float):
            return f"{value:.{DIGITS}g}"
        if isinstance(value, list):
            return [of(one) for one in value]
        if isinstance(value, dict):
            return {name: of(one) for name, one in value.items()}
        return value

    return json.dumps(of(item), ensure_ascii=False, sort_keys=True)


def _apart(before: Any, after: Any) -> tuple[str, str]:
    """Return what tells two items apart: of mappings the entries that differ, of long texts the place."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = [
            n for n in dict.fromkeys([*before, *after]) if not same(before.get(n, ...), after.get(n, ...))
        ]
        if len(names) == 1 and isinstance(before.get(names[0]), str) and isinstance(after.get(names[0]), str):
            old, new = _apart(before[names[0]], after[names[0]])
            return f"{names[0]}: {old}", f"{names[0]}: {new}"
        before, after = ({n: one[n] for n in names if n in one} for one in (before, after))
    old, new = (
        one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in (before, after)
    )
    common = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    begin = max(0, common - LONGEST // 3) if max(len(old), len(new)) > LONGEST else 0
    dots = "…" if begin else ""
    return dots + old[begin : begin + LONGEST], dots + new[begin : begin + LONGEST]
