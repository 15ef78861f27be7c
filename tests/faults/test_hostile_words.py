"""Names and answers that are somebody's code: in every kind of file they stand as the text they are."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import escape

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from lxml.html import document_fromstring
from pptx import Presentation
from pypdf import PdfReader

import fixtures.chapters as rule
from analysis.pieces import Chart
from analysis.words import Claim, Phrase, Text
from survey.data import SheetTable, write_data
from survey.data.csv_files import DataFile
from survey.data.data_texts import Described
from survey.data.ods import write_ods
from survey.data.sheet_layout import lay_out
from survey.data.xlsx import write_xlsx
from survey.documents import assemble, markdown, typeset, wordfile
from survey.documents import web_page as webpage
from survey.documents.deck import cut_deck, handout, placed_pictures, presentation, rasters, set_deck
from survey.gate import check

WORDS = {
    "script": "<script>alert(1)</script>",
    "event": '<img src="x" onerror="alert(2)">',
    "breakout": '"]></svg><script>alert(3)</script>',
    "closing": "</title></script></style></main><!-- --> ]]>",
    "typst": '#import "x": * #eval("1+1") #read("/etc/passwd")',
    "formula": '=HYPERLINK("http://x","press")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tex": "\\write18{x} \\input{/etc/passwd}",
    "markdown": "$x$ *a* _b_ [c](d) | e `f` ![g](h) ~~i~~",
    "template": "{{2023/ch_app/total/all}} {% raw %} ${y}",
    "entity": "&lt;b&gt; &amp; &#60; &copy;",
    "field": 'HYPERLINK \\o "x" _x0041_ {PAGE}',
}
LONG = "远程银行" * 75
LONG_LATIN = "Bank" * 75
CONTROL = "bell\x07 null\x00 escape\x1b[31m none\ufffe"


def squeezed(text):
    """Drop what line breaking may add or take: blanks, and the places where a long word may break."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def same(words):
    return Phrase((words,), (words,))


def picture(words):
    told = escape(words)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 200" role="img" '
        f'aria-labelledby="h-t h-d"><title id="h-t">{told}</title><desc id="h-d">{told}</desc>'
        f'<text x="4" y="20" style="font-size: 9px; font-family: \'Noto Sans SC\'">{told}</text></svg>'
    )


def chart(words):
    caption = f"<figcaption>{escape(words)}</figcaption>"
    return f'<figure class="chart" id="fig-hostile">{picture(words)}{caption}</figure>'


def book(words):
    """Make a chapter in which each of the words names a bank, is an answer, and labels a chart."""
    rows = [[escape(word), escape(word)] for word in words]
    table = rule.table_html("hostile", "单位与答案", ["单位", "答案"], rows, "注：演示。")
    answers = "".join(f"<p>{escape(word)}</p>" for word in words)
    cells = [rule.code(f"{answers}{table}"), rule.code(chart(words[0]))]
    return rule.notebook("01-x", rule.md("# 章", "zh"), *cells)


@pytest.fixture(scope="module")
def hollow():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webpage, "woff", lambda _path, _characters: b"")
        yield


@pytest.fixture(scope="module")
def front():
    return rule.front("zh")


@pytest.fixture(scope="module")
def page(hollow, front):
    return assemble([book(list(WORDS.values()))], "zh", "public", front)


def parts_of(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words_of(part):
    return "".join(map(str, etree.fromstring(part).itertext()))


class TestPage:
    def test_each_stands_as_text_in_prose_table_and_chart(self, page):
        root = document_fromstring(page.text)
        paragraphs = [part.text_content() for part in root.xpath("//main//p")]
        heads = [part.text_content() for part in root.xpath("//main//th[@scope='row']")]
        for word in WORDS.values():
            assert word in paragraphs
            assert word in heads
        assert root.xpath("//figcaption")[0].text_content().endswith(WORDS["script"])

    def test_there_is_no_element_attribute_or_address_of_theirs(self, page):
        root = document_fromstring(page.text)
        assert [one.get("id") for one in root.iter("script")] == ["page-data", None]
        assert not root.xpath("//main//script | //img | //*[@onerror or @onload or @onclick]")
        assert not root.xpath("//main//a[not(starts-with(@href, '#'))]")

    def test_no_browser_may_run_another_script_than_the_pages_own(self, page):
        policy = document_fromstring(page.text).xpath(
            "//meta[@http-equiv='Content-Security-Policy']/@content"
        )[0]
        assert "script-src 'sha256-" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1]

    def test_markup_that_nobody_escaped_is_shown_and_not_run(self, hollow, front):  # noqa: ARG002
        cell = rule.code(f"<p>甲{WORDS['script']}{WORDS['event']}</p>")
        made = assemble([rule.notebook("01-x", rule.md("# 章", "zh"), cell)], "zh", "public", front)
        root = document_fromstring(made.text)
        assert "<script>alert(1)</script>" in root.get_element_by_id("text").text_content()
        assert not root.xpath("//main//script | //*[@onerror]")


def test_pdf_prints_them_all_and_stays_as_long_as_it_was(page, front, hollow):
    printed = PdfReader(io.BytesIO(typeset(page)))
    told = squeezed("".join(leaf.extract_text() for leaf in printed.pages))
    for name, word in WORDS.items():
        assert told.count(squeezed(word)) >= 3, name
    harmless = assemble([book(["甲" * len(word) for word in WORDS.values()])], "zh", "public", front)
    usual = len(PdfReader(io.BytesIO(typeset(harmless))).pages)
    assert len(printed.pages) <= usual + 1
    links = [note.get_object() for leaf in printed.pages for note in leaf.get("/Annots", ())]
    assert not [link for link in links if "/URI" in link.get("/A", {}) or "/JS" in link.get("/A", {})]


def test_word_file_holds_them_as_text_and_no_field_or_link_of_theirs(page, front):
    parts = parts_of(wordfile(page))
    told = words_of(parts["word/document.xml"])
    for name, word in WORDS.items():
        assert told.count(word) >= 2, name
    body = etree.fromstring(parts["word/document.xml"])
    fields = "".join(part.text or "" for part in body.iter("{*}instrText"))
    assert "http" not in fields
    assert "HYPERLINK" not in fields
    relations = etree.fromstring(parts["word/_rels/document.xml.rels"])
    assert not [one.get("Target") for one in relations if one.get("TargetMode") == "External"]


def test_markdown_shows_them_when_it_is_read_again(page, front):
    import pypandoc  # noqa: PLC0415 - a second reading, for this test alone

    text = markdown(page).decode()
    shown = pypandoc.convert_text(text, "html", format="gfm", extra_args=["--wrap=none"])
    root = document_fromstring(shown)
    told = squeezed(root.text_content())
    for name, word in WORDS.items():
        assert told.count(squeezed(word)) >= 3, name
    assert not root.xpath("//script | //a | //*[@onerror] | //del")
    assert root.xpath("//img/@src") == ["charts/hostile.zh.svg"]


class TestDeck:
    def deck(self, front, *words):
        drawn = dict.fromkeys(("zh", "en"), picture(words[0]))
        shown = Chart(
            "hostile", same(words[0]), drawn, dict.fromkeys(drawn, words[0]), (Text.same("甲"),), ()
        )
        first = rule.shown(*(Claim("level", same(word)) for word in words), shown)
        first.metadata["slideshow"] = {"slide_type": "slide"}
        return set_deck(cut_deck([rule.notebook("slides", first)], "public", front).deck)

    @pytest.mark.parametrize("name", WORDS)
    def test_slide_holds_it_as_text(self, front, name):
        slides, overfull = self.deck(front, WORDS[name])
        assert overfull == []
        made = presentation(slides, rasters(placed_pictures(slides)), front)
        shown = Presentation(io.BytesIO(made))
        texts = [
            paragraph.text
            for slide in shown.slides
            for shape in slide.shapes
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
        ]
        assert WORDS[name] in texts
        relations = b"".join(part for path, part in parts_of(made).items() if path.endswith(".rels"))
        assert b"External" not in relations
        pdf = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(handout(slides, front))).pages)
        assert squeezed(WORDS[name]) in squeezed(pdf)

    def test_a_name_longer_than_a_slide_holds_is_refused_with_its_place(self, front):
        _, overfull = self.deck(front, LONG)
        assert [fault.where for fault in overfull] == ["slides, cell 1"] * len(overfull)
        assert overfull


@pytest.fixture(scope="module")
def tables(front):
    data = pd.DataFrame({"name": [*WORDS.values(), LONG, CONTROL]}, dtype="str")
    return lay_out([SheetTable("names", Text.same("单位"), data, {"name": Text("名", "Name")})], [front])


class TestTables:
    def test_workbook_holds_text_and_no_formula_or_link(self, tables):
        made = write_xlsx(tables)
        sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[-1]
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        told = {cell.value for cell in cells}
        assert {*WORDS.values(), LONG} <= told
        assert {cell.data_type for cell in cells} == {"s"}
        assert not re.search(rb'TargetMode="External"|<f>', b"".join(parts_of(made).values()))

    def test_open_document_holds_text_and_no_formula_or_link(self, tables):
        content = etree.fromstring(parts_of(write_ods(tables))["content.xml"])
        told = {"".join(map(str, part.itertext())) for part in content.iter("{*}p")}
        assert {squeezed(word) for word in WORDS.values()} <= {squeezed(text) for text in told}
        attributes = [etree.QName(name).localname for part in content.iter() for name in part.attrib]
        assert "formula" not in attributes
        assert not [
            part.get(name)
            for part in content.iter()
            for name in part.attrib
            if str(part.get(name)).startswith("http://x")
        ]

    def test_csv_begins_no_cell_as_a_formula_begins(self, tmp_path, front):
        frame = pd.DataFrame({"name": [*WORDS.values(), LONG]}, dtype="str")
        file = DataFile(
            "names",
            frame,
            Text.same("单位"),
            Text.same("单位"),
            {"name": Described(Text.same("名"), Text.same("名"))},
        )
        write_data([file], [front], tmp_path)
        rows = list(csv.reader(io.StringIO((tmp_path / "names.csv").read_text(encoding="utf-8"))))[1:]
        assert len(rows) == len(frame)
        for (cell,), word in zip(rows, frame["name"], strict=True):
            assert cell.removeprefix("'") == word
            assert cell[0] not in "=+-@\t\r"


@pytest.mark.parametrize("word", [LONG, LONG_LATIN])
def test_a_name_of_300_characters_keeps_to_its_column(hollow, front, word):
    made = assemble([book([word])], "zh", "public", front)
    assert [str(fault) for fault in check(made) if fault.rule == "width"] == []
    printed = PdfReader(io.BytesIO(typeset(made)))
    told = squeezed("".join(leaf.extract_text() for leaf in printed.pages))
    assert told.count(word) >= 2
    usual = assemble([book(["甲"])], "zh", "public", front)
    assert len(printed.pages) <= len(PdfReader(io.BytesIO(typeset(usual))).pages) + 1
    assert word in words_of(parts_of(wordfile(made))["word/document.xml"])


@pytest.mark.usefixtures("hollow")
def test_control_characters_break_no_file(front):
    table = rule.table_html("hostile", "单位", ["单位", "答案"], [[CONTROL, CONTROL]], "注：演示。")
    made = assemble(
        [rule.notebook("01-x", rule.md("# 章", "zh"), rule.code(f"<p>{CONTROL}</p>{table}"))],
        "zh",
        "public",
        front,
    )
    parts = parts_of(wordfile(made))
    assert words_of(parts["word/document.xml"]).count("bell") == 3
    printed = PdfReader(io.BytesIO(typeset(made)))
    assert "".join(leaf.extract_text() for leaf in printed.pages).count("bell") == 3
    told = markdown(made).decode()
    assert told.count("bell") == 3
    assert not re.search(r"[\x00-\x08\x0e-\x1f]", told)


@pytest.mark.usefixtures("hollow")
def test_the_gate_names_the_cell_of_a_control_character(front):
    answer = rule.code(f"<p>答案{CONTROL}</p>")
    made = assemble([rule.notebook("01-x", rule.md("# 章", "zh"), answer)], "zh", "public", front)
    assert [str(fault) for fault in check(made) if fault.rule == "glyph"] == [
        "01-x, cell 2: no typeface of the house holds U+FFFD '\N{REPLACEMENT CHARACTER}'; write it another way."
    ]
