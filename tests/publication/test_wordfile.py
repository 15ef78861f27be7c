from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn

from survey.documents import assemble, wordfile
from survey.edition.write_publications import FORMATS, WRITERS

pytestmark = pytest.mark.usefixtures("hollow_fonts")


@pytest.fixture(scope="module")
def files(rule, pages):
    return {lang: wordfile(pages[lang]) for lang in ("zh", "en")}


def opened(content):
    return docx.Document(io.BytesIO(content))


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def styled(document, style):
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def one_file(rule, *blocks, **told):
    cells = [rule.md("# 章", "zh"), *(rule.code(block) for block in blocks)]
    front = replace(rule.front("zh"), **told)
    return wordfile(assemble([rule.notebook("01-x", *cells)], "zh", "public", front))


def test_the_report_is_published_as_a_word_file():
    assert "docx" in FORMATS["report"]
    assert WRITERS["docx"] is wordfile


def test_same_page_same_bytes_and_no_time_machine_or_name_in_them(rule, pages, files):
    assert wordfile(pages["en"]) == files["en"]
    with zipfile.ZipFile(io.BytesIO(files["en"])) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = opened(files["zh"]).core_properties
    assert (core.title, core.author, core.language) == (
        "中国远程银行业务发展报告（2023）",
        "远程银行协会",
        "zh-CN",
    )
    assert (core.last_modified_by, core.comments, core.keywords) == ("", "", "")
    assert core.created.year == core.modified.year == 1980
    dated = opened(wordfile(replace(pages["en"], front=replace(rule.front("en"), release_date="2024-06-28"))))
    assert str(dated.core_properties.created)[:10] == "2024-06-28"
    assert "python-docx" not in part(files["en"], "docProps/core.xml") + part(files["en"], "docProps/app.xml")


def test_headings_are_headings_and_their_numbers_are_counted_by_their_style(files):
    document = opened(files["en"])
    assert styled(document, "Heading 1") == ["Overview of the sector", "Trends", "How the survey is made"]
    numbering = document.styles["Heading 2"].element.find(f".//{qn('w:numPr')}")
    number = numbering.find(qn("w:numId")).get(qn("w:val"))
    told = document.part.numbering_part.element
    (abstract,) = [
        num.find(qn("w:abstractNumId")).get(qn("w:val"))
        for num in told.findall(qn("w:num"))
        if num.get(qn("w:numId")) == number
    ]
    (levels,) = [
        [level.find(qn("w:lvlText")).get(qn("w:val")) for level in one.findall(qn("w:lvl"))][:3]
        for one in told.findall(qn("w:abstractNum"))
        if one.get(qn("w:abstractNumId")) == abstract
    ]
    assert levels == ["%1", "%1.%2", "%1.%2.%3"]


def test_captions_are_counted_by_fields_that_show_the_numbers_of_the_page(files):
    body = part(files["zh"], "word/document.xml")
    told = re.findall(r'w:instr=" SEQ (\S+) \\\* ARABIC "[^/]*<w:r>.*?<w:t>(\d+)</w:t>', body)
    assert [number for name, number in told if name == "图"] == ["1", "2", "3"]
    assert [number for name, number in told if name == "表"] == [str(n + 1) for n in range(len(told) - 3)]
    captions = styled(opened(files["zh"]), "Caption")
    assert len(captions) == len(told)
    assert not [text for text in captions if re.search(r"[图表]\s*\d+.*[图表]\s*\d+", text)]


def test_contents_figures_and_tables_are_fields_filled_with_links_that_lead_somewhere(files):
    for content in files.values():
        body = part(content, "word/document.xml")
        fields = re.findall(r"<w:instrText[^>]*> (TOC [^<]*) </w:instrText>", body)
        names = ("图", "表") if content is files["zh"] else ("Figure", "Table")
        assert fields == ['TOC \\o "1-2" \\h \\z \\u', *(f'TOC \\h \\z \\c "{name}"' for name in names)]
        targets = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', body))
        links = re.findall(r'<w:hyperlink [^>]*w:anchor="([^"]*)"', body)
        assert len(links) > 10
        assert set(links) <= targets
    assert styled(opened(files["en"]), "toc 1")[0] == "1 Overview of the sector\t", "the page follows the tab"
    assert "PAGEREF" in opened(files["en"]).element.xml
    assert opened(files["en"]).settings.element.find(qn("w:updateFields")) is not None


def test_heads_of_tables_come_again_and_rows_stay_whole(files):
    for table in opened(files["zh"]).tables:
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads[0]
        assert heads == sorted(heads, reverse=True)
        assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
        assert table.style.name == "Table"


def test_pictures_have_alternative_texts_and_fill_the_line(files):
    document = opened(files["zh"])
    drawn = document.element.findall(f".//{qn('wp:docPr')}")
    assert [one.get("descr") for one in drawn] == [
        "股份制商业银行的人工接通率最高 — desc",
        "四类银行的智能服务占比五年间均有上升 — desc",
        "大型商业银行智能服务占比领先 — desc",
    ]
    assert len({one.get("id") for one in drawn}) == 3
    assert all(shape.width.mm == pytest.approx(166, abs=0.5) for shape in document.inline_shapes)
    images = [one.blob for one in document.part.package.image_parts]
    assert all(image.startswith(b"\x89PNG") for image in images)
    assert all(int.from_bytes(image[16:20], "big") > 1200 for image in images)  # 192 to the inch


def test_letters_say_their_language_and_page_is_a4_with_notice_and_number(rule, files):
    for lang in ("zh", "en"):
        document = opened(files[lang])
        told = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
        assert (told.get(qn("w:val")), told.get(qn("w:eastAsia"))) == ("en-GB", "zh-CN")
        section = document.sections[-1]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert rule.front(lang).title in section.header.paragraphs[0].text
        assert rule.NOTICE[lang] in section.footer.paragraphs[0].text
        assert " PAGE " in section.footer._element.xml
    fonts = opened(files["zh"]).styles["Heading 1"].element.find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:eastAsia")) == "SimHei"
    body = opened(files["zh"]).styles["Body Text"].element
    assert body.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == "SimSun"
    assert body.find(f".//{qn('w:ind')}").get(qn("w:firstLineChars")) == "200"


def test_the_cover_says_what_the_report_is(rule, files):
    document = opened(files["en"])
    assert styled(document, "Title") == ["Remote Banking in China 2023"]
    assert styled(document, "Key Number")[0] == "92.88%"
    assert styled(document, "Notice") == [rule.NOTICE["en"]]


def test_a_brief_publication_has_neither_cover_nor_contents(rule):
    document = opened(one_file(rule, "<p>正文</p>", brief=True))
    assert styled(document, "Title") == ["中国远程银行业务发展报告（2023）"]
    assert styled(document, "Notice") == [rule.NOTICE["zh"]]
    assert styled(document, "Key Number") == []
    assert "TOC" not in document.element.xml
    assert 'w:type="page"' not in document.element.xml
    assert not document.sections[0].different_first_page_header_footer


def test_what_looks_like_code_is_written_as_text(rule):
    nasty = '=HYPERLINK("http://x") #import \\write18 *_$ <script>alert(1)</script> {{x}} & ]]> %s'
    shown = nasty.replace("&", "&amp;").replace("<", "&lt;")
    name = "Bank" * 75
    table = rule.table_html("n", f"表 {shown}", ["#a", shown], [[shown, "\\x"], [name, "1"]], f"注 {shown}")
    document = opened(one_file(rule, f"<p>{shown}</p>", table, title=nasty, organisation=nasty, notice=nasty))
    flat = " ".join(document.element.xpath("string(.)").split())
    assert " ".join(nasty.split()) in flat
    assert name in flat
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert cells.count(nasty) == 2
    assert nasty in document.sections[-1].header.paragraphs[0].text
    assert document.core_properties.title == nasty


def test_a_table_too_wide_for_an_upright_page_has_turned_pages_of_its_own(rule):
    rows = [["指标", *("92.88%" for _ in range(20))]]
    table = rule.table_html("w", "宽表", ["指标", *("2023" for _ in range(20))], rows, "注")
    document = opened(one_file(rule, "<p>前</p>", table, "<p>后</p>"))
    assert [section.page_width > section.page_height for section in document.sections] == [False, True, False]
    assert [section.different_first_page_header_footer for section in document.sections] == [
        True,
        False,
        False,
    ]


def test_lists_are_lists_and_call_outs_keep_their_tone(rule):
    document = opened(
        one_file(rule, "<ol><li>甲<ul><li>乙</li></ul></li></ol>", "<aside class='method'><p>丙</p></aside>")
    )
    numbered = {p.text: p._p.find(f".//{qn('w:numPr')}") is not None for p in document.paragraphs}
    assert numbered["甲"]
    assert numbered["乙"]
    assert styled(document, "Aside method") == ["丙"]
