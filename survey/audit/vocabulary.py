"""What indicators and segments are called in running text, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survey.programme import Programme

__all__ = ["Mention", "Vocabulary", "read_vocabulary"]

_GAP = r"[^,，;；。、:\d%]{0,14}?"
_VERBS = re.compile(r"^(?:已同步|已|将)?(?:提供|推出|具备|设有|制定|开展|建立并应用|应用|进行|明确开展)")
_BRACKETS = re.compile(r"[（(][^）)]*[)）]")
_DIGIT = re.compile(r"\d")
_COMMON = {"one", "two", "three", "other", "一种", "两种", "三种", "其他", "planned", "renamed", "staff"}
_SHORT_HAN = 3


@dataclass(frozen=True)
class Mention:
    """A name found in a text: the indicators it may mean, or the segment; `weak` ones have many uses."""

    start: int
    end: int
    text: str
    codes: tuple[str, ...] = ()
    place: str = ""
    weak: bool = False


@dataclass(frozen=True)
class _Name:
    """A name in small letters; one with a gap (…) in it is found by `pattern`."""

    text: str
    pattern: re.Pattern[str] | None
    codes: tuple[str, ...]
    place: str
    weak: bool

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the name in a text in small letters; an English one only as whole words."""
        if self.pattern:
            yield from (match.span() for match in self.pattern.finditer(text))
            return
        start = text.find(self.text)
        while start >= 0:
            end = start + len(self.text)
            if not (
                _letters(text[start - 1 : start], self.text[0])
                or _letters(self.text[-1], text[end : end + 1])
            ):
                yield start, end
            start = text.find(self.text, start + 1)


def _letters(left: str, right: str) -> bool:
    return left.isascii() and left.isalpha() and right.isascii() and right.isalpha()


@dataclass(frozen=True)
class Vocabulary:
    """The names a programme's indicators and segments go by."""

    names: tuple[_Name, ...]
    member_words: tuple[str, ...] = ()

    def mentions(self, text: str) -> list[Mention]:
        """Find names in a text, the longest first, none over another."""
        small = text.lower()
        if len(small) != len(text):  # a letter whose small form is two: leave the text as it is
            small = text
        found = [
            Mention(start, end, text[start:end], name.codes, name.place, name.weak)
            for name in self.names
            if name.pattern or name.text in small
            for start, end in name.spans(small)
        ]
        kept: list[Mention] = []
        for mention in sorted(found, key=lambda m: (m.start - m.end, m.weak, m.start)):
            if all(mention.end <= other.start or other.end <= mention.start for other in kept):
                kept.append(mention)
        return sorted(kept, key=lambda m: m.start)


def read_vocabulary(programme: Programme) -> Vocabulary:
    """Collect labels, phrases and short names of the indicators, the ledger's labels, and `ledger_names`."""
    strong: dict[str, set[str]] = {}
    weak: dict[str, set[str]] = {}

    def add(name: str, code: str, *, short: bool = False) -> None:
        plain = _BRACKETS.sub("", name).strip()
        if len(plain) < 2 or plain.lower() in _COMMON:  # noqa: PLR2004 - one letter names nothing
            return
        (weak if short and _is_word_of_many_uses(plain) else strong).setdefault(plain.lower(), set()).add(
            code
        )

    for code, indicator in programme.indicators.items():
        for wording in (indicator.label, indicator.phrase, indicator.short):
            for name in (wording.zh, wording.en):
                # a bare class such as "95% 以上" would swallow numbers
                if wording is indicator.phrase or not _DIGIT.search(name.replace("5G", "")):
                    add(name, code, short=wording is indicator.short)
        add(_VERBS.sub("", indicator.label.zh), code, short=True)
        add(indicator.phrase.en.removeprefix("the "), code)
    _add_ledger_labels(programme, add)
    for code, names in programme.settings.ledger_names.items():
        for name in names:
            add(name, code, short=True)
    found = [_name(text, tuple(sorted(codes)), "", weak=False) for text, codes in strong.items()]
    found += [
        _name(text, tuple(sorted(codes)), "", weak=True) for text, codes in weak.items() if text not in strong
    ]
    return Vocabulary((*found, *_segments(programme)), programme.settings.member_words)


def _add_ledger_labels(programme: Programme, add: Callable[..., None]) -> None:
    readings = programme.settings.ledger_readings
    for row in programme.published.to_dict("records"):
        code, label = str(row["indicator"]), str(row["label_zh"])
        reading = readings.get(f"{code}@{row['segment']}") or readings.get(code)
        if reading and (
            reading.change or reading.streak or reading.yearly_change or reading.from_to or reading.outside
        ):
            continue
        if _DIGIT.search(label.replace("5G", "")) or (code not in programme.indicators and not reading):
            continue
        code = (reading and reading.level) or code
        add(label, code)
        add(_VERBS.sub("", _BRACKETS.sub("", label)), code, short=True)


def _is_word_of_many_uses(name: str) -> bool:
    return len(name) <= _SHORT_HAN if re.search(r"[\u4e00-\u9fff]", name) else " " not in name


def _name(text: str, codes: tuple[str, ...], place: str, *, weak: bool) -> _Name:
    pattern = None
    if "…" in text:
        pattern = re.compile(_GAP.join(re.escape(part) for part in text.split("…")))
    return _Name(text, pattern, codes, place, weak)


def _segments(programme: Programme) -> list[_Name]:
    settings = programme.settings
    places = {name: place for name, place in settings.ledger_segments.items() if place != "total/all"}
    found: list[_Name] = []
    for dimension in settings.dimensions:
        for segment in dimension.segments:
            place = f"{dimension.code}/{segment.code}"
            # a kind of centre is one word (借记卡): it names a segment only where a number follows at once
            if len(segment.zh) > _SHORT_HAN:
                places.setdefault(segment.zh, place)
            else:
                before_number = re.compile(rf"{re.escape(segment.zh)}(?=\s*\d)")
                found.append(_Name(segment.zh, before_number, (), place, weak=False))
            places.setdefault(segment.en, place)
    return found + [_name(text.lower(), (), place, weak=False) for text, place in places.items()]
