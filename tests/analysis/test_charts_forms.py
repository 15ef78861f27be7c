"""The forms of charts on ordinary and on extreme data: nothing clipped, nothing overlaid, told apart in grey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

import pandas as pd
import pytest
from lxml import etree, html
from matplotlib.colors import to_rgb

from analysis import charts
from analysis.charts.diverging import shades
from analysis.charts.style import fit, text_width
from analysis.charts.typefaces import missing_glyphs
from analysis.model import AnalysisError
from analysis.pieces import Head, html_of
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"
NOTICE = Text("演示数据：虚构答卷", "Demonstration data: invented returns")
TYPES = ("large", "joint_stock", "city", "rural")
CLASSES = ("c1", "c2", "c3", "c4", "c5")
ITEMS = ("app", "wechat", "sms", "video")
MANY = tuple(f"group{n:02d}" for n in range(12))
LONG = Text("超长名称" * 75, "Remarkably long name " * 15)
UNBROKEN = Text("W" * 300, "W" * 300)
MEDIA = (charts.PAGE, charts.PHONE, charts.PRINT, charts.SLIDE, charts.DARK)
WAVES = ("2016", "2017", "2021", "2022", "2023")


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 2


def words(name=None):
    """Make a lexicon; every name is `name` where one is given."""
    codes = (*CLASSES, *ITEMS, "rate", "rate.members", "staff", "q1", "q3", *(f"i{n}" for n in range(12)))
    segments = {
        "large": Text("大型商业银行", "Large banks"), "joint_stock": Text("股份制商业银行", "Joint-stock banks"),
        "city": Text("城市商业银行", "City banks"), "rural": Text("农村中小银行", "Rural banks"),
        **{code: Text(f"第{n + 1}组", f"Group {n + 1}") for n, code in enumerate(MANY)},
    }  # fmt: skip
    return Lexicon(
        {code: Measure(code, "人" if code in {"staff", "q1", "q3"} else "%") for code in codes},
        {code: name or Text(f"指标{code}", f"item {code}") for code in codes if code != "rate.members"},
        segments={code: name or text for code, text in segments.items()},
    )


def cell(indicator, wave, estimate, at="total/all", **others):
    dimension, segment = at.split("/")
    lower, upper = (NAN, NAN) if pd.isna(estimate) else (estimate - 3, estimate + 3)
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": lower, "upper": upper, "n": 20, "N": 30,
        "status": "suppressed" if pd.isna(estimate) else "released", **others,
    }  # fmt: skip


def shares(values, segments=TYPES):
    """Lay out five classes by segment from a table of values, NaN for withheld."""
    return pd.DataFrame(
        [
            cell(part, "2023", value, f"stratum/{segment}")
            for segment, line in zip(segments, values, strict=True)
            for part, value in zip(CLASSES, line, strict=True)
        ]
    )


ORDINARY = [[0, 0, 0, 0, 100], [5, 10, 25, 30, 30], [20, 40, 20, 15, 5], [60, 30, 10, 0, 0]]


def course(values, segments=TYPES, indicator="rate.members"):
    """Lay out an indicator over the waves by segment, and the whole."""
    rows = [
        cell(indicator, wave, value, f"stratum/{segment}")
        for segment, line in zip(segments, values, strict=True)
        for wave, value in zip(WAVES, line, strict=False)
        if value is not None
    ]
    return pd.DataFrame([*rows, *(cell(indicator, wave, 50.0) for wave in WAVES[: len(values[0])])])


COURSES = [[90, 92, 95, 97, 100], [50, 55, 60, 62, 61], [20, NAN, 33, 38, 52], [0, None, 12, 30, 31]]


def ranks(table):
    return pd.DataFrame(
        [
            cell(name, wave, value)
            for name, line in table.items()
            for wave, value in zip(WAVES, line, strict=False)
            if value is not None
        ]
    )


RANKS = ranks(
    {
        "app": [42.0, 59.0, 86.0, 92.0, 94.0],
        "wechat": [89.0, 75.0, 83.0, 92.4, 86.0],
        "sms": [68.0, 55.0, None, 64.0, 65.0],
        "video": [27.0, 28.0, 41.0, 52.0, NAN],
    }
)


def series(indicator, wave="2021"):
    note = {"break_note_zh": "单位由中心改为成员", "break_note_en": "from centres to members"}
    return pd.DataFrame([{"indicator": indicator, "wave": wave, "break_before": True, **note}])


def split(indicator="rate", unit="percentage points", parts=(4.0, 1.5, -2.0, 0.0)):
    names = dict(zip(charts.PARTS, parts, strict=True))
    place = {"dimension": "total", "segment": "all"}
    return pd.DataFrame(
        [{"indicator": indicator, "wave": "2023", "base_wave": "2022", **place, "unit": unit,
          "change": sum(parts), **names}]
    )  # fmt: skip


def levels(then=52.0, now=55.5, indicator="rate"):
    return pd.DataFrame([cell(indicator, "2022", then), cell(indicator, "2023", now)])


def medians(values, segments=TYPES, quartiles=False):
    rows = []
    for segment, value in zip(segments, values, strict=True):
        at = f"stratum/{segment}"
        rows.append(cell("staff", "2023", value, at))
        if quartiles:
            rows += [cell("q1", "2023", value * 0.6, at), cell("q3", "2023", value * 1.7, at)]
    return pd.DataFrame(rows)


def cells(estimates, lexicon=None, changes=None, series=None):
    empty = pd.DataFrame()
    return Cells(
        estimates, lexicon or words(), empty if changes is None else changes,
        series=empty if series is None else series,
    )  # fmt: skip


def diverging(frame, lexicon=None, rows=TYPES, parts=CLASSES):
    head = Head("diverging", None, NOTICE)
    return charts.diverging(cells(frame, lexicon), parts, rows, head, wave="2023", dimension="stratum")


def panels(frame, lexicon=None, order=TYPES, broken=True):
    known = cells(frame, lexicon, series=series("rate.members") if broken else None)
    return charts.panels(known, "rate.members", order, Head("panels", None, NOTICE), dimension="stratum")


def rank(frame, lexicon=None, indicators=ITEMS, broken=None):
    return charts.ranks(cells(frame, lexicon, series=broken), indicators, Head("ranks", None, NOTICE))


def waterfall(estimates, changes, lexicon=None, indicator="rate"):
    known = cells(estimates, lexicon, changes)
    return charts.waterfall(known, indicator, Head("waterfall", None, NOTICE), wave="2023", base_wave="2022")


def strip(frame, lexicon=None, order=TYPES, **others):
    medians = cells(frame, lexicon).of(["staff"], ["2023"], "stratum", order)
    return charts.strip(medians, Head("strip", None, NOTICE), **others)


EVENLY = [[20.0] * 5] * 12
ALL = {
    "diverging": lambda: diverging(shares(ORDINARY)),
    "diverging, four classes": lambda: diverging(shares(ORDINARY), parts=CLASSES[:4]),
    "diverging, one row": lambda: diverging(shares(ORDINARY[1:2], ["large"]), rows=["large"]),
    "diverging, twelve rows": lambda: diverging(shares(EVENLY, MANY), rows=MANY),
    "diverging, withheld": lambda: diverging(
        shares([[NAN, NAN, 20, 40, 10], [NAN] * 5, [10, 20, 30, NAN, NAN], [20, 20, NAN, NAN, 20]])
    ),
    "diverging, long names": lambda: diverging(shares(ORDINARY), words(LONG)),
    "diverging, unbroken names": lambda: diverging(shares(ORDINARY), words(UNBROKEN)),
    "panels": lambda: panels(course(COURSES)),
    "panels, one": lambda: panels(course(COURSES[:1], ["large"]), order=["large"]),
    "panels, one wave": lambda: panels(course([[5.0]] * 4)),
    "panels, twelve": lambda: panels(course([COURSES[0]] * 12, MANY), order=MANY),
    "panels, zero and all": lambda: panels(course([[0.0] * 5, [100.0] * 5] * 2)),
    "panels, negative": lambda: panels(course([[-40.0, -20, -10, 5, 8]] * 4), broken=False),
    "panels, long names": lambda: panels(course(COURSES), words(LONG)),
    "panels, unbroken names": lambda: panels(course(COURSES), words(UNBROKEN)),
    "ranks": lambda: rank(RANKS, broken=series("app")),
    "ranks, one wave": lambda: rank(RANKS[RANKS["wave"] == "2016"]),
    "ranks, ties": lambda: rank(ranks({n: [50.0] * 5 for n in ITEMS})),
    "ranks, twelve": lambda: rank(
        ranks({f"i{n}": [n * 8.0, 100 - n * 8.0] for n in range(12)}),
        indicators=[f"i{n}" for n in range(12)],
    ),
    "ranks, long names": lambda: rank(RANKS, words(LONG)),
    "ranks, unbroken names": lambda: rank(RANKS, words(UNBROKEN)),
    "waterfall": lambda: waterfall(levels(), split()),
    "waterfall, still": lambda: waterfall(levels(50.0, 50.0), split(parts=(0.0, 0.0, 0.0, 0.0))),
    "waterfall, below zero": lambda: waterfall(levels(2.0, -3.0), split(parts=(-4.0, -2.0, 2.0, -1.0))),
    "waterfall, to all": lambda: waterfall(levels(0.0, 100.0), split(parts=(100.0, 0.0, 0.0, 0.0))),
    "waterfall, per cent": lambda: waterfall(
        levels(400.0, 380.0, "staff"), split("staff", "percent", (-8.0, 4.0, -1.0, 0.0)), indicator="staff"
    ),
    "waterfall, long names": lambda: waterfall(levels(), split(), words(LONG)),
    "strip": lambda: strip(medians([NAN, 785.0, 112.0, 89.0])),
    "strip, quartiles": lambda: strip(
        medians([900.0, 785.0, 112.0, 89.0], quartiles=True), quartiles=("q1", "q3"), own={"city": 210.0}
    ),
    "strip, one": lambda: strip(medians([5.0], ["large"]), order=["large"]),
    "strip, twelve": lambda: strip(medians([float(n) for n in range(12)], MANY), order=MANY),
    "strip, long names": lambda: strip(medians([NAN, 785.0, 112.0, 89.0]), words(LONG)),
    "strip, unbroken names": lambda: strip(medians([0.0, 785.0, 112.0, 89.0]), words(UNBROKEN)),
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return {kind: make() for kind, make in ALL.items()}


def boxes(svg):
    """Return (left, right, top, bottom, size, text) of every text of a drawing, in points."""
    out = []
    for text in svg.iter(f"{SVG}text"):
        size = float(re.search(r"font-size: ([\d.]+)px|font: ([\d.]+)px", text.get("style")).group(1))
        anchor = re.search(r"text-anchor: (\w+)", text.get("style"))
        wide = text_width(text.text, size)
        if text.get("x") is not None:
            x, y = float(text.get("x")), float(text.get("y"))
        else:
            moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", text.get("transform"))
            x, y = float(moved.group(1)), float(moved.group(2))
        x -= {"start": 0, "middle": wide / 2, "end": wide}[anchor.group(1) if anchor else "start"]
        out.append((x, x + wide, y - 0.7 * size, y, size, text.text))
    return out


@pytest.mark.parametrize(
    ("kind", "medium"),
    [(kind, medium) for kind in sorted(ALL) for medium in (MEDIA if "," not in kind else MEDIA[:2])],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_no_text_is_small_cut_off_or_on_another(made, kind, medium):
    for lang in ("zh", "en"):
        svg = etree.fromstring(made[kind].svg(lang, medium))
        width, height = map(float, svg.get("viewBox").split()[2:])
        assert width == medium.width
        found = boxes(svg)
        for left, right, top, bottom, size, text in found:
            assert size >= min(medium.note, 9), text
            assert left >= -0.5, text
            assert right <= width + 0.5, text
            assert 0 <= top < bottom <= height, text
        for (a0, a1, top0, bottom0, _, one), (b0, b1, top1, bottom1, _, other) in combinations(found, 2):
            assert a1 <= b0 or b1 <= a0 or bottom0 <= top1 or bottom1 <= top0, (one, other)


@pytest.mark.parametrize("kind", sorted(ALL))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_has_its_words_and_its_data(made, kind, lang):
    chart = made[kind]
    figure = html.fragment_fromstring(html_of(chart.piece(), lang))
    svg = etree.fromstring(chart.svg(lang))
    assert svg.find(f"{SVG}desc").text == chart.alt.in_(lang)
    assert figure.find("figcaption").text_content() == chart.caption.plain(lang)
    assert figure.findall("details/table/tbody/tr")
    assert any(NOTICE.in_(lang) in box[5] for box in boxes(svg))
    assert missing_glyphs("".join(svg.itertext())) == ()
    assert not re.search(r"\bnan\b", html_of(chart.piece(), lang), re.IGNORECASE)


@pytest.mark.parametrize("kind", sorted(k for k in ALL if "," not in k))
def test_the_same_call_draws_the_same_bytes(made, kind):
    again = ALL[kind]()
    assert [again.svg(lang) for lang in ("zh", "en")] == [made[kind].svg(lang) for lang in ("zh", "en")]


@pytest.mark.parametrize(
    "kind", ["diverging, long names", "panels, long names", "ranks, long names", "strip, long names"]
)
def test_a_name_cut_on_the_chart_is_whole_in_the_alternative_text(made, kind):
    chart = made[kind]
    assert any(box[5].endswith("…") for box in boxes(etree.fromstring(chart.svg("zh"))))
    assert LONG.zh in chart.alt.zh
    assert LONG.en.strip() in chart.alt.en
    assert LONG.zh in chart.data_table("zh")


def test_a_name_fits_its_lines_and_ends_in_an_ellipsis_where_it_is_cut():
    assert fit("短", 100, 11, "zh") == ["短"]
    for text, lang in ((LONG.zh, "zh"), (LONG.en, "en"), (UNBROKEN.en, "en"), ("one " + UNBROKEN.en, "en")):
        lines = fit(text, 120, 11, lang)
        assert 1 <= len(lines) <= 2
        assert lines[-1].endswith("…")
        assert all(text_width(line, 11) <= 120 for line in lines)


def lightness(color):
    """Return the CIE lightness of a colour, what is left of it in grey: 0 to 100."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    luminance = sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
    return 116 * luminance ** (1 / 3) - 16


@pytest.mark.parametrize("count", range(2, 8))
def test_ordered_classes_are_told_apart_in_grey(count):
    greys = sorted(map(lightness, shades(count)))
    assert len(greys) == count
    assert min(after - before for before, after in pairwise(greys)) >= 4
    # neighbours in a bar differ more: their border is what is read
    row = [lightness(color) for color in shades(count)]
    assert min(abs(a - b) for a, b in pairwise(row)) >= 8


def test_rises_and_falls_differ_in_shape_and_not_by_colour_alone(made):
    svg = etree.fromstring(made["waterfall"].svg("en"))
    steps = {
        mark.get("data-column"): mark.find(f"{SVG}path")
        for mark in svg.iterfind(".//*[@data-estimate='2023-2022/rate/total/all']")
        if mark.find(f"{SVG}path") is not None
    }
    assert set(steps) == {"matched_change", "joiners", "leavers"}
    looks = {name: re.search(r"fill: (#\w+)", path.get("style")).group(1) for name, path in steps.items()}
    assert looks["matched_change"] == looks["joiners"] != looks["leavers"] == "#ffffff"
    xs = {
        name: [float(x) for x in re.findall(r"[ML] ([\d.]+) ", path.get("d"))] for name, path in steps.items()
    }
    assert xs["joiners"][2] == max(xs["joiners"])  # its tip points to the right
    assert xs["leavers"][2] == min(xs["leavers"])


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("diverging", "2023/c5/stratum/large"),
        ("panels", "2023/rate.members/stratum/city"),
        ("ranks", "2023/app/total/all"),
        ("waterfall", "2022/rate/total/all"),
        ("strip", "2023/staff/stratum/city"),
    ],
)
def test_marks_name_the_numbers_they_draw(made, kind, key):
    for lang in ("zh", "en"):
        svg = etree.fromstring(made[kind].svg(lang))
        named = svg.findall(f".//*[@data-estimate='{key}']")
        assert {mark.get("data-column") for mark in named} >= {"estimate"}
    dimension, segment = key.split("/")[2:]
    wanted = (None, None) if dimension == "total" else (dimension, segment)
    assert {(mark.get("data-dimension"), mark.get("data-segment")) for mark in named} == {wanted}


def nothing(kind, what):
    return rf"^{kind}: expected .*{what}.*, got nothing to draw; .*\.$"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diverging(shares([[NAN] * 5] * 4)), nothing("diverging bars diverging", "released share of c1, c2")),
        (lambda: diverging(shares(ORDINARY).iloc[:0]), nothing("diverging bars diverging", "released share")),
        (lambda: diverging(shares(ORDINARY).iloc[:-1]), "got none for rural/c5; add the rows or drop the bar"),
        (lambda: diverging(shares(ORDINARY), parts=["c1"]), "expected two to 7 ordered classes, got 1"),
        (lambda: panels(course([[NAN] * 5] * 4)), nothing("small multiples panels", "rate.members by stratum")),
        (lambda: rank(ranks({n: [NAN] * 5 for n in ITEMS})), nothing("ranks ranks", "two released shares of app")),
        (lambda: rank(ranks({"app": [1.0]})), nothing("ranks ranks", "two released shares")),
        (lambda: rank(RANKS, indicators=["app"]), "expected two to 12 indicators to rank, got 1"),
        (lambda: waterfall(levels(NAN), split()), nothing("waterfall waterfall", "both levels")),
        (lambda: waterfall(levels(), split(parts=(1.0, NAN, 2.0, 0.5))), nothing("waterfall waterfall", "all its parts")),
        (lambda: waterfall(levels(), split().assign(leavers=-2.0 + 4e-16)), "add up to the change to the last bit"),
        (lambda: waterfall(levels(now=56.0), split()), "a change that leads from one level to the other"),
        (lambda: strip(medians([NAN] * 4)), nothing("benchmark strip strip", "a released median")),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_names_the_chart_and_the_remedy(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()


def test_charts_refuse_cells_nobody_decided_on():
    loose = course(COURSES)
    loose.loc[0, "status"] = "suppressed"
    with pytest.raises(AnalysisError):
        panels(loose)
