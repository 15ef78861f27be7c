from __future__ import annotations

import re

import nbformat
import pytest
from lxml import html

from survey.documents import assemble
from survey.errors import PublicationError


@pytest.fixture(scope="module")
def pages(pages):
    """Return the pages as text."""
    return {lang: page.text for lang, page in pages.items()}


@pytest.fixture(scope="module")
def parsed(pages):
    return {lang: html.document_fromstring(page) for lang, page in pages.items()}


def one_page(rule, *cells, lang="zh", edition="public"):
    return assemble([rule.notebook("01-x", *cells)], lang, edition, rule.front(lang)).text


def texts(elements):
    return [" ".join(e.text_content().split()) for e in elements]


def test_figures_and_tables_are_numbered_in_one_sequence_each(parsed):
    captions = texts(parsed["zh"].xpath("//main//figure/figcaption"))
    assert [c.split("图")[1].split()[0] for c in captions] == ["1", "2", "3"]
    outside = parsed["zh"].xpath("//main//table[not(ancestor::figure)]/caption")
    assert [t[:3] for t in texts(outside)] == ["表 1", "表 2", "表 3"]
    assert texts(parsed["en"].xpath("//main//figure/figcaption"))[0].startswith("Figure 1 Joint-stock banks")


def test_a_number_stands_in_one_place_only(pages):
    assert "图 1 图 1" not in re.sub("<[^>]+>", "", pages["zh"])
    assert "counter-increment" not in pages["zh"]


def test_empty_references_get_the_number_of_their_target(parsed):
    refs = {a.get("href"): a.text_content() for a in parsed["zh"].xpath("//main//a[@class='ref']")}
    assert refs == {
        "#fig-connect": "图 1",
        "#tbl-small": "表 1",
        "#sec-method": "第 3 节",
        "#tbl-long": "表 3",
    }
    english = [a.text_content() for a in parsed["en"].xpath("//main//a[@class='ref']")]
    assert english == ["Figure 1", "Table 1", "Section 3", "Table 3"]


def test_headings_keep_ids_in_both_languages_and_stand_below_the_title(parsed):
    ids = [
        [h.get("id") for h in parsed[lang].xpath("//main//h2 | //main//h3 | //main//h4")]
        for lang in ("zh", "en")
    ]
    assert ids[0] == ids[1]
    assert ids[0][:3] == ["sec-overview", "sec-overview-2", "sec-trends"]
    assert len(parsed["zh"].xpath("//h1")) == 1
    assert texts(parsed["zh"].xpath("//main//h4")) == ["2.1.1 口径"]


def test_contents_name_every_chapter_and_section_and_every_figure_and_table(parsed):
    nav = parsed["en"].get_element_by_id("contents")
    entries = texts(nav.xpath("./ol//a"))
    assert entries[0] == "1 Overview of the sector"
    assert entries[1] == "1.1 Calls answered"
    assert len(entries) == 6
    assert len(nav.xpath("./details//a")) == 6
    targets = {a.get("href")[1:] for a in nav.iter("a")}
    assert targets <= set(parsed["en"].xpath("//@id"))


def test_only_one_language_is_printed(pages):
    assert "行业概况" in pages["zh"]
    assert "Overview of the sector" not in pages["zh"]
    assert "行业概况" not in pages["en"]
    assert '<html lang="zh-Hans">' in pages["zh"]
    assert '<html lang="en">' in pages["en"]


def test_code_and_what_it_prints_and_frames_without_language_stay_out(pages):
    for page in pages.values():
        assert "secret_source" not in page
        assert "printed by mistake" not in page
        assert "stray frame" not in page
        assert "wave = " not in page


def test_internal_cells_are_printed_in_the_internal_edition_alone(rule, chapters, pages):
    assert "internal-note" not in pages["zh"]
    internal = assemble(chapters, "zh", "internal", rule.front("zh")).text
    assert "internal-note" in internal


def test_nothing_is_loaded_from_elsewhere(parsed):
    for page in parsed.values():
        assert not page.xpath("//script[@src] | //img[not(starts-with(@src, 'data:'))] | //iframe")
        assert page.xpath("//link/@rel") == ["alternate"]
        style = "".join(page.xpath("//style/text()"))
        assert set(re.findall(r"url\((.{5})", style)) == {"data:"}
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert policy.startswith("default-src 'none'")


def test_pages_are_small_and_the_same_each_time(rule, chapters, pages):
    assert all(len(page.encode()) < 3_000_000 for page in pages.values())
    assert assemble(chapters, "zh", "public", rule.front("zh")).text == pages["zh"]


def test_the_notice_stands_at_the_top_on_the_cover_and_at_the_end(rule, chapters, pages):
    assert pages["zh"].count(rule.NOTICE["zh"]) == 3
    assert pages["en"].count(rule.NOTICE["en"]) == 3
    plain = assemble(chapters, "zh", "public", rule.front("zh", notice=False)).text
    assert "演示数据" not in plain
    assert '<p class="notice' not in plain


def test_pictures_keep_the_spelling_of_their_attributes_and_share_no_id(pages):
    assert "viewBox=" in pages["zh"]
    assert "clipPath" in pages["zh"]
    ids = re.findall(r'\sid="([^"]+)"', pages["zh"])
    assert len(ids) == len(set(ids))


def test_tables_stand_in_a_named_box_the_keyboard_reaches(parsed):
    boxes = parsed["zh"].xpath("//main//table/..")
    assert boxes
    for box in boxes:
        assert box.get("tabindex") == "0"
        assert box.get("role") == "region"
        name = box.get("aria-labelledby")
        assert box.get("aria-label") or parsed["zh"].get_element_by_id(name).text_content().strip()
    named = [box.get("aria-label") for box in boxes if box.get("aria-label")]
    assert len(named) == len(set(named)), "charts of one title have data of different names"
    assert len(parsed["zh"].xpath("//div[contains(@class, 'long')]")) == 1


def test_blocks_say_which_notebook_and_cell_they_come_from(parsed):
    figure = parsed["zh"].get_element_by_id("fig-connect")
    assert (figure.get("data-notebook"), figure.get("data-cell")) == ("01-overview", "5")


def test_markup_that_is_not_ours_appears_as_text_and_does_nothing(rule):
    page = one_page(
        rule,
        rule.md('# 一\n\n<script>alert(1)</script> `#import` $x$ \\write18 <b onclick="x()">粗</b>', "zh"),
        rule.md('<p style="position:fixed">文 <a href="javascript:alert(2)">链</a></p>', "zh"),
        rule.code('<p>甲<iframe src="https://example.org/"></iframe></p>'),
    )
    main = html.document_fromstring(page).get_element_by_id("text")
    assert not main.xpath(".//script | .//iframe | .//@onclick | .//@style")
    assert "<script>alert(1)</script>" in main.text_content()
    assert '<iframe src="https://example.org/"></iframe>' in main.text_content()
    assert "#import" in main.text_content()
    assert "$x$" in main.text_content()
    assert "\\write18" in main.text_content()
    assert main.xpath(".//a[text()='链']/@href") == []


def test_a_picture_can_neither_run_nor_load_anything(rule):
    page = one_page(
        rule,
        rule.code(
            '<figure id="fig-a"><svg xmlns="http://www.w3.org/2000/svg" onload="x()" viewBox="0 0 9 9">'
            '<script>alert(1)</script><image href="https://example.org/a.png"/><desc>d</desc>'
            '<style>@import "https://example.org/a.css";</style></svg><figcaption>说明</figcaption></figure>'
        ),
    )
    picture = page[page.index("<svg") : page.index("</svg>")]
    assert "example.org" not in picture
    assert "script" not in picture
    assert "onload" not in picture


def test_a_reference_to_nothing_stays_visible(rule):
    assert "[fig-nowhere?]" in one_page(rule, rule.md("见[](#fig-nowhere)", "zh"))


@pytest.mark.parametrize(
    ("cells", "lang", "message"),
    [
        (
            lambda r: [
                r.code(
                    outputs=[nbformat.v4.new_output("error", ename="KeyError", evalue="secret", traceback=[])]
                )
            ],
            "zh",
            "01-x, cell 1 ended in KeyError; correct the chapter and run it again.",
        ),
        (
            lambda r: [r.md("# A", "en")],
            "zh",
            (
                "The public edition has nothing to print in 'zh': no markdown cell is tagged "
                "'zh' or untagged, "
                "and no output is a piece or carries the metadata lang='zh'."
            ),
        ),
        (
            lambda r: [r.code("<figure><svg><g></svg></figure>")],
            "zh",
            (
                "01-x, cell 1: the SVG picture is not well-formed XML (Opening and ending tag mismatch: "
                "g line 1 and svg, line 1, column 50); draw it with analysis.charts or correct the markup."
            ),
        ),
    ],
)
def test_what_an_author_is_told(rule, cells, lang, message):
    with pytest.raises(PublicationError) as told:
        one_page(rule, *cells(rule), lang=lang)
    assert str(told.value) == message


def test_front_matter_of_the_other_language_is_refused(rule, chapters):
    with pytest.raises(PublicationError, match="front matter is in 'en', the page in 'zh'"):
        assemble(chapters, "zh", "public", rule.front("en"))


def test_a_page_for_other_files_has_the_same_text_and_no_style_script_or_typeface(rule, chapters, pages):
    made = assemble(chapters, "zh", "public", rule.front("zh"), on_screen=False).text
    whole, bare = (html.document_fromstring(page) for page in (pages["zh"], made))
    assert not bare.xpath("//head/style | //script")
    assert bare.find("body").text_content().split() == text_without_scripts(whole).split()


def text_without_scripts(page):
    for script in page.xpath("//body//script"):
        script.drop_tree()
    return page.find("body").text_content()


def test_colours_are_named_on_the_web_page_alone(rule):
    """Paper has no dark side, and its programs draw what they cannot resolve in black."""
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text style="font-family: \'Noto Sans SC\'; fill: #1F4E79">图</text></svg>'
    cell = rule.code(f"<figure>{drawn}</figure>", f"<figure>{drawn}</figure>")
    page = assemble([rule.notebook("01-x", rule.md("# 1"), cell)], "zh", "public", rule.front("zh"))
    assert "fill: var(--c1f4e79, #1F4E79)" in page.text
    assert "--c1f4e79: #8DBDE6;" in page.text
    assert all("var(" not in picture.svg for picture in page.pictures.values()), "what paper is drawn from"
