"""Both languages say the same numbers: parsed out of the sentences as a reader reads them, kind by kind."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.inference import Streak
from analysis.sentences import CLAIMS, change, channels, comparison, level, matched, response, slope, streak
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")
MINUS = "\N{MINUS SIGN}"
_POWERS = {"万": 4, "亿": 8}
_NUMBER = rf"[+{MINUS}]?\d[\d,]*(?:\.\d+)?"


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str
    digits: int
    change: str
    change_digits: int


MEASURES = [
    Measure("rate", "%", 2, "percentage points", 2),
    Measure("app", "%", 0, "percentage points", 0),
    Measure("staff", "万人", 2, "percent", 1),
    Measure("calls", "亿通", 2, "own", 2),
    Measure("speed", "秒", 0, "own", 0),
]
LEXICON = Lexicon(
    {name: m for m in MEASURES for name in (m.indicator, f"{m.indicator}.members")},
    {m.indicator: Text(f"指标{chr(97 + i)}", f"indicator {chr(97 + i)}") for i, m in enumerate(MEASURES)},
    {},
    {
        "large": Text("大型", "large banks"),
        "city": Text("城市", "city banks"),
        "rural": Text("农村", "rural banks"),
    },
    {"stratum": Text("银行类型", "bank type")},
)


def read_chinese(sentence):
    """Read numbers; 上年 is the year before the sentence's own, and 万 or 亿 behind a range is of both ends."""
    year = re.search(r"(\d{4})年", sentence)
    sentence = re.sub("上年", lambda _: f"{int(year[1]) - 1}年" if year else "", sentence)
    found = Counter()
    for match in re.finditer(_NUMBER, sentence):
        behind = sentence[match.end() :]
        power = re.match(rf"(?:至{_NUMBER})?([万亿])", behind)
        found[_value(match[0]).scaleb(_POWERS[power[1]] if power else 0).normalize()] += 1
    return found


def read_english(sentence):
    year = re.search(r"\b(\d{4})\b", sentence)
    sentence = re.sub("the year before", lambda _: str(int(year[1]) - 1) if year else "", sentence)
    found = Counter()
    for match in re.finditer(_NUMBER, sentence):
        million = re.match(rf"(?: to {_NUMBER})? million", sentence[match.end() :])
        found[_value(match[0].rstrip(",")).scaleb(6 if million else 0).normalize()] += 1
    return found


def _value(text):
    return Decimal(text.replace(",", "").replace(MINUS, "-").replace("+", ""))


NUMBERS = st.floats(-120, 120, allow_nan=False).map(lambda v: round(v, 4))
LEVELS = st.floats(0, 99999, allow_nan=False).map(lambda v: round(v, 3))
COUNTS = st.integers(3, 2500)
NAMES = st.sampled_from([m.indicator for m in MEASURES])
WAVES = st.sampled_from(["2022", "2023"])


def estimate_row(indicator, wave, value, n, at="total/all", **others):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment, "estimate": value,
        "lower": NAN, "upper": NAN, "level": 0.95, "n": n, "N": n + 20, "status": "released", **others,
    }  # fmt: skip


@st.composite
def levels(draw):
    name, wave, value = draw(NAMES), draw(WAVES), draw(LEVELS)
    members = draw(st.booleans())
    bounds = {"lower": value - draw(LEVELS), "upper": value + draw(LEVELS)} if members else {}
    name += ".members" if members else ""
    status = draw(st.sampled_from(["released", "suppressed", "empty"]))
    row = estimate_row(name, wave, value if status == "released" else NAN, draw(COUNTS), **bounds)
    return level(Cells(pd.DataFrame([{**row, "status": status}]), LEXICON).cell(name, wave))


@st.composite
def changes(draw):
    name, amount, base = draw(NAMES), draw(NUMBERS), draw(st.sampled_from(["2022", "2021"]))
    low = draw(NUMBERS)
    interval = draw(st.sampled_from([(NAN, NAN), (low, low + abs(draw(NUMBERS)))]))
    kind = LEXICON.measure(name).change
    keys = {
        "wave": "2023", "base_wave": base, "dimension": "total", "segment": "all", "note": "",
        "unit": kind if kind != "own" else LEXICON.measure(name).unit, "comparable": draw(st.booleans()),
    }  # fmt: skip
    rows = [{**keys, "indicator": name, "change": amount, "lower": NAN, "upper": NAN}]
    if draw(st.booleans()):
        rows.append({**rows[0], "indicator": f"{name}.members", "lower": interval[0], "upper": interval[1]})
    levels = pd.DataFrame([estimate_row(name, "2023", draw(LEVELS), draw(COUNTS))])
    return change(Cells(levels, LEXICON, pd.DataFrame(rows)).cell(name, "2023"), base)


@st.composite
def comparisons(draw):
    name, wave = draw(NAMES), draw(WAVES)
    parts = draw(st.lists(st.sampled_from(["large", "city", "rural"]), min_size=1, unique=True))
    rows = [estimate_row(name, wave, draw(LEVELS), draw(COUNTS), f"stratum/{part}") for part in parts]
    reached = st.one_of(st.none(), st.floats(0.001, 99).map(lambda v: round(v, 3)))
    pairs = [{"a": a, "b": b, "detectable": draw(reached)} for a in parts for b in parts if a < b]
    test = {
        "indicator": name, "wave": wave, "dimension": "stratum",
        "p_adjusted": draw(st.one_of(st.just(NAN), st.floats(0, 1))), "pairs": json.dumps(pairs),
    }  # fmt: skip
    cells = Cells(pd.DataFrame(rows), LEXICON, comparisons=pd.DataFrame([test]))
    return comparison(cells.segments_of(name, wave, "stratum")[0], "stratum")


@st.composite
def channel_lists(draw):
    names = draw(st.lists(NAMES, min_size=1, unique=True))
    rows = [estimate_row(name, "2023", draw(LEVELS), draw(COUNTS)) for name in names]
    return channels(Cells(pd.DataFrame(rows), LEXICON).of(names, ["2023"]), Text("占比", "the share"))


@st.composite
def streaks(draw):
    name, wave, length = draw(NAMES), draw(WAVES), draw(st.integers(0, 12))
    rule = draw(st.sampled_from(["above", "at least", "below", "at most", "rising", "falling"]))
    threshold = None if rule in {"rising", "falling"} else draw(LEVELS)
    over = draw(st.sampled_from([(), ("2019",), ("2017", "2019")])) if length else ()
    cells = Cells(pd.DataFrame([estimate_row(name, wave, draw(LEVELS), 30)]), LEXICON)
    run = Streak(length, "2019" if length else "", wave if length else "", over)
    return streak(cells.cell(name, wave), run, rule, threshold)


@st.composite
def responses(draw):
    members = draw(COUNTS)
    return response(LEXICON, draw(WAVES), draw(st.integers(0, members)), members)


@st.composite
def slope_claims(draw):
    name = draw(NAMES)
    kind = LEXICON.measure(name).change
    low = draw(NUMBERS)
    found = draw(st.booleans())
    row = {
        "indicator": name, "dimension": "total", "segment": "all", "first_wave": "2017", "last_wave": draw(WAVES),
        "waves": draw(st.integers(3, 9)), "n_members": draw(COUNTS), "slope": draw(NUMBERS) if found else NAN,
        "unit": kind if kind != "own" else LEXICON.measure(name).unit, "lower": low if found else NAN,
        "upper": low + abs(draw(NUMBERS)) if found else NAN, "comparable": draw(st.booleans()),
    }  # fmt: skip
    return slope(Cells(pd.DataFrame(), LEXICON, slopes=pd.DataFrame([row])).slope(name))


@st.composite
def matched_claims(draw):
    name = draw(NAMES)
    row = {
        "indicator": name, "wave": "2023", "base_wave": draw(st.sampled_from(["2021", "2022"])),
        "dimension": "total", "segment": "all", "n_matched": draw(COUNTS), "gained": draw(st.integers(0, 99)),
        "lost": draw(st.integers(0, 99)), "p_value": draw(st.just(NAN) | st.floats(0, 1)),
        "test": draw(st.sampled_from(["McNemar exact", "counted", "sign flips"])),
        "unit": LEXICON.measure(name).change,
    }  # fmt: skip
    cells = Cells(pd.DataFrame(), LEXICON, matched=pd.DataFrame([row]))
    return matched(cells.matched_change(name, "2023", row["base_wave"]))


DRAWN = {
    "level": levels(), "change": changes(), "comparison": comparisons(), "channels": channel_lists(),
    "streak": streaks(), "response": responses(), "slope": slope_claims(),
    "matched": matched_claims(),
}  # fmt: skip


def test_every_kind_of_statement_is_read():
    assert DRAWN.keys() == CLAIMS.keys()


@pytest.mark.parametrize("kind", sorted(DRAWN))
@given(data=st.data())
def test_both_languages_say_the_same_numbers(kind, data):
    claim = data.draw(DRAWN[kind])
    chinese, english = claim.plain("zh"), claim.plain("en")
    assert claim.kind == kind
    assert read_chinese(chinese) == read_english(english), f"{chinese}\n{english}"


def test_the_reader_sees_what_differs():
    assert read_chinese("2023年较上年为4.17万人") == read_english("In 2023, 41,700 people, against 2022")
    assert read_chinese("4.10至4.20亿通") == read_english("410 to 420 million calls")
    assert read_chinese(f"2023年{MINUS}1.5%") != read_english("2023 1.5%")
