from __future__ import annotations

from dataclasses import replace

import pytest

from survey.documents import assemble, published_page, report_faults
from survey.gate import check, disparities

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><desc>线</desc><path d="M0 0L9 9"/></svg>'

pytestmark = pytest.mark.usefixtures("hollow_fonts")


def faults(rule, *cells):
    page = assemble([rule.notebook("01-x", rule.md("# 章", "zh"), *cells)], "zh", "public", rule.front("zh"))
    return check(page)


def test_the_whole_report_passes_in_both_languages(pages):
    for page in pages.values():
        assert [fault for fault in check(page) if fault.level == "error"] == []


NO_WORDS = "a picture has no alternative text; describe it in the chart's <desc> or the image's alt."
PLANTED = {
    "picture_without_alternative_text": (
        (
            '<figure id="fig-a"><svg xmlns="http://www.w3.org/2000/svg"><path/></svg>'
            '<figcaption>甲</figcaption></figure>'
        ),
        "alternative-text", NO_WORDS,
    ),
    "image_without_alternative_text": (
        '<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></p>',
        "alternative-text", NO_WORDS,
    ),
    "table_without_caption": (
        '<table id="tbl-a"><tr><td>甲</td></tr></table>',
        "caption", "a table has no caption; give it one that says what it shows.",
    ),
    "reference_to_nothing": (
        '<p>见<a href="#fig-b"></a></p>',
        "reference", "a reference names 'fig-b', which is nowhere on the page; correct or add it.",
    ),
    "figure_never_numbered": (
        f'<figure id="fig-a">{SVG}</figure>',
        "number", "a figure was never numbered; a figure needs a caption to get a number.",
    ),
    "figure_without_id": (
        f"<figure>{SVG}<figcaption>甲</figcaption></figure>",
        "number", "a figure has no id, so nothing can refer to it; give it one.",
    ),
    "picture_from_another_host": (
        '<p><img alt="甲" src="https://example.org/a.png"></p>',
        "foreign", "<img> loads 'https://example.org/a.png' from elsewhere; put it into the page itself.",
    ),
    "same_id_twice": (
        '<p id="a">甲</p><p id="a">乙</p>',
        "id", "the id 'a' occurs 2 times; give each its own.",
    ),
    "heading_jump": (
        "<h4>跳</h4>",
        "heading", "the heading '1.0.0.1 跳' is 3 levels below the one before it; use one # fewer.",
    ),
    "glyph_the_fonts_lack": (
        "<p>😀</p>",
        "glyph", "no typeface of the house holds U+1F600 '😀'; write it another way.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "kind", "message"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_with_its_cell(rule, markup, kind, message):
    found = [fault for fault in faults(rule, rule.code(markup)) if fault.rule == kind]
    assert [(fault.level, fault.message, fault.where) for fault in found] == [
        ("error", message, "01-x, cell 2")
    ]


@pytest.mark.parametrize(
    "text",
    ["2023年", "2022年6月30日", "2022Q1", "第3章", "7×24小时", "5G网络", "<data value='1'>1</data>"],
)
def test_numbers_that_may_be_typed_pass(rule, text):
    assert faults(rule, rule.code(f"<p>见{text}。</p>")) == []


@pytest.mark.parametrize(
    "block",
    [
        "<p>升至 93.1%</p>",
        "<ul><li>升至 93.1%</li></ul>",
        "<h3>升至 93.1%</h3>",
        "<blockquote>升至 93.1%</blockquote>",
    ],
)
def test_a_number_typed_into_running_text_stops_with_its_cell_and_text(rule, block):
    found = [fault for fault in faults(rule, rule.code(block)) if fault.rule == "typed-number"]
    assert [str(fault).replace("1.0.1 ", "").replace("1.1 ", "") for fault in found] == [
        "01-x, cell 2: the number '93.1%' in “升至 93.1%” is typed and bound to no figure; let a statement print it, "
        "or quote it: {{level}}, {{2023/ch_app/total/all}}."
    ]
    assert found[0].level == "error"


def test_a_number_typed_into_a_list_within_a_quotation_is_told_once(rule):
    found = faults(rule, rule.code("<blockquote><ul><li><p>共 1,204 人</p></li></ul></blockquote>"))
    assert [fault.rule for fault in found] == ["typed-number"]


def test_digits_of_a_name_are_no_figures(rule):
    page = assemble(
        [rule.notebook("01-x", rule.md("# 章", "zh"), rule.code("<p>接通率高于95%的中心</p>"))],
        "zh", "public", rule.front("zh"),
    )  # fmt: skip
    assert [fault.rule for fault in check(page)] == ["typed-number"]
    assert check(page, ["接通率高于95%的中心"]) == []


def test_english_left_in_a_chinese_page_is_found(rule):
    found = faults(rule, rule.code("<p>Calls answered by an agent</p>"))
    assert [str(fault) for fault in found] == [
        "01-x, cell 2: “Calls answered by an agent” is not in the page's language (zh); translate it, or mark it "
        "with its own lang."
    ]


def test_chinese_left_in_an_english_page_is_found_unless_told_as_such(rule):
    cells = [
        rule.md("# Chapter", "en"),
        rule.code(None, "<p>人工接通率</p><p><q lang='zh'>人工接通率</q></p>"),
    ]
    page = assemble([rule.notebook("01-x", *cells)], "en", "public", rule.front("en", notice=False))
    assert [(fault.rule, fault.where) for fault in check(page)] == [("untranslated", "01-x, cell 2")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<style>", "<style>@import 'https://example.org/x.css';"),
        ("<style>", "<style>body{background:url(https://example.org/x.png)}"),
        ("</head>", "<link rel='stylesheet' href='x.css'></head>"),
        ("</body>", "<script src='https://example.org/x.js'></script></body>"),
        ("</body>", "<iframe src='x.html'></iframe></body>"),
    ],
)
def test_whatever_loads_from_elsewhere_is_found(pages, old, new):
    page = replace(pages["zh"], source=pages["zh"].source.replace(old, new, 1))
    found = check(page)
    assert [fault.rule for fault in found if fault.level == "error"] == ["foreign"]


def test_faults_are_told_errors_first(rule):
    picture = SVG.replace("<desc>", "<text font-family='Comic Sans'>甲</text><desc>")
    figure = f"<figure id='fig-a'>{picture}<figcaption>甲</figcaption></figure>"
    found = faults(rule, rule.code(f"<p>见<a href='#no'></a></p>{figure}"))
    lines = report_faults(found).splitlines()
    assert lines[0].startswith("error: 01-x, cell 2: a reference names 'no'")
    assert lines[1].startswith("warning: 01-x, cell 2: a picture is lettered in 'Comic Sans'")


def test_a_published_file_is_looked_at_as_the_page_it_was_made_from(pages):
    read = {lang: published_page(page.text, lang) for lang, page in pages.items()}
    assert {lang: page.text for lang, page in read.items()} == {lang: p.text for lang, p in pages.items()}
    assert [fault for page in read.values() for fault in check(page) if fault.level == "error"] == []
    assert disparities((read["zh"], read["en"])) == []
    number = pages["zh"].main().xpath("string(.//p[@class='statement']/data/@value)")
    wrong = published_page(pages["zh"].text.replace(f'value="{number}"', 'value="1"'), "zh")
    (apart,) = disparities((wrong, read["en"]))
    assert apart.where == "01-overview, cell 4"
    typed = published_page(pages["zh"].text.replace("</main>", "<p>共93.1%</p></main>"), "zh")
    assert [fault.rule for fault in check(typed) if fault.level == "error"] == ["typed-number"]
