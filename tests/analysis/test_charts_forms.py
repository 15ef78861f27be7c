"""The forms of charts on ordinary and on extreme data: nothing clipped, nothing overlaid, told apart in grey."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from lxml import etree, html
from matplotlib.colors import to_rgb

from analysis.charts import PAGE, PHONE
from analysis.charts.style import ORDERED, fit, text_width
from analysis.charts.typefaces import missing_glyphs
from analysis.model import AnalysisError
from analysis.pieces import html_of
from fixtures.charts import (
    CLASSES,
    COURSES,
    ITEMS,
    LONG,
    MANY,
    MEDIA,
    NAN,
    NOTICE,
    ORDINARY,
    RANKS,
    SVG,
    UNBROKEN,
    course,
    diverging,
    levels,
    medians,
    panels,
    rank,
    ranks,
    series,
    shares,
    split,
    strip,
    waterfall,
    words,
)

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


def in_media(kind):
    """Pair a form with every medium, a form's extremes with the narrowest and, where there is time, the page."""
    if "," not in kind:
        return [(kind, medium) for medium in MEDIA]
    return [(kind, PHONE), pytest.param(kind, PAGE, marks=pytest.mark.slow)]


@pytest.mark.parametrize(
    ("kind", "medium"),
    [pair for kind in sorted(ALL) for pair in in_media(kind)],
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
    greys = [lightness(color) for color in ORDERED[count - 1]]
    assert len(greys) == count
    # from pale to dark in one hue, so that the order is seen and no class looks like an alarm
    assert min(before - after for before, after in pairwise(greys)) >= 8
    assert all(blue >= green >= red for red, green, blue in map(to_rgb, ORDERED[count - 1]))


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
