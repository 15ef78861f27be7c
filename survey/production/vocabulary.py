"""What indicators and segments are called in running text, in Chinese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    pattern: re.Pattern[str]
    codes: tuple[str, ...]
    place: str
    weak: bool


@dataclass(frozen=True)
class Vocabulary:
    """The names a programme's indicators and segments go by."""

    names: tuple[_Name, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Find names in a text, the longest first, none over another."""
        found = [
            Mention(m.start(), m.end(), m[0], name.codes, name.place, name.weak)
            for name in self.names
            for m in name.pattern.finditer(text)
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
    names = [_name(text, tuple(sorted(codes)), "", weak=False) for text, codes in strong.items()]
    names += [
        _name(text, tuple(sorted(codes)), "", weak=True) for text, codes in weak.items() if text not in strong
    ]
    return Vocabulary((*names, *_segments(programme)))


def _add_ledger_labels(programme: Programme, add: object) -> None:
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
        add(label, code)  # type: ignore[operator]
        add(_VERBS.sub("", _BRACKETS.sub("", label)), code, short=True)  # type: ignore[operator]


def _is_word_of_many_uses(name: str) -> bool:
    return len(name) <= _SHORT_HAN if re.search(r"[\u4e00-\u9fff]", name) else " " not in name


def _name(text: str, codes: tuple[str, ...], place: str, *, weak: bool) -> _Name:
    pattern = _GAP.join(re.escape(part) for part in text.split("…"))
    if re.match(r"[a-z]", text):
        pattern = rf"(?<![A-Za-z]){pattern}"
    if re.search(r"[a-z]$", text):
        pattern = rf"{pattern}(?![A-Za-z])"
    return _Name(re.compile(pattern, re.IGNORECASE), codes, place, weak)


def _segments(programme: Programme) -> list[_Name]:
    settings = programme.settings
    places = {name: place for name, place in settings.ledger_segments.items() if place != "total/all"}
    for dimension in settings.dimensions:
        for segment in dimension.segments:
            place = f"{dimension.code}/{segment.code}"
            # a kind of centre is one word (借记卡): in running text it names no segment
            if len(segment.zh) > _SHORT_HAN:
                places.setdefault(segment.zh, place)
            places.setdefault(segment.en, place)
    return [_name(text.lower(), (), place, weak=False) for text, place in places.items()]
