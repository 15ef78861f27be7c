"""What a sentence states: which number of which indicator, in which year and segment.

A number is given an indicator only where the sentence leaves no choice: named in the same clause, listed in
the same order, or taken up by a clause that has nothing else to speak of. Otherwise it stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from analysis.model import COUNT_WORDS, Printed, find_numbers, plain_signs, read_count
from survey.audit.record import WHOLE

if TYPE_CHECKING:
    from survey.audit.drafts import DraftParagraph
    from survey.audit.vocabulary import Mention, Vocabulary

__all__ = [
    "UNITS",
    "ClaimedStreak",
    "DraftClaim",
    "Fits",
    "ParsedSentence",
    "first_year",
    "recognise",
    "streaks",
    "take_apart",
]

# What a draft claims: a number, of which indicator, year and segment.

Kind = Literal["level", "change", "streak"]


@dataclass(frozen=True)
class DraftClaim:
    """A number of a draft with what it is said of.

    `codes` are the indicators it may be of (none: not known), `year` "" where no year is named, `base` the
    year a change is measured from ("" if none is named); a `yearly` change is one a year over
    several. `listed` numbers the lists of a draft; `names` and `numbers` count what a list names and gives.
    """

    where: str
    sentence: str
    text: str
    kind: Kind
    quantity: Printed | None = None
    streak: ClaimedStreak | None = None
    codes: tuple[str, ...] = ()
    name: str = ""
    year: str = ""
    base: str = ""
    place: str = WHOLE
    sign: int = 1
    yearly: bool = False
    listed: int = 0
    names: int = 0
    numbers: int = 0


# Dates, and runs of years.

#: Unit words and the unit they stand for.
UNITS = {
    "个百分点": "pp", "百分点": "pp", "percentage points": "pp", "percentage point": "pp", "pp": "pp",
    "%": "%", "per cent": "%", "percent": "%", "人次": "人次", "人": "人", "通": "通", "次": "次", "家": "家",
    "秒": "秒", "岁": "岁", "笔": "笔", "户": "户", "people": "人", "employees": "人", "staff": "人",
    "calls": "calls", "contacts": "人次", "seconds": "秒", "second": "秒", "members": "家", "member": "家",
    "years of age": "岁",
}  # fmt: skip
DATES = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}-\d\d-\d\d|"
    r"\d{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s+\d{4})?|(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+\d{1,2}(?:,\s*\d{4})?"
)
_COUNT = r"第?[一二三四五六七八九十\d]+"
_COUNT_EN = rf"{'|'.join(COUNT_WORDS)}|\d+(?:st|nd|rd|th)?"
_STREAK = re.compile(
    rf"连续(?P<zh>{_COUNT})\s*个?(?:年度|年|次|届)|"
    rf"(?:for|in)?\s*(?:the\s+)?(?P<en>{_COUNT_EN})\s+(?:consecutive|successive|straight)\s+(?:years?|times?)|"
    rf"(?:for\s+)?(?:the\s+)?(?P<row>{_COUNT_EN})\s+(?:years?|times?)\s+(?:in\s+a\s+row|running)",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:高于|超过|大于|不低于|保持在?|稳定在|维持在|达到?|在|above|over|exceed\w*|higher than|more than)\s*"
    r"(?P<limit>\d+(?:\.\d+)?)\s*(?:%|per ?cent)(?:以上)?|(?P<limit_after>\d+(?:\.\d+)?)\s*%以上",
    re.IGNORECASE,
)
_RISING = re.compile(
    r"提升|提高|增长|上升|增加|攀升|改善|rising|risen|rose|increas|improv|grow|grew", re.IGNORECASE
)
_FALLING = re.compile(r"下降|减少|降低|缩短|回落|下滑|falling|fallen|fell|declin|decreas", re.IGNORECASE)
_ENDS = re.compile(r"[,，;；。、]")


@dataclass(frozen=True)
class ClaimedStreak:
    """A run of years claimed in a text: how many, what was kept to, the span it takes up."""

    start: int
    end: int
    text: str
    length: int
    rule: Literal["above", "rising", "falling", ""]
    limit: Decimal | None


def streaks(text: str) -> list[ClaimedStreak]:
    """Find the runs of years in a text that `plain_signs` has seen.

    What was kept to is read up to the next comma behind the count, else from the comma before it.
    """
    found = []
    for match in _STREAK.finditer(text):
        count = match["zh"] or match["en"] or match["row"]
        stop = _ENDS.search(text, match.end())
        end = stop.start() if stop else len(text)
        start = max((m.end() for m in _ENDS.finditer(text, 0, match.start())), default=0)
        behind, before = _LIMIT.search(text, match.end(), end), None
        if behind is None:
            before = _LIMIT.search(text, start, match.start())
        limit = behind or before
        rule: Literal["above", "rising", "falling", ""] = "above" if limit else ""
        if limit is None:
            around = text[match.end() : end] or text[start : match.start()]
            rule = "rising" if _RISING.search(around) else "falling" if _FALLING.search(around) else ""
        span = (min(match.start(), before.start()) if before else match.start(),
                max(match.end(), behind.end()) if behind else match.end())  # fmt: skip
        number = Decimal(limit["limit"] or limit["limit_after"]) if limit else None
        found.append(ClaimedStreak(*span, text[slice(*span)].strip(), read_count(count), rule, number))
    return found


# A sentence taken apart: names, numbers, runs of years, years and clauses, each with its place.


_CLAUSES = re.compile(r"[,，;；:、()]|\b(?:and|while|whereas|against)\b|。|\.(?=\s|$)")
YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?![\d%]|\.\d)(?:\s*年度?)?")


@dataclass(frozen=True)
class ParsedSentence:
    """A sentence taken apart."""

    text: str
    mentions: list[Mention]
    segments: list[Mention]
    numbers: list[Printed]
    runs: list[ClaimedStreak]
    years: list[tuple[int, int, str]]
    clauses: list[tuple[int, int]]

    def clause(self, place: int) -> int:
        """Return the number of the clause that holds a place."""
        return next(i for i, (_, end) in enumerate(self.clauses) if place < end)


def take_apart(text: str, vocabulary: Vocabulary) -> ParsedSentence:
    """Find in a sentence what is named and numbered; a comma within a name or number parts no clauses."""
    dates = [match.span() for match in DATES.finditer(text)]
    years = [
        (m.start(), m.end(), m[1])
        for m in YEAR.finditer(text)
        if not any(start <= m.start() < end for start, end in dates)
    ]
    runs = streaks(text)
    taken = [*dates, *((s, e) for s, e, _ in years), *((r.start, r.end) for r in runs)]
    names = [
        m for m in vocabulary.mentions(text) if not any(r.start < m.end and m.start < r.end for r in runs)
    ]
    taken += [(m.start, m.end) for m in names if re.search(r"\d", m.text)]
    # what the programme counts its members as is a unit beside "members"
    numbers = find_numbers(text, UNITS | dict.fromkeys(vocabulary.member_words, "家"), taken)
    names = [m for m in names if not any(q.start < m.end and m.start < q.end for q in numbers)]
    solid = [(m.start, m.end) for m in names] + [(q.start, q.end) for q in numbers] + dates
    cuts = [
        m.end() for m in _CLAUSES.finditer(text) if not any(start <= m.start() < end for start, end in solid)
    ]
    bounds = [0, *cuts, len(text) + 1]
    clauses = [(a, b) for a, b in pairwise(bounds) if b > a]
    mentions = [m for m in names if m.codes]
    return ParsedSentence(text, mentions, [m for m in names if m.place], numbers, runs, years, clauses)


Fits = Callable[[str, Printed], bool]

_SENTENCES = re.compile(r"[^。！？!?\n]*?(?:[。！？!?\n]|(?<=[a-z0-9%)])\.(?=\s+[A-Z“\"])|$)")
_COMPARED = re.compile(
    r"(?:较|比|与|同|相比|自|since|than|from|on|over|as|above|below|compared (?:with|to)|against)"
    r"\s*(?:in\s+)?$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\s*以来")
_ORIGIN = re.compile(r"(?:由|从|from)\s*$", re.IGNORECASE)
_TOWARDS = re.compile(r"\D{0,12}?(?:至|到|为|to|at)\s*(?:了|only|just|about|some|约)?\s*", re.IGNORECASE)
_BEFORE_YEAR = re.compile(
    r"较上年|比上年|较上一年|较去年|比去年|较前一年|上年|同比|"
    r"year before|previous year|last year|year earlier|year on year",
    re.IGNORECASE,
)
_UP = r"提升|提高|增长|上升|增加|攀升|微升|扩大|上涨"
_DOWN = r"下降|减少|降低|回落|下滑|微降|缩短|收窄|下跌"
_UP_EN = r"up|rose|risen|rise|rises|rising|increased?|increases|grew|grown|growth|gained|higher|more"
_DOWN_EN = r"down|fell|fallen|falls?|decreased?|declined?|lost|dropped|lower|less"
_MOVED = re.compile(
    rf"(?:(?P<up>{_UP}|\b(?:{_UP_EN}))|(?P<down>{_DOWN}|\b(?:{_DOWN_EN})))\s*(?:了|by|of|约为|为)?\s*(?:a\s+)?$",
    re.IGNORECASE,
)
_MOVES = re.compile(rf"(?P<up>{_UP}|\b(?:{_UP_EN})\b)|(?P<down>{_DOWN}|\b(?:{_DOWN_EN})\b)", re.IGNORECASE)
_REACHED = re.compile(r"(?:至|到|达到?|为|to|at)\s*(?:了)?\s*$", re.IGNORECASE)
_JOINER = re.compile(r"^(?:\s|、|,|，|和|及|与|以及|服务|and|service|services)*$")
_SPAN = re.compile(r"\s*(?:up to|until|till|through|before)\s+(?:19|20)\d\d", re.IGNORECASE)
_QUOTED = re.compile(r"\s*[(\[]\s*(?:原文|sic\b|as printed)", re.IGNORECASE)
_INTERVAL = re.compile(r"置信|区间|误差|推及|\binterval|\bmargin|\blimit|\bestimated for", re.IGNORECASE)
_LEVEL_OF_TRUST = re.compile(r"\s*(?:的|级)?\s*(?:置信|confidence|interval)", re.IGNORECASE)
_EXTREME = re.compile(r"最高|最低|最多|最少|\b(?:highest|lowest|most|fewest)\b", re.IGNORECASE)
_OPENS = re.compile(r"\s*[:：]\s*")
_YEARLY = re.compile(
    r"年均|平均每年|每年|\b(?:a|per|each|every) year\b|per annum|\bannually\b|\byearly\b|/年|/ ?year",
    re.IGNORECASE,
)
_PAUSES = re.compile(r"[,，;；。(]\s*")
_IN_TURN = re.compile(r"分别|依次|respectively|in turn|in that order", re.IGNORECASE)
_WHOLE = re.compile(r"全行业|整体|全体|合计|overall", re.IGNORECASE)


def recognise(
    paragraphs: Sequence[DraftParagraph], vocabulary: Vocabulary, fits: Fits, year: str = ""
) -> list[DraftClaim]:
    """List the claims of a draft.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
    vocabulary : Vocabulary
        What indicators and segments are called.
    fits : callable
        Whether an indicator is printed in a number's unit: settles names that several indicators share.
    year : str
        The year a number is of where the text names none; by default the first year the draft names.
    """
    first = year or first_year(paragraphs)
    found: list[DraftClaim] = []
    for paragraph in paragraphs:
        current = "" if paragraph.loose else first
        for part in _SENTENCES.finditer(plain_signs(paragraph.text)):
            if not part[0].strip():
                continue
            sentence = take_apart(part[0], vocabulary)
            reader = _Reader(sentence, fits, current, len(found))
            found += [replace(s, where=paragraph.place) for s in reader.read()]
            current = reader.current
    return found


def first_year(paragraphs: Sequence[DraftParagraph]) -> str:
    """Find the first year a draft names that is not one compared with; empty where it names none."""
    for paragraph in paragraphs:
        text = plain_signs(paragraph.text)
        for match in YEAR.finditer(DATES.sub(lambda m: " " * len(m[0]), text)):
            if not _COMPARED.search(text[: match.start()]) and not _SINCE.match(text[match.end() :]):
                return match[1]
    return ""


class _Reader:
    """Reads one sentence: lists first, then clause by clause."""

    def __init__(self, sentence: ParsedSentence, fits: Fits, year: str, offset: int) -> None:
        self.s = sentence
        self.fits = fits
        self.current = year
        self.offset = offset
        self.used: set[int] = set()  # starts of mentions a list has taken up
        self.done: dict[int, DraftClaim] = {}
        self.last: Mention | None = None
        self.pending: Mention | None = None

    def read(self) -> list[DraftClaim]:
        self._read_lists()
        for number, (start, end) in enumerate(self.s.clauses):
            self._read_clause(number, start, end)
        ahead = [y for a, _, y in self.s.years if not self._is_base(a)]
        self.current = ahead[-1] if ahead else self.current
        return [self.done[place] for place in sorted(self.done)]

    # -- lists ------------------------------------------------------------

    def _read_lists(self) -> None:
        """Pair runs of names with runs of numbers: 甲、乙、丙分别为 1、2、3."""
        text = self.s.text
        levels = [q for q in self.s.numbers if not self._moved(q)]
        for numbers in _groups(text, levels):
            if len(numbers) < 2 and not _IN_TURN.search(text):  # noqa: PLR2004 - one number is no list
                continue
            if any(q.unit != numbers[0].unit for q in numbers):
                continue
            names, by_segment = self._names_of(numbers)
            ordered = bool(_IN_TURN.search(text))
            if len(names) < 2 or (len(names) != len(numbers) and not ordered):  # noqa: PLR2004
                continue
            if len(names) != len(numbers) and len(numbers) < 2:  # noqa: PLR2004
                continue
            self._pair(names, numbers, by_segment)

    def _names_of(self, numbers: Sequence[Printed]) -> tuple[list[Mention], bool]:
        """Find the run of names a run of numbers belongs to: the last before it, else the first behind."""
        text, start, end = self.s.text, numbers[0].start, numbers[-1].end
        others = [q for q in self.s.numbers if q not in numbers]
        for pool, by_segment in ((self.s.mentions, False), (self.s.segments, True)):
            groups = [g for g in _groups(text, pool) if len(g) > 1]
            before = [g for g in groups if g[-1].end <= start and not _between(others, g[-1].end, start)]
            after = [g for g in groups if g[0].start >= end and not _between(others, end, g[0].start)]
            chosen = before[-1:] or (after[:1] if _IN_TURN.search(text) else [])
            if chosen:
                return list(chosen[0]), by_segment
        return [], False

    def _pair(self, names: list[Mention], numbers: Sequence[Printed], by_segment: bool) -> None:
        listed = self.offset + len(self.done) + 1
        whole = len(names) == len(numbers)
        subject = next((m for m in reversed(self.s.mentions) if m.start < numbers[0].start), None)
        for place, quantity in enumerate(numbers):
            name = names[place] if whole else None
            claim = self._claim(quantity, subject if by_segment and name else name)
            if by_segment and name:
                claim = replace(claim, place=name.place)
            self.done[quantity.start] = replace(claim, listed=listed, names=len(names), numbers=len(numbers))
        self.used.update(m.start for m in names)
        self.last = names[-1] if whole and not by_segment else self.last

    # -- clauses ------------------------------------------------------------

    def _read_clause(self, number: int, start: int, end: int) -> None:
        names = self._named(start, end)
        numbers = [q for q in self.s.numbers if start <= q.start < end and q.start not in self.done]
        levels = [q for q in numbers if not self._moved(q)]
        subjects = self._subjects(names, levels, number)
        for quantity in numbers:
            if quantity in levels:
                mention = subjects[levels.index(quantity)]
            else:
                mention = names[0] if len({n.codes for n in names}) == 1 else None if names else self.last
            self.done[quantity.start] = self._claim(quantity, mention)
            self.last = mention or self.last
        for run in self.s.runs:
            if start <= run.start < end:
                mention = names[0] if len({n.codes for n in names}) == 1 else None if names else self.last
                self.done[run.start] = self._claim(run, mention)
        if len({n.codes for n in names}) == 1:
            self.last = names[0]
        if names or levels:
            self.pending = names[0] if len({n.codes for n in names}) == 1 and not numbers else None

    def _named(self, start: int, end: int) -> list[Mention]:
        here = [m for m in self.s.mentions if start <= m.start < end and m.start not in self.used]
        return [m for m in here if not m.weak] or here

    def _subjects(self, names: list[Mention], levels: list[Printed], clause: int) -> list[Mention | None]:
        """Say of which of the names in its clause each level is."""
        if not levels:
            return []
        if len(levels) == 1 and len(names) > 1:
            fitting = [m for m in names if any(self.fits(code, levels[0]) for code in m.codes)]
            names = fitting or names
        distinct = {n.codes for n in names}
        if not names:
            return [self._carried(q, clause) for q in levels]
        if len(distinct) == 1:
            return [names[0] if place == 0 or self._goes_on(q) else None for place, q in enumerate(levels)]
        if len(names) == len(levels):
            return list(names)
        return [None] * len(levels)

    def _goes_on(self, quantity: Printed) -> bool:
        """Whether a second level of a clause is of the same indicator: ``由2021年的94.15%降至88.28%``."""
        return bool(_REACHED.search(self.s.text[: quantity.start])) or self._own_year(quantity) != ""

    def _carried(self, quantity: Printed, clause: int) -> Mention | None:
        """Find the indicator of a level whose clause names none."""
        if self.pending and any(self.fits(code, quantity) for code in self.pending.codes):
            return self.pending
        if clause + 1 < len(self.s.clauses) and self.last is None:
            following = self._named(*self.s.clauses[clause + 1])
            start, end = self.s.clauses[clause + 1]
            free = not any(start <= q.start < end for q in self.s.numbers)
            if free and len(following) == 1 and self._fits(following[0], quantity):
                return following[0]
        mention = self.last
        if mention and self._fits(mention, quantity):
            between = self.s.text[mention.end : quantity.start]
            if len(_EXTREME.findall(between)) > 1:
                return None  # ``telephone highest, 92%; other lowest, 10%``: the second is of somebody else
            former = [s for s in self.done.values() if s.name == mention.text and s.kind == "level"]
            other_unit = all(s.quantity and s.quantity.unit != quantity.unit for s in former)
            if not former or other_unit or self._goes_on(quantity):
                return mention
        return None

    def _fits(self, mention: Mention, quantity: Printed) -> bool:
        return any(self.fits(code, quantity) for code in mention.codes)

    # -- a claim ------------------------------------------------------------

    def _claim(self, what: Printed | ClaimedStreak, mention: Mention | None) -> DraftClaim:
        codes = mention.codes if mention else ()
        common = DraftClaim(
            "", self.s.text.strip(), what.text, "level", codes=codes, name=mention.text if mention else "",
            year=self._year(what), place=self._place(what.start),
        )  # fmt: skip
        if isinstance(what, ClaimedStreak):
            return replace(common, kind="streak", streak=what)
        behind = self.s.text[what.end :]
        if _SPAN.match(behind) or _QUOTED.match(behind) or self._bounds(what) or _OPENS.fullmatch(behind):
            # a line that ends with a colon opens something and claims nothing; "above 90% up to 2021" is said
            # of many years; "+3%(sic)" is somebody else's
            return replace(common, quantity=what, codes=())
        moved = self._moved(what)
        if moved:
            start, end = self.s.clauses[self.s.clause(what.start)]
            return replace(
                common, kind="change", quantity=what, base=self._base(what), sign=moved,
                yearly=bool(_YEARLY.search(self.s.text[start:end])),
            )  # fmt: skip
        if self._begins(what):
            return replace(common, quantity=what, **self._origin(what, codes))
        fitting = tuple(code for code in codes if self.fits(code, what))
        return replace(common, quantity=what, codes=fitting or codes)

    def _begins(self, quantity: Printed) -> bool:
        """Whether a number is one of ``from A to B``: A with no year of its own, or either without a unit."""
        text = self.s.text
        behind = next((q for q in self.s.numbers if q.start >= quantity.end), None)
        if behind and _ORIGIN.search(text[: quantity.start]):
            towards = _TOWARDS.fullmatch(text[quantity.end : behind.start])
            return bool(towards) and not self._own_year(quantity)
        before = [q for q in self.s.numbers if q.end <= quantity.start]
        reached = before and _TOWARDS.fullmatch(text[before[-1].end : quantity.start])
        return bool(reached) and not quantity.unit and bool(_ORIGIN.search(text[: before[-1].start]))

    def _origin(self, quantity: Printed, codes: tuple[str, ...]) -> dict[str, Any]:
        """Say of what A in ``from A to B`` is: of the year compared with, if the sentence names one."""
        named = {year for start, _, year in self.s.years if self._is_base(start)}
        if not quantity.unit or len(named) != 1:
            return {"codes": ()}
        return {"codes": tuple(c for c in codes if self.fits(c, quantity)) or codes, "year": named.pop()}

    def _bounds(self, quantity: Printed) -> bool:
        """Whether a number is one end of an interval, its level of trust, or stands beside one."""
        if _LEVEL_OF_TRUST.match(self.s.text[quantity.end :]):
            return True
        clause = max((m.end() for m in _PAUSES.finditer(self.s.text, 0, quantity.start)), default=0)
        return bool(_INTERVAL.search(self.s.text[clause : quantity.start]))

    def _moved(self, quantity: Printed) -> int:
        """Return 1 or -1 where a number is a rise or a fall, 0 where it is a level."""
        if re.match(r"\D*[+-]\d", quantity.text):
            return 1  # the number carries the sign itself
        start, end = self.s.clauses[self.s.clause(quantity.start)]
        before = self.s.text[start : quantity.start]
        match = _MOVED.search(before)
        if match is None and quantity.unit == "pp":
            match = _MOVES.search(before) or _MOVES.search(self.s.text[quantity.end : end])
        if match is None:
            return 0
        return 1 if match["up"] else -1

    def _is_base(self, start: int) -> bool:
        """Whether the year that begins at `start` is one compared with."""
        if any(a == start and _SINCE.match(self.s.text[end:]) for a, end, _ in self.s.years):
            return True
        return bool(_COMPARED.search(self.s.text[:start])) and not _follows_number(self.s, start)

    def _own_year(self, what: Printed | ClaimedStreak) -> str:
        """Return the year that stands right beside a number, if one does."""
        behind = re.match(r"\s*(?:in|of|for)\s+((?:19|20)\d\d)\b", self.s.text[what.end :])
        if behind:
            return behind[1]
        before = re.search(r"((?:19|20)\d\d)\s*年(?:度)?(?:的|为|是)?\s*$", self.s.text[: what.start])
        return before[1] if before else ""

    def _year(self, what: Printed | ClaimedStreak) -> str:
        own = self._own_year(what)
        if own:
            return own
        before = [
            (start, year)
            for start, _, year in self.s.years
            if start < what.start and not self._is_base(start) and not _ORIGIN.search(self.s.text[:start])
        ]
        return before[-1][1] if before else self.current

    def _base(self, what: Printed) -> str:
        start, end = self.s.clauses[self.s.clause(what.start)]
        named = [year for a, _, year in self.s.years if start <= a < end and self._is_base(a)]
        named += [
            m[1]
            for m in re.finditer(
                r"(?:from|than in|as in|above|below|since|on|compared with|over) ((?:19|20)\d\d)",
                self.s.text[what.end : end],
            )
        ]
        if named:
            return named[0]
        stated = self._year(what)
        around = self.s.text[start:end]
        return str(int(stated) - 1) if stated and _BEFORE_YEAR.search(around) else ""

    def _place(self, start: int) -> str:
        """Return the segment a number is of: one named in its clause, else the last named before it."""
        if not self.s.segments:
            return WHOLE
        first, last = self.s.clauses[self.s.clause(start)]
        if _WHOLE.search(self.s.text[first:last]):
            return WHOLE
        here = [m for m in self.s.segments if first <= m.start < last]
        before = here or [m for m in self.s.segments if m.start < start]
        return before[-1].place if before else WHOLE


def _follows_number(sentence: ParsedSentence, start: int) -> bool:
    """Whether ``94.15% on 2021`` is meant: a year right behind a number is that number's own."""
    return any(
        re.fullmatch(r"\s*(?:in|of|for)\s*", sentence.text[q.end : start])
        for q in sentence.numbers
        if q.end <= start
    )


def _groups(text: str, items: Sequence[Mention] | Sequence[Printed]) -> list[list]:  # type: ignore[type-arg]
    """Gather items that stand in a row, with nothing but joining words between them."""
    groups: list[list[Mention | Printed]] = []
    for item in items:
        if groups and _JOINER.match(text[groups[-1][-1].end : item.start]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _between(items: Sequence[Printed], start: int, end: int) -> bool:
    return any(start <= item.start < end for item in items)
