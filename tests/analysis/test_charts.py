"""Charts by what they draw: places, labels, words for those who cannot see them, ids, bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import matplotlib as mpl
import pandas as pd
import pytest
from lxml import etree, html
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgb
from matplotlib.markers import MarkerStyle

from analysis import charts
from analysis.charts.chart import Sheet
from analysis.charts.style import PAGE, PAPER, text_width, wrap
from analysis.charts.typefaces import missing_glyphs
from analysis.model import AnalysisError
from analysis.pieces import Head, html_of
from analysis.words import Cells, Lexicon, Text

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"
NOTICE = Text("演示数据：虚构答卷", "Demonstration data: invented returns")


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


ITEMS = {
    "app": ("APP服务", "App", 92.2, 93.59),
    "wechat": ("微信服务", "WeChat", 88.3, 85.9),
    "video": ("视频服务", "Video", 51.9, 56.4),
    "weibo": ("微博服务", "Weibo <br>", 20.8, 19.2),
}
PARTS = {"first": (61.0, 29.0), "second": (30.0, 58.0), "other": (9.0, 13.0)}
TYPES = ("large", "joint_stock", "city", "rural")
LEXICON = Lexicon(
    {
        **{name: Measure(name) for name in (*ITEMS, *PARTS)},
        "rate": Measure("rate", digits=2),
        "other_rate": Measure("other_rate", digits=2),
        "staff": Measure("staff", "万人", digits=2),
    },
    {
        **{name: Text(zh, en) for name, (zh, en, _, _) in ITEMS.items()},
        "rate": Text("人工电话平均接通率", "the average answer rate"),
        "other_rate": Text("自助分流率", "the self-service share"),
        "staff": Text("客服从业人员", "the number of staff"),
        "first": Text("一级部门", "First level"),
        "second": Text("二级部门", "Second level"),
        "other": Text("其他", "Other"),
    },
    segments={
        "large": Text("大型商业银行", "Large banks"),
        "joint_stock": Text("股份制商业银行", "Joint-stock banks"),
        "city": Text("城市商业银行", "City banks"),
        "rural": Text("农村中小银行", "Rural banks"),
    },
    dimensions={"stratum": Text("银行类型", "type of bank")},
)


def cell(indicator, wave, estimate, n=78, at="total/all", **others):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": NAN, "upper": NAN, "n": n, "N": 100, "status": "released", **others,
    }  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        *(cell(name, "2022", before) for name, (_, _, before, _) in ITEMS.items()),
        *(cell(name, "2023", now) for name, (_, _, _, now) in ITEMS.items()),
        cell("rate", "2023", 92.88),
        cell("rate", "2023", 95.21, 7, "stratum/large", lower=93.8, upper=96.4),
        cell("rate", "2023", 93.4, 20, "stratum/joint_stock", lower=91.9, upper=94.7),
        cell("rate", "2023", 90.11, 26, "stratum/city", lower=87.2, upper=92.8),
        cell("rate", "2023", NAN, 2, "stratum/rural", status="suppressed"),
        *(cell(name, "2016", value) for name, (value, _) in PARTS.items()),
        *(cell(name, "2017", value) for name, (_, value) in PARTS.items()),
    ]
)


def point(indicator, wave, estimate, **others):
    return {
        "indicator": indicator, "wave": wave, "estimate": estimate, "lower": NAN, "upper": NAN, "n": 78,
        "source": "published", "break_before": False, "break_note_zh": "", "break_note_en": "", **others,
    }  # fmt: skip


SERIES = pd.DataFrame(
    [
        point("rate", "2016", 90.21),
        point("rate", "2017", 91.22),
        point("rate", "2021", 94.15),
        point("rate", "2022", 88.28, source="archive", lower=86.9, upper=89.5, break_before=True)
        | {"break_note_zh": "2022年起改用平均值", "break_note_en": "from 2022 it is a mean"},
        point("rate", "2023", 92.88, source="archive", lower=91.6, upper=94.0),
        point("other_rate", "2021", 94.0),
        point("other_rate", "2023", 92.8),
        point("staff", "2022", 4.38),
        point("staff", "2023", 4.17),
    ]
)

GROWTH = pd.DataFrame(
    [
        {
            "indicator": name, "wave": "2022Q1", "base_wave": "2021Q1", "dimension": "total", "segment": "all",
            "change": change, "unit": "percent",
        }
        for name, change in (("app", 87.11), ("video", -47.57), ("wechat", 9.29), ("weibo", -5.0))
    ]
)  # fmt: skip
YEARS = Cells(
    pd.DataFrame(),
    LEXICON,
    series=pd.DataFrame(
        [
            point("app", "2018", 60.0),
            point("app", "2021", 86.0),
            point("app", "2023", 93.6, source="archive"),
            point("video", "2021", 41.0),
            point("video", "2023", 56.4, source="archive"),
        ]
    ),
)
DOTS = pd.DataFrame(
    {
        "label": [Text("回收率80%", "80% answer"), Text("回收率60%", "60% answer")],
        "a": [1.01, 0.98],
        "b": [1.8, NAN],
    }
)

CELLS = Cells(ESTIMATES, LEXICON, GROWTH, series=SERIES)


def head(slug, caption=None):
    return Head(slug, caption, NOTICE)


MAKERS = {
    "growth": lambda: charts.growth(CELLS, list(ITEMS), head("growth")),
    "bars": lambda: charts.bars(CELLS, list(ITEMS)[::-1], head("bars"), wave="2023", previous="2022"),
    "segments": lambda: charts.segments(
        CELLS, "rate", TYPES, head("segments"), wave="2023", dimension="stratum"
    ),
    "trend": lambda: charts.trend(CELLS, ["rate"], head("trend")),
    "two lines": lambda: charts.trend(CELLS, ["rate", "other_rate"], head("two")),
    "parts": lambda: charts.parts(
        CELLS, list(PARTS), ["2016", "2017"], head("parts", Text("一级部门减少", "Fewer first-level departments"))
    ),
    "grouped": lambda: charts.grouped_bars(
        YEARS, ["app", "video"], ["2018", "2021", "2023"], head("grouped", Text("三年", "Three years"))
    ),
    "dots": lambda: charts.dots(
        DOTS, {"a": Text("本工具", "This kit"), "b": Text("通用做法", "Usual tools")},
        head("dots", Text("两种标准误", "Two standard errors")), rows=Text("情形", "Case"), goal=1.0, digits=2,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return {kind: make() for kind, make in MAKERS.items()}


@pytest.fixture
def drawn(monkeypatch):
    """Keep the axes that are drawn, so that a test can ask them where things stand."""
    kept = []
    plain = Sheet.axes

    def keep(self, *box):
        axes = plain(self, *box)
        kept.append((self, axes))
        return axes

    monkeypatch.setattr(Sheet, "axes", keep)
    return kept


def written(axes):
    return [text.get_text() for text in axes.texts]


def svg_texts(chart, lang):
    return [text.text for text in etree.fromstring(chart.svg(lang)).iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", sorted(MAKERS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_figure_has_title_description_caption_and_data(made, kind, lang):
    chart = made[kind]
    figure = html.fragment_fromstring(html_of(chart.piece(), lang))
    assert (figure.tag, figure.get("class"), figure.get("id")) == ("figure", "chart", f"fig-{chart.slug}")
    svg = etree.fromstring(chart.svg(lang))
    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby").split()
    assert [svg.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")] == named
    assert svg.find(f"{SVG}desc").text == chart.alt.in_(lang)
    caption = chart.caption.plain(lang)
    assert figure.find("figcaption").text_content() == svg.find(f"{SVG}title").text == caption
    assert figure.find("details").get("class") == "data"
    assert len(figure.findall("details/table/tbody/tr")) >= 2
    assert NOTICE.in_(lang) in svg_texts(chart, lang)
    assert "width" not in svg.attrib
    assert svg.get("viewBox").startswith("0 0 460.8 ")


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_the_same_call_gives_the_same_bytes_and_leaves_nothing_behind(made, kind):
    before = dict(mpl.rcParams)
    again = MAKERS[kind]()
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []
    assert [again.svg(lang) for lang in ("zh", "en")] == [made[kind].svg(lang) for lang in ("zh", "en")]
    assert "dc:date" not in again.svg("zh")


def test_ids_do_not_collide_on_a_page(made):
    page = "".join(chart.svg(lang) for chart in made.values() for lang in ("zh", "en"))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'(?:href="|url\()#([^")]+)', page))
    assert targets
    assert targets <= set(ids)
    assert "<style" not in page


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_text_stays_text_in_a_typeface_that_has_it(made, kind):
    for lang in ("zh", "en"):
        texts = svg_texts(made[kind], lang)
        assert missing_glyphs("".join(texts)) == ()
        assert all(
            "'Noto Sans SC'" in t.get("style")
            for t in etree.fromstring(made[kind].svg(lang)).iter(f"{SVG}text")
        )


@pytest.mark.parametrize("kind", sorted(MAKERS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_is_cut_off_or_lies_on_another(made, kind, lang):
    boxes = []
    svg = etree.fromstring(made[kind].svg(lang))
    height = float(svg.get("viewBox").split()[3])
    for text in svg.iter(f"{SVG}text"):
        size = float(re.search(r"font-size: ([\d.]+)px|font: ([\d.]+)px", text.get("style")).group(1))
        anchor = re.search(r"text-anchor: (\w+)", text.get("style"))
        width = text_width(text.text, size)
        x, y = _place(text)
        x -= {"start": 0, "middle": width / 2, "end": width}[anchor.group(1) if anchor else "start"]
        assert x >= -0.5, text.text
        assert x + width <= PAGE.width + 0.5, text.text
        assert size * 0.7 <= y <= height, text.text
        boxes.append((x, x + width, y - 0.7 * size, y, text.text))
    for place, (a0, a1, top, bottom, name) in enumerate(boxes):
        for b0, b1, other_top, other_bottom, other in boxes[place + 1 :]:
            apart = a1 <= b0 or b1 <= a0 or bottom <= other_top or other_bottom <= top
            assert apart, (name, other)


def _place(text):
    if text.get("x") is not None:
        return float(text.get("x")), float(text.get("y"))
    moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", text.get("transform"))
    return float(moved.group(1)), float(moved.group(2))


def test_bars_start_at_zero_and_run_from_high_to_low(drawn):
    MAKERS["bars"]().svg("zh")
    _, axes = drawn[0]
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == [93.59, 85.9, 56.4, 19.2]
    assert axes.get_xlim()[0] == 0
    assert [text.get_text() for text in drawn[0][0].figure.texts if text.get_ha() == "right"] == [
        "APP服务", "微信服务", "视频服务", "微博服务",
    ]  # fmt: skip
    assert written(axes) == ["94%", "86%", "56%", "19%"]
    ticks = [line.get_xdata()[0] for line in axes.lines if line.get_color() != PAPER]
    assert ticks == [92.2, 88.3, 51.9, 20.8]


def test_growth_runs_from_the_strongest_rise_to_the_strongest_fall_on_both_sides_of_zero(drawn):
    MAKERS["growth"]().svg("zh")
    _, axes = drawn[0]
    assert [patch.get_width() for patch in axes.patches] == pytest.approx([87.11, 9.29, -5.0, -47.57])
    assert axes.get_xlim() == pytest.approx((-47.57, 87.11))
    rises, falls = (
        {patch.get_facecolor() for patch in side} for side in (axes.patches[:2], axes.patches[2:])
    )
    assert len(rises) == len(falls) == 1
    assert rises != falls


def test_growth_names_the_strongest_of_both_directions_that_there_are():
    def caption(*changes):
        rows = GROWTH.iloc[: len(changes)].assign(change=changes)
        return charts.growth(Cells(ESTIMATES, LEXICON, rows), list(ITEMS), Head("g")).caption.plain("en")

    assert caption(87.0, -47.0) == (
        "App rose most on the year before (+87%), Video fell most on the year before (−47%)"
    )
    assert caption(2.0) == "App rose most on the year before (+2%)"
    assert caption(-3.0, -2.0) == "App fell most on the year before (−3%)"
    assert caption(0.0) == "Nothing changed on the year before"


def test_a_withheld_bar_is_named_and_not_drawn(drawn):
    hidden = ESTIMATES.copy()
    at = (hidden["indicator"] == "wechat") & (hidden["wave"] == "2023")
    hidden.loc[at, ["estimate", "status"]] = [NAN, "suppressed"]
    chart = charts.bars(Cells(hidden, LEXICON), list(ITEMS), Head("b"), wave="2023")
    chart.svg("zh")
    assert [bar.get_width() for bar in drawn[0][1].patches] == [93.59, 56.4, 19.2, 0.0]
    assert written(drawn[0][1])[-1] == "[c]"
    assert "微信服务不予公布" in chart.alt.zh
    assert "WeChat withheld" in chart.alt.en


def test_trend_keeps_true_distances_and_stops_at_a_break(drawn):
    MAKERS["trend"]().svg("zh")
    _, axes = drawn[0]
    lines = [list(map(int, line.get_xdata())) for line in axes.lines if line.get_linewidth() == 2]
    assert lines == [[2016, 2017], [2022, 2023]]
    dotted = [list(map(int, line.get_xdata())) for line in axes.lines if line.get_linewidth() == 1.3]
    assert dotted == [[2017, 2021]]
    mark = next(line for line in axes.lines if line.get_linestyle() == "--" and line.get_linewidth() == 0.9)
    assert list(mark.get_xdata()) == [2021.5, 2021.5]
    assert "①" in written(axes)
    assert "92.88%" in written(axes)


def test_trend_draws_published_figures_open_and_intervals_as_given(drawn):
    MAKERS["trend"]().svg("zh")
    _, axes = drawn[0]
    markers = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_markerfacecolor() == PAPER for line in markers] == [True, True, True, False, False]
    assert markers[-1].get_markersize() > markers[0].get_markersize()
    whiskers = [list(line.get_ydata()) for line in axes.lines if line.get_linewidth() == 1.2]
    assert whiskers == [[86.9, 89.5], [91.6, 94.0]]


def test_trend_explains_its_break_and_names_ends_that_meet_apart(drawn, made):
    assert "① 2022年起改用平均值" in svg_texts(made["trend"], "zh")
    assert "① from 2022 it is a mean" in svg_texts(made["trend"], "en")
    charts.trend(CELLS, ["rate", "other_rate"], Head("two")).svg("zh")
    heights = sorted(
        text.xy[1] for text in drawn[0][1].texts if "%" in text.get_text() and text.xy[0] == 2023
    )
    low, high = drawn[0][1].get_ylim()
    assert (heights[1] - heights[0]) / (high - low) * 168 >= PAGE.label


def test_units_of_an_axis_are_those_of_the_language(drawn):
    made = charts.trend(CELLS, ["staff"], Head("staff"))
    for lang in ("zh", "en"):
        made.svg(lang)
    zh, en = ([label.get_text() for label in axes.get_yticklabels()] for _, axes in drawn)
    assert {"4.20", "4.30"} <= set(zh)
    assert {"42,000", "43,000"} <= set(en)
    assert [text for text in written(drawn[1][1]) if "people" in text] == ["41,700 people"]


def test_segments_stand_at_their_estimates_with_their_own_shapes(drawn):
    MAKERS["segments"]().svg("zh")
    _, axes = drawn[0]
    dots = [tuple(map(float, group.get_offsets()[0])) for group in axes.collections]
    assert dots == [(95.21, 0.0), (93.4, 1.0), (90.11, 2.0)]
    shapes = {group.get_paths()[0].vertices.tobytes() for group in axes.collections}
    assert len(shapes) == 3
    spans = [list(line.get_xdata()) for line in axes.lines if line.get_linewidth() == 2.0]
    assert spans == [[93.8, 96.4], [91.9, 94.7], [87.2, 92.8]]
    total = next(line for line in axes.lines if line.get_linewidth() == 1.1)
    assert list(total.get_xdata()) == [92.88, 92.88]


def test_a_hidden_segment_keeps_its_row_and_shows_no_number(made):
    chart = made["segments"]
    texts = svg_texts(chart, "zh")
    assert [text for text in texts if text.startswith("农村中小银行")] == ["农村中小银行"], "without its base"
    assert "[c]" in texts
    assert "农村中小银行不予公布" in chart.alt.zh
    assert "Rural banks withheld" in chart.alt.en


def test_parts_of_a_bar_follow_one_another(drawn):
    MAKERS["parts"]().svg("zh")
    _, axes = drawn[0]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [
        (0.0, 61.0), (61.0, 30.0), (91.0, 9.0), (0.0, 29.0), (29.0, 58.0), (87.0, 13.0),
    ]  # fmt: skip
    assert written(axes) == ["61%", "30%", "9%", "29%", "58%", "13%"]


def test_alternative_texts_say_what_is_shown(made):
    assert made["bars"].alt.en == (
        "Bar chart, 2023, from high to low: App 94% (92% in 2022); WeChat 86% (88% in 2022); "
        "Video 56% (52% in 2022); Weibo <br> 19% (21% in 2022). Video moved most, from 52% in 2022 to 56% in 2023. "
        "Share of members, %; respondents, 2023, base: 78 members."
    )
    assert made["trend"].alt.zh == (
        "折线图。人工电话平均接通率：2016年90.21%，2023年92.88%；最高94.15%（2021年），最低88.28%（"
        "2022年）；断点之后由2022年88.28%到2023年92.88%。"
        "2022年前序列中断：2022年起改用平均值。人工电话平均接通率（%），答卷单位；2023年78家单位作答。"
    )
    assert made["segments"].alt.en.startswith(
        "Dot plot of the average answer rate, 2023: highest Large banks 95.21%, lowest City banks 90.11%. "
        "Group by group: Large banks 95.21% (interval 93.80% to 96.40%);"
    )
    assert (
        made["parts"].alt.zh
        == "堆积条形图。差别最大的是“一级部门”，最高为2016年61%，最低为2017年29%。2016年：一级部门61%、二级部门30%、其他9%；2017年：一级部门29%、二级部门58%、其他13%。各项单位占比（%），答卷单位；2017年78家单位作答。"
    )


def test_captions_state_a_finding_and_everything_is_escaped(made):
    chart = made["bars"]
    assert chart.caption.plain("en") == "App leads at 94%; Weibo <br> is last at 19%"
    assert "<br>" not in html_of(chart.piece(), "en")
    bound = html.fragment_fromstring(html_of(chart.piece(), "en")).findall("figcaption/data")
    assert [(d.get("data-estimate"), d.text) for d in bound] == [
        ("2023/app/total/all", "94%"), ("2023/weibo/total/all", "19%"),
    ]  # fmt: skip
    assert made["segments"].caption.plain("zh") == (
        "人工电话平均接通率：大型商业银行最高（95.21%），城市商业银行最低（90.11%）"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: charts.bars(Cells(ESTIMATES.drop(columns="n"), LEXICON), ["app"], Head("a"), wave="2023"),
            "no n",
        ),
        (lambda: charts.bars(CELLS, ["app"], Head("a"), wave="1999"), "released totals of wave 1999"),
        (lambda: charts.bars(CELLS, ["app"], Head("A b"), wave="2023"), "small letters"),
        (lambda: charts.trend(CELLS, ["rate", "staff"], Head("a")), "indicators of one unit"),
        (lambda: charts.trend(CELLS, ["nope"], Head("a")), "one figure of nope a year"),
        (
            lambda: charts.trend(
                Cells(ESTIMATES, LEXICON, series=SERIES.drop(columns="source")), ["rate"], Head("a")
            ),
            "none called source",
        ),
        (
            lambda: charts.segments(CELLS, "rate", ["village"], Head("a"), wave="2023", dimension="stratum"),
            "0 of 1 with rows",
        ),
    ],
)
def test_errors_say_what_to_do(call, message):
    with pytest.raises(AnalysisError, match=message):
        call()


def test_lines_break_between_characters_or_words():
    assert wrap("一二三四五六", 40, 10, "zh") == ["一二三四", "五六"]
    assert all(text_width(line, 10) <= 60 for line in wrap("one two three four", 60, 10, "en"))


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light = []
    for color in (one, other):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
        light.append(sum(a * b for a, b in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)) + 0.05)
    return max(light) / min(light)


@pytest.mark.parametrize("kind", ["trend", "two lines", "segments", "bars", "growth"])
def test_the_dark_page_has_dark_paper_and_words_that_are_read_on_it(made, kind):
    svg = etree.fromstring(made[kind].svg("en", charts.DARK))
    paper = svg.find(f".//{SVG}path").get("style").removeprefix("fill: ")
    assert contrast(paper, "#000000") < 1.3
    inks = {re.search(r"fill: (#\w+)", text.get("style"))[1] for text in svg.iter(f"{SVG}text")}
    assert inks
    assert min(contrast(ink, paper) for ink in inks) >= 4.5
    assert svg_texts(made[kind], "en") == [text.text for text in svg.iter(f"{SVG}text")]


def test_words_inside_bars_keep_their_contrast_in_the_dark(made):
    svg = etree.fromstring(made["parts"].svg("zh", charts.DARK))
    fills, inks = (
        [
            re.search(r"fill: (#\w+)", one.get("style"))[1]
            for one in svg.iterfind(f".//*[@data-estimate]//{SVG}{tag}")
        ]
        for tag in ("path", "text")
    )
    assert len(fills) == len(inks) == 6
    assert min(map(contrast, fills, inks)) >= 3


def test_on_a_phone_names_stand_above_marks_that_take_the_width(drawn):
    wide = {}
    for medium in (PAGE, charts.PHONE):
        MAKERS["bars"]().svg("zh", medium)
        sheet, axes = drawn[-1]
        wide[medium.name] = axes.get_position().width
        names = [text for text in sheet.figure.texts if "服务" in text.get_text()]
        assert {text.get_ha() for text in names} == {"left" if medium.narrow else "right"}
    assert wide["phone"] > wide["page"]


def test_segments_take_the_programme_s_colours_and_shapes(drawn):
    lexicon = replace(LEXICON, colours={"large": "#112233"}, shapes={"large": "v"})
    cells = Cells(ESTIMATES, lexicon)
    charts.segments(cells, "rate", TYPES, Head("s"), wave="2023", dimension="stratum").svg("zh")
    first = drawn[-1][1].collections[0]
    assert to_hex(first.get_facecolor()[0]) == "#112233"
    assert (
        first.get_paths()[0].vertices[0].tolist()
        == MarkerStyle("v").get_transform().transform(MarkerStyle("v").get_path().vertices)[0].tolist()
    )
